"""What to look for: concepts, the rule language, and matching with evidence. Pure: it reads only configuration."""

from bot.watch.config import load, search
from bot.watch.expression import ExpressionError
from bot.watch.matching import explain, match, occurrences
from bot.watch.models import schemas
from bot.watch.rules import Watchlist, Watchlists

__all__ = ["ExpressionError", "Watchlist", "Watchlists", "explain", "load", "match", "occurrences", "schemas", "search"]
