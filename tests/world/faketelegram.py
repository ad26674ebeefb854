"""A Bot API server on loopback, strict where Telegram is strict, misbehaving on request. It never leaves the machine.

    with FakeTelegram("123456:test-token-of-the-fake-server") as telegram:
        ...start the bot with telegram.api_base_url = telegram.base_url...
        telegram.say(7, "/start")
        telegram.wait_for(lambda t: t.messages(7))
        assert telegram.violations == []

It runs in threads of its own, so synchronous tests can drive the program as a subprocess.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Literal, Self

import botapi
from botapi import Refused
from bothttp import Server, failure, handler, slam, success
from botmethods import BotMethods
from botnouns import Call, Chat, Dropped, Fault, Sent, member, user

__all__ = ["Call", "Chat", "FakeTelegram", "Sent"]

ANONYMOUS_ADMIN = 1087968824


class FakeTelegram(BotMethods):
    """The server and the people who write to the bot. Every breach of the API's rules is a line in `violations`."""

    def __init__(self, token: str, *, username: str = "kentongan_test_bot", port: int = 0) -> None:
        super().__init__(token, username=username)
        self.calls: list[Call] = []
        self.unauthorized = False
        self._port = port
        self._next_update = 1000
        self._next_query = 1
        self._faults: list[Fault] = []
        self._server: Server | None = None
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
        self._server = Server(("127.0.0.1", self._port), handler(self.handle, self._connections, self.fetch))
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
            slam(connection)

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
                message["from"] = user(user_id if user_id is not None else chat_id)
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

    def hand_over(
        self, chat_id: int, name: str, content: bytes, user_id: int | None = None, size: int | None = None
    ) -> int:
        """Somebody sends a file to the bot alone. Returns the message id."""
        with self._lock:
            chat, message_id = self.chat(chat_id), self._new_message_id()
            file_id = f"file{message_id}"
            self.files[file_id] = content
            document = {
                "file_id": file_id,
                "file_unique_id": f"u{message_id}",
                "file_name": name,
                "mime_type": "application/yaml",
                "file_size": len(content) if size is None else size,
            }
            message: dict[str, Any] = {
                "message_id": message_id,
                "date": int(time.time()),
                "chat": chat.public(),
                "from": user(user_id if user_id is not None else chat_id),
                "document": document,
            }
            self._heard[chat_id, message_id] = message
            self.update({"message": message})
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
                "from": user(user_id if user_id is not None else chat_id),
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
                base = {"date": int(time.time()), "from": user(1)}
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
                Fault(
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
        """Status and body for one call. Raises Dropped where none is to be given."""
        with self._lock:
            method = botapi.BY_LOWER.get(name.lower(), name)
            call = Call(method, raw, time.monotonic())
            self.calls.append(call)
            self._lock.notify_all()
        try:
            call.answered, body = self._answer(token, method, raw)
        except Dropped:
            call.answered = 0
            raise
        finally:
            with self._lock:
                self._lock.notify_all()
        return call.answered, body

    def _answer(self, token: str, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        if token != self.token or self.unauthorized:
            wellformed = re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", token)
            return failure(Refused(401, "Unauthorized")) if wellformed else failure(Refused(404, "Not Found"))
        if method not in botapi.METHODS:
            self._breach(method, "no such method")
            return failure(Refused(404, "Not Found: method not found"))
        fault = self._fault_for(method, raw)
        if fault is not None:
            return self._misbehave(fault, method, raw)
        return self._do(method, raw)

    def _do(self, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        try:
            values = botapi.typed(method, raw)
            return success(self.execute(method, values))
        except Refused as refusal:
            if refusal.ours:
                self._breach(method, refusal.description)
            return failure(refusal)

    def _fault_for(self, method: str, raw: dict[str, Any]) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.method == method and (fault.chat_id is None or str(fault.chat_id) == str(raw.get("chat_id"))):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault
            return None

    def _misbehave(self, fault: Fault, method: str, raw: dict[str, Any]) -> tuple[int, bytes]:
        if fault.before:
            fault.before()
        if fault.drop == "before":
            raise Dropped
        answer = None
        if fault.after_accept or fault.drop == "after" or fault.after:
            answer = self._do(method, raw)
        if fault.after:
            fault.after()
        if fault.hang is not None:
            self._stopping.wait(fault.hang)
            raise Dropped
        if fault.drop == "after":
            raise Dropped
        if fault.body is not None:
            return fault.status or 200, fault.body
        if fault.retry_after is not None:
            return failure(self._flood(chat_of(raw), fault.retry_after))
        if fault.migrate_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            return failure(Refused(400, words, migrate_to_chat_id=fault.migrate_to))
        if fault.status is not None:
            return failure(Refused(fault.status, fault.description or "Injected Error"))
        return answer or self._do(method, raw)

    def _become(self, chat_id: int, state: Any, old: str, new: str, user_id: int, silently: bool) -> None:
        with self._lock:
            chat = self.chat(chat_id)
            chat.state = state
            if not silently:
                change = {
                    "chat": chat.public(),
                    "from": user(user_id),
                    "date": int(time.time()),
                    "old_chat_member": member(self.bot, old),
                    "new_chat_member": member(self.bot, new),
                }
                self.update({"my_chat_member": change})


def chat_of(raw: dict[str, Any]) -> int | None:
    try:
        return int(raw.get("chat_id", ""))
    except ValueError:
        return None
