"""The feed library `reader` as a program of its own, since it is no dependency of this one: it takes an order a line
and answers with what that took. It knows nothing of the bot.

    PYTHON benchmarks/peer_reader.py DATABASE < orders
"""

from __future__ import annotations

import json
import os
import sys
import time

from reader import make_reader

WORKERS = 10
"""Threads that fetch; more of them changed nothing on two cores."""


def main() -> None:
    """Takes `add URL` and `update`, until the end of its input."""
    reader = make_reader(sys.argv[1], search_enabled=False)
    for line in sys.stdin:
        order, *words = line.split()
        if order == "add":
            reader.add_feed(words[0])
            continue
        began, cost = time.monotonic(), sum(os.times()[:4])
        results = list(reader.update_feeds_iter(scheduled=False, workers=WORKERS))
        failed = sum(isinstance(result.value, Exception) for result in results)
        new = sum(result.updated_feed.new for result in results if result.updated_feed)
        answer = {
            "clock": time.monotonic() - began,
            "processor": sum(os.times()[:4]) - cost,
            "feeds": len(results),
            "failed": failed,
            "new": new,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
