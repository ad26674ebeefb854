"""What the review proves about expressions holds for generated expressions over generated articles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article
from bot.watch import load, match
from bot.watch.review.logic import Logic
from bot.watch.review.meaning import Meaning, Numbers
from bot.watch.review.sheet import sheets
from watch.desk import written
from watch.expressions import CONCEPTS, articles, positive, render, trees
from watch.naive import Tree

PLAIN = ("term", "concept", "about")
SCOPES = ("sentence", "paragraph")


def inner(tree: Tree) -> Iterator[Tree]:
    """The tree and every tree in it."""
    yield tree
    if tree[0] not in PLAIN:
        for part in tree[1:]:
            if isinstance(part, tuple):
                yield from inner(part)


def allowed(tree: Tree, outer: tuple[str, ...] = ()) -> bool:
    """Whether the language lets this tree stand where it stands."""
    match tree:
        case ("in", where, operand):
            scope = where in SCOPES
            if any(word in SCOPES for word in outer) or (not scope and outer):
                return False
            return allowed(operand, (*outer, where))
        case ("about", *_):
            return not any(word in SCOPES for word in outer)
        case ("term" | "concept" | "near" | "before" | "count", *_):
            return True
        case (_, *operands):
            return all(allowed(operand, outer) for operand in operands if isinstance(operand, tuple))
    return True


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tree, Tree]:
    """An expression, and one that may follow from it: made of its own parts."""
    given_tree = draw(trees)
    parts = st.sampled_from(list(inner(given_tree)))
    wanted = draw(parts)
    for _ in range(draw(st.integers(0, 3))):
        how = draw(st.sampled_from(["or", "and", "atleast", "in", "not", "same"]))
        if how == "in":
            wanted = ("in", draw(st.sampled_from(["sentence", "paragraph", "title", "lead"])), wanted)
        elif how == "not":
            wanted = ("not", ("not", wanted))
        elif how == "atleast":
            wanted = ("atleast", 2, wanted, draw(parts), draw(parts))
        elif how != "same":
            wanted = (how, wanted, draw(parts))
    if draw(st.booleans()):
        given_tree = ("and", given_tree, draw(trees))
    return given_tree, wanted


def good(pair: tuple[Tree, Tree]) -> bool:
    return all(positive(tree) and allowed(tree) for tree in pair)


PROVED: Counter[bool] = Counter()


@settings(max_examples=60, deadline=None)
@given(pair=pairs().filter(good), many=st.lists(articles(), min_size=1, max_size=4))
def test_what_is_proved_to_follow_follows_in_every_article(
    pair: tuple[Tree, Tree], many: list[Article], tmp_path_factory: object
) -> None:
    folder: Path = tmp_path_factory.getbasetemp() / "proofs"  # type: ignore[attr-defined] # hypothesis wants no fixture per example
    folder.mkdir(exist_ok=True)
    lines = [
        f"  - {{name: {name}, match: {json.dumps(render(tree), ensure_ascii=False)}}}"
        for name, tree in zip("ab", pair, strict=True)
    ]
    ready = load(written(folder, "\n".join(lines), CONCEPTS))
    (sheet,) = sheets(folder, ready)
    meaning = Meaning(sheet, Numbers())
    one, other = ready.lists["w"].rules
    logic = Logic(meaning)
    follows, equal = logic.entails(one.match, other.match), meaning.of_rule(one) == meaning.of_rule(other)
    barred = logic.impossible(one.match)
    PROVED[follows] += 1
    for article in many:
        found = {yes.rule for yes in match(ready, article)}
        assert not follows or "a" not in found or "b" in found
        assert not equal or len(found) != 1
        assert barred is None or barred[0] is not one.match or "a" not in found


def test_the_generated_pairs_put_the_proofs_to_the_test() -> None:
    assert PROVED[True] > PROVED.total() / 5
    assert PROVED[False] > PROVED.total() / 20
