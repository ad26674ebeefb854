"""Terms: what an analyst writes in quotes or lists, and how it is found on a prepared line. It decides no rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.speech import later
from bot.watch import words
from bot.watch.mistakes import WrittenMistake

PREFIX_LETTERS = 3
"""Fewest letters before a `*` at the end: shorter ones begin half of a language."""

INFIX_LETTERS = 5
"""Fewest letters between two `*`: Indonesian roots such as `tandatangan` are long, chance hits are short."""

_POSSESSIVES = ("", "nya", "ku", "mu")
_PARTICLES = ("", "lah", "kah", "pun")
CLITICS = tuple(owner + particle for owner in _POSSESSIVES for particle in _PARTICLES)
"""What Indonesian writes onto the end of a word: a possessive, a particle, or both in that order (none comes first)."""

LONGEST = 200
"""Longest term, in characters."""


class TermError(WrittenMistake):
    """A term that cannot be used, with the reason in words for its author."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term as written, and the patterns that find it on a line. `exact` holds its words where it is written in
    capitals: then only that case counts."""

    text: str
    patterns: tuple[str, ...]
    exact: tuple[str, ...] | None
    starts_word: bool
    ends_word: bool
    cjk: bool
    """Whether Han or Kana is in it."""
    han: bool
    """Whether it is written in Han alone."""
    clitics: bool = False
    """Whether its last word may carry Indonesian clitics."""

    @property
    def pattern(self) -> str:
        """The pattern of the term as it is written, without clitics."""
        return self.patterns[0]


@lru_cache(maxsize=1 << 17)
def parse_term(text: str, clitics: bool = False) -> Term:
    """The term of `text`; with `clitics` its last word may carry them, if it is a whole Latin one. Raises TermError
    for an empty one, one without letters, and a `*` out of place."""
    if _PLAIN.fullmatch(text) and len(text) <= LONGEST:
        return _plain(text, clitics)
    stripped = text.strip()
    if not stripped:
        raise TermError(later("an empty term"))
    if len(stripped) > LONGEST:
        raise TermError(later("a term of {number} characters: at most {most}"), number=len(stripped), most=LONGEST)
    infix = stripped.startswith("*")
    prefix = stripped.endswith("*") and len(stripped) > 1
    core = stripped[1:] if infix else stripped
    core = core[:-1] if prefix else core
    if "*" in core or (infix and not prefix):
        raise TermError(later("'{term}': a * stands at the end of a term, or at both ends"), term=text)
    found = words.words(core)
    if not found:
        raise TermError(later("'{term}' has no letter or digit to look for"), term=text)
    if (infix and core[:1].isspace()) or (prefix and core[-1:].isspace()):
        raise TermError(later("'{term}': no space between a word and its *"), term=text)
    pattern = words.line(words.fold(core).text)
    cjk_first, cjk_last = words.has_cjk(found[0].text), words.has_cjk(found[-1].text)
    if infix and len(found[0].text) < INFIX_LETTERS and not cjk_first:
        raise TermError(
            later("'{term}' is too short: at least {number} letters between two *"), term=text, number=INFIX_LETTERS
        )
    if prefix and not infix and len(found[-1].text) < PREFIX_LETTERS and not cjk_last:
        raise TermError(
            later("'{term}' is too short: at least {number} letters before a *"), term=text, number=PREFIX_LETTERS
        )
    starts_word = not infix and not cjk_first
    ends_word = not prefix and not cjk_last
    han, cjk = words.is_han(pattern), words.has_cjk(pattern)
    clitics = clitics and ends_word
    before, after = " " if starts_word else "", " " if ends_word else ""
    patterns = tuple(f"{before}{pattern}{ending}{after}" for ending in (CLITICS if clitics else ("",)))
    return Term(stripped, patterns, _capitals(core), starts_word, ends_word, cjk, han, clitics)


_PLAIN = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")


def _plain(text: str, clitics: bool) -> Term:
    """The term of words of plain letters, most of all terms by far: nothing in them needs folding but the case."""
    pattern = text.lower()
    patterns = tuple(f" {pattern}{ending} " for ending in CLITICS) if clitics else (f" {pattern} ",)
    return Term(text, patterns, tuple(text.split()) if text.isupper() else None, True, True, False, False, clitics)


def _capitals(core: str) -> tuple[str, ...] | None:
    """The exact words of a term in capitals, else None. One capital letter alone (`F`) counts as capitals too."""
    letters = [char for char in core if char.isalpha() and (char.isupper() or char.islower())]
    return words.exact(core) if letters and all(char.isupper() for char in letters) else None


def exact_holds(term: Term, text: str) -> bool:
    """Whether `text`, the words found for `term`, has the case and accents it asks for."""
    if term.exact is None:
        return True
    if len(term.exact) == 1 and text == term.exact[0]:
        return True
    shown = words.exact(text)
    if len(shown) != len(term.exact):
        return False
    *middle_shown, last_shown = shown
    *middle, last = term.exact
    if term.clitics:
        return middle_shown == middle and last_shown in {last + ending for ending in CLITICS}
    if term.text.startswith("*"):
        return " ".join(term.exact) in " ".join(shown)
    if term.text.endswith("*"):
        return middle_shown == middle and last_shown.startswith(last)
    return shown == term.exact
