# ruff: noqa: E501 - pages are written as sites send them
"""More made-up sites, each with habits that mislead a reader of pages: furniture without names, text without elements."""

from __future__ import annotations

import json
from collections.abc import Callable

from .sites import Story, _teasers, _w

_LONG = {
    "en": "Nobody asked the people who live near the yard, and I have seen promises of this kind come and go for thirty years without a single job for my town.",
    "id": "Tidak ada yang bertanya kepada warga dekat galangan, dan saya sudah tiga puluh tahun melihat janji semacam ini datang dan pergi tanpa satu pun pekerjaan bagi kota saya.",
    "ja": "造船所の近くに住む人には誰も意見を聞いていない。この種の約束が三十年間、町に一つの仕事ももたらさずに消えていくのを見てきた。",
}
_COMMENTS = {"en": "Comments (3)", "id": "Komentar (3)", "ja": "コメント（3件）"}
_BYLINE = {"en": "By {author}, Staff Writer", "id": "Penulis : {author}", "ja": "{author}記者"}
_LABEL = {"en": "Published: ", "id": "Diterbitkan: ", "ja": "公開日時："}
_UPDATE = {
    "en": "Updated: August 6, 2019 10:00 AM GMT",
    "id": "Diperbarui: Selasa, 06 Agustus 2019 - 10:00 WIB",
    "ja": "更新日時：2019年8月6日 10時00分",
}
_SUBHEAD = {"en": "A long search", "id": "Pencarian panjang", "ja": "長引く艦艇探し"}


def bare_portal(story: Story) -> str:
    """No semantic element, no telling name; the site's name is the h1, the headline an h2; byline and date open the
    text's own box, tags, credits and copyright close it; comments longer than the text follow."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    comments = "".join(
        f"<div><b>Pembaca {number}</b> <i>{_w(story, 'other_date')}</i><p>{_LONG[story.language]} ({number})</p></div>"
        for number in range(9)
    )
    return f"""<html><head><meta charset="utf-8"><title>{story.site} :: {story.title}</title></head><body><div id="a1"><h1><a href="/">{story.site}</a></h1><span>{_w(story, "other_date")}</span></div>
<div id="a2"><a href="/1">Asia</a> <a href="/2">Sport</a> <a href="/3">{_w(story, "login")}</a></div>
<div id="a3"><p>{_w(story, "home")} &gt; Asia &gt; {story.title}</p><h2>{story.title}</h2>
<p>{_BYLINE[story.language].format(author=story.author)}</p><p>{_LABEL[story.language]}{story.printed}</p><p>{_UPDATE[story.language]}</p>
<p><img src="a.jpg"><br><em>{_w(story, "caption")}</em></p>
{text}<p>{_w(story, "tags")} <a href="/x">Japan</a>, <a href="/y">Asia</a></p><p>{_w(story, "copyright")}</p></div>
<div id="a4"><h3>{_w(story, "related")}</h3>{_teasers(story, '<p><a href="/t{number}">{title}</a></p>')}</div>
<div id="a5"><h3>{_COMMENTS[story.language]}</h3>{comments}</div><div id="a6">{_w(story, "copyright")}</div></body></html>"""


def text_nodes(story: Story) -> str:
    """Loose text with line breaks in one box, advertisements and related links between, a share bar of plain links."""
    pieces = [f"{paragraph}<br><br>" for paragraph in story.paragraphs]
    pieces.insert(2, f'<b>{_w(story, "also").split(":")[0]}: <a href="/z">{_w(story, "teaser_text")}</a></b><br><br>')
    pieces.insert(4, f"<center>{_w(story, 'ad')}</center>")
    return f"""<html><head><meta charset="utf-8"><title>{story.title} - {story.site}</title><meta property="article:published_time" content="{story.stamp}"><meta name="author" content="{story.author}"></head><body>
<div class="hdr"><a href="/">{story.site}</a></div><div class="isi"><h1>{story.title}</h1><div><a href="#">Facebook</a> | <a href="#">Twitter</a> | <a href="#">WhatsApp</a></div>
<div class="txt">{"".join(pieces)}</div></div><div class="btm">{_w(story, "copyright")}</div></body></html>"""


def many_articles(story: Story) -> str:
    """Teasers are `article` elements with texts of their own, before and after the main one; the body has subheads, a
    list and a quotation, entities as links; paragraphs with a newsletter box that has no name."""
    body = [f"<p>{paragraph}</p>" for paragraph in story.paragraphs]
    body[4] = (
        f"<p>{story.paragraphs[4].replace('Indonesia', '<a href=/topic/indonesia>Indonesia</a>').replace('インドネシア', '<a href=/t/i>インドネシア</a>')}</p>"
    )
    body[2] = f"<blockquote><p>{story.paragraphs[2]}</p></blockquote>"
    body.insert(4, f"<h2>{_SUBHEAD[story.language]}</h2>")
    body.insert(3, f"<div><p><strong>{_w(story, 'subscribe')}</strong></p><p>{_w(story, 'newsletter')}</p></div>")
    teaser = '<article><h3><a href="/t{number}">{title}</a></h3><p>{text}</p><time datetime="2019-08-02T10:00:00Z">{date}</time></article>'
    data = [{"@type": "BreadcrumbList"}, {"@type": "WebSite", "name": story.site, "datePublished": "2001-01-01"}]
    return f"""<!doctype html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title} | {story.site}</title><script type="application/ld+json">{json.dumps(data)}</script></head><body>
<section>{_teasers(story, teaser)}</section><article><header><h1>{story.title}</h1><p>{story.standfirst}</p><p><span>{_w(story, "by")} {story.author}</span> <time datetime="{story.stamp}">{story.printed}</time></p></header>
<div>{"".join(body)}</div></article><section><h2>{_w(story, "popular")}</h2>{_teasers(story, teaser)}</section></body></html>"""


def hostile_names(story: Story) -> str:
    """Names that speak against themselves: the text's box is called content-share-wrapper, the page is one form, the
    body element says has-sidebar and comments."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
    return f"""<html><head><meta charset="utf-8"><title>{story.title}</title><meta property="og:site_name" content="{story.site}"><meta name="date" content="{story.stamp}"></head>
<body class="has-sidebar comments-open newsletter-popup"><form id="aspnetForm"><div class="nav"><a href="/">{_w(story, "home")}</a></div><div class="ad-enabled related-top"><div class="content-share-wrapper"><h1>{story.title}</h1>
<div class="penulis">{_BYLINE[story.language].format(author=story.author)}</div>{text}</div></div><div class="footer">{_w(story, "copyright")}</div></form></body></html>"""


def two_boxes(story: Story) -> str:
    """The text is cut in two boxes around an advertisement; the last box holds one short paragraph; a lead in bold
    stands outside both; a printed copy of the text is hidden."""
    half = [f"<p>{paragraph}</p>" for paragraph in story.paragraphs]
    return f"""<html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title} - {story.site}</title><meta itemprop="datePublished" content="{story.stamp}"></head><body>
<div class="kop"><div class="kicker">ASIA</div><h1>{story.title}</h1><div class="sinopsis">{story.standfirst}</div><div class="credit"><span class="reporter">{_w(story, "by")} {story.author}</span> - <span class="tgl">{story.printed}</span></div></div>
<div class="body-1">{"".join(half[:-1])}</div><div class="slot"><p>{_w(story, "ad")}</p></div><div class="body-2">{half[-1]}</div>
<div style="display:none">{"".join(half)}</div><div class="box"><p>{_w(story, "related")}</p><ul>{_teasers(story, '<li><a href="/t{number}">{title}</a></li>')}</ul></div>
<div class="bio"><p>{_w(story, "about")}</p></div><p class="c">{_w(story, "copyright")}</p></body></html>"""


def short_flash(story: Story) -> str:
    """Two paragraphs of news among a page of teasers with texts of their own."""
    return f"""<html lang="{story.language}"><head><meta charset="utf-8"><title>{story.title} - {story.site}</title></head><body><div class="menu"><a href="/">{_w(story, "home")}</a></div>
<div class="news-detail"><h1>{story.title}</h1><span class="date">{story.printed}</span><div class="news-text"><p>{story.paragraphs[0]}</p><p>{story.paragraphs[1]}</p></div></div>
<div class="list">{_teasers(story, '<div class="item"><a href="/t{number}"><h4>{title}</h4></a><p>{text} {text}</p></div>')}</div>
<div class="sub"><p>{_w(story, "newsletter")}</p><input><button>OK</button></div></body></html>"""


_MORE = {
    "en": {
        "rel": "More on this story",
        "cook": "This site uses cookies. Learn more",
        "nl": "Get the Courier Briefing every morning",
        "nl2": "The stories you need to know, delivered to your inbox at 7 am.",
        "cf": "Name Email Website Save my name in this browser for the next time I comment.",
        "cap": "Ministers at the Iikura guest house in Tokyo on Monday. (AP)",
        "ab": "About the author",
        "upd": "Last updated 6 August 2019, 10:00",
        "acc": "Accept all",
        "foll": "Follow The Pacific Courier on WhatsApp",
        "rd": "Reading time: 3 minutes",
        "ed": "Edited by Tom Reed",
    },
    "id": {
        "rel": "Berita lainnya",
        "cook": "Kami menggunakan cookie di situs ini. Pelajari lebih lanjut",
        "nl": "Dapatkan buletin Warta setiap pagi",
        "nl2": "Berita penting dikirim ke email Anda pukul 7 pagi.",
        "cf": "Nama Email Situs Web Simpan nama saya di peramban ini untuk komentar berikutnya.",
        "cap": "Para menteri di Tokyo, Senin (5/8/2019). ANTARA FOTO/Pool/aww.",
        "ab": "Tentang penulis",
        "upd": "Diperbarui 6 Agustus 2019 10:00 WIB",
        "acc": "Terima semua",
        "foll": "Ikuti Warta Nusantara di Google News",
        "rd": "Waktu baca 3 menit",
        "ed": "Editor : Budi Santoso",
    },
    "ja": {
        "rel": "この記事に関連するニュース",
        "cook": "当サイトではCookieを使用しています。詳しくはこちら",
        "nl": "朝のニュースレターを購読",
        "nl2": "毎朝７時に大切なニュースをメールでお届けします。",
        "cf": "名前 メールアドレス サイト 次回のコメントのためブラウザーに名前を保存する。",
        "cap": "会談に臨む閣僚ら＝５日、東京都港区の飯倉公館",
        "ab": "この記事を書いた人",
        "upd": "更新日時 2019年8月6日 10時00分",
        "acc": "同意する",
        "foll": "公式Ｘをフォローする",
        "rd": "この記事は約3分で読めます",
        "ed": "編集：佐藤花子",
    },
}


def nameless(story: Story) -> str:
    """Everything in one `article` without a single name: lines above the text, boxes between, biography and teasers below."""
    x = _MORE[story.language]
    text = [f"<p>{p}</p>" for p in story.paragraphs]
    text.insert(1, f"<div><img src=a><p>{x['cap']}</p></div>")
    text.insert(3, f"<div><h4>{x['nl']}</h4><p>{x['nl2']}</p><form><input type=email><button>OK</button></form></div>")
    text.insert(5, f"<ul>{_teasers(story, '<li><a href=/t{number}>{title}</a></li>')}</ul>")
    return f"""<!doctype html><html><head><meta charset=utf-8><title>{story.title} | {story.site}</title></head><body><header><a href=/>{story.site}</a><span>{_w(story, "other_date")}</span></header><main><p><a href=/>{_w(story, "home")}</a> / <a href=/a>Asia</a></p><article><h1>{story.title}</h1><p>{story.author}</p><p>{story.printed}</p><p>{x["upd"]}</p><p>{x["rd"]}</p><div><a href=#>Facebook</a><a href=#>X</a><a href=#>WhatsApp</a></div>{"".join(text)}<p>{x["ed"]}</p><p>{x["foll"]}</p><p><a href=/k>Japan</a> <a href=/l>Indonesia</a></p><h3>{x["ab"]}</h3><p>{_w(story, "about")}</p><h3>{x["rel"]}</h3>{_teasers(story, "<div><a href=/t{number}><b>{title}</b></a><p>{text}</p></div>")}<h3>{_w(story, "comments")}</h3><form><p>{x["cf"]}</p><textarea></textarea></form></article></main><div><p>{x["cook"]}</p><button>{x["acc"]}</button></div><footer>{_w(story, "copyright")}</footer></body></html>"""


def only_divs(story: Story) -> str:
    """Nothing but divs, the headline too."""
    x = _MORE[story.language]
    text = [f"<div>{p}</div>" for p in story.paragraphs]
    text.insert(2, f"<div>{_w(story, 'also')}</div>")
    text.insert(4, f"<div>{_w(story, 'ad')}</div>")
    return f"""<html><head><meta charset=utf-8><title>{story.title}</title><meta property="og:title" content="{story.title} - {story.site}"></head><body><div><div>{x["cook"]}</div><div>{x["acc"]}</div></div><div><div>{story.site}</div><div><a href=/>{_w(story, "home")}</a></div></div><div><div><div>{story.title}</div><div>{_w(story, "by")} {story.author}</div><div>{story.printed}</div></div><div>{"".join(text)}<div>{_w(story, "copyright")}</div></div><div><div>{x["rel"]}</div>{_teasers(story, "<div><a href=/t{number}>{title}</a></div>")}</div></div></body></html>"""


def side_columns(story: Story) -> str:
    """Two side columns that outweigh the article, in a table."""
    side = "".join(
        f"<div><b>{_w(story, 'popular')} {i}</b><br>{_w(story, 'teaser_text') * 3} ({i})</div>" for i in range(12)
    )
    links = _teasers(story, '<a href="/t{number}">{title}</a><br>')
    text = "".join(f"<p>{p}</p>" for p in story.paragraphs)
    return f"""<html><head><meta charset=utf-8><title>{story.title} - {story.site}</title><meta name=pubdate content="{story.stamp}"><meta name=author content="{story.author}"></head><body><table><tr><td>{side}</td><td><h1>{story.title}</h1>{text}</td><td>{links}</td></tr></table></body></html>"""


ODD: dict[str, Callable[[Story], str]] = {
    "bare_portal": bare_portal,
    "text_nodes": text_nodes,
    "many_articles": many_articles,
    "hostile_names": hostile_names,
    "two_boxes": two_boxes,
    "short_flash": short_flash,
    "nameless": nameless,
    "only_divs": only_divs,
    "side_columns": side_columns,
}
