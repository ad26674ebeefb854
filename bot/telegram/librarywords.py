"""What the commands of the library say, in one place so that it can be translated. It looks nothing up."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Basis, Report, Story
from bot.store.asked import Hit, Mistake, Search, Unlabelled
from bot.store.record import Record, StoredStep
from bot.story import headline, labels, published, summary
from bot.story.sentences import Sentence
from bot.tell import FEED_ONLY, Bold, Code, Italic, Link, Message, Node, Quote, Text, local
from bot.tell.tree import Time
from bot.tell.wording import Names, label_names, local_day, marked, outlet, outlets, short, step_name

PAGE = 6
"""Stories on one page: with their sentences they fit one message, and a row of buttons."""

SEARCH_GONE = "That search is too old; please ask again."
STORY_GONE = "That story is no longer there."
NOT_YOUR_LIST = "That is somebody else's list; /saved shows yours."
NO_SUCH_PAGE = "There is no such page any more."
KEPT = "Saved: /saved lists what you keep."
KEPT_BEFORE = "You keep that one already."
UNKEPT = "No longer saved."
NOT_KEPT = "That one was not saved."
KEEP_KEY = "Save"
UNKEEP_KEY = "Saved: undo"
LATER_KEY = "‹ Newer"
EARLIER_KEY = "Older ›"

_SENTENCE = 240
_HEADLINE = 140
"""Characters in a list: a page of it is one message, since a part of it could not be turned."""

_ARTICLES = 12
_STEPS = 8
_NAMED = 40
"""Articles, steps and labels that are listed; more are counted."""

_AROUND = 30
"""Characters shown before and after the place of a mistake."""


# --- searching ------------------------------------------------------------------------------------------------------


def search_usage() -> Message:
    """How to search."""
    return Message(
        "Search the archive with words in quotation marks, or with the concepts of the watchlists:\n",
        Code('/search "drone" and "Indonesia"'),
        "\n",
        Code('/search 7d "submarine*" and not "film"'),
        "\nWithout a time I look back 30 days.",
    )


def mistaken(expression: str, mistake: Mistake) -> Message:
    """Why an expression cannot be read, with a caret below the place. One that names no concept is most likely made of
    bare words."""
    before = expression[max(0, mistake.offset - _AROUND) : mistake.offset]
    shown = ("…" if mistake.offset > _AROUND else "") + before
    line = shown + expression[mistake.offset : mistake.offset + _AROUND]
    nodes: list[Node] = [
        Text("I cannot read that: "),
        Text(short(mistake.message)),
        Text(f" (at character {mistake.offset + 1}).\n"),
        Code(f"{line}\n{_blank(shown)}^"),
    ]
    if '"' not in expression:
        nodes += [Text("\nWords to look for stand in quotation marks: "), Code('/search "drone" and "Indonesia"')]
    return Message(*nodes)


def _blank(text: str) -> str:
    """As much room as the text takes in a fixed width."""
    wide = {"W", "F"}
    return "".join("\u3000" if unicodedata.east_asian_width(sign) in wide else "\u00a0" for sign in text)


def found(search: Search, page: int, zone: ZoneInfo) -> Message:
    """One page of what a search found, counted from 0."""
    nodes: list[Node] = [Bold("Search"), Text(" "), Code(short(search.expression, 200))]
    if not search.hits:
        return Message(*nodes, Text(f"\nNothing found in {_read(search, zone)}."))
    many = len(search.hits)
    stories = "1 story" if many == 1 else f"{many} stories"
    nodes.append(Text(f"\n{stories} in {_read(search, zone)}."))
    for number, hit in enumerate(search.hits[page * PAGE : (page + 1) * PAGE], page * PAGE + 1):
        nodes += [Text("\n\n"), *_hit(number, hit, zone)]
    return Message(*nodes)


def _read(search: Search, zone: ZoneInfo) -> str:
    articles = "1 article" if search.articles == 1 else f"{search.articles} articles"
    if search.whole:
        return f"{articles} since {local(search.since, zone)}"
    return f"{articles} since {local(search.reached, zone)}; what is older was not looked at, so ask more narrowly"


def _hit(number: int, hit: Hit, zone: ZoneInfo) -> list[Node]:
    nodes: list[Node] = [Text(f"{number}. "), Bold(Link(hit.url, short(hit.title, _HEADLINE)))]
    more = f" +{hit.more}" if hit.more else ""
    nodes += [Text(f"\n{short(hit.outlet, 60)}{more} · "), Time(hit.seen, local(hit.seen, zone))]
    if hit.story is not None:
        nodes.append(Text(f" · story {hit.story}"))
    if hit.sentence and hit.sentence != hit.title:
        nodes += [Text("\n"), *marked(Sentence(hit.sentence, hit.marks), _SENTENCE)]
    if hit.feed_only:
        nodes += [Text("\n"), Italic(FEED_ONLY)]
    return nodes


def bad_time(word: str, longest: timedelta) -> Message:
    """A time that is no time, or is too long."""
    return Message(
        Code(short(word, 40)), f" is not a time I can look back: try 24h, 7d or 4w, at most {longest.days}d."
    )


# --- one story ------------------------------------------------------------------------------------------------------


def story_usage() -> Message:
    """How to ask for one."""
    return Message("Which story? ", Code("/story 123"), ", or reply with /story to its alert.")


def no_story(story_id: int) -> Message:
    """An id that no story has."""
    return Message(f"There is no story {story_id}.")


def story(record: Record, asked: int, names: Names, zone: ZoneInfo) -> Message:
    """All that a reader may want to know of a story. `asked` is the id that was asked for."""
    if record.story is None:
        return Message(Bold(short(record.headline)), f"\nStory {record.id}: none of its articles is left.")
    told, best = record.story, next(iter(outlets(record.story)))
    nodes: list[Node] = []
    if asked != record.id:
        nodes += [Italic(f"Story {asked} was put into story {record.id}."), Text("\n")]
    first = min(told.reports, key=lambda report: report.article.title != headline(told))
    nodes += [Bold(Link(first.article.url, short(headline(told)))), Text("\n"), best, *list(outlets(told))[1:]]
    moment = published(told) or record.first_seen
    nodes += [Text(" · "), Time(moment, local(moment, zone)), Text(f" · story {record.id}")]
    if found := label_names(labels(told), names):
        nodes.append(Text(f"\n{', '.join(found[:_NAMED])}"))
    if steps := list(dict.fromkeys(_step(step) for step in record.steps)):
        nodes += [Text("\n"), Bold("Steps"), Text(f": {_counted(steps, _STEPS)}")]
    if said := summary(told):
        nodes += [Text("\n"), Quote(*_joined([marked(one.sentence) for one in said]))]
    nodes += [Text("\n"), Bold("Articles"), *_articles(told, zone)]
    for tie in record.possibly[:3]:
        outgoing = tie.story_id == record.id
        other, words = (tie.other_id, tie.other_headline) if outgoing else (tie.story_id, tie.headline)
        nodes += [Text("\n"), Italic(f"Perhaps the same event: {short(words, 160)} (story {other})")]
    return Message(*nodes)


def _joined(parts: Sequence[Sequence[Node]]) -> list[Node]:
    nodes: list[Node] = []
    for number, part in enumerate(parts):
        nodes += [*([Text("\n")] if number else []), *part]
    return nodes


def _articles(told: Story, zone: ZoneInfo) -> list[Node]:
    nodes: list[Node] = []
    for report in told.reports[:_ARTICLES]:
        nodes += [Text("\n• "), Link(report.article.url, short(report.article.title, 140)), Text(_about(report, zone))]
    if len(told.reports) > _ARTICLES:
        nodes.append(Text(f"\nand {len(told.reports) - _ARTICLES} more"))
    return nodes


def _about(report: Report, zone: ZoneInfo) -> str:
    article = report.article
    parts = [outlet(report), local(article.published or report.first_seen, zone), article.language or ""]
    if article.basis is Basis.FEED:
        parts.append(FEED_ONLY)
    return f" ({', '.join(filter(None, parts))})"


def _step(step: StoredStep) -> str:
    return f"{step_name(step.step)} {local_day(step.date)}"


def _counted(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


# --- chronicles -----------------------------------------------------------------------------------------------------


def chronicle_usage() -> Message:
    """How to ask for one."""
    return Message("Whose chronicle? ", Code("/chronicle Indonesia"), " tells, step by step, what happened.")


def unlabelled(word: str, found: Unlabelled) -> Message:
    """A word that is no label of the watchlists followed here."""
    if not found.there:
        return Message("The watchlists here tell no chronicle: none of them has labels.")
    there = _counted(found.there, _NAMED)
    return Message("I know no ", Code(short(word, 80)), f"{found.hint}. There are: {there}.")


# --- what is kept ---------------------------------------------------------------------------------------------------


def kept(title: str, story_id: int, new: bool) -> Message:
    """A story is kept, now or before."""
    said = "Saved: " if new else "You keep that one already: "
    return Message(said, Bold(short(title) or f"story {story_id}"), f" (story {story_id}). /saved lists what you keep.")


def which_story() -> Message:
    """There is nothing to keep, or too much."""
    return Message("Which story? Reply with /save to its alert, or name it: ", Code("/save 123"), ".")


def nothing_kept() -> Message:
    """An empty list."""
    return Message("You have saved nothing here yet. Reply with /save to an alert.")


def kept_list(items: Sequence[tuple[int, datetime, Story | None, str]], first: int, zone: ZoneInfo) -> Message:
    """A page of what somebody keeps, the latest first: each story's id, when it was saved, the story as its watchlist
    tells it, and its headline where no rule matches it any more. `first` is the number of the first one."""
    nodes: list[Node] = [Bold("Saved")]
    for number, (story_id, at, told, title) in enumerate(items, first):
        nodes.append(Text(f"\n\n{number}. "))
        if told is None:
            nodes.append(Bold(short(title, _HEADLINE) or f"story {story_id}"))
        else:
            address = next(iter(told.reports)).article.url
            nodes += [Bold(Link(address, short(headline(told), _HEADLINE))), Text("\n"), *outlets(told)]
        nodes += [Text(f"\nstory {story_id} · saved "), Time(at, local(at, zone))]
    return Message(*nodes)


# --- files ----------------------------------------------------------------------------------------------------------


def export_usage(longest: timedelta) -> Message:
    """How to ask for a file."""
    return Message(
        "I send what the watchlists here matched as a file: ",
        Code("/export csv 30d"),
        " or ",
        Code("/export json 7d"),
        f". At most {longest.days}d.",
    )


def exported(rows: int, watchlists: Sequence[str], since: datetime, zone: ZoneInfo) -> str:
    """Below the file."""
    articles = "1 article" if rows == 1 else f"{rows} articles"
    return f"{articles} since {local(since, zone)}: {_counted(watchlists, _NAMED)}"


def nothing_to_export(since: datetime, zone: ZoneInfo) -> Message:
    """An empty file is no answer."""
    return Message(f"Nothing was matched since {local(since, zone)}.")


def too_much_to_export() -> Message:
    """The file would be too large."""
    return Message("That is more than a file in a chat can hold. Ask for a shorter time.")


def file_refused() -> Message:
    """Telegram does not take the file."""
    return Message("The file could not be sent here.")
