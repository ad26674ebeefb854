"""Reads YAML 1.2 files so that every mistake in them can be shown at its line and column.

It never decides what a file means, and it never writes one.
"""

from bot.yamlfile.located import Located, Place, Step, parse, read
from bot.yamlfile.models import problems, validate
from bot.yamlfile.words import found, one_line, suggest

__all__ = ["Located", "Place", "Step", "found", "one_line", "parse", "problems", "read", "suggest", "validate"]
