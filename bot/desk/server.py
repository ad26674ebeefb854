"""Runs the pages' web server inside the program's own event loop. It never touches signal handlers: the engine decides
when to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from bot.errors import KentonganError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Server

LAST_ANSWERS = 2
"""Seconds that open answers get when the server stops; a reader that stalls must not hold up the bot's end."""

MOST_CONNECTIONS = 64


@asynccontextmanager
async def serve(app: Starlette, host: str, port: int) -> AsyncIterator[str]:
    """Serves while the block runs and gives the base URL, such as `http://127.0.0.1:8080`; port 0 takes a free one.

    Raises KentonganError where the address cannot be listened on.
    """
    listener = await _bind(host, port)
    server = _server(app)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="desk")
    try:
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        yield _url(listener)
    finally:
        server.should_exit = True
        try:
            await task
        finally:
            listener.close()


async def _bind(host: str, port: int) -> socket.socket:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        raise KentonganError(f"desk.host: '{host}' is no address of this machine") from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Two sockets may be bound to one port as long as neither listens; asking now shows it in time.
        listener.listen()
    except OSError as error:
        listener.close()
        raise KentonganError(
            f"the desk cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}; "
            "choose another desk.port, or switch it off with desk.enabled: false"
        ) from None
    listener.setblocking(False)
    return listener


def _server(app: Starlette) -> Server:
    from uvicorn import Config, Server

    class QuietServer(Server):
        """uvicorn's server without its signal handlers."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return QuietServer(
        Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=LAST_ANSWERS,
        )
    )


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
