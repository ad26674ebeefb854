"""Reads `concepts.yaml` and `watchlists/*.yaml` into watchlists. Every mistake of every file is reported at once,
each at its own line and column; nothing is half loaded.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.errors import ConfigError, ConfigErrors
from bot.model import Priority
from bot.watch.builder import Vocabulary
from bot.watch.concepts import Problems, read_concepts, shared_concepts
from bot.watch.grammar import parse
from bot.watch.operands import Operands
from bot.watch.rulefile import read_rules
from bot.watch.rules import ConceptTerms, Rule, Watchlist, Watchlists, build
from bot.watch.uses import Use
from bot.yamlfile import Located, found, read

_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def load(config_dir: Path | str) -> Watchlists:
    """All watchlists of a configuration directory, ready for `match`. Raises ConfigErrors with every mistake found."""
    with _without_collection():
        return _load(Path(config_dir))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Python's search for garbage looks at every object again and again while millions are made that all stay. They
    are none of its business afterwards either: its next search would take most of a second, in the midst of work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        if not gc.get_freeze_count():
            # Only once: what is alive at a later load may be garbage some day.
            gc.freeze()
    finally:
        if was_on:
            gc.enable()


def _load(directory: Path) -> Watchlists:
    problems = Problems()
    shared_file = directory / "concepts.yaml"
    shared = _read(shared_file, problems) if shared_file.exists() else None
    # Editors and file systems keep files of their own beside ours (`.#name.yaml`, `._name.yaml`).
    files = sorted(path for path in (directory / "watchlists").glob("*.yaml") if not path.name.startswith("."))
    if not files:
        problems.add(ConfigError("no watchlist: put at least one NAME.yaml here", str(directory / "watchlists")))
    operands = Operands()
    lists = [watchlist for path in files if (watchlist := load_file(path, shared, operands, problems)) is not None]
    if shared is not None and not files:
        shared_concepts(shared, "", problems)
    if problems.errors:
        raise ConfigErrors(_unique(problems.errors))
    return build(lists, operands)


def _unique(errors: Iterable[ConfigError]) -> list[ConfigError]:
    # The shared concepts are read once per watchlist: their mistakes are said once.
    return list({str(error): error for error in errors}.values())


def _read(path: Path, problems: Problems) -> Located | None:
    try:
        return read(path)
    except ConfigErrors as errors:
        problems.extend(errors)
        return None


def load_file(path: Path, shared: Located | None, operands: Operands, problems: Problems) -> Watchlist | None:
    """One watchlist file, or None where it holds a mistake; mistakes go to `problems`."""
    located = _read(path, problems)
    if located is None:
        return None
    if not _FILE_NAME.fullmatch(path.stem):
        problems.add(located.error(f"the file's name '{path.stem}' is not made of a-z, 0-9, - and _", ()))
    return load_located(located, lambda: path.read_text("utf-8-sig"), path.stem, shared, operands, problems)


def load_located(
    located: Located,
    raw: Callable[[], str],
    name: str,
    shared: Located | None,
    operands: Operands,
    problems: Problems,
) -> Watchlist | None:
    """The same for a file that is read already, under any name. `raw` gives its text, where there is a mistake to
    point at."""
    before = len(problems.errors)
    if not isinstance(located.data, dict):
        problems.add(
            located.error(f"expected a mapping with title, concepts and rules, found {found(located.data)}", ())
        )
        return None
    concepts = dict(shared_concepts(shared, name, problems)) if shared is not None else {}
    concepts.update(read_concepts(located, located.data.get("concepts"), ("concepts",), name, problems))
    words = vocabulary(name, concepts, operands)
    answer = read_rules(located, raw, concepts, words, problems)
    if answer is None or len(problems.errors) > before:
        return None
    model, rules = answer
    title = model.title or Path(located.file).stem
    return Watchlist(name, title, concepts, rules, " ".join((model.description or "").split()))


# --- the archive's search --------------------------------------------------------------------------------------------


def search(watchlists: Watchlists, expression: str) -> Watchlists:
    """One expression over the concepts of all watchlists, as a watchlist of its own named `search`. Raises
    ExpressionError. Of concepts with one name, the one of the first watchlist counts."""
    concepts: dict[str, ConceptTerms] = {}
    for watchlist in watchlists.lists.values():
        for name, concept in watchlist.concepts.items():
            concepts.setdefault(name, _moved(concept))
    operands = Operands()
    tree = parse(expression, vocabulary("search", concepts, operands))
    rule = Rule("search", tree, None, Priority.NORMAL, None)
    return build([Watchlist("search", expression, concepts, (rule,))], operands)


def vocabulary(watchlist: str, concepts: Mapping[str, ConceptTerms], operands: Operands) -> Vocabulary:
    """What expressions of a watchlist may name."""
    return Vocabulary(watchlist, {name: tuple(concept.labels) for name, concept in concepts.items()}, operands)


def _moved(concept: ConceptTerms) -> ConceptTerms:
    def move(uses: Iterable[Use]) -> tuple[Use, ...]:
        return tuple(replace(use, watchlist="search") for use in uses)

    labels = {name: move(uses) for name, uses in concept.labels.items()}
    return replace(concept, uses=move(concept.uses), labels=labels, exceptions=move(concept.exceptions))
