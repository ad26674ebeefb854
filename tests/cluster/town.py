"""A town of slow newspapers for several machines, and the accounts that are settled at its end: what was published
against what was read, told and received, and what the hosts' own logs say. It kills nobody.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from dataclasses import dataclass, field

from fakefeeds import FEED_TYPES, rss
from machines import Machines
from news import item, page, path, title
from program import ADMIN, READER
from webhttp import Request, Response

LISTED = 15
"""Entries that a feed shows: more than are published while a lane waits for a dead machine."""

MOVED = 4
"""Every so many articles one stands at another host, to which its own host sends whoever asks."""

_STUCK = (
    "SELECT j.lock FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
    "WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '12 seconds')"
)


@dataclass
class Town:
    """Its newspapers, one host each with one feed. Every answer takes 50 to 300 ms."""

    m: Machines
    hosts: list[str]
    slowness: tuple[float, float] = (0.05, 0.3)
    published: dict[int, float] = field(default_factory=dict)
    """When each article came into its feed."""
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    due: int = 0

    def build(self) -> None:
        """Opens the hosts and lists their feeds; each shows one article that is old when the readers come."""
        web = self.m.world.web
        for number, host in enumerate(self.hosts):
            web.open(host)
            web.respond("/rss.xml", self._feed, host=host)
            self._article(number, host)
            self.m.world.feeds[f"paper{number}"] = [web.url("/rss.xml", host)]
        self.m.world.program.write_sources(self.m.world.feeds)
        self._own = {host: [number] for number, host in enumerate(self.hosts)}

    def settle(self) -> None:
        """The machines at work, all feeds looked at once, readers of alerts and of digests there."""
        telegram = self.m.world.telegram
        telegram.chat(READER)
        for chat in (ADMIN, READER):
            self.m.world.subscribe(chat)
        self.m.start()
        self.m.wait_until(lambda: telegram.texts(ADMIN) and telegram.texts(READER))
        first = self.m.each[0]
        self.m.wait_until(lambda: not first.rows("SELECT 1 FROM feeds WHERE last_success IS NULL"))
        first.change(f"UPDATE subscriptions SET rhythm = 'hourly' WHERE chat_id = {READER}")
        self.digest_falls_due()

    def digest_falls_due(self) -> None:
        """For the reader of digests, each at a minute of its own: two of one minute would be one."""
        self.due += 1
        ago = f"now() - interval '{1200 - self.due} minutes'"
        self.m.each[0].change(f"UPDATE subscriptions SET due_at = {ago} WHERE chat_id = {READER}")

    def publish(self, count: int = 1) -> None:
        """New articles, one host after the other."""
        for _ in range(count):
            number = len(self.hosts) + len(self.published)
            host = self.hosts[number % len(self.hosts)]
            self._article(number, host)
            self._own[host] = [number, *self._own[host]][:LISTED]
            self.published[number] = time.monotonic()

    def _article(self, number: int, host: str) -> None:
        body = page(number)
        at = host
        if number % MOVED == 0 and len(self.hosts) > 1:
            at = self.hosts[(number + 1) % len(self.hosts)]
            away = self.m.world.web.url(path(number), at)
            self._serve(path(number), host, Response(b"", 302, {"Location": away}))
        self._serve(path(number), at, Response(body, 200, {"Content-Type": "text/html; charset=utf-8"}))

    def _serve(self, where: str, host: str, response: Response) -> None:
        async def answer(_: Request) -> Response:
            await self._think()
            return response

        self.m.world.web.respond(where, answer, host=host)

    async def _feed(self, request: Request) -> Response:
        await self._think()
        base = f"http://{request.host}:{self.m.world.web.port}"
        body = rss([item(number) for number in self._own[request.host]], base=base, title=request.host)
        return Response(body, 200, {"Content-Type": FEED_TYPES["rss"]})

    async def _think(self) -> None:
        await asyncio.sleep(self.chance.uniform(*self.slowness))

    # --- accounts ---------------------------------------------------------------------------------------------------

    def lost(self) -> list[str]:
        """What was published and has not come to its reader, with the step at which it is missing."""
        known = self.m.each[0].rows("SELECT id, url, story_id FROM articles")
        articles = {int(url.rpartition("/")[2]): (number, story) for number, url, story in known}
        query = (
            "SELECT t.story_id, d.message_id FROM told t JOIN deliveries d ON d.id = t.delivery_id "
            f"WHERE d.chat_id = {ADMIN} AND d.status = 'sent'"
        )
        sent = self.m.each[0].rows(query)
        here = {message.message_id for message in self.m.world.telegram.messages(ADMIN)}
        told = {story for story, message in sent if message in here}
        missing = []
        for number in self.published:
            if number not in articles:
                missing.append(f"article {number}: never read")
            elif articles[number][1] is None:
                missing.append(f"article {number}: in no story")
            elif articles[number][1] not in told:
                missing.append(f"article {number}: its alert was not received")
        return missing

    def repeats(self) -> list[str]:
        """Articles that more than one alert tells, once for each alert too many."""
        texts = [sent.text for sent in self.m.world.alerts(ADMIN)]
        return [line for line in map(title, self.published) for _ in range(sum(line in text for text in texts) - 1)]

    def digests_repeated(self) -> list[str]:
        """Articles that stand in two digests."""
        texts = [sent.text for sent in self.m.world.news(READER)]
        return [line for line in map(title, self.published) if sum(_names(text, line) for text in texts) > 1]

    def in_digests(self) -> int:
        """How many articles the reader of digests has been told."""
        texts = [sent.text for sent in self.m.world.news(READER)]
        return sum(any(_names(text, title(number)) for text in texts) for number in self.published)

    def in_doubt(self) -> int:
        """How many more stand in a digest of which nobody knows whether it arrived: somebody is asked about that."""
        query = (
            "SELECT a.title FROM articles a JOIN told t ON t.story_id = a.story_id JOIN deliveries d "
            f"ON d.id = t.delivery_id WHERE d.chat_id = {READER} AND d.status = 'uncertain'"
        )
        doubted = {line for (line,) in self.m.each[0].rows(query)}
        texts = [sent.text for sent in self.m.world.news(READER)]
        mine = {title(number) for number in self.published} & doubted
        return sum(not any(_names(text, line) for text in texts) for line in mine)

    def digests_left(self) -> str:
        """What became of the digests, for whoever must find out why one is missing."""
        query = "SELECT kind, status, count(*) FROM deliveries WHERE chat_id = {} GROUP BY kind, status"
        return str(self.m.each[0].rows(query.format(READER)))

    def overlaps(self) -> list[str]:
        """Requests that came to a host before its answer to another one had gone out."""
        return [
            f"{host}: {after.path} {before.ended - after.time if before.ended else 0:.3f} s before {before.path} ended"
            for host in self.hosts
            for before, after in itertools.pairwise(self.asked(host))
            if before.ended is None or after.time < before.ended
        ]

    def pauses(self) -> list[float]:
        """Seconds from the end of an answer of a host to its next request, for all hosts."""
        return [gap for host in self.hosts for gap in self.m.world.web.gaps(host)]

    def asked(self, host: str) -> list[Request]:
        """What came to a host, oldest first."""
        return [request for request in list(self.m.world.web.requests) if request.host == host]

    def polls(self, host: str) -> list[float]:
        """When the host's feed was asked for."""
        return [request.time for request in self.asked(host) if request.path == "/rss.xml"]

    def longest_gap(self, since: float) -> float:
        """The longest time in which a feed was not asked for, from then until now."""
        now = time.monotonic()
        return max(
            after - before
            for host in self.hosts
            for before, after in itertools.pairwise([since, *(at for at in self.polls(host) if at > since), now])
        )

    def polled_since(self, moment: float) -> bool:
        """Whether every feed was asked for after that."""
        return all(any(at > moment for at in self.polls(host)[-1:]) for host in self.hosts)

    def stuck(self) -> list[str]:
        """Lanes that a dead worker's job shuts."""
        return [str(lock) for (lock,) in self.m.each[0].rows(_STUCK)]


def _names(text: str, told: str) -> bool:
    return any(line.strip() == told or line.startswith(f"• {told} (") for line in text.splitlines())


def town(m: Machines, number: int) -> Town:
    """A town of so many newspapers. The hosts of a machine's settings may still be changed; then `settle` it."""
    made = Town(m, [f"127.0.2.{n}" for n in range(1, number + 1)])
    settings = m.world.program.settings
    settings["telegram"]["access"] = "open"
    settings["digests"] = {"per_section": 20}
    settings["spikes"] = {"enabled": False}
    m.world.program.write_settings()
    made.build()
    return made
