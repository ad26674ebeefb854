"""Pictures are drawn in a worker process; whatever goes wrong there, the words can still be sent."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import pytest
from PIL import Image

from bot.errors import WorkerError
from bot.run import drawing
from bot.run.cpu import Cpu, NoWorkers
from bot.run.drawing import drawn
from bot.run.engine import Engine, Tally
from bot.tell import Message
from bot.tell.pictures import Series, VolumePlot

PLOT = VolumePlot("Nickel", ("2026-11-21", "2026-11-22"), (Series("Indonesia", (3, 5)),))
MESSAGE = Message("Two days of nickel.", picture=PLOT)


def dawdle(*_: object) -> bytes:
    """A drawing that never ends."""
    while True:
        time.sleep(0.05)


class FakeEngine:
    """As much of an engine as a drawing needs."""

    def __init__(self, cpu: object) -> None:
        self.cpu = cpu
        self.tally = Tally()


def engine(cpu: object) -> Engine:
    return cast(Engine, FakeEngine(cpu))


@pytest.fixture
async def cpu() -> AsyncIterator[Cpu]:
    async with Cpu(1) as opened:
        yield opened


async def test_a_message_without_a_picture_needs_no_worker() -> None:
    assert await drawn(engine(None), Message("words")) is None


async def test_a_worker_draws_the_picture_as_png(cpu: Cpu) -> None:
    content = await drawn(engine(cpu), MESSAGE)
    assert content is not None
    assert Image.open(io.BytesIO(content)).size == (1280, 720)


async def test_a_picture_that_takes_too_long_is_given_up_and_the_next_one_is_drawn(
    cpu: Cpu, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    here, begun = engine(cpu), time.monotonic()
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "draw", dawdle)
        patch.setattr(drawing, "DRAW_LIMIT", timedelta(seconds=0.5))
        assert await drawn(here, MESSAGE) is None
    assert 0.5 <= time.monotonic() - begun < 10
    assert "picture not drawn" in caplog.text
    assert here.tally.counts["pictures_failed"] == 1
    assert await drawn(here, MESSAGE) is not None


@pytest.mark.parametrize("error", [WorkerError("died", died=True), NoWorkers("no memory")], ids=["died", "no workers"])
async def test_a_failed_drawing_leaves_the_words(error: Exception) -> None:
    class Broken:
        async def call(self, *_: object) -> bytes:
            raise error

    assert await drawn(engine(Broken()), MESSAGE) is None


async def test_stopping_the_program_stops_a_drawing() -> None:
    class Slow:
        async def call(self, *_: object) -> bytes:
            await asyncio.Event().wait()
            return b""

    task = asyncio.create_task(cast(Any, drawn(engine(Slow()), MESSAGE)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


_PROGRAM = """
import asyncio, sys
from types import SimpleNamespace
from bot.cli import main
from bot.app import open_app
from bot.run.cpu import Cpu
from bot.run.drawing import drawn
from bot.run.engine import Tally
from bot.tell.pictures import Series, VolumePlot
from bot.tell.tree import Message, from_json, plain, to_json

async def go():
    message = Message("x", picture=VolumePlot("t", ("2026-11-22",), (Series("a", (1,)),)))
    assert plain(from_json(to_json(message))) == "[picture: t]\\nx"
    async with Cpu(1) as cpu:
        assert await drawn(SimpleNamespace(cpu=cpu, tally=Tally()), message)

asyncio.run(go())
print(sorted({name.split(".")[0] for name in sys.modules} & {"matplotlib", "PIL"}))
"""


def test_the_process_that_sends_pictures_never_loads_what_draws_them() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
