"""What the fake Bot API server keeps: chats, messages, calls, misbehaviour it was asked for. It does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass
class Chat:
    """A chat as the server knows it. `state` other than "ok" is why a message is refused."""

    id: int
    kind: str
    title: str = ""
    is_forum: bool = False
    threads: set[int] = field(default_factory=set)
    state: Literal["ok", "blocked", "kicked", "no rights", "deactivated", "read only"] = "ok"
    takes_photos: bool = True
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
    photo: bytes | None = None
    photo_size: tuple[int, int] | None = None
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
class Fault:
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


class Dropped(Exception):
    """The connection is to be closed without an answer."""


_ADMIN_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_post_messages", "can_edit_messages",
)  # fmt: skip


def user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"User {user_id}", "language_code": "en"}


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if status == "administrator":
        extra = dict.fromkeys(_ADMIN_RIGHTS, True)
    elif status == "creator":
        extra = {"is_anonymous": False}
    elif status == "kicked":
        extra = {"until_date": 0}
    return {"user": user, "status": status, **extra}
