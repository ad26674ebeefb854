"""Takes off an article's end what is not its text: hashtags, and the initials of who wrote or edited it.

Never takes a word of a sentence: only what stands behind the last one's end.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from .markup import weight
from .reasons import Why

_END = r"(?P<text>^.*[.!?。！？…][\"'”’」』)）]*)"
_HASHTAGS = re.compile(_END + r"\s*(?P<tail>(?:[#＃][^\W_][\w-]*[\s,、]*)+)$", re.DOTALL)
_SIGNED = r"[(\[（【]\s*(?:[a-z]{2,5}|[A-Za-z]{1,6}(?:\s?[/\-&,|]\s?\w{1,8}){1,3})\s*[)\]）】]"
_INITIALS = re.compile(_END + rf"\s*(?P<tail>{_SIGNED}|\*{{1,3}}|[■◆▲])\.?$", re.DOTALL)
_ALONE = re.compile(rf"^{_SIGNED}\.?$")
_CREDIT = re.compile(r"^[(\[（【][^()（）【】\[\]]{1,60}[/／|・][^()（）【】\[\]]{1,60}[)\]）】]\.?$")
_DESK = re.compile(
    _END + r"\s*(?P<tail>\((?:[A-Z][\w.]*\s?){2,6}\)|[（(][^（）()・。]{1,10}・[^（）()・。]{2,9}[）)])$", re.DOTALL
)
"""The office that wrote a report, in brackets behind its last sentence: `(Biro Humas Kementerian Pertahanan)`,
（長崎支局・山田太郎）."""
_CONTRIBUTED = re.compile(
    r"^[A-Z].{3,120}\b(?:contributed (?:to this (?:report|story|article)|reporting)|reported from [A-Z]\w+.{0,60})\.?$"
)
_ALL_TAGS = re.compile(r"^(?:[#＃][^\W_][\w-]*[\s,、]*)+$")
LAST = 2
"""Paragraphs at the end that are looked at."""
_TAIL = 300
"""Characters at the end of one that are."""


_MAIL = re.compile(r"[\w.+-]{1,60}@([\w-]{1,60}(?:\.[\w-]{1,60}){1,4})")
LONGEST_CALL, LONGEST_BIOGRAPHY = 240, 500
"""Weight of a last paragraph that tells where to write to, or who the author is."""


def trim_end(
    paragraphs: tuple[str, ...], host: str = "", authors: Collection[str] = ()
) -> tuple[tuple[str, ...], list[tuple[str, Why]]]:
    """The paragraphs without hashtags and initials at their end, and what was taken off. Never all of them. `host` is
    the page's, `authors` the names of its authors."""
    kept = list(paragraphs)
    removed: list[tuple[str, Why]] = []
    while len(kept) > 1:
        last = kept[-1]
        alone = Why.TAGS if _ALL_TAGS.match(last) else Why.INITIALS if _ALONE.match(last) else None
        if alone is None and (_CREDIT.match(last) or _CONTRIBUTED.match(last)):
            alone = Why.CREDIT
        if alone is None and _is_call(last, host):
            alone = Why.REQUEST
        if alone is None and _is_biography(last, kept[:-1], authors):
            alone = Why.BIOGRAPHY
        if alone is None:
            break
        removed.insert(0, (kept.pop(), alone))
    for place in range(max(0, len(kept) - LAST), len(kept)):
        for form, why in ((_HASHTAGS, Why.TAGS), (_INITIALS, Why.INITIALS), (_DESK, Why.CREDIT), (_HASHTAGS, Why.TAGS)):
            head, tail = kept[place][:-_TAIL], kept[place][-_TAIL:]
            found = form.match(tail)
            if found and (why is Why.TAGS or place == len(kept) - 1):
                kept[place] = head + found["text"].rstrip()
                removed.append((found["tail"].strip(), why))
    return tuple(kept), removed


def _is_call(line: str, host: str) -> bool:
    """Whether a line gives the site's own address of mail: it asks the reader to write."""
    if not host or weight(line) > LONGEST_CALL:
        return False
    return any(f".{host}".endswith(f".{domain}") for domain in (found.lower() for found in _MAIL.findall(line)))


def _is_biography(line: str, before: list[str], authors: Collection[str]) -> bool:
    """Whether a line begins with the full name of an author of whom the text does not speak (a company that publishes
    its own report is named in it)."""
    if weight(line) > LONGEST_BIOGRAPHY:
        return False
    return any(line.startswith(name) and not any(name in one for one in before) for name in authors)
