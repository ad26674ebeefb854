"""Kills the program hundreds of times, at every stage and at random moments, and counts what is lost or repeated.

    python benchmarks/crash.py [--kills N] [--engine sqlite|postgres|both] [--seed N]

One installation of each engine lives through its kills; every tenth kill is of an upgrade from the first release's
schema, in an installation of its own. The exit status is 1 where a promise is broken. PostgreSQL is a private server
from the distribution's programs.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / part) for part in ("", "world", "crash")]

from program import READER  # noqa: E402
from promises import broken_promises, never_told, said_twice  # noqa: E402
from rounds import FIRST, WEEKLY, Siege, Stage, siege  # noqa: E402
from traps import Moment  # noqa: E402
from upgrading import old_installation  # noqa: E402

from postgres import Cluster  # noqa: E402 - the rounds are in the tests

UPGRADES, HEALTHY = 10, 8
"""Every so many kills one is of an upgrade; after so many comes a round that nobody disturbs."""

LONG_STAGES = (Stage.RULES, Stage.RELOAD, Stage.PART, Stage.EDIT)
"""Those that need rounds of their own before the kill come half as often."""

HARMLESS = "answerCallbackQuery: the same query answered twice"
"""A press that is answered, and whose answer a kill keeps from being noted, is answered again."""


@dataclass
class Count:
    """What one engine's kills came to."""

    kills: int = 0
    published: int = 0
    missed: int = 0
    """Rounds that were over before the kill came, or had nothing to do at that door."""
    lost: list[str] = field(default_factory=list)
    repeats: int = 0
    digests: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    recovery: float = 0.0
    untold: int = 0
    stages: dict[str, int] = field(default_factory=dict)

    def died(self, stage: str, died: bool) -> None:
        self.kills += died
        self.missed += not died
        if died:
            self.stages[stage] = self.stages.get(stage, 0) + 1

    @property
    def well(self) -> bool:
        return not (self.lost or self.digests or self.broken) and self.repeats <= self.kills


def main() -> int:
    """Prints a line for each engine; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description="Kills at every stage and at random moments.")
    parser.add_argument("--kills", type=int, default=200, help="of each engine")
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    engines = ("sqlite", "postgres") if options.engine == "both" else (options.engine,)
    print(f"seed {options.seed}", flush=True)
    well = True
    for engine in engines:
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-crash-")))
            cluster = stack.enter_context(Cluster.start()) if engine == "postgres" else None
            count = _engine(home, cluster, options.kills, options.seed)
        _report(engine, count)
        well = well and count.well
    return 0 if well else 1


def _engine(home: Path, cluster: Cluster | None, kills: int, seed: int) -> Count:
    count, chance = Count(), random.Random(seed)
    with siege(home / "siege", seed, cluster and cluster.url(cluster.create())) as besieged:
        rounds = 0
        while count.kills < kills and rounds < 3 * kills:
            rounds += 1
            if rounds % UPGRADES == 0:
                _upgrade(home / f"old{rounds}", cluster, count, chance)
            else:
                _strike(besieged, count, chance)
            if rounds % HEALTHY == 0:
                count.recovery = max(count.recovery, besieged.recover())
            if count.kills % 20 == 0:
                print(f"  {count.kills} kills, {count.missed} missed, {len(count.broken)} broken", flush=True)
        _settle_accounts(besieged, count)
    return count


def _strike(besieged: Siege, count: Count, chance: random.Random) -> None:
    stage = chance.choice([stage for stage in Stage for _ in range(1 if stage in LONG_STAGES else 2)])
    when = chance.choice([Moment.BEFORE, Moment.DURING, Moment.AFTER])
    delay = chance.choice([0.005, 0.02, 0.05]) if when is Moment.AFTER and stage is not Stage.OUTSIDE else 0.0
    try:
        count.died(stage, besieged.strike(stage, when, delay))
    except AssertionError as error:
        besieged.w.program.kill()
        besieged.w.program.end()
        count.broken.append(f"{stage} {when}: {str(error)[:600]}")
    said = [f"kill {count.kills}, {stage} {when}: {line}" for line in broken_promises(besieged.w)]
    new = [line for line in [*said, *besieged.broken] if line not in count.broken]
    besieged.broken.clear()
    for line in new:
        print(f"  {line}", flush=True)
    count.broken += new


def _upgrade(home: Path, cluster: Cluster | None, count: Count, chance: random.Random) -> None:
    old = old_installation(home, cluster and cluster.url(cluster.create()))
    end = time.monotonic() + chance.uniform(0.2, 3.0)
    # On SQLite half of them at the first byte that the upgrade writes.
    writing = cluster is None and chance.random() < 0.5
    count.died("migration", old.kill_when(old.writing if writing else lambda: time.monotonic() > end))
    count.recovery = max(count.recovery, old.finish())
    count.broken += [f"upgrade: {line}" for line in old.broken]


def _settle_accounts(besieged: Siege, count: Count) -> None:
    """Two rounds in peace, what waits for a human is sent again, and then all must have been told."""
    count.repeats = besieged.repeats()
    count.recovery = max(count.recovery, besieged.recover())
    besieged.leases_end(sending=True)
    for _ in range(2):
        # On PostgreSQL the first of them waits a minute with each alert that may have arrived.
        besieged.recover()
    count.repeats = max(count.repeats, besieged.repeats())
    for chat in (READER, WEEKLY):
        count.digests += said_twice(besieged.w, chat)
        count.digests += [f"article {number} to chat {chat}" for number in besieged.told_twice(chat)]
    besieged.ask_a_human()
    besieged.recover()
    count.published = besieged.number - FIRST
    count.lost += [f"never read: article {number}" for number in besieged.never_read()]
    count.lost += never_told(besieged.w)
    due = besieged.w.program.rows("SELECT url FROM pages WHERE due_at IS NOT NULL")
    count.lost += [f"still due: {row}" for row in due]
    count.broken += broken_promises(besieged.w)
    count.broken += [line for line in besieged.w.telegram.violations if line != HARMLESS]
    count.untold = besieged.untold_rules()


def _report(engine: str, count: Count) -> None:
    stages = ", ".join(f"{stage} {times}" for stage, times in sorted(count.stages.items()))
    print(
        f"{engine}: {count.kills} kills ({count.missed} rounds over before), "
        f"{count.published} articles published, lost {len(count.lost)}, "
        f"repeats {count.repeats}, digests repeated {len(count.digests)}, longest recovery {count.recovery:.1f} s"
    )
    print(f"  by stage: {stages}")
    print(f"  edits of watchlists that followers were not told of: {count.untold}")
    for what, lines in (("lost", count.lost), ("digest repeated", count.digests), ("broken", count.broken)):
        for line in lines:
            print(f"  {what}: {line}")


if __name__ == "__main__":
    sys.exit(main())
