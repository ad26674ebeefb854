"""No English for readers stands in the code outside of what is translated: this reads the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent

RUN = (
    *("alerting", "briefing", "changes", "digesting", "editing", "library", "more", "newsroom", "precision", "reload"),
    *("rules", "silence", "spikes", "trouble", "waking"),
)
"""Of bot/run the modules that say something to people in Telegram."""

SILENT = {
    *("telegram/client.py", "telegram/gateway.py", "telegram/inbox.py", "telegram/outcomes.py", "telegram/pace.py"),
    *("telegram/sender.py", "tell/canvas.py", "tell/cities.py", "tell/tree.py"),
}
"""They say nothing to people: their words are for the log, are Telegram's own, or names of cities and fonts."""

FOUND = [*(ROOT / "tell").glob("*.py"), *(ROOT / "telegram").glob("*.py"), *(ROOT / f"run/{name}.py" for name in RUN)]
READ = [path for path in sorted(FOUND) if path.relative_to(ROOT).as_posix() not in SILENT]

WRAPPED = {"_", "gettext", "ngettext", "later"}
NOT_SAID = {"Code", "compile", "getLogger", "AssertionError", "field", "rc_context"}
"""What a command looks like is the same in all languages; the others are not said to anybody."""

SHOWN = {"Message", "Text", "Bold", "Italic", "Quote", "Button", "Key", "Command", "fill"}
"""Whatever goes into these is read by people."""

SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
WORD = re.compile(r"(?<![./{])\b[A-Za-z]{3,}")


def english(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each literal that people read, and that is not translated."""
    yield from _in(ast.parse(source), shown=False)


def _in(node: ast.AST, shown: bool) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Raise() | ast.Assert():
            return
        case ast.ClassDef(bases=[ast.Name(id="StrEnum")]):
            # Reasons, as they are written down.
            return
        case ast.Call(func=func, args=[first, *_]) if _name(func) in ("Button", "Key"):
            # What stands behind it is what the press brings back.
            yield from _in(first, shown=True)
            return
        case ast.Call(func=func):
            called = _name(func)
            if called in WRAPPED | NOT_SAID or _logs(func):
                return
            shown = called in SHOWN
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str(text)):
            if SENTENCE.search(text) or (shown and WORD.search(text)):
                yield node.lineno, text
            return
    for child in ast.iter_child_nodes(node):
        yield from _in(child, shown)


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _logs(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "log"


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_that_people_read_is_in_english_only(path: Path) -> None:
    assert list(english(path.read_text())) == []


@pytest.mark.parametrize(
    "code",
    [
        'Message("Nothing here.")',
        'Text(f"\\nand {more} left")',
        'answer(room, visit, Bold("Status"))',
        'said = f"{count} of them"',
        'Command(run, "what you keep")',
    ],
)
def test_english_is_found(code: str) -> None:
    assert list(english(code))


@pytest.mark.parametrize(
    "code",
    [
        'Message(_("Nothing here."))',
        "Text(f\"\\n{ngettext('one left', 'some left', more)}\")",
        'Button(_("All"), f"{VERSION}lall")',
        'Text(f"{name}.yaml")',
        '"""What it does for others."""',
        'log.info("a press came late")',
        'raise ValueError("no such thing")',
        'Message(Code("/mute until 18:00"))',
        'TOAST = later("That is gone.")',
    ],
)
def test_what_is_translated_or_not_said_is_not_found(code: str) -> None:
    assert list(english(code)) == []
