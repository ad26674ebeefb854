"""What is composed while nobody asks is in the language of whoever reads it: whole digests, notices and lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.model import Article, Basis, DeliveryKind, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.run import precision, silence, trouble
from bot.run.spikes import Found, _message
from bot.speech import LANGUAGES, SOURCE, speaking
from bot.speech.dates import Form, dated
from bot.store.asked import Hit, Search, Unlabelled
from bot.story.chronicle import Entry
from bot.story.precision import Precision
from bot.story.spikes import Spike, Volume
from bot.telegram import hourwords, librarywords
from bot.tell import Card, Code, Message, alert, plain, why
from bot.tell.chronicle import message as chronicle
from bot.tell.digests import Extras, digest, empty, headlines, ranked, reasons, while_quiet
from bot.tell.footer import Coverage
from bot.tell.moved import News
from bot.tell.sections import Caps
from bot.tell.steplist import Dated

NOW = datetime(2026, 8, 14, 3, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("Asia/Tokyo")
CARD = Card("w", "Jalasena", {("partner", "indonesia"): "Nusantara"}, "partner")
OTHERS = [code for code in LANGUAGES if code != SOURCE]

QUOTED = {"headline", "antara", "kyodo", "nusantara", "jalasena", "ships", "sailed", "nato", "rulename", "indonesia"}
"""Words of headlines, sentences and names, which are nobody's to translate."""

SAME = {"feed", "status", "csv", "json", "utc", "jst", "asia", "tokyo", "bot", "mute", "unmute", "quiet", "timezone"}
SAME |= {"save", "saved", "story"}
"""Words that are the same in Indonesian, names of zones, and commands."""


def report(number: int, **changes: Any) -> Report:
    given = {"priority": Priority.NORMAL, "basis": Basis.PAGE, "labels": ("indonesia",), "of": "antara"} | changes
    source = Source(given["of"], given["of"].title(), tier=1, family=given["of"])
    text = "Indonesia ships sailed."
    article = Article(
        f"https://x.example/{number}", f"Headline {number}", (text,), text, language="en",
        published=given.get("published", NOW), basis=given["basis"], source=source,
    )  # fmt: skip
    piece = Evidence("partner", "indonesia", "Indonesia", Part.BODY, 0, 0, 0, 9, "Indonesia")
    labels = {"partner": given["labels"]} if given["labels"] else {}
    return Report(number, article, NOW, (Match("w", "rulename", given["priority"], labels, (piece,)),))


def story(number: int = 1, **changes: Any) -> Story:
    return Story(number, "w", (report(number, **changes), report(number + 100, of="kyodo")))


STEP = Step("step", "signed", 3, {}, "2026-08-13", "sentence", Part.BODY, 0, "Indonesia ships sailed.")
READ = Coverage(3, 2, 1, 2, 340, 12, 28, ("Kyodo",))
ENTRY = Entry("2026-08-13", "published", "step", "in_force", 2, {}, "Headline 1", "Ships sailed.", (1,), (), NOW)
HIT = Hit(7, "Headline 1", "https://x.example/1", "Antara", NOW, 2, "Ships sailed.", (), True)


FEED = SimpleNamespace(
    source="antara", url="https://x.example/", last_error="", last_success=NOW, failures=5, gone=False
)
GONE = SimpleNamespace(**(vars(FEED) | {"gone": True, "last_success": None}))


def _digest() -> Message:
    stories = [story(number) for number in range(1, 6)] + [story(7, labels=()), story(8, priority=Priority.LOW)]
    stories += [story(9, basis=Basis.FEED), story(10, published=NOW - 5 * DAY)]
    moved = News(NOW - DAY, 2, (), STEP, Priority.URGENT)
    by_day = [Dated(STEP, report(1)), Dated(replace(STEP, date_from="published", step="talks"), report(2))] * 10
    extras = Extras({1: STEP}, {2: moved}, READ, by_day)
    return digest(stories, CARD, NOW - DAY, NOW, ZONE, caps=Caps(4, 3, 2), extras=extras, keys=4)


def _spike() -> Message:
    found = [Found(Spike(Volume.SPIKE, ("partner", str(at)), 20, 0.01), (story(at),)) for at in range(12)]
    return _message(found, CARD, 3 * DAY)


def _search() -> Message:
    return librarywords.found(Search('"ships"', NOW - DAY, NOW, NOW - HOUR, 12, (HIT,)), 0, ZONE)


COMPOSED: dict[str, Callable[[], Message]] = {
    "a digest": _digest,
    "an empty digest": lambda: empty(CARD, NOW - DAY, NOW, ZONE, READ),
    "what waited for the end of quiet hours": lambda: digest(
        [story()], CARD, NOW - DAY, NOW, ZONE, title=while_quiet(CARD, [])
    ),
    "all headlines": lambda: headlines(ranked([story(1), story(2)], Extras(), NOW), "Nusantara", "en"),
    "the reasons of an order": lambda: reasons(
        ranked([story(1), story(2, priority=Priority.LOW)], Extras({1: STEP}), NOW), "Jalasena", "en"
    ),
    "an alert": lambda: alert(story(), CARD, ZONE, step=Dated(STEP, report(1))),
    "why it rang": lambda: why(story(basis=Basis.FEED), CARD),
    "a spike": _spike,
    "a chronicle": lambda: chronicle([ENTRY] * 30, CARD, [], "Nusantara", []),
    "a chronicle of nothing": lambda: chronicle([], CARD, [], "Nusantara", []),
    "a topic that is gone": lambda: trouble._topic_gone("Nusantara", 4),
    "a chat that is closed": lambda: trouble._closed("Nusantara", "Kyodo"),
    "a digest in doubt": lambda: trouble._in_doubt(cast(Any, SimpleNamespace(id=4, kind=DeliveryKind.DIGEST))),
    "an alert in doubt": lambda: trouble._in_doubt(
        cast(Any, SimpleNamespace(id=4, kind=DeliveryKind.ALERT, body=["Nusantara"]))
    ),
    "feeds that fell silent": lambda: Message(silence._text([cast(Any, FEED)] * 12, [cast(Any, FEED)] * 12, 20, 12)),
    "a feed that is gone": lambda: Message(silence._lost(cast(Any, GONE))),
    "what readers said of rules": lambda: Message(
        *precision.nodes([precision.Reading(Precision("w", "rulename", 3, 9, 9), ())] * 14)
    ),
    "what is muted": lambda: hourwords.muted_here([(hourwords.a_story("Headline"), NOW)], ZONE),
    "everything muted": lambda: hourwords.all_muted(NOW, ZONE),
    "a mute that was not understood": lambda: hourwords.mute_usage("Nusantara"),
    "quiet hours": lambda: hourwords.quiet_hours(None, False, ZONE, NOW),
    "how a chat is told": lambda: hourwords.settings(None, True, ZONE, NOW, 0, True, True),
    "what a search found": _search,
    "how to search": librarywords.search_usage,
    "a label that is none": lambda: librarywords.unlabelled("Headline", Unlabelled("Nusantara", ("Nusantara",) * 50)),
    "a story that is saved": lambda: librarywords.kept("Headline", 4, True),
    "the list of what is saved": lambda: librarywords.kept_list([(4, NOW, story(), ""), (5, NOW, None, "")], 1, ZONE),
    "how to export": lambda: librarywords.export_usage(31 * DAY),
}


def words(message: Message) -> set[str]:
    """The words of a message and of the keys under it, without addresses, names and what is to be typed."""
    said = Message(*(node for node in message.nodes if not isinstance(node, Code)))
    keys = " ".join(key.text for row in message.keys for key in row)
    text = re.sub(r"https?://\S+", " ", f"{plain(said)}\n{keys}")
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", text)} - QUOTED


@pytest.mark.parametrize("what", COMPOSED)
def test_nothing_of_it_is_english_in_japanese(what: str) -> None:
    with speaking("ja"):
        left = words(COMPOSED[what]())
    assert left - SAME == set()


@pytest.mark.parametrize("what", COMPOSED)
def test_nothing_of_it_is_english_in_indonesian(what: str) -> None:
    english = words(COMPOSED[what]())
    with speaking("id"):
        assert words(COMPOSED[what]()) & english - SAME == set()


def test_days_are_written_as_the_language_writes_them() -> None:
    def all_of() -> list[str]:
        return [dated(NOW, form) for form in Form]

    assert all_of() == ["14 Aug 2026 03:05", "14 Aug 03:05", "14 Aug 2026", "14 Aug", "Aug 2026", "Aug", "2026"]
    with speaking("id"):
        assert all_of()[:4] == ["14 Agu 2026 03:05", "14 Agu 03:05", "14 Agu 2026", "14 Agu"]
    with speaking("ja"):
        assert all_of() == [
            "2026年8月14日 03:05", "8月14日 03:05", "2026年8月14日", "8月14日", "2026年8月", "8月", "2026年",
        ]  # fmt: skip


def test_a_japanese_digest_says_of_each_story_when_and_as_which_step() -> None:
    with speaking("ja"):
        text = plain(digest([story()], CARD, NOW - DAY, NOW, ZONE, extras=Extras({1: STEP})))
    assert "2026年8月13日 12:05 JST〜2026年8月14日 12:05 JST：1件" in text
    assert "8月14日 12:05 · 署名 8月13日" in text
