"""What is too long, invisible, or no page at all."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pytest

from bot.errors import ExtractError
from bot.model import Basis, Entry
from bot.read import read_feed, read_page
from bot.read.bounds import MOST_LINE, MOST_TEXT

URL = "https://news.example/a"
ENTRY = Entry(None, URL, "Japan and Indonesia sign a pact", ("Japan and Indonesia signed a defence pact on Monday.",))


def rss(**parts: str) -> bytes:
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items())
    return f'<rss version="2.0"><channel><title>N</title><item>{inner}</item></channel></rss>'.encode()


def jsonfeed(**parts: object) -> bytes:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "N", "items": [parts]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        rss(title="word " * 100_000, description="text " * 1_000_000, author="name " * 1000),
        jsonfeed(id="1", title="word " * 100_000, content_text="text " * 1_000_000, author={"name": "name " * 1000}),
    ],
)
def test_an_entry_is_as_long_as_an_article_may_be_and_its_title_as_a_headline(body: bytes) -> None:
    (entry,) = read_feed(body, URL, None).entries
    assert len(entry.title) <= MOST_LINE
    assert entry.title.endswith("word…")
    assert 0.9 * MOST_TEXT < sum(map(len, entry.paragraphs)) <= MOST_TEXT
    assert len(entry.author or "") <= MOST_LINE


def test_a_page_s_title_is_as_long_as_a_headline_may_be() -> None:
    page = f"<title>{'word ' * 9000}</title><h1>{'word ' * 9000}</h1><p>{'The ministers met in Tokyo. ' * 30}</p>"
    assert len(read_page(page.encode(), URL).title) <= MOST_LINE


def test_signs_that_turn_or_hide_text_are_taken_out_of_titles_and_escaped_in_addresses() -> None:
    body = rss(title="a\u202eb\u2066c\u0007d", link="https://news.example/\u202ea")
    (entry,) = read_feed(body, URL, None).entries
    assert entry.title == "abcd"
    assert entry.url == "https://news.example/%E2%80%AEa"


def test_a_link_is_followed_without_the_password_in_it() -> None:
    (entry,) = read_feed(rss(title="T", link="https://me:secret@news.example/a?b=c@d"), URL, None).entries
    assert entry.url == "https://news.example/a?b=c@d"


def test_a_number_longer_than_any_is_an_id_as_it_is_written() -> None:
    body = b'{"version": "1", "title": "N", "items": [{"id": ' + b"7" * 5000 + b', "title": "T"}]}'
    (entry,) = read_feed(body, URL, None).entries
    assert entry.guid == "7" * 5000


PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> " + bytes(range(256)) * 90


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (PDF, "application/pdf", "a PDF file"),
        (PDF, "text/html", "a PDF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 90, "image/png", "a picture"),
        (b"PK\x03\x04" + bytes(range(256)) * 90, "application/zip", "a ZIP file"),
        (b"\x00\x00\x00\x18ftypmp42" + b"Words of a film. " * 2000, "video/mp4", "video/mp4"),
        (b"Words of a file. " * 2000, "application/msword", "application/msword"),
        (bytes(range(256)) * 90, "text/html", "not text"),
    ],
)
def test_a_file_that_is_no_page_leaves_the_feeds_text_with_the_reason(body: bytes, kind: str, why: str) -> None:
    article = read_page(body, URL, content_type=kind, entry=ENTRY)
    assert (article.basis, article.paragraphs) == (Basis.FEED, ENTRY.paragraphs)
    assert why in (article.note or "")
    with pytest.raises(ExtractError, match=why):
        read_page(body, URL, content_type=kind)


@pytest.mark.parametrize("kind", [None, "", "application/octet-stream", "image/png", "application/pdf"])
def test_a_page_that_its_server_calls_something_else_is_read_all_the_same(kind: str | None) -> None:
    page = f"<!doctype html><title>Talks</title><h1>Talks</h1><p>{'The ministers met in Tokyo. ' * 30}</p>"
    assert read_page(page.encode(), URL, content_type=kind).basis is Basis.PAGE


def test_a_headline_counts_more_than_a_page_title_that_says_nothing() -> None:
    page = f"<title>News</title><h1>Tokyo and Jakarta agree on frigates</h1><p>{'The ministers met. ' * 60}</p>"
    assert read_page(page.encode(), URL).title == "Tokyo and Jakarta agree on frigates"


@pytest.mark.parametrize("sign", ["\v", "\f", "&#11;", "&#x0c;", "&#1", "&#xFFFF;", "\uffff"])
def test_a_sign_that_no_tree_takes_is_a_space_or_nothing(sign: str) -> None:
    words = f"The ministers{sign} met in Tokyo. "
    page = f"<title>Talks of ministers</title><h1>Talks of{sign} ministers</h1><p>{words * 30}</p><p>{words}</p>"
    article = read_page(page.encode(), URL)
    assert article.title == "Talks of ministers"
    assert article.paragraphs[0].startswith("The ministers met in Tokyo. The")


def test_the_printed_headline_counts_where_the_metadata_have_another_that_is_printed_nowhere() -> None:
    page = (
        '<title>Frigates: what we know</title><meta property="og:title" content="Frigates: what we know">'
        f"<h1>Tokyo and Jakarta agree on frigate exports</h1><p>{'The ministers met in Tokyo. ' * 30}</p>"
    )
    assert read_page(page.encode(), URL).title == "Tokyo and Jakarta agree on frigate exports"


def test_of_a_title_in_three_parts_the_middle_one_is_the_headline_that_is_printed() -> None:
    head = "<title>防衛省｜防衛大臣記者会見｜令和8年11月6日</title><h1>防衛大臣記者会見</h1>"
    page = f"{head}<p>{'大臣は述べた。' * 60}</p>"
    assert read_page(page.encode(), URL).title == "防衛大臣記者会見"
