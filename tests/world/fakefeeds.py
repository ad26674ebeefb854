"""Feeds in a test's words. Pure text; nothing here is served."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

FEED_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "jsonfeed": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `path` is joined to the feed's base unless it is a whole address; `guid` None means: the address.
    `published` may be the raw text of a date, for feeds that print it badly."""

    title: str
    path: str
    summary: str = ""
    published: datetime | str | None = None
    guid: str | None = None

    def link(self, base: str) -> str:
        """The entry's address."""
        return self.path if "://" in self.path else base + self.path

    def date(self, *, iso: bool) -> str:
        """The printed date: ISO 8601, or as in e-mail; "" for none."""
        if isinstance(self.published, datetime):
            return self.published.isoformat() if iso else format_datetime(self.published)
        return self.published or ""


def rss(items: Sequence[Item], *, base: str = "http://127.0.0.1", title: str = "A feed") -> str:
    """An RSS 2.0 document."""
    rows = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link(base))}</link>"
        f'<guid isPermaLink="{"true" if item.guid is None else "false"}">{escape(item.guid or item.link(base))}</guid>'
        f"<description>{escape(item.summary)}</description>{_tag('pubDate', item.date(iso=False))}</item>\n"
        for item in items
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>{escape(base)}/</link><description>{escape(title)}</description>\n{rows}</channel></rss>\n"
    )


def atom(items: Sequence[Item], *, base: str = "http://127.0.0.1", title: str = "A feed") -> str:
    """An Atom 1.0 document."""
    rows = "".join(
        f'<entry><title>{escape(item.title)}</title><link href="{_quoted(item.link(base))}"/>'
        f"<id>{escape(item.guid or item.link(base))}</id><summary>{escape(item.summary)}</summary>"
        f"{_tag('published', item.date(iso=True))}{_tag('updated', item.date(iso=True))}</entry>\n"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>{escape(title)}</title><id>{escape(base)}/</id><link href="{_quoted(base)}/"/>\n{rows}</feed>\n'
    )


def rdf(items: Sequence[Item], *, base: str = "http://127.0.0.1", title: str = "A feed") -> str:
    """An RSS 1.0 (RDF) document. `guid` becomes rdf:about."""
    rows = "".join(
        f'<item rdf:about="{_quoted(item.guid or item.link(base))}"><title>{escape(item.title)}</title>'
        f"<link>{escape(item.link(base))}</link><description>{escape(item.summary)}</description>"
        f"{_tag('dc:date', item.date(iso=True))}</item>\n"
        for item in items
    )
    listed = "".join(f'<rdf:li rdf:resource="{_quoted(item.guid or item.link(base))}"/>' for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{_quoted(base)}/"><title>{escape(title)}</title><link>{escape(base)}/</link>'
        f"<description>{escape(title)}</description><items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n"
        f"{rows}</rdf:RDF>\n"
    )


def jsonfeed(items: Sequence[Item], *, base: str = "http://127.0.0.1", title: str = "A feed") -> str:
    """A JSON Feed 1.1 document."""
    rows = [
        {
            "id": item.guid or item.link(base),
            "url": item.link(base),
            "title": item.title,
            "content_text": item.summary,
            **({"date_published": item.date(iso=True)} if item.published else {}),
        }
        for item in items
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "items": rows,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


WRITERS: dict[str, Callable[..., str]] = {"rss": rss, "atom": atom, "rdf": rdf, "jsonfeed": jsonfeed}


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
