"""What becomes of a message for each answer a courier may give, over a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scene import ANALYST, MINUTE, OTHER, SECOND, TOPIC, Failure, Scene, scene

from bot.errors import Outcome
from bot.model import DeliveryKind, DeliveryStatus, Destination
from bot.run.alerting import REPEATED
from bot.run.deliver import CHAT_RESTS, LEASE, deliver
from bot.run.fate import GIVE_UP, IN_DOUBT
from bot.store import chats, deliveries, ledger, sending
from bot.store.chats import ChatState
from bot.tell import Message
from bot.tell.pictures import Series, VolumePlot
from bot.tell.tree import to_json

SENT, PENDING, UNCERTAIN, DEAD = (
    DeliveryStatus.SENT,
    DeliveryStatus.PENDING,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.DEAD,
)
HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene(tmp_path, now) as made:
        yield made


async def everything(stage: Scene) -> None:
    """Delivers until nothing is due."""
    for _ in range(50):
        if await deliver(stage.engine) == 0:
            return
    raise AssertionError("deliver never ends")


async def test_a_message_that_arrives_is_sent_with_its_id_and_hour(stage: Scene) -> None:
    await stage.order()
    assert await deliver(stage.engine) == 1
    row = (await stage.ledger())["k"]
    assert (row.status, row.message_id, row.sent_at, row.due_at) == (SENT, 1001, stage.now, None)
    assert await deliver(stage.engine) == 0


async def test_the_row_says_sending_before_a_byte_leaves(stage: Scene) -> None:
    async def look() -> None:
        row = (await stage.ledger())["k"]
        assert (row.status, row.attempts, row.due_at) == (DeliveryStatus.SENDING, 1, stage.now + LEASE)

    stage.courier.script = [look]
    await stage.order()
    await everything(stage)
    assert (await stage.ledger())["k"].status is SENT


async def test_a_program_that_is_about_to_end_sends_the_message_in_hand_and_no_other(stage: Scene) -> None:
    async def stop() -> None:
        stage.engine.stopping = True

    stage.courier.script = [stop]
    for key in "abc":
        await stage.order(key)
    await deliver(stage.engine)
    assert stage.courier.texts == ["a"]
    assert {key: row.status for key, row in (await stage.ledger()).items()} == {"a": SENT, "b": PENDING, "c": PENDING}


# --- surely not delivered -------------------------------------------------------------------------------------------


async def test_what_surely_did_not_arrive_is_tried_again_unmarked(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.RETRY)]
    await stage.order()
    await everything(stage)
    row = (await stage.ledger())["k"]
    assert (row.status, row.error) == (PENDING, "the server says retry")
    stage.pass_time(10 * SECOND)
    await everything(stage)
    assert stage.courier.texts == ["k", "k"]
    assert (await stage.ledger())["k"].status is SENT


async def test_a_chat_that_cannot_be_reached_is_asked_once_not_once_for_each_message(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.RETRY)]
    for number in range(5):
        await stage.order(f"{number}")
    await everything(stage)
    assert stage.courier.texts == ["0"]
    stage.pass_time(10 * SECOND)
    await everything(stage)
    assert sorted(stage.courier.texts) == ["0", "0", "1", "2", "3", "4"]


async def test_a_wait_that_telegram_asks_for_is_kept_with_the_chat(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.RETRY, retry_after=12 * HOUR)]
    await stage.order("one")
    await stage.order("two")
    await stage.order("other chat", to=OTHER)
    await everything(stage)
    assert (await stage.chat()).not_before == stage.now + 12 * HOUR
    assert sorted(stage.courier.texts) == ["one", "other chat"]
    stage.pass_time(12 * HOUR - SECOND)
    await everything(stage)
    assert len(stage.courier.asked) == 2
    stage.pass_time(SECOND)
    await everything(stage)
    assert {row.status for row in (await stage.ledger()).values()} == {SENT}


async def test_back_off_grows_and_ends(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.RETRY)] * 100
    await stage.order()
    waits = []
    for _ in range(12):
        await everything(stage)
        due_at = (await stage.ledger())["k"].due_at
        assert due_at is not None
        waits.append(due_at - stage.now)
        stage.pass_time(due_at - stage.now)
    assert waits[:3] == [10 * SECOND, 20 * SECOND, 40 * SECOND]
    assert waits[-1] == 30 * MINUTE


async def test_a_message_that_never_gets_through_is_given_up_after_a_day(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.RETRY)] * 200
    await stage.order()
    begun = stage.now
    while (row := (await stage.ledger())["k"]).status is PENDING:
        assert row.due_at is not None
        stage.now = max(row.due_at, stage.now)
        await everything(stage)
    assert (row.status, row.due_at, row.error) == (DEAD, None, "the server says retry")
    assert GIVE_UP < stage.now - begun < GIVE_UP + HOUR


async def test_a_message_that_is_old_because_the_bot_was_off_is_not_given_up_at_its_first_failure(
    stage: Scene,
) -> None:
    stage.courier.script = [Failure(Outcome.RETRY)]
    await stage.order()
    stage.pass_time(3 * GIVE_UP)
    await everything(stage)
    assert (await stage.ledger())["k"].status is PENDING
    stage.pass_time(MINUTE)
    await everything(stage)
    assert (await stage.ledger())["k"].status is SENT


async def test_a_refused_token_stops_sending_and_fails_nothing(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.UNAUTHORIZED)] * 300
    await stage.order("one")
    await stage.order("two")
    for _ in range(100):
        await everything(stage)
        stage.pass_time(30 * MINUTE)
    assert {row.status for row in (await stage.ledger()).values()} == {PENDING}
    stage.courier.script = []
    stage.pass_time(HOUR)
    await everything(stage)
    assert {row.status for row in (await stage.ledger()).values()} == {SENT}


async def test_a_refused_token_is_asked_about_slowly(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.UNAUTHORIZED)] * 300
    for number in range(20):
        await stage.order(f"{number}")
    for _ in range(60):
        await everything(stage)
        stage.pass_time(10 * SECOND)
    assert len(stage.courier.asked) == 600 * SECOND // CHAT_RESTS


# --- perhaps delivered ----------------------------------------------------------------------------------------------


async def test_an_alert_in_doubt_is_repeated_once_after_a_while_and_says_so(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    await stage.order()
    await everything(stage)
    assert (await stage.ledger())["k"].status is UNCERTAIN
    stage.pass_time(IN_DOUBT - SECOND)
    await everything(stage)
    assert len(stage.courier.asked) == 1
    stage.pass_time(SECOND)
    await everything(stage)
    assert stage.courier.texts == ["k", f"{REPEATED}\nk"]
    row = (await stage.ledger())["k"]
    assert (row.status, row.repeats) == (SENT, 1)


async def test_an_alert_in_doubt_twice_waits_for_a_human(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN)] * 9
    await stage.order()
    for _ in range(10):
        await everything(stage)
        stage.pass_time(HOUR)
    # Its reader is offered it, until that is known to have arrived.
    assert stage.courier.texts[:2] == ["k", f"{REPEATED}\nk"]
    assert all("the line broke twice" in text for text in stage.courier.texts[2:])
    row = (await stage.ledger())["k"]
    assert (row.status, row.due_at, row.repeats) == (UNCERTAIN, None, 1)
    assert (await stage.ledger())[f"notice:doubt:{row.id}"].status is DeliveryStatus.SENT


async def test_a_repeat_that_surely_did_not_arrive_may_be_tried_again_but_is_still_the_one_repeat(
    stage: Scene,
) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN), Failure(Outcome.RETRY), Failure(Outcome.UNCERTAIN)]
    await stage.order()
    for _ in range(6):
        await everything(stage)
        stage.pass_time(HOUR)
    # Once without a word, then the repeat, which no server took, then the repeat, which one may have taken.
    assert stage.courier.texts[:3] == ["k", f"{REPEATED}\nk", f"{REPEATED}\nk"]
    assert all("the line broke twice" in text for text in stage.courier.texts[3:])
    assert (await stage.ledger())["k"].due_at is None


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.PICTURE])
async def test_a_digest_in_doubt_is_not_repeated_without_a_human(stage: Scene, kind: DeliveryKind) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    made = await stage.order(kind=kind)
    for _ in range(5):
        await everything(stage)
        stage.pass_time(HOUR)
    # Its reader is asked, once.
    assert [text for text in stage.courier.texts if "may not have arrived" not in text] == ["k"]
    assert len(stage.courier.asked) == 2
    row = (await stage.ledger())["k"]
    assert (row.status, row.due_at) == (UNCERTAIN, None)
    async with stage.engine.database.write() as connection:
        assert await ledger.revise_due(connection, made, stage.now)
    await everything(stage)
    assert (await stage.ledger())["k"].status is SENT


async def test_a_courier_that_breaks_leaves_its_message_in_doubt_and_the_others_alone(stage: Scene) -> None:
    stage.courier.script = [ValueError("a bug")]
    await stage.order("one")
    await stage.order("two")
    await stage.order("three", to=OTHER)
    await everything(stage)
    ledger = await stage.ledger()
    assert (ledger["one"].status, ledger["one"].error) == (UNCERTAIN, "ValueError: a bug")
    assert (ledger["two"].status, ledger["three"].status) == (SENT, SENT)


async def test_a_crash_while_sending_leaves_doubt_and_the_repeat_says_so(stage: Scene) -> None:
    await stage.order()
    async with stage.engine.database.write() as connection:
        (due,) = await deliveries.due_deliveries(connection, stage.now, 1)
        await sending.begin_sending(connection, due, stage.now, LEASE)
    await everything(stage)
    assert stage.courier.asked == []
    stage.pass_time(LEASE)
    await everything(stage)
    stage.pass_time(IN_DOUBT)
    await everything(stage)
    assert stage.courier.texts == [f"{REPEATED}\nk"]


# --- about the chat -------------------------------------------------------------------------------------------------


async def test_a_chat_that_blocks_the_bot_is_paused_and_keeps_its_messages(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.CHAT_PAUSED)]
    await stage.order("one")
    await stage.order("two")
    await everything(stage)
    stage.pass_time(2 * GIVE_UP)
    await everything(stage)
    assert stage.courier.texts == ["one"]
    chat = await stage.chat()
    assert (chat.state, chat.state_reason) == (ChatState.PAUSED, "the server says chat_paused")
    assert {row.status for row in (await stage.ledger()).values()} == {PENDING}
    async with stage.engine.database.write() as connection:
        await chats.set_chat_state(connection, ANALYST.chat, ChatState.ACTIVE)
    await everything(stage)
    assert sorted(stage.courier.texts) == ["one", "one", "two"]


async def test_a_group_that_moved_gets_its_messages_at_the_new_address(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.CHAT_MIGRATED, new_chat_id=-500)]
    await stage.order("one", to=Destination(TOPIC.chat))
    await stage.order("two", to=Destination(TOPIC.chat))
    await everything(stage)
    assert [(where.chat, text) for where, text in stage.courier.asked] == [
        (TOPIC.chat, "one"),
        (-500, "one"),
        (-500, "two"),
    ]
    assert {row.status for row in (await stage.ledger()).values()} == {SENT}


async def test_a_move_without_a_new_address_is_tried_again_later_not_at_once(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.CHAT_MIGRATED)] * 60
    await stage.order()
    await everything(stage)
    assert len(stage.courier.asked) == 1


async def test_a_topic_that_is_gone_is_told_in_the_chat_itself(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.THREAD_GONE)]
    await stage.order(to=TOPIC)
    await everything(stage)
    assert [where for where, _ in stage.courier.asked] == [TOPIC, Destination(TOPIC.chat)]
    assert (await stage.ledger())["k"].status is SENT


async def test_what_goes_wrong_in_the_chat_itself_counts_when_the_topic_is_gone(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.THREAD_GONE), Failure(Outcome.UNCERTAIN)]
    await stage.order(to=TOPIC)
    await everything(stage)
    assert (await stage.ledger())["k"].status is UNCERTAIN


# --- about the message ----------------------------------------------------------------------------------------------


async def test_a_message_telegram_will_never_take_is_dead_and_holds_up_no_other(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.BAD_MESSAGE)]
    await stage.order("bad")
    await stage.order("good")
    await everything(stage)
    ledger = await stage.ledger()
    assert (ledger["bad"].status, ledger["bad"].due_at, ledger["bad"].error) == (
        DEAD,
        None,
        "the server says bad_message",
    )
    assert ledger["good"].status is SENT


async def test_a_message_that_is_there_already_is_sent(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.NOT_MODIFIED)]
    await stage.order()
    await everything(stage)
    assert (await stage.ledger())["k"].status is SENT


async def test_a_message_that_cannot_be_composed_is_set_aside_and_says_why(stage: Scene) -> None:
    await stage.order("broken", body=[{"no such node": 1, "two keys": 2}])
    await stage.order("good")
    await everything(stage)
    ledger = await stage.ledger()
    assert ledger["good"].status is SENT
    assert "ValueError" in (ledger["broken"].error or "")
    assert ledger["broken"].due_at is not None
    assert ledger["broken"].due_at > stage.now


# --- composing ------------------------------------------------------------------------------------------------------


async def test_an_alert_is_composed_at_its_hour_from_what_is_known_then(stage: Scene) -> None:
    story_id = await stage.story()
    made = await stage.order(body=None, wait=2 * MINUTE)
    async with stage.engine.database.write() as connection:
        await deliveries.tell_stories(connection, made, [story_id])
    await everything(stage)
    assert stage.courier.asked == []
    stage.pass_time(2 * MINUTE)
    await everything(stage)
    (text,) = stage.courier.texts
    assert text.startswith("Headline 1 <https://antara.example/news/1>\nANTARA News · seen 10 Mar 2026")
    assert "Officials of Indonesia spoke of matter 1." in text


async def test_an_alert_whose_story_matches_no_more_is_cancelled(stage: Scene) -> None:
    await stage.order(body=None)
    await everything(stage)
    row = (await stage.ledger())["k"]
    assert (row.status, row.error) == (DeliveryStatus.CANCELLED, "no rule matches it any more")
    assert stage.courier.asked == []


async def _long_digest(stage: Scene) -> None:
    """A digest of three parts."""
    whole = {"timezone": "UTC", "digests": {"stories": 100, "per_section": 100}}
    settings = stage.engine.config.settings.model_validate(whole)
    stage.engine.config = replace(stage.engine.config, settings=settings)
    made = await stage.order("d", kind=DeliveryKind.DIGEST, body=None, since=stage.now - HOUR, until=stage.now)
    found = [await stage.story(number, body="Indonesia and words " * 20) for number in range(30)]
    async with stage.engine.database.write() as connection:
        await deliveries.tell_stories(connection, made, found)


async def test_parts_go_out_in_order(stage: Scene) -> None:
    await _long_digest(stage)
    await everything(stage)
    parts = sorted((await stage.ledger()).values(), key=lambda row: row.part)
    assert len(parts) >= 3
    assert {row.status for row in parts} == {SENT}
    assert [row.message_id for row in parts] == [1001 + number for number in range(len(parts))]
    assert "\n".join(stage.courier.texts).count("Headline") == 30


async def test_a_part_waits_for_the_part_before_it(stage: Scene) -> None:
    stage.courier.script = [None, Failure(Outcome.RETRY)]
    await _long_digest(stage)
    await everything(stage)
    assert len(stage.courier.asked) == 2
    for _ in range(5):
        stage.pass_time(10 * SECOND)
        await everything(stage)
    first, second, second_again, *rest = stage.courier.texts
    assert second == second_again
    assert first != second
    assert rest
    assert {row.status for row in (await stage.ledger()).values()} == {SENT}


async def test_the_rest_of_a_digest_is_not_lost_with_a_part_in_doubt(stage: Scene) -> None:
    stage.courier.script = [Failure(Outcome.UNCERTAIN)]
    await _long_digest(stage)
    for _ in range(3):
        await everything(stage)
        stage.pass_time(MINUTE)
    ledger = await stage.ledger()
    assert ledger["d"].status is UNCERTAIN
    assert {row.status for key, row in ledger.items() if key != "d"} == {SENT}


class Drawing:
    """Stands for the workers that draw, and looks at what is known meanwhile."""

    def __init__(self, stage: Scene) -> None:
        self.stage = stage
        self.seen: list[tuple[object, DeliveryStatus]] = []

    async def call(self, limit: timedelta, function: object, picture: object, form: str) -> bytes:
        self.seen.append((picture, (await self.stage.ledger())["k"].status))
        return b"PNG"


async def test_a_picture_is_drawn_before_the_row_says_sending_and_handed_over_with_its_words(stage: Scene) -> None:
    handed: list[bytes | None] = []

    class Taking:
        async def send(
            self, destination: Destination, message: Message, picture: bytes | None = None, *, silent: bool = False
        ) -> int:
            handed.append(picture)
            if len(handed) == 1:
                raise Failure(Outcome.UNCERTAIN)
            return 1

    drawing = Drawing(stage)
    stage.engine.cpu = drawing  # type: ignore[assignment]  # all that is asked of it
    stage.engine.couriers["telegram"] = Taking()
    plot = VolumePlot("The week", ("2026-03-09",), (Series("Indonesia", (3,)),))
    await stage.order("k", body=to_json(Message("words", picture=plot)))
    await everything(stage)
    assert drawing.seen == [(plot, PENDING)]
    assert handed == [b"PNG"]
    stage.pass_time(IN_DOUBT)
    await everything(stage)
    assert handed == [b"PNG", b"PNG"], "the repeat has it as well"


async def test_messages_wait_where_nobody_carries_them(stage: Scene) -> None:
    await stage.order()
    stage.engine.couriers = {}
    assert await deliver(stage.engine) == 0
    assert (await stage.ledger())["k"].status is PENDING
