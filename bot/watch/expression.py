"""The nodes an expression is made of. It neither reads nor judges one.

Each node keeps the words it was written in (`source`), so that an explanation can quote the part that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.watch.mistakes import WrittenMistake
from bot.watch.operands import Operand
from bot.watch.terms import Term

PARTS = ("title", "lead", "body")
SCOPES = ("sentence", "paragraph")
PREDICATES = ("lang", "source", "tier", "country")
FUNCTIONS = (*PARTS, *SCOPES, *PREDICATES, "near", "before", "atleast", "count")
RESERVED = frozenset((*FUNCTIONS, "and", "or", "not"))

NAME = r"[^\W\d]\w*(?:-\w+)*"
QUOTED = r'"[^"]*"|“[^“”]*”'
ATOM = rf"{QUOTED}|(?<!\w)(?!(?i:and|or|not)\b){NAME}(?!\w)(?:\s*:\s*{NAME}(?!\w))?(?!\s*[(:])"
"""A term in quotes, a concept, or a label of one, as written."""

WORDS = rf"\(\s*(?:{ATOM})(?:\s*(?i:or)\b\s*(?:{ATOM}))*\s*\)"
"""Several of these in brackets, joined by `or`."""

ITEM = rf"{WORDS}|{ATOM}"


class ExpressionError(WrittenMistake):
    """A mistake in an expression, at `offset` characters from its beginning; `others` are further ones in it."""

    def __init__(self, text: str, offset: int = 0, others: Iterable[ExpressionError] = (), **values: object) -> None:
        super().__init__(text, **values)
        self.offset = offset
        self.others = tuple(others)


Groups: TypeAlias = tuple[frozenset[Operand], ...]
"""Of each group at least one operand must be found."""


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
    needs: Groups
    """What each sentence or paragraph in which it holds must have."""


@dataclass(frozen=True, slots=True)
class Near:
    """Within `distance` words of each other, in the order written if `ordered`."""

    source: str
    distance: int
    operands: tuple[Node, ...]
    ordered: bool
    needs: Groups
    """What is looked for by each operand."""


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
    nodes = [node]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Quoted | Concept):
            yield node
        else:
            nodes += reversed(children(node))


def words(node: Node) -> Groups | None:
    """What is looked for where a node only joins terms, concepts, labels and lists of these by `and`: it holds if one
    of each group is there. None for any other node."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return (frozenset([wanted]),)
        case Or(words=known) if known is not None:
            return (known,)
        case And(operands=operands):
            groups = [words(operand) for operand in operands]
            return None if None in groups else tuple(group for found in groups for group in found or ())
        case _:
            return None


def needs(node: Node, cost: Callable[[frozenset[Operand]], int] = len) -> list[frozenset[Operand]]:
    """The groups of operands of which one each must be found for the node to hold; none if it can hold without. Of an
    `or` each branch may fail for want of any of its groups: the one of least `cost` stands for it."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return [frozenset([wanted])]
        case Or(words=words) if words is not None:
            return [words]
        case And(operands=operands) | Near(operands=operands):
            return [group for operand in operands for group in needs(operand, cost)]
        case Or(operands=operands) | AtLeast(operands=operands):
            branches = [needs(operand, cost) for operand in operands]
            return [frozenset().union(*(min(groups, key=cost) for groups in branches))] if all(branches) else []
        case In(operand=operand) | Count(operand=operand):
            return needs(operand, cost)
        case Not() | About():
            return []
