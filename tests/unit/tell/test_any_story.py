"""Whatever a story is made of, its alert and its digest are messages that Telegram takes, and lose no word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegramhtml import parse, units

from bot.model import Article, Basis, Evidence, Labels, Match, Part, Priority, Report, Source, Story
from bot.speech import LANGUAGES, speaking
from bot.story import headline
from bot.tell import Card, alert, html, split, why
from bot.tell.alertkeys import with_keys
from bot.tell.compose import Before, Grown
from bot.tell.digests import digest, in_parts
from bot.tell.ties import Possible, with_ties
from bot.tell.tree import Code, Message, Node, Text, Time, clean, from_json, to_json
from bot.tell.wording import short

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)
JAKARTA = ZoneInfo("Asia/Jakarta")

MARKUP = ["<", "&", ">", '"', "'", "</b>", "&nbsp;", "<br>", "]]>"]
SCRIPTS = list("aZ. é\u0301日本語。「」العربيةעברית한국어ไทยहिन्दी")
EMOJI = ["👩\u200d🚀", "🇯🇵", "👍🏽", "🙂", "\u2764\ufe0f"]
HOSTILE = ["\u202e", "\u2066", "\u200f", "\x00", "\x07", "\r", "\n", "\u2028", "\ufeff", "{name}", "%s", "\t"]
pieces = st.sampled_from([*MARKUP, *SCRIPTS, *EMOJI, *HOSTILE]) | st.characters(exclude_categories=["Cs"])


def texts(most: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(pieces, min_size=least, max_size=most).map("".join)


words = texts(40)
# So many of them make more than the nine thousand bytes of links that a message may have.
addresses = st.builds(
    lambda host, path, times: f"https://{host}.example/{path * times}",
    st.sampled_from(["antara", "kyodo", "xn--wgv71a", "bank"]),
    st.sampled_from(["a", "ニュース", "?q=<&>\"'", "%E6%97%A5/"]),
    st.sampled_from([1, 40, 300]),
) | st.sampled_from(["http://localhost/1", "javascript:alert(1)", "http://a@b.example/", "https://[bad"])
moments = st.integers(-2_000_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of any words, with up to a hundred of them found."""
    number = draw(st.integers(1, 10**6))
    name = draw(st.sampled_from(["antara", "kyodo", "tempo", "jiji", "reuters", "ap"]))
    source = Source(name, draw(texts(30)) or name, tier=draw(st.integers(1, 3)), family=name)
    paragraphs = tuple(draw(st.lists(texts(120, 1), max_size=4)))
    article = Article(
        draw(addresses),
        draw(st.one_of(words, texts(400))),
        paragraphs,
        paragraphs[0] if paragraphs else "",
        language=draw(st.sampled_from(["en", "id", "ja", "ar", None])),
        published=draw(st.none() | moments),
        basis=draw(st.sampled_from(Basis)),
        source=source,
    )
    found = draw(st.lists(evidence(paragraphs), max_size=100)) if paragraphs else []
    labels: Labels = {"partner": tuple(dict.fromkeys(draw(st.lists(texts(10, 1), max_size=8))))}
    match = Match("japan", draw(texts(12, 1)), draw(st.sampled_from(Priority)), labels, tuple(found))
    return Report(number, article, NOW - timedelta(minutes=number % 3000), (match,))


@st.composite
def evidence(draw: st.DrawFn, paragraphs: Sequence[str]) -> Evidence:
    """A stretch of a paragraph."""
    at = draw(st.integers(0, len(paragraphs) - 1))
    start = draw(st.integers(0, max(len(paragraphs[at]) - 1, 0)))
    end = min(len(paragraphs[at]), start + draw(st.integers(1, 3)))
    label = draw(st.sampled_from(["a", "b"]))
    return Evidence("partner", label, "x", Part.BODY, at, 0, start, end, paragraphs[at][start:end])


stories = st.builds(
    lambda number, found: Story(number, "japan", tuple({one.article_id: one for one in found}.values())),
    st.integers(1, 10**9),
    st.lists(reports(), min_size=1, max_size=7),
)
cards = st.builds(lambda title: Card("japan", title, {}, "partner"), words)
befores = st.none() | st.builds(Before, st.none() | words, moments, urgent=st.booleans())
growths = st.none() | st.builds(Grown, st.integers(1, 5), st.integers(0, 3))


def said(nodes: Sequence[Node]) -> Iterator[str]:
    """All words of a tree."""
    for node in nodes:
        if isinstance(node, Text | Code | Time):
            yield clean(node.text)
        else:
            yield from said(node.children)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def read(part: Message) -> str:
    """What a reader sees of a part, which keeps all limits (core.telegram.org/bots/api, and those that Telegram keeps
    without a word)."""
    printed = html(part)
    parsed = parse(printed)
    assert parsed.dropped == []
    assert parsed.text.strip() and units(parsed.text) <= 4096
    assert len(parsed.entities) <= 100
    assert sum(len(str(entity.get("url", "")).encode()) for entity in parsed.entities) <= 9500
    assert len(printed.encode()) <= 32_768
    return parsed.text


def check(message: Message, parts: Sequence[Message]) -> str:
    """All that is read of the parts, which is all that the message says."""
    read_of_all = "".join(read(from_json(to_json(part))) for part in parts)
    assert squeezed(read_of_all) == squeezed("".join(said(message.nodes)))
    return squeezed(read_of_all)


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
languages = st.sampled_from(list(LANGUAGES))


@QUICK
@given(stories, cards, befores, growths, languages)
def test_any_alert_is_valid_and_says_its_headline_and_its_watchlist(
    story: Story, card: Card, before: Before | None, grown: Grown | None, language: str
) -> None:
    with speaking(language):
        message = alert(story, card, JAKARTA, language=language, before=before, grown=grown)
        message = with_ties(message, [Possible(3, 4, headline(story))], ask=True)
        message = with_keys(message, story.reports[0].article.url, 2**40)
    text = check(message, split(message))
    assert squeezed(clean(short(headline(story)))) in text
    assert squeezed(clean(card.title)) in text
    assert all(len(key.data.encode()) <= 64 and key.text for row in message.keys for key in row)


@QUICK
@given(stories)
def test_any_explanation_is_valid_and_names_every_report(story: Story) -> None:
    message = why(story, Card("japan", "Japan", {}, "partner"))
    text = check(message, split(message))
    assert all(squeezed(clean(short(report.article.title))) in text for report in story.reports)


@QUICK
@given(st.lists(stories, max_size=6, unique_by=lambda story: story.id), cards, languages)
def test_any_digest_is_valid_and_its_parts_say_all_of_it(found: list[Story], card: Card, language: str) -> None:
    with speaking(language):
        message = digest(found, card, NOW - timedelta(days=1), NOW, JAKARTA, keys=12)
    parts = in_parts(message)
    texts = [read(part) for part in parts]
    if len(parts) > 1:
        texts = [re.sub(rf"^{place}/{len(parts)}\s*", "", text) for place, text in enumerate(texts, start=1)]
    assert squeezed("".join(texts)) == squeezed("".join(said(message.nodes)))


def test_a_hundred_words_that_matched_and_fifty_long_addresses_are_all_there() -> None:
    text = " ".join(f"x{number}" for number in range(100))
    places = [(found.start(), found.end()) for found in re.finditer(r"x\d+", text)]
    found = tuple(Evidence("c", str(at), "x", Part.BODY, 0, 0, at, end, text[at:end]) for at, end in places)
    reports = tuple(
        Report(
            number,
            Article(f"https://a{number}.example/{'y' * 600}", f"Title {number}", (text,), text),
            NOW,
            (Match("japan", "r", Priority.NORMAL, {}, found),),
        )
        for number in range(50)
    )
    message = why(Story(1, "japan", reports), Card("japan", "Japan", {}, None))
    parts = split(message)
    assert len(parts) > 10
    assert check(message, parts).count("Title") == 51
