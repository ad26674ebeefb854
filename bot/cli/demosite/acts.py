"""What happens in the demo, as values: its rounds and its end. Nothing here makes or prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cli.demosite.server import Site
    from bot.model import Article, Match, Miss, Story
    from bot.run.engine import Configuration, FeedResult
    from bot.tell import Message


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that was read, with every rule's answer. `copy_of` is the headline of the report that came first,
    where the article is a copy."""

    article: Article
    matches: tuple[Match, ...]
    misses: tuple[Miss, ...]
    copy_of: str | None = None

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """All labels that its matches captured, by concept."""
        merged: dict[str, dict[str, None]] = {}
        for match in self.matches:
            for concept, names in match.labels.items():
                merged.setdefault(concept, {}).update(dict.fromkeys(names))
        return {concept: tuple(names) for concept, names in merged.items()}


@dataclass(frozen=True, slots=True)
class Act:
    """One round of the demo: what was polled, read and told. `stories` counts the new ones."""

    number: int
    polled: tuple[FeedResult, ...]
    read: tuple[Judged, ...]
    told: tuple[Message, ...]
    stories: int


@dataclass(frozen=True, slots=True)
class Finale:
    """What stands at the end: the digest of everything, the chronicle of one partner, and the near miss."""

    watchlist: str
    stories: tuple[Story, ...]
    digest: Message
    since: datetime
    until: datetime
    chronicle: Message
    near_miss: Judged


class Audience(Protocol):
    """Whoever the demo is played to."""

    def opening(self, config: Configuration, site: Site) -> None:
        """Before anything is read."""

    def act(self, act: Act) -> None:
        """After each round."""

    def finale(self, finale: Finale, config: Configuration, seconds: float) -> None:
        """After the last round."""
