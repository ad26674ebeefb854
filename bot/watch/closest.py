"""How near an article came to an expression that does not hold for it, in words. It changes no judgement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Part
from bot.watch import wording
from bot.watch.evaluate import Scope, Whole, occurrences, pieces, solve
from bot.watch.expression import PARTS, About, And, AtLeast, Concept, Count, In, Near, Node, Not, Or, Quoted
from bot.watch.nearness import Nearness, flat, hits_of, reach
from bot.watch.unheld import why_not
from bot.watch.uses import Hit
from bot.watch.wording import name

_MOST_HINTS = 2

_MOST_OPERANDS = 4

_MOST_PARTS = 4

_LONG_HAS = 90
"""Where a list of what is there is longer, the words found are left out of it."""


def closest(node: Node, scope: Scope) -> str | None:
    """How near the article came to `node`, which must not hold: one line of at most 160 characters. None where nothing
    of it stands there."""
    teller = _Teller()
    told = teller.told(node, scope).clauses()
    return wording.fitted([*told[:1], *teller.hints(node, scope), *told[1:]]) or None


def barred(node: Node, scope: Scope) -> str | None:
    """Which words of an exclude stand where, of the first of its alternatives that holds (one must): one line of at
    most 160 characters. None where it holds for the lack of something."""
    return wording.fitted([*_barring(node, scope)]) or None


def scored(total: float, weights: Iterable[tuple[Quoted | Concept, float]], scope: Scope) -> str:
    """A score and what it is made of, the heaviest first."""
    parts: list[tuple[float, str]] = []
    for node, weight in weights:
        hits = scope.of(node.wanted)
        terms = {hit.use.term.text for hit in hits}
        titled = {hit.use.term.text for hit in hits if scope.text.units[hit.unit].part is Part.TITLE}
        if terms:
            notes = [f"{len(terms)} terms"] * (len(terms) > 1) + ["title"] * bool(titled)
            added = weight * (len(terms) + len(titled))
            parts.append((added, f"{name(node)} {added:g}" + (f" ({', '.join(notes)})" if notes else "")))
    parts.sort(key=lambda part: -abs(part[0]))
    more = f" and {len(parts) - _MOST_PARTS} more" if len(parts) > _MOST_PARTS else ""
    made_of = ", ".join(text for _, text in parts[:_MOST_PARTS])
    return wording.cut(f"score {total:g}" + (f": {made_of}{more}" if parts else ""), wording.LONGEST)


@dataclass(frozen=True, slots=True)
class _Held:
    """Something that is there, and the same with the word that was found."""

    name: str
    with_word: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a node: what of it is there and what is not, or how many, and clauses that stand by
    themselves."""

    held: tuple[_Held, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    amount: str = ""

    def clauses(self, subject: str = "") -> list[str]:
        """The clauses, the first about the subject; none where nothing is there."""
        if self.amount:
            return [f"{subject} has {self.amount}" if subject else self.amount, *self.notes]
        if self.held:
            return [f"{subject} has {self._has()}".strip(), *self.notes]
        if self.missing and self.notes:
            lacks = f"no {wording.listed(self.missing, 'or')}"
            return [f"{subject} has {lacks}" if subject else lacks, *self.notes]
        return [*self.notes]

    def _has(self) -> str:
        lacks = f", not {wording.listed(self.missing, 'or')}" if self.missing else ""
        has = wording.listed([held.with_word for held in self.held]) + lacks
        return has if len(has) <= _LONG_HAS else wording.listed([held.name for held in self.held]) + lacks


class _Teller:
    """Tells of one miss."""

    def __init__(self) -> None:
        self._nearness = Nearness()

    def told(self, node: Node, scope: Scope) -> _Told:
        """What is said of a node that does not hold."""
        match node:
            case And():
                return self._all_of(node, scope)
            case Or(operands=operands, words=None):
                return self._nearest(operands, scope)
            case AtLeast():
                return self._at_least(node, scope)
            case Count(number=number, operand=operand):
                there = occurrences(hits_of(operand, scope))
                return _Told(amount=f"{there} of {number}" if there else "")
            case Near():
                return _near(node, scope)
            case In():
                return self._in(node, scope)
            case Not(operand=operand):
                return _Told(notes=tuple(_in_the_way(hits_of(operand, scope), scope)))
            case About(fact=fact):
                return _Told(notes=(_fact(fact, scope),))
            case _:
                return _Told()

    def _all_of(self, node: And, scope: Scope) -> _Told:
        held: list[_Held] = []
        missing: list[str] = []
        notes: list[str] = []
        for operand in flat(node):
            hits = solve(operand, scope)
            if hits is not None:
                held += _there(operand, scope)
                continue
            told = self.told(operand, scope)
            if told.amount:
                amount = f"{name(operand.operand)} {told.amount} times" if isinstance(operand, Count) else told.amount
                held.append(_Held(amount, amount))
            held += told.held
            notes += told.notes
            # Of what has nothing there, the words are named and not the expression around them.
            missing += told.missing if told.clauses() else self._lacks(operand, scope)
        return _Told(tuple(dict.fromkeys(held)), tuple(dict.fromkeys(missing)), tuple(notes))

    def _lacks(self, node: Node, scope: Scope) -> list[str]:
        return [*map(name, self._nearness.wanting(node, scope))] or [name(node)]

    def _nearest(self, operands: Iterable[Node], scope: Scope) -> _Told:
        """What is said of the alternative that came nearest."""
        ranked = sorted(operands, key=lambda operand: -self._nearness.measure(operand, scope))
        return next((told for operand in ranked if (told := self.told(operand, scope)).clauses()), _Told())

    def _at_least(self, node: AtLeast, scope: Scope) -> _Told:
        held = [operand for operand in node.operands if solve(operand, scope) is not None]
        if not held:
            return self._nearest(node.operands, scope)
        names = [there.with_word for operand in held for there in _there(operand, scope)]
        return _Told(amount=f"{len(held)} of {node.number}" + (f": {wording.listed(names)}" if names else ""))

    def _in(self, node: In, scope: Scope) -> _Told:
        text = scope.text
        place = self._nearness.best_place(node, scope)
        if place is not None:
            hit, piece = place
            clauses = self.told(node.operand, piece).clauses(wording.place(text, hit, node.where))
        elif node.where in PARTS and self._nearness.measure(node.operand, scope):
            piece, clauses = Scope(text, {}), [f"there is no {node.where}"]
        else:
            return _Told()
        elsewhere: dict[str, list[str]] = defaultdict(list)
        for word in self._nearness.wanting(node.operand, piece):
            hits = hits_of(word, scope)
            if hits:
                name_places = wording.sentences if node.where == "sentence" else wording.places
                elsewhere[name_places(text, hits)] += [there.with_word for there in _there(word, scope)]
        # A part that has nothing of it is told of in the same clause.
        instead = f", not in the {node.where}" if node.where in PARTS and not clauses else ""
        for where, names in elsewhere.items():
            clauses.append(f"{wording.listed(names)} {'stands' if len(names) == 1 else 'stand'} in {where}{instead}")
        return _Told(notes=tuple(clauses))

    def hints(self, node: Node, scope: Scope) -> list[str]:
        """Why words that an analyst sees in the article were not found."""
        if not isinstance(scope, Whole):
            return []
        hints = []
        for word in self._nearness.wanting(node, scope):
            operands = word.words or frozenset() if isinstance(word, Or) else {word.wanted}
            unheld = [found for operand in operands for found in scope.found.unheld(operand)]
            if unheld:
                hints.append(min(why_not(*found, scope.text) for found in unheld)[-1])
        return hints[:_MOST_HINTS]


def _there(node: Node, scope: Scope) -> list[_Held]:
    """What of a node that holds can be said to be there: not what holds for the lack of something."""
    hits = solve(node, scope)
    if not hits:
        return []
    match node:
        case Or(operands=operands):
            found = (_there(operand, scope) for operand in operands if solve(operand, scope) is not None)
            return next(filter(None, found), [])
        case And():
            return [there for operand in flat(node) for there in _there(operand, scope)]
        case Quoted() | Concept():
            hit = min(hits)
            word = wording.shown(scope.text, hit.first, hit.last)
            own = node.term.text if isinstance(node, Quoted) else node.label or node.name
            return [_Held(name(node), name(node) if word.casefold() == own.casefold() else f"{name(node)} (“{word}”)")]
        case _:
            # An expression that is too long to be read tells nothing.
            return [_Held(name(node), name(node))] if not name(node).endswith("…") else []


def _near(node: Near, scope: Scope) -> _Told:
    columns = [hits_of(operand, scope) for operand in node.operands]
    if not all(columns):
        held = [operand for operand, hits in zip(node.operands, columns, strict=True) if hits]
        missing = [operand for operand, hits in zip(node.operands, columns, strict=True) if not hits]
        return _Told(tuple(there for operand in held for there in _there(operand, scope)), tuple(map(name, missing)))
    loose = reach(columns, scope, ordered=False)
    if loose is None:
        pairs = list(zip(node.operands, columns, strict=True))[:_MOST_OPERANDS]
        stand = ", ".join(f"{name(operand)} in {wording.places(scope.text, hits)}" for operand, hits in pairs)
        return _Told(notes=(f"never in one paragraph: {stand}",))
    if not node.ordered:
        return _Told(notes=(_apart(*loose, scope),))
    strict = reach(columns, scope, ordered=True)
    if len(columns) == 2:
        # Two that begin with the same word stand in neither order.
        other, only, nearer = reach(columns[::-1], scope, ordered=True), "only in the other order", "in the other order"
    else:
        other, only, nearer = (loose if loose[0] else None), "never in this order", "but not in this order"
    if strict is None:
        same = f"never one after the other: they begin with the same word, in {_where(loose[1], scope)}"
        return _Told(notes=(same if other is None else f"{only}: {_apart(*other, scope)}",))
    more = f"; nearer {nearer}" if other is not None and other[0] <= node.distance else ""
    return _Told(notes=(_apart(*strict, scope) + more,))


def _apart(distance: int, hit: Hit, scope: Scope) -> str:
    words = "1 word" if distance == 1 else f"{distance} words"
    return f"closest {words} apart, in {_where(hit, scope)}"


def _where(hit: Hit, scope: Scope) -> str:
    return wording.unit(scope.text, hit.unit)


def _in_the_way(hits: Iterable[Hit], scope: Scope) -> Iterator[str]:
    """What was found that should not be there."""
    words: dict[str, str] = {}
    for hit in sorted(hits):
        word = wording.shown(scope.text, hit.first, hit.last)
        words.setdefault(word.casefold(), f"“{word}” in {wording.unit(scope.text, hit.unit)}")
    if words:
        yield "found " + wording.listed([*words.values()], most=3)


def _barring(node: Node, scope: Scope) -> Iterator[str]:
    """A clause for each place in which something of an exclude that holds stands."""
    match node:
        case Or(operands=operands):
            yield from _barring(next(operand for operand in operands if solve(operand, scope) is not None), scope)
        case And():
            words = [operand for operand in flat(node) if isinstance(operand, Quoted | Concept)]
            yield from _standing((hit for word in words for hit in hits_of(word, scope)), scope, node)
            for operand in flat(node):
                if operand not in words:
                    yield from _barring(operand, scope)
        case In(operand=Or(operands=operands)):
            within = [*pieces(node, scope)]
            answers = ([hits for piece in within if (hits := solve(each, piece)) is not None] for each in operands)
            yield from _standing((hit for hits in next(filter(None, answers)) for hit in hits), scope, node)
        case About(fact=fact):
            yield _fact(fact, scope)
        case _:
            yield from _standing(hits_of(node, scope), scope, node)


def _standing(hits: Iterable[Hit], scope: Scope, node: Node) -> Iterator[str]:
    """The words of the hits and where they stand, those of the same places together."""
    text = scope.text
    shown: dict[str, str] = {}
    by_word: dict[str, list[Hit]] = defaultdict(list)
    for hit in sorted(hits):
        word = wording.shown(text, hit.first, hit.last)
        shown.setdefault(word.casefold(), f"“{word}”")
        by_word[word.casefold()].append(hit)
    name_places = wording.sentences if isinstance(node, In) and node.where == "sentence" else wording.places
    by_place: dict[str, list[str]] = defaultdict(list)
    for word, found in by_word.items():
        by_place[name_places(text, found)].append(shown[word])
    for where, words in by_place.items():
        yield f"{wording.listed(words)} {'stands' if len(words) == 1 else 'stand'} in {where}"


def _fact(fact: str, scope: Scope) -> str:
    """What is so of the article instead."""
    article = scope.text.article
    source = article.source
    if fact == "lang":
        return f"the article is in {article.language}" if article.language else "its language is uncertain"
    if source is None:
        return "no source"
    match fact:
        case "source":
            return f"the source is {source.name}"
        case "country":
            return f"the source's country is {source.country}" if source.country else "the source has no country"
        case _:
            return f"the source's tier is {source.tier}"
