"""The reference page of the rule language: each of its examples does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.model import Article, Source
from bot.watch import Watchlists, load, match, search
from bot.watch.builder import MOST_COUNTED, MOST_NODES, WIDEST
from bot.watch.expression import FUNCTIONS
from bot.watch.grammar import DEEPEST, LONGEST

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
SOURCES = {"antara": Source("antara", "ANTARA", country="id", tier=1)}


def blocks(kind: str) -> list[str]:
    return [block.strip() for block in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


def said(text: str, about: str = "") -> Article:
    """An article as the page writes it: `[title] {standfirst} paragraph | paragraph`."""
    title, lead, body = re.fullmatch(r"(?:\[(.*?)\] ?)?(?:\{(.*?)\} ?)?(.*)", text).groups()  # type: ignore[union-attr] # always matches
    paragraphs = tuple(part.strip() for part in body.split("|"))
    language, _, source = about.partition(", ")
    return Article("u", title or "", paragraphs, lead=lead or "", language=language or None, source=SOURCES.get(source))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Watchlists:
    """The watchlist that the page shows."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "watchlists").mkdir()
    watchlist = blocks("yaml")[0]
    (folder / "watchlists" / "page.yaml").write_text(watchlist, "utf-8")
    return load(folder)


EXAMPLES = [
    (expression, answer, about, text)
    for expression, *lines in (block.splitlines() for block in blocks("rule"))
    for answer, about, text in (re.fullmatch(r"(yes|no)(?: \((.*?)\))?: (.*)", line).groups() for line in lines)  # type: ignore[union-attr] # else the page is wrong
]


@pytest.mark.parametrize(("expression", "answer", "about", "text"), EXAMPLES)
def test_an_example_does_what_the_page_says(
    expression: str, answer: str, about: str | None, text: str, page: Watchlists
) -> None:
    assert bool(match(search(page, expression), said(text, about or ""))) == (answer == "yes")


@pytest.mark.parametrize("block", blocks("labels"))
def test_the_labels_are_those_the_page_says(block: str, page: Watchlists) -> None:
    expression, *lines = block.splitlines()
    for line in lines:
        concept, names, text = re.fullmatch(r"(\w+)=(.*?): (.*)", line).groups()  # type: ignore[union-attr] # else the page is wrong
        (answer,) = match(search(page, expression), said(text))
        assert answer.labels == {concept: tuple(names.split(", "))}


def lines(kind: str) -> list[tuple[str, str]]:
    (block,) = blocks(kind)
    return [re.fullmatch(r"(yes|no): (.*)", line).groups() for line in block.splitlines()]  # type: ignore[union-attr,misc] # else the page is wrong


def of_the_page(folder: Path, concept: int, rule: str) -> Watchlists:
    """The page's watchlist with a further concept or rule that it shows."""
    shown = blocks("yaml")
    text = shown[0].replace("rules:\n", f"  {shown[concept]}\nrules:\n{rule}") if concept else shown[0] + rule
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "page.yaml").write_text(text, "utf-8")
    return load(folder)


@pytest.mark.parametrize(("answer", "text"), lines("carried"))
def test_clitics_are_found_as_the_page_says(answer: str, text: str, tmp_path: Path) -> None:
    ready = of_the_page(tmp_path, 1, "")

    assert bool(match(search(ready, "vessel"), said(text, "id"))) == (answer == "yes")


@pytest.mark.parametrize(("answer", "text"), lines("excepted"))
def test_a_term_within_an_exception_does_not_count_as_the_page_says(answer: str, text: str, tmp_path: Path) -> None:
    ready = of_the_page(tmp_path, 2, "")

    assert bool(match(search(ready, "ally"), said(text))) == (answer == "yes")


@pytest.mark.parametrize(("answer", "text"), lines("weighted"))
def test_a_score_is_reached_as_the_page_says(answer: str, text: str, tmp_path: Path) -> None:
    ready = of_the_page(tmp_path, 0, f"\n  {blocks('yaml')[3]}")

    assert any(found.rule == "incident" for found in match(ready, said(text))) == (answer == "yes")


def test_the_pages_own_rule_matches(page: Watchlists) -> None:
    assert match(page, said("[Pact] Japan and Indonesia sign a defence pact."))
    assert not match(page, said("[Football] Japan and Indonesia sign a defence pact."))


def test_every_form_has_an_example_with_a_yes_and_a_no() -> None:
    for form in (*FUNCTIONS, "and", "or", "not"):
        shown = {answer for expression, answer, *_ in EXAMPLES if re.search(rf"\b{form}\b", expression)}
        assert shown == {"yes", "no"}, form


def test_the_limits_are_those_of_the_program() -> None:
    limits = PAGE.partition("## Limits")[2]
    for number in (LONGEST, MOST_NODES, DEEPEST, WIDEST, MOST_COUNTED):
        assert re.search(rf"\b{number:,}\b", limits), number
