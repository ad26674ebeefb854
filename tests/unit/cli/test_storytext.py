"""A story's record, as text and as JSON, and a story in the JSON of a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cli import show, storytext
from bot.model import Article, Evidence, Match, Part, Priority, Report, Source, Step, Story
from bot.store.record import Record, StoredStep

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def report(number: int, outlet: str, tier: int, language: str, text: str, term: str) -> Report:
    source = Source(outlet, outlet.upper(), tier=tier, family=outlet)
    url = f"https://{outlet}.example/{number}"
    article = Article(url, f"Headline {number}", (text,), text, published=NOON, language=language, source=source)
    at = text.index(term)
    evidence = (Evidence("partner", "indonesia", term, Part.BODY, 0, 0, at, at + len(term), term),)
    match = Match("japan", "partnership", Priority.NORMAL, {"partner": ("indonesia",)}, evidence)
    return Report(number, article, NOON + number * HOUR, (match,))


BLOG = report(1, "blog", 3, "en", "The ministers of Indonesia met.", "Indonesia")
WIRE = report(2, "wire", 1, "id", "Para menteri Indonesia bertemu di Tokyo.", "Indonesia")
SISTER = replace(WIRE, article_id=3, article=replace(WIRE.article, source=Source("sister", "S", tier=2, family="wire")))
STORY = Story(7, "", (BLOG, WIRE, SISTER))
STORED = StoredStep(
    2, "japan", "step", "talks", 1, {"partner": ["indonesia"]}, "2026-03-10", "published", "Para menteri."
)


def record(story: Story | None = STORY, *steps: StoredStep) -> Record:
    return Record(7, "Old headline", (), NOON, story, {}, steps, ())


def lines(made: Record) -> list[str]:
    return list(storytext.as_text(made, made.id))


def test_outlets_are_counted_and_named_by_family_the_one_of_the_headline_first() -> None:
    assert "outlets    2: wire, blog" in lines(record())
    assert storytext.as_json(record())["outlets"] == ["wire", "blog"]


def test_a_key_sentence_says_which_article_it_stands_in_and_marks_what_matched() -> None:
    assert "  Para menteri »Indonesia« bertemu di Tokyo. (article 2)" in lines(record())
    (said,) = storytext.as_json(record())["sentences"]
    assert said == {
        "text": "Para menteri Indonesia bertemu di Tokyo.",
        "url": "https://wire.example/2",
        "language": "id",
        "marks": [[13, 22]],
        "article": 2,
    }


def test_a_step_that_two_watchlists_found_is_one_line_and_two_objects() -> None:
    made = record(STORY, STORED, replace(STORED, watchlist="asean"))
    assert sum("talks" in line for line in lines(made)) == 1
    assert [step["watchlist"] for step in storytext.as_json(made)["steps"]] == ["japan", "asean"]


def test_articles_are_listed_in_the_order_they_were_seen() -> None:
    assert [article["id"] for article in storytext.as_json(record())["articles"]] == [1, 2, 3]


def test_a_story_without_an_article_has_no_outlets_and_says_nothing() -> None:
    made = storytext.as_json(record(None))
    assert (made["headline"], made["outlets"], made["summary"], made["sentences"]) == ("Old headline", [], [], [])
    assert "outlets    none" in lines(record(None))


def test_a_story_of_a_digest_has_languages_outlets_steps_and_traceable_sentences() -> None:
    step = Step("step", "talks", 1, {"partner": ("indonesia",)}, "2026-03", "sentence", Part.BODY, 0, "Para menteri.")
    made = show.story(STORY, [step])
    assert (made["languages"], made["outlets"]) == (["en", "id"], ["wire", "blog"])
    assert made["steps"] == [
        {
            "concept": "step",
            "step": "talks",
            "rank": 1,
            "date": "2026-03",
            "date_from": "sentence",
            "labels": {"partner": ["indonesia"]},
            "sentence": "Para menteri.",
        }
    ]
    assert made["summary"] == [said["text"] for said in made["sentences"]]
    assert [said["url"] for said in made["sentences"]] == ["https://wire.example/2"]
