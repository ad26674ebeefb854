"""Pictures say what their data say, hold whatever words come, and are the same bytes for the same data."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.tell import beside, canvas, timeline
from bot.tell.axis import Axis, day_words, span_of
from bot.tell.beside import Box
from bot.tell.pictures import Dot, Picture, Series, Timeline, VolumePlot, draw, picture_from_json, picture_to_json
from bot.tell.plot import compact, panels_of, ticks_to

DAYS = tuple(f"2026-11-{day}" for day in range(16, 23))
WEEK = VolumePlot(
    "Japan's defence partners", DAYS, (Series("Indonesia", (3, 0, 1, 7, 2, 0, 4)), Series("日本", (1,) * 7))
)
STEPS = ("visit", "talks", "signed", "in force")
CHRONICLE = Timeline(
    "日本とインドネシア",
    STEPS,
    (
        Dot("2018-05-17", "visit", "President visits Tokyo", 2),
        Dot("2021-03-30", "signed", "防衛装備品・技術移転協定に署名", 11),
        Dot("2021-06", "in force", "Agreement enters into force", 1),
        Dot("2022", "talks", "A year of talks", 1),
        Dot("2026-11-19", "talks", "Frigates: talks in Jakarta", 4),
    ),
)
PICTURES: tuple[Picture, ...] = (WEEK, CHRONICLE)


@pytest.fixture
def complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails the test where drawing warned of anything, above all of a glyph that is missing."""
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        yield
    assert [record.getMessage() for record in caplog.records] == []


def image(picture: Picture) -> Image.Image:
    opened = Image.open(io.BytesIO(draw(picture, "png")))
    opened.load()
    return opened


# --- data -----------------------------------------------------------------------------------------------------------

text = st.text(max_size=30)
plots = st.builds(
    VolumePlot,
    text,
    st.lists(text, max_size=4).map(tuple),
    st.lists(st.builds(Series, text, st.lists(st.integers(), max_size=4).map(tuple)), max_size=4).map(tuple),
)
timelines = st.builds(
    Timeline,
    text,
    st.lists(text, max_size=4).map(tuple),
    st.lists(st.builds(Dot, text, text, text, st.integers()), max_size=4).map(tuple),
)


@given(plots | timelines)
def test_a_picture_survives_the_outbox(picture: Picture) -> None:
    assert picture_from_json(json.loads(json.dumps(picture_to_json(picture)))) == picture


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", PICTURES, ids=["plot", "timeline"])
def test_a_png_is_small_enough_for_a_phone_on_a_slow_line(picture: Picture, complaints: None) -> None:
    content = draw(picture, "png")
    assert image(picture).size == (1280, 720)
    assert len(content) < 150_000


@pytest.mark.parametrize("picture", PICTURES, ids=["plot", "timeline"])
def test_an_svg_is_xml_that_needs_no_font_and_names_no_date(picture: Picture, complaints: None) -> None:
    content = draw(picture, "svg")
    root = ElementTree.fromstring(content)
    assert root.attrib["viewBox"] == "0 0 921.6 518.4"
    assert b"<text" not in content and b"dc:date" not in content


@pytest.mark.parametrize("form", ["png", "svg"])
@pytest.mark.parametrize("picture", PICTURES, ids=["plot", "timeline"])
def test_the_same_picture_is_the_same_bytes_and_another_is_not(picture: Picture, form: str) -> None:
    first = draw(picture, form)  # type: ignore[arg-type]  # one of the two forms
    assert draw(picture, form) == first  # type: ignore[arg-type]  # as above
    assert draw(PICTURES[picture is WEEK], form) != first  # type: ignore[arg-type]  # as above


def test_files_of_settings_that_lie_about_change_no_picture() -> None:
    import matplotlib

    before = draw(WEEK, "png")
    with matplotlib.rc_context({"text.color": "red", "lines.linewidth": 9, "savefig.dpi": 20, "text.hinting": "none"}):
        assert draw(WEEK, "png") == before
        assert matplotlib.rcParams["lines.linewidth"] == 9


# --- words ----------------------------------------------------------------------------------------------------------

HOSTILE = {
    "marks": "a" + "\u0301" * 1000 + "\u20dd" * 99,
    "long": "W" * 5000,
    "mathtext": r"$\frac{1}{0}$ costs $5 and $",
    "lines": "a\nb\r\nc\x00\x07\x1b[31m\td\u2028e",
    "right to left": "\u202eabc\u200f \u2067العربية\u2069 עברית",
    "emoji": "🚀👩\u200d👩\u200d👧 🇯🇵",
    "no glyph": "한국 국방부 龘𠮷 ไทย हिन्दी",
    "wide": "\ufdfd" * 50,
    "nothing": "",
    "joiners": "\u200d" * 500,
    "half a character": "\ud800x",
    "markup": "<b>&\"']]>\\",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", ["plot", "timeline"])
def test_whatever_words_come_they_are_drawn_without_a_complaint_and_nothing_spills_over(
    words: str, kind: str, complaints: None
) -> None:
    def picture(words: str) -> Picture:
        if kind == "plot":
            return VolumePlot(words, DAYS, (Series(words, (1, 2, 3, 0, 0, 9, 1)),) * 3)
        dots = (Dot("2026-11-16", words, words, 3), Dot("2026-11-17", "x", words, 10**9), Dot(words, words, words, 1))
        return Timeline(words, (words, "x"), dots)

    drawn = image(picture(words)).convert("L")
    ElementTree.fromstring(draw(picture(words), "svg"))
    # A frame of paper, eight pixels wide, is left all around.
    edges = [(0, 0, 1280, 8), (0, 712, 1280, 720), (0, 0, 8, 720), (1272, 0, 1280, 720)]
    assert [drawn.crop(edge).getextrema() for edge in edges] == [(255, 255)] * 4


@pytest.mark.parametrize("words", [r"$\frac{1}{2}$ of $5", "$x$", "防衛・日本", "עברית abc"])
def test_words_are_drawn_as_they_were_measured_and_dollars_are_dollars(words: str) -> None:
    with canvas.sheet() as sheet:
        sheet.write(words, 100, 300, 40, room=1000)
        measured = sheet.width(words, 40)
        ink = ImageChops.invert(Image.open(io.BytesIO(sheet.printed("png"))).convert("L")).getbbox()
    assert ink is not None
    assert abs((ink[2] - ink[0]) - measured) < 8
    assert ink[0] >= 100 - 4 and ink[1] > 270 and ink[3] < 330


def test_japanese_has_glyphs_and_what_has_none_becomes_an_ellipsis() -> None:
    with canvas.sheet():
        assert canvas.legible("防衛装備品・技術移転協定（署名）「日本」カタカナ") == (
            "防衛装備品・技術移転協定（署名）「日本」カタカナ"
        )
        assert canvas.legible("한국 defence\u202e\n  🚀") == "… defence"
        assert canvas.legible("e\u0301" + "\u0301" * 9) == "é\u0301\u0301"


def test_words_are_never_wider_than_their_room() -> None:
    with canvas.sheet() as sheet:

        @settings(max_examples=60, deadline=None)
        @given(st.text(max_size=60), st.integers(0, 400))
        def never(words: str, room: int) -> None:
            assert sheet.width(sheet.fitted(words, 22, room), 22) <= room

        never()


# --- volumes --------------------------------------------------------------------------------------------------------


def test_more_than_eight_labels_leave_the_largest_seven_and_one_that_sums_the_rest() -> None:
    volumes = [5, 1, 9, 2, 8, 3, 7, 4, 6, 1]
    series = tuple(Series(f"label {number}", (number, 1)) for number in volumes)
    shown = panels_of(VolumePlot("", DAYS[:2], series))
    assert [one.label for one in shown[:-1]] == [f"label {number}" for number in (5, 9, 8, 3, 7, 4, 6)]
    assert shown[-1] == Series("other labels (3)", (1 + 2 + 1, 3))


def test_counts_that_are_missing_or_absurd_count_nothing() -> None:
    (one,) = panels_of(VolumePlot("", DAYS[:3], (Series("a", (-4, 2)),)))
    assert one.counts == (0, 2, 0)
    (one,) = panels_of(VolumePlot("", DAYS[:1], (Series("a", (3, 4, 5)),)))
    assert one.counts == (3,)


@given(st.integers(0, 10**9))
def test_the_axis_has_few_round_whole_numbers_and_ends_close_above_the_highest(highest: int) -> None:
    ticks = ticks_to(highest)
    assert ticks[0] == 0 and 2 <= len(ticks) <= 4
    assert highest <= ticks[-1] <= 2 * max(highest, 1)
    assert len({after - before for before, after in pairwise(ticks)}) == 1


@pytest.mark.parametrize(
    "picture",
    [
        VolumePlot("t", (), ()),
        VolumePlot("t", DAYS, ()),
        VolumePlot("t", DAYS, (Series("a", (0,) * 7), Series("b", ()))),
        Timeline("t", (), ()),
        Timeline("t", STEPS, (Dot("2026-02-30", "visit", "no such day", 1),)),
    ],
    ids=["no days", "no labels", "only zeros", "no steps", "no date"],
)
def test_nothing_to_show_is_said_in_words(picture: Picture, complaints: None) -> None:
    shades = image(picture).convert("L").crop((300, 300, 980, 420)).getextrema()
    assert shades[0] < 150


def test_numbers_are_short() -> None:
    assert [compact(number) for number in (0, 950, 9999, 12_345, 1_234_567, 10**12)] == [
        "0", "950", "9999", "12k", "1.2M", "1000G"
    ]  # fmt: skip


# --- timelines ------------------------------------------------------------------------------------------------------


def test_dates_are_days_months_or_years() -> None:
    assert span_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span_of("2021") == (date(2021, 1, 1), date(2021, 12, 31))
    assert [span_of(bad) for bad in ("", "2026-13", "2026-1-1", "yesterday", "0000")] == [None] * 5
    assert [day_words(iso, True) for iso in ("2018-05-17", "2018-05", "2018", "?")] == [
        "17 May 2018", "May 2018", "2018", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2018-05-17", "2026-11-20", [str(year) for year in range(2019, 2027)]),
        ("2026-11-01", "2026-11-22", ["1 Nov", "8 Nov", "15 Nov", "22 Nov"]),
        ("2026-05-17", "2026-11-20", ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]),
        ("1945-08-17", "2026-11-20", ["1950", "1960", "1970", "1980", "1990", "2000", "2010", "2020"]),
    ],
    ids=["eight years", "three weeks", "half a year", "eighty years"],
)
def test_the_axis_names_years_months_or_weeks_as_its_length_asks(first: str, last: str, names: list[str]) -> None:
    axis = Axis.over([(date.fromisoformat(first), date.fromisoformat(last))], 200, 1220)
    assert [name for _, name in axis.ticks()] == names


@given(st.dates(), st.dates())
def test_any_two_days_have_an_axis_whose_names_stand_apart(one: date, other: date) -> None:
    axis = Axis.over([(one, one), (other, other)], 200, 1220)
    places = [axis.x(day) for day, _ in axis.ticks()]
    assert all(200 <= axis.x(day) <= 1220.5 for day in (one, other))
    assert all(after - before >= 112 for before, after in pairwise(places))


def test_the_first_step_is_the_lowest_row_and_empty_rows_are_low() -> None:
    rows = timeline.rows_of(STEPS, CHRONICLE.dots[:2])
    assert list(rows) == list(STEPS)
    assert rows["visit"].bottom > rows["talks"].bottom > rows["signed"].bottom
    assert rows["talks"].height == rows["in force"].height < rows["visit"].height


dots = st.builds(
    Dot,
    st.dates(date(2018, 1, 1), date(2026, 11, 22)).map(str) | st.sampled_from(["2020-03", "2021", "2026-11-20"]),
    st.sampled_from(STEPS),
    st.text(st.sampled_from("abcdefgh 日本"), max_size=80),
    st.integers(1, 30),
)


def test_words_beside_dots_touch_neither_each_other_nor_any_dot() -> None:
    with canvas.sheet() as sheet:

        @settings(max_examples=25, deadline=None)
        @given(st.lists(dots, min_size=1, max_size=60))
        def touch_nothing(many: list[Dot]) -> None:
            _touch_nothing(sheet, many)

        touch_nothing()


def _touch_nothing(sheet: canvas.Sheet, many: list[Dot]) -> None:
    places: list[Box] = []
    rows = timeline.rows_of(STEPS, many)
    axis = Axis.over([span for dot in many if (span := span_of(dot.date))], 220, 1218)
    marks = timeline._marks(many, rows, axis)

    def remember(_: canvas.Sheet, words: beside._Words, place: Box, *, flush_right: bool) -> None:
        assert max(words.widths) <= place.right - place.left + 0.01
        places.append(place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beside, "_write", remember)
        written = beside.write_beside(sheet, marks, axis.long, 190, 1252)
    assert written == len(places) <= beside.MOST_WORDS
    for number, place in enumerate(places):
        assert place.left >= 190 and place.right <= 1252
        assert not any(place.meets(mark.box) for mark in marks)
        assert not any(place.meets(other) for other in places[number + 1 :])


def test_a_lonely_dot_has_all_its_words() -> None:
    with canvas.sheet() as sheet:
        rows = timeline.rows_of(STEPS, CHRONICLE.dots)
        axis = Axis.over([span for dot in CHRONICLE.dots if (span := span_of(dot.date))], 220, 1218)
        assert beside.write_beside(sheet, timeline._marks(CHRONICLE.dots, rows, axis), True, 190, 1252) == 5
