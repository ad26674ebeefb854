"""The HTTP client and large bodies: few at a time, and none waits for a small one."""

from __future__ import annotations

import asyncio

import pytest
from fakeweb import FakeWeb
from webclient import client

from bot.web import Client
from bot.web.room import LARGE, PLACES

BIG = "a" * (LARGE + 1)


async def _held(web_client: Client, url: str, given_back: asyncio.Event, lent: list[str]) -> None:
    async with web_client.lend(url):
        lent.append(url)
        await given_back.wait()


async def test_of_large_bodies_only_few_are_lent_at_once_and_small_ones_pass_them() -> None:
    with FakeWeb() as web:
        web.page("/big", BIG)
        web.page("/small", "small")
        hosts = [f"127.0.0.{1 + number}" for number in range(PLACES + 2)]
        given_back, lent = asyncio.Event(), list[str]()
        async with client() as web_client, asyncio.TaskGroup() as tasks:
            for host in hosts:
                tasks.create_task(_held(web_client, web.url("/big", host), given_back, lent))
            async with asyncio.timeout(5):
                while len(lent) < PLACES:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            assert len(lent) == PLACES
            async with web_client.lend(web.url("/small", "127.0.1.1")) as fetched:
                assert fetched.body == b"small"
            given_back.set()
        assert len(lent) == PLACES + 2


async def test_a_body_that_breaks_off_gives_its_place_back() -> None:
    with FakeWeb() as web:
        web.page("/big", BIG)
        async with client() as web_client:
            for _ in range(2 * PLACES):
                with pytest.raises(ZeroDivisionError):
                    async with web_client.lend(web.url("/big")):
                        raise ZeroDivisionError
