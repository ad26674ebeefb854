"""How long a burst of alerts takes, against the shortest time that Telegram's limits allow, and how long a reader waits
for an answer meanwhile.

    python benchmarks/bench_burst.py [--chats N] [--groups N] [--stories N]

The whole program runs between a fake web and a fake Telegram that refuses what is too fast: 28 messages in any second,
one a second to a private chat after a burst of three, 20 in any minute to a group or channel.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "world")]

import botmethods  # noqa: E402 - the fake Telegram is in the tests
from news import item, title  # noqa: E402
from program import ADMIN, World, world  # noqa: E402

GLOBAL, BURST, IN_GROUP, MINUTE = 28, 3, 20, 60.0
FIRST_CHAT = 1000
OF_ONE_FEED = 5
"""New articles of one feed: ten at once would be a flood, of which nobody is alerted."""

PATIENCE = 200.0
PAUSE = 2.0
"""Seconds between two commands of the reader who asks."""


def main() -> None:
    """Runs one burst and prints what it took."""
    parser = argparse.ArgumentParser(description="A burst of alerts against the time that the limits allow.")
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--groups", type=int, default=10, help="so many of the chats are groups")
    parser.add_argument("--stories", type=int, default=10)
    options = parser.parse_args()
    botmethods.GLOBAL_RATE, botmethods.PRIVATE_BURST = GLOBAL, BURST
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as folder, world(Path(folder)) as w:
        burst(w, options.chats, options.groups, options.stories)


def burst(w: World, chats: int, groups: int, stories: int) -> None:
    """All chats follow one watchlist when its stories come at once."""
    w.program.settings["telegram"] |= {"access": "open"}
    w.program.write_settings()
    places = [-(FIRST_CHAT + n) if n < groups else FIRST_CHAT + n for n in range(chats)]
    feeds = [
        (f"/feed{n}.xml", range(100 + n * OF_ONE_FEED, min(100 + (n + 1) * OF_ONE_FEED, 100 + stories)))
        for n in range(-(-stories // OF_ONE_FEED))
    ]
    for n, (path, _) in enumerate(feeds, 1):
        w.feed([item(n)], path, f"paper{n}")
        w.page(n)
    for place in places:
        kind = "supergroup" if place < 0 else "private"
        w.telegram.chat(place, kind)
        w.telegram.say(place, "/subscribe pacts", ADMIN if place < 0 else None, kind)
    w.once()
    w.telegram.flood_limits = True
    time.sleep(MINUTE + 1 if groups else 2)
    numbers = [number for _, listed in feeds for number in listed]
    with w.program.running():
        waits: list[float] = []
        over = threading.Event()
        asking = threading.Thread(target=_ask, args=(w, waits, over), daemon=True)
        for number in numbers:
            w.page(number)
        for n, (path, listed) in enumerate(feeds, 1):
            w.feed([*map(item, listed), item(n)], path, f"paper{n}")
        asking.start()
        wanted = chats * stories
        # Titles of the burst only: answers to commands are none of them.
        titles = [title(number) for number in numbers]

        def told() -> list[float]:
            return [sent.at for sent in w.telegram.messages() if any(name in sent.text for name in titles)]

        # Looked at rarely: the fake server and this share a processor.
        end = time.monotonic() + PATIENCE
        while len(told()) < wanted:
            assert time.monotonic() < end, f"{len(told())} of {wanted} alerts within {PATIENCE:g} s"
            time.sleep(1)
        over.set()
        _report(w, told(), chats, groups, stories, waits)


def _ask(w: World, waits: list[float], over: threading.Event) -> None:
    """A reader's commands one after the other, and how long each waits."""
    while not over.wait(PAUSE):
        seen, began = len(w.telegram.messages(ADMIN)), time.monotonic()
        w.telegram.say(ADMIN, "/help")
        w.telegram.wait_for(lambda fake, seen=seen: len(fake.messages(ADMIN)) > seen, timeout=60)
        waits.append(time.monotonic() - began)


def _report(w: World, at: list[float], chats: int, groups: int, stories: int, waits: list[float]) -> None:
    took = max(at) - min(at)
    alone = max(0, stories - BURST) if chats > groups else 0
    in_groups = MINUTE * ((stories - 1) // IN_GROUP) if groups else 0.0
    least = max((chats * stories - GLOBAL) / GLOBAL, alone, in_groups)
    refused = sum(1 for call in w.telegram.called("sendMessage") if call.answered == 429)
    print(f"{chats * stories} alerts to {chats} chats, {groups} of them groups, in {took:.1f} s")
    print(f"the limits allow {least:.1f} s: ratio {took / least:.2f}; refused with 429: {refused}")
    print(f"{len(waits)} commands meanwhile: answered in {median(waits):.2f} s (median), {max(waits):.2f} s at most")


if __name__ == "__main__":
    main()
