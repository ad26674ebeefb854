"""A small made-up news site for `kentongan demo`: five newspapers, fourteen articles. Nothing of it is real news."""

from bot.cli.demosite.acts import Act, Audience, Finale, Judged
from bot.cli.demosite.articles import Piece, pieces
from bot.cli.demosite.outlets import OUTLETS, Outlet
from bot.cli.demosite.server import Site, open_site

__all__ = ["OUTLETS", "Act", "Audience", "Finale", "Judged", "Outlet", "Piece", "Site", "open_site", "pieces"]
