"""Changes a watchlist's file for an admin in a chat: tries the new version, puts it in place, takes it back.

Only whole files are written, and none that was changed since it was looked at. The running configuration is left to
the reloader.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import ConfigError, ConfigErrors
from bot.log import get
from bot.model import DeliveryKind
from bot.run.engine import Engine
from bot.run.trial.outcome import Sample, Tried
from bot.run.trial.trying import try_rules
from bot.speech import gettext, speaking
from bot.store import AsyncConnection, chats, deliveries, hours, subscriptions, versions
from bot.store.deliveries import Order
from bot.store.versions import State, Version
from bot.tell.rulebook import Applied, Done, Mistakes, Proposal
from bot.tell.rulechange import SAMPLES, Changed, Preview, Sampled, in_a_line
from bot.tell.tree import to_json
from bot.tell.wording import marked
from bot.watch.trial import Files, Side, Written, sent_files, wording
from bot.yamlfile.edit import write

log = get(__name__)

SINCE = timedelta(days=30)
"""How far back a new version is tried."""

MOST_BYTES = 1_000_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A watchlist's name is its file's, and people type it."""

RELOAD = 20.0
"""Seconds in which the running configuration should have taken a file up."""

_MISTAKES = 12


class Rules:
    """Edits the watchlists of one configuration directory. `reload` takes the files up, and tells whether it did."""

    def __init__(self, engine: Engine, config_dir: Path, reload: Callable[[], Awaitable[bool]] | None = None) -> None:
        self._engine = engine
        self._folder = config_dir / "watchlists"
        self._config_dir = config_dir
        self.reload = reload
        self._one = asyncio.Lock()

    def names(self) -> Sequence[str]:
        """The watchlists of the running configuration."""
        return list(self._engine.config.watchlists.lists)

    async def file(self, name: str) -> bytes | None:
        """The file as it is on disk; None where there is none that can be read."""
        return await asyncio.to_thread(_bytes, self._path(name))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.yaml"

    # --- a new version ----------------------------------------------------------------------------------------------

    async def propose(
        self, name: str, content: bytes, chat: int, user: int | None, now: datetime
    ) -> Proposal | Mistakes:
        """Keeps a version that was sent, and says what it would change; or what is wrong with it. Raises StoreError,
        WorkerError."""
        if NAME.fullmatch(name) is None:
            return Mistakes((gettext("the name of the file must be letters, digits, - and _, at most 64 of them"),))
        if len(content) > MOST_BYTES:
            return Mistakes((gettext("the file has more than {size} kB").format(size=MOST_BYTES // 1000),))
        shown = f"{name}.yaml"
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            return Mistakes((f"{shown}:{line}: {gettext('this is not UTF-8 text')}",))
        async with self._one:
            try:
                base = _hash(await self.file(name))
                files = await asyncio.to_thread(sent_files, self._config_dir, name, Written(shown, content))
                sides = await asyncio.to_thread(files.sides)
                config = self._engine.config
                tried = await try_rules(config, files, self._engine.database, name, now - SINCE, now)
            except ConfigErrors as errors:
                return _mistakes(errors, name)
        found = await asyncio.to_thread(_preview, name, sides, tried)
        async with self._engine.database.write() as connection:
            number = await versions.keep(connection, name, text, base, chat=chat, user=user, state=State.DRAFT, now=now)
        log.info("a version of a watchlist was sent", watchlist=name, version=number, user=user)
        return Proposal(number, found)

    async def cancel(self, number: int) -> Applied:
        """Leaves a version alone."""
        async with self._engine.database.write() as connection:
            found = await versions.version(connection, number)
            if found is None or found.state is not State.DRAFT:
                return Applied(Done.GONE)
            await versions.set_state(connection, number, State.CANCELLED)
        return Applied(Done.CANCELLED, found.watchlist)

    async def apply(self, number: int, chat: int, user: int | None, now: datetime) -> Applied:
        """Puts a version in place of the file it was made from, and tells those who follow the watchlist."""
        async with self._one:
            async with self._engine.database.read() as connection:
                found = await versions.version(connection, number)
            if found is None or found.state in (State.CANCELLED, State.PREVIOUS, State.ABSENT, State.RESTORED):
                return Applied(Done.GONE)
            if found.state is State.APPLIED:
                return Applied(Done.ALREADY, found.watchlist)
            current = await self.file(found.watchlist)
            # A crash came between the file and its record: the file is this one already.
            if _hash(current) not in (found.base, _hash(found.text.encode())):
                return Applied(Done.STALE, found.watchlist)
            return await self._put(found, current, State.APPLIED, chat, user, now)

    async def undo(self, name: str | None, chat: int, user: int | None, now: datetime) -> Applied:
        """Puts the version before the present one back; of the watchlist that was changed last, where none is
        named."""
        async with self._one:
            async with self._engine.database.read() as connection:
                name = name or await versions.last_changed(connection)
            if name is None or NAME.fullmatch(name) is None:
                return Applied(Done.NOTHING_BEFORE, name or "")
            current = await self.file(name)
            async with self._engine.database.read() as connection:
                found = await versions.before(connection, name, _hash(current))
            if found is None:
                return Applied(Done.NOTHING_BEFORE, name)
            return await self._put(found, current, State.RESTORED, chat, user, now)

    async def _put(
        self, found: Version, current: bytes | None, state: State, chat: int, user: int | None, now: datetime
    ) -> Applied:
        """Writes the text of a version, or takes the file away, in this order: what is there is kept, the file is
        replaced, that is noted and told. After a crash in between the same can be asked for again."""
        name = found.watchlist
        content = None if found.state is State.ABSENT else found.text.encode()
        database = self._engine.database
        if content != current:
            async with database.write() as connection:
                text, kept = ("", State.ABSENT) if current is None else (_text(current), State.PREVIOUS)
                await versions.keep(connection, name, text, _hash(content), chat=chat, user=user, state=kept, now=now)
            try:
                await asyncio.to_thread(_replace, self._path(name), content)
            except OSError as error:
                log.error("a watchlist could not be written", watchlist=name, reason=str(error))
                return Applied(Done.NOT_WRITTEN, name, reason=(error.strerror or str(error)).lower())
        was = current
        if content == current:
            # A crash came between the file and its record: what it took the place of is kept, and nobody was told.
            async with database.read() as connection:
                kept_before = await versions.before(connection, name, _hash(content))
            if kept_before is not None:
                was = None if kept_before.state is State.ABSENT else kept_before.text.encode()
        changed = await asyncio.to_thread(self._changed, name, was, content)
        taken = await self._taken_up()
        async with database.write() as connection:
            await versions.set_state(connection, found.id, state)
            if changed:
                await self._tell(connection, name, changed, found.id, now)
        log.info("a watchlist was changed from a chat", watchlist=name, version=found.id, user=user, state=state.value)
        undone = state is State.RESTORED
        done = (Done.UNDONE if undone else Done.APPLIED) if taken else Done.NOT_TAKEN
        return Applied(done, name, changed)

    async def _taken_up(self) -> bool:
        """Whether the running configuration is that of the files now."""
        if self.reload is None:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(RELOAD):
                return await self.reload()
        return False

    async def _tell(self, connection: AsyncConnection, name: str, changed: Changed, number: int, now: datetime) -> None:
        """One line to each place that follows the watchlist, unless it is muted."""
        config = self._engine.config
        title = config.card(name).title
        for one in await subscriptions.subscribers_of(connection, name):
            where = one.destination
            if await hours.peace_of(connection, where, now) is not None:
                continue
            chat = await chats.get_chat(connection, where.chat)
            with speaking(chat.language if chat else None):
                body = to_json(in_a_line(title, changed))
            # The moment too: what was undone may be applied again.
            key = f"notice:rules:{number}:{where.chat}:{where.thread}:{now:%Y-%m-%dT%H:%M:%S}"
            order = Order(key, where, DeliveryKind.NOTICE, now, name, subscription_id=one.id, body=body)
            await deliveries.order(connection, order, now)

    def _changed(self, name: str, before: bytes | None, after: bytes | None) -> Changed:
        """What lies between two texts; nothing where one cannot be read."""
        found: list[Side | None] = []
        shared = self._config_dir / "concepts.yaml"
        for content in (before, after):
            if content is None:
                found.append(None)
                continue
            try:
                written = Written(str(shared), shared.read_bytes()) if shared.exists() else None
                found.append(Files(written, {name: Written(f"{name}.yaml", content)}).sides()[0])
            except (ConfigErrors, OSError):
                return Changed()
        return difference(found[0], found[1])


def difference(before: Side | None, after: Side | None) -> Changed:
    """What is in one version of a watchlist and not in the other; None is no file."""
    old, new = (frozenset(side.listed) if side else frozenset() for side in (before, after))
    was, now = ({rule.name: rule for rule in side.watchlist.rules} if side else {} for side in (before, after))
    return Changed(
        len(new - old),
        len(old - new),
        tuple(name for name in now if name not in was),
        tuple(name for name in was if name not in now),
        tuple(
            name
            for name, rule in now.items()
            if name in was and (wording(rule), *_keys(rule)) != (wording(was[name]), *_keys(was[name]))
        ),
    )


def _keys(rule: object) -> tuple[object, ...]:
    return tuple(getattr(rule, key) for key in ("priority", "group_by", "threshold", "max_age", "min_sources"))


# --- words ----------------------------------------------------------------------------------------------------------


def _mistakes(errors: ConfigErrors, name: str) -> Mistakes:
    """Each mistake by line; those of other files, which no version of this one can mend, too."""
    lines = [_line(error) for error in errors.errors]
    return Mistakes(tuple(lines[:_MISTAKES]), max(0, len(lines) - _MISTAKES))


def _line(error: ConfigError) -> str:
    return f"{Path(error.file).name}:{error.line}:{error.column}: {error.message}"


def _preview(name: str, sides: Sequence[Side], tried: Tried) -> Preview:
    new = len(sides) == 1
    latest = tried.after or tried.before
    before = 0.0 if new else tried.span.a_day(len(tried.before.counts.every.rung))
    added = latest.counts.every.ids if tried.change is None else tried.change.added
    first = [sample for samples in latest.samples for sample in samples] if new else tried.added
    return Preview(
        watchlist=name,
        title=latest.title,
        new=new,
        changed=difference(None if new else sides[0], sides[-1]),
        days=max(1, round(tried.span.length)),
        articles=tried.articles,
        added=len(added),
        dropped=len(tried.change.dropped) if tried.change else 0,
        alerts_before=before,
        alerts_after=tried.span.a_day(len(latest.counts.every.rung)),
        samples_added=[_sampled(sample) for sample in first[:SAMPLES]],
        samples_dropped=[_sampled(sample) for sample in tried.dropped[:SAMPLES]],
    )


def _sampled(sample: Sample) -> Sampled:
    why = "; ".join(f"{rule}: {failed}" for rule, failed in sample.why)
    sentence = () if sample.sentence is None else marked(sample.sentence)
    return Sampled(sample.stored.title, sample.stored.url, sample.stored.source, sentence, why)


# --- files ----------------------------------------------------------------------------------------------------------


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _hash(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _replace(path: Path, content: bytes | None) -> None:
    """Puts a whole file in place of another, or takes it away; readers see one or the other. Raises OSError."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write(path, content.decode())
