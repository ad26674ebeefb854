"""Tells the demo as a story to a reader at a terminal. It only prints."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.cli.demosite.outlets import OUTLETS
from bot.cli.demosite.reasons import SUBJECT, because, holds, words

if TYPE_CHECKING:
    from rich.console import Console

    from bot.cli.demosite.acts import Act, Finale, Judged
    from bot.cli.demosite.server import Site
    from bot.run.engine import Configuration
    from bot.tell import Message

WIDTH = 100
"""Columns at most; longer lines are hard to read."""

_LANGUAGES = {"en": "English", "id": "Indonesian", "ja": "Japanese"}
_ADDRESS = re.compile(r" <http://127\.[^>]*>")
_JAPAN = re.compile("Japan|Jepang|日本")


class Terminal:
    """Prints as it goes: in colours on a terminal, plain elsewhere, never wider than `WIDTH`."""

    def __init__(self) -> None:
        self._console = _console()
        self._config: Configuration | None = None
        self._site: Site | None = None

    def opening(self, config: Configuration, site: Site) -> None:
        """What is about to happen."""
        self._config, self._site = config, site
        title = next(iter(config.watchlists.lists.values())).title
        self._line("[bold]Kentongan[/] watches the news for you. This is the real program at work:")
        self._line(
            f"{len(OUTLETS)} made-up newspapers on this machine, no network, no token; watchlist: "
            f"[bold]{_escaped(title)}[/]."
        )

    def act(self, act: Act) -> None:
        """What was polled, read and told."""
        first = act.number == 1
        self._heading(act.number, "A first look at the papers" if first else "The papers publish more articles")
        self._polled(act)
        languages = ", ".join(sorted({_LANGUAGES.get(item.article.language or "", "other") for item in act.read}))
        matched = sum(bool(item.matches) for item in act.read)
        self._line("")
        self._line(f"[bold]read[/]     {_count(len(act.read), 'page')} in {languages}")
        self._line(f"[bold]matched[/]  {matched} of them, and why:")
        for item in act.read:
            self._judged(item)
        self._line("")
        if first:
            self._line(
                f"[bold]told[/]     No alert: what a first look finds is no news. Its {act.stories} stories go into "
                f"{_count(len(act.told), 'message')}, the starting picture.",
                hang=9,
            )
        else:
            alerts = _count(len(act.told), "alert")
            self._line(f"[bold]told[/]     {alerts}, one for each story (in a chat, its headline is a link):")
            for number, message in enumerate(act.told):
                self._line("" if number else None)
                self._message(message)

    def finale(self, finale: Finale, config: Configuration, seconds: float) -> None:
        """The digest, the chronicle, the near miss, and what to do next."""
        self._heading(3, "The digest of the day, as a chat receives it at its hour")
        self._message(finale.digest)
        self._heading(4, "What happened with one partner so far: its chronicle")
        self._message(finale.chronicle)
        self._heading(5, "Why was that one not told?")
        self._near_miss(finale.near_miss, config)
        reports = sum(len(story.reports) for story in finale.stories)
        self._line("")
        self._line(
            f"[bold green]Done[/] in {seconds:.1f} s: {reports} matching articles are {len(finale.stories)} stories. "
            "Nothing is left behind."
        )
        self._line("Now yours: edit [bold]config/[/], then [bold]kentongan check[/] and [bold]kentongan run[/].")

    # --- parts ------------------------------------------------------------------------------------------------------

    def _polled(self, act: Act) -> None:
        outlets = {outlet.name: outlet for outlet in OUTLETS}
        for number, feed in enumerate(act.polled):
            news = "unchanged, so not sent again" if feed.outcome == "unchanged" else f"{feed.new} new"
            outlet = outlets[feed.source]
            start = "         " if number else "[bold]polled[/]   "
            line = f"{_padded(outlet.title, 21)}{_padded(outlet.format, 11)}"
            self._line(start + line + (_escaped(feed.error) if feed.error else news), hang=9)

    def _judged(self, item: Judged) -> None:
        assert self._config is not None
        config, article = self._config, item.article
        mark = "[green]=[/]" if item.copy_of else "[green]+[/]" if item.matches else "[yellow]-[/]"
        title = _escaped(article.title)
        self._line(f"  {mark} [bold]{title}[/]" if item.matches and not item.copy_of else f"  {mark} {title}", hang=4)
        outlet = _escaped(article.source.title) if article.source else ""
        if item.copy_of:
            why = "yes, but the text of the story above under another headline: no second message"
        elif item.matches:
            card = config.card(item.matches[0].watchlist)
            names = [card.label_names.get((concept, label), label) for concept, label in _pairs(item)]
            found = words(piece for match in item.matches for piece in match.evidence)
            why = f"[bold]{_escaped(', '.join(names))}[/]; found {_quoted(found)}"
        else:
            why = "no, " + self._refusal(item)
        self._line(f"[dim]{outlet}:[/] {why}", at=4, hang=4)

    def _refusal(self, item: Judged) -> str:
        assert self._config is not None and self._site is not None
        reason, found = because(self._config, item)
        if reason == SUBJECT:
            times = len(_JAPAN.findall(self._site.page(item.article.url) or ""))
            around = f"; its page does {times} times, in links, captions and comments" if times else ""
            return f"its text does not name Japan{around}"
        return _reason(reason, found)

    def _near_miss(self, item: Judged, config: Configuration) -> None:
        found = words(holds(config, "japan and partner and defence", item.article))
        self._line(f"[bold]{_escaped(item.article.title)}[/]")
        self._line(f"It has the words: {_quoted(found)}. But [bold]kentongan explain[/] names the part that failed:")
        reasons: dict[str, list[str]] = {}
        for miss in item.misses:
            unless = miss.failed.startswith("unless ")
            reason = _reason(*because(config, item)) if unless else _reason(miss.failed, ())
            reasons.setdefault(reason, []).append(miss.rule)
        # The rule that came nearest is the one that only an exclude kept out.
        nearest = sorted(reasons, key=lambda reason: not reason.startswith("kept out"))
        for reason in nearest[:1]:
            rules = reasons[reason]
            start = f"  [yellow]miss[/]  {'rule' if len(rules) == 1 else 'rules'} "
            self._line(f"{start}{_escaped(', '.join(rules))}: {reason}", hang=8)
        rest = sum(len(reasons[reason]) for reason in nearest[1:])
        if rest:
            self._line(f"  [dim]and {_count(rest, 'more rule')} of which some part does not hold[/]")

    # --- lines ------------------------------------------------------------------------------------------------------

    def _heading(self, number: int, text: str) -> None:
        rule = "─" * max(0, self._console.width - len(text) - 4)
        self._line("")
        self._line(f"[bold cyan]{number}  {text}[/] [cyan]{rule}[/]")
        self._line("")

    def _message(self, message: Message) -> None:
        """A message as the console prints it, behind a bar; without its addresses, which end with the demo."""
        from rich.text import Text

        from bot.tell import plain

        for line in Text.from_ansi(_ADDRESS.sub("", plain(message, ansi=True))).split("\n", allow_blank=True):
            for part in line.wrap(self._console, self._console.width - 4) or [line]:
                part.rstrip()
                self._console.print(Text.assemble(("  │ " if part else "  │", "cyan"), part), no_wrap=True)

    def _line(self, markup: str | None, *, hang: int = 0, at: int = 0) -> None:
        """A line, begun at column `at`, wrapped at words and continued at column `hang`; None prints nothing."""
        from rich.text import Text

        if markup is None:
            return
        text = Text.from_markup(markup)
        for number, part in enumerate(text.wrap(self._console, self._console.width - hang) or [text]):
            part.rstrip()
            self._console.print(Text.assemble(" " * (hang if number else at), part), no_wrap=True)


def _console() -> Console:
    """Standard output, at most `WIDTH` columns. A reader that hangs up (head, less) ends the demo quietly."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    console = Output(highlight=False, emoji=False)
    console.width = min(console.width, WIDTH) if sys.stdout.isatty() else WIDTH
    return console


def _pairs(item: Judged) -> list[tuple[str, str]]:
    return [(concept, label) for concept, names in item.labels.items() for label in names]


def _reason(reason: str, found: Iterable[str]) -> str:
    """A failed part in words that a newcomer understands."""
    if reason.startswith("unless "):
        quoted = _quoted(found)
        return f"kept out by “{_escaped(reason)}”" + (f": it says {quoted}" if quoted else "")
    shown = reason if len(reason) <= 100 else reason[:99].rstrip() + "…"
    return f"“{_escaped(shown)}” does not hold"


def _quoted(found: Iterable[str]) -> str:
    return ", ".join(f"“{_escaped(word)}”" for word in found)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _padded(text: str, width: int) -> str:
    """The text in a column of so many cells; a Han or Kana character takes two."""
    from rich.cells import cell_len

    return _escaped(text) + " " * max(0, width - cell_len(text))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
