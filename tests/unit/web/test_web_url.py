"""How addresses are written."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FetchError, FetchReason
from bot.web import check_url
from bot.web.url import join, parse, shown


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTP://Example.ORG:80/A?b=C#top \n", "http://example.org/A?b=C"),
        ("https://example.org:8443/rss", "https://example.org:8443/rss"),
        ("https://例え.jp/パス?q=é", "https://xn--r8jz45g.jp/%E3%83%91%E3%82%B9?q=%C3%A9"),
        ("http://example.org/a b/%20%E3", "http://example.org/a%20b/%20%E3"),
        ("http://example.org./", "http://example.org/"),
        ("http://example.org?x=1", "http://example.org/?x=1"),
        ("http://[2A00:1450::0001]:443/", "http://[2a00:1450::1]:443/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://a_b.example.org/", "http://a_b.example.org/"),
        ("https://medium.example/@author/feed", "https://medium.example/@author/feed"),
        ("http://example.org/a\\b", "http://example.org/a%5Cb"),
    ],
)
def test_an_address_is_kept_in_the_form_it_is_requested_in(written: str, kept: str) -> None:
    assert check_url(written) == kept
    assert check_url(kept) == kept


@pytest.mark.parametrize(
    "lookalike",
    ["аntara.example", "kyоdo.example", "ｎｈｋ.example", "nһk.example", "rеuters.example", "аррlе.example"],
)
def test_a_host_in_lookalike_letters_is_known_by_its_ascii_form(lookalike: str) -> None:
    kept = check_url(f"https://{lookalike}/a")
    assert kept.isascii()
    assert kept == "https://nhk.example/a" if lookalike.startswith("ｎ") else kept.startswith("https://xn--")


@pytest.mark.parametrize(
    "trick", ["\u202e", "\u2066", "\u200b", "\u00ad", "\u2024", "\uff0e", "\u2044", "\u29f8", "\uff0f"]
)
def test_marks_that_nobody_sees_make_no_other_host(trick: str) -> None:
    for written in (f"https://good{trick}.example/", f"https://good.example{trick}.evil.example/"):
        try:
            kept = check_url(written)
        except FetchError:
            continue
        assert kept.isascii()
        host = httpx.URL(kept).host
        assert host in ("good.example", "good..example") or not host.startswith("good.example/"), kept


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org/rss", "ftp://example.org/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x",
        "//example.org/", "http://me@example.org/", "http://me:secret@example.org/", "http://good.example\\@127.0.0.1/",
        "http://good.example\\.evil.example/", "http://exa mple.org/", "http://example.org:99999/", "http://example.org:0/",
        "http://example.org:x/", "http://exa%6dple.org/", "http://a..b/", "http://.example.org/",
        "http://example.org/a\nb",
        "http://example.org/\x00", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/", "http://127.1/",
        "http://0177.0.0.1/", "http://127.1./", "http://example.org../", "http://1.2.3.4.5/",
        "http://256.1.1.1/", "http://[::1", "http://[fe80::1%25eth0]/",
        "http://[v1.x]/", "http://" + "a" * 64 + ".org/", "http://example.org/\ud800", "http://" + "a." * 130 + "org/",
        "http://１２７.0.0.1:x/", "http://example.org/" + "a" * 2048, "http://example.org/" + "é" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_for_good(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_url(url)
    assert caught.value.reason is FetchReason.BAD_URL
    assert caught.value.permanent
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "url", ["http://me:secret@example.org/", "http://me:sec/ret@example.org/", "me:secret@example.org"]
)
def test_a_message_never_shows_a_password(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        check_url(url)
    assert "sec" not in str(caught.value)


def test_an_address_in_wide_digits_is_never_taken_for_a_name() -> None:
    with pytest.raises(FetchError):
        check_url("http://１２７.1/")


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_one_clean_refusal(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.org/{text}"):
        try:
            kept = check_url(url)
        except FetchError as error:
            assert error.reason is FetchReason.BAD_URL
        else:
            assert kept.isascii()
            assert check_url(kept) == kept


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "https://example.org/b"),
        ("../c?x", "https://example.org/c?x"),
        ("//other.example/d", "https://other.example/d"),
        ("http://other.example:8080/e#f", "http://other.example:8080/e"),
        ("?page=2", "https://example.org/x/a?page=2"),
        ("/日本".encode().decode("latin-1"), "https://example.org/%E6%97%A5%E6%9C%AC"),
        ("/日本?#x".encode("cp932").decode("latin-1"), "https://example.org/%93%FA%96%7B"),
    ],
)
def test_a_redirect_may_be_relative(location: str, target: str) -> None:
    assert str(join(parse("https://example.org/x/a"), location)) == target


def test_a_shown_address_is_one_short_line() -> None:
    assert shown("http://a/\r\n\x1b[31m" + "x" * 500).isprintable()
    assert len(shown("x" * 500)) == 200


@given(st.sampled_from(["", "a.example", "[::1]:8080/", "xn--a.b:99/", "a.example/"]), st.text(max_size=40))
def test_every_address_we_accept_leads_httpx_to_the_same_host(start: str, rest: str) -> None:
    try:
        address = parse(f"http://{start}{rest}")
    except FetchError:
        return
    url = httpx.URL(str(address))
    assert (url.raw_host.decode(), url.port or 80) == (address.host, address.port)
