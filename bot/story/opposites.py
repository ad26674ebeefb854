"""Words by which two nearly equal texts say different things: numbers in words, outcomes, denials. It compares no
texts.
"""

from __future__ import annotations

from collections.abc import Collection

_NUMBERS = (
    "zero nol", "", "two dua", "three tiga third ketiga",
    "four empat fourth keempat", "five lima fifth kelima", "six enam sixth keenam", "seven tujuh seventh ketujuh",
    "eight delapan eighth kedelapan", "nine sembilan ninth kesembilan", "ten sepuluh tenth kesepuluh",
    "eleven sebelas eleventh", "twelve twelfth", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
NUMBERS = {
    **{word: value for value, listed in enumerate(_NUMBERS) for word in listed.split()},
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
    "dozens": 24,
    "hundred": 100,
    "hundreds": 200,
    "ratus": 100,
    "ratusan": 200,
    "puluhan": 24,
    "thousand": 1000,
    "thousands": 2000,
    "ribu": 1000,
    "ribuan": 2000,
}
"""Numbers as words, folded -> value; of round ones that are no exact number, one that no other word has. One, first and
second are left out: they are said of anything."""

NOT = frozenset("no not never none without nobody neither nor tidak tak bukan belum tanpa".split())  # noqa: SIM905
"""Words that turn a sentence into its opposite."""

_OUTCOMES = (
    ("approved approves approve passed backed endorsed", "rejected rejects reject defeated blocked vetoed"),
    ("killed dead died tewas meninggal", "rescued freed survived saved selamat diselamatkan"),
    ("wounded injured luka terluka", "unhurt unharmed freed rescued selamat"),
    ("agreed agree accepted accepts sepakat menyetujui menerima", "refused refuse declined disagreed menolak"),
    ("succeeded succeeds reached berhasil", "failed fails collapsed gagal"),
    ("signed sign menandatangani ditandatangani", "postponed cancelled canceled delayed batal membatalkan menunda"),
    ("won wins win menang", "lost loses lose kalah"),
    ("rose rises gained climbed naik meningkat", "fell falls dropped declined turun menurun"),
    ("arrested detained jailed ditangkap ditahan", "released freed dibebaskan"),
    ("guilty convicted bersalah", "acquitted innocent bebas"),
    ("arrived entered tiba masuk", "left departed meninggalkan berangkat"),
    ("opened opens dibuka membuka began begins dimulai", "closed closes ditutup menutup ended ends berakhir"),
    ("upper", "lower"), ("north northern utara", "south southern selatan"),
    ("east eastern timur", "west western barat"),
    ("disetujui disahkan", "ditolak"), ("可決 承認", "否決 却下"), ("勝 勝利", "敗 敗北"), ("上 上昇", "下 下落"),
    ("開 開始", "終 終了"), ("衆", "参"),
)  # fmt: skip
OUTCOMES = tuple((frozenset(one.split()), frozenset(other.split())) for one, other in _OUTCOMES)


def opposed(one: Collection[str], other: Collection[str]) -> bool:
    """Whether words in one text say the opposite of those in their place in the other: approved, rejected."""
    mine, yours = set(one), set(other)
    return any((mine & left and yours & right) or (mine & right and yours & left) for left, right in OUTCOMES)


def denied(one: Collection[str], other: Collection[str]) -> bool:
    """Whether one side only denies."""
    return bool(NOT.intersection(one)) != bool(NOT.intersection(other))
