"""What the three pages answer. It never decides what health is beyond the age of the last tick."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.log import get, redact

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

OLDEST_TICK = timedelta(seconds=60)
"""The schedule ticks every 5 s; twelve missed ticks are no hiccup."""

PATIENCE = 5.0
"""Seconds for all readiness checks; monitoring commonly gives up after 10."""

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the bot needs: whether it works, and a sentence for the operator, without secrets."""

    name: str
    ok: bool
    detail: str = ""


class Health(Protocol):
    """What the engine tells the desk."""

    def last_tick(self) -> datetime | None:
        """When the schedule last ran, or None before its first time."""

    async def ready(self) -> Sequence[Check]:
        """The database takes writes, and Telegram answered."""


async def _nothing_to_look_at() -> None:
    return


def application(
    health: Health,
    registry: CollectorRegistry,
    now: Callable[[], datetime],
    look: Callable[[], Awaitable[None]] = _nothing_to_look_at,
) -> Starlette:
    """The pages as an ASGI application. Both health pages answer 200 or 503 with a JSON body; `look` lets the registry
    find out what it answers with."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    async def healthz(request: Request) -> Response:
        return _answer([_liveness(health.last_tick(), now())])

    async def readyz(request: Request) -> Response:
        return _answer(await _readiness(health))

    async def metrics(request: Request) -> Response:
        await _looked(look)
        return _metrics(registry, request.headers.get("accept", ""))

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


def _liveness(last: datetime | None, now: datetime) -> Check:
    if last is None:
        return Check("tick", False, "the schedule has not run yet")
    # A tick that is to come is one before the clock was set back.
    age = abs(now - last)
    return Check("tick", age < OLDEST_TICK, f"the schedule last ran {int(age.total_seconds())} s ago")


async def _readiness(health: Health) -> Sequence[Check]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await health.ready()
    except TimeoutError:
        return [Check("ready", False, f"no answer within {PATIENCE:g} s")]
    except Exception as error:  # noqa: BLE001 - whatever fails, the answer is "not ready"; the log has the reason
        get(__name__).exception("readiness check failed")
        return [Check("ready", False, f"the check itself failed: {type(error).__name__}")]


def _answer(checks: Sequence[Check]) -> Response:
    from starlette.responses import JSONResponse

    good = all(check.ok for check in checks)
    body = {
        "status": "ok" if good else "failed",
        "checks": [{"name": check.name, "ok": check.ok, "detail": redact(check.detail)} for check in checks],
    }
    return JSONResponse(body, status_code=200 if good else 503, headers=_HEADERS)


async def _looked(look: Callable[[], Awaitable[None]]) -> None:
    """What counts is answered though what must be asked for does not come."""
    try:
        async with asyncio.timeout(PATIENCE):
            await look()
    except TimeoutError:
        get(__name__).warning("no look at the metrics", reason=f"no answer within {PATIENCE:g} s")
    except Exception:  # noqa: BLE001 - as for readiness
        get(__name__).exception("the look at the metrics failed")


def _metrics(registry: CollectorRegistry, accept: str) -> Response:
    from prometheus_client.exposition import choose_encoder
    from starlette.responses import Response

    encode, content_type = choose_encoder(accept)
    return Response(encode(registry), headers={**_HEADERS, "Content-Type": content_type})
