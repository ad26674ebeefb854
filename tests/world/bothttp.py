"""The fake Bot API server's socket: requests in, answers out, or a slammed door. It knows no method."""

from __future__ import annotations

import json
import re
import socket
import struct
from collections.abc import Callable
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from botapi import Refused
from botnouns import Dropped

Handle = Callable[[str, str, dict[str, Any]], tuple[int, bytes]]


def success(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def failure(refusal: Refused) -> tuple[int, bytes]:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return refusal.status, json.dumps(answer).encode()


def slam(connection: socket.socket) -> None:
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


def handler(
    handle: Handle, connections: set[socket.socket], fetch: Callable[[str, str], bytes | None]
) -> type[BaseHTTPRequestHandler]:
    """A handler class that passes each call to `handle`, gives the files that `fetch` has by token and path, and keeps
    its connection in `connections`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            connections.add(self.connection)

        def finish(self) -> None:
            connections.discard(self.connection)
            super().finish()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            raw = self.rfile.read(length)
            if len(raw) < length:
                # The client went away in the middle of its request: nobody asked anything, and nobody is to answer.
                self.close_connection = True
                return
            self._serve(_form(self.headers.get("Content-Type", ""), raw))

        def do_GET(self) -> None:
            if file := re.fullmatch(r"/file/bot([^/]*)/(.+)", unquote(urlsplit(self.path).path)):
                body = fetch(file[1], file[2])
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")
                self.wfile.flush()
                return
            self._serve(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

        def _serve(self, params: dict[str, Any]) -> None:
            found = re.fullmatch(r"/bot([^/]*)/([A-Za-z]+)", urlsplit(self.path).path)
            try:
                status, body = handle(found[1], found[2], params) if found else failure(Refused(404, "Not Found"))
            except Dropped:
                self.close_connection = True
                slam(self.connection)
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 429 and (seconds := json.loads(body).get("parameters", {}).get("retry_after")):
                self.send_header("Retry-After", str(seconds))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence: the calls are in `fake.calls`."""

    return Handler


def _form(content_type: str, raw: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return dict(json.loads(raw or b"{}"))
    if content_type.startswith("multipart/form-data"):
        parts = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw).get_payload()
        params: dict[str, Any] = {}
        for part in parts:  # type: ignore[union-attr]  # a multipart message holds messages
            name = part.get_param("name", header="Content-Disposition")  # type: ignore[union-attr]  # as above
            content = part.get_payload(decode=True)  # type: ignore[union-attr]  # as above
            file = part.get_filename()  # type: ignore[union-attr]  # as above
            params[str(name)] = (file, content) if file else content.decode()
        return params
    return {name: values[0] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
