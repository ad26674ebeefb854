"""What is said about quiet hours, mutes, zones and how a chat is told: whole sentences, in one place so that they can
be translated. It looks nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.tell import Bold, Code, Message, Node, Text, local
from bot.tell.hush import Hours, written
from bot.tell.wording import short

_NAME = 60
"""Characters of a name in an answer or on a button."""

UNDO = "Undo"
OFF = "No quiet hours"
AS_ALL = "As everywhere"
UNMUTE_ALL = "Unmute all"
OVER = "That is over already."
NOT_MUTED = "It is not muted."
UNMUTED = "No longer muted."
SET = "Done."
NOTHING_LEFT = "There is nothing left of that digest."
NO_SUCH_BUTTON = "That button does not work any more."


# --- mutes ----------------------------------------------------------------------------------------------------------


def for_how_long(hours: int) -> str:
    """A button."""
    return f"{hours} h"


def until_hour(hour: str) -> str:
    """A button."""
    return f"Until {hour}"


def this_story() -> str:
    """A button."""
    return "This story"


def source_named(title: str) -> str:
    """A button."""
    return f"Source: {short(title, _NAME)}"


def rule_named(name: str) -> str:
    """A button."""
    return f"Rule: {short(name, _NAME)}"


def all_muted(until: datetime, zone: ZoneInfo) -> Message:
    """Everything waits."""
    return Message(
        Bold("Muted"),
        Text(f" until {local(until, zone)}, urgent alerts too. What comes meanwhile comes then, as one digest."),
    )


def story_muted(headline: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """Nothing more is told of a story."""
    return Message(Bold("Muted story"), Text(f": {short(headline)}. {_for(until, zone)}"))


def source_muted(title: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """What only this source has is not told."""
    said = "Stories that another source has as well are still told. "
    return Message(Bold("Muted source"), Text(f": {short(title, _NAME)}. {said}{_for(until, zone)}"))


def rule_muted(name: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """What only this rule finds is not told."""
    said = "Stories that another rule finds as well are still told. "
    return Message(Bold("Muted rule"), Text(f": {short(name, _NAME)}. {said}{_for(until, zone)}"))


def _for(until: datetime | None, zone: ZoneInfo) -> str:
    return "It holds until you /unmute it." if until is None else f"It holds until {local(until, zone)}."


def unmuted(what: str) -> Message:
    """It is over."""
    return Message(Bold("No longer muted"), Text(f": {short(what)}"))


def everything() -> str:
    """What a mute of all mutes."""
    return "everything here"


def a_story(headline: str) -> str:
    """What a mute of a story mutes."""
    return f"story: {short(headline, _NAME)}"


def a_source(title: str) -> str:
    """What a mute of a source mutes."""
    return f"source: {short(title, _NAME)}"


def a_rule(name: str) -> str:
    """What a mute of a rule mutes."""
    return f"rule: {short(name, _NAME)}"


def muted_here(listed: Sequence[tuple[str, datetime | None]], zone: ZoneInfo) -> Message:
    """All that is muted in a place, with how long."""
    if not listed:
        return Message("Nothing is muted here.")
    nodes: list[Node] = [Bold("Muted here")]
    for what, until in listed:
        nodes.append(Text(f"\n• {what}" + ("" if until is None else f", until {local(until, zone)}")))
    return Message(*nodes)


def mute_what(about_alert: bool) -> Message:
    """How to mute, over buttons."""
    if about_alert:
        return Message(Text("What of this alert should be muted?"))
    return Message(
        Text("For how long should everything be muted here? Or reply to an alert with "),
        Code("/mute story"), Text(", "), Code("/mute source"), Text(" or "), Code("/mute rule"), Text("."),
    )  # fmt: skip


def which(kind: str) -> Message:
    """Several could be meant."""
    return Message(Text(f"Which {kind} should be muted?"))


def mute_usage(word: str) -> Message:
    """What was asked for was not understood."""
    return Message(
        Text(f"I do not understand “{short(word, _NAME)}”. Try "),
        Code("/mute 2h"), Text(", "), Code("/mute until 18:00"), Text(", or as a reply to an alert "),
        Code("/mute story"), Text(", "), Code("/mute source"), Text(", "), Code("/mute rule"), Text(", each with "),
        Code("7d"), Text(" behind it where it should end."),
    )  # fmt: skip


def mute_limits(most_days: int) -> Message:
    """The length that was asked for is too long or too short."""
    return Message(f"Everything can be muted for a minute to {most_days} days.")


def no_such(kind: str, name: str, close: Sequence[str]) -> Message:
    """A source or rule that is not there, with names that are like it."""
    alike = f" Did you mean {', '.join(close)}?" if close else ""
    return Message(f"There is no {kind} “{short(name, _NAME)}”.{alike}")


def no_alert() -> Message:
    """There is nothing to mute."""
    return Message("Reply to an alert, so that I know which one you mean.")


# --- quiet hours ----------------------------------------------------------------------------------------------------


def quiet_hours(hours: Hours | None, own: bool, zone: ZoneInfo, now: datetime) -> Message:
    """The quiet hours of a chat, on its clock. `own`: it chose them, or that it has none."""
    clock = f"on the clock of {zone.key}, where it is {now.astimezone(zone):%H:%M} now"
    if hours is not None:
        return Message(
            Bold("Quiet hours"),
            Text(f": {written(hours)}, {clock} (/timezone). Urgent alerts come at once; the others wait, and come as "),
            Text("one digest at the end, the weightiest first."),
        )
    if own:
        return Message(Bold("No quiet hours"), Text(" here: alerts come at any time."))
    return Message(
        Text("This chat has chosen no quiet hours of its own: what is set for the whole bot holds. Write "),
        Code("/quiet 22:00-06:30"), Text(f" to choose some, {clock} (/timezone)."),
    )  # fmt: skip


def quiet_usage(text: str) -> Message:
    """What was asked for are no hours."""
    return Message(
        Text(f"“{short(text, _NAME)}” are no hours. Try "), Code("/quiet 22:00-06:30"), Text(" or "),
        Code("/quiet off"), Text("."),
    )  # fmt: skip


# --- zones ----------------------------------------------------------------------------------------------------------


def zone_here(zone: ZoneInfo, now: datetime, own: bool) -> Message:
    """Which clock holds here."""
    said = "The time zone of this chat is " if own else "This chat has chosen no time zone; the one that holds is "
    return Message(
        Text(said), Bold(zone.key), Text(f", where it is {now.astimezone(zone):%H:%M} now. Choose another with "),
        Code("/timezone Jakarta"), Text("."),
    )  # fmt: skip


def zone_choices(text: str, any_close: bool) -> Message:
    """Several may be meant, or nothing is like it."""
    if any_close:
        return Message(f"Which clock is meant by “{short(text, _NAME)}”?")
    return Message(
        Text(f"I know no place “{short(text, _NAME)}”. Try the next large city, or a zone such as "),
        Code("Asia/Jakarta"), Text("."),
    )  # fmt: skip


def zone_choice(city: str, clock: str) -> str:
    """A button."""
    return f"{city} ({clock})"


# --- all of it ------------------------------------------------------------------------------------------------------


def settings(hours: Hours | None, zone: ZoneInfo, now: datetime, muted: int, say_empty: bool, buttons: bool) -> Message:
    """How a chat is told, over buttons."""
    quiet = "none of its own" if hours is None else written(hours)
    lines = [
        f"Time zone: {zone.key}, {now.astimezone(zone):%H:%M} now (/timezone)",
        f"Quiet hours: {quiet} (/quiet)",
        f"Muted: {muted or 'nothing'} (/mute, /unmute)",
        f"A digest with nothing in it: {'one line' if say_empty else 'is not sent'}",
        f"Buttons under messages: {'yes' if buttons else 'no'}",
    ]
    return Message(Bold("How this chat is told"), Text("".join(f"\n{line}" for line in lines)))


def toggle_empty(say_empty: bool) -> str:
    """A button that turns it round."""
    return "Send no empty digests" if say_empty else "Say when a digest is empty"


def toggle_buttons(buttons: bool) -> str:
    """A button that turns it round."""
    return "No buttons under messages" if buttons else "Buttons under messages"
