"""Which one of a series a text speaks of: talks number 2, the third round, 第3回. It counts nothing."""

from __future__ import annotations

import re
import unicodedata

_NOUNS = {
    "number": "number no nr nomor",
    "round": "round putaran babak ronde rounds",
    "phase": "phase fase tahap stage",
    "part": "part bagian jilid volume",
    "game": "game match laga leg matchday race",
    "edition": "edition edisi season musim episode",
    "session": "session sesi sidang",
    "batch": "batch tranche gelombang kloter instalment installment",
    "flight": "flight",
    "week": "week pekan",
}
_KIND = {word: kind for kind, words in _NOUNS.items() for word in words.split()}
_COUNTED = {
    word: number
    for number, words in enumerate(
        (
            "first pertama", "second kedua", "third ketiga", "fourth keempat", "fifth kelima", "sixth keenam",
            "seventh ketujuh", "eighth kedelapan", "ninth kesembilan", "tenth kesepuluh",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_NOUN = "|".join(sorted(_KIND, key=len, reverse=True))
_WORD = "|".join(_COUNTED)
_AFTER = re.compile(rf"\b(?P<noun>{_NOUN})(?:\.\s?|\s(?:ke-?)?)#?(?P<value>\d{{1,4}}|{_WORD})\b(?![.,]\d)")
_BEFORE = re.compile(rf"\b(?P<value>\d{{1,3}}(?=st|nd|rd|th)|{_WORD})(?:st|nd|rd|th)?[\s-](?P<noun>{_NOUN})\b")
_JAPANESE = re.compile(r"第(?P<value>\d{1,3})(?P<noun>回|次|弾)")


def ordinals_in(text: str, language: str | None) -> frozenset[str]:
    """Such as `round 3`, the same in English, Indonesian and Japanese."""
    text = unicodedata.normalize("NFKC", text).casefold()
    found: set[str] = set()
    for pattern in (_JAPANESE,) if language == "ja" else (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            value = match["value"]
            found.add(f"{_KIND.get(match['noun'], 'round')} {_COUNTED.get(value, value)}")
    return frozenset(found)


def other_one(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts speak of different ones of a series, and of no common one."""
    kinds = {each.split()[0] for each in one} & {each.split()[0] for each in other}
    return bool(kinds) and not one & other
