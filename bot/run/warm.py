"""Imported once by the server process that workers are forked from, so that each of them starts warm."""

from bot.read import warm

warm()
