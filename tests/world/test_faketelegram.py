"""The fake server refuses what the real one refuses; a lenient fake would prove nothing."""

from __future__ import annotations

import json
import struct
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from faketelegram import FakeTelegram
from telegramhtml import ParseError, parse

TOKEN = "123456:the-token-of-the-fake-server-only"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as server:
        server.chat(7)
        yield server


def call(telegram: FakeTelegram, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
    """The server's answer to one call, whatever it is."""
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    url = f"{telegram.base_url}/bot{token}/{method}"
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(values).encode(), timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    return answer


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>a</b> &lt;&amp;&quot;&#x41;", 'a <&"A'),
        ("a &nbsp; b", "a &nbsp; b"),
        ("  <i>x</i>\n\n", "x"),
        ("<blockquote expandable>q</blockquote>", "q"),
        ('<tg-time unix="1770000000" format="t">noon</tg-time>', "noon"),
    ],
)
def test_markup_is_read_as_readers_see_it(html: str, text: str) -> None:
    assert parse(html).text == text


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>",
        "a<br>b",
        "a < b",
        "<b>x",
        "x</b>",
        "<b>x</i>",
        "<a href=http://e.org/a>x</a>",
        "<span>x</span>",
        "<b",
    ],
)
def test_markup_the_server_cannot_read_is_refused(html: str) -> None:
    with pytest.raises(ParseError):
        parse(html)


def test_offsets_count_utf16_units_and_a_bad_link_vanishes() -> None:
    parsed = parse('😀<b>b</b><a href="javascript:x">y</a><a href="http://localhost/">z</a>')
    assert parsed.entities == [{"type": "bold", "offset": 2, "length": 1}]
    assert len(parsed.dropped) == 2


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"chat_id": 7}, "required"),
        ("sendMessage", {"chat_id": "seven", "text": "x"}, "not an integer"),
        ("sendMessage", {"chat_id": 7, "text": "x", "colour": "red"}, "unknown parameter"),
        ("sendMessage", {"chat_id": 7, "text": "  "}, "non-empty"),
        ("sendMessage", {"chat_id": 7, "text": "x" * 4097}, "too long"),
        ("sendMessage", {"chat_id": 7, "text": "😀" * 2049}, "too long"),
        ("sendMessage", {"chat_id": 7, "text": "x" * 32_769}, "text is too long"),
        ("sendMessage", {"chat_id": 7, "text": "<p>x</p>", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendChatAction", {"chat_id": 7, "action": "sleep"}, "wrong parameter action"),
        ("setMyCommands", {"commands": [{"command": "Bad", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("sendRichMessage", {}, "method not found"),
    ],
)
def test_a_wrong_call_is_refused_and_remembered(
    telegram: FakeTelegram, method: str, params: dict[str, Any], words: str
) -> None:
    answer = call(telegram, method, **params)
    assert not answer["ok"] and words in answer["description"]
    assert len(telegram.violations) == 1


@pytest.mark.parametrize(
    "button",
    [
        {"text": "x"},
        {"text": "", "callback_data": "1"},
        {"text": "x", "callback_data": "é" * 33},
        {"text": "x", "callback_data": "1", "url": "https://e.org"},
        {"text": "x", "url": "http://localhost:80/"},
    ],
)
def test_a_wrong_button_is_refused(telegram: FakeTelegram, button: dict[str, Any]) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert call(telegram, "sendMessage", chat_id=7, text="x", reply_markup=markup)["error_code"] == 400
    assert telegram.violations


def test_a_hundred_and_one_entities_are_a_breach_although_the_server_takes_them(telegram: FakeTelegram) -> None:
    assert call(telegram, "sendMessage", chat_id=7, text="<b>x</b> " * 101, parse_mode="HTML")["ok"]
    assert "101 entities" in telegram.violations[0]


def test_asking_before_retry_after_is_over_is_a_breach(telegram: FakeTelegram) -> None:
    telegram.fail("sendMessage", retry_after=5)
    assert call(telegram, "sendMessage", chat_id=7, text="x")["parameters"] == {"retry_after": 5}
    assert telegram.violations == []
    assert call(telegram, "sendMessage", chat_id=7, text="x")["error_code"] == 429
    assert "before retry_after" in telegram.violations[0]


def test_a_press_is_answered_once(telegram: FakeTelegram) -> None:
    sent = call(telegram, "sendMessage", chat_id=7, text="x")["result"]
    query = telegram.press_data(7, sent["message_id"], "1")
    assert call(telegram, "answerCallbackQuery", callback_query_id=query)["ok"]
    assert not call(telegram, "answerCallbackQuery", callback_query_id=query)["ok"]
    assert telegram.violations == ["answerCallbackQuery: the same query answered twice"]


def test_updates_are_forgotten_only_when_a_higher_offset_is_asked_for(telegram: FakeTelegram) -> None:
    telegram.say(7, "one")
    telegram.say(7, "two")
    assert [u["update_id"] for u in call(telegram, "getUpdates")["result"]] == [1000, 1001]
    assert [u["update_id"] for u in call(telegram, "getUpdates", offset=1001)["result"]] == [1001]
    assert call(telegram, "getUpdates", offset=1002)["result"] == []


def test_kinds_of_updates_not_asked_for_are_not_kept(telegram: FakeTelegram) -> None:
    call(telegram, "getUpdates", allowed_updates=["message"])
    telegram.block(7)
    assert telegram.pending_updates == 0


def test_a_wrong_token_is_401_and_a_malformed_one_404(telegram: FakeTelegram) -> None:
    assert call(telegram, "getMe", token="123456:another-token-of-the-right-form")["error_code"] == 401
    assert call(telegram, "getMe", token="nonsense")["error_code"] == 404


def test_flood_limits_stop_the_fifth_message_at_once_and_the_twenty_first_in_a_group(telegram: FakeTelegram) -> None:
    telegram.flood_limits = True
    telegram.chat(-5, "supergroup")
    private = [call(telegram, "sendMessage", chat_id=7, text="x")["ok"] for _ in range(5)]
    assert private == [True] * 4 + [False]
    group = [call(telegram, "sendMessage", chat_id=-5, text="x")["ok"] for _ in range(21)]
    assert group == [True] * 20 + [False]


def test_callers_that_wait_in_vain_are_told_what_was_seen(telegram: FakeTelegram) -> None:
    call(telegram, "sendMessage", chat_id=7, text="hello")
    with pytest.raises(AssertionError, match="hello"):
        telegram.wait_for(lambda t: t.messages(8), timeout=0.1)


# --- photos ---------------------------------------------------------------------------------------------------------


def png(width: int, height: int, size: int = 0) -> bytes:
    """The frame of a PNG of these dimensions, filled up to `size` bytes."""
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
    end = b"\0\0\0\0IEND\xaeB`\x82"
    return head + b"\0" * (size - len(head) - len(end)) + end


def upload(telegram: FakeTelegram, photo: bytes, **params: object) -> dict[str, Any]:
    """The server's answer to a photo that is uploaded."""
    lines = [
        b'Content-Disposition: form-data; name="photo"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n' + photo
    ]
    for name, value in ({"chat_id": 7} | params).items():
        lines.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    body = b"".join(b"--line\r\n" + line + b"\r\n" for line in lines) + b"--line--\r\n"
    request = urllib.request.Request(f"{telegram.base_url}/bot{TOKEN}/sendPhoto", body)
    request.add_header("Content-Type", "multipart/form-data; boundary=line")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    return answer


def test_a_photo_arrives_byte_for_byte_under_a_caption_with_its_entities(telegram: FakeTelegram) -> None:
    answer = upload(telegram, png(40, 30), caption="<b>a</b> &amp; b", parse_mode="HTML")["result"]
    assert (answer["caption"], answer["caption_entities"][0]["type"]) == ("a & b", "bold")
    assert "text" not in answer and (answer["photo"][0]["width"], answer["photo"][0]["height"]) == (40, 30)
    (sent,) = telegram.messages(7)
    assert (sent.photo, sent.photo_size, sent.text) == (png(40, 30), (40, 30), "a & b")
    assert telegram.violations == []


@pytest.mark.parametrize(
    ("photo", "params", "complaint"),
    [
        (png(5001, 5000), {}, "PHOTO_INVALID_DIMENSIONS"),
        (png(2001, 100), {}, "PHOTO_INVALID_DIMENSIONS"),
        (png(40, 30)[:-4], {}, "IMAGE_PROCESS_FAILED"),
        (b"<html>", {}, "IMAGE_PROCESS_FAILED"),
        (b"", {}, "non-empty"),
        (png(40, 30, (10 << 20) + 1), {}, "too big for a photo"),
        (png(40, 30), {"caption": "x" * 1025}, "caption is too long"),
        (png(40, 30), {"caption": "🚀" * 513}, "caption is too long"),
        (png(40, 30), {"caption": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        (png(40, 30), {"text": "x"}, "unknown parameter"),
    ],
    ids=["sum", "ratio", "cut off", "not a picture", "empty", "10 MB", "caption", "caption in units", "markup", "text"],
)
def test_a_photo_that_telegram_would_refuse_is_refused(
    telegram: FakeTelegram, photo: bytes, params: dict[str, str], complaint: str
) -> None:
    answer = upload(telegram, photo, **params)
    assert answer["error_code"] == 400 and complaint in answer["description"]
    assert telegram.messages(7) == [] and len(telegram.violations) == 1


def test_the_largest_photo_is_taken_and_1024_units_below_it_after_entities(telegram: FakeTelegram) -> None:
    assert upload(telegram, png(5000, 5000, 10 << 20))["ok"]
    assert upload(telegram, png(2000, 100), caption=f"<b>{'x' * 1024}</b>", parse_mode="HTML")["ok"]


def test_a_photo_has_no_text_to_edit_and_a_group_may_forbid_photos(telegram: FakeTelegram) -> None:
    sent = upload(telegram, png(40, 30), caption="x")["result"]
    answer = call(telegram, "editMessageText", chat_id=7, message_id=sent["message_id"], text="y")
    assert "no text in the message to edit" in answer["description"]
    telegram.chat(7, takes_photos=False)
    assert "not enough rights to send photos" in upload(telegram, png(40, 30))["description"]
