"""Copies of articles as outlets make them, and texts that are nearly equal and tell of different events. It measures
nothing; the same seed gives the same texts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.model import Article, Source

Change = Callable[[Article, random.Random, Sequence[str]], Article]
"""An article, chance, and other words of its language, to the article as another outlet has it."""

PORTAL = Source("portal", "The Portal", tier=3, family="portal")

_HEADLINES = {
    "en": "What you need to know today",
    "id": "Berita yang perlu Anda ketahui hari ini",
    "ja": "きょうの主なニュース",
}
_AROUND = {
    "en": (
        "Sign up for our newsletter to get the day's most important stories in your inbox every morning.",
        "This story was originally published by a partner of this site and appears here with permission.",
        "Read more about defence, diplomacy and trade in the region on our special page, updated every day.",
        "Copyright of this text belongs to its publisher; it may not be reproduced without written consent.",
    ),
    "id": (
        "Ikuti saluran kami di WhatsApp dan dapatkan berita terkini langsung di ponsel Anda setiap hari.",
        "Artikel ini telah tayang di situs mitra kami dan dimuat kembali dengan izin redaksi yang bersangkutan.",
        "Baca juga liputan kami lainnya mengenai pertahanan, diplomasi, dan perdagangan di halaman khusus.",
        "Dilarang keras mengambil konten, melakukan crawling, atau pengindeksan otomatis tanpa izin tertulis.",
    ),
    "ja": (
        "最新のニュースを毎朝お届けするメールマガジンへの登録はこちらから受け付けています。",
        "この記事は提携先の通信社から配信を受け、許可を得て掲載しています。",
        "外交と安全保障に関する特集ページでは、これまでの記事をまとめて読むことができます。",
        "このサイトに掲載されている記事や写真の無断転載を禁じます。著作権は各社に帰属します。",
    ),
}

_SCRIPTS = re.compile(r"[\u3041-\u309f]+|[\u30a0-\u30ff]+|[\u4e00-\u9fff々〇]{1,3}|[^\u3041-\u30ff\u4e00-\u9fff々〇]+")

# --- copies ---------------------------------------------------------------------------------------------------------


def retitled(whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """Under another headline, at another outlet."""
    return replace(whole, title=_HEADLINES[whole.language or "en"])


def cut(share: float, whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """The beginning: so much of its characters."""
    text = "\n".join(whole.paragraphs)
    return replace(whole, paragraphs=tuple(text[: int(len(text) * share)].split("\n")))


def reordered(whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """The paragraphs after the first in another order."""
    first, *others = whole.paragraphs
    chance.shuffle(others)
    return replace(whole, paragraphs=(first, *others))


def surrounded(whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """With an outlet's own lines around it."""
    lines = _AROUND[whole.language or "en"]
    return replace(whole, paragraphs=(*lines[:2], *whole.paragraphs, *lines[2:]))


def edited(share: float, whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """With that share of its words (in Japanese, of its runs of one script) replaced by words of other articles,
    dropped, or followed by such a word. Words with a digit are left as they are."""
    pieces = []
    for paragraph in whole.paragraphs:
        kept: list[str] = []
        for word in pieces_of(paragraph, whole.language):
            dice = chance.random()
            if dice >= share or any(map(str.isdigit, word)):
                kept.append(word)
            elif dice < share / 2:
                kept.append(chance.choice(words))
            elif dice < share * 0.75:
                kept += [word, chance.choice(words)]
        pieces.append(("" if whole.language == "ja" else " ").join(kept))
    return replace(whole, paragraphs=tuple(pieces))


def pieces_of(text: str, language: str | None) -> list[str]:
    """Words as they are written; of a Japanese text, runs of one script."""
    return _SCRIPTS.findall(text) if language == "ja" else text.split()


def mangled(whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """Half of it, a tenth of that edited, with an outlet's own lines around it and another headline."""
    changed: Article = whole
    for change in (partial(cut, 0.5), partial(edited, 0.1), surrounded, retitled):
        changed = change(changed, chance, words)
    return changed


def wired(whole: Article, chance: random.Random, words: Sequence[str]) -> Article:
    """As a customer of an agency prints it: own dateline, last paragraph gone, the agency's name under it."""
    first, *others = whole.paragraphs
    first = re.sub(r"^[^。.]{0,40}? [-–—] |^【[^】]*】|^\S+ \([^)]*\) - ", "", first)
    dateline, end = {
        "en": ("SINGAPORE, May 4 (Wire) - ", "(Reporting by the Wire; editing by the newsroom)"),
        "id": ("TEMPO.CO, Surabaya - ", "Pewarta: Kantor Berita. Editor: Redaksi. Copyright © 2026"),
        "ja": ("【シンガポール共同】", "（共同通信社提供）"),
    }[whole.language or "en"]
    kept = others[:-1] if len(others) > 2 else others
    return replace(whole, paragraphs=(dateline + first, *kept, end))


CHANGES: Mapping[str, Change] = {
    "other headline": retitled,
    "cut to half": partial(cut, 0.5),
    "cut to 30 %": partial(cut, 0.3),
    "paragraphs in another order": reordered,
    "boilerplate around": surrounded,
    "as an agency's customer": wired,
    "10 % of words edited": partial(edited, 0.1),
    "20 % of words edited": partial(edited, 0.2),
    "30 % of words edited": partial(edited, 0.3),
    "half, 10 % edited, boilerplate": mangled,
}


def copied(name: str, whole: Article, seed: int, words: Sequence[str]) -> Article:
    """The article as another outlet has it, by the change of that name."""
    made = CHANGES[name](whole, random.Random(seed), words)
    return replace(made, source=PORTAL, url=f"{whole.url}/copy", lead=made.paragraphs[0])
