"""From a parsed expression to its tree of nodes, with every mistake a grammar cannot see. It judges no article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.watch.expression import (
    FUNCTIONS,
    PARTS,
    PREDICATES,
    RESERVED,
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
)
from bot.watch.lexicon import PER_TERM, Operand
from bot.watch.terms import TermError, parse_term
from bot.yamlfile import suggest

WIDEST = 1_000
"""Largest distance of `near` and `before`, in words."""

MOST_NODES = 1_000
"""Terms, concepts and operators in one expression; longer lists belong into a concept."""

MOST_COUNTED = PER_TERM
"""Largest number of `count`: of more occurrences of one term the rest is not looked at."""

TOO_MANY = f"more than {MOST_NODES} terms and operators: put long lists into a concept"

Vocabulary = Mapping[str, Iterable[str]]
"""Names of concepts, each with its labels."""


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
            raise ExpressionError(TOO_MANY)
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

    def _quoted(self, tree: Any, source: str) -> Node:
        try:
            term = parse_term(source[1:-1])
            return Quoted(source, term, (None, term.text))
        except TermError as error:
            raise ExpressionError(str(error), tree.meta.start_pos) from None

    def _number(self, tree: Any, source: str) -> Node:
        raise ExpressionError(f"a number where an expression belongs: '{source}'", tree.meta.start_pos)

    def _concept(self, tree: Any, source: str) -> Node:
        name = str(tree.children[0])
        if name not in self.vocabulary:
            hint = suggest(name, self.vocabulary)
            if name.lower() in ("and", "or", "not"):
                hint = f" ('{name.lower()}' stands between two expressions)"
            elif name.lower() in RESERVED:
                hint = f" ('{name.lower()}' is a word of the rule language: {name.lower()}(...))"
            hint = hint or f'; a term stands in double quotes: "{name}"'
            raise ExpressionError(f"unknown concept '{name}'{hint}", tree.meta.start_pos)
        return Concept(source, name, None, (name, None))

    def _label(self, tree: Any, source: str) -> Node:
        name, label = str(tree.children[0]), str(tree.children[1])
        if name not in self.vocabulary:
            raise ExpressionError(f"unknown concept '{name}'{suggest(name, self.vocabulary)}", tree.meta.start_pos)
        if label not in self.vocabulary[name]:
            hint = suggest(label, self.vocabulary[name])
            raise ExpressionError(f"concept '{name}' has no label '{label}'{hint}", int(tree.children[1].start_pos))
        return Concept(source, name, label, (name, label))

    def _call(self, tree: Any, source: str) -> Node:
        name, arguments, *number = tree.children
        function, offset = str(name).lower(), int(name.start_pos)
        if function not in FUNCTIONS:
            raise ExpressionError(f"unknown function '{name}'{suggest(str(name), FUNCTIONS)}", offset)
        if number and function != "count":
            raise ExpressionError(f">= belongs to count( ), not to {function}( )", int(number[0].start_pos))
        if function in PREDICATES:
            return self._about(source, function, arguments, offset)
        if function == "count":
            return self._count(source, arguments, number, offset)
        if function in ("near", "before", "atleast"):
            return self._measured(source, function, arguments, offset)
        operands = arguments.children
        if len(operands) != 1:
            raise ExpressionError(f"{function}( ) takes one expression; join several with and / or", offset)
        operand = self.build(operands[0])
        self._forbid(operand, (*PARTS, *SCOPES, *PREDICATES) if function in SCOPES else PARTS, function, offset)
        return In(source, function, operand, frozenset(leaf.wanted for leaf in leaves(operand)))

    def _about(self, source: str, function: str, arguments: Any, offset: int) -> Node:
        values = set()
        for child in arguments.children:
            text = self.text[child.meta.start_pos : child.meta.end_pos]
            wanted = ("number",) if function == "tier" else ("concept", "quoted")
            if child.data not in wanted:
                kind = "numbers" if function == "tier" else "names"
                raise ExpressionError(f"{function}( ) takes {kind}, not '{text}'", child.meta.start_pos)
            values.add(text.strip('"“”') if function == "source" else text.strip('"“”').lower())
        return About(source, function, frozenset(values))

    def _count(self, source: str, arguments: Any, number: list[Any], offset: int) -> Node:
        if len(arguments.children) != 1 or not number:
            raise ExpressionError("count is written count(concept) >= 3", offset)
        operand = self.build(arguments.children[0])
        self._only_words(operand, "count", offset)
        if _integer(number[0]) < 1:
            raise ExpressionError("count( ) >= 0 always holds", offset)
        if _integer(number[0]) > MOST_COUNTED:
            raise ExpressionError(f"count( ) goes up to {MOST_COUNTED}", int(number[0].start_pos))
        return Count(source, _integer(number[0]), operand)

    def _measured(self, source: str, function: str, arguments: Any, offset: int) -> Node:
        first, *rest = arguments.children
        example = "atleast(2, a, b, c)" if function == "atleast" else f"{function}(12, a, b)"
        if first.data != "number" or len(rest) < 2:
            raise ExpressionError(f"{function} is written {example}", offset)
        number = _integer(first.children[0])
        operands = tuple(self.build(child) for child in rest)
        if function == "atleast":
            if not 1 <= number <= len(operands):
                raise ExpressionError(f"atleast({number}, ...) of {len(operands)} expressions", first.meta.start_pos)
            return AtLeast(source, number, operands)
        if not 1 <= number <= WIDEST:
            raise ExpressionError(f"a distance of {number} words: from 1 to {WIDEST}", first.meta.start_pos)
        for operand in operands:
            self._only_words(operand, function, offset)
        return Near(source, number, operands, ordered=function == "before")

    def _only_words(self, node: Node, function: str, offset: int) -> None:
        if _words(node) is None:
            message = f"{function}( ) takes terms, concepts, labels and (a or b), not '{node.source}'"
            raise ExpressionError(message, offset)

    def _forbid(self, node: Node, words: tuple[str, ...], outer: str, offset: int) -> None:
        name = node.where if isinstance(node, In) else node.fact if isinstance(node, About) else None
        if name in words:
            raise ExpressionError(f"{name}( ) cannot stand inside {outer}( )", offset)
        for child in children(node):
            self._forbid(child, words, outer, offset)


def _nothing(source: str) -> Node:
    """What stands for a mistake until it is reported."""
    return Concept(source, "", None, ("", None))


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
