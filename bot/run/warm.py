"""Imported once by the server process that workers are forked from, so that each of them starts warm."""

import signal

# Ctrl-C reaches every process of a terminal. The server ignores it once it serves, but not yet while it loads this
# module: it would die with a traceback, and the bot could read nothing more on its way to an orderly end.
signal.signal(signal.SIGINT, signal.SIG_IGN)

from contextlib import suppress  # noqa: E402 - as said above

from bot.read import warm  # noqa: E402

# Warmth is never needed for a right answer: without it the first page takes longer.
with suppress(Exception):
    warm()
