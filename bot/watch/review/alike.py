"""Which terms find the same, and which find all that another one finds. It judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from bot.watch.terms import Term
from bot.watch.uses import Use

Key: TypeAlias = tuple[str, tuple[str, ...] | None]


def key_of(term: Term) -> Key:
    """What a term finds: terms of one key find the same."""
    return term.pattern, term.exact


class Wider:
    """The terms of one list that find further words than their own, and what they find."""

    def __init__(self, uses: Sequence[Use]) -> None:
        terms = [use.term for use in uses if not (use.term.cjk or use.term.exact)]
        self._beginnings = {term.pattern: term for term in terms if term.starts_word and not term.ends_word}
        self._inner = [term for term in terms if not (term.starts_word or term.ends_word)]
        self._forms = {form: term for term in terms for form in term.patterns[1:]}

    def than(self, term: Term) -> Term | None:
        """A term that finds all that this one finds, word for word: by a `*`, or with an Indonesian ending."""
        if term.cjk or term.exact is not None:
            return None
        return self._forms.get(term.pattern) or self.around(term)

    def around(self, term: Term) -> Term | None:
        """A term that by its `*` finds all that this one finds, in capitals or not, word for word."""
        if term.cjk:
            return None
        pattern = term.pattern.rstrip()
        last = pattern.rfind(" ") + 1
        for end in range(last + 1, len(pattern) + 1) if term.starts_word else ():
            other = self._beginnings.get(pattern[:end])
            if other is not None and other.pattern != term.pattern:
                return other
        if " " in pattern.strip():
            return None
        return next((o for o in self._inner if o.pattern in pattern and o.pattern != term.pattern), None)
