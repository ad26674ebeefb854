"""How a feed is asked, and what its answers prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.model import ParsedFeed, Source
from bot.run.asking import (
    FULL_EVERY,
    address_of,
    kept_after_read,
    kept_after_same,
    reading_of,
    unchanged,
    validators_of,
)
from bot.store.feed_rows import Feed, Kept
from bot.web import Fetched, Validators

URL, NEW = "https://a.example/rss", "https://b.example/feed"
KEPT = Kept(URL, '"1"', "Mon, 05 Jan 2026 08:00:00 GMT", "hash", reading="r")
BODY = Fetched(URL, 200, False, b"x", etag='"2"', last_modified="Tue, 06 Jan 2026 08:00:00 GMT")
SAME = Fetched(URL, 304, True, b"", etag='"other"')


@pytest.fixture
def feed(now: datetime) -> Feed:
    return Feed(1, URL, "a", "a.example", 1, now, None, 0, KEPT, now, now)


def after_read(feed: Feed, fetched: Fetched, *, news: bool = True, reading: str = "r") -> Kept:
    return kept_after_read(feed, fetched, ParsedFeed("", "rss20", ()), reading, "new hash", news=news)


def with_kept(feed: Feed, **changes: object) -> Feed:
    return replace(feed, kept=replace(KEPT, **changes))  # type: ignore[arg-type]  # the fields of what is kept


def test_both_validators_of_the_last_answer_are_sent_or_none(feed: Feed) -> None:
    assert validators_of(feed, "r") == Validators(URL, KEPT.etag, KEPT.last_modified)
    assert validators_of(with_kept(feed, etag=None, last_modified=None), "r") is None
    assert validators_of(replace(feed, kept=None), "r") is None


def test_a_304_confirms_the_validators_it_was_asked_with(feed: Feed) -> None:
    kept = kept_after_same(feed, KEPT, SAME)
    assert (kept.etag, kept.last_modified, kept.unproven) == (KEPT.etag, KEPT.last_modified, 1)


def test_the_same_body_again_brings_its_own_validators_and_proves_them(feed: Feed) -> None:
    kept = kept_after_same(with_kept(feed, unproven=7), replace(KEPT, unproven=7), replace(BODY, last_modified=None))
    assert (kept.etag, kept.last_modified, kept.unproven, kept.body_hash) == ('"2"', None, 0, "hash")


def test_one_poll_in_twenty_goes_without_validators(feed: Feed) -> None:
    asked = []
    for _ in range(2 * FULL_EVERY):
        assert feed.kept is not None
        asked.append(validators_of(feed, "r") is not None)
        feed = replace(feed, kept=kept_after_same(feed, feed.kept, SAME if asked[-1] else BODY))
    assert asked.count(False) == 2
    assert asked[FULL_EVERY - 1] is False


def test_a_strong_etag_that_stays_while_the_body_changes_is_never_trusted_again(feed: Feed) -> None:
    kept = after_read(feed, replace(BODY, etag=KEPT.etag), news=False)
    assert not kept.trusted
    feed = replace(feed, kept=kept)
    assert validators_of(feed, "r") is None
    # Nor after a poll in which it does change.
    assert not after_read(feed, replace(BODY, etag='"3"')).trusted
    assert not kept_after_same(feed, kept, BODY).trusted


def test_a_weak_etag_and_a_date_may_stay_while_no_news_is_behind_them(feed: Feed) -> None:
    for etag in ('W/"1"', None):
        before = with_kept(feed, etag=etag)
        answer = replace(BODY, etag=etag, last_modified=KEPT.last_modified)
        assert after_read(before, answer, news=False).trusted
        assert not after_read(before, answer, news=True).trusted


def test_validators_that_change_with_the_body_are_trusted(feed: Feed) -> None:
    assert after_read(feed, BODY).trusted
    assert after_read(
        with_kept(feed, etag=None, last_modified=None), replace(BODY, etag=None, last_modified=None)
    ).trusted


def test_another_server_is_trusted_anew(feed: Feed) -> None:
    assert after_read(with_kept(feed, trusted=False), replace(BODY, url=NEW)).trusted


def test_validators_and_hash_count_only_for_what_is_read_in_the_same_way(feed: Feed) -> None:
    assert validators_of(feed, "another parser") is None
    assert unchanged(KEPT, "r", "hash")
    assert not unchanged(KEPT, "another parser", "hash")
    assert not unchanged(KEPT, "r", "another hash")
    # The body is another only since it is read differently: no proof of a lie.
    assert after_read(feed, replace(BODY, etag=KEPT.etag), reading="another parser").trusted


def test_a_reading_is_another_when_the_sources_zone_or_language_is() -> None:
    source = Source("a", "A", timezone="Asia/Jakarta", language="id")
    assert reading_of(source) == reading_of(replace(source, title="B", tier=1))
    others = [None, replace(source, timezone="Asia/Tokyo"), replace(source, language="ja")]
    assert len({reading_of(source), *map(reading_of, others)}) == 4


# --- moving ---------------------------------------------------------------------------------------------------------


def redirected(feed: Feed, to: str | None, final: str = NEW) -> Feed:
    return replace(feed, kept=after_read(feed, replace(BODY, url=final, moved_to=to)))


def test_a_permanent_redirect_is_asked_directly_after_two_good_polls(feed: Feed) -> None:
    once = redirected(feed, NEW)
    assert address_of(once) == URL
    assert once.kept is not None
    # A 304 from there proves it as well.
    twice = replace(once, kept=kept_after_same(once, once.kept, replace(SAME, url=NEW, moved_to=NEW)))
    assert address_of(twice) == NEW
    direct = redirected(twice, None)
    assert address_of(direct) == NEW


def test_a_temporary_redirect_is_never_kept(feed: Feed) -> None:
    for _ in range(5):
        feed = redirected(feed, None)
        assert address_of(feed) == URL


def test_a_redirect_to_another_place_begins_its_proof_anew(feed: Feed) -> None:
    there = redirected(redirected(feed, NEW), NEW)
    elsewhere = redirected(there, "https://c.example/feed", "https://c.example/feed")
    assert address_of(elsewhere) == URL
    assert address_of(redirected(redirected(feed, NEW), None)) == URL


@pytest.mark.parametrize(
    "inside", ["http://127.0.0.1/x", "http://10.0.0.1:81/x", "http://[::1]/x", "http://169.254.169.254/"]
)
def test_a_public_server_never_moves_a_feed_to_a_private_number(feed: Feed, inside: str) -> None:
    for _ in range(3):
        feed = redirected(feed, inside, inside)
        assert address_of(feed) == URL


def test_a_feed_inside_may_move_inside(feed: Feed) -> None:
    feed = replace(feed, url="http://10.0.0.1/rss")
    for _ in range(2):
        feed = redirected(feed, "http://10.0.0.2/rss", "http://10.0.0.2/rss")
    assert address_of(feed) == "http://10.0.0.2/rss"
