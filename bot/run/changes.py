"""What one configuration has that another has not, and the words for it. Pure: it reads and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from bot.model import Source
from bot.run.engine import Configuration
from bot.settings import Settings
from bot.speech import gettext as _
from bot.speech import ngettext
from bot.tell.wording import and_more
from bot.watch import Watchlist

NAMED = 8
"""Names of one kind that a notice lists; of more, how many there are."""

MISTAKES = 5
"""Mistakes that a notice quotes; `kentongan check` prints them all."""

MISTAKE_CHARS = 400

DOORS = ("telegram.", "fetch.", "desk.")
"""Settings that doors are opened with: they count from the next start on, and so do `database` and `timezone` (the zone
of answers in a chat)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Names that are new, that are gone, and that mean something else now."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reload brings. `rules` has the rules of each watchlist that both configurations have; `settings` are keys
    such as `poll.every`."""

    watchlists: Difference
    rules: Mapping[str, Difference]
    sources: Difference
    settings: tuple[str, ...] = ()


def compare(before: Configuration, after: Configuration) -> Changes:
    """What is new in `after`. A rule changed if its version did: a hash of its meaning, so that comments, spaces and
    the order of terms do not count."""
    old, new = before.watchlists.lists, after.watchlists.lists
    rules = {name: _difference(_rules(old[name]), _rules(new[name])) for name in new if name in old}
    titles = _difference({name: old[name].title for name in old}, {name: new[name].title for name in new})
    return Changes(
        titles,
        {name: difference for name, difference in rules.items() if difference},
        _difference(_sources(before.sources), _sources(after.sources)),
        different(before.settings, after.settings),
    )


def _rules(watchlist: Watchlist) -> dict[str, object]:
    return {rule.name: (rule.version, rule.group_by) for rule in watchlist.rules}


def _sources(sources: Mapping[str, Source]) -> dict[str, object]:
    return dict(sources)


def _difference(before: Mapping[str, object], after: Mapping[str, object]) -> Difference:
    return Difference(
        tuple(name for name in after if name not in before),
        tuple(name for name in after if name in before and after[name] != before[name]),
        tuple(name for name in before if name not in after),
    )


def different(before: Settings, after: Settings) -> tuple[str, ...]:
    """The keys whose values differ, in the order of `bot.yaml`; no value is given away."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    return tuple(key for key in new if new[key] != old[key])


def _leaves(section: BaseModel, above: str = "") -> Iterable[tuple[str, object]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def needs_restart(key: str) -> bool:
    """Whether a setting counts only from the next start on."""
    return key in ("database", "timezone", "token") or key.startswith(DOORS)


# --- words ----------------------------------------------------------------------------------------------------------


def reloaded(changes: Changes, restart: Sequence[str], followers: Mapping[str, int]) -> str:
    """What a reload brought, on one line. `restart` are the keys that wait for a restart, `followers` how many
    subscriptions each watchlist that is gone still has."""
    said = [*_watchlists(changes, followers), *_of_sources(changes.sources)]
    live = [key for key in changes.settings if not needs_restart(key)]
    if live:
        said.append(_("settings changed: {names}").format(names=_names(live)))
    if not said and not restart:
        said.append(_("no rule, source or setting changed"))
    if restart:
        said.append(_("restart for: {names}").format(names=", ".join(restart)))
    return "; ".join(said)


def _watchlists(changes: Changes, followers: Mapping[str, int]) -> list[str]:
    lists = changes.watchlists
    said = [_("watchlists added: {names}").format(names=_names(lists.added))] if lists.added else []
    said += [_gone(name, followers.get(name, 0)) for name in lists.removed[:NAMED]]
    if (more := len(lists.removed) - NAMED) > 0:
        said.append(ngettext("{number} more watchlist gone", "{number} more watchlists gone", more).format(number=more))
    said += [
        _("{name}: rules {changes}").format(name=name, changes=_verbs(difference))
        for name, difference in list(changes.rules.items())[:NAMED]
    ]
    if (more := len(changes.rules) - NAMED) > 0:
        sentence = ngettext(
            "rules of {number} more watchlist changed", "rules of {number} more watchlists changed", more
        )
        said.append(sentence.format(number=more))
    retitled = [name for name in lists.changed if name not in changes.rules]
    return said + ([_("titles changed: {names}").format(names=_names(retitled))] if retitled else [])


def _of_sources(sources: Difference) -> list[str]:
    added, changed, removed = len(sources.added), len(sources.changed), len(sources.removed)
    said = [
        ngettext("{number} source added", "{number} sources added", added).format(number=added) if added else "",
        ngettext("{number} source changed", "{number} sources changed", changed).format(number=changed)
        if changed
        else "",
        ngettext("{number} source removed", "{number} sources removed", removed).format(number=removed)
        if removed
        else "",
    ]
    return [each for each in said if each]


def refused(mistakes: Sequence[str]) -> str:
    """Why a configuration was not taken: how many mistakes, and the first of them, a line each."""
    lines = [mistake if len(mistake) <= MISTAKE_CHARS else f"{mistake[:MISTAKE_CHARS]}…" for mistake in mistakes]
    count = ngettext("{number} mistake", "{number} mistakes", len(lines)).format(number=len(lines))
    more = [and_more(len(lines) - MISTAKES)] if len(lines) > MISTAKES else []
    return "\n".join([count, *lines[:MISTAKES], *more])


def _gone(name: str, followers: int) -> str:
    if not followers:
        return _("watchlist {name} is gone").format(name=name)
    sentence = ngettext(
        "watchlist {name} is gone ({number} subscription stays, without news until it is back)",
        "watchlist {name} is gone ({number} subscriptions stay, without news until it is back)",
        followers,
    )
    return sentence.format(name=name, number=followers)


def _verbs(difference: Difference) -> str:
    parts = [
        (_("added {names}"), difference.added),
        (_("changed {names}"), difference.changed),
        (_("removed {names}"), difference.removed),
    ]
    return ", ".join(sentence.format(names=_names(names)) for sentence, names in parts if names)


def _names(names: Sequence[str]) -> str:
    shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
    if more <= 0:
        return shown
    sentence = ngettext("{names} and {number} more", "{names} and {number} more", more)
    return sentence.format(names=shown, number=more)
