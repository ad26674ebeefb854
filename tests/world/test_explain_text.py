"""What `kentongan explain` prints for people: matched words are marked, and long reasons are cut."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest
from program import Program

from bot.run.explain import is_binary

LONG = " or ".join(f'"word{number}"' for number in range(60))

WATCHLIST = f"""\
title: Pacts
rules:
  - name: pact
    match: '"pact"'
  - name: words
    match: '{LONG}'
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    made.write_settings()
    made.write_sources({})
    made.write_watchlist(WATCHLIST)
    text = "<p>Japan and Indonesia signed a pact in Jakarta, which both parliaments will discuss in the autumn.</p>"
    (tmp_path / "page.html").write_text(f"<title>A report</title><article><h1>A report</h1>{text * 5}</article>")
    return made


def test_a_long_reason_is_cut_for_people_and_whole_for_programs(program: Program, tmp_path: Path) -> None:
    page = str(tmp_path / "page.html")
    text, document = program.command("explain", page), program.command("explain", page, "--json").document
    assert (text.status, text.err) == (0, "")
    (line,) = [line for line in text.out.splitlines() if line.startswith("miss")]
    assert line == f"miss  pacts/words  failed: {LONG[:200]} ..."
    assert [miss["failed"] for miss in document["misses"]] == [LONG]


def test_matched_words_are_marked_where_there_is_no_terminal(program: Program, tmp_path: Path) -> None:
    assert "signed a »pact« in" in program.command("explain", str(tmp_path / "page.html")).out


# --- rules that one page alone does not settle ----------------------------------------------------------------------


def test_a_match_that_needs_further_publishers_says_so(program: Program, tmp_path: Path) -> None:
    program.write_watchlist(WATCHLIST.replace("  - name: words\n", "    min_sources: 3\n  - name: words\n"))
    page = str(tmp_path / "page.html")
    lines = program.command("explain", page).out.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("match pacts/pact"))
    assert lines[begin + 2] == "      counts only once 3 independent publishers report it"
    (match,) = program.command("explain", page, "--json").document["matches"]
    assert (match["rule"], match["min_sources"]) == ("pact", 3)


def test_a_match_that_needs_no_further_publisher_says_nothing_of_them(program: Program, tmp_path: Path) -> None:
    page = str(tmp_path / "page.html")
    assert "publishers" not in program.command("explain", page).out
    (match,) = program.command("explain", page, "--json").document["matches"]
    assert match["min_sources"] == 1


# --- what is no page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("nowhere.html", "nowhere.html: there is no such file"),
        ("config", "config: not a file"),
        (
            "ftp://example.org/a",
            "ftp://example.org/a: only addresses of http and https are read, and files by their path",
        ),
    ],
)
def test_a_word_that_names_no_page_is_a_wrong_one(program: Program, word: str, why: str) -> None:
    for words in (("explain", word), ("explain", word, "--json")):
        result = program.command(*words)
        assert (result.status, result.out, result.err) == (2, "", f"kentongan explain: {why}\n")


def test_a_binary_file_is_refused_in_one_line(program: Program, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    result = program.command("explain", "page.pdf")
    assert (result.status, result.out) == (1, "")
    assert result.err == "kentongan: page.pdf: this is no page but a binary file: save the page as HTML\n"


TEXT = "<title>A report</title><p>Kyoto, 1 café, „two“ 東京 and a line\r\n\tof text</p>"
BINARY = {
    "a picture": zlib.compress(bytes(range(256)) * 90 + b"IDAT" * 50, 9) * 20,
    "an archive": b"PK\x03\x04\x14\x00" + bytes(range(7, 250)) * 9,
    "a gzip archive of a program": gzip.compress(b"\x7fELF\x02\x01\x01" + bytes(900)),
    "a PDF of plain letters": b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n" * 20,
}
PAGES = {
    "nothing": b"",
    "UTF-8": TEXT.encode(),
    "UTF-16 with its mark": TEXT.encode("utf-16"),
    "UTF-32 with its mark": TEXT.encode("utf-32"),
    "ISO-2022-JP": "<meta charset=iso-2022-jp>東京の防衛省".encode("iso-2022-jp"),
    "Shift_JIS": "東京の防衛省".encode("cp932") * 9,
    "windows-1252": "café".encode("cp1252") * 9,
    "gzip": gzip.compress(TEXT.encode()),
    "a stray control character": TEXT.encode() * 4 + b"\x00\x0b",
}


@pytest.mark.parametrize("name", BINARY)
def test_what_no_page_comes_in_is_told_from_text(name: str) -> None:
    assert is_binary(BINARY[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_any_encoding_is_text(name: str) -> None:
    assert not is_binary(PAGES[name])
