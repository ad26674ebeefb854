"""Kills of machines that work in a town, one every few seconds, each started again at once. It judges nothing: see
`Felling`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from machines import Machines
from town import Town

SETTLES_WITHIN = 240.0
"""Seconds after the last kill in which all must be told: an alert that may have arrived waits for its lease."""

DIGEST = 30.0
"""Seconds in which a digest that is due comes."""


@dataclass
class Felling:
    """What the kills came to."""

    kills: int = 0
    leaders: int = 0
    published: int = 0
    lost: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unpolled: bool = False
    repeats: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    digested: int = 0
    doubted: int = 0
    """Articles of digests that a kill left in doubt; a human is asked."""
    left: str = ""
    violations: list[str] = field(default_factory=list)
    gap: float = 0.0
    recovery: float = 0.0
    """Seconds from the last kill until everything was told."""

    @property
    def broken(self) -> list[str]:
        """Which promises; empty where all were kept."""
        found = [f"lost: {line}" for line in self.lost]
        found += [f"overlap: {line}" for line in self.overlaps]
        found += [f"stuck: {line}" for line in self.stuck]
        found += [f"in two digests: {line}" for line in self.digests]
        found += [f"Telegram: {line}" for line in self.violations]
        if self.digested + self.doubted < self.published:
            found.append(f"only {self.digested} of {self.published} articles came in a digest: {self.left}")
        if self.unpolled:
            found.append("a feed was not polled after the last kill")
        if len(self.repeats) > self.kills:
            found.append(f"{len(self.repeats)} alerts came again, with {self.kills} kills")
        return found


def fell(
    town: Town,
    kills: int,
    *,
    every: float = 2.0,
    seed: int = 1,
    within: float = SETTLES_WITHIN,
    say: Callable[[str], object] = lambda line: None,
) -> Felling:
    """Kills and publishes, then waits until everything is told, at most so long."""
    m, chance, count = town.m, random.Random(seed), Felling()
    began = last = time.monotonic()
    for number in range(kills):
        _publish_until(town, last + every, chance)
        victim = chance.randrange(len(m.each))
        count.leaders += m.leader() == victim
        last = time.monotonic()
        m.kill(victim)
        m.each[victim].launch("run")
        count.kills += 1
        if number % 5 == 4:
            town.digest_falls_due()
            say(f"{count.kills} kills, {len(town.published)} articles, {len(town.overlaps())} overlaps")
    _settle(town, m, last, within)
    count.recovery = time.monotonic() - last
    count.gap = town.longest_gap(began)
    count.published = len(town.published)
    count.lost, count.overlaps, count.stuck = town.lost(), town.overlaps(), town.stuck()
    count.unpolled = not town.polled_since(last)
    count.repeats, count.digests, count.digested = town.repeats(), town.digests_repeated(), town.in_digests()
    count.doubted, count.left = town.in_doubt(), town.digests_left()
    count.violations = list(m.world.telegram.violations)
    return count


def _publish_until(town: Town, end: float, chance: random.Random) -> None:
    while (left := end - time.monotonic()) > 0:
        town.publish()
        # Telegram lets one message a second into a chat.
        time.sleep(min(left, chance.uniform(1.0, 1.8)))


def _settle(town: Town, m: Machines, last: float, within: float) -> None:
    for machine in m.each:
        machine.wait_for('"running"')
    end = time.monotonic() + within
    while time.monotonic() < end and (not town.polled_since(last) or town.lost() or town.stuck()):
        time.sleep(0.5)
    # What is too much for one digest is left to the next ones.
    told = -1
    while told < (now := town.in_digests()) < len(town.published) and time.monotonic() < end:
        told = now
        town.digest_falls_due()
        soon = time.monotonic() + DIGEST
        while town.in_digests() == told and time.monotonic() < soon:
            time.sleep(0.5)
