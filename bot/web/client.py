"""The HTTP client: one address in, one bounded answer or one FetchError out. No cookies, and no trust in redirects."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType

import httpx

from bot.errors import FetchError, FetchReason
from bot.web.body import ACCEPT_ENCODING, read_body
from bot.web.faults import NETWORK_FAULTS, named, network_fault, refusal
from bot.web.fetched import Fetched, Validators
from bot.web.guard import Guard, Resolve, networks
from bot.web.headers import fold, max_age, retry_after
from bot.web.pace import Pace, Turns
from bot.web.robots import MOST_BYTES, Robots
from bot.web.room import Guest, Room
from bot.web.transport import open_http
from bot.web.url import Address, join, parse

MAX_REDIRECTS = 5
"""RFC 9309 asks for five for robots.txt; feeds and pages in the wild need two or three."""

_MOST_CONNECTIONS = 256
"""Open at once; further requests wait, which is not counted against their time."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_OVERLOADED = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one call of `get` wants, the same on every hop."""

    accept: str
    validators: Validators | None
    obey_robots: bool
    max_bytes: int
    cut: bool = False
    guest: Guest | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    conditional: bool


class Client:
    """A guarded, polite HTTP client, to be used as `async with Client(...) as client`.

    `timeout` bounds a whole exchange, redirects included, waiting for a host's turn excluded. `allow_networks` (CIDR)
    may be reached, on any port, although they are not public. `per_host_delay` runs from the end of one request to
    the start of the next to the same host name, whatever the port. `robots` False switches robots.txt off altogether.
    `turns` are those of other machines that ask the same hosts.
    `resolve`, `tls` and `now` replace the system's resolver, trust store and clock.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        timeout: timedelta,
        max_bytes: int,
        allow_networks: Sequence[str] = (),
        per_host_delay: timedelta = timedelta(seconds=1),
        robots: bool = True,
        turns: Turns | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._timeout = timeout.total_seconds()
        self._max_bytes = max_bytes
        self._allowed = networks(allow_networks)
        self._pace = Pace(per_host_delay, turns)
        # RFC 9309, 2.2.1: robots.txt names the product token of the User-Agent.
        self._robots = Robots(self._read_robots, user_agent.split("/", 1)[0].strip()) if robots else None
        self._resolve = resolve
        self._tls = tls
        self._now = now or _utc_now
        self._room = Room()
        self._new_holds: dict[str, datetime] = {}
        self._http: httpx.AsyncClient | None = None
        self._connections = asyncio.Semaphore(_MOST_CONNECTIONS)

    async def __aenter__(self) -> Client:
        self._http = open_http(Guard(self._allowed, self._resolve), self._tls or trust_store())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    @asynccontextmanager
    async def lend(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        accept: str | None = None,
        obey_robots: bool = False,
        room: Room | None = None,
    ) -> AsyncIterator[Fetched]:
        """The answer as by `get`, for the length of the block: a room has place for few large bodies at the same time,
        so keep none after it. Raises what `get` does."""
        guest = (room or self._room).guest()
        try:
            yield await self._follow(url, _Ask(accept or "*/*", validators, obey_robots, self._max_bytes, guest=guest))
        finally:
            guest.leave()

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        accept: str | None = None,
        obey_robots: bool = False,
        max_bytes: int | None = None,
    ) -> Fetched:
        """The answer to a GET: 200 with its body, or 304 when the hop that `validators` belong to says so.

        Redirects are followed, five at most, each checked like a first address (and by its own robots.txt when
        `obey_robots`). Anything else raises FetchError. A host that answered 429 or 503 with Retry-After is not asked
        again until then: the error is raised at once, with what is left of the time in `retry_after`.
        """
        limit = self._max_bytes if max_bytes is None else max_bytes
        return await self._follow(url, _Ask(accept or "*/*", validators, obey_robots, limit))

    def host_not_before(self, host: str) -> datetime | None:
        """Until when the host (a name as in an address, without port) wants no request, by its Retry-After; or None."""
        return self._pace.not_before(host.lower(), self._now())

    def hold(self, host: str, until: datetime) -> None:
        """No request to the host before `until`: what `new_holds` said before a restart."""
        self._pace.hold(host.lower(), until, self._now())

    def new_holds(self) -> dict[str, datetime]:
        """The hosts that have asked for peace and are not yet `remembered`, and until when."""
        return dict(self._new_holds)

    def remembered(self, holds: Mapping[str, datetime]) -> None:
        """These holds are stored for good."""
        for host, until in holds.items():
            if self._new_holds.get(host) == until:
                del self._new_holds[host]

    async def _follow(self, url: str, ask: _Ask) -> Fetched:
        first = address = parse(url)
        left, for_good = self._timeout, True
        for hop in range(MAX_REDIRECTS + 1):
            answer, left = await self._visit(address, ask, left)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return self._judge(address, answer, moved=for_good and hop > 0)
            try:
                target = join(address, answer.headers["location"])
            except FetchError as error:
                raise named(address, error, "redirects to ") from error
            for_good = for_good and answer.status in _FOR_GOOD and (address.scheme, target.scheme) != ("https", "http")
            address = target
        raise FetchError(f"{first}: more than {MAX_REDIRECTS} redirects, the last to {address}", FetchReason.REDIRECTS)

    async def _visit(self, address: Address, ask: _Ask, left: float) -> tuple[_Answer, float]:
        """One request in its host's turn, and the seconds left after it."""
        self._refuse_held(address)
        if ask.obey_robots and self._robots is not None:
            rules = await self._robots.check(address)
            self._pace.slow_down(address.host, rules.crawl_delay or timedelta(), self._now())
        async with self._pace.turn(address.host, self._now()), self._connections:
            self._refuse_held(address)
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                answer = await self._exchange(address, ask, left)
            except FetchError as error:
                raise named(address, error) from error
            if answer.status in _OVERLOADED and (pause := retry_after(answer.headers, self._now())):
                self._new_holds[address.host] = until = self._now() + pause
                self._pace.hold(address.host, until, self._now())
            return answer, left - (clock() - began)

    async def _exchange(self, address: Address, ask: _Ask, left: float) -> _Answer:
        """Sends and reads within `left` seconds. Every failure of the network becomes a FetchError here."""
        try:
            async with asyncio.timeout(left):
                return await self._send(address, ask, left)
        except NETWORK_FAULTS as error:
            raise network_fault(error, self._timeout) from error

    async def _send(self, address: Address, ask: _Ask, left: float) -> _Answer:
        if self._http is None:
            raise RuntimeError("the client is used outside `async with`")
        # Not by the client's `build_request`: that would fill in what we leave out with httpx's own headers.
        request = httpx.Request(
            "GET",
            str(address),
            headers=self._headers(address, ask),
            # httpx rewrites `/a/../b`; what was checked is what is requested.
            extensions={"timeout": {"connect": left}, "target": address.target.encode()},
        )
        async with aclosing(await self._http.send(request, stream=True)) as response:
            folded = fold(response.headers.raw)
            body = b""
            if response.status_code == HTTPStatus.OK:
                if _length(folded) > ask.max_bytes and not ask.cut:
                    raise FetchError(f"larger than {ask.max_bytes} bytes", FetchReason.TOO_LARGE)
                coding = folded.get("content-encoding", "")
                body = await read_body(response.aiter_raw(), coding, ask.max_bytes, cut=ask.cut, guest=ask.guest)
            conditional = any(name.startswith("if-") for name in request.headers)
            return _Answer(response.status_code, folded, body, conditional)

    def _headers(self, address: Address, ask: _Ask) -> list[tuple[bytes, bytes]]:
        pairs = {
            "Host": address.authority,
            "User-Agent": self._user_agent,
            "Accept": ask.accept,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
        }
        # A validator names a version of one address; sent elsewhere it may hide news, or tell one host about another.
        if ask.validators is not None and parse(ask.validators.url) == address:
            pairs["If-None-Match"] = ask.validators.etag or ""
            pairs["If-Modified-Since"] = ask.validators.last_modified or ""
        return [(name.encode(), value.encode("latin-1", errors="replace")) for name, value in pairs.items() if value]

    def _judge(self, address: Address, answer: _Answer, *, moved: bool) -> Fetched:
        headers, now = answer.headers, self._now()
        if answer.status == HTTPStatus.NOT_MODIFIED and not answer.conditional:
            raise FetchError(f"{address}: says 304 though nothing was asked for", FetchReason.PROTOCOL, status=304)
        if answer.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) or "cf-mitigated" in headers:
            raise refusal(address, answer.status, headers, now)
        return Fetched(
            url=str(address),
            status=answer.status,
            not_modified=answer.status == HTTPStatus.NOT_MODIFIED,
            body=answer.body,
            content_type=headers.get("content-type"),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            max_age=max_age(headers, now),
            moved_to=str(address) if moved else None,
            retry_after=retry_after(headers, now),
        )

    def _refuse_held(self, address: Address) -> None:
        now = self._now()
        until = self._pace.not_before(address.host, now)
        if until is not None:
            message = f"{address}: not asked, {address.host} wants no request before {until:%Y-%m-%d %H:%M:%S} UTC"
            raise FetchError(message, FetchReason.STATUS, retry_after=until - now)

    async def _read_robots(self, url: str) -> bytes:
        ask = _Ask("text/plain, */*;q=0.1", None, obey_robots=False, max_bytes=MOST_BYTES, cut=True)
        return (await self._follow(url, ask)).body


def trust_store() -> ssl.SSLContext:
    """The system's certificate authorities and certifi's: a slim container has none, a company has its own."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _length(headers: dict[str, str]) -> int:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _utc_now() -> datetime:
    return datetime.now(UTC)
