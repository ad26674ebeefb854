"""What goes over the wire of the fake web: a request that came, an answer, how it is written. It opens no socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus


@dataclass(slots=True)
class Request:
    """One request as it came. `time` and `ended` are `time.monotonic()` seconds; `ended` is when the answer went out,
    or the connection closed without one. Header names are in lower case. `host` is the address asked, whatever the Host
    header says."""

    time: float
    host: str
    path: str
    headers: dict[str, str]
    method: str = "GET"
    ended: float | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. Content-Length and Connection are added unless given; a header set to "" is left out."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


async def not_found(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answers 404."""
    await send(request, writer, Response("nothing here", 404, {"Content-Type": "text/plain"}))


async def send(request: Request, writer: asyncio.StreamWriter, response: Response) -> None:
    """Writes an answer, and its status into the request's log entry."""
    body = response.body.encode() if isinstance(response.body, str) else response.body
    headers = {"Content-Length": str(len(body)), "Connection": "close", **response.headers}
    if response.status == 304:
        headers.pop("Content-Length")
    known = HTTPStatus.__members__.values()
    phrase = HTTPStatus(response.status).phrase if response.status in known else "Unknown"
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    request.status = response.status
    # Noted before it is sent: the visitor, in another thread, may have read it all before the next line here runs.
    request.ended = time.monotonic()
    writer.write(f"HTTP/1.1 {response.status} {phrase}\r\n{head}\r\n".encode() + body)
    await writer.drain()


def knows(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether a request has the validators in `headers`. RFC 9110, 13.2.2: If-None-Match decides where it is
    sent, If-Modified-Since only without it."""
    if "if-none-match" in request.headers:
        return request.headers["if-none-match"] == headers["ETag"]
    return request.headers.get("if-modified-since") == headers["Last-Modified"]
