"""Names of people, places and things in a text, and what of them survives another script. It knows nobody's identity.

Latin names survive translation between English and Indonesian. Against Japanese they are compared by their consonants:
プラボウォ and Prabowo are both `~prbw`, and 早坂 is read by its characters as Hayasaka, `~hysk`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product

from bot.story.places import place_words
from bot.story.readings import KANA, KANJI

SHORTEST = 3
"""Consonants that a skeleton has at least: with fewer, different names look alike."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…][\"”’')\]]*\s+|[\"“‘(]\s*|\n)\W*$")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]{2,}")
_PERSON = re.compile(
    "([\u4e00-\u9fff々]{2,6}?)(?=(?:元|前|新|副)?(?:首相|大統領|[防外国]\\w{0,2}相|氏|大臣|大使|長官|官房長官|海将|陸将|空将|知事))"
)
_USUAL = """
    the a an and or of in on at to for from with by as is was were be been will would has have had this that these
    he she it they we his her its their our not but if so no yes mr mrs ms dr prof gen col capt adm president minister
    prime defence defense foreign ministry government navy army air force forces coast guard armed military national
    international security state agency office department committee parliament house senate embassy ambassador chief
    dan yang di ke dari untuk pada dengan ini itu akan telah juga tidak oleh dalam menteri pertahanan presiden perdana
    kementerian luar negeri pemerintah angkatan laut udara darat kapal kepala duta besar komando republik jenderal
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday januari februari maret mei juni juli agustus oktober desember senin selasa rabu
    kamis jumat sabtu minggu reuters kyodo antara jiji afp ap kompas tempo news co pt selain menurut sebelumnya
    japan japanese tokyo jepang asia pacific indo pasifik
"""
_COMMON = frozenset(_USUAL.split())
"""Words that headlines and offices write large, and agencies: they name nobody."""


def fold(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def names_in(text: str) -> dict[str, str]:
    """What is named in a text of spaced words: folded -> as written. Words that are written small anywhere in it, that
    only begin sentences, or that are common in headlines and offices are no names; capitals alone are (OSA, ACSA)."""
    small: set[str] = set()
    found: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match.group().replace("’", "'").removesuffix("'s")
        if word[0].islower():
            small.add(fold(word))
        elif len(word) >= 2 and not (
            _SENTENCE_START.search(text[max(0, match.start() - 6) : match.start()]) and not word[1:].isupper()
        ):
            found.setdefault(fold(word), word)
    unnamed = small | _COMMON | place_words()
    return {key: word for key, word in found.items() if key not in unnamed and len(key) > 1}


def skeletons_in(text: str) -> dict[str, str]:
    """What is named in a Japanese text, by its consonants: skeleton -> as written."""
    found: dict[str, str] = {}
    for match in _KATAKANA.finditer(text):
        key = _of_kana(match.group())
        if key and match.group() not in place_words():
            found.setdefault(key, match.group())
    for match in _PERSON.finditer(text):
        for size in (2, 3):
            # A surname is the beginning or, after other words, the end of what stands before the office.
            for name in {match.group(1)[:size], match.group(1)[-size:]}:
                for key in _of_kanji(name):
                    found.setdefault(key, name)
    return found


def skeleton(name: str) -> str | None:
    """The consonants of a Latin name as Japanese would hear them; None where too few are left."""
    name = re.sub(r"[^a-z]", "", fold(name))
    for old, new in (
        ("sj", "s"), ("sy", "s"), ("dj", "s"), ("tj", "t"), ("sch", "s"), ("tch", "t"), ("sh", "s"), ("ch", "t"),
        ("th", "s"), ("ph", "f"), ("ck", "k"), ("tsu", "su"), ("ts", "s"), ("ce", "se"), ("ci", "si"), ("ge", "se"),
        ("gi", "si"), ("x", "ks"),
    ):  # fmt: skip
        name = name.replace(old, new)
    name = re.sub(r"(?<=[^aeiou])[hyw]|[hyw](?![aeiou])", "", name)
    return _finish(name.translate(_ALIKE))


_ALIKE = str.maketrans({"c": "k", "q": "k", "l": "r", "v": "b", "z": "s", "j": "s"})


def _finish(consonants: str) -> str | None:
    bare = re.sub(r"[aeiou]", "", consonants)
    merged = re.sub(r"(.)\1+", r"\1", bare)
    return "~" + merged if len(merged) >= SHORTEST else None


@cache
def _of_kana(word: str) -> str | None:
    heard = word.replace("ウォ", "w").replace("ウィ", "w").replace("ウェ", "w")
    return _finish("".join(KANA.get(each, each if each.isascii() else "") for each in heard))


@cache
def _of_kanji(name: str) -> tuple[str, ...]:
    parts = [KANJI.get(each) for each in name]
    if len(name) < 2 or any(part is None for part in parts):
        return ()
    made = ("".join(choice) for choice in product(*(part.split("/") for part in parts if part)))
    return tuple(dict.fromkeys(filter(None, map(skeleton, made))))[:4]
