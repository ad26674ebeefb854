"""Reads the rules of a watchlist file: every mistake at its own line and column. It reads no concepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from bot.errors import ConfigErrors
from bot.watch.builder import Vocabulary
from bot.watch.concepts import Problems
from bot.watch.expression import Concept, ExpressionError, Node, Quoted, leaves
from bot.watch.grammar import parse
from bot.watch.models import RuleModel, WatchlistModel
from bot.watch.places import place_in_scalar
from bot.watch.rules import ConceptTerms, Rule, digest, version
from bot.yamlfile import Located, Step, suggest, validate

Words = Quoted | Concept

_HEAVIEST = 1_000_000
"""Far above what the model lets pass: of a larger number the model tells."""


@dataclass(slots=True)
class _Trees:
    """The expressions of one rule."""

    match: Node | None = None
    unless: Node | None = None
    weights: list[tuple[Words, float]] = field(default_factory=list)
    concepts: set[str] = field(default_factory=set)


def read_rules(
    located: Located,
    raw: Callable[[], str],
    concepts: Mapping[str, ConceptTerms],
    vocabulary: Vocabulary,
    problems: Problems,
) -> tuple[WatchlistModel, tuple[Rule, ...]] | None:
    """The file as a model, and its rules; None where anything in it is wrong. `raw` gives the file's text: it is asked
    for only where there is a mistake to point at."""
    before = len(problems.errors)
    reader = _RuleReader(located, raw, vocabulary, problems)
    try:
        model = validate(located, WatchlistModel)
    except ConfigErrors as errors:
        problems.extend(errors)
        model = None
    trees = dict(reader.trees())
    if model is None or len(problems.errors) > before:
        return None
    meaning = cache(lambda name: digest(concepts[name]))
    return model, tuple(_rule(rule, trees[number], meaning) for number, rule in enumerate(model.rules))


def _rule(model: RuleModel, trees: _Trees, meaning: Callable[[str], str]) -> Rule:
    assert trees.match is not None  # else a mistake was reported
    weights = sorted([node.source, weight] for node, weight in trees.weights)
    age = model.max_age.total_seconds() if model.max_age else None
    settings = [model.name, model.priority, weights, model.threshold, age, model.min_sources]
    return Rule(
        name=model.name,
        match=trees.match,
        unless=trees.unless,
        priority=model.priority,
        group_by=model.group_by,
        version=version(settings, (model.match, model.unless or ""), map(meaning, trees.concepts)),
        weights=tuple(trees.weights),
        threshold=model.threshold,
        max_age=model.max_age,
        min_sources=model.min_sources,
    )


class _RuleReader:
    """Reads the expressions from the raw data, so that a mistake in one key of a rule does not hide those in the
    others."""

    def __init__(self, located: Located, raw: Callable[[], str], vocabulary: Vocabulary, problems: Problems) -> None:
        self.located = located
        self.raw = cache(raw)
        self.problems = problems
        self.vocabulary = vocabulary

    def trees(self) -> Iterator[tuple[int, _Trees]]:
        """The expressions of each rule by its number."""
        data = self.located.data.get("rules") if isinstance(self.located.data, dict) else None
        names: set[str] = set()
        for number, rule in enumerate(data if isinstance(data, list) else []):
            if isinstance(rule, dict):
                self._check_name(rule.get("name"), names, ("rules", number, "name"))
                self._check_group(rule.get("group_by"), ("rules", number, "group_by"))
                yield number, self._expressions(rule, ("rules", number))

    def _check_name(self, name: object, names: set[str], place: tuple[Step, ...]) -> None:
        if isinstance(name, str):
            if name in names:
                self._wrong(f"a second rule named '{name}'", place)
            names.add(name)

    def _check_group(self, group: object, place: tuple[Step, ...]) -> None:
        if isinstance(group, str) and not self.vocabulary.get(group):
            hint = suggest(group, [name for name, labels in self.vocabulary.items() if labels])
            self._wrong(f"group_by: no concept with labels '{group}'{hint}", place)

    def _expressions(self, rule: Mapping[str, object], place: tuple[Step, ...]) -> _Trees:
        trees = _Trees()
        for key in ("match", "unless"):
            text = rule.get(key)
            if isinstance(text, str) and text:
                tree = self._parse(text, (*place, key), exclude=key == "unless")
                setattr(trees, key, tree)
                trees.concepts |= _named(tree)
        weights = rule.get("weights")
        if isinstance(weights, dict):
            for key, weight in weights.items():
                node = self._parse(key, (*place, "weights", key), exclude=False, is_key=True)
                if node is not None and not isinstance(node, Quoted | Concept):
                    said = f"a weight belongs to a concept, a label or a term in double quotes, not to '{key}'"
                    self._wrong(said, (*place, "weights", key), key=True)
                elif node is not None and isinstance(weight, int | float) and abs(weight) <= _HEAVIEST:
                    trees.weights.append((node, float(weight)))
                    trees.concepts |= _named(node)
        given = [key for key in ("weights", "threshold") if rule.get(key) is not None]
        if len(given) == 1:
            missing = "threshold" if given == ["weights"] else "weights"
            self._wrong(f"{given[0]} without {missing}: the two belong together", (*place, given[0]), key=True)
        return trees

    def _parse(self, text: str, place: tuple[Step, ...], *, exclude: bool, is_key: bool = False) -> Node | None:
        try:
            return parse(text, self.vocabulary, exclude=exclude)
        except ExpressionError as error:
            start = self.located.place(place, key=is_key)
            for mistake in (error, *error.others):
                at = place_in_scalar(self.raw(), start, text, mistake.offset)
                self.problems.add(self.located.error_at(mistake.message, at))
        return None

    def _wrong(self, message: str, place: tuple[Step, ...], key: bool = False) -> None:
        self.problems.add(self.located.error(message, place, key))


def _named(tree: Node | None) -> set[str]:
    """The concepts an expression names."""
    return {leaf.name for leaf in leaves(tree) if isinstance(leaf, Concept)} if tree is not None else set()
