"""Log lines: where they go, what they look like, and that no secret is in them."""

from __future__ import annotations

import io
import json
import logging
import warnings

import pytest

from bot import log

TOKEN = "123456789:AAExampleExampleExampleExample-_xyz"
PASSWORD = 'hun"ter\\2/ü%'


pytestmark = pytest.mark.usefixtures("logging_as_before")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["json", "pretty"])
def out(request: pytest.FixtureRequest) -> io.StringIO:
    """Everything a DEBUG log writes, in both forms."""
    stream = io.StringIO()
    log.configure("debug", json=request.param == "json", secrets=[PASSWORD, ""], stream=stream)
    return stream


def assert_clean(out: io.StringIO) -> None:
    text = out.getvalue()
    assert log.BLACKED_OUT in text
    for part in ("AAExample", "hun", "ter\\", "%5C2"):
        assert part not in text, text


# --- form -----------------------------------------------------------------------------------------------------------


def test_lines_are_json_when_the_stream_is_no_terminal() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)
    log.get("bot.run").info("feed %s failed", "a", reason="dns", attempts=2)
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "feed a failed", "level": "info", "logger": "bot.run", "reason": "dns", "attempts": 2}


def test_lines_are_for_people_on_a_terminal() -> None:
    stream = Terminal()
    log.configure("info", stream=stream)
    log.get("bot.run").info("feed failed", reason="dns")
    assert "feed failed" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_lines_of_libraries_have_the_same_form() -> None:
    stream = io.StringIO()
    log.configure("info", stream=stream)
    logging.getLogger("some.library").warning("odd %d", 3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("odd 3", "warning", "some.library")


def test_standard_error_is_written_and_never_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    log.get("bot").warning("before")
    log.configure("info")
    log.get("bot").warning("after")
    assert capsys.readouterr().out == ""


def test_the_level_holds_for_loggers_made_before_it_was_set() -> None:
    stream = io.StringIO()
    logger = log.get("bot.run")
    log.configure("warning", stream=stream)
    logger.info("quiet")
    logger.warning("loud")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["loud"]


def test_a_second_configure_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    log.configure("info", stream=first)
    log.configure("info", stream=second)
    log.get("bot").info("once")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "telegram.ext", "apscheduler.scheduler"])
def test_libraries_that_log_every_request_speak_from_warning_on(name: str) -> None:
    stream = io.StringIO()
    log.configure("debug", stream=stream)
    logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/bot.../getMe")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("trouble")
    assert "trouble" in stream.getvalue()


@pytest.mark.parametrize(("level", "mark"), [("debug", "<7>"), ("info", "<6>"), ("warning", "<4>"), ("error", "<3>")])
def test_a_line_for_the_journal_begins_with_its_level(level: str, mark: str) -> None:
    stream = io.StringIO()
    log.configure("debug", stream=stream, journal=True)
    getattr(log.get("bot"), level)("odd")
    line = stream.getvalue()
    assert line.startswith(f"{mark}{{") and json.loads(line[3:])["level"] == level


def test_the_stopwatch_tells_seconds_to_the_millisecond() -> None:
    took = log.stopwatch()
    assert 0 <= took() < 1
    assert round(took(), 3) == took()


# --- secrets --------------------------------------------------------------------------------------------------------


def test_a_token_in_a_message_or_its_arguments_is_blacked_out(out: io.StringIO) -> None:
    logging.getLogger("library").info(f"POST https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("library").info("POST %s %r", f"https://x/bot{TOKEN}/getMe", {"token": TOKEN})
    assert_clean(out)


def test_a_token_in_a_quoted_url_is_blacked_out(out: io.StringIO) -> None:
    logging.getLogger("library").info("GET /?u=" + TOKEN.replace(":", "%3A"))
    logging.getLogger("library").info("GET /?u=" + TOKEN.replace(":", "%3a"))
    assert_clean(out)


def test_a_token_in_a_value_is_blacked_out(out: io.StringIO) -> None:
    log.get("bot").info("started", url=f"https://x/bot{TOKEN}/", nested={"token": [TOKEN]})
    assert_clean(out)


def test_a_token_in_a_traceback_and_its_causes_is_blacked_out(out: io.StringIO) -> None:
    try:
        try:
            raise ValueError(f"The token `{TOKEN}` was rejected")
        except ValueError as error:
            raise RuntimeError("start failed") from error
    except RuntimeError:
        log.get("bot").exception("cannot start")
        logging.getLogger("library").exception("cannot start")
    assert "start failed" in out.getvalue()
    assert_clean(out)


def test_a_token_in_a_local_variable_of_a_traceback_is_not_shown(out: io.StringIO) -> None:
    hidden = TOKEN
    try:
        raise ValueError(f"length {len(hidden)}")
    except ValueError:
        log.get("bot").exception("failed")
    assert "AAExample" not in out.getvalue()


def test_a_token_in_a_warning_is_blacked_out(out: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"deprecated: {TOKEN}", stacklevel=1)
    assert_clean(out)


def test_a_token_in_a_line_that_cannot_be_formatted_is_not_printed(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    # pytest's own handlers raise where a real one prints.
    root.handlers[:] = [handler for handler in root.handlers if not type(handler).__module__.startswith("_pytest")]
    logging.getLogger("library").info("attempt %d", TOKEN)
    errors = capsys.readouterr().err
    assert "could not be written" in errors
    assert "AAExample" not in out.getvalue() + errors


@pytest.mark.parametrize("form", ["{}", "{!r}"])
def test_a_given_secret_is_blacked_out_however_it_is_escaped(out: io.StringIO, form: str) -> None:
    from urllib.parse import quote

    log.get("bot").info("connecting", address="postgresql://bot:" + form.format(PASSWORD) + "@db", password=PASSWORD)
    logging.getLogger("library").info("to %s and %s", quote(PASSWORD, safe=""), json.dumps(PASSWORD))
    assert_clean(out)


def test_ordinary_numbers_and_times_are_left_as_they_are() -> None:
    text = "at 12:30:45 entry 1234567 of 2026-03-10T04:59:59, port 127.0.0.1:8080, 123456:short"
    assert log.redact(text) == text
