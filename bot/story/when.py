"""Which of the dates a sentence names is that of a thing it tells of. It looks for no dates and no things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.story.days import upcoming

_SAID = {
    "en": re.compile(
        r"\b(?:said|says|told|announced|announces|confirmed|reported|stated|according to|added|wrote|quoted|disclosed|"
        r"revealed|found|briefed|in a statement|spokes\w+)\b",
        re.I,
    ),
    "id": re.compile(
        r"\b(?:kata|katanya|ujar|ujarnya|tutur|ungkap|menurut|demikian|mengatakan|menyatakan|menjelaskan|mengumumkan|"
        r"umumkan|diumumkan|jelas|tegas|sebut|imbuh|papar|ucap|mengungkapkan|menyampaikan|menyebut|menyebutkan|"
        r"keterangan|kepada wartawan|siaran pers|rilis|dikutip|lapor|melaporkan)\b",
        re.I,
    ),
}
_JA_SAID = re.compile(
    r"(?:と|を)(?:発表|明らかに|述べ|語|話し|説明|報じ|伝え|公表|記者会見)|ことが分かった|ことがわかった|によると"
)
_JA_IS_TOPIC = re.compile(
    r"^[」』]?(?:式典|式)?(?:「[^」]*」|[（(][^）)]*[)）])?"
    r"(?:[がは]、?(?:[^、。はがをしりき]{1,15}[でに]、?)?|を、?(?:[^、。はがをしりき]{1,15}で、?)?)$"
)
"""Between a noun and its date: a particle, and the place at most (首脳会談が東京で18日に行われた), but no verb."""
_JA_STATED = re.compile(r"^(?:に|、)?[^、。]{0,8}(?:発表|公表|明らか|報じ|伝え)")
"""Behind a date: it is the day of a statement."""
_JA_OF_DEED = re.compile(
    r"^(?:に|から)?[^、。]*?(?:[しいっれけげせべめえきち]た|んだ)[\u30a1-\u30ff\u4e00-\u9fff]{0,12}"
    r"(?:協定|覚書|合意|条約|宣言|契約|協力|枠組み|計画|方針|指針|声明|文書|事件|選挙|衝突)(?!で、|で[^は])"
)
"""2021年3月に署名した協定に基づき: the date is that of the verb that tells of the noun."""
_JA_OF_NOUN = re.compile(r"^の[^、。]{1,10}(?:から|以来|後).*、")
"""2024年7月の署名から2年がたち、: the date is that of the noun alone."""
_JA_ALSO = re.compile(r"^(?:を(?:行い|行って|し)|し|して|した(?:後|あと|上で|うえで|のち))[、,]")
"""They met and said: the day before both is that of both."""
CLAUSES = re.compile(
    r"[;—–]|,(?!\s?\d)|\b(?:and (?:it|they|he|she|has|have)|but|while|which|tetapi|namun|sedangkan|dan)\b"
)
_VERB = re.compile(r"\band\s+(?:the|it|they|he|she|both|\w+ed)\b|\bdan\s+(?:me|di|ber)\w+", re.I)
"""Between a word and a date: another verb, whose date it is."""
ASIDE = re.compile(r",\s*(?:who|which|whose|yang)\b[^,;]*$", re.I)
"""A clause between commas: its date is its own."""
_SINCE = re.compile(r"\W*(?:since|sejak)\b", re.I)
_SINCE_LAST = re.compile(r"\b(?:since|sejak)\s+(?:\w+\s+)?$", re.I)
_FIRST = re.compile(r"\b(?:first|pertama)\b", re.I)
"""Before a verb: the first drills since 2019 were later; but those that are held since Monday began then."""
_OUTDONE = re.compile(
    r"\b(?:first|only|most|fewest|least|record|worst|best|(?:big|larg|great|high|low|long|short|strong|heavi|deadli|deep|"
    r"small|busi|broad|wid|bold|tough|clos|few)(?:g?est)|(?:\w+|\d+(?:st|nd|rd|th)) time|pertama|satu-satunya|paling|"
    r"ter(?:besar|banyak|tinggi|rendah|lama|panjang|kuat|luas|kecil|sedikit|ramai|dalam)|kali)\b[^,;.]{0,50}$",
    re.I,
)
"""Before a since: it is what has not been outdone since then, and itself later."""
_JA_OUTDONE = re.compile(
    r"^(?:に[^、。]{0,10})?(?:以来|以降)(?:で|では|の|、)*(?:[^、。]{0,6})(?:最[大多高初長強悪小]|初|[0-9０-９一二三四五]+[回度]目)"
)
_LAST_WEEK = re.compile(r"\blast week\b|\b(?:pekan|minggu) (?:lalu|kemarin|silam)\b|先週", re.I)
_BESIDE = 60
_BORDER_COST = 30
"""Characters that a border between clauses counts for."""


def day_of(
    text: str,
    start: int,
    end: int,
    days: Sequence[tuple[int, int, str]],
    language: str | None,
    published: datetime,
) -> str | None:
    """The date of what the characters `start` to `end` of a sentence tell: of the `days` it names the nearest that
    belongs to it, not to a statement about it; no day to come. For last week its month. None where there is none."""
    japanese = language == "ja" or (language not in _SAID and not text[start:end].isascii())
    fitting: list[tuple[int, str, bool]] = []
    for first, last, said in days:
        if upcoming(said, published):
            continue
        if japanese:
            cost = _japanese_cost(text, start, end, first, last, days)
        else:
            cost = _spaced_cost(text, start, end, first, last, _SAID.get(language or "", _SAID["en"]))
        if cost is not None:
            between = text[end:first] if first >= end else text[last:start]
            fitting.append((cost, said, CLAUSES.search(between) is None and _VERB.search(between) is None))
    if not fitting:
        return _last_week(text, start, end, published)
    best = min(fitting)[1]
    # This year's exercise began on Monday: of dates of one clause that agree the most exact.
    exact = [said for _, said, close in sorted(fitting) if close and said.startswith(f"{best}-")]
    return max(exact, key=len, default=best)


def _last_week(text: str, start: int, end: int, published: datetime) -> str | None:
    """The month of last week, where the sentence says so beside the word, and all of that week is in one month."""
    if not _LAST_WEEK.search(text[max(0, start - _BESIDE) : end + _BESIDE]):
        return None
    monday = published.date() - timedelta(days=published.weekday() + 7)
    month = monday.isoformat()[:7]
    return month if (monday + timedelta(days=6)).isoformat().startswith(month) else None


def _spaced_cost(text: str, start: int, end: int, first: int, last: int, said: re.Pattern[str]) -> int | None:
    """How far a date is from a word of a sentence in English or Indonesian; None where it is a statement's."""
    if first >= start and last <= end:
        return 0
    between = text[end:first] if first >= end else text[last:start]
    if said.search(between):
        return None
    since = _SINCE.match(text[first:]) or _SINCE_LAST.search(text[:first])
    if since and _OUTDONE.search(_SINCE_LAST.sub("", text[max(0, first - _BESIDE) : first])):
        return None
    if first < start:
        if ASIDE.search(text[:first]) and "," in between:
            return None
        # "said on Tuesday that they had signed": the statement's word stands before the date.
        lead = CLAUSES.split(text[:first])[-1]
        verb = list(said.finditer(lead))
        if _SINCE.match(lead) and "," in text[last:start]:
            return None
        if since and _FIRST.search(text[max(0, first - _BESIDE) : first]):
            return None
        if verb and len(lead[verb[-1].end() :].split()) <= 6:
            return None
    else:
        # "..., the ministry on Tuesday said".
        behind = text[last : last + 20]
        if said.match(behind.strip()) and CLAUSES.search(between):
            return None
    return len(between) + _BORDER_COST * len(CLAUSES.findall(between)) + (5 if first < start else 0)


def _japanese_cost(
    text: str, start: int, end: int, first: int, last: int, days: Sequence[tuple[int, int, str]]
) -> int | None:
    """The same in Japanese: the date stands before its verb, and that of a statement after its topic."""
    if first > start:
        # The name of an event is itself the topic: 引き渡し式が29日に開かれた.
        noun = text[end - 1] not in "ただるい" and _JA_STATED.match(text[last:]) is None
        return first - end + _BORDER_COST if noun and _JA_IS_TOPIC.match(text[end:first]) else None
    if _JA_OF_NOUN.match(text[last:start]) or _JA_OF_DEED.match(text[last:start]):
        return None
    if _JA_OUTDONE.match(text[last:]):
        return None
    head = text[max(0, first - 1) : first]
    also = _JA_ALSO.match(text[end:]) is not None and re.search("[はが]", text[last:start]) is None
    if not also and head in ("は", "が") and _JA_SAID.search(text[start:]) and not _JA_SAID.search(text[last:start]):
        topic = text[last:start]
        if "、" in topic[:8] or len(days) > 1:
            return None
    return start - last
