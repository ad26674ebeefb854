"""The words by which a sentence says that something has not happened: patterns by language. It judges no sentence."""

from __future__ import annotations

import re


def words(listed: str) -> frozenset[str]:
    """The words of a text with spaces between them."""
    return frozenset(listed.split())


# --- English ----------------------------------------------------------------------------------------------------------

EN_CHAIN = words(
    "been being be have has had having was were is are am already also just soon formally jointly officially now"
    " recently finally successfully quietly eventually since then all both not never yet to will would could may might"
    " must should shall can cannot about going ever still only first later reportedly even duly"
    " won't wouldn't can't couldn't hasn't haven't hadn't isn't aren't wasn't weren't didn't doesn't don't shouldn't"
)
"""Words that stand between a subject and its verb."""

EN_UNREAL = words(
    "to will would could may might must should shall can cannot won't wouldn't can't couldn't being about going be"
    " shouldn't"
)
"""Of these, those that put it into the future or in doubt."""

EN_NOT = words(
    "not never no none neither nor nobody without hasn't haven't hadn't isn't aren't wasn't weren't didn't doesn't"
    " don't cannot hardly yet"
)
EN_BORDERS = words("but while although though whereas because which who after")
"""Words at which another clause begins."""

EN_IF = re.compile(
    r"\b(?:if|unless|whether|provided|in case|as long as|assuming|even if|suppose)\b(?!.*\b(?:but|which)\b)|"
    r"^\W*(?:should|were)\b",
    re.I,
)
EN_BEFORE = re.compile(r"\b(?:before|until|till|once|as soon as|ahead of|prior to|pending)\b", re.I)
"""Close before a word: it had not happened when the rest did."""

EN_WHEN = re.compile(r"\b(?:when|once|until|till|after|before|if|unless|as soon as|the day)\b", re.I)
"""Before a verb in the present tense these speak of what is to come."""

EN_DENIED = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed)? (?:as|a claim|claims|reports|the claim|suggestions)|dismiss(?:es|ed)? "
    r"(?:as|a|the|reports|claims|rumou?rs|suggestions|talk)|refut(?:e|es|ed)|untrue|not true|no truth|hoax|false|"
    r"fabricated|baseless|unfounded|debunk\w*|rumou?r\w*|speculation|disputed claims?)\b",
    re.I,
)
EN_CALLED = re.compile(
    r"\b(?:urg(?:e|es|ed|ing)|call(?:s|ed|ing)? (?:for|on)|demand(?:s|ed|ing)?|propos(?:e|es|ed|al|als)|recommend\w*|"
    r"request(?:s|ed)?|want(?:s|ed)?|seek(?:s|ing)?|sought|hop(?:e|es|ed|ing)|push(?:es|ed|ing)? for|insist\w*|"
    r"suggest\w*|appeal(?:s|ed)? for|press(?:es|ed)? for|ask(?:s|ed) for|plead\w*|offer(?:s|ed) to|need(?:s|ed)?|"
    r"favou?r(?:s|ed)?|back(?:s|ed) calls|invit(?:e|es|ed|ation))\b",
    re.I,
)
EN_OPINION = re.compile(
    r"\b(?:analysts|experts|critics|economists|commentators|observers|scholars)(?:\s+(?:have|had|all|widely))*\s*$",
    re.I,
)
"""Right before a verb: those who agree with each other and conclude nothing."""

EN_PLANNED = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|schedul\w+|upcoming|forthcoming|future|possible|potential|proposed|expected|prospect\w*|"
    r"intend\w*|discuss\w*|conference|prepar\w*|next(?!-)|tentative\w*|slated|draft|prepar\w+|consider\w*|mull\w*|"
    r"weigh\w*|eye(?:s|d|ing)|will|would|could|"
    r"may|might|to (?:hold|conduct|stage|begin|start|resume|launch|join|take|pay|make|visit|open|continue|restart|"
    r"attend|organi[sz]e|host|have|be|carry|kick|discuss|send|deploy|dispatch|boost|expand|increase|step)|eventual|hope|ready|due|set)\b"
)
"""Of nouns: what stands before a visit, talks or an exercise that are to come."""

EN_ENABLED = re.compile(
    r"\b(?:allow(?:s|ing)?|permit(?:s|ting)?|enabl(?:e|es|ing)|facilitat(?:e|es|ing)|simplif(?:y|ies|ying)|"
    r"streamlin(?:e|es|ing)|eas(?:e|es|ing)|mak(?:e|es|ing) it easier|govern(?:s|ing)?)\b",
    re.I,
)
"""Before a visit or an exercise: what a pact is for."""

EN_CANCELLED = re.compile(
    r"\b(?:cancel\w*|call(?:ed|s)? off|postpon\w*|put off|delayed|scrap(?:ped|s)?|shelv\w+|suspended|abandoned|"
    r"fell through|collapsed before|removed from|dropped from|aborted|skipped|did not take place|never took place|"
    r"was to have|broke off before)\b",
    re.I,
)
EN_LATER = re.compile(
    r"^\W*(?:(?!that|which)\w+\W+){0,4}?(?:(?:is|are|was|were|has been|have been|now|"
    r"tentatively) )?(?:scheduled|slated|planned|"
    r"expected|due|set|will|would|could|may|might|should)\b",
)
"""After a noun: what is said of it when it is to come."""

EN_NOUN = re.compile(
    r"^(?:.*\b)?(?:talks|negotiations?|visits?|trip(?: to)?|(?:port |goodwill )?call(?: at)?|visits? to|meetings?|"
    r"handover|signing of|signing ceremony|signatures?(?: of)?|entry into force|exercises?|drills?|training|patrols?|"
    r"sails?|games?|"
    r"flights?|man(?:o)?euv(?:re|er)s?|landing|activity|discussions|dialogue|consultations|stopover|turnover ceremony|"
    r"garuda shield|malabar|balikatan|kamandag|talisman sabre|vigilant isles|dharma guardian|keen sword|orient shield|"
    r"freedom edge|exercise komodo|rimpac|resolute dragon|cope north|pitch black|kakadu|sea dragon|annualex|jimex|"
    r"bushido guardian|southern jackaroo|veer guardian|pacific vanguard|la perouse|"
    r"(?:drills?|exercises?) (?:with|off|in|near)|training (?:with|alongside|together)|phone call|video call|"
    r"video ?conference|"
    r"agreement in principle|"
    r"negotiating table|exchange of diplomatic notes|contracts?)$",
    re.I,
)
"""Terms that name an event and do not say that it took place."""

EN_HELD = re.compile(
    r"^(?:held|had|paid|made|began|begun|opened|started|conducted|hosted|resumed|concluded|staged|pays|makes)\b", re.I
)
"""Of these, those that bring their verb with them."""

EN_APART = re.compile(r";|, (?:and|but|while|as) (?:the|its?|they|he|she|both|two)\b|\bwhile\b|\bbut\b", re.I)
"""Between a verb and a noun: it is another's verb."""

EN_SHARED = re.compile(
    r"\b(?:will|would|to|shall|could|may|might|should|must)\s+(?:also\s+|first\s+|then\s+)?(?!the\b|a\b|an\b|its\b|"
    r"their\b|his\b|her\b)[a-z]+\b(?!.*(?:;|\bbut\b|\bwhile\b))"
)
"""A verb that is to come, which those that follow it share."""

EN_LISTED = re.compile(r"(?:,|\band)\s*(?:hold|meet|join|visit|begin|conduct|start|open|resume)\b[^,]*$", re.I)
"""In a headline: the next of several verbs."""

EN_CONTRACT = re.compile(r"^contracts?$", re.I)
EN_CONTRACTED = re.compile(
    r"\b(?P<past>signed|inked|awarded|won|sealed|concluded|clinched|landed|secured|exchanged|let|placed|handed|struck|"
    r"settled)(?P<now>\b)(?! off)|\b(?:signs?|awards?|wins?|seals?|clinch(?:es)?|lands?|inks?)\b",
    re.I,
)
"""What must be said of a contract."""

EN_TOOK_PLACE = re.compile(
    r"\b(?:(?P<past>held|conducted|carried out|staged|took part|taken part|participated|joined|began|begun|opened|"
    r"started|kicked off|wrapped up|ended|concluded|finished|completed|hosted|launched|resumed|met|paid|made|ran|"
    r"took place|taken place|lasted|practi[sc]ed|jumped|sailed|rehearsed|drew|involved|brought together|attended|"
    r"exchanged|witnessed|gathered|sat|followed|continued|toured|broke up|broke down|produced|yielded|deployed|"
    r"welcomed|focused|cent(?:re|er)ed|covered|dealt|marked|wound up|was the|was his|"
    r"got under way|got underway|collapsed|stalled|ended in|closed|fired|flew|signed)|(?P<now>after|during|following|"
    r"since|in talks|at talks|in negotiations|on the sidelines|on an?|for a|on his|on her|on their|on its|"
    r"under way|underway|(?:is|are) (?:visiting|holding|conducting|taking part|exercising|drilling|training|now)|"
    r"is on|are on))\b",
    re.I,
)
EN_TITLE_PLACE = re.compile(
    r"\b(?:holds?|conducts?|stages?|begins?|starts?|kicks? off|wraps? up|opens?|joins?|ends?|hosts?|launch(?:es)?|"
    r"concludes?|meets?|pays?|makes?|on|in|at|take part|takes part|sails?|completes?|resumes?)\b",
    re.I,
)
EN_OTHER = re.compile(
    r"\b(?:jerseys?|caps?|shirts?|T-shirts?|autographs?|footballs?|baseballs?|basketballs?|bats?|guest ?book|"
    r"visitors' book|websites?|web pages?|tourists?|holidaymakers|sightseers|tuition|poster|posters|album|record label|"
    r"suspects?|presidency|chairmanship|baton|prisoners?|hostages|relief supplies|rice|food|"
    r"vaccines?|blankets|futility|for the club|bill into law|into law|concert|medals?|speech(?:es)?|"
    r"lectures?|keynote|verdict|sermon|"
    r"fares?|visas?|timetables?|ordinance|minimum wage|smoking|students?|pupils|teachers?|shrine|temple|zoo|museum|"
    r"aquarium|cherry|umpires?|players?|coach|patients?|landlords?|luggage|savings|"
    r"scholarships?|prizes?|honou?rs?|"
    r"people visited|fans|petition|"
    r"transfer fee|striker|midfielder|condolence book|birthday|babies|baby|parcels?|pizzas?|mail)\b",
    re.I,
)
"""Beside the same words: what is signed, visited, awarded or delivered when it is no business of states."""

# --- Indonesian -------------------------------------------------------------------------------------------------------

_ID_TO_COME = (
    "akan|bakal|segera|hendak|ingin|mau|berencana|rencana|rencananya|merencanakan|direncanakan|dijadwalkan|"
    "menjadwalkan|terjadwal|diharapkan|berharap|harapan|mungkin|dapat|bisa|boleh|perlu|harus|wajib|siap|bersiap|"
    "diperkirakan|diprediksi|kemungkinan|berpotensi|berpeluang|calon|rancangan|draf|usulan|usul|mengusulkan|diusulkan|"
    "mempertimbangkan|dipertimbangkan|mengkaji|dikaji|menjajaki|dijajaki|menargetkan|ditargetkan|target|wacana|"
    "mewacanakan|jelang|menjelang|menuju|persiapan|mempersiapkan|menyiapkan|agar|supaya|guna|demi|berniat|"
    "berupaya|mengupayakan|nantinya|nanti|kelak|berminat|membahas|minat|menawarkan|menantikan|menunggu|bertekad|"
    "berkomitmen|bahas|dibahas|bicarakan|komitmen|berjanji|sepakat|setuju|bersepakat|untuk|belum|tunggu|"
    "menggodok|digodok|incar|mengincar|disebut"
)
ID_TO_COME = re.compile(rf"\b(?:{_ID_TO_COME})\b", re.I)
ID_NOT = re.compile(
    r"\b(?:belum|tidak(?! hanya| cuma| saja)|tak(?! hanya| cuma)|bukan(?! hanya| cuma)|batal|urung|gagal|tanpa|"
    r"jangan|enggan|menolak|mustahil|nihil)\b",
    re.I,
)
ID_IF = re.compile(
    r"\b(?:jika|bila|apabila|kalau|andai|andaikan|seandainya|asalkan|sebelum|kecuali|apakah|begitu|manakala|"
    r"sampai|hingga(?! kini| saat ini)|ketika nanti)\b",
    re.I,
)
ID_CALLED = re.compile(
    r"\b(?:mendesak|desak|meminta|minta|menyerukan|serukan|mengimbau|imbau|mendorong|dorong|menuntut|tuntut|"
    r"mengajak|ajak|didesak|diminta|didorong|menghendaki|menginginkan|memohon|menganjurkan|menyarankan|permintaan|"
    r"seruan|desakan|mengundang|diundang)\b",
    re.I,
)
ID_DENIED = re.compile(
    r"\b(?:membantah|bantah|dibantah|bantahan|menyangkal|sangkal|disangkal|menepis|tepis|ditepis|hoaks|hoax|"
    r"tidak benar|tidaklah benar|keliru|kabar bohong|tak benar|menampik|tampik|isu|rumor|mengada-ada)\b",
    re.I,
)
ID_QUESTION = re.compile(
    r"\b(?:apa benar|betulkah|jadikah|adakah|perlukah|layakkah|maukah|benarkah|apakah|akankah|"
    r"mungkinkah|bisakah|sudahkah|haruskah)\b",
    re.I,
)
ID_CANCELLED = re.compile(
    r"\b(?:dibatalkan|membatalkan|pembatalan|batal|ditunda|menunda|penundaan|tertunda|urung|dihapus|dicoret|"
    r"ditangguhkan|diurungkan|mengurungkan|gagal|kandas)\b",
    re.I,
)
ID_REAL = re.compile(
    r"\b(?:telah|sudah|sempat|usai|seusai|setelah|sesudah|sejak|pasca|pascapenandatanganan|baru saja|berhasil|selepas|"
    r"begitu selesai|tengah|sedang|kembali)\b",
    re.I,
)
ID_AND = re.compile(r"\b(?:dan|serta|lalu|kemudian|sekaligus|juga|atau)(?: (?:juga|akan))?\s+$|,\s*$", re.I)
"""Right before a verb: it goes on from the one before."""
ID_SHARED = re.compile(
    r"\b(?:akan|bakal|hendak|ingin|berencana|dijadwalkan|direncanakan|diharapkan|rencananya)\b(?: untuk| segera)?"
    r"\s+(?:me|be|di|ti|ke)\w+",
    re.I,
)
ID_APART = re.compile(
    r"[;:.]|\b(?:tetapi|tapi|namun|sedangkan|sementara|meski|meskipun|walau|walaupun|karena|setelah|usai|seusai)\b",
    re.I,
)

ID_BORDERS = re.compile(
    r"\b(?:tetapi|tapi|namun|sedangkan|sementara|meski|meskipun|walau|walaupun|karena|melainkan)\b", re.I
)
ID_NOUN = re.compile(
    r"^(?:kunjungan|lawatan|muhibah|perundingan|negosiasi|pembicaraan|pertemuan.*|dialog.*|konsultasi|"
    r"penandatanganan|latihan .*|"
    r"latma|latgab|patroli bersama|penyerahan|serah terima|pemberlakuan|kontrak (?:pembelian|pengadaan)|garuda shield|"
    r"malabar|balikatan|passing exercise|meja perundingan|manuver .*|pelayaran bersama|pembahasan|diskusi|kedatangan|"
    r"kontrak|pertukaran nota.*|tanda tangan|lampu hijau|izin ekspor|negosiator)$",
    re.I,
)
ID_TOOK_PLACE = re.compile(
    r"\b(?:(?:di|meng|men)?gelar|diadakan|mengadakan|adakan|berlangsung|dilakukan|melakukan|lakukan|dilaksanakan|"
    r"melaksanakan|laksanakan|dimulai|memulai|mulai|dibuka|membuka|buka|ditutup|menutup|tutup|berakhir|usai|seusai|"
    r"selesai|rampung|merampungkan|setelah|sesudah|selepas|mengikuti|diikuti|ikuti|ikut|bergabung|terlibat|melibatkan|"
    r"sejak|di sela|di sela-sela|sela|menerima|disaksikan|tuntas|terlaksana|diteken|ditandatangani|meneken|duduk|"
    r"melanjutkan|dilanjutkan|menghelat|dihelat|helat|menyelenggarakan|diselenggarakan|telah|sudah|tiga kali|dua kali|"
    r"menghasilkan|membuahkan|menghadiri|dihadiri|berpartisipasi|menyusul|berunding|bertemu|berlatih|tercapai|buntu|"
    r"menyambut|disambut|sambut|mengakhiri|diakhiri|menuntaskan)\b",
    re.I,
)
ID_DURING = re.compile(r"\b(?:dalam|saat|ketika|selama|pada|lewat|melalui|di|hasil)(?:\s+\w+)?\s*$", re.I)
"""Right before the name of an event: what it says happened there."""

ID_CONTRACT = re.compile(r"^kontrak$", re.I)
ID_CONTRACTED = re.compile(
    r"\b(?:diteken|meneken|teken|ditandatangani|menandatangani|tandatangani|memenangkan|memenangi|meraih|mendapat|"
    r"mendapatkan|memperoleh|disepakati|diperoleh|dimenangkan|mengantongi|mengamankan|memberi|memberikan|"
    r"menganugerahkan|diberi|penandatanganan)\b",
    re.I,
)
ID_OTHER = re.compile(
    r"\b(?:wisatawan|turis|pelancong|kaus|kaos|topi|bola|jersey|buku tamu|situs|laman|tarif|kereta|penumpang|konser|"
    r"penggemar|suporter|pemain|klub|paspor|ijazah|rapor|beasiswa|piala|medali|penghargaan|hadiah|petisi|"
    r"surat kepercayaan|jabatan|liburan|upah minimum|pajak|bea|diskon|umrah|haji|pendaftaran|lamaran|"
    r"undang-undang|visa|sekolah|siswa|mahasiswa|paket|bayi|pidato|kuliah|sambutan|pakar|analis|pengamat|"
    r"berkas|tersangka|jenazah|vaksin|beras|tongkat komando|bendera|penonton|artis|sewa|cuti|pasien|"
    r"bantuan sembako|sembako|"
    r"kekuasaan|uang|dana pensiun|piagam|instrumen|surat|kuil|"
    r"museum|kebun binatang|restoran|pelajar|pelanggan|perpanjangan kontrak)\b",
    re.I,
)

# --- Japanese ---------------------------------------------------------------------------------------------------------

JA_UNREAL = re.compile(
    r"(?<![関対])する(?!と、|ことで|ことを決め|ことを承)|(?<=.)される|^る|^ぶ|行う|行われる|開く|開かれる|受ける|^の際|^など|^や|^に必要|必要|始める|始まる|結ぶ|渡す|訪れる|交わす|入る|"
    r"(?:して|されて|って|んで|て)(?:は)?(?:い|お)(?:ない|らず|ません|なかった)|しな|されな|できな|せず|されず|"
    r"至(?:ら|って(?:い|お)(?:な|ら))|ない|なかった|予定|見通し|見込み|方針(?!を固め、.*決)|計画|可能性|意向|"
    r"検討|求め|要求|要請|促[しす]|延期|中止|取りやめ|見送|白紙|案(?:[はがのをに、。]|$)|すべき|べきだ|"
    r"したい|たい(?:と|考|。|$)|れば|たら|なら|場合|まで(?!に終|[0-9０-９、])|前に|次第|未(?:定|だ)|待ち|期待|めど|目指|"
    r"目標|準備|かどうか|のか|か。?$|控え|難航|拒|へ(?:$|[、。　 ])|に向け|へ向け|の行方|だろう|かもしれ|とみられる|"
    r"打診|提案|調整|模索|断念|削除|外され|撤回|頓挫|キャンセル|ようと|う見通|えば|草案|素案|原案|骨子案"
)
JA_REAL = re.compile(
    r"^た(?![いらく])|^っ(?:た|て)|^い、|^い$|^き、|^[、　 ]|^$|^。|^て(?:い[たるて]|おり|き[たて]|、)|^り、|"
    r"した(?![いら])|されている|されて(?:おり|きた|、|から|以)|された|しており|している|していた|してきた|して、|してから|して以|"
    r"し、|され、|し(?:合|終|始)|行って|行った|行い|行われ(?!る|な)|開いた|開かれ(?!る|な)|開き|開催し|始ま(?!る|ら)|"
    r"始め(?!る|な)|終わった|終え|終了|続け(?!る|な)|重ね|臨ん|参加し|達し|至った|結んだ|結び|交わし|交わされ|"
    r"入った|済み|後(?:[、にの初]|$)|以来|を受け|受けた|受けて|にこぎ着け|で(?:一致|合意|、)|中[、のに]|だった|した。|"
    r"した$|に踏み切|できる?ように|を踏まえ|に基づ|を経|式が|式に|で[^は]"
)
JA_DENIED = re.compile(r"否定|誤報|事実無根|事実では|偽情報|デマ|打ち消|虚偽|誤った情報")
JA_BEFORE = re.compile(
    r"(?:将来の?|今後の?|次回の?|予定の|予定される|早期の?|年内の?|来年の?|来月の?|来週の?|もし|仮に)(?![^、。]*こと)[^、。]{0,6}$"
)
JA_GOES_ON = re.compile(r"^(?:を(?:行い|行って|し)|し|して|れ|い|り|き|み|び|んで|って|いて)[、,]")
JA_HEADED = re.compile(r"(?<!向)へ[　 、]|(?:来週|来月|来年)")
"""In a headline: what follows the news to come is to come too."""
JA_WILL = re.compile(
    r"^(?!.*(?:[0-9０-９]+[日月年]|年内|年度内|来年|来月|来週|早期|将来|今後|合意し|一致し|確認し|述べ|発表|強調し|表明し))"
    r".*(?:(?:予定|見通し|見込み|方針|方向|意向|計画|運び|考え)(?:だ|です|である|という|とし|を|で|$|。)[^。]*|する|行う|"
    r"開く|臨む|会う|したい(?:考え|意向)?(?:だ|です)?)。?$"
)
"""How a sentence ends that tells of what is to come, where nothing between says that only the end of it is."""
JA_DAY = re.compile(r"日(?:、|午|夜|朝|昼|未明)|(?:昨日|きのう|先週|先月|昨年|前日|今年)")
"""Before a verb: news is told of a day in this way."""
JA_OTHER = re.compile(
    r"運賃|料金|ビザ|査証|条例|路線|新幹線|講演|演説|容疑者|遺骨|遺体|ワクチン|食料|書類送検|本社|工場を移|庁舎|事務所|支店|"
    r"患者|荷物|宅配|移籍|転校|球団|入団|契約選手|"
    r"子どもたち|参拝|ホームページ|サイト|ウェブ|観光客|旅行者|ユニホーム|帽子|色紙|ファン|スポーツ|選手|訪問介護|訪問看護|卒業証書|賞状|観光|旅客"
)
JA_CONTRACT = re.compile(r"^契約$")
JA_CONTRACTED = re.compile(r"^(?:書)?(?:に署名|を結|を締結|を交わ|に調印|を獲得|を受注|し(?:た|、)|が結ば|が成立)")


# --- headlines --------------------------------------------------------------------------------------------------------

_EN_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
TITLE_TO_COME = {
    "en": re.compile(
        rf"\b(?:next (?:week|month|year|spring|summer|autumn|fall|winter|{_EN_DAYS})|tomorrow|"
        r"later this (?:week|month|year)|"
        rf"in (?:the )?coming|on (?:{_EN_DAYS})|close to|nears?|nearing|draws? near|await(?:s|ing)?|delays?|no date)\b",
        re.I,
    ),
    "id": re.compile(
        r"\b(?:(?:pekan|minggu|bulan|tahun) depan|besok|lusa|mendatang|segera|menanti|menunggu|jelang|menjelang|"
        r"siap)\b",
        re.I,
    ),
    "ja": re.compile(
        r"近く|来週|来月|来年|来春|来夏|来秋|年内|中にも|にも(?:$|[、。　 ])|までに|めど|\d年(?:度)?引き渡し"
    ),
}
"""In a headline, which tells in the present tense, these put a step off: *visits Jakarta on Friday*, 近く署名."""

LONG_DONE = re.compile(
    r"\b(?:since then|already|previously|long since|sejak itu|sebelumnya|sudah lama)\b[^.;]{0,60}$|"
    r"(?:すでに|既に|これまでに|かつて|以前)[^。]{0,30}$",
    re.I,
)
"""Before a word: it was so before, nobody says since when."""
