"""Finds the bot's token: a credential of systemd, a file, or the environment, in this order.

It never prints the token, and never takes it from YAML or the command line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from bot.errors import ConfigErrors
from bot.settings.credentials import FOLDER, credential, secret_text
from bot.settings.environment import TOKEN, TOKEN_FILE, variable_error
from bot.settings.models import Settings

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
"""Number of the bot, colon, secret (https://core.telegram.org/bots/api#authorizing-your-bot). Its length is not
promised there, so it is not checked."""


def load_token(settings: Settings, environ: Mapping[str, str]) -> SecretStr | None:
    """The token, or None where none is given and messages go to the terminal. Raises ConfigErrors for a file that
    cannot be read and for a text that cannot be a token; the message holds nothing of it."""
    if (given := credential(environ, "telegram-token")) is not None:
        return _checked(given, FOLDER, "the credential telegram-token")
    if named := environ.get(TOKEN_FILE, "").strip():
        return _checked(secret_text(Path(named), TOKEN_FILE), TOKEN_FILE, f"the file {named}")
    token = environ.get(TOKEN, "").strip()
    return _checked(token, TOKEN, "its value") if token else None


def _checked(token: str, variable: str, where: str) -> SecretStr:
    if not _TOKEN.fullmatch(token):
        fault = "is empty" if not token else "is no bot token (it looks like 123456789:AbC...)"
        raise ConfigErrors([variable_error(f"{where} {fault}", variable)])
    return SecretStr(token)
