"""httpx over connections that the guard opens. It keeps no cookie, asks no proxy and follows no redirect."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from bot.web.guard import Guard


def open_http(guard: Guard, tls: ssl.SSLContext) -> httpx.AsyncClient:
    """An HTTP/1.1 client whose every connection is the guard's. Closing it closes the guard."""
    return httpx.AsyncClient(
        transport=GuardedTransport(guard, tls),
        # With both kinds of cookies off, the jar does not even parse them.
        cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
        follow_redirects=False,
        trust_env=False,
    )


class GuardedTransport(httpx.AsyncBaseTransport):
    """A connection for every request: a host is asked once in a while, so a kept one would mostly be found closed when
    it is needed. Failures are httpx's, or FetchError from the guard; the timeouts and the `target` among a request's
    extensions are obeyed."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext) -> None:
        self._guard = guard
        self._tls = tls
        tls.set_alpn_protocols(["http/1.1"])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        patience = request.extensions["timeout"]["connect"]
        tls = self._tls if url.scheme == b"https" else None
        with _faults_of_httpx():
            stream = await self._guard.connect(url.host.decode("ascii"), url.origin.port, patience, tls)
            try:
                answer = await httpcore.AsyncHTTP11Connection(url.origin, stream).handle_async_request(asked)
            except BaseException:
                await stream.aclose()
                raise
        return _Response(answer.status, headers=answer.headers, stream=_Body(answer, stream))

    async def aclose(self) -> None:
        """Closes the guard. A connection is its answer's, and closed with it."""
        self._guard.close()


class _Response(httpx.Response):
    @property
    def has_redirect_location(self) -> bool:
        """False: else httpx prepares the next request even when it is not to follow, and some addresses that a server
        may send (`http://xn--a.example/`) end that in an exception outside httpx's own family."""
        return False


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, stream: httpcore.AsyncNetworkStream) -> None:
        self._answer = answer
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _faults_of_httpx():
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
        await self._stream.aclose()


@contextmanager
def _faults_of_httpx() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error)) from error
    except httpcore.NetworkError as error:
        raise httpx.NetworkError(str(error)) from error
    except httpcore.ProtocolError as error:
        raise httpx.ProtocolError(str(error)) from error
