"""What follows from what: whether an expression that holds makes another one hold, and whether one can hold at all.

It proves only what it can see in the shape of the expressions; a no means that it found no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted, children
from bot.watch.review.meaning import NONE, Meaning, Wanted, flat

MOST_STEPS = 5_000
"""Pairs of sub-expressions that one question may cost; expressions that need more are not judged."""

# A title is one sentence and one paragraph, a sentence lies in a paragraph, and the lead is a paragraph.
_LIES_IN = {("title", "sentence"), ("title", "paragraph"), ("sentence", "paragraph"), ("lead", "paragraph")}


class Logic:
    """Proofs about one watchlist's expressions."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._steps = 0
        self._known: dict[tuple[int, int], bool] = {}

    def entails(self, given: Node, wanted: Node) -> bool:
        """Whether `wanted` holds wherever `given` does, both judged on the same text."""
        self._steps, self._known = 0, {}
        return self._proof(given, wanted)

    def impossible(self, node: Node) -> tuple[Node, Node | None] | None:
        """The and-group somewhere in the expression that can never hold, and the part of it at odds with the others."""
        if isinstance(node, And):
            operands = flat([node], And)
            for number, operand in enumerate(operands):
                others = And("", (*operands[:number], *operands[number + 1 :]))
                if isinstance(operand, Not) and len(operands) > 1 and self.entails(others, operand.operand):
                    return node, operand
                for other in operands[:number]:
                    if isinstance(operand, About) and isinstance(other, About) and _disjoint(operand, other):
                        return node, operand
        return next((found for child in children(node) if (found := self.impossible(child))), None)

    def _proof(self, given: Node, wanted: Node) -> bool:
        key = id(given), id(wanted)
        if key in self._known:
            return self._known[key]
        self._steps += 1
        if self._steps > MOST_STEPS:
            return False
        self._known[key] = answer = (
            self._meaning.of(given) == self._meaning.of(wanted)
            or self._same_words(given, wanted)
            or self._by_parts_of_wanted(given, wanted)
            or self._by_parts_of_given(given, wanted)
            or self._by_place(given, wanted)
        )
        return answer

    def _same_words(self, given: Node, wanted: Node) -> bool:
        few, many = self._meaning.wanted(given), self._meaning.offered(wanted)
        return few is not None and many is not None and _covered(few, many)

    def _by_parts_of_wanted(self, given: Node, wanted: Node) -> bool:
        match wanted:
            case And(operands=operands):
                return all(self._proof(given, operand) for operand in operands)
            case Or(operands=operands):
                return any(self._proof(given, operand) for operand in operands)
            case AtLeast(number=number, operands=operands):
                return sum(self._proof(given, operand) for operand in operands) >= number
            case Count(number=1, operand=operand):
                return self._proof(given, operand)
            case Not(operand=operand) if isinstance(given, Not):
                return self._proof(operand, given.operand)
            case Not(operand=About() as operand) if isinstance(given, About):
                return _disjoint(given, operand)
            case _:
                return False

    def _by_parts_of_given(self, given: Node, wanted: Node) -> bool:
        match given:
            case And(operands=operands):
                return any(self._proof(operand, wanted) for operand in operands)
            case Or(operands=operands):
                return all(self._proof(operand, wanted) for operand in operands)
            case AtLeast(number=number, operands=operands):
                return sum(not self._proof(operand, wanted) for operand in operands) < number
            case Count(operand=operand, number=number):
                if isinstance(wanted, Count):
                    return number >= wanted.number and self._proof(operand, wanted.operand)
                return self._proof(operand, wanted)
            case About(fact=fact, values=values):
                return isinstance(wanted, About) and fact == wanted.fact and values <= wanted.values
            case _:
                return False

    def _by_place(self, given: Node, wanted: Node) -> bool:
        """What holds in a part, a sentence or a stretch of words holds around it, unless it speaks of absence."""
        match given:
            case In(where=inner, operand=operand) if isinstance(wanted, In):
                around = (inner, wanted.where) in _LIES_IN and _grows(wanted.operand)
                return (inner == wanted.where or around) and self._proof(operand, wanted.operand)
            case In(operand=operand):
                return _grows(wanted) and self._proof(operand, wanted)
            case Near(operands=operands) if isinstance(wanted, Near):
                return self._stretches(given, wanted)
            case Near(operands=operands) if isinstance(wanted, In) and wanted.where == "paragraph":
                return _grows(wanted.operand) and self._proof(And("", operands), wanted.operand)
            case Near(operands=operands):
                return any(self._proof(operand, wanted) for operand in operands)
            case _:
                return False

    def _stretches(self, given: Near, wanted: Near) -> bool:
        if given.distance > wanted.distance:
            return False
        if wanted.ordered:
            pairs = zip(given.operands, wanted.operands, strict=False)
            same = given.ordered and len(given.operands) == len(wanted.operands)
            return same and all(self._proof(*pair) for pair in pairs)
        return all(any(self._proof(have, want) for have in given.operands) for want in wanted.operands)


def _covered(few: Wanted, many: Wanted) -> bool:
    """Whether every term is among the others, perhaps for more languages, in any case, with endings, or without its
    exceptions."""
    return all(
        any(
            (pattern, exact, endings, languages, exceptions) in many
            for exact in {capitals, None}
            for endings in {clitics, True}
            for languages in {listed, None}
            for exceptions in {excepted, NONE}
        )
        for pattern, capitals, clitics, listed, excepted in few
    )


def _disjoint(one: About, other: About) -> bool:
    return one.fact == other.fact and one.values.isdisjoint(other.values)


def _grows(node: Node) -> bool:
    """Whether the node, if it holds in a stretch of text, holds in all text around that stretch."""
    match node:
        case Not(operand=operand):
            return isinstance(operand, About)
        case In(where="sentence" | "paragraph"):
            return True
        case In():
            return False
        case _:
            return all(map(_grows, children(node)))


# --- what must be found ---------------------------------------------------------------------------------------------


def freed_by(node: Node) -> Node | None:
    """The part of an expression that lets it hold without any term being found; None where some term must be."""
    match node:
        case Not() | About():
            return node
        case And(operands=operands):
            parts = [freed_by(operand) for operand in operands]
            return None if any(part is None for part in parts) else parts[0]
        case Or(operands=operands) | AtLeast(operands=operands):
            return next((freed for operand in operands if (freed := freed_by(operand)) is not None), None)
        case In(operand=operand):
            return freed_by(operand)
        case _:
            return None


def languages_of(nodes: Iterable[Node]) -> frozenset[str] | None:
    """The languages that the `lang( )` among these leaves; None for all."""
    left: frozenset[str] | None = None
    for node in nodes:
        if isinstance(node, About) and node.fact == "lang":
            left = node.values if left is None else left & node.values
    return left


def in_languages(
    node: Node, languages: frozenset[str] | None = None
) -> Iterator[tuple[Quoted | Concept, frozenset[str] | None]]:
    """Every term and concept of an expression with the languages that `lang( )` beside it leaves; None for all."""
    if isinstance(node, Quoted | Concept):
        yield node, languages
    if isinstance(node, And):
        operands = flat([node], And)
        here = languages_of(operands)
        if here is not None:
            languages = here if languages is None else languages & here
        for operand in operands:
            yield from in_languages(operand, languages)
        return
    for child in children(node):
        yield from in_languages(child, languages)


def may_hold(node: Node, language: str, listed: Callable[[Quoted | Concept], frozenset[str] | None]) -> bool:
    """Whether an expression can hold in an article of this language, as far as `lang( )` and the languages that terms
    are `listed` for (None: all) tell."""

    def may(operand: Node) -> bool:
        return may_hold(operand, language, listed)

    match node:
        case Quoted() | Concept():
            languages = listed(node)
            return languages is None or language in languages
        case About(fact="lang", values=values):
            return language in values
        case Not(operand=operand):
            return not surely_holds(operand, language)
        case Or(operands=operands):
            return any(map(may, operands))
        case AtLeast(number=number, operands=operands):
            return sum(map(may, operands)) >= number
        case _:
            return all(map(may, children(node)))


def surely_holds(node: Node, language: str) -> bool:
    """Whether an expression holds in every article of this language, as far as `lang( )` tells."""
    match node:
        case About(fact="lang", values=values):
            return language in values
        case And(operands=operands):
            return all(surely_holds(operand, language) for operand in operands)
        case Or(operands=operands):
            return any(surely_holds(operand, language) for operand in operands)
        case Not(operand=operand):
            return not may_hold(operand, language, lambda _: None)
        case _:
            return False
