"""Opens connections to public addresses only. It never trusts a name: the checked address is the one connected.

The check stands at the socket, so that it holds for feeds, pages, redirects and robots.txt alike, and for a name whose
second look-up would give another answer.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore

from bot.errors import FetchError, FetchReason, KentonganError
from bot.web.streams import connect

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

WEB_PORTS = frozenset({80, 443})

REFUSED: tuple[IPNetwork, ...] = tuple(
    ip_network(text)
    for text in (
        # IANA IPv4 Special-Purpose Address Registry, and multicast. `ipaddress.is_global` is no substitute: its answer
        # depends on the patch release of Python (192.88.99.0/24, 2002::/16, fec0::/10, multicast ...).
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata services of cloud providers
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        # Only 2000::/3 is global unicast (RFC 4291, 2.4); the first three are everything else.
        "::/3",
        "4000::/2",
        "8000::/1",
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4, withdrawn by RFC 7526, whatever address it wraps
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)

_NAT64 = ip_network("64:ff9b::/96")
_RESOLVER_THREADS = 16
_FIRST_TRIES = 0.25
"""The share of the time-out that each address but the last may take to connect: a host with broken IPv6 is common."""


def unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv4-mapped or NAT64 (RFC 6052) address stands for, else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet, by the list above and nothing else."""
    address = unwrap(address)
    return not any(address in network for network in REFUSED if network.version == address.version)


def networks(texts: Iterable[str]) -> tuple[IPNetwork, ...]:
    """Parsed CIDR networks; host bits may be set. Raises KentonganError naming the one that is none."""
    found: list[IPNetwork] = []
    for text in texts:
        try:
            found.append(ip_network(text, strict=False))
        except ValueError as error:
            raise KentonganError(f"{text!r} is not a network such as 10.1.0.0/16") from error
    return tuple(found)


class Guard:
    """The only way the client opens a socket. `resolve` replaces the system's resolver, in tests."""

    def __init__(self, allowed: Sequence[IPNetwork], resolve: Resolve | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or self._look_up
        # A resolver that does not answer blocks a thread for up to its own time-out; these are nobody else's threads.
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def connect(
        self, host: str, port: int, patience: float | None, tls: ssl.SSLContext | None = None
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host that answers within `patience` seconds; a secure one with
        `tls`. Raises FetchError (DNS, REFUSED_ADDRESS) without an address in its message's front, or httpcore's
        ConnectError, ConnectTimeout."""
        addresses = await self.addresses(host, port)
        first = None if patience is None else patience * _FIRST_TRIES
        failure: Exception = httpcore.ConnectError("no address")
        for number, address in enumerate(addresses, 1):
            seconds = patience if number == len(addresses) else first
            try:
                return await connect(str(address), port, seconds, tls, host)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def addresses(self, host: str, port: int) -> tuple[IPAddress, ...]:
        """Every address of the host, the two families taking turns. Raises FetchError unless **all** may be connected:
        one private address among public ones is how rebinding begins."""
        try:
            found: list[IPAddress] = [ip_address(host)]
        except ValueError:
            found = [ip_address(text) for text in dict.fromkeys(await self._resolve(host, port))]
        if not found:
            raise FetchError(f"the name {host} has no address", FetchReason.DNS)
        for address in found:
            self._check(host, address, port)
        return _taking_turns(found)

    def close(self) -> None:
        """Lets the resolver's threads go; one that waits for an answer ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, host: str, address: IPAddress, port: int) -> None:
        real = unwrap(address)
        if any(real in network for network in self._allowed if network.version == real.version):
            return
        where = f"{host} is {address}" if host != str(address) else host
        if not is_public(real):
            message = f"refused: {where}, which is not a public address (fetch.allow_networks makes exceptions)"
            raise FetchError(message, FetchReason.REFUSED_ADDRESS, permanent=True)
        if port not in WEB_PORTS:
            message = f"refused: port {port}; only 80 and 443 are used outside fetch.allow_networks"
            raise FetchError(message, FetchReason.REFUSED_ADDRESS, permanent=True)

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        call = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            rows = await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (socket.gaierror, UnicodeError) as error:
            words = error.strerror if isinstance(error, socket.gaierror) else "not a name"
            raise FetchError(f"the name {host} is not found: {words}", FetchReason.DNS) from error
        return [str(row[4][0]) for row in rows]


def _taking_turns(found: Sequence[IPAddress]) -> tuple[IPAddress, ...]:
    first = [address for address in found if address.version == found[0].version]
    other = [address for address in found if address.version != found[0].version]
    pairs = itertools.zip_longest(first, other)
    return tuple(address for pair in pairs for address in pair if address is not None)
