"""Remarks about weights and thresholds: a threshold that no article can reach, or that every match reaches.

It counts as the matcher does: each different term once, and once more in the title.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.watch.expression import In, Node, Or
from bot.watch.review.logic import Logic, may_hold, surely_holds
from bot.watch.review.meaning import flat
from bot.watch.review.scripts import named
from bot.watch.review.sheet import Remark, Sheet
from bot.watch.rules import Rule

TITLED = 2
"""A term that stands in the title counts once for that and once for standing in the article."""


def about_scores(sheet: Sheet, logic: Logic, number: int, rule: Rule) -> Iterator[Remark]:
    """What to say of a rule's threshold, at most one remark."""
    if rule.threshold is None:
        return
    highest = _highest(sheet, rule, None)
    if highest < rule.threshold:
        yield sheet.about_rule(
            f"no article can reach {rule.threshold:g}: all terms of the weights together, each found in the title, "
            f"come to {highest:g}",
            number,
            "threshold",
        )
        return
    if _lowest(sheet, logic, rule, rule.match) >= rule.threshold:
        yield sheet.about_rule(
            f"every article for which match holds reaches {rule.threshold:g}: raise it, or leave out weights and "
            "threshold",
            number,
            "threshold",
        )
        return
    out = [language for language in _languages(sheet, rule) if _highest(sheet, rule, language) < rule.threshold]
    if out:
        names = ", ".join(f"{named(language)} at most {_highest(sheet, rule, language):g}" for language in out)
        yield sheet.about_rule(
            f"articles in some languages cannot reach {rule.threshold:g}: {names}. Add terms, or lower it",
            number,
            "threshold",
        )


def _languages(sheet: Sheet, rule: Rule) -> list[str]:
    """The languages that the weighted terms are listed for, without those whose articles the rule never matches."""
    uses = [use for node, _ in rule.weights for use in sheet.uses(node)]
    languages = {language for use in uses for language in use.languages or ()}
    return sorted(language for language in languages if _matches(sheet, rule, language))


def _matches(sheet: Sheet, rule: Rule, language: str) -> bool:
    barred = rule.unless is not None and surely_holds(rule.unless, language)
    return not barred and may_hold(rule.match, language, sheet.languages)


def _highest(sheet: Sheet, rule: Rule, language: str | None) -> float:
    return sum(weight * TITLED * sheet.different(node, language) for node, weight in rule.weights if weight > 0)


def _lowest(sheet: Sheet, logic: Logic, rule: Rule, match: Node) -> float:
    """A score that every article for which `match` holds has at least."""
    if isinstance(match, Or) and match.words is None:
        return min(_lowest(sheet, logic, rule, operand) for operand in flat([match], Or))
    lost = sum(weight * TITLED * sheet.different(node, None) for node, weight in rule.weights if weight < 0)
    return lost + sum(weight * _sure(logic, match, node) for node, weight in rule.weights if weight > 0)


def _sure(logic: Logic, match: Node, node: Node) -> int:
    """How often at least a weighted node counts where `match` holds."""
    if not logic.entails(match, node):
        return 0
    titled = In("", "title", node, frozenset(), ())
    return TITLED if logic.entails(match, titled) else 1
