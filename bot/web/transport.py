"""httpx over connections that the guard opens. It keeps no cookie, asks no proxy and follows no redirect."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from bot.web.guard import GuardedBackend

_MOST_CONNECTIONS = 256


def open_http(guard: GuardedBackend, tls: ssl.SSLContext) -> httpx.AsyncClient:
    """An HTTP/1.1 client whose every connection is the guard's. Closing it closes the guard."""
    return httpx.AsyncClient(
        transport=GuardedTransport(guard, tls),
        # With both kinds of cookies off, the jar does not even parse them.
        cookies=CookieJar(DefaultCookiePolicy(netscape=False, rfc2965=False)),
        follow_redirects=False,
        trust_env=False,
    )


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's own transport takes no network backend, and so could not be guarded. Failures are httpx's, or FetchError
    from the guard; the timeouts and the `target` among a request's extensions are obeyed."""

    def __init__(self, guard: GuardedBackend, tls: ssl.SSLContext) -> None:
        self._guard = guard
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=_MOST_CONNECTIONS,
            # A host is asked once in a while, so a kept connection is mostly found closed when it is needed.
            max_keepalive_connections=0,
            http2=False,
            network_backend=guard,
        )

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
        with _faults_of_httpx():
            answer = await self._pool.handle_async_request(asked)
        return _Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def aclose(self) -> None:
        """Closes every connection, and the guard."""
        self._guard.close()
        await self._pool.aclose()


class _Response(httpx.Response):
    @property
    def has_redirect_location(self) -> bool:
        """False: else httpx prepares the next request even when it is not to follow, and some addresses that a server
        may send (`http://xn--a.example/`) end that in an exception outside httpx's own family."""
        return False


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _faults_of_httpx():
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


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
