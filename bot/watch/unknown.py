"""What is said of a name in an expression that nobody knows, with the one most like it. It looks nothing up."""

from __future__ import annotations

from collections.abc import Iterable

from bot.speech import later
from bot.watch.expression import FUNCTIONS, RESERVED, ExpressionError
from bot.yamlfile import nearest


def unknown_concept(name: str, label: str | None, known: Iterable[str], offset: int) -> ExpressionError:
    """Of a name that is no concept; `label` is what was written behind it."""
    near = nearest(name, known)
    if label is None and name.lower() in ("and", "or", "not"):
        said = later("unknown concept '{name}' ('{word}' stands between two expressions)")
    elif label is None and name.lower() in RESERVED:
        said = later("unknown concept '{name}' ('{word}' is a word of the rule language: {word}(...))")
    elif near:
        said = later("unknown concept '{name}' (did you mean '{near}'?)")
    elif label:
        said = later("unknown concept '{name}'")
    else:
        said = later("unknown concept '{name}'; a term stands in double quotes: \"{name}\"")
    return ExpressionError(said, offset, name=name, word=name.lower(), near=near)


def unknown_label(name: str, label: str, known: Iterable[str], offset: int) -> ExpressionError:
    """Of a word that is no label of the concept `name`."""
    near = nearest(label, known)
    said = (
        later("concept '{name}' has no label '{label}' (did you mean '{near}'?)")
        if near
        else later("concept '{name}' has no label '{label}'")
    )
    return ExpressionError(said, offset, name=name, label=label, near=near)


def unknown_function(name: str, offset: int) -> ExpressionError:
    """Of a word before a bracket that is no function."""
    near = nearest(name, FUNCTIONS)
    said = later("unknown function '{name}' (did you mean '{near}'?)") if near else later("unknown function '{name}'")
    return ExpressionError(said, offset, name=name, near=near)
