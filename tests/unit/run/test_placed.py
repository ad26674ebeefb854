"""What of an article's dates can be stored: none that lies after the moment at which the article was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import Article, Entry
from bot.run.read import placed
from bot.store.pages import Page

SEEN = datetime(2024, 7, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = Page(1, "https://warta.example/1", "warta.example", "warta", 1, SEEN, 0, False, SEEN)


def article(published: datetime | None, modified: datetime | None = None) -> Article:
    return Article(
        PAGE.url, "Title", ("Text.",), published=published, published_from="page", modified=modified,
        published_raw="8 Juli 2024 20:00",
    )  # fmt: skip


def entry(published: datetime) -> Entry:
    return Entry(None, None, "Title", (), published)


def test_a_date_in_the_future_gives_way_to_the_feeds_and_stays_as_printed() -> None:
    stored = placed(article(SEEN + HOUR), PAGE, entry(SEEN - HOUR), SEEN)
    assert (stored.published, stored.published_from) == (SEEN - HOUR, "feed")
    assert stored.published_raw == "8 Juli 2024 20:00"


def test_where_the_feeds_lies_in_the_future_too_it_was_published_when_it_was_seen() -> None:
    stored = placed(article(SEEN + HOUR), PAGE, entry(SEEN + 2 * HOUR), SEEN + HOUR)
    assert (stored.published, stored.published_from) == (SEEN, "seen")
    assert placed(article(SEEN + HOUR), PAGE, None, SEEN).published == SEEN


def test_a_clock_a_little_ahead_and_a_missing_date_are_left() -> None:
    ahead = SEEN + timedelta(minutes=9)
    assert placed(article(ahead), PAGE, None, SEEN).published == ahead
    assert placed(article(None), PAGE, entry(SEEN), SEEN).published is None


def test_a_change_in_the_future_is_none() -> None:
    assert placed(article(SEEN - HOUR, SEEN + HOUR), PAGE, None, SEEN).modified is None
    assert placed(article(SEEN - HOUR, SEEN + HOUR), PAGE, None, SEEN + HOUR).modified == SEEN + HOUR
