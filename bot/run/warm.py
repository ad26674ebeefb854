"""Imported once by the server process that workers are forked from, so that each of them starts warm."""

from contextlib import suppress

from bot.errors import KentonganError
import signal

# Ctrl-C goes to every process of a terminal. The server process takes no notice of it once it serves, but not yet while
# it loads this module: without this it would die with a traceback, and the bot's orderly end with it.
signal.signal(signal.SIGINT, signal.SIG_IGN)

from bot.read import warm  # noqa: E402 - as above

# Warmth is never needed for a right answer: without it the first page takes longer.
with suppress(KentonganError):
    warm()
