"""Imported once by the server process that workers are forked from, so that each of them starts warm."""

from contextlib import suppress

from bot.errors import KentonganError
from bot.read import warm

# Warmth is never needed for a right answer: without it the first page takes longer.
with suppress(KentonganError):
    warm()
