# ruff: noqa: E501 - documents are written as sites send them
"""What is read from a feed document, whole, broken, mislabelled, or no feed at all."""

from __future__ import annotations

import gzip
import json
import os
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import FeedError
from bot.model import Entry, ParsedFeed, Source
from bot.read import read_feed

URL = "https://news.example.org/rss/all.xml"
ANTARA = Source("antara", "ANTARA", country="id", language="id", timezone="Asia/Jakarta")


def rss(items: str, head: str = "", declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{declaration}<rss version="2.0"><channel><title>News</title>{head}{items}</channel></rss>'.encode()


def item(title: str = "A title", rest: str = "<link>https://news.example.org/1</link>") -> str:
    return f"<item><title>{title}</title>{rest}</item>"


def first(body: bytes, content_type: str | None = None, source: Source | None = None) -> Entry:
    return read_feed(body, URL, content_type, source=source).entries[0]


@pytest.mark.parametrize(
    ("body", "format"),
    [
        (rss(item()), "rss20"),
        (
            b'<rss version="0.91"><channel><title>N</title><item><title>A title</title><link>https://news.example.org/1</link></item></channel></rss>',
            "rss091u",
        ),
        (
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>N</title></channel>'
            b'<item rdf:about="x"><title>A title</title><link>https://news.example.org/1</link></item></rdf:RDF>',
            "rss10",
        ),
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><title>A title</title><id>x</id><link href="https://news.example.org/1"/></entry></feed>',
            "atom10",
        ),
        (
            b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>N</title><entry><title>A title</title><link rel="alternate" href="https://news.example.org/1"/></entry></feed>',
            "atom03",
        ),
        (
            b'{"version":"https://jsonfeed.org/version/1.1","title":"N","items":[{"id":"x","title":"A title","url":"https://news.example.org/1"}]}',
            "json1",
        ),
    ],
)
def test_every_format_gives_its_entries(body: bytes, format: str) -> None:
    feed = read_feed(body, URL, None)
    assert (feed.format, [(entry.title, entry.url) for entry in feed.entries]) == (
        format,
        [("A title", "https://news.example.org/1")],
    )


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read_feed(rss(""), URL, None) == ParsedFeed("News", "rss20", ())


def test_the_feed_tells_its_language_and_how_long_to_wait() -> None:
    feed = read_feed(rss(item(), "<language>id-ID</language><ttl>90</ttl>"), URL, None)
    assert (feed.language, feed.ttl) == ("id", timedelta(minutes=90))


def test_entries_survive_the_way_back_from_a_worker() -> None:
    feed = read_feed(rss(item()), URL, None)
    assert pickle.loads(pickle.dumps(feed)) == feed


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("x &lt;b&gt;NATO&lt;/b&gt; &amp;amp; EU", "x NATO & EU"),
        ("Jap&lt;b&gt;an&lt;/b&gt; signs", "Japan signs"),
        ("<![CDATA[Profits &amp; losses]]>", "Profits & losses"),
        ("&amp;lt;i&amp;gt;Kirov&amp;lt;/i&amp;gt; sinks", "Kirov sinks"),
        ("5 &lt; 6 &amp; 7 &gt; 3", "5 < 6 & 7 > 3"),
        ("  two\n   lines ", "two lines"),
        ("日本と\n米国", "日本と米国"),
    ],
)
def test_a_title_becomes_one_line_of_plain_text(printed: str, title: str) -> None:
    assert first(rss(item(printed))).title == title


def test_the_longer_of_summary_and_content_becomes_paragraphs() -> None:
    text = "<description>Short.</description><content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>One &amp; two.</p><p>Three<br><br>four.</p><script>x()</script>]]></content:encoded>"
    assert first(rss(item(rest=text))).paragraphs == ("One & two.", "Three", "four.")


def test_the_remark_of_a_blog_engine_is_no_text() -> None:
    text = "<description>&lt;p&gt;The text.&lt;/p&gt;&lt;p&gt;The post &lt;a href='x'&gt;A title&lt;/a&gt; appeared first on &lt;a href='y'&gt;Site&lt;/a&gt;.&lt;/p&gt;</description>"
    assert first(rss(item(rest=text))).paragraphs == ("The text.",)


# --- addresses and ids ----------------------------------------------------------------------------------------------


def test_a_relative_link_is_completed_by_the_address_the_feed_came_from() -> None:
    assert first(rss(item(rest="<link>/a/1?x=2</link>"))).url == "https://news.example.org/a/1?x=2"


def test_xml_base_completes_a_link_before_the_address_does() -> None:
    body = b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/blog/"><title>N</title><entry><title>t</title><id>x</id><link href="one"/></entry></feed>'
    assert first(body).url == "https://other.example/blog/one"


@pytest.mark.parametrize("before", ["", "<!-- <rss> -->"])
def test_the_base_of_an_entry_is_the_base_of_no_other(before: str) -> None:
    body = rss(
        item(rest="<link>one</link>")
        + "<item xml:base='https://b.example/x/'><title>t</title><link>two</link></item>"
        + item(rest="<link>three</link><guid isPermaLink='false'>x3</guid>")
    )
    feed = read_feed(before.encode() + body[body.index(b"<rss") :], URL, None)
    assert [entry.url for entry in feed.entries] == [
        "https://news.example.org/rss/one",
        "https://b.example/x/two",
        "https://news.example.org/rss/three",
    ]
    assert feed.entries[2].guid == "x3"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@example.org", "http://[::1", ""]
)
def test_a_link_that_is_no_web_address_is_none(link: str) -> None:
    assert first(rss(item(rest=f"<link>{link}</link>"))).url is None


def test_an_id_stays_as_published() -> None:
    assert first(rss(item(rest="<guid>x123</guid><link>/1</link>"))).guid == "x123"


def test_a_body_that_names_a_local_file_opens_no_file(tmp_path: os.PathLike[str]) -> None:
    secret = os.path.join(tmp_path, "feed.xml")
    with open(secret, "wb") as file:
        file.write(rss(item("Secret")))
    with pytest.raises(FeedError):
        read_feed(secret.encode(), URL, None)


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("Mon, 05 Jan 2026 08:00:00 WIB", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 08:00:00 JST", datetime(2026, 1, 4, 23, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 08:00:00 +0900", datetime(2026, 1, 4, 23, tzinfo=UTC)),
        ("Mon, 05 Jan 2026 08:00:00 GMT", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        ("2026-01-05 08:00:00", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("Sen, 05 Jan 2026 08:00:00", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("Senin, 05 Januari 2026 08:00", datetime(2026, 1, 5, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_as_the_source_prints_it(printed: str, utc: datetime | None) -> None:
    entry = first(rss(item(rest=f"<pubDate>{printed}</pubDate>")), source=ANTARA)
    assert (entry.published, entry.published_raw) == (utc, printed)


def test_a_japanese_feed_without_a_source_is_read_in_japanese_time() -> None:
    body = rss(item(rest="<pubDate>2026年1月5日 08:00</pubDate>"), "<language>ja</language>")
    assert first(body).published == datetime(2026, 1, 4, 23, tzinfo=UTC)


def test_a_near_future_is_kept_and_an_absurd_one_is_not() -> None:
    body = rss(
        item(rest="<pubDate>2026-02-01T00:00:00Z</pubDate>") + item(rest="<pubDate>2041-01-01T00:00:00Z</pubDate>")
    )
    dates = [entry.published for entry in read_feed(body, URL, None, now=datetime(2026, 1, 5, tzinfo=UTC)).entries]
    assert dates == [datetime(2026, 2, 1, tzinfo=UTC), None]


# --- encodings ------------------------------------------------------------------------------------------------------

JAPANESE = rss(item("防衛省①㈱")).decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (JAPANESE.encode(), "text/xml"),
        (JAPANESE.encode(), "text/xml; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + JAPANESE.encode(), "text/xml; charset=shift_jis"),
        (JAPANESE.replace("UTF-8", "Shift_JIS").encode("cp932"), None),
        (JAPANESE.replace("UTF-8", "EUC-JP").encode("euc_jis_2004"), None),
        (JAPANESE.replace(' encoding="UTF-8"', "").encode("cp932"), "text/xml; charset=Windows-31J"),
        (gzip.compress(JAPANESE.encode()), "application/xml"),
        (JAPANESE.replace("UTF-8", "UTF-16").encode("utf-16"), None),
    ],
)
def test_japanese_is_read_under_every_label_it_is_sent_with(body: bytes, content_type: str | None) -> None:
    assert first(body, content_type).title == "防衛省①㈱"


def test_one_bad_byte_costs_one_character_and_not_the_alphabet() -> None:
    assert first(rss(item("防衛X省")).replace(b"X", b"\xff"), "text/xml; charset=utf-8").title == "防衛\ufffd省"


# --- broken and wrong documents -------------------------------------------------------------------------------------


def test_a_feed_that_is_cut_off_keeps_its_whole_entries() -> None:
    body = rss(item("One") + item("Two") + "<item><title>Three</title><link>https://news.example.org/thr")
    assert [entry.title for entry in read_feed(body[: -len("</channel></rss>")], URL, None).entries] == ["One", "Two"]


def test_a_json_feed_that_is_cut_off_keeps_its_whole_items() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "title": "N",
            "items": [{"id": 1, "title": "One"}, {"id": 2, "title": "Two"}],
        }
    )
    assert [entry.title for entry in read_feed(body[:-12].encode(), URL, None).entries] == ["One"]


def test_control_characters_and_unknown_entities_break_no_feed() -> None:
    assert first(rss(item("a\x0bb&nbsp;c"))).title in {"ab c", "a b c"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html><head><title>Just a moment...</title></head><body>x</body></html>", "challenge"),
        (b"<?xml version='1.0'?><maintenance><message>Back soon</message></maintenance>", "<maintenance>"),
        (b"<urlset><url><loc>x</loc></url></urlset>", "sitemap"),
        (b"Service unavailable", "plain text"),
        (b'{"error": "no"}', "not a JSON Feed"),
        (b"[1, 2", "broken JSON"),
    ],
)
def test_what_is_no_feed_is_an_error_of_one_line(body: bytes, message: str) -> None:
    with pytest.raises(FeedError, match=message) as raised:
        read_feed(body, URL, None)
    assert "\n" not in str(raised.value)


def test_a_page_instead_of_a_feed_names_the_feeds_it_links() -> None:
    page = b'<!doctype html><html><head><base href="https://www.example.org/x/"><link rel="alternate" type="application/rss+xml" href="/feed"><link rel=alternate type="application/atom+xml" href="atom"><link rel=stylesheet href=s></head><body>News</body></html>'
    with pytest.raises(FeedError, match="HTML page") as raised:
        read_feed(page, URL, "text/html")
    assert raised.value.alternates == ("https://www.example.org/feed", "https://www.example.org/x/atom")


def test_a_json_feed_is_read_with_all_its_fields() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "N", "language": "ja",
        "items": [{"id": 7, "url": "/7", "title": "T &amp; t", "content_html": "<p>One.</p><p>Two.</p>", "summary": "One.", "date_published": "2026-01-05T08:00:00+09:00", "authors": [{"name": "Ann"}, {"name": "Ben"}]}, "nonsense", {"id": None, "title": 5}],
    }  # fmt: skip
    feed = read_feed(json.dumps(document).encode(), URL, "application/feed+json")
    assert feed.entries[0] == Entry(
        "7",
        "https://news.example.org/7",
        "T & t",
        ("One.", "Two."),
        datetime(2026, 1, 4, 23, tzinfo=UTC),
        "2026-01-05T08:00:00+09:00",
        "Ann, Ben",
    )
    assert feed.entries[1] == Entry(None, None, "")


@pytest.mark.parametrize("reference", ["&#xd800;", "&#55296;", "&#x110000;", "&amp;#xd800;"])
def test_a_reference_to_no_character_does_not_lose_the_feed(reference: str) -> None:
    body = f"<rss version='2.0'><channel><title>x</title><item><title>A {reference} B</title></item></channel></rss>"
    (entry,) = read_feed(body.encode(), "https://example.org/feed", None).entries
    assert entry.title.startswith("A ") and entry.title.endswith(" B")
