"""What is said about editing a watchlist from the chat. It looks nothing up.

Constants are toasts and the words on buttons, translated where they are said.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.tell import Bold, Code, Message, Node, Text
from bot.tell.fill import fill
from bot.tell.rulebook import Applied, Done, Mistakes
from bot.tell.rulechange import listed

APPLY = later("Apply")
CANCEL = later("Leave it")
UNDO = later("Undo")
WORKING = later("One moment.")

_DONE = {
    Done.APPLIED: later("{name} is in place: {what}."),
    Done.UNDONE: later("{name} is as it was before: {what}."),
    Done.NOT_TAKEN: later(
        "{name} is in place ({what}), but the running configuration stays as it is until the mistakes in other files"
        " are mended."
    ),
    Done.CANCELLED: later("{name} stays as it is."),
    Done.ALREADY: later("That version of {name} was applied already."),
    Done.STALE: later("{name} was changed since that version was sent. Send /watchlist {name} for what it is now."),
    Done.GONE: later("That version is gone, or was left alone."),
    Done.NOTHING_BEFORE: later("I know of no version of {name} before the present one."),
    Done.NOT_WRITTEN: later("{name} could not be written: {reason}. Nothing was changed."),
}


def which(names: Sequence[str]) -> Message:
    """/watchlist without a name."""
    nodes = fill(_("Which one? Write {command}."), command=Code("/watchlist NAME"))
    for name in names:
        nodes += [Text("\n• "), Code(name)]
    return Message(*nodes)


def no_file(name: str) -> Message:
    """A watchlist whose file cannot be read."""
    return Message(*fill(_("The file of {name} cannot be read."), name=Code(name)))


def how_to_send_back() -> str:
    """Under the file."""
    return _("Edit this file and send it back under the same name. You see what it changes before it counts.")


def not_taken(name: str, kilobytes: int) -> Message:
    """A file that is too large, or has a name that no file of ours has."""
    sentence = _("I cannot take {name}: a watchlist is a file NAME.yaml of at most {size} kB.")
    return Message(*fill(sentence, name=Code(name[:80] or "?"), size=kilobytes))


def not_fetched() -> Message:
    """Telegram did not hand the file over."""
    return Message(_("The file could not be fetched from Telegram. Send it again."))


def takes_longer() -> Message:
    """A large archive."""
    return Message(_("Trying it on the archive takes a while. I answer here when it is done."))


def mistakes(name: str, found: Mistakes) -> Message:
    """What is wrong with a version, by line."""
    total = len(found.lines) + found.more
    sentence = ngettext(
        "{name} has a mistake, and nothing was changed:",
        "{name} has {number} mistakes, and nothing was changed:",
        total,
    )
    nodes: list[Node] = fill(sentence, name=Bold(f"{name}.yaml"), number=total)
    for line in found.lines:
        nodes += [Text("\n"), Code(line[:400])]
    if found.more:
        nodes.append(
            Text("\n" + ngettext("and {number} more", "and {number} more", found.more).format(number=found.more))
        )
    return Message(*nodes)


def done(found: Applied) -> Message:
    """What became of a version."""
    what = ", ".join(listed(found.changed)) or _("no rule and no term changes")
    sentence = _(_DONE[found.done])
    return Message(*fill(sentence, name=Code(found.watchlist or "?"), what=what, reason=found.reason))
