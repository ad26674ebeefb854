"""What is said about the exceptions of a concept, and that none of it is false."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article
from bot.run.review import mend
from bot.watch import Watchlists, load, match
from bot.watch.review import review
from bot.watch.review.logic import Logic
from bot.watch.review.meaning import Meaning, Numbers
from bot.watch.review.sheet import sheets
from watch.desk import article, written
from watch.review_desk import SOURCES, said

RULE = "  - {name: r, match: x}\n"


def about(folder: Path, terms: str, exceptions: str, more: str = "") -> list[str]:
    """What is said of a concept `x` with these terms in line 3 and these exceptions in line 4, from column 13 on."""
    return said(folder, RULE, f"concepts:\n  x:\n    en: {terms}\n    except: {exceptions}\n{more}")


@pytest.mark.parametrize(
    ("terms", "exceptions"),
    [
        ("[Philippine]", "[Philippine Sea, West Philippine Sea]"),
        ("[Philippine]", "{en: [Philippine Sea], id: [Philippine Airlines], ja: [Philippine航空]}"),
        ("[Philippine]", "[PHILIPPINE SEA, 'the Philippine*']"),
        ("['coast*']", "[Gold Coast]"),
        ("[coastal]", "['Gold Coast*']"),
        ("['*andatangan*']", "['surat perj*']"),
        ("['*andatangan*']", "['*menandatangani surat*']"),
        ("[Indonesia, NATO]", "[CNN Indonesia, NATO会議, NATO Street]"),
        ("[of the sea]", "[law of the sea]"),
        ("[PERÚ]", "[Peru Street, us PERU]"),
    ],
)
def test_good_exceptions_are_not_remarked_on(terms: str, exceptions: str, tmp_path: Path) -> None:
    more = "    id: [Philippine]\n    ja: [Philippine]\n" if "ja:" in exceptions else ""
    assert about(tmp_path, terms, exceptions, more) == []


def test_lists_are_read_rightly_wherever_the_exceptions_stand(tmp_path: Path) -> None:
    concept = "{except: [a ship, a ship], id: [ship], labels: {l: {en: [boat, boat]}}, en: [pier, pier]}"
    assert said(tmp_path, RULE, f"concepts:\n  x: {concept}\n") == [
        "2:24: 'a ship' is listed twice (line 2): remove one",
        "2:69: 'boat' is listed twice (line 2): remove one",
        "2:89: 'pier' is listed twice (line 2): remove one",
    ]


# --- each by itself -------------------------------------------------------------------------------------------------


def test_an_exception_in_which_no_term_stands_is_told(tmp_path: Path) -> None:
    (message,) = about(tmp_path, "[Philippine]", "[Philippine Sea, Phillipine Airlines]")
    assert message == (
        "4:30: no term of 'x' stands in 'Phillipine Airlines', so this exception changes nothing: write the longer "
        "name with the term in it, or remove it"
    )


@pytest.mark.parametrize(
    ("term", "exception"),
    [
        ("Philippine", "Philippines Sea"),
        ("Philippine Sea", "Philippine"),
        ("sea of", "of the sea"),
        ("'*andatangan*'", "surat tangan"),
        ("coasts of", "'Gold Coast*'"),
        ("Gold*", "'Coast*'"),
        ("日本語", "日本の語"),
        ("本の", "日本 の"),
    ],
)
def test_a_term_that_cannot_stand_in_an_exception_makes_it_none(term: str, exception: str, tmp_path: Path) -> None:
    messages = [m for m in about(tmp_path, f"[{term}]", f"[{exception}]") if "letters: no article" not in m]
    assert len(messages) == 1
    assert "so this exception changes nothing" in messages[0]


def test_a_term_of_a_label_makes_an_exception_one(tmp_path: Path) -> None:
    concept = "{labels: {l: {en: [Philippine]}}, except: [Philippine Sea, Japan Sea]}"
    (message,) = said(tmp_path, RULE, f"concepts:\n  x: {concept}\n")
    assert message.startswith("2:65: no term of 'x' stands in 'Japan Sea'")


def test_an_exception_for_another_language_than_the_term_in_it_is_told(tmp_path: Path) -> None:
    (message,) = about(tmp_path, "[Japan]", "{en: [Indonesia Japan], id: [CNN Japan]}")
    assert message == (
        "4:42: 'CNN Japan' is an exception for Indonesian (id), and 'Japan' in it is listed for English (en): it "
        "counts only where an article's language is uncertain. List it for the same language, or in a plain list"
    )


def test_a_longer_japanese_name_hides_in_every_language(tmp_path: Path) -> None:
    concept = "{ja: [日本], except: {zh: [日本語]}}"
    assert said(tmp_path, RULE, f"concepts:\n  x: {concept}\n") == []


def test_an_exception_that_stands_wherever_a_term_does_is_told(tmp_path: Path) -> None:
    assert about(tmp_path, "[ship, Japan]", "[Japan]") == [
        "4:14: 'Japan' stands wherever the term 'Japan' (line 3) stands, which never counts: remove one of them"
    ]
    (message,) = about(tmp_path, "[Japan, Tokyo, JAPANESE, Japans, in Japan, Japan Sea, Japanned]", "['Japan*']")
    assert message == (
        "4:14: 'Japan*' stands wherever the terms 'Japan' (line 3), 'JAPANESE' (line 3), 'Japans' (line 3) and 1 more "
        "stand, which never count: remove it, or them"
    )


@pytest.mark.parametrize(
    ("terms", "exceptions", "lost"),
    [
        ("[NATO]", "[Nato]", True),
        ("[NATO]", "[NATO]", True),
        ("[Nato]", "[NATO]", False),
        ("['Japan*']", "[Japan]", False),
        ("['Japanese*']", "['Japan*']", True),
        ("[joint exercises]", "['joint exercise*']", True),
        ("[Japan Sea]", "['Japan*', Japan]", False),
        ("[menandatangani]", "['*andatangan*']", True),
        ("[Japan]", "{en: [Japan]}", True),
        ("[Japan]", "{id: [Japan]}", False),
        ("[日本]", "[日本*]", True),
        ("[日本語]", "[日本]", False),
    ],
)
def test_only_what_stands_everywhere_takes_a_term_away(terms: str, exceptions: str, lost: bool, tmp_path: Path) -> None:
    assert any("never count" in message for message in about(tmp_path, terms, exceptions)) == lost


def test_an_exception_for_one_language_leaves_a_term_of_all_languages(tmp_path: Path) -> None:
    concept = "{labels: {l: [Japan]}, except: {en: [Japan]}}"
    assert said(tmp_path, RULE, f"concepts:\n  x: {concept}\n") == []


def test_an_exception_with_endings_takes_away_a_term_that_has_them(tmp_path: Path) -> None:
    concept = "{clitics: true, id: [kapal, kapal laut], except: [kapal, kapal lautan]}"
    (message,) = said(tmp_path, RULE, f"concepts:\n  x: {concept}\n")
    assert message.startswith("2:56: 'kapal' stands wherever the term 'kapal' (line 2) stands")


@pytest.mark.parametrize(
    ("exceptions", "words"),
    [
        ("[a ship, A ship]", "4:22: 'A ship' finds the same as 'a ship' (line 4): remove one"),
        ("['a ship*', a shipyard]", "4:25: 'a shipyard' is found by 'a ship*' already: remove it"),
        ("[no. Ship ahoy, ship. Ahoy]", "4:29: 'ship. Ahoy' holds the end of a sentence, and a phrase is looked for w"),
        (
            "[a sh\u0456p, ship ahoy]",
            "4:14: 'sh\u0456p' mixes Latin and Cyrillic letters, which look alike: type it anew",
        ),
        ("{en: [ship 日本, a ship]}", "4:19: 'ship 日本' is in Han letters: no article in English (en) has them"),
        ("{jp: [a ship]}", "4:14: unknown language 'jp' (did you mean 'ja'?); these terms are looked for only where"),
        ("[ship c++]", "4:14: 'ship c++' is looked for as the words 'ship c': punctuation at the ends of a term does"),
    ],
)
def test_what_is_said_of_terms_is_said_of_exceptions(exceptions: str, words: str, tmp_path: Path) -> None:
    messages = about(tmp_path, "[ship, shipyard]", exceptions)
    messages = [message for message in messages if "changes nothing" not in message and "no. Ship" not in message]
    assert [message[: len(words)] for message in messages] == [words]
    assert "Make it two terms" not in messages[0]


def test_the_exceptions_of_a_shared_concept_are_told_at_their_place(tmp_path: Path) -> None:
    shared = tmp_path / "concepts.yaml"
    shared.write_text("concepts:\n  x:\n    en: [ship]\n    except: [boat]\n", "utf-8")
    for name in ("w", "v"):
        written(tmp_path, RULE, "").joinpath("watchlists", f"{name}.yaml").write_text(f"rules:\n{RULE}", "utf-8")
    found = [(r.file, r.line, r.column) for r in review(tmp_path, load(tmp_path), SOURCES) if "changes" in r.message]
    assert found == [(str(shared), 4, 14)]


# --- what is mended -------------------------------------------------------------------------------------------------


def test_an_exception_listed_twice_is_mended_and_nothing_else(tmp_path: Path) -> None:
    text = "concepts: {x: {en: [ship], except: [a ship, ship, boat, a ship]}}\nrules: [{name: r, match: x}]\n"
    path = tmp_path / "watchlists" / "w.yaml"
    path.parent.mkdir()
    path.write_text(text)
    mend(review(tmp_path, load(tmp_path), SOURCES))
    assert path.read_text() == text.replace("boat, a ship", "boat")


def test_spellings_of_an_exception_are_mended_though_weights_count_the_terms(tmp_path: Path) -> None:
    text = (
        "concepts: {x: {en: [ship, Ship], except: [a ship, A ship]}}\n"
        "rules: [{name: r, match: x, weights: {x: 1}, threshold: 2}]\n"
    )
    path = tmp_path / "watchlists" / "w.yaml"
    path.parent.mkdir()
    path.write_text(text)
    mend(review(tmp_path, load(tmp_path), SOURCES))
    assert path.read_text() == text.replace("a ship, A ship", "a ship")


# --- what follows from what -----------------------------------------------------------------------------------------

TWINS = """\
concepts:
  x: {en: [Japan], except: [Japan Sea, Sea of Japan]}
  y: {en: [Japan], except: [Sea of Japan, Japan Sea]}
  free: {en: [Japan]}
  other: {en: [Japan], except: [Japan Street]}
  more: {en: [Japan, Tokyo], except: [Japan Sea, Sea of Japan]}
"""


def twins(folder: Path, match: str, unless: str) -> list[str]:
    """What is said of a rule over the twins, besides that some are not used."""
    rule = f"  - {{name: r, match: '{match}', unless: '{unless}'}}\n"
    return [message for message in said(folder, rule, TWINS) if "no rule uses" not in message]


@pytest.mark.parametrize("unless", ["x", "y", "free", "more", '"Japan"', "free or title(y)", "more or y"])
def test_an_unless_that_has_no_further_exceptions_always_holds(unless: str, tmp_path: Path) -> None:
    (message,) = twins(tmp_path, "x", unless)
    assert "this rule can never match" in message


@pytest.mark.parametrize(
    ("match", "unless"), [("free", "x"), ('"Japan"', "x"), ("x", "other"), ("more", "x"), ("x or free", "x")]
)
def test_an_unless_that_has_exceptions_of_its_own_may_fail(match: str, unless: str, tmp_path: Path) -> None:
    assert twins(tmp_path, match, unless) == []


@pytest.mark.parametrize(("other", "equal"), [("y", True), ("free", False), ("other", False), ('"Japan"', False)])
def test_rules_over_concepts_of_other_exceptions_are_not_the_same(other: str, equal: bool, tmp_path: Path) -> None:
    rules = f"  - {{name: a, match: title(x)}}\n  - {{name: b, match: 'title({other})'}}\n"
    assert any("matches the same" in message for message in said(tmp_path, rules, TWINS)) == equal


def test_a_concept_that_hides_an_exception_is_used(tmp_path: Path) -> None:
    concepts = "concepts:\n  x: {ja: [NATO], except: [NATO会議]}\n  long: {ja: [NATO会議場]}\n"
    assert said(tmp_path, RULE, concepts) == []


# --- none of it is false --------------------------------------------------------------------------------------------

WORDS = ("Japan", "Japanese", "JAPAN", "sea", "seaside", "EU", "eu", "日本", "海", "日本海", "kapal", "kapalnya")
TERMS = (
    "Japan",
    "japan*",
    "Japan sea",
    "sea*",
    "seas*",
    "EU",
    "eu",
    "EU sea",
    "日本",
    "海",
    "EU日本",
    "kapal",
    "*japan*",
)
LONGER = (
    "Japan sea", "sea Japan", "Japan*", "Japan sea*", "EU Japan", "JAPAN SEA", "sea EU", "Japan seas*", "日本海の",
    "海日本", "海 EU", "kapal sea", "sea kapal", "seaside eu", "the sea*", *TERMS,
)  # fmt: skip


@st.composite
def listed(draw: st.DrawFn, terms: tuple[str, ...], most: int) -> dict[str, list[str]]:
    """A list of terms for one language, or for all."""
    many = st.lists(st.sampled_from(terms), min_size=1, max_size=most, unique=True)
    return {draw(st.sampled_from(["", "", "en", "ja"])): draw(many)}


@st.composite
def concepts(draw: st.DrawFn) -> dict[str, Any]:
    """A concept whose label `all` has all its terms, mostly with exceptions."""
    terms = draw(listed(TERMS, 4))
    longer = (*LONGER, *(term for many in terms.values() for term in many for _ in range(4)))
    concept: dict[str, Any] = {"labels": {"all": terms}, "clitics": draw(st.booleans())}
    return {**concept, "except": draw(listed(longer, 3))} if draw(st.integers(0, 3)) else concept


@st.composite
def texts(draw: st.DrawFn) -> Article:
    gaps = st.sampled_from([" ", " ", " ", "", ". "])
    words = draw(st.lists(st.tuples(st.sampled_from(WORDS), gaps), min_size=1, max_size=6))
    return article("".join(word + gap for word, gap in words), language=draw(st.sampled_from([None, "en", "ja"])))


def watching(folder: object, one: dict[str, Any], two: dict[str, Any], shape: str = "{}") -> tuple[Path, Watchlists]:
    """A watchlist with a rule `a` for the concept `one` and a rule `b` for `two`, both of this shape."""
    base: Path = folder.getbasetemp() / "exceptions"  # type: ignore[attr-defined] # hypothesis wants no fixture per example

    def plain(concept: object) -> object:
        if not isinstance(concept, dict):
            return concept
        return plain(concept[""]) if "" in concept else {key: plain(value) for key, value in concept.items()}

    lines = [f"  {name}: {json.dumps(plain(each))}" for name, each in (("one", one), ("two", two))]
    rules = "".join(
        f"  - name: {name}\n    match: {shape.format(concept)}\n"
        for name, concept in zip("ab", ("one", "two"), strict=True)
    )
    return base, load(written(base, rules, "\n".join(["concepts:", *lines])))


def matched(ready: Watchlists, many: list[Article]) -> list[set[str]]:
    return [{answer.rule for answer in match(ready, each)} for each in many]


def without(concept: dict[str, Any], kind: str, text: str) -> dict[str, Any]:
    """The concept without one of its exceptions, or without all of its terms but one."""
    if kind == "labels":
        return {**concept, "labels": {"all": {code: [text] for code in concept["labels"]["all"]}}}
    left = {code: [term for term in terms if term != text] for code, terms in concept["except"].items()}
    others = {key: value for key, value in concept.items() if key != "except"}
    return {**others, "except": left} if any(left.values()) else others


SHAPES = st.sampled_from(["{}", "{}", 'near(1, {}, "海")', 'near(1, {}, "日本")', "count({}) >= 2"])
OTHER: dict[str, Any] = {"labels": {"all": {"": ["日本海"]}}}
SAID: Counter[str] = Counter()


@settings(max_examples=100, deadline=None)
@given(
    one=concepts(), two=concepts(), alike=st.booleans(), shape=SHAPES, many=st.lists(texts(), min_size=2, max_size=6)
)
def test_what_is_proved_of_concepts_with_exceptions_is_so_in_every_text(
    one: dict[str, Any], two: dict[str, Any], alike: bool, shape: str, many: list[Article], tmp_path_factory: object
) -> None:
    folder, ready = watching(tmp_path_factory, one, {**two, "labels": one["labels"]} if alike else two, shape)
    (sheet,) = sheets(folder, ready)
    meaning = Meaning(sheet, Numbers())
    a, b = ready.lists["w"].rules
    follows, equal = Logic(meaning).entails(a.match, b.match), meaning.of_rule(a) == meaning.of_rule(b)
    SAID["follows"] += follows and "except" in one
    for found in matched(ready, many):
        assert not follows or "a" not in found or "b" in found
        assert not equal or len(found) != 1


@settings(max_examples=100, deadline=None)
@given(one=concepts(), many=st.lists(texts(), min_size=2, max_size=6))
def test_what_is_said_of_exceptions_is_so_in_every_text(
    one: dict[str, Any], many: list[Article], tmp_path_factory: object
) -> None:
    folder, ready = watching(tmp_path_factory, one, OTHER)
    before = matched(ready, many)
    for remark in review(folder, ready, SOURCES):
        if "changes nothing" in remark.message:
            kind, texts = "except", re.findall("stands in '([^']+)'", remark.message)
        else:
            kind, texts = "labels", re.findall(r"'([^']+)' \(line", remark.message)
        for text in texts if "never count" in remark.message or kind == "except" else ():
            SAID[kind] += 1
            changed = matched(watching(tmp_path_factory, without(one, kind, text), OTHER)[1], many)
            if kind == "except":
                assert changed == before
            else:
                assert not any("a" in found for found in changed)


def test_the_generated_concepts_put_the_review_to_the_test() -> None:
    assert min(SAID[kind] for kind in ("follows", "except", "labels")) > 1, SAID
