"""The rule language: from text to a tree of nodes. It evaluates nothing.

Each node keeps the words it was written in (`source`), so that an explanation can quote the part that failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, cast

from bot.watch.terms import Term, TermError, parse_term
from bot.yamlfile import suggest

LONGEST = 20_000
"""Longest expression, in characters."""

DEEPEST = 40
"""Deepest nesting of an expression; evaluation recurses."""

WIDEST = 1_000
"""Largest distance of `near` and `before`, in words."""

PARTS = ("title", "lead", "body")
SCOPES = ("sentence", "paragraph")
PREDICATES = ("lang", "source", "tier", "country")
FUNCTIONS = (*PARTS, *SCOPES, *PREDICATES, "near", "before", "atleast", "count")
RESERVED = frozenset((*FUNCTIONS, "and", "or", "not"))


class ExpressionError(ValueError):
    """A mistake in an expression, at `offset` characters from its beginning."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Quoted:
    """A term written in the rule itself."""

    source: str
    term: Term


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept, or one label of it."""

    source: str
    name: str
    label: str | None


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    source: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    source: str
    operands: tuple[Node, ...]


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

Vocabulary = Mapping[str, Iterable[str]]
"""Names of concepts, each with its labels."""

_GRAMMAR = r"""
?start: any
?any: all | all (_OR all)+        -> any_of
?all: unary | unary (_AND unary)+  -> all_of
?unary: _NOT unary              -> negation
      | atom
?atom: "(" any ")"              -> group
     | QUOTED                   -> quoted
     | NAME ":" NAME            -> label
     | NAME "(" args ")" (_AT_LEAST NUMBER)? -> call
     | NAME                     -> concept
args: arg ("," arg)*
?arg: NUMBER                    -> number
    | any
_AND.2: /and\b/i
_OR.2: /or\b/i
_NOT.2: /not\b/i
_AT_LEAST: ">="
QUOTED: /"[^"]*"|“[^”]*”/
NAME: /[^\W\d]\w*/
NUMBER: /\d+/
%import common.WS
%ignore WS
"""


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(text: str, vocabulary: Vocabulary) -> Node:
    """The tree of an expression over these concepts. Raises ExpressionError, with the offset of the first mistake."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

    if not text.strip():
        raise ExpressionError("an empty expression")
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression of {len(text)} characters: at most {LONGEST}")
    _check_depth(text)
    try:
        tree = _parser().parse(text)
    except UnexpectedEOF as error:
        raise ExpressionError("the expression ends too early", len(text)) from error
    except UnexpectedToken as error:
        offset = len(text) if error.token.type == "$END" else int(error.token.start_pos or 0)
        raise ExpressionError(_unexpected(str(error.token), text, offset), offset) from error
    except UnexpectedCharacters as error:
        place = cast(int, error.pos_in_stream)  # lark's stub knows only the class's default
        raise ExpressionError(_unexpected(error.char, text, place), place) from error
    node = _Builder(text, vocabulary).build(tree)
    if not _positive(node):
        raise ExpressionError("a rule that only says what must be absent matches nearly everything: add what to find")
    return node


def _check_depth(text: str) -> None:
    depth = nots = 0
    bare = re.sub(r'"[^"]*"|“[^”]*”', lambda found: " " * len(found[0]), text)
    for found in re.finditer(r"[()]|\bnot\b|\band\b|\bor\b", bare, re.IGNORECASE):
        match found[0].lower():
            case "(":
                depth += 1
            case ")":
                depth -= 1
            case "not":
                nots += 1
            case _:
                nots = 0
        if depth + nots > DEEPEST:
            raise ExpressionError(f"nested more than {DEEPEST} deep", found.start())


def _unexpected(word: str, text: str, offset: int) -> str:
    if not word or offset >= len(text):
        return "the expression ends too early"
    if word in "\"“”'":
        return "a quotation that is not closed" if word != "'" else "terms are quoted with \", not with '"
    before = text[:offset].rstrip()
    operator = before.split()[-1].lower() if before else ""
    if operator in ("and", "or", "not"):
        return f"'{operator}' has nothing to its left"
    if before and (before[-1].isalnum() or before[-1] in '")”') and (word[0].isalnum() or word[0] in '"“('):
        return f"'and' or 'or' is missing before '{word}'"
    return f"unexpected '{word}'"


def _positive(node: Node) -> bool:
    """Whether the node asks for something to be present."""
    match node:
        case Not():
            return False
        case And(operands=operands) | Or(operands=operands) | AtLeast(operands=operands):
            return any(map(_positive, operands))
        case In(operand=operand):
            return _positive(operand)
        case _:
            return True


class _Builder:
    """Turns lark's tree into nodes and checks what a grammar cannot: names, numbers, and what may stand in what."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = {name: tuple(labels) for name, labels in vocabulary.items()}

    def build(self, tree: Any) -> Node:
        kind: str = tree.data
        handler: Callable[[Any, str], Node] = getattr(self, f"_{kind}")
        return handler(tree, self.text[tree.meta.start_pos : tree.meta.end_pos])

    def _group(self, tree: Any, source: str) -> Node:
        return self.build(tree.children[0])

    def _any_of(self, tree: Any, source: str) -> Node:
        return Or(source, tuple(self.build(child) for child in tree.children))

    def _all_of(self, tree: Any, source: str) -> Node:
        return And(source, tuple(self.build(child) for child in tree.children))

    def _negation(self, tree: Any, source: str) -> Node:
        return Not(source, self.build(tree.children[0]))

    def _quoted(self, tree: Any, source: str) -> Node:
        try:
            return Quoted(source, parse_term(source[1:-1]))
        except TermError as error:
            raise ExpressionError(str(error), tree.meta.start_pos) from None

    def _number(self, tree: Any, source: str) -> Node:
        raise ExpressionError(f"a number where an expression belongs: '{source}'", tree.meta.start_pos)

    def _concept(self, tree: Any, source: str) -> Node:
        name = str(tree.children[0])
        if name not in self.vocabulary:
            hint = suggest(name, self.vocabulary)
            if name.lower() in RESERVED:
                hint = f" ('{name.lower()}' is a word of the rule language: {name.lower()}(...))"
            raise ExpressionError(f"unknown concept '{name}'{hint}", tree.meta.start_pos)
        return Concept(source, name, None)

    def _label(self, tree: Any, source: str) -> Node:
        name, label = str(tree.children[0]), str(tree.children[1])
        if name not in self.vocabulary:
            raise ExpressionError(
                f"unknown concept '{name}'{suggest(name, self.vocabulary)}", int(tree.children[0].start_pos)
            )
        if label not in self.vocabulary[name]:
            hint = suggest(label, self.vocabulary[name])
            raise ExpressionError(f"concept '{name}' has no label '{label}'{hint}", int(tree.children[1].start_pos))
        return Concept(source, name, label)

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
        return In(source, function, operand)

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
        if int(number[0]) < 1:
            raise ExpressionError("count( ) >= 0 always holds", offset)
        return Count(source, int(number[0]), operand)

    def _measured(self, source: str, function: str, arguments: Any, offset: int) -> Node:
        first, *rest = arguments.children
        example = "atleast(2, a, b, c)" if function == "atleast" else f"{function}(12, a, b)"
        if first.data != "number" or len(rest) < 2:
            raise ExpressionError(f"{function} is written {example}", offset)
        number = int(self.text[first.meta.start_pos : first.meta.end_pos])
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
        match node:
            case Quoted() | Concept():
                return
            case Or(operands=operands):
                for operand in operands:
                    self._only_words(operand, function, offset)
            case _:
                raise ExpressionError(
                    f"{function}( ) takes terms, concepts, labels and (a or b), not '{node.source}'", offset
                )

    def _forbid(self, node: Node, words: tuple[str, ...], outer: str, offset: int) -> None:
        name = node.where if isinstance(node, In) else node.fact if isinstance(node, About) else None
        if name in words:
            raise ExpressionError(f"{name}( ) cannot stand inside {outer}( )", offset)
        for child in children(node):
            self._forbid(child, words, outer, offset)


def children(node: Node) -> tuple[Node, ...]:
    """The node's direct operands."""
    match node:
        case And(operands=operands) | Or(operands=operands) | Near(operands=operands) | AtLeast(operands=operands):
            return operands
        case Not(operand=operand) | In(operand=operand) | Count(operand=operand):
            return (operand,)
        case _:
            return ()
