"""A mistake of whoever wrote an expression, which can be told in the language they read. It finds none."""

from __future__ import annotations

from bot.speech import gettext

LONGEST = 300
"""Characters of a message; of a longer one its beginning and its end are shown."""


class WrittenMistake(ValueError):
    """A mistake in something written: `text` as it stands in the catalogues, with names for its `values`."""

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values
        self.message = _short(_filled(text, values))
        super().__init__(self.message)

    def told(self) -> str:
        """The message in the language that is spoken; a command line speaks English."""
        return _short(_filled(gettext(self.text), self.values))


def _filled(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:200]} ... {text[-60:]}"
