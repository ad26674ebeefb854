"""What `check --fix` does to files: it removes what is listed twice, and leaves all else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigErrors
from bot.run.review import mend
from bot.watch import load
from bot.watch.review import Remark, review
from watch.review_desk import SOURCES

COMMENTED = """\
# Who is who.\r
title:   "A 'title'"   # kept\r
concepts:\r
  x:\r
    en: [Japan, 'visit*',   # the word itself\r
         visits, ship,  # on one line\r
         Japan, visitors,  # goes with its line\r
         visited, Tokyo]\r
    id:\r
      # cities\r
      - Jepang    # not Jepun\r
      - "jepang"\r
\r
      - Tokyo\r
rules: [{name: r, match: x}]  # the end"""
MENDED = """\
# Who is who.\r
title:   "A 'title'"   # kept\r
concepts:\r
  x:\r
    en: [Japan, 'visit*',   # the word itself\r
         ship,  # on one line\r
         Tokyo]\r
    id:\r
      # cities\r
      - Jepang    # not Jepun\r
\r
      - Tokyo\r
rules: [{name: r, match: x}]  # the end"""


def watchlist(folder: Path, text: str, name: str = "w") -> Path:
    path = folder / "watchlists" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def remarks(folder: Path) -> list[Remark]:
    return review(folder, load(folder), SOURCES)


def mended(folder: Path, text: str) -> str:
    """A watchlist after one round."""
    path = watchlist(folder, text)
    mend(remarks(folder))
    return path.read_bytes().decode()


def of_list(folder: Path, terms: str, rule: str = "match: x") -> str:
    """A list of terms after one round."""
    text = f"concepts: {{x: {terms}}}\nrules:\n  - name: r\n    {rule}\n"
    return mended(folder, text).splitlines()[0].removeprefix("concepts: {x: ").removesuffix("}")


def test_what_is_listed_twice_goes_and_comments_quotes_and_line_ends_stay(tmp_path: Path) -> None:
    # A comment goes only where nothing else is left in its line.
    assert mended(tmp_path, COMMENTED) == MENDED
    assert remarks(tmp_path) == []


def test_the_remarks_that_were_mended_are_handed_back(tmp_path: Path) -> None:
    path = watchlist(tmp_path, "concepts: {x: [Japan, Japan], y: [Tokyo]}\nrules: [{name: r, match: x}]\n")
    (done,) = mend(remarks(tmp_path))
    assert (done.file, done.line, done.column) == (str(path), 1, 23)
    assert [remark.message for remark in remarks(tmp_path)] == ["no rule uses the concept 'y': use it, or remove it"]


def test_a_term_that_a_wider_one_finds_goes_and_the_wider_one_stays(tmp_path: Path) -> None:
    assert of_list(tmp_path, "[visits, Japan, visit*, visitors]") == "[Japan, visit*]"


def test_a_term_stays_while_what_it_is_found_by_goes(tmp_path: Path) -> None:
    assert of_list(tmp_path, "[visits, visits, visit*]") == "[visits, visit*]"
    assert mended(tmp_path, (tmp_path / "watchlists" / "w.yaml").read_text()).startswith("concepts: {x: [visit*]}")


def test_what_stands_once_in_each_of_two_lists_stays(tmp_path: Path) -> None:
    terms = "{en: [NATO, Japan], id: [Japan], labels: {nato: [NATO]}}"
    assert of_list(tmp_path, terms) == terms


def test_a_spelling_that_counts_in_a_score_stays(tmp_path: Path) -> None:
    terms, rule = "[visit*, visits, visit*]", "{match: x, weights: {x: 1}, threshold: 2}"
    text = f"concepts: {{x: {terms}}}\nrules: [{{name: r, {rule[1:-1]}}}]\n"
    assert mended(tmp_path, text) == text.replace(terms, "[visit*, visits]")
    assert [remark.change for remark in remarks(tmp_path)] == [None]


def test_a_spelling_that_counts_in_another_watchlist_stays_in_the_shared_concepts(tmp_path: Path) -> None:
    shared = tmp_path / "concepts.yaml"
    shared.write_text("concepts: {x: [visit*, visits]}\n")
    watchlist(tmp_path, "rules: [{name: r, match: x}]\n", "a")
    scoring = watchlist(tmp_path, "rules: [{name: s, match: x, weights: {x: 1}, threshold: 2}]\n", "b")
    assert mend(remarks(tmp_path)) == []
    scoring.unlink()
    assert len(mend(remarks(tmp_path))) == 1
    assert shared.read_text() == "concepts: {x: [visit*]}\n"


def test_a_list_that_an_alias_repeats_stays_and_the_others_are_mended(tmp_path: Path) -> None:
    text = "concepts: {x: {en: &a [Japan, Japan], id: *a}, y: [Tokyo, Tokyo]}\nrules: [{name: r, match: x and y}]\n"
    assert mended(tmp_path, text) == text.replace("Tokyo, Tokyo", "Tokyo")


def test_a_file_in_which_nothing_can_be_mended_is_not_written(tmp_path: Path) -> None:
    path = watchlist(tmp_path, "concepts: {x: {en: &a [Japan, Japan], id: *a}}\nrules: [{name: r, match: x}]\n")
    before = path.stat()
    assert mend(remarks(tmp_path)) == []
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_changed_for_the_worse_meanwhile_is_said_and_left(tmp_path: Path) -> None:
    path = watchlist(tmp_path, "concepts: {x: [Japan, Japan]}\nrules: [{name: r, match: x}]\n")
    told = remarks(tmp_path)
    path.write_text("concepts: {x: [Japan, Japan\n")
    with pytest.raises(ConfigErrors, match="not closed"):
        mend(told)
    assert path.read_text() == "concepts: {x: [Japan, Japan\n"


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    path = watchlist(tmp_path, "concepts: {x: [Japan, Japan]}\nrules: [{name: r, match: x}]\n")
    told = remarks(tmp_path)
    path.unlink()
    with pytest.raises(ConfigErrors, match="the file cannot be changed: no such file"):
        mend(told)
