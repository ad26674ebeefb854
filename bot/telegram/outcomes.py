"""What an error of a send proves: surely not delivered, or nobody knows. It decides, and sends nothing.

The texts are those of tdlib/telegram-bot-api (Client.cpp) and tdlib/td, compared in lower case; how status codes become
exceptions is python-telegram-bot 22's way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram import error as tg

from bot.errors import DeliveryError, Outcome


class Pause(StrEnum):
    """Why nothing more is sent to a chat. Only `no_rights` comes back without anybody telling us."""

    BLOCKED = "blocked"
    KICKED = "kicked"
    NOT_FOUND = "not_found"
    NO_RIGHTS = "no_rights"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with the server's words, and what goes with it: a wait, a new chat, why it is paused. `markup`: the
    server could not read the markup, and the same words without any may pass. `picture`: if there was one, the server
    would not take it, and the words alone may pass. `flooded`: the server asked for the wait."""

    outcome: Outcome
    reason: str
    retry_after: timedelta | None = None
    new_chat_id: int | None = None
    pause: Pause | None = None
    markup: bool = False
    picture: bool = False
    flooded: bool = False


class SendFailure(DeliveryError):
    """A message that was not handed over, or perhaps was. It reads like `DeliveryError`; `pause`, `markup` and
    `picture` are those of the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason, permanent=verdict.outcome in (Outcome.BAD_MESSAGE, Outcome.MESSAGE_GONE))
        self._verdict = verdict

    @property
    def outcome(self) -> Outcome:
        return self._verdict.outcome

    @property
    def retry_after(self) -> timedelta | None:
        return self._verdict.retry_after

    @property
    def new_chat_id(self) -> int | None:
        return self._verdict.new_chat_id

    @property
    def pause(self) -> Pause | None:
        """Why nothing more is sent to the chat, with the outcome `chat_paused`."""
        return self._verdict.pause

    @property
    def comes_back(self) -> bool:
        return self._verdict.pause is Pause.NO_RIGHTS

    @property
    def markup(self) -> bool:
        """Whether it was the markup that the server could not read."""
        return self._verdict.markup

    @property
    def flooded(self) -> bool:
        """Whether the server itself asked for the wait."""
        return self._verdict.flooded

    @property
    def picture(self) -> bool:
        """Whether it was the picture, if there was one, that the server would not take."""
        return self._verdict.picture


# Raised before a byte of the request has left: the message cannot have arrived.
_NOT_SENT = (
    httpx.PoolTimeout,
    httpx.ConnectTimeout,
    httpx.ConnectError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
    RuntimeError,  # the client is closed: we are stopping
)

_FORBIDDEN = (
    ("blocked by the user", Pause.BLOCKED),
    ("user is deactivated", Pause.BLOCKED),
    ("can't initiate conversation", Pause.BLOCKED),
    ("bot was kicked", Pause.KICKED),
    ("is not a member", Pause.KICKED),
    ("group chat was deleted", Pause.KICKED),
)
_NO_RIGHTS = (
    "not enough rights",
    "need administrator rights",
    "chat_write_forbidden",
    "have no write access",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_admin_required",
)
_NOT_FOUND = ("chat not found", "peer_id_invalid", "user_is_blocked")
_NO_THREAD = ("message thread not found", "topic_closed", "topic_deleted")
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "message_id_invalid",
)
# A group may let its members write but not send photos; that is no reason to pause it.
_PICTURE = (
    "photo_invalid_dimensions",
    "image_process_failed",
    "photo_ext_invalid",
    "photo_save_file_invalid",
    "photo_content_type_invalid",
    "too big for a photo",
    "file must be non-empty",
    "wrong file identifier",
    "wrong type of the web page content",
    "failed to get http url content",
    "message caption is too long",
    "rights to send photos",
    "chat_send_photos_forbidden",
    "chat_send_media_forbidden",
)


def busy(wait: timedelta) -> Verdict:
    """Of our own pace: the next free moment is that far."""
    return Verdict(Outcome.RETRY, f"the next free moment is in {wait.total_seconds():.1f} s", retry_after=wait)


def classify(error: BaseException) -> Verdict:
    """The verdict on whatever a call of the Bot API raised. What it does not know may have arrived: `uncertain`."""
    # The order matters: BadRequest and TimedOut are NetworkErrors too.
    match error:
        case tg.RetryAfter():
            return Verdict(Outcome.RETRY, "told to slow down", retry_after=_wait(error), flooded=True)
        case tg.ChatMigrated():
            return Verdict(Outcome.CHAT_MIGRATED, "the group became a supergroup", new_chat_id=error.new_chat_id)
        case tg.InvalidToken():
            return Verdict(Outcome.UNAUTHORIZED, "Telegram refuses the token")
        case tg.Forbidden():
            return _forbidden(str(error))
        case tg.BadRequest():
            return _bad_request(str(error))
        case tg.Conflict():
            return Verdict(Outcome.RETRY, str(error))
        case tg.NetworkError():
            return _network(error)
        case _:
            return Verdict(Outcome.UNCERTAIN, str(error) or type(error).__name__)


def _wait(error: tg.RetryAfter) -> timedelta:
    # The private value is what both forms of the public one are made of; the public one warns when it is a number.
    return error._retry_after


def _forbidden(text: str) -> Verdict:
    lower = text.lower()
    pause = next((pause for words, pause in _FORBIDDEN if words in lower), Pause.NO_RIGHTS)
    return Verdict(Outcome.CHAT_PAUSED, text, pause=pause)


def _bad_request(text: str) -> Verdict:
    lower = text.lower()

    def says(phrases: tuple[str, ...]) -> bool:
        return any(phrase in lower for phrase in phrases)

    if "message is not modified" in lower:
        return Verdict(Outcome.NOT_MODIFIED, text)
    if says(_PICTURE):
        return Verdict(Outcome.BAD_MESSAGE, text, picture=True)
    if says(_NOT_FOUND):
        return Verdict(Outcome.CHAT_PAUSED, text, pause=Pause.NOT_FOUND)
    if says(_NO_RIGHTS):
        return Verdict(Outcome.CHAT_PAUSED, text, pause=Pause.NO_RIGHTS)
    if says(_NO_THREAD):
        return Verdict(Outcome.THREAD_GONE, text)
    if says(_GONE):
        return Verdict(Outcome.MESSAGE_GONE, text)
    # Of what nobody has heard of, the words alone may pass.
    return Verdict(Outcome.BAD_MESSAGE, text, markup=True)


def _network(error: tg.NetworkError) -> Verdict:
    cause = error.__cause__
    text = str(error)
    if isinstance(cause, _NOT_SENT):
        return Verdict(Outcome.RETRY, text)
    if cause is None and "request entity too large" in text.lower():
        return Verdict(Outcome.BAD_MESSAGE, text, picture=True)
    # Read and write time-outs, broken connections, and every 5xx: the message may have been taken before.
    return Verdict(Outcome.UNCERTAIN, text)
