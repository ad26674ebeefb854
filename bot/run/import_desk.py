"""Decides which feeds of a list are new, what their sources are called, and which could never be asked. It reads and
writes no file.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bot.errors import ConfigError, ConfigErrors, FetchError
from bot.model import Source
from bot.read import url_key
from bot.settings.codes import LANGUAGES
from bot.settings.opml import Listed
from bot.settings.sources import SourceEntry
from bot.web import check_url
from bot.web.guard import WEB_PORTS, IPNetwork, is_public
from bot.web.url import shown
from bot.yamlfile import problems

LONGEST_NAME = 40
"""Characters of a name made of a title: it is typed in rules."""

LONGEST_TITLE = 200
"""Characters of a title taken from another program's list."""

_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.IGNORECASE)
"""`feed:https://host/path` and `feed://host/path`, as browsers once handed feeds to readers."""


@dataclass(frozen=True, slots=True)
class Added:
    """A feed that the configuration does not have yet. `new` says that its source is new, too."""

    source: str
    title: str
    url: str
    line: int
    new: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A feed of the list that is not added, and why."""

    url: str
    title: str
    line: int
    why: str


@dataclass(slots=True)
class Desk:
    """Sorts the feeds of a list: to be added, known, left out."""

    file: str
    sources: Sequence[Source]
    networks: Iterable[IPNetwork]
    added: list[Added] = field(default_factory=list)
    known: list[Passed] = field(default_factory=list)
    left_out: list[Passed] = field(default_factory=list)
    fresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    """New sources as they will be written, by name."""
    more: list[tuple[int, Any]] = field(default_factory=list)
    """New feeds of sources that are there, by the number of the source."""
    _configured: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _names: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, source in enumerate(self.sources):
            self._names[source.name.casefold()] = number
            for feed in source.feeds:
                self._configured[url_key(feed.url)] = source.name

    def take(self, feed: Listed) -> None:
        """Decides about one feed. Raises ConfigErrors where a list of ours says what no configuration may."""
        url = _FEED_SCHEME.sub("", feed.url)
        url = f"http:{url}" if url.startswith("//") else url
        title = _clean(feed.title) if feed.facts is None else feed.title
        key = url_key(url)
        if why := self._unusable(url):
            self.left_out.append(Passed(shown(url), title, feed.line, why))
        elif key in self._configured:
            self.known.append(
                Passed(url, title, feed.line, f"is already configured (source '{self._configured[key]}')")
            )
        # What one configuration told apart is told apart again.
        elif (again := self._seen.get(key if feed.facts is None else url)) is not None:
            self.known.append(Passed(url, title, feed.line, f"is already in line {again}"))
        else:
            self._seen[key] = self._seen[url] = feed.line
            self._add(feed, url, title)

    def _unusable(self, url: str) -> str | None:
        """Why an address would never be asked, as far as it can be told without asking anybody."""
        try:
            parts = urlsplit(check_url(url))
        except FetchError as error:
            return str(error).rpartition(": ")[2]
        host, networks = parts.hostname or "", list(self.networks)
        if host == "localhost" or host.endswith(".localhost"):
            host = "127.0.0.1"
        try:
            address = ip_address(host)
        except ValueError:
            port = parts.port or 80
            return None if port in WEB_PORTS or networks else f"port {port} is not asked (fetch.allow_networks)"
        if any(address in network for network in networks if network.version == address.version):
            return None
        if not is_public(address):
            return "not a public address (fetch.allow_networks)"
        port = parts.port or 80
        return None if port in WEB_PORTS else f"port {port} is not asked (fetch.allow_networks)"

    def _add(self, feed: Listed, url: str, title: str) -> None:
        item = {"url": url, "every": feed.every} if feed.every and feed.facts is not None else url
        facts = feed.facts
        name = facts["name"] if facts is not None else self._name(title, url)
        number = self._names.get(name.casefold(), -1)
        if number is not None and number >= 0:
            self._check(feed, {"name": self.sources[number].name, "feeds": [item]})
            self.more.append((number, item))
            self.added.append(Added(self.sources[number].name, self.sources[number].title, url, feed.line, False))
            return
        if number is None:  # a source of this list
            name = next(known for known in self.fresh if known.casefold() == name.casefold())
            self._check(feed, {"name": name, "feeds": [item]})
            self.fresh[name]["feeds"].append(item)
        else:
            made = _source(name, title, feed, facts or {}, item)
            self._check(feed, made)
            self.fresh[name] = made
            self._names[name.casefold()] = None
        self.added.append(Added(name, title or name, url, feed.line, True))

    def _name(self, title: str, url: str) -> str:
        """A name that nobody has, made of the title or, where that has no letters for it, of the host."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        stem = (slug(title) or slug(host) or "feed")[:LONGEST_NAME].rstrip("-")
        name, number = stem, 2
        while name.casefold() in self._names:
            name, number = f"{stem}-{number}", number + 1
        return name

    def _check(self, feed: Listed, made: Mapping[str, Any]) -> None:
        from pydantic import ValidationError

        try:
            SourceEntry.model_validate(made)
        except ValidationError as error:
            steps, _, text = problems(error, SourceEntry, made)[0]
            what = ".".join(str(step) for step in steps if isinstance(step, str))
            raise ConfigErrors([ConfigError(f"{what}: {text}", self.file, feed.line, feed.column)]) from None


def _source(name: str, title: str, feed: Listed, facts: Mapping[str, str], item: Any) -> dict[str, Any]:
    """A source as it is written: its facts in the order of the shipped file, without what goes without saying."""
    language = feed.language
    if language is not None and feed.facts is None:
        base = re.split("[-_]", language.lower())[0]
        language = base if base in LANGUAGES else None
    tier: Any = facts.get("tier")
    written = {
        "name": name,
        "title": title if title != name else None,
        "country": facts.get("country"),
        "language": language,
        "timezone": facts.get("timezone"),
        "tier": int(tier) if tier is not None and tier.isascii() and tier.isdigit() and len(tier) < 9 else tier,
        "family": facts.get("family") if facts.get("family") != name else None,
        "feeds": [item],
    }
    return {key: value for key, value in written.items() if value not in (None, "") and (key, value) != ("tier", 3)}


def slug(text: str) -> str:
    """Small letters, digits and hyphens for a text of Latin letters; nothing is left of other scripts."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def _clean(title: str) -> str:
    """A title on one line, without control characters, markup left in references read once."""
    text = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in title)
    text = re.sub("[\u202a-\u202e\u2066-\u2069\ufeff]", "", text)
    return " ".join(html.unescape(text).split())[:LONGEST_TITLE]
