"""Whether a sentence says that what one of its words names has happened, or denies, plans, hopes or asks it.

By words in a window around it, and the borders of clauses. It parses no grammar: what it cannot tell it takes as said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from bot.story import modalwords as of
from bot.story.company import lacks_company
from bot.story.nearly import nearly

WINDOW = 5
"""Words before a verb in which a modal word counts: the reach that was measured (precision .64 to .84)."""

FAR = 9
"""The same for a verb in its plain form and for nouns, which more may precede."""

ENABLED = 14
"""Words before a noun within which it is said what a pact allows."""


class Doubt(StrEnum):
    """Why a word does not tell that something has happened."""

    NEGATED = "negated"
    TO_COME = "to come"
    CONDITION = "on a condition"
    DENIED = "denied"
    CALLED_FOR = "called for"
    CANCELLED = "cancelled"
    QUESTION = "a question"
    NAMED = "only named"
    OTHER_MEANING = "another meaning"


def doubt(sentence: str, start: int, end: int, language: str | None, in_title: bool = False) -> Doubt | None:
    """Why the characters `start` to `end` of a sentence do not say that it has happened; None where they do. A title
    may say it in the present tense and with a noun alone. A text of another or an uncertain language is read as
    English and as Indonesian, or as Japanese where the word is."""
    if lacks_company(sentence, start, end):
        return Doubt.OTHER_MEANING
    if in_title and any(to_come.search(sentence) for to_come in _put_off(language)):
        return Doubt.TO_COME
    if (why := nearly(sentence, start, end, language)) is not None:
        return Doubt(why)
    if language is None or language not in _READERS:
        if not sentence[start:end].isascii():
            return _japanese(sentence, start, end, in_title)
        return _english(sentence, start, end, in_title) or _indonesian(sentence, start, end, in_title)
    return _READERS[language](sentence, start, end, in_title)


def long_done(sentence: str, start: int) -> bool:
    """Whether a sentence says that what it names at `start` was so before: then it is not of the day of the report."""
    return of.LONG_DONE.search(sentence[:start]) is not None


def _put_off(language: str | None) -> Iterable[re.Pattern[str]]:
    return [of.TITLE_TO_COME[language]] if language in of.TITLE_TO_COME else of.TITLE_TO_COME.values()


_PARTS = re.compile(r"[;:—–]|,(?!\d)|\s-\s")
_WORD = re.compile(r"[\w'’-]+")


def _segment(sentence: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a word up to the next punctuation, brackets left out."""
    before = _PARTS.split(re.sub(r"\([^)]*\)?", " ", sentence[:start]))[-1]
    after = _PARTS.split(re.sub(r"\([^)]*\)?", " ", sentence[end:]))[0]
    return before, after


def _words(text: str) -> list[str]:
    # May is a month more often than a modal with a capital letter.
    found = (word.replace("’", "'") for word in _WORD.findall(text))
    return ["month" if word == "May" else word.lower() for word in found]


def names_event(term: str, language: str | None) -> bool:
    """Whether a term only names an event (talks, latihan bersama) and a verb must say that it took place."""
    english = of.EN_NOUN.search(term) is not None and of.EN_HELD.match(term) is None
    indonesian = of.ID_NOUN.search(term) is not None
    return english if language == "en" else indonesian if language == "id" else english or indonesian


# --- English ----------------------------------------------------------------------------------------------------------

_EN_PAST = of.words(
    "met held took taken came went gone began begun put struck paid made flew sent chose won was were sold gave "
    "given inked sat spoke became ran sent"
)
_WILL = of.words("will would could may might should")
_AFTER = of.words("after since upon following")
_EN_PRESENT = re.compile(
    r"^(?:enters|comes|takes|goes|becomes|signs|agrees|reaches|delivers|hands|visits|inks|arrives)\b"
)


def _english(sentence: str, start: int, end: int, in_title: bool) -> Doubt | None:
    term = sentence[start:end].lower()
    before, after = _segment(sentence, start, end)
    if "?" in sentence[end:]:
        return Doubt.QUESTION
    if of.EN_DENIED.search(sentence):
        return Doubt.DENIED
    beside = (_WORD.findall(before)[-8:], _WORD.findall(after)[:6])
    if any(of.EN_OTHER.search(" ".join(words)) for words in beside) or of.EN_OPINION.search(before):
        return Doubt.OTHER_MEANING
    words = _words(before)
    for number in range(len(words) - 1, -1, -1):
        if words[number] in of.EN_BORDERS:
            words = words[number:] if words[number] == "after" else words[number + 1 :]
            break
    if set(words) & of.EN_NOT and not ("not" in words and "only" in words):
        return Doubt.NEGATED
    if of.EN_IF.search(before) or of.EN_BEFORE.search(" ".join(words[-WINDOW:])):
        return Doubt.CONDITION
    if names_event(term, "en"):
        return _english_noun(sentence, start, end, words, after, in_title)
    first = term.split()[0]
    if first in ("after", "since", "following", "upon", "having", "by"):
        return None
    if first.endswith("ed") or first in _EN_PAST:
        return _english_past(words, before)
    if _EN_PRESENT.match(term):
        if of.EN_WHEN.search(before):
            return Doubt.CONDITION
        return Doubt.NAMED if words and words[-1] in ("the", "of", "two", "such", "these", "official", "for") else None
    return _english_plain(words, before, in_title, sentence[:start])


def _english_past(words: list[str], before: str) -> Doubt | None:
    """A verb in the past tense or as a participle: the auxiliaries before it decide."""
    chain = []
    for word in reversed(words):
        if word not in of.EN_CHAIN and not word.endswith("ly"):
            break
        chain.append(word)
    if "being" in chain and words[: -len(chain)][-1:] and words[-len(chain) - 1] in _AFTER:
        return None
    if set(chain) & of.EN_UNREAL:
        # "was to be signed", "will have been delivered"; but "about" may be a number's.
        return Doubt.TO_COME if set(chain) & (of.EN_UNREAL - {"about", "can"}) else None
    if set(chain) & {"is", "are"} and not set(chain) & {"has", "have", "had"} and of.EN_WHEN.search(before):
        return Doubt.CONDITION
    if not chain and set(words[-4:]) & {"will", "would", "could", "might", "to-be"} and "be" in words[-4:]:
        return Doubt.TO_COME
    return None


def _english_plain(words: list[str], before: str, in_title: bool, whole: str = "") -> Doubt | None:
    """A verb in its plain form: of the present in a headline, else mostly after a modal."""
    if words and words[-1] in ("a", "the", "no", "any", "another", "this", "that", "every", "in", "clear"):
        return Doubt.OTHER_MEANING if words[-1] != "in" else None
    if set(words[-FAR:]) & (of.EN_UNREAL - {"being", "be"}):
        return Doubt.TO_COME
    if words and words[-1] == "and" and of.EN_SHARED.search(whole):
        return Doubt.TO_COME
    if of.EN_CALLED.search(before):
        return Doubt.CALLED_FOR
    return Doubt.CONDITION if of.EN_WHEN.search(before) and not in_title else None


def _english_noun(sentence: str, start: int, end: int, words: list[str], after: str, in_title: bool) -> Doubt | None:
    """The name of an event: a verb beside it must say that it took place."""
    near = " ".join(words[-FAR:])
    if of.EN_CANCELLED.search(sentence[end:]) or of.EN_CANCELLED.search(near):
        return Doubt.CANCELLED
    if of.EN_CALLED.search(near):
        return Doubt.CALLED_FOR
    # What was done "to hold talks" is past all the same where a verb of the past stands nearer.
    planned = [found.end() for found in of.EN_PLANNED.finditer(near)]
    if of.EN_CONTRACT.search(sentence[start:end]):
        return _english_contract(sentence, start, end, words)
    if (planned and len(near[planned[-1] :].split()) < WINDOW) or of.EN_ENABLED.search(" ".join(words[-ENABLED:])):
        return Doubt.TO_COME
    if of.EN_TOOK_PLACE.search(" ".join(words[-_CLOSE:])) and _took_place(sentence, start, end):
        return None
    if of.EN_LATER.search(after):
        return Doubt.TO_COME
    if in_title:
        shared = of.EN_LISTED.search(sentence[:start])
        return Doubt.TO_COME if shared and of.EN_SHARED.search(sentence[: shared.start()]) else None
    return None if _took_place(sentence, start, end) else Doubt.NAMED


def _english_contract(sentence: str, start: int, end: int, words: list[str]) -> Doubt | None:
    """A contract counts where it was signed, awarded or won."""
    if "new" in words and not of.EN_CONTRACTED.search(sentence):
        return Doubt.NAMED
    for found in of.EN_CONTRACTED.finditer(sentence):
        if abs(found.start() - start) > _NEAR:
            continue
        led = _led(sentence, found.start())
        unreal = _english_past(*led) if found["past"] else _english_plain(*led, in_title=False)
        if unreal is None and not set(led[0]) & of.EN_NOT:
            return None
    return Doubt.NAMED


_CLOSE = 4
"""Words before the name of an event in which its verb mostly stands."""
_NEAR = 140
"""Characters within which the verb of a contract is looked for."""


def _took_place(sentence: str, start: int, end: int) -> bool:
    """Whether a verb of the sentence says that what is named there took place."""
    for found in of.EN_TOOK_PLACE.finditer(sentence):
        apart = sentence[found.end() : start] if found.end() <= start else sentence[end : found.start()]
        if of.EN_APART.search(apart):
            continue
        words, before = _led(sentence, found.start())
        told = not set(words) & _WILL if found["now"] else _english_past(words, before) is None
        if told and not start <= found.start() < end:
            return True
    return False


def _led(sentence: str, start: int) -> tuple[list[str], str]:
    before = _segment(sentence, start, start)[0]
    return _words(before), before


# --- Indonesian -------------------------------------------------------------------------------------------------------


def _indonesian(sentence: str, start: int, end: int, in_title: bool) -> Doubt | None:
    term = sentence[start:end]
    before, after = _segment(sentence, start, end)
    if "?" in sentence[end:] or of.ID_QUESTION.search(sentence):
        return Doubt.QUESTION
    if of.ID_DENIED.search(sentence):
        return Doubt.DENIED
    if of.ID_OTHER.search(" ".join(_WORD.findall(after)[:4])) or of.ID_OTHER.search(
        " ".join(_WORD.findall(before)[-6:])
    ):
        return Doubt.OTHER_MEANING
    border = max((found.end() for found in of.ID_BORDERS.finditer(before)), default=0)
    before = before[border:]
    near = " ".join(_WORD.findall(before)[-3:])
    if of.ID_NOT.search(before):
        return Doubt.NEGATED
    if of.ID_IF.search(before):
        return Doubt.CONDITION
    if of.ID_CALLED.search(before):
        return Doubt.CALLED_FOR
    if of.ID_NOUN.search(term):
        return _indonesian_noun(term, sentence, end, before, after, near, in_title)
    real = max((found.end() for found in of.ID_REAL.finditer(before)), default=-1)
    modal = [found.start() for found in of.ID_TO_COME.finditer(before)]
    if modal and modal[-1] > real and len(_WORD.findall(before[modal[-1] :])) <= WINDOW:
        return Doubt.TO_COME
    return Doubt.TO_COME if _shares_plan(sentence[:start]) else None


def _shares_plan(led: str) -> bool:
    """Whether a verb follows another that is to come, with none between that is not: akan meninjau PAL dan bertemu."""
    if of.ID_AND.search(led) is None:
        return False
    border = max((found.end() for found in of.ID_APART.finditer(led)), default=0)
    modal = [found.end() for found in of.ID_SHARED.finditer(led, border)]
    return bool(modal) and of.ID_REAL.search(led, modal[-1]) is None


def _indonesian_noun(
    term: str, sentence: str, end: int, before: str, after: str, near: str, in_title: bool
) -> Doubt | None:
    if of.ID_CANCELLED.search(sentence[end:]) or of.ID_CANCELLED.search(near):
        return Doubt.CANCELLED
    modal = [found.start() for found in of.ID_TO_COME.finditer(before)]
    real = max((found.end() for found in of.ID_REAL.finditer(before)), default=-1)
    if modal and modal[-1] > real and len(_WORD.findall(before[modal[-1] :])) <= FAR:
        return Doubt.TO_COME
    if of.ID_CONTRACT.search(term):
        told = of.ID_CONTRACTED.search(before) or of.ID_CONTRACTED.search(after)
        late = of.ID_TO_COME.search(after[: told.start()]) if told and told.string is after else None
        return None if told and not late and not of.ID_NOT.search(after[:60]) else Doubt.NAMED
    behind = " ".join(_WORD.findall(after)[:FAR])
    if of.ID_NOT.search(behind):
        return Doubt.NEGATED
    if re.search(r"\b(?:akan|bakal|rencananya|dijadwalkan|direncanakan|belum|diharapkan|segera|nanti)\b", behind):
        return Doubt.TO_COME
    beside = (" ".join(_WORD.findall(before)[-FAR:]), " ".join(_WORD.findall(sentence[end:])[: 2 * FAR]))
    if in_title or any(of.ID_TOOK_PLACE.search(words) for words in beside) or of.ID_DURING.search(before):
        return None
    return Doubt.NAMED


# --- Japanese ---------------------------------------------------------------------------------------------------------

_JA_DONE = re.compile(r"(?:[たしれいきめびっち]|した|った)$")
_JA_ASKED = re.compile(r"[？?]|か[」』。]|か$|のか、|か、それとも|だろうか")
_JA_TITLED = re.compile(r"$|[、。　 「」…]|で|を?実施|を?開始|終了|も|と")
_JA_REACH = 34
"""Characters after a noun within which its verb is looked for."""


def _japanese(sentence: str, start: int, end: int, in_title: bool) -> Doubt | None:
    """The verb stands at the end: what comes first after the word, a form that tells or one that plans, decides."""
    tail, before = sentence[end:], sentence[:start]
    if _JA_ASKED.search(tail):
        return Doubt.QUESTION
    if of.JA_DENIED.search(sentence):
        return Doubt.DENIED
    if of.JA_OTHER.search(sentence):
        return Doubt.OTHER_MEANING
    if of.JA_BEFORE.search(before[-12:]):
        return Doubt.TO_COME
    near = tail[:_JA_REACH]
    if of.JA_CONTRACT.search(sentence[start:end]) and not of.JA_CONTRACTED.search(tail):
        return Doubt.NAMED
    unreal, real = of.JA_UNREAL.search(near), of.JA_REAL.search(near)
    goes_on = of.JA_GOES_ON.match(f"{sentence[end - 1 : end]}{tail}" if tail.startswith("、") else tail)
    if goes_on and of.JA_WILL.search(tail) and not of.JA_DAY.search(before):
        # 訪問し、会談する予定だ: the last verb says for both that they are to come.
        return Doubt.TO_COME
    if unreal is not None and (real is None or unreal.start() <= real.start()):
        refused = re.match(r".*(?:ない|なかった|ず|ません|らず)", unreal[0])
        return Doubt.NEGATED if refused else Doubt.TO_COME
    if in_title and (real is None or not real[0].strip("、　 ")) and of.JA_HEADED.search(before):
        return Doubt.TO_COME
    if real is not None or (in_title and _JA_TITLED.match(tail)):
        return None
    return None if _JA_DONE.search(sentence[start:end]) else Doubt.NAMED


_READERS: Mapping[str, Callable[[str, int, int, bool], Doubt | None]] = {
    "en": _english,
    "id": _indonesian,
    "ja": _japanese,
}
