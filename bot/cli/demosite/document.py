"""Prints the demo as one JSON document, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cli import show
from bot.cli.demosite.reasons import because

if TYPE_CHECKING:
    from bot.cli.demosite.acts import Act, Finale, Judged
    from bot.cli.demosite.server import Site
    from bot.run.engine import Configuration
    from bot.tell import Message


class Document:
    """Gathers `polled`, `read`, `matched`, `refused` and `told` of both rounds, and prints them with `digest`,
    `chronicle` and `explained` when the demo ends. Articles, stories and evidence are as in the JSON of the other
    commands."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("polled", "read", "matched", "refused", "told")
        }
        self._config: Configuration | None = None

    def opening(self, config: Configuration, site: Site) -> None:
        """Keeps the configuration."""
        self._config = config

    def act(self, act: Act) -> None:
        """Gathers what a round did."""
        for feed in act.polled:
            self._parts["polled"].append(
                {
                    "round": act.number,
                    "source": feed.source,
                    "url": feed.url,
                    "outcome": feed.outcome,
                    "entries": feed.entries,
                    "new": feed.new,
                    "error": feed.error,
                }
            )
        for item in act.read:
            self._judged(act.number, item)
        self._parts["told"] += [_told(act.number, message) for message in act.told]

    def finale(self, finale: Finale, config: Configuration, seconds: float) -> None:
        """Prints the document."""
        from bot.tell import plain

        article, misses = finale.near_miss.article, finale.near_miss.misses
        show.document(
            {
                **self._parts,
                "digest": {
                    "watchlist": finale.watchlist,
                    "since": show.iso(finale.since),
                    "until": show.iso(finale.until),
                    "stories": [show.story(story) for story in finale.stories],
                    "text": plain(finale.digest),
                },
                "chronicle": plain(finale.chronicle),
                "explained": {
                    **show.article(article, ()),
                    "matches": [],
                    "misses": [
                        {"watchlist": miss.watchlist, "rule": miss.rule, "failed": miss.failed} for miss in misses
                    ],
                },
                "seconds": round(seconds, 2),
            }
        )

    def _judged(self, number: int, item: Judged) -> None:
        assert self._config is not None
        article = {"round": number, **show.article(item.article, item.matches)}
        self._parts["read"].append({**article, "paragraphs": list(item.article.paragraphs)})
        if item.matches:
            self._parts["matched"].append({**article, "labels": show.labels(item.labels), "copy_of": item.copy_of})
        else:
            reason, found = because(self._config, item)
            self._parts["refused"].append({**article, "because": reason, "words": list(found)})


def _told(number: int, message: Message) -> dict[str, Any]:
    from bot.tell import plain

    return {"round": number, "kind": "picture" if number == 1 else "alert", "text": plain(message)}
