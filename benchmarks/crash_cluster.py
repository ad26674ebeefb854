"""Kills one of three machines every two seconds and counts what is lost, repeated, stuck or asked for twice at once.

    python benchmarks/crash_cluster.py [--kills N] [--machines N] [--hosts N] [--every SECONDS] [--seed N]

The machines are real programs over a private PostgreSQL, between newspapers that answer after 50 to 300 ms and a Bot
API server. The exit status is 1 where a promise is broken. It never uses a database that exists already.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / part) for part in ("", "world", "cluster")]

from felling import Felling, fell  # noqa: E402
from machines import machines  # noqa: E402
from town import town  # noqa: E402

from postgres import Cluster  # noqa: E402 - the town is in the tests


def main() -> int:
    """Prints what came of it; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description="Kills of machines over one PostgreSQL.")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--hosts", type=int, default=12)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="kentongan-crash-") as home,
        Cluster.start() as postgres,
        machines(Path(home), postgres, options.machines) as m,
    ):
        papers = town(m, options.hosts)
        papers.settle()
        count = fell(
            papers,
            options.kills,
            every=options.every,
            seed=options.seed,
            say=lambda line: print(f"  {line}", flush=True),
        )
    _report(count, options.machines)
    return 1 if count.broken else 0


def _report(count: Felling, number: int) -> None:
    print(
        f"{number} machines, {count.kills} kills ({count.leaders} of the one that led), {count.published} articles "
        f"published: lost {len(count.lost)}, lanes stuck {len(count.stuck)}, overlapping visits {len(count.overlaps)}, "
        f"alerts repeated {len(count.repeats)}, told in two digests {len(count.digests)} of {count.digested}"
    )
    print(
        f"  longest gap between two polls of a feed {count.gap:.1f} s; all was told {count.recovery:.1f} s after the "
        "last kill"
    )
    for line in count.broken:
        print(f"  BROKEN {line}")


if __name__ == "__main__":
    sys.exit(main())
