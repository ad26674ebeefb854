"""Pages and feeds far larger than any article: what is in them is read in a bounded time, or refused with a reason."""

from __future__ import annotations

import json
import time

import pytest

from bot.errors import FeedError
from bot.model import Article
from bot.read import read_feed, read_page
from bot.read.bounds import MOST_KEPT, cut, flatten
from bot.read.floods import MOST_ATTRIBUTES, MOST_LABELS
from bot.read.items import MOST_ENTRIES
from bot.read.markup import blocks, parse

URL = "https://www.example.org/news/1.html"
TITLE = "Ministers sign agreement on ports"
LINE = "The ministry said on Tuesday that agreement number {} had been signed in the presence of both delegations."
TEXT = [LINE.format(number) for number in range(8)]
BODY = "".join(f"<p>{line}</p>" for line in TEXT)
SLOW = 5.0
"""Seconds of processor time; each page here takes under one, and took more than eight."""
FLOOD = " ".join(f"a{number}='{number}'" for number in range(60_000))
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>Title {0}</title><link>https://e.example/{0}</link>{1}</item>"


def page(more: str = "", *, before: str = "", body: str = BODY, head: str = "") -> Article:
    return read_page(
        f"<html><head><title>{TITLE}</title>{head}</head><body>{before}<article><h1>{TITLE}</h1>{body}{more}</article>"
        "</body></html>".encode(),
        URL,
    )


def seconds(began: float) -> float:
    return time.process_time() - began


@pytest.mark.parametrize(
    "more",
    [
        f"<p {FLOOD}>One more paragraph of the article, with attributes.</p>",
        "".join(f"<div><div>Short {number}</div></div>" for number in range(9_000)),
        "<ul>" + "".join(f"<li>Item {n}<ul><li>below {n}</li></ul></li>" for n in range(8_000)) + "</ul>",
        "".join(f"<time datetime='x{number}'>when</time>" for number in range(30_000)),
    ],
    ids=["attributes", "short lines", "nested items", "times"],
)
def test_an_outsize_page_is_read_in_time(more: str) -> None:
    began = time.process_time()
    article = page(more)
    assert seconds(began) < SLOW
    assert article.paragraphs[:8] == tuple(TEXT)


def test_what_stands_behind_the_bound_of_a_page_is_not_read() -> None:
    many = "".join(f"<p>{LINE.format(number)}</p>" for number in range(8_000))
    tree = parse(f"<html><body>{many}</body></html>")
    assert tree is not None
    assert cut(tree, MOST_KEPT)
    found = blocks(tree)
    assert [block.text for block in found[:2]] == [LINE.format(0), LINE.format(1)]
    assert 0.7 * MOST_KEPT < sum(len(block.text) for block in found) < MOST_KEPT


def test_a_page_within_the_bound_is_left_alone() -> None:
    tree = parse(f"<html><body>{BODY}</body></html>")
    assert tree is not None
    assert not cut(tree, MOST_KEPT)
    assert [block.text for block in blocks(tree)] == TEXT


def test_the_bound_begins_at_the_headline_where_more_than_it_stands_above() -> None:
    above = "".join(f"<p>{LINE.format(number)}</p>" for number in range(50))
    tree = parse(f"<html><body><div>{above}</div><div><h1>{TITLE}</h1>{BODY}</div></body></html>")
    assert tree is not None
    assert cut(tree, 2_000, next(tree.iter("h1")))
    assert [block.text for block in blocks(tree)] == [TITLE, *TEXT]


def test_a_script_counts_for_nothing_in_the_bound() -> None:
    head = f'<script>var x = "{"x" * (MOST_KEPT + 1)}"</script>'
    assert page(head=head).paragraphs == tuple(TEXT)


def test_the_text_of_elements_nested_thousands_deep_stays() -> None:
    tree = parse("<html><body>" + "<div>" * 1_500 + "deep down" + "</div>" * 1_500 + "</body></html>")
    assert tree is not None
    flatten(tree)
    assert [block.text for block in blocks(tree)] == ["deep down"]
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) <= 200


def test_an_element_of_many_attributes_keeps_its_text_and_the_first_of_them() -> None:
    tree = parse(f"<div {FLOOD}><p>text</p></div>")
    assert tree is not None
    div = next(tree.iter("div"))
    assert (len(div.attrib), div.get("a0"), div.text_content()) == (MOST_ATTRIBUTES, "0", "text")


def test_a_long_picture_in_an_attribute_stays() -> None:
    tree = parse(f'<p><img src="data:image/png;base64,{"A" * 20_000}" alt="x">text</p>')
    assert tree is not None
    assert next(tree.iter("img")).get("alt") == "x"


@pytest.mark.parametrize(
    "item",
    [
        f"<item {FLOOD}><title>One</title></item>",
        f"<item><title {FLOOD}>One</title></item>",
        f"<item><title>One</title><enclosure {FLOOD}/></item>",
        f"<item><title>One</title><description>&lt;p {FLOOD}>text&lt;/p></description></item>",
    ],
    ids=["item", "title", "empty element", "text"],
)
def test_an_item_of_many_attributes_is_read_in_time(item: str) -> None:
    began = time.process_time()
    feed = read_feed(RSS.format(item + ITEM.format(2, "")).encode(), URL, "text/xml")
    assert seconds(began) < SLOW
    assert [entry.title for entry in feed.entries] == ["One", "Title 2"]
    assert len(feed.items) == 2


def test_an_item_of_many_categories_is_read_in_time() -> None:
    labels = "".join(f"<category>label {number}</category>" for number in range(12 * MOST_LABELS))
    began = time.process_time()
    feed = read_feed(RSS.format(ITEM.format(1, labels)).encode(), URL, "text/xml")
    assert seconds(began) < SLOW
    assert [entry.title for entry in feed.entries] == ["Title 1"]


@pytest.mark.parametrize("cut_off", [False, True], ids=["whole", "cut"])
def test_a_feed_of_too_many_entries_is_refused_early(cut_off: bool) -> None:
    items = "".join(ITEM.format(number, "") for number in range(MOST_ENTRIES + 1))
    listed = [{"id": str(number), "title": "T"} for number in range(MOST_ENTRIES + 1)]
    document = json.dumps({"version": "https://jsonfeed.org/version/1", "title": "T", "items": listed})
    began = time.process_time()
    for text in (RSS.format(items), document):
        body = (text[:-2] if cut_off else text).encode()
        with pytest.raises(FeedError, match="more than 20,000 entries"):
            read_feed(body, URL, None)
    assert seconds(began) < SLOW


@pytest.mark.parametrize(
    "tag",
    ["applet", "blink", "embed", "frameset", "link", "marquee", "meta", "nobr", "object", "acronym", "label", "time"],
)
def test_a_title_has_no_tag_that_a_browser_knows(tag: str) -> None:
    item = ITEM.format(1, "").replace("Title 1", f"&lt;{tag} x=1&gt;&lt;/{tag}&gt;Fleet &lt; 3 ships, &lt;3")
    feed = read_feed(RSS.format(item).encode(), URL, "text/xml")
    assert feed.entries[0].title == "Fleet < 3 ships, <3"
