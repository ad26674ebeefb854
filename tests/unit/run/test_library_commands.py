"""The commands of the library in a chat: over a real database, and to a fake server that checks what it is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from faketelegram import FakeTelegram, Sent
from scene import ANALYST, Scene, scene

from bot.model import DeliveryStatus, Destination, Rhythm
from bot.run.library import Library
from bot.run.newsroom import Newsroom
from bot.store import ledger, subscriptions
from bot.store.asked import Hit, Mistake, Search
from bot.telegram import documents, librarywords, sender, words
from bot.telegram.asked import VERSION
from bot.telegram.atwork import at_work
from bot.telegram.client import Timeouts, make_bot
from bot.telegram.incoming import Caller, Press
from bot.telegram.library import COMMANDS, PRESSES
from bot.telegram.pace import Limits, Pace
from bot.telegram.room import Room, Visit
from bot.tell import plain, split

TOKEN = "123456:the-token-of-the-fake-server-only"
CHAT = ANALYST.chat


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(TOKEN) as server:
        server.chat(CHAT)
        yield server
    assert server.violations == []


@dataclass
class Desk:
    """A chat, and somebody who asks in it."""

    stage: Scene
    telegram: FakeTelegram
    room: Room

    async def ask(
        self, text: str, *, reply_to: int | None = None, user: int = CHAT, where: Destination = ANALYST
    ) -> list[Sent]:
        """What a command is answered with."""
        before = len(self.telegram.messages(where.chat))
        name, *rest = text.split()
        caller = Caller(where, "private", "", user)
        visit = Visit(caller, tuple(rest), 1, reply_to, False, self.stage.now)
        await COMMANDS[name].run(self.room, visit)
        return self.telegram.messages(where.chat)[before:]

    async def press(self, message: Sent, button: str, user: int = CHAT) -> str:
        """The toast."""
        data = next(key["callback_data"] for key in message.buttons if key["text"] == button)
        return await self.press_data(message, data, user)

    async def press_data(self, message: Sent, data: str, user: int = CHAT) -> str:
        assert data.startswith(f"{VERSION}l")
        assert len(data) <= 64
        caller = Caller(ANALYST, "private", "", user)
        visit = Visit(caller, (), message.message_id, None, False, self.stage.now)
        press = Press(caller, "1", data, message.message_id)
        return await PRESSES[data[1]](self.room, visit, press, data[2:])

    def shown(self, message: Sent) -> Sent:
        """The message as it stands in the chat now."""
        return next(one for one in self.telegram.messages(CHAT) if one.message_id == message.message_id)

    async def alert(self, story: int) -> int:
        """The id of an alert of the story that was sent."""
        number = await self.stage.order(f"alert:{story}:{CHAT}:0", story_id=story, status=DeliveryStatus.SENT)
        async with self.stage.engine.database.write() as connection:
            await _sent(connection, number)
        return 5000 + number


async def _sent(connection: Any, number: int) -> None:
    from bot.store.tables import deliveries

    values = {"message_id": 5000 + number, "status": "sent"}
    await connection.execute(deliveries.update().where(deliveries.c.id == number).values(**values))


@pytest.fixture
async def desk(tmp_path: Path, now: datetime, telegram: FakeTelegram) -> AsyncIterator[Desk]:
    async with scene(tmp_path, now) as stage, _bot(telegram) as bot:
        # Pace waits by a clock that runs.
        wire = sender.Wire(bot, Pace(_clock, Limits(spacing=timedelta(0))), _clock)
        room = SimpleNamespace(
            wire=wire,
            database=stage.engine.database,
            newsroom=Newsroom(stage.engine),
            library=Library(stage.engine),
            timezone="UTC",
        )
        yield Desk(stage, telegram, cast(Room, room))


def _clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def _bot(telegram: FakeTelegram) -> AsyncIterator[Any]:
    bot = make_bot(TOKEN, telegram.base_url, Timeouts(connect=1, read=2, write=2, pool=1))
    await bot.initialize()
    try:
        yield bot
    finally:
        await bot.shutdown()


def buttons(message: Sent) -> list[str]:
    return [key["text"] for key in message.buttons]


# --- searching ------------------------------------------------------------------------------------------------------


async def test_a_search_shows_what_it_found(desk: Desk) -> None:
    story = await desk.stage.story()
    (message,) = await desk.ask('search "matter"')
    assert "1 story in 1 article since" in message.text
    assert "1. Headline 1\nANTARA News" in message.text
    assert f"story {story}" in message.text
    assert buttons(message) == ["1"]


async def test_a_search_takes_a_time_and_the_quotation_marks_of_phones(desk: Desk) -> None:
    await desk.stage.story(1)
    desk.stage.pass_time(timedelta(days=3))
    await desk.stage.story(2)
    (message,) = await desk.ask("search 2d “matter”")
    assert "Headline 2" in message.text
    assert "Headline 1" not in message.text


async def test_a_search_without_an_expression_says_how(desk: Desk) -> None:
    for text in ("search", "search 7d"):
        (message,) = await desk.ask(text)
        assert '/search "drone" and "Indonesia"' in message.text


async def test_a_search_of_ten_years_is_refused(desk: Desk) -> None:
    (message,) = await desk.ask("search 3650d partner")
    assert "at most 366d" in message.text


async def test_a_mistake_is_shown_with_a_caret_below_it(desk: Desk) -> None:
    (message,) = await desk.ask("search partner and indonsia")
    assert "at character 13" in message.text
    line, caret = message.text.splitlines()[1:3]
    assert line == "partner and indonsia"
    assert caret.index("^") == len("partner and ")


async def test_a_search_that_finds_nothing_says_so(desk: Desk) -> None:
    (message,) = await desk.ask('search "unicorn"')
    assert "Nothing found in 0 articles" in message.text
    assert message.buttons == []


async def test_pages_of_a_search_are_turned_in_one_message(desk: Desk) -> None:
    for number in range(8):
        await desk.stage.story(number)
        desk.stage.pass_time(timedelta(minutes=1))
    (message,) = await desk.ask("search partner")
    assert buttons(message) == ["1", "2", "3", "4", "5", "6", "Older ›"]
    assert await desk.press(message, "Older ›") == ""
    second = desk.shown(message)
    assert "7. Headline 1" in second.text
    assert buttons(second) == ["7", "8", "‹ Newer"]
    assert await desk.press(second, "‹ Newer") == ""
    assert "1. Headline 7" in desk.shown(message).text
    assert len(desk.telegram.messages(CHAT)) == 1


async def test_a_number_below_a_search_opens_its_story(desk: Desk) -> None:
    story = await desk.stage.story()
    (message,) = await desk.ask("search partner")
    assert await desk.press(message, "1") == ""
    assert f"story {story}" in desk.telegram.messages(CHAT)[-1].text
    assert "Articles" in desk.telegram.messages(CHAT)[-1].text


@pytest.mark.parametrize(
    "rest", ["p000000000000.1", "p.", "p", "px.y", "s", "s999", "sx", "k77", "u77", "v7.x", "v7.99"]
)
async def test_an_old_or_forged_button_is_answered_politely(desk: Desk, rest: str) -> None:
    await desk.stage.story()
    (message,) = await desk.ask("search partner")
    toast = await desk.press_data(message, f"{VERSION}l{rest}")
    assert 0 < len(toast) <= 200


@pytest.mark.parametrize("rest", ["", "z", "é"])
async def test_a_button_of_no_kind_is_answered_politely(desk: Desk, rest: str) -> None:
    await desk.stage.story()
    (message,) = await desk.ask("search partner")
    assert await desk.press_data(message, f"{VERSION}l{rest}") == words.NO_SUCH_BUTTON


async def test_a_page_past_the_end_is_answered_politely(desk: Desk) -> None:
    await desk.stage.story()
    (message,) = await desk.ask("search partner")
    result = await desk.room.library.search("partner", timedelta(days=1), desk.stage.now)  # type: ignore[attr-defined]
    assert not isinstance(result, Mistake)
    assert await desk.press_data(message, f"{VERSION}lp{result[0]}.5") == librarywords.NO_SUCH_PAGE


def test_the_longest_page_is_one_message(now: datetime) -> None:
    hit = Hit(
        2**62, "<&>" * 100, "https://example.org/" + "x" * 300, "日本" * 200, now, 99, "word " * 140, ((0, 4),) * 8
    )
    search = Search("e" * 4000, now, now, now + timedelta(1), 10**6, (hit,) * 100)
    message = librarywords.found(search, 3, ZoneInfo("Asia/Tokyo"))
    assert len(split(message)) == 1


def test_a_caret_stands_below_wide_signs(now: datetime) -> None:
    said = plain(librarywords.mistaken("日本 and x", Mistake("unknown", len("日本 and "))))
    assert said.splitlines()[2].startswith("\u3000\u3000\u00a0and".replace("and", "\u00a0"))


# --- stories --------------------------------------------------------------------------------------------------------


async def test_a_story_is_told_with_its_articles(desk: Desk) -> None:
    story = await desk.stage.story()
    (message,) = await desk.ask(f"story {story}")
    assert message.text.startswith("Headline 1\nANTARA News")
    assert "Indonesia" in message.text
    assert buttons(message) == ["Save"]


async def test_a_story_that_is_not_there_is_said_to_be_missing(desk: Desk) -> None:
    (message,) = await desk.ask("story 99")
    assert message.text == "There is no story 99."


@pytest.mark.parametrize("text", ["story", "story x", "story 999999999999999999999"])
async def test_what_is_no_number_asks_which_story(desk: Desk, text: str) -> None:
    (message,) = await desk.ask(text)
    assert message.text.startswith("Which story?")


async def test_a_reply_to_an_alert_asks_for_its_story(desk: Desk) -> None:
    await desk.stage.story(1)
    story = await desk.stage.story(2)
    alert = await desk.alert(story)
    (message,) = await desk.ask("story", reply_to=alert)
    assert message.text.startswith("Headline 2")


# --- chronicles -----------------------------------------------------------------------------------------------------


async def test_a_chronicle_is_told_of_the_watchlists_followed_here(desk: Desk) -> None:
    async with desk.stage.engine.database.write() as connection:
        await subscriptions.subscribe(
            connection, ANALYST, "partners", rhythm=Rhythm.INSTANT, at="07:00", now=desk.stage.now, due_at=None
        )
    (message,) = await desk.ask("chronicle Indonesia")
    assert message.text == "Japan's partners: Indonesia\nno step was found yet"


async def test_a_label_nobody_knows_gets_a_suggestion(desk: Desk) -> None:
    (message,) = await desk.ask("chronicle indonsia")
    assert "Did you mean" in message.text
    assert "indonesia, nato" in message.text


async def test_a_chronicle_of_nothing_says_how(desk: Desk) -> None:
    (message,) = await desk.ask("chronicle")
    assert "/chronicle Indonesia" in message.text


# --- what is kept ---------------------------------------------------------------------------------------------------


async def test_a_reply_to_an_alert_saves_its_story(desk: Desk) -> None:
    story = await desk.stage.story()
    (message,) = await desk.ask("save", reply_to=await desk.alert(story))
    assert message.text.startswith("Saved: Headline 1")
    (listed,) = await desk.ask("saved")
    assert "1. Headline 1\nANTARA News" in listed.text
    assert buttons(listed) == ["1"]


async def test_saving_again_changes_nothing_and_says_so(desk: Desk) -> None:
    story = await desk.stage.story()
    await desk.ask(f"save {story}")
    (message,) = await desk.ask(f"save #{story}")
    assert message.text.startswith("You keep that one already")


async def test_saving_what_is_not_there_asks_which_story(desk: Desk) -> None:
    for text in ("save", "save 99", "save it"):
        (message,) = await desk.ask(text)
        assert message.text.startswith("Which story?")


async def test_a_button_saves_a_story_and_undoes_it(desk: Desk) -> None:
    story = await desk.stage.story()
    (message,) = await desk.ask(f"story {story}")
    assert await desk.press(message, "Save") == librarywords.KEPT
    assert buttons(desk.shown(message)) == ["Saved: undo"]
    assert await desk.press(desk.shown(message), "Saved: undo") == librarywords.UNKEPT
    assert buttons(desk.shown(message)) == ["Save"]
    (listed,) = await desk.ask("saved")
    assert listed.text.startswith("You have saved nothing")


async def test_two_people_of_a_group_keep_their_own_lists(desk: Desk) -> None:
    story = await desk.stage.story()
    await desk.ask(f"save {story}", user=11)
    (listed,) = await desk.ask("saved", user=12)
    assert listed.text.startswith("You have saved nothing")


async def test_nobody_turns_the_pages_of_another(desk: Desk) -> None:
    for number in range(8):
        await desk.ask(f"save {await desk.stage.story(number)}")
        desk.stage.pass_time(timedelta(minutes=1))
    (listed,) = await desk.ask("saved")
    assert buttons(listed) == ["1", "2", "3", "4", "5", "6", "Older ›"]
    assert await desk.press(listed, "Older ›", user=12) == librarywords.NOT_YOUR_LIST
    assert await desk.press(listed, "Older ›") == ""
    assert "8. Headline 0" in desk.shown(listed).text


async def test_without_a_reply_the_latest_alert_is_saved(desk: Desk) -> None:
    await desk.alert(await desk.stage.story(1))
    await desk.alert(await desk.stage.story(2))
    (message,) = await desk.ask("save")
    assert message.text.startswith("Saved: Headline 2")
    async with desk.stage.engine.database.read() as connection:
        assert await ledger.delivery_by_message(connection, CHAT, None) is not None


# --- files ----------------------------------------------------------------------------------------------------------


async def test_a_file_is_sent_as_a_document(desk: Desk) -> None:
    await desk.stage.story()
    desk.stage.pass_time(timedelta(hours=1))
    await desk.ask("export json 7d")
    (call,) = desk.telegram.called("sendDocument")
    assert "1 article since" in str(call.params.get("caption"))


FAULTS: dict[str, dict[str, Any]] = {
    "an error of the server": {"status": 500},
    "a line that breaks": {"drop": "before"},
    "a wait": {"retry_after": 1},
    "another program": {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
    "a token refused": {"status": 401, "description": "Unauthorized"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_file_that_could_not_be_sent_is_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    await desk.stage.story()
    desk.stage.pass_time(timedelta(hours=1))
    _soon_again(monkeypatch)
    desk.telegram.fail("sendDocument", **fault)
    (message,) = await desk.ask("export json 7d")
    assert "1 article since" in message.text
    assert len(desk.telegram.called("sendDocument")) == 2
    # The second time it is sent from its start again.
    assert message.document is not None
    assert [row["title"] for row in json.loads(message.document[1])] == ["Headline 1"]


async def test_a_file_that_may_have_arrived_says_so_when_it_comes_again_and_comes_no_third_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.stage.story()
    desk.stage.pass_time(timedelta(hours=1))
    _soon_again(monkeypatch)
    desk.telegram.fail("sendDocument", times=3, drop="after")
    first, again, doubt = await desk.ask("export json 7d")
    assert first.text.startswith("1 article since")
    assert again.text.startswith("sent again: it may have arrived before\n1 article since")
    assert doubt.text.startswith("The file may not have arrived")


async def test_a_file_that_telegram_refuses_is_tried_once(desk: Desk) -> None:
    await desk.stage.story()
    desk.stage.pass_time(timedelta(hours=1))
    desk.telegram.fail("sendDocument", times=9, status=400, description="Bad Request: file is too big")
    (message,) = await desk.ask("export json 7d")
    assert message.text == "The file could not be sent here."
    assert len(desk.telegram.called("sendDocument")) == 1


async def test_a_file_that_must_wait_holds_up_nothing_else_in_the_chat(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.stage.story()
    desk.stage.pass_time(timedelta(hours=1))
    monkeypatch.setattr(documents, "SOON", 0.1)
    desk.telegram.fail("sendDocument", retry_after=1)
    assert await desk.ask("export json 7d") == []
    await asyncio.sleep(1.3)
    assert len(desk.telegram.messages(CHAT)) == 1


def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LATER", timedelta(seconds=0.05))
    monkeypatch.setattr(documents, "_AGAIN", timedelta(seconds=0.05))


async def test_nothing_to_export_is_said_in_words(desk: Desk) -> None:
    (message,) = await desk.ask("export")
    assert message.text.startswith("Nothing was matched since")
    assert desk.telegram.called("sendDocument") == []


@pytest.mark.parametrize("text", ["export xml", "export csv 10y", "export 9999d", "export csv csv 7"])
async def test_what_cannot_be_exported_says_how(desk: Desk, text: str) -> None:
    messages = await desk.ask(text)
    assert "/export csv 30d" in messages[0].text or messages[0].text.startswith("Nothing was matched")


async def test_that_something_is_written_is_shown_and_ends_with_the_answer(desk: Desk) -> None:
    caller = Caller(ANALYST, "private", "", CHAT)
    visit = Visit(caller, (), 1, None, False, desk.stage.now)
    before = asyncio.all_tasks()
    async with at_work(desk.room, visit):
        await asyncio.to_thread(desk.telegram.wait_for, lambda t: t.called("sendChatAction"), 5.0)
    assert asyncio.all_tasks() <= before


def test_the_commands_are_ones_that_telegram_takes() -> None:
    assert all(name.islower() and name.isalnum() and len(name) <= 32 for name in COMMANDS)
    assert all(1 <= len(command.about) <= 256 for command in COMMANDS.values())
    assert json.dumps(sorted(PRESSES)) == '["l"]'
