"""Whether an entry is new, known, or known and changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Entry
from bot.read import Identity, KnownEntry, Verdict, identify, keys
from bot.read.identity import MOST_CHANGES

WHEN = datetime(2026, 1, 5, 8, tzinfo=UTC)
LONG = (
    "Japan and Indonesia agreed on Monday to begin formal talks on the export of frigates, officials on both sides "
    "said after a meeting in Tokyo.",
)
ENTRY = Entry("tag:1", "https://example.org/a/1", "Talks begin", LONG, WHEN)


def known(entry: Entry, id: int = 1, changes: int = 0) -> KnownEntry:
    return KnownEntry(id, id * 10, keys(entry), entry.published, changes)


@pytest.mark.parametrize(
    "again",
    [
        ENTRY,
        replace(ENTRY, url="http://www.example.org/a/1/?utm_source=rss"),
        replace(ENTRY, guid="tag:999"),
        replace(ENTRY, guid=None),
        replace(ENTRY, guid="https://example.org/?p=1", url="https://EXAMPLE.org/a/1#c"),
        replace(ENTRY, url="https://example.org/moved/1"),
        replace(ENTRY, url="https://example.org/moved/1", guid="tag:2"),
    ],
)
def test_an_entry_is_known_again(again: Entry) -> None:
    assert identify(again, [known(ENTRY)]) == Identity(Verdict.SAME, known(ENTRY))


@pytest.mark.parametrize(
    "other",
    [
        Entry("tag:2", "https://example.org/a/2", "Another title", (), WHEN),
        Entry("tag:1", "https://example.org/a/2", "A guid that is a position in the list", (), WHEN),
        replace(ENTRY, url="https://example.org/a/2", guid="tag:2", published=datetime(2026, 1, 6, tzinfo=UTC)),
        Entry(None, None, "Nothing in common"),
    ],
)
def test_another_entry_is_new(other: Entry) -> None:
    assert identify(other, [known(ENTRY)]) == Identity(Verdict.NEW)


def test_nothing_is_known_at_first() -> None:
    assert identify(ENTRY, []).verdict is Verdict.NEW


def test_a_text_that_changed_is_a_change() -> None:
    assert identify(replace(ENTRY, paragraphs=("Corrected text.",)), [known(ENTRY)]) == Identity(
        Verdict.CHANGED, known(ENTRY)
    )


def test_case_spaces_and_punctuation_alone_are_no_change() -> None:
    assert identify(replace(ENTRY, title="TALKS  begin!"), [known(ENTRY)]).verdict is Verdict.SAME


def test_two_versions_that_alternate_stop_counting() -> None:
    now, changes = ENTRY, 0
    verdicts = []
    for turn in range(40):
        version = replace(ENTRY, paragraphs=(f"Version {turn % 2}",))
        verdict = identify(version, [known(now, changes=changes)]).verdict
        verdicts.append(verdict)
        if verdict is Verdict.CHANGED:
            now, changes = version, changes + 1
    assert verdicts.count(Verdict.CHANGED) == MOST_CHANGES
    assert verdicts[-1] is Verdict.SAME


def test_entries_that_share_an_address_are_told_apart_by_guid_or_title() -> None:
    live = "https://example.org/live"
    shared = frozenset({keys(replace(ENTRY, url=live)).url_key or ""})
    one, two = Entry("1", live, "First report", (), WHEN), Entry("2", live, "Second report", (), WHEN)
    store = [known(one, 1), known(two, 2)]
    assert identify(two, store, shared).known == store[1]
    assert identify(replace(two, guid="changed"), store, shared).known == store[1]
    assert identify(Entry("3", live, "Third report", (), WHEN), store, shared).verdict is Verdict.NEW
    # with its neighbours gone from the document, an entry of a live blog is still not the first one
    assert identify(Entry("3", live, "Third report", (), WHEN), store).verdict is Verdict.NEW


def test_a_short_text_proves_nothing() -> None:
    flash = Entry("1", "https://example.org/1", "Market report", (), WHEN)
    assert identify(replace(flash, guid="2", url="https://example.org/2"), [known(flash)]).verdict is Verdict.NEW


def test_a_japanese_text_proves_as_much_as_an_english_one() -> None:
    story = Entry(
        "1",
        "https://example.org/1",
        "協議開始で合意",
        ("日本とインドネシアの両政府は五日、護衛艦の輸出に向けた公式協議を始めることで合意した。",),
        WHEN,
    )
    assert identify(replace(story, guid="2", url="https://example.org/2"), [known(story)]).verdict is Verdict.SAME


def test_the_oldest_of_several_is_the_one() -> None:
    twice = [known(ENTRY, 2), known(ENTRY, 1)]
    assert identify(ENTRY, twice).known == twice[1]


texts = st.text(max_size=30)
entries = st.builds(
    Entry,
    guid=st.none() | texts,
    url=st.none() | texts.map(lambda path: "https://example.org/" + path),
    title=texts,
    paragraphs=st.tuples(texts),
)


@given(entries)
def test_every_entry_with_an_id_or_an_address_knows_itself(entry: Entry) -> None:
    found = identify(entry, [known(entry)])
    assert found.verdict is (
        Verdict.SAME
        if entry.url or (keys(entry).guid_key and keys(entry).title_key != keys(replace(entry, title="")).title_key)
        else found.verdict
    )
    assert all(
        len(key) <= 64
        for key in (keys(entry).guid_key, keys(entry).url_key, keys(entry).title_key, keys(entry).fingerprint)
        if key
    )


@given(entries, st.lists(entries, max_size=4))
def test_the_verdict_does_not_depend_on_the_order_of_the_known(entry: Entry, others: list[Entry]) -> None:
    store = [known(one, number) for number, one in enumerate(others)]
    assert identify(entry, store) == identify(entry, store[::-1])
