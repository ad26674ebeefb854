"""Reads the demo's articles from the text files beside this module. It knows nothing of how they are served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

_UNITS = {"m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One article as its newspaper prints it. It appears in `round` 1 or 2, dated `ago` before the demo began;
    `summary` is what the feed says of it, `standfirst` may be empty."""

    outlet: str
    slug: str
    round: int
    ago: timedelta
    title: str
    summary: str
    standfirst: str
    author: str
    paragraphs: tuple[str, ...]


def pieces() -> tuple[Piece, ...]:
    """All articles, in the order of their files. A file is `name: value` lines, an empty line, and paragraphs; one that
    says `reprints: SLUG` has the author and text of that article under a headline of its own."""
    folder = files("bot.cli.demosite") / "articles"
    texts = [file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)]
    drafts = [_parts(text) for text in texts]
    originals = {head["slug"]: (head, paragraphs) for head, paragraphs in drafts}
    return tuple(_piece(head, *originals[head.get("reprints", head["slug"])]) for head, _ in drafts)


def _parts(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    head, *paragraphs = text.strip().split("\n\n")
    values = (line.partition(": ") for line in head.split("\n"))
    return {name: value for name, _, value in values}, tuple(paragraphs)


def _piece(head: dict[str, str], original: dict[str, str], paragraphs: tuple[str, ...]) -> Piece:
    number, unit = int(head["ago"][:-1]), head["ago"][-1]
    return Piece(
        outlet=head["outlet"],
        slug=head["slug"],
        round=int(head["round"]),
        ago=timedelta(**{_UNITS[unit]: number}),
        title=head["title"],
        summary=head["summary"],
        standfirst=head.get("standfirst", ""),
        author=original["by"],
        paragraphs=paragraphs,
    )
