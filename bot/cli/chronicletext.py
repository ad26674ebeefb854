"""A chronicle as text, as Markdown and as JSON. It looks nothing up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from bot.cli.show import iso, labels, one_line

if TYPE_CHECKING:
    from bot.story.accounts import Account
    from bot.story.chronicle import Entry
    from bot.tell.wording import Names

Asked = Collection[tuple[str, str]]

MOST_CHARS = 600
"""Of a sentence or a headline; JSON has all of it."""

_INSET = " " * 4


# --- JSON -----------------------------------------------------------------------------------------------------------


def as_json(watchlist: str, label: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """The whole chronicle; nothing is left out."""
    return {"watchlist": watchlist, "label": label, "steps": [_as_json(entry) for entry in entries]}


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "date": entry.date,
        "date_from": entry.date_from,
        "step": entry.step,
        "labels": labels(entry.labels),
        "headline": entry.headline,
        "sentence": entry.sentence,
        "stories": list(entry.stories),
        "sources": [_source_as_json(source) for source in entry.sources],
    }


def _source_as_json(source: Account) -> dict[str, Any]:
    article = source.article
    return {
        "title": article.title,
        "source": article.source.name if article.source else None,
        "url": article.url,
        "language": article.language,
        "published": iso(article.published),
    }


# --- text -----------------------------------------------------------------------------------------------------------


def as_text(
    entries: Sequence[Entry], names: Names, asked: Asked, title: str, zone: ZoneInfo, why: str
) -> Iterator[str]:
    """Lines for a terminal. `why` says why there are no entries."""
    from bot.tell import chronicle

    yield click.style(one_line(title), bold=True)
    yield chronicle.counted(entries) if entries else why
    for entry in entries:
        yield ""
        step = click.style(one_line(chronicle.stage(entry.step)), bold=True)
        yield f"{chronicle.day(entry)}  {step} {_beside(entry, names, asked)}"
        yield f"{_INSET}{_short(entry.headline)}"
        if not chronicle.says_no_more(entry):
            yield f"{_INSET}“{_short(entry.sentence)}”"
        for source in entry.sources:
            yield f"{_INSET}- {_whence(source, zone)}"
            yield f"{_INSET}  {one_line(source.article.url)}"


def _beside(entry: Entry, names: Names, asked: Asked) -> str:
    """What else is said of it on its first line."""
    from bot.tell import chronicle

    beside = chronicle.others(entry.labels, names, asked)
    stories = ", ".join(map(str, entry.stories))
    notes = [
        *([f"also {one_line(', '.join(beside))}"] if beside else []),
        *chronicle.notes(entry),
        f"{'story' if len(entry.stories) == 1 else 'stories'} {stories}",
    ]
    return f"({'; '.join(notes)})"


def _whence(source: Account, zone: ZoneInfo) -> str:
    from bot.tell import chronicle
    from bot.tell.wording import local_day

    article = source.article
    when = local_day(article.published.astimezone(zone).date().isoformat()) if article.published else "undated"
    return one_line(f"{chronicle.outlet(source)}, {when}, {article.language or 'language uncertain'}")


def _short(text: str) -> str:
    """A text of the web on one line: a page without full stops is one sentence."""
    from bot.tell.wording import short

    return short(one_line(text), MOST_CHARS)


# --- Markdown -------------------------------------------------------------------------------------------------------


def as_markdown(
    entries: Sequence[Entry], names: Names, asked: Asked, title: str, zone: ZoneInfo, why: str
) -> Iterator[str]:
    """Lines of Markdown: a heading for each step, its sentence as a quotation, its sources as links."""
    from bot.tell import chronicle

    yield f"# {_plain(title)}"
    yield ""
    yield _plain(chronicle.counted(entries) if entries else why)
    for entry in entries:
        yield ""
        yield f"## {chronicle.day(entry)}: {_plain(chronicle.stage(entry.step))}"
        yield ""
        yield f"**{_plain(_short(entry.headline))}** {_plain(_beside(entry, names, asked))}"
        if not chronicle.says_no_more(entry):
            yield ""
            yield f"> {_plain(_short(entry.sentence))}"
        yield ""
        for source in entry.sources:
            link = f"[{_plain(_short(source.article.title))}]({_address(source.article.url)})"
            yield f"- {link}, {_plain(_whence(source, zone))}"


_MARKUP = re.compile(r"([\\`*_\[\]#|~])")


def _plain(text: str) -> str:
    """A text of the web in which nothing is markup."""
    written = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    written = _MARKUP.sub(r"\\\1", written)
    # At the beginning of a line these would make a list.
    return re.sub(r"^([-+]|\d+[.)])(?=\s)", r"\\\1", written)


def _address(url: str) -> str:
    """An address within round brackets."""
    return "".join(f"%{ord(sign):02X}" if sign in " ()<>\"'\\" else sign for sign in one_line(url))
