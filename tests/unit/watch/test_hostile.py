"""Articles and rule sets made to be slow. What is measured is that they end: the time limits are generous."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from bot.model import Article
from bot.watch import Watchlists, explain, load, match, search
from bot.watch.found import Found
from bot.watch.particulars import MOST_EVIDENCE
from bot.watch.text import prepare
from watch.desk import article, watching, written

SIZE = 120_000
COMMON = ("the", "of", "in", "a", "to", "and", "on", "for", "by", "at")


def repeated(text: str, **rest: str) -> Article:
    return article(text * (SIZE // len(text)), **rest)  # type: ignore[arg-type] # a language only


ARTICLES = {
    "one word": repeated("the ", language="en"),
    "one word a sentence": repeated("The. ", language="en"),
    "common words": repeated("The end of the war in a land, to and fro, on for by at. ", language="en"),
    "many paragraphs": article(*["The end of the war in a land, to and fro on, for by at."] * 2_000, language="en"),
    "Japanese": repeated("日本の防衛相はインドネシアと会談した。", language="ja"),
    "open brackets": repeated("「（Jl. A. ", language="ja"),
    "marks": repeated("e\u0301\u0301\u0301\u00ad", language="en"),
    "one long word": repeated("pertahan", language="id"),
}
EXPRESSIONS = [
    'near(1000, "the", "the", "of", "in") or "the"',
    'before(1000, "the", "the", "of", "the") or before(1000, "the", "the", "the", "the")',
    "sentence(atleast(5, " + ", ".join(f'"{word}"' for word in COMMON) + '))',
    "sentence((" + " or ".join(f'"{word}"' for word in COMMON) + ') and not "xyz")',
    'count("the" or "of" or "日") >= 900',
    'near(9, "日", "本", "の") or sentence("インド" and "防衛") or "インドネシア"',
    '"*pertahan*" or "pertahan*" or "e"',
]  # fmt: skip


@pytest.mark.timeout(30)
@pytest.mark.parametrize("wanted", ARTICLES.values(), ids=ARTICLES)
def test_an_article_of_120000_characters_ends(wanted: Article, tmp_path: Path) -> None:
    ready = watching(tmp_path, "japan")
    for expression in EXPRESSIONS:
        rules = search(ready, expression)
        assert len(match(rules, wanted)) == len(explain(rules, wanted)[0])


def test_of_a_very_common_term_the_first_occurrences_are_shown(tmp_path: Path) -> None:
    (answer,) = match(watching(tmp_path, '"the"'), ARTICLES["one word"])
    assert len(answer.evidence) == MOST_EVIDENCE
    assert answer.evidence[-1].end == MOST_EVIDENCE * 4 - 1


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Watchlists:
    """A thousand rules that share a very common word."""
    rules = "\n".join(f'  - {{name: r{n}, match: \'"the" and "of" and "w{n}"\'}}' for n in range(1_000))
    return load(written(tmp_path_factory.mktemp("thousand"), rules))


@pytest.mark.timeout(30)
def test_rules_that_share_a_common_word_are_judged_only_where_their_own_word_is(thousand: Watchlists) -> None:
    assert [yes.rule for yes in match(thousand, article("the end of w7 and w999"))] == ["r7", "r999"]
    found = Found(thousand.lexicon, prepare(article("the end of w7, of the w, of w77")))
    assert thousand.index.candidates(found).tolist() == [7, 77]


def test_nothing_of_an_article_waits_for_the_garbage_collector(tmp_path: Path) -> None:
    """A ring of references would keep every article's arrays until the collector comes, at a tenth of the speed."""
    ready = watching(tmp_path, 'sentence(japan and defence) or near(5, japan, "pact") or title(paragraph(japan))')
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            assert [yes.evidence for yes in match(ready, article("Japan signs a defence pact. Japan."))]
        assert gc.collect() == 0
    finally:
        gc.enable()
