"""Finds the author of an article.

Never takes an editor, a desk or the site itself while a writer is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lxml import html

from .bounds import MOST_HEADINGS
from .calendar import MONTHS, WEEKDAYS
from .content import Body
from .markup import Block, blocks, plain, tag_of, text_of, tidy
from .metadata import Claims, Person
from .names import elsewhere, words_of
from .text import bare

_GENERIC = re.compile(
    r"^(?:admin(?:istrator)?|redaksi|editor(?:ial)?(?: (?:team|board|staff))?|staff(?:"
    r" writer| reporter)?|web ?master|newsroom|news desk|tim redaksi|editors?|root|user"
    r"|author|unknown|"
    r"super user|reporter|penulis|wartawan|jurnalis|contributors?|kontributor|writer|correspondent"
    r"|desk|humas|編集部|webmaster|guest|publisher|none|null|anonymous|.*編集部)$",
    re.I,
)
_CREDIT = re.compile(
    r"^\W*(?:pewarta|reporter|penulis|oleh|wartawan|jurnalis|author|written by|text by"
    r"|reported by|by|文・写真|文|取材|執筆|記者|筆者"
    r"|文責)\s*[:：/=＝|・]\s*(?P<name>.{2,80})$",
    re.I,
)
_EDITOR = re.compile(r"^\W*(?:editor|penyunting|redaktur|編集)\s*[:：/=＝|]\s*(?P<name>.{2,80})$", re.I)
_BY = re.compile(
    r"^\W*(?:(?:diposting|diposkan|ditulis|dilaporkan|posted|reported|published|written)\s+)?(?:by|oleh)\s+"
    r"(?P<name>[^\W\d_].{1,80})$",
    re.IGNORECASE,
)
_REPORTER_JA = re.compile(
    r"^[【（(\[［]?\s*(?:[^\s【】()（）]{0,12}[・＝=])?(?P<name>[\u4e00-\u9fff\u3040-\u30ff]{1,4}[\s\u3000]?[\u4e00-\u9fff\u3040-\u30ffー]{1,5})\s*(?:記者"
    r"|編集委員|論説委員|特派員)?\s*[】）)\]］]?$"
)
_AFTER_NAME = re.compile(
    r"\s*(?:[|•·–—/]|\s-\s|,\s*(?:staff|senior|special|foreign|chief|correspondent"
    r"|reporter|reuters|afp|ap|antara|kompas|tempo|detik)\b|"
    rf"\b(?:(?:{'|'.join(MONTHS)})\b\.?,?\s+\d|(?:{'|'.join(day for day in WEEKDAYS if len(day) > 3)})\b"
    r"|published|posted|updated|last updated|on\s+\w+\s+\d)\b|\d).*$",
    re.I,
)


MOST_LINKS = 1_000
"""Links of a page among which those to its authors are looked for."""
_ROLES = r"(?:reporter|penulis|pewarta|wartawan|editor|penyunting|redaktur|fotografer|photographer)"
_ROLE_BEFORE = re.compile(rf"^{_ROLES}\s+(?=[^\W\d_])", re.IGNORECASE)
_OFFICE = re.compile(r",\s+(?!(?:and|dan|bin|binti|van|de|al)\b)[a-z]\w+\s.*$")
"""What a person is, in small letters behind a comma: `Laras Wulandari, peneliti pada ...`."""
_ROLE_BEHIND = re.compile(rf"\s+(?:{_ROLES}\b.*|di|pada|at|on)$", re.IGNORECASE)


def find_author(
    tree: html.HtmlElement,
    found: list[Block],
    body: Body,
    claims: Claims,
    title: str,
    entry_author: str | None,
    site_names: Iterable[str],
) -> tuple[str | None, str | None]:
    """The author's name, and what gave it (`metadata`, `page`, `feed`). It is that of the metadata when a person is
    named, else of the byline, else of a credit line (Pewarta, Penulis, Reporter), else the feed's, else an
    organisation's or an editor's."""
    names = {_paper(name) for name in (claims.site, *site_names) if name}

    def good(name: str) -> bool:
        return bool(name) and not _GENERIC.match(name) and _paper(name) not in names and len(name) <= 100

    people = [_name(one.name) for one in claims.authors if one.person]
    people = list(dict.fromkeys(name for name in people if good(name)))
    named = len(people)
    if people:
        people = _with_others(tree, people, good)
        return ", ".join(_whole_names(people, claims.authors) if named > 1 else people), "metadata"
    lines = list(islice(_named_lines(tree), MOST_HEADINGS)) + list(_lines_around(found, body, title))
    for pattern in (None, _CREDIT):
        for text, marked in lines:
            name = _from_line(text, marked, pattern)
            if good(name):
                return name, "page"
    fallback = [(name, "page") for name in (_beside_date(found, bare(title), body, names), _signature(body))]
    fallback += [(_name(entry_author or ""), "feed")]
    fallback += [(_name(one.name), "metadata") for one in claims.authors if not one.person]
    fallback += [(_name(labelled["name"]), "page") for text, _ in lines if (labelled := _EDITOR.match(text))]
    return next(((name, clue) for name, clue in fallback if good(name)), (None, None))


_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|penulis|reporter|writers?|kontributor|jurnalis|wartawan|profile)/", re.IGNORECASE
)


_BETWEEN_NAMES = re.compile(r"[\s,&·、・]*(?:\b(?:and|dan)\b)?\s*$")


def _with_others(tree: html.HtmlElement, people: list[str], good: Callable[[str], bool]) -> list[str]:
    """The one author whom the metadata name, with those whose pages the byline links beside: metadata often name only
    the first."""
    if len(people) != 1:
        return people
    for link in islice(tree.iter("a"), MOST_LINKS):
        box = link.getparent()
        if _AUTHOR_PAGE.search(link.get("href") or "") and box is not None and _name(text_of(link)) == people[0]:
            editors = {bare(one.get("content") or "") for one in tree.xpath("//meta[contains(@name, 'editor')]")}
            names = [_name(text_of(one)) for one in _in_one_list(link)]
            names = [name for name in names if bare(name) not in editors]
            return list(dict.fromkeys([*people, *(one for one in names if good(one) and _looks_like_name(one))]))
    return people


def _in_one_list(link: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """A link to an author's page and those behind it, with nothing between them but commas or an "and"."""
    one: html.HtmlElement | None = link
    while one is not None and tag_of(one) == "a" and _AUTHOR_PAGE.search(one.get("href") or ""):
        yield one
        one = one.getnext() if _BETWEEN_NAMES.match(one.tail or "") else None


def _paper(name: str) -> str:
    """The letters of a publisher's name without its article."""
    return bare(re.sub(r"^the\s+", "", name, flags=re.IGNORECASE))


_CAPITALS = re.compile(
    r"^(?P<name>[A-Z][\w.'’-]+(?:\s(?:[A-Z][\w.'’-]*|bin|binti|de|van|al|dan|and|&)){1,6})\s*(?:[|•·–—/(（]|,|\s-\s|\d|$)"
)
_SECTIONS = re.compile(
    r"\b(?:news|world|asia|pacific|politics?|business|opinion|sports?|home|share|region"
    r"|national|international|nasional|internasional|ekonomi|politik|"
    r"hukum|dunia|berita|jakarta|tokyo|indonesia|japan|jepang|read|menit|live|follow|the"
    r"|breaking|latest|security|defen[cs]e|pertahanan)\b",
    re.I,
)


_HAN_NAME = re.compile(
    r"^(?!.*(?:[部局社版面]$|新聞|通信|政治|経済|国際|社会|更新|公開|編集|写真|会員|限定"
    r"|有料|無料|記事|特集|速報|共有|保存|東京|日本|時間|一覧|文字|印刷))"
    r"(?P<name>[\u4e00-\u9fff々]{1,4}[\s\u3000]?[\u4e00-\u9fff\u3040-\u309f々]{2,4})$"
)


_OF_DATE = re.compile(rf"\b(?:{'|'.join((*MONTHS, *WEEKDAYS))}|published|posted|updated)\b", re.IGNORECASE)


def _names_paper(text: str, papers: set[str]) -> bool:
    """Whether one of the site's own names stands in brackets behind a name."""
    return any(_paper(inside) in papers for inside in re.findall(r"[(（]([^()（）]{2,60})[)）]", text))


def _beside_date(found: list[Block], title: str, body: Body, papers: set[str]) -> str:
    """A name printed without a label between title and text, on the line of the date or next to it, or with the site's
    name in brackets."""
    own = {id(block) for block in body.blocks}
    start = next((index for index, block in enumerate(found) if id(block) in own), -1)
    head = max((index for index in range(max(0, start)) if bare(found[index].text) == title), default=start)
    between = [found[index].text for index in range(head + 1, start)]
    for number, text in enumerate(between):
        near = between[max(0, number - 1) : number + 2]
        name = _CAPITALS.match(text) or _HAN_NAME.match(text)
        if (
            name
            and len(text) <= 120
            and not _SECTIONS.search(name["name"])
            and not _OF_DATE.search(name["name"])
            and (any(re.search(r"(?:19|20)\d\d", one) for one in near) or _names_paper(text, papers))
        ):
            return name["name"].strip()
    return ""


_SIGNED = (
    re.compile(r"^【[^】]{1,12}[＝=](?P<name>[\u4e00-\u9fff\u3040-\u30ff\s\u3000]{3,9})】"),
    re.compile(
        r"。\s*(?:[（(][^（）()]{1,8}(?:支局|総局|通信部)・|【)(?:[^【】・]{1,8}・)?(?P<name>[\u4e00-\u9fff\u3040-\u30ff\s\u3000]{3,9})[】）)]$"
    ),
)


def _signature(body: Body) -> str:
    """The name that Japanese papers print in brackets with the dateline, or behind the last sentence."""
    ends = (next(iter(body.paragraphs), ""), " ".join(body.paragraphs[-2:]))
    found = (form.search(text) for form, text in zip(_SIGNED, ends, strict=True))
    return next((one["name"].strip() for one in found if one), "")


def _whole_names(people: list[str], claimed: tuple[Person, ...]) -> list[str]:
    # meta elements repeat one author under several names of elements; a list in JSON-LD names several
    return people if len(claimed) <= 1 or (all(one.person for one in claimed) and len(people) <= 6) else people[:1]


def _named_lines(tree: html.HtmlElement) -> Iterator[tuple[str, bool]]:
    """Short lines of elements that say that they name the author, each with True."""
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        if tag_of(node) in {"html", "body", "main"}:
            continue
        rel, prop = (node.get("rel") or "").split(), node.get("itemprop") or ""
        words, _ = words_of(node)
        if (
            "author" in rel
            or "author" in prop.split()
            or words & {"author", "byline", "penulis", "reporter", "writer", "pewarta", "kisha", "wartawan", "jurnalis"}
        ):
            if elsewhere(node) or node.find(".//h1") is not None:
                continue
            named = node.find('.//*[@itemprop="name"]')
            lines = [text_of(named)] if named is not None else [block.text for block in blocks(node)]
            for line in lines[:3]:
                if 2 <= len(line) <= 140:
                    yield line, True


def _lines_around(found: list[Block], body: Body, title: str) -> Iterator[tuple[str, bool]]:
    """Other short lines around the title and the text, each with False."""
    letters = bare(title)
    own = {id(block) for block in body.blocks}
    spots = [index for index, block in enumerate(found) if bare(block.text) == letters or id(block) in own]
    if spots:
        for block in found[max(0, spots[0] - 3) : spots[-1] + 12]:
            if 2 <= len(block.text) <= 140 and id(block) not in own:
                yield block.text, False


def _from_line(text: str, marked: bool, pattern: re.Pattern[str] | None) -> str:
    """The name in a line: behind a label; the whole line only where its element says that it names the author."""
    if _EDITOR.match(text):
        return ""
    for label in (_CREDIT, _BY):
        if found := label.match(text):
            name = _name(found["name"])
            return name if marked or label is _CREDIT or _looks_like_name(name) else ""
    if marked and pattern is None:
        name = _name(text)
        return name if _looks_like_name(name) else ""
    if found := _REPORTER_JA.match(text):
        return _name(found["name"]) if re.search("記者|編集委員|論説委員|特派員|(?:支局|総局|通信部)・", text) else ""
    return ""


def _looks_like_name(name: str) -> bool:
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", name):
        return 2 <= len(name) <= 14 and not re.search(r"[。、年月日時]", name)
    return 1 <= len(name.split()) <= 7 and name[:1].isupper() and not re.search(r"[.!?:;]\s", name)


def _name(text: str) -> str:
    """A name without labels, offices, dates and addresses around it."""
    name = tidy(plain(text))
    if label := (_CREDIT.match(name) or _BY.match(name)):
        name = label["name"]
    name = _OFFICE.sub("", _ROLE_BEFORE.sub("", name))
    name = _ROLE_BEHIND.sub("", _AFTER_NAME.sub("", name))
    name = re.sub(r"\s*[（(【].*$|\S+@\S+", "", name)
    name = re.sub(r"(?<=[\u3040-\u9fff])\s*(?:記者|編集委員|論説委員|特派員|さん|氏)$", "", name)
    return name.strip(" ,;:：-–—|・/")
