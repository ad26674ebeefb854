"""An alert in a chat changes with its story: silently, in the chat's language, its buttons as they were pressed."""

from __future__ import annotations

from pathlib import Path

from news import item, page
from program import ADMIN, world

KYODO = "127.0.0.2"


def test_an_alert_says_that_another_outlet_has_its_story_and_keeps_its_buttons(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.program.settings["alerts"]["edit_every"] = "0s"
        w.program.write_settings()
        w.publish(1)
        w.web.page("/news/10", page(10), host=KYODO)
        theirs = [item(10)]
        w.feed(theirs, "/kyodo.xml", "kyodo", host=KYODO)
        w.subscribe()
        w.once()
        w.page(2)
        w.feed([item(2), item(1)])
        w.once()
        (alert,) = [sent for sent in w.alerts() if "KYODO" not in sent.text]
        assert "expandable" in alert.html and "<tg-time unix=" in alert.html
        w.telegram.say(ADMIN, "/language id")
        w.telegram.press(alert, "Relevant")
        w.once()
        w.web.page("/world/copy-of-2", page(2), host=KYODO)
        w.feed([item(2, path="/world/copy-of-2"), *theirs], "/kyodo.xml", "kyodo", host=KYODO)
        before = len(w.telegram.messages(ADMIN))
        w.once()
        assert len(w.telegram.messages(ADMIN)) == before, "nothing rings"
        alert = next(sent for sent in w.telegram.messages(ADMIN) if sent.message_id == alert.message_id)
        assert alert.edits and "\njuga di 1 media lain\n" in alert.text and "KYODO" in alert.text
        assert "✓ Relevan · batalkan" in [button["text"] for button in alert.buttons]
        w.once()
        assert len(alert.edits) == 1, "what shows it already is left alone"
        assert w.telegram.violations == []
