"""Reads `concepts.yaml` and `watchlists/*.yaml` into watchlists. Every mistake of every file is reported at once,
each at its own line and column; nothing is half loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import ConfigError, ConfigErrors
from bot.model import Priority
from bot.watch.expression import RESERVED, Concept, ExpressionError, Node, children, parse
from bot.watch.lexicon import Use
from bot.watch.rules import ConceptTerms, Rule, Watchlist, Watchlists, build, version
from bot.watch.terms import TermError, parse_term
from bot.yamlfile import Located, Step, found, read, suggest, validate

IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class RuleModel(BaseModel):
    """One rule: a name, what to find, and what must not be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=100, description="Name of the rule, shown in every alert.")]
    match: Annotated[str, Field(min_length=1, description="Expression over concepts and quoted terms.")]
    unless: Annotated[str | None, Field(description="An article for which this holds never matches.")] = None
    priority: Annotated[
        Priority, Field(description="urgent and normal alert at once; low appears in digests only.")
    ] = Priority.NORMAL
    group_by: Annotated[str | None, Field(description="The concept whose labels head the digest's sections.")] = None


class WatchlistModel(BaseModel):
    """A watchlist file. Concepts are checked by hand, since their shape depends on their keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str | None, Field(description="What readers see.")] = None
    concepts: Annotated[Any, Field(description="Concepts of this watchlist, added to the shared ones.")] = None
    rules: Annotated[list[RuleModel], Field(min_length=1, description="At least one rule.")]


class ConceptsModel(BaseModel):
    """`concepts.yaml`: concepts shared by all watchlists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: Annotated[Any, Field(description="Concepts shared by all watchlists.")] = None


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


def load(config_dir: Path | str) -> Watchlists:
    """All watchlists of a configuration directory, ready for `match`. Raises ConfigErrors with every mistake found."""
    directory = Path(config_dir)
    problems = Problems()
    shared_file = directory / "concepts.yaml"
    shared = _read(shared_file, problems) if shared_file.exists() else None
    files = sorted((directory / "watchlists").glob("*.yaml"))
    if not files:
        problems.add(ConfigError("no watchlist: put at least one NAME.yaml here", str(directory / "watchlists")))
    lists = [watchlist for path in files if (watchlist := load_file(path, shared, problems)) is not None]
    if shared is not None and not files:
        _shared_concepts(shared, "", problems)
    if problems.errors:
        raise ConfigErrors(_unique(problems.errors))
    return build(lists)


def _unique(errors: Iterable[ConfigError]) -> list[ConfigError]:
    # The shared concepts are read once per watchlist: their mistakes are said once.
    return list({str(error): error for error in errors}.values())


def _read(path: Path, problems: Problems) -> Located | None:
    try:
        return read(path)
    except ConfigErrors as errors:
        problems.extend(errors)
        return None


def load_file(path: Path, shared: Located | None, problems: Problems) -> Watchlist | None:
    """One watchlist file, or None where it holds a mistake; mistakes go to `problems`."""
    before = len(problems.errors)
    located = _read(path, problems)
    if located is None:
        return None
    if not _FILE_NAME.fullmatch(path.stem):
        problems.add(located.error(f"the file's name '{path.stem}' is not made of a-z, 0-9, - and _", ()))
    if not isinstance(located.data, dict):
        problems.add(
            located.error(f"expected a mapping with title, concepts and rules, found {found(located.data)}", ())
        )
        return None
    concepts = dict(_shared_concepts(shared, path.stem, problems)) if shared is not None else {}
    concepts.update(_concepts(located, located.data.get("concepts"), ("concepts",), path.stem, problems))
    try:
        model = validate(located, WatchlistModel)
    except ConfigErrors as errors:
        problems.extend(errors)
        model = None
    trees = _trees(located, path, concepts, problems)
    if model is None or len(problems.errors) > before:
        return None
    rules = tuple(_rule(rule, *trees[number], concepts) for number, rule in enumerate(model.rules))
    return Watchlist(path.stem, model.title or path.stem, concepts, rules)


# --- concepts -------------------------------------------------------------------------------------------------------


def _shared_concepts(shared: Located, watchlist: str, problems: Problems) -> Mapping[str, ConceptTerms]:
    try:
        validate(shared, ConceptsModel)
    except ConfigErrors as errors:
        problems.extend(errors)
        return {}
    data = shared.data if isinstance(shared.data, dict) else {}
    return _concepts(shared, data.get("concepts"), ("concepts",), watchlist, problems)


def _concepts(
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

    def concept(self, name: str, data: object, path: tuple[Step, ...]) -> ConceptTerms:
        self._check_name("concept", name, path)
        labels: dict[str, tuple[Use, ...]] = {}
        steps = False
        if isinstance(data, dict):
            data = dict(data)
            for key in ("labels", "steps"):
                if key in data:
                    steps = steps or key == "steps"
                    labels.update(self._labels(name, data.pop(key), (*path, key)))
            if not data and labels:
                return ConceptTerms(name, (), labels, steps)
        uses = tuple(self._terms(name, None, data, path, ("labels", "steps")))
        return ConceptTerms(name, uses, labels, steps)

    def _labels(self, concept: str, data: object, path: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Use, ...]]]:
        if not isinstance(data, dict) or not data:
            self._error(f"expected a mapping of labels, found {found(data)}", path)
            return
        for label, terms in data.items():
            self._check_name("label", label, (*path, label))
            yield label, tuple(self._terms(concept, label, terms, (*path, label), ()))

    def _check_name(self, kind: str, name: str, path: tuple[Step, ...]) -> None:
        if not IDENTIFIER.fullmatch(name):
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
                yield Use(parse_term(value), self.watchlist, concept, label, languages)
            except TermError as error:
                self._error(str(error), place)

    def _error(self, message: str, path: tuple[Step, ...], key: bool = False) -> None:
        self.problems.add(self.located.error(message, path, key))


# --- rules ----------------------------------------------------------------------------------------------------------


def _trees(
    located: Located, path: Path, concepts: Mapping[str, ConceptTerms], problems: Problems
) -> dict[int, tuple[Node, Node | None]]:
    """The expressions of each rule by its number: read from the raw data, so that a mistake in one key of a rule does
    not hide those in the others."""
    data = located.data.get("rules") if isinstance(located.data, dict) else None
    rules = data if isinstance(data, list) else []
    vocabulary = {name: tuple(concept.labels) for name, concept in concepts.items()}
    lines = path.read_text("utf-8-sig").splitlines()
    names: set[object] = set()
    trees: dict[int, tuple[Node, Node | None]] = {}
    for number, rule in enumerate(rules):
        if not isinstance(rule, dict):
            continue
        place: tuple[Step, ...] = ("rules", number)
        if isinstance(rule.get("name"), str) and rule["name"] in names:
            problems.add(located.error(f"a second rule named '{rule['name']}'", (*place, "name")))
        names.add(str(rule.get("name")))
        group = rule.get("group_by")
        if isinstance(group, str) and not vocabulary.get(group):
            hint = suggest(group, [name for name, labels in vocabulary.items() if labels])
            problems.add(located.error(f"group_by: no concept with labels '{group}'{hint}", (*place, "group_by")))
        found_trees: dict[str, Node] = {}
        for key in ("match", "unless"):
            text = rule.get(key)
            if isinstance(text, str) and text:
                try:
                    found_trees[key] = parse(text, vocabulary)
                except ExpressionError as error:
                    line, column = _inside(lines, located.place((*place, key)), error.offset)
                    problems.add(ConfigError(error.message, located.file, line, column))
        if "match" in found_trees:
            trees[number] = (found_trees["match"], found_trees.get("unless"))
    return trees


def _rule(model: RuleModel, match: Node, unless: Node | None, concepts: Mapping[str, ConceptTerms]) -> Rule:
    used = {name for tree in (match, unless) if tree is not None for name in _names(tree)}
    meaning = version(model.name, model.match, model.unless, model.priority, [concepts[name] for name in sorted(used)])
    return Rule(model.name, match, unless, model.priority, model.group_by, meaning)


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Concept):
        yield node.name
    for child in children(node):
        yield from _names(child)


def _inside(lines: Sequence[str], place: tuple[int, int], offset: int) -> tuple[int, int]:
    """The place of character `offset` of a text that begins at `place`, on one line, quoted, or folded over several:
    in every style a line's end and its indentation stand for one character."""
    line, column = place
    first = lines[line - 1][column - 1 :]
    if first[:1] in ("|", ">"):
        line, column = line + 1, 1
    elif first[:1] in ('"', "'"):
        column += 1
    while line <= len(lines):
        content = lines[line - 1][column - 1 :]
        indent = len(content) - len(content.lstrip())
        length = len(content.strip())
        if offset <= length or line == len(lines):
            return line, column + indent + min(offset, length)
        offset -= length + 1
        line, column = line + 1, 1
    return place


# --- the archive's search, and schemas ------------------------------------------------------------------------------


def search(watchlists: Watchlists, expression: str) -> Watchlists:
    """One expression over the concepts of all watchlists, as a watchlist of its own named `search`. Raises
    ExpressionError. Of concepts with one name, the one of the first watchlist counts."""
    concepts: dict[str, ConceptTerms] = {}
    for watchlist in watchlists.lists.values():
        for name, concept in watchlist.concepts.items():
            concepts.setdefault(name, _moved(concept))
    tree = parse(expression, {name: tuple(concept.labels) for name, concept in concepts.items()})
    rule = Rule("search", tree, None, Priority.NORMAL, None, "")
    return build([Watchlist("search", expression, concepts, (rule,))])


def _moved(concept: ConceptTerms) -> ConceptTerms:
    def move(uses: Iterable[Use]) -> tuple[Use, ...]:
        return tuple(Use(use.term, "search", use.concept, use.label, use.languages) for use in uses)

    return ConceptTerms(
        concept.name, move(concept.uses), {k: move(v) for k, v in concept.labels.items()}, concept.steps
    )


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas for editors: `watchlist` and `concepts`."""
    terms = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    by_language = {"type": "object", "patternProperties": {"^[a-z]{2}$": terms}, "additionalProperties": False}
    spec = {"anyOf": [terms, by_language]}
    labels = {"type": "object", "additionalProperties": spec, "minProperties": 1}
    concept = {
        "anyOf": [terms, {**by_language, "properties": {"labels": labels, "steps": labels}}],
        "description": "Terms for every language (a list) or by language, and labels or steps.",
    }
    result = {"watchlist": WatchlistModel.model_json_schema(), "concepts": ConceptsModel.model_json_schema()}
    for schema in result.values():
        schema["properties"]["concepts"].update({"type": "object", "additionalProperties": concept})
    return result
