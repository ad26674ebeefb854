"""`/quiet`, `/timezone` and `/settings`, by words and by buttons, and their undoing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hoursroom import Chamber, chamber

from bot.speech import speaking
from bot.telegram.hours import COMMANDS, PRESSES, located, pressed, quiet, settings, timezone
from bot.tell.hush import read_hours


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Chamber]:
    async with chamber(tmp_path) as made:
        yield made


async def test_quiet_hours_are_set_and_said_on_the_chats_clock(here: Chamber) -> None:
    await here.asks(timezone, "Jakarta")
    text, buttons = await here.asks(quiet, "22-6:30")
    assert (await here.chat()).quiet == "22:00-06:30"
    assert text.startswith("<b>Quiet hours</b>: 22:00-06:30, on the clock of Asia/Jakarta, where it is 19:00 now")
    assert list(buttons) == ["Undo"]


async def test_quiet_hours_are_undone_to_what_held_before(here: Chamber) -> None:
    await here.asks(quiet, "22:00-06:30")
    _, buttons = await here.asks(quiet, "off")
    assert (await here.chat()).quiet == "00:00-00:00"
    toast, shown, _ = await here.presses(pressed, buttons["Undo"])
    assert (await here.chat()).quiet == "22:00-06:30"
    assert toast == "Done." and shown is not None and "22:00-06:30" in shown


async def test_the_first_quiet_hours_are_undone_to_none_of_its_own(here: Chamber) -> None:
    _, buttons = await here.asks(quiet, "22:00-06:30")
    await here.presses(pressed, buttons["Undo"])
    assert (await here.chat()).quiet is None


async def test_quiet_hours_that_are_none_are_not_set(here: Chamber) -> None:
    text, _ = await here.asks(quiet, "<b>late</b>")
    assert (await here.chat()).quiet is None
    assert text.startswith("“&lt;b&gt;late&lt;/b&gt;” are no hours")


async def test_quiet_hours_are_chosen_by_a_button_that_is_then_marked(here: Chamber) -> None:
    _, buttons = await here.asks(quiet)
    assert list(buttons) == ["22:00-06:30", "23:00-07:00", "20:00-08:00", "No quiet hours", "✓ As everywhere"]
    _, _, after = await here.presses(pressed, buttons["23:00-07:00"])
    assert (await here.chat()).quiet == "23:00-07:00" and "✓ 23:00-07:00" in after
    await here.presses(pressed, after["No quiet hours"])
    text, _ = await here.asks(quiet)
    assert text.startswith("<b>No quiet hours</b> here")


async def test_a_zone_is_set_by_the_name_of_a_city_and_undone(here: Chamber) -> None:
    text, buttons = await here.asks(timezone, "new", "york")
    assert (await here.chat()).timezone == "America/New_York"
    assert "<b>America/New_York</b>, where it is 08:00 now" in text
    await here.presses(pressed, buttons["Undo"])
    assert (await here.chat()).timezone is None


async def test_of_several_zones_one_is_chosen_by_a_button(here: Chamber) -> None:
    text, buttons = await here.asks(timezone, "Indonesia")
    assert list(buttons) == ["Jakarta (19:00)", "Makassar (20:00)", "Jayapura (21:00)"]
    assert (await here.chat()).timezone is None and text.startswith("Which clock")
    await here.presses(pressed, buttons["Makassar (20:00)"])
    assert (await here.chat()).timezone == "Asia/Makassar"


async def test_a_place_nobody_knows_is_answered_without_buttons(here: Chamber) -> None:
    text, buttons = await here.asks(timezone, "xyzzy")
    assert text.startswith("I know no place “xyzzy”") and buttons == {}


async def test_the_zone_is_shown_without_words(here: Chamber) -> None:
    text, _ = await here.asks(timezone)
    assert "<b>UTC</b>, where it is 12:00 now" in text


async def test_the_zone_is_that_of_a_place_that_was_sent_with_the_neighbours_offered(here: Chamber) -> None:
    await here.asks(timezone, "Tokyo")
    await located(here.room, here.visit(), -8.65, 115.2)
    text, buttons = here.bot.sent[-1]
    assert (await here.chat()).timezone == "Asia/Makassar"
    assert "<b>Asia/Makassar</b>, where it is 20:00 now" in text
    assert list(buttons) == ["Jakarta (19:00)", "Undo"]
    await here.presses(pressed, buttons["Jakarta (19:00)"])
    assert (await here.chat()).timezone == "Asia/Jakarta"
    await here.presses(pressed, buttons["Undo"])
    assert (await here.chat()).timezone == "Asia/Tokyo"


async def test_quiet_hours_of_the_whole_bot_are_shown_where_a_chat_has_none(tmp_path: Path) -> None:
    async with chamber(tmp_path, quiet=read_hours("22-6")) as here:
        text, _ = await here.asks(quiet)
        assert text.startswith("<b>Quiet hours</b>: 22:00-06:00, on the clock of UTC")
        assert "They are those of the whole bot" in text
        text, _ = await here.asks(settings)
        assert "Quiet hours: 22:00-06:00, as for the whole bot" in text
        text, _ = await here.asks(quiet, "off")
        assert text.startswith("<b>No quiet hours</b> here: alerts come at any time")


async def test_hours_and_zones_are_said_in_the_language_of_the_chat(here: Chamber) -> None:
    with speaking("ja"):
        text, buttons = await here.asks(quiet)
    assert text.startswith("ここもボット全体も<b>おやすみ時間なし</b>です。")
    assert list(buttons)[3:] == ["おやすみ時間なし", "✓ 全体の設定に従う"]


async def test_what_can_be_switched_is_switched_by_a_press_and_back(here: Chamber) -> None:
    text, buttons = await here.asks(settings)
    assert "is not sent" in text and list(buttons) == ["Say when a digest is empty", "No buttons under messages"]
    _, shown, after = await here.presses(pressed, buttons["Say when a digest is empty"])
    assert (await here.chat()).say_empty and shown is not None and "one line" in shown
    await here.presses(pressed, after["Send no empty digests"])
    assert not (await here.chat()).say_empty
    await here.presses(pressed, buttons["No buttons under messages"])
    assert not (await here.chat()).buttons


async def test_pressing_twice_is_harmless(here: Chamber) -> None:
    _, buttons = await here.asks(settings)
    for _ in range(2):
        await here.presses(pressed, buttons["Say when a digest is empty"])
    assert (await here.chat()).say_empty


def test_the_commands_are_ones_that_telegram_takes() -> None:
    assert all(name.islower() and name.isalnum() and len(name) <= 32 for name in COMMANDS)
    assert all(1 <= len(command.about) <= 256 for command in COMMANDS.values())
    assert list(PRESSES) == ["h"]
