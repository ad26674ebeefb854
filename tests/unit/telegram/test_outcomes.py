"""What each error of the Bot API proves about a message."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram import error as tg

from bot.errors import DeliveryError, Outcome
from bot.telegram.outcomes import Pause, SendFailure, classify

pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after` will be")


def caused(error: tg.TelegramError, cause: Exception) -> tg.TelegramError:
    """The error as the library raises it, with what it was made of."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        caused(tg.TimedOut("Pool timeout"), httpx.PoolTimeout("")),
        caused(tg.TimedOut(), httpx.ConnectTimeout("")),
        caused(tg.NetworkError("httpx.ConnectError: refused"), httpx.ConnectError("refused")),
        caused(tg.NetworkError("Unknown error in HTTP implementation"), RuntimeError("not initialized")),
        tg.Conflict("Conflict: terminated"),
    ],
    ids=lambda error: f"{type(error.__cause__).__name__}",
)
def test_what_never_left_the_machine_is_free_to_be_sent_again(error: tg.TelegramError) -> None:
    verdict = classify(error)
    assert (verdict.outcome, verdict.retry_after) == (Outcome.RETRY, None)


@pytest.mark.parametrize(
    "error",
    [
        caused(tg.TimedOut(), httpx.ReadTimeout("")),
        caused(tg.TimedOut(), httpx.WriteTimeout("")),
        caused(tg.NetworkError("x"), httpx.RemoteProtocolError("")),
        caused(tg.NetworkError("x"), httpx.ReadError("")),
        caused(tg.NetworkError("x"), httpx.WriteError("")),
        caused(tg.NetworkError("x"), httpx.CloseError("")),
        tg.NetworkError("Bad Gateway"),
        tg.NetworkError("Internal Server Error"),
        tg.NetworkError("Gateway Timeout (504)"),
        tg.TelegramError("Invalid server response"),
        ValueError("something nobody thought of"),
    ],
    ids=lambda error: f"{type(error).__name__}-{type(error.__cause__).__name__}",
)
def test_what_may_have_arrived_is_uncertain(error: Exception) -> None:
    assert classify(error).outcome is Outcome.UNCERTAIN


def test_a_429_says_how_long_to_wait_even_if_it_is_hours() -> None:
    verdict = classify(tg.RetryAfter(43_837))
    assert (verdict.outcome, verdict.retry_after) == (Outcome.RETRY, timedelta(seconds=43_837))


def test_a_migrated_chat_says_where_it_went() -> None:
    verdict = classify(tg.ChatMigrated(-1001))
    assert (verdict.outcome, verdict.new_chat_id) == (Outcome.CHAT_MIGRATED, -1001)


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (tg.Forbidden("Forbidden: bot was blocked by the user"), Pause.BLOCKED),
        (tg.Forbidden("Forbidden: user is deactivated"), Pause.BLOCKED),
        (tg.Forbidden("Forbidden: bot can't initiate conversation with a user"), Pause.BLOCKED),
        (tg.Forbidden("Forbidden: bot was kicked from the supergroup chat"), Pause.KICKED),
        (tg.Forbidden("Forbidden: bot is not a member of the channel chat"), Pause.KICKED),
        (tg.Forbidden("Forbidden: the group chat was deleted"), Pause.KICKED),
        (tg.Forbidden("Forbidden: words nobody has seen yet"), Pause.NO_RIGHTS),
        (tg.BadRequest("Chat not found"), Pause.NOT_FOUND),
        (tg.BadRequest("Not enough rights to send text messages to the chat"), Pause.NO_RIGHTS),
        (tg.BadRequest("Need administrator rights in the channel chat"), Pause.NO_RIGHTS),
        (tg.BadRequest("Chat_write_forbidden"), Pause.NO_RIGHTS),
        (tg.BadRequest("Have no write access to the chat"), Pause.NO_RIGHTS),
    ],
    ids=str,
)
def test_a_chat_that_cannot_be_written_to_is_paused_with_its_reason(error: Exception, pause: Pause) -> None:
    verdict = classify(error)
    assert (verdict.outcome, verdict.pause) == (Outcome.CHAT_PAUSED, pause)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Message thread not found", Outcome.THREAD_GONE),
        ("Topic_closed", Outcome.THREAD_GONE),
        ("Topic_deleted", Outcome.THREAD_GONE),
        ("Message is not modified: specified new message content ...", Outcome.NOT_MODIFIED),
        ("Message to edit not found", Outcome.MESSAGE_GONE),
        ("Message can't be edited", Outcome.MESSAGE_GONE),
        ("Message to delete not found", Outcome.MESSAGE_GONE),
        ("Message can't be deleted for everyone", Outcome.MESSAGE_GONE),
        ("Message is too long", Outcome.BAD_MESSAGE),
        ("Message text is empty", Outcome.BAD_MESSAGE),
        ("Button_data_invalid", Outcome.BAD_MESSAGE),
        ("Words nobody has seen yet", Outcome.BAD_MESSAGE),
    ],
)
def test_a_400_is_read_by_its_words(words: str, outcome: Outcome) -> None:
    assert classify(tg.BadRequest(words)).outcome is outcome


@pytest.mark.parametrize(
    "words",
    [
        "Can't parse entities: unsupported start tag",
        "Entities_too_long",
        "Message is too long",
        "Message text is empty",
        "Button_data_invalid",
    ],
)
def test_unreadable_markup_is_told_apart_from_other_bad_messages(words: str) -> None:
    assert classify(tg.BadRequest(words)).markup
    assert not classify(tg.BadRequest("Chat not found")).markup


def test_a_refused_token_stops_sending_and_the_text_does_not_repeat_it() -> None:
    verdict = classify(tg.InvalidToken("The token `123456:abc` was rejected by the server."))
    assert verdict.outcome is Outcome.UNAUTHORIZED
    assert "123456" not in verdict.reason


def test_a_failure_reads_like_any_delivery_error() -> None:
    failure: DeliveryError = SendFailure(classify(tg.BadRequest("Message is too long")))
    assert failure.permanent and failure.outcome is Outcome.BAD_MESSAGE and str(failure) == "Message is too long"
    waiting: DeliveryError = SendFailure(classify(tg.RetryAfter(3)))
    assert not waiting.permanent and waiting.retry_after == timedelta(seconds=3)


@pytest.mark.parametrize(
    "error",
    [
        tg.BadRequest("PHOTO_INVALID_DIMENSIONS"),
        tg.BadRequest("IMAGE_PROCESS_FAILED"),
        tg.BadRequest("File of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"),
        tg.BadRequest("Message caption is too long"),
        tg.BadRequest("Not enough rights to send photos to the chat"),
        tg.BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"),
        tg.NetworkError("Request Entity Too Large (413)"),
    ],
    ids=str,
)
def test_a_picture_that_is_refused_was_surely_not_sent_and_pauses_nobody(error: tg.TelegramError) -> None:
    verdict = classify(error)
    assert (verdict.outcome, verdict.pause) == (Outcome.BAD_MESSAGE, None)
    assert SendFailure(verdict).picture


@pytest.mark.parametrize(
    "error",
    [
        tg.BadRequest("Not enough rights to send text messages to the chat"),
        tg.BadRequest("Can't parse entities: unsupported start tag"),
        tg.BadRequest("Message is too long"),
        tg.Forbidden("Forbidden: bot was blocked by the user"),
        caused(tg.TimedOut(), httpx.WriteTimeout("")),
        tg.NetworkError("Bad Gateway"),
    ],
    ids=str,
)
def test_any_other_refusal_is_not_blamed_on_the_picture(error: tg.TelegramError) -> None:
    assert not SendFailure(classify(error)).picture
