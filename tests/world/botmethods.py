"""The methods of the fake Bot API server, as strict as the real ones. It opens no socket and plays no people."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from copy import deepcopy
from typing import Any

import botapi
from botapi import Refused
from botnouns import Chat, Sent, member, user
from telegramhtml import ParseError, parse, units

GLOBAL_RATE = 30
PRIVATE_BURST = 4
GROUP_LIMIT, GROUP_WINDOW = 20, 60.0


class BotMethods:
    """The server's memory, and what each call does to it."""

    def __init__(self, token: str, *, username: str = "kentongan_test_bot") -> None:
        self.token = token
        self.bot = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Kentongan", "username": username}
        self.violations: list[str] = []
        self.chats: dict[int, Chat] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.webhook: str | None = None
        self.flood_limits = False
        self.left: list[int] = []
        self.files: dict[str, bytes] = {}
        self._lock = threading.Condition(threading.RLock())
        self._stopping = threading.Event()
        self._updates: deque[dict[str, Any]] = deque()
        self._allowed = set(botapi.UPDATES_BY_DEFAULT)
        self._next_message = 1
        self._poll = 0
        self._queries: set[str] = set()
        self._sent: list[Sent] = []
        self._heard: dict[tuple[int, int], dict[str, Any]] = {}
        self._accepted: deque[tuple[float, int]] = deque()

    def execute(self, method: str, values: dict[str, Any]) -> Any:
        """The result of one well-typed call. Raises Refused, in the server's words."""
        if method == "getUpdates":
            return self._get_updates(values)
        with self._lock:
            return self._execute(method, values)

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

    def _do_sendPhoto(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        if not chat.takes_photos:
            raise Refused(400, "Bad Request: not enough rights to send photos to the chat", ours=False)
        text, entities = self._content("sendPhoto", values, "caption")
        if not isinstance(values["photo"], tuple):
            raise Refused(400, "Bad Request: wrong file identifier/HTTP URL specified")
        size = botapi.photo_size(values["photo"][1])
        sent = self._post(chat, values, text, values.get("caption", ""), entities)
        sent.photo, sent.photo_size = values["photo"][1], size
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
        if sent.photo is not None or sent.document is not None:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        if (text, entities, values.get("reply_markup")) == (sent.text, sent.entities, sent.reply_markup):
            raise Refused(400, _NOT_MODIFIED, ours=False)
        sent.edits.append(sent.text)
        sent.text, sent.entities, sent.html = text, entities, values["text"]
        sent.reply_markup = values.get("reply_markup")
        return self._as_message(sent)

    def _do_editMessageCaption(self, chat: Chat, values: dict[str, Any]) -> dict[str, Any]:
        text, entities = self._content("editMessageCaption", values, "caption")
        sent = self._own(chat, values["message_id"], "edit")
        if sent.photo is None and sent.document is None:
            raise Refused(400, "Bad Request: there is no caption in the message to edit")
        if (text, entities, values.get("reply_markup")) == (sent.text, sent.entities, sent.reply_markup):
            raise Refused(400, _NOT_MODIFIED, ours=False)
        sent.edits.append(sent.text)
        sent.text, sent.entities, sent.html = text, entities, values.get("caption", "")
        sent.reply_markup = values.get("reply_markup")
        return self._as_message(sent)

    def _do_getFile(self, values: dict[str, Any]) -> dict[str, Any]:
        content = self.files.get(values["file_id"])
        if content is None:
            raise Refused(400, "Bad Request: invalid file_id")
        if len(content) > 20_000_000:
            raise Refused(400, "Bad Request: file is too big")
        path = f"documents/{values['file_id']}"
        return {"file_id": values["file_id"], "file_unique_id": "u", "file_size": len(content), "file_path": path}

    def fetch(self, token: str, path: str) -> bytes | None:
        """The bytes of a file that `getFile` has named; None for any other."""
        return self.files.get(path.removeprefix("documents/")) if token == self.token else None

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
        one = values["user_id"]
        if one == self.bot["id"]:
            return member(self.bot, "kicked" if chat.state == "kicked" else chat.members.get(one, "member"))
        return member(user(one), chat.members.get(one, "left" if chat.kind != "private" else "member"))

    def _do_getChatAdministrators(self, chat: Chat, values: dict[str, Any]) -> list[dict[str, Any]]:
        return [member(user(u), s) for u, s in chat.members.items() if s in ("creator", "administrator")]

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
        }
        entities = [e for e in sent.entities if e["type"] != "date_time"]
        if sent.photo is None and sent.document is None:
            message |= {"text": sent.text, "entities": entities}
        elif sent.text:
            message |= {"caption": sent.text, "caption_entities": entities}
        if sent.reply_markup and "inline_keyboard" in sent.reply_markup:
            message["reply_markup"] = sent.reply_markup
        if sent.thread_id:
            message |= {"message_thread_id": sent.thread_id, "is_topic_message": True}
        if sent.photo is not None and sent.photo_size is not None:
            width, height = sent.photo_size
            largest = {"file_id": "p1", "file_unique_id": "v1", "width": width, "height": height}
            message["photo"] = [largest | {"file_size": len(sent.photo)}]
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


_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECOND_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
