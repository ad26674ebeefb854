"""The buttons of an alert, pressed in a chat with the real program."""

from __future__ import annotations

from pathlib import Path

from faketelegram import Sent
from news import item
from program import ADMIN, World, world

from bot.tell.alertkeys import Act, label


def alerted(w: World) -> Sent:
    """Somebody is told of one story."""
    w.publish(1)
    w.subscribe()
    w.once()
    w.page(2)
    w.feed([item(2), item(1)])
    w.once()
    return w.alerts()[-1]


def texts(sent: Sent) -> list[str]:
    return [button["text"] for button in sent.buttons]


def press(w: World, sent: Sent, button: str) -> str:
    """The toast."""
    w.telegram.press(sent, button)
    w.once()
    return str(w.telegram.called("answerCallbackQuery")[-1].params.get("text", ""))


def test_each_button_does_what_it_says_and_takes_it_back(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        sent = alerted(w)
        assert texts(sent) == ["Open", "Why", "Mute story", "Mute source", "Relevant", "Not relevant"]
        assert press(w, sent, "Mute story") == "I say no more of this story here."
        sent = w.alerts()[-1]
        assert label(Act.UNMUTE_STORY) in texts(sent)
        assert w.program.rows("SELECT kind FROM mutes") == [("story",)]
        assert press(w, sent, label(Act.UNMUTE_STORY)) == "No longer muted."
        assert w.program.rows("SELECT kind FROM mutes") == []
        sent = w.alerts()[-1]
        assert press(w, sent, "Mute source") == "I tell nothing here that only ANTARA reports."
        assert press(w, w.alerts()[-1], "Relevant") == "Thank you: noted."
        assert w.program.rows("SELECT verdict FROM feedback") == [("relevant",)]
        assert press(w, w.alerts()[-1], label(Act.TAKE_BACK_RELEVANT)) == "Taken back."
        assert w.program.rows("SELECT verdict FROM feedback") == []
        press(w, w.alerts()[-1], "Why")
        assert "rule pact" in w.telegram.texts(ADMIN)[-1]
        # What is muted is not told again, and what only that source reports is not told at all.
        w.page(3)
        w.feed([item(3), item(2), item(1)])
        before = len(w.alerts())
        w.once()
        assert len(w.alerts()) == before
        assert w.telegram.violations == []


def test_a_button_of_an_alert_that_is_forgotten_answers_politely(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        sent = alerted(w)
        w.program.change("DELETE FROM told")
        w.program.change("DELETE FROM deliveries")
        assert press(w, sent, "Mute story") == "That is no longer there."
