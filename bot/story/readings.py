"""How Japanese characters sound in names. Holds tables and nothing that decides."""

from __future__ import annotations

KANA = {
    each: consonant
    for consonant, row in {
        "": "アイウエオァィゥェォャュョッー", "k": "カキクケコヵヶ", "g": "ガグゴ",
        "s": "サシスセソザジズゼゾツギゲヂヅ",
        "t": "タチテト", "d": "ダデド", "n": "ナニヌネノン", "h": "ハヒヘホ", "f": "フ", "b": "バビブベボヴ",
        "p": "パピプペポ", "m": "マミムメモ", "y": "ヤユヨ", "r": "ラリルレロ", "w": "ワヲヰヱ",
    }.items()
    for each in row
}  # fmt: skip
"""Katakana -> the consonant heard, sounds that Latin spellings confuse together (L and R, V and B, S, Z, J and soft
G). Small vowels and length marks are silent."""

_KANJI = """
早haya 坂saka 西nishi 森mori/shin 杉sugi 浦ura 田ta/da 中naka 山yama 川kawa/gawa 本moto 木ki/gi 村mura 小ko/o 大o
石ishi 林hayashi/bayashi 井i 上ue/kami 下shita 野no 原hara/wara 藤fuji/to 佐sa 鈴suzu 高taka 橋hashi/bashi 渡wata
辺nabe 伊i 東azuma/higashi 北kita 南minami 岩iwa 島shima/jima 松matsu 竹take 内uchi 谷tani/ya 宮miya 清kiyo/shi
水mizu 池ike 吉yoshi 前mae 岡oka 長naga/cho 後go 近kon 斎sai 斉sai 加ka 遠en 安an/yasu 河ko/kawa 三mi 平hira/taira
古furu 福fuku 沢sawa/zawa 澤sawa/zawa 今ima 新ara/nii 青ao 白shira 黒kuro 赤aka 金kane 増masu 柴shiba 酒saka 工ku
宇u 菊kiku 桜sakura 梅ume 菅suga/kan 岸kishi 茂mogi 浜hama 丸maru 口guchi 崎saki/zaki 﨑saki/zaki 保ho/bo 久ku/hisa
尾o 関seki 永naga 秋aki 春haru 夏natsu 冬fuyu 星hoshi 月tsuki 玉tama 越koshi/goshi 堀hori 和wa 根ne 服hat 部tori/be
矢ya 片kata 桐kiri 市ichi 成nari 武take 土tsuchi 戸to/do 荒ara 熊kuma 鹿shika/ka 鳥tori 鶴tsuru 亀kame 馬ba/uma
牛ushi 犬inu 神kami/kan 見mi 相ai 沼numa 湯yu 倉kura 蔵kura 栗kuri 柳yanagi 桑kuwa 榎eno 椎shii 楠kusu 樋hi 江e
津tsu/zu 波nami 滝taki 須su 賀ga 奥oku 細hoso 広hiro 廣hiro 深fuka 稲ina 米yone 麻a 生so/ku 若waka 老oi 甲ka 乙oto
千chi 百momo 万man 五go 六mu 七nana 八ya 九ku 十to 一ichi 二ni 四shi 泉izumi 梶kaji 船funa 舟funa 門kado 間ma 角kado
塚tsuka 笠kasa 笹sasa 名na 城shiro/ki 進shin 次ji 郎ro 嶋shima 横yoko 手te 目me 朝asa 志shi 寺tera 堂do 町machi
里sato 園sono 植ue 猪i 富tomi 飯ii 畑hata 畠hata 窪kubo 芝shiba 芦ashi 花hana 茅kaya 荻ogi 萩hagi 葉ha/ba
"""
KANJI = {part[0]: part[1:] for part in _KANJI.split()}
"""Characters of surnames -> how they are read in them, the choices divided by a slash."""
