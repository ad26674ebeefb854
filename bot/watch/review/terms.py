"""Remarks about single terms: those that cannot find what their author had in mind, and those listed twice.

It reads the lists of concepts and the terms quoted in rules; how a rule joins them does not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from bot.settings.codes import language as language_code
from bot.watch import sentences, words
from bot.watch.expression import Concept
from bot.watch.review.alike import Key, Wider, key_of
from bot.watch.review.exceptions import about_exceptions
from bot.watch.review.scripts import foreign, lookalike, named, scripts
from bot.watch.review.sheet import Remark, Sheet, TermList, at
from bot.watch.terms import Term
from bot.watch.uses import Use

Home: TypeAlias = tuple[str, str]
"""A concept by its file and its name."""

FEWEST_LETTERS = 3
"""A Latin term of fewer letters is a common word in some language."""

_STOP = re.compile(r"[.!?…。！？][^\w.]*\w")
# Signs that people write as part of a word, though to the search they are borders between words.
_TELLING_SIGNS = "-+#$%&@/"


def about_terms(
    sheet: Sheet, known: Collection[str], weighted: Collection[Home], done: set[object]
) -> Iterator[Remark]:
    """Everything to say about the terms of one watchlist. `known` are the languages that articles can get, `weighted`
    the concepts whose terms are counted; lists that are in `done` (the shared concepts of an earlier watchlist) are
    left out."""
    by_concept: dict[str, list[TermList]] = {}
    for listed in sheet.lists():
        by_concept.setdefault(listed.concept, []).append(listed)
    for concept, lists in by_concept.items():
        key = sheet.home(concept).file, concept
        if key in done:
            continue
        done.add(key)
        for listed in lists:
            if listed.language is not None and listed.language not in known:
                message = unknown_language(listed.language, listed=True)
                yield at(listed.located, message, listed.path, key=True)
            for number, use in enumerate(listed.uses):
                for message in _about(use.term, listed.language, excepts=use.excepts):
                    yield listed.remark(message, number)
            yield from _twice(listed, weighed=key in weighted and not listed.excepts)
        yield from _again_under_labels([listed for listed in lists if not listed.excepts])
        yield from about_exceptions(lists, known)
    for number, path, leaf in sheet.quoted():
        for message in _about(leaf.term, None):
            yield sheet.about_node(message, number, path, leaf)


def weighted(sheet: Sheet) -> Iterator[Home]:
    """The concepts that a watchlist's scores are made of. Each different term of theirs counts, however alike."""
    for _, rule in sheet.rules():
        for node, _ in rule.weights:
            if isinstance(node, Concept):
                yield sheet.home(node.name).file, node.name


def unknown_language(code: str, *, listed: bool) -> str:
    """What to say of a language that no article is ever found to be in."""
    if code == "ms":
        found = (
            "no article is found to be in Malay (ms): it is taken for Indonesian where no source says 'language: ms'"
        )
        mend = "list the terms under id" if listed else "write lang(id)"
        return f"{found}; {mend}, or give Malay sources that key in sources.yaml"
    try:
        language_code(code)
        reason = f"no article is ever found to be in {named(code)}: that language is not told from others"
    except ValueError as error:
        reason = str(error).removesuffix(": expected a code such as id, ja or en")
    if not listed:
        return f"{reason}, so this never holds"
    return f"{reason}; these terms are looked for only where an article's language is uncertain: write a plain list"


def _about(term: Term, language: str | None, *, excepts: bool = False) -> Iterator[str]:
    """Everything to say about one term, or one exception, in itself."""
    for judge in _JUDGES_OF_EXCEPTIONS if excepts else _JUDGES:
        message = judge(term, language)
        if message is not None:
            yield message


def _two_sentences(term: Term, language: str | None) -> str | None:
    message = _beyond_a_sentence(term, language)
    return message and f"{message}. Make it two terms, and join them in the rule, as with near( )"


def _beyond_a_sentence(term: Term, language: str | None) -> str | None:
    if not _STOP.search(term.text):
        return None
    written = ("ja",) if term.cjk else ("en", "id")
    languages = written if language is None else (language,)
    if not all(_breaks(term.text, each) for each in languages):
        return None
    return (
        f"'{term.text}' holds the end of a sentence, and a phrase is looked for within one sentence: it is found in "
        "headlines at most"
    )


@lru_cache(maxsize=4096)
def _breaks(text: str, language: str) -> bool:
    """Whether a sentence ends within `text`, taken alone and in a sentence around it."""
    around = f"X {text} x" if language != "ja" else f"X{text}x"
    begin = around.index(text)
    inside = [offset - begin for offset in sentences.breaks(around, language)]
    return any(_splits(text, offset) for offset in sentences.breaks(text, language)) and any(
        _splits(text, offset) for offset in inside
    )


def _splits(text: str, offset: int) -> bool:
    return 0 < offset < len(text) and bool(words.words(text[:offset])) and bool(words.words(text[offset:]))


def _foreign(term: Term, language: str | None) -> str | None:
    if (word := lookalike(term.text)) is not None:
        return f"'{word}' mixes Latin and Cyrillic letters, which look alike: type it anew"
    script = foreign(term.text, language) if language is not None else None
    if script is None or language is None:
        return None
    other = {"Kana": "ja", "Hangul": "ko", "Thai": "th", "Devanagari": "hi"}.get(script)
    mend = f"list it under {other}" if other else "list it under its own language, or in a plain list"
    return f"'{term.text}' is in {script} letters: no article in {named(language)} has them; {mend}"


def _short(term: Term, language: str | None) -> str | None:
    letters = term.pattern.strip()
    if term.exact is not None or len(letters) >= FEWEST_LETTERS or scripts(letters) != {"Latin"}:
        return None
    what = f"'{term.text}' has {len(letters)} letter{'s' if len(letters) > 1 else ''}"
    mend = f"write {term.text.upper()} if only capitals are meant, or a longer phrase"
    return f"{what} and is found in small letters and capitals alike: {mend}"


def _signs(term: Term, language: str | None) -> str | None:
    """What is really looked for, where signs at the ends of a term do not count though they seem to."""
    core = term.text.strip("*")
    bare = core
    while bare and not bare[0].isalnum():
        bare = bare[1:]
    while bare and not bare[-1].isalnum():
        bare = bare[:-1]
    dropped = core.replace(bare, "", 1)
    if not dropped or not (term.cjk or any(sign in _TELLING_SIGNS for sign in dropped)):
        return None
    whole = "" if term.cjk or "*" in term.text else "the whole word " if len(bare.split()) == 1 else "the words "
    return f"'{term.text}' is looked for as {whole}'{bare}': punctuation at the ends of a term does not count"


_JUDGES: Sequence[Callable[[Term, str | None], str | None]] = (_two_sentences, _foreign, _short, _signs)
# A short exception does no harm: it counts only around a term.
_JUDGES_OF_EXCEPTIONS: Sequence[Callable[[Term, str | None], str | None]] = (_beyond_a_sentence, _foreign, _signs)


# --- listed twice ---------------------------------------------------------------------------------------------------


def _twice(listed: TermList, *, weighed: bool) -> Iterator[Remark]:
    first: dict[Key, int] = {}
    wider = Wider(listed.uses)
    found: dict[int, tuple[Term, str]] = {}
    for number, use in enumerate(listed.uses):
        text = use.term.text
        earlier = first.setdefault(key_of(use.term), number)
        if earlier != number:
            other = listed.uses[earlier].term
            same = "is listed twice" if other.text == text else f"finds the same as '{other.text}'"
            found[number] = other, f"'{text}' {same} (line {listed.line(earlier)}): remove one"
        elif (finder := wider.than(use.term)) is not None:
            found[number] = finder, f"'{text}' is found by '{finder.text}' already: remove it"
    for number, (other, message) in found.items():
        # What it is found by must stay, and where terms are counted, another spelling is another one.
        stays = first[key_of(other)] not in found
        counts = weighed and other.text != listed.uses[number].term.text
        yield listed.remark(message, number, removable=stays and not counts)


def _again_under_labels(lists: Sequence[TermList]) -> Iterator[Remark]:
    """A concept's own terms that stand under one of its labels, too: the label's are the concept's already."""
    labelled: dict[Key, list[Use]] = {}
    for listed in lists:
        for use in listed.uses if listed.label is not None else ():
            labelled.setdefault(key_of(use.term), []).append(use)
    for listed in lists:
        for number, use in enumerate(listed.uses if listed.label is None else ()):
            for other in labelled.get(key_of(use.term), ()):
                if other.languages is None or other.languages == use.languages:
                    message = f"'{use.term.text}' stands under the label {other.label}, too, which is enough: remove it"
                    yield listed.remark(message, number)
                    break
