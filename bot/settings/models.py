"""Every setting of `bot.yaml` with its default, as frozen values.

Durations are timedeltas, sizes bytes, percentages fractions of 1. It never reads a file or the environment.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.settings.units import (
    Duration,
    Factor,
    HeaderText,
    Hours,
    Keep,
    Network,
    Percentage,
    PositiveDuration,
    Size,
    WebAddress,
    Zone,
)


class Section(BaseModel):
    """Frozen, without unknown keys; defaults are written as a person writes them, and checked like any value."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)


class Access(StrEnum):
    """Who may subscribe: admins only, people with an invitation, anybody."""

    CLOSED = "closed"
    INVITE = "invite"
    OPEN = "open"


def _setting(default: object, description: str) -> Any:
    return Field(default, description=description)


def _section(model: type[Section]) -> Any:
    return Field(default_factory=model)


class Poll(Section):
    """How often feeds are read."""

    every: PositiveDuration = _setting("10m", "How often a feed is read, unless it says otherwise")
    jitter: Percentage = _setting("10%", "How far a poll may stray from its time, so that not all come at once")
    slowest: PositiveDuration = _setting(
        "24h",
        "The longest pause: of quiet feeds (two days at most), after errors, or where a server asks for one",
    )


class Fetch(Section):
    """How pages and feeds are fetched."""

    timeout: PositiveDuration = _setting("20s", "Total time for one answer, redirects included")
    max_bytes: Size = _setting("10MB", "Largest answer that is read, after decompression")
    per_host_delay: Duration = _setting("1s", "Pause between two requests to one host")
    workers: Annotated[StrictInt, Field(ge=1, le=64)] = _setting(2, "Processes that parse feeds and pages")
    user_agent: HeaderText = _setting(
        "Kentongan/0.1 (+https://github.com/kentongan/kentongan)",
        "How the bot names itself to web servers; add an address where its operator can be reached",
    )
    robots: StrictBool = _setting(True, "Obey robots.txt")
    allow_networks: tuple[Network, ...] = _setting(
        (), "Networks that may be reached, on any port, although they are not public"
    )


class Telegram(Section):
    """How the bot talks to Telegram. The token is no part of it: see `load_token`."""

    api_base_url: WebAddress = _setting("https://api.telegram.org", "The Bot API server")
    admins: tuple[Annotated[StrictInt, Field(gt=0)], ...] = _setting((), "User ids of the bot's operators")
    access: Access = _setting(Access.INVITE, "Who may subscribe")


class Alerts(Section):
    """How single stories are told."""

    hold: Duration = _setting("2m", "How long an alert waits for further reports of the same story")
    edit_every: Duration = _setting("5m", "The shortest pause between two edits of a sent alert")
    merge_after: PositiveDuration = _setting(
        "10m", "How long alerts may wait for Telegram's limits before those of a chat become one digest"
    )
    quiet: Hours = _setting(None, "Hours without alerts, such as 22:00-06:30; null for none")


class Stories(Section):
    """How reports of one event are put together."""

    window: PositiveDuration = _setting("7d", "How far apart two reports of one story may be published")
    copies: PositiveDuration = _setting("30d", "How far back copies of a text are looked for")
    events: StrictBool = _setting(
        True, "Whether reports of one event that are no copies are one story, also across languages"
    )


class Digests(Section):
    """How much of a digest is shown. The weightiest stories come first."""

    stories: Annotated[StrictInt, Field(ge=1, le=100)] = _setting(20, "Stories told at length in one digest")
    per_section: Annotated[StrictInt, Field(ge=1, le=100)] = _setting(6, "Of these at most so many on one label")
    headlines: Annotated[StrictInt, Field(ge=0, le=200)] = _setting(
        30, "Further stories of which the headline stands in it; the rest are counted"
    )


FEWEST_WINDOWS = 7
"""A baseline of fewer windows says little about what is usual."""

MOST_WINDOWS = 1000


class Spikes(Section):
    """When a label's volume is so far above its own that readers are told."""

    enabled: StrictBool = _setting(True, "false: nobody is told of unusual volumes")
    window: PositiveDuration = _setting("24h", "The time whose stories are counted")
    baseline: PositiveDuration = _setting("28d", "The time before it that says what is usual")
    threshold: Factor = _setting(3.0, "How many standard deviations above the usual")
    at_least: Annotated[StrictInt, Field(ge=1)] = _setting(5, "Fewer stories than this are no spike")
    spacing: Duration = _setting("48h", "The shortest pause between two notices about one label")

    @field_validator("baseline")
    @classmethod
    def _many_windows(cls, baseline: timedelta, given: ValidationInfo) -> timedelta:
        window = given.data.get("window")
        if window is not None and not FEWEST_WINDOWS * window <= baseline <= MOST_WINDOWS * window:
            raise ValueError(f"expected {FEWEST_WINDOWS} to {MOST_WINDOWS} times the window")
        return baseline


class Retention(Section):
    """How long texts are kept."""

    articles: Keep = _setting("90d", "Articles that no rule matched")
    matched: Keep = _setting("forever", "The full texts of articles that a rule matched; all else about them stays")


class Desk(Section):
    """The small web server with /healthz, /readyz and /metrics."""

    enabled: StrictBool = _setting(True, "false: no web server at all")
    host: Annotated[str, Field(min_length=1)] = _setting("127.0.0.1", "Address to listen on")
    port: Annotated[StrictInt, Field(ge=0, le=65535)] = _setting(8080, "Port to listen on; 0 takes a free one")


class Settings(Section):
    """The whole of `bot.yaml`, with the environment on top."""

    timezone: Zone = _setting("Asia/Jakarta", "Zone of the hours below and of the times in messages")
    database: SecretStr | None = _setting(
        None, "null: kentongan.db in the state directory; or postgresql://user@host/name, or a path"
    )
    poll: Poll = _section(Poll)
    fetch: Fetch = _section(Fetch)
    telegram: Telegram = _section(Telegram)
    alerts: Alerts = _section(Alerts)
    stories: Stories = _section(Stories)
    digests: Digests = _section(Digests)
    spikes: Spikes = _section(Spikes)
    retention: Retention = _section(Retention)
    desk: Desk = _section(Desk)

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, value: Any) -> Any:
        """A section whose keys are all commented out reads as null; it means its defaults."""
        if not isinstance(value, dict):
            return value
        return {key: {} if part is None and key in SECTIONS else part for key, part in value.items()}


SECTIONS = frozenset({"poll", "fetch", "telegram", "alerts", "stories", "digests", "spikes", "retention", "desk"})
