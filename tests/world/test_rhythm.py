"""When feeds are asked again, and how: the real client and database, a fake web and its log, a clock set by hand."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from fakefeeds import rss
from fakeweb import FakeWeb, Item, Request, Response
from feedroom import Room, feedroom

from bot.errors import FetchError
from bot.run.asking import FULL_EVERY
from bot.run.engine import FeedResult
from bot.run.setup import align
from bot.run.silence import SILENT_AFTER
from bot.store import feeds

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOVED = "127.0.0.2"


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as made:
        yield made


@pytest.fixture
async def room(tmp_path: Path, web: FakeWeb, now: datetime) -> AsyncIterator[Room]:
    async with feedroom(tmp_path, web, now, every="10m", slowest="24h") as made:
        yield made


def items(*numbers: int) -> list[Item]:
    return [Item(f"Headline {number}", f"/news/{number}", f"Text of {number}.") for number in numbers]


def conditional(request: Request) -> bool:
    return "if-none-match" in request.headers or "if-modified-since" in request.headers


# --- rhythm ---------------------------------------------------------------------------------------------------------


async def test_after_its_first_week_a_quiet_feed_is_polled_less_often_than_a_busy_one(
    tmp_path: Path, web: FakeWeb, now: datetime
) -> None:
    """The busy feed has a new entry every half hour, the quiet one every other day."""
    async with feedroom(tmp_path, web, now, every="2h", slowest="24h") as room:

        def serve(path: str, gap: timedelta) -> None:
            def answer(request: Request) -> Response:
                count = (room.now - now) // gap
                newest = range(count, max(-1, count - 10), -1)
                return Response(rss(items(*newest), base=web.url("")), 200, {"Content-Type": "application/rss+xml"})

            web.respond(path, answer)

        serve("/busy.xml", HOUR / 2)
        serve("/quiet.xml", 2 * DAY)
        await room.add("/busy.xml")
        await room.add("/quiet.xml")
        polls: dict[str, list[int]] = {"/busy.xml": [], "/quiet.xml": []}
        for week in range(2):
            await room.until(now + (week + 1) * 7 * DAY - MINUTE)
            for path, counts in polls.items():
                counts.append(len(web.asked(path)) - sum(counts))
        assert polls["/busy.xml"] == [84, 84]
        # An entry in two days and four polls for each of them: one in twelve hours.
        assert polls["/quiet.xml"][0] == 84
        assert 12 <= polls["/quiet.xml"][1] <= 18


async def test_what_a_document_asks_for_holds_after_a_304_too(room: Room, web: FakeWeb) -> None:
    body = rss(items(1), base=web.url("")).replace("<item>", "<ttl>120</ttl><item>", 1)
    web.page("/rss.xml", body, headers={"Content-Type": "application/rss+xml"}, validators=True)
    url = await room.add("/rss.xml")
    await room.poll()
    assert (await room.feed(url)).due_at == room.now + 10 * MINUTE
    room.now += 8 * DAY
    await room.poll()
    assert web.asked("/rss.xml")[-1].status == 304
    assert (await room.feed(url)).due_at == room.now + DAY
    for number in range(2, 60):
        room.now += 2 * HOUR / 58
        web.page(
            "/rss.xml", body.replace("<item>", f"<item><title>{number}</title><link>/{number}</link></item><item>", 1),
            headers={"Content-Type": "application/rss+xml"}, validators=True,
        )  # fmt: skip
        await room.poll(at_once=True)
    # Busy enough for ten minutes: what is left is the document's wish.
    assert (await room.feed(url)).due_at == room.now + 2 * HOUR


async def test_a_server_that_asks_for_patience_has_it_for_all_its_feeds_even_after_a_restart(
    room: Room, web: FakeWeb
) -> None:
    web.respond("/one.xml", Response(b"", 429, {"Retry-After": "7200"}))
    web.feed("/later.xml", items(1))
    web.feed("/now.xml", items(1))
    web.feed("/elsewhere.xml", items(1), host=MOVED)
    later = await room.add("/later.xml")
    await room.poll()
    room.now += MINUTE
    await room.add("/one.xml")
    now = await room.add("/now.xml")
    await room.add("/elsewhere.xml", MOVED)
    await room.poll()
    assert [len(web.asked(path)) for path in ("/one.xml", "/now.xml", "/later.xml", "/elsewhere.xml")] == [1, 0, 1, 1]
    until = room.now + 2 * HOUR
    for url in (now, later):
        held = await room.feed(url)
        assert (held.due_at, held.failures) == (until, 0)
    room.engine.client._pace._hosts.clear()  # as a restart would
    await room.until(until - MINUTE)
    assert [len(web.asked(path)) for path in ("/one.xml", "/now.xml", "/later.xml", "/elsewhere.xml")] == [1, 0, 1, 12]
    await room.until(until + MINUTE)
    # The feed that brought it about does not keep the others waiting for ever.
    assert [len(web.asked(path)) for path in ("/one.xml", "/now.xml", "/later.xml")] == [2, 1, 2]


async def test_a_host_behind_a_redirect_that_asks_for_patience_has_it_after_a_restart(room: Room, web: FakeWeb) -> None:
    web.redirect("/rss.xml", web.url("/real.xml", MOVED))
    web.respond("/real.xml", Response(b"", 503, {"Retry-After": "7200"}), host=MOVED)
    await room.add("/rss.xml")
    await room.poll()
    room.engine.client._pace._hosts.clear()  # as a restart would
    await align(room.engine)
    until = room.now + 2 * HOUR
    assert room.engine.client.host_not_before(MOVED) == until
    with pytest.raises(FetchError, match="wants no request before"):
        await room.engine.client.get(web.url("/other", MOVED))
    assert len(web.asked("/other", MOVED)) == 0


async def test_a_server_that_stumbles_over_the_question_is_asked_without_it_the_next_time(
    room: Room, web: FakeWeb
) -> None:
    def answer(request: Request) -> Response:
        if "if-none-match" in request.headers:
            return Response(b"", 412)
        return Response(rss([*items(1)]), 200, {"ETag": '"1"', "Content-Type": "application/rss+xml"})

    web.respond("/rss.xml", answer)
    url = await room.add("/rss.xml")
    outcomes = [(await room.next())[0].outcome for _ in range(4)]
    assert outcomes == ["read", "failed", "unchanged", "failed"]
    assert (await room.feed(url)).failures == 1


async def test_a_feed_that_fails_is_asked_ever_later_but_always_again(room: Room, web: FakeWeb) -> None:
    url = await room.add("/none.xml")
    start, hours = room.now, []
    for _ in range(12):
        hours.append((room.now - start) / HOUR)
        await room.next()
    gaps = [after - before for before, after in itertools.pairwise(hours)]
    assert gaps == sorted(gaps)
    assert (await room.feed(url)).due_at == room.now + DAY
    web.feed("/none.xml", items(1))
    await room.next()
    assert (await room.feed(url)).due_at == room.now + 10 * MINUTE


# --- conditional requests -------------------------------------------------------------------------------------------


async def test_polls_are_conditional_with_both_validators_but_for_one_in_twenty(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(1, 2), validators=True)
    await room.add("/rss.xml")
    for _ in range(2 * FULL_EVERY + 1):
        await room.next()
    asked = web.asked("/rss.xml")
    assert not conditional(asked[0])
    whole = [number for number, request in enumerate(asked) if not conditional(request)]
    assert whole == [0, FULL_EVERY, 2 * FULL_EVERY]
    assert {request.status for number, request in enumerate(asked) if number not in whole} == {304}
    both = [request for request in asked if conditional(request)]
    assert all({"if-none-match", "if-modified-since"} <= set(request.headers) for request in both)
    # An equal body costs no parse.
    assert room.parsed == [2]


async def test_a_strong_etag_that_hides_news_is_found_out_and_never_trusted_again(room: Room, web: FakeWeb) -> None:
    served = [items(1)]

    def answer(request: Request) -> Response:
        if request.headers.get("if-none-match") == '"always"':
            return Response(b"", 304, {"ETag": '"always"'})
        body = rss(served[-1], base=web.url(""))
        return Response(body, 200, {"Content-Type": "application/rss+xml", "ETag": '"always"'})

    web.respond("/rss.xml", answer)
    url = await room.add("/rss.xml")
    await room.poll()
    served.append(items(1, 2))
    for _ in range(FULL_EVERY - 1):
        await room.next()
    assert await room.entries() == 1
    await room.next()
    assert await room.entries() == 2
    kept = (await room.feed(url)).kept
    assert kept is not None
    assert not kept.trusted
    served.append(items(1, 2, 3))
    before = len(web.asked("/rss.xml"))
    for _ in range(3):
        await room.next()
    assert await room.entries() == 3
    assert not any(conditional(request) for request in web.asked("/rss.xml")[before:])


async def test_validators_are_dropped_when_the_source_is_read_differently(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(1, 2), validators=True)
    await room.add("/rss.xml")
    await room.poll()
    await room.next()
    assert web.requests[-1].status == 304
    source = room.engine.config.sources["antara"]
    room.engine.config.sources["antara"] = replace(source, timezone="Asia/Tokyo")  # type: ignore[index]  # a dict behind it
    await room.next()
    assert not conditional(web.requests[-1])
    # All of it is read anew, and nothing is new.
    assert room.parsed == [2, 2]
    assert await room.entries() == 2
    await room.next()
    assert web.requests[-1].status == 304


async def test_what_a_new_parser_reads_differently_is_not_the_publishers_change(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(1, 2))
    await room.add("/rss.xml")
    await room.poll()
    # As the new parser would see it.
    web.feed("/rss.xml", [Item(item.title, item.path, "Another text.") for item in items(1, 2)])
    source = room.engine.config.sources["antara"]
    room.engine.config.sources["antara"] = replace(source, language="id")  # type: ignore[index]  # a dict behind it
    await room.next()
    assert await room.rows("SELECT changes, rereads FROM entries JOIN pages ON pages.id = page_id") == [(0, 0)] * 2
    # From now on that is what it is.
    web.feed("/rss.xml", [Item(item.title, item.path, "A third text.") for item in items(1, 2)])
    await room.next()
    assert await room.rows("SELECT changes FROM entries") == [(1,), (1,)]


# --- moving and going -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
async def test_a_feed_that_has_moved_for_good_is_asked_there_after_two_good_polls(
    room: Room, web: FakeWeb, status: int
) -> None:
    web.redirect("/old.xml", web.url("/new.xml", MOVED), status)
    one, two = (Item(f"Headline {number}", web.url(f"/news/{number}")) for number in (1, 2))
    web.feed("/new.xml", [one], host=MOVED, validators=True)
    url = await room.add("/old.xml")
    await room.poll()
    await room.next()
    assert (len(web.asked("/old.xml")), len(web.asked("/new.xml", MOVED))) == (2, 2)
    for _ in range(3):
        await room.next()
    assert (len(web.asked("/old.xml")), len(web.asked("/new.xml", MOVED))) == (2, 5)
    kept = (await room.feed(url)).kept
    assert kept is not None
    assert kept.note == f"moved for good to {web.url('/new.xml', MOVED)}: list that address"
    # Where it moved to fails: the listed address is asked again.
    web.remove("/new.xml", host=MOVED)
    web.feed("/old.xml", [one, two])
    await room.next()
    assert (await room.feed(url)).failures == 1
    await room.next()
    assert (await room.feed(url)).failures == 0
    assert await room.entries() == 2


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_is_followed_every_time(room: Room, web: FakeWeb, status: int) -> None:
    web.redirect("/old.xml", web.url("/new.xml", MOVED), status)
    web.feed("/new.xml", items(1), host=MOVED)
    await room.add("/old.xml")
    for _ in range(5):
        await room.next()
    assert len(web.asked("/old.xml")) == 5


async def test_a_redirect_to_what_is_no_feed_proves_nothing(room: Room, web: FakeWeb) -> None:
    web.redirect("/old.xml", web.url("/login", MOVED), 301)
    web.page("/login", "<html><p>Please sign in.</p></html>", host=MOVED)
    url = await room.add("/old.xml")
    for _ in range(4):
        await room.next()
    assert len(web.asked("/old.xml")) == 4
    assert (await room.feed(url)).failures == 4


async def test_a_redirect_to_another_listed_feed_is_said(room: Room, web: FakeWeb) -> None:
    web.feed("/new.xml", items(1), host=MOVED)
    web.redirect("/old.xml", web.url("/new.xml", MOVED), 302)
    new, old = await room.add("/new.xml", MOVED), await room.add("/old.xml")
    await room.poll()
    await room.next()
    kept = (await room.feed(old)).kept
    assert kept is not None
    assert kept.note == f"answered from {new}, as is {new} of antara: one of them is enough"
    other = (await room.feed(new)).kept
    assert other is not None
    assert other.note is None


async def test_a_feed_that_is_gone_is_told_of_at_once_and_asked_once_a_week(room: Room, web: FakeWeb) -> None:
    web.respond("/rss.xml", Response(b"", 410))
    url = await room.add("/rss.xml")
    await room.poll()
    feed = await room.feed(url)
    assert (feed.gone, feed.due_at) == (True, room.now + DAY)
    (notice,) = await room.notices()
    assert "gone: antara" in notice
    assert url in notice
    await room.next()
    assert (await room.feed(url)).due_at == room.now + 7 * DAY
    assert len(await room.notices()) == 1
    web.feed("/rss.xml", items(1))
    await room.next()
    assert "works again" in (await room.notices())[-1]
    assert (await room.feed(url)).due_at == room.now + 10 * MINUTE


async def test_one_notice_is_written_when_a_feed_falls_silent_and_one_when_it_is_back(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(1))
    await room.add("/rss.xml")
    await room.poll()
    web.respond("/rss.xml", Response(b"", 503))
    for failures in range(1, SILENT_AFTER + 5):
        await room.next()
        assert len(await room.notices()) == (failures >= SILENT_AFTER)
    assert "503" in (await room.notices())[0]
    web.feed("/rss.xml", items(1))
    for _ in range(5):
        await room.next()
    assert len(await room.notices()) == 2


async def test_a_line_that_is_down_makes_one_notice_or_two_not_one_for_each_feed(room: Room, web: FakeWeb) -> None:
    for number in range(30):
        await room.add(f"/{number}.xml")
    web.close("127.0.0.1")
    for _ in range(SILENT_AFTER + 1):
        await room.next()
    notices = await room.notices()
    assert 1 <= len(notices) <= 3
    assert "perhaps this machine has no way out" in notices[-1]
    web.open("127.0.0.1")


# --- only what is new -----------------------------------------------------------------------------------------------


async def test_only_items_that_were_not_read_before_are_parsed(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(*range(20)))
    await room.add("/rss.xml")
    await room.poll()
    web.feed("/rss.xml", items(30, *range(20)))
    (result,) = await room.next()
    assert (result.new, result.entries) == (1, 21)
    assert room.parsed == [20, 1]
    assert await room.entries() == 21


async def test_an_item_that_left_and_comes_back_is_known(room: Room, web: FakeWeb) -> None:
    for numbers in ((1, 2, 3), (2, 3), (1, 2, 3)):
        web.feed("/rss.xml", items(*numbers))
        await (room.next() if room.listed else room.add("/rss.xml"))
        await room.poll()
    assert await room.entries() == 3


async def test_an_item_with_another_text_is_found_changed(room: Room, web: FakeWeb) -> None:
    web.feed("/rss.xml", items(1, 2, 3))
    await room.add("/rss.xml")
    await room.poll()
    changed = Item("Headline 2", "/news/2", "Another text of 2.")
    web.feed("/rss.xml", [items(1)[0], changed, items(3)[0]])
    (result,) = await room.next()
    assert (result.new, await room.entries()) == (0, 3)
    assert room.parsed == [3, 1]
    assert await room.rows("SELECT title, changes FROM entries WHERE changes > 0") == [("Headline 2", 1)]


async def test_a_flood_is_measured_against_all_that_is_listed(room: Room, web: FakeWeb) -> None:
    """Twelve new ones of forty are news, though all twelve that are parsed are new."""
    web.feed("/rss.xml", items(*range(28)))
    await room.add("/rss.xml")
    await room.poll()
    web.feed("/rss.xml", items(*range(40)))
    await room.next()
    assert room.parsed == [28, 12]
    assert await room.rows("SELECT count(*) FROM pages WHERE quiet") == [(28,)]


@pytest.mark.parametrize("mark", ["#post-{}", "?utm_content={}"])
async def test_entries_of_a_live_blog_are_told_apart_though_only_the_newest_is_unread(
    room: Room, web: FakeWeb, mark: str
) -> None:
    def posts(*numbers: int) -> list[Item]:
        return [Item(f"Post {number}", "/live" + mark.format(number), f"Text {number}.") for number in numbers]

    web.feed("/rss.xml", posts(1))
    await room.add("/rss.xml")
    await room.poll()
    for number in range(2, 6):
        web.feed("/rss.xml", posts(*range(number, 0, -1)))
        (result,) = await room.next()
        assert result.new == 1
    assert await room.entries() == 5


async def test_ids_that_are_all_the_same_are_no_ids_though_only_one_item_is_unread(room: Room, web: FakeWeb) -> None:
    for count in range(1, 6):
        web.feed("/rss.xml", [Item(f"Story {n}", f"/n/{n}", f"Text {n}.", guid="rss") for n in range(count, 0, -1)])
        (result,) = await (room.next() if room.listed else _first(room))
        assert result.new == 1
    assert await room.entries() == 5


async def _first(room: Room) -> list[FeedResult]:
    await room.add("/rss.xml")
    return await room.poll()


async def test_a_document_that_was_not_stored_is_read_whole_the_next_time(
    room: Room, web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashes are remembered with the entries or not at all."""
    web.feed("/rss.xml", items(1), validators=True)
    await room.add("/rss.xml")
    await room.poll()
    web.feed("/rss.xml", items(1, 2), validators=True)

    async def fails(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(feeds, "record_success", fails)
        with pytest.raises(RuntimeError):
            await room.next()
    room.now += HOUR
    (result,) = await room.poll()
    assert (result.new, await room.entries()) == (1, 2)


async def test_an_expiry_in_the_far_future_delays_a_feed_by_a_day_at_most(room: Room, web: FakeWeb) -> None:
    headers = {"Expires": format_datetime(room.now + 5000 * DAY, usegmt=True), "Date": ""}
    web.feed("/rss.xml", items(1), headers=headers)
    url = await room.add("/rss.xml")
    await room.poll()
    assert (await room.feed(url)).due_at == room.now + DAY
