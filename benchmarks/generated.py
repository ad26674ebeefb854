"""Made-up concepts and rules, denser than a person's: the same ones on every run. It measures nothing.

Half of the rules are plain `and`s, a quarter has an `unless`, a quarter asks for near, sentence, paragraph or title.
Three groups in ten are shared concepts or labels of one; three rules in ten keep to one topic.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from texts import TOPICS, Language

CONCEPTS = 200
CONCEPT_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Group:
    """What a rule wants one of: as written, and all terms that an article in the language may hold it by."""

    written: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneratedRule:
    """A rule before it is written. `kind` is `and`, `near`, `sentence`, `paragraph` or `title`; `barred` must not be
    there, or not in the title."""

    name: str
    kind: str
    groups: tuple[Group, ...]
    barred: Group | None = None
    barred_in_title: bool = False

    @property
    def match(self) -> str:
        """Its expression."""
        written = [group.written for group in self.groups]
        if self.kind == "near":
            return f"near(20, {', '.join(written)})"
        together = " and ".join(written)
        return together if self.kind == "and" else f"{self.kind}({together})"

    @property
    def unless(self) -> str | None:
        """Its exclude."""
        if self.barred is None:
            return None
        return f"title({self.barred.written})" if self.barred_in_title else self.barred.written


@dataclass(frozen=True, slots=True)
class SharedConcept:
    """A concept of `concepts.yaml`: terms by label (one without a name if it has none), further ones for another
    language."""

    name: str
    labels: dict[str, list[str]]
    foreign: dict[str, list[str]] = field(default_factory=dict)

    def group(self, label: str | None) -> Group:
        """The concept, or one label of it, as a group of a rule."""
        chosen = self.labels.values() if label is None else [self.labels[label]]
        terms = tuple(term for terms in chosen for term in terms)
        return Group(f"{self.name}:{label}" if label else self.name, terms)


# --- rules ------------------------------------------------------------------------------------------------------------


class Writer:
    """Makes up concepts and rules in a language. The first rules of a longer list are those of a shorter one."""

    def __init__(self, language: Language, seed: int = 31) -> None:
        self.language = language
        self._chance = random.Random(seed)
        self.concepts = [self._concept(f"concept_{number}") for number in range(CONCEPTS)]

    def rules(self, number: int) -> list[GeneratedRule]:
        """So many rules, named r0 and so on."""
        return [self._rule(f"r{n}") for n in range(number)]

    def _rule(self, name: str) -> GeneratedRule:
        chance = self._chance
        topic = chance.randrange(TOPICS) if chance.random() < 0.3 else None
        groups = tuple(self._group(topic) for _ in range(chance.choice((2, 2, 3))))
        dice = chance.random()
        if dice < 0.5:
            return GeneratedRule(name, "and", groups)
        if dice < 0.75:
            barred = self._group(topic) if chance.random() < 0.5 else self._quoted(1, topic)
            return GeneratedRule(name, "and", groups, barred, chance.random() < 0.5)
        return GeneratedRule(name, chance.choice(("near", "sentence", "paragraph", "title")), groups)

    def _group(self, topic: int | None) -> Group:
        chance = self._chance
        if chance.random() >= CONCEPT_SHARE:
            return self._quoted(chance.randint(2, 8), topic)
        concept = chance.choice(self.concepts)
        named = [label for label in concept.labels if label]
        return concept.group(chance.choice(named) if named and chance.random() < 0.4 else None)

    def _quoted(self, number: int, topic: int | None) -> Group:
        terms = tuple(dict.fromkeys(self._term(topic) for _ in range(number)))
        return Group("(" + " or ".join(f'"{term}"' for term in terms) + ")", terms)

    def _term(self, topic: int | None = None, rare: bool = False) -> str:
        terms = self.language.terms if topic is None else self.language.terms[topic::TOPICS]
        term = terms[self._chance.randrange(len(terms) // 4 if rare else 0, len(terms))]
        # One in thirty stands for all words with its beginning.
        cut = len(term) > 7 and " " not in term and self._chance.random() < 0.03
        return term[:-2] + "*" if cut else term

    def _concept(self, name: str) -> SharedConcept:
        """Of 5 to 40 terms, mostly few; half of the concepts have labels, and half list terms of another language."""
        chance = self._chance
        size = min(40, 5 + int(chance.expovariate(1 / 14)))
        names = [f"label_{n}" for n in range(min(size, chance.randint(2, 6)))] if chance.random() < 0.5 else [""]
        terms = list(dict.fromkeys(self._term(rare=True) for _ in range(size)))
        labels = {label: terms[n :: len(names)] for n, label in enumerate(names)}
        if self.language.name == "ja" or chance.random() < 0.5:
            return SharedConcept(name, labels)
        # Words of the far end of the vocabulary stand for those of another language.
        foreign = {label: chance.choices(self.language.words[-20_000:], k=len(own)) for label, own in labels.items()}
        return SharedConcept(name, labels, foreign)


def write(folder: Path, rules: Sequence[GeneratedRule], concepts: Sequence[SharedConcept]) -> None:
    """Writes a configuration directory: `concepts.yaml` and one watchlist."""
    (folder / "watchlists").mkdir(parents=True)
    lines = ["concepts:"]
    for concept in concepts:
        lines += _concept_lines(concept)
    (folder / "concepts.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    expressions = [(rule.match, rule.unless) for rule in rules]
    (folder / "watchlists" / "bench.yaml").write_text(watchlist(expressions), "utf-8")


def watchlist(expressions: Sequence[tuple[str, str | None]]) -> str:
    """A watchlist file of rules r0, r1 ... with these `match` and `unless`."""
    lines = ["rules:"]
    for number, (match, unless) in enumerate(expressions):
        lines += [f"  - name: r{number}", f"    match: {_single(match)}"]
        lines += [f"    unless: {_single(unless)}"] if unless is not None else []
    return "\n".join(lines) + "\n"


def _concept_lines(concept: SharedConcept) -> list[str]:
    lines = [f"  {concept.name}:"]
    indent = "    "
    if "" not in concept.labels:
        lines.append("    labels:")
        indent = "        "
    for label, terms in concept.labels.items():
        lines += [f"      {label}:"] if label else []
        if concept.foreign:
            lines += [f"{indent}en: {_listed(terms)}", f"{indent}id: {_listed(concept.foreign[label])}"]
        else:
            # Without a language a concept with labels, or a label, is a plain list.
            lines[-1] += f" {_listed(terms)}"
    return lines


def _listed(terms: Sequence[str]) -> str:
    return json.dumps(list(terms), ensure_ascii=False)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
