# ruff: noqa: E501 - pages are written as sites send them
"""What is read from a page: every paragraph of the article, none of the furniture, and who said it when."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from bot.errors import ExtractError
from bot.model import Article, Basis, Entry, Source
from bot.read import article_from_entry, read_page

from .odd_sites import _SUBHEAD, ODD
from .sites import ENGLISH, INDONESIAN, JAPANESE, STORIES, STYLES, Story

URL = "https://www.example.org/news/1.html"
TEXT = (
    "Japan and the Philippines signed a pact on Monday that lets their troops train on each other's soil.",
    "The agreement is the first of its kind for Japan in Asia, officials said in Manila.",
    "It must be ratified by both parliaments before it takes effect next year.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
ENTRY = Entry(
    "g",
    URL,
    "Japan, Philippines sign pact",
    ("Japan and the Philippines signed a pact on Monday.",),
    datetime(2024, 7, 8, 3, tzinfo=UTC),
)
DETIK = Source("detik", "detikcom", country="id", language="id", timezone="Asia/Jakarta")


def page(html: str, **clues: object) -> Article:
    return read_page(html.encode(), URL, **clues)  # type: ignore[arg-type]  # the tests pass what they mean


def paragraphs(html: str) -> tuple[str, ...]:
    return page(
        f"<html><head><title>Pact signed in Manila</title></head><body><div class=wrap><h1>Pact signed in Manila</h1>{html}</div></body></html>"
    ).paragraphs


ALL = [(name, story) for name in (*STYLES, *ODD) for story in STORIES]


@pytest.fixture(scope="module")
def read() -> dict[tuple[str, str], Article]:
    makers = {**STYLES, **ODD}
    return {
        (name, story.language): read_page(makers[name](story).encode(), story.url + "?utm_source=rss")
        for name, story in ALL
    }


@pytest.mark.parametrize(
    ("name", "story"), ALL, ids=lambda value: value.language if isinstance(value, Story) else value
)
class TestSites:
    def test_every_paragraph_is_kept_in_its_order(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        wanted = story.paragraphs[:2] if name == "short_flash" else story.paragraphs
        kept = [paragraph for paragraph in read[name, story.language].paragraphs if paragraph in wanted]
        assert kept == list(wanted)

    def test_no_furniture_is_taken_for_a_paragraph(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        allowed = {*story.paragraphs, story.standfirst, _SUBHEAD[story.language]}
        assert [paragraph for paragraph in read[name, story.language].paragraphs if paragraph not in allowed] == []

    def test_the_title_is_the_headline_alone(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        assert read[name, story.language].title == story.title

    def test_the_date_is_that_of_publication(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        assert read[name, story.language].published == story.published

    def test_the_author_is_the_one_named(self, read: dict[tuple[str, str], Article], name: str, story: Story) -> None:
        named = None if name in {"ministry", "short_flash"} else story.author
        assert read[name, story.language].author == named

    def test_the_standfirst_is_the_lead_and_is_not_doubled(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        article = read[name, story.language]
        shown = name in {*STYLES, "many_articles", "two_boxes"} - {"ministry"}
        assert article.lead == (story.standfirst if shown else story.paragraphs[0])
        assert [article.standfirst, *article.paragraphs].count(article.lead) == 1

    def test_the_language_is_told(self, read: dict[tuple[str, str], Article], name: str, story: Story) -> None:
        assert read[name, story.language].language == story.language

    def test_the_address_is_the_one_fetched_without_tracking(
        self, read: dict[tuple[str, str], Article], name: str, story: Story
    ) -> None:
        assert read[name, story.language].url == story.url


def test_a_wordpress_page_names_its_canonical_address() -> None:
    assert read_page(STYLES["wordpress"](ENGLISH).encode(), "https://m.example.org/x").canonical == ENGLISH.url


def test_an_article_survives_the_way_back_from_a_worker() -> None:
    article = read_page(STYLES["portal"](INDONESIAN).encode(), INDONESIAN.url, source=DETIK)
    assert pickle.loads(pickle.dumps(article)) == article


def test_a_shift_jis_page_is_read_by_its_meta_tag() -> None:
    html = STYLES["ministry"](JAPANESE).replace("charset=utf-8", "charset=Shift_JIS")
    assert read_page(html.encode("cp932", "ignore"), JAPANESE.url).paragraphs == JAPANESE.paragraphs


# --- text -----------------------------------------------------------------------------------------------------------


def test_a_border_of_markup_inside_a_word_leaves_no_space() -> None:
    assert paragraphs(
        f"<p>Troops from Jap<b>an</b> and Indo\u00adnesia met on Tues<wbr>day for <i>joint</i> drills.</p>{BODY}"
    )[0] == ("Troops from Japan and Indonesia met on Tuesday for joint drills.")


def test_a_border_of_blocks_parts_words() -> None:
    joined = " ".join(
        paragraphs(
            f"<div><div>The first of two lines of the text ends here</div><div>and the second one begins here, they say.</div></div>{BODY}"
        )
    )
    assert "herean" not in joined


def test_readings_beside_characters_are_left_out() -> None:
    text = page(
        "<html lang=ja><body><h1>日比が協定に署名</h1><p>日本とフィリピンは８日、<ruby>円滑<rp>（</rp><rt>えんかつ</rt><rp>）</rp></ruby>化協定に署名した。両国軍の共同訓練を容易にする。</p>"
        "<p>発効には両国議会の承認が要ると政府は説明している。年内の発効を目指す。</p></body></html>"
    ).paragraphs
    assert text[0] == "日本とフィリピンは８日、円滑化協定に署名した。両国軍の共同訓練を容易にする。"


def test_a_line_break_within_japanese_text_leaves_no_space() -> None:
    text = page(
        "<html><body><h1>日比が協定に署名</h1><div>　日本とフィリピンは八日、協定に<br>署名した。両国軍の\n共同訓練を容易にする内容だ。<br>　発効には両国議会の承認が要る。年内の発効を目指す。</div></body></html>"
    ).paragraphs
    assert text == (
        "日本とフィリピンは八日、協定に署名した。両国軍の共同訓練を容易にする内容だ。",
        "発効には両国議会の承認が要る。年内の発効を目指す。",
    )


def test_lists_quotations_and_rows_of_a_table_are_text() -> None:
    kept = paragraphs(
        f"{BODY}<ol><li>wider joint training</li><li>transfer of radars</li></ol><blockquote>We are ready.</blockquote><table><tr><th>Place</th><td>Manila</td></tr><tr><th>Day</th><td>Monday</td></tr></table><p>The text ends with this sentence.</p>"
    )
    assert kept == (
        *TEXT,
        "wider joint training",
        "transfer of radars",
        "We are ready.",
        "Place Manila",
        "Day Monday",
        "The text ends with this sentence.",
    )


def test_subheads_are_text_the_first_one_too() -> None:
    html = f"<h2>What happened</h2>{BODY}<h2>Related costs rise</h2><p>They rise by four per cent a year, the ministry said.</p>"
    assert paragraphs(html) == (
        "What happened",
        *TEXT,
        "Related costs rise",
        "They rise by four per cent a year, the ministry said.",
    )


def test_a_short_paragraph_is_a_paragraph() -> None:
    assert "No." in paragraphs(
        f"{BODY}<p>Was he sure that it would be ratified?</p><p>No.</p><p>He would wait and see what the senate says.</p>"
    )


def test_a_dateline_stays_in_the_text_as_printed() -> None:
    article = page(
        f"<html><body><h1>Menhan tiba</h1><p>Jakarta (ANTARA) - Menteri Pertahanan Jepang tiba di Jakarta pada Senin untuk bertemu Presiden.</p>{BODY}</body></html>"
    )
    assert article.paragraphs[0].startswith("Jakarta (ANTARA) - Menteri")


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Menhan Jepang ke Manila pekan depan", "[Gambas:Video CNN]", "ADVERTISEMENT", "SCROLL TO CONTINUE WITH CONTENT", "Editor: Budi Santoso", "Pewarta: Sri Lestari",
        "COPYRIGHT © ANTARA 2024", "(rds/bac)", "Follow us on X and Facebook", "関連記事", "Tags: Japan, Philippines", "Home > Asia > Pact", "3 min read", "Foto: Menhan (Dok. Kemhan)",
        "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini tanpa izin tertulis.",
        "Artikel ini telah tayang di Kompas.com dengan judul Menhan Jepang ke Manila", "Sign up for our newsletter and get the news in your inbox", "Share this article",
    ],
)  # fmt: skip
def test_a_line_of_furniture_between_paragraphs_is_dropped(line: str) -> None:
    assert paragraphs(f"<p>{TEXT[0]}</p><p>{line}</p><p>{TEXT[1]}</p><p>{TEXT[2]}</p>") == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "Copyright law will be reviewed as part of the trade deal, the minister said.", "Read more books, the minister told the pupils.", "Share prices of shipyards rose by four per cent.",
        "Home ministers of both countries will meet in May.", "Follow-up talks are planned for September in Jakarta.", "Photographs of the ship were shown to reporters.",
        "Comments by the general drew protest from Beijing.", "Related costs will be borne by Tokyo.", "Editors of both newspapers were present at the signing.", "Subscribe to the theory or not, the yard is full.",
        "Baca puisi menjadi bagian dari upacara penandatanganan itu.", "Tag der Begegnung was the motto of the visit.", "By Monday both parliaments had agreed.",
    ],
)  # fmt: skip
def test_a_sentence_that_begins_like_furniture_is_kept(line: str) -> None:
    assert line in paragraphs(f"<p>{TEXT[0]}</p><p>{TEXT[1]}</p><p>{line}</p><p>{TEXT[2]}</p>")


@pytest.mark.parametrize(
    "box",
    [
        '<div data-component="newsletter" class="css-1x"><div>Dapatkan kabar pagi langsung ke surel Anda. Gratis.</div></div>',
        '<div class="css-1x"><div>毎朝の便りを無料でお届けします。配信停止はいつでも可能です。</div><div role="button">OK</div></div>',
    ],
)
def test_a_box_between_paragraphs_is_known_by_its_component_name_or_its_button(box: str) -> None:
    first, second = (
        "The two ministers signed the agreement in the capital on Monday. " * 9,
        "It enters into force in May. " * 15,
    )
    found = page(
        f"<html lang=en><body><h1>Ministers sign</h1><div><p>{first}</p>{box}<p>{second}</p></div></body></html>"
    )
    assert found.paragraphs == (first.strip(), second.strip())


def test_a_paragraph_whose_half_is_links_is_kept() -> None:
    linked = '<a href="/p">President Marcos</a> and <a href="/k">Prime Minister Kishida</a> spoke by telephone on Sunday before the signing.'
    assert paragraphs(f"{BODY}<p>{linked}</p>")[-1].startswith("President Marcos and Prime Minister")


def test_a_folded_article_is_read_although_it_is_not_shown() -> None:
    assert paragraphs(f'<p>{TEXT[0]}</p><div style="display: none"><p>{TEXT[1]}</p><p>{TEXT[2]}</p></div>') == TEXT


def test_an_insert_that_the_metadata_do_not_know_is_dropped() -> None:
    data = '{"@type":"NewsArticle","headline":"Pact signed in Manila","articleBody":"' + " ".join(TEXT) + '"}'
    html = f'<html><head><title>Pact signed in Manila</title><script type="application/ld+json">{data}</script></head><body><h1>Pact signed in Manila</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p><p>Our readers travel with us to the Alps this summer; places are going fast.</p><p>{TEXT[2]}</p></body></html>'
    assert page(html).paragraphs == TEXT


def test_a_page_built_by_a_script_is_read_from_its_metadata() -> None:
    data = '{"@type":"NewsArticle","headline":"Pact signed in Manila","articleBody":"' + "\\n\\n".join(TEXT) + '"}'
    html = f'<html><head><title>x</title><script type="application/ld+json">{data}</script></head><body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>'
    assert page(html).paragraphs == TEXT


# --- title and author -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Pact signed in Manila | Example News</title>", "", "Pact signed in Manila"),
        (
            "<title>Example News: Pact signed in Manila</title><meta property=og:site_name content='Example News'>",
            "",
            "Pact signed in Manila",
        ),
        ("<title>Pact signed - Example News</title>", "<h1>Example News</h1><h2>Pact signed</h2>", "Pact signed"),
        (
            '<title>Japan - Manila: "a new era" - Example News</title>',
            '<h1>Japan - Manila: "a new era"</h1>',
            'Japan - Manila: "a new era"',
        ),
        (
            "<title>日比が協定に署名、共同訓練を容易に：例新聞</title><meta property=og:site_name content='例新聞'>",
            "",
            "日比が協定に署名、共同訓練を容易に",
        ),
        (
            "<title>Example</title><meta property=og:title content='Pact signed in Manila - Example'>",
            "",
            "Pact signed in Manila",
        ),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(head: str, body: str, title: str) -> None:
    assert page(f"<html><head>{head}</head><body>{body}{BODY}</body></html>").title == title


def test_the_feed_names_a_page_that_has_no_title() -> None:
    assert page(f"<html><body>{BODY}</body></html>", entry=ENTRY).title == ENTRY.title


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<p class=byline>By Jane Doe, Reuters</p>", "Jane Doe"), ("<p>Oleh: Budi Santoso</p>", "Budi Santoso"), ("<p>Editor: Ana Cruz</p>", "Ana Cruz"), ("<div>Jane Doe | Jul 8, 2024</div>", "Jane Doe"),
        ("<span class=author><a rel=author href=/a>Jane Doe</a></span>", "Jane Doe"), ("<p>Reporter: Sri Lestari</p><p>Editor: Budi</p>", "Sri Lestari"), ("<p class=author>admin</p>", None), ("<p>World News</p><p>Jul 8, 2024</p>", None),
        ("<p>山田太郎記者</p>", "山田太郎"), ("<p>文・山田太郎</p>", "山田太郎"),
    ],
)  # fmt: skip
def test_the_author_is_taken_from_the_byline(byline: str, author: str | None) -> None:
    article = page(f"<html><body><div><h1>Pact signed in Manila</h1>{byline}{BODY}</div></body></html>")
    assert (article.author, article.paragraphs) == (author, TEXT)


def test_the_author_of_a_comment_is_not_the_author() -> None:
    assert (
        page(
            f"<html><body><article><h1>Pact signed in Manila</h1>{BODY}</article><div class=comments><span class=author>Troll King</span><p>What a pact that is, my goodness.</p></div></body></html>"
        ).author
        is None
    )


# --- date -----------------------------------------------------------------------------------------------------------


def dated(
    head: str = "", line: str = "", tail: str = "", entry: Entry | None = None, source: Source | None = None
) -> tuple[datetime | None, str | None]:
    article = page(
        f"<html><head>{head}</head><body><main><h1>Pact signed in Manila</h1>{line}{BODY}</main>{tail}</body></html>",
        entry=entry,
        source=source,
    )
    return article.published, article.published_from


def test_a_related_articles_date_is_never_taken() -> None:
    related = "<aside><a href=/x>Other</a><time datetime='2024-01-01T00:00:00Z'>1 January 2024</time></aside>"
    assert dated(tail=related) == (None, None)


def test_the_date_of_a_change_is_used_only_where_there_is_no_other() -> None:
    changed = '<meta property="article:modified_time" content="2024-07-20T00:00:00Z">'
    assert dated(changed, "<p>Last updated: 20 July 2024 10:00</p>", entry=ENTRY) == (ENTRY.published, "feed")
    assert dated(changed, "<p>Last updated: 20 July 2024 10:00</p>") == (datetime(2024, 7, 20, 10, tzinfo=UTC), "page")


def test_the_date_at_the_top_of_the_site_is_today_and_not_the_articles() -> None:
    html = f"<html><body><div class=top><span>Senin, 22 November 2026</span></div><div class=c><h1>Pact signed in Manila</h1>{BODY}</div></body></html>"
    assert page(html).published is None


def test_a_printed_hour_is_of_the_sources_zone() -> None:
    assert dated(line="<p>Senin, 08/07/2024 15:05</p>", source=DETIK) == (
        datetime(2024, 7, 8, 8, 5, tzinfo=UTC),
        "page",
    )


def test_metadata_with_a_zone_win_over_the_feed() -> None:
    meta = '<meta property="article:published_time" content="2024-07-08T11:00:00+08:00">'
    late = Entry("g", URL, ENTRY.title, (), datetime(2024, 7, 9, tzinfo=UTC))
    assert dated(meta, entry=late) == (datetime(2024, 7, 8, 3, tzinfo=UTC), "metadata")


def test_a_day_without_an_hour_gives_way_to_the_feeds_hour_of_that_day() -> None:
    assert dated('<meta name="date" content="2024-07-08">', entry=ENTRY) == (ENTRY.published, "feed")


def test_the_json_ld_of_another_article_is_not_believed() -> None:
    other = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Rice prices rise in the north","datePublished":"2020-01-01T00:00:00Z","author":{"name":"Rice Expert"}}</script>'
    assert dated(other) == (None, None)


# --- pages that are no articles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "note"),
    [
        ("", "the page is empty"),
        (
            "<html><body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>",
            "the page wants JavaScript",
        ),
        (
            "<title>Before you continue</title><p>We and our partners store and access cookies to provide ads that you like, to measure them, and to learn about you.</p>",
            "the page is a consent wall",
        ),
        (
            "<title>Page not found</title><h1>404</h1><p>The page you were looking for could not be found. It may have been moved or deleted a while ago.</p>",
            "the page says that the article is not there",
        ),
        (
            "<title>Sign in</title><p>Please log in to continue reading this article and all the others that we have for you in store.</p>",
            "the page asks for a login",
        ),
        (
            f"<title>Banana bread</title><p>{'Take three ripe bananas and mash them well. ' * 9}</p>",
            "the page's text shares no words with the feed's",
        ),
        ("<title>Pact</title><p>Menu</p>", "the page has almost no text"),
    ],
)
def test_a_page_without_the_article_gives_the_feeds_text_and_says_why(html: str, note: str) -> None:
    article = page(html, entry=ENTRY)
    assert (article.basis, article.note, article.paragraphs) == (Basis.FEED, note, ENTRY.paragraphs)


def test_a_page_without_text_and_a_feed_without_text_are_an_error_of_one_line() -> None:
    with pytest.raises(ExtractError, match="almost no text") as raised:
        page("<title>Pact</title><p>Menu</p>", entry=Entry("g", URL, "Pact"))
    assert "\n" not in str(raised.value)


def test_an_article_about_logins_is_an_article() -> None:
    text = (
        "The ministry asks users to log in to read the bulletin, and says that a page not found is no reason to worry about the pact."
        + TEXT[0]
    )
    assert page(f"<html><body><h1>Ministry renews its site</h1><p>{text}</p>{BODY}</body></html>").basis is Basis.PAGE


def test_the_feeds_article_keeps_what_the_feed_knows() -> None:
    article = article_from_entry(ENTRY, URL + "?utm_source=x", source=DETIK, note="robots")
    assert (article.url, article.published_from, article.note, article.source) == (URL, "feed", "robots", DETIK)
    assert article.language == "en"
