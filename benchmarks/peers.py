"""Other ways of asking the same rules about the same articles. Each gets what helps it: queries and expressions are
made beforehand, and what it cannot express it is asked more simply.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from itertools import product

from generated import GeneratedRule, Group

from bot.model import Article

MOST_PAIRS = 64
"""FTS5's NEAR takes phrases, not choices of them: it is asked about each pair, up to so many, else plainly `and`."""


class Fts5:
    """SQLite's full-text search in memory: a batch of articles is put in, each rule is one query, the batch is thrown
    away. The table keeps no text, which makes both ends cheap."""

    def __init__(self, rules: Sequence[GeneratedRule]) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(title, body, content='', tokenize=\"unicode61 remove_diacritics 2\")"
        )
        self._queries = [fts5_query(rule) for rule in rules]

    def __call__(self, batch: Sequence[Article]) -> list[list[int]]:
        """For each rule the numbers of the articles it matches."""
        run = self._database.execute
        run("BEGIN")
        self._database.executemany(
            "INSERT INTO docs(rowid, title, body) VALUES (?, ?, ?)",
            ((n, article.title, "\n".join(article.paragraphs)) for n, article in enumerate(batch)),
        )
        ask = "SELECT rowid FROM docs WHERE docs MATCH ?"
        answers = [[row[0] for row in run(ask, (query,))] for query in self._queries]
        run("INSERT INTO docs(docs) VALUES ('delete-all')")
        run("COMMIT")
        return answers


def fts5_query(rule: GeneratedRule) -> str:
    """The rule as FTS5 asks it. It knows no sentences and no paragraphs: there it is asked plainly `and`."""
    query = " AND ".join(map(_any, rule.groups))
    if rule.kind == "title":
        query = f"title : ({query})"
    elif rule.kind == "near":
        query = _near(rule.groups) or query
    if rule.barred is not None:
        barred = f"title : {_any(rule.barred)}" if rule.barred_in_title else _any(rule.barred)
        query = f"({query}) NOT ({barred})"
    return query


def _any(group: Group) -> str:
    return "(" + " OR ".join(map(_phrase, group.terms)) + ")"


def _phrase(term: str) -> str:
    return f'"{term[:-1]}" *' if term.endswith("*") else f'"{term}"'


def _near(groups: Sequence[Group]) -> str | None:
    choices = list(product(*(group.terms for group in groups)))
    if len(choices) > MOST_PAIRS:
        return None
    return " OR ".join(f"NEAR({' '.join(map(_phrase, choice))}, 20)" for choice in choices)


def regular_expressions(rules: Sequence[GeneratedRule]) -> Callable[[Article], int]:
    """The obvious way: each group of terms one regular expression, a rule done with at its first missing group.
    Excludes and distances are not looked at."""
    compiled: dict[str, re.Pattern[str]] = {}
    for rule in rules:
        for group in rule.groups:
            if group.written not in compiled:
                compiled[group.written] = re.compile(
                    r"\b(?:" + "|".join(map(_pattern, group.terms)) + r")", re.IGNORECASE
                )
    tests = [[compiled[group.written] for group in rule.groups] for rule in rules]

    def run(article: Article) -> int:
        text = "\n".join((article.title, *article.paragraphs))
        return sum(all(group.search(text) for group in groups) for groups in tests)

    return run


def _pattern(term: str) -> str:
    return re.escape(term[:-1]) if term.endswith("*") else re.escape(term) + r"\b"


def substrings(rules: Sequence[GeneratedRule]) -> Callable[[Article], int]:
    """Python's own `in` for each different term, then sets: no words, no cases, no excludes, no distances."""
    terms = {term.rstrip("*").lower() for rule in rules for group in rule.groups for term in group.terms}
    tests = [[frozenset(term.rstrip("*").lower() for term in group.terms) for group in rule.groups] for rule in rules]

    def run(article: Article) -> int:
        text = "\n".join((article.title, *article.paragraphs)).lower()
        there = {term for term in terms if term in text}
        return sum(not any(map(there.isdisjoint, groups)) for groups in tests)

    return run
