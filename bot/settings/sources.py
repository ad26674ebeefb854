"""Reads `sources.yaml`: the publishers and their feeds.

It never fetches anything: whether a feed answers is found out by polling it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, WithJsonSchema, model_validator

from bot.errors import ConfigError, ConfigErrors
from bot.model import FeedAddress, Source
from bot.settings.codes import country, language
from bot.settings.units import PositiveDuration, WebAddress, Zone
from bot.yamlfile import Located, Step, found, read, validate

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
"""Names appear in the rule language, as `source(antara, kyodo)`, and in metrics."""


def source_name(value: object) -> str:
    """A source's stable id. Raises ValueError."""
    if isinstance(value, str) and re.fullmatch(NAME, value):
        return value
    raise ValueError(f"expected a name of at most 100 letters, digits, '-' and '_', found {found(value)}")


Name = Annotated[str, BeforeValidator(source_name), WithJsonSchema({"type": "string", "pattern": NAME})]
Country = Annotated[str, BeforeValidator(country), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$"})]
Language = Annotated[str, BeforeValidator(language), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$"})]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _or_bare_address(schema: dict[str, Any]) -> None:
    mapping = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string", "format": "uri", "pattern": "^https?://"}, mapping]


class FeedEntry(_Entry):
    """A feed with settings of its own; a bare address is one without."""

    model_config = ConfigDict(json_schema_extra=_or_bare_address)

    url: WebAddress = Field(description="Address of an RSS, Atom or JSON feed")
    every: PositiveDuration | None = Field(None, description="How often it is read, instead of poll.every")

    @model_validator(mode="before")
    @classmethod
    def _bare_address(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"url": value}


class SourceEntry(_Entry):
    """A publisher: one or more feeds and what is known of it."""

    name: Name = Field(description="Stable id, used in rules; a changed one makes a new source")
    feeds: Annotated[tuple[FeedEntry, ...], Field(min_length=1)] = Field(description="Addresses of its feeds")
    title: str = Field("", description="Name for people; the id where it is missing")
    country: Country | None = Field(None, description="ISO 3166 code, such as id or jp")
    language: Language | None = Field(None, description="ISO 639-1 code of the expected language, such as id or ja")
    timezone: Zone | None = Field(None, description="Zone of dates that are printed without one")
    tier: Annotated[StrictInt, Field(ge=1, le=3)] = Field(3, description="1 official or wire, 2 quality press, 3 other")
    family: str = Field("", description="Reprints within one family count once; the id where it is missing")

    def source(self) -> Source:
        """The noun the program speaks of."""
        return Source(
            name=self.name,
            title=self.title or self.name,
            feeds=tuple(FeedAddress(feed.url, feed.every) for feed in self.feeds),
            country=self.country,
            language=self.language,
            timezone=self.timezone,
            tier=self.tier,
            family=self.family or self.name,
        )


class SourcesFile(_Entry):
    """The publishers to watch."""

    sources: tuple[SourceEntry, ...] = Field((), description="The publishers to watch")


def load_sources(config_dir: Path) -> tuple[Source, ...]:
    """The sources of `sources.yaml` in their order. Raises ConfigErrors with every mistake, duplicates included."""
    path = config_dir / "sources.yaml"
    if not path.exists():
        raise ConfigErrors([ConfigError("there is no such file: list the feeds to watch in it", str(path))])
    located = read(path)
    errors = list(_duplicates(located))
    try:
        file = validate(located, SourcesFile)
    except ConfigErrors as others:
        raise ConfigErrors([*errors, *others.errors]) from None
    if errors:
        raise ConfigErrors(errors)
    return tuple(entry.source() for entry in file.sources)


def _duplicates(located: Located) -> Iterator[ConfigError]:
    """Names and feed addresses given twice; looks at raw data, so that other mistakes do not hide these."""
    names: dict[str, int] = {}
    feeds: dict[str, str] = {}
    for path, entry in _items(located.data, "sources", ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        line = located.place((*path, "name"))[0]
        if isinstance(name, str) and name.casefold() in names:
            yield located.error(f"the source '{name}' is already in line {names[name.casefold()]}", (*path, "name"))
        elif isinstance(name, str):
            names[name.casefold()] = line
        for where, item in _items(entry, "feeds", path):
            url = item.get("url") if isinstance(item, dict) else item
            if not isinstance(url, str):
                continue
            if _same(url) in feeds:
                yield located.error(f"this feed is already in {feeds[_same(url)]}", where)
            else:
                feeds[_same(url)] = f"line {located.place(where)[0]} (source '{name}')"


def _items(data: Any, key: str, path: tuple[Step, ...]) -> list[tuple[tuple[Step, ...], Any]]:
    """The items of a list in raw data with their paths; nothing where there is no list."""
    items = data.get(key) if isinstance(data, dict) else None
    return [((*path, key, index), item) for index, item in enumerate(items)] if isinstance(items, list) else []


def _same(url: str) -> str:
    """An address without the differences that cannot matter: the case of its host, a default port, a lone slash."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = (parts.hostname or "") + ("" if port in (None, usual) else f":{port}")
    return parts._replace(netloc=host, path=parts.path or "/", fragment="").geturl()
