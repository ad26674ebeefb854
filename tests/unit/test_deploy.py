"""The deployment files, as far as they can be held without a machine to deploy to."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.settings import load_settings
from bot.settings.environment import TOKEN_FILE
from bot.yamlfile import read

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = DEPLOY / "kentongan.service"


def unit(key: str) -> list[str]:
    """The values of one key of the unit, in their order."""
    return [line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith(f"{key}=")]


def health_check() -> list[str]:
    line = next(line for line in (DEPLOY / "Containerfile").read_text().splitlines() if line.startswith("HEALTHCHECK"))
    command: list[str] = json.loads(line[line.index("CMD ") + 4 :])
    return command


def compose() -> Any:
    return read(DEPLOY / "compose.yaml").data


def test_the_unit_is_exposed_by_no_more_than_one_and_a_half_of_ten() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is missing")
    done = subprocess.run(
        [program, "security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if "unrecognized option" in done.stderr:
        pytest.skip("NOT TESTED: this systemd-analyze is too old for --offline")
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()


def test_the_unit_keeps_the_socket_that_the_watchdog_is_fed_through() -> None:
    assert unit("Type") == ["notify"]
    assert unit("WatchdogSec") == ["60"]
    assert "AF_UNIX" in unit("RestrictAddressFamilies")[0].split()


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


def test_the_settings_that_compose_gives_are_settings(tmp_path: Path) -> None:
    environment = compose()["services"]["bot"]["environment"]
    assert environment.pop(TOKEN_FILE) == "/run/secrets/telegram-token"
    assert load_settings(tmp_path, environment).desk.host == "0.0.0.0"


def test_the_composed_container_can_write_nothing_but_its_state_and_temporary_files() -> None:
    bot = compose()["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert [volume for volume in bot["volumes"] if not volume.endswith(":ro")] == ["state:/var/lib/kentongan"]
