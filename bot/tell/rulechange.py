"""What a new version of a watchlist changes: in one line for its followers, at length for the admin who may apply it.
It tries nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.speech import gettext as _
from bot.speech import ngettext
from bot.tell.fill import fill
from bot.tell.tree import Bold, Code, Italic, Link, Message, Node, Text, usable_link

SAMPLES = 5
"""Of what is added and of what is dropped as many are shown."""

_HEADLINE = 140
_WHY = 120


@dataclass(frozen=True, slots=True)
class Changed:
    """What is in one version and not in the other: how many listed terms, and the names of rules; `reworded` rules are
    in both and ask for something else, whatever their terms."""

    terms_added: int = 0
    terms_removed: int = 0
    rules_added: tuple[str, ...] = ()
    rules_removed: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms_added or self.terms_removed or self.rules_added or self.rules_removed or self.reworded)


@dataclass(frozen=True, slots=True)
class Sampled:
    """An article that is added or dropped, with the sentence that says why it matches, and what fails on the other
    side."""

    title: str
    url: str
    outlet: str
    sentence: Sequence[Node]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a new version of a watchlist would have changed. `new`: there is no file of that name yet. `days` and
    `articles` are what it was tried on; alerts are a day. Samples: at most `SAMPLES` of each."""

    watchlist: str
    title: str
    new: bool
    changed: Changed
    days: int
    articles: int
    added: int
    dropped: int
    alerts_before: float
    alerts_after: float
    samples_added: Sequence[Sampled] = ()
    samples_dropped: Sequence[Sampled] = ()


def in_a_line(title: str, changed: Changed) -> Message:
    """What followers of a watchlist are told, in one line."""
    return Message(*fill(_("{title}: rule changed: {what}"), title=Bold(title), what=", ".join(listed(changed))))


def listed(changed: Changed) -> list[str]:
    """What changed, in a few words each."""
    counts = [
        (changed.terms_added, ngettext("+{number} term", "+{number} terms", changed.terms_added)),
        (changed.terms_removed, ngettext("−{number} term", "−{number} terms", changed.terms_removed)),
    ]
    rules = [
        (changed.rules_added, ngettext("{number} rule added", "{number} rules added", len(changed.rules_added))),
        (
            changed.rules_removed,
            ngettext("{number} rule removed", "{number} rules removed", len(changed.rules_removed)),
        ),
        (changed.reworded, ngettext("{number} rule reworded", "{number} rules reworded", len(changed.reworded))),
    ]
    counts += [(len(names), form) for names, form in rules]
    return [form.format(number=number) for number, form in counts if number]


def preview(found: Preview) -> Message:
    """What the admin sees before a version is applied."""
    if found.new:
        nodes = fill(_("A new watchlist: {title}"), title=Bold(found.title))
    else:
        nodes = fill(_("A new version of {title}"), title=Bold(found.title))
    what = ", ".join(listed(found.changed)) or _("no rule and no term changes")
    nodes += [Text(" "), Code(found.watchlist), Text(f"\n{what}\n\n")]
    nodes.append(Text(_tried(found)))
    for heading, samples, more in (
        (_("It adds"), found.samples_added, found.added),
        (_("It drops"), found.samples_dropped, found.dropped),
    ):
        if not samples:
            continue
        nodes += [Text("\n\n"), Bold(heading)]
        for sample in samples:
            nodes += [Text("\n• "), *_sample(sample)]
        left = more - len(samples)
        if left > 0:
            nodes.append(Text("\n" + ngettext("and {number} more", "and {number} more", left).format(number=left)))
    return Message(*nodes)


def _tried(found: Preview) -> str:
    if not found.articles:
        return _("There is no article in the archive yet to try it on.")
    articles = ngettext("{number} article", "{number} articles", found.articles).format(number=found.articles)
    days = ngettext("{number} day", "{number} days", found.days).format(number=found.days)
    tried = _("Tried on {articles} of the last {days}: it adds {added} and drops {dropped}.").format(
        articles=articles, days=days, added=found.added, dropped=found.dropped
    )
    alerts = _("Alerts a day: {before} before, {after} after.").format(
        before=f"{found.alerts_before:g}", after=f"{found.alerts_after:g}"
    )
    return f"{tried}\n{alerts}"


def _sample(sample: Sampled) -> list[Node]:
    title = sample.title if len(sample.title) <= _HEADLINE else sample.title[: _HEADLINE - 1].rstrip() + "…"
    nodes: list[Node] = [Link(sample.url, title) if usable_link(sample.url) else Text(title)]
    if sample.outlet:
        nodes.append(Text(f" ({sample.outlet})"))
    if sample.sentence:
        nodes += [Text("\n  "), *sample.sentence]
    if sample.why:
        why = sample.why if len(sample.why) <= _WHY else sample.why[: _WHY - 1].rstrip() + "…"
        nodes += [Text("\n  "), Italic(why)]
    return nodes
