"""Secrets that systemd hands over as credentials: files that only the service can read. It never prints one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.errors import ConfigErrors
from bot.settings.environment import variable_error

FOLDER = "CREDENTIALS_DIRECTORY"
"""The variable that systemd names their folder in; systemd.exec(5), LoadCredential=."""


def credential(environ: Mapping[str, str], name: str) -> str | None:
    """The text of a credential without spaces around it; None where there is none. Raises ConfigErrors."""
    folder = environ.get(FOLDER)
    path = Path(folder) / name if folder else None
    return secret_text(path, FOLDER) if path is not None and path.is_file() else None


def secret_text(path: Path, variable: str) -> str:
    """The text of a file that this variable leads to, without spaces around it. Raises ConfigErrors, which hold nothing
    of it."""
    try:
        return path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise ConfigErrors([variable_error(f"{path} holds no text", variable)]) from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise ConfigErrors([variable_error(f"{path} cannot be read: {reason}", variable)]) from None
