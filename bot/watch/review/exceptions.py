"""Remarks about the exceptions of a concept: those that change nothing, and those that leave a term nowhere to count.

It reads the concept's own lists; what other concepts look for does not count.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from bot.watch import words
from bot.watch.review.alike import Wider
from bot.watch.review.scripts import named
from bot.watch.review.sheet import Remark, TermList
from bot.watch.terms import Term
from bot.watch.uses import Use

_MOST_NAMED = 3


def about_exceptions(lists: Sequence[TermList], known: Collection[str]) -> Iterator[Remark]:
    """What to say of the exceptions among the lists of one concept beside its terms. `known` are the languages that
    articles can get."""
    exceptions = [listed for listed in lists if listed.excepts]
    if not exceptions:
        return
    terms = [listed for listed in lists if not listed.excepts]
    inside = _Inside([use for listed in terms for use in listed.uses])
    for listed in exceptions:
        yield from _idle(listed, inside, known)
        yield from _overwhelming(listed, terms)


# --- exceptions that change nothing ---------------------------------------------------------------------------------


def _idle(listed: TermList, inside: _Inside, known: Collection[str]) -> Iterator[Remark]:
    for number, use in enumerate(listed.uses):
        text = use.term.text
        # What stands in a word of which only the middle is known cannot be told.
        if text.startswith("*"):
            continue
        others: dict[Use, None] = {}
        for other in inside.of(use.term):
            if _meet(use, other):
                break
            others[other] = None
        else:
            if not others:
                message = (
                    f"no term of '{listed.concept}' stands in '{text}', so this exception changes nothing: write the "
                    "longer name with the term in it, or remove it"
                )
                yield listed.remark(message, number)
            elif listed.language is None or listed.language in known:
                other = next(iter(others))
                message = (
                    f"'{text}' is an exception for {_languages(use)}, and '{other.term.text}' in it is listed for "
                    f"{_languages(other)}: it counts only where an article's language is uncertain. List it for the "
                    "same language, or in a plain list"
                )
                yield listed.remark(message, number)


def _meet(exception: Use, use: Use) -> bool:
    """Whether an exception has an effect on a term that stands in it, in articles of a language that is certain."""
    if exception.term.cjk and use.term.cjk:
        return True  # a longer Han or Kana word hides a shorter one in every language
    if exception.languages is None or use.languages is None:
        return True
    return not exception.languages.isdisjoint(use.languages)


def _languages(use: Use) -> str:
    return ", ".join(map(named, sorted(use.languages or ())))


class _Inside:
    """The terms of a concept, for asking which of them can stand inside an exception."""

    def __init__(self, uses: Sequence[Use]) -> None:
        self._forms: dict[str, list[Use]] = defaultdict(list)
        for use in uses:
            for pattern in use.term.patterns:
                self._forms[pattern].append(use)
        self._sorted = sorted(self._forms)
        self._inner = [use for use in uses if use.term.text.startswith("*") and not use.term.cjk]

    def of(self, exception: Term) -> Iterator[Use]:
        """The terms that may stand in an exception that does not begin with a `*`; some of them may come twice."""
        pattern = exception.pattern
        for begin in range(len(pattern)):
            for end in range(begin + 1, len(pattern) + 1):
                yield from self._forms.get(pattern[begin:end], ())
        if exception.clitics or (exception.text.endswith("*") and not words.has_cjk(pattern[-1])):
            yield from self._inner
            yield from self._beyond(pattern.rstrip())

    def _beyond(self, pattern: str) -> Iterator[Use]:
        """Those that may end in the unknown rest of an exception's last word."""
        for begin in range(len(pattern)):
            tail = pattern[begin:]
            for at in range(bisect_left(self._sorted, tail), len(self._sorted)):
                form = self._sorted[at]
                if not form.startswith(tail):
                    break
                if " " not in form[len(tail) :].rstrip():
                    yield from self._forms[form]


# --- terms that never count -----------------------------------------------------------------------------------------


def _overwhelming(listed: TermList, terms: Sequence[TermList]) -> Iterator[Remark]:
    """Exceptions that stand wherever a term stands."""
    around = _Around(listed.uses)
    lost: dict[int, list[str]] = defaultdict(list)
    for other in terms:
        for number, use in enumerate(other.uses):
            if listed.language is None or listed.language == other.language:
                exception = around.number(use.term)
                if exception is not None:
                    lost[exception].append(f"'{use.term.text}' (line {other.line(number)})")
    for number, names in lost.items():
        text = listed.uses[number].term.text
        if len(names) == 1:
            message = f"'{text}' stands wherever the term {names[0]} stands, which never counts: remove one of them"
        else:
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            shown = ", ".join(names[:_MOST_NAMED])
            message = f"'{text}' stands wherever the terms {shown}{more} stand, which never count: remove it, or them"
        yield listed.remark(message, number)


class _Around:
    """Exceptions of one list, for asking which of them stands around a term in every place of it."""

    def __init__(self, uses: Sequence[Use]) -> None:
        self._same: dict[str, list[int]] = defaultdict(list)
        self._numbers: dict[Term, int] = {}
        for number, use in enumerate(uses):
            self._same[use.term.pattern].append(number)
            self._numbers.setdefault(use.term, number)
        self._terms = [use.term for use in uses]
        self._wider = Wider(uses)

    def number(self, term: Term) -> int | None:
        """The number of an exception that stands wherever this term stands; None where there may be none."""
        for number in self._same.get(term.pattern, ()):
            other = self._terms[number]
            if other.exact in (None, term.exact) and (other.clitics or not term.clitics):
                return number
        wider = self._wider.around(term)
        return None if wider is None else self._numbers[wider]
