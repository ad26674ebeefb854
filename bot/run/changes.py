"""What one configuration has that another has not, and the words for it. Pure: it reads and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from bot.model import Source
from bot.run.engine import Configuration
from bot.settings import Settings
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
    lists = changes.watchlists
    said = [f"watchlists added: {_names(lists.added)}"] if lists.added else []
    said += [_gone(name, followers.get(name, 0)) for name in lists.removed[:NAMED]]
    if len(lists.removed) > NAMED:
        said.append(f"{len(lists.removed) - NAMED} more watchlists gone")
    said += [f"{name}: rules {_verbs(difference)}" for name, difference in list(changes.rules.items())[:NAMED]]
    if len(changes.rules) > NAMED:
        said.append(f"rules of {len(changes.rules) - NAMED} more watchlists changed")
    retitled = [name for name in lists.changed if name not in changes.rules]
    if retitled:
        said.append(f"titles changed: {_names(retitled)}")
    counts = {"added": changes.sources.added, "changed": changes.sources.changed, "removed": changes.sources.removed}
    said += [f"{_number(len(names), 'source')} {verb}" for verb, names in counts.items() if names]
    live = [key for key in changes.settings if not needs_restart(key)]
    if live:
        said.append(f"settings changed: {_names(live)}")
    if not said and not restart:
        said.append("no rule, source or setting changed")
    if restart:
        said.append(f"restart for: {', '.join(restart)}")
    return "; ".join(said)


def refused(mistakes: Sequence[str]) -> str:
    """Why a configuration was not taken: how many mistakes, and the first of them, a line each."""
    lines = [mistake if len(mistake) <= MISTAKE_CHARS else f"{mistake[:MISTAKE_CHARS]}…" for mistake in mistakes]
    more = [f"and {len(lines) - MISTAKES} more"] if len(lines) > MISTAKES else []
    return "\n".join([_number(len(lines), "mistake"), *lines[:MISTAKES], *more])


def _gone(name: str, followers: int) -> str:
    if not followers:
        return f"watchlist {name} is gone"
    stay = f"{_number(followers, 'subscription')} {'stays' if followers == 1 else 'stay'}"
    return f"watchlist {name} is gone ({stay}, without news until it is back)"


def _verbs(difference: Difference) -> str:
    verbs = {"added": difference.added, "changed": difference.changed, "removed": difference.removed}
    return ", ".join(f"{verb} {_names(names)}" for verb, names in verbs.items() if names)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
