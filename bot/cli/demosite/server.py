"""Serves the demo's newspapers on loopback, each on an address of its own. It is never reachable from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from bot.cli.demosite.articles import Piece, pieces
from bot.cli.demosite.outlets import OUTLETS, Outlet, Printed

ROBOTS = "User-agent: *\nDisallow: /search\n"


@dataclass(slots=True)
class Site:
    """What the newspapers have published so far. `bases` are their addresses by name: `http://127.0.0.2:40123`."""

    began: datetime
    pieces: tuple[Piece, ...]
    bases: dict[str, str] = field(default_factory=dict)
    round: int = 1

    def url(self, piece: Piece) -> str:
        """The address of an article."""
        return f"{self.bases[piece.outlet]}/news/{piece.slug}"

    def published(self, outlet: str) -> list[Printed]:
        """What a newspaper has published so far."""
        return [
            Printed(piece, self.url(piece), (self.began - piece.ago).replace(microsecond=0))
            for piece in self.pieces
            if piece.outlet == outlet and piece.round <= self.round
        ]

    def page(self, url: str) -> str | None:
        """The HTML page at an address, or None."""
        for outlet in OUTLETS:
            for item in self.published(outlet.name):
                if item.url == url:
                    return outlet.page(item)
        return None

    def answer(self, outlet: Outlet, path: str) -> tuple[str, str] | None:
        """Media type and body of what a newspaper has at a path, or None."""
        path = path.partition("?")[0]
        if path == "/robots.txt":
            return "text/plain; charset=utf-8", ROBOTS
        if path == outlet.feed:
            return outlet.media_type, outlet.document(self.bases[outlet.name], self.published(outlet.name))
        page = self.page(self.bases[outlet.name] + path)
        return None if page is None else ("text/html; charset=utf-8", page)


@contextmanager
def open_site(began: datetime) -> Iterator[Site]:
    """The newspapers on the network, for the length of the block; their articles are dated back from `began`. Raises
    OSError where loopback gives no socket."""
    site = Site(began, pieces())
    with ExitStack() as stack:
        for number, outlet in enumerate(OUTLETS, start=2):
            site.bases[outlet.name] = stack.enter_context(_served(site, outlet, f"127.0.0.{number}"))
        yield site


@contextmanager
def _served(site: Site, outlet: Outlet, host: str) -> Iterator[str]:
    server = _server(_handler(site, outlet), host)
    thread = Thread(target=server.serve_forever, args=(0.05,), name=outlet.name, daemon=True)
    thread.start()
    try:
        yield "http://{}:{}".format(*server.server_address[:2])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """A reader that hangs up in the middle (Ctrl-C) is no error worth a traceback."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing."""

    def server_bind(self) -> None:
        """Without the base class's look-up of the host's name, which may ask the network."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


def _server(handler: type[BaseHTTPRequestHandler], host: str) -> ThreadingHTTPServer:
    """On a free port of `host`; of 127.0.0.1 on systems that have only that (macOS)."""
    try:
        return _Server((host, 0), handler)
    except OSError:
        return _Server(("127.0.0.1", 0), handler)


def _handler(site: Site, outlet: Outlet) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET, and 304 where the reader has the current version."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = site.answer(outlet, self.path)
            if found is None:
                self._send(404, "text/plain; charset=utf-8", b"not found\n")
                return
            media_type, body = found[0], found[1].encode()
            mark = f'"{sha256(body).hexdigest()[:16]}"'
            known = self.headers.get("If-None-Match") == mark
            self._send(304 if known else 200, media_type, b"" if known else body, mark)

        def _send(self, status: int, media_type: str, body: bytes, mark: str | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            if mark:
                self.send_header("ETag", mark)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keeps quiet: the demo prints what matters."""

    return Handler
