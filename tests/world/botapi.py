"""What the Bot API accepts: parameters of each method with their types, and the shapes inside them.

Source: core.telegram.org/bots/api, version 10.0, for the methods a news bot needs. It answers nothing itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

from telegramhtml import link_is_kept, units

_SEND = {
    "business_connection_id": "str",
    "chat_id": "chat",
    "message_thread_id": "int",
    "direct_messages_topic_id": "int",
    "disable_notification": "bool",
    "protect_content": "bool",
    "allow_paid_broadcast": "bool",
    "message_effect_id": "str",
    "suggested_post_parameters": "object",
    "reply_parameters": "object",
    "reply_markup": "object",
}
_EDIT = {
    "business_connection_id": "str",
    "chat_id": "chat",
    "message_id": "int",
    "inline_message_id": "str",
    "reply_markup": "object",
}

METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "list"},
    "sendMessage": {**_SEND, "text": "str", "parse_mode": "str", "entities": "list", "link_preview_options": "object"},
    "sendPhoto": {
        **_SEND,
        "photo": "file",
        "caption": "str",
        "parse_mode": "str",
        "caption_entities": "list",
        "show_caption_above_media": "bool",
        "has_spoiler": "bool",
    },
    "sendDocument": {
        **_SEND,
        "document": "file",
        "thumbnail": "file",
        "caption": "str",
        "parse_mode": "str",
        "caption_entities": "list",
        "disable_content_type_detection": "bool",
    },
    "editMessageText": {
        **_EDIT,
        "text": "str",
        "parse_mode": "str",
        "entities": "list",
        "link_preview_options": "object",
    },
    "editMessageCaption": {
        **_EDIT,
        "caption": "str",
        "parse_mode": "str",
        "caption_entities": "list",
        "show_caption_above_media": "bool",
    },
    "editMessageReplyMarkup": _EDIT,
    "getFile": {"file_id": "str"},
    "deleteMessage": {"chat_id": "chat", "message_id": "int"},
    "deleteMessages": {"chat_id": "chat", "message_ids": "list"},
    "answerCallbackQuery": {
        "callback_query_id": "str",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "sendChatAction": {"business_connection_id": "str", "chat_id": "chat", "message_thread_id": "int", "action": "str"},
    "setMyCommands": {"commands": "list", "scope": "object", "language_code": "str"},
    "getChat": {"chat_id": "chat"},
    "getChatMember": {"chat_id": "chat", "user_id": "int"},
    "getChatAdministrators": {"chat_id": "chat", "return_bots": "bool"},
    "leaveChat": {"chat_id": "chat"},
}
REQUIRED = {
    "sendMessage": ("chat_id", "text"),
    "sendPhoto": ("chat_id", "photo"),
    "sendDocument": ("chat_id", "document"),
    "editMessageText": ("chat_id", "message_id", "text"),
    "editMessageCaption": ("chat_id", "message_id"),
    "editMessageReplyMarkup": ("chat_id", "message_id"),
    "getFile": ("file_id",),
    "deleteMessage": ("chat_id", "message_id"),
    "deleteMessages": ("chat_id", "message_ids"),
    "answerCallbackQuery": ("callback_query_id",),
    "sendChatAction": ("chat_id", "action"),
    "setMyCommands": ("commands",),
    "getChat": ("chat_id",),
    "getChatMember": ("chat_id", "user_id"),
    "getChatAdministrators": ("chat_id",),
    "leaveChat": ("chat_id",),
}
BY_LOWER = {name.lower(): name for name in METHODS}
SENDS = {"sendMessage", "sendPhoto", "sendDocument"}
PACED = SENDS | {"editMessageText", "editMessageCaption", "editMessageReplyMarkup"}

UPDATE_KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count",
    "inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query",
    "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request",
    "chat_boost", "removed_chat_boost", "managed_bot",
}  # fmt: skip
UPDATES_BY_DEFAULT = UPDATE_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators",
    "chat_member",
}  # fmt: skip
_BUTTON_ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
_BUTTON_EXTRAS = {"text", "style", "icon_custom_emoji_id"}
_PREVIEW = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}
_REPLY = {
    "message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
    "quote_position", "checklist_task_id", "poll_option_id",
}  # fmt: skip


class Refused(Exception):
    """An answer that is no success. `ours` says that a correct program would not have asked so."""

    def __init__(self, status: int, description: str, *, ours: bool = True, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.ours = ours
        self.parameters = parameters


def typed(method: str, raw: dict[str, Any]) -> dict[str, Any]:
    """The parameters as values. Raises Refused for one that is unknown, missing or of the wrong type."""
    spec = METHODS[method]
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in spec:
            raise Refused(400, f"unknown parameter {name!r}")
        values[name] = _value(name, spec[name], value)
    for name in REQUIRED.get(method, ()):
        if name not in values:
            raise Refused(400, f"Bad Request: parameter {name!r} is required")
    return values


def _value(name: str, kind: str, value: Any) -> Any:
    if kind == "file":
        return value
    if not isinstance(value, str):
        value = json.dumps(value)
    if kind == "str":
        return value
    if kind == "int" or (kind == "chat" and not value.startswith("@")):
        if not re.fullmatch(r"-?\d{1,19}", value):
            raise Refused(400, f"Bad Request: {name} is not an integer: {value!r}")
        return int(value)
    if kind == "chat":
        return value
    if kind == "bool":
        if value not in ("true", "false"):
            raise Refused(400, f"Bad Request: {name} is not a boolean: {value!r}")
        return value == "true"
    try:
        parsed = json.loads(value)
    except ValueError:
        raise Refused(400, f"Bad Request: can't parse {name} JSON object") from None
    if not isinstance(parsed, list if kind == "list" else dict):
        raise Refused(400, f"Bad Request: object expected as {name}")
    return parsed


_LARGEST_PHOTO = 10 << 20
_LONGEST_SIDES, _STEEPEST = 10_000, 20


def photo_size(content: bytes) -> tuple[int, int]:
    """Width and height of an uploaded PNG. Raises Refused, in the server's words, where it is no photo for it."""
    if not content:
        raise Refused(400, "Bad Request: file must be non-empty")
    if len(content) > _LARGEST_PHOTO:
        raise Refused(
            400,
            f"Bad Request: file of size {len(content)} bytes is too big for a photo; the maximum size is "
            f"{_LARGEST_PHOTO} bytes",
        )
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or not content.endswith(b"IEND\xaeB`\x82"):
        raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    sides = sorted((width, height))
    if sum(sides) > _LONGEST_SIDES or sides[1] > _STEEPEST * sides[0]:
        raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    return width, height


def check_shapes(method: str, values: dict[str, Any], chat_kind: str) -> list[str]:
    """What the server would take but not show, as sentences. Raises Refused for what it would not take."""
    complaints: list[str] = []
    if (preview := values.get("link_preview_options")) and (unknown := set(preview) - _PREVIEW):
        complaints.append(f"unknown fields {sorted(unknown)} in link_preview_options")
    if (reply := values.get("reply_parameters")) and (unknown := set(reply) - _REPLY):
        complaints.append(f"unknown fields {sorted(unknown)} in reply_parameters")
    if markup := values.get("reply_markup"):
        complaints += _check_markup(markup, chat_kind, method)
    if method == "sendChatAction" and values["action"] not in _ACTIONS:
        raise Refused(400, "Bad Request: wrong parameter action in request")
    if method == "setMyCommands":
        _check_commands(values)
    if method == "answerCallbackQuery" and units(values.get("text", "")) > 200:
        raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
    if method == "deleteMessages" and not 1 <= len(values["message_ids"]) <= 100:
        raise Refused(400, "Bad Request: there must be 1 to 100 message identifiers")
    if values.get("parse_mode", "HTML") != "HTML":
        complaints.append(f"parse mode {values['parse_mode']}")
    if "parse_mode" in values and ("entities" in values or "caption_entities" in values):
        complaints.append("both parse_mode and entities")
    return complaints


def _check_markup(markup: dict[str, Any], chat_kind: str, method: str) -> list[str]:
    kinds = set(markup) & {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}
    if len(kinds) != 1:
        raise Refused(400, "Bad Request: object expected as reply markup")
    if kinds != {"inline_keyboard"}:
        if chat_kind == "channel" or method.startswith("edit"):
            raise Refused(400, "Bad Request: inline keyboard expected")
        return []
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused(400, "Bad Request: field inline_keyboard must be an array of arrays")
    complaints = [f"{len(row)} buttons in one row" for row in rows if len(row) > 8]
    complaints += ["an empty row of buttons" for row in rows if not row]
    if sum(len(row) for row in rows) > 100 or len(json.dumps(markup)) > 10_000:
        raise Refused(400, "Bad Request: reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button, chat_kind)
    return complaints


def _check_button(button: dict[str, Any], chat_kind: str) -> None:
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
    actions = set(button) & _BUTTON_ACTIONS
    if unknown := set(button) - _BUTTON_ACTIONS - _BUTTON_EXTRAS:
        raise Refused(400, f"unknown fields {sorted(unknown)} in a button")
    if len(actions) != 1:
        raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    if "url" in button and not link_is_kept(button["url"]):
        raise Refused(400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise Refused(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
    if "web_app" in button and chat_kind != "private":
        raise Refused(400, "Bad Request: BUTTON_TYPE_INVALID")
    if button.get("style", "primary") not in ("danger", "success", "primary"):
        raise Refused(400, "Bad Request: invalid button style specified")


def _check_commands(values: dict[str, Any]) -> None:
    commands = values["commands"]
    if len(commands) > 100:
        raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if set(command) - {"command", "description"}:
            raise Refused(400, "Bad Request: unknown field in a command")
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        if not 1 <= units(command.get("description", "")) <= 256:
            raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    if len({command["command"] for command in commands}) != len(commands):
        raise Refused(400, "Bad Request: the same command twice")
    if values.get("scope", {"type": "default"}).get("type") not in _SCOPES:
        raise Refused(400, "Bad Request: unsupported bot command scope type specified")
    if not re.fullmatch(r"([a-z]{2})?", values.get("language_code", "")):
        raise Refused(400, "Bad Request: invalid language code specified")
