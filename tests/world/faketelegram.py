"""A Bot API server on loopback, strict where Telegram is strict, misbehaving on request. It never leaves the machine.

    with FakeTelegram("123456:test-token-of-the-fake-server") as telegram:
        ...start the bot with telegram.api_base_url = telegram.base_url...
        telegram.say(7, "/start")
        telegram.wait_for(lambda t: t.messages(7))
        assert telegram.violations == []

It runs in threads of its own, so synchronous tests can drive the program as a subprocess.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

import botapi
from botapi import Refused
from telegramhtml import ParseError, parse, units

ANONYMOUS_ADMIN = 1087968824
GLOBAL_RATE = 30
PRIVATE_BURST = 4
GROUP_LIMIT, GROUP_WINDOW = 20, 60.0


@dataclass
class Chat:
    """A chat as the server knows it. `state` other than "ok" is why a message is refused."""

    id: int
    kind: str
    title: str = ""
    is_forum: bool = False
    threads: set[int] = field(default_factory=set)
    state: Literal["ok", "blocked", "kicked", "no rights", "deactivated", "read only"] = "ok"
    migrated_to: int | None = None
    members: dict[int, str] = field(default_factory=dict)
    not_before: float = 0.0

    def public(self) -> dict[str, Any]:
        """The Chat object of the API."""
        names = (
            {"first_name": self.title or f"User {self.id}"}
            if self.kind == "private"
            else {"title": self.title or f"Chat {self.id}"}
        )
        return {"id": self.id, "type": self.kind, **names, **({"is_forum": True} if self.is_forum else {})}


@dataclass
class Sent:
    """A message of the bot as its readers see it now; `edits` are the texts it had before."""

    chat_id: int
    message_id: int
    text: str
    html: str
    entities: list[dict[str, Any]]
    reply_markup: dict[str, Any] | None
    thread_id: int
    silent: bool
    preview: bool
    reply_to: int | None
    at: float
    parse_mode: str | None
    document: tuple[str, bytes] | None = None
    edits: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All inline buttons, row by row."""
        return [button for row in (self.reply_markup or {}).get("inline_keyboard", []) for button in row]

    @property
    def links(self) -> list[str]:
        """Addresses behind words, in order."""
        return [entity["url"] for entity in self.entities if "url" in entity]


@dataclass
class Call:
    """One request as it came in; `answered` is the status, 0 where the connection was dropped."""

    method: str
    params: dict[str, Any]
    at: float
    answered: int = -1


@dataclass
class _Fault:
    method: str
    times: int
    status: int | None
    description: str | None
    retry_after: int | None
    migrate_to: int | None
    after_accept: bool
    drop: Literal["before", "after"] | None
    hang: float | None
    body: bytes | None
    chat_id: int | None
    before: Callable[[], object] | None
    after: Callable[[], object] | None


class _Dropped(Exception):
    """The connection is to be closed without an answer."""


class FakeTelegram:
    """The server and the people who write to the bot. Every breach of the API's rules is a line in `violations`."""

    def __init__(self, token: str, *, username: str = "kentongan_test_bot", port: int = 0) -> None:
        self.token = token
        self.bot = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Kentongan", "username": username}
        self.violations: list[str] = []
        self.calls: list[Call] = []
        self.chats: dict[int, Chat] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.webhook: str | None = None
        self.unauthorized = False
        self.flood_limits = False
        self.left: list[int] = []
        self._port = port
        self._lock = threading.Condition(threading.RLock())
        self._updates: deque[dict[str, Any]] = deque()
        self._allowed = set(botapi.UPDATES_BY_DEFAULT)
        self._next_update = 1000
        self._next_message = 1
        self._next_query = 1
        self._poll = 0
        self._queries: set[str] = set()
        self._sent: list[Sent] = []
        self._heard: dict[tuple[int, int], dict[str, Any]] = {}
        self._faults: list[_Fault] = []
        self._accepted: deque[tuple[float, int]] = deque()
        self._stopping = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._connections: set[socket.socket] = set()

    # --- lifetime ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listens on loopback; after `stop` again on the same port, with everything remembered."""
        self._stopping.clear()
        self._server = _Server(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Closes the port and every connection: the server is gone until `start`."""
        self._stopping.set()
        with self._lock:
            self._lock.notify_all()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in list(self._connections):
            _slam(connection)

    @property
    def base_url(self) -> str:
        """What goes into `telegram.api_base_url`."""
        return f"http://127.0.0.1:{self._port}"

    # --- what people do ---------------------------------------------------------------------------------------------

    def chat(self, chat_id: int, chat_type: str = "private", **options: Any) -> Chat:
        """The chat, made on first use; `options` set its fields (title, is_forum, threads, state, members)."""
        with self._lock:
            chat = self.chats.setdefault(chat_id, Chat(chat_id, chat_type))
            for name, value in options.items():
                setattr(chat, name, value)
            return chat

    def say(
        self,
        chat_id: int,
        text: str,
        user_id: int | None = None,
        chat_type: str = "private",
        thread_id: int | None = None,
        *,
        reply_to: int | None = None,
        edit_of: int | None = None,
        anonymous: bool = False,
    ) -> int:
        """Somebody writes `text`. Returns the message id. In a channel nobody is named; an anonymous admin of a group
        writes as the group itself."""
        with self._lock:
            chat = self.chat(chat_id, chat_type)
            if chat.kind == "private" and chat.state == "blocked":
                self.unblock(chat_id)
            message_id = edit_of or self._new_message_id()
            message: dict[str, Any] = {
                "message_id": message_id,
                "date": int(time.time()),
                "chat": chat.public(),
                "text": text,
            }
            if anonymous:
                message["from"] = {
                    "id": ANONYMOUS_ADMIN,
                    "is_bot": True,
                    "first_name": "Group",
                    "username": "GroupAnonymousBot",
                }
                message["sender_chat"] = chat.public()
            elif chat.kind == "channel":
                message["sender_chat"] = chat.public()
            else:
                message["from"] = _user(user_id if user_id is not None else chat_id)
            if found := re.match(r"/[A-Za-z0-9_]{1,64}(@[A-Za-z0-9_]{3,32})?", text):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(found[0])}]
            if thread_id is not None:
                message |= {"message_thread_id": thread_id, "is_topic_message": True}
                chat.is_forum = True
                chat.threads.add(thread_id)
            if reply_to is not None:
                message["reply_to_message"] = self._quoted(chat, reply_to)
            kind = "channel_post" if chat.kind == "channel" else "message"
            if edit_of is not None:
                message["edit_date"] = int(time.time())
                kind = f"edited_{kind}"
            self._heard[chat_id, message_id] = message
            self.update({kind: message})
            return message_id

    def press(self, message: Sent, button: str, user_id: int | None = None) -> str:
        """Somebody presses the button with this label or data. Returns the callback query's id (see `answers`)."""
        with self._lock:
            now = next(s for s in self._sent if (s.chat_id, s.message_id) == (message.chat_id, message.message_id))
            for found in now.buttons:
                if button in (found["text"], found.get("callback_data")):
                    return self.press_data(message.chat_id, message.message_id, found["callback_data"], user_id)
            raise AssertionError(f"no button {button!r} among {[b['text'] for b in now.buttons]}")

    def press_data(self, chat_id: int, message_id: int, data: str, user_id: int | None = None) -> str:
        """A press with any data, as from an old or a forged button."""
        with self._lock:
            query_id = f"{self._next_query}0000"
            self._next_query += 1
            self._queries.add(query_id)
            query = {
                "id": query_id,
                "from": _user(user_id if user_id is not None else chat_id),
                "chat_instance": "1",
                "message": self._quoted(self.chats[chat_id], message_id),
                "data": data,
            }
            self.update({"callback_query": query})
            return query_id

    def block(self, chat_id: int, *, silently: bool = False) -> None:
        """The user blocks the bot; `silently`: the update about it is lost."""
        self._become(chat_id, "blocked", "member", "kicked", chat_id, silently)

    def unblock(self, chat_id: int) -> None:
        """The user opens the chat again."""
        self._become(chat_id, "ok", "kicked", "member", chat_id, False)

    def kick(self, chat_id: int, user_id: int = 1, *, silently: bool = False) -> None:
        """The bot is thrown out of a group or channel."""
        self._become(chat_id, "kicked", "member", "kicked", user_id, silently)

    def mute(self, chat_id: int, user_id: int = 1) -> None:
        """The bot may no longer write there; no update tells it in time."""
        self._become(chat_id, "no rights", "member", "member", user_id, True)

    def invite(self, chat_id: int, user_id: int, chat_type: str = "supergroup", status: str = "member") -> None:
        """Somebody adds the bot to a group, or makes it administrator of a channel."""
        self.chat(chat_id, chat_type)
        self._become(chat_id, "ok", "left", status, user_id, False)

    def migrate(self, chat_id: int, new_id: int, *, silently: bool = False) -> None:
        """A group becomes a supergroup with another id."""
        with self._lock:
            old = self.chats[chat_id]
            old.migrated_to = new_id
            new = self.chat(new_id, "supergroup", title=old.title)
            if not silently:
                base = {"date": int(time.time()), "from": _user(1)}
                self.update(
                    {
                        "message": base
                        | {"message_id": self._new_message_id(), "chat": old.public(), "migrate_to_chat_id": new_id}
                    }
                )
                self.update(
                    {
                        "message": base
                        | {"message_id": self._new_message_id(), "chat": new.public(), "migrate_from_chat_id": chat_id}
                    }
                )

    def update(self, content: dict[str, Any]) -> int:
        """Queues any update, also one the API does not know yet. Returns its id."""
        with self._lock:
            update_id = self._next_update
            self._next_update += 1
            if set(content) & self._allowed or not set(content) & botapi.UPDATE_KINDS:
                self._updates.append({"update_id": update_id, **content})
                self._lock.notify_all()
            return update_id

    # --- misbehaviour -----------------------------------------------------------------------------------------------

    def fail(
        self,
        method: str,
        times: int = 1,
        status: int | None = None,
        description: str | None = None,
        retry_after: int | None = None,
        *,
        migrate_to: int | None = None,
        after_accept: bool = False,
        drop: Literal["before", "after"] | None = None,
        hang: float | None = None,
        body: bytes | None = None,
        chat_id: int | None = None,
        before: Callable[[], object] | None = None,
        after: Callable[[], object] | None = None,
    ) -> None:
        """The next `times` calls of `method` (in `chat_id` only, if given) go wrong.

        `status`/`description`: that answer; `after_accept`: although the message arrived. `retry_after`: 429.
        `drop`: the connection breaks before or after the message arrived. `hang`: nothing for that many seconds, then a
        closed connection (with `after_accept`: the message arrives first). `body`: these bytes as the answer.
        `before`, `after`: called before or after the message is accepted and before it is answered, for a SIGKILL.
        """
        with self._lock:
            self._faults.append(
                _Fault(
                    method,
                    times,
                    status,
                    description,
                    retry_after,
                    migrate_to,
                    after_accept,
                    drop,
                    hang,
                    body,
                    chat_id,
                    before,
                    after,
                )
            )

    def mend(self) -> None:
        """Drops the faults that are left."""
        with self._lock:
            self._faults.clear()

    # --- what readers see -------------------------------------------------------------------------------------------

    def messages(self, chat_id: int | None = None, thread_id: int | None = None) -> list[Sent]:
        """The bot's messages that are visible now, oldest first."""
        with self._lock:
            return [
                deepcopy(sent)
                for sent in self._sent
                if not sent.deleted and chat_id in (None, sent.chat_id) and thread_id in (None, sent.thread_id)
            ]

    def texts(self, chat_id: int | None = None) -> list[str]:
        """The visible text of each message."""
        return [sent.text for sent in self.messages(chat_id)]

    def called(self, method: str) -> list[Call]:
        """The calls of one method so far."""
        with self._lock:
            return [call for call in self.calls if call.method == method]

    def wait_for(self, predicate: Callable[[FakeTelegram], Any], timeout: float = 5.0) -> Any:
        """The first true value of `predicate(self)`. Raises AssertionError with all that was seen."""
        end = time.monotonic() + timeout
        with self._lock:
            while not (value := predicate(self)):
                left = end - time.monotonic()
                if left <= 0:
                    seen = "\n".join(f"  {s.chat_id}/{s.thread_id} #{s.message_id}: {s.text!r}" for s in self._sent)
                    calls = ", ".join(f"{c.method}={c.answered}" for c in self.calls[-12:])
                    raise AssertionError(f"not within {timeout} s; messages:\n{seen}\nlast calls: {calls}")
                self._lock.wait(min(left, 0.1))
            return value

    def wait_handled(self, timeout: float = 5.0) -> None:
        """Until every update so far is confirmed by an offset."""
        self.wait_for(lambda t: not t._updates, timeout)

    @property
    def pending_updates(self) -> int:
        """Updates not confirmed yet."""
        with self._lock:
            return len(self._updates)

    # --- the server's side ------------------------------------------------------------------------------------------

    def handle(self, token: str, name: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body for one call. Raises _Dropped where none is to be given."""
        with self._lock:
            method = botapi.BY_LOWER.get(name.lower(), name)
            call = Call(method, raw, time.monotonic())
            self.calls.append(call)
            self._lock.notify_all()
        try:
            call.answered, body = self._answer(token, method, raw)
        except _Dropped:
            call.answered = 0
            raise
        finally:
            with self._lock:
                self._lock.notify_all()
        return call.answered, body

    def _answer(self, token: str, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        if token != self.token or self.unauthorized:
            wellformed = re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", token)
            return _error(Refused(401, "Unauthorized")) if wellformed else _error(Refused(404, "Not Found"))
        if method not in botapi.METHODS:
            self._breach(method, "no such method")
            return _error(Refused(404, "Not Found: method not found"))
        fault = self._fault_for(method, raw)
        if fault is not None:
            return self._misbehave(fault, method, raw)
        return self._do(method, raw)

    def _do(self, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        try:
            values = botapi.typed(method, raw)
            if method == "getUpdates":
                return _ok(self._get_updates(values))
            with self._lock:
                return _ok(self._execute(method, values))
        except Refused as refusal:
            if refusal.ours:
                self._breach(method, refusal.description)
            return _error(refusal)

    def _fault_for(self, method: str, raw: dict[str, Any]) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.method == method and (fault.chat_id is None or str(fault.chat_id) == str(raw.get("chat_id"))):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault
            return None

    def _misbehave(self, fault: _Fault, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        if fault.before:
            fault.before()
        if fault.drop == "before":
            raise _Dropped
        answer = None
        if fault.after_accept or fault.drop == "after" or fault.after:
            answer = self._do(method, raw)
        if fault.after:
            fault.after()
        if fault.hang is not None:
            self._stopping.wait(fault.hang)
            raise _Dropped
        if fault.drop == "after":
            raise _Dropped
        if fault.body is not None:
            return fault.status or 200, fault.body
        if fault.retry_after is not None:
            return _error(self._flood(_chat_of(raw), fault.retry_after))
        if fault.migrate_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            return _error(Refused(400, words, migrate_to_chat_id=fault.migrate_to))
        if fault.status is not None:
            return _error(Refused(fault.status, fault.description or "Injected Error"))
        return answer or self._do(method, raw)

    def _flood(self, chat_id: int | None, seconds: int) -> Refused:
        with self._lock:
            if chat_id in self.chats:
                self.chats[chat_id].not_before = time.monotonic() + seconds
        return Refused(429, f"Too Many Requests: retry after {seconds}", ours=False, retry_after=seconds)

    def _breach(self, method: str, text: str) -> None:
        with self._lock:
            self.violations.append(f"{method}: {text}")

    # --- the methods ------------------------------------------------------------------------------------------------

    def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        if "allowed_updates" in values:
            if unknown := set(values["allowed_updates"]) - botapi.UPDATE_KINDS:
                self._breach("getUpdates", f"unknown kinds of updates {sorted(unknown)}")
            self._allowed = set(values["allowed_updates"]) or set(botapi.UPDATES_BY_DEFAULT)
        if self.webhook:
            raise Refused(409, _WEBHOOK_ACTIVE, ours=False)
        limit, end = values.get("limit", 100), time.monotonic() + min(values.get("timeout", 0), 50)
        with self._lock:
            self._poll += 1
            mine = self._poll
            self._lock.notify_all()
            offset = values.get("offset", 0)
            if offset < 0:
                while len(self._updates) > -offset:
                    self._updates.popleft()
            while self._updates and self._updates[0]["update_id"] < offset:
                self._updates.popleft()
            while not self._updates and time.monotonic() < end and not self._stopping.is_set():
                self._lock.wait(min(0.5, max(end - time.monotonic(), 0)))
                if mine != self._poll:
                    raise Refused(409, _SECOND_POLLER, ours=False)
            return deepcopy([u for u in self._updates if u["update_id"] >= offset][:limit])

    def _execute(self, method: str, values: dict[str, Any]) -> Any:
        chat = self._find_chat(method, values["chat_id"]) if "chat_id" in values else None
        for complaint in botapi.check_shapes(method, values, chat.kind if chat else ""):
            self._breach(method, complaint)
        if chat is not None and method in botapi.PACED | {"sendChatAction"}:
            self._check_pace(method, chat)
            self._check_standing(chat)
        handler = getattr(self, "_do_" + method)
        return handler(chat, values) if chat is not None else handler(values)

    def _find_chat(self, method: str, chat_id: int | str) -> Chat:
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise Refused(400, "Bad Request: chat not found", ours=False)
        if chat.migrated_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, words, ours=False, migrate_to_chat_id=chat.migrated_to)
        return chat

    def _check_standing(self, chat: Chat) -> None:
        words = {
            "blocked": (403, "Forbidden: bot was blocked by the user"),
            "deactivated": (403, "Forbidden: user is deactivated"),
            "kicked": (
                403,
                f"Forbidden: bot was kicked from the {chat.kind if chat.kind != 'private' else 'group'} chat",
            ),
            "no rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
            "read only": (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        }
        if chat.state != "ok":
            status, description = words[chat.state]
            raise Refused(status, description, ours=False)

    def _check_pace(self, method: str, chat: Chat) -> None:
        now = time.monotonic()
        if now < chat.not_before:
            self._breach(method, f"asked {chat.not_before - now:.1f} s before retry_after was over")
            raise self._flood(chat.id, int(chat.not_before - now) + 1)
        if not self.flood_limits or method not in botapi.PACED:
            return
        while self._accepted and now - self._accepted[0][0] >= GROUP_WINDOW:
            self._accepted.popleft()
        if sum(1 for at, _ in self._accepted if now - at < 1) >= GLOBAL_RATE:
            raise Refused(429, "Too Many Requests: retry after 1", ours=False, retry_after=1)
        times = [at for at, chat_id in self._accepted if chat_id == chat.id]
        if chat.kind == "private":
            level = 0.0
            for before, at in zip([None, *times], times, strict=False):
                level = (max(level - (at - before), 0.0) if before else 0.0) + 1
            if times and max(level - (now - times[-1]), 0.0) + 1 > PRIVATE_BURST:
                raise self._flood(chat.id, 1)
        elif len(times) >= GROUP_LIMIT:
            raise self._flood(chat.id, int(GROUP_WINDOW - (now - times[-GROUP_LIMIT])) + 1)
        self._accepted.append((now, chat.id))

    def _content(self, method: str, values: dict[str, Any], name: str = "text") -> tuple[str, list[dict[str, Any]]]:
        raw = values.get(name, "")
        if len(raw.encode()) > 32_768:
            raise Refused(400, "Bad Request: text is too long")
        if values.get("parse_mode"):
            try:
                parsed = parse(raw)
            except ParseError as error:
                raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
            for dropped in parsed.dropped:
                self._breach(method, dropped)
            text, entities = parsed.text, parsed.entities
        else:
            text, entities = raw.strip(), values.get("entities", [])
        if name == "text" and not text:
            raise Refused(400, "Bad Request: text must be non-empty" if raw else "Bad Request: message text is empty")
        if units(text) > (4096 if name == "text" else 1024):
            raise Refused(
                400,
                "Bad Request: message is too long" if name == "text" else "Bad Request: message caption is too long",
            )
        if len(entities) > 100:
            self._breach(method, f"{len(entities)} entities, those after the hundredth vanish")
        if (
            sum(len(json.dumps(e).encode()) if "url" not in e else len(e["url"].encode()) + 24 for e in entities)
            > 9_500
        ):
            raise Refused(400, "Bad Request: ENTITIES_TOO_LONG")
        return text, entities

    def _thread(self, chat: Chat, values: dict[str, Any]) -> int:
        thread = int(values.get("message_thread_id", 0))
        if not thread or not chat.is_forum:
            return 0
        if thread not in chat.threads:
            raise Refused(400, "Bad Request: message thread not found", ours=False)
        return thread

    def _reply_target(self, chat: Chat, values: dict[str, Any]) -> int | None:
        wanted = values.get("reply_parameters")
        if not wanted:
            return None
        target = wanted.get("message_id")
        known = (chat.id, target) in self._heard or any(
            (s.chat_id, s.message_id) == (chat.id, target) for s in self._sent
        )
        if known:
            return int(target)
        if wanted.get("allow_sending_without_reply"):
            return None
        raise Refused(400, "Bad Request: message to be replied not found", ours=False)

    def _post(self, chat: Chat, values: dict[str, Any], text: str, raw: str, entities: list[dict[str, Any]]) -> Sent:
        sent = Sent(
            chat_id=chat.id,
            message_id=0,
            text=text,
            html=raw,
            entities=entities,
            reply_markup=values.get("reply_markup"),
            thread_id=self._thread(chat, values),
            silent=values.get("disable_notification", False),
            preview=not values.get("link_preview_options", {}).get("is_disabled", False),
            reply_to=self._reply_target(chat, values),
            at=time.monotonic(),
            parse_mode=values.get("parse_mode"),
        )
        sent.message_id = self._new_message_id()
        self._sent.append(sent)
        return sent

    def _do_sendMessage(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        text, entities = self._content("sendMessage", values)
        return self._as_message(self._post(chat, values, text, values["text"], entities))

    def _do_sendDocument(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        text, entities = self._content("sendDocument", values, "caption")
        sent = self._post(chat, values, text, values.get("caption", ""), entities)
        if not isinstance(values["document"], tuple):
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        sent.document = values["document"]
        return self._as_message(sent)

    def _own(self, chat: Chat, message_id: int, verb: str) -> Sent:
        for sent in self._sent:
            if (sent.chat_id, sent.message_id) == (chat.id, message_id) and not sent.deleted:
                return sent
        if (chat.id, message_id) in self._heard and verb == "edit":
            raise Refused(400, "Bad Request: message can't be edited")
        raise Refused(400, f"Bad Request: message to {verb} not found", ours=False)

    def _do_editMessageText(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        text, entities = self._content("editMessageText", values)
        sent = self._own(chat, values["message_id"], "edit")
        if (text, entities, values.get("reply_markup")) == (sent.text, sent.entities, sent.reply_markup):
            raise Refused(400, _NOT_MODIFIED, ours=False)
        sent.edits.append(sent.text)
        sent.text, sent.entities, sent.html = text, entities, values["text"]
        sent.reply_markup = values.get("reply_markup")
        return self._as_message(sent)

    def _do_editMessageReplyMarkup(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        sent = self._own(chat, values["message_id"], "edit")
        if values.get("reply_markup") == sent.reply_markup:
            raise Refused(400, _NOT_MODIFIED, ours=False)
        sent.reply_markup = values.get("reply_markup")
        return self._as_message(sent)

    def _do_deleteMessage(self, chat: Chat, values: dict[str, Any]) -> bool:
        self._own(chat, values["message_id"], "delete").deleted = True
        return True

    def _do_deleteMessages(self, chat: Chat, values: dict[str, Any]) -> bool:
        for sent in self._sent:
            if sent.chat_id == chat.id and sent.message_id in values["message_ids"]:
                sent.deleted = True
        return True

    def _do_answerCallbackQuery(self, values: dict[str, Any]) -> bool:
        query = values["callback_query_id"]
        if query in self.answers:
            self._breach("answerCallbackQuery", "the same query answered twice")
        if query not in self._queries or query in self.answers:
            words = "Bad Request: query is too old and response timeout expired or query ID is invalid"
            raise Refused(400, words, ours=False)
        self.answers[query] = values
        return True

    def _do_sendChatAction(self, chat: Chat, values: dict[str, Any]) -> bool:
        self._thread(chat, values)
        return True

    def _do_setMyCommands(self, values: dict[str, Any]) -> bool:
        scope = values.get("scope", {"type": "default"})
        key = f"{scope['type']}:{scope.get('chat_id', '')}:{values.get('language_code', '')}".rstrip(":")
        self.commands[key] = values["commands"]
        return True

    def _do_deleteWebhook(self, values: dict[str, Any]) -> bool:
        self.webhook = None
        if values.get("drop_pending_updates"):
            self._breach("deleteWebhook", "updates thrown away")
            self._updates.clear()
        return True

    def _do_getMe(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            **self.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _do_getChat(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        gifts = dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        )
        return {**chat.public(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    def _do_getChatMember(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        user = values["user_id"]
        if user == self.bot["id"]:
            return _member(self.bot, "kicked" if chat.state == "kicked" else chat.members.get(user, "member"))
        return _member(_user(user), chat.members.get(user, "left" if chat.kind != "private" else "member"))

    def _do_getChatAdministrators(self, chat: Chat, values: dict[str, Any]) -> list[dict[str, Any]]:
        return [_member(_user(u), s) for u, s in chat.members.items() if s in ("creator", "administrator")]

    def _do_leaveChat(self, chat: Chat, values: dict[str, Any]) -> bool:
        chat.state = "kicked"
        self.left.append(chat.id)
        return True

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _new_message_id(self) -> int:
        self._next_message += 1
        return self._next_message

    def _as_message(self, sent: Sent) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": sent.message_id,
            "date": int(time.time()),
            "chat": self.chats[sent.chat_id].public(),
            "from": self.bot,
            "text": sent.text,
            "entities": [e for e in sent.entities if e["type"] != "date_time"],
        }
        if sent.reply_markup and "inline_keyboard" in sent.reply_markup:
            message["reply_markup"] = sent.reply_markup
        if sent.thread_id:
            message |= {"message_thread_id": sent.thread_id, "is_topic_message": True}
        if sent.document:
            message["document"] = {"file_id": "f1", "file_unique_id": "u1", "file_name": sent.document[0]}
        return message

    def _quoted(self, chat: Chat, message_id: int) -> dict[str, Any]:
        for sent in self._sent:
            if (sent.chat_id, sent.message_id) == (chat.id, message_id):
                return self._as_message(sent)
        plain = {"message_id": message_id, "date": int(time.time()), "chat": chat.public()}
        return {
            key: value
            for key, value in self._heard.get((chat.id, message_id), plain).items()
            if key != "reply_to_message"
        }

    def _become(self, chat_id: int, state: Any, old: str, new: str, user_id: int, silently: bool) -> None:
        with self._lock:
            chat = self.chat(chat_id)
            chat.state = state
            if not silently:
                change = {
                    "chat": chat.public(),
                    "from": _user(user_id),
                    "date": int(time.time()),
                    "old_chat_member": _member(self.bot, old),
                    "new_chat_member": _member(self.bot, new),
                }
                self.update({"my_chat_member": change})


_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECOND_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages",
)  # fmt: skip


def _user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"User {user_id}", "language_code": "en"}


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if status == "administrator":
        extra = dict.fromkeys(_ADMIN_RIGHTS, True)
    elif status == "creator":
        extra = {"is_anonymous": False}
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user, "status": status, **extra}


def _chat_of(raw: dict[str, Any]) -> int | None:
    try:
        return int(raw.get("chat_id", ""))
    except ValueError:
        return None


def _ok(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def _error(refusal: Refused) -> tuple[int, bytes]:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return refusal.status, json.dumps(answer).encode()


def _slam(connection: socket.socket) -> None:
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


def _handler(fake: FakeTelegram) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            fake._connections.add(self.connection)

        def finish(self) -> None:
            fake._connections.discard(self.connection)
            super().finish()

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._serve(_form(self.headers.get("Content-Type", ""), raw))

        def do_GET(self) -> None:
            self._serve(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

        def _serve(self, params: dict[str, Any]) -> None:
            found = re.fullmatch(r"/bot([^/]*)/([A-Za-z]+)", urlsplit(self.path).path)
            try:
                status, body = fake.handle(found[1], found[2], params) if found else _error(Refused(404, "Not Found"))
            except _Dropped:
                self.close_connection = True
                _slam(self.connection)
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 429 and (seconds := json.loads(body).get("parameters", {}).get("retry_after")):
                self.send_header("Retry-After", str(seconds))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence: the calls are in `fake.calls`."""

    return Handler


def _form(content_type: str, raw: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return dict(json.loads(raw or b"{}"))
    if content_type.startswith("multipart/form-data"):
        parts = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw).get_payload()
        params: dict[str, Any] = {}
        for part in parts:  # type: ignore[union-attr]  # a multipart message holds messages
            name = part.get_param("name", header="Content-Disposition")  # type: ignore[union-attr]  # as above
            content = part.get_payload(decode=True)  # type: ignore[union-attr]  # as above
            file = part.get_filename()  # type: ignore[union-attr]  # as above
            params[str(name)] = (file, content) if file else content.decode()
        return params
    return {name: values[0] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
