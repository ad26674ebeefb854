"""Lists of feeds as OPML: written, read back, and taken over into sources.yaml."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigErrors
from bot.model import FeedAddress, Source
from bot.run.import_desk import LONGEST_NAME, slug
from bot.run.imports import LARGEST_FILE, Plan, carry_out, plan_import
from bot.settings import load_sources
from bot.settings.opml import MOST_FEEDS, NAMESPACE, read_opml, write_opml

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

SOURCES = """\
# Who is read.
sources:

  # --- wires
  - name: antara   # the state's
    title: ANTARA News
    feeds:
      - https://antara.example/rss.xml

  - name: kyodo
    feeds: [https://kyodo.example/feed]   # one
# the end
"""


def opml(*outlines: str, head: str = "") -> str:
    return f'{head}<opml version="2.0" xmlns:k="{NAMESPACE}">\n<body>\n' + "\n".join(outlines) + "\n</body></opml>\n"


def feed(url: str, text: str = "A paper", more: str = "") -> str:
    return f'<outline text="{text}" type="rss" xmlUrl="{url}" {more}/>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources.yaml").write_text(SOURCES)
    return tmp_path


def plan(folder: Path, text: str | bytes) -> Plan:
    file = folder / "list.opml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return plan_import(folder, file)


def imported(folder: Path, text: str | bytes) -> dict[str, Source]:
    """The sources after importing a list."""
    carry_out(plan(folder, text))
    return {source.name: source for source in load_sources(folder)}


def refused(folder: Path, text: str | bytes) -> str:
    """The one line that an import ends with; nothing is written."""
    before = (folder / "sources.yaml").read_bytes()
    with pytest.raises(ConfigErrors) as caught:
        imported(folder, text)
    assert (folder / "sources.yaml").read_bytes() == before
    (line,) = str(caught.value).splitlines()
    return line.removeprefix(f"{folder}/")


# --- there and back -------------------------------------------------------------------------------------------------


def test_the_shipped_sources_come_back_whole(tmp_path: Path) -> None:
    shipped = load_sources(ROOT / "config")
    assert tuple(imported(tmp_path, write_opml(shipped, NOW)).values()) == shipped


_TITLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), max_size=30
)
_NAMES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,20}\Z")


@st.composite
def _sources(draw: st.DrawFn) -> tuple[Source, ...]:
    names = draw(st.lists(_NAMES, min_size=1, max_size=4, unique_by=str.casefold))
    made = []
    for number, name in enumerate(names):
        feeds = tuple(
            FeedAddress(
                f"https://host{number}.example/feed/{at}?a=1&b=<é>",
                draw(st.sampled_from([None, timedelta(minutes=90), timedelta(days=2), timedelta(seconds=0.5)])),
            )
            for at in range(draw(st.integers(1, 3)))
        )
        made.append(
            Source(
                name,
                draw(_TITLE) or name,
                feeds,
                country=draw(st.sampled_from([None, "id", "no"])),
                language=draw(st.sampled_from([None, "ja", "no"])),
                timezone=draw(st.sampled_from([None, "Asia/Tokyo"])),
                tier=draw(st.integers(1, 3)),
                family=draw(st.sampled_from([name, "a house", "123"])),
            )
        )
    return tuple(made)


@given(_sources())
def test_whatever_is_exported_is_imported_the_same(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Source, ...]
) -> None:
    folder = tmp_path_factory.mktemp("there-and-back")
    assert tuple(imported(folder, write_opml(made, NOW)).values()) == made


def test_what_no_xml_may_hold_is_left_out_of_an_export() -> None:
    source = Source("a", "Bell\x07 and \x1b[31mred", (FeedAddress("https://a.example/"),), family="a")
    (found,) = read_opml(write_opml([source], NOW), "x").feeds
    assert found.title == "Bell and [31mred"


def test_other_readers_find_title_address_and_language_in_an_export() -> None:
    source = Source("a", "A & B", (FeedAddress("https://a.example/?x=1&y=2"),), language="id", family="a")
    text = write_opml([source], NOW)
    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<opml")
    assert 'text="A &amp; B"' in text and 'language="id"' in text and 'type="rss"' in text
    assert 'xmlUrl="https://a.example/?x=1&amp;y=2"' in text


# --- what is added --------------------------------------------------------------------------------------------------


def test_new_feeds_go_to_the_end_and_all_else_stays_byte_for_byte(folder: Path) -> None:
    imported(folder, opml(feed("https://one.example/f", "Suara Satu"), feed("https://two.example/f", "Suara Dua")))
    assert (folder / "sources.yaml").read_text() == SOURCES.replace(
        "# the end\n",
        "\n  - name: suara-satu\n    title: Suara Satu\n    feeds:\n      - https://one.example/f\n"
        "\n  - name: suara-dua\n    title: Suara Dua\n    feeds:\n      - https://two.example/f\n\n# the end\n",
    )


@pytest.mark.parametrize(
    "before",
    ["", "sources: []\n", '{"sources": []}', "sources: [{name: a, feeds: [https://a.example/]}]"],
)
def test_any_way_to_write_the_file_takes_new_sources(tmp_path: Path, before: str) -> None:
    (tmp_path / "sources.yaml").write_text(before)
    found = imported(tmp_path, opml(feed("https://one.example/f", "One"), feed("https://two.example/f", "Two")))
    assert {"one", "two"} <= set(found)


def test_a_file_of_another_system_keeps_its_line_ends(folder: Path) -> None:
    (folder / "sources.yaml").write_bytes(SOURCES.replace("\n", "\r\n").encode())
    imported(folder, opml(feed("https://one.example/f", "One"), feed("https://two.example/f", "Two")))
    body = (folder / "sources.yaml").read_bytes()
    assert body.count(b"\n") == body.count(b"\r\n") == SOURCES.count("\n") + 11


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    assert list(imported(tmp_path, opml(feed("https://one.example/f", "One")))) == ["one"]


def test_folders_are_looked_into(folder: Path) -> None:
    nested = (
        '<outline text="News"><outline text="Asia">' + feed("https://one.example/f", "One") + "</outline></outline>"
    )
    assert "one" in imported(folder, opml(nested))


def test_a_feed_that_is_configured_is_not_added_again(folder: Path) -> None:
    found = plan(folder, opml(feed("http://www.ANTARA.example/rss.xml/?utm_source=x")))
    assert (found.added, [one.why for one in found.known]) == ((), ["is already configured (source 'antara')"])


def test_a_feed_listed_twice_is_added_once(folder: Path) -> None:
    found = plan(folder, opml(feed("https://one.example/f", "One"), feed("https://one.example/f/", "One again")))
    assert ([one.source for one in found.added], [one.why for one in found.known]) == (
        ["one"],
        ["is already in line 3"],
    )


def test_names_of_one_title_differ_and_are_the_same_each_time(folder: Path) -> None:
    text = opml(*(feed(f"https://paper{number}.example/f", "Kyodo") for number in range(3)))
    assert [one.source for one in plan(folder, text).added] == ["kyodo-2", "kyodo-3", "kyodo-4"]
    assert plan(folder, text) == plan(folder, text)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Le Monde – À la une", "le-monde-a-la-une"),
        ("外務省", "one-example"),
        ("NHKニュース", "nhk"),
        ("no", "no"),
        ("123", "123"),
        ("", "one-example"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_a_name_is_made_of_the_title_or_else_of_the_host(folder: Path, title: str, name: str) -> None:
    assert [one.source for one in plan(folder, opml(feed("https://www.one.example/f", title))).added] == [name]
    assert name in imported(folder, opml(feed("https://www.one.example/f", title)))


def test_a_slug_has_only_letters_that_a_rule_can_name() -> None:
    assert slug("Tokyo's «Daily» № 5") == "tokyos-daily-no-5"


def test_a_feed_of_a_known_source_joins_it(folder: Path) -> None:
    text = opml(feed("https://antara.example/second.xml", "ANTARA News", 'k:name="antara" k:every="30m"'))
    antara = imported(folder, text)["antara"]
    assert antara.feeds == (
        FeedAddress("https://antara.example/rss.xml"),
        FeedAddress("https://antara.example/second.xml", timedelta(minutes=30)),
    )


@pytest.mark.parametrize(("written", "kept"), [("en-US", "en"), ("ID", "id"), ("klingon", None), ("", None)])
def test_a_language_of_another_program_counts_where_it_is_one(folder: Path, written: str, kept: str | None) -> None:
    assert imported(folder, opml(feed("https://one.example/f", "One", f'language="{written}"')))["one"].language == kept


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "XMLURL"])
def test_the_case_of_attributes_does_not_matter(folder: Path, name: str) -> None:
    assert "one" in imported(folder, opml(f'<outline TITLE="One" {name}=" https://one.example/f "/>'))


@pytest.mark.parametrize("url", ["feed:https://one.example/f", "feed://one.example/f"])
def test_the_scheme_of_feeds_means_the_web(folder: Path, url: str) -> None:
    (added,) = plan(folder, opml(feed(url))).added
    assert added.url.endswith("//one.example/f") and added.url.startswith("http")


def test_outlines_without_an_address_are_counted(folder: Path) -> None:
    found = plan(folder, opml('<outline text="a note"/>', '<outline text="a"><outline text="b"/></outline>'))
    assert (found.added, found.empty) == ((), 3)


def test_hundreds_of_feeds_are_added_in_one_go(folder: Path) -> None:
    text = opml(*(feed(f"https://paper{number}.example/f", f"Paper: {number} # no") for number in range(600)))
    assert len(imported(folder, text)) == 602
    assert (folder / "sources.yaml").read_text().startswith(SOURCES.removesuffix("# the end\n"))


def test_nothing_is_written_when_the_file_changed_meanwhile(folder: Path) -> None:
    found = plan(folder, opml(feed("https://one.example/f")))
    (folder / "sources.yaml").write_text("sources: []\n")
    with pytest.raises(ConfigErrors, match="changed meanwhile"):
        carry_out(found)
    assert (folder / "sources.yaml").read_text() == "sources: []\n"


def test_nothing_is_added_to_a_configuration_with_mistakes(folder: Path) -> None:
    (folder / "sources.yaml").write_text("sources:\n  - name: a b\n    feeds: [https://a.example/]\n")
    assert refused(folder, opml(feed("https://one.example/f"))).startswith("sources.yaml:2:11: ")


# --- addresses that are never asked ---------------------------------------------------------------------------------

PRIVATE = "not a public address (fetch.allow_networks)"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "only http:// and https:// are read"),
        ("javascript:alert(1)", "only http:// and https:// are read"),
        ("ftp://one.example/f", "only http:// and https:// are read"),
        ("/feed.xml", "only http:// and https:// are read"),
        ("http://127.0.0.1/f", PRIVATE),
        ("http://10.1.2.3/f", PRIVATE),
        ("http://169.254.169.254/latest", PRIVATE),
        ("http://[::1]/f", PRIVATE),
        ("http://[::ffff:10.0.0.1]/f", PRIVATE),
        ("http://localhost/f", PRIVATE),
        ("http://2130706433/f", "not a valid host name"),
        ("http://0x7f.1/f", "not a valid host name"),
        ("http://one.example:22/f", "port 22 is not asked (fetch.allow_networks)"),
        ("https://me:secret@one.example/f", "a user name or password does not belong in an address"),
        ("https://", "no host in it"),
    ],
)
def test_an_address_that_is_never_asked_is_left_out(folder: Path, url: str, why: str) -> None:
    found = plan(folder, opml(feed(url), feed("https://one.example/f", "One")))
    assert [one.why for one in found.left_out] == [why]
    assert [one.source for one in found.added] == ["one"]
    assert "secret" not in found.left_out[0].url


def test_an_allowed_network_is_asked(folder: Path) -> None:
    (folder / "bot.yaml").write_text("fetch: {allow_networks: [10.0.0.0/8]}\n")
    found = plan(folder, opml(feed("http://10.1.2.3:8080/f", "Inside"), feed("http://192.168.0.1/f", "Outside")))
    assert [one.source for one in found.added] == ["inside"]


# --- files that are no lists ----------------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE opml [\n<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE = '<!DOCTYPE opml [\n<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE opml [\n<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'
ENTITIES = "the file declares entities: these are not read, write the text itself"


@pytest.mark.parametrize("head", [LAUGHS, FILE, PARAMETER])
def test_a_list_that_declares_entities_is_refused(folder: Path, head: str) -> None:
    line = refused(folder, opml(feed("https://one.example/f", "&x;"), head=head))
    assert line.startswith("list.opml:2:") and line.endswith(ENTITIES)


def test_a_document_type_is_not_fetched(folder: Path) -> None:
    head = '<!DOCTYPE opml SYSTEM "file:///etc/passwd">'
    assert "one" in imported(folder, opml(feed("https://one.example/f", "One"), head=head))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "list.opml:1:1: this is no OPML file: it does not begin with '<'"),
        ('{"feeds": []}', "list.opml:1:1: this is no OPML file: it does not begin with '<'"),
        ("<rss><channel/></rss>", "list.opml:1:1: this is no OPML file: it begins with <rss>"),
        ("<!doctype html>\n<html></html>", "list.opml:1:1: this is no good XML: syntax error"),
        ("<opml>\n<body>", "list.opml:2:7: this is no good XML: no element found"),
        (
            opml(feed("https://one.example/?a=1&b=2")),
            "list.opml:3:70: this is no good XML: not well-formed (invalid token); a bare & must be written &amp;",
        ),
        ('<opml>\n<outline x:a="1"/></opml>', "list.opml:2:1: this is no good XML: unbound prefix"),
        ("<opml>" + "<outline>" * 50_000, "list.opml:1:450007: this is no good XML: no element found"),
    ],
)
def test_a_file_that_is_no_list_is_told_in_one_line(folder: Path, text: str, line: str) -> None:
    assert refused(folder, text) == line


def test_a_file_of_fifty_megabytes_is_not_read_to_its_end(folder: Path) -> None:
    with (folder / "list.opml").open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(ConfigErrors, match=f"list.opml:1:1: larger than {LARGEST_FILE} bytes: no list of feeds is"):
        plan_import(folder, folder / "list.opml")


def test_more_feeds_than_any_list_has_are_refused(folder: Path) -> None:
    text = opml(*(feed(f"https://one.example/{number}") for number in range(MOST_FEEDS + 1)))
    assert refused(folder, text).endswith(f"more than {MOST_FEEDS} feeds in one file: divide it")


@pytest.mark.parametrize("name", ["utf-8", "utf-16", "windows-1252", "iso-8859-1"])
def test_a_list_in_any_encoding_is_read(folder: Path, name: str) -> None:
    text = opml(feed("https://one.example/f", "Café"), head=f'<?xml version="1.0" encoding="{name}"?>\n')
    assert imported(folder, text.encode(name))["cafe"].title == "Café"


def test_a_list_that_lies_about_its_encoding_is_refused_at_the_place(folder: Path) -> None:
    text = opml(feed("https://one.example/f", "Café"), head='<?xml version="1.0" encoding="utf-8"?>\n')
    line = refused(folder, text.encode("windows-1252"))
    assert line == "list.opml:4:19: a character that is none in the encoding of this file: save it as UTF-8"


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ('k:name="a b"', "name: expected a name of at most 100 letters, digits, '-' and '_', found 'a b'"),
        ('k:name="a" k:tier="9"', "tier: expected at most 3, found 9"),
        ('k:name="a" k:country="xx"', "country: unknown country 'xx': expected a code such as id, jp or gb"),
        ('k:name="a" k:timezone="../../etc/passwd"', "timezone: unknown time zone '../../etc/passwd'"),
        ('k:name="a" k:every="now"', "feeds.every: expected a duration such as 50ms, 20s, 10m, 24h or 7d, found 'now'"),
    ],
)
def test_facts_of_ours_that_no_configuration_may_hold_are_told_at_their_line(
    folder: Path, facts: str, line: str
) -> None:
    assert refused(folder, opml(feed("https://one.example/f", "One", facts))) == f"list.opml:3:1: {line}"


def test_what_the_program_would_not_read_again_is_not_written(folder: Path) -> None:
    facts = 'k:name="twice"'
    line = refused(folder, opml(feed("https://one.example/", "One", facts), feed("https://ONE.example", "One", facts)))
    assert line.startswith("sources.yaml:") and "this feed is already in line" in line


def test_a_title_cannot_put_anything_else_into_the_file(folder: Path) -> None:
    title = "x&#10;  - name: evil&#10;    feeds: [https://evil.example/]&#10;# &quot; ' : {} &#x9b;31m &#x202e;"
    found = imported(folder, opml(feed("https://one.example/f", title)))
    assert len(found) == 3 and "evil" not in found
    assert all(source.title.isprintable() for source in found.values())
