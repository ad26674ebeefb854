"""Rules and articles that would hurt: what someone could write by accident, or on purpose. It measures nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generated import SharedConcept, Writer
from texts import Language, articles

from bot.model import Article

Expression = tuple[str, str | None]
"""A rule's `match` and `unless`."""


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration, and the article it is asked about (an ordinary one if none is given)."""

    name: str
    expressions: Sequence[Expression]
    concepts: Sequence[SharedConcept] = ()
    article: Article | None = None


def cases(language: Language, number: int) -> Iterator[Case]:
    """Each case with so many rules."""
    chance = random.Random(41)
    common = language.words[:20]
    rare = language.terms
    writer = Writer(language)
    ordinary = [(rule.match, rule.unless) for rule in writer.rules(number)]
    long = articles(language, 1, characters=120_000)[0]

    def pair() -> tuple[str, str]:
        first, second = chance.sample(common, 2)
        return f'"{first}"', f'"{second}"'

    def every(make: Callable[[], str], unless: Callable[[], str] | None = None) -> list[Expression]:
        return [(make(), unless() if unless is not None else None) for _ in range(number)]

    def some(words: Sequence[str]) -> str:
        return f'"{chance.choice(words)}"'

    def choice(*first: str) -> str:
        return "(" + " or ".join(dict.fromkeys((*first, *(some(rare) for _ in range(4))))) + ")"

    near = every(lambda: f"near(1000, {', '.join(pair())})")
    yield Case("an article of 120,000 characters", ordinary, writer.concepts, long)
    yield Case("a word like 'the' in a group of every rule", every(lambda: f"{choice(some(common))} and {choice()}"))
    yield Case("a word like 'the' in every group", every(lambda: f"{choice(some(common))} and {choice(some(common))}"))
    yield Case("two very common words in every rule", every(lambda: " and ".join(pair())))
    yield Case("the same common word and a rare one", every(lambda: f'"{common[0]}" and {some(rare)}'))
    yield Case("near(1000, common, common)", near)
    yield Case("before(1000, common, common)", every(lambda: f"before(1000, {', '.join(pair())})"))
    yield Case("sentence(common and common)", every(lambda: f"sentence({' and '.join(pair())})"))
    yield Case("sentence(common and not common)", every(lambda: f"sentence({' and not '.join(pair())})"))
    yield Case(
        "sentence(near(n, common, common))",
        every(lambda: f"sentence(near({chance.randint(1, 60)}, {', '.join(pair())}))"),
    )
    yield Case("body(sentence(common and not common))", every(lambda: f"body(sentence({' and not '.join(pair())}))"))
    yield Case(
        "paragraph(count(common) >= n)", every(lambda: f"paragraph(count({some(common)}) >= {chance.randint(1, 9)})")
    )
    yield Case("paragraph(common and rare choice)", every(lambda: f"paragraph({some(common)} and {choice()})"))
    yield Case("count(common) >= 20", every(lambda: f"count({some(common)}) >= 20"))
    deep = [(_nested(common, chance, 38), None) for _ in range(number // 10)]
    yield Case("one rule in 10 nested 40 deep", [*ordinary[: number - len(deep)], *deep], writer.concepts)
    wide = [(_wide(common, chance, 240), None) for _ in range(number // 100)]
    yield Case("one rule in 100 of 1,000 nodes", [*ordinary[: number - len(wide)], *wide], writer.concepts)
    yield Case("a fact and a `not`: always asked", every(lambda: f"lang(id) and not {some(rare)}"))
    yield Case(
        "`not` in every `or`: always asked",
        every(lambda: f"({some(rare)} or not {some(common)}) and ({some(rare)} or not {some(common)})"),
    )
    yield Case(
        "`not` in every `or`, all match", every(lambda: " and ".join(f"({some(common)} or not {x})" for x in pair()))
    )
    yield Case(
        "a common word unless near(common, common)",
        every(lambda: some(common), lambda: f"near(1000, {', '.join(pair())})"),
    )
    labels = {f"label_{n}": [word] for n, word in enumerate(language.words[:40])}
    shared = SharedConcept("party", labels)
    yield Case("a concept of 40 common labels in every rule", every(lambda: f"party and {some(common)}"), [shared])
    yield Case("near(1000, ...) in 120,000 characters", near, (), long)
    row = Article("https://example.org/a", "日" * 20, ("日" * 4_000,), language="ja")
    nested = [(f'"{"日" * letters}"', None) for letters in range(1, 21)]
    yield Case("20 nested Japanese terms, one letter 4,000 times", nested, (), row)
    yield Case("10,000 nested near in one rule", [("near(3, " * 10_000 + '"a", "b"' + ")" * 10_000, None)])
    yield Case("10,000 near in one rule", [(" and ".join(['near(3, "a", "b")'] * 10_000), None)])


def _nested(words: Sequence[str], chance: random.Random, depth: int) -> str:
    """Common words nested by turns with `and` and `or`, so that all of it must be looked at."""
    text = f'"{chance.choice(words)}"'
    for level in range(depth):
        text = f'("{chance.choice(words)}" {"and" if level % 2 else "or"} {text})'
    return text


def _wide(words: Sequence[str], chance: random.Random, number: int) -> str:
    """Many small `and`s in one `or`."""
    return " or ".join(f'("{chance.choice(words)}" and "{chance.choice(words)}")' for _ in range(number))
