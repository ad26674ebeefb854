"""Remarks about single rules: those that can never match, those that always do, and parts that can never hold.

It reads the shape of the expressions and the terms of their concepts; no article is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.model import Source
from bot.settings.codes import country as country_code
from bot.watch.expression import About, AtLeast, Concept, Near, Node, Or, Quoted, children, leaves
from bot.watch.review.logic import Logic, freed_by, in_languages
from bot.watch.review.meaning import Meaning
from bot.watch.review.scores import about_scores
from bot.watch.review.scripts import named
from bot.watch.review.sheet import Remark, Sheet, Steps
from bot.watch.review.terms import unknown_language
from bot.watch.rules import Rule
from bot.yamlfile import suggest


@dataclass(frozen=True, slots=True)
class Known:
    """What the facts about an article can be: the languages it can get, and the configured sources."""

    languages: Collection[str]
    sources: Collection[Source]


_AT_ODDS = re.compile(r"\b(not|lang|source|tier|country)\b", re.IGNORECASE)
"""Words without one of which no expression is at odds with itself."""


def about_rules(sheet: Sheet, meaning: Meaning, known: Known) -> Iterator[Remark]:
    """Everything to say about each rule of a watchlist by itself."""
    logic = Logic(meaning)
    for number, rule in sheet.rules():
        yield from _whole(sheet, logic, number, rule)
        yield from about_scores(sheet, logic, number, rule)
        for path, root in sheet.roots(number):
            yield from _parts(sheet, meaning, known, number, path, root)
            yield from _without_terms(sheet, number, path, root)


def _whole(sheet: Sheet, logic: Logic, number: int, rule: Rule) -> Iterator[Remark]:
    freed = freed_by(rule.match)
    if freed is not None:
        message = (
            f"this rule is judged on every article, since '{_shown(freed)}' can hold without any term being found: "
            "join it with 'and' to what you look for"
        )
        yield sheet.about_node(message, number, ("match",), freed)
    for path, root in sheet.roots(number):
        found = logic.impossible(root) if _AT_ODDS.search(root.source) else None
        if found is not None:
            group, odd = found
            told = f"this can never hold: '{_shown(odd or group)}' is at odds with what stands beside it"
            yield sheet.about_node(told, number, path, odd or group)
    if rule.unless is not None:
        # One alternative by itself says most; but it may take them all, as where they are a concept's terms.
        alternatives = rule.unless.operands if isinstance(rule.unless, Or) else ()
        odd = next((each for each in (*alternatives, rule.unless) if logic.entails(rule.match, each)), None)
        if odd is not None:
            message = f"this rule can never match: where its match holds, '{_shown(odd)}' holds, too"
            yield sheet.about_node(message, number, ("unless",), odd)
    asked = {leaf.name for leaf in leaves(rule.match) if isinstance(leaf, Concept)}
    if rule.group_by is not None and rule.group_by not in asked:
        message = f"match does not ask for '{rule.group_by}', so no article gets a label of it to stand under"
        yield sheet.about_rule(message, number, "group_by")


def _shown(node: Node) -> str:
    source = " ".join(node.source.split())
    return source if len(source) <= 60 else source[:57] + "..."


def _parts(sheet: Sheet, meaning: Meaning, known: Known, number: int, path: Steps, root: Node) -> Iterator[Remark]:
    """What can be said about one part of an expression at a time."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        messages: Iterable[tuple[str, Node]] = ()
        match node:
            case About():
                yield from _facts(sheet, known, number, path, node)
            case Near():
                messages = (*_too_long(sheet, node), *_doubled(meaning, node))
            case AtLeast():
                messages = _doubled(meaning, node)
        for message, at in messages:
            yield sheet.about_node(message, number, path, at)


# --- distances and numbers ------------------------------------------------------------------------------------------


def _too_long(sheet: Sheet, node: Near) -> Iterator[tuple[str, Node]]:
    function = "before" if node.ordered else "near"
    least = 0
    for number, operand in enumerate(node.operands):
        shortest = min(map(sheet.shortest, leaves(operand)))
        if shortest - 1 > node.distance:
            told = f"'{_shown(operand)}' has {shortest} words and more, which never stand within"
            wanted = f"{function}( ) needs a distance of at least {shortest - 1}"
            yield f"{told} {_words(node.distance)} of one another: {wanted}", operand
        # In order, each begins a word later than the one before it, at least.
        least = max(least, (number if node.ordered else 0) + shortest - 1)
    if node.ordered and least > node.distance:
        told = f"{len(node.operands)} terms one after the other never stand within {_words(node.distance)}"
        yield f"{told}: write {least} or more", node


def _words(number: int) -> str:
    return f"{number} word{'' if number == 1 else 's'}"


def _doubled(meaning: Meaning, node: Near | AtLeast) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Near) and node.ordered:
        return  # one after the other, the same word may stand twice
    seen: set[int] = set()
    for operand in node.operands:
        known = meaning.of(operand)
        if known in seen:
            what = "one occurrence is enough for both" if isinstance(node, Near) else "both hold at once"
            mend = "; for several occurrences write count( ) >= 2" if meaning.wanted(operand) is not None else ""
            yield f"'{_shown(operand)}' stands here twice, and {what}: remove one{mend}", operand
        seen.add(known)


# --- facts about the article ----------------------------------------------------------------------------------------


def _facts(sheet: Sheet, known: Known, number: int, path: Steps, node: About) -> Iterator[Remark]:
    if not any(_unknown(node.fact, value, known) for value in node.values):
        return
    for value, offset in sheet.values(number, path, node):
        meant = value if node.fact == "source" else value.lower()
        message = _unknown(node.fact, meant, known)
        if message is not None:
            yield sheet.about_offset(message, number, path, offset)


def _unknown(fact: str, value: str, known: Known) -> str | None:
    """What to say of a value that no article has; None where one may."""
    if fact == "lang":
        return None if value in known.languages else unknown_language(value, listed=False)
    if not known.sources:
        return None
    if fact == "source":
        names = [source.name for source in known.sources]
        if value in names:
            return None
        return f"no source in sources.yaml is named '{value}'{suggest(value, names) or _other_case(value, names)}"
    if fact == "tier":
        tiers = {str(source.tier) for source in known.sources}
        return None if value in tiers else f"no source in sources.yaml is of tier {value}: this never holds"
    if value in {source.country for source in known.sources}:
        return None
    try:
        country_code(value)
    except ValueError as error:
        return str(error)
    return f"no source in sources.yaml has 'country: {value}', so this never holds"


def _other_case(value: str, names: Iterable[str]) -> str:
    meant = [name for name in names if name.casefold() == value.casefold()]
    return f" (it is written '{meant[0]}')" if meant else ""


# --- lang( ) beside concepts ----------------------------------------------------------------------------------------


def _without_terms(sheet: Sheet, number: int, path: Steps, root: Node) -> Iterator[Remark]:
    if "lang" not in root.source.lower():
        return
    for leaf, languages in in_languages(root):
        if not languages or isinstance(leaf, Quoted):
            continue
        listed = sheet.languages(leaf)
        if listed is not None and listed.isdisjoint(languages):
            names = " or ".join(map(named, sorted(languages)))
            others = ", ".join(sorted(listed))
            message = (
                f"'{_shown(leaf)}' is never found here: lang( ) leaves articles in {names} only, and its terms are "
                f"listed for {others}"
            )
            yield sheet.about_node(message, number, path, leaf)
