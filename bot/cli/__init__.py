"""The commands. Each reads its arguments, calls the room that does the work, and prints; none decides anything.

Nothing heavy is imported before a command runs, so that `kentongan --help` answers at once.
"""

from __future__ import annotations

import sys
import traceback
from io import StringIO, TextIOWrapper

import click

from bot import __version__
from bot.cli import archive, config, ledger, service, trial
from bot.cli.options import shared


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kentongan")
@shared
def cli() -> None:
    """Watches the news and tells analysts: feeds in, matched stories out to Telegram."""


for module in (service, config, archive, trial, ledger):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """The program's entry. Exit status: 0 done, 1 it ran but something failed, 2 wrong usage or configuration."""
    from bot.errors import ConfigErrors, KentonganError

    # Started with a closed stream (2>&-), Python has none at all.
    sys.stdout = sys.stdout or StringIO()
    sys.stderr = sys.stderr or StringIO()
    for stream in (sys.stdout, sys.stderr):
        # A terminal of an old encoding shows a mark for what it cannot show, instead of ending the program.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        status = 130
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except ConfigErrors as errors:
        print(errors, file=sys.stderr)
        status = 2
    except KentonganError as error:
        print(f"kentongan: {error}", file=sys.stderr)
        status = 1
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is its good right.
        sys.stderr.close()
        status = 0
    except KeyboardInterrupt:
        status = 130
    except OSError as error:
        print(f"kentongan: {error.filename or 'input or output'}: {error.strerror}", file=sys.stderr)
        status = 1
    except Exception as error:  # noqa: BLE001 - the last resort: one line for the user, the trace for who asks for it
        print(f"kentongan: our bug: {type(error).__name__}: {error}".splitlines()[0], file=sys.stderr)
        if "--verbose" in sys.argv or "-v" in sys.argv:
            traceback.print_exc()
        status = 1
    sys.exit(status if isinstance(status, int) else 0)
