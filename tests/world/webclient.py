"""The HTTP client as tests of it want it: fast, and let onto loopback. It holds no tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import FetchError
from bot.web import Client, Fetched

AGENT = "kentongan/0.1 (+https://example.org/bot)"


def client(**changes: Any) -> Client:
    settings: dict[str, Any] = {
        "timeout": timedelta(seconds=5),
        "max_bytes": 5_000_000,
        "allow_networks": ["127.0.0.0/8"],
        "per_host_delay": timedelta(0),
        "robots": True,
    }
    return Client(AGENT, **(settings | changes))


async def refused(url: str, **changes: Any) -> FetchError:
    """The error that getting the address raises."""
    asks = {key: changes.pop(key) for key in ("validators", "obey_robots", "max_bytes") if key in changes}
    async with client(**changes) as web_client:
        with pytest.raises(FetchError) as caught:
            await web_client.get(url, **asks)
    assert "\n" not in str(caught.value)
    return caught.value


async def fetched(url: str, **changes: Any) -> Fetched:
    asks = {key: changes.pop(key) for key in ("validators", "obey_robots", "max_bytes", "accept") if key in changes}
    async with client(**changes) as web_client:
        return await web_client.get(url, **asks)


def names(table: dict[str, Sequence[str]]) -> Any:
    """A resolver that knows these names only."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return table[host]

    return resolve
