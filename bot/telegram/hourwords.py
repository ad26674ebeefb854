"""What is said about quiet hours, mutes, zones and how a chat is told: whole sentences, in one place so that they can
be translated. It looks nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.speech import gettext as _
from bot.speech import later
from bot.store.mutes import Muted
from bot.tell import Bold, Code, Message, Node, Text, local
from bot.tell.fill import fill
from bot.tell.hush import Hours, written
from bot.tell.wording import short

_NAME = 60
"""Characters of a name in an answer or on a button."""

OVER = later("That is over already.")
NOT_MUTED = later("It is not muted.")
UNMUTED = later("No longer muted.")
SET = later("Done.")
NOTHING_LEFT = later("There is nothing left of that digest.")
NO_SUCH_BUTTON = later("That button does not work any more.")


def undo() -> str:
    """A button."""
    return _("Undo")


def no_hours() -> str:
    """A button."""
    return _("No quiet hours")


def as_all() -> str:
    """A button."""
    return _("As everywhere")


# --- mutes ----------------------------------------------------------------------------------------------------------


def for_how_long(hours: int) -> str:
    """A button."""
    return _("{hours} h").format(hours=hours)


def until_hour(hour: str) -> str:
    """A button."""
    return _("Until {hour}").format(hour=hour)


def this_story() -> str:
    """A button."""
    return _("This story")


def source_named(title: str) -> str:
    """A button."""
    return _("Source: {source}").format(source=short(title, _NAME))


def rule_named(name: str) -> str:
    """A button."""
    return _("Rule: {rule}").format(rule=short(name, _NAME))


def unmute_all() -> str:
    """A button."""
    return _("Unmute all")


def all_muted(until: datetime, zone: ZoneInfo) -> Message:
    """Everything waits."""
    sentence = _("{muted} until {time}, urgent alerts too. What comes meanwhile comes then, as one digest.")
    return Message(*fill(sentence, muted=Bold(_("Muted")), time=local(until, zone)))


def story_muted(headline: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """Nothing more is told of a story."""
    said = fill(_("{muted}: {headline}."), muted=Bold(_("Muted story")), headline=short(headline))
    return Message(*said, " ", _for(until, zone))


def source_muted(title: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """What only this source has is not told."""
    sentence = _("{muted}: {name}. Stories that another source has as well are still told.")
    said = fill(sentence, muted=Bold(_("Muted source")), name=short(title, _NAME))
    return Message(*said, " ", _for(until, zone))


def rule_muted(name: str, until: datetime | None, zone: ZoneInfo) -> Message:
    """What only this rule finds is not told."""
    sentence = _("{muted}: {name}. Stories that another rule finds as well are still told.")
    said = fill(sentence, muted=Bold(_("Muted rule")), name=short(name, _NAME))
    return Message(*said, " ", _for(until, zone))


def _for(until: datetime | None, zone: ZoneInfo) -> str:
    if until is None:
        return _("It holds until you /unmute it.")
    return _("It holds until {time}.").format(time=local(until, zone))


def unmuted(what: str) -> Message:
    """It is over."""
    return Message(*fill(_("{unmuted}: {what}"), unmuted=Bold(_("No longer muted")), what=short(what)))


def everything() -> str:
    """What a mute of all mutes."""
    return _("everything here")


def a_story(headline: str) -> str:
    """What a mute of a story mutes."""
    return _("story: {headline}").format(headline=short(headline, _NAME))


def a_source(title: str) -> str:
    """What a mute of a source mutes."""
    return _("source: {source}").format(source=short(title, _NAME))


def a_rule(name: str) -> str:
    """What a mute of a rule mutes."""
    return _("rule: {rule}").format(rule=short(name, _NAME))


def muted_here(listed: Sequence[tuple[str, datetime | None]], zone: ZoneInfo) -> Message:
    """All that is muted in a place, with how long."""
    if not listed:
        return Message(_("Nothing is muted here."))
    nodes: list[Node] = [Bold(_("Muted here"))]
    for what, until in listed:
        ends = what if until is None else _("{what}, until {time}").format(what=what, time=local(until, zone))
        nodes.append(Text(f"\n• {ends}"))
    return Message(*nodes)


def mute_what(about_alert: bool) -> Message:
    """How to mute, over buttons."""
    if about_alert:
        return Message(_("What of this alert should be muted?"))
    sentence = _("For how long should everything be muted here? Or reply to an alert with {story}, {source} or {rule}.")
    return Message(*fill(sentence, story=Code("/mute story"), source=Code("/mute source"), rule=Code("/mute rule")))


def which(kind: Muted) -> Message:
    """Several could be meant."""
    return Message(_("Which source should be muted?") if kind is Muted.SOURCE else _("Which rule should be muted?"))


def mute_usage(word: str) -> Message:
    """What was asked for was not understood."""
    sentence = _(
        "I do not understand “{word}”. Try {time} or {hour}; as a reply to an alert {story}, {source} or {rule}, each "
        "with {end} behind it where it should end."
    )
    return Message(
        *fill(
            sentence,
            word=short(word, _NAME),
            time=Code("/mute 2h"),
            hour=Code("/mute until 18:00"),
            story=Code("/mute story"),
            source=Code("/mute source"),
            rule=Code("/mute rule"),
            end=Code("7d"),
        )
    )


def mute_limits(most_days: int) -> Message:
    """The length that was asked for is too long or too short."""
    return Message(_("Everything can be muted for a minute to {days} days.").format(days=most_days))


def no_such(kind: Muted, name: str, close: Sequence[str]) -> Message:
    """A source, a rule or a story that is not there, with names that are like it."""
    sentence = {
        Muted.SOURCE: later("There is no source “{name}”."),
        Muted.RULE: later("There is no rule “{name}”."),
    }.get(kind, later("There is no story {name}."))
    said = _(sentence).format(name=short(name, _NAME))
    return Message(said, " ", _("Did you mean {names}?").format(names=", ".join(close))) if close else Message(said)


def no_alert() -> Message:
    """There is nothing to mute."""
    return Message(_("Reply to an alert, so that I know which one you mean."))


# --- quiet hours ----------------------------------------------------------------------------------------------------


def quiet_hours(hours: Hours | None, own: bool, zone: ZoneInfo, now: datetime) -> Message:
    """The quiet hours that hold for a chat, on its clock. `own`: it chose them, or that it has none."""
    here = {"zone": zone.key, "now": f"{now.astimezone(zone):%H:%M}"}
    if hours is None:
        sentence = (
            _("{none} here: alerts come at any time.")
            if own
            else _("{none} here, and none for the whole bot: alerts come at any time. Choose some with {command}.")
        )
        return Message(*fill(sentence, none=Bold(_("No quiet hours")), command=Code("/quiet 22:00-06:30")))
    sentence = _("{quiet}: {hours}, on the clock of {zone}, where it is {now} now (/timezone).")
    said = fill(sentence, quiet=Bold(_("Quiet hours")), hours=written(hours), **here)
    more = (
        []
        if own
        else [
            " ",
            *fill(
                _("They are those of the whole bot; {command} chooses others for this chat."),
                command=Code("/quiet 22:00-06:30"),
            ),
        ]
    )
    held = _("Urgent alerts come at once; the others wait, and come as one digest at the end, the weightiest first.")
    return Message(*said, *more, " ", held)


def quiet_usage(text: str) -> Message:
    """What was asked for are no hours."""
    sentence = _("“{text}” are no hours. Try {command} or {off}.")
    return Message(*fill(sentence, text=short(text, _NAME), command=Code("/quiet 22:00-06:30"), off=Code("/quiet off")))


# --- zones ----------------------------------------------------------------------------------------------------------


def zone_here(zone: ZoneInfo, now: datetime, own: bool) -> Message:
    """Which clock holds here."""
    sentence = (
        _("The time zone of this chat is {zone}, where it is {now} now. Choose another with {command}.")
        if own
        else _(
            "This chat has chosen no time zone; the one that holds is {zone}, where it is {now} now. Choose another "
            "with {command}."
        )
    )
    return Message(
        *fill(sentence, zone=Bold(zone.key), now=f"{now.astimezone(zone):%H:%M}", command=Code("/timezone Jakarta"))
    )


def zone_nearest(zone: ZoneInfo, now: datetime) -> Message:
    """The clock of the place that was sent."""
    sentence = _("The time zone nearest to the place you sent is {zone}, where it is {now} now; it holds here.")
    return Message(*fill(sentence, zone=Bold(zone.key), now=f"{now.astimezone(zone):%H:%M}"))


def zone_choices(text: str, any_close: bool) -> Message:
    """Several may be meant, or nothing is like it."""
    if any_close:
        return Message(_("Which clock is meant by “{text}”?").format(text=short(text, _NAME)))
    sentence = _("I know no place “{text}”. Try the next large city, or a zone such as {zone}.")
    return Message(*fill(sentence, text=short(text, _NAME), zone=Code("Asia/Jakarta")))


def zone_choice(city: str, clock: str) -> str:
    """A button."""
    return f"{city} ({clock})"


# --- all of it ------------------------------------------------------------------------------------------------------


def settings(
    hours: Hours | None, own: bool, zone: ZoneInfo, now: datetime, muted: int, say_empty: bool, buttons: bool
) -> Message:
    """How a chat is told, over buttons. `own`: its quiet hours are its own choice."""
    clock = {"zone": zone.key, "now": f"{now.astimezone(zone):%H:%M}"}
    quiet = _("none") if hours is None else written(hours)
    lines = [
        _("Time zone: {zone}, {now} now (/timezone)").format(**clock),
        (
            _("Quiet hours: {hours} (/quiet)") if own else _("Quiet hours: {hours}, as for the whole bot (/quiet)")
        ).format(hours=quiet),
        _("Muted: {number} (/mute, /unmute)").format(number=muted) if muted else _("Muted: nothing (/mute, /unmute)"),
        _("A digest with nothing in it: one line") if say_empty else _("A digest with nothing in it: is not sent"),
        _("Buttons under messages: yes") if buttons else _("Buttons under messages: no"),
    ]
    return Message(Bold(_("How this chat is told")), Text("".join(f"\n{line}" for line in lines)))


def toggle_empty(say_empty: bool) -> str:
    """A button that turns it round."""
    return _("Send no empty digests") if say_empty else _("Say when a digest is empty")


def toggle_buttons(buttons: bool) -> str:
    """A button that turns it round."""
    return _("No buttons under messages") if buttons else _("Buttons under messages")
