"""The desk over real sockets: what its pages say, and how its server starts and stops."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry, Counter

from bot.desk import Check, application, serve
from bot.errors import KentonganError

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)
GOOD = (Check("database", True, "wrote 2 s ago"), Check("telegram", True), Check("configuration", True))


class Engine:
    """The health of an engine, as a test wants it."""

    def __init__(self, age: float | None = 3, checks: Sequence[Check] = GOOD, fault: Exception | None = None) -> None:
        self.age = age
        self.checks = checks
        self.fault = fault
        self.hang = False

    def last_tick(self) -> datetime | None:
        return None if self.age is None else NOW - timedelta(seconds=self.age)

    async def ready(self) -> Sequence[Check]:
        if self.hang:
            await asyncio.sleep(60)
        if self.fault:
            raise self.fault
        return self.checks


async def get(url: str, method: str = "GET", headers: str = "") -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"{method} {parts.path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n{headers}\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), fields, body


async def ask(engine: Engine, path: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
    registry = more.pop("registry", CollectorRegistry())
    async with serve(application(engine, registry, lambda: NOW), "127.0.0.1", 0) as url:
        return await get(url + path, **more)


# --- pages ----------------------------------------------------------------------------------------------------------


async def test_healthz_is_good_while_the_schedule_ticks() -> None:
    status, headers, body = await ask(Engine(age=59), "/healthz")
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "status": "ok",
        "checks": [{"name": "tick", "ok": True, "detail": "the schedule last ran 59 s ago"}],
    }


@pytest.mark.parametrize(
    ("age", "detail"), [(60, "last ran 60 s ago"), (None, "has not run yet"), (-172_800, "last ran 172800 s ago")]
)
async def test_healthz_fails_when_the_schedule_does_not_tick(age: float | None, detail: str) -> None:
    status, _, body = await ask(Engine(age=age), "/healthz")
    assert status == 503
    assert detail in body.decode()


async def test_readyz_is_good_when_all_it_needs_works() -> None:
    status, _, body = await ask(Engine(), "/readyz")
    assert status == 200
    assert [check["name"] for check in json.loads(body)["checks"]] == ["database", "telegram", "configuration"]


async def test_readyz_fails_with_the_reason_when_one_thing_does_not_work() -> None:
    checks = (*GOOD[:2], Check("configuration", False, "config/bot.yaml:3:1: unknown key 'pol'"))
    status, _, body = await ask(Engine(checks=checks), "/readyz")
    assert status == 503
    assert json.loads(body)["checks"][2]["detail"] == "config/bot.yaml:3:1: unknown key 'pol'"


async def test_readyz_shows_no_token_that_slipped_into_a_reason() -> None:
    checks = (Check("telegram", False, "123456789:AAExampleExampleExampleExample was rejected"),)
    _, _, body = await ask(Engine(checks=checks), "/readyz")
    assert b"AAExample" not in body


async def test_readyz_fails_when_the_check_itself_fails_and_keeps_its_text_for_the_log() -> None:
    status, _, body = await ask(Engine(fault=RuntimeError("postgresql://bot:hunter2@db")), "/readyz")
    assert status == 503
    assert b"RuntimeError" in body
    assert b"hunter2" not in body


async def test_readyz_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.pages.PATIENCE", 0.05)
    engine = Engine()
    engine.hang = True
    status, _, body = await ask(engine, "/readyz")
    assert status == 503
    assert b"no answer within 0.05 s" in body


async def test_metrics_are_those_of_the_registry_handed_in() -> None:
    registry = CollectorRegistry()
    Counter("kentongan_polls", "Polls", registry=registry).inc(7)
    status, headers, body = await ask(Engine(), "/metrics", registry=registry)
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    assert b"kentongan_polls_total 7.0" in body
    assert b"python_info" not in body


async def test_metrics_come_as_openmetrics_when_asked_for() -> None:
    _, headers, body = await ask(
        Engine(), "/metrics", headers="Accept: application/openmetrics-text; version=1.0.0\r\n"
    )
    assert headers["content-type"].startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


@pytest.mark.parametrize("how", ["fails", "hangs"])
async def test_what_counts_is_answered_though_what_must_be_looked_up_does_not_come(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.pages.PATIENCE", 0.05)

    async def look() -> None:
        if how == "fails":
            raise RuntimeError("postgresql://bot:hunter2@db")
        await asyncio.sleep(60)

    registry = CollectorRegistry()
    Counter("kentongan_polls", "Polls", registry=registry).inc(7)
    async with serve(application(Engine(), registry, lambda: NOW, look), "127.0.0.1", 0) as url:
        status, _, body = await get(url + "/metrics")
    assert status == 200
    assert b"kentongan_polls_total 7.0" in body and b"hunter2" not in body


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("POST", "/healthz", 405), ("HEAD", "/healthz", 200)]
)
async def test_other_pages_and_methods_are_refused(method: str, path: str, status: int) -> None:
    assert (await ask(Engine(), path, method=method))[0] == status


async def test_answers_are_not_stored_and_name_no_server_software() -> None:
    _, headers, _ = await ask(Engine(), "/healthz")
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


# --- server ---------------------------------------------------------------------------------------------------------


def pages() -> Any:
    return application(Engine(), CollectorRegistry(), lambda: NOW)


async def test_the_server_leaves_signal_handlers_alone() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serve(pages(), "127.0.0.1", 0) as url:
        await get(url + "/healthz")
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


async def test_a_port_in_use_is_told_with_what_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            KentonganError, match=rf"cannot listen on 127\.0\.0\.1 port {port}: address already in use; .*desk\.port"
        ):
            async with serve(pages(), "127.0.0.1", port):
                pass


async def test_two_servers_on_one_port_do_not_share_it() -> None:
    async with serve(pages(), "127.0.0.1", 0) as url:
        with pytest.raises(KentonganError, match="already in use"):
            async with serve(pages(), "127.0.0.1", urlsplit(url).port or 0):
                pass


async def test_an_address_of_another_machine_is_told_plainly() -> None:
    with pytest.raises(KentonganError, match=r"cannot listen on 192\.0\.2\.1 port 0"):
        async with serve(pages(), "192.0.2.1", 0):
            pass


async def test_after_the_block_the_port_is_free_again() -> None:
    async with serve(pages(), "127.0.0.1", 0) as url:
        port = urlsplit(url).port or 0
    async with serve(pages(), "127.0.0.1", port) as again:
        assert again == url
        assert (await get(url + "/healthz"))[0] == 200


async def test_a_reader_that_stalls_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.server.LAST_ANSWERS", 0.1)
    engine = Engine()
    engine.hang = True
    async with asyncio.timeout(2):
        async with serve(application(engine, CollectorRegistry(), lambda: NOW), "127.0.0.1", 0) as url:
            _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: desk\r\n\r\n")
            await asyncio.sleep(0.05)
    writer.close()


async def test_an_error_in_the_block_stops_the_server_and_comes_through() -> None:
    with pytest.raises(ValueError, match="of the engine"):
        async with serve(pages(), "127.0.0.1", 0) as url:
            raise ValueError("of the engine")
    with pytest.raises(OSError):
        await get(url + "/healthz")


async def test_a_cancelled_engine_takes_its_server_with_it() -> None:
    addresses: list[str] = []

    async def engine() -> None:
        async with serve(pages(), "127.0.0.1", 0) as url:
            addresses.append(url)
            await asyncio.Event().wait()

    task = asyncio.create_task(engine())
    while not addresses:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(OSError):
        await get(addresses[0] + "/healthz")
