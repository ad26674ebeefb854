"""What several machines are started by: a compose file and a template unit, held against the files of a single one.
Neither was started here.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import load_settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = DEPLOY / "kentongan@.service"


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.cluster.yaml").read_text())


def test_the_bots_start_when_the_schema_is_there() -> None:
    services = compose()["services"]
    assert services["bot"]["deploy"]["replicas"] > 1
    assert services["bot"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_bots_keep_nothing_and_may_do_little() -> None:
    single = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["bot"]
    bot = compose()["services"]["bot"]
    for key in ("read_only", "cap_drop", "security_opt", "init", "mem_limit", "pids_limit", "stop_grace_period"):
        assert bot[key] == single[key]
    assert bot["volumes"] == ["../config:/etc/kentongan:ro"]
    uid = next(line for line in (DEPLOY / "Containerfile").read_text().splitlines() if line.startswith("ARG UID="))
    assert any(f"uid={uid.removeprefix('ARG UID=')}" in mount for mount in bot["tmpfs"])


def test_no_secret_stands_in_the_environment_or_the_repository() -> None:
    read = compose()
    ignored = (DEPLOY / ".gitignore").read_text().splitlines()
    assert {secret["file"].removeprefix(".") for secret in read["secrets"].values()} <= set(ignored)
    environment = read["services"]["bot"]["environment"]
    assert ":" not in environment["KENTONGAN_DATABASE"].removeprefix("postgresql://")


def test_the_database_is_well_when_it_answers_others_and_not_on_its_socket_alone() -> None:
    assert "--host=127.0.0.1" in compose()["services"]["postgres"]["healthcheck"]["test"]


def test_the_template_unit_hands_the_database_over_as_a_credential_that_the_program_reads(tmp_path: Path) -> None:
    lines = UNIT.read_text().splitlines()
    names = [line.partition("=")[2].partition(":")[0] for line in lines if line.startswith("LoadCredential=")]
    assert names == ["telegram-token", "database"]
    assert not [line for line in lines if line.startswith("Environment=") and "PASS" in line]
    (tmp_path / names[1]).write_text("postgresql://kentongan:SECRET@db.example/kentongan\n")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "KENTONGAN_DATABASE": "postgresql://other/"}
    database = load_settings(tmp_path, given).database
    assert database is not None
    assert database.get_secret_value() == "postgresql://kentongan:SECRET@db.example/kentongan"
    assert "SECRET" not in repr(database)


def test_one_prometheus_asks_every_bot_and_knows_the_rules() -> None:
    read = compose()
    config = yaml.safe_load(read["configs"]["prometheus"]["content"])
    (job,) = config["scrape_configs"]
    assert job["dns_sd_configs"][0]["names"] == ["bot"]
    assert "bot" in read["services"]
    (rules,) = [v for v in read["services"]["prometheus"]["volumes"] if v.startswith("./")]
    here, there, _ = rules.split(":")
    assert (DEPLOY / here).exists()
    assert config["rule_files"] == [there]


def test_the_template_unit_says_what_the_unit_says_with_places_of_its_own() -> None:
    def settings(path: Path) -> list[str]:
        return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]

    single, template = settings(DEPLOY / "kentongan.service"), settings(UNIT)
    mine = [line for line in template if line not in single]
    assert [line.partition("=")[0] for line in mine] == [
        "Description",
        "After",
        "StartLimitIntervalSec",
        "ExecStart",
        "LoadCredential",
        "EnvironmentFile",
        "User",
        "StateDirectory",
    ]
    gone = [line.partition("=")[0] for line in single if line not in template]
    limit = ["StartLimitIntervalSec", "StartLimitBurst"]
    assert gone == ["Description", "After", *limit, "ExecStart", "User", "StateDirectory"]
    for key in ("User=", "StateDirectory="):
        (line,) = [line for line in mine if line.startswith(key)]
        assert line.endswith("-%i")


def test_the_template_unit_is_exposed_by_no_more_than_one_and_a_half_of_ten() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("NOT TESTED: systemd-analyze is missing")
    command = [program, "security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    if "unrecognized option" in done.stderr:
        pytest.skip("NOT TESTED: this systemd-analyze is too old for --offline")
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()
