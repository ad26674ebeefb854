"""The nouns every room speaks of, as frozen values. Nothing here reads, writes or decides.

Times are aware and in UTC. Languages are ISO 639-1 codes, countries ISO 3166-1 alpha-2 in lower case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Priority(StrEnum):
    """How loudly a rule speaks: urgent and normal rules alert at once, low ones appear in digests only."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Part(StrEnum):
    """Where in an article a piece of evidence stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


class Basis(StrEnum):
    """What an article's text was taken from: its page, or only the feed's own text of it."""

    PAGE = "page"
    FEED = "feed"


# --- what is read ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """One feed of a source as configured; `every` overrides `poll.every`."""

    url: str
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher. Reprints within one `family` count once. Tier 1 is official or wire, 2 quality press, 3 other."""

    name: str
    title: str
    feeds: tuple[FeedAddress, ...] = ()
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    tier: int = 3
    family: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as published. `url` is absolute; `paragraphs` is the longer of its summary and its content
    as plain text; `published_raw` keeps the printed date."""

    guid: str | None
    url: str | None
    title: str
    paragraphs: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document. `format` is feedparser's version word (`rss20`, `atom10`, `rss10` ...) or `json1`;
    `ttl` is how long the publisher asks readers to wait, `skip_hours` (0 to 23, UTC) and `skip_days` (Monday is 0) are
    when not to ask.

    `items` are the hashes of all items of the document, in order; none where it could not be taken apart. Where hashes
    of items seen before were given, `entries` are those of the others, and of items that share a link or an id with
    one of them."""

    title: str
    format: str
    entries: tuple[Entry, ...]
    language: str | None = None
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """Clean text and metadata of a page.

    `lead` is the standfirst, or the first paragraph where there is none; `paragraphs` is the whole body, its first
    paragraph included. `url` is the address after redirects without tracking parameters, never the page's own
    canonical claim (`canonical`). `language` is None where it is uncertain. `published_from` says which clue gave the
    date: `metadata`, `page`, `feed`, or that it can only be when it was first `seen`; `published_raw` is the date as
    printed. `agency` is the agency or paper whose
    report this is, where the article says that it is not its publisher's own.
    """

    url: str
    title: str
    paragraphs: tuple[str, ...]
    lead: str = ""
    author: str | None = None
    published: datetime | None = None
    published_from: str | None = None
    language: str | None = None
    canonical: str | None = None
    basis: Basis = Basis.PAGE
    note: str | None = None
    """Why the page's own text was not used, when `basis` is the feed."""
    source: Source | None = None
    agency: str | None = None
    modified: datetime | None = None
    published_raw: str | None = None

    @property
    def standfirst(self) -> str:
        """The lead where it is a text of its own, else nothing."""
        return "" if self.paragraphs and self.lead == self.paragraphs[0] else self.lead


class Removed(NamedTuple):
    """A text of a page that is no part of its article, and why not, in a few words."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How an article was read. Each `..._from` names what gave that part of it (`page`, `feed`, `metadata`, ...), and
    is None where nothing did.

    `lines` are the marks of the short lines of the text, by which the furniture of a source is learnt; `removed` is
    what was left out, in the order of the page, and empty unless a report was asked for. `certainty` is how sure the
    article's language is, 0 to 1.
    """

    article: Article
    title_from: str | None = None
    text_from: str | None = None
    date_from: str | None = None
    author_from: str | None = None
    language_from: str | None = None
    certainty: float = 0.0
    lines: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()


# --- what is found --------------------------------------------------------------------------------------------------


class Evidence(NamedTuple):
    """One term found; a tuple, since an article may have hundreds. `start` and `end` are character offsets into the
    text of its part: the title, the standfirst, or `paragraphs[paragraph]`. `sentence` counts from 0 within that
    text."""

    concept: str | None
    label: str | None
    term: str
    part: Part
    paragraph: int | None
    sentence: int
    start: int
    end: int
    text: str


Labels = Mapping[str, tuple[str, ...]]
"""Captured labels by concept: `{"partner": ("indonesia", "nato")}`, in the order of the watchlist."""


class Match:
    """A rule's yes to one article. `version` is a hash of the rule's meaning at that time. It counts only in a story
    that so many independent publishers (`min_sources`) have by articles the rule matches.

    Labels and evidence may be given as a function that finds them, called when one of them is first looked at: of a
    large rule set most matches are only counted.
    """

    __slots__ = ("_evidence", "_find", "_labels", "min_sources", "priority", "rule", "version", "watchlist")

    def __init__(
        self,
        watchlist: str,
        rule: str,
        priority: Priority,
        labels: Labels,
        evidence: tuple[Evidence, ...],
        version: str = "",
        min_sources: int = 1,
        find: Callable[[], tuple[Labels, tuple[Evidence, ...]]] | None = None,
    ) -> None:
        self.watchlist = watchlist
        self.rule = rule
        self.priority = priority
        self.version = version
        self.min_sources = min_sources
        self._labels = labels
        self._evidence = evidence
        self._find = find

    @property
    def labels(self) -> Labels:
        """The captured labels by concept, in the order of the watchlist."""
        self._look()
        return self._labels

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What it rests on, in the order of the text."""
        self._look()
        return self._evidence

    def _look(self) -> None:
        if self._find is not None:
            self._labels, self._evidence = self._find()
            self._find = None

    def _values(self) -> tuple[object, ...]:
        return (
            self.watchlist, self.rule, self.priority, self.labels, self.evidence, self.version, self.min_sources
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Match) and self._values() == other._values()

    __hash__ = None  # type: ignore[assignment] # its labels are a mapping

    def __repr__(self) -> str:
        return f"Match{self._values()!r}"

    def __reduce__(self) -> tuple[type[Match], tuple[object, ...]]:
        return Match, self._values()


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of an event that a sentence reports: `step` of a concept with `steps`, the `rank`th of them from 0, with
    the labels it concerns. `date` is ISO 8601, a day, a month or a year as far as the sentence says it, and
    `date_from` tells that it is the `sentence` that says so, or that it can only be when the article was
    `published`. `part` and `paragraph` say where the sentence stands, as in `Evidence`."""

    concept: str
    step: str
    rank: int
    labels: Labels
    date: str
    date_from: str
    part: Part
    paragraph: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule's no to one article. `failed` is the smallest sub-expression that does not hold, or the exclude that
    does, written `unless ...`, or the key that kept it out (`threshold 30`, `max_age 7d`). `closest` says in words how
    near the article came, where there is anything to say."""

    watchlist: str
    rule: str
    failed: str
    closest: str | None = None


# --- what is told ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """One article of a story, with what one watchlist found in it."""

    article_id: int
    article: Article
    first_seen: datetime
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The reports of one event that one watchlist matched, earliest first; never empty."""

    id: int
    watchlist: str
    reports: tuple[Report, ...]


class DeliveryKind(StrEnum):
    """What a message is: one story now, many stories at a set hour, what a first look found, or a word of the bot."""

    ALERT = "alert"
    DIGEST = "digest"
    PICTURE = "picture"
    NOTICE = "notice"


class DeliveryStatus(StrEnum):
    """The ledger. `uncertain`: nobody can know whether the message arrived. `dead`: given up, with its reason."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: a chat, or a topic of a forum. Chat 0 is the console."""

    chat: int
    thread: int = 0


CONSOLE = Destination(0)


class Rhythm(StrEnum):
    """How a subscription wants to be told."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Wants:
    """What of a watchlist somebody wants. `labels` are `concept:label`, any of them is enough; `tier` is the worst that
    will do, 1 the best; empty and None leave everything. `silent`: without a sound."""

    labels: tuple[str, ...] = ()
    urgent_only: bool = False
    languages: tuple[str, ...] = ()
    tier: int | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A destination x a watchlist x how it wants to be told. `at` is the hour `HH:MM` in the chat's zone, `quiet` the
    chat's own quiet hours, `22:00-06:30`."""

    id: int
    destination: Destination
    watchlist: str
    rhythm: Rhythm
    since: datetime
    at: str = "07:00"
    timezone: str = "UTC"
    due_at: datetime | None = field(default=None)
    wants: Wants = field(default_factory=Wants)
    quiet: str | None = None
