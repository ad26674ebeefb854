"""What the menus say: subscriptions, watchlists, chats, and how somebody is told. It looks nothing up.

Constants are toasts and the words on buttons, translated where they are said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model import Rhythm, Subscription, Wants
from bot.speech import gettext as _
from bot.speech import language, later, ngettext
from bot.store.chats import Chat, ChatState
from bot.telegram.newsroom import Card
from bot.tell import Bold, Code, Italic, Message, Node, Text
from bot.tell.fill import fill

BACK = later("‹ Back")
CLOSE = later("Close")
NEWER = later("‹ Previous")
OLDER = later("Next ›")
ADD = later("＋ Follow another")
OTHER_CHATS = later("Groups and channels")
HOW_OFTEN = later("How often")
HOUR = later("Hour")
LABELS = later("Labels")
LANGUAGES = later("Languages")
SOURCES = later("Sources")
URGENT = later("Only urgent")
SILENT = later("Silent")
MOVE = later("Tell it in this topic")
STOP = later("Unsubscribe")
REALLY = later("Yes, unsubscribe")
AGAIN = later("Subscribe again")
EVERYTHING = later("All")
ADD_GROUP = later("Add me to a group")
ADD_CHANNEL = later("Add me to a channel")
SET_UP = later("Set it up")
TO_PRIVATE = later("Manage in private")

SET = later("Set.")
CLOSED = later("Closed.")
NOT_YOUR_MENU = later("This menu belongs to somebody else. Open your own with /subscriptions.")
NO_RIGHTS = later("Only an administrator of that chat may do that.")
NOT_KNOWN = later("Telegram does not tell me who may do that. Try again in a moment.")
THERE_ALREADY = later("This topic follows it already.")

RHYTHMS: Mapping[Rhythm, str] = {
    Rhythm.INSTANT: later("At once"),
    Rhythm.HOURLY: later("Hourly"),
    Rhythm.DAILY: later("Daily"),
    Rhythm.WEEKDAYS: later("Weekdays"),
    Rhythm.WEEKLY: later("Weekly"),
}
_TOLD = {
    Rhythm.INSTANT: later("at once"),
    Rhythm.HOURLY: later("in one digest an hour"),
    Rhythm.DAILY: later("in one digest a day, at {hour}"),
    Rhythm.WEEKDAYS: later("in one digest on working days, at {hour}"),
    Rhythm.WEEKLY: later("in one digest a week, on Monday at {hour}"),
}
TIERS = {
    0: later("All sources"),
    1: later("Official and wire only"),
    2: later("Official, wire, quality press"),
}
"""By the worst tier that will do; 0 is no limit."""
_TIERS_TOLD = {
    1: later("only official sources and wires"),
    2: later("only official sources, wires and quality press"),
}

_SPARKS = "▁▂▃▄▅▆▇█"
_DESCRIPTION = 160
"""Characters of a description on a card: two lines on a telephone."""
_LABELS_NAMED = 6


def subscriptions(
    known: Sequence[Subscription], cards: Mapping[str, Card], chat: Chat | None, *, topics: bool
) -> Message:
    """Above the list of what a chat follows; `chat` where it is another than the one this is said in."""
    nodes = _heading(chat)
    if not known:
        return Message(*nodes, _("This chat follows nothing yet."))
    nodes.append(Text(_("Press one to change how it is told, or to stop.")))
    for one in known:
        nodes += [
            Text("\n\n"),
            Bold(_title(cards, one.watchlist)),
            Text("\n"),
            Text(told(one, cards.get(one.watchlist))),
        ]
        if topics and one.destination.thread:
            nodes.append(Text(" · " + _("topic {number}").format(number=one.destination.thread)))
    return Message(*nodes)


def card(one: Subscription, found: Card, chat: Chat | None, zone: str, *, first: Message | None = None) -> Message:
    """A subscription, whole; `first` is what became of the command that shows it, and takes the place of the title."""
    nodes = list(first.nodes) if first else [*_heading(chat, named=False), Bold(found.title), Text("\n")]
    if found.description and not first:
        nodes += [Italic(_short(found.description)), Text("\n")]
    if not first or one.wants != Wants():
        nodes.append(Text("\n" + told(one, found)))
    if one.rhythm is not Rhythm.INSTANT:
        nodes.append(Text("\n" + _("The clock is that of {zone}.").format(zone=zone)))
    if not found.rules:
        nodes.append(Text("\n" + _("This watchlist is no longer configured.")))
    return Message(*nodes)


def told(one: Subscription, found: Card | None) -> str:
    """How a subscription is told and what it wants, in one line."""
    wants = one.wants
    parts = [_(_TOLD[one.rhythm]).format(hour=one.at)]
    if wants.urgent_only:
        parts.append(_("only urgent"))
    if wants.labels:
        names = {each.id: each.called for each in found.labels} if found else {}
        called = [names.get(each, each.split(":", 1)[-1]) for each in wants.labels]
        more = len(called) - _LABELS_NAMED
        listed = ", ".join(called[:_LABELS_NAMED])
        if more > 0:
            listed = ngettext("{labels} and {number} more", "{labels} and {number} more", more).format(
                labels=listed, number=more
            )
        parts.append(_("only {labels}").format(labels=listed))
    if wants.languages:
        parts.append(_("only in {languages}").format(languages=", ".join(map(language_name, wants.languages))))
    if wants.tier in _TIERS_TOLD:
        parts.append(_(_TIERS_TOLD[wants.tier or 0]))
    if wants.silent:
        parts.append(_("without a sound"))
    return " · ".join(parts)


def watchlists(
    cards: Sequence[Card], followed: Sequence[str], week: Mapping[str, Sequence[int]], chat: Chat | None, pages: str
) -> Message:
    """One page of watchlists: what each is about, and how much there is of it."""
    nodes = [*_heading(chat, named=False), Bold(_("Watchlists"))]
    if pages:
        nodes.append(Text(f" · {pages}"))
    for each in cards:
        nodes += [Text("\n\n"), Bold(each.title), Text(" "), Code(each.name)]
        if each.name in followed:
            nodes.append(Text(" · " + _("followed here")))
        if each.description:
            nodes += [Text("\n"), Italic(_short(each.description))]
        nodes += [Text("\n" + _volume(week.get(each.name, ())))]
    return Message(*nodes, "\n\n", _("Press one to follow it, or to change how it is told."))


def page(number: int, of: int) -> str:
    """Which page this is, where there are several."""
    return _("page {number} of {pages}").format(number=number, pages=of) if of > 1 else ""


def rhythm(title: str) -> Message:
    """Above the rhythms."""
    return Message(*fill(_("How often shall I tell {title}?"), title=Bold(title)))


def hour(title: str, at: str, zone: str) -> Message:
    """Above the hours."""
    return Message(
        *fill(
            _("At what hour shall I tell {title}? Now it is {hour}, by the clock of {zone}."),
            title=Bold(title),
            hour=Bold(at),
            zone=zone,
        )
    )


def labels(title: str, chosen: int) -> Message:
    """Above the labels."""
    if not chosen:
        said = fill(_("Of {title} I tell everything. Choose labels to hear of these only."), title=Bold(title))
    else:
        sentence = ngettext(
            "Of {title} I tell what concerns the label you chose.",
            "Of {title} I tell what concerns any of the {number} labels you chose.",
            chosen,
        )
        said = fill(sentence, title=Bold(title), number=chosen)
    return Message(*said)


def languages(title: str) -> Message:
    """Above the languages."""
    sentence = _("Of {title} I tell stories with a report in one of these languages; none chosen is all.")
    return Message(*fill(sentence, title=Bold(title)))


def tier(title: str) -> Message:
    """Above the tiers."""
    return Message(*fill(_("Whose reports make a story of {title} worth telling here?"), title=Bold(title)))


def really(title: str) -> Message:
    """Before a subscription ends, with all that was chosen for it."""
    return Message(*fill(_("Stop following {title}? What you chose for it is forgotten then."), title=Bold(title)))


def over(title: str) -> Message:
    """A subscription has ended."""
    return Message(*fill(_("No longer following {title}."), title=Bold(title)))


def chats(number: int) -> Message:
    """Above the chats that somebody may manage."""
    if not number:
        return Message(
            Bold(_("Groups and channels")),
            "\n",
            _("I serve none that you administer. Add me to one, and set here what it is told."),
        )
    return Message(Bold(_("Groups and channels")), "\n", _("Choose the one you want to set up."))


def here_now(title: str) -> Message:
    """To whoever added the bot to a chat."""
    return Message(*fill(_("I am in {title} now. Choose what it is told."), title=Bold(title)))


def wishes_not_understood(words: Sequence[str], labels: Sequence[str]) -> Message:
    """/subscribe with words behind the name that mean nothing."""
    said = fill(_("I do not understand {word}."), word=Code(" ".join(words)[:80]))
    known = fill(
        _("I understand {rhythms}, an hour such as {hour}, {urgent}, {silent}, and labels."),
        rhythms=", ".join(Rhythm),
        hour=Code("07:30"),
        urgent=Code("urgent"),
        silent=Code("silent"),
    )
    if not labels:
        return Message(*said, " ", *known)
    return Message(*said, " ", *known, " ", *fill(_("Labels are {labels}."), labels=Code(", ".join(labels)[:600])))


def language_name(code: str) -> str:
    """What a language is called in the one that is spoken."""
    # Its tables take a while to load, and few menus ask.
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name(language()) or code
    except (UnknownLocaleError, ValueError):
        return code


def place(chat: Chat) -> str:
    """What a chat is called on a button."""
    paused = f" ({_('paused')})" if chat.state is ChatState.PAUSED else ""
    return f"{chat.title or chat.id}"[:48] + paused


def _heading(chat: Chat | None, *, named: bool = True) -> list[Node]:
    nodes: list[Node] = [Bold(_("Subscriptions")), Text("\n")] if named else []
    if chat is not None:
        nodes += [*fill(_("of {chat}"), chat=Italic(chat.title or str(chat.id))), Text("\n")]
    return nodes


def _title(cards: Mapping[str, Card], name: str) -> str:
    return cards[name].title if name in cards else name


def _short(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def _volume(days: Sequence[int]) -> str:
    """A week of stories: a bar for each day, and the sum in words."""
    total = sum(days)
    if not total:
        return _("No story in the last 7 days.")
    most = max(days)
    bars = "".join(_SPARKS[round(count * (len(_SPARKS) - 1) / most)] for count in days)
    said = ngettext(
        "{number} story in the last 7 days, {mean} a day", "{number} stories in the last 7 days, {mean} a day", total
    )
    return f"{bars} " + said.format(number=total, mean=f"{total / len(days):.1f}")
