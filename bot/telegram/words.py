"""Everything the bot says of itself in a chat, in one place and in the language that is spoken. It looks nothing up.

Constants are toasts, translated where they are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.model import Rhythm
from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.store.feedback import Verdict
from bot.store.tied import Fate
from bot.telegram.newsroom import Card
from bot.tell import Bold, Code, Italic, Message, Node, Text
from bot.tell.fill import fill

_FOLLOWED = {
    Rhythm.INSTANT: later("Now following {title}: I tell you at once."),
    Rhythm.HOURLY: later("Now following {title}: I tell you in one digest an hour."),
    Rhythm.DAILY: later("Now following {title}: I tell you in one digest a day."),
    Rhythm.WEEKDAYS: later("Now following {title}: I tell you in one digest on working days."),
    Rhythm.WEEKLY: later("Now following {title}: I tell you in one digest a week."),
}
_FOLLOWED_ALREADY = {
    Rhythm.INSTANT: later("You follow {title}: I tell you at once."),
    Rhythm.HOURLY: later("You follow {title}: I tell you in one digest an hour."),
    Rhythm.DAILY: later("You follow {title}: I tell you in one digest a day."),
    Rhythm.WEEKDAYS: later("You follow {title}: I tell you in one digest on working days."),
    Rhythm.WEEKLY: later("You follow {title}: I tell you in one digest a week."),
}
_RHYTHM_SET = {
    Rhythm.INSTANT: later("I tell you at once."),
    Rhythm.HOURLY: later("I tell you in one digest an hour."),
    Rhythm.DAILY: later("I tell you in one digest a day."),
    Rhythm.WEEKDAYS: later("I tell you in one digest on working days."),
    Rhythm.WEEKLY: later("I tell you in one digest a week."),
}
NO_SUCH_BUTTON = later("That is no longer there.")
NOT_FOR_YOU = later("Only people this bot knows can use its buttons.")
SUBSCRIBED = later("Subscribed.")
UNSUBSCRIBED = later("Unsubscribed.")
NOTHING_CHANGED = later("Nothing to change.")
ADMINS_ONLY = later("Only an admin of this bot can do that.")
FAILED = later("That did not work; try again later.")
THANKS = later("Thank you: noted.")
TAKEN_BACK = later("Taken back.")
STORY_MUTED = later("I say no more of this story here.")
UNMUTED = later("No longer muted.")
SENT_AGAIN = later("It is sent again.")
SENT_MEANWHILE = later("It has been sent again already.")
NOT_YOURS_TO_DECIDE = later("Thank you, but only an admin of this bot can decide that.")
DECIDED = {
    Fate.JOINED: later("Joined: these are one story now."),
    Fate.APART: later("Kept apart: these stay two stories."),
    Fate.JOINED_BEFORE: later("That was decided already: these are one story."),
    Fate.APART_BEFORE: later("That was decided already: these are two stories."),
    Fate.GONE: later("There is nothing left to decide: one of the two stories is gone."),
}

_HEADLINE = 120
"""Characters of a headline in an answer of one line."""


def described(commands: Sequence[tuple[str, str]]) -> list[Node]:
    """One line for each command and what it does."""
    return [Text("\n".join(f"/{name} - {_(text)}" for name, text in commands))]


def welcome(cards: Sequence[Card], subscribed: Sequence[str]) -> Message:
    """The first words to somebody who was let in."""
    nodes: list[Node] = [Bold(_("Kentongan watches the news for you.")), Text("\n\n")]
    if subscribed:
        nodes += fill(_("You follow: {names}."), names=", ".join(subscribed))
    elif cards:
        nodes.append(Text(_("Choose what to follow with /subscribe.")))
    else:
        nodes.append(Text(_("No watchlist is set up yet.")))
    return Message(*nodes, " ", _("All commands: /help"))


def help_text(commands: Sequence[tuple[str, str]], admin: Sequence[tuple[str, str]]) -> Message:
    """All commands; those for admins apart."""
    nodes = [Bold(_("What I do")), Text("\n"), *described(commands)]
    if admin:
        nodes += [Text("\n\n"), Bold(_("For admins")), Text("\n"), *described(admin)]
    return Message(*nodes)


def no_watchlists() -> Message:
    """There is nothing to follow."""
    return Message(_("No watchlist is set up yet."))


def nothing_followed() -> Message:
    """There is nothing to unsubscribe from, or to make a digest of."""
    return Message(_("This chat follows nothing yet. See /watchlists."))


def subscribed(title: str, rhythm: Rhythm, already: bool) -> Message:
    """The answer to a subscription, new or not."""
    said = _FOLLOWED_ALREADY if already else _FOLLOWED
    return Message(*fill(_(said[rhythm]), title=Bold(title)))


def unsubscribed(title: str) -> Message:
    """The answer to the end of one."""
    return Message(*fill(_("No longer following {title}."), title=Bold(title)))


def not_subscribed(title: str) -> Message:
    """The end of a subscription that never was."""
    return Message(*fill(_("This chat does not follow {title}."), title=Bold(title)))


def rhythm_set(rhythm: Rhythm) -> str:
    """A toast."""
    return _(_RHYTHM_SET[rhythm])


def unknown_watchlist(name: str, close: Sequence[str]) -> Message:
    """A name that is no watchlist, with the names it may have meant."""
    said = fill(_("There is no watchlist {name}."), name=Code(name[:80]))
    if len(close) == 1:
        return Message(*said, " ", *fill(_("Did you mean {command}?"), command=Code(close[0])))
    if close:
        return Message(*said, " ", _("Did you mean one of these?"), " ", *_codes(close))
    return Message(*said, " ", _("See /watchlists."))


def bad_span(word: str) -> Message:
    """A length of time that cannot be read."""
    sentence = _("I cannot read {word} as a length of time: write {hours} or {days}.")
    return Message(*fill(sentence, word=Code(word[:80]), hours=Code("24h"), days=Code("7d")))


def span_limits(longest: timedelta) -> Message:
    """A length of time out of bounds."""
    return Message(_("A digest can go back from one minute to {days} days.").format(days=longest.days))


def nothing_new(title: str, since: timedelta) -> Message:
    """An empty digest."""
    return Message(*fill(_("Nothing on {title} in the last {time}."), title=Bold(title), time=span(since)))


def no_alert(replied: bool, command: str) -> Message:
    """A command about an alert, with no alert to speak of."""
    if replied:
        return Message(
            _("I know no alert behind that message. Reply to an alert with /{command}.").format(command=command)
        )
    return Message(_("There has been no alert here yet."))


def noted(verdict: Verdict, headline: str) -> Message:
    """A reader's verdict on a story is kept; with its headline, so that all see which one was meant."""
    said = _("Noted: relevant.") if verdict is Verdict.RELEVANT else _("Noted: not relevant.")
    words = " ".join(headline.split())
    short = words if len(words) <= _HEADLINE else f"{words[: _HEADLINE - 1].rstrip()}…"
    return Message(said, " ", Italic(short)) if short else Message(said)


def source_muted(title: str) -> str:
    """A toast."""
    return _("I tell nothing here that only {source} reports.").format(source=title[:80])


def no_status() -> Message:
    """A newsroom that has nothing to say of itself."""
    return Message(_("Running."))


def stranger() -> Message:
    """The one polite line."""
    return Message(_("This is a private news bot. Ask the person who runs it for an invitation."))


def unopened(username: str) -> Message:
    """To an admin, in a group that was not let in."""
    return Message(_("Send {command} here to let this chat use me.").format(command=f"/start@{username}"))


def wrong_invitation() -> Message:
    """A secret that opens nothing."""
    return Message(
        _("This invitation is not valid: it was used already, is too old, or is incomplete. Ask for a new one.")
    )


def too_many_guesses() -> Message:
    """The last answer to wrong secrets for an hour."""
    return Message(_("That was one wrong invitation too many. Try again in an hour."))


def invitations_off() -> Message:
    """/invite while nobody new may come."""
    return Message(_("Invitations are switched off here (telegram.access is closed)."))


def admins_only() -> Message:
    """A command for admins, from somebody else."""
    return Message(_(ADMINS_ONLY))


def privately() -> Message:
    """A command whose answer is a secret, asked for in a group."""
    return Message(_("Ask me that in our private chat."))


def unknown_command(name: str, close: Sequence[str]) -> Message:
    """A command there is none of."""
    said = _("I do not know {command}.").format(command=f"/{name[:40]}")
    hint = " " + _("Did you mean {command}?").format(command=f"/{close[0]}") if close else ""
    return Message(said, hint, " ", _("All commands: /help"))


def chatter() -> Message:
    """Words that are no command."""
    return Message(_("I only understand commands. All of them: /help"))


def failed() -> Message:
    """Something broke on our side."""
    return Message(_(FAILED))


def choose_language(now: str) -> Message:
    """Above the buttons of /language."""
    return Message(_("I speak {language} here. Choose another language:").format(language=now))


def language_is() -> Message:
    """The answer to a language that was named."""
    return Message(language_set())


def language_set() -> str:
    """A toast, in the new language."""
    return _("I speak English here from now on.")


def unknown_language(word: str, known: Sequence[str]) -> Message:
    """/language with one that the program does not speak."""
    return Message(*fill(_("I do not speak {word}. I speak:"), word=Code(word[:40])), " ", ", ".join(known))


def span(length: timedelta) -> str:
    """A length of time in the largest whole unit."""
    seconds = int(length.total_seconds())
    for size in (604800, 86400, 3600, 60):
        # Two weeks and two days are said so, one is seven days and 24 hours.
        if seconds % size == 0 and (size < 86400 or seconds >= 2 * size):
            number = seconds // size
            return _unit(size, number).format(number=number)
    return ngettext("second", "{number} seconds", seconds).format(number=seconds)


def _unit(size: int, number: int) -> str:
    match size:
        case 604800:
            return ngettext("week", "{number} weeks", number)
        case 86400:
            return ngettext("day", "{number} days", number)
        case 3600:
            return ngettext("hour", "{number} hours", number)
        case _:
            return ngettext("minute", "{number} minutes", number)


def _codes(names: Sequence[str]) -> list[Node]:
    nodes: list[Node] = []
    for place, name in enumerate(names):
        nodes += [*([Text(", ")] if place else []), Code(name)]
    return nodes
