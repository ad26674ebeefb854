"""Articles that may be copies of each other, at a first look."""

from __future__ import annotations

import random

from bot.story.likely import FEWEST, MARKS, Likely, marks

WORDS = [f"{a}{b}{c}" for a in "bdgklmnprst" for b in ("a", "ei", "on", "ur") for c in ("na", "ta", "ri", "mo", "se")]


def text(seed: int, size: int = 600) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=60)) for _ in range(size // 60)]


def japanese(seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chr(0x4E00 + chance.randrange(900)) for _ in range(120)) for _ in range(10)]


def edited(paragraphs: list[str], share: float, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(w if chance.random() > share else w + "x" for w in p.split()) for p in paragraphs]


def found(texts: list[list[str]], number: int) -> list[int]:
    return [other for other, _ in Likely(map(marks, texts)).of(number, 4)]


def test_an_edited_copy_is_found_among_others_and_no_other() -> None:
    texts = [text(seed) for seed in range(50)]
    copies = [edited(each, 0.2) for each in texts]
    hits = [found([*texts, *copies], 50 + number) for number in range(50)]
    assert sum(hit[:1] == [number] for number, hit in enumerate(hits)) >= 48
    assert not any(set(hit) - {number} for number, hit in enumerate(hits))


def test_a_copy_cut_to_a_third_is_found() -> None:
    texts = [text(seed, 1200) for seed in range(50)]
    cut = [each[5:12] for each in texts]
    assert sum(number in found([*texts, *cut], 50 + number) for number in range(50)) >= 46


def test_a_text_without_spaces_is_recognised() -> None:
    texts = [japanese(seed) for seed in range(20)]
    assert all(found([*texts, texts[number][:6]], 20)[:1] == [number] for number in (3, 11))


def test_a_few_formulas_in_common_are_no_copy() -> None:
    formula = ["Baca berita lainnya di kanal resmi kami setiap hari"]
    assert found([text(1) + formula, text(2) + formula], 0) == []


def test_an_article_has_few_marks_and_an_empty_one_none() -> None:
    assert len(marks(text(1, 6000))) == 4 * MARKS
    assert marks([]) == b""
    assert Likely([b"", marks(text(1))]).of(0, 4) == []


def test_the_likeliest_come_first_and_no_more_than_asked_for() -> None:
    one = text(1, 1200)
    texts = [one, edited(one, 0.3), edited(one, 0.05), one]
    assert found(texts, 0)[0] == 3
    assert len(Likely(map(marks, texts)).of(0, 2)) == 2


def test_a_mark_that_stands_in_very_many_articles_costs_no_more() -> None:
    same = marks(text(1))
    likely = Likely([same] * 500)
    assert len(likely.of(250, 100)) <= 16
    assert FEWEST <= MARKS
