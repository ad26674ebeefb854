"""What is common in any news, before enough articles are stored to tell. Holds tables and nothing that decides."""

from __future__ import annotations

FACTS = {
    "p:jp": 0.95, "s:defmin": 0.5, "s:agree": 0.5, "s:sign": 0.4, "s:exercise": 0.3, "s:visit": 0.3, "s:training": 0.3,
    "s:export": 0.2, "s:pm": 0.3, "s:agreement": 0.3, "s:opening": 0.3, "s:closing": 0.2, "s:army": 0.1,
    "s:parliament": 0.2, "s:summit": 0.2, "s:frigate": 0.2, "s:destroyer": 0.2, "s:scs": 0.15, "p:us": 0.3,
    "p:cn": 0.3, "p:id": 0.3, "p:au": 0.2, "p:ph": 0.2,
}  # fmt: skip
"""Facts that are common wherever Japan's defence is followed -> the share of articles that have them."""

_GRAMMAR = """
the and for that with was were has have had been will would could should from this which their they its his her not but
are who also after into about more than when over other out all one two three some there what while where such being
them him she you our your than then these those through during under between before because since until only most both
any each own just very much many still even now again against among within without though however did does can may
might must per how why both very yet nor off down here both too few another including according
yang dan dengan untuk dari pada ini itu akan dalam tidak juga oleh telah sudah adalah bahwa karena sebagai para saat
ada dapat bisa mereka kami kita ia dia lebih saja serta atau hingga agar bagi antara secara setelah sebelum tersebut
hal lain seperti menjadi masih belum namun tetapi jika ketika sementara selama terhadap atas bawah kepada lalu pun
baru satu dua tiga hanya bukan sejak maupun selain yakni yaitu sehingga pula sangat banyak beberapa semua setiap
"""
GRAMMAR = frozenset(_GRAMMAR.split())
"""Words that say nothing by themselves, in English and Indonesian, folded."""

_NEWS = """
said say says saying told tell according year years day days week month time people first last new government country
countries state officials official minister president monday tuesday wednesday thursday friday saturday sunday january
february march april may june july august september october november december statement reporters news report reported
made make take taken took come came year's part since like early late next second million percent group public national
local international home called number added announced expected earlier later including long several members company
spokesman spokesperson spokeswoman chief world percent man woman men women good well work working back use used get
put set end want wanted going way
kata ujar ujarnya katanya tahun hari bulan pekan orang menteri presiden pemerintah negara senin selasa rabu kamis jumat
sabtu minggu januari februari maret mei juni juli agustus oktober desember menurut melalui mengatakan menyatakan
jakarta kegiatan pihak dilakukan melakukan memberikan sekitar besar kerja sama baik pertama kedua waktu persen juta
ribu miliar pertemuan bersama masyarakat wib
"""
NEWS = frozenset(_NEWS.split())
"""Words that a great part of all news has, in English and Indonesian, folded."""

NEWS_SHARE = 0.25
"""The share of articles that have one of those."""
