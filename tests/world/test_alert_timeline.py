"""One subscriber, two feeds, seven rounds of the real program: what is told, and what is not told again.

The timeline is played once; each test looks at one moment of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from faketelegram import Sent
from fakeweb import Item, Request
from news import html, item, page, paragraphs, path, title
from program import ADMIN, Result, World, world

# The whole timeline is one test's set-up, and machines can be busy.
pytestmark = pytest.mark.timeout(400)

ANTARA, KYODO = "127.0.0.1", "127.0.0.2"
PRINTED = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=2, minutes=5)
"""Late enough to be called late, and within the time in which copies are looked for."""


@dataclass
class Moment:
    """What one round printed, which messages came with it, and what the web was asked for."""

    counts: dict[str, int]
    outcomes: list[str]
    messages: list[Sent]
    requests: list[Request]

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


@dataclass
class Day:
    """The timeline's moments by name, and the world as it was left."""

    world: World
    moments: dict[str, Moment] = field(default_factory=dict)
    _answers: dict[tuple[str, ...], Result] = field(default_factory=dict)

    def round(self, name: str) -> None:
        told, asked = len(self.world.telegram.messages(ADMIN)), len(self.world.web.requests)
        printed = self.world.once()
        self.moments[name] = Moment(
            printed["counts"],
            [feed["outcome"] for feed in printed["feeds"]],
            [sent for sent in self.world.telegram.messages(ADMIN)[told:] if sent.links],
            self.world.web.requests[asked:],
        )

    def ask(self, *words: str) -> Result:
        """What a command says of the day as it ended; asked once, however many tests want to know."""
        if words not in self._answers:
            self._answers[words] = self.world.program.command(*words, "--json")
        return self._answers[words]

    def __getitem__(self, name: str) -> Moment:
        return self.moments[name]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with world(tmp_path_factory.mktemp("day")) as w:
        day = Day(w)
        w.subscribe()
        w.publish(1, 2, 3, 90, validators=True)
        # Japan and nothing else: no rule says yes.
        w.web.page(path(90), page(90).replace("Indonesia", "nobody").replace("pact", "song"))
        w.web.page("/news/10", page(10), host=KYODO)
        copies = [item(10)]
        w.feed(copies, "/kyodo.xml", "kyodo", host=KYODO)
        day.round("first look")

        w.web.page(path(4), page(4))
        w.web.page(path(91), html("Japanese minister visits a farm", paragraphs(91)[1:]))
        visit = item(91, title="Japanese minister visits a farm", summary="")
        antara = [item(4, published=PRINTED), visit, *(item(number) for number in (1, 2, 3, 90))]
        w.feed(antara, validators=True)
        day.round("a new article")

        w.web.page("/world/copy-of-4", page(4), host=KYODO)
        copies = [Item(title(4), "/world/copy-of-4", "Japan and Indonesia signed a pact."), *copies]
        w.feed(copies, "/kyodo.xml", "kyodo", host=KYODO)
        day.round("a copy")

        w.web.page(path(4), page(4, extra="The ministers later added a word on radar and on the harbour."))
        antara[0] = item(4, published=PRINTED, summary="Updated: Japan and Indonesia signed a pact, ministers added.")
        w.web.page(path(1), page(1, extra="The ministers later added a word on ships."))
        antara[2] = item(1, summary="Updated: Japan and Indonesia signed a pact on ships.")
        w.feed(antara, validators=True)
        day.round("an update")

        day.round("nothing changed")

        moved = w.web.url("").replace("http://", "https://")
        tracked = [
            item(
                4,
                guid="a",
                published=PRINTED,
                path=path(4) + "?utm_source=rss&utm_medium=feed",
                summary=antara[0].summary,
            ),
            item(1, guid="b", path=moved + path(1), summary=antara[2].summary),
            item(2, guid="c", path=moved.replace("//", "//www.") + path(2)),
            item(3, guid="1", path=path(3) + "#top"),
            item(90, guid="2"),
            replace(visit, guid="3"),
        ]
        w.feed(tracked, validators=True)
        day.round("renumbered")

        w.publish(*range(20, 32), validators=True)
        day.round("a flood")
        yield day


def test_the_first_poll_raises_no_alerts_and_puts_what_matched_into_one_starting_picture(day: Day) -> None:
    moment = day["first look"]
    assert len(moment.messages) == 1
    assert moment.messages[0].text.startswith("Starting picture: Japan's pacts\n")
    assert [title(number) in moment.messages[0].text for number in (1, 2, 3, 10, 90)] == [True] * 4 + [False]
    assert moment.counts["matches"] == 4
    assert "alerts" not in moment.counts


def test_a_new_article_is_alerted_once_with_its_link_source_local_time_label_and_evidence(day: Day) -> None:
    (alert,) = day["a new article"].messages
    lines = alert.html.splitlines()
    url = day.world.web.url(path(4), ANTARA)
    assert lines[0] == f'<b><a href="{url}">{title(4)}</a></b>'
    local = PRINTED.astimezone(ZoneInfo("Asia/Jakarta"))
    time = f"{local.day} {local:%b %Y %H:%M} WIB"
    clock = f'<tg-time unix="{PRINTED.timestamp():.0f}" format="Dt">{time}</tg-time>'
    assert lines[1] == f"ANTARA · {clock} (seen 2 d later) · Indonesia"
    assert "<b>Japan</b> and <b>Indonesia</b> signed" in lines[2]
    assert "<b>pact</b>" in lines[2]
    assert lines[3].startswith("<blockquote expandable>") and lines[-1] == "<i>Japan's pacts</i>"
    assert not alert.preview


def test_only_the_new_article_is_read_in_the_second_round(day: Day) -> None:
    paths = [request.path for request in day["a new article"].requests if request.path.startswith("/news")]
    assert paths == [path(4), path(91)]


def test_a_rule_of_low_priority_raises_no_alert_and_stands_in_the_digest(day: Day) -> None:
    assert day["a new article"].counts["matches"] == 2
    stories = day.ask("digest", "pacts").document["stories"]
    (story,) = [story for story in stories if story["headline"] == "Japanese minister visits a farm"]
    assert [article["rules"] for article in story["articles"]] == [["visit"]]


def test_a_syndicated_copy_is_not_alerted_and_joins_the_story(day: Day) -> None:
    assert day["a copy"].messages == []
    assert day["a copy"].counts["copies"] == 1
    stories = day.ask("digest", "pacts").document["stories"]
    urls = [{article["url"] for article in story["articles"]} for story in stories]
    assert {day.world.web.url(path(4)), day.world.web.url("/world/copy-of-4", KYODO)} in urls


def test_an_article_updated_in_place_is_read_again_and_not_told_again(day: Day) -> None:
    """One was told in an alert, one in the starting picture."""
    assert (len(day["an update"].asked(path(4))), len(day["an update"].asked(path(1)))) == (1, 1)
    assert day["an update"].messages == []
    found = day.ask("explain", day.world.web.url(path(4))).document
    assert "The ministers later added" in found["paragraphs"][-1]


def test_a_feed_that_renumbers_its_entries_and_decorates_its_addresses_brings_nothing_new(day: Day) -> None:
    moment = day["renumbered"]
    assert "read" in moment.outcomes
    assert moment.counts["entries_new"] == 0
    assert moment.messages == []
    assert [request.path for request in moment.requests if not request.path.endswith(".xml")] == []


def test_twelve_new_entries_at_once_become_one_picture_and_no_alert(day: Day) -> None:
    moment = day["a flood"]
    assert moment.counts["entries_new"] == 12
    assert len(moment.messages) == 1
    assert all(title(number) in moment.messages[0].text for number in range(20, 32))


def test_a_second_poll_sends_both_validators_and_a_304_reads_nothing(day: Day) -> None:
    moment = day["nothing changed"]
    (request,) = moment.asked("/rss.xml")
    assert {"if-none-match", "if-modified-since"} <= set(request.headers)
    assert request.status == 304
    assert moment.outcomes == ["unchanged", "unchanged"]
    assert sorted(request.path for request in moment.requests) == ["/kyodo.xml", "/rss.xml"]
    assert moment.messages == []


def test_every_message_keeps_the_rules_of_the_bot_api(day: Day) -> None:
    assert day.world.telegram.violations == []


# --- what the commands say of it ------------------------------------------------------------------------------------

ARTICLE = {"url", "title", "source", "language", "published", "author", "rules", "evidence"}
MORE_OF_ARTICLE = {"basis", "first_seen"}
EVIDENCE = {"concept", "label", "term", "part", "paragraph", "sentence", "start", "end", "text"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_digest_gives_the_fields_it_promises(day: Day) -> None:
    found = day.ask("digest", "pacts").document
    assert set(found) == {"watchlist", "since", "until", "stories"} | {"read", "waiting"}
    assert len(found["stories"]) == 4 + 2 + 12
    for story in found["stories"]:
        promised = {"id", "headline", "labels", "first_seen", "published", "summary", "articles"}
        assert promised | {"rank", "score", "reasons", "step", "outlets", "languages"} <= set(story)
        visit = "visit" in story["headline"]
        assert story["labels"] == ({} if visit else {"partner": ["indonesia"]})
        for article in story["articles"]:
            assert set(article) == ARTICLE | MORE_OF_ARTICLE
            assert article["rules"] == ["visit" if visit else "pact"]
            assert all(set(piece) == EVIDENCE for piece in article["evidence"])
    assert all(INSTANT.fullmatch(time) for time in _times(found))


def test_explain_answers_from_the_store_and_its_evidence_points_at_the_words(day: Day) -> None:
    asked = len(day.world.web.requests)
    found = day.ask("explain", day.world.web.url(path(4))).document
    promised = {"url", "title", "language", "published", "author", "paragraphs", "matches", "misses", "from"}
    assert set(found) == promised | {"lead", "basis", "note", "published_from", "reading"}
    assert (found["from"], len(day.world.web.requests)) == ("store", asked)
    assert found["published"] == f"{PRINTED:%Y-%m-%dT%H:%M:%SZ}"
    closest = "the title has nation (“Japan”), not “visit*”"
    assert found["misses"] == [{"watchlist": "pacts", "rule": "visit", "failed": '"visit*"', "closest": closest}]
    (match,) = found["matches"]
    assert set(match) == {"watchlist", "rule", "labels", "evidence", "min_sources"}
    for piece in match["evidence"]:
        text = found["paragraphs"][piece["paragraph"]] if piece["part"] == "body" else found[piece["part"]]
        assert text[piece["start"] : piece["end"]] == piece["text"]
    assert {piece["concept"] for piece in match["evidence"]} == {"nation", "pact", "partner"}


def test_search_gives_articles_as_in_a_story_one_a_line(day: Day) -> None:
    rows = day.ask("search", 'title("number 4") and partner:indonesia').rows
    assert [set(row) for row in rows] == [ARTICLE | MORE_OF_ARTICLE] * 2
    assert {row["source"] for row in rows} == {"antara", "kyodo"}


def test_deliveries_gives_the_ledger_with_nothing_marked_that_did_not_arrive(day: Day) -> None:
    rows = day.ask("deliveries").rows
    promised = {"id", "chat", "kind", "status", "story", "due", "sent", "attempts", "message_id", "error"}
    assert all(set(row) == promised | {"thread", "part"} for row in rows)
    arrived = [sent.message_id for sent in day.world.news()]
    assert sorted(row["message_id"] or 0 for row in rows) == sorted(arrived)
    assert [row["kind"] for row in rows] == ["picture", "alert", "picture"]
    assert all(INSTANT.fullmatch(row["sent"]) for row in rows)


def test_sources_gives_the_state_of_each_feed(day: Day) -> None:
    rows = day.ask("sources").rows
    promised = {"source", "url", "state", "last_success", "last_error", "next_poll", "entries", "extracted"}
    more = {"entries_a_day", "failures", "note", "page_errors"}
    assert all(set(row) == promised | more for row in rows)
    assert [(row["source"], row["state"], row["entries"], row["extracted"]) for row in rows] == [
        ("antara", "ok", 6 + 12, 1.0),
        ("kyodo", "ok", 2, 1.0),
    ]
    assert all(INSTANT.fullmatch(row["last_success"]) and INSTANT.fullmatch(row["next_poll"]) for row in rows)


def _times(found: Any) -> Iterator[str]:
    for name, value in found.items() if isinstance(found, dict) else enumerate(found):
        if isinstance(value, dict | list):
            yield from _times(value)
        elif name in ("since", "until", "published", "first_seen") and value is not None:
            yield value
