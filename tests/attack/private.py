"""Addresses that nobody may be led to, and whoever comes there. It asserts nothing.

with trap() as t:
    ...                               # t.spellings(): the same address, written in every way that leads there
    assert t.visitors == []
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address

PRIVATE = "127.0.0.66"


@dataclass
class Trap:
    """A listener on a private address. `visitors` says what each connection sent first."""

    port: int
    visitors: list[bytes] = field(default_factory=list)

    def spellings(self, path: str = "/secret") -> list[str]:
        """Addresses of the trap, and of networks that are as private though nothing can listen there."""
        number = int(IPv4Address(PRIVATE))
        high, low = number >> 16, number & 0xFFFF
        hosts = [
            PRIVATE,
            str(number),
            hex(number),
            f"0{number:o}",
            "127.66",
            "0x7f.0.0.0x42",
            "0177.0.0.0102",
            "１２７.0.0.66",
            "127。0。0。66",
            f"[::ffff:{PRIVATE}]",
            f"[::ffff:{high:x}:{low:x}]",
            f"[::{PRIVATE}]",
            f"[64:ff9b::{high:x}:{low:x}]",
            f"[64:ff9b:1::{high:x}:{low:x}]",
            f"[2002:{high:x}:{low:x}::1]",
            "[::1]",
            "[::]",
            "0.0.0.0",
            "0",
            "100.64.0.1",
            "169.254.169.254",
            "10.0.0.1",
            "192.168.1.1",
            "[fe80::1]",
            "[fd00::1]",
        ]
        return [f"http://{host}:{self.port}{path}" for host in hosts]


@contextmanager
def trap() -> Iterator[Trap]:
    """It listens on all addresses of the loopback network, so that no spelling leads past it."""
    listener = socket.create_server(("0.0.0.0", 0))
    also = socket.create_server(("::", listener.getsockname()[1]), family=socket.AF_INET6)
    made = Trap(listener.getsockname()[1])

    def watch(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = server.accept()
                with visitor, suppress(OSError):
                    visitor.settimeout(1)
                    made.visitors.append(visitor.recv(1000))
                    visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")

    threads = [threading.Thread(target=watch, args=(server,), daemon=True) for server in (listener, also)]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        for server in (listener, also):
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for thread in threads:
            thread.join(5)
