"""A chronicle for its readers: as a message, and as a timeline. It gathers nothing and draws nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.speech import gettext, language, later
from bot.story.accounts import Account
from bot.story.chronicle import Entry
from bot.story.steps import FROM_PUBLICATION
from bot.tell.pictures import Dot, Timeline
from bot.tell.tree import Bold, Italic, Link, Message, Node, Quote, Text
from bot.tell.wording import OUTLET_CHARS, SENTENCE_CHARS, Names, label_name, local_day, short, step_name
from bot.tell.wording import steps as counted_steps

MOST = 25
"""Steps in one message, the latest; the rest are counted in its last line."""

OUTLETS = 4
"""Sources named under a step; the rest are counted."""

DOT_CHARS = 80

EMPTY = later("no step was found yet")


def message(
    entries: Sequence[Entry], names: Names, asked: Collection[tuple[str, str]], title: str, steps: Sequence[str]
) -> Message:
    """The chronicle of the labels `asked` under a title: its latest steps in order, each with its headline, the
    sentence that says it, and linked sources; and the timeline of all, where there is any. `steps` are the names of
    the stages in order."""
    nodes: list[Node] = [Bold(short(title))]
    if not entries:
        return Message(*nodes, Text(f"\n{gettext(EMPTY)}"))
    nodes.append(Text(f"\n{counted(entries)}"))
    for entry in entries[-MOST:]:
        nodes += [Text("\n\n"), *_entry(entry, names, asked)]
    if len(entries) > MOST:
        before = gettext("and {number} more before these").format(number=len(entries) - MOST)
        nodes.append(Text(f"\n\n{before}"))
    return Message(*nodes, picture=timeline(entries, title, steps))


def timeline(entries: Sequence[Entry], title: str, steps: Sequence[str]) -> Timeline:
    """The same as a picture."""
    return Timeline(
        title=short(title),
        steps=tuple(dict.fromkeys(stage(step) for step in (*steps, *(entry.step for entry in entries)))),
        dots=tuple(
            Dot(entry.date, stage(entry.step), short(_words(entry), DOT_CHARS), len(entry.sources)) for entry in entries
        ),
        language=language(),
    )


def _entry(entry: Entry, names: Names, asked: Collection[tuple[str, str]]) -> list[Node]:
    nodes: list[Node] = [Bold(f"{day(entry)}: {stage(entry.step)}")]
    beside = others(entry.labels, names, asked)
    if beside:
        nodes.append(Text(" · " + gettext("also {names}").format(names=", ".join(beside))))
    nodes.append(Text(f"\n{short(entry.headline)}\n"))
    if not says_no_more(entry):
        nodes.append(Quote(short(entry.sentence, SENTENCE_CHARS)))
    for place, source in enumerate(entry.sources[:OUTLETS]):
        nodes += [Text(", " if place else ""), Link(source.article.url, outlet(source))]
    if len(entry.sources) > OUTLETS:
        nodes.append(Text(f" +{len(entry.sources) - OUTLETS}"))
    for note in notes(entry):
        nodes += [Text(" · "), Italic(gettext(note))]
    return nodes


def _words(entry: Entry) -> str:
    return entry.sentence if entry.recalled else entry.headline


# --- words ------------------------------------------------------------------------------------------------------------

ON_REPORT = later("dated by the first report")
"""What is said of a step whose day no sentence tells."""

RECALLED = later("recalled later")
"""What is said of a step that no report of its time tells."""


def notes(entry: Entry) -> list[str]:
    """What a reader should know before trusting its date or its headline."""
    return [*([ON_REPORT] if entry.date_from == FROM_PUBLICATION else []), *([RECALLED] if entry.recalled else [])]


def counted(entries: Sequence[Entry]) -> str:
    """`3 steps`, and over what time."""
    span = list(dict.fromkeys(local_day(entry.date) for entry in (entries[0], entries[-1])))
    if len(span) == 1:
        return f"{counted_steps(len(entries))}, {span[0]}"
    sentence = gettext("{steps}, {first} to {last}")
    return sentence.format(steps=counted_steps(len(entries)), first=span[0], last=span[1])


def day(entry: Entry) -> str:
    """`17 May 2018`, `May 2018` or `2018`."""
    return local_day(entry.date)


def stage(step: str) -> str:
    """What a step is called for people: `in force`."""
    return step_name(step)


def others(labels: Mapping[str, Sequence[str]], names: Names, asked: Collection[tuple[str, str]]) -> list[str]:
    """What the labels beside those asked for are called."""
    return [
        label_name(names, concept, label)
        for concept, found in labels.items()
        for label in found
        if (concept, label) not in asked
    ]


def outlet(source: Account) -> str:
    """Who published it."""
    publisher = source.article.source
    return short(publisher.title if publisher else source.article.url.split("/")[2], OUTLET_CHARS)


def says_no_more(entry: Entry) -> bool:
    """Whether the sentence is the headline, which need not be read twice."""
    return " ".join(entry.sentence.split()) == " ".join(entry.headline.split())
