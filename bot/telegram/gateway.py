"""The line to Telegram for as long as the program runs: opened, kept open, closed so that nothing is lost.

It decides nothing about messages: what comes in goes to the reception, what goes out comes finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram import error as tg

from bot.errors import KentonganError, StoreError
from bot.log import get, redact
from bot.model import Destination
from bot.settings import Access
from bot.speech import LANGUAGES, SOURCE, gettext, speaking
from bot.store.database import Database
from bot.store.sending import note_said
from bot.telegram import sender
from bot.telegram.access import Door
from bot.telegram.buttons import Keyboard
from bot.telegram.client import Timeouts, make_bot, silence_libraries
from bot.telegram.commands import COMMANDS
from bot.telegram.digestkeys import Briefs
from bot.telegram.inbox import Inbox, Trouble, Waits, trouble_of
from bot.telegram.librarian import Library
from bot.telegram.newsroom import Newsroom
from bot.telegram.pace import Limits, Pace, never_back
from bot.telegram.reception import Reception
from bot.telegram.room import Room
from bot.telegram.rulebook import Rulebook

if TYPE_CHECKING:
    from pydantic import SecretStr

log = get(__name__)

OFFICIAL = "https://api.telegram.org"
_STOP_WITHIN = 4.0
_MOST_ROUNDS = 40


class Gateway:
    """One bot's line. Make it, then either `start` and `stop` it, or `check` and `drain_updates` for a single round,
    and `close`."""

    def __init__(
        self,
        token: SecretStr,
        database: Database,
        newsroom: Newsroom,
        library: Library,
        briefs: Briefs,
        rules: Rulebook,
        *,
        api_base_url: str = OFFICIAL,
        admins: Collection[int] = (),
        access: Access = Access.INVITE,
        digest_at: str = "07:00",
        timezone: str = "UTC",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeouts: Timeouts | None = None,
        waits: Waits | None = None,
        limits: Limits | None = None,
    ) -> None:
        silence_libraries()
        self._clock = clock
        self._admins = frozenset(admins)
        self._waits = waits or Waits()
        self._server = urlsplit(api_base_url).netloc
        self._bot = make_bot(token.get_secret_value(), api_base_url.rstrip("/"), timeouts or Timeouts())
        steady = never_back(clock)
        self.wire = sender.Wire(self._bot, Pace(steady, limits), steady, self._note)
        self._database = database
        room = Room(
            wire=self.wire,
            database=database,
            newsroom=newsroom,
            library=library,
            briefs=briefs,
            rules=rules,
            door=Door(access, frozenset(admins)),
            digest_at=digest_at,
            timezone=timezone,
        )
        self._inbox = Inbox(self._bot, database, Reception(room).handle, clock, self._waits)
        self._task: asyncio.Task[None] | None = None
        self._sending = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._answered: datetime | None = None
        self._opening_trouble: Trouble | None = None

    def __repr__(self) -> str:
        return f"Gateway({self._server})"

    @property
    def last_ok(self) -> datetime | None:
        """When Telegram last answered a getMe or getUpdates well; None before that. Its age is the line's health."""
        return max(filter(None, (self._answered, self._inbox.last_ok)), default=None)

    @property
    def trouble(self) -> Trouble | None:
        """What stands between us and Telegram now; None where nothing is known to."""
        return self._opening_trouble or self._inbox.trouble

    @property
    def username(self) -> str | None:
        """The bot's name without @; None until Telegram told it."""
        return self._bot.username if self._answered else None

    # --- a service --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begins to listen, in the background. No network, or a wrong token, is no failure of the start: it is said in
        the log once, and tried again for as long as it takes."""
        self._task = asyncio.create_task(self._live(), name="telegram")

    async def hear_no_more(self) -> None:
        """Stops listening and lets what is being handled end, for a few seconds at most. An update not handled by then
        comes again at the next start. What was handled is known by the stored number: another call to confirm it would
        meet the long poll that the server has not given up yet."""
        task, self._task = self._task, None
        if task is not None:
            await self._inbox.settle(_STOP_WITHIN / 2)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def stop(self) -> None:
        """Stops listening, waits for messages on their way, closes the line; all that within a few seconds."""
        end = asyncio.get_running_loop().time() + _STOP_WITHIN
        await self.hear_no_more()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """Gives the connections back."""
        await self._bot.shutdown()

    async def _note(self, chat: int) -> None:
        """What is said in a group besides deliveries is a row as well: after a crash it still counts."""
        with suppress(StoreError):
            async with self._database.write() as connection:
                await note_said(connection, chat, self._clock())

    async def _live(self) -> None:
        failures = 0
        while True:
            try:
                await self._open()
                break
            except Exception as error:  # noqa: BLE001 - whatever it was, a service tries again
                trouble = trouble_of(error)
                failures = failures + 1 if trouble is self._opening_trouble else 1
                wait = self._waits.after(trouble, failures, error)
                if failures == 1:
                    mend = "is the token the one @BotFather gave?" if trouble is Trouble.UNAUTHORIZED else None
                    log.error("not connected to Telegram", why=trouble.value, server=self._server, hint=mend)
                self._opening_trouble = trouble
                await asyncio.sleep(wait)
        self._opening_trouble = None
        log.info("connected to Telegram", bot=self._bot.username)
        await self._inbox.run()

    async def _open(self) -> None:
        try:
            await self._bot.initialize()
        except tg.InvalidToken:
            # The library's own text holds the token.
            raise tg.InvalidToken("the token is refused") from None
        self._answered = self._clock()
        await self._bot.delete_webhook()
        await self._set_commands()

    async def _set_commands(self) -> None:
        """The menu of commands, in every language that the program speaks and in English for all others; admins of the
        configuration see theirs as well."""
        scopes = [BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()]
        for code in LANGUAGES:
            with speaking(code):
                listed = [(name, gettext(command.about), command.for_admins) for name, command in COMMANDS.items()]
            everybody = [(name, about) for name, about, for_admins in listed if not for_admins]
            wanted: list[tuple[BotCommandScope, list[tuple[str, str]]]] = [(scope, everybody) for scope in scopes]
            wanted += [
                (BotCommandScopeChat(admin), [(name, about) for name, about, _ in listed])
                for admin in sorted(self._admins)
            ]
            for scope, commands in wanted:
                try:
                    await self._bot.set_my_commands(commands, scope, language_code=None if code == SOURCE else code)
                except tg.BadRequest as error:
                    # An admin who never wrote to the bot has no chat with it yet.
                    if not isinstance(scope, BotCommandScopeChat):
                        log.error("our bug: Telegram does not take our list of commands", error=str(error))

    # --- a single round ---------------------------------------------------------------------------------------------

    async def check(self) -> str:
        """Opens the line and returns the bot's name. Raises KentonganError, in words for the operator: a wrong token,
        a server that cannot be reached."""
        try:
            await self._open()
        except tg.InvalidToken:
            raise KentonganError(
                f"Telegram ({self._server}) refuses the token; see @BotFather for the right one"
            ) from None
        except tg.TelegramError as error:
            raise KentonganError(f"Telegram ({self._server}) cannot be reached: {redact(str(error))}") from None
        return str(self._bot.username)

    async def drain_updates(self) -> int:
        """Handles what waits at Telegram to the end and confirms it; returns how many updates that were. `check` must
        have passed. Raises KentonganError."""
        total = 0
        try:
            # A bound, so that one round of the program ends even where people write faster than it answers.
            for _ in range(_MOST_ROUNDS):
                if not (count := await self._inbox.round(0)):
                    break
                total += count
            await self._inbox.confirm()
        except tg.TelegramError as error:
            raise KentonganError(f"no updates from Telegram ({self._server}): {trouble_of(error)}") from None
        return total

    # --- messages ---------------------------------------------------------------------------------------------------

    async def send(
        self,
        destination: Destination,
        html: str,
        plain: str,
        *,
        picture: bytes | None = None,
        silent: bool = False,
        buttons: Keyboard | None = None,
        reply_to: int | None = None,
        patience: timedelta = sender.PATIENCE,
    ) -> int:
        """See `sender.send`."""
        with self._on_its_way():
            return await sender.send(
                self.wire,
                destination,
                html,
                plain,
                picture=picture,
                silent=silent,
                buttons=buttons,
                reply_to=reply_to,
                patience=patience,
            )

    async def edit(
        self,
        destination: Destination,
        message_id: int,
        html: str,
        plain: str,
        *,
        buttons: Keyboard | None = None,
        patience: timedelta = sender.PATIENCE,
        pictured: bool = False,
    ) -> None:
        """See `sender.edit`, and `sender.edit_caption` for one with a picture."""
        rewrite = sender.edit_caption if pictured else sender.edit
        with self._on_its_way():
            await rewrite(self.wire, destination, message_id, html, plain, buttons=buttons, patience=patience)

    def _on_its_way(self) -> _Counted:
        return _Counted(self)


class _Counted:
    """Counts the sends in flight, which `stop` waits for."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def __enter__(self) -> None:
        self._gateway._sending += 1
        self._gateway._idle.clear()

    def __exit__(self, *_: object) -> None:
        self._gateway._sending -= 1
        if not self._gateway._sending:
            self._gateway._idle.set()


async def bot_name(token: SecretStr, api_base_url: str = OFFICIAL) -> str:
    """The name of the bot that a token is for, asked once; nothing is changed. Raises KentonganError, in words for the
    operator."""
    silence_libraries()
    server = urlsplit(api_base_url).netloc
    bot = make_bot(token.get_secret_value(), api_base_url.rstrip("/"), Timeouts(connect=5, read=5, write=5, pool=5))
    try:
        async with bot:
            return str(bot.username)
    except tg.InvalidToken:
        raise KentonganError(f"Telegram ({server}) refuses the token; see @BotFather for the right one") from None
    except tg.TelegramError as error:
        said = redact(str(error))
        raise KentonganError(f"Telegram ({server}) cannot be reached: {said}; look at the network") from None
