"""Names the language of a text.

Never classifies a few words: where the text is short or the classifier unsure, it says what the source says, or
nothing.
"""

from __future__ import annotations

import functools
import re
from typing import Any, NamedTuple

LANGUAGES = (
    "en",
    "id",
    "ja",
    "ms",
    "zh",
    "ko",
    "vi",
    "th",
    "tl",
    "nl",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "ru",
    "uk",
    "ar",
    "pl",
    "tr",
    "hi",
)
"""What the classifier may answer: the fewer, the surer. Malay is told from Indonesian by the source only."""

_KANA = re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SMALL_ID = "yang dan di dengan untuk dari pada ini itu akan tidak dalam adalah oleh juga telah bahwa ke para atau"
_SMALL_EN = "the and of to in that is for on with was by as from at has have it its said will be are"
_TELLING = {
    "id": frozenset(_SMALL_ID.split()),
    "en": frozenset(_SMALL_EN.split()),
}
"""The commonest small words; where one list clearly wins, a short text needs no classifier."""
SURE = 0.60
"""Probability below which the classifier's answer is not used."""
LATIN_WORDS = 6
"""Words a Latin text needs before it is classified (8-word headlines measured: 1.000 right)."""


class Told(NamedTuple):
    """A language, how sure that is (0 to 1), and what told it: `text`, `page`, `source`, or None."""

    code: str | None
    certainty: float
    by: str | None


BELIEVED = 0.5
"""The certainty of what nobody could check: a source's language for a text too short to tell."""


def tell_language(text: str, expected: str | None = None, hint: str | None = None) -> Told:
    """The language of `text`; `expected` (what the source is known for) where the text is too short or unclear, and
    None where that is unknown too. `hint` is the page's own claim, believed only when the text does not contradict
    it."""
    expected, claimed = base_code(expected), base_code(hint)
    unclear = Told(expected, BELIEVED, "source") if expected else Told(None, 0.0, None)
    sample = text[:4000]
    letters = len(_LETTER.findall(sample))
    kana, han, hangul = (len(found.findall(sample)) for found in (_KANA, _HAN, _HANGUL))
    wide = kana + han
    if letters and wide > 0.25 * letters:
        if kana > 0.03 * wide and kana > 1:
            return Told("ja", 1.0, "text")
        for code, by in ((expected, "source"), (claimed, "page")):
            if code in {"ja", "zh"}:
                return Told(code, BELIEVED, by)
        return Told("zh", 0.9, "text") if han >= 40 else unclear
    if letters and hangul > 0.25 * letters:
        return Told("ko", 1.0, "text")
    words = _WORD.findall(sample)
    if len(words) < LATIN_WORDS:
        return unclear
    found = _by_small_words(words) or _classified(sample, {expected, claimed})
    if found is None:
        return unclear
    code, chance = found
    if code in {"id", "ms"}:
        code = "ms" if expected == "ms" else "id"
    return Told(code, chance, "text")


def base_code(tag: str | None) -> str | None:
    """The ISO 639-1 part of a language tag (`id_ID` -> `id`, the old `in` -> `id`); None where there is none."""
    code = re.split(r"[-_]", (tag or "").strip().lower())[0]
    if code == "in":
        return "id"
    return code if re.fullmatch(r"[a-z]{2}", code) else None


def _by_small_words(words: list[str]) -> tuple[str, float] | None:
    lowered = [word.lower() for word in words]
    share = {code: sum(word in small for word in lowered) / len(lowered) for code, small in _TELLING.items()}
    (first, high), (_, low) = sorted(share.items(), key=lambda item: -item[1])
    return (first, 1.0) if len(words) >= 25 and high >= 0.12 and low <= high / 8 else None


def _classified(text: str, believed: set[str | None]) -> tuple[str, float] | None:
    """The classifier's answer where it is sure, or less sure and as believed."""
    ranked: list[tuple[str, float]] = classifier().rank(text)
    malay = sum(chance for code, chance in ranked if code in {"id", "ms"})
    merged = [("id", malay), *((code, chance) for code, chance in ranked if code not in {"id", "ms"})]
    code, chance = max(merged, key=lambda item: item[1])
    return (code, round(float(chance), 3)) if chance >= (0.35 if code in believed else SURE) else None


@functools.cache
def classifier() -> Any:
    """The classifier, loaded once a process (91 MB), with probabilities and only `LANGUAGES` to choose from."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
