"""What the operator decides: `bot.yaml` with the environment on top, `sources.yaml`, and the token.

Nothing else in the program reads the environment; nothing here keeps a value between two calls.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import ConfigError, ConfigErrors
from bot.settings.credentials import FOLDER, credential
from bot.settings.environment import Override, laid_over, overrides, variable_error
from bot.settings.models import Access, Alerts, Desk, Fetch, Poll, Retention, Settings, Spikes, Stories, Telegram
from bot.settings.sources import SourcesFile, load_sources
from bot.settings.token import load_token
from bot.yamlfile import Located, Step, parse, problems, read

__all__ = [
    "Access",
    "Alerts",
    "Desk",
    "Fetch",
    "Poll",
    "Retention",
    "Settings",
    "Spikes",
    "Stories",
    "Telegram",
    "environment",
    "load_settings",
    "load_sources",
    "load_token",
    "schemas",
]


def environment() -> Mapping[str, str]:
    """The variables this process was given: the one place that hands them out."""
    return os.environ


def load_settings(config_dir: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `bot.yaml`, where the environment's `KENTONGAN_A__B` wins over its `a.b`, and the credential
    `database`, which may hold a password, over both. Without a file all have their defaults. Raises ConfigErrors with
    every mistake at its line, or under its variable's name."""
    from pydantic import ValidationError

    path = config_dir / "bot.yaml"
    located = read(path) if path.exists() else parse(b"", str(path))
    given, errors = overrides(environ)
    if (address := credential(environ, "database")) is not None:
        given.append(Override(FOLDER, ("database",), address))
    errors += _refused_tokens(located)
    data = laid_over(located.data, given)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        variables: dict[tuple[Step, ...], str] = {setting.path: setting.variable for setting in given}
        for steps, key, text in problems(error, Settings, data):
            named = [variables[setting] for setting in (steps[:1], steps[:2]) if setting in variables]
            errors.append(variable_error(text, named[0]) if named else located.error(text, steps, key))
        raise ConfigErrors(errors) from None
    if errors:
        raise ConfigErrors(errors)
    return settings


def _refused_tokens(located: Located) -> list[ConfigError]:
    """The token in the file, where backups and version control would spread it; taken out of the data."""
    section = located.data.get("telegram") if isinstance(located.data, dict) else None
    names = [name for name in ("token", "token_file") if isinstance(section, dict) and name in section]
    errors = []
    for name in names:
        message = (
            f"remove '{name}': the token comes from the credential telegram-token, from the file that "
            "KENTONGAN_TELEGRAM__TOKEN_FILE names, or from KENTONGAN_TELEGRAM__TOKEN"
        )
        errors.append(located.error(message, ("telegram", name), key=True))
        del section[name]  # type: ignore[union-attr]  # names is empty unless section is a dict
    return errors


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas for editors: `bot` for bot.yaml, `sources` for sources.yaml."""
    return {"bot": _schema(Settings, "bot.yaml"), "sources": _schema(SourcesFile, "sources.yaml")}


def _schema(model: type[Settings] | type[SourcesFile], title: str) -> dict[str, Any]:
    body = model.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body, "title": title}
