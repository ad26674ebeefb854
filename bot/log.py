"""Log lines to standard error: readable on a terminal, one JSON object a line elsewhere, secrets blacked out.

It never writes to standard output, which belongs to the commands' answers, and keeps no file.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger
    from structlog.typing import Processor

BLACKED_OUT = "[secret]"

_TOKEN = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)
"""A bot token as Telegram makes them, also as it stands in a quoted URL. httpx logs it with every request, and
python-telegram-bot's InvalidToken carries it, so it can appear in a message, in arguments, and in a traceback."""

_CHATTY = (
    "httpx",
    "httpcore",
    "telegram",
    "apscheduler",
    "aiosqlite",
    "alembic",
    "asyncio",
    "uvicorn",
    "charset_normalizer",
    "trafilatura",
    "watchfiles",
)


_PRIORITIES = {
    logging.DEBUG: "<7>",
    logging.INFO: "<6>",
    logging.WARNING: "<4>",
    logging.ERROR: "<3>",
    logging.CRITICAL: "<2>",
}
"""How a line says its level to systemd's journal, which takes the prefix off again: sd-daemon(3)."""


class _Handler(logging.StreamHandler[TextIO]):
    """Blacks out the finished line, so that nothing which was formatted into it (message, arguments, values, traceback)
    can slip past; a filter on records would have to know all of these."""

    def __init__(self, stream: TextIO, secrets: Sequence[str], priorities: Mapping[int, str]) -> None:
        super().__init__(stream)
        self._secrets = tuple(secrets)
        self._priorities = priorities

    def format(self, record: logging.LogRecord) -> str:
        return self._priorities.get(record.levelno, "") + redact(super().format(record), self._secrets)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """logging would print the record itself, arguments and all."""
        fault = sys.exc_info()[0]
        line = f"a log line of {record.name} could not be written: {fault.__name__ if fault else 'unknown error'}\n"
        try:
            sys.stderr.write(line)
        except (OSError, ValueError):
            return


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without bot tokens and given secrets, whether plain, URL-quoted, or escaped as in Python or JSON."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in _forms(secret):
            text = text.replace(form, BLACKED_OUT)
    return _TOKEN.sub(BLACKED_OUT, text)


@lru_cache(maxsize=32)
def _forms(secret: str) -> tuple[str, ...]:
    from json import dumps

    json = (dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return tuple({secret, quote(secret), quote(secret, safe=""), repr(secret)[1:-1], *json})


def configure(
    level: int | str = logging.INFO,
    json: bool | None = None,
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
    *,
    journal: bool = False,
) -> None:
    """Sends all logging, ours and that of libraries, to standard error (or `stream`), replacing what was set up before.

    `json` None means: JSON unless the stream is a terminal. `journal`: systemd's journal reads it, and is told each
    line's level. Libraries that log every request speak from WARNING on.
    """
    from structlog.stdlib import ProcessorFormatter

    out = stream or sys.stderr
    as_json = not out.isatty() if json is None else json
    handler = _Handler(out, secrets, _PRIORITIES if journal else {})
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=_common(),
            processors=[ProcessorFormatter.remove_processors_meta, *_rendering(as_json, out, secrets)],
        )
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper() if isinstance(level, str) else level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(True)


def get(name: str) -> BoundLogger:
    """A logger that takes an event and named values: `log.info("feed failed", reason=...)`. Needs no `configure`
    first; until then only warnings and worse are written, plainly, to standard error."""
    import structlog

    logger: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_common(),
            _for_the_handler,
        ],
    )
    return logger


def stopwatch() -> Callable[[], float]:
    """Tells the seconds since it was made, to the millisecond, however the clock was set meanwhile: the `seconds` of a
    finished step."""
    begun = time.monotonic()
    return lambda: round(time.monotonic() - begun, 3)


def _common() -> list[Processor]:
    from structlog import processors, stdlib

    return [
        stdlib.add_logger_name,
        stdlib.add_log_level,
        processors.TimeStamper(fmt="iso", utc=True),
        processors.StackInfoRenderer(),
    ]


def _rendering(as_json: bool, out: TextIO, secrets: Sequence[str]) -> list[Processor]:
    from structlog import dev, processors

    def blacken(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Before a value is escaped for JSON or the terminal: an escaped text escaped again is hard to recognise."""
        return {key: _blackened(value, secrets) for key, value in event.items()}

    if as_json:
        return [processors.format_exc_info, blacken, processors.JSONRenderer(ensure_ascii=False, default=str)]
    # Plain tracebacks: rich ones print the locals and break lines, which would cut a token in two.
    return [blacken, dev.ConsoleRenderer(colors=out.isatty(), exception_formatter=dev.plain_traceback)]


def _blackened(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        return {_blackened(key, secrets): _blackened(item, secrets) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_blackened(item, secrets) for item in value)
    return value


def _for_the_handler(logger: Any, name: str, event: MutableMapping[str, Any]) -> Any:
    """To our handler as values, to any other (a test's, or none configured) as a readable line."""
    from structlog.stdlib import ProcessorFormatter, render_to_log_kwargs

    if any(isinstance(handler, _Handler) for handler in logging.getLogger().handlers):
        return ProcessorFormatter.wrap_for_formatter(logger, name, event)
    kwargs: Mapping[str, Any] = render_to_log_kwargs(logger, name, event)
    return kwargs
