"""Says when a page is not the article it should be.

Never judges the article itself: only whether the text is one.
"""

from __future__ import annotations

import re

from lxml import html

from ..model import Entry
from .markup import blocks, tidy, weight

LEAST_TEXT = 80
"""Weight below which a text is no article (a news flash of one sentence weighs more)."""
SHORT_TEXT = 1500
"""Weight up to which words of a wall or an error page decide; a real article about cookies or logins is longer."""

MOST_PARAGRAPHS = 3
"""Paragraphs up to which they do."""

_WALLS = (
    (
        "the page wants JavaScript",
        re.compile(
            r"(?:enable|activate|turn on|requires?|aktifkan|mengaktifkan)\b.{0,40}\bjavascript"
            r"|javascript\b.{0,60}(?:disabled|is required|to run this app|dinonaktifkan)"
            r"|javascript\s*(?:を|が)(?:有効|無効|オン)",
            re.I,
        ),
    ),
    (
        "the page is a consent wall",
        re.compile(
            r"(?:we (?:and our partners )?(?:value|use|store)|before you continue|manage (?:your"
            r" )?(?:consent|privacy|cookie)|accept (?:all )?cookies|consent to|kami menggunakan"
            r" cookie|situs ini menggunakan cookie|クッキーの?(?:使用|利用)|cookie.{0,20}同意)",
            re.I,
        ),
    ),
    (
        "the page says that the article is not there",
        re.compile(
            r"\b404\b|page (?:can(?:not|'t) be|could not be|not) found|(?:page|article|story)"
            r" (?:you (?:are|were) looking for|no longer (?:exists|available)|does(?:n't| not)"
            r" exist)|halaman (?:yang anda \w+ )?tidak (?:di)?temukan|tidak ditemukan|(?:お探しの"
            r"|ご指定の|指定された)?(?:ページ|記事)(?:が|は)(?:見つかりません|存在しません"
            r"|ありません|削除)|掲載期間が?(?:終了|過ぎ)|not found",
            re.I,
        ),
    ),
    (
        "the page asks for a login",
        re.compile(
            r"(?:log ?in|sign in|subscribe|register)\b.{0,40}\b(?:to (?:continue|read|view"
            r"|access)|required|your account)|(?:masuk|login|daftar)\b.{0,30}\b(?:untuk"
            r" (?:melanjutkan|membaca)|akun)|ログイン(?:して|が必要|ページ)|会員(?:登録|限定)"
            r"|有料会員|forgot(?:ten)? (?:your )?password|lupa (?:kata sandi|password)",
            re.I,
        ),
    ),
    (
        "the site answers with a challenge page",
        re.compile(
            r"just a moment|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
            r"|attention required|captcha|unusual traffic|access denied|ddos protection",
            re.I,
        ),
    ),
)
_WORD = re.compile(r"[^\W_]{4,}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def fault(tree: html.HtmlElement, title: str, paragraphs: tuple[str, ...], entry: Entry | None) -> str:
    """Why this text is not the article that `entry` announced (one short line), or an empty string."""
    text = "\n".join(paragraphs)
    size = weight(text)
    if size <= SHORT_TEXT and len(paragraphs) <= MOST_PARAGRAPHS:
        wall = _wall(title, text) or (size < LEAST_TEXT and _wall(title, _everything(tree)))
        if wall:
            return wall
    if size < LEAST_TEXT:
        return "the page has almost no text"
    if entry is not None and _unrelated(f"{title}\n{text}", entry):
        return "the page's text shares no words with the feed's"
    return ""


def _wall(title: str, text: str) -> str:
    # in a text of several sentences one such phrase may be a quotation: the title or the beginning must say it
    start = f"{title}\n{text[:300]}"
    return next(
        (reason for reason, words in _WALLS if words.search(title) or (weight(text) < 350 and words.search(start))), ""
    )


def _everything(tree: html.HtmlElement) -> str:
    noscript = " ".join(tidy(node.text_content()) for node in tree.iter("noscript"))
    return " ".join([*(block.text for block in blocks(tree)), noscript])[:3000]


def _unrelated(text: str, entry: Entry) -> bool:
    """Whether nothing of what the feed says is on the page: no word of the title, hardly one of the text."""
    title, rest = _terms(entry.title), _terms(" ".join(entry.paragraphs))
    if len(title) < 3:
        return False
    here = _terms(text)
    return not title & here and (not rest or len(rest & here) < 0.1 * len(rest))


def _terms(text: str) -> set[str]:
    wide = {run[at : at + 2] for run in _WIDE.findall(text) for at in range(len(run) - 1)}
    return {word.lower() for word in _WORD.findall(text) if not _WIDE.search(word)} | wide
