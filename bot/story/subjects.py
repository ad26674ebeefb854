"""What defence news is about, in one word for English, Indonesian and Japanese. It judges no meaning, only words."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_TABLE = """
acsa! | acsa|acquisition and cross-servicing|supply-sharing|logistics (?:deal|pact|agreement)|military logistics |
  acsa|saling pasok | ACSA|物品役務
raa! | reciprocal access|\\braa\\b|visiting forces|troop access|troop visits|mutual troop|access pact |
  akses timbal balik|\\braa\\b|kunjungan pasukan | 円滑化協定|RAA
gsomia! | gsomia|classified|secret-sharing|sharing secrets|information protection|security of information |
  gsomia|informasi rahasia|dokumen rahasia|perlindungan informasi | 情報保護協定|GSOMIA|機密
transfer! | transfer of defen[cs]e equipment|equipment transfer|equipment and technology |
  alih peralatan|transfer peralatan|alih teknologi | 装備品・技術移転|装備移転協定
osa! | \\bosa\\b|security assistance|security aid | \\bosa\\b|bantuan keamanan | OSA|安全保障能力強化支援
gcap! | gcap|edgewing|next-generation fighter|fighter jet program|fighter program |
  gcap|jet tempur generasi|pesawat tempur generasi | GCAP|次期戦闘機
whitepaper! | white paper|annual defen[cs]e report | buku putih | 防衛白書
2plus2! | 2\\+2|two-plus-two | 2\\+2|dua plus dua | 2\\+2|2プラス2
budget! | budget|spending request | anggaran | 概算要求|予算案|防衛費
cabinet! | cabinet|reshuffle | kabinet|reshuffle | 内閣改造|改造内閣|内閣
frigate | frigate|mogami | fregat|frigat|mogami | 護衛艦|フリゲート|もがみ
destroyer | destroyer | kapal perusak|destroyer | 護衛艦|駆逐艦
submarine | submarine | kapal selam | 潜水艦
patrolboat | patrol (?:boat|vessel|ship)|fast boats?|supply boat | kapal patroli|kapal cepat |
  巡視船|警備艇|高速艇|哨戒艇|補給艇
radar | radar | radar | レーダー
missile | missile | rudal|misil | ミサイル
drone | drone|unmanned|uncrewed|robot | drone|nirawak|tanpa awak | 無人
antenna | antenna|mast\\b|unicorn | antena|unicorn | アンテナ|ユニコーン
aircraft | aircraft|plane\\b|planes\\b | pesawat | 航空機|輸送機|哨戒機
helicopter | helicopter | helikopter | ヘリ
ammunition | ammunition|munition | amunisi | 弾薬
exercise | exercise|drills?\\b|war games|maneuver|manoeuvre|maritime activity|rehearse | latihan|berlatih|manuver |
  訓練|演習
closing | close[sd]?\\b|wrap(?:s|ped)? up|end(?:s|ed)\\b|conclude | tutup|berakhir|usai | 終了|閉幕|閉会|最終日
opening | open(?:s|ed)?\\b|kick(?:s|ed)? off|begin | dibuka|membuka|mulai|dimulai | 開始|開幕|始ま
livefire | live[- ]fire|mortar | tembak|mortir | 実弾|迫撃砲|射撃
sign | sign(?:s|ed|ing)?\\b|ink(?:s|ed)?\\b|seal(?:s|ed)?\\b|signature | tandatangan|teken | 署名|調印|締結
agree | agree|accord\\b|consensus | sepakat|setuju|kesepakatan | 合意|一致
negotiate | negotiat|talks on|formal talks | perundingan|negosiasi|runding | 協議開始|交渉|正式協議
contract | contract|order\\b | kontrak | 契約|受注
loan | loan|financ|\\bjbic\\b | pinjaman|pembiayaan|kredit|\\bjbic\\b | 融資|JBIC
grant | grant|donat | hibah | 供与|無償
handover | handover|hand(?:s|ed) over|deliver | serah|menyerahkan | 引き渡し|引渡
protest | protest|lodge|condemn|slam|object | protes|kecam|berang | 抗議|申し入れ|反発
cyber | cyber | siber | サイバー
space | satellite|outer space | satelit|antariksa | 衛星|宇宙
cable | undersea cable|seabed|subsea | kabel (?:bawah )?laut|kabel bawah | 海底ケーブル
cadet | cadet|academy | taruna|akademi | 士官候補生|防衛大学校|防大|留学生
coastguard | coast guard | penjaga pantai|bakamla|coast guard | 海上保安|海保|沿岸警備
piracy | pira(?:cy|te) | perompak|bajak | 海賊
disaster | disaster|relief | bencana | 災害|救援
shipyard | shipyard|shipbuild|keel|steel | galangan | 造船|起工
launch | launch(?:es|ed)? (?:of|ship|frigate)|cuts? first steel|keel | peluncuran|potong baja | 進水|起工
strait | strait | selat | 海峡
scs | south china sea|disputed sea|west philippine sea | laut china selatan|laut tiongkok selatan|laut natuna |
  南シナ海
ecs | east china sea|senkaku | laut china timur|senkaku | 東シナ海|尖閣
poll | poll\\b|survey | survei|jajak | 世論調査
parliament | parliament|lawmaker|house\\b|senate|legislat|congress | dpr\\b|parlemen|komisi i\\b|senat |
  国会|議会|議員
election | election | pemilu|pemilihan | 選挙
visit | visit|arrives? | kunjung|tiba di | 訪問|訪日|来日
portcall | port call|docks? (?:at|in)|port visit | sandar|singgah | 寄港|入港
summit | summit|leaders | ktt\\b|pemimpin | 首脳
defmin | defen[cs]e (?:minister|chief|secretary) | menteri pertahanan|menhan | 防衛相|国防相
formin | foreign minister|secretary of state | menteri luar negeri|menlu | 外相
pm | prime minister|\\bpm\\b | perdana menteri|\\bpm\\b | 首相
industry | defen[cs]e industr|arms industry|arms output | industri pertahanan | 防衛産業
export | arms exports?|defen[cs]e exports?|export | ekspor | 輸出
training | training | pelatihan|pendidikan | 研修|教育
minesweep | minesweep|mine countermeasure|\\bmine\\b | ranjau | 掃海|機雷
amphibious | amphibious|landing | amfibi|pendaratan | 水陸両用|上陸
marines | marines? | marinir | 海兵隊
army | ground self-defense|\\bgsdf\\b|army | angkatan darat | 陸上自衛隊|陸自|陸軍
airforce | air self-defense|\\basdf\\b|air force | angkatan udara | 航空自衛隊|空自|空軍
nuclear | nuclear | nuklir | 核
crash | crash|collision|collide|accident | jatuh|tabrak|kecelakaan | 墜落|衝突|事故
intercept | scrambl|intercept | cegat | 緊急発進|スクランブル
engine | engine\\b | mesin | エンジン
maintenance | maintenance|repair|overhaul | perawatan|perbaikan|pemeliharaan | 整備|修理
medical | medical|hospital | medis|rumah sakit | 医療|病院
peacekeep | peacekeep | perdamaian|pasukan perdamaian | PKO|平和維持
joint_dev | co-?develop|joint(?:ly)? develop|joint research |
  mengembangkan bersama|pengembangan bersama|riset bersama | 共同開発|共同研究
hotline | hotline | hotline|saluran langsung | ホットライン
embargo | sanction | sanksi | 制裁
intel | intelligence | intelijen | 情報共有|諜報
plan | partnership (?:plan|program)|\\bitpp\\b | program kemitraan | 協力計画|ITPP
"""
CONFLICTING = frozenset(
    line.split("|")[0].strip().rstrip("!")
    for line in _TABLE.replace(" |\n  ", " | ").splitlines()
    if line.split("|")[0].strip().endswith("!")
)
"""Subjects that exclude each other in headlines: treaties and programmes."""

_ROUNDUP = re.compile(
    r"this week in|week(?:ly)? (?:review|roundup)|roundup|explainer|editorial|opinion|analysis:|years? on\b|"
    r"years? (?:after|later)|anniversary|timeline|sepekan|kilas balik|editorial|tajuk|opini|"
    r"(?:satu|dua|tiga|lima|sepuluh|\d+) tahun (?:perjanjian|setelah|kerja)|解説|社説|この[0-9一]+[カか]?[月週]|"
    r"今週の|論説|コラム|から\d+年",
    re.IGNORECASE,
)


def subjects_in(text: str, language: str | None) -> dict[str, str]:
    """Subjects of the table that the text names -> as written there."""
    text = unicodedata.normalize("NFKC", text)
    small = text.lower()
    found: dict[str, str] = {}
    for name, pattern, parts in _patterns("ja" if language == "ja" else "id" if language in ("id", "ms") else "en"):
        # Looking for a plain part first is ten times as fast.
        match = pattern.search(text) if any(part in small for part in parts) else None
        if match:
            found[name] = match.group()
    return found


def looks_back(title: str) -> bool:
    """Whether a headline announces an overview, an opinion or an anniversary: articles that retell other events."""
    return _ROUNDUP.search(unicodedata.normalize("NFKC", title)) is not None


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    """Of each subject its name, its pattern, and plain texts of which one stands wherever the pattern matches."""
    made = []
    column = {"en": 0, "id": 1, "ja": 2}[language]
    for line in _TABLE.replace(" |\n  ", " | ").strip().splitlines():
        name, rest = line.split(" | ", 1)
        terms = rest.split(" | ")[column].strip()
        pattern = re.compile(terms if language == "ja" else rf"(?<!\w)(?:{terms})", re.IGNORECASE)
        made.append((name.rstrip("!"), pattern, tuple(_plain(each) for each in _GROUP.sub("\0", terms).split("|"))))
    return tuple(made)


_GROUP = re.compile(r"\(\?[^)]*\)\??|\[[^\]]*\]\??|\\b|.\?|\\.")


def _plain(term: str) -> str:
    """The longest part of an alternative that stands in it as it is; groups were replaced by zeros."""
    return max(term.split("\0"), key=len).lower()
