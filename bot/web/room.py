"""Room for large bodies, so that many at once do not fill the memory. It reads nothing."""

from __future__ import annotations

import asyncio

LARGE = 512 * 1024
"""Bytes from which on a body needs a place. Pages and feeds of real publishers are rarely larger."""

PLACES = 4
"""Large bodies held at the same time in one room; with `fetch.max_bytes` at its default of 10 MB they are 40 MB."""


class Room:
    """Places for large bodies. One that must wait for a place waits in the time of its own exchange."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = asyncio.Semaphore(places)

    def guest(self) -> Guest:
        """For one body."""
        return Guest(self._places)


class Guest:
    """One body's claim: no place is taken until it is large."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._has_place = False

    async def grown(self, size: int) -> None:
        """The body has so many bytes now: waits for a place where that makes it a large one."""
        if size > LARGE and not self._has_place:
            await self._places.acquire()
            self._has_place = True

    def leave(self) -> None:
        """The body is not needed any more."""
        if self._has_place:
            self._has_place = False
            self._places.release()
