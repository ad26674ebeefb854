"""What a reader of a digest sees, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from desk_digest import ANTARA, CARD, DAY, HOUR, JAKARTA, SEEN, plain_story, report, source, step, story

from bot.model import Basis, Part, Priority, Story
from bot.tell import Card, html, plain, split
from bot.tell.digests import Extras, digest, fitting, shown
from bot.tell.footer import Coverage
from bot.tell.moved import News
from bot.tell.pictures import Series, VolumePlot
from bot.tell.sections import Caps
from bot.tell.split import CAPTION_LIMIT, LIMIT, MOST_PARTS, units
from bot.tell.steplist import MOST, Dated
from bot.tell.tree import Message, from_json, to_json


def made(*stories: Story, card: Card = CARD, **given: object) -> Message:
    return digest(stories, card, SEEN - DAY, SEEN, JAKARTA, **given)  # type: ignore[arg-type]  # its arguments


def told(*stories: Story, card: Card = CARD, **given: object) -> str:
    return plain(made(*stories, card=card, **given))


def lines(*stories: Story, **given: object) -> list[str]:
    return told(*stories, **given).splitlines()  # type: ignore[arg-type]  # its arguments


def marked(*stories: Story, **given: object) -> str:
    return html(made(*stories, **given))  # type: ignore[arg-type]  # its arguments


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_digest_of_one_story_from_top_to_bottom() -> None:
    assert told(plain_story()) == (
        "Japan's partners\n"
        "13 May 2026 10:05 WIB to 14 May 2026 10:05 WIB: 1 story\n"
        "\n"
        "INDONESIA\n"
        "Headline 1 <https://antara.example/1>\n"
        "ANTARA · 14 May 10:05\n"
        "Officials of Indonesia met in Tokyo on Monday to talk.\n"
        "They agreed that ships would sail to Bitung in June."
    )


def test_a_digest_with_nothing_to_tell_says_so() -> None:
    assert told() == "Japan's partners\n13 May 2026 10:05 WIB to 14 May 2026 10:05 WIB: 0 stories"


def test_a_digest_of_several_sections_begins_with_what_is_in_them() -> None:
    stories = [plain_story(1), plain_story(2), plain_story(3, labels=("nato",)), plain_story(4, labels=())]
    found = lines(*stories)
    assert found[2] == "Indonesia 2 · NATO 1 · other 1"
    assert [line for line in found if line.isupper()] == ["INDONESIA", "NATO", "OTHER"]


def test_a_watchlist_without_groups_has_no_headings() -> None:
    text = told(plain_story(1), plain_story(2, labels=()), card=Card("japan", "All", {}, None))
    assert not [line for line in text.splitlines() if line.isupper()]
    assert text.count("Headline") == 2


def test_a_starting_picture_has_a_title_of_its_own() -> None:
    assert told(plain_story(), title="Starting picture").startswith("Starting picture\n")


def test_times_are_on_the_readers_clock() -> None:
    text = plain(digest([plain_story()], CARD, SEEN - DAY, SEEN, ZoneInfo("Asia/Tokyo")))
    assert "14 May 2026 12:05 JST: 1 story" in text
    assert "ANTARA · 14 May 12:05\n" in text


def test_the_year_of_another_year_is_said() -> None:
    assert "· 14 May 2025 10:05 (seen 365 d later)" in told(plain_story(published=SEEN - 365 * DAY))


# --- one story ------------------------------------------------------------------------------------------------------


def test_other_outlets_are_linked_and_those_beyond_three_counted() -> None:
    reports = [report(1)] + [report(number, source(f"outlet{number}")) for number in range(2, 8)]
    assert (
        "ANTARA, Outlet2 <https://outlet2.example/2>, Outlet3 <https://outlet3.example/3>, "
        "Outlet4 <https://outlet4.example/4> +3 ·"
    ) in told(story(*reports))


def test_a_step_stands_with_the_date_its_sentence_says() -> None:
    assert "· signed 13 May\n" in told(plain_story(), extras=Extras(steps={1: step()}))
    assert "· signed May\n" in told(plain_story(), extras=Extras(steps={1: step(date="2026-05")}))
    assert "· signed 2025\n" in told(plain_story(), extras=Extras(steps={1: step(date="2025")}))


def test_a_step_that_no_sentence_dates_stands_without_a_date() -> None:
    found = Extras(steps={1: step(name="in_force", date_from="published")})
    assert "· in force\n" in told(plain_story(), extras=found)


def test_other_labels_of_a_story_are_named_in_its_line() -> None:
    assert "10:05 · also NATO\n" in told(plain_story(labels=("indonesia", "nato")))


@pytest.mark.parametrize(
    ("languages", "said"),
    [(("en",), ""), (("id",), " · in Indonesian"), (("en", "ja", "xx"), " · in English, Japanese, xx")],
)
def test_languages_are_named_where_they_are_not_only_the_readers(languages: tuple[str, ...], said: str) -> None:
    reports = [report(at, source(f"o{at}"), language=name) for at, name in enumerate(languages)]
    assert f"14 May 10:05{said}\n" in told(story(*reports))


def test_sentences_are_those_of_the_best_report_in_the_readers_language_and_name_their_outlet() -> None:
    english = report(2, source("kyodo"), body=("Ships of Indonesia will sail to Japan next week, Kyodo says.",))
    own = report(1, language="id")
    text = told(story(own, english))
    assert "Kyodo says. (Kyodo <https://kyodo.example/2>)" in text
    assert "Officials" not in text
    assert "Kyodo says" not in told(story(own, english), extras=Extras(reads="id"))


def test_a_headline_its_reader_does_not_read_has_another_behind_it() -> None:
    both = story(report(1, language="ja"), report(2, source("kyodo"), language="en"))
    assert "\nHeadline 1 <https://antara.example/1> (Headline 2 <https://kyodo.example/2>)\n" in told(both)
    assert "Headline 2" not in told(both, extras=Extras(reads="ja"))
    assert "Headline 2" not in told(story(report(1), report(2, source("kyodo"))))


def test_a_headline_that_stands_alone_is_one_its_reader_reads() -> None:
    both = story(report(1, language="ja"), report(2, source("kyodo"), language="en"))
    first = plain_story(9, priority=Priority.URGENT)
    assert "• Headline 2 <https://kyodo.example/2> (Kyodo +1)" in told(first, both, caps=Caps(1, 1, 9))


def test_matched_words_are_bold_and_the_headline_is_the_link() -> None:
    text = marked(plain_story())
    assert '<b><a href="https://antara.example/1">Headline 1</a></b>' in text
    assert "Officials of <b>Indonesia</b> met" in text


@pytest.mark.parametrize(("more", "shown"), [(6, 2), (12, 1)])
def test_two_long_sentences_are_one(more: int, shown: int) -> None:
    body = tuple(
        f"{word} of Indonesia " + " ".join(f"{word.lower()}{at}" for at in range(3 * more)) + " are resting."
        for word in ("Ships", "Fleet")
    )
    assert told(plain_story(body=body)).count("resting") == shown


def test_a_story_told_on_a_feeds_summary_only_says_so() -> None:
    feed = report(1, basis=Basis.FEED)
    assert told(story(feed)).endswith("\nmatched on the feed's summary only")
    assert "summary" not in told(story(feed, report(2, source("kyodo"))))


def test_a_story_without_a_date_says_when_it_was_seen() -> None:
    assert "ANTARA · seen 14 May 10:05\n" in told(plain_story(published=None))


@pytest.mark.parametrize(
    ("age", "said"), [(36 * HOUR, ""), (37 * HOUR, " (seen 1 d later)"), (9 * DAY, " (seen 9 d later)")]
)
def test_an_old_printed_date_is_said_to_be_old(age: timedelta, said: str) -> None:
    (line,) = [line for line in lines(plain_story(published=SEEN - age)) if line.startswith("ANTARA")]
    assert line.partition(":05")[2] == said


# --- what moved -----------------------------------------------------------------------------------------------------


def test_a_story_that_moved_says_what_is_new_since_when() -> None:
    new = tuple(report(number, source(f"new{number}")) for number in (2, 3, 4))
    fresh = News(SEEN - DAY, 3, new, step=step())
    text = told(story(report(1), *new), extras=Extras(steps={1: step()}, moved={1: fresh}))
    assert text.count("signed") == 1
    assert "1 story, 1 of them told before and moved since" in text
    assert (
        "\nSince 13 May 10:05: now signed 13 May; 3 new outlets: New2 <https://new2.example/2>, "
        "New3 <https://new3.example/3>, New4 <https://new4.example/4>\n"
    ) in text


def test_a_new_step_is_told_in_the_sentence_that_says_it_from_the_report_that_has_it() -> None:
    told_before = report(1, body=("The ministers held talks in Jakarta.",))
    says = report(2, source("kyodo"), body=("It rained. Japan and Indonesia signed the pact on Wednesday.",))
    new = step(sentence="Japan and Indonesia signed the pact on Wednesday.", part=Part.BODY, paragraph=0)
    found = Extras(steps={1: new}, moved={1: News(SEEN - DAY, 1, (says,), step=new)})
    text = told(story(told_before, says), extras=found)
    assert "\nJapan and Indonesia signed the pact on Wednesday. (Kyodo <https://kyodo.example/2>)\n" in text + "\n"
    assert "held talks" not in text


def test_a_louder_rule_and_a_changed_report_are_said() -> None:
    fresh = News(SEEN - DAY, priority=Priority.URGENT, rules=("exercise",), labels={"partner": ("nato",)})
    text = told(plain_story(), extras=Extras(moved={1: fresh}))
    assert "\nSince 13 May 10:05: now urgent; a report was changed: now NATO by the rule exercise\n" in text


def test_an_untold_story_says_nothing_of_before() -> None:
    assert "Since" not in told(plain_story())
    assert "told before" not in told(plain_story())


# --- what has no room -----------------------------------------------------------------------------------------------


def test_stories_above_the_cap_stand_as_linked_headlines() -> None:
    text = told(*(plain_story(number) for number in range(1, 6)), caps=Caps(3, 3, 9))
    assert text.count("Officials") == 3
    assert "and 2 more on Indonesia:\n  | • Headline 4 <https://antara.example/4> (ANTARA)\n  | • Headline 5" in text


def test_many_headlines_are_folded_and_few_are_not() -> None:
    def folded(count: int) -> bool:
        return "<blockquote expandable>" in marked(*(plain_story(at) for at in range(1, count + 2)), caps=Caps(1, 1, 9))

    assert (folded(3), folded(4)) == (False, True)


def test_what_not_even_a_headline_has_room_for_is_counted() -> None:
    text = told(*(plain_story(number) for number in range(1, 11)), caps=Caps(2, 2, 3))
    assert "and 8 more on Indonesia:" in text
    assert "… 5 without a line here" in text
    assert text.count("Headline") == 5
    assert ": 10 stories" in text


def test_a_headline_says_how_many_more_outlets_have_it_and_its_step() -> None:
    many = story(report(9, ANTARA, priority=Priority.LOW), report(8, source("z"), priority=Priority.LOW))
    text = told(plain_story(1), many, caps=Caps(1, 1, 9), extras=Extras(steps={9: step(0, "talks")}))
    assert "• Headline 9 <https://antara.example/9> (ANTARA +1, talks)" in text


def test_a_digest_of_three_hundred_stories_is_a_few_messages() -> None:
    stories = [plain_story(number, labels=("indonesia", "nato")[number % 2 :][:1]) for number in range(300)]
    parts = split(made(*stories, extras=Extras(coverage=Coverage(sources=3, articles=900))))
    assert len(parts) <= 4
    assert all(units(plain_text(part)) <= LIMIT for part in parts)
    text = "\n".join(map(plain, parts))
    assert ": 300 stories" in text
    assert "300 stories: 12 in full, 30 as headlines and 258 only counted (below the cap)" in text


def test_a_digest_that_is_too_long_shows_fewer_stories_and_all_of_its_last_lines() -> None:
    stories = [
        plain_story(number, title=f"{number} " + "大臣" * 300, body=("Indonesia " + "spoke " * 400 + ".",))
        for number in range(300)
    ]
    extras = Extras(coverage=Coverage(sources=3, articles=900))
    largest = Caps(200, 200, 100)
    message, caps = fitting(largest, lambda caps: made(*stories, caps=caps, extras=extras))
    assert len(split(made(*stories, caps=largest, extras=extras))) > MOST_PARTS >= len(split(message))
    assert "900 articles" in plain(split(message)[-1])
    named = shown(stories, CARD.group_by, caps, extras, SEEN)
    assert len(named) == caps.stories + caps.more
    assert f"{300 - len(named)} only counted" in plain(message)


def plain_text(part: Message) -> str:
    """The visible text, without the addresses."""
    return re.sub("<[^>]+>", "", html(part))


@pytest.mark.parametrize("mark", ["\u200d", "\u0300", "\ufe0f", "👨\u200d", "word ", "<b>", "\n\n", "\u202e"])
def test_headlines_of_thousands_of_marks_take_no_more_room_than_others(mark: str) -> None:
    hostile = [plain_story(number, title="Japan visits a" + mark * 5000) for number in range(30)]
    assert len(split(made(*hostile))) <= 4


def test_markup_in_headlines_and_names_is_shown_as_written() -> None:
    text = marked(plain_story(title="<b>A & B</b>", of=source("<i>x")))
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text
    assert "&lt;I&gt;X" in text


# --- what was left out ----------------------------------------------------------------------------------------------


def last(**given: object) -> list[str]:
    found = lines(plain_story(), extras=Extras(coverage=Coverage(**given)))  # type: ignore[arg-type]  # its fields
    return found[found.index("") :] if "" not in found[-4:] else found[len(found) - found[::-1].index("") :]


def test_what_was_left_out_is_counted_with_the_reason() -> None:
    assert last(alerted=3, told=1, waiting=2, wanted=2) == [
        "Left out: 3 told as alerts already; 1 told in earlier digests; 2 wait for a second publisher"
    ]


def test_one_story_waits_for_several_publishers() -> None:
    assert last(waiting=1, wanted=3) == ["Left out: 1 waits for more publishers"]


def test_what_was_read_is_counted_and_who_could_not_be_is_named() -> None:
    assert last(articles=340, feed_only=12, sources=28, failing=("Kyodo", "NHK")) == [
        "Read: 340 articles, 12 on the feed's summary only; 28 sources asked, 26 healthy",
        "2 sources could not be read when last asked: Kyodo, NHK",
    ]


def test_many_failing_sources_are_counted() -> None:
    (line,) = [line for line in last(sources=9, failing=tuple("abcdefg")) if "could not" in line]
    assert line == "7 sources could not be read when last asked: a, b, c, d, e +2"


def test_stories_of_low_priority_rules_only_are_counted() -> None:
    stories = [plain_story(1), plain_story(2, priority=Priority.LOW)]
    assert lines(*stories, extras=Extras(coverage=Coverage()))[-1] == "2 stories: 1 by low-priority rules only"


def test_where_nothing_was_left_out_nothing_is_said() -> None:
    assert told(plain_story(), extras=Extras(coverage=Coverage())).endswith("in June.")


# --- the week -------------------------------------------------------------------------------------------------------

PLOT = VolumePlot("Japan's partners: stories a day", ("2026-05-13", "2026-05-14"), (Series("Indonesia", (1, 2)),))


def test_the_steps_of_the_week_stand_by_date_with_their_reports() -> None:
    dated = [
        Dated(step(name="talks", date="2026-05-12", date_from="published", labels={"partner": ("nato",)}), report(1)),
        Dated(step(date="2026-05-13"), report(2, source("kyodo"))),
    ]
    assert told(plain_story(), extras=Extras(dated=dated)).endswith(
        "\n\nSTEPS\n"
        "• by 12 May: talks, NATO: Headline 1 <https://antara.example/1> (ANTARA)\n"
        "• 13 May: signed: Headline 2 <https://kyodo.example/2> (Kyodo)"
    )


def test_steps_beyond_those_listed_are_counted() -> None:
    dated = [Dated(step(), report(1))] * (MOST + 2)
    text = told(plain_story(), extras=Extras(dated=dated))
    assert text.endswith("\n… and 2 steps more")
    assert text.count("• ") == MOST


def test_the_caption_of_a_weekly_picture_says_by_itself_what_matters() -> None:
    stories = [plain_story(number, title=f"Headline {number} " + "and on " * 40) for number in range(1, 30)]
    first, *rest = split(made(*stories, extras=Extras(picture=PLOT)))
    assert first.picture == PLOT
    assert not [part for part in rest if part.picture]
    text = plain(first)
    assert ": 29 stories" in text
    assert text.count("Headline") >= 3
    assert text.splitlines()[4].startswith("2. Headline 2 and on")
    assert units(plain_text(first)) <= CAPTION_LIMIT
    assert not text.endswith("INDONESIA")


def test_a_digest_comes_back_from_the_outbox_as_it_was() -> None:
    message = made(*(plain_story(at) for at in range(1, 9)), caps=Caps(2, 2, 9), extras=Extras(picture=PLOT))
    assert from_json(to_json(message)) == message


def test_no_part_of_a_long_digest_ends_with_a_heading() -> None:
    labels = [f"label{number}" for number in range(40)]
    stories = [plain_story(at, labels=(label,)) for at, label in enumerate(labels)]
    parts = split(made(*stories, caps=Caps(40, 3, 0)))
    assert len(parts) > 1
    assert not [part for part in parts if plain(part).splitlines()[-1].isupper()]
