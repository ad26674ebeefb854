"""Settings, sources and the token: defaults, units, the environment, and mistakes at their places."""

from __future__ import annotations

import os
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.errors import ConfigErrors
from bot.model import FeedAddress, Source
from bot.settings import Access, Settings, load_settings, load_sources, load_token, schemas

SHIPPED = Path(__file__).parents[2] / "config"
TOKEN = "123456789:AAExampleExampleExampleExample-_xyz"


def settings(folder: Path, text: str | None = None, environ: dict[str, str] | None = None) -> Settings:
    if text is not None:
        (folder / "bot.yaml").write_text(text)
    return load_settings(folder, environ or {})


def mistakes(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        settings(folder, text, environ)
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


# --- bot.yaml -------------------------------------------------------------------------------------------------------


def test_without_a_file_every_setting_has_its_default(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.timezone == "Asia/Jakarta"
    assert found.database is None
    assert (found.poll.every, found.poll.jitter, found.poll.slowest) == (timedelta(minutes=10), 0.1, timedelta(days=1))
    assert (found.fetch.timeout, found.fetch.max_bytes) == (timedelta(seconds=20), 10_000_000)
    assert (found.fetch.workers, found.fetch.robots, found.fetch.allow_networks) == (2, True, ())
    assert (found.telegram.admins, found.telegram.access) == ((), Access.INVITE)
    assert (found.alerts.hold, found.alerts.quiet) == (timedelta(minutes=2), None)
    assert (found.retention.articles, found.retention.matched) == (timedelta(days=90), None)
    assert (found.desk.host, found.desk.port) == ("127.0.0.1", 8080)
    assert (found.stories.window, found.stories.copies) == (timedelta(days=7), timedelta(days=30))
    assert (found.digests.stories, found.digests.per_section, found.digests.headlines) == (20, 6, 30)
    assert (found.spikes.enabled, found.spikes.threshold, found.spikes.at_least) == (True, 3.0, 5)
    assert (found.spikes.window, found.spikes.baseline, found.spikes.spacing) == (
        timedelta(days=1),
        timedelta(days=28),
        timedelta(days=2),
    )


def test_the_shipped_file_holds_every_key_with_its_default(tmp_path: Path) -> None:
    from bot.yamlfile import read

    shipped = read(SHIPPED / "bot.yaml").data
    assert isinstance(shipped, dict)
    assert load_settings(SHIPPED, {}) == settings(tmp_path)
    assert {key: sorted(part) if isinstance(part, dict) else None for key, part in shipped.items()} == {
        key: sorted(part) if isinstance(part, dict) else None for key, part in settings(tmp_path).model_dump().items()
    }


def test_a_section_with_all_its_keys_commented_out_means_its_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path, "poll:\n  # every: 5m\n").poll.every == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("50ms", timedelta(milliseconds=50)),
        ("20s", timedelta(seconds=20)),
        ("10m", timedelta(minutes=10)),
        ("1.5h", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
    ],
)
def test_durations_are_written_with_their_unit(tmp_path: Path, text: str, length: timedelta) -> None:
    assert settings(tmp_path, f"poll: {{every: {text}}}").poll.every == length


@pytest.mark.parametrize(
    ("text", "number"),
    [("10MB", 10**7), ("512KiB", 2**19), ("1.5MiB", 3 * 2**19), ("1kB", 1000), ("300B", 300), ("4096", 4096)],
)
def test_sizes_are_decimal_or_binary_bytes(tmp_path: Path, text: str, number: int) -> None:
    assert settings(tmp_path, f"fetch: {{max_bytes: {text}}}").fetch.max_bytes == number


def test_a_jitter_of_nothing_is_allowed(tmp_path: Path) -> None:
    assert settings(tmp_path, "poll: {jitter: 0%}").poll.jitter == 0.0


def test_quiet_hours_may_span_midnight(tmp_path: Path) -> None:
    assert settings(tmp_path, "alerts: {quiet: 22:00-06:30}").alerts.quiet == (time(22), time(6, 30))


def test_networks_may_be_ranges_and_single_addresses(tmp_path: Path) -> None:
    found = settings(tmp_path, "fetch: {allow_networks: [127.0.0.0/8, '::1']}").fetch.allow_networks
    assert found == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def test_the_password_of_a_database_is_not_in_the_settings_text(tmp_path: Path) -> None:
    found = settings(tmp_path, "database: postgresql://bot:hunter2@db/news")
    assert "hunter2" not in repr(found) + str(found)
    assert found.database is not None
    assert found.database.get_secret_value() == "postgresql://bot:hunter2@db/news"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("pol: {}", "1:1: unknown key 'pol' (did you mean 'poll'?)"),
        ("poll: {evry: 1m}", "1:8: unknown key 'evry' (did you mean 'every'?)"),
        ("poll: 5m", "1:7: expected a mapping, found '5m'"),
        ("poll: {every: 10}", "1:15: expected a duration such as 50ms, 20s, 10m, 24h or 7d, found the number 10"),
        ("poll: {every: 0s}", "1:15: expected a duration of more than 0, found '0s'"),
        ("poll: {every: 99999999d}", "1:15: expected a duration of at most 36500d, found '99999999d'"),
        ("poll: {jitter: 0.1}", "1:16: expected a percentage from 0% to 100%, such as 10%, found the number 0.1"),
        ("poll: {jitter: 101%}", "1:16: expected a percentage from 0% to 100%, such as 10%, found '101%'"),
        ("fetch: {max_bytes: 10XB}", "1:20: expected a size such as 10MB or 512KiB, found '10XB'"),
        ("fetch: {max_bytes: 0B}", "1:20: expected a size such as 10MB or 512KiB, found '0B'"),
        ("fetch: {workers: 0}", "1:18: expected at least 1, found 0"),
        ("fetch: {robots: NO}", "1:17: expected true or false, found 'NO'"),
        (
            "fetch: {allow_networks: [10.0.0.1/8]}",
            "1:26: '10.0.0.1/8' has bits beyond its prefix: did you mean 10.0.0.0/8?",
        ),
        (
            'fetch: {user_agent: "a\\r\\nHost: b"}',
            "1:21: expected a text of plain letters, digits and signs, found 'a\\r\\nHost: b'",
        ),
        ("timezone: Asia/Jakara", "1:11: unknown time zone 'Asia/Jakara' (did you mean 'Asia/Jakarta'?)"),
        ("timezone: ../../etc/passwd", "1:11: unknown time zone '../../etc/passwd'"),
        ("telegram: {access: opn}", "1:20: expected 'closed', 'invite' or 'open', found 'opn' (did you mean 'open'?)"),
        ("telegram: {admins: ['7']}", "1:21: expected a whole number, found '7'"),
        ("telegram: {api_base_url: 'ftp://x'}", "1:26: expected a web address such as https://example.org/feed, found"),
        ("alerts: {quiet: 22:00}", "1:17: expected hours such as 22:00-06:30, or null, found '22:00'"),
        ("alerts: {quiet: 22:00-22:00}", "1:17: expected two different hours, found '22:00-22:00'"),
        ("retention: {matched: always}", "1:22: expected a duration such as 90d, or forever, found 'always'"),
        ("digests: {stories: 0}", "1:20: expected at least 1, found 0"),
        ("digests: {headlines: many}", "1:22: expected a whole number, found 'many'"),
        ("spikes: {threshold: 0}", "1:21: expected a number above 0 and up to 1000, such as 3.0, found the number 0"),
        (
            "spikes: {threshold: true}",
            "1:21: expected a number above 0 and up to 1000, such as 3.0, found the boolean true",
        ),
        ("spikes: {at_least: 0}", "1:20: expected at least 1, found 0"),
        ("spikes: {window: 7d, baseline: 28d}", "1:32: expected 7 to 1000 times the window"),
        ("stories: {copies: 0d}", "1:19: expected a duration of more than 0, found '0d'"),
        ("desk: {port: 65536}", "1:14: expected at most 65535, found 65536"),
    ],
)
def test_a_wrong_setting_is_told_at_its_place(tmp_path: Path, text: str, line: str) -> None:
    assert mistakes(tmp_path, text)[0].startswith(f"bot.yaml:{line}")


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "pol: 1\npoll: {every: x, jitter: y}\ndesk: {port: -1}\n")) == 4


# --- the environment ------------------------------------------------------------------------------------------------


def test_numbers_and_switches_of_spikes_can_be_set_by_the_environment(tmp_path: Path) -> None:
    environ = {"KENTONGAN_SPIKES__THRESHOLD": "2.5", "KENTONGAN_SPIKES__ENABLED": "no"}
    found = settings(tmp_path, environ=environ).spikes
    assert (found.threshold, found.enabled) == (2.5, False)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "KENTONGAN_POLL__EVERY": "50ms",
        "KENTONGAN_TIMEZONE": "UTC",
        "KENTONGAN_FETCH__WORKERS": "3",
        "KENTONGAN_FETCH__ROBOTS": "false",
        "KENTONGAN_FETCH__MAX_BYTES": "1MiB",
        "KENTONGAN_TELEGRAM__ACCESS": "open",
        "KENTONGAN_ALERTS__QUIET": "22:00-06:30",
        "KENTONGAN_RETENTION__MATCHED": "365d",
    }
    found = settings(tmp_path, "poll: {every: wrong, jitter: 5%}\nalerts:\n", environ)
    assert (found.poll.every, found.poll.jitter, found.timezone) == (timedelta(milliseconds=50), 0.05, "UTC")
    assert (found.fetch.workers, found.fetch.robots, found.fetch.max_bytes) == (3, False, 2**20)
    assert (found.telegram.access, found.alerts.quiet) == (Access.OPEN, (time(22), time(6, 30)))
    assert found.retention.matched == timedelta(days=365)


@pytest.mark.parametrize(
    "text", ["127.0.0.0/8,10.0.0.0/8", " 127.0.0.0/8 , 10.0.0.0/8,", '["127.0.0.0/8", "10.0.0.0/8"]']
)
def test_a_list_in_the_environment_is_parted_by_commas_or_json(tmp_path: Path, text: str) -> None:
    found = settings(tmp_path, environ={"KENTONGAN_FETCH__ALLOW_NETWORKS": text, "KENTONGAN_TELEGRAM__ADMINS": "[1,2]"})
    assert found.fetch.allow_networks == (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
    assert found.telegram.admins == (1, 2)


def test_null_and_nothing_in_the_environment_take_a_setting_back(tmp_path: Path) -> None:
    text = "database: x.db\nalerts: {quiet: 22:00-06:00}\n"
    found = settings(tmp_path, text, {"KENTONGAN_DATABASE": "", "KENTONGAN_ALERTS__QUIET": "null"})
    assert (found.database, found.alerts.quiet) == (None, None)


@pytest.mark.parametrize(
    ("variable", "text", "line"),
    [
        ("KENTONGAN_POLL__EVERY", "3", "expected a duration such as 50ms, 20s, 10m, 24h or 7d, found '3'"),
        ("KENTONGAN_FETCH__WORKERS", "two", "expected a whole number, found 'two'"),
        ("KENTONGAN_FETCH__ALLOW_NETWORKS", "x", "expected a network such as 10.0.0.0/8, found 'x'"),
        ("KENTONGAN_POL__EVERY", "3m", "there is no such setting (did you mean 'KENTONGAN_POLL__EVERY'?)"),
        ("KENTONGAN_POLL", "3m", "is a section, not a setting: set its keys one by one, as KENTONGAN_POLL__EVERY"),
    ],
)
def test_a_mistake_in_the_environment_names_its_variable(tmp_path: Path, variable: str, text: str, line: str) -> None:
    assert mistakes(tmp_path, "", {variable: text}) == [f"{variable}: {line}"]


def test_variables_that_other_programs_set_are_left_alone(tmp_path: Path) -> None:
    names = ("KENTONGAN_PORT", "KENTONGAN_SERVICE_HOST", "KENTONGAN_CONFIG", "KENTONGAN_STATE", "PATH")
    assert settings(tmp_path, environ=dict.fromkeys(names, "x")) == settings(tmp_path)


# --- the token ------------------------------------------------------------------------------------------------------


def token(environ: dict[str, str]) -> str | None:
    found = load_token(Settings(), environ)
    assert TOKEN not in repr(found)
    return found.get_secret_value() if found else None


def test_without_a_token_there_is_none() -> None:
    assert token({}) is None
    assert token({"KENTONGAN_TELEGRAM__TOKEN": " "}) is None


def test_a_credential_of_systemd_comes_before_a_file_and_a_file_before_the_variable(tmp_path: Path) -> None:
    (tmp_path / "telegram-token").write_text("1111111:credential\n")
    (tmp_path / "file").write_text(" 2222222:file\n")
    environ = {"KENTONGAN_TELEGRAM__TOKEN": " 3333333:variable\n"}
    assert token(environ) == "3333333:variable"
    environ["KENTONGAN_TELEGRAM__TOKEN_FILE"] = str(tmp_path / "file")
    assert token(environ) == "2222222:file"
    environ["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    assert token(environ) == "1111111:credential"


def test_a_malformed_token_is_refused_without_being_printed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("s3cret s3cret")
    for environ in (
        {"KENTONGAN_TELEGRAM__TOKEN": "s3cret"},
        {"KENTONGAN_TELEGRAM__TOKEN_FILE": str(tmp_path / "file")},
    ):
        with pytest.raises(ConfigErrors, match="is no bot token") as caught:
            load_token(Settings(), environ)
        assert "s3cret" not in str(caught.value)


def test_a_token_file_that_is_not_there_is_told_with_its_variable() -> None:
    with pytest.raises(ConfigErrors, match=r"^KENTONGAN_TELEGRAM__TOKEN_FILE: /no/file cannot be read: no such file"):
        load_token(Settings(), {"KENTONGAN_TELEGRAM__TOKEN_FILE": "/no/file"})


def test_a_token_in_yaml_is_refused_at_its_line_and_not_printed(tmp_path: Path) -> None:
    found = mistakes(tmp_path, f"telegram:\n  token: {TOKEN}\n")
    assert len(found) == 1
    assert found[0].startswith("bot.yaml:2:3: remove 'token': the token comes from")
    assert TOKEN not in found[0]


# --- sources.yaml ---------------------------------------------------------------------------------------------------


def sources(folder: Path, text: str) -> tuple[Source, ...]:
    (folder / "sources.yaml").write_text(text)
    return load_sources(folder)


def source_mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        sources(folder, text)
    return [line.removeprefix(f"{folder}/sources.yaml:") for line in str(caught.value).splitlines()]


def test_a_source_needs_only_a_name_and_feeds(tmp_path: Path) -> None:
    assert sources(tmp_path, "sources: [{name: a, feeds: ['https://a.example/rss']}]") == (
        Source("a", "a", (FeedAddress("https://a.example/rss"),), tier=3, family="a"),
    )


def test_a_source_in_full(tmp_path: Path) -> None:
    text = """
sources:
  - name: antara
    title: ANTARA News
    country: ID
    language: id
    timezone: Asia/Jakarta
    tier: 1
    family: state
    feeds:
      - https://a.example/rss
      - {url: https://a.example/atom, every: 30m}
"""
    feeds = (FeedAddress("https://a.example/rss"), FeedAddress("https://a.example/atom", timedelta(minutes=30)))
    assert sources(tmp_path, text) == (
        Source("antara", "ANTARA News", feeds, "id", "id", "Asia/Jakarta", tier=1, family="state"),
    )


def test_norway_is_a_country(tmp_path: Path) -> None:
    assert sources(tmp_path, "sources: [{name: a, feeds: ['http://a/'], country: NO}]")[0].country == "no"


def test_a_missing_list_of_sources_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load_sources(tmp_path)
    assert str(caught.value) == f"{tmp_path}/sources.yaml:1:1: there is no such file: list the feeds to watch in it"


def test_duplicate_names_and_feeds_are_told_beside_all_other_mistakes(tmp_path: Path) -> None:
    text = """sources:
  - name: a
    feeds: [https://a.example/rss]
  - name: A
    feeds: ['HTTPS://A.example:443/rss', ftp://b/]
    tier: 4
    country: uk
    language: jp
    timezone: WIB
    coutry: x
  - {name: b c, feeds: []}
"""
    assert source_mistakes(tmp_path, text) == [
        "4:11: the source 'A' is already in line 2",
        "5:13: this feed is already in line 3 (source 'a')",
        "5:42: expected a web address such as https://example.org/feed, found 'ftp://b/'",
        "6:11: expected at most 3, found 4",
        "7:14: unknown country 'uk' (did you mean 'gb'?)",
        "8:15: unknown language 'jp' (did you mean 'ja'?)",
        "9:15: unknown time zone 'WIB'",
        "10:5: unknown key 'coutry' (did you mean 'country'?)",
        "11:12: expected a name of at most 100 letters, digits, '-' and '_', found 'b c'",
        "11:24: must not be empty",
    ]


@pytest.mark.parametrize("url", ["https://bot:hunter2@a/", "htp://bot:hunter2@a/", "https://bot:hunter2@a:x/"])
def test_a_password_in_an_address_is_refused_and_not_printed(tmp_path: Path, url: str) -> None:
    found = source_mistakes(tmp_path, f"sources: [{{name: a, feeds: ['{url}']}}]")
    assert found == ["1:29: a web address must not hold a user name or password here"]


@pytest.mark.parametrize(
    "url", ["//a/", "https://", "https://a:99999/", "https://a b/", "a.example/rss", "https://[::1/"]
)
def test_what_is_no_web_address_is_refused(tmp_path: Path, url: str) -> None:
    assert "expected a web address" in source_mistakes(tmp_path, f"sources: [{{name: a, feeds: ['{url}']}}]")[0]


# --- schemas --------------------------------------------------------------------------------------------------------


def test_schemas_say_durations_as_people_write_them() -> None:
    poll = schemas()["bot"]["$defs"]["Poll"]["properties"]["every"]
    assert (poll["type"], poll["default"]) == ("string", "10m")
    assert poll["description"]


def test_schemas_refuse_unknown_keys_and_demand_what_is_required() -> None:
    found = schemas()
    assert found["bot"]["additionalProperties"] is False
    assert found["sources"]["$defs"]["SourceEntry"]["required"] == ["name", "feeds"]


def test_schemas_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = schemas()
    monkeypatch.setitem(os.environ, "KENTONGAN_POLL__EVERY", "1m")
    assert schemas() == before
