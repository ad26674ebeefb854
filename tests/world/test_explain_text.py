"""What `kentongan explain` prints for people: matched words are marked, and long reasons are cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import Program

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
