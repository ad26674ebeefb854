# ruff: noqa: E501 - pages are written as sites send them
"""Made-up news sites of several makes, in three languages, for the tests of reading pages.

Nothing here is taken from a real site; the furniture around the text is of the kinds that real ones have.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Story:
    """What a page should yield. `printed` and `stamp` are its date as shown and as in metadata."""

    language: str
    title: str
    standfirst: str
    paragraphs: tuple[str, ...]
    author: str
    site: str
    url: str
    printed: str
    stamp: str
    published: datetime


ENGLISH = Story(
    "en",
    "Japan and Indonesia agree to start talks on frigate exports",
    "Ministers meeting in Tokyo set up a working group that is to report before the end of the year.",
    (
        "TOKYO - Japan and Indonesia agreed on Monday to begin formal talks on the export of frigates, officials on both sides said.",
        "The agreement was reached at the third meeting of the two countries' foreign and defence ministers.",
        "\u201cThis is a beginning, not an end,\u201d the Japanese minister told reporters.",
        "He declined to name a price.",
        "Indonesia has looked for new ships since 2019, when a programme to build them at home ran late, and analysts say that "
        "a joint design would let the yard in Surabaya take part in the work from the first hull on.",
        "Any transfer would have to pass Japan's export rules, which were eased in December 2023 and again a year later.",
        "The working group will meet for the first time in September in Jakarta.",
    ),
    "Margaret Holloway",
    "The Pacific Courier",
    "https://www.pacificcourier.example/asia/2019/08/japan-indonesia-frigates",
    "August 5, 2019 8:40 AM GMT",
    "2019-08-05T08:40:00Z",
    datetime(2019, 8, 5, 8, 40, tzinfo=UTC),
)
INDONESIAN = Story(
    "id",
    "Jepang dan Indonesia sepakat memulai pembicaraan ekspor fregat",
    "Para menteri yang bertemu di Tokyo membentuk kelompok kerja yang akan melapor sebelum akhir tahun.",
    (
        "Jakarta (ANTARA) - Jepang dan Indonesia pada Senin sepakat memulai pembicaraan resmi mengenai ekspor kapal fregat, kata pejabat kedua negara.",
        "Kesepakatan itu dicapai pada pertemuan ketiga menteri luar negeri dan menteri pertahanan kedua negara.",
        '"Ini adalah awal, bukan akhir," kata menteri Jepang itu kepada wartawan.',
        "Ia tidak menyebut harga.",
        "Indonesia mencari kapal baru sejak 2019, ketika program pembangunan kapal di dalam negeri terlambat, dan para pengamat menilai "
        "rancangan bersama akan membuat galangan di Surabaya ikut bekerja sejak kapal pertama.",
        "Setiap pengalihan harus memenuhi aturan ekspor Jepang yang dilonggarkan pada Desember 2023 dan setahun kemudian.",
        "Kelompok kerja itu akan bertemu untuk pertama kali pada September di Jakarta.",
    ),
    "Sri Wahyuni Lestari",
    "Warta Nusantara",
    "https://www.wartanusantara.example/berita/123456/jepang-indonesia-fregat",
    "Senin, 05 Agustus 2019 - 08:40 WIB",
    "2019-08-05T08:40:00+07:00",
    datetime(2019, 8, 5, 1, 40, tzinfo=UTC),
)
JAPANESE = Story(
    "ja",
    "日本とインドネシア、護衛艦輸出へ協議開始で合意",
    "東京で会談した両国の閣僚は、年内に報告をまとめる作業部会の設置を決めた。",
    (
        "日本とインドネシアの両政府は５日、護衛艦の輸出に向けた公式協議を始めることで合意した。両国の当局者が明らかにした。",
        "合意は、外務・防衛担当閣僚協議（２プラス２）の第３回会合で得られた。",
        "防衛相は記者団に「これは始まりであり、終わりではない」と述べた。",
        "価格には触れなかった。",
        "インドネシアは国内での建造計画が遅れた２０１９年以降、新しい艦艇を探しており、共同設計であればスラバヤの造船所が１番艦から作業に加われると専門家はみている。",
        "移転には、２０２３年１２月と翌年に緩和された日本の輸出ルールに適合する必要がある。",
        "作業部会の初会合は９月にジャカルタで開かれる。",
    ),
    "山田太郎",
    "太平洋新聞",
    "https://www.taiheiyo.example/articles/ASM8555.html",
    "2019年8月5日 9時30分",
    "2019-08-05T09:30:00+09:00",
    datetime(2019, 8, 5, 0, 30, tzinfo=UTC),
)
STORIES = (ENGLISH, INDONESIAN, JAPANESE)

_WORDS = {
    "en": {
        "related": "Related stories", "also": "Read also: Navy chiefs meet in Manila to discuss patrols", "share": "Share this article",
        "newsletter": "Sign up for our daily newsletter and get the news in your inbox.", "cookie": "We use cookies to improve your experience. By continuing you accept our cookie policy.",
        "ad": "ADVERTISEMENT", "caption": "The two ministers shake hands before the talks in Tokyo. Photo: Pool", "copyright": "Copyright © 2019 The Pacific Courier. All rights reserved.",
        "comments": "Leave a comment", "tags": "Tags:", "home": "Home", "teasers": ["Rice prices rise for a third month in a row", "Heavy rain closes roads in the north of the island", "Orchestra cancels tour after fire in rehearsal hall"],
        "teaser_text": "Farmers blame the weather and the cost of fertiliser, while shops say that they earn nothing more.",
        "comment": "I think this is a waste of money and that the ministers should rather build schools in the villages.", "by": "By", "subscribe": "Subscribe", "popular": "Most read", "login": "Log in",
        "about": "Margaret Holloway covers security in Asia. She joined the paper in 2011 and lives in Tokyo.", "other_date": "August 2, 2019",
    },
    "id": {
        "related": "Berita Terkait", "also": "Baca juga: Kepala staf angkatan laut bertemu di Manila bahas patroli", "share": "Bagikan artikel ini",
        "newsletter": "Berlangganan newsletter kami untuk menerima berita setiap pagi.", "cookie": "Situs ini menggunakan cookie untuk meningkatkan pengalaman Anda.",
        "ad": "SCROLL TO CONTINUE WITH CONTENT", "caption": "Kedua menteri berjabat tangan sebelum pertemuan di Tokyo. (Foto: Dok. Kemhan)", "copyright": "COPYRIGHT © WARTA NUSANTARA 2019",
        "comments": "Tulis Komentar", "tags": "Topik:", "home": "Beranda", "teasers": ["Harga beras naik tiga bulan berturut-turut", "Hujan deras menutup jalan di utara pulau", "Orkestra batalkan tur setelah kebakaran gedung latihan"],
        "teaser_text": "Petani menyalahkan cuaca dan harga pupuk, sedangkan toko mengaku tidak mendapat untung lebih.",
        "comment": "Menurut saya ini pemborosan dan para menteri sebaiknya membangun sekolah di desa-desa.", "by": "Oleh", "subscribe": "Langganan", "popular": "Terpopuler", "login": "Masuk",
        "about": "Sri Wahyuni Lestari meliput keamanan di Asia. Ia bergabung pada 2011 dan tinggal di Tokyo.", "other_date": "Jumat, 02 Agustus 2019 10:00 WIB",
    },
    "ja": {
        "related": "関連記事", "also": "【関連記事】海軍トップがマニラで会談、哨戒を協議", "share": "シェアする",
        "newsletter": "メールマガジンに登録すると、毎朝ニュースが届きます。", "cookie": "当サイトではクッキーを使用しています。",
        "ad": "広告", "caption": "会談を前に握手する両大臣＝東京都内（代表撮影）", "copyright": "Copyright © 2019 太平洋新聞社 無断転載を禁じます",
        "comments": "コメントを書く", "tags": "タグ：", "home": "トップ", "teasers": ["コメ価格、三カ月連続で上昇", "大雨で島の北部の道路が通行止め", "練習場の火災で楽団が公演中止"],
        "teaser_text": "農家は天候と肥料の値段を理由に挙げ、店は利益は増えていないとしている。",
        "comment": "税金の無駄遣いだと思う。村に学校を建てるほうがよいのではないか。", "by": "記者：", "subscribe": "購読", "popular": "アクセスランキング", "login": "ログイン",
        "about": "山田太郎はアジアの安全保障を担当。２０１１年に入社し、東京に住む。", "other_date": "2019年8月2日 10時00分",
    },
}  # fmt: skip


def words(story: Story) -> dict[str, str | list[str]]:
    return _WORDS[story.language]  # type: ignore[return-value]  # one table for all


def _w(story: Story, key: str) -> str:
    return str(_WORDS[story.language][key])


def _teasers(story: Story, shape: str) -> str:
    titles: list[str] = _WORDS[story.language]["teasers"]  # type: ignore[assignment]  # this key holds a list
    return "".join(
        shape.format(title=title, number=number, text=_w(story, "teaser_text"), date=_w(story, "other_date"))
        for number, title in enumerate(titles)
    )


def wordpress(story: Story) -> str:
    """A blog engine's theme: everything in semantic elements, boxes inside the entry's content."""
    text = [f"<p>{paragraph}</p>" for paragraph in story.paragraphs]
    text.insert(2, f'<p><strong><a href="/other">{_w(story, "also")}</a></strong></p>')
    text.insert(
        4, f'<figure class="wp-block-image"><img src="a.jpg"><figcaption>{_w(story, "caption")}</figcaption></figure>'
    )
    return f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title} - {story.site}</title>
<meta property="og:title" content="{story.title}"><meta property="og:site_name" content="{story.site}">
<meta property="article:published_time" content="{story.stamp}"><meta property="article:modified_time" content="2019-08-07T01:00:00Z">
<meta name="author" content="{story.author}"><link rel="canonical" href="{story.url}"></head>
<body class="post-template-default single single-post postid-77 has-sidebar comments-open">
<div id="page" class="site"><header class="site-header"><p class="site-title"><a href="/">{story.site}</a></p><nav class="main-navigation"><ul><li><a href="/a">Asia</a></li><li><a href="/b">{_w(story, "home")}</a></li></ul></nav></header>
<div class="breadcrumbs"><a href="/">{_w(story, "home")}</a> &raquo; <a href="/a">Asia</a> &raquo; {story.title}</div>
<main id="main" class="site-main"><article id="post-77" class="post-77 post type-post tag-japan category-asia hentry">
<header class="entry-header"><h1 class="entry-title">{story.title}</h1><div class="entry-subtitle"><p>{story.standfirst}</p></div><div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{story.stamp}">{story.printed}</time><time class="updated" datetime="2019-08-07T01:00:00Z">x</time></span>
<span class="byline">{_w(story, "by")} <a class="url fn n" href="/author/x" rel="author">{story.author}</a></span></div></header>
<div class="entry-content">{"".join(text)}
<div class="sharedaddy sd-sharing-enabled"><h3>{_w(story, "share")}</h3><ul><li><a href="#">Twitter</a></li><li><a href="#">Facebook</a></li></ul></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3>{_w(story, "related")}</h3>{_teasers(story, '<div class="jp-post"><a href="/t{number}">{title}</a><p>{text}</p><time datetime="2019-08-02T10:00:00Z">{date}</time></div>')}</div></div>
<footer class="entry-footer"><span class="tags-links">{_w(story, "tags")} <a href="/tag/a">Japan</a>, <a href="/tag/b">Indonesia</a></span></footer></article>
<div class="author-box"><h4>{story.author}</h4><p>{_w(story, "about")}</p></div>
<div id="comments" class="comments-area"><h2 class="comments-title">2 comments</h2><ol class="comment-list"><li class="comment"><div class="comment-author vcard">Dewi</div><div class="comment-content"><p>{_w(story, "comment")}</p></div></li></ol>
<div id="respond" class="comment-respond"><h3>{_w(story, "comments")}</h3><form><p>Your email address will not be published. Required fields are marked *</p><textarea></textarea></form></div></div></main>
<aside class="widget-area"><section class="widget"><h2>{_w(story, "popular")}</h2><ul>{_teasers(story, '<li><a href="/t{number}">{title}</a></li>')}</ul></section></aside>
<footer class="site-footer"><p>{_w(story, "copyright")}</p></footer></div>
<div id="cookie-notice" role="dialog"><p>{_w(story, "cookie")}</p><button>OK</button></div></body></html>"""


def portal(story: Story) -> str:
    """An advertising portal: nested boxes, inserts between the paragraphs, a credit and a copyright line under them."""
    text = []
    for number, paragraph in enumerate(story.paragraphs):
        text.append(f"<p>{paragraph}</p>")
        if number == 0:
            text.append(f'<div class="parallax-ad"><span>{_w(story, "ad")}</span></div>')
        if number == 1:
            text.append(f"<p>{_w(story, 'also')}</p>")
        if number == 3:
            text.append(
                f'<table class="linksisip"><tbody><tr><td><div class="lihatjg"><strong>{_w(story, "related")}</strong><a href="/z">{_w(story, "also")}</a></div></td></tr></tbody></table>'
            )
    credit = {
        "id": f"Pewarta: {story.author}<br>Editor: Budi Santoso<br>{_w(story, 'copyright')}",
        "en": f"Reporter: {story.author}<br>Editor: Tom Reed<br>{_w(story, 'copyright')}",
        "ja": f"（{story.author}記者）",
    }[story.language]
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{story.title} | {story.site}</title><meta property="og:title" content="{story.title} - {story.site}">
<meta name="description" content="A text of the description that is not on the page at all, whatever it says."></head><body>
<div class="topbar"><span class="today">{_w(story, "other_date")}</span><a href="/">{story.site}</a> <a href="/login">{_w(story, "login")}</a></div>
<div class="menu-utama"><ul class="navbar-nav"><li><a href="/1">Politik</a></li><li><a href="/2">Ekonomi</a></li></ul></div>
<div class="container"><div class="row"><div class="col-md-8"><ul class="breadcrumb"><li><a href="/">{_w(story, "home")}</a></li><li><a href="/x">Asia</a></li></ul>
<h1 class="post-title">{story.title}</h1><p class="simple-share"><span class="article-date"><i class="fa fa-clock-o"></i> {story.printed}</span></p>
<div class="social-share-btn"><a href="#">Facebook</a><a href="#">Twitter</a><span>{_w(story, "share")}</span></div>
<div class="image-area"><img src="x.jpg" alt="x"><p class="wp-caption-text">{_w(story, "caption")}</p></div>
<div class="post-content clearfix"><p class="lead-text"><b>{story.standfirst}</b></p>{"".join(text)}
<p class="text-muted small mt10">{credit}</p></div>
<div class="tags-widget"><ul class="tag-list"><li>{_w(story, "tags")}</li><li><a href="/t/1">#jepang</a></li><li><a href="/t/2">#indonesia</a></li></ul></div>
<h3>{_w(story, "related")}</h3><div class="row">{_teasers(story, '<div class="col-md-4"><a href="/t{number}"><img src="t.jpg"></a><h3><a href="/t{number}">{title}</a></h3><span>{date}</span><p>{text}</p></div>')}</div>
<div class="box-komentar"><h4>{_w(story, "comments")}</h4><p>{_w(story, "comment")}</p></div></div>
<div class="col-md-4"><div class="sidebar"><h3>{_w(story, "popular")}</h3>{_teasers(story, '<p><a href="/t{number}">{title}</a></p>')}</div></div></div></div>
<div class="bottom"><p>{_w(story, "copyright")}</p></div></body></html>"""


def newspaper(story: Story) -> str:
    """A newspaper: JSON-LD in a graph among other things, text in a section, a paywall's remark, a box in the middle."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "name": story.site, "url": "/"},
            {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": _w(story, "related"), "datePublished": "2019-08-02T00:00:00Z"}]},
            {"@type": ["NewsArticle"], "mainEntityOfPage": {"@id": story.url}, "headline": story.title, "datePublished": story.stamp, "dateModified": "2019-08-09T00:00:00Z",
             "author": [{"@type": "Person", "name": story.author}], "publisher": {"@type": "Organization", "name": story.site}},
            {"@type": "NewsArticle", "headline": _w(story, "popular"), "datePublished": "2018-01-01T00:00:00Z", "author": {"name": "Somebody Else"}, "url": "/elsewhere"},
        ],
    }  # fmt: skip
    half = len(story.paragraphs) // 2
    first = "".join(
        f"<p>　{paragraph}</p>" if story.language == "ja" else f"<p>{paragraph}</p>"
        for paragraph in story.paragraphs[:half]
    )
    second = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs[half:])
    return f"""<html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title}：{story.site}</title><script type="application/ld+json">{json.dumps(graph, ensure_ascii=False)}</script></head><body>
<header id="GlobalHeader"><h1 class="logo"><a href="/">{story.site}</a></h1><div class="date">{_w(story, "other_date")}</div></header>
<ol class="topicPath"><li><a href="/">{_w(story, "home")}</a></li><li>{story.title}</li></ol>
<main><div class="ArticleTitle"><div class="Title"><h1>{story.title}</h1><p class="Sub">{story.author} <span class="UpdateDate"><time datetime="{story.stamp}">{story.printed}</time></span></p></div>
<ul class="SnsUtilityArea"><li><a href="#">Facebook</a></li><li><a href="#">{_w(story, "share")}</a></li></ul></div>
<p class="standfirst">{story.standfirst}</p>
<div class="ArticleText"><div class="ArticleText-first">{first}</div><div class="Ad"><span>{_w(story, "ad")}</span></div>
<div class="ImagesMod"><div class="Image"><img src="a.jpg"><p class="Caption">{_w(story, "caption")}</p></div></div>
<div class="NewsletterBox"><h3>{_w(story, "subscribe")}</h3><p>{_w(story, "newsletter")}</p><form><input type="email"><button>OK</button></form></div>
<div class="ArticleText-second">{second}</div></div>
<div class="TagArea"><h2>{_w(story, "tags")}</h2><ul><li><a href="/k">Japan</a></li><li><a href="/k2">Asia</a></li></ul></div>
<div class="RelationArticle"><h2>{_w(story, "related")}</h2><ul class="List">{_teasers(story, '<li><a href="/t{number}"><span class="Title">{title}</span></a><time datetime="2019-08-02">{date}</time></li>')}</ul></div></main>
<div class="Ranking"><h2>{_w(story, "popular")}</h2><ol>{_teasers(story, '<li><a href="/t{number}">{title}</a></li>')}</ol></div>
<footer id="GlobalFooter"><small>{_w(story, "copyright")}</small></footer></body></html>"""


def ministry(story: Story) -> str:
    """An office's page of the nineties: tables for the layout, line breaks for paragraphs, no names at all."""
    indent = "　" if story.language == "ja" else ""
    text = "<br><br>\n".join(indent + paragraph for paragraph in story.paragraphs)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{story.site} - {story.title}</title></head><body bgcolor="#ffffff">
<table width="900" border="0"><tr><td colspan="2"><a href="/"><img src="logo.gif"></a> <font size="2"><a href="/en">English</a> | <a href="/site">Sitemap</a> | <a href="/q">FAQ</a></font></td></tr>
<tr><td width="200" valign="top"><table><tr><td><a href="/a">{_w(story, "home")}</a></td></tr><tr><td><a href="/b">{_w(story, "popular")}</a></td></tr><tr><td><a href="/c">{_w(story, "login")}</a></td></tr></table></td>
<td valign="top"><p align="right"><font size="2">{story.printed}</font></p><center><font size="5"><b>{story.title}</b></font></center><br>
<font size="3">{text}</font><br><br><hr><table><tr><td><a href="/t1">{_w(story, "related")}</a></td></tr></table></td></tr>
<tr><td colspan="2" align="center"><font size="1">{_w(story, "copyright")}</font></td></tr></table></body></html>"""


def soup(story: Story) -> str:
    """A script-built site: hashed class names, divs for paragraphs, JSON-LD, two neighbours to the text."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "datePublished": story.stamp, "dateModified": "2019-08-08T00:00:00Z",
            "author": {"@type": "Person", "name": story.author}, "publisher": {"@type": "Organization", "name": story.site}}  # fmt: skip
    text = [f'<div class="css-1a2b3c"><span>{paragraph}</span></div>' for paragraph in story.paragraphs]
    text.insert(
        3,
        f'<div class="css-9z8y7x"><div>{_w(story, "newsletter")}</div><div><button>{_w(story, "subscribe")}</button></div></div>',
    )
    return f"""<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title} | {story.site}</title><script type="application/ld+json">{json.dumps(data)}</script></head><body><div id="__next">
<div class="css-0"><div class="css-1"><a href="/">{story.site}</a></div><div class="css-2"><a href="/1">Asia</a><a href="/2">Business</a><a href="/3">{_w(story, "login")}</a></div></div>
<div class="css-5"><div class="css-6"><h1 class="css-7">{story.title}</h1><h2 class="css-8">{story.standfirst}</h2><div class="css-10"><div>{story.author}</div><div>{story.printed}</div></div>
<div class="css-11"><img src="x"><div class="css-12">{_w(story, "caption")}</div></div>
<div class="css-13">{"".join(text)}</div></div>
<div class="css-20"><div class="css-21">{_w(story, "related")}</div>{_teasers(story, '<div class="css-22"><a href="/t{number}"><h3>{title}</h3><p>{text}</p></a></div>')}</div></div>
<div class="css-30">{_w(story, "copyright")}</div><div class="css-40"><p>{_w(story, "cookie")}</p><button>Accept</button></div></div><script id="__NEXT_DATA__" type="application/json">{{}}</script></body></html>"""


def amp(story: Story) -> str:
    """An AMP page: custom elements, microdata, lists of links between the paragraphs."""
    text = [f"<p>{paragraph}</p>" for paragraph in story.paragraphs]
    text.insert(
        2,
        f'<amp-ad width="300" height="250"></amp-ad><div class="inline-links"><p>{_w(story, "related")}</p><ul>{_teasers(story, "<li><a href=/t{number}>{title}</a></li>")}</ul></div>',
    )
    return f"""<!doctype html><html amp lang="{story.language}"><head><meta charset="utf-8"><title>{story.title}</title><meta itemprop="datePublished" content="{story.stamp}"></head><body>
<amp-sidebar id="s"><ul><li><a href="/">{_w(story, "home")}</a></li></ul></amp-sidebar><amp-consent id="c"><div>{_w(story, "cookie")}</div></amp-consent>
<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{story.title}</h1><p itemprop="description" class="article-summary">{story.standfirst}</p>
<div class="author" itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{story.author}</span></div>
<amp-img src="x"></amp-img><div class="img-caption">{_w(story, "caption")}</div><div itemprop="articleBody">{"".join(text)}</div>
<amp-social-share type="twitter"></amp-social-share><section class="read-next"><h2>{_w(story, "popular")}</h2>{_teasers(story, '<article><h3><a href="/t{number}">{title}</a></h3><p>{text}</p></article>')}</section></article>
<footer><p>{_w(story, "copyright")}</p></footer></body></html>"""


STYLES: dict[str, Callable[[Story], str]] = {
    "wordpress": wordpress,
    "portal": portal,
    "newspaper": newspaper,
    "ministry": ministry,
    "soup": soup,
    "amp": amp,
}
