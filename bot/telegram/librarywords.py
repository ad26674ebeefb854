"""What the commands of the library say, in one place so that it can be translated. It looks nothing up."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Basis, Report, Story
from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.store.asked import Hit, Mistake, Search, Unlabelled
from bot.store.record import Record, StoredStep
from bot.story import headline, labels, published, summary
from bot.story.sentences import Sentence
from bot.tell import FEED_ONLY, Bold, Code, Italic, Link, Message, Node, Quote, Text, local
from bot.tell.fill import fill
from bot.tell.tree import Time
from bot.tell.wording import (
    Names,
    and_more,
    articles,
    label_names,
    local_day,
    marked,
    outlet,
    outlets,
    short,
    step_name,
    stories,
)

PAGE = 6
"""Stories on one page: with their sentences they fit one message, and a row of buttons."""

SEARCH_GONE = later("That search is too old; please ask again.")
STORY_GONE = later("That story is no longer there.")
NOT_YOUR_LIST = later("That is somebody else's list; /saved shows yours.")
NO_SUCH_PAGE = later("There is no such page any more.")
KEPT = later("Saved: /saved lists what you keep.")
KEPT_BEFORE = later("You keep that one already.")
UNKEPT = later("No longer saved.")
NOT_KEPT = later("That one was not saved.")
KEEP_KEY = later("Save")
UNKEEP_KEY = later("Saved: undo")
LATER_KEY = later("‹ Newer")
EARLIER_KEY = later("Older ›")
"""Words of buttons, translated where they are drawn."""

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
        _("Search the archive with words in quotation marks, or with the concepts of the watchlists:"),
        "\n",
        Code('/search "drone" and "Indonesia"'),
        "\n",
        Code('/search 7d "submarine*" and not "film"'),
        "\n",
        _("Without a time I look back 30 days."),
    )


def mistaken(expression: str, mistake: Mistake) -> Message:
    """Why an expression cannot be read, with a caret below the place. One that names no concept is most likely made of
    bare words."""
    before = expression[max(0, mistake.offset - _AROUND) : mistake.offset]
    shown = ("…" if mistake.offset > _AROUND else "") + before
    line = shown + expression[mistake.offset : mistake.offset + _AROUND]
    nodes: list[Node] = [
        *fill(
            _("I cannot read that: {reason} (at character {place})."),
            reason=short(mistake.message),
            place=mistake.offset + 1,
        ),
        Text("\n"),
        Code(f"{line}\n{_blank(shown)}^"),
    ]
    if '"' not in expression:
        sentence = _("Words to look for stand in quotation marks: {command}")
        nodes += [Text("\n"), *fill(sentence, command=Code('/search "drone" and "Indonesia"'))]
    return Message(*nodes)


def _blank(text: str) -> str:
    """As much room as the text takes in a fixed width."""
    wide = {"W", "F"}
    return "".join("\u3000" if unicodedata.east_asian_width(sign) in wide else "\u00a0" for sign in text)


def found(search: Search, page: int, zone: ZoneInfo) -> Message:
    """One page of what a search found, counted from 0."""
    nodes: list[Node] = [Bold(_("Search")), Text(" "), Code(short(search.expression, 200))]
    if not search.hits:
        return Message(*nodes, Text("\n" + _("Nothing found in {articles}.").format(articles=_read(search, zone))))
    sentence = _("{stories} in {articles}.")
    nodes.append(Text("\n" + sentence.format(stories=stories(len(search.hits)), articles=_read(search, zone))))
    for number, hit in enumerate(search.hits[page * PAGE : (page + 1) * PAGE], page * PAGE + 1):
        nodes += [Text("\n\n"), *_hit(number, hit, zone)]
    return Message(*nodes)


def _read(search: Search, zone: ZoneInfo) -> str:
    if search.whole:
        sentence, since = _("{articles} since {time}"), search.since
    else:
        sentence = _("{articles} since {time}; what is older was not looked at, so ask more narrowly")
        since = search.reached
    return sentence.format(articles=articles(search.articles), time=local(since, zone))


def _hit(number: int, hit: Hit, zone: ZoneInfo) -> list[Node]:
    nodes: list[Node] = [Text(f"{number}. "), Bold(Link(hit.url, short(hit.title, _HEADLINE)))]
    more = f" +{hit.more}" if hit.more else ""
    nodes += [Text(f"\n{short(hit.outlet, 60)}{more} · "), Time(hit.seen, local(hit.seen, zone))]
    if hit.story is not None:
        nodes.append(Text(f" · {_story(hit.story)}"))
    if hit.sentence and hit.sentence != hit.title:
        nodes += [Text("\n"), *marked(Sentence(hit.sentence, hit.marks), _SENTENCE)]
    if hit.feed_only:
        nodes += [Text("\n"), Italic(_(FEED_ONLY))]
    return nodes


def bad_time(word: str, longest: timedelta) -> Message:
    """A time that is no time, or is too long."""
    sentence = _("{word} is not a time I can look back: try {times}, at most {longest}.")
    return Message(*fill(sentence, word=Code(short(word, 40)), times="24h, 7d, 4w", longest=f"{longest.days}d"))


# --- one story ------------------------------------------------------------------------------------------------------


def story_usage() -> Message:
    """How to ask for one."""
    return Message(*fill(_("Which story? {command}, or reply with /story to its alert."), command=Code("/story 123")))


def no_story(story_id: int) -> Message:
    """An id that no story has."""
    return Message(_("There is no story {name}.").format(name=story_id))


def story(record: Record, asked: int, names: Names, zone: ZoneInfo) -> Message:
    """All that a reader may want to know of a story. `asked` is the id that was asked for."""
    if record.story is None:
        gone = _("Story {number}: none of its articles is left.").format(number=record.id)
        return Message(Bold(short(record.headline)), "\n", gone)
    told, best = record.story, next(iter(outlets(record.story)))
    nodes: list[Node] = []
    if asked != record.id:
        moved = _("Story {number} was put into story {other}.").format(number=asked, other=record.id)
        nodes += [Italic(moved), Text("\n")]
    first = min(told.reports, key=lambda report: report.article.title != headline(told))
    nodes += [Bold(Link(first.article.url, short(headline(told)))), Text("\n"), best, *list(outlets(told))[1:]]
    moment = published(told) or record.first_seen
    nodes += [Text(" · "), Time(moment, local(moment, zone)), Text(f" · {_story(record.id)}")]
    if found := label_names(labels(told), names):
        nodes.append(Text(f"\n{', '.join(found[:_NAMED])}"))
    if steps := list(dict.fromkeys(_step(step) for step in record.steps)):
        nodes += [Text("\n"), Bold(_("Steps")), Text(f": {_counted(steps, _STEPS)}")]
    if said := summary(told):
        nodes += [Text("\n"), Quote(*_joined([marked(one.sentence) for one in said]))]
    nodes += [Text("\n"), Bold(_("Articles")), *_articles(told, zone)]
    perhaps = _("Perhaps the same event: {headline} (story {number})")
    for tie in record.possibly[:3]:
        outgoing = tie.story_id == record.id
        other, words = (tie.other_id, tie.other_headline) if outgoing else (tie.story_id, tie.headline)
        nodes += [Text("\n"), Italic(perhaps.format(headline=short(words, 160), number=other))]
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
        nodes.append(Text(f"\n{and_more(len(told.reports) - _ARTICLES)}"))
    return nodes


def _about(report: Report, zone: ZoneInfo) -> str:
    article = report.article
    parts = [outlet(report), local(article.published or report.first_seen, zone), article.language or ""]
    if article.basis is Basis.FEED:
        parts.append(_(FEED_ONLY))
    return f" ({', '.join(filter(None, parts))})"


def _step(step: StoredStep) -> str:
    return f"{step_name(step.step)} {local_day(step.date)}"


def _counted(names: Sequence[str], most: int) -> str:
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    number = len(names) - most
    more = ngettext("{names} and {number} more", "{names} and {number} more", number)
    return more.format(names=shown, number=number)


def _story(number: int) -> str:
    return _("story {number}").format(number=number)


# --- chronicles -----------------------------------------------------------------------------------------------------


def chronicle_usage() -> Message:
    """How to ask for one."""
    return Message(
        *fill(_("Whose chronicle? {command} tells, step by step, what happened."), command=Code("/chronicle Indonesia"))
    )


def unlabelled(word: str, found: Unlabelled) -> Message:
    """A word that is no label of the watchlists followed here."""
    if not found.there:
        return Message(_("The watchlists here tell no chronicle: none of them has labels."))
    there = _counted(found.there, _NAMED)
    said = fill(_("I know no {label}."), label=Code(short(word, 80)))
    close = [" ", _("Did you mean {names}?").format(names=found.close)] if found.close else []
    return Message(*said, *close, " ", _("There are: {labels}.").format(labels=there))


# --- what is kept ---------------------------------------------------------------------------------------------------


def kept(title: str, story_id: int, new: bool) -> Message:
    """A story is kept, now or before."""
    sentence = (
        _("Saved: {headline} (story {number}). /saved lists what you keep.")
        if new
        else _("You keep that one already: {headline} (story {number}). /saved lists what you keep.")
    )
    return Message(*fill(sentence, headline=Bold(short(title) or _story(story_id)), number=story_id))


def which_story() -> Message:
    """There is nothing to keep, or too much."""
    return Message(
        *fill(_("Which story? Reply with /save to its alert, or name it: {command}."), command=Code("/save 123"))
    )


def nothing_kept() -> Message:
    """An empty list."""
    return Message(_("You have saved nothing here yet. Reply with /save to an alert."))


def kept_list(items: Sequence[tuple[int, datetime, Story | None, str]], first: int, zone: ZoneInfo) -> Message:
    """A page of what somebody keeps, the latest first: each story's id, when it was saved, the story as its watchlist
    tells it, and its headline where no rule matches it any more. `first` is the number of the first one."""
    nodes: list[Node] = [Bold(_("Saved"))]
    for number, (story_id, at, told, title) in enumerate(items, first):
        nodes.append(Text(f"\n\n{number}. "))
        if told is None:
            nodes.append(Bold(short(title, _HEADLINE) or _story(story_id)))
        else:
            address = next(iter(told.reports)).article.url
            nodes += [Bold(Link(address, short(headline(told), _HEADLINE))), Text("\n"), *outlets(told)]
        nodes += [Text(f"\n{_story(story_id)} · "), *fill(_("saved {time}"), time=Time(at, local(at, zone)))]
    return Message(*nodes)


# --- files ----------------------------------------------------------------------------------------------------------


def export_usage(longest: timedelta) -> Message:
    """How to ask for a file."""
    sentence = _("I send what the watchlists here matched as a file: {csv} or {json}. At most {longest}.")
    return Message(
        *fill(sentence, csv=Code("/export csv 30d"), json=Code("/export json 7d"), longest=f"{longest.days}d")
    )


def exported(rows: int, watchlists: Sequence[str], since: datetime, zone: ZoneInfo) -> str:
    """Below the file."""
    sentence = _("{articles} since {time}: {names}")
    return sentence.format(articles=articles(rows), time=local(since, zone), names=_counted(watchlists, _NAMED))


def nothing_to_export(since: datetime, zone: ZoneInfo) -> Message:
    """An empty file is no answer."""
    return Message(_("Nothing was matched since {time}.").format(time=local(since, zone)))


def too_much_to_export() -> Message:
    """The file would be too large."""
    return Message(_("That is more than a file in a chat can hold. Ask for a shorter time."))


def file_refused() -> Message:
    """Telegram does not take the file."""
    return Message(_("The file could not be sent here."))


def file_in_doubt() -> Message:
    """It was sent twice, and nobody knows whether it arrived."""
    return Message(_("The file may not have arrived. If it is not here, ask for it again."))
