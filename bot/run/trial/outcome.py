"""What a trial comes to, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model import Labels
from bot.story import Sentence
from bot.story.change import Change
from bot.story.precision import Suggestion
from bot.story.trial import Counts, RuleFacts, Span, Stored
from bot.watch.trial import Listed, Place


@dataclass(frozen=True, slots=True)
class Dominant:
    """A term that alone causes so large a share of a rule's hits, as found on `checked` of them."""

    place: Place
    share: float
    checked: int


@dataclass(frozen=True, slots=True)
class Sample:
    """An article with the rules that match it, and the sentence and labels that say why. `why` says, for an article
    that a change adds or drops, for each rule that matches it what part of its other version fails."""

    stored: Stored
    rules: tuple[str, ...]
    sentence: Sentence | None
    labels: Labels
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of the watchlist came to. `samples`, `dominant` and `exclusions` are by rule; the last are words
    that occur mainly in stories that readers found not relevant."""

    title: str
    rules: tuple[RuleFacts, ...]
    counts: Counts
    dead: tuple[Listed, ...]
    dominant: tuple[tuple[Dominant, ...], ...]
    samples: tuple[tuple[Sample, ...], ...]
    exclusions: tuple[tuple[Suggestion, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial's outcome. `before` is the watchlist as it is, `after` its new version, where one was given. `estimated`:
    there were so many new articles that stories are told apart by a first look only."""

    watchlist: str
    asked: datetime
    span: Span
    articles: int
    languages: Mapping[str | None, int]
    # These may name hundreds of thousands of articles. asyncio.run writes out what it returns: it asks which handler a
    # signal has, and the answer names the task with its result.
    before: Version = field(repr=False)
    after: Version | None = field(repr=False)
    change: Change | None = field(repr=False)
    added: tuple[Sample, ...] = field(repr=False)
    dropped: tuple[Sample, ...] = field(repr=False)
    estimated: bool
