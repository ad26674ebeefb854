"""Stories for the tests of digests, made in a line each. It holds no tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.tell import Card

JAKARTA = ZoneInfo("Asia/Jakarta")
SEEN = datetime(2026, 5, 14, 3, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = {("partner", "indonesia"): "Indonesia", ("partner", "nato"): "NATO", ("step", "signed"): "signed"}
CARD = Card("japan", "Japan's partners", NAMES, "partner")
ANTARA = Source("antara", "ANTARA", tier=1, family="antara")
BODY = (
    "Officials of Indonesia met in Tokyo on Monday to talk.",
    "They agreed that ships would sail to Bitung in June.",
)


def source(name: str, tier: int = 3, family: str = "") -> Source:
    return Source(name, name.title(), tier=tier, family=family or name)


def evidence(text: str, part: Part, paragraph: int | None, label: str = "indonesia") -> list[Evidence]:
    at = text.find("Indonesia")
    return [] if at < 0 else [Evidence("partner", label, "Indonesia", part, paragraph, 0, at, at + 9, "Indonesia")]


def report(
    number: int = 1,
    of: Source = ANTARA,
    *,
    labels: tuple[str, ...] = ("indonesia",),
    title: str = "",
    body: tuple[str, ...] = BODY,
    published: datetime | None = SEEN,
    seen: datetime = SEEN,
    basis: Basis = Basis.PAGE,
    priority: Priority = Priority.NORMAL,
    language: str = "en",
    rule: str = "partnership",
) -> Report:
    title = title or f"Headline {number}"
    article = Article(
        f"https://{of.name}.example/{number}",
        title,
        body,
        body[0] if body else "",
        language=language,
        published=published,
        basis=basis,
        source=of,
    )
    found = evidence(title, Part.TITLE, None)
    for place, text in enumerate(body):
        found += evidence(text, Part.BODY, place)
    match = Match("japan", rule, priority, {"partner": labels} if labels else {}, tuple(found))
    return Report(number, article, seen, (match,))


def story(*reports: Report) -> Story:
    return Story(reports[0].article_id, "japan", reports)


def plain_story(number: int = 1, **changes: object) -> Story:
    return story(report(number, **changes))  # type: ignore[arg-type]  # the arguments of `report`


def step(rank: int = 3, name: str = "signed", **changes: object) -> Step:
    made = Step("step", name, rank, {}, "2026-05-13", "sentence", Part.BODY, 0, BODY[0])
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of a step
