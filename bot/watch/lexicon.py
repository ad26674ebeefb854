"""All terms of all watchlists in one automaton: an article is searched once, however many rules there are.

It decides no rule. What a rule asks for is worked out when first asked for: most terms found belong to rules that fail
for the lack of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from bot.model import Evidence
from bot.watch.terms import Term, exact_holds
from bot.watch.text import STRIDE, Prepared, Spot

PER_TERM = 1000
"""Occurrences of one term that are kept per article: a text of 120,000 characters must not cost seconds."""

Operand: TypeAlias = tuple[str | None, str | None]
"""What an expression asks for: (concept, None), (concept, label), or (None, text) for a term quoted in a rule."""


@dataclass(frozen=True, slots=True)
class Use:
    """A term in its place: the watchlist that lists it, under which concept and label, for which languages (None for
    all). A term quoted in a rule has no concept."""

    term: Term
    watchlist: str
    concept: str | None
    label: str | None
    languages: frozenset[str] | None

    def operands(self) -> tuple[Operand, ...]:
        """What a hit of this use satisfies."""
        if self.concept is None:
            return ((None, self.term.text),)
        return ((self.concept, None),) if self.label is None else ((self.concept, None), (self.concept, self.label))


class Hit(NamedTuple):
    """A use found at a spot."""

    use: Use
    spot: Spot

    @property
    def first(self) -> int:
        """The number of its first word."""
        return self.spot.first

    @property
    def last(self) -> int:
        """The number of its last word."""
        return self.spot.last


_NOTHING: dict[Operand, list[tuple[int, Use]]] = {}


class Lexicon:
    """Finds every term in one pass. Building it costs milliseconds; it never changes afterwards."""

    def __init__(self, uses: Iterable[Use]) -> None:
        from ahocorasick_rs import AhoCorasick

        by_pattern: dict[str, dict[Use, None]] = defaultdict(dict)
        for use in uses:
            by_pattern[use.term.pattern][use] = None
        patterns = list(by_pattern)
        self.watchlists = {use.watchlist for found in by_pattern.values() for use in found}
        self.uses = [tuple(found) for found in by_pattern.values()]
        self.terms = [found[0].term for found in self.uses]
        self.operands = [[(use, use.watchlist, use.languages, use.operands()) for use in found] for found in self.uses]
        self._automaton = AhoCorasick(patterns) if patterns else None

    def find(self, text: Prepared) -> Found:
        """What of the lexicon stands in `text`."""
        places: dict[int, list[tuple[int, int]]] = {}
        if self._automaton is not None:
            for index, start, end in self._automaton.find_matches_as_indexes(text.line, overlapping=True):
                kept = places.get(index)
                if kept is None:
                    places[index] = [(start, end)]
                elif len(kept) < PER_TERM:
                    kept.append((start, end))
        return Found(self, text, places)


class Found:
    """The terms found in one article."""

    def __init__(self, lexicon: Lexicon, text: Prepared, places: Mapping[int, list[tuple[int, int]]]) -> None:
        self.text = text
        self._lexicon = lexicon
        self._places = places
        self._spots: dict[tuple[int, str], list[Spot]] = {}
        self._hits: dict[tuple[str, Operand, str], Sequence[Hit]] = {}
        self._longer: dict[str, Mapping[Spot, list[tuple[int, Spot]]]] = {}
        self._evidence: dict[tuple[int, Spot], Evidence] = {}
        self._present = self._uses_found()

    def _uses_found(self) -> dict[str, dict[Operand, list[tuple[int, Use]]]]:
        language = self.text.article.language
        present: dict[str, dict[Operand, list[tuple[int, Use]]]] = {name: {} for name in self._lexicon.watchlists}
        operands = self._lexicon.operands
        for index in self._places:
            for use, watchlist, languages, satisfied in operands[index]:
                if language is None or languages is None or language in languages:
                    found = present[watchlist]
                    for operand in satisfied:
                        uses = found.get(operand)
                        if uses is None:
                            found[operand] = [(index, use)]
                        else:
                            uses.append((index, use))
        return present

    def operands(self, watchlist: str) -> KeysView[Operand]:
        """What may be there of a watchlist's operands; `hits` says what is."""
        return self._present.get(watchlist, _NOTHING).keys()

    def hits(self, watchlist: str, operand: Operand, part: str = "") -> Sequence[Hit]:
        """The hits of an operand in a part (by default in the whole article), in the order of the text."""
        key = watchlist, operand, part
        known = self._hits.get(key)
        if known is not None:
            return known
        found: list[Hit] = []
        for index, use in self._present.get(watchlist, _NOTHING).get(operand, ()):
            spots = self._spots_of(index, part)
            if spots and use.term.exact is not None:
                spots = [spot for spot in spots if self._shown_as(use.term, spot)]
            if spots and use.term.cjk:
                spots = [spot for spot in spots if not self._hidden(use, spot, part)]
            found += [Hit(use, spot) for spot in spots]
        found.sort(key=_in_order)
        self._hits[key] = found
        return found

    def _shown_as(self, term: Term, spot: Spot) -> bool:
        if term.exact is None:
            return True
        start, end = self.text.span(spot)
        return exact_holds(term, self.text.units[spot.unit].text[start:end])

    def _spots_of(self, index: int, part: str) -> list[Spot]:
        key = index, part
        spots = self._spots.get(key)
        if spots is None:
            term, spot_at = self._lexicon.terms[index], self.text.spot
            before, after = int(term.starts_word), int(term.ends_word)
            low, high = self.text.parts[part]
            inside = [place for place in self._places[index] if low <= place[0] < high]
            all_spots = (spot_at(start + before, end - after) for start, end in inside)
            # A word may contain a term between two `*` more than once.
            spots = list(dict.fromkeys(spot for spot in all_spots if spot is not None))
            self._spots[key] = spots
        return spots

    def _hidden(self, use: Use, spot: Spot, part: str) -> bool:
        """Whether a longer listed word covers this hit: インド in インドネシア is no hit. A Han word that begins a
        longer one of another concept is a word in its own right (防衛 in 防衛省), since Japanese compounds put the
        modifier first; a term quoted in a rule counts as a concept of its own."""
        if part not in self._longer:
            self._longer[part] = self._enclosing(part)
        for index, longer in self._longer[part].get(spot, ()):
            for other in self._lexicon.uses[index]:
                if other.watchlist != use.watchlist or not self._shown_as(other.term, longer):
                    continue
                another = other.concept != use.concept or use.concept is None
                if not (use.term.han and longer.first == spot.first and another):
                    return True
        return False

    def _enclosing(self, part: str) -> Mapping[Spot, list[tuple[int, Spot]]]:
        """For each spot of a Han or Kana term, the longer ones around it with their terms."""
        terms = self._lexicon.terms
        listed = [(spot, index) for index in self._places if terms[index].cjk for spot in self._spots_of(index, part)]
        listed.sort(key=lambda pair: (pair[0].first, -pair[0].last))
        around: dict[Spot, list[tuple[int, Spot]]] = defaultdict(list)
        opened: list[tuple[int, Spot]] = []
        for spot, index in listed:
            opened = [other for other in opened if other[1].last >= spot.first]
            around[spot] += [other for other in opened if other[1].last >= spot.last and other[1] != spot]
            opened.append((index, spot))
        return around

    def evidence(self, hit: Hit) -> Evidence:
        """The hit as a reader sees it; made once, however many rules rest on it."""
        key = id(hit.use), hit.spot
        known = self._evidence.get(key)
        if known is None:
            use, spot, text = hit.use, hit.spot, self.text
            unit = text.units[spot.unit]
            start, end = text.span(spot)
            sentence = text.sentence(spot) - spot.unit * STRIDE
            shown = unit.text[start:end]
            known = Evidence(
                use.concept, use.label, use.term.text, unit.part, unit.paragraph, sentence, start, end, shown
            )
            self._evidence[key] = known
        return known


def _in_order(hit: Hit) -> tuple[int, int]:
    return hit.spot.first, -hit.spot.last
