"""Takes off an article's end what is not its text: hashtags, and the initials of who wrote or edited it.

Never takes a word of a sentence: only what stands behind the last one's end.
"""

from __future__ import annotations

import re

from .reasons import Why

_END = r"(?P<text>^.*[.!?。！？…][\"'”’」』)）]*)"
_HASHTAGS = re.compile(_END + r"\s*(?P<tail>(?:[#＃][^\W_][\w-]*[\s,、]*)+)$", re.DOTALL)
_SIGNED = r"[(\[（【]\s*(?:[a-z]{2,5}|[A-Za-z]{1,6}(?:\s?[/\-&,|]\s?\w{1,8}){1,3})\s*[)\]）】]"
_INITIALS = re.compile(_END + rf"\s*(?P<tail>{_SIGNED}|\*{{1,3}}|[■◆▲])\.?$", re.DOTALL)
_ALONE = re.compile(rf"^{_SIGNED}\.?$")
_CREDIT = re.compile(r"^[(\[（【][^()（）【】\[\]]{1,60}[/／|・][^()（）【】\[\]]{1,60}[)\]）】]\.?$")
_CONTRIBUTED = re.compile(
    r"^[A-Z].{3,120}\b(?:contributed (?:to this (?:report|story|article)|reporting)|reported from [A-Z]\w+.{0,60})\.?$"
)
_ALL_TAGS = re.compile(r"^(?:[#＃][^\W_][\w-]*[\s,、]*)+$")
LAST = 2
"""Paragraphs at the end that are looked at."""
_TAIL = 300
"""Characters at the end of one that are."""


def trim_end(paragraphs: tuple[str, ...]) -> tuple[tuple[str, ...], list[tuple[str, Why]]]:
    """The paragraphs without hashtags and initials at their end, and what was taken off. Never all of them."""
    kept = list(paragraphs)
    removed: list[tuple[str, Why]] = []
    while len(kept) > 1:
        last = kept[-1]
        alone = Why.TAGS if _ALL_TAGS.match(last) else Why.INITIALS if _ALONE.match(last) else None
        if alone is None and (_CREDIT.match(last) or _CONTRIBUTED.match(last)):
            alone = Why.CREDIT
        if alone is None:
            break
        removed.insert(0, (kept.pop(), alone))
    for place in range(max(0, len(kept) - LAST), len(kept)):
        for form, why in ((_HASHTAGS, Why.TAGS), (_INITIALS, Why.INITIALS), (_HASHTAGS, Why.TAGS)):
            head, tail = kept[place][:-_TAIL], kept[place][-_TAIL:]
            found = form.match(tail)
            if found and (why is Why.TAGS or place == len(kept) - 1):
                kept[place] = head + found["text"].rstrip()
                removed.append((found["tail"].strip(), why))
    return tuple(kept), removed
