"""Made-up languages and articles in them: the same ones on every run. It knows no rules.

Words follow Zipf's law, common words are short, articles come back to their own words, one word in thirty belongs to a
fixed phrase and one in twenty to one of the article's two topics, as in newspapers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from bot.model import Article

WORDS = 60_000
TERMS = 31_500
"""Different words and phrases that rules choose from; 10,000 rules come to name about 31,000 terms."""

COMMON = 800
"""So many of the most frequent words are in no rule."""

TOPICS = 100
"""The terms are shared out among so many."""

_ONSETS = "bdfghjklmnprstvwyz"
_CODAS = ("", "", "", "n", "r", "s", "l", "t")
_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
_KANA = [chr(code) for code in range(0x30A2, 0x30EE)]
_PARTICLES = "のはをにがとでもや"


@dataclass(frozen=True, slots=True)
class Language:
    """Words as they are written, the most frequent first; of its phrases too. `name` is the code of articles in it."""

    name: str
    words: Sequence[str]
    phrases: Sequence[str]
    terms: Sequence[str]
    """What rules choose from."""
    weights: Sequence[float]
    phrase_weights: Sequence[float]


# --- languages --------------------------------------------------------------------------------------------------------


@cache
def latin() -> Language:
    """A language in ASCII; one rare word in eleven is a name, one in thirty an acronym."""
    chance = random.Random(11)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        rank = len(words)
        syllables = 1 + sum(rank > limit for limit in (60, 1_500, 20_000)) + (chance.random() < 0.15)
        word = "".join(
            chance.choice(_ONSETS) + chance.choice("aeiou") + chance.choice(_CODAS) for _ in range(syllables)
        )
        words.setdefault(word)
    written = [_written(word, rank) for rank, word in enumerate(words)]
    return _language("en", written, " ", chance)


def _written(word: str, rank: int) -> str:
    if rank > 300 and rank % 30 == 0:
        return word[:5].upper()
    return word.capitalize() if rank > 300 and rank % 11 == 0 else word


@cache
def japanese() -> Language:
    """A language without spaces: most words of two Han characters, some of three, some in Katakana."""
    chance = random.Random(12)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        kana = chance.random() < 0.15
        length = chance.randint(3, 6) if kana else chance.choice((2, 2, 2, 3))
        words.setdefault("".join(chance.choices(_KANA if kana else _HAN, k=length)))
    return _language("ja", list(words), "", chance)


def _language(name: str, words: Sequence[str], space: str, chance: random.Random) -> Language:
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    pairs = zip(chance.choices(words[50:12_000], k=TERMS // 4), chance.choices(words[50:12_000], k=TERMS), strict=False)
    phrases = list(dict.fromkeys(space.join(pair) for pair in pairs))
    terms = list(dict.fromkeys(words[COMMON : COMMON + TERMS - len(phrases)])) + phrases
    phrase_weights = list(accumulate(1 / (rank + 50) for rank in range(len(phrases))))
    return Language(name, words, phrases, terms, weights, phrase_weights)


# --- articles ---------------------------------------------------------------------------------------------------------


def articles(language: Language, number: int, *, characters: int = 4_100, seed: int = 21) -> list[Article]:
    """So many articles, each of about so many characters in paragraphs of about 340."""
    chance = random.Random(seed)
    return [_article(language, chance, characters) for _ in range(number)]


def _article(language: Language, chance: random.Random, characters: int) -> Article:
    own: list[str] = []
    topic = [term for number in chance.sample(range(TOPICS), 2) for term in language.terms[number::TOPICS]]
    topic.sort(key=lambda _: chance.random())
    title = _sentence(language, chance, own, topic, 9)[:-1]
    paragraphs: list[str] = []
    size = 0
    while size < characters:
        paragraph = ""
        while len(paragraph) < 340:
            space = " " if paragraph and language.name != "ja" else ""
            paragraph += space + _sentence(language, chance, own, topic, chance.randint(6, 30))
        paragraphs.append(paragraph)
        size += len(paragraph)
    return Article("https://example.org/a", title, tuple(paragraphs), language=language.name)


def _sentence(language: Language, chance: random.Random, own: list[str], topic: Sequence[str], length: int) -> str:
    """A sentence with its stop. `own` holds the article's words so far, of which one in ten comes back; one in twenty
    is from its topics, some of them often, most of them never."""
    chosen = chance.choices(language.words, cum_weights=language.weights, k=length)
    for place in range(length):
        dice = chance.random()
        if dice < 0.03:
            chosen[place] = chance.choices(language.phrases, cum_weights=language.phrase_weights)[0]
        elif dice < 0.13 and own:
            chosen[place] = chance.choice(own)
        elif dice > 0.95:
            chosen[place] = topic[int(len(topic) * chance.random() ** 4)]
    own += chosen
    return _japanese_sentence(chosen, chance) if language.name == "ja" else _latin_sentence(chosen, chance)


def _latin_sentence(chosen: list[str], chance: random.Random) -> str:
    for place in range(len(chosen) - 1):
        dice = chance.random()
        if dice < 0.06:
            chosen[place] += ","
        elif dice < 0.08:
            chosen[place] += "'s"
        elif dice < 0.09:
            chosen[place] += f" {chance.randint(2, 2_026)}"
    text = " ".join(chosen)
    text = text[0].upper() + text[1:] + "."
    return f'"{text}"' if chance.random() < 0.1 else text


def _japanese_sentence(chosen: Sequence[str], chance: random.Random) -> str:
    text = "".join(
        word + (chance.choice(_PARTICLES) if chance.random() < 0.7 else "、" if chance.random() < 0.2 else "")
        for word in chosen
    )
    return f"「{text}」と述べた。" if chance.random() < 0.1 else f"{text}した。"


def curly(article: Article) -> Article:
    """The same article with typographer's quotes."""
    opened = str.maketrans({"'": "’"})
    paragraphs = tuple(
        text.translate(opened).replace(' "', " “").replace('" ', "” ").replace('"', "”") for text in article.paragraphs
    )
    return Article(article.url, article.title.translate(opened), paragraphs, language=article.language)
