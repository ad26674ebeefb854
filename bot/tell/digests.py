"""Composes a digest: what happened in a window, ranked and in sections, and what was left out. It sends nothing and
decides nobody's hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.model import Step, Story
from bot.speech import gettext as _
from bot.speech import ngettext
from bot.tell.entry import READS, entry, one_line
from bot.tell.fill import fill
from bot.tell.footer import Coverage, footer
from bot.tell.more import more_keys
from bot.tell.moved import News
from bot.tell.pictures import VolumePlot
from bot.tell.rank import Item, Ranked, rank
from bot.tell.sections import OTHER, Caps, Section, sections, smaller
from bot.tell.split import LIMIT, MOST_PARTS, split
from bot.tell.steplist import Dated, step_list
from bot.tell.tree import Bold, Italic, Message, Node, Quote, Text
from bot.tell.wording import Names, and_more, articles, label_name, local
from bot.tell.wording import stories as counted

FOLDED = 3
"""Headlines of one section above which they are folded at first."""

OVERVIEW = 12
"""Sections named in the line under the title."""

_NUMBER_CHARS = len("30/30\n")
"""What saying which part of a message this is takes."""

TOP = 3
"""Headlines in the caption of a picture."""


class Card(Names, Protocol):
    """A watchlist, as its digest speaks of it."""

    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Extras:
    """What a digest knows besides its stories: their steps and what moved in them, by story; what the window brought;
    of a weekly one the steps of the week and a picture; the language its reader reads."""

    steps: Mapping[int, Step] = field(default_factory=lambda: MappingProxyType({}))
    moved: Mapping[int, News] = field(default_factory=lambda: MappingProxyType({}))
    coverage: Coverage | None = None
    dated: Sequence[Dated] = ()
    picture: VolumePlot | None = None
    reads: str = READS


def ranked(stories: Iterable[Story], extras: Extras, until: datetime) -> list[Ranked]:
    """The stories as the digest ranks them, each with the reasons."""
    return rank((Item(story, extras.steps.get(story.id), extras.moved.get(story.id)) for story in stories), until)


def fitting(caps: Caps, compose: Callable[[Caps], Message]) -> tuple[Message, Caps]:
    """What `compose` makes with the largest caps, those given or smaller ones, with which all of it can be sent: its
    last lines say what was left out, and are never cut off themselves."""
    message = compose(caps)
    while len(in_parts(message)) > MOST_PARTS and caps.stories + caps.more > 1:
        caps = smaller(caps)
        message = compose(caps)
    return message, caps


def shown(stories: Sequence[Story], group_by: str | None, caps: Caps, extras: Extras, until: datetime) -> set[int]:
    """The stories of which a digest shows at least the headline; of the others it only says how many there are."""
    found = sections(ranked(stories, extras, until), group_by, caps)
    return {each.item.story.id for section in found for each in (*section.shown, *section.headlines)}


def digest(
    stories: Sequence[Story],
    card: Card,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    *,
    title: str = "",
    caps: Caps | None = None,
    extras: Extras | None = None,
    keys: int | None = None,
) -> Message:
    """Many stories in sections by label, the weightiest first; each stands once, under the label it is mainly about.
    With `keys` for what is not shown in full, and the reasons of the order, of the delivery with that id."""
    extras = extras or Extras()
    order = ranked(stories, extras, until)
    found = sections(order, card.group_by, caps or Caps())
    nodes = _head(order, found, card, since, until, zone, title, extras)
    for section in found:
        nodes += _section(section, card, zone, until, extras)
    if extras.dated:
        nodes += [Text("\n\n"), *step_list(extras.dated, card, until.astimezone(zone).year)]
    if extras.coverage is not None:
        nodes += [Text("\n\n"), *footer(found, extras.coverage)]
    rows = [] if keys is None else more_keys(keys, [(section, section_name(section, card)) for section in found])
    return Message(*nodes, keys=rows, picture=extras.picture)


def while_quiet(card: Card, watchlists: Sequence[str]) -> str:
    """The title of the digest of what waited for the end of quiet hours."""
    if len(watchlists) < 2:
        return _("While it was quiet: {title}").format(title=card.title)
    return _("While it was quiet")


def empty(card: Card, since: datetime, until: datetime, zone: ZoneInfo, coverage: Coverage | None) -> Message:
    """The one line of a digest that has nothing to tell."""
    said = fill(
        _("{title}: nothing new from {since} to {until}."),
        title=Bold(card.title),
        since=local(since, zone),
        until=local(until, zone),
    )
    if coverage is None:
        return Message(*said)
    return Message(*said, " ", _("{articles} read.").format(articles=articles(coverage.articles)))


def in_parts(message: Message) -> list[Message]:
    """The message as it is sent: in parts that say which of how many they are, where it is too long for one."""
    parts = split(message)
    if len(parts) < 2:
        return parts
    parts = split(message, LIMIT - _NUMBER_CHARS)
    return [_numbered(part, place, len(parts)) for place, part in enumerate(parts, start=1)]


def _numbered(part: Message, place: int, of: int) -> Message:
    # A caption has no room to spare; that it goes on is said by what follows.
    if part.picture is not None:
        return part
    return Message(Italic(f"{place}/{of}"), Text("\n"), *part.nodes, keys=part.keys)


def headlines(found: Sequence[Ranked], name: str, reads: str) -> Message:
    """All stories of a section as headlines, the weightiest first."""
    nodes: list[Node] = [Bold(name), Text(f": {counted(len(found))}\n")]
    for each in found:
        nodes += [Text("\n• "), *one_line(each.item, reads)]
    return Message(*nodes)


def reasons(found: Sequence[Ranked], title: str, reads: str) -> Message:
    """Why the stories of a digest stand in their order: of each what it weighs, and by what."""
    nodes: list[Node] = [Bold(_("{title}: why this order").format(title=title)), Text("\n")]
    for place, each in enumerate(found, start=1):
        said = ", ".join(each.reasons) or _("nothing that counts")
        weight = round(each.score)
        points = ngettext("{number} point ({reasons})", "{number} points ({reasons})", weight)
        nodes += [Text(f"\n{place}. "), *one_line(each.item, reads)]
        nodes.append(Text(f": {points.format(number=weight, reasons=said)}"))
    return Message(*nodes)


def _head(
    order: Sequence[Ranked],
    found: Sequence[Section],
    card: Card,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    title: str,
    extras: Extras,
) -> list[Node]:
    moved = sum(each.item.news is not None for each in order)
    sentence = (
        _("{since} to {until}: {stories}, {moved} of them told before and moved since")
        if moved
        else _("{since} to {until}: {stories}")
    )
    window = sentence.format(
        since=local(since, zone), until=local(until, zone), stories=counted(len(order)), moved=moved
    )
    nodes: list[Node] = [Bold(title or card.title), Text(f"\n{window}")]
    named = [(label_name(card, card.group_by or "", each.label), each.stories) for each in found if each.label != OTHER]
    if len(named) > 1:
        shown = [f"{name} {stories}" for name, stories in named[:OVERVIEW]]
        other = len(order) - sum(stories for _, stories in named[:OVERVIEW])
        rest = [_("other {number}").format(number=other)] if other else []
        nodes.append(Text("\n" + " · ".join(shown + rest)))
    if extras.picture is not None and len(order) > TOP:
        # The picture takes the beginning as its caption: it says by itself what matters most.
        for place, each in enumerate(order[:TOP], start=1):
            nodes += [Text(f"\n{place}. "), *one_line(each.item, extras.reads)]
    return nodes


def section_name(section: Section, card: Card) -> str:
    """What a section is called; one that is the whole digest is called as the watchlist is."""
    if not section.label:
        return _("Other") if card.group_by else card.title
    return label_name(card, card.group_by or "", section.label)


def _section(section: Section, card: Card, zone: ZoneInfo, until: datetime, extras: Extras) -> list[Node]:
    name = section_name(section, card)
    nodes: list[Node] = [Text("\n\n"), Bold(name.upper())] if section.label or card.group_by else []
    for place, each in enumerate(section.shown):
        # Under its heading the first story stands close, so that no part of a long digest ends with a heading.
        gap = "\n" if nodes and not place else "\n\n"
        nodes += [Text(gap), *entry(each.item, card, section.label, zone, until, extras.reads)]
    if section.headlines:
        nodes += _headlines(section, name if section.label else "", extras.reads)
    elif section.unnamed:
        nodes.append(Text(f"\n\n{and_more(section.unnamed)}"))
    return nodes


def _headlines(section: Section, name: str, reads: str) -> list[Node]:
    count = len(section.headlines) + section.unnamed
    gap = "\n\n" if section.shown else "\n"
    nodes: list[Node] = [Text(f"{gap}{_how_many(count, name, bool(section.shown))}:\n")]
    lines: list[Node] = []
    for place, each in enumerate(section.headlines):
        lines += [Text("\n• " if place else "• "), *one_line(each.item, reads)]
    if section.unnamed:
        lines.append(Text("\n… " + _("{number} without a line here").format(number=section.unnamed)))
    return [*nodes, Quote(*lines, expandable=len(section.headlines) > FOLDED)]


def _how_many(count: int, name: str, besides: bool) -> str:
    """`and 3 more on Indonesia`, `3 stories on Indonesia`; without a name, of the whole."""
    if not name:
        return and_more(count) if besides else counted(count)
    sentence = (
        ngettext("and {number} more on {name}", "and {number} more on {name}", count)
        if besides
        else ngettext("{number} story on {name}", "{number} stories on {name}", count)
    )
    return sentence.format(number=count, name=name)
