"""What expressions ask for, as small numbers: a concept, a label of it, a term quoted in a rule. It finds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bot.watch.terms import Term

Operand: TypeAlias = int
"""The number of what an expression asks for; numbers hash and compare quickest, and index arrays."""


class Operands:
    """Gives each of them its number. One list serves all watchlists of a configuration, and each watchlist has numbers
    of its own. `asked` says how often expressions ask for each."""

    def __init__(self) -> None:
        self._concepts: dict[tuple[str, str, str | None], Operand] = {}
        self._quoted: dict[tuple[str, str], tuple[Operand, Term]] = {}
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.asked)

    def concept(self, watchlist: str, concept: str, label: str | None) -> Operand:
        """The number of a concept, or of one label of it."""
        number = self._concepts.setdefault((watchlist, concept, label), len(self.asked))
        if number == len(self.asked):
            self.asked.append(0)
        return number

    def exceptions(self, watchlist: str, concept: str) -> Operand:
        """The number of the phrases within which a concept's terms do not count."""
        return self.concept(watchlist, concept, "")

    def quoted(self, watchlist: str, term: Term) -> Operand:
        """The number of a term quoted in a rule."""
        known = self._quoted.get((watchlist, term.text))
        if known is not None:
            return known[0]
        self._quoted[watchlist, term.text] = len(self.asked), term
        self.asked.append(0)
        return len(self.asked) - 1

    def terms(self) -> Iterator[tuple[str, Term]]:
        """All terms quoted in rules, each with its watchlist."""
        for (watchlist, _), (_, term) in self._quoted.items():
            yield watchlist, term

    def of(self, watchlist: str, concept: str | None, label: str | None, term: Term) -> Sequence[Operand]:
        """What a term in its place satisfies."""
        if concept is None:
            return (self.quoted(watchlist, term),)
        whole = self.concept(watchlist, concept, None)
        return (whole,) if label is None else (whole, self.concept(watchlist, concept, label))
