"""Remarks about how a watchlist's parts go together: concepts that lack languages, concepts nobody uses, rules that say
the same. It judges no term and no rule by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.watch.expression import Concept, leaves
from bot.watch.review.logic import in_languages
from bot.watch.review.meaning import Meaning
from bot.watch.review.scripts import named
from bot.watch.review.sheet import Remark, Sheet, languages_of

Languages = frozenset[str] | None


def same_rules(sheets: Sequence[Sheet], meanings: Sequence[Meaning]) -> Iterator[Remark]:
    """Rules of one watchlist, or of two, that match the same articles."""
    first: dict[int, tuple[Sheet, int]] = {}
    for sheet, meaning in zip(sheets, meanings, strict=True):
        for number, rule in sheet.rules():
            other, earlier = first.setdefault(meaning.of_rule(rule), (sheet, number))
            if (other, earlier) == (sheet, number):
                continue
            line = other.own.place(("rules", earlier, "name"))[0]
            place = f"line {line}" if other is sheet else f"{other.own.file}:{line}"
            name = other.watchlist.rules[earlier].name
            message = f"this rule matches the same articles as '{name}' ({place}): keep one of them"
            yield sheet.about_rule(message, number)


def unused(sheet: Sheet) -> Iterator[Remark]:
    """Concepts of the watchlist's own file that no rule asks for."""
    asked = {
        leaf.name
        for number, _ in sheet.rules()
        for _, root in sheet.roots(number)
        for leaf in leaves(root)
        if isinstance(leaf, Concept)
    }
    for name in sheet.own_concepts:
        if name not in asked and not _hides(sheet, name):
            yield sheet.place_of(f"no rule uses the concept '{name}': use it, or remove it", name)


def _hides(sheet: Sheet, name: str) -> bool:
    """Whether a concept has a use without any rule: a longer word listed in it hides a shorter one that is part of it
    (インド太平洋 hides インド)."""
    concepts = sheet.watchlist.concepts
    others = {
        use.term.pattern.strip()
        for concept in concepts.values()
        if concept.name != name
        for use in (*concept.all_uses(), *concept.exceptions)
    }
    longer = [use.term.pattern.strip() for use in concepts[name].all_uses() if use.term.cjk]
    return any(part in others for pattern in longer for part in shorter(pattern))


def shorter(pattern: str) -> Iterator[str]:
    """The shorter words that a Han or Kana word may hide."""
    for begin in range(len(pattern)):
        for end in range(begin + 1, len(pattern) + 1):
            if end - begin < len(pattern):
                yield pattern[begin:end]


def one_language(sheet: Sheet) -> Iterator[Remark]:
    """Concepts and labels with terms in one language, beside others of the same rule that have more."""
    languages = _Languages(sheet)
    said: set[tuple[str, str | None]] = set()
    for number, rule in sheet.rules():
        found = [pair for _, root in sheet.roots(number) for pair in in_languages(root)]
        asked = {(leaf.name, leaf.label): left for leaf, left in found if isinstance(leaf, Concept)}
        for (name, label), left in asked.items():
            have = {other: each for other, _ in asked if other != name and (each := languages.of(other, None))}
            for part in languages.parts(name, label):
                only = languages.of(name, part)
                if only is None or len(only) != 1 or (left is not None and left <= only) or (name, part) in said:
                    continue
                beside = {other: each for other, each in have.items() if len(each) > 1}
                if part is not None:
                    beside |= languages.siblings(name, part)
                missing = frozenset().union(*beside.values()) - only
                if missing:
                    said.add((name, part))
                    yield sheet.place_of(_lacks(name, part, only, missing, rule.name, next(iter(beside))), name, part)


def _lacks(name: str, label: str | None, only: frozenset[str], missing: frozenset[str], rule: str, beside: str) -> str:
    what = f"'{name}'" if label is None else f"'{name}:{label}'"
    (language,) = only
    others = ", ".join(map(named, sorted(missing)))
    return (
        f"{what} has terms in {named(language)} only, while '{beside}' beside it in the rule '{rule}' has {others}, "
        "too: it is never found in such articles. Add terms, or write a plain list of terms that hold in every language"
    )


class _Languages:
    """The languages that concepts and labels have terms in; None for all."""

    def __init__(self, sheet: Sheet) -> None:
        self._concepts = sheet.watchlist.concepts
        self._known: dict[tuple[str, str | None], Languages] = {}

    def of(self, name: str, label: str | None) -> Languages:
        """Those of a concept, or of one of its labels."""
        key = name, label
        if key not in self._known:
            concept = self._concepts[name]
            uses = concept.labels[label] if label is not None else tuple(concept.all_uses())
            self._known[key] = languages_of(uses)
        return self._known[key]

    def parts(self, name: str, label: str | None) -> list[str | None]:
        """What to look at where a concept or label is asked for: a concept's labels are asked for with it, but where
        all of it is in one language that is said once."""
        whole = self.of(name, None)
        if label is not None or (whole is not None and len(whole) == 1):
            return [label]
        return [None, *self._concepts[name].labels]

    def siblings(self, name: str, label: str) -> dict[str, frozenset[str]]:
        """The other labels of the same concept that have several languages."""
        others = {f"{name}:{other}": self.of(name, other) for other in self._concepts[name].labels if other != label}
        return {other: each for other, each in others.items() if each is not None and len(each) > 1}
