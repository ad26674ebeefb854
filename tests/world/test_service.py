"""`kentongan run` through an evening: invitations, alerts, questions, a reload, a digest's hour, and how it stops.

Each evening is played once; each test looks at one thing that happened in it.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from faketelegram import Sent
from news import item, page, path, title
from program import ADMIN, READER, TOKEN, WATCHLIST, World, world

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(400)

SOON = 60.0
"""Seconds: a tick comes every 5, and the machine may be busy."""

STRANGER = 99


@dataclass
class Evening:
    """What happened, by name."""

    world: World
    seen: dict[str, Any] = field(default_factory=dict)

    def answer(self, name: str, chat: int, text: str, *, number: int = 1, **options: Any) -> list[Sent]:
        """Somebody writes; waits for what the bot says to it."""
        telegram = self.world.telegram
        before = len(telegram.messages(chat))
        telegram.say(chat, text, **options)
        telegram.wait_for(lambda t: len(t.messages(chat)) >= before + number, SOON)
        self.seen[name] = telegram.messages(chat)[before:]
        return telegram.messages(chat)[before:]

    def told(self, chat: int, number: int) -> Sent:
        """Waits for the message about an article."""

        def there(_: Any) -> list[Sent]:
            return [sent for sent in self.world.news(chat) if title(number) in sent.text]

        found: list[Sent] = self.world.telegram.wait_for(there, SOON)
        return found[-1]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with world(tmp_path_factory.mktemp("evening")) as w:
        e = Evening(w)
        w.publish(1)
        w.subscribe()
        w.once()
        with w.program.running():
            _invite(e)
            w.page(2)
            w.feed([item(2), item(1)])
            e.seen["alert"] = e.told(READER, 2)
            e.told(ADMIN, 2)
            # Nobody answers faster than a transaction takes.
            number = e.seen["alert"].message_id
            known = f"SELECT 1 FROM deliveries WHERE message_id = {number} AND chat_id = {READER}"
            w.program.wait_until(lambda: w.program.rows(known))
            e.answer("why", READER, "/why", reply_to=number)
            e.answer("digest", READER, "/digest pacts 1h")
            _reload(e)
            began = time.monotonic()
            e.seen["status"] = w.program.end()
            e.seen["seconds"] = time.monotonic() - began
        _digest_hour(e)
        yield e


def _invite(e: Evening) -> None:
    e.answer("stranger", STRANGER, "/subscribe pacts")
    (invitation,) = e.answer("invitation", ADMIN, "/invite")
    secret = re.search(r"\?start=(\S+)", invitation.text)
    assert secret is not None
    e.answer("welcome", READER, f"/start {secret[1]}")
    e.answer("second guest", STRANGER, f"/start {secret[1]}")
    e.answer("subscribed", READER, "/subscribe pacts", number=2)


def _reload(e: Evening) -> None:
    w = e.world
    w.program.write_watchlist(WATCHLIST.replace("nation and pact", "nation and pakt"))
    assert w.program.process is not None
    w.program.process.send_signal(signal.SIGHUP)
    w.program.wait_for("configuration not reloaded")
    e.seen["broken"] = next(line for line in w.program.errors.splitlines() if "not reloaded" in line)
    w.page(3)
    w.feed([item(3), item(2), item(1)])
    e.seen["after a broken reload"] = e.told(READER, 3)
    w.program.write_watchlist(WATCHLIST.replace("Japan's pacts", "Tokyo's pacts"))
    w.program.process.send_signal(signal.SIGHUP)
    w.program.wait_for("configuration reloaded")
    e.answer("watchlists", READER, "/watchlists")


def _digest_hour(e: Evening) -> None:
    """The reader's hour comes while nothing runs."""
    w = e.world
    w.program.change(
        f"UPDATE subscriptions SET rhythm = 'hourly', due_at = datetime('now', '+1 minutes') WHERE chat_id = {READER}"
    )
    # All at length, so that it takes several messages.
    w.program.settings["digests"] = {"stories": 40, "per_section": 40}
    w.program.write_settings()
    numbers = range(200, 240)
    e.world.feeds.clear()
    for start in range(0, len(numbers), 20):
        path_of_feed = f"/feed-{start}.xml"
        for number in numbers[start : start + 20]:
            w.page(number)
        w.feed([item(number) for number in numbers[start : start + 20]], path_of_feed)
    w.once()
    w.program.change(f"UPDATE subscriptions SET due_at = datetime('now', '-1 minutes') WHERE chat_id = {READER}")
    told = len(w.news(READER))
    with w.program.running():
        w.telegram.wait_for(lambda t: any(title(number) in t.texts(READER)[-1] for number in numbers), SOON)
        w.program.wait_until(lambda: not w.program.rows("SELECT 1 FROM deliveries WHERE due_at IS NOT NULL"), SOON)
    e.seen["hourly"] = w.news(READER)[told:]


def test_a_stranger_gets_one_polite_line_and_no_subscription(evening: Evening) -> None:
    (line,) = evening.seen["stranger"]
    assert len(line.text.splitlines()) == 1
    assert evening.world.program.rows(f"SELECT 1 FROM subscriptions WHERE chat_id = {STRANGER}") == []


def test_an_invitation_lets_one_person_in_and_no_second_one(evening: Evening) -> None:
    assert "Kentongan watches the news" in evening.seen["welcome"][0].text
    assert evening.world.program.rows(f"SELECT 1 FROM chats WHERE id = {STRANGER}") == []
    assert "Kentongan watches" not in evening.seen["second guest"][0].text


def test_subscribing_shows_the_latest_stories_at_once(evening: Evening) -> None:
    following, latest = evening.seen["subscribed"]
    assert following.text.startswith("Now following Japan's pacts")
    assert latest.text.startswith("Latest: Japan's pacts")
    assert title(1) in latest.text


def test_a_new_article_is_alerted_in_the_chat(evening: Evening) -> None:
    alert = evening.seen["alert"]
    assert alert.links[0] == evening.world.web.url(path(2))
    assert "Japan and Indonesia signed" in alert.text


def test_why_names_the_rule_the_label_and_the_words(evening: Evening) -> None:
    (answer,) = evening.seen["why"]
    assert "rule pact (Indonesia)" in answer.text
    assert "“Japan”, “Indonesia”, “pact”" in answer.text or all(w in answer.text for w in ("“Japan”", "“pact”"))


def test_digest_shows_told_stories_too(evening: Evening) -> None:
    assert title(1) in evening.seen["digest"][0].text
    assert title(2) in evening.seen["digest"][0].text


def test_a_broken_watchlist_leaves_the_running_bot_its_old_one(evening: Evening) -> None:
    assert "pacts.yaml:11:33: unknown concept 'pakt'" in evening.seen["broken"]
    assert title(3) in evening.seen["after a broken reload"].text


def test_a_mended_watchlist_is_taken_up_without_a_restart(evening: Evening) -> None:
    assert "Tokyo's pacts" in evening.seen["watchlists"][0].text


def test_sigterm_ends_an_idle_bot_at_once(evening: Evening) -> None:
    assert evening.seen["status"] == 0
    assert evening.seen["seconds"] < 5


def test_a_digest_comes_at_its_hour_in_parts_and_in_order(evening: Evening) -> None:
    parts = evening.seen["hourly"]
    assert len(parts) > 1
    assert parts[0].text.startswith(f"1/{len(parts)}\nTokyo's pacts\n")
    assert [sent.message_id for sent in parts] == sorted(sent.message_id for sent in parts)
    text = "\n".join(sent.text for sent in parts)
    assert sum(title(number) in text for number in range(200, 240)) == 40
    ledger = evening.world.program.rows(
        f"SELECT part, message_id FROM deliveries WHERE chat_id = {READER} AND kind = 'digest' ORDER BY part"
    )
    assert ledger == [(number, sent.message_id) for number, sent in enumerate(parts, start=1)]


def test_no_story_is_told_twice_to_one_chat_uninvited(evening: Evening) -> None:
    for chat in (ADMIN, READER):
        alerted = [sent.text.splitlines()[0] for sent in evening.world.alerts(chat)]
        assert [alerted.count(title(number)) for number in (2, 3)] == [1, 1]


def test_the_evening_kept_the_rules_of_the_bot_api_and_the_secret(evening: Evening) -> None:
    assert evening.world.telegram.violations == []
    for file in evening.world.program.state.iterdir():
        assert TOKEN.encode() not in file.read_bytes()
    assert TOKEN not in evening.world.program.errors


# --- stopping in the middle -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """A feed, a page and a message hang when SIGTERM comes; the next start finds them mended."""
    with world(tmp_path_factory.mktemp("stopped")) as w:
        e = Evening(w)
        w.program.settings["fetch"]["timeout"] = "30s"
        w.program.write_settings()
        for number, (name, host) in enumerate({"a": "127.0.0.1", "b": "127.0.0.2", "c": "127.0.0.3"}.items()):
            w.web.page(path(10 + number), page(10 + number))
            w.feed([item(10 + number)], f"/{name}.xml", name, host=host)
        w.subscribe()
        w.once()
        told, called = len(w.news()), len(w.telegram.calls)

        w.web.page(path(20), page(20))
        w.feed([item(20), item(10)], "/a.xml", "a", host="127.0.0.1")
        w.web.hang(path(21))
        w.feed([item(21), item(11)], "/b.xml", "b", host="127.0.0.2")
        w.web.hang("/c.xml", host="127.0.0.3")
        w.telegram.fail("sendMessage", hang=60, chat_id=ADMIN)
        with w.program.running():
            w.program.wait_until(
                lambda: (
                    w.web.asked(path(21))
                    and len(w.web.asked("/c.xml")) == 2
                    and any(call.method == "sendMessage" for call in w.telegram.calls[called:])
                )
            )
            began = time.monotonic()
            e.seen["status"] = w.program.end()
            e.seen["seconds"] = time.monotonic() - began
        w.telegram.mend()
        w.web.page(path(21), page(21))
        w.web.page(path(22), page(22))
        w.feed([item(22), item(12)], "/c.xml", "c", host="127.0.0.3")
        w.once()
        e.seen["told"] = w.news()[told:]
        yield e


def test_sigterm_ends_a_bot_that_waits_for_everybody_within_ten_seconds(stopped: Evening) -> None:
    assert stopped.seen["status"] == 0
    assert stopped.seen["seconds"] < 10


def test_the_next_start_takes_up_what_the_stop_cut_off(stopped: Evening) -> None:
    texts = [sent.text for sent in stopped.seen["told"]]
    assert [sum(title(number) in text for text in texts) for number in (20, 21, 22)] == [1, 1, 1]


def test_a_message_cut_off_in_the_middle_is_repeated_and_says_so(stopped: Evening) -> None:
    (text,) = [sent.text for sent in stopped.seen["told"] if title(20) in sent.text]
    assert text.startswith("sent again: it may have arrived before\n")


# --- a wrong token --------------------------------------------------------------------------------------------------


def test_with_a_wrong_token_the_service_polls_on_and_a_single_round_says_so(tmp_path_factory: Any) -> None:
    with world(tmp_path_factory.mktemp("wrong")) as w:
        w.program.token = "123456:a-token-that-nobody-was-given"
        w.publish(1)
        with w.program.running():
            w.program.wait_until(lambda: w.web.asked(path(1)))
            w.program.wait_for('"not connected to Telegram"')
        assert w.program.errors.count("not connected to Telegram") == 1
        assert "that-nobody-was-given" not in w.program.errors
        result = w.program.command("once", "--all", "--json")
        assert result.status == 1
        (line,) = result.err.splitlines()
        assert re.fullmatch(r"kentongan: Telegram \(127\.0\.0\.1:\d+\) refuses the token; .*", line)
        assert result.document["counts"]["feeds_unchanged"] == 1
