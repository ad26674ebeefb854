"""Everything the bot says of itself in a chat, in one place so that it can be translated. It looks nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.model import Rhythm
from bot.store.feedback import Verdict
from bot.store.tied import Fate
from bot.telegram.newsroom import Card
from bot.tell import Bold, Code, Italic, Link, Message, Node, Text

_HOW = {
    Rhythm.INSTANT: "at once",
    Rhythm.HOURLY: "in one digest an hour",
    Rhythm.DAILY: "in one digest a day",
    Rhythm.WEEKDAYS: "in one digest on working days",
    Rhythm.WEEKLY: "in one digest a week",
}
NO_SUCH_BUTTON = "That watchlist is no longer there."
NOT_FOR_YOU = "Only people this bot knows can use its buttons."
SUBSCRIBED = "Subscribed."
UNSUBSCRIBED = "Unsubscribed. Press again to undo."
NOTHING_CHANGED = "Nothing to change."
FAILED = "That did not work; try again later."
SENT_AGAIN = "It is sent again."
SENT_MEANWHILE = "It has been sent again already."
NOT_YOURS_TO_DECIDE = "Thank you, but only an admin of this bot can decide that."
DECIDED = {
    Fate.JOINED: "Joined: these are one story now.",
    Fate.APART: "Kept apart: these stay two stories.",
    Fate.JOINED_BEFORE: "That was decided already: these are one story.",
    Fate.APART_BEFORE: "That was decided already: these are two stories.",
    Fate.GONE: "There is nothing left to decide: one of the two stories is gone.",
}

_HEADLINE = 120
"""Characters of a headline in an answer of one line."""


def described(commands: Sequence[tuple[str, str]]) -> list[Node]:
    """One line for each command and what it does."""
    return [Text("\n".join(f"/{name} - {text}" for name, text in commands))]


def welcome(cards: Sequence[Card], subscribed: Sequence[str]) -> Message:
    """The first words to somebody who was let in."""
    nodes: list[Node] = [Bold("Kentongan watches the news for you."), Text("\n\n")]
    if subscribed:
        nodes.append(Text(f"You follow {_names(subscribed)}. "))
    elif cards:
        nodes.append(Text("Choose what to follow with /subscribe. "))
    else:
        nodes.append(Text("No watchlist is set up yet. "))
    return Message(*nodes, "All commands: /help")


def help_text(commands: Sequence[tuple[str, str]], admin: Sequence[tuple[str, str]]) -> Message:
    """All commands; those for admins apart."""
    nodes = [Bold("What I do"), Text("\n"), *described(commands)]
    if admin:
        nodes += [Text("\n\n"), Bold("For admins"), Text("\n"), *described(admin)]
    return Message(*nodes)


def watchlists(cards: Sequence[Card], subscribed: Sequence[str]) -> Message:
    """Every watchlist with its rules; those followed here marked."""
    if not cards:
        return Message("No watchlist is set up yet.")
    nodes: list[Node] = [Bold("Watchlists")]
    for card in cards:
        rules = f"{card.rules} rule{'' if card.rules == 1 else 's'}"
        mark = ", followed here" if card.name in subscribed else ""
        nodes += [Text("\n"), Code(card.name), Text(f" - {card.title} ({rules}{mark})")]
    return Message(*nodes, "\n\nFollow one: /subscribe NAME")


def choose(total: int, shown: int) -> Message:
    """Above the list of buttons to subscribe with."""
    more = f"\n{total - shown} more are in /watchlists." if total > shown else ""
    return Message(Text(f"What shall I follow for this chat? Press to turn on or off.{more}"))


def choose_to_leave() -> Message:
    """Above the list of buttons to unsubscribe with."""
    return Message("This chat follows these. Press to turn off or on.")


def nothing_followed() -> Message:
    """There is nothing to unsubscribe from, or to make a digest of."""
    return Message("This chat follows nothing yet. See /watchlists.")


def subscribed(title: str, rhythm: Rhythm, already: bool) -> Message:
    """The answer to a subscription, new or not."""
    return Message("You follow " if already else "Now following ", Bold(title), f": I tell you {_HOW[rhythm]}.")


def unsubscribed(title: str) -> Message:
    """The answer to the end of one."""
    return Message("No longer following ", Bold(title), ".")


def not_subscribed(title: str) -> Message:
    """The end of a subscription that never was."""
    return Message("This chat does not follow ", Bold(title), ".")


def rhythm_set(rhythm: Rhythm) -> str:
    """A toast."""
    return f"I tell you {_HOW[rhythm]}."


def unknown_watchlist(name: str, close: Sequence[str]) -> Message:
    """A name that is no watchlist, with the names it may have meant."""
    if close:
        return Message("There is no watchlist ", Code(name[:80]), ". Did you mean ", *_codes(close), "?")
    return Message("There is no watchlist ", Code(name[:80]), ". See /watchlists.")


def bad_span(word: str) -> Message:
    """A length of time that cannot be read."""
    return Message(
        "I cannot read ", Code(word[:80]), " as a length of time: write ", Code("24h"), " or ", Code("7d"), "."
    )


def span_limits(longest: timedelta) -> Message:
    """A length of time out of bounds."""
    return Message(f"A digest can go back from one minute to {longest.days} days.")


def nothing_new(title: str, since: timedelta) -> Message:
    """An empty digest."""
    return Message("Nothing on ", Bold(title), f" in the last {span(since)}.")


def no_alert(replied: bool, command: str) -> Message:
    """A command about an alert, with no alert to speak of."""
    if replied:
        return Message(f"I know no alert behind that message. Reply to an alert with /{command}.")
    return Message("There has been no alert here yet.")


def noted(verdict: Verdict, headline: str) -> Message:
    """A reader's verdict on a story is kept; with its headline, so that all see which one was meant."""
    said = "relevant" if verdict is Verdict.RELEVANT else "not relevant"
    words = " ".join(headline.split())
    short = words if len(words) <= _HEADLINE else f"{words[: _HEADLINE - 1].rstrip()}…"
    return Message(f"Noted: {said}. ", Italic(short)) if short else Message(f"Noted: {said}.")


def no_status() -> Message:
    """A newsroom that has nothing to say of itself."""
    return Message("Running.")


def stranger() -> Message:
    """The one polite line."""
    return Message("This is a private news bot. Ask the person who runs it for an invitation.")


def unopened(username: str) -> Message:
    """To an admin, in a group that was not let in."""
    return Message(f"Send /start@{username} here to let this chat use me.")


def wrong_invitation() -> Message:
    """A secret that opens nothing."""
    return Message(
        "This invitation is not valid: it was used already, is too old, or is incomplete. Ask for a new one."
    )


def too_many_guesses() -> Message:
    """The last answer to wrong secrets for an hour."""
    return Message("That was one wrong invitation too many. Try again in an hour.")


def invitation(link: str, role: str, days: int) -> Message:
    """A new deep link."""
    who = "an admin" if role == "admin" else "a reader"
    return Message(f"This link lets one person in as {who}, once, within {days} days:\n", Link(link, link))


def invitations_off() -> Message:
    """/invite while nobody new may come."""
    return Message("Invitations are switched off here (telegram.access is closed).")


def invite_usage(word: str) -> Message:
    """/invite with a role there is none of."""
    return Message("There is no role ", Code(word[:80]), ". Use /invite reader or /invite admin.")


def admins_only() -> Message:
    """A command for admins, from somebody else."""
    return Message("Only an admin of this bot can do that.")


def privately() -> Message:
    """A command whose answer is a secret, asked for in a group."""
    return Message("Ask me that in our private chat.")


def unknown_command(name: str, close: Sequence[str]) -> Message:
    """A command there is none of."""
    hint = f" Did you mean /{close[0]}?" if close else ""
    return Message(f"I do not know /{name[:40]}.{hint} All commands: /help")


def chatter() -> Message:
    """Words that are no command."""
    return Message("I only understand commands. All of them: /help")


def failed() -> Message:
    """Something broke on our side."""
    return Message(FAILED)


def span(length: timedelta) -> str:
    """A length of time in the largest whole unit."""
    seconds = int(length.total_seconds())
    for size, unit in ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0 and (unit != "day" or seconds >= 2 * size) and (unit != "week" or seconds >= 2 * size):
            count = seconds // size
            return unit if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _codes(names: Sequence[str]) -> list[Node]:
    nodes: list[Node] = []
    for index, name in enumerate(names):
        nodes += [Text(" or " if index else ""), Code(name)]
    return nodes
