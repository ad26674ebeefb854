"""The commands. Each reads its arguments, calls the room that does the work, and prints; none decides anything.

Nothing heavy is imported before a command runs, so that `kentongan --help` answers at once.
"""

from __future__ import annotations

import sys
import traceback
from io import StringIO, TextIOWrapper

import click

from bot import __version__
from bot.cli import archive, chronicle, config, copying, digest, ledger, service, sources, story, trial
from bot.cli.options import shared
from bot.cli.problems import lines_of


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kentongan")
@shared
def cli() -> None:
    """Watches the news and tells analysts: feeds in, matched stories out to Telegram."""


for module in (service, config, copying, digest, chronicle, archive, story, trial, sources, ledger):
    for command in module.COMMANDS:
        cli.add_command(command)


def _usage(error: click.ClickException) -> str:
    """What is wrong with the words of a command, on one line that begins with its name."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    command = context.command_path if context is not None else "kentongan"
    meant = getattr(error, "possibilities", None)
    said = " ".join((error.message if meant else error.format_message()).split()).removesuffix(".")
    # The library's own sentences begin with a capital.
    said = f"{said[:1].lower()}{said[1:]}"
    return f"{command}: {said}" + (f" (did you mean '{meant[0]}'?)" if meant else "")


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
        status = cli.main(prog_name="kentongan", standalone_mode=False)
    except click.exceptions.Abort:
        status = 130
    except click.exceptions.NoArgsIsHelpError as error:
        # Who asks for nothing is shown what there is.
        error.show()
        status = error.exit_code
    except click.ClickException as error:
        print(_usage(error), file=sys.stderr)
        status = error.exit_code
    except ConfigErrors as errors:
        print(*lines_of(errors.errors), sep="\n", file=sys.stderr)
        status = 2
    except KentonganError as error:
        print(f"kentongan: {' '.join(str(error).splitlines())}", file=sys.stderr)
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
