"""Finds the date of publication on a page.

Never takes the date of a change, of today or of another article while the page prints its own.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from lxml import html

from .bounds import MOST_HEADINGS
from .content import Body
from .dates import Line, Printed, read_date, read_line
from .leads import head_and_start
from .markup import Block, tag_of, weight
from .metadata import Claims
from .names import elsewhere, words_of

LEAST_CHANGE = timedelta(minutes=1)
"""A page stored this soon after it was published was not changed: systems stamp both dates one after the other."""


def find_date(
    found: list[Block],
    body: Body,
    claims: Claims,
    title: str,
    zone: tzinfo,
    near: datetime | None,
    month_first: bool,
) -> tuple[Printed | None, Line | None]:
    """The date of publication by the page's metadata (its head, or a `time` element above the text), and by a line
    that the page prints near its title. `found` are all blocks of the page, `body` those of its text."""
    metadata = read_date(claims.published, zone, near=near, month_first=month_first)
    head, start = head_and_start(found, body, title)
    article = _article_around(found, head, body)
    timed = _time_element(article, zone)
    if metadata is None or (not metadata.clock and timed and timed.clock and timed.day == metadata.day):
        metadata = timed or metadata
    lines = _date_lines(found, head, start, article, body, zone, near, month_first)
    return metadata, min(lines, key=lambda line: line.updated, default=None)


def find_modified(
    tree: html.HtmlElement, claims: Claims, metadata: Printed | None, line: Line | None, published: datetime | None,
    zone: tzinfo,
) -> datetime | None:  # fmt: skip
    """When the article was last changed: by the page's metadata, else by its visible line; None where nothing says so
    or the change is not after `published`. `metadata` and `line` are what `find_date` found."""
    if published is None:
        return None
    stamp = claims.modified or next(
        (node.get("datetime") or node.get("content") for node in tree.xpath("//*[@itemprop='dateModified']")), None
    )
    change = read_date(stamp, zone, thorough=False)
    if change is not None and change.clock and metadata is not None and metadata.clock:
        # what is wrong with the metadata's zone is wrong with both of its dates
        moved = published - metadata.when
        off = moved if moved % timedelta(minutes=30) == timedelta() and abs(moved) <= timedelta(hours=14) else None
        when: datetime | None = change.when + (off or timedelta())
    else:
        shown = line.change if line is not None else None
        when = next((one.when for one in (change, shown) if one is not None), None)
    return when if when is not None and when - published >= LEAST_CHANGE else None


def _article_around(found: list[Block], head: int, body: Body) -> html.HtmlElement | None:
    """The innermost element around both the title and the text."""
    if body.container is None or head < 0:
        return body.container
    above = {body.container, *body.container.iterancestors()}
    return next((one for one in found[head].element.iterancestors() if one in above), body.container)


def _time_element(article: html.HtmlElement | None, zone: tzinfo) -> Printed | None:
    """The first `time` element (or microdata date) around the text that is neither a change nor another article's."""
    tries = 0
    for node in article.iter() if article is not None else ():
        if not isinstance(node.tag, str):
            continue
        prop = (node.get("itemprop") or "").lower()
        words, _ = words_of(node)
        stamped = tag_of(node) in {"time", "amp-timeago"} or (tag_of(node) == "abbr" and "published" in words)
        if not stamped and "datepublished" not in prop and "datecreated" not in prop:
            continue
        if "modified" in prop or (words & {"updated", "modified", "update"} and "published" not in words):
            continue
        before, parent = node.getprevious(), node.getparent()
        label = (before.tail if before is not None else parent.text if parent is not None else "") or ""
        if re.search(r"(?:updated|modified|diperbarui|更新)\W*$", label, re.I) or elsewhere(node):
            continue
        tries += 1
        if tries > MOST_HEADINGS:
            break
        reading = read_date(node.get("datetime") or node.get("content") or node.get("title"), zone)
        if reading:
            return reading
    return None


def _date_lines(
    found: list[Block], head: int, start: int, article: html.HtmlElement | None, body: Body, zone: tzinfo,
    near: datetime | None, month_first: bool,
) -> list[Line]:  # fmt: skip
    """Dates in short lines: between title and text, then above the title and below the text within the article."""
    inside = set(article.iter()) if article is not None else set()
    own = {id(block) for block in body.blocks}
    last = max((index for index, block in enumerate(found) if id(block) in own), default=start)
    nearby = list(range(head + 1, max(start, head + 1))) if head >= 0 else list(range(max(0, start - 6), max(0, start)))
    nearby += [index for index in range(head - 1, max(-1, head - 4), -1) if found[index].element in inside]
    nearby += [index for index in range(last + 1, min(len(found), last + 6)) if found[index].element in inside]
    lines = []
    for index in nearby:
        block = found[index]
        if weight(block.text) > 200 or block.link_share > 0.6 or elsewhere(block.element):
            continue
        line = read_line(block.text, zone, near=near, month_first=month_first)
        if line:
            lines.append(line)
    return lines
