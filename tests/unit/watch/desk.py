"""What the tests of the rule language say in one line: a watchlist of these rules, an article of these texts."""

from __future__ import annotations

from pathlib import Path

from bot.errors import ConfigErrors
from bot.model import Article, Match, Source
from bot.watch import Watchlists, explain, load, match

CONCEPTS = """
concepts:
  japan: {en: [Japan, Japanese], id: [Jepang], ja: [日本]}
  defence: [defence, pertahanan, 防衛]
  partner:
    labels:
      indonesia: {en: [Indonesia], id: [Indonesia, RI]}
      nato: [NATO, Nato]
      eu: [EU, European Union]
"""


def written(folder: Path, rules: str, concepts: str = CONCEPTS) -> Path:
    """A configuration directory with one watchlist `w`."""
    (folder / "watchlists").mkdir(parents=True, exist_ok=True)
    (folder / "watchlists" / "w.yaml").write_text(f"{concepts}\nrules:\n{rules}", "utf-8")
    return folder


def watching(folder: Path, expression: str, unless: str | None = None, concepts: str = CONCEPTS) -> Watchlists:
    """A watchlist with the one rule `r`."""
    lines = ["  - name: r", "    match: |", f"      {expression}"]
    lines += ["    unless: |", f"      {unless}"] if unless else []
    return load(written(folder, "\n".join(lines), concepts))


def article(
    *paragraphs: str, title: str = "", lead: str = "", language: str | None = None, source: Source | None = None
) -> Article:
    return Article("https://example.org/a", title, paragraphs, lead=lead, language=language, source=source)


def found(rules: Watchlists, wanted: Article) -> Match | None:
    """The one rule's answer."""
    answers = match(rules, wanted)
    return answers[0] if answers else None


def texts(rules: Watchlists, wanted: Article) -> list[str]:
    """The words the one rule's evidence shows."""
    answer = found(rules, wanted)
    return [evidence.text for evidence in answer.evidence] if answer else []


def reason(rules: Watchlists, wanted: Article) -> str:
    """What failed of the one rule."""
    (miss,) = explain(rules, wanted)[1]
    return miss.failed


def mistakes(folder: Path, rules: str, concepts: str = CONCEPTS) -> list[str]:
    """Every error of a watchlist, as `line:column: message`."""
    try:
        load(written(folder, rules, concepts))
    except ConfigErrors as errors:
        return [f"{error.line}:{error.column}: {error.message}" for error in errors.errors]
    return []
