"""Terms that no article of an archive has: a wrong spelling, or a word that newspapers do not use. It reads no archive:
it is shown articles, and remembers none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from bot.model import Article
from bot.watch.expression import Quoted, leaves
from bot.watch.found import Found
from bot.watch.lexicon import Lexicon
from bot.watch.operands import Operands
from bot.watch.review.coverage import shorter
from bot.watch.review.scripts import named
from bot.watch.review.sheet import Remark, Sheet
from bot.watch.rules import Watchlists
from bot.watch.text import prepare
from bot.watch.uses import Use

FEWEST_ARTICLES = 1_000
"""Articles of a language below which a term that is missing from them says nothing."""

MOST_NAMED = 10
"""Terms that one remark names."""

_SEARCHES_ANEW = (300, 1_000, 3_000, 8_000)
"""After so many articles the terms found by then are searched for no longer: most are found early."""

Place: TypeAlias = tuple[str, tuple[str, ...] | None, str | None, str | None, frozenset[str] | None]
"""A term in its place, in whichever watchlist: shared concepts are in many."""


class Looking:
    """Which terms were found so far in the articles shown."""

    def __init__(self, watchlists: Watchlists) -> None:
        self.articles: Counter[str] = Counter()
        self._places = {use: _place(use) for use in _uses(watchlists)}
        concepts = [concept for each in watchlists.lists.values() for concept in each.concepts.values()]
        self._exceptions = [use for concept in concepts for use in concept.exceptions]
        self._seen: set[Place] = set()
        self._looks = 0
        self._prepare()

    def look(self, article: Article) -> None:
        """Notes what one article has."""
        if article.language is not None:
            self.articles[article.language] += 1
        found = Found(self._lexicon, prepare(article))
        # What may be there and was not seen before is looked at closely.
        for operand in {self._operand[use] for use in found.uses() if use in self._missing}:
            for hit in found.hits(operand):
                self._seen.add(self._places[hit.use])
                self._missing.pop(hit.use, None)
        self._looks += 1
        if self._looks in _SEARCHES_ANEW:
            self._prepare()

    def _prepare(self) -> None:
        """Searches from now on for what was not seen yet, and for the longer Han and Kana words that may hide it."""
        self._missing = {use: None for use, place in self._places.items() if place not in self._seen}
        sought = (*self._missing, *self._exceptions)
        hidden = {pattern for use in sought if use.term.cjk for pattern in use.term.patterns}
        uses = [
            use
            for use in self._places
            if use in self._missing or (use.term.cjk and any(part in hidden for part in shorter(use.term.pattern)))
        ]
        uses += self._exceptions
        operands = Operands()
        self._operand = {use: operands.of(use.watchlist, use.concept, use.label, use.term)[-1] for use in uses}
        self._lexicon = Lexicon(uses, operands)

    def remarks(self, sheets: Sequence[Sheet]) -> list[Remark]:
        """One remark for each concept, label or rule with terms that no article had."""
        many = {language: number for language, number in self.articles.items() if number >= FEWEST_ARTICLES}
        return list(_remarks(sheets, self._seen, many)) if many else []


def _uses(watchlists: Watchlists) -> Iterator[Use]:
    for watchlist in watchlists.lists.values():
        for concept in watchlist.concepts.values():
            yield from concept.all_uses()
        for rule in watchlist.rules:
            for root in rule.roots():
                for leaf in leaves(root):
                    if isinstance(leaf, Quoted):
                        yield Use(leaf.term, watchlist.name, None, None, None)


def _place(use: Use) -> Place:
    return use.term.pattern, use.term.exact, use.concept, use.label, use.languages


def _remarks(sheets: Sequence[Sheet], seen: Collection[Place], many: Mapping[str, int]) -> Iterator[Remark]:
    done: set[tuple[str, str, str | None]] = set()
    for sheet in sheets:
        for concept in sheet.watchlist.concepts.values():
            for label, uses in ((None, concept.uses), *concept.labels.items()):
                place = sheet.home(concept.name).file, concept.name, label
                missing = _missing(uses, seen, many)
                if missing and place not in done:
                    done.add(place)
                    yield sheet.place_of(_told(missing, many), concept.name, label)
        for number, rule in sheet.rules():
            quoted = [leaf for root in rule.roots() for leaf in leaves(root) if isinstance(leaf, Quoted)]
            missing = _missing([use for leaf in quoted for use in sheet.uses(leaf)], seen, many)
            if missing:
                yield sheet.about_rule(_told(missing, many), number)


def _missing(uses: Sequence[Use], seen: Collection[Place], many: Mapping[str, int]) -> list[Use]:
    return [
        use for use in uses if _place(use) not in seen and (use.languages is None or not use.languages.isdisjoint(many))
    ]


def _told(missing: Sequence[Use], many: Mapping[str, int]) -> str:
    names = list(dict.fromkeys(f"'{use.term.text}'" for use in missing))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    listed: set[str] = set()
    for use in missing:
        listed |= many.keys() if use.languages is None else use.languages & many.keys()
    looked = ", ".join(f"{many[language]:,} in {named(language)}" for language in sorted(listed))
    verb = "was" if len(names) == 1 else "were"
    told = f"{', '.join(names[:MOST_NAMED])}{more} {verb} found in none of the newest articles looked at ({looked})"
    return f"{told}: check the spelling, or leave out what newspapers do not write"
