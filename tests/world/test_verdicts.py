"""What readers say of an alert in the chat, in the real program, and what `kentongan try` makes of it.

The timeline is played once; each test looks at one thing that was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from faketelegram import Sent
from news import item, title
from program import ADMIN, World, world

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(300)

SOON = 60.0
"""Seconds: a tick comes every 5, and the machine may be busy."""
GROUP = -100500
VERDICTS = "SELECT headline, chat_id, user_id, watchlist, verdict FROM feedback JOIN stories ON stories.id = story_id"


@dataclass
class Day:
    """What the bot answered, and which verdicts were stored then, by name."""

    world: World
    said: dict[str, str] = field(default_factory=dict)
    stored: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)
    precision: Any = None

    def write(self, name: str, chat: int, text: str, **options: Any) -> Sent:
        """Somebody writes; waits for the answer."""
        telegram = self.world.telegram
        before = len(telegram.messages(chat))
        telegram.say(chat, text, **options)
        telegram.wait_for(lambda t: len(t.messages(chat)) > before, SOON)
        answer = telegram.messages(chat)[before]
        self.said[name] = answer.text
        self.stored[name] = set(self.world.program.rows(VERDICTS))
        return answer


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with world(tmp_path_factory.mktemp("feedback")) as w:
        day = Day(w)
        w.publish(1)
        w.subscribe()
        w.telegram.chat(GROUP, "supergroup")
        w.telegram.say(GROUP, "/subscribe pacts", user_id=ADMIN)
        w.once()
        with w.program.running():
            (picture,) = w.news(ADMIN)
            day.write("too early", ADMIN, "/relevant")
            day.write("of a picture", ADMIN, "/relevant", reply_to=picture.message_id)
            first = _told(w, 2)
            day.write("first", ADMIN, "/irrelevant", reply_to=first)
            _told(w, 3)
            day.write("changed", ADMIN, "/relevant", reply_to=first)
            day.write("changed back", ADMIN, "/irrelevant", reply_to=first)
            answer = day.write("latest", ADMIN, "/relevant")
            day.write("of the bot's own words", ADMIN, "/irrelevant", reply_to=answer.message_id)
            day.write("of a group", GROUP, "/relevant", anonymous=True)
        day.precision = w.program.command("try", "pacts", "--json").document["precision"]
        yield day


def _told(w: World, number: int) -> int:
    """Publishes one more article; the alert's number, when group and admin have it."""
    w.page(number)
    w.feed([item(each) for each in range(number, 0, -1)])

    def everywhere(_: object) -> bool:
        return all(any(title(number) in sent.text for sent in w.alerts(chat)) for chat in (GROUP, ADMIN))

    w.telegram.wait_for(everywhere, SOON)
    # Told is told when the ledger has it: a reply may come sooner.
    w.program.wait_until(lambda: not w.program.rows("SELECT 1 FROM deliveries WHERE due_at IS NOT NULL"), SOON)
    return w.alerts(ADMIN)[-1].message_id


def test_a_reply_to_an_alert_is_stored_as_a_verdict_on_its_story(day: Day) -> None:
    assert day.said["first"] == f"Noted: not relevant. {title(2)}"
    assert day.stored["first"] == {(title(2), ADMIN, ADMIN, "pacts", "irrelevant")}


def test_the_last_verdict_of_a_reader_counts(day: Day) -> None:
    assert day.said["changed"] == f"Noted: relevant. {title(2)}"
    assert day.stored["changed"] == {(title(2), ADMIN, ADMIN, "pacts", "relevant")}
    assert day.stored["changed back"] == day.stored["first"]


def test_without_a_reply_the_latest_alert_is_meant(day: Day) -> None:
    assert day.said["latest"] == f"Noted: relevant. {title(3)}"
    assert day.stored["latest"] - day.stored["changed back"] == {(title(3), ADMIN, ADMIN, "pacts", "relevant")}


def test_an_anonymous_admin_judges_as_the_group(day: Day) -> None:
    assert day.stored["of a group"] - day.stored["latest"] == {(title(3), GROUP, GROUP, "pacts", "relevant")}


def test_what_is_no_alert_is_not_judged_and_the_answer_says_what_is_wanted(day: Day) -> None:
    assert day.said["too early"] == "There has been no alert here yet."
    assert day.said["of a picture"] == "I know no alert behind that message. Reply to an alert with /relevant."
    assert day.said["of the bot's own words"] == day.said["of a picture"].replace("relevant", "irrelevant")
    assert day.stored["of a picture"] == set()
    assert day.stored["of the bot's own words"] == day.stored["latest"]


def test_try_counts_the_verdicts_as_precision(day: Day) -> None:
    assert day.precision == {"precision": pytest.approx(2 / 3, abs=0.01), "relevant": 2, "irrelevant": 1, "stories": 2}
