"""What admins are told of things that are out of the ordinary, and of their end. It judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.speech import gettext as _
from bot.speech import ngettext
from bot.tell.tree import Bold, Message, Node, Text
from bot.tell.wording import local

NAMED = 10
"""Of one notice; of more, how many there are."""


class Told(Protocol):
    """An alarm, as far as it is told. `kind` is a word such as `source_quiet`."""

    @property
    def kind(self) -> str: ...

    @property
    def target(self) -> str: ...

    @property
    def detail(self) -> Mapping[str, Any]: ...

    @property
    def began_at(self) -> datetime: ...


def notice(
    fresh: Sequence[Told], ended: Sequence[Told], names: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> Message:
    """What has begun and what is over; `names` are what readers call sources."""
    nodes: list[Node] = []
    for heading, found in (
        (_("Out of the ordinary"), [begun(each, names, zone) for each in fresh]),
        (_("As usual again"), [over(each, names, zone, now) for each in ended]),
    ):
        if not found:
            continue
        nodes += [Text("\n\n")] if nodes else []
        nodes.append(Bold(heading))
        nodes += [Text(f"\n• {said}") for said in found[:NAMED]]
        more = len(found) - NAMED
        if more > 0:
            nodes.append(Text("\n" + ngettext("and {number} more", "and {number} more", more).format(number=more)))
    return Message(*nodes)


def begun(each: Told, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """What is out of the ordinary, in a sentence."""
    detail, since = each.detail, local(each.began_at, zone)
    match each.kind:
        case "source_quiet":
            hours = int(detail.get("usual_hours", 0))
            sentence = ngettext(
                "{source} has listed nothing new since {time}; its longest pauses are about {number} hour.",
                "{source} has listed nothing new since {time}; its longest pauses are about {number} hours.",
                hours,
            )
            return sentence.format(source=names.get(each.target, each.target), time=since, number=hours)
        case "rule_low":
            days = int(detail.get("days", 0))
            sentence = ngettext(
                "The rule {rule} found {found} in the last {number} day, where {usual} are usual.",
                "The rule {rule} found {found} in the last {number} days, where {usual} are usual.",
                days,
            )
            return sentence.format(
                rule=each.target, found=detail.get("found"), number=days, usual=f"{detail.get('usual', 0):g}"
            )
        case "extraction":
            sentence = _(
                "Of {pages} pages of {host} only {read} gave their text in the last day; {share} is usual. Perhaps the"
                " site was redesigned, or asks for proof that somebody is human."
            )
            share = f"{detail.get('usual', 0):.0%}"
            return sentence.format(pages=detail.get("pages"), host=each.target, read=detail.get("read"), share=share)
        case "disk":
            sentence = _("The disk of the state directory is nearly full: {size} are free ({share}).")
            return sentence.format(size=_size(int(detail.get("free", 0))), share=f"{detail.get('share', 0):.1%}")
        case "late":
            return _("Feeds are not polled in time: the one that waits longest has been due since {time}.").format(
                time=since
            )
        case "machines":
            sentence = _("The machines do not run the same configuration or release: {machines}.")
            return sentence.format(machines=detail.get("machines"))
        case _:
            return _("Telegram cannot be reached since {time}.").format(time=since)


def over(each: Told, names: Mapping[str, str], zone: ZoneInfo, now: datetime) -> str:
    """That it is as usual again, in a sentence."""
    since = local(each.began_at, zone)
    match each.kind:
        case "source_quiet":
            sentence = _("{source} lists news again; it was silent since {time}.")
        case "rule_low":
            sentence = _("The rule {rule} finds news again.")
        case "extraction":
            sentence = _("Pages of {host} give their text again.")
        case "disk":
            sentence = _("There is room on the disk again.")
        case "late":
            sentence = _("Feeds are polled in time again.")
        case "machines":
            sentence = _("The machines run the same configuration and release again.")
        case _:
            sentence = _("Telegram could not be reached from {time} for {length}. What was due in that time comes now.")
    source = names.get(each.target, each.target)
    length = _length(now - each.began_at)
    return sentence.format(source=source, rule=each.target, host=each.target, time=since, length=length)


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes)
    return ngettext("{number} hour", "{number} hours", minutes // 60).format(number=minutes // 60)


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
