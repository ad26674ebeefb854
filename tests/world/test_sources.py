"""`kentongan sources` and its words: what feeds answer, where a site keeps its feed, and what is told of pages."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakeweb import FakeWeb, Item, Response, rss
from news import item, page, path
from program import Program, world
from test_web_client_tls import certificate

from bot.run.cpu import Cpu
from bot.run.discover import COMMON_PATHS, By, Search, Tried, address_in
from bot.run.probe import Prober
from bot.web import Client

__all__ = ["certificate"]

NOW = datetime.now(UTC)
ESCAPES = "\x1b[31mred\x9b31m\u202e"


def entries(count: int, every: timedelta = timedelta(hours=6), newest: datetime = NOW) -> list[Item]:
    """So many entries, the newest first."""
    return [Item(f"Story {at}", f"/news/{at}", "A text.", newest - every * at) for at in range(count)]


def head(*links: str, title: str = "A paper") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{''.join(links)}</head><body><p>News</p></body></html>"


def link(href: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}">'


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[dict[str, dict[str, Any]]]:
    """What `sources check` says of feeds of all kinds, by their path."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    with FakeWeb() as web, FakeWeb(tls=serving) as secure:
        web.feed("/good", entries(40))
        web.feed("/fast", entries(30, timedelta(minutes=10)))
        web.feed("/dead", entries(3, newest=NOW - timedelta(days=400)))
        web.feed("/undated", [Item("Story", "/news/1")])
        web.feed("/none", [])
        web.feed("/json", entries(2), kind="jsonfeed")
        web.feed("/mistyped", entries(2), headers={"Content-Type": "text/html"})
        web.redirect("/moved", "/good", 301)
        web.redirect("/away", "/good", 302)
        web.page("/html", head(link("/good"), link("second.xml", "application/atom+xml"), link("javascript:alert(1)")))
        many = [link(f"/feed/{at}") for at in range(5000)] + [link("file:///etc/passwd")]
        web.page("/many", head(*many, title=f"{ESCAPES} title"))
        web.page("/maintenance", "Back soon", headers={"Content-Type": "text/plain"})
        web.page("/challenge", head(title="Just a moment..."))
        web.page("/forbidden", "", status=403)
        web.page("/gone", "", status=410)
        web.page("/sitemap", '<?xml version="1.0"?><urlset><url/></urlset>', headers={"Content-Type": "text/xml"})
        web.page("/empty", "", headers={"Content-Type": "application/rss+xml"})
        web.redirect("/private", "http://10.0.0.1/feed")
        web.gzip_bomb("/bomb", megabytes=20)
        web.hang("/hang", host="127.0.0.3")
        paths = "good fast dead undated none json mistyped moved away html many maintenance challenge forbidden gone"
        urls = [web.url(f"/{name}") for name in f"{paths} sitemap empty private bomb".split()]
        urls += [web.url("/hang", host="127.0.0.3"), secure.url("/tls", host="127.0.0.2")]
        program = installed(tmp_path_factory.mktemp("check"), urls)
        found = program.command("sources", "check", "--json")
        assert (found.status, found.err) == (1, "")
        assert len(found.rows) == len(urls)
        assert all(len(web.asked(f"/{name}")) >= 1 for name in paths.split())
        yield {row["url"].rpartition("/")[2]: row for row in found.rows}


def installed(home: Path, urls: list[str]) -> Program:
    program = Program(home)
    program.settings["fetch"] |= {"max_bytes": "1MB", "timeout": "2s"}
    program.write_settings()
    program.write_sources({"paper": urls} if urls else {})
    return program


# --- check: what feeds answer ---------------------------------------------------------------------------------------


def test_a_feed_is_told_with_what_it_brings(asked: dict[str, dict[str, Any]]) -> None:
    good = asked["good"]
    assert (good["ok"], good["entries"], good["error"], good["remarks"]) == (True, 40, None, [])
    assert (good["format"], good["title"], good["source"]) == ("rss20", "A feed", "paper")
    assert good["entries_a_day"] == pytest.approx(4, abs=0.3)
    assert datetime.fromisoformat(good["newest"]) == NOW.replace(microsecond=0)
    # Counted to this minute, and the suite may have begun some minutes ago.
    assert asked["fast"]["entries_a_day"] == pytest.approx(145, abs=6)


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("dead", f"its newest entry is of {NOW - timedelta(days=400):%Y-%m-%d}"),
        ("undated", "none of its entries has a date that can be read"),
        ("none", "it lists no entries"),
        ("mistyped", "it is sent as text/html, though it is a feed"),
    ],
)
def test_what_is_odd_about_a_feed_is_remarked(asked: dict[str, dict[str, Any]], name: str, remark: str) -> None:
    assert (asked[name]["ok"], asked[name]["remarks"]) == (True, [remark])


def test_a_new_address_is_proposed_for_a_feed_that_moved_for_good(asked: dict[str, dict[str, Any]]) -> None:
    to = asked["good"]["url"]
    assert asked["moved"]["moved_to"] == to
    assert asked["moved"]["remarks"] == [f"it has moved for good: list {to}"]
    assert asked["away"]["moved_to"] is None
    assert asked["away"]["remarks"] == [f"it is redirected to {to} for the time being"]


def test_a_page_is_told_with_the_feeds_it_names(asked: dict[str, dict[str, Any]]) -> None:
    good = asked["good"]["url"]
    assert (asked["html"]["ok"], asked["html"]["reason"]) == (False, "not_a_feed")
    assert asked["html"]["alternates"] == [good, good.replace("good", "second.xml")]


def test_of_thousands_of_named_feeds_a_few_are_told(asked: dict[str, dict[str, Any]]) -> None:
    assert len(asked["many"]["alternates"]) == 10
    assert all(address.startswith("http://127.0.0.1") for address in asked["many"]["alternates"])


@pytest.mark.parametrize(
    ("name", "reason", "error"),
    [
        ("maintenance", "not_a_feed", "plain text"),
        ("challenge", "not_a_feed", "challenge page"),
        ("sitemap", "not_a_feed", "sitemap"),
        ("empty", "not_a_feed", "empty"),
        ("forbidden", "status", "answered 403 Forbidden"),
        ("gone", "status", "answered 410 Gone"),
        ("tls", "tls", "no secure connection"),
        ("hang", "timeout", "no whole answer within 2 s"),
        ("bomb", "too_large", "larger than 1000000 bytes"),
        ("private", "refused_address", "10.0.0.1"),
    ],
)
def test_what_is_no_feed_is_named(asked: dict[str, dict[str, Any]], name: str, reason: str, error: str) -> None:
    assert (asked[name]["ok"], asked[name]["reason"]) == (False, reason)
    assert error in asked[name]["error"]


def test_nothing_that_a_terminal_obeys_is_printed(tmp_path: Path) -> None:
    with FakeWeb() as web:
        web.page("/many", head(link("/good\x9b31m"), title=f"{ESCAPES} title"))
        web.feed("/odd", [Item(ESCAPES, "/news/1")], title=ESCAPES, headers={"Content-Type": "te\x9b31mxt/plain"})
        program = installed(tmp_path, [web.url("/many"), web.url("/odd")])
        for words in (("sources", "check"), ("sources", "check", "--json")):
            shown = program.command(*words)
            assert "127.0.0.1" in shown.out
            assert all(sign.isprintable() or sign == "\n" for sign in shown.out + shown.err), words


def test_one_source_is_asked_by_its_name_and_an_unknown_word_is_a_wrong_one(tmp_path: Path) -> None:
    with FakeWeb() as web:
        web.feed("/one", entries(2))
        web.feed("/two", entries(2))
        program = installed(tmp_path, [])
        program.write_sources({"first": [web.url("/one")], "second": [web.url("/two")]})
        found = program.command("sources", "check", "second", "--json")
        assert (found.status, [row["source"] for row in found.rows]) == (0, ["second"])
        assert [request.path for request in web.requests] == ["/two"]
        wrong = program.command("sources", "check", "secnd")
        assert (wrong.status, wrong.out) == (2, "")
        said = "'secnd' is neither a source nor an address of http or https (did you mean 'second'?)"
        assert wrong.err == f"kentongan sources check: {said}\n"


def test_the_newest_page_is_read_where_that_is_asked_for(tmp_path: Path) -> None:
    with FakeWeb() as web:
        web.feed("/one", [item(1)])
        web.page(path(1), page(1))
        web.feed("/two", [Item("Story", "/closed")], host="127.0.0.2")
        web.page("/robots.txt", "User-agent: *\nDisallow: /closed\n", host="127.0.0.2")
        program = installed(tmp_path, [web.url("/one"), web.url("/two", host="127.0.0.2")])
        rows = {row["url"]: row for row in program.command("sources", "check", "--pages", "--json").rows}
        one, two = rows[web.url("/one")], rows[web.url("/two", host="127.0.0.2")]
        assert (one["page"], one["remarks"][1:]) == (web.url(path(1)), [])
        assert "robots.txt" in two["remarks"][-1] and two["ok"]
        assert not web.asked("/closed")


# --- check: where a site keeps its feed -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Searched:
    """What a search told, and what it asked for beside robots.txt."""

    found: list[Tried]
    paths: list[str]


SITES: dict[str, Callable[[FakeWeb, str], str]] = {}
"""By name: how a site is put up on a host of its own, and which of its paths is searched from."""


def site(name: str) -> Callable[[Callable[[FakeWeb, str], str]], Callable[[FakeWeb, str], str]]:
    def keep(put_up: Callable[[FakeWeb, str], str]) -> Callable[[FakeWeb, str], str]:
        SITES[name] = put_up
        return put_up

    return keep


@pytest.fixture(scope="module")
def searched() -> dict[str, Searched]:
    """Every site, searched one after another by one client."""

    async def search() -> dict[str, Searched]:
        with FakeWeb() as web:
            made = {}
            settings = {
                "timeout": timedelta(seconds=3),
                "per_host_delay": timedelta(),
                "allow_networks": ["127.0.0.0/8"],
            }
            async with Client("Kentongan/0", max_bytes=1_000_000, **settings) as client, Cpu(1) as cpu:  # type: ignore[arg-type]
                for number, (name, put_up) in enumerate(SITES.items(), 20):
                    host = f"127.0.0.{number}"
                    url = web.url(put_up(web, host), host=host)
                    found = [one async for one in Search(Prober(client, cpu), {}).run(url)]
                    paths = [one.path for one in web.requests if one.host == host and one.path != "/robots.txt"]
                    made[name] = Searched(found, paths)
            return made

    return asyncio.run(search())


@site("names")
def _(web: FakeWeb, host: str) -> str:
    web.page("/", head(link("/gone.xml"), link("/real.xml")), host=host)
    web.feed("/real.xml", entries(2), host=host)
    return "/"


def test_the_feeds_that_a_page_names_are_asked(searched: dict[str, Searched]) -> None:
    found = searched["names"]
    told = [(one.by, one.probe.ok) for one in found.found]
    assert told == [(By.GIVEN, False), (By.NAMED, False), (By.NAMED, True)]
    assert found.paths == ["/", "/gone.xml", "/real.xml"]


@site("names nothing")
def _(web: FakeWeb, host: str) -> str:
    web.page("/section/news", head(), host=host)
    web.feed("/rss.xml", entries(2), host=host)
    return "/section/news"


def test_the_usual_addresses_are_tried_until_one_is_a_feed(searched: dict[str, Searched]) -> None:
    found = searched["names nothing"]
    assert (found.found[-1].by, found.found[-1].probe.ok) == (By.GUESSED, True)
    assert found.paths == ["/section/news", "/feed", "/rss", "/rss.xml"]


@site("gone")
def _(web: FakeWeb, host: str) -> str:
    web.page("/", head(link("/new.xml")), host=host)
    web.feed("/new.xml", entries(2), host=host)
    return "/old.xml"


def test_an_address_that_is_gone_leads_to_the_front_page(searched: dict[str, Searched]) -> None:
    assert searched["gone"].paths == ["/old.xml", "/", "/new.xml"]
    assert searched["gone"].found[-1].probe.ok


@site("a feed")
def _(web: FakeWeb, host: str) -> str:
    web.feed("/rss", entries(2), host=host)
    return "/rss"


def test_an_address_that_is_a_feed_is_all_that_is_asked(searched: dict[str, Searched]) -> None:
    assert searched["a feed"].paths == ["/rss"]


@site("robots")
def _(web: FakeWeb, host: str) -> str:
    web.page("/", head(), host=host)
    web.page("/robots.txt", "User-agent: *\nDisallow: /feed\nDisallow: /rss\n", host=host)
    return "/"


def test_robots_are_obeyed_where_addresses_are_guessed(searched: dict[str, Searched]) -> None:
    assert searched["robots"].paths == ["/", "/atom.xml", "/index.xml"]


@site("patience")
def _(web: FakeWeb, host: str) -> str:
    web.page("/", head(), host=host)
    web.respond("/feed", Response(b"", 429, {"Retry-After": "60"}), host=host)
    return "/"


def test_a_host_that_wants_no_more_requests_gets_none(searched: dict[str, Searched]) -> None:
    assert searched["patience"].paths == ["/", "/feed"]


@site("forbidden")
def _(web: FakeWeb, host: str) -> str:
    web.page("/", "", status=403, host=host)
    return "/"


def test_a_host_that_refuses_is_left_in_peace(searched: dict[str, Searched]) -> None:
    assert searched["forbidden"].paths == ["/"]


@site("hostile")
def _(web: FakeWeb, host: str) -> str:
    far = [link("http://10.0.0.1/feed"), link("http://169.254.169.254/"), link("file:///etc/passwd")]
    web.page("/", head(*far, *(link(f"/feed/{at}") for at in range(500))), host=host)
    return "/"


def test_a_page_cannot_send_the_search_to_private_addresses_or_for_ever(searched: dict[str, Searched]) -> None:
    found = searched["hostile"]
    assert [one.probe.reason for one in found.found[1:3]] == ["refused_address"] * 2
    assert found.paths == ["/", "/feed/0", "/feed/1", "/feed/2", *COMMON_PATHS]


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("https://a.example/feed", "https://a.example/feed"),
        ("a.example/feed", "https://a.example/feed"),
        ("http://intranet/feed", "http://intranet/feed"),
        ("antara", None),
        ("ftp://a.example/", None),
        ("file:///etc/passwd", None),
        ("", None),
        ("http://[", "http://["),
        ("a.[example", None),
    ],
)
def test_a_word_is_an_address_of_the_web_or_none(word: str, address: str | None) -> None:
    assert address_in(word) == address


def test_a_search_from_the_command_line_ends_by_what_it_found(tmp_path: Path) -> None:
    with FakeWeb() as web:
        web.page("/", head(link("/real.xml")))
        web.feed("/real.xml", entries(2))
        program = installed(tmp_path, [])
        found = program.command("sources", "check", web.url("/"), "--json")
        assert (found.status, [row["by"] for row in found.rows]) == (0, ["given", "named"])
        web.remove("/real.xml")
        nothing = program.command("sources", "check", web.url("/"))
        assert (nothing.status, nothing.err) == (1, "no feed was found\n")


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_names_every_failure_and_counts_by_dates(tmp_path: Path) -> None:
    with world(tmp_path, telegram=False) as w:
        listed = [item(at, published=NOW - timedelta(hours=12 * at)) for at in range(1, 5)]
        w.web.page(path(1), page(1))
        w.web.page(path(2), "", status=404)
        w.web.page(path(3), "", status=404)
        w.web.page(path(4), head())
        w.feed(listed)
        w.feed([item(9)], "/moved.xml", "kyodo")
        w.web.page("/gone.xml", "", status=410)
        w.list_feed(w.web.url("/gone.xml"), "tempo")
        w.once()
        rows = {row["source"]: row for row in w.program.command("sources", "--json").rows}
        assert rows["antara"]["entries_a_day"] == pytest.approx(2, abs=0.1)
        assert rows["antara"]["extracted"] == 0.25
        errors = {one["error"]: one["pages"] for one in rows["antara"]["page_errors"]}
        assert errors.pop("answered 404 Not Found") == 2
        assert list(errors.values()) == [1]
        assert (rows["tempo"]["state"], rows["tempo"]["failures"]) == ("gone", 1)
        assert "410 Gone" in rows["tempo"]["last_error"]
        shown = w.program.command("sources").out
        assert "2 pages: answered 404 Not Found" in shown and "410 Gone" in shown
        assert all(sign.isprintable() or sign == "\n" for sign in shown)


# --- import and export ----------------------------------------------------------------------------------------------

OPML = '<opml version="2.0"><body>\n<outline text="One" xmlUrl="{}"/>\n<outline text="x" xmlUrl="file:///etc"/></body></opml>'


def test_a_list_is_imported_exported_and_tried_first(tmp_path: Path) -> None:
    program = installed(tmp_path, [])
    program.write_sources({"paper": ["https://paper.example/feed"]})
    before = (program.config / "sources.yaml").read_bytes()
    (tmp_path / "list.opml").write_text(OPML.format("https://one.example/feed"))
    tried = program.command("sources", "import", "list.opml", "--dry-run")
    assert (tried.status, (program.config / "sources.yaml").read_bytes()) == (0, before)
    assert tried.out.splitlines()[0] == "would add new source one (One): https://one.example/feed"
    assert tried.err == "list.opml:3: left out: file:///etc: only http:// and https:// are read\n"
    done = program.command("sources", "import", "list.opml", "--json").document
    assert [(one["source"], one["line"], one["new_source"]) for one in done["added"]] == [("one", 2, True)]
    assert [one["line"] for one in done["left_out"]] == [3]
    assert "https://one.example/feed" in program.command("sources", "export").out
    again = program.command("sources", "import", "list.opml")
    assert (again.status, again.out.splitlines()[-1]) == (
        0,
        f"0 feeds added to {program.config}/sources.yaml; 1 listed already; 1 left out",
    )


def test_a_bad_list_is_one_line_and_status_2(tmp_path: Path) -> None:
    program = installed(tmp_path, [])
    (tmp_path / "list.opml").write_text("<opml>\n<body>")
    for words in (("sources", "import", "list.opml"), ("sources", "import", "list.opml", "--json")):
        found = program.command(*words)
        said = "list.opml:2:7: this is no good XML: no element found\n"
        assert (found.status, found.out, found.err) == (2, "", said)


def test_a_running_bot_takes_up_what_is_imported(tmp_path: Path) -> None:
    with world(tmp_path, telegram=False) as w:
        w.feed([item(1)])
        w.web.page(path(1), page(1))
        w.web.feed("/new.xml", [item(2)])
        w.web.page(path(2), page(2))
        (tmp_path / "list.opml").write_text(OPML.format(w.web.url("/new.xml")))
        with w.program.running():
            from bot.run.imports import carry_out, plan_import

            carry_out(plan_import(w.program.config, tmp_path / "list.opml"))
            w.program.wait_until(lambda: w.web.asked("/new.xml"))


# --- explain --------------------------------------------------------------------------------------------------------

FURNITURE = "<p>Share this on Facebook</p><p>Baca juga: Menteri bertemu di Tokyo</p>"


def test_explain_tells_how_a_page_was_read_within_80_columns(tmp_path: Path) -> None:
    program = installed(tmp_path, [])
    body = page(1).replace("</article>", f"{FURNITURE}<p>{'防衛省' * 60}</p></article>")
    (tmp_path / "page.html").write_text(body)
    shown = program.command("explain", "page.html")
    assert (shown.status, shown.err) == (0, "")
    told = shown.out[shown.out.index("how it was read") :].splitlines()
    assert any(line.startswith("  title      from ") for line in told)
    assert "left out" in told
    found = program.command("explain", "page.html", "--json").document["reading"]
    assert set(found) == {
        "title", "text", "date", "author", "language", "certainty",
        "published_raw", "modified", "agency", "canonical", "removed",
    }  # fmt: skip
    assert found["text"] == "page" and found["language"] == "text"
    assert any("Baca juga" in one["text"] and one["why"] for one in found["removed"])


def test_what_the_web_says_cannot_reach_the_terminal_through_explain(tmp_path: Path) -> None:
    program = installed(tmp_path, [])
    body = page(1, extra=f"A last {ESCAPES} sentence of the article that is long enough to stay in it.")
    (tmp_path / "page.html").write_text(body.replace("</h1>", f"{ESCAPES}</h1>").replace("Home", f"Home{ESCAPES}"))
    for words in (("explain", "page.html"), ("explain", "page.html", "--json")):
        shown = program.command(*words)
        assert shown.status == 0
        assert all(sign.isprintable() or sign == "\n" for sign in shown.out + shown.err), words


def test_an_article_out_of_the_store_tells_what_was_kept_and_read_anew_it_tells_all(tmp_path: Path) -> None:
    with world(tmp_path, telegram=False) as w:
        w.feed([Item("Japan and Indonesia sign a pact, says the feed", path(1), published=NOW)])
        w.page(1)
        w.once()
        url = w.web.url(path(1))
        stored = w.program.command("explain", url, "--json").document
        assert (stored["from"], stored["reading"]["text"], stored["reading"]["removed"]) == ("store", "page", None)
        fresh = w.program.command("explain", url, "--fetch", "--json").document
        assert fresh["from"] == "web" and fresh["reading"]["removed"] is not None
        # As the pipeline reads it: with the date that the feed gives.
        assert (fresh["published"], fresh["reading"]["date"]) == (stored["published"], "feed")
        assert "--fetch" in w.program.command("explain", url).out


def test_long_and_wide_texts_are_cut_to_the_columns_of_a_terminal() -> None:
    from bot.cli.reading import fitted

    assert fitted("a" * 80) == "a" * 80
    assert fitted("a" * 81) == "a" * 79 + "…"
    assert fitted("防" * 41, "    ") == "    " + "防" * 37 + "…"
    assert fitted("a\u0301" * 80) == "a\u0301" * 80
    assert fitted("one\n two\x1b[1m", "- ") == "- one two [1m"


def test_json_that_a_terminal_would_obey_is_escaped_and_means_the_same() -> None:
    from bot.cli.show import dumped

    written = dumped({"title": ESCAPES})
    assert written.isprintable() and json.loads(written) == {"title": ESCAPES}


def test_rss_of_the_tests_has_dates() -> None:
    assert "<pubDate>" in rss(entries(1))
