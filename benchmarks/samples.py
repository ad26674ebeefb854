"""Sets of pages with what a reader should get from each: those of the tests, those made from the tests' articles, and
public ones the reader has on disk, in three layouts. It fetches nothing.

A folder of pages is one of

* ours: `NAME.html` or `NAME.html.gz` beside `NAME.json` with `paragraphs`, and, where known, `url`, `language`,
  `title`, `author` and `published` (UTC, or a day alone);
* the scrapinghub benchmark's: `html/ID.html.gz` and `ground-truth.json` with `articleBody` and `url` for each ID;
* trafilatura's evaluation: `evaldata.json` with `file`, `with` and `without` (pieces of text that must and must not be
  there) for each address, and the files in `cache` or `eval`.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what is known of it: its whole text, or pieces that belong to it and pieces that do not."""

    name: str
    url: str
    body: bytes
    text: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()


def load(folder: Path) -> list[Sample]:
    """The samples of a folder, by name. Raises ValueError where it has none of the layouts."""
    if (folder / "ground-truth.json").is_file():
        return _scrapinghub(folder)
    if (folder / "evaldata.json").is_file():
        return _pieces(folder)
    samples = [_ours(path) for path in sorted(folder.glob("*.json")) if _page(path.with_suffix("")) is not None]
    if not samples:
        raise ValueError(f"{folder}: no pages here in a layout known (see benchmarks/samples.py)")
    return samples


def _ours(path: Path) -> Sample:
    known: dict[str, Any] = json.loads(path.read_bytes())
    body = _page(path.with_suffix(""))
    assert body is not None, "asked before"
    facts = {key: known.get(key) or "" for key in ("title", "author", "published", "language")}
    url = known.get("url") or f"https://{path.stem}.example/"
    return Sample(path.stem, url, body, "\n".join(known["paragraphs"]), **facts)


def _scrapinghub(folder: Path) -> list[Sample]:
    known: dict[str, dict[str, str]] = json.loads((folder / "ground-truth.json").read_bytes())
    found = ((name, item, _page(folder / "html" / name)) for name, item in sorted(known.items()))
    return [
        Sample(name, item.get("url") or "https://page.example/", body, item.get("articleBody", ""))
        for name, item, body in found
        if body is not None
    ]


def _pieces(folder: Path) -> list[Sample]:
    known: dict[str, dict[str, Any]] = json.loads((folder / "evaldata.json").read_bytes())
    samples = []
    for url, item in known.items():
        places = (folder / place / item["file"] for place in ("cache", "eval"))
        path = next((place for place in places if place.is_file()), None)
        if path is not None:
            pieces = tuple(item.get("with", ())), tuple(item.get("without", ()))
            samples.append(Sample(item["file"], url, path.read_bytes(), wanted=pieces[0], unwanted=pieces[1]))
    return samples


def _page(stem: Path) -> bytes | None:
    plain, packed = stem.parent / f"{stem.name}.html", stem.parent / f"{stem.name}.html.gz"
    if plain.is_file():
        return plain.read_bytes()
    return gzip.decompress(packed.read_bytes()) if packed.is_file() else None
