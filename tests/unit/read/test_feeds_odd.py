# ruff: noqa: E501 - documents are written as sites send them
"""What real servers send as feeds: noise around them, wrong labels, odd ids and links, too many entries, hostile text."""

from __future__ import annotations

import gzip
import time
from datetime import timedelta

import pytest

from bot.errors import FeedError
from bot.read.feeds import read_feed

URL = "https://news.example.org/rss/all.xml"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
FEED = '<rss version="2.0"><channel><title>N</title><item><title>防衛 One</title><link>/1</link></item><item><title>Two</title><link>/2</link></item></channel></rss>'


def rss(items: str, head: str = "") -> bytes:
    return f'{XML}<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>N</title>{head}{items}</channel></rss>'.encode()


def titles(body: bytes, content_type: str | None = None) -> list[str]:
    return [entry.title for entry in read_feed(body, URL, content_type).entries]


# --- labels and noise -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/html", "text/plain; charset=iso-8859-1", "application/json", "application/feed+json", "image/png", "garbage;;=", "application/octet-stream"],
)  # fmt: skip
def test_a_feed_is_known_by_its_text_under_any_content_type(content_type: str | None) -> None:
    assert titles((XML + FEED).encode(), content_type) == ["防衛 One", "Two"]


def test_a_json_feed_is_known_by_its_text_under_any_content_type() -> None:
    body = b'\xef\xbb\xbf {"version":"https://jsonfeed.org/version/1","title":"N","items":[{"id":"1","title":"One"}]}'
    assert titles(body, "application/rss+xml") == ["One"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n\n  ", "\n\n"),
        ("\ufeff\ufeff", ""),
        ("\u00a0\u200b", ""),
        ("<br />\n<b>Warning</b>:  foo() in <b>/x.php</b> on line <b>1</b><br />\n", ""),
        ("Notice: foo in /x.php on line 1\n", ""),
        ("<!-- by <rss> machine -->", ""),
        ("", "<script>var a = '<item>';</script><!-- 0.3 s -->"),
        ("", "<p>" + "x" * 5000),
        ("", "\0\0\0"),
    ],
)
def test_noise_around_a_feed_is_no_part_of_it(before: str, after: str) -> None:
    body = (before + (FEED if before.startswith("<!--") else XML + FEED) + after).encode()
    feed = read_feed(body, URL, "text/xml")
    assert ([entry.title for entry in feed.entries], len(feed.items)) == (["防衛 One", "Two"], 2)


@pytest.mark.parametrize(
    "body",
    [
        FEED.encode("utf-16-le"),
        (XML + FEED).encode("utf-16-be"),
        (XML + FEED).encode("utf-32-le"),
        (XML + FEED).replace("UTF-8", "UTF-16").encode(),
        (XML + FEED).replace("UTF-8", "x-unheard-of").encode(),
        (XML + FEED).replace("UTF-8", "iso-8859-1").encode(),
        (XML + FEED).replace("UTF-8", "big5").encode("big5"),
        (XML + FEED).replace("UTF-8", "gb2312").encode("gbk"),
        (XML + FEED).replace("UTF-8", "ISO-2022-JP").encode("iso-2022-jp"),
        gzip.compress((XML + FEED + " " * 3000).encode())[:-20],
        gzip.compress((XML + FEED)[:60].encode()) + gzip.compress((XML + FEED)[60:].encode()),
    ],
)
def test_a_feed_is_read_in_its_real_encoding(body: bytes) -> None:
    assert titles(body) == ["防衛 One", "Two"]


def test_a_wrong_byte_under_a_wrong_label_costs_one_character() -> None:
    body = (XML + FEED).replace("UTF-8", "iso-8859-1").encode().replace(b"One", b"O\xffe")
    assert titles(body) == ["防衛 O\ufffde", "Two"]


def test_latin_text_under_its_own_label_stays() -> None:
    body = (XML + FEED).replace("UTF-8", "iso-8859-1").replace("防衛", "café").encode("cp1252")
    assert titles(body) == ["café One", "Two"]


@pytest.mark.parametrize("length", [30, 60, 90])
def test_a_feed_cut_before_its_first_whole_entry_is_an_error(length: int) -> None:
    with pytest.raises(FeedError, match="cut off"):
        read_feed((XML + FEED).encode()[: len(XML) + length], URL, None)


def test_a_json_feed_cut_before_its_first_whole_item_is_an_error() -> None:
    with pytest.raises(FeedError, match="cut off"):
        read_feed(b'{"version":"x","title":"N","items":[{"id":"1","ti', URL, None)


# --- ids and links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "guid", "url"),
    [
        ("<link>/1</link>", None, "https://news.example.org/1"),
        ("<guid>123</guid><link>/1</link>", "123", "https://news.example.org/1"),
        ("<guid> 123 \n</guid><link>\n /1\n</link>", "123", "https://news.example.org/1"),
        ("<guid>https://x.example/5</guid>", "https://x.example/5", "https://x.example/5"),
        ('<guid isPermaLink="false">https://x.example/5</guid>', "https://x.example/5", None),
        ("<guid></guid><link>//cdn.example/1</link>", None, "https://cdn.example/1"),
        ("<link>/1?a=1&amp;b=2</link>", None, "https://news.example.org/1?a=1&b=2"),
        ("<link>/1?a=1&b=2</link>", None, "https://news.example.org/1?a=1&b=2"),
        ("<link>/ü ü</link>", None, "https://news.example.org/ü%20ü"),
        ("<link>https://t.example/r</link><f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>/o</f:origLink>", None, "https://news.example.org/o"),
    ],
)  # fmt: skip
def test_an_entry_has_the_id_as_published_and_its_whole_address(inner: str, guid: str | None, url: str | None) -> None:
    (entry,) = read_feed(rss(f"<item><title>t</title>{inner}</item>"), URL, None).entries
    assert (entry.guid, entry.url) == (guid, url)


def test_an_atom_entry_is_linked_by_its_alternate_alone() -> None:
    body = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><title>a</title><link rel="enclosure" href="/e"/><link rel="alternate" href="/a"/><link rel="self" href="/s"/></entry><entry><title>b</title><link rel="self" href="/s"/></entry></feed>'
    assert [entry.url for entry in read_feed(body, URL, None).entries] == ["https://news.example.org/a", None]


def test_entries_that_share_one_address_are_all_there() -> None:
    body = rss("".join(f"<item><title>Update {n}</title><link>/live</link></item>" for n in range(5)))
    feed = read_feed(body, URL, None)
    assert [(entry.title, entry.url) for entry in feed.entries] == [(f"Update {n}", "https://news.example.org/live") for n in range(5)]  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("&amp;quot;x&amp;quot; &amp;#8217; &amp;eacute;", '"x" ’ é'),
        ("&lt;img src='x' alt='pic'&gt; A &lt;br/&gt;B", "A B"),
        ("AT&T &nbsp; x", "AT&T x"),
        ("R&D, S&P500 &eacute; &unheard; &amp; &#233;", "R&D, S&P500 é &unheard; & é"),
        ("1 &LT; 2 &nbsp;", "1 < 2"),
        ("R&D <![CDATA[R&D]]> &", "R&D R&D &"),
        ("<b>Bold</b> move", "Bold move"),
    ],
)
def test_markup_and_entities_in_a_title_become_text(printed: str, title: str) -> None:
    assert titles(rss(f"<item><title>{printed}</title></item>")) == [title]


@pytest.mark.parametrize("broken", ["R&D", "a&nbsp;b"])
def test_a_stray_ampersand_does_not_make_all_items_be_read_again(broken: str) -> None:
    body = rss(f"<item><title>{broken}</title><link>/1</link></item><item><title>b</title><link>/2</link></item>")
    feed = read_feed(body, URL, None)
    assert (len(feed.items), read_feed(body, URL, None, seen=frozenset(feed.items)).entries) == (2, ())


# --- when to come again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<ttl> 15.0 </ttl>", timedelta(minutes=15)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999</ttl>", timedelta(days=365)),
        ("<ttl>999999999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(minutes=15)),
        ("<sy:updatePeriod>\n Weekly </sy:updatePeriod>", timedelta(days=7)),
        ("<sy:updatePeriod>monthly</sy:updatePeriod>", timedelta(days=30)),
        ("<sy:updateFrequency>2</sy:updateFrequency>", timedelta(hours=12)),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_the_feed_tells_how_long_to_wait(head: str, ttl: timedelta | None) -> None:
    assert read_feed(rss("", head), URL, None).ttl == ttl


@pytest.mark.parametrize(
    ("head", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour> 13 </hour><hour>24</hour><hour>99</hour></skipHours>", {0, 13}, set()),
        ("<skiphours>\n<hour>5</hour></skiphours><skipDays><day>Saturday</day><day>sun</day><day>Funday</day></skipDays>", {5}, {5, 6}),
        ("<!-- <skipHours><hour>5</hour></skipHours> -->", set(), set()),
        (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>", set(), set()),
        ("<skipHours><hour>x</hour>", set(), set()),
    ],
)  # fmt: skip
def test_the_feed_tells_when_not_to_ask(head: str, hours: set[int], days: set[int]) -> None:
    feed = read_feed(rss("<item><title>t</title></item>", head), URL, None)
    assert (feed.skip_hours, feed.skip_days) == (hours, days)


def test_an_item_cannot_tell_when_not_to_ask() -> None:
    text = "<description><![CDATA[<skipHours><hour>5</hour></skipHours>]]></description>"
    assert read_feed(rss(f"<item><title>t</title>{text}</item>"), URL, None).skip_hours == frozenset()


# --- size and hostility ---------------------------------------------------------------------------------------------


def test_five_thousand_entries_are_read_and_one_new_one_among_them_at_once() -> None:
    def archive(first: int) -> bytes:
        return rss("".join(f"<item><title>T {n}</title><link>/{n}</link><guid isPermaLink='false'>{n}</guid></item>" for n in range(first, 5000)))  # fmt: skip

    seen = read_feed(archive(1), URL, None).items
    began = time.process_time()
    feed = read_feed(archive(0), URL, None, seen=frozenset(seen))
    assert ([entry.guid for entry in feed.entries], len(feed.items)) == (["0"], 5000)
    assert time.process_time() - began < 1, "about 0.06 s on an idle machine"


LONG = 100_000
HOSTILE = {
    "sources in an item": f"<item><title>t</title><description><![CDATA[{'<source ' * LONG}]]></description></item>",
    "links in an item": f"<item><title>t</title><description><![CDATA[{'<link ' * LONG}]]></description></item>",
    "spaces in a tag": f"<item><title>t</title><description><![CDATA[<link{' ' * LONG}]]></description></item>",
    "bases": f"<item><title>t</title><description><![CDATA[{' base=  ' * LONG}]]></description></item>",
    "languages": f"<description><![CDATA[{'<language ' * LONG}]]></description><item><title>t</title></item>",
    "hours": f"<description><![CDATA[{'<skipHours>' * LONG}]]></description><item><title>t</title></item>",
    "open comments": f"<item><title>t</title></item><x/>{'<!--' * LONG}",
    "deep elements": f"{'<a>' * 10_000}{'</a>' * 10_000}<item><title>t</title></item>",
    "references": f"<item><title>t</title><description>{'&#' * LONG}</description></item>",
    "many entities": f"<item><title>t</title><description>{'&x;' * 50_000}</description></item>",
}


@pytest.mark.parametrize("items", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_in_time_that_grows_with_its_length_only(items: str) -> None:
    body = rss(items)
    began = time.process_time()
    feed = read_feed(body, URL, None, seen=frozenset({"0" * 16}))
    read_feed(body, URL, None, seen=frozenset(feed.items[1:]) or frozenset({"0" * 16}))
    assert len(feed.entries) == 1
    assert time.process_time() - began < 6
