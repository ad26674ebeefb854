"""The nodes an expression is made of. It neither reads nor judges one.

Each node keeps the words it was written in (`source`), so that an explanation can quote the part that failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.watch.lexicon import Operand
from bot.watch.terms import Term

PARTS = ("title", "lead", "body")
SCOPES = ("sentence", "paragraph")
PREDICATES = ("lang", "source", "tier", "country")
FUNCTIONS = (*PARTS, *SCOPES, *PREDICATES, "near", "before", "atleast", "count")
RESERVED = frozenset((*FUNCTIONS, "and", "or", "not"))


class ExpressionError(ValueError):
    """A mistake in an expression, at `offset` characters from its beginning; `others` are further ones in it."""

    def __init__(self, message: str, offset: int = 0, others: Iterable[ExpressionError] = ()) -> None:
        self.message = message if len(message) <= 300 else f"{message[:200]} ... {message[-60:]}"
        super().__init__(self.message)
        self.offset = offset
        self.others = tuple(others)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A term written in the rule itself."""

    source: str
    term: Term
    wanted: Operand


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept, or one label of it."""

    source: str
    name: str
    label: str | None
    wanted: Operand


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    source: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them. `words` is what is looked for where all of them are terms, concepts and labels."""

    source: str
    operands: tuple[Node, ...]
    words: frozenset[Operand] | None


@dataclass(frozen=True, slots=True)
class Not:
    """Not this."""

    source: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In:
    """Within one part (title, lead, body) or within one sentence or paragraph."""

    source: str
    where: str
    operand: Node
    leaves: frozenset[Operand]


@dataclass(frozen=True, slots=True)
class Near:
    """Within `distance` words of each other, in the order written if `ordered`."""

    source: str
    distance: int
    operands: tuple[Node, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `number` of them hold."""

    source: str
    number: int
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """At least `number` occurrences."""

    source: str
    number: int
    operand: Node


@dataclass(frozen=True, slots=True)
class About:
    """A fact about the article: its language, or its source's name, tier or country."""

    source: str
    fact: str
    values: frozenset[str]


Node: TypeAlias = Quoted | Concept | And | Or | Not | In | Near | AtLeast | Count | About


def children(node: Node) -> tuple[Node, ...]:
    """The node's direct operands."""
    match node:
        case And(operands=operands) | Or(operands=operands) | Near(operands=operands) | AtLeast(operands=operands):
            return operands
        case Not(operand=operand) | In(operand=operand) | Count(operand=operand):
            return (operand,)
        case _:
            return ()


def leaves(node: Node) -> Iterator[Quoted | Concept]:
    """The terms and concepts at the ends of the tree."""
    if isinstance(node, Quoted | Concept):
        yield node
    for child in children(node):
        yield from leaves(child)
