"""Whether an expression holds for an article, by which hits, and if not, why not. It finds no terms itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from bot.model import Article
from bot.watch.expression import About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.lexicon import Found, Hit, Operand
from bot.watch.proximity import near
from bot.watch.text import Prepared


class Scope:
    """The stretch of an article an expression is judged on: the hits that stand in it."""

    def __init__(self, text: Prepared, hits: Mapping[Operand, Sequence[Hit]]) -> None:
        self.text = text
        self._hits = hits

    def of(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        return self._hits.get(operand, ())

    def present(self, operands: frozenset[Operand]) -> Collection[Operand]:
        """Those of the operands that may have hits here."""
        return self._hits.keys() & operands if len(operands) > len(self._hits) else operands


class Whole(Scope):
    """All of an article, as one watchlist sees it, or one part of it."""

    def __init__(self, found: Found, watchlist: str, part: str = "") -> None:
        super().__init__(found.text, {})
        self._found = found
        self._watchlist = watchlist
        self._part = part
        self._operands = found.operands(watchlist)

    def of(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        return self._found.hits(self._watchlist, operand, self._part) if operand in self._operands else ()

    def present(self, operands: frozenset[Operand]) -> Collection[Operand]:
        """Those of the operands that may have hits here."""
        return [operand for operand in operands if operand in self._operands]

    def within(self, part: str) -> Scope:
        """The same for one part."""
        return Whole(self._found, self._watchlist, part)


def solve(node: Node, scope: Scope) -> Sequence[Hit] | None:
    """The hits that make the expression true, or None where it does not hold. A true expression without hits (a
    `not`, a fact about the article) gives an empty list."""
    match node:
        case Quoted(wanted=operand) | Concept(wanted=operand):
            return scope.of(operand) or None
        case And(operands=operands):
            return _all(operands, scope)
        case Or(words=words) if words is not None:
            return _hits(node, scope) or None
        case Or(operands=operands):
            return _any(operands, scope, 1)
        case AtLeast(number=number, operands=operands):
            return _any(operands, scope, number)
        case Not(operand=negated):
            return [] if solve(negated, scope) is None else None
        case In(operand=inner):
            answers = [hits for piece in pieces(node, scope) if (hits := solve(inner, piece)) is not None]
            return list(chain.from_iterable(answers)) if answers else None
        case Near(operands=operands):
            return near([_hits(operand, scope) for operand in operands], node.distance, node.ordered) or None
        case Count(number=number, operand=counted):
            found = _hits(counted, scope)
            return found if _occurrences(found) >= number else None
        case About(fact=fact, values=values):
            return [] if _fact(scope.text.article, fact) in values else None


def _hits(node: Node, scope: Scope) -> Sequence[Hit]:
    """The hits of a term, a concept, a label, or a group of these."""
    match node:
        case Quoted(wanted=operand) | Concept(wanted=operand):
            return scope.of(operand)
        case Or(words=words) if words is not None:
            return [hit for operand in scope.present(words) for hit in scope.of(operand)]
        case _:
            raise AssertionError(node)


def _all(operands: Iterable[Node], scope: Scope) -> list[Hit] | None:
    found: list[Hit] = []
    for operand in operands:
        hits = solve(operand, scope)
        if hits is None:
            return None
        found += hits
    return found


def _any(operands: Iterable[Node], scope: Scope, number: int) -> list[Hit] | None:
    answers = [hits for operand in operands if (hits := solve(operand, scope)) is not None]
    return [hit for hits in answers for hit in hits] if len(answers) >= number else None


def pieces(node: In, scope: Scope, *, even_empty: bool = False) -> Iterator[Scope]:
    """The part to judge; or the sentences or paragraphs: those with a hit, and one without if there is any and the
    expression holds there (`even_empty`: in any case)."""
    text = scope.text
    if node.where in text.parts:
        assert isinstance(scope, Whole)  # a part stands in no part, sentence or paragraph
        yield scope.within(node.where)
        return
    groups: dict[int, dict[Operand, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for operand in scope.present(node.leaves):
        for hit in scope.of(operand):
            key = text.sentence(hit.spot) if node.where == "sentence" else hit.spot.unit
            groups[key][operand].append(hit)
    for hits in groups.values():
        yield Scope(text, hits)
    nothing = Scope(text, {})
    if even_empty or solve(node.operand, nothing) is not None:
        number = text.sentence_count if node.where == "sentence" else len(text.units)
        if len(groups) < number:
            yield nothing


def _occurrences(hits: Iterable[Hit]) -> int:
    """How many hits there are when overlapping ones count once."""
    number, end = 0, -1
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if hit.first > end:
            number += 1
            end = hit.last
    return number


def _fact(article: Article, fact: str) -> str | None:
    source = article.source
    match fact:
        case "lang":
            return article.language
        case "source":
            return source.name if source else None
        case "country":
            return source.country if source else None
        case _:
            return str(source.tier) if source else None


def failed(node: Node, scope: Scope) -> str:
    """The smallest sub-expression that does not hold, in the words of its author on one line. `node` must not hold."""
    return _one_line(_failing(node, [scope]))


def held(node: Node, scope: Scope) -> str:
    """The smallest alternative of an exclude that holds, in the words of its author: of `title(sport or history)` the
    `title(sport)`. `node` must hold."""
    match node:
        case Or(operands=operands):
            return next(held(operand, scope) for operand in operands if solve(operand, scope) is not None)
        case In(where=where, operand=Or(operands=operands)):
            within = (replace(node, source=f"{where}({operand.source})", operand=operand) for operand in operands)
            return next((held(part, scope) for part in within if solve(part, scope) is not None), _one_line(node))
        case _:
            return _one_line(node)


def _one_line(node: Node) -> str:
    return " ".join(node.source.split())


def _failing(node: Node, scopes: Sequence[Scope]) -> Node:
    """The smallest node at or below this one that holds in none of the scopes."""
    match node:
        case And(operands=operands):
            return next((_failing(operand, scopes) for operand in operands if _nowhere(operand, scopes)), node)
        case In(operand=operand):
            inside = [piece for scope in scopes for piece in pieces(node, scope, even_empty=True)]
            smallest = _failing(operand, inside)
            # What the article has, though not in the right place or not together, is not what failed.
            apart = smallest is operand and isinstance(operand, And)
            return smallest if not apart and _nowhere(smallest, scopes) else node
        case Near(operands=operands):
            return next((op for op in operands if not any(_hits(op, scope) for scope in scopes)), node)
        case _:
            return node


def _nowhere(node: Node, scopes: Iterable[Scope]) -> bool:
    return all(solve(node, scope) is None for scope in scopes)
