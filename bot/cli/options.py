"""The options every command has, before or after its name: --config, --state, --json, --verbose."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Options:
    """Where the configuration and the state are, and how to print."""

    config: Path = Path("config")
    state: Path = Path("state")
    json: bool = False
    verbose: bool = False


_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Since(click.ParamType[timedelta]):
    """A duration written 30m, 24h or 7d."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The duration, or a usage error."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,5})\s*([mhdw])", str(value).strip())
        if found is None:
            self.fail(f"'{value}' is no duration: write it as 30m, 24h, 7d or 2w", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


def shared(command: Callable[..., R]) -> Callable[..., R]:
    """Adds the shared options to a command or group; they are gathered in the context's `Options`."""

    def keep(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
        def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:
            options = ctx.ensure_object(Options)
            if value is not None and value is not False:
                setattr(options, name, value)

        return callback

    def option(*names: str, **settings: Any) -> Any:
        return click.option(*names, expose_value=False, callback=keep(names[0].strip("-")), **settings)

    for decorate in (
        option("--verbose", "-v", is_flag=True, help="Say more in the log."),
        option("--json", is_flag=True, help="Print data as JSON."),
        option(
            "--state",
            type=click.Path(path_type=Path),
            envvar="KENTONGAN_STATE",
            metavar="DIR",
            help="State directory: database and lock.  [default: state]",
        ),
        option(
            "--config",
            type=click.Path(path_type=Path),
            envvar="KENTONGAN_CONFIG",
            metavar="DIR",
            help="Configuration directory.  [default: config]",
        ),
    ):
        command = decorate(command)
    return command


def with_options(command: Callable[..., R]) -> Callable[..., R]:
    """A command with the shared options, given to it as its first argument, an `Options`."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> R:
        options = click.get_current_context().ensure_object(Options)
        _configure_log(options)
        return command(options, *args, **kwargs)

    return shared(run)


def _configure_log(options: Options) -> None:
    import logging

    from bot import log

    log.configure(logging.DEBUG if options.verbose else logging.WARNING)
