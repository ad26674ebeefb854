"""A small web on loopback that misbehaves on request. It serves what a test puts there and never asks anybody.

    with FakeWeb() as web:                            # or `async with`
        web.feed("/rss.xml", [Item("Hello", "/a", "A first word")], validators=True)
        web.page("/a", "<p>...</p>")
        web.hang("/slow", host="127.0.0.2")
        ... run the program against web.url("/rss.xml") ...
        assert [request.path for request in web.requests] == ["/rss.xml", "/a"]

It runs in a thread of its own, so that a test may run the program as a subprocess. Every address of 127.0.0.0/8 is a
host of its own on the same port: `web.url("/x", host="127.0.0.7")` opens it. A behaviour given without `host` holds for
all hosts. A path without a query answers for all queries.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import itertools
import ssl
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any

from fakefeeds import FEED_TYPES, WRITERS, Item, atom, jsonfeed, rdf, rss
from webhttp import Request, Response, knows, not_found, send

__all__ = ["HOME", "FakeWeb", "Item", "Request", "Response", "atom", "jsonfeed", "rdf", "rss"]

HOME = "127.0.0.1"
LAST_MODIFIED = datetime(2026, 1, 5, 8, tzinfo=UTC)

Respond = Callable[[Request], "Response | Awaitable[Response]"]
Wire = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


class FakeWeb:
    """See the module. `tls` serves https with the given context. `requests` is the log, oldest first."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.port = 0
        self._tls = tls
        self._wires: dict[tuple[str | None, str], Wire] = {}
        self._servers: dict[str, asyncio.Server] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # --- lifetime ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> FakeWeb:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fakeweb", daemon=True)
        self._thread.start()
        self.open(HOME)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        loop, thread = self._loop, self._thread
        assert loop is not None and thread is not None
        self._run(self._shut())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()

    async def __aenter__(self) -> FakeWeb:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def open(self, host: str) -> None:
        """Listens on one more address of 127.0.0.0/8."""
        if host not in self._servers:
            self._run(self._listen(host))

    def close(self, host: str) -> None:
        """Stops listening on an address: connections are refused from now on."""
        server = self._servers.pop(host)
        self._run(self._stop(server))

    def url(self, path: str, host: str = HOME) -> str:
        """The address of a path; the host listens from now on."""
        self.open(host)
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    # --- what it serves ---------------------------------------------------------------------------------------------

    def feed(
        self,
        path: str,
        items: Iterable[Item],
        *,
        kind: str = "rss",
        title: str = "A feed",
        host: str | None = None,
        validators: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Serves a feed of `kind` rss, atom, rdf or jsonfeed; item paths become addresses of `host`."""
        base = self.url("", host or HOME)
        body = WRITERS[kind](list(items), base=base, title=title)
        self.page(
            path, body, headers={"Content-Type": FEED_TYPES[kind], **(headers or {})}, host=host, validators=validators
        )

    def page(
        self,
        path: str,
        html: str | bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        host: str | None = None,
        validators: bool = False,
    ) -> None:
        """Serves a body. With `validators` it has ETag and Last-Modified and answers 304 to whoever knows them."""
        body = html.encode() if isinstance(html, str) else html
        own = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        if validators:
            own |= {
                "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
                "Last-Modified": format_datetime(LAST_MODIFIED, usegmt=True),
            }

        def answer(request: Request) -> Response:
            if validators and knows(request, own):
                return Response(b"", 304, {key: value for key, value in own.items() if key != "Content-Type"})
            return Response(body, status, own)

        self.respond(path, answer, host=host)

    def respond(self, path: str, respond: Respond | Response, *, host: str | None = None) -> None:
        """Answers with what a function (plain or async) returns, or with one fixed response."""

        async def wire(request: Request, writer: asyncio.StreamWriter) -> None:
            response = respond if isinstance(respond, Response) else respond(request)
            if inspect.isawaitable(response):
                response = await response
            await send(request, writer, response)

        self.wire(path, wire, host=host)

    def wire(self, path: str, wire: Wire, *, host: str | None = None) -> None:
        """Full control: a coroutine that writes bytes itself. The connection is closed when it returns."""
        self._wires[host, path] = wire

    def redirect(self, path: str, to: str, status: int = 302, *, host: str | None = None) -> None:
        """Sends whoever asks to `to`, an address or a path."""
        self.respond(path, Response(b"", status, {"Location": to}), host=host)

    def remove(self, path: str, *, host: str | None = None) -> None:
        """The path answers 404 from now on."""
        self._wires.pop((host, path), None)

    # --- how it misbehaves ------------------------------------------------------------------------------------------

    def hang(self, path: str, *, host: str | None = None) -> None:
        """Takes the request and never answers."""

        async def wire(request: Request, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3600)

        self.wire(path, wire, host=host)

    def drip(self, path: str, *, every: float = 0.05, in_headers: bool = False, host: str | None = None) -> None:
        """Sends one byte, or one header line, every so many seconds, for ever."""

        async def wire(request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(
                b"HTTP/1.1 200 OK\r\n" if in_headers else b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
            )
            while True:
                writer.write(b"X-Drip: 1\r\n" if in_headers else b"x")
                await writer.drain()
                await asyncio.sleep(every)

        self.wire(path, wire, host=host)

    def gzip_bomb(self, path: str, *, megabytes: int = 200, host: str | None = None) -> None:
        """One gzip stream of about a thousandth of the size that it decompresses to."""
        packer = zlib.compressobj(9, wbits=31)
        head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
        # What follows a full flush stands alone, so that one megabyte need only be packed once.
        megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
        self.page(path, head + megabyte * megabytes, headers={"Content-Encoding": "gzip"}, host=host)

    def endless(self, path: str, *, host: str | None = None) -> None:
        """A body without length that never ends, as fast as it is read."""

        async def wire(request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(bytes(65536))
                await writer.drain()

        self.wire(path, wire, host=host)

    def drop(self, path: str, *, body: bytes = b"<html><p>half of it", host: str | None = None) -> None:
        """Promises twice the body it sends, then closes."""

        async def wire(request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (2 * len(body)) + body)
            await writer.drain()

        self.wire(path, wire, host=host)

    # --- what the log says ------------------------------------------------------------------------------------------

    def asked(self, path: str, host: str | None = None) -> list[Request]:
        """The requests for a path."""
        return [request for request in self.requests if request.path == path and host in (None, request.host)]

    def gaps(self, host: str) -> list[float]:
        """Seconds from the end of each answer of a host to the start of its next request; negative: they overlap."""
        log = [request for request in self.requests if request.host == host]
        return [
            after.time - (before.ended if before.ended is not None else float("inf"))
            for before, after in itertools.pairwise(log)
        ]

    # --- inside -----------------------------------------------------------------------------------------------------

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None, "the fake web is used outside `with`"
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self, host: str) -> None:
        server = await asyncio.start_server(self._serve, host, self.port, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._servers[host] = server

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()

    async def _shut(self) -> None:
        for server in self._servers.values():
            server.close()
        # A connection that was just accepted becomes a task a few turns of the loop later.
        await asyncio.sleep(0.01)
        visits = asyncio.all_tasks() - {asyncio.current_task()}
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
        await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, value in pairs}
        request = Request(time.monotonic(), writer.get_extra_info("sockname")[0], path, headers, method)
        self.requests.append(request)
        try:
            await self._find(request)(request, writer)
            await writer.drain()
        finally:
            request.ended = request.ended or time.monotonic()

    def _find(self, request: Request) -> Wire:
        bare = request.path.partition("?")[0]
        for key in ((request.host, request.path), (None, request.path), (request.host, bare), (None, bare)):
            if key in self._wires:
                return self._wires[key]
        return not_found
