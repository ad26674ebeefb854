"""A progress line on standard error while a round works; nothing where that is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.run.engine import Tally


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Tally], None] | None]:
    """What a round should call whenever its tally changes, or None."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("polling", total=None)

        def update(tally: Tally) -> None:
            counts = tally.counts
            read = sum(counts[name] for name in ("pages_read", "pages_summary", "pages_same", "pages_failed"))
            found = counts["entries_new"]
            text = f"{len(tally.feeds)} feeds, {read} of {found} pages, {counts['matches']} matches"
            bar.update(task, description=text, completed=read, total=max(found, 1))

        yield update
