"""The demo's newspapers: who they are, and their feeds in four formats and pages in three styles. It serves nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from importlib.resources import files
from string import Template
from typing import TypeAlias

from bot.cli.demosite.articles import Piece

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


@dataclass(frozen=True, slots=True)
class Printed:
    """An article with its address and its date, ready to be printed."""

    piece: Piece
    url: str
    date: datetime


Writer: TypeAlias = Callable[["Outlet", str, Sequence[Printed]], str]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newspaper. `hours` is its clock ahead of UTC, `feed` the path of its feed, `template` its style of pages."""

    name: str
    title: str
    language: str
    country: str
    zone: str
    hours: int
    tier: int
    feed: str
    format: str
    media_type: str
    write: Writer
    template: str

    def document(self, base: str, printed: Sequence[Printed]) -> str:
        """The feed, newest first: headlines and summaries, no full text."""
        return self.write(self, base, sorted(printed, key=lambda item: item.date, reverse=True))

    def page(self, item: Printed) -> str:
        """The HTML page of an article."""
        style = Template((files("bot.cli.demosite") / "templates" / self.template).read_text("utf-8"))
        piece, local = item.piece, self.local(item.date)
        paragraphs = [f"<p>{escape(text)}</p>" for text in piece.paragraphs]
        return style.substitute(
            title=escape(piece.title),
            outlet=escape(self.title),
            url=item.url,
            summary=escape(piece.summary),
            stamp=local.isoformat(timespec="seconds"),
            printed=_spoken(local, self.language),
            author=escape(piece.author),
            standfirst=f'<p class="standfirst">{escape(piece.standfirst)}</p>' if piece.standfirst else "",
            first=paragraphs[0],
            rest="\n".join(paragraphs[1:]),
            paragraphs="\n".join(paragraphs),
        )

    def local(self, date: datetime) -> datetime:
        """A moment on the newspaper's own clock."""
        return date.astimezone(timezone(timedelta(hours=self.hours)))


def _spoken(date: datetime, language: str) -> str:
    """A date as newspapers print it."""
    if language == "ja":
        return f"{date.year}年{date.month}月{date.day}日 {date.hour}時{date:%M}分"
    if language == "id":
        return f"{_DAYS[date.weekday()]}, {date.day} {_MONTHS[date.month - 1]} {date.year} {date:%H:%M} WIB"
    return f"{date.day} {date:%b} {date.year}, {date:%H:%M}"


# --- feeds ----------------------------------------------------------------------------------------------------------

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _rss(outlet: Outlet, base: str, printed: Sequence[Printed]) -> str:
    items = "".join(
        f"<item><title>{escape(item.piece.title)}</title><link>{item.url}?utm_source=rss&amp;utm_medium=feed</link>"
        f'<guid isPermaLink="false">{outlet.name}-{item.piece.slug}</guid>'
        f"<pubDate>{format_datetime(outlet.local(item.date))}</pubDate>"
        f"<description>{escape(item.piece.summary)}</description></item>\n"
        for item in printed
    )
    return (
        f'{_PROLOGUE}<rss version="2.0"><channel><title>{escape(outlet.title)}</title>'
        f"<link>{base}/</link><description>News</description><language>{outlet.language}</language>\n{items}</channel></rss>"
    )


def _atom(outlet: Outlet, base: str, printed: Sequence[Printed]) -> str:
    entries = "".join(
        f'<entry><title>{escape(item.piece.title)}</title><link href="{item.url}"/><id>{item.url}</id>'
        f"<published>{item.date.isoformat()}</published><updated>{item.date.isoformat()}</updated>"
        f"<author><name>{escape(item.piece.author)}</name></author>"
        f"<summary>{escape(item.piece.summary)}</summary></entry>\n"
        for item in printed
    )
    updated = max(item.date for item in printed).isoformat()
    return (
        f'{_PROLOGUE}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.title)}</title><id>{base}/</id><updated>{updated}</updated>\n{entries}</feed>"
    )


def _rdf(outlet: Outlet, base: str, printed: Sequence[Printed]) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{item.url}"/>' for item in printed)
    items = "".join(
        f'<item rdf:about="{item.url}"><title>{escape(item.piece.title)}</title><link>{item.url}</link>'
        f"<description>{escape(item.piece.summary)}</description>"
        f"<dc:date>{outlet.local(item.date).isoformat(timespec='seconds')}</dc:date></item>\n"
        for item in printed
    )
    return (
        f'{_PROLOGUE}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{base}{outlet.feed}"><title>{escape(outlet.title)}</title><link>{base}/</link>'
        f"<description>News</description><dc:language>{outlet.language}</dc:language>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{items}</rdf:RDF>"
    )


def _json(outlet: Outlet, base: str, printed: Sequence[Printed]) -> str:
    items = [
        {
            "id": item.piece.slug,
            "url": item.url,
            "title": item.piece.title,
            "summary": item.piece.summary,
            "date_published": item.date.isoformat(timespec="seconds"),
            "authors": [{"name": item.piece.author}],
        }
        for item in printed
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.title, "home_page_url": f"{base}/"}
    return json.dumps({**head, "language": outlet.language, "items": items}, ensure_ascii=False)


_XML = "application/xml; charset=utf-8"

OUTLETS = (
    Outlet(
        "straits-wire", "Straits Wire", "en", "sg", "Asia/Singapore", 8, 1,
        "/feed.json", "JSON Feed", "application/feed+json", _json, "broadsheet.html",
    ),
    Outlet(
        "pacific-courier", "The Pacific Courier", "en", "au", "Australia/Brisbane", 10, 2,
        "/atom.xml", "Atom", "application/atom+xml; charset=utf-8", _atom, "broadsheet.html",
    ),
    Outlet(
        "coastline-daily", "Coastline Daily", "en", "ph", "Asia/Manila", 8, 3,
        "/rss.xml", "RSS 2.0", _XML, _rss, "broadsheet.html",
    ),
    Outlet(
        "harian-nusantara", "Harian Nusantara", "id", "id", "Asia/Jakarta", 7, 2,
        "/rss.xml", "RSS 2.0", _XML, _rss, "portal.html",
    ),
    Outlet(
        "toto-shimbun", "東都新聞", "ja", "jp", "Asia/Tokyo", 9, 2,
        "/index.rdf", "RSS 1.0", _XML, _rdf, "shimbun.html",
    ),
)  # fmt: skip
"""Made-up papers. Two share a format, so that all four formats and all three styles of pages occur."""
