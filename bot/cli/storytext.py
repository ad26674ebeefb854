"""A story's record for an operator: as text and as JSON. It looks nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from bot.cli.marking import marked
from bot.cli.show import iso, labels, one_line, quoted, safe

if TYPE_CHECKING:
    from bot.model import Report
    from bot.store.record import Joined, Record, StoredStep
    from bot.store.tied import Tie, Why
    from bot.story import Quoted

_INSET = " " * 11
_KINDS = ("names", "numbers", "days", "places", "words", "labels")
"""What two articles may have in common, in the order it is said."""

_REASONS = {
    "first": "the first of its story",
    "copy": "a copy",
    "event": "the same event",
    "operator": "put here by an operator",
}


# --- JSON -----------------------------------------------------------------------------------------------------------


def as_json(record: Record) -> dict[str, Any]:
    """The whole record; nothing is left out."""
    said = _summary(record)
    return {
        "id": record.id,
        "merged_from": list(record.merged_from),
        **_summed(record),
        "articles": [_article(report, record.joined.get(report.article_id)) for report in _reports(record)],
        "steps": [_step(step) for step in record.steps],
        "summary": [sentence.text for sentence in said],
        "sentences": [{**quoted(sentence), "article": sentence.report.article_id} for sentence in said],
        "possibly": [_possibly(tie, record.id) for tie in record.possibly],
    }


def _summed(record: Record) -> dict[str, Any]:
    """What a story says of itself; one without an article has only its old headline."""
    from bot.story import first_seen, headline, languages, published, sources
    from bot.story import labels as labels_of

    story = record.story
    if story is None:
        return {
            "headline": record.headline,
            "labels": {},
            "first_seen": iso(record.first_seen),
            "published": None,
            "languages": [],
            "outlets": [],
        }
    return {
        "headline": headline(story),
        "labels": labels(labels_of(story)),
        "first_seen": iso(first_seen(story)),
        "published": iso(published(story)),
        "languages": list(languages(story)),
        "outlets": list(sources(story)),
    }


def _reports(record: Record) -> tuple[Report, ...]:
    return record.story.reports if record.story else ()


def _summary(record: Record) -> list[Quoted]:
    from bot.story import summary

    return summary(record.story) if record.story else []


def _article(report: Report, joined: Joined | None) -> dict[str, Any]:
    article = report.article
    return {
        "id": report.article_id,
        "url": article.url,
        "title": article.title,
        "source": article.source.name if article.source else None,
        "language": article.language,
        "published": iso(article.published),
        "watchlists": list(dict.fromkeys(match.watchlist for match in report.matches)),
        "joined": None
        if joined is None
        else {"kind": joined.kind, "by": joined.by, "score": _score(joined.score), "why": dict(joined.why)},
    }


def _step(step: StoredStep) -> dict[str, Any]:
    return {
        "date": step.date,
        "date_from": step.date_from,
        "concept": step.concept,
        "step": step.step,
        "rank": step.rank,
        "labels": step.labels,
        "watchlist": step.watchlist,
        "article": step.article_id,
        "sentence": step.sentence,
    }


def _possibly(tie: Tie, story_id: int) -> dict[str, Any]:
    outgoing = tie.story_id == story_id
    return {
        "tie": tie.id,
        "story": tie.other_id if outgoing else tie.story_id,
        "headline": tie.other_headline if outgoing else tie.headline,
        "article": tie.article_id,
        "score": _score(tie.score),
        "why": dict(tie.why),
    }


def tie_as_json(tie: Tie) -> dict[str, Any]:
    """An open tie with the two stories at its ends."""
    return {
        "tie": tie.id,
        "story": tie.story_id,
        "headline": tie.headline,
        "article": tie.article_id,
        "other": tie.other_id,
        "other_headline": tie.other_headline,
        "score": _score(tie.score),
        "why": dict(tie.why),
    }


def _score(score: float | None) -> float | None:
    return None if score is None else round(score, 3)


# --- text -----------------------------------------------------------------------------------------------------------


def as_text(record: Record, asked: int) -> Iterator[str]:
    """Lines for a terminal. `asked` is the id that was asked for: that of a merged story says so."""
    if asked != record.id:
        yield f"story {asked} was put into story {record.id}"
    summed = _summed(record)
    yield click.style(f"story {record.id}: {one_line(summed['headline'])}", bold=True)
    names = "; ".join(f"{concept}: {', '.join(found)}" for concept, found in summed["labels"].items())
    for title, value in (
        ("labels", names),
        ("first seen", summed["first_seen"]),
        ("published", summed["published"]),
        ("languages", ", ".join(summed["languages"])),
        ("outlets", _listed(summed["outlets"])),
        ("holds also", ", ".join(f"story {story_id}" for story_id in record.merged_from)),
    ):
        if value:
            yield f"{title:11}{one_line(value)}"
    # What several watchlists found is one line.
    yield from _headed("steps", [*dict.fromkeys(map(_step_line, record.steps))])
    yield from _headed("what happened", [_sentence(said) for said in _summary(record)])
    inside = {report.article_id for report in _reports(record)}
    entries: list[str] = []
    for report in _reports(record):
        entries += _entry(report, record.joined.get(report.article_id), inside)
    yield from _headed("articles", entries or ["none is left"])
    ties: list[str] = []
    for tie in record.possibly:
        found = _possibly(tie, record.id)
        ties.append(f"story {found['story']}: {one_line(found['headline'])}")
        ties.append(f"  tie {tie.id}, by article {tie.article_id}, score {tie.score:.2f}{_why(tie.why)}")
        ties.append(f"  kentongan story join {tie.id}, or kentongan story apart {tie.id}")
    yield from _headed("possibly the same event", ties)


def tie_as_text(tie: Tie) -> Iterator[str]:
    """An open tie in four lines."""
    yield f"tie {tie.id:<7}score {tie.score:.2f}, by article {tie.article_id}{_why(tie.why)}"
    yield f"{_INSET}story {tie.story_id}: {one_line(tie.headline)}"
    yield f"{_INSET}story {tie.other_id}: {one_line(tie.other_headline)}"


def _headed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _listed(outlets: list[str]) -> str:
    return f"{len(outlets)}: {', '.join(outlets)}" if outlets else "none"


def _sentence(said: Quoted) -> str:
    """A key sentence with the words that matched, and the article it stands in."""
    return f"{marked(safe(said.text), said.sentence.marks)} (article {said.report.article_id})"


def _step_line(step: StoredStep) -> str:
    names = ", ".join(label for found in step.labels.values() for label in found)
    when = step.date if step.date_from == "sentence" else f"{step.date} (published)"
    about = f" ({names})" if names else ""
    return f"{when}  {step.step}{about}, article {step.article_id}: “{one_line(step.sentence)}”"


def _entry(report: Report, joined: Joined | None, inside: set[int]) -> list[str]:
    article = report.article
    when = f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "undated"
    source = article.source.name if article.source else "-"
    return [
        f"{report.article_id:<8} {when}  {article.language or '??'}  {source}  {one_line(article.title)}",
        f"{_INSET[2:]}{one_line(article.url)}",
        f"{_INSET[2:]}{_reason(joined, inside)}",
    ]


def _reason(joined: Joined | None, inside: set[int]) -> str:
    if joined is None:
        return "it joined before reasons were kept"
    said = _REASONS.get(joined.kind, joined.kind)
    if joined.by is not None:
        there = "" if joined.by in inside else ", which is not here any more"
        link = {"copy": "of", "event": "as"}.get(joined.kind, "beside")
        said += f" {link} article {joined.by}{there}"
    score = "" if joined.score is None else f", score {joined.score:.2f}"
    return f"{said}{score}{_why(joined.why)}"


def _why(why: Why) -> str:
    kinds = [*(kind for kind in _KINDS if kind in why), *(kind for kind in why if kind not in _KINDS)]
    said = "; ".join(f"{kind} {', '.join(map(one_line, why[kind]))}" for kind in kinds)
    return f": {said}" if said else ""
