"""How dates are written in English, Indonesian and Japanese: the patterns, the longest first, each with the kind of
reading it takes. It reads no text.
"""

from __future__ import annotations

from collections.abc import Mapping

_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_ID_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November"),
    "Desember",
)

MONTHS: Mapping[str, int] = {
    **{name.lower(): number for number, name in enumerate(_EN_MONTHS, start=1)},
    **{name.lower()[:3]: number for number, name in enumerate(_EN_MONTHS, start=1)},
    **{name.lower(): number for number, name in enumerate(_ID_MONTHS, start=1)},
    "sept": 9,
    "agt": 8,
    "agu": 8,
    "ags": 8,
    "okt": 10,
    "des": 12,
    "nop": 11,
    "nopember": 11,
    "pebruari": 2,
}
"""The months by name and short name."""

WEEKDAYS: Mapping[str, int] = {
    **{
        name: number
        for names in (
            "monday tuesday wednesday thursday friday saturday sunday",
            "mon tue wed thu fri sat sun",
            "senin selasa rabu kamis jumat sabtu minggu",
            "isnin selasa rabu khamis jumaat sabtu ahad",
        )
        for number, name in enumerate(names.split())
    },
    "jum'at": 4,
    "jum’at": 4,
    "tues": 1,
    "thurs": 3,
    **{name: number for number, name in enumerate("月火水木金土日")},
}
"""The days of the week, Monday 0."""

NUMBERS: Mapping[str, int] = {
    **{
        name: number
        for names in (
            "a two three four five six seven eight nine ten eleven twelve",
            "one dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas",
            "an 二 三 四 五 六 七 八 九 十",
        )
        for number, name in enumerate(names.split(), start=1)
    },
    "se": 1, "satu": 1, "一": 1, "couple": 2,
    # Days from today.
    "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "kemarin": -1, "hari ini": 0, "besok": 1, "lusa": 2,
    "kemarin lusa": -2, "kemarin dulu": -2,
    "day before yesterday": -2, "malam ini": 0, "siang ini": 0, "pagi ini": 0, "昨日": -1, "一昨日": -2,
    "おととい": -2, "きのう": -1, "今日": 0, "きょう": 0, "本日": 0, "明日": 1, "あす": 1, "あした": 1, "明後日": 2,
    # Weeks, months and years from this one.
    "last": -1, "previous": -1, "this": 0, "earlier this": 0, "next": 1, "coming": 1, "later this": 0,
    "lalu": -1, "kemaren": -1, "ini": 0, "depan": 1, "mendatang": 1, "silam": -1,
    "先週": -1, "今週": 0, "来週": 1, "再来週": 2, "先々週": -2, "翌週": 1, "前週": -1,
    "先月": -1, "今月": 0, "来月": 1, "再来月": 2, "先々月": -2, "翌月": 1, "前月": -1,
    "昨年": -1, "去年": -1, "今年": 0, "本年": 0, "来年": 1, "再来年": 2, "一昨年": -2, "おととし": -2, "前年": -1,
    "ことし": 0, "翌年": 1,
}  # fmt: skip
"""Words for numbers, and for how far something is away."""

BACK = frozenset(("last", "lalu", "silam", "past", "kemarin", "previous", "昨年", "去年"))
AHEAD = frozenset(("next", "coming", "mendatang", "depan", "nanti", "来年"))
"""Words that say which of two days of one name is meant."""

Forms = tuple[tuple[str, str], ...]

_SHORT_EN = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
_M_EN = rf"(?P<month>{'|'.join(_EN_MONTHS)}|(?:{_SHORT_EN})\b\.?)"
_SHORT_ID = "Nopember|Pebruari|Jan|Feb|Mar|Apr|Jun|Jul|Agt|Agu|Ags|Sep|Okt|Nov|Nop|Des"
_M_ID = rf"(?P<month>(?i:{'|'.join(_ID_MONTHS)}|{_SHORT_ID})\b)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_ANY_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_TO_EN = r"\s*(?:-|–|—|to|and|&|through|until|till|or)\s*"
_TO_ID = r"\s*(?:-|–|—|sampai\s+dengan|sampai|hingga|dan|s/d|s\.d\.?|sd|serta)\s*"
_W_EN = r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?"
_W_ID = r"(?P<weekday>(?i:Senin|Selasa|Rabu|Kamis|Jumat|Jum['’]at|Sabtu)|Minggu|Ahad|Isnin|Khamis|Jumaat)"
_UNTIL_EN = _M_EN.replace("<month>", "<until>")
_UNTIL_ID = _M_ID.replace("<month>", "<until>")
"""The second month of a range, to whose end the year belongs."""
_COUNT_EN = r"(?P<number>\d{1,2}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_COUNT_ID = r"(?P<number>\d{1,2}|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas)"
_AGO_ID = r"(?:\s+yang)?\s+(?:lalu|silam)"

_EN: Forms = (
    (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", "iso"),
    (rf"\b(?i:{_COUNT_EN}\s+years?\s+ago)\s+(?:(?:on\s+)?{_W_EN}|(?:to)?day)\b", "on the day"),
    # A range says its first day: 4 and 5 July; 30 May to 2 June; July 4-5, 2026.
    (
        rf"\b{_DAY}(?:st|nd|rd|th)?(?:\s+of)?\s+{_M_EN}{_TO_EN}(?:\w+day,?\s+)?{_ANY_DAY}(?:st|nd|rd|th)?(?:\s+of)?\s+"
        rf"{_UNTIL_EN}(?:,?\s+{_YEAR}\b)?",
        "named",
    ),
    (
        rf"\b{_M_EN}\s+{_DAY}(?:st|nd|rd|th)?{_TO_EN}{_UNTIL_EN}\s+{_ANY_DAY}(?:st|nd|rd|th)?\b(?:,?\s+{_YEAR}\b)?",
        "named",
    ),
    (rf"\b{_M_EN}{_TO_EN}{_UNTIL_EN},?\s+{_YEAR}\b", "named"),
    (rf"\b{_DAY}(?:st|nd|rd|th)?{_TO_EN}{_ANY_DAY}(?:st|nd|rd|th)?(?:\s+of)?\s+{_M_EN}(?:,?\s+{_YEAR}\b)?", "named"),
    (rf"\b{_DAY}(?:st|nd|rd|th)?(?:\s+of)?\s+{_M_EN}\b(?:,?\s+{_YEAR}\b|\s+(?P<turn>last|next)\s+year\b)?", "named"),
    (
        rf"\b{_M_EN}\s+{_DAY}(?:st|nd|rd|th)?(?!\d|[:,]\d\d\d|\.\d)(?:{_TO_EN}(?:[A-Z][a-z]+\.?\s+)?{_ANY_DAY}\b)?"
        rf"(?:,?\s+{_YEAR}\b)?",
        "named",
    ),
    (rf"\b{_M_EN},?\s+(?:of\s+)?{_YEAR}\b", "named"),
    (rf"\b{_M_EN}\s+(?:of\s+)?(?P<away>last|this|next)\s+year\b", "named"),
    (
        rf"\b(?i:in|since|from|by|until|during|of|early|late|mid|around|before|after|between|for)[\s-]+{_M_EN}\b"
        r"(?!\s+\d)(?=[\s.,;:)]|$)",
        "named",
    ),
    (rf"\b(?P<turn>[Ll]ast|[Nn]ext|[Pp]ast)\s+{_M_EN}\b", "named"),
    (rf"\b{_W_EN}\s+(?:of\s+)?(?P<weeks>last|this|next)\s+week\b", "weekday"),
    (rf"\b(?P<weeks>last|next)\s+week(?:\s+on|'s)\s+{_W_EN}\b", "weekday"),
    (rf"\b(?:(?P<turn>[Ll]ast|[Nn]ext|[Pp]ast|[Cc]oming|[Tt]his)\s+)?{_W_EN}\b", "weekday"),
    (r"\b(?P<word>(?i:day\s+before\s+yesterday))\b", "days"),
    (r"\b(?i:the\s+day\s+after\s+tomorrow)\b", "nothing"),
    (r"\b(?P<word>(?i:yesterday|today|tomorrow|tonight))\b(?!['’]s\s+(?:world|standards))", "days"),
    (rf"\b(?i:{_COUNT_EN}\s+days?\s+ago)\b", "days"),
    (rf"\b(?i:in\s+{_COUNT_EN}\s+days?(?P<ahead>)['’]?\s+time)\b", "nothing"),
    (rf"\b(?i:{_COUNT_EN}\s+months?\s+ago)\b", "months"),
    (rf"\b(?i:{_COUNT_EN}\s+years?\s+ago)\b", "years"),
    (r"\b(?P<word>(?i:last|this|next|previous))\s+month\b", "months"),
    (r"\b(?P<word>(?i:last|this|next|previous))\s+year\b", "years"),
    (r"\((?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>(?:20)?\d\d))?(?P<slash>)\)", "numeric"),
    (r"\b(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>20\d\d)(?P<slash>)\b", "numeric"),
    (r"(?<![\d.])(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?P<year>20\d\d)\b(?!\.\d)", "numeric"),
    (
        r"\b(?i:in|since|from|by|until|during|early|late|mid|around|before|after|year|(?:end|start|spring|summer|autumn|"
        rf"fall|winter|beginning|half|quarter) of|quarter)[\s-]+{_YEAR}\b"
        r"(?![\w-]|\s+[A-Za-z]*(?:troops|soldiers|dollars|people))",
        "named",
    ),
    (rf"\b[Tt]he\s+{_YEAR}\s+(?=(?:agreement|pact|accord|memorandum|treaty|deal|visit|arrangement)\b)", "named"),
    (rf"\({_YEAR}\)", "named"),
)

_ID: Forms = (
    (r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", "iso"),
    (rf"\b(?i:{_COUNT_ID}\s*tahun{_AGO_ID}\s+pada\s+hari\s+ini)\b", "on the day"),
    (rf"\b{_DAY}\s+{_M_ID}{_TO_ID}(?:\w+,?\s+)?{_ANY_DAY}\s+{_UNTIL_ID}(?:\s+{_YEAR}\b)?", "named"),
    (rf"\b{_M_ID}{_TO_ID}{_UNTIL_ID}\s+{_YEAR}\b", "named"),
    (rf"\b{_DAY}{_TO_ID}{_ANY_DAY}\s+{_M_ID}(?:\s+{_YEAR}\b)?", "named"),
    (
        rf"\b{_DAY}\s+{_M_ID}(?:\s+(?:tahun\s+)?{_YEAR}\b|\s+tahun\s+(?P<away>lalu|silam|ini|mendatang|depan)\b|"
        r"\s+(?P<turn>lalu|silam|mendatang|depan|nanti)\b)?",
        "named",
    ),
    (rf"\b{_M_ID},?\s+(?:tahun\s+)?{_YEAR}\b", "named"),
    (rf"\b{_M_ID}\s+tahun\s+(?P<away>lalu|ini|depan)\b", "named"),
    (rf"\b{_M_ID}\s+(?P<turn>lalu|silam|mendatang|depan|nanti)\b", "named"),
    (
        r"\b(?i:pada|sejak|bulan|di|sampai|hingga|awal|akhir|pertengahan|mulai|dari|medio|selama)\s+"
        rf"{_M_ID}\b(?!\s+\d)",
        "named",
    ),
    (
        rf"(?:\b{_W_ID},?\s*)?\(\s*(?P<first>\d{{1,2}})\s*[/.-]\s*(?P<second>\d{{1,2}})"
        r"(?:\s*[/.-]\s*(?P<year>(?:20)?\d\d))?\s*\)",
        "numeric",
    ),
    (r"\b(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>20\d\d)\b", "numeric"),
    (r"(?<![\d.])(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?P<year>20\d\d)\b(?!\.\d)", "numeric"),
    (rf"\b{_W_ID}\s+(?:pekan|minggu)\s+(?P<weeks>lalu|ini|depan)\b", "weekday"),
    (rf"\b{_W_ID}(?:\s+(?P<turn>lalu|silam|kemarin|mendatang|depan|nanti))?\b", "weekday"),
    (
        r"\b(?P<word>(?i:kemarin\s+(?:lusa|dulu)|kemarin|(?:hari|malam|pagi|siang)\s+ini|besok|lusa))\b",
        "days",
    ),
    (rf"\b(?i:{_COUNT_ID}\s*hari{_AGO_ID})\b", "days"),
    (rf"\b(?i:{_COUNT_ID}\s*bulan{_AGO_ID})\b", "months"),
    (rf"\b(?i:{_COUNT_ID}\s*tahun{_AGO_ID})\b", "years"),
    (rf"\b(?i:tanggal\s+){_DAY}\b", "named"),
    (r"\b(?i:bulan)\s+(?P<word>(?i:lalu|ini|depan|mendatang))\b", "months"),
    (r"\b(?i:tahun)\s+(?P<word>(?i:lalu|ini|depan|mendatang|silam))\b", "years"),
    (
        r"\b(?i:kuartal|triwulan|semester)\s+(?:ke-?)?\w+(?:\s+tahun\s+|\s*/\s*|\s+)" + rf"{_YEAR}\b",
        "named",
    ),
    (rf"\b(?i:pada|tahun|sejak|di|sampai|hingga|awal|akhir|pertengahan|mulai|dari)\s+(?:tahun\s+)?{_YEAR}\b", "named"),
    (rf"\({_YEAR}\)", "named"),
)

_JA_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])日(?!間|連続|目|以内|ぶり|後|分|程|余|数|付けで発令)"
_JA_MONTH = r"(?P<month>1[0-2]|0?[1-9])月"
_JA_YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d)年|令和(?P<reiwa>\d{1,2}|元)年|平成(?P<heisei>\d{1,2}|元)年)(?:[（(][^）)]{1,8}[）)])?"
)
_JA_AWAY = r"(?P<away>昨年|去年|今年|ことし|本年|来年|再来年|一昨年|おととし|前年|翌年)の?"
_JA_FIRST = r"(?P<day>[12]\d|3[01]|0?[1-9])日?(?:[～〜~・、-]|から)(?:\d{1,2}月)?\d{1,2}(?:日|両日)"
_JA_WEEKDAY = r"(?P<weekday>[月火水木金土日])曜日?"

_JA: Forms = (
    (r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)", "iso"),
    (rf"(?<!\d)(?P<number>\d{{1,2}}|[二三四五六七八九十一])年前の(?:{_JA_MONTH})?{_JA_DAY}", "on the day"),
    (rf"(?<!\d){_JA_YEAR}\s?{_JA_MONTH}{_JA_FIRST}", "named"),
    (rf"(?<!\d){_JA_YEAR}\s?{_JA_MONTH}{_JA_DAY}", "named"),
    (rf"(?<!\d){_JA_AWAY}{_JA_MONTH}{_JA_DAY}", "named"),
    (rf"(?P<word>先月|今月|来月|前月|翌月|先々月){_JA_DAY}", "months"),
    (rf"(?<!\d)(?P<year>\d\d)年{_JA_MONTH}(?:{_JA_DAY})?", "named"),
    (rf"(?<!\d){_JA_MONTH}{_JA_FIRST}", "named"),
    (rf"(?<!\d){_JA_MONTH}{_JA_DAY}", "named"),
    (rf"(?<!\d){_JA_YEAR}\s?{_JA_MONTH}", "named"),
    (rf"(?<!\d){_JA_AWAY}{_JA_MONTH}", "named"),
    (rf"(?P<weeks>先週|今週|来週|再来週|先々週|翌週|前週)の?{_JA_WEEKDAY}", "weekday"),
    (rf"(?<!\d){_JA_FIRST}", "named"),
    (r"(?<!\d)(?P<number>\d{1,2}|[二三四五六七八九十一])日前", "days"),
    (r"(?<!\d)(?P<number>\d{1,2}|[二三四五六七八九十一])[カか箇ヶケ]月前", "months"),
    (r"(?<!\d)(?P<number>\d{1,2}|[二三四五六七八九十一])年前", "years"),
    (rf"(?<![\d,.第])(?:同月)?{_JA_DAY}", "named"),
    (rf"(?<!\d){_JA_YEAR}(?!度|代|半ば|版|防衛白書|以内|ぶり|間)", "named"),
    (rf"(?<![\d第]){_JA_MONTH}(?!面|例|刊)", "named"),
    (rf"{_JA_WEEKDAY}", "weekday"),
    (r"(?<!一)(?P<word>昨日|一昨日|おととい|きのう|今日(?!的)|きょう|本日|明日|あした|明後日)", "days"),
    (r"(?P<word>先々月|先月|今月|再来月|来月|前月|翌月)", "months"),
    (r"(?P<word>一昨年|おととし|昨年|去年|今年|ことし|本年|再来年|来年|前年(?!比|度|同)|翌年)(?!度|来)", "years"),
)

FORMS: Mapping[str, Forms] = {"en": _EN, "id": _ID, "ja": _JA}
"""Of each language its forms, in the order in which they are looked for: what one has read, none after it reads."""
