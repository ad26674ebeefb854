"""What the tests of the review say in one line: a watchlist, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.model import Source
from bot.watch import load
from bot.watch.review import review
from watch.desk import written

GOOD = """\
concepts:
  japan: {en: [Japan, Japanese], id: [Jepang], ja: [日本]}
  defence: {en: [defence, "joint exercise*"], id: [pertahanan], ja: [防衛]}
  partner:
    labels:
      indonesia: {en: [Indonesia], id: [Indonesia, RI], ja: [インドネシア]}
      nato: [NATO, Nato]
      eu: [EU, European Union]
"""
RULES = "  - {name: pact, match: paragraph(japan and defence and partner), group_by: partner}\n"
SOURCES = (
    Source("antara", "ANTARA", country="id", language="id", tier=1),
    Source("kyodo", "Kyodo", country="jp", language="ja", tier=2),
)


def said(folder: Path, rules: str = RULES, concepts: str = GOOD, sources: Sequence[Source] = SOURCES) -> list[str]:
    """Everything to say about a watchlist, as `line:column: message`."""
    remarks = review(written(folder, rules, concepts), load(folder), sources)
    return [f"{remark.line}:{remark.column}: {remark.message}" for remark in remarks]


def of_rule(folder: Path, match: str, more: str = "", concepts: str = GOOD) -> list[str]:
    """The same for one rule over the good concepts, all of which are used by another one, too."""
    return said(folder, f"{RULES}  - name: r\n    match: |\n      {match}\n{more}", concepts)


FIRST = GOOD.count("\n") + 3
"""The line of the first rule of a watchlist of the good concepts."""

MATCH = FIRST + 3
"""The line of the expression given to `of_rule`."""
