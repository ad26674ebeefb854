"""Which stories a subscription wants."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Article, Match, Priority, Report, Source, Story, Wants
from bot.tell.wanted import Unwanted, loudness, unwanted

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def story(*reports: tuple[str, int | None, str, Priority]) -> Story:
    """A story of reports: language, tier, label, priority."""
    made = []
    for number, (language, tier, label, priority) in enumerate(reports):
        source = None if tier is None else Source("s", "S", tier=tier)
        article = Article(f"https://s.example/{number}", "T", ("Text.",), language=language, source=source)
        match = Match("w", "r", priority, {"partner": (label,), "act": ("signed",)}, (), "v")
        made.append(Report(number, article, NOW, (match,)))
    return Story(1, "w", tuple(made))


ONE = story(("en", 2, "nato", Priority.NORMAL))
TWO = story(("en", 3, "nato", Priority.NORMAL), ("id", 1, "indonesia", Priority.URGENT))


@pytest.mark.parametrize(
    ("wants", "of_one", "of_two"),
    [
        (Wants(), None, None),
        (Wants(labels=("partner:indonesia",)), Unwanted.OTHER_LABELS, None),
        (Wants(labels=("partner:indonesia", "partner:nato")), None, None),
        (Wants(labels=("act:indonesia",)), Unwanted.OTHER_LABELS, Unwanted.OTHER_LABELS),
        (Wants(urgent_only=True), Unwanted.NOT_URGENT, None),
        (Wants(languages=("id", "ja")), Unwanted.OTHER_LANGUAGES, None),
        (Wants(tier=1), Unwanted.LOWER_TIER, None),
        (Wants(tier=2), None, None),
        (Wants(silent=True), None, None),
    ],
)
def test_one_label_one_language_and_one_source_are_enough(
    wants: Wants, of_one: Unwanted | None, of_two: Unwanted | None
) -> None:
    assert unwanted(wants, ONE, loudness(ONE)) is of_one
    assert unwanted(wants, TWO, loudness(TWO)) is of_two


def test_an_article_without_a_source_is_of_no_tier() -> None:
    assert unwanted(Wants(tier=2), story(("en", None, "nato", Priority.URGENT)), None) is Unwanted.LOWER_TIER


def test_what_speaks_in_a_normal_voice_now_is_not_urgent_whatever_it_was_before() -> None:
    assert unwanted(Wants(urgent_only=True), TWO, Priority.NORMAL) is Unwanted.NOT_URGENT
