"""Failures of the network and of servers, in the one family of errors. It decides nothing about trying again."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus

import httpx

from bot.errors import FetchError, FetchReason
from bot.web.headers import retry_after
from bot.web.url import Address

NETWORK_FAULTS = (TimeoutError, httpx.TransportError, ssl.SSLError, OSError)
"""What an exchange may raise besides FetchError; `network_fault` translates each."""


def network_fault(error: Exception, seconds: float) -> FetchError:
    """One of NETWORK_FAULTS as a FetchError that names no address yet. `seconds` is the time limit, for the message."""
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return FetchError(f"no whole answer within {seconds:g} s", FetchReason.TIMEOUT)
    tls = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    if tls is not None:
        return FetchError(f"no secure connection: {_words(tls)}", FetchReason.TLS)
    if isinstance(error, httpx.ProtocolError):
        return FetchError(f"not sound HTTP: {_words(error)}", FetchReason.PROTOCOL)
    codes = [cause.errno for cause in _causes(error) if isinstance(cause, OSError) and cause.errno]
    words = os.strerror(codes[-1]) if codes else _words(error)
    what = "no connection" if isinstance(error, httpx.ConnectError) else "the connection broke off"
    return FetchError(f"{what}: {words}", FetchReason.CONNECT)


def refusal(address: Address, status: int, headers: Mapping[str, str], now: datetime) -> FetchError:
    """A server's no, or its challenge for browsers (header `cf-mitigated`), which may come with any status."""
    words = str(status)
    if status in HTTPStatus.__members__.values():
        words += f" {HTTPStatus(status).phrase}"
    if "cf-mitigated" in headers:
        words += " with a challenge for browsers"
    return FetchError(
        f"{address}: answered {words}",
        FetchReason.STATUS,
        status=status,
        retry_after=retry_after(headers, now),
        permanent=status == HTTPStatus.GONE,
    )


def named(address: Address, error: FetchError, words: str = "") -> FetchError:
    """The same failure with the address, and then `words`, in front."""
    return FetchError(
        f"{address}: {words}{error}",
        error.reason,
        status=error.status,
        retry_after=error.retry_after,
        permanent=error.permanent,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"
