"""`/mute` and `/unmute`, by words and by buttons, and their undoing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hoursroom import HERE, Chamber, chamber

from bot.model import Destination
from bot.store.mutes import Muted, mutes_of
from bot.telegram.hours import pressed
from bot.telegram.muting import mute, unmute

HOUR = timedelta(hours=1)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Chamber]:
    async with chamber(tmp_path) as made:
        yield made


async def muted(here: Chamber) -> set[tuple[str, str, datetime | None]]:
    async with here.room.database.read() as connection:
        return {(each.kind, each.target, each.until) for each in await mutes_of(connection, HERE, here.now)}


@pytest.mark.parametrize(
    ("words", "until"),
    [
        (("2h",), datetime(2026, 3, 10, 14, tzinfo=UTC)),
        (("90m",), datetime(2026, 3, 10, 13, 30, tzinfo=UTC)),
        (("until", "18:00"), datetime(2026, 3, 10, 18, tzinfo=UTC)),
        (("UNTIL", "7"), datetime(2026, 3, 11, 7, tzinfo=UTC)),
    ],
)
async def test_everything_is_muted_for_a_time(here: Chamber, words: tuple[str, ...], until: datetime) -> None:
    text, buttons = await here.asks(mute, *words)
    assert await muted(here) == {(Muted.ALL, "", until)}
    assert text.startswith("<b>Muted</b> until ") and list(buttons) == ["Undo"]


@pytest.mark.parametrize("words", [("2x",), ("until",), ("until", "25:00"), ("for", "ever"), ("for", "2h")])
async def test_what_is_not_understood_mutes_nothing_and_is_answered(here: Chamber, words: tuple[str, ...]) -> None:
    text, _ = await here.asks(mute, *words)
    assert await muted(here) == set()
    assert "I do not understand" in text


@pytest.mark.parametrize("words", ["0m", "40d", "9999w"])
async def test_everything_is_muted_neither_for_ever_nor_for_no_time(here: Chamber, words: str) -> None:
    text, _ = await here.asks(mute, words)
    assert await muted(here) == set() and text.startswith("Everything can be muted for a minute to 31 days")


async def test_the_story_of_the_alert_replied_to_is_muted(here: Chamber) -> None:
    first = await here.alert(1, message=50)
    await here.alert(2, message=51)
    text, _ = await here.asks(mute, "story", reply_to=50)
    assert await muted(here) == {(Muted.STORY, str(first), None)}
    assert "Headline 1" in text


async def test_without_a_reply_the_latest_alert_is_meant(here: Chamber) -> None:
    story = await here.alert(1)
    await here.asks(mute, "story", "7d")
    assert await muted(here) == {(Muted.STORY, str(story), here.now + timedelta(days=7))}


async def test_a_story_is_muted_by_its_id_and_one_that_is_not_there_is_not(here: Chamber) -> None:
    story = await here.alert(1)
    text, _ = await here.asks(mute, "story", str(story + 1))
    assert await muted(here) == set() and "There is no story" in text
    await here.asks(mute, "story", str(story))
    assert await muted(here) == {(Muted.STORY, str(story), None)}


async def test_the_one_source_of_an_alert_is_muted_at_once(here: Chamber) -> None:
    await here.alert(1)
    text, _ = await here.asks(mute, "source", "until", "18:00")
    assert await muted(here) == {(Muted.SOURCE, "antara", datetime(2026, 3, 10, 18, tzinfo=UTC))}
    assert "ANTARA News" in text


async def test_of_several_sources_one_is_chosen_by_a_button_for_as_long_as_was_said(here: Chamber) -> None:
    await here.alert(1, "antara", "kyodo")
    text, buttons = await here.asks(mute, "source", "7d")
    assert await muted(here) == set() and text == "Which source should be muted?"
    toast, shown, undo = await here.presses(pressed, buttons["Source: Kyodo News"])
    assert await muted(here) == {(Muted.SOURCE, "kyodo", here.now + timedelta(days=7))}
    assert toast == "Done." and shown is not None and "Kyodo News" in shown and list(undo) == ["Undo"]


@pytest.mark.parametrize("name", ["kyodo", "Kyodo News", "KYODO NEWS"])
async def test_a_source_is_muted_by_its_name_or_title(here: Chamber, name: str) -> None:
    await here.asks(mute, "source", *name.split())
    assert await muted(here) == {(Muted.SOURCE, "kyodo", None)}


async def test_a_source_that_is_not_there_is_not_muted_and_one_like_it_is_named(here: Chamber) -> None:
    text, _ = await here.asks(mute, "source", "kyoto")
    assert await muted(here) == set() and "Did you mean Kyodo News?" in text


@pytest.mark.parametrize("name", ["partnership", "japan/partnership"])
async def test_a_rule_is_muted_by_its_name(here: Chamber, name: str) -> None:
    await here.alert(1, rules=("partnership", "exercise"))
    await here.asks(mute, "rule", name)
    assert await muted(here) == {(Muted.RULE, "japan/partnership", None)}


async def test_of_several_rules_one_is_chosen_by_a_button(here: Chamber) -> None:
    await here.alert(1, rules=("partnership", "exercise"))
    _, buttons = await here.asks(mute, "rule")
    await here.presses(pressed, buttons["Rule: exercise"])
    assert await muted(here) == {(Muted.RULE, "japan/exercise", None)}


async def test_where_there_is_no_alert_there_is_nothing_to_mute(here: Chamber) -> None:
    text, _ = await here.asks(mute, "story")
    assert await muted(here) == set() and text.startswith("Reply to an alert")


# --- buttons --------------------------------------------------------------------------------------------------------


async def test_a_mute_is_undone_once(here: Chamber) -> None:
    _, buttons = await here.asks(mute, "2h")
    toast, shown, left = await here.presses(pressed, buttons["Undo"])
    assert await muted(here) == set()
    assert (toast, shown, left) == ("No longer muted.", "<b>No longer muted</b>: everything here", {})
    assert await here.presses(pressed, buttons["Undo"]) == ("That is over already.", None, {})


async def test_a_mute_is_not_undone_from_another_place(here: Chamber) -> None:
    _, buttons = await here.asks(mute, "2h")
    await here.presses(pressed, buttons["Undo"], Destination(HERE.chat, 3))
    assert len(await muted(here)) == 1


async def test_mute_alone_offers_hours_and_in_reply_what_the_alert_is_about(here: Chamber) -> None:
    story = await here.alert(1, "antara", "kyodo")
    _, buttons = await here.asks(mute)
    assert list(buttons) == ["1 h", "4 h", "8 h", "Until 07:00"]
    _, buttons = await here.asks(mute, reply_to=50)
    assert list(buttons) == ["This story", "Source: ANTARA News", "Source: Kyodo News", "Rule: partnership"]
    await here.presses(pressed, buttons["This story"])
    assert await muted(here) == {(Muted.STORY, str(story), None)}


async def test_hours_are_muted_by_a_button(here: Chamber) -> None:
    _, buttons = await here.asks(mute)
    await here.presses(pressed, buttons["4 h"])
    assert await muted(here) == {(Muted.ALL, "", here.now + 4 * HOUR)}
    await here.presses(pressed, buttons["Until 07:00"])
    assert await muted(here) == {(Muted.ALL, "", datetime(2026, 3, 11, 7, tzinfo=UTC))}


async def test_unmute_lists_what_is_muted_and_ends_one_by_a_button(here: Chamber) -> None:
    text, buttons = await here.asks(unmute)
    assert (text, buttons) == ("Nothing is muted here.", {})
    await here.alert(1)
    for words in (("2h",), ("story",), ("source",)):
        await here.asks(mute, *words)
    text, buttons = await here.asks(unmute)
    assert list(buttons) == ["✕ everything here", "✕ source: ANTARA News", "✕ story: Headline 1", "Unmute all"]
    _, shown, left = await here.presses(pressed, buttons["✕ source: ANTARA News"])
    assert shown is not None and "ANTARA" not in shown and "✕ story: Headline 1" in left
    _, shown, left = await here.presses(pressed, buttons["Unmute all"])
    assert (shown, left) == ("Nothing is muted here.", {})


async def test_unmute_all_ends_all(here: Chamber) -> None:
    await here.asks(mute, "2h")
    await here.asks(unmute, "all")
    assert await muted(here) == set()


@pytest.mark.parametrize(
    "data",
    ["2h", "2hu", "2hux", "2hu9999999999999999999", "2hf3", "2hm0800", "2hsabc", "2hs.5", "2ht٣", "2hzz"],
)
async def test_a_button_that_this_never_made_does_nothing(here: Chamber, data: str) -> None:
    await here.alert(1)
    toast, shown, _ = await here.presses(pressed, data)
    assert await muted(here) == set() and shown is None
    assert toast == "That button does not work any more."


async def test_all_buttons_carry_few_enough_bytes(here: Chamber) -> None:
    await here.alert(1, "antara", "kyodo", rules=("partnership", "exercise"))
    await here.asks(mute)
    await here.asks(mute, reply_to=50)
    await here.asks(mute, "source", "7d")
    data = [data for _, buttons in here.bot.sent for data in buttons.values()]
    assert len(data) > 8 and all(len(each.encode()) <= 64 for each in data)
