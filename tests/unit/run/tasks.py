"""What worker processes are given to do in the tests. Importable by name, as their tasks must be."""

from __future__ import annotations

import os
import signal
import time

from bot.errors import ExtractError, FeedError, FetchError, FetchReason


def double(number: int, *, and_add: int = 0) -> int:
    return 2 * number + and_add


def pid() -> int:
    return os.getpid()


def no_feed() -> None:
    raise FeedError("this is a web page", alternates=("https://example.org/feed",))


def no_article() -> None:
    raise ExtractError("the page holds no text")


def unforeseen() -> None:
    raise ZeroDivisionError("a bug\nin two lines")


class Awkward(Exception):
    """An error that cannot be made again from its message, as some libraries' cannot."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def awkward() -> None:
    raise Awkward("one", "other")


def our_own_awkward() -> None:
    raise FetchError("no answer", FetchReason.TIMEOUT)


def no_answer() -> object:
    return lambda: None


def hang() -> None:
    while True:
        time.sleep(0.05)


def hang_deaf() -> None:
    """As a parser that never comes back to Python: no signal but SIGKILL ends it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    hang()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def give_up() -> None:
    os._exit(3)


def devour() -> int:
    taken = []
    while True:
        taken.append(bytearray(64 << 20))


def interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)
    return "still here"
