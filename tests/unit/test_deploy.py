"""The deployment files, as far as they can be held without a machine to deploy to."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.run.alarms import Around
from bot.run.engine import Engine, Tally
from bot.run.metrics import Gauges, registry
from bot.run.notify import MORE_TIME
from bot.run.reload import Standing
from bot.settings import load_settings
from bot.settings.environment import TOKEN_FILE
from bot.store.alarms import Kind
from bot.store.database import open_database
from bot.yamlfile import read

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "kentongan.service"
DROP_IN = DEPLOY / "watchlist-editing.conf"
RULES = DEPLOY / "prometheus-rules.yml"
DASHBOARD = DEPLOY / "grafana-dashboard.json"


def unit(key: str) -> list[str]:
    """The values of one key of the unit, in their order."""
    return [line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith(f"{key}=")]


def health_check() -> list[str]:
    line = next(line for line in (DEPLOY / "Containerfile").read_text().splitlines() if line.startswith("HEALTHCHECK"))
    command: list[str] = json.loads(line[line.index("CMD ") + 4 :])
    return command


def compose() -> Any:
    return read(DEPLOY / "compose.yaml").data


@pytest.mark.parametrize("drop_ins", [[], [DROP_IN]], ids=["as it comes", "with watchlists that can be edited"])
def test_the_unit_is_exposed_by_no_more_than_one_and_a_half_of_ten(drop_ins: list[Path], tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is missing")
    # Sections may stand in a unit twice; what is read later is what a drop-in says.
    whole = tmp_path / UNIT.name
    whole.write_text("\n".join(path.read_text() for path in [UNIT, *drop_ins]))
    done = subprocess.run(
        [program, "security", "--offline=true", "--threshold=15", "--no-pager", str(whole)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("NOT TESTED: this systemd-analyze is too old for --offline")
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()


def test_the_unit_can_write_no_file_of_the_configuration_unless_watchlists_are_opened() -> None:
    assert unit("ProtectSystem") == ["strict"]
    assert not unit("ReadWritePaths") and not unit("SupplementaryGroups")
    opened = [line for line in DROP_IN.read_text().splitlines() if line.startswith("ReadWritePaths=")]
    assert opened == ["ReadWritePaths=/etc/kentongan/watchlists"]


def test_the_unit_keeps_the_socket_that_the_watchdog_is_fed_through() -> None:
    assert unit("Type") == ["notify"]
    assert unit("WatchdogSec") == ["60"]
    assert "AF_UNIX" in unit("RestrictAddressFamilies")[0].split()


def test_the_first_request_for_more_time_comes_long_before_a_start_is_given_up() -> None:
    # EXTEND_TIMEOUT_USEC counts from when it is sent, and must be sent again before it is over: sd_notify(3).
    assert timedelta(seconds=int(unit("TimeoutStartSec")[0])) / 4 > MORE_TIME / 4


def test_the_unit_hands_the_token_over_as_a_credential_only() -> None:
    assert unit("LoadCredential")[0].partition(":")[0] == "telegram-token"
    assert not [value for value in unit("Environment") if "TOKEN" in value]


def test_the_unit_starts_the_service_on_the_directories_it_declares() -> None:
    command = shlex.split(unit("ExecStart")[0])
    assert command == [
        "/opt/kentongan/.venv/bin/kentongan",
        "run",
        "--config",
        "%E/kentongan",
        "--state",
        "%S/kentongan",
    ]
    assert unit("ConfigurationDirectory") == unit("StateDirectory") == ["kentongan"]


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_container_is_healthy_when_the_desk_says_so(status: int, healthy: bool) -> None:
    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Desk) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        python, flag, code = health_check()
        assert (python, flag) == ("python", "-c")
        code = code.replace("127.0.0.1:8080", f"127.0.0.1:{server.server_port}")
        # -I and -S: the standard library and nothing else.
        done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, timeout=30, check=False)
    assert (done.returncode == 0) is healthy


def test_the_container_runs_as_a_numbered_user_that_is_not_root() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    number = re.search(r"^ARG UID=(\d+)$", text, re.MULTILINE)
    assert number and int(number[1]) > 0
    assert re.search(r"^USER \$\{UID\}:\$\{UID\}$", text, re.MULTILINE)


def test_the_builder_is_handed_what_is_copied_and_nothing_else() -> None:
    copied = {
        source
        for line in (DEPLOY / "Containerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    }
    lines = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied


def test_the_token_of_the_container_is_kept_out_of_the_repository() -> None:
    place = compose()["secrets"]["telegram-token"]["file"].removeprefix(".")
    assert place in (DEPLOY / ".gitignore").read_text().splitlines()


def test_the_settings_that_compose_gives_are_settings(tmp_path: Path) -> None:
    environment = compose()["services"]["bot"]["environment"]
    assert environment.pop(TOKEN_FILE) == "/run/secrets/telegram-token"
    assert load_settings(tmp_path, environment).desk.host == "0.0.0.0"


def test_the_composed_container_can_write_nothing_but_its_state_and_temporary_files() -> None:
    bot = compose()["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert [volume for volume in bot["volumes"] if not volume.endswith(":ro")] == ["state:/var/lib/kentongan"]


@cache
def scraped() -> tuple[Any, ...]:
    """What a scrape of the program brings."""

    async def look(folder: Path) -> tuple[Any, ...]:
        worker = SimpleNamespace(died=0, stopped=0)
        now = datetime(2026, 3, 10, tzinfo=UTC)
        async with open_database(folder / "kentongan.db") as database:
            parts = {"tally": Tally(), "cpu": worker, "feed_cpu": worker, "couriers": {"telegram": None}}
            engine = cast(Engine, SimpleNamespace(**parts, database=database, clock=lambda: now))
            gauges = Gauges(engine, Around(folder, now), lambda: now)
            await gauges.look()
            return tuple(registry(engine, Standing(now), gauges).collect())

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(look(Path(folder)))


def exposed() -> dict[str, str]:
    """Every name that a scrape of the program brings, with its kind."""
    return {sample.name: family.type for family in scraped() for sample in family.samples}


def queries() -> list[str]:
    """Every query of the dashboard, with something in the place of its variables."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    found = [target["expr"] for panel in panels for target in panel["targets"]]
    filled = [expr.replace("$__rate_interval", "5m") for expr in found]
    return [re.sub(r"\$\w+", "kentongan", expr) for expr in filled]


def conditions() -> list[str]:
    rules = read(RULES).data
    return [rule["expr"] for group in cast(Any, rules)["groups"] for rule in group["rules"]]


def promtool(*words: str | Path) -> None:
    program = shutil.which("promtool")
    if program is None:
        # .ci/run installs it. (A failed assertion on os.environ would print all of it.)
        required = os.environ.get("CI") == "true"
        assert not required, "promtool is missing (Debian package prometheus)"
        pytest.skip("NOT TESTED: promtool is missing (Debian package prometheus)")
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("expression", [*queries(), *conditions()])
def test_what_the_dashboard_and_the_alert_rules_ask_for_is_counted_by_the_program(expression: str) -> None:
    names = set(re.findall(r"\bkentongan_\w+", expression))
    assert names <= exposed().keys()
    assert names or re.search(r"\bup\{", expression)


def test_only_counters_are_counted_up_and_none_is_asked_for_as_it_stands() -> None:
    kinds = exposed()
    for expression in [*queries(), *conditions()]:
        risen = set(re.findall(r"(?:rate|increase|resets)\((kentongan_\w+)", expression))
        assert all(kinds[name] == "counter" for name in risen)
        assert all(kinds[name] == "gauge" for name in set(re.findall(r"\bkentongan_\w+", expression)) - risen)


def test_no_metric_has_a_label_that_grows() -> None:
    labels = [sample.labels for family in scraped() for sample in family.samples if sample.labels]
    assert labels == [{"kind": kind.value} for kind in Kind]


def test_the_guide_names_every_kind_of_alarm_that_is_counted() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    (row,) = [line for line in guide.splitlines() if line.startswith("| `kentongan_alarms`")]
    assert {kind.value for kind in Kind} <= set(re.findall(r"`(\w+)`", row))


def test_the_guide_names_every_metric_and_no_other() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    assert set(re.findall(r"`(kentongan_\w+)`", guide)) == set(exposed())


def test_every_alert_is_tried_with_values_on_which_it_must_ring_and_must_not() -> None:
    (parameters,) = test_an_alert_rings_when_it_should_and_not_otherwise.pytestmark  # type: ignore[attr-defined]  # set by the decorator
    tried = {(alert, rings) for alert, _, rings in parameters.args[1]}
    rules = cast(Any, read(RULES).data)
    names = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    assert tried == {(name, rings) for name in names for rings in (True, False)}


def test_every_gauge_is_shown_or_watched() -> None:
    asked = set(re.findall(r"\bkentongan_\w+", " ".join([*queries(), *conditions()])))
    assert {name for name, kind in exposed().items() if kind == "gauge"} <= asked


def test_the_alert_rules_are_rules_of_prometheus() -> None:
    promtool("check", "rules", RULES)


def test_the_queries_of_the_dashboard_are_queries_of_prometheus(tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": expr} for number, expr in enumerate(queries())]
    # JSON is YAML.
    (tmp_path / "queries.yml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", tmp_path / "queries.yml")


STEP = 5
"""Minutes between two values of a series."""

NIGHT = 13 * 60 // STEP
"""Steps; longer than the longest stretch that a rule looks back over."""

HOUR = 60 // STEP


@pytest.mark.parametrize(
    ("alert", "series", "rings"),
    [
        ("KentonganDown", {"up": "0"}, True),
        ("KentonganDown", {"up": "1"}, False),
        ("KentonganMissing", {}, True),
        ("KentonganMissing", {"up": "1"}, False),
        ("KentonganRestarts", {"kentongan_feeds_unchanged_total": "0 5 9 0 7 2 8 1 6"}, True),
        ("KentonganRestarts", {"kentongan_feeds_unchanged_total": "0 5 9 0 7 8 9 9 9"}, False),
        ("KentonganPollsNothing", {"read": "7+0x", "unchanged": "90+0x", "failed": "2+0x"}, True),
        ("KentonganPollsNothing", {"read": "7+0x", "unchanged": "90+1x", "failed": "2+0x"}, False),
        ("KentonganFeedsFail", {"read": "0+1x", "unchanged": "0+1x", "failed": "0+3x"}, True),
        ("KentonganFeedsFail", {"read": "0+1x", "unchanged": "0+1x", "failed": "0+1x"}, False),
        (
            "KentonganPagesFail",
            {"pages_read": "0+1x", "pages_summary": "0+5x", "pages_failed": "0+0x"},
            True,
        ),
        (
            "KentonganPagesFail",
            {"pages_read": "0+0x", "pages_summary": "0+0x", "pages_failed": "0+2x"},
            True,
        ),
        (
            "KentonganPagesFail",
            {"pages_read": "0+1x", "pages_summary": "0+3x", "pages_failed": "0+0x"},
            False,
        ),
        ("KentonganUndelivered", {"kentongan_undelivered_total": "0+1x"}, True),
        ("KentonganUndelivered", {"kentongan_undelivered_total": "5+0x"}, False),
        ("KentonganTellsNobody", {"alerts": "0+1x", "sent_alert": "4+0x", "sent_digest": "1+0x"}, True),
        ("KentonganTellsNobody", {"alerts": "0+1x", "sent_alert": "4+0x", "sent_digest": "0+1x"}, False),
        (
            "KentonganTellsNobody",
            {
                "alerts": "0+1x",
                "sent_alert": "0+0x",
                "sent_digest": "0+0x",
                "alerts@other": "0+0x",
                "sent_alert@other": "0+1x",
                "sent_digest@other": "0+0x",
            },
            False,
        ),
        (
            "KentonganPollsNothing",
            {
                "read": "7+0x",
                "unchanged": "9+0x",
                "failed": "2+0x",
                "read@other": "0+1x",
                "unchanged@other": "0+1x",
                "failed@other": "0+0x",
            },
            False,
        ),
        ("KentonganReloadFailed", {"kentongan_config_last_reload_successful": "0"}, True),
        ("KentonganReloadFailed", {"kentongan_config_last_reload_successful": "1"}, False),
        ("KentonganStuck", {"kentongan_tick_age_seconds": "3+300x"}, True),
        ("KentonganStuck", {"kentongan_tick_age_seconds": "4"}, False),
        ("KentonganTelegramSilent", {"kentongan_telegram_silence_seconds": "3+300x"}, True),
        ("KentonganTelegramSilent", {"kentongan_telegram_silence_seconds": "50"}, False),
        ("KentonganTelegramSilent", {}, False),
        ("KentonganBehind", {"kentongan_lane_wait_seconds": "0+300x"}, True),
        ("KentonganBehind", {"kentongan_lane_wait_seconds": "30"}, False),
        ("KentonganMessagesWait", {"kentongan_delivery_wait_seconds": "0+300x"}, True),
        ("KentonganMessagesWait", {"kentongan_delivery_wait_seconds": "30"}, False),
        ("KentonganDiskNearlyFull", {"kentongan_disk_nearly_full": "1"}, True),
        ("KentonganDiskNearlyFull", {"kentongan_disk_nearly_full": "0"}, False),
        ("KentonganMemory", {"kentongan_memory_bytes": "600000000", "kentongan_worker_memory_bytes": "9"}, True),
        ("KentonganMemory", {"kentongan_memory_bytes": "9", "kentongan_worker_memory_bytes": "600000000"}, True),
        ("KentonganMemory", {"kentongan_memory_bytes": "3e8", "kentongan_worker_memory_bytes": "3e8"}, False),
        ("KentonganWorkersDie", {"kentongan_worker_deaths_total": "0+1x"}, True),
        ("KentonganWorkersDie", {"kentongan_worker_deaths_total": "4"}, False),
    ],
)
def test_an_alert_rings_when_it_should_and_not_otherwise(
    alert: str, series: dict[str, str], rings: bool, tmp_path: Path
) -> None:
    """`0+1x` grows by one a step, `7+0x` stays, one number stays too, several are a step's value each and the last
    stays. `name@machine` is that of another machine over the same database."""

    def values(text: str) -> str:
        if text.endswith("x"):
            return f"{text}{NIGHT}"
        *first, last = text.split()
        # Alerts that look back one hour are asked at its end.
        return " ".join([*first, f"{last}x{(HOUR - 1 if first else NIGHT) - len(first)}"])

    def name(text: str) -> str:
        if text == "up" or text.startswith("kentongan_"):
            return text
        return f"kentongan_{f'feeds_{text}' if text in ('read', 'unchanged', 'failed') else text}_total"

    at = f"{(HOUR - 1 if any(' ' in text for text in series.values()) else NIGHT) * STEP}m"
    given = []
    for whole, text in series.items():
        short, _, machine = whole.partition("@")
        labels = f'{{job="kentongan",instance="{machine or "bot"}:8080"}}'
        given.append({"series": name(short) + labels, "values": values(text)})
    # Without values every alert that "is missing" rings; only the one that is asked about matters here.
    query = {
        "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
        "eval_time": at,
        "exp_samples": [{"labels": "{}", "value": int(rings)}],
    }
    case = {"interval": f"{STEP}m", "input_series": given, "promql_expr_test": [query]}
    document = {"rule_files": [str(RULES)], "evaluation_interval": f"{STEP}m", "tests": [case]}
    (tmp_path / "case.yml").write_text(json.dumps(document))
    promtool("test", "rules", tmp_path / "case.yml")


def test_every_test_that_the_security_model_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text()))
    written = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert named and named <= set(re.findall(r"def (test_\w+)", written))
