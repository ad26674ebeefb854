"""A trial's outcome as the one JSON document of `try --json`. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.cli.show import iso, labels

if TYPE_CHECKING:
    from bot.run.trial.outcome import Sample, Tried, Version
    from bot.story.change import Change
    from bot.story.trial import Count, Span, Verdicts
    from bot.watch.trial import Listed


def document(tried: Tried) -> dict[str, Any]:
    """The whole outcome."""
    return {
        "watchlist": tried.watchlist,
        "since": iso(tried.asked),
        "until": iso(tried.span.until),
        "first_article": iso(tried.span.since) if tried.articles else None,
        "articles": tried.articles,
        "languages": {language or "uncertain": number for language, number in _most(tried.languages)},
        **version(tried.before, tried.span),
        "estimated": tried.estimated,
        "new": version(tried.after, tried.span) if tried.after else None,
        "change": change(tried) if tried.change else None,
    }


def version(found: Version, span: Span) -> dict[str, Any]:
    """What one version of the watchlist came to."""
    every = found.counts.every
    return {
        "matches": len(every.ids),
        "a_day": span.a_day(len(every.ids)),
        "alerts": len(every.rung),
        "alerts_a_day": span.a_day(len(every.rung)),
        "days": _days(every, span),
        "rules": [rule(found, number, span) for number in range(len(found.rules))],
        "labels": _by_concept(every.labels),
        "dead_terms": [_listed(listed) for listed in found.dead],
        "precision": precision(every.verdicts),
    }


def rule(found: Version, number: int, span: Span) -> dict[str, Any]:
    """What one rule came to."""
    count = found.counts.rules[number]
    return {
        "rule": found.rules[number].name,
        "priority": found.rules[number].priority.value,
        "matches": len(count.ids),
        "a_day": span.a_day(len(count.ids)),
        "alerts": len(count.rung),
        "alerts_a_day": span.a_day(len(count.rung)),
        "days": _days(count, span),
        "samples": [sample(each) for each in found.samples[number]],
        "dominant_terms": [
            {
                "term": each.place.term,
                "concept": each.place.concept,
                "label": each.place.label,
                "share": each.share,
                "checked": each.checked,
            }
            for each in found.dominant[number]
        ],
        "precision": precision(count.verdicts),
    }


def precision(found: Verdicts | None) -> dict[str, Any] | None:
    """What readers said; None where they said nothing."""
    if found is None:
        return None
    return {
        "precision": found.precision,
        "relevant": found.relevant,
        "irrelevant": found.irrelevant,
        "stories": found.stories,
    }


def sample(found: Sample) -> dict[str, Any]:
    """An article, with the sentence that says why it matches."""
    stored = found.stored
    sentence = found.sentence
    result: dict[str, Any] = {
        "url": stored.url,
        "title": stored.title,
        "source": stored.source or None,
        "language": stored.language,
        "published": iso(stored.published),
        "basis": str(stored.basis),
        "first_seen": iso(stored.first_seen),
        "story": stored.story_id,
        "rules": list(found.rules),
        "labels": labels(found.labels),
        "sentence": sentence and {"text": sentence.text, "marks": [list(mark) for mark in sentence.marks]},
    }
    if found.why:
        result["why"] = [{"rule": rule, "failed": failed} for rule, failed in found.why]
    return result


def change(tried: Tried) -> dict[str, Any]:
    """What the new version adds and drops."""
    found, after, span = tried.change, tried.after, tried.span
    assert found is not None and after is not None
    before = tried.before.counts.every
    return {
        "added": len(found.added),
        "dropped": len(found.dropped),
        "added_samples": [sample(each) for each in tried.added],
        "dropped_samples": [sample(each) for each in tried.dropped],
        "alerts_a_day": {
            "before": span.a_day(len(before.rung)),
            "after": span.a_day(len(after.counts.every.rung)),
        },
        "matches": {"before": len(before.ids), "after": len(after.counts.every.ids)},
        "labels_changed": found.relabelled,
        "labels": {
            concept: {label: {"before": was, "after": now} for label, (was, now) in pairs.items()}
            for concept, pairs in _nested(found.labels).items()
        },
        "rules": _rules(found),
    }


def _rules(found: Change) -> list[dict[str, Any]]:
    return [
        {"rule": each.name, "was": each.was, "change": each.fate.value, "added": each.added, "dropped": each.dropped}
        for each in found.rules
    ]


def _days(count: Count, span: Span) -> list[dict[str, Any]]:
    return [
        {"day": day.isoformat(), "matches": count.matches_on.get(day, 0), "alerts": count.alerts_on.get(day, 0)}
        for day in span.days()
    ]


def _listed(found: Listed) -> dict[str, Any]:
    return {"concept": found.concept, "label": found.label, "language": found.language, "term": found.term}


def _most(counts: Mapping[str | None, int]) -> Iterable[tuple[str | None, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or ""))


def _by_concept(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    ordered: Sequence[tuple[tuple[str, str], int]] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {concept: dict(found) for concept, found in _nested(dict(ordered)).items()}


def _nested(counts: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    nested: dict[str, dict[str, Any]] = {}
    for (concept, label), value in counts.items():
        nested.setdefault(concept, {})[label] = value
    return nested
