"""A long evening with everything said aloud (`--verbose`), then a search for the secrets in every byte that was written
and every answer that was given.
"""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from socket import create_server
from urllib.parse import quote

import psycopg
import pytest
from news import title
from program import ADMIN, KENTONGAN, READER, TOKEN, Program, World, world

from postgres import Cluster

pytestmark = pytest.mark.timeout(300)

PASSWORD = "Pa55word-of-the-database"
SOON = 60.0


@dataclass
class Evening:
    """Where things were written, and all that was said, by name."""

    world: World
    secrets: list[str]
    said: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    home = tmp_path_factory.mktemp("secrets")
    with world(home) as w:
        with closing(create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        w.program.settings["desk"] = {"enabled": True, "port": port}
        w.program.write_settings()
        w.publish(1)
        w.subscribe()
        made = Evening(w, [TOKEN, TOKEN.partition(":")[2]])
        made.said["once"] = _all(w.program.command("--verbose", "once", "--all", "--json"))
        w.publish(2)
        w.program.launch("run", "--verbose")
        w.program.wait_for('"running"')
        _invited(made)
        _trouble(w)
        for page in ("healthz", "readyz", "metrics", ""):
            made.said[page or "desk"] = _fetched(f"http://127.0.0.1:{port}/{page}")
        made.said["backup"] = _beside(w.program, "backup", str(home / "backup.db"))
        made.said["environment"] = _arguments(w.program)
        w.program.end()
        made.said["run"] = w.program.errors + w.program.output
        for words in (["doctor"], ["sources"], ["deliveries"], ["deliveries", "--all"], ["search", "pact"], ["check"]):
            made.said[" ".join(words)] = _all(w.program.command(*words, "--json", "--verbose"))
        _wrong_tokens(made)
        yield made


def _all(result: object) -> str:
    return f"{getattr(result, 'out', '')}{getattr(result, 'err', '')}"


def _invited(e: Evening) -> None:
    """An invitation is made, guessed wrongly, and used."""
    telegram = e.world.telegram
    telegram.say(ADMIN, "/invite reader 2 7d")
    found = telegram.wait_for(
        lambda t: next((m for sent in t.messages(ADMIN) if (m := re.search(r"\?start=([\w-]+)", str(sent)))), None),
        SOON,
    )
    e.secrets.append(found.group(1))
    telegram.say(READER, "/start wrong-guess")
    telegram.say(READER, f"/start {found.group(1)}")
    telegram.wait_for(lambda t: len(t.messages(READER)) > 1, SOON)
    telegram.say(READER, "/subscribe pacts")
    telegram.wait_for(lambda t: any(title(2) in sent.text for sent in t.messages(ADMIN)), SOON)


def _trouble(w: World) -> None:
    """Each way in which the line can fail, so that libraries have something to say of addresses with the token."""
    for fault in ({"status": 500}, {"status": 429, "retry_after": 1}, {"status": 401}, {"status": 409}):
        w.telegram.fail("getUpdates", times=2, **fault)
    w.telegram.say(ADMIN, "/help")
    w.telegram.wait_handled(SOON)
    w.telegram.stop()
    w.program.wait_until(lambda: "no updates from Telegram" in w.program.errors)
    w.telegram.start()
    w.telegram.say(ADMIN, "/status")
    w.telegram.wait_handled(SOON)


def _fetched(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def _beside(program: Program, *words: str) -> str:
    import subprocess

    command = [KENTONGAN, "--config", program.config, "--state", program.state, *words]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _arguments(program: Program) -> str:
    """What other users of the machine see of the processes."""
    assert program.process is not None
    return Path(f"/proc/{program.process.pid}/cmdline").read_text()


def _wrong_tokens(e: Evening) -> None:
    """A token that is none, in a file and in the environment, and one in the settings."""
    program = e.world.program
    right, program.token = program.token, f"{TOKEN} with a second word"
    e.said["no token"] = _all(program.command("doctor", "--verbose"))
    program.token = right
    e.said["in yaml"] = _in_yaml(program)


def _in_yaml(program: Program) -> str:
    settings = program.config / "bot.yaml"
    before = settings.read_text()
    settings.write_text(json.dumps({**json.loads(before), "telegram": {"token": TOKEN}}))
    said = _all(program.command("check")) + _all(program.command("run"))
    settings.write_text(before)
    return said


def forms(secret: str) -> set[str]:
    """A secret as it is, and as programs like to write it."""
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], b64encode(secret.encode()).decode().rstrip("=")}


def test_no_secret_is_in_anything_that_was_said(evening: Evening) -> None:
    found = [
        (name, secret[:6])
        for name, text in evening.said.items()
        for secret in evening.secrets
        for form in forms(secret)
        if form in text
    ]
    assert found == []
    assert len(evening.said["run"]) > 5_000 and '"debug"' in evening.said["run"]


def test_no_secret_is_in_any_file_that_was_written(evening: Evening) -> None:
    home = evening.world.program.state.parent
    files = [file for file in home.rglob("*") if file.is_file() and file.name != "secret"]
    found = [
        (file.name, secret[:6])
        for file in files
        for secret in evening.secrets
        for form in forms(secret)
        if form.encode() in file.read_bytes()
    ]
    assert found == []
    assert {"kentongan.db", "backup.db", "err"} <= {file.name for file in files}


def test_an_invitation_is_kept_as_a_hash(evening: Evening) -> None:
    rows = str(evening.world.program.rows("SELECT * FROM invites"))
    assert sha256(evening.secrets[-1].encode()).hexdigest() in rows


def test_the_password_of_a_database_is_in_nothing_that_is_said(tmp_path: Path, postgres: Cluster) -> None:
    name = postgres.create()
    with psycopg.connect(postgres.url(name)) as connection:
        connection.execute(f"ALTER ROLE CURRENT_USER PASSWORD '{PASSWORD}'")
    program = Program(tmp_path)
    address = postgres.url(name).replace("@", f":{PASSWORD}@", 1)
    program.settings["database"] = address  # type: ignore[assignment]
    program.write_settings()
    program.write_sources({})
    said = [_all(program.command(words, "--verbose")) for words in ("migrate", "check", "doctor", "once", "sources")]
    program.settings["database"] = address.replace(name, "nowhere")  # type: ignore[assignment]
    program.write_settings()
    said += [_all(program.command(words, "--verbose")) for words in ("once", "doctor", "run", "migrate")]
    assert PASSWORD not in "".join(said)
    kept = [file for file in program.state.rglob("*") if file.is_file()]
    assert not [file.name for file in kept if PASSWORD.encode() in file.read_bytes()]
