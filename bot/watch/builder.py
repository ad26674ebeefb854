"""From a parsed expression to its tree of nodes, with every mistake a grammar cannot see. It judges no article."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from bot.speech import later
from bot.watch.expression import (
    ATOM,
    FUNCTIONS,
    ITEM,
    PARTS,
    PREDICATES,
    SCOPES,
    About,
    And,
    AtLeast,
    Concept,
    Count,
    ExpressionError,
    In,
    Near,
    Node,
    Not,
    Or,
    Quoted,
    children,
    leaves,
    needs,
)
from bot.watch.operands import Operand, Operands
from bot.watch.terms import TermError, parse_term
from bot.watch.unknown import unknown_concept, unknown_function, unknown_label
from bot.watch.uses import PER_TERM

WIDEST = 1_000
"""Largest distance of `near` and `before`, in words."""

MOST_NODES = 1_000
"""Terms, concepts and operators in one expression; longer lists belong into a concept."""

MOST_COUNTED = PER_TERM
"""Largest number of `count`: of more occurrences of one term the rest is not looked at."""

TOO_MANY = later("more than {number} terms and operators: put long lists into a concept")

_ATOM = re.compile(ATOM)
_ITEM = re.compile(ITEM)


class Vocabulary(Mapping[str, Collection[str]]):
    """A watchlist's concepts by name, each with its labels, and the nodes for what its rules ask for: equal words
    share one."""

    def __init__(self, watchlist: str, concepts: Mapping[str, Collection[str]], operands: Operands) -> None:
        self._watchlist = watchlist
        self._concepts = concepts
        self._operands = operands
        self._nodes: dict[str, Quoted | Concept] = {}

    def __getitem__(self, name: str) -> Collection[str]:
        return self._concepts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._concepts)

    def __len__(self) -> int:
        return len(self._concepts)

    def known(self, source: str) -> Quoted | Concept | None:
        """The node for a word that was asked for before."""
        node = self._nodes.get(source)
        if node is not None:
            self._operands.asked[node.wanted] += 1
        return node

    def concept(self, source: str, name: str, label: str | None) -> Concept:
        """The node for a concept, or one of its labels."""
        node = Concept(source, name, label, self._operands.concept(self._watchlist, name, label))
        self._keep(node)
        return node

    def quoted(self, source: str) -> Quoted:
        """The node for a term in quotes. Raises TermError."""
        term = parse_term(source[1:-1])
        node = Quoted(source, term, self._operands.quoted(self._watchlist, term))
        self._keep(node)
        return node

    def _keep(self, node: Quoted | Concept) -> None:
        self._operands.asked[node.wanted] += 1
        self._nodes[node.source] = node


_ENOUGH_ERRORS = 20
"""After so many mistakes in one expression the rest of it is not looked at: each costs a search for a suggestion."""


class Builder:
    """Turns lark's tree into nodes and checks what a grammar cannot: names, numbers, and what may stand in what."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.errors: list[ExpressionError] = []
        self._nodes = 0

    def build(self, tree: Any) -> Node:
        """The node of this tree; a mistake is kept in `errors`, and something harmless stands in for the node."""
        kind: str = tree.data
        self._nodes += 1
        if len(self.errors) >= _ENOUGH_ERRORS:
            return _nothing("")
        if self._nodes > MOST_NODES:
            raise ExpressionError(TOO_MANY, number=MOST_NODES)
        handler: Callable[[Any, str], Node] = getattr(self, f"_{kind}")
        source = self.text[tree.meta.start_pos : tree.meta.end_pos]
        try:
            return handler(tree, source)
        except ExpressionError as error:
            if self._nodes > MOST_NODES:
                raise
            self.errors.append(error)
            return _nothing(source)

    def _group(self, tree: Any, source: str) -> Node:
        return self.build(tree.children[0])

    def _any_of(self, tree: Any, source: str) -> Node:
        operands = tuple(self.build(child) for child in tree.children)
        words = [_words(operand) for operand in operands]
        return Or(source, operands, None if None in words else frozenset().union(*filter(None, words)))

    def _all_of(self, tree: Any, source: str) -> Node:
        return And(source, tuple(self.build(child) for child in tree.children))

    def _negation(self, tree: Any, source: str) -> Node:
        return Not(source, self.build(tree.children[0]))

    def _row(self, tree: Any, source: str) -> Node:
        """Words and bracketed lists of words joined by `and`, which the grammar takes as one token, and what else is
        joined to them."""
        token, *rest = tree.children
        start = tree.meta.start_pos
        items = [self._item(found[0], start + found.start()) for found in _ITEM.finditer(token)]
        return And(source, (*items, *map(self.build, rest)))

    def _words(self, tree: Any, source: str) -> Node:
        """A bracketed list of words, which the grammar takes as one token."""
        return self._item(source, tree.meta.start_pos)

    def _item(self, source: str, offset: int) -> Node:
        if source[0] != "(":
            return self._atom(source, offset)
        atoms = tuple(self._atom(found[0], offset + found.start()) for found in _ATOM.finditer(source))
        if len(atoms) == 1:
            return atoms[0]
        return Or(source[1:-1].strip(), atoms, frozenset([atom.wanted for atom in atoms]))

    def _atom(self, source: str, offset: int) -> Quoted | Concept:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ExpressionError(TOO_MANY, number=MOST_NODES)
        known = self.vocabulary.known(source)
        if known is not None:
            return known
        try:
            if source[0] in '"“':
                return self._term(source, offset)
            name, _, label = source.partition(":")
            return self._named(source, name, label.strip() or None, offset)
        except ExpressionError as error:
            if len(self.errors) < _ENOUGH_ERRORS:
                self.errors.append(error)
            return _nothing(source)

    def _quoted(self, tree: Any, source: str) -> Node:
        return self._term(source, tree.meta.start_pos)

    def _term(self, source: str, offset: int) -> Quoted:
        try:
            return self.vocabulary.quoted(source)
        except TermError as error:
            raise ExpressionError(error.text, offset, (), **error.values) from None

    def _number(self, tree: Any, source: str) -> Node:
        raise ExpressionError(
            later("a number where an expression belongs: '{given}'"), tree.meta.start_pos, given=source
        )

    def _concept(self, tree: Any, source: str) -> Node:
        return self._named(source, str(tree.children[0]), None, tree.meta.start_pos)

    def _label(self, tree: Any, source: str) -> Node:
        return self._named(source, str(tree.children[0]), str(tree.children[1]), tree.meta.start_pos)

    def _named(self, source: str, name: str, label: str | None, offset: int) -> Concept:
        name = name.strip()
        if name not in self.vocabulary:
            raise unknown_concept(name, label, self.vocabulary, offset)
        if label is not None and label not in self.vocabulary[name]:
            raise unknown_label(name, label, self.vocabulary[name], offset + source.rindex(label))
        return self.vocabulary.concept(source, name, label)

    def _call(self, tree: Any, source: str) -> Node:
        name, arguments, *number = tree.children
        function, offset = str(name).lower(), int(name.start_pos)
        if function not in FUNCTIONS:
            raise unknown_function(str(name), offset)
        if number and function != "count":
            raise ExpressionError(
                later(">= belongs to count( ), not to {function}( )"), int(number[0].start_pos), function=function
            )
        if function in PREDICATES:
            return self._about(source, function, arguments, offset)
        if function == "count":
            return self._count(source, arguments, number, offset)
        if function in ("near", "before", "atleast"):
            return self._measured(source, function, arguments, offset)
        operands = arguments.children
        if len(operands) != 1:
            raise ExpressionError(
                later("{function}( ) takes one expression; join several with and / or"), offset, function=function
            )
        operand = self.build(operands[0])
        self._forbid(operand, (*PARTS, *SCOPES, *PREDICATES) if function in SCOPES else PARTS, function, offset)
        wanted = frozenset(leaf.wanted for leaf in leaves(operand))
        return In(source, function, operand, wanted, tuple(needs(operand)))

    def _about(self, source: str, function: str, arguments: Any, offset: int) -> Node:
        values = set()
        for child in arguments.children:
            text = self.text[child.meta.start_pos : child.meta.end_pos]
            wanted = ("number",) if function == "tier" else ("concept", "quoted")
            if child.data not in wanted:
                said = (
                    later("{function}( ) takes numbers, not '{given}'")
                    if function == "tier"
                    else later("{function}( ) takes names, not '{given}'")
                )
                raise ExpressionError(said, child.meta.start_pos, function=function, given=text)
            values.add(text.strip('"“”') if function == "source" else text.strip('"“”').lower())
        return About(source, function, frozenset(values))

    def _count(self, source: str, arguments: Any, number: list[Any], offset: int) -> Node:
        if len(arguments.children) != 1 or not number:
            raise ExpressionError(
                later("{function} is written {example}"), offset, function="count", example="count(concept) >= 3"
            )
        operand = self.build(arguments.children[0])
        self._only_words(operand, "count", offset)
        if _integer(number[0]) < 1:
            raise ExpressionError(later("count( ) >= 0 always holds"), offset)
        if _integer(number[0]) > MOST_COUNTED:
            raise ExpressionError(later("count( ) goes up to {number}"), int(number[0].start_pos), number=MOST_COUNTED)
        return Count(source, _integer(number[0]), operand)

    def _measured(self, source: str, function: str, arguments: Any, offset: int) -> Node:
        first, *rest = arguments.children
        example = "atleast(2, a, b, c)" if function == "atleast" else f"{function}(12, a, b)"
        if first.data != "number" or len(rest) < 2:
            raise ExpressionError(later("{function} is written {example}"), offset, function=function, example=example)
        number = _integer(first.children[0])
        operands = tuple(self.build(child) for child in rest)
        if function == "atleast":
            if not 1 <= number <= len(operands):
                raise ExpressionError(
                    later("atleast({number}, ...) of {all} expressions"),
                    first.meta.start_pos,
                    number=number,
                    all=len(operands),
                )
            return AtLeast(source, number, operands)
        if not 1 <= number <= WIDEST:
            raise ExpressionError(
                later("a distance of {number} words: from 1 to {most}"),
                first.meta.start_pos,
                number=number,
                most=WIDEST,
            )
        for operand in operands:
            self._only_words(operand, function, offset)
        groups = tuple(_words(operand) or frozenset() for operand in operands)
        return Near(source, number, operands, ordered=function == "before", needs=groups)

    def _only_words(self, node: Node, function: str, offset: int) -> None:
        if _words(node) is None:
            said = later("{function}( ) takes terms, concepts, labels and (a or b), not '{given}'")
            raise ExpressionError(said, offset, function=function, given=node.source)

    def _forbid(self, node: Node, words: tuple[str, ...], outer: str, offset: int) -> None:
        name = node.where if isinstance(node, In) else node.fact if isinstance(node, About) else None
        if name in words:
            raise ExpressionError(later("{inner}( ) cannot stand inside {outer}( )"), offset, inner=name, outer=outer)
        for child in children(node):
            self._forbid(child, words, outer, offset)


def _nothing(source: str) -> Concept:
    """What stands for a mistake until it is reported."""
    return Concept(source, "", None, -1)


def _words(node: Node) -> frozenset[Operand] | None:
    """What a term, a concept, a label or an or-group of these looks for; None for any other node."""
    match node:
        case Quoted(wanted=wanted) | Concept(wanted=wanted):
            return frozenset([wanted])
        case Or(words=words):
            return words
        case _:
            return None


def _integer(digits: str) -> int:
    """The number; one of many digits is only known to be too large."""
    return int(digits) if len(digits) < 10 else 10**9
