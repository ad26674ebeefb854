"""Watchlists as people name them, and what is said where there is none of that name. It follows nothing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from bot.telegram import words
from bot.telegram.newsroom import Card
from bot.telegram.room import Room, Visit, answer
from bot.tell import Message


async def named_card(room: Room, visit: Visit, name: str) -> Card | None:
    """The watchlist of that name; None where there is none, and whoever asked was told so."""
    card = room.card(name)
    if card is None:
        await answer(room, visit, words.unknown_watchlist(name, _close(room, name)))
    return card


def not_understood(room: Room, word: str) -> Message:
    """To a word that is neither a watchlist nor a length of time."""
    close = _close(room, word)
    if word[:1].isdigit() and not close:
        return words.bad_span(word)
    return words.unknown_watchlist(word, close)


def _close(room: Room, name: str) -> Sequence[str]:
    names = {card.name.lower(): card.name for card in room.newsroom.watchlists()}
    starting = [names[known] for known in names if known.startswith(name.lower())]
    similar = [names[known] for known in difflib.get_close_matches(name.lower(), names, 3, 0.5)]
    return list(dict.fromkeys(starting + similar))[:3]
