"""What is said about who may use the bot: invitations, people, chats that must ask. It looks nothing up.

Constants are toasts and the words on buttons, translated where they are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.store.chats import REVOKED, Chat, ChatState
from bot.store.invites import Invite
from bot.telegram.access import LIVES, MOST_USES, Role
from bot.tell import Bold, Code, Italic, Link, Message, Node, Text, local
from bot.tell.fill import fill

REVOKE = later("Revoke")
RESTORE = later("Let in again")
MAKE_ADMIN = later("Make an admin")
MAKE_READER = later("Make a reader")

DONE = later("Done.")
GONE = later("That is no longer there.")
NOT_ONESELF = later("You cannot do that to yourself.")
NOT_CONFIGURED = later("That admin is named in the configuration, and can only be taken out there.")

_ROLES = {Role.READER: later("reader"), Role.ADMIN: later("admin"), REVOKED: later("revoked")}
_KINDS = {
    "private": later("person"),
    "group": later("group"),
    "supergroup": later("group"),
    "channel": later("channel"),
}
_NAME = 40


def cannot_stay() -> Message:
    """To a group that nobody let in, before the bot leaves it."""
    return Message(
        _("This is a private news bot, and nobody here is known to it, so it leaves this group.")
        + " "
        + _("Ask the person who runs it to bring it here.")
    )


def ask_an_admin(username: str) -> Message:
    """To people it knows, in a group that was not let in."""
    said = _("An admin of this bot must send {command} here before this chat can use me.")
    return Message(said.format(command=f"/start@{username}"))


def invitation(link: str, invite: Invite, zone: ZoneInfo) -> Message:
    """A new deep link, shown once."""
    if invite.role == Role.ADMIN:
        said = ngettext(
            "This link lets one person in as an admin, until {time}:",
            "This link lets {number} people in as admins, until {time}:",
            invite.uses_left,
        )
    else:
        said = ngettext(
            "This link lets one person in as a reader, until {time}:",
            "This link lets {number} people in as readers, until {time}:",
            invite.uses_left,
        )
    told = said.format(number=invite.uses_left, time=local(invite.expires_at, zone))
    return Message(told, "\n", Link(link, link), "\n", _("It can be taken back in /people."))


def usage(word: str) -> Message:
    """/invite with a word that means nothing."""
    sentence = _("I do not understand {word}. Write {example}: a role ({roles}), how many people, and for how long.")
    return Message(*fill(sentence, word=Code(word[:80]), example=Code("/invite reader 5 7d"), roles=", ".join(Role)))


def limits() -> Message:
    """/invite with too much."""
    sentence = _("An invitation is for 1 to {people} people, and lasts from {hours} hour to {days} days.")
    return Message(sentence.format(people=MOST_USES, hours=int(LIVES[0].total_seconds() // 3600), days=LIVES[1].days))


def people(total: int, revoked: int, invites: int, pages: str) -> Message:
    """Above the list of everybody."""
    nodes: list[Node] = [Bold(_("Who may use this bot"))]
    if pages:
        nodes.append(Text(f" · {pages}"))
    told = [ngettext("{number} person, group or channel", "{number} people, groups and channels", total)]
    counts = [told[0].format(number=total)]
    if revoked:
        counts.append(ngettext("{number} revoked", "{number} revoked", revoked).format(number=revoked))
    if invites:
        counts.append(ngettext("{number} open invitation", "{number} open invitations", invites).format(number=invites))
    return Message(*nodes, "\n", ", ".join(counts))


def listed(chat: Chat, configured: bool) -> str:
    """A button that leads to a chat."""
    role = Role.ADMIN if configured else chat.role
    return f"{_short(named(chat))} · {_(_KINDS.get(chat.kind, chat.kind))} · {_(_ROLES.get(role, role))}"


def invited(invite: Invite) -> str:
    """A button that leads to an invitation."""
    role = _(_ROLES.get(invite.role, invite.role))
    return _("Invitation {code} · {role}").format(code=invite.code, role=role)


def card(chat: Chat, owner: Chat | None, follows: Sequence[str], zone: ZoneInfo, *, configured: bool) -> Message:
    """A person, group or channel, whole."""
    role = Role.ADMIN if configured else chat.role
    lines: list[list[Node]] = [
        [Bold(named(chat)), Text(" "), Code(str(chat.id))],
        [Text(f"{_(_KINDS.get(chat.kind, chat.kind))}, {_(_ROLES.get(role, role))}")],
        fill(_("Here since {time}."), time=local(chat.joined_at, zone)),
    ]
    if owner is not None:
        gone = f" ({_('revoked')})" if owner.role == REVOKED else ""
        lines.append(fill(_("Let in by {name}."), name=f"{named(owner)}{gone}"))
    if chat.state is ChatState.PAUSED and chat.role != REVOKED:
        lines.append(fill(_("Paused: {reason}"), reason=Italic((chat.state_reason or "?")[:200])))
    names = ", ".join(follows)
    lines.append([Text(_("Follows {names}.").format(names=names) if follows else _("Follows nothing."))])
    nodes = [node for line in lines for node in (*line, Text("\n"))]
    return Message(*nodes[:-1])


def invite_card(invite: Invite, zone: ZoneInfo) -> Message:
    """An open invitation, whole."""
    sentence = ngettext(
        "Invitation {code}: lets {number} more person in as {role}, until {time}.",
        "Invitation {code}: lets {number} more people in as {role}, until {time}.",
        invite.uses_left,
    )
    return Message(
        *fill(
            sentence,
            code=Code(invite.code),
            number=invite.uses_left,
            role=_(_ROLES.get(invite.role, invite.role)),
            time=local(invite.expires_at, zone),
        )
    )


def named(chat: Chat) -> str:
    """What a chat is called."""
    return chat.title or str(chat.id)


def _short(text: str) -> str:
    return text if len(text) <= _NAME else text[: _NAME - 1].rstrip() + "…"
