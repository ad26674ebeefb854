"""The one family of errors. Each message is written for the person who can mend the cause; none carries a secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum


class KentonganError(Exception):
    """Anything this program says went wrong; printed as one line, never as a traceback."""


class ConfigError(KentonganError):
    """One mistake in one place of a configuration file. Lines and columns count from 1. `excerpt` is the line at
    fault with a caret under the column, where the text was at hand; the error's own text stays one line."""

    def __init__(self, message: str, file: str, line: int = 1, column: int = 1, excerpt: str | None = None) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.excerpt = excerpt

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, str, int, int, str | None]]:
        return type(self), (self.message, self.file, self.line, self.column, self.excerpt)


class ConfigErrors(KentonganError):
    """Every mistake found in the configuration, in the order of files and lines."""

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.file, error.line, error.column))
        super().__init__("\n".join(str(error) for error in self.errors))

    def __reduce__(self) -> tuple[type[ConfigErrors], tuple[list[ConfigError]]]:
        return ConfigErrors, (self.errors,)


class FetchReason(StrEnum):
    """Why an address could not be read; the same word in the ledger, `sources` and the metrics."""

    BAD_URL = "bad_url"
    REFUSED_ADDRESS = "refused_address"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    PROTOCOL = "protocol"
    REDIRECTS = "redirects"
    ROBOTS = "robots"
    STATUS = "status"


class FetchError(KentonganError):
    """An address that gave no usable answer. `retry_after` is what the host asked for; `permanent` says that
    asking again soon is pointless (410 Gone, a refused address)."""

    def __init__(
        self,
        message: str,
        reason: FetchReason,
        *,
        status: int | None = None,
        retry_after: timedelta | None = None,
        permanent: bool = False,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.permanent = permanent

    @property
    def held(self) -> bool:
        """Whether the host was not asked at all, since it wants no request before `retry_after` is over."""
        return self.reason is FetchReason.STATUS and self.status is None and self.retry_after is not None


class FeedError(KentonganError):
    """A body that is no feed. `alternates` are the feeds an HTML page names as its own."""

    def __init__(self, message: str, alternates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.alternates = alternates


class ExtractError(KentonganError):
    """A page that holds no article."""


class WorkerError(KentonganError):
    """A worker process that ran out of time or memory, or died, on one feed or page. One that died may have been the
    victim of another page: that is worth one more try."""

    def __init__(self, message: str, *, died: bool = False) -> None:
        super().__init__(message)
        self.died = died


class StoreError(KentonganError):
    """The database or the state directory cannot be used."""


class Outcome(StrEnum):
    """What became of one message that was not confirmed. Only `uncertain` may have arrived."""

    RETRY = "retry"
    UNCERTAIN = "uncertain"
    CHAT_PAUSED = "chat_paused"
    CHAT_MIGRATED = "chat_migrated"
    THREAD_GONE = "thread_gone"
    MESSAGE_GONE = "message_gone"
    NOT_MODIFIED = "not_modified"
    BAD_MESSAGE = "bad_message"
    UNAUTHORIZED = "unauthorized"


class DeliveryError(KentonganError):
    """A message that was not handed over, or perhaps was. `permanent` means that trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent

    @property
    def outcome(self) -> Outcome:
        """What became of the message."""
        return Outcome.BAD_MESSAGE if self.permanent else Outcome.RETRY

    @property
    def retry_after(self) -> timedelta | None:
        """How long nothing may be sent to this chat; None where that is for us to choose."""
        return None

    @property
    def new_chat_id(self) -> int | None:
        """Where the chat lives now, when it migrated."""
        return None

    @property
    def flooded(self) -> bool:
        """Whether the server itself asked for the wait, rather than we for fear of that."""
        return False

    @property
    def comes_back(self) -> bool:
        """Whether a paused chat may be written to again some day without anybody telling us."""
        return False
