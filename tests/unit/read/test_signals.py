# ruff: noqa: E501 - pages are written as sites send them
"""What the structure of a page says of its author, its date, and where its text begins and ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import Article
from bot.read import read_page

TITLE = "Japan and Manila sign a pact"
TEXT = (
    "Japan and the Philippines signed a pact on Monday that lets their troops train on each other's soil.",
    "The agreement is the first of its kind for Japan in Asia, officials said in Manila.",
    "It must be ratified by both parliaments before it takes effect next year.",
)
BODY = "".join(f"<p>{line}</p>" for line in TEXT)


def page(
    inside: str, *, head: str = "", attributes: str = "", url: str = "https://www.straitpost.example/1"
) -> Article:
    html = f"<html><head><title>{TITLE}</title>{head}</head><body {attributes}><article><h1>{TITLE}</h1>{inside}</article></body></html>"
    return read_page(html.encode(), url)


@pytest.mark.parametrize("name", ["path-commentary", "comments-open", "has-sidebar", "has-related", "trending"])
def test_a_name_of_the_whole_page_hides_no_date(name: str) -> None:
    article = page(f"<div>Published July 8, 2024 10:00 UTC</div>{BODY}", attributes=f"class='{name}'")
    assert article.published == datetime(2024, 7, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize("name", ["comments-open", "has-sidebar"])
def test_a_name_of_the_box_around_the_headline_hides_no_date(name: str) -> None:
    html = f"<html><head><title>{TITLE}</title></head><body><div class='{name}'><h1>{TITLE}</h1><time datetime='2024-07-08T10:00Z'>x</time>{BODY}</div></body></html>"
    assert read_page(html.encode(), "https://www.example.org/1").published == datetime(2024, 7, 8, 10, tzinfo=UTC)


def test_the_date_of_a_readers_comment_is_none_of_the_article() -> None:
    assert page(f"{BODY}<div class=comments><time datetime='2024-07-09T10:00Z'>x</time></div>").published is None


@pytest.mark.parametrize("tag", ["body", "wrapper"])
def test_what_is_named_after_the_authors_box_around_the_headline_is_no_name(tag: str) -> None:
    if tag == "body":
        article = page(f"<a href=/>Home</a>{BODY}", attributes="class='author-box'")
    else:
        html = f"<html><head><title>{TITLE}</title></head><body><div class=author-box><h1>{TITLE}</h1>{BODY}</div></body></html>"
        article = read_page(html.encode(), "https://www.example.org/1")
    assert article.author is None


def test_a_month_beside_the_date_is_no_author() -> None:
    assert page(f"<div>Published October 30, 2026</div>{BODY}").author is None


def test_a_name_with_the_papers_name_in_brackets_is_the_author() -> None:
    head = '<meta property="og:site_name" content="The Strait Post">'
    assert page(f"<div><b>Dewi Anggraini</b> (The Strait Post)</div>{BODY}", head=head).author == "Dewi Anggraini"


def test_an_office_behind_the_name_is_no_part_of_it_nor_of_the_text() -> None:
    line = "<p><b>Oleh: Laras Wulandari, peneliti pada Pusat Kajian Maritim Universitas Hasanuddin</b></p>"
    article = page(line + BODY)
    assert (article.author, article.paragraphs) == ("Laras Wulandari", TEXT)


def test_the_byline_tells_the_second_author_whom_the_metadata_leave_out() -> None:
    head = "<meta name=author content='Novianti Lestari'>"
    line = (
        "<div><a href='/penulis/1'><h6>Novianti Lestari,</h6></a><a href='/penulis/2'><h6>Bayu Nugroho</h6></a></div>"
    )
    assert page(line + BODY, head=head).author == "Novianti Lestari, Bayu Nugroho"


def test_whom_the_metadata_call_the_editor_is_no_second_author() -> None:
    head = "<meta name=author content='Novianti Lestari'><meta name=content_editor content='Bayu Nugroho'>"
    line = "<div><a href='/penulis/1'>Novianti Lestari</a>, <a href='/penulis/2'>Bayu Nugroho</a></div>"
    assert page(line + BODY, head=head).author == "Novianti Lestari"


def test_an_editor_behind_a_label_is_no_second_author() -> None:
    head = "<meta name=author content='Novianti Lestari'>"
    line = "<div><a href='/penulis/1'>Novianti Lestari</a> Editor: <a href='/penulis/2'>Bayu Nugroho</a></div>"
    assert page(line + BODY, head=head).author == "Novianti Lestari"


@pytest.mark.parametrize("close", ["", "<p>（五島支局・山口達也）</p>"])
def test_a_reporter_of_a_branch_office_signs_behind_the_text(close: str) -> None:
    text = "県は二十九日、五島市沖で進む浮体式洋上風力発電の計画を広げると発表し、地元の漁協と協議を始めた。"
    last = "計画では十基を追加し、約二万世帯分の電力を賄う。県は年内にも意見書をまとめる。"
    body = f"<p>{text}</p><p>{text[::-1]}。</p><p>{last}{'' if close else '（五島支局・山口達也）'}</p>{close}"
    html = f"<html lang=ja><head><title>洋上風力の計画を拡大</title></head><body><div><h1>洋上風力の計画を拡大</h1>{body}</div></body></html>"
    article = read_page(html.encode(), "https://www.example.jp/1")
    assert article.author == "山口達也"
    assert article.paragraphs[-1] == last


def test_the_office_that_signs_a_report_is_no_part_of_it() -> None:
    assert page(BODY[:-4] + " (Biro Infohan Setjen Kemhan)</p>").paragraphs == TEXT


def test_a_list_set_as_the_first_paragraph_is_begins_the_text() -> None:
    lines = [
        "Page 1: snow holds up the trains of the north",
        "Page 3: the budget goes to the committee",
        "Page 5: chip makers fear the new rules",
    ]
    body = "<div>" + "".join(f"{line}<br><br>" for line in (*lines, *TEXT)) + "</div>"
    assert page(body).paragraphs == (*lines, *TEXT)


def test_a_disclaimer_in_a_box_of_its_own_is_no_part_of_the_text() -> None:
    box = "<div class=disclaimer><p>The views in this piece are those of its writer and need not be those of the house.</p></div>"
    assert page(BODY + box).paragraphs == TEXT


def test_a_last_line_with_the_sites_own_mail_address_is_no_part_of_the_text() -> None:
    call = "<p>Got a story? Email our newsdesk at news@straitpost.example</p>"
    assert page(BODY + call).paragraphs == TEXT


def test_a_last_line_with_somebody_elses_mail_address_stays() -> None:
    line = "Relatives of the crew can write to help@navy.example, the navy said."
    assert page(f"{BODY}<p>{line}</p>").paragraphs == (*TEXT, line)


def test_a_last_paragraph_about_the_author_is_no_part_of_the_text() -> None:
    head = "<meta name=author content='Ruth Adeyemi'>"
    about = (
        "<p>Ruth Adeyemi is a senior fellow with the institute and has written two books on the straits of Asia.</p>"
    )
    assert page(BODY + about, head=head).paragraphs == TEXT


def test_a_last_paragraph_about_somebody_else_stays() -> None:
    head = "<meta name=author content='Ruth Adeyemi'>"
    line = "Ruth Adelaide is a fellow of another institute, and she said so on Monday."
    assert page(f"{BODY}<p>{line}</p>", head=head).paragraphs == (*TEXT, line)


def test_a_last_paragraph_about_the_company_that_publishes_stays() -> None:
    head = "<meta name=author content='Lowland Optics'>"
    lines = [
        f"<p>{line}</p>" for line in ("Lowland Optics has signed with Japan, it said.", "Lowland Optics makes lenses.")
    ]
    assert page(lines[0] + BODY + lines[1], head=head).paragraphs[-1] == "Lowland Optics makes lenses."
