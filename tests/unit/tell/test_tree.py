"""Messages print as valid Telegram HTML, split without losing a word, and survive the outbox."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tell.pictures import Dot, Series, Timeline, VolumePlot
from bot.tell.split import CAPTION_LIMIT, ENTITY_LIMIT, LIMIT, LINK_BYTES_LIMIT, split, units
from bot.tell.tree import (
    Bold,
    Code,
    Italic,
    Key,
    Link,
    Message,
    Node,
    Quote,
    Text,
    Time,
    from_json,
    html,
    plain,
    to_json,
    words_of,
)


class TelegramHtml(HTMLParser):
    """Reads the HTML as strictly as Telegram does, and keeps the visible text."""

    ALLOWED = frozenset({"a", "b", "i", "code", "blockquote", "tg-time"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.stack: list[str] = []
        self.entities = 0
        self.link_bytes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED
        assert not (tag == "blockquote" and "blockquote" in self.stack)
        if tag == "tg-time":
            # core.telegram.org/bots/api#date-time-entity-formatting
            said = dict(attrs)
            assert re.fullmatch(r"\d{1,10}", said["unix"] or "") and re.fullmatch(
                "r|w?[dD]?[tT]?", said["format"] or ""
            )
        self.stack.append(tag)
        self.entities += 1
        self.link_bytes += len((dict(attrs).get("href") or "").encode())

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(source: str) -> TelegramHtml:
    assert not re.search(r"&(?!(lt|gt|amp|quot);)", source)
    parser = TelegramHtml()
    parser.feed(source)
    parser.close()
    assert not parser.stack
    return parser


words = st.text(
    st.one_of(
        st.sampled_from(list("<&>\"' \n.。é\u0301日本語العربية👩\u200d🚀🇯🇵\u202e\x07")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)
moments = st.integers(1_500_000_000, 2_500_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
leaf = st.builds(Text, words) | st.builds(Code, words) | st.builds(Time, moments, words, st.sampled_from(["dt", "r"]))
inline: st.SearchStrategy[Node] = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda nodes: Bold(*nodes)),
        st.lists(inner, max_size=3).map(lambda nodes: Italic(*nodes)),
        st.lists(inner, max_size=3).map(lambda nodes: Link("https://example.org/a?b=1&c=<2>", *nodes)),
    ),
    max_leaves=8,
)
blocks = inline | st.lists(inner := inline, max_size=3).map(lambda nodes: Quote(*nodes, expandable=True))
PLOT = VolumePlot("Nickel", ("2026-11-22",), (Series("Indonesia", (3,)),))
pictures = st.sampled_from([None, PLOT, Timeline("Talks", ("talks",), (Dot("2026-11", "talks", "In Tokyo", 2),))])
messages = st.builds(
    lambda nodes, keys, picture: Message(*nodes, keys=[keys] if keys else [], picture=picture),
    st.lists(blocks, max_size=12),
    st.lists(st.builds(Key, words, words), max_size=2),
    pictures,
)


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(messages)
def test_any_message_prints_as_html_that_telegram_accepts(message: Message) -> None:
    read(html(message))


@given(messages)
def test_a_message_survives_the_outbox(message: Message) -> None:
    assert from_json(to_json(message)) == message


@settings(max_examples=200)
@given(messages, st.integers(12, 80))
def test_splitting_loses_no_text_and_every_part_fits(message: Message, limit: int) -> None:
    parts = split(message, limit)
    for part in parts:
        assert units(read(html(part)).text) <= limit
        assert html(part) or part.picture is not None
    assert squeeze("".join(read(html(part)).text for part in parts)) == squeeze(read(html(message)).text)


def test_a_title_full_of_markup_is_shown_as_it_was_written() -> None:
    assert html(Message(Bold('<b>"Tom & Jerry"</b>'))) == "<b>&lt;b&gt;&quot;Tom &amp; Jerry&quot;&lt;/b&gt;</b>"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "/news/1", "http://localhost/x", "http://[bad", "ftp://a.b/c"])
def test_an_address_telegram_would_refuse_leaves_the_words_without_a_link(url: str) -> None:
    assert html(Message(Link(url, "Read"))) == "Read"


def test_the_cut_prefers_an_empty_line_then_a_line_then_a_sentence() -> None:
    text = "One two three.\n\nFour five six. Seven eight.\nNine ten eleven twelve."
    assert [plain(part) for part in split(Message(text), 30)] == [
        "One two three.",
        "Four five six. Seven eight.",
        "Nine ten eleven twelve.",
    ]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("Satu dua tiga. Empat lima enam tujuh.", 24, ["Satu dua tiga.", "Empat lima enam tujuh."]),
        ("Satu dua tiga empat lima", 14, ["Satu dua tiga", "empat lima"]),
        ("会談が始まった。防衛協力で一致した。", 10, ["会談が始まった。", "防衛協力で一致した。"]),
        ("Satuduatiga", 6, ["Satudu", "atiga"]),
    ],
    ids=["at a sentence", "at a word", "at a Japanese sentence", "anywhere"],
)
def test_within_a_line_the_cut_prefers_a_sentence_then_a_word(text: str, limit: int, parts: list[str]) -> None:
    assert [plain(part) for part in split(Message(text), limit)] == parts


def test_bold_that_is_cut_stays_bold_on_both_sides() -> None:
    assert [html(part) for part in split(Message(Bold("aaaa bbbb cccc")), 10)] == ["<b>aaaa bbbb</b>", "<b>cccc</b>"]


def test_an_emoji_of_several_characters_is_not_torn_apart() -> None:
    parts = split(Message("x" * 9 + "👩\u200d🚀"), 12)
    assert [plain(part) for part in parts] == ["x" * 9, "👩\u200d🚀"]


def test_a_long_list_of_links_stays_under_the_entity_and_link_limits() -> None:
    lines = [Link(f"https://example.org/{number}/" + "x" * 150, f"Story {number}\n") for number in range(200)]
    parts = split(Message(*lines))
    for part in parts:
        found = read(html(part))
        assert found.entities <= ENTITY_LIMIT
        assert found.link_bytes <= LINK_BYTES_LIMIT
    assert "".join(squeeze(plain(part)) for part in parts).count("Story") == 200


def test_direction_overrides_and_control_characters_do_not_reach_the_reader() -> None:
    assert html(Message("a\u202egnp.exe\x00b")) == "a gnp.exe b"


def test_plain_text_writes_links_out_and_indents_quotations() -> None:
    message = Message(Link("https://example.org/1", Bold("Title")), "\n", Quote("one\ntwo"))
    assert plain(message) == "Title <https://example.org/1>\n  | one\n  | two"
    assert plain(message, ansi=True).startswith("\x1b[1mTitle\x1b[0m <https")


# --- pictures -------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(messages, st.integers(12, 80))
def test_the_picture_is_with_the_first_part_and_the_keys_are_under_the_last(message: Message, limit: int) -> None:
    parts = split(message, limit)
    if message.picture is not None:
        assert parts
    assert [part.picture for part in parts] == [message.picture, *[None] * len(parts)][: len(parts)]
    assert [part.keys for part in parts] == [*[()] * len(parts), message.keys][-len(parts) :] if parts else True


def test_the_words_under_a_picture_fit_a_caption_and_the_rest_follows_in_whole_messages() -> None:
    lines = "\n".join(f"{number} 🚀 {'word ' * 30}." for number in range(80))
    first, second, *_ = split(Message(Bold(lines), picture=PLOT))
    assert CAPTION_LIMIT - 200 < units(read(html(first)).text) <= CAPTION_LIMIT
    assert LIMIT - 200 < units(read(html(second)).text) <= LIMIT
    assert units(read(html(split(Message(Bold(lines)))[0])).text) > CAPTION_LIMIT


def test_a_picture_without_words_is_a_message() -> None:
    assert split(Message(" \n", picture=PLOT)) == [Message(picture=PLOT)]


def test_a_terminal_reads_the_title_of_a_picture_on_one_line() -> None:
    plot = VolumePlot("Nickel\n\x1b[31m  volumes", (), ())
    assert plain(Message("Words", picture=plot)) == "[picture: Nickel [31m volumes]\nWords"
    assert plain(Message(picture=plot)) == "[picture: Nickel [31m volumes]"


def test_the_words_of_a_picture_are_its_own_or_else_its_title() -> None:
    keys = [[Key("More", "m")]]
    assert words_of(Message("Words", keys=keys, picture=PLOT)) == Message("Words", keys=keys)
    assert words_of(Message(" ", keys=keys, picture=PLOT)) == Message(Bold("Nickel"), keys=keys)
    assert html(words_of(Message(picture=VolumePlot("\n", (), ()))))
    assert words_of(Message()) == Message()


def test_a_row_of_the_outbox_from_before_there_were_pictures_is_read_as_it_was() -> None:
    assert from_json(["a", {"b": ["c"]}]) == Message("a", Bold("c"))
    assert from_json([]) == Message()


def test_the_outbox_keeps_what_a_picture_shows_and_not_the_picture() -> None:
    assert to_json(Message("Words", picture=PLOT)) == [
        {"picture": {"volumes": "Nickel", "days": ["2026-11-22"], "series": [["Indonesia", [3]]]}},
        "Words",
    ]


def test_what_follows_a_quotation_begins_on_a_line_of_its_own_in_a_terminal() -> None:
    message = Message(Text("It was said:\n"), Quote("They signed.\nBoth."), Text("The wire"))
    assert plain(message) == "It was said:\n  | They signed.\n  | Both.\nThe wire"
    assert plain(Message(Quote("They signed."), Text("\n\nNext"))) == "| They signed.\n\nNext"
