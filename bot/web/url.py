"""Web addresses: one parser for what is checked, requested and stored. It resolves no name and opens nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from bot.errors import FetchError, FetchReason

MAX_LENGTH = 2048
"""The longest address accepted, in characters; search engines and browsers stop near it."""

PORTS = {"http": 80, "https": 443}

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
# What may stand unquoted in a path or query. `%` stays: the publisher has quoted already.
_SAFE = "!$%&'()*+,/:;=?@[]^_|~-."


@dataclass(frozen=True, slots=True)
class Address:
    """A checked http or https address in the one form it is requested, compared and stored in.

    `host` is in lower-case ASCII and without brackets, `target` is path and query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: an IPv6 host in brackets, a scheme's own port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: the reach of one robots.txt."""
        return f"{self.scheme}://{self.authority}"

    def __str__(self) -> str:
        return self.origin + self.target


def check_url(url: str) -> str:
    """The address as it will be requested: trimmed, host in lower-case ASCII, default port and fragment removed.

    Checks the writing only: scheme, host, no user or password, length. Raises FetchError(BAD_URL). Where the name
    leads is checked when a connection is opened.
    """
    return str(parse(url))


def host_of(url: str) -> str:
    """The host of an address as the client knows it, by which requests are paced; "" where there is none."""
    try:
        return parse(url).host
    except FetchError:
        return ""


@lru_cache(4096)
def parse(url: str) -> Address:
    """The parts of an address. Raises FetchError(BAD_URL), permanent, with a message that shows no credentials."""
    url = url.strip()
    if len(url) > MAX_LENGTH:
        raise _bad(url, f"longer than {MAX_LENGTH} characters")
    if _CONTROL.search(url):
        raise _bad(url, "control characters in it")
    try:
        parts = urlsplit(url)
        port = parts.port
        target = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    except ValueError as error:  # UnicodeError (lone surrogates) is one too
        raise _bad(url, "not a valid address") from error
    if parts.scheme not in PORTS:
        raise _bad(url, "only http:// and https:// are read")
    if "@" in parts.netloc:
        raise _bad(url, "a user name or password does not belong in an address")
    if port == 0:
        raise _bad(url, "port 0")
    address = Address(parts.scheme, _host(url, parts), port or PORTS[parts.scheme], target)
    if len(str(address)) > MAX_LENGTH:
        raise _bad(url, f"longer than {MAX_LENGTH} characters")
    return address


def join(base: Address, location: str) -> Address:
    """Where a Location header leads; its value comes as headers do, bytes read as Latin-1. Raises FetchError(BAD_URL).

    Raw UTF-8 is read as such; raw bytes of another encoding are percent-encoded as they are, as browsers do.
    """
    raw = location.strip().encode("latin-1", errors="replace")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = quote(raw, safe=_SAFE + "#")
    try:
        return parse(urljoin(str(base), text))
    except ValueError as error:
        raise _bad(text, "not a valid address") from error


def shown(url: str) -> str:
    """An unchecked address for a message: on one line, cut at 200 characters, and nothing before the last `@`."""
    url = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:/*)?.*@", r"\1***@", url, flags=re.DOTALL)
    url = "".join(character if character.isprintable() else "?" for character in url)
    return url if len(url) <= 200 else url[:199] + "…"


def _host(url: str, parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")  # "example.org." is the same host, and few certificates name it
    if not host:
        raise _bad(url, "no host in it")
    if parts.netloc.startswith("["):
        return _ipv6(url, host)
    if not host.isascii():
        host = _idna(url, host)
    if not _NAME.fullmatch(host):
        raise _bad(url, "not a valid host name")
    # The C library also reads 2130706433, 0x7f.1 and 0177.0.0.1 as addresses. No site is written so.
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except AddressValueError as error:
            raise _bad(url, "not a valid host name") from error
    return host


def _ipv6(url: str, host: str) -> str:
    if "%" in host:
        raise _bad(url, "an address with a zone")
    try:
        return IPv6Address(host).compressed
    except AddressValueError as error:
        raise _bad(url, "not a valid IPv6 address") from error


def _idna(url: str, host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise _bad(url, "not a valid international host name") from error


def _bad(url: str, why: str) -> FetchError:
    return FetchError(f"{shown(url)}: {why}", FetchReason.BAD_URL, permanent=True)
