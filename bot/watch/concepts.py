"""Reads concepts: named terms by language and label, every mistake at its own line and column. It reads no rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import ConfigError, ConfigErrors
from bot.watch.expression import RESERVED
from bot.watch.models import ConceptsModel
from bot.watch.rules import ConceptTerms
from bot.watch.terms import TermError, parse_term
from bot.watch.uses import Use
from bot.yamlfile import Located, Step, found, suggest, validate

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_KEYS = ("labels", "steps", "clitics", "except")


@dataclass(slots=True)
class Problems:
    """Where mistakes are gathered, so that one run names them all."""

    errors: list[ConfigError] = field(default_factory=list)

    def add(self, error: ConfigError) -> None:
        """Keeps one mistake."""
        self.errors.append(error)

    def extend(self, errors: ConfigErrors) -> None:
        """Keeps several."""
        self.errors += errors.errors


def shared_concepts(shared: Located, watchlist: str, problems: Problems) -> Mapping[str, ConceptTerms]:
    try:
        validate(shared, ConceptsModel)
    except ConfigErrors as errors:
        problems.extend(errors)
        return {}
    data = shared.data if isinstance(shared.data, dict) else {}
    return read_concepts(shared, data.get("concepts"), ("concepts",), watchlist, problems)


def read_concepts(
    located: Located, data: object, path: tuple[Step, ...], watchlist: str, problems: Problems
) -> dict[str, ConceptTerms]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        problems.add(located.error(f"expected a mapping of concepts, found {found(data)}", path))
        return {}
    reader = _ConceptReader(located, watchlist, problems)
    return {name: reader.concept(name, value, (*path, name)) for name, value in data.items()}


class _ConceptReader:
    """Reads the concepts of one file for one watchlist."""

    def __init__(self, located: Located, watchlist: str, problems: Problems) -> None:
        self.located = located
        self.watchlist = watchlist
        self.problems = problems
        self.clitics = False

    def concept(self, name: str, data: object, path: tuple[Step, ...]) -> ConceptTerms:
        self._check_name("concept", name, path)
        labels: dict[str, tuple[Use, ...]] = {}
        kinds = [key for key in ("labels", "steps") if isinstance(data, dict) and key in data]
        exceptions: tuple[Use, ...] = ()
        self.clitics = False
        if isinstance(data, dict):
            data = dict(data)
            if "clitics" in data:
                self.clitics = self._switch(data.pop("clitics"), (*path, "clitics"))
            if "except" in data:
                listed = self._terms(name, None, data.pop("except"), (*path, "except"), ())
                exceptions = tuple(replace(use, excepts=True) for use in listed)
            for key in kinds:
                for label, uses in self._labels(name, data.pop(key), (*path, key)):
                    if key == "steps":
                        uses = tuple(replace(use, steps=True) for use in uses)
                    if label in labels:
                        self._error(f"'{label}' is a label and a step", (*path, key, label), True)
                    labels[label] = uses
        uses = () if kinds and not data else tuple(self._terms(name, None, data, path, _KEYS))
        return ConceptTerms(name, uses, labels, "steps" in kinds, exceptions)

    def _switch(self, data: object, path: tuple[Step, ...]) -> bool:
        if not isinstance(data, bool):
            self._error(f"expected true or false, found {found(data)}", path)
        return data is True

    def _labels(self, concept: str, data: object, path: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Use, ...]]]:
        if not isinstance(data, dict) or not data:
            self._error(f"expected a mapping of labels, found {found(data)}", path)
            return
        for label, terms in data.items():
            self._check_name("label", label, (*path, label))
            yield label, tuple(self._terms(concept, label, terms, (*path, label), ()))

    def _check_name(self, kind: str, name: str, path: tuple[Step, ...]) -> None:
        if not _IDENTIFIER.fullmatch(name):
            self._error(
                f"a {kind} name is made of letters, digits and _, and begins with a letter: '{name}'", path, True
            )
        elif kind == "concept" and name.lower() in RESERVED:
            self._error(f"'{name}' is a word of the rule language: choose another name", path, True)

    def _terms(
        self, concept: str, label: str | None, data: object, path: tuple[Step, ...], also: Sequence[str]
    ) -> Iterator[Use]:
        if isinstance(data, dict) and data:
            for key, value in data.items():
                if not _LANGUAGE.fullmatch(key):
                    hint = suggest(key, (*also, "en", "id", "ja"))
                    known = " or ".join(["a language such as en", *also])
                    self._error(f"expected {known}, found '{key}'{hint}", (*path, key), True)
                else:
                    yield from self._list(concept, label, frozenset([key]), value, (*path, key))
        else:
            yield from self._list(concept, label, None, data, path)

    def _list(
        self, concept: str, label: str | None, languages: frozenset[str] | None, data: object, path: tuple[Step, ...]
    ) -> Iterator[Use]:
        if not isinstance(data, list) or not data:
            self._error(f"expected a list of terms, found {'an empty list' if data == [] else found(data)}", path)
            return
        for number, value in enumerate(data):
            place = (*path, number)
            if not isinstance(value, str):
                hint = ": put it in quotes" if isinstance(value, bool | int | float) else ""
                self._error(f"expected a term, found {found(value)}{hint}", place)
                continue
            try:
                indonesian = languages is None or "id" in languages
                term = parse_term(value, clitics=self.clitics and indonesian)
                yield Use(term, self.watchlist, concept, label, languages)
            except TermError as error:
                self._error(str(error), place)

    def _error(self, message: str, path: tuple[Step, ...], key: bool = False) -> None:
        self.problems.add(self.located.error(message, path, key))
