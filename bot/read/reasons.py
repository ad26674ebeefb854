"""Why a text of a page is no part of its article.

Holds the words and nothing that decides.
"""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """The reasons, as a report prints them."""

    CAPTION = "caption"
    HIDDEN = "not shown on the page"
    NAMED = "in a part that names itself something else"
    COMMENTS = "readers' comments"
    REQUEST = "asks the reader for something"
    OTHERS = "names another article"
    OTHERS_BOX = "under the heading of other articles"
    BIOGRAPHY = "about the author"
    ADVERTISING = "advertising"
    CREDIT = "credit or rights"
    CONSENT = "cookies or a login"
    PLACE = "says where on the site this is"
    COUNTER = "counts readers or minutes"
    HEAD = "names the author or the date"
    ABOVE_TEXT = "above the text"
    ABOVE_TITLE = "above the title"
    TITLE = "the title again"
    LINK = "only a link"
    NO_LETTERS = "no letters"
    SCRAP = "too short for a paragraph"
    OUTSIDE = "outside the article"
    DOUBLE = "printed twice"
    INSERT = "not in the text that the metadata give"
    BOX_TITLE = "the heading of a dropped box"
    DANGLING = "a heading without a text"
    REPEATS = "repeats across the source's pages"
    TAGS = "hashtags"
    INITIALS = "initials at the end"
