"""Reads YAML 1.2 files so that every mistake in them can be shown at its line and column, and changes single values
of one while all else stays as its owner wrote it.

It never decides what a file means.
"""

from bot.yamlfile.excerpt import excerpt, excerpts
from bot.yamlfile.located import Located, parse, read
from bot.yamlfile.models import problems, validate
from bot.yamlfile.nodes import Place, Step
from bot.yamlfile.words import found, nearest, one_line, suggest

__all__ = [
    "Located",
    "Place",
    "Step",
    "excerpt",
    "excerpts",
    "found",
    "nearest",
    "one_line",
    "parse",
    "problems",
    "read",
    "suggest",
    "validate",
]
