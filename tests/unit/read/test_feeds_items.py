# ruff: noqa: E501 - documents are written as sites send them
"""A feed of which some items were read before: what is left out, what is not, and that the rest reads the same."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Entry, ParsedFeed, Source
from bot.read.feeds import read_feed

URL = "https://news.example.org/rss/all.xml"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def read(body: bytes, seen: Iterable[str] = (), source: Source | None = None) -> ParsedFeed:
    return read_feed(body, URL, None, source=source, seen=frozenset(seen))


def titles(feed: ParsedFeed) -> list[str]:
    return [entry.title for entry in feed.entries]


def rss(*items: str, root: str = 'version="2.0"', head: str = "", tail: str = "", lead: str = "") -> bytes:
    return f'<?xml version="1.0"?>{lead}<rss {root} {SPACES}><channel><title>N</title>{head}{"".join(items)}{tail}</channel></rss>'.encode()


def item(title: str, rest: str | None = None) -> str:
    return f"<item><title>{title}</title>{f'<link>/{title}</link>' if rest is None else rest}</item>\n"


def rdf(*items: str) -> bytes:
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {SPACES}><channel rdf:about="x"><title>N</title></channel>'
        f"{''.join(items)}</rdf:RDF>"
    ).encode()


def atom(*items: str, space: str = "http://www.w3.org/2005/Atom", root: str = "") -> bytes:
    return f'<feed xmlns="{space}" {SPACES} {root}><title>N</title><id>f</id>{"".join(items)}</feed>'.encode()


def entry(title: str, rest: str | None = None) -> str:
    rest = f'<id>{title}</id><link href="/{title}"/>' if rest is None else rest
    return f"<entry><title>{title}</title>{rest}</entry>"


def jsonfeed(*names: str, **fields: str) -> bytes:
    items = [{"id": name, "title": name, "url": f"/{name}", **fields} for name in names]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": items}).encode()


# --- what is left out -----------------------------------------------------------------------------------------------

PAIRS = [
    (rss(item("b"), item("a")), rss(item("c"), item("b"), item("a"))),
    (rss(item("b"), item("a"), root='version="0.91"'), rss(item("c"), item("b"), root='version="0.91"')),
    (rss(item("b"), item("a"), root='version="0.92"'), rss(item("c"), item("b"), root='version="0.92"')),
    (rdf(item("b"), item("a")), rdf(item("c"), item("b"), item("a"))),
    (atom(entry("b"), entry("a")), atom(entry("c"), entry("b"), entry("a"))),
    (atom(entry("b"), space="http://purl.org/atom/ns#", root='version="0.3"'), atom(entry("c"), entry("b"), space="http://purl.org/atom/ns#", root='version="0.3"')),
    (jsonfeed("b", "a"), jsonfeed("c", "b", "a")),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_only_the_new_item_of_a_known_feed_is_read(before: bytes, after: bytes) -> None:
    feed = read(after, read(before).items)
    assert (titles(feed), len(feed.items)) == (["c"], len(read(after).entries))


@pytest.mark.parametrize("body", [after for _, after in PAIRS])
def test_a_feed_without_new_items_still_tells_all_about_itself(body: bytes) -> None:
    feed = read(body)
    assert read(body, feed.items) == dataclasses.replace(feed, entries=())


def test_a_changed_item_is_read_again() -> None:
    before = read(rss(item("a"), item("b", "<link>/b</link><description>Old</description>")))
    after = rss(item("a"), item("b", "<link>/b</link><description>New</description>"))
    assert titles(read(after, before.items)) == ["b"]


def test_a_build_date_of_the_feed_makes_no_item_new() -> None:
    first, second = (
        rss(item("a"), head=f"<lastBuildDate>Mon, 05 Jan 2026 08:0{n}:00 GMT</lastBuildDate>") for n in "12"
    )
    assert read(second, read(first).items).entries == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rss(item("a")), rss(item("a"), root='version="2.0" xml:base="https://other.example/"')),
        (rss(item("a"), head="<language>ja</language>"), rss(item("a"), head="<language>id</language>")),
        (atom(entry("a")), atom(entry("a"), root='xml:base="/x/"')),
        (atom(entry("a")), atom(entry("a"), root='xmlns:dc2="http://purl.org/dc/elements/1.1/"')),
    ],
)
def test_items_are_read_again_when_the_feed_around_them_gives_them_another_meaning(before: bytes, after: bytes) -> None:
    assert titles(read(after, read(before).items)) == ["a"]


def test_items_are_read_again_when_the_sources_zone_changes() -> None:
    body, first = rss(item("a")), Source("x", "X", timezone="Asia/Jakarta")
    seen = read(body, source=first).items
    assert read(body, seen, first).entries == ()
    assert titles(read(body, seen, dataclasses.replace(first, timezone="Asia/Tokyo"))) == ["a"]


def test_the_order_of_keys_makes_no_json_item_new() -> None:
    turned = json.loads(jsonfeed("a"))
    turned["items"] = [dict(reversed(turned["items"][0].items()))]
    assert read(json.dumps(turned).encode(), read(jsonfeed("a")).items).entries == ()


# --- one address or id for many items -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        (item("o", "<link>/live</link>"), item("n", "<link>/live</link>"), item("x")),
        (item("o", "<link><![CDATA[/live]]></link>"), item("n", "<link>\n/live </link>"), item("x")),
        (item("o", "<guid>7</guid>"), item("n", "<guid isPermaLink='false'>7</guid>"), item("x")),
    ],
)
def test_a_seen_item_with_the_link_or_id_of_a_new_one_is_read_besides(old: str, new: str, other: str) -> None:
    assert titles(read(rss(new, old, other), read(rss(old, other)).items)) == ["n", "o"]


def test_an_atom_entry_shares_a_link_but_neither_licence_nor_source() -> None:
    rest = '<id>{0}</id><link href="/{1}"/><link rel="license" href="/cc"/><source><id>s</id><link href="/s"/></source>'
    old, other, new = (
        entry(name, rest.format(name, link)) for name, link in (("o", "live"), ("x", "x"), ("n", "live"))
    )
    assert titles(read(atom(new, old, other), read(atom(old, other)).items)) == ["n", "o"]


def test_a_json_item_with_the_address_of_a_new_one_is_read_besides() -> None:
    before, after = jsonfeed("a", url="/live"), jsonfeed("b", "a", url="/live")
    assert titles(read(after, read(before).items)) == ["b", "a"]


# --- what is not taken apart ----------------------------------------------------------------------------------------

ODD = {
    "a document type": rss(item("&x;"), item("a"), lead="<!DOCTYPE rss [<!ENTITY x 'ex'>]>"),
    "an element without end": rss(item("a<br>b", "<link>/1</link>"), item("a")),
    "an unbound prefix": rss(item("b", "<media:thumbnail url='x'/>"), item("a")),
    "an item in an item": rss(item("b", item("c")), item("a")),
    "an entry in an item": rss(item("b", entry("c")), item("a")),
    "items in two channels": rss(item("b"), "</channel><channel>", item("a")),
    "a prefix bound twice": rss(item("b", "<dc:x xmlns:dc='urn:a'/>"), item("c", "<dc:x xmlns:dc='urn:b'/>")),
    "a cut": rss(item("c"), item("b"), item("a"))[:-60],
    "an item too deep": rss("<list>", item("b"), item("a"), "</list>"),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_a_document_of_an_odd_shape_is_read_as_a_whole(body: bytes) -> None:
    feed = read(body)
    assert (feed.items, len(feed.entries) > 0) == ((), True)
    assert read(body, ["0" * 16]) == feed


def test_a_document_that_turned_odd_is_read_as_a_whole() -> None:
    seen = read(rss(item("b"), item("a"))).items
    assert titles(read(rss(item("b"), item("a"), item("c <br>", "")), seen)) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "<![CDATA[</item><item><title>no</title></item>]]>",
        "<!-- </item><item><title>no</title></item> --><p/>",
        "&lt;/item&gt;&lt;item&gt;",
        "<?php </item> ?>",
    ],
)
def test_what_only_looks_like_an_item_is_none(text: str) -> None:
    body = rss(item("b", f"<description>{text}</description>"), f"<!-- {item('no')} -->", item("a"))
    feed = read(body)
    assert (len(feed.items), titles(feed), titles(read(body, feed.items[1:]))) == (2, ["b", "a"], ["b"])


# --- whatever the feed, the rest reads the same ---------------------------------------------------------------------

TEXTS = st.sampled_from(
    [
        "Plain", "a &amp; b", "&lt;b&gt;x&lt;/b&gt; &amp;amp; y", "<![CDATA[<p>One</p><item><title>no</title></item>]]>", "日本&#8217;s", "<!-- <entry> -->after",
        "<![CDATA[&nbsp;]]>", "", "  spaced\n out ", "&#xd800;", "<![CDATA[a]]>b<![CDATA[</entry>]]>",
    ]
)  # fmt: skip
LINKS = st.sampled_from(
    [*(f"/{n}" for n in range(20)), "b/c", "https://x.example/1", "/a?x=1&amp;y=2", "<![CDATA[/c]]>", "", "mailto:x"]
)
DATES = st.sampled_from(["Mon, 05 Jan 2026 08:00:00 GMT", "2026-01-05T08:00:00Z", "soon", "2026年1月5日 08:00"])
ITEM_ATTRIBUTES = st.sampled_from(["", ' xml:base="https://b.example/x/"', ' xml:lang="ja"', ' rdf:about="https://x.example/9"', ' xmlns:m="http://search.yahoo.com/mrss/"'])  # fmt: skip
ROOT_ATTRIBUTES = st.sampled_from(["", ' xml:base="https://root.example/r/"', ' xml:lang="id"'])
BETWEEN = st.sampled_from(["", "\n", "<!-- <item> -->", "<?x <item> ?>", "<ttl>30</ttl>", "<image><url>/i</url><title>i</title></image>", "<author><name>Feed</name></author>"])  # fmt: skip
SPOILT = st.sampled_from(["<b>", "&", "&nbsp;", "</item>", "<item>", "<entry><title>in</title></entry>", "\x07"])  # fmt: skip


def field(name: str, values: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return values.map(lambda text: f"<{name}{attributes}>{text}</{name}>")


RSS_FIELDS = st.one_of(
    field("title", TEXTS), field("link", LINKS), field("guid", LINKS), field("guid", TEXTS, ' isPermaLink="false"'), field("description", TEXTS),
    field("content:encoded", TEXTS), field("dc:creator", TEXTS), field("author", TEXTS), field("pubDate", DATES), field("dc:date", DATES),
    field("source", TEXTS, ' url="/s"'), field("feedburner:origLink", LINKS), field("m:title", TEXTS, ' xmlns:m="http://search.yahoo.com/mrss/"'),
    field("category", TEXTS), st.just('<enclosure url="/e" type="audio/mpeg"/>'), st.just("<image><url>/x</url><title>pic</title><link>/pic</link></image>"),
)  # fmt: skip
ATOM_FIELDS = st.one_of(
    field("title", TEXTS), field("title", TEXTS, ' type="html"'), field("id", LINKS), field("summary", TEXTS, ' type="html"'), field("content", TEXTS, ' type="html" xml:base="/c/"'),
    st.just('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Ex <svg xmlns="http://www.w3.org/2000/svg"/></p></div></content>'),
    st.just('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title>'),
    st.just('<content mode="base64">PHA+aGk8L3A+</content>'), st.just('<content type="application/xml" src="/x"/>'),
    LINKS.filter(lambda link: "<" not in link).map(lambda link: f'<link href="{link}"/>'), st.just('<link rel="edit" href="/e"/>'),
    field("published", DATES), field("updated", DATES), field("author", field("name", TEXTS)), field("dc:creator", TEXTS),
    field("source", field("id", LINKS)), field("source", field("title", TEXTS)),
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(["0.91", "0.92", "2.0", "rdf", "atom03", "atom10"]))
    name, fields = ("entry", ATOM_FIELDS) if kind.startswith("atom") else ("item", RSS_FIELDS)
    items, spoilt = [], draw(st.sampled_from([st.just("")] * 9 + [SPOILT]))
    for _ in range(draw(st.integers(1, 5))):
        inner = "".join(draw(st.lists(fields, max_size=6))) + draw(spoilt)
        items.append(f"<{name}{draw(ITEM_ATTRIBUTES)}>{inner}</{name}>{draw(BETWEEN)}")
    body = {"rdf": rdf, "atom03": atom, "atom10": atom}.get(kind, rss)(*items).decode()
    root = draw(ROOT_ATTRIBUTES) + ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"' * (kind != "rdf")
    if kind == "atom03":
        body = body.replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#").replace(
            "<feed", '<feed version="0.3"'
        )
    elif kind[0].isdigit():
        body = body.replace('version="2.0"', f'version="{kind}"')
    body = body.replace("<channel", f"<channel{draw(ROOT_ATTRIBUTES)}").replace(
        " xmlns:content", f"{root} xmlns:content", 1
    )
    if draw(st.integers(0, 19)) == 0:
        body = body[: draw(st.integers(0, len(body)))]
    return body.encode()


def follows(part: Iterable[Entry], whole: Iterable[Entry]) -> bool:
    """Whether `part` is `whole` without some entries, in the same order."""
    rest = iter(whole)
    return all(any(one == other for other in rest) for one in part)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.data())
def test_unseen_items_read_as_they_do_in_the_whole_document(body: bytes, data: st.DataObject) -> None:
    try:
        whole = read(body)
    except Exception as error:
        with pytest.raises(type(error)):
            read(body, ["0" * 16])
        return
    seen = data.draw(st.sets(st.sampled_from(whole.items))) if whole.items else set()
    part = read(body, seen)
    assert dataclasses.replace(part, entries=()) == dataclasses.replace(whole, entries=())
    unseen = [one for one, mark in zip(whole.entries, whole.items, strict=False) if mark not in seen]
    assert follows(unseen if whole.items else whole.entries, part.entries)
    assert follows(part.entries, whole.entries)


@settings(max_examples=100, deadline=None)
@given(documents())
def test_most_generated_documents_can_be_taken_apart_or_have_a_reason_not_to(body: bytes) -> None:
    from xml.dom.minidom import parseString
    from xml.parsers.expat import ExpatError

    try:
        parseString(body)
    except ExpatError:
        return
    feed = read(body)
    assert feed.items or b"<entry><title>in" in body or b"&#xd800;" in body
