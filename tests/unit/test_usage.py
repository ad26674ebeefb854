"""What is said of a command with wrong words: one line on standard error that names what is wrong, and status 2."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from bot.cli import cli, main


def _commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*above, name))


pytestmark = pytest.mark.usefixtures("logging_as_before")

COMMANDS = list(_commands(cli))

Said = Callable[..., tuple[object, str, str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """Runs a command; its status, standard output and standard error."""
    monkeypatch.setenv("KENTONGAN_STATE", str(tmp_path))

    def run(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["kentongan", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return run


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_unknown_option_is_named_in_one_line(said: Said, command: tuple[str, ...], as_json: bool) -> None:
    words = (*command, "--nonsense", *(["--json"] if as_json else []))
    assert said(*words) == (2, "", f"kentongan {' '.join(command)}: no such option '--nonsense'\n")


SAID = {
    ("try",): "kentongan try: missing argument 'WATCHLIST'",
    ("explain", "--json"): "kentongan explain: missing argument 'URL-or-FILE'",
    ("digest", "pacts", "--format", "xml"): (
        "kentongan digest: invalid value for '--format': 'xml' is not one of 'text', 'html', 'json'"
    ),
    ("digest", "pacts", "--since", "soon"): (
        "kentongan digest: invalid value for '--since': 'soon' is no duration: write it as 30m, 24h, 7d or 2w"
    ),
    ("digest", "pacts", "--since", "٣d"): (
        "kentongan digest: invalid value for '--since': '٣d' is no duration: write it as 30m, 24h, 7d or 2w"
    ),
    ("deliveries", "--status", "lost", "--json"): (
        "kentongan deliveries: invalid value for '--status': 'lost' is not one of 'pending', 'sending', 'sent', "
        "'uncertain', 'dead', 'cancelled'"
    ),
    (
        "deliveries",
        "retry",
        "x",
    ): "kentongan deliveries retry: invalid value for 'ID': 'x' is not a valid integer range",
    ("try", "pacts", "--file", "no.yaml"): ("kentongan try: invalid value for '--file': File 'no.yaml' does not exist"),
    ("try", "pacts", "--file"): "kentongan: option '--file' requires an argument",
    ("try", "pacts", "--fil"): "kentongan try: no such option '--fil' (did you mean '--file'?)",
    ("once", "now"): "kentongan once: got unexpected extra argument (now)",
    ("digset",): "kentongan: no such command 'digset' (did you mean 'digest'?)",
    ("check", "--stric"): "kentongan check: no such option '--stric' (did you mean '--strict'?)",
    ("digest", "a\nb", "--since", "one\ntwo"): (
        "kentongan digest: invalid value for '--since': 'one two' is no duration: write it as 30m, 24h, 7d or 2w"
    ),
}


@pytest.mark.parametrize("words", SAID, ids=" ".join)
def test_what_is_wrong_with_the_words_is_said_in_one_line(said: Said, words: tuple[str, ...]) -> None:
    assert said(*words) == (2, "", f"{SAID[words]}\n")


def test_a_command_without_any_word_is_shown_what_there_is(said: Said) -> None:
    status, out, err = said()
    assert (status, out) == (2, "")
    assert "Commands:" in err
