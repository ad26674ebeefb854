"""What is said about terms that an archive has never seen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.model import Article
from bot.watch import load
from bot.watch.review import Looking, sheets
from bot.watch.review.unseen import FEWEST_ARTICLES
from watch.desk import article, written
from watch.review_desk import RULES

NOTE = "check the spelling, or leave out what newspapers do not write"
FULL = "Japan and Japanese defence with a joint exercise of Indonesia, NATO, Nato, the EU, European Union."
CONCEPTS = "concepts:\n  x: {}\n"
RULE = "  - {name: r, match: x}\n"


def told(folder: Path, articles: Iterable[Article], concepts: str = CONCEPTS, rules: str = RULE) -> list[str]:
    """What is said of a watchlist after these articles, as `line:column: message`."""
    ready = load(written(folder, rules, concepts))
    looking = Looking(ready)
    for each in articles:
        looking.look(each)
    return [f"{each.line}:{each.column}: {each.message}" for each in looking.remarks(sheets(folder, ready))]


def english(*texts: str, number: int = FEWEST_ARTICLES) -> list[Article]:
    """So many articles in English, the first of them with these texts."""
    return [*(article(text, language="en") for text in texts)] + [article("Rain.", language="en")] * (
        number - len(texts)
    )


def test_terms_that_all_were_seen_are_not_told(tmp_path: Path) -> None:
    concepts = CONCEPTS.format("{en: [Japan, 'joint exercise*', EU], id: [Jepang]}")
    assert told(tmp_path, english("Japan.", "Two joint exercises of the EU."), concepts) == []


def test_terms_that_no_article_had_are_told_at_their_concept(tmp_path: Path) -> None:
    concepts = CONCEPTS.format("{en: [Japan, Nipon, 'joint exersise*'], id: [Jepng]}")
    assert told(tmp_path, english("Japan."), concepts) == [
        "2:3: 'Nipon', 'joint exersise*' were found in none of the newest articles looked at (1,000 in English (en)): "
        f"{NOTE}"
    ]


def test_a_term_is_not_seen_where_it_would_not_match(tmp_path: Path) -> None:
    concepts = CONCEPTS.format("[EU, rain]")
    (message,) = told(tmp_path, english("The eu and Eu."), concepts)
    assert message.startswith("2:3: 'EU' was found in none of the newest articles looked at (1,000 in English (en))")


def test_a_word_that_always_stood_in_a_longer_listed_one_was_not_seen(tmp_path: Path) -> None:
    concepts = CONCEPTS.format("{en: [rain, インド], labels: {a: [インドネシア, 防衛]}}")
    messages = told(tmp_path, english("インドネシアと防衛。"), concepts)
    assert [message.split(" ")[:2] for message in messages] == [["2:3:", "'インド'"]]
    assert told(tmp_path, english("インドネシアと防衛。", "インド。"), concepts) == []
    # Once the longer word was seen it is still what hides the shorter one.
    late = [*english("インドネシアと防衛。"), article("インドネシア。", language="en")]
    assert len(told(tmp_path, late, concepts)) == 1


def test_a_word_that_always_stood_in_an_exception_was_not_seen(tmp_path: Path) -> None:
    concepts = CONCEPTS.format("{en: [rain, Philippine], except: [Philippine Sea, Philippine Trench]}")
    (message,) = told(tmp_path, english("A Philippine Sea.", "The Philippine Trench."), concepts)
    assert message.startswith("2:3: 'Philippine' was found in none of the newest articles")
    late = [*english("A Philippine Sea."), article("A Philippine ship.", language="en")]
    assert told(tmp_path, late, concepts) == []


def test_what_hides_an_exception_still_hides_it_once_it_was_seen(tmp_path: Path) -> None:
    concepts = "concepts:\n  x: {en: [NATO], except: [NATO会議]}\n  long: [NATO会議場]\n"
    articles = [article("NATO会議場。", language="ja"), *english(), article("NATO会議場。", language="en")]
    assert told(tmp_path, articles, concepts) == []


def test_each_label_is_told_by_itself(tmp_path: Path) -> None:
    concepts = "concepts:\n  x:\n    labels:\n      a: [Aaa]\n      b:\n        en: [Bbb]\n      c: [rain]\n"
    assert [message.split(" ")[:2] for message in told(tmp_path, english(), concepts)] == [
        ["4:7:", "'Aaa'"],
        ["5:7:", "'Bbb'"],
    ]


def test_more_than_ten_terms_are_counted_not_named(tmp_path: Path) -> None:
    terms = ", ".join(f"term{number}" for number in range(13))
    (message,) = told(tmp_path, english(), CONCEPTS.format(f"[{terms}]"))
    assert "'term9' and 3 more were found in none" in message
    assert "term10" not in message


@pytest.mark.parametrize("number", [0, FEWEST_ARTICLES - 1])
def test_few_articles_of_a_language_say_nothing(number: int, tmp_path: Path) -> None:
    others = [article("Hujan.", language="id")] * number
    assert told(tmp_path, others, CONCEPTS.format("[Nipon]")) == []
    assert told(tmp_path, english() + others, CONCEPTS.format("{id: [Jepng], en: [rain]}")) == []


def test_a_term_of_a_shared_concept_is_told_once_and_not_where_one_watchlist_saw_it(tmp_path: Path) -> None:
    (tmp_path / "concepts.yaml").write_text("concepts:\n  y: [Japan, Nipon]\n", "utf-8")
    (written(tmp_path, RULES) / "watchlists" / "z.yaml").write_text("rules: [{name: z, match: y}]\n", "utf-8")
    messages = told(tmp_path, english("Japan."), CONCEPTS.format("[rain]"), "  - {name: r, match: x and y}\n")
    assert [message.split(" ")[:2] for message in messages] == [["2:3:", "'Nipon'"]]


def test_terms_quoted_in_a_rule_are_told_at_the_rule(tmp_path: Path) -> None:
    rules = '  - {name: r, match: x and "Nipon", unless: \'title("Jepng")\'}\n  - {name: s, match: \'"rain"\'}\n'
    (message,) = told(tmp_path, english(), CONCEPTS.format("[rain]"), rules)
    assert message.startswith("5:12: 'Nipon', 'Jepng' were found in none")
