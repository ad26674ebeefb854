"""`kentongan story` in the real program, and the keys of an alert in the chat.

The timeline is played once; each test looks at one thing that was said.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from faketelegram import Sent
from news import title
from program import ADMIN, KENTONGAN, READER, Result, World, world

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(300)

SOON = 60.0
GROUP = -100500
WHY = {"names": ["prabowo"], "days": ["2026-03-10"], "labels": ["indonesia"]}
ALERT_BODY = ["Japan and Indonesia sign pacts ", {"a": ["here"], "url": "https://antara.example/"}]


@dataclass
class Day:
    """What was printed, by name."""

    world: World
    printed: dict[str, Result] = field(default_factory=dict)
    toasts: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Story and article by the article's number, as they were at first."""
    homes: dict[int, int] = field(default_factory=dict)
    """The story of each article after the presses."""

    def run(self, name: str, *words: object) -> Result:
        """One command, `kentongan story ...` for most."""
        self.printed[name] = self.world.program.command(*map(str, words))
        return self.printed[name]

    def beside(self, name: str, *words: object) -> None:
        """One command while the program runs."""
        program = self.world.program
        where = ["--config", program.config, "--state", program.state]
        done = subprocess.run([KENTONGAN, *where, *map(str, words)], capture_output=True, text=True, check=False)
        self.printed[name] = Result(done.returncode, done.stdout, done.stderr)

    def tie(self, number: int, article: int, story: int, score: float) -> None:
        """As proposed when an article was read."""
        self.world.program.change(
            "INSERT INTO ties (id, article_id, story_id, score, why, at) VALUES "
            f"({number}, {article}, {story}, {score}, '{json.dumps(WHY)}', '2026-03-10 05:00:00')"
        )

    def alert(self, chat: int, story: int, tie: int) -> None:
        """A composed alert with the keys of a tie, waiting in the outbox."""
        keys = {"keys": [[["Same event", f"1ty{tie}"], ["Not the same", f"1tn{tie}"]]]}
        self.world.program.change(
            "INSERT INTO deliveries (key, chat_id, kind, watchlist, story_id, status, due_at, body, created_at) VALUES "
            f"('test:{chat}:{story}', {chat}, 'alert', 'pacts', {story}, 'pending', '2026-01-01 00:00:00', "
            f"'{json.dumps([*ALERT_BODY, keys])}', '2026-01-01 00:00:00')"
        )

    def press(self, name: str, chat: int, button: str, user: int) -> None:
        """Somebody presses a button of the chat's latest alert; waits for the toast."""
        telegram = self.world.telegram
        query = telegram.press(self.asking(chat), button, user_id=user)
        telegram.wait_for(lambda t: query in t.answers, SOON)
        self.toasts[name] = telegram.answers[query]["text"]
        self.buttons[name] = [each["text"] for each in self.asking(chat).buttons]

    def asking(self, chat: int) -> Any:
        """The chat's latest message with keys of a tie."""
        messages = self.world.telegram.messages(chat)
        return next(sent for sent in reversed(messages) if _asks(sent))


def _asks(sent: Sent) -> bool:
    return any(button.get("callback_data", "").startswith("1t") for button in sent.buttons)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with world(tmp_path_factory.mktemp("story")) as w:
        day = Day(w)
        w.publish(1, 2, 3, 4, 5)
        w.telegram.chat(GROUP, "supergroup")
        w.telegram.chat(READER)
        w.subscribe()
        w.telegram.say(GROUP, "/subscribe pacts", user_id=ADMIN)
        w.once()
        _apart(day)
        _by_command(day)
        _by_button(day)
        yield day


def _apart(day: Day) -> None:
    """Each article alone in a story of its own, whatever the program made of them."""
    change = day.world.program.change
    numbers = {title(number): number for number in range(1, 6)}
    for table in ("joins", "ties"):
        change(f"DELETE FROM {table}")
    for article, headline in day.world.program.rows("SELECT id, title FROM articles ORDER BY id"):
        story, seen = 100 + article, f"2026-03-10 05:00:0{article}.000000"
        change(
            f"INSERT INTO stories (id, headline, first_seen, latest) VALUES ({story}, '{headline}', '{seen}', '{seen}')"
        )
        change(f"UPDATE articles SET story_id = {story} WHERE id = {article}")
        day.ids[numbers[headline]] = (story, article)


def _by_command(day: Day) -> None:
    (one, a), (two, b), (_, c) = (day.ids[number] for number in (1, 2, 3))
    day.run("unknown", "story", 999)
    day.run("no ties", "story", "ties")
    day.tie(1, c, one, 0.41)
    day.run("with a tie", "story", one)
    day.run("with a tie as json", "story", one, "--json")
    day.run("ties", "story", "ties")
    day.run("ties as json", "story", "ties", "--json")
    day.run("apart", "story", "apart", 1)
    day.run("apart again", "story", "apart", 1)
    day.run("merged", "story", "merge", two, one)
    day.run("merged as json", "story", one, "--json")
    day.run("merged in words", "story", one)
    day.run("merged twice", "story", "merge", two, one)
    day.run("digest of merged", "digest", "pacts", "--json")
    day.run("split of all", "story", "split", two, a, b)
    day.run("split of a stranger", "story", "split", two, c)
    day.run("split", "story", "split", one, b, "--json")
    day.run("after the split", "story", two, "--json")


def _by_button(day: Day) -> None:
    four, (five, e) = day.ids[4][0], day.ids[5]
    day.tie(12, e, four, 0.5)
    day.alert(ADMIN, five, 12)
    day.alert(GROUP, five, 12)
    day.world.program.change(
        "INSERT INTO chats (id, kind, title, role, joined_at) VALUES "
        f"({READER}, 'private', '', 'reader', '2026-01-01 00:00:00')"
    )
    telegram = day.world.telegram
    with day.world.program.running():
        for chat in (ADMIN, GROUP):
            telegram.wait_for(lambda t, chat=chat: any(map(_asks, t.messages(chat))), SOON)
        day.buttons["asked"] = [each["text"] for each in day.asking(ADMIN).buttons]
        day.press("a stranger", GROUP, "Same event", 99)
        day.press("a reader", GROUP, "Same event", READER)
        day.press("the admin", ADMIN, "Same event", ADMIN)
        day.press("the admin elsewhere", GROUP, "Not the same", ADMIN)
        day.homes = dict(day.world.program.rows("SELECT id, story_id FROM articles"))
        day.beside("beside the program", "story", "split", five, e)


def test_an_unknown_story_is_one_clear_line(day: Day) -> None:
    said = day.printed["unknown"]
    assert (said.status, said.out, said.err) == (1, "", "kentongan: there is no story 999\n")


def test_a_storys_record_tells_what_it_is_and_what_it_may_be(day: Day) -> None:
    (one, a), (three, c) = day.ids[1], day.ids[3]
    record = day.printed["with a tie as json"].document
    assert list(record) == [
        "id", "merged_from", "headline", "labels", "first_seen", "published", "languages", "outlets", "articles",
        "steps", "summary", "sentences", "possibly",
    ]  # fmt: skip
    assert (record["id"], record["merged_from"], record["headline"]) == (one, [], title(1))
    assert record["labels"] == {"partner": ["indonesia"]} and record["languages"] == ["en"]
    assert record["outlets"] == ["antara"]
    (article,) = record["articles"]
    assert (article["id"], article["source"], article["watchlists"]) == (a, "antara", ["pacts"])
    assert record["possibly"] == [
        {"tie": 1, "story": three, "headline": title(3), "article": c, "score": 0.41, "why": WHY}
    ]


def test_a_tie_is_shown_with_what_can_be_done(day: Day) -> None:
    three, c = day.ids[3]
    said = day.printed["with a tie"].out
    assert f"story {three}: {title(3)}" in said
    assert f"tie 1, by article {c}, score 0.41: names prabowo; days 2026-03-10; labels indonesia" in said
    assert "kentongan story join 1, or kentongan story apart 1" in said


def test_open_ties_are_listed(day: Day) -> None:
    one, three = day.ids[1][0], day.ids[3][0]
    assert day.printed["no ties"].out == "" and day.printed["no ties"].status == 0
    assert day.printed["ties"].out.startswith("tie 1")
    (row,) = day.printed["ties as json"].rows
    assert (row["tie"], row["story"], row["other"]) == (1, three, one)


def test_a_tie_is_kept_apart_once(day: Day) -> None:
    one, three = day.ids[1][0], day.ids[3][0]
    assert day.printed["apart"].out == f"stories {three} and {one} stay apart\n"
    again = day.printed["apart again"]
    assert again.status == 1 and "was decided already" in again.err and again.err.count("\n") == 1


def test_the_id_of_a_merged_story_answers_with_the_one_it_is_in_and_says_so(day: Day) -> None:
    (one, a), (two, b) = day.ids[1], day.ids[2]
    assert day.printed["merged"].out == f"story {two} now holds story {one}\n"
    record = day.printed["merged as json"].document
    assert (record["id"], record["merged_from"]) == (two, [one])
    assert {article["id"] for article in record["articles"]} == {a, b}
    joined = next(article["joined"] for article in record["articles"] if article["id"] == a)
    assert joined["kind"] == "operator"
    said = day.printed["merged in words"].out.splitlines()
    assert said[0] == f"story {one} was put into story {two}"
    assert any("put here by an operator" in line for line in said)


def test_what_is_merged_already_is_not_merged_again(day: Day) -> None:
    said = day.printed["merged twice"]
    assert said.status == 1 and "is part of story" in said.err


def test_a_digest_tells_merged_stories_as_one(day: Day) -> None:
    one, two = day.ids[1][0], day.ids[2][0]
    told = {story["id"]: len(story["articles"]) for story in day.printed["digest of merged"].document["stories"]}
    assert told[two] == 2 and one not in told


def test_a_split_that_leaves_nothing_or_takes_from_elsewhere_is_refused(day: Day) -> None:
    for name, words in (("split of all", "nothing would be left"), ("split of a stranger", "not in story")):
        said = day.printed[name]
        assert said.status == 1 and words in said.err and said.out == ""


def test_split_articles_are_a_story_of_their_own(day: Day) -> None:
    (_, a), (two, b) = day.ids[1], day.ids[2]
    made = day.printed["split"].document["story"]
    assert made not in {story for story, _ in day.ids.values()}
    record = day.printed["after the split"].document
    assert [article["id"] for article in record["articles"]] == [a] and record["headline"] == title(1)
    assert day.world.program.rows(f"SELECT story_id FROM articles WHERE id = {b}") == [(made,)]
    apart = "SELECT article_id, story_id FROM ties WHERE state = 'apart'"
    assert {(a, made), (b, two)} <= set(day.world.program.rows(apart))


def test_an_alert_asks_in_the_chat(day: Day) -> None:
    assert day.buttons["asked"] == ["Same event", "Not the same"]


def test_a_press_of_somebody_who_may_not_decide_is_answered_politely_and_changes_nothing(day: Day) -> None:
    assert day.toasts["a stranger"] == "Only people this bot knows can use its buttons."
    assert day.toasts["a reader"] == "Thank you, but only an admin of this bot can decide that."
    assert day.buttons["a stranger"] == day.buttons["a reader"] == ["Same event", "Not the same"]


def test_a_press_of_an_admin_joins_the_stories_and_the_buttons_say_so(day: Day) -> None:
    (four, d), (five, e) = day.ids[4], day.ids[5]
    assert day.toasts["the admin"] == "Joined: these are one story now."
    assert day.buttons["the admin"] == ["✓ Same event"]
    assert day.homes[d] == day.homes[e] and day.homes[d] in (four, five)


def test_the_same_question_elsewhere_is_answered_with_what_was_decided(day: Day) -> None:
    assert day.toasts["the admin elsewhere"] == "That was decided already: these are one story."
    assert day.buttons["the admin elsewhere"] == ["✓ Same event"]


def test_a_command_works_beside_the_running_program(day: Day) -> None:
    said = day.printed["beside the program"]
    assert (said.status, said.err) == (0, "") and said.out.endswith(f"now holds article {day.ids[5][1]}\n")
