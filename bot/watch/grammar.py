"""The rule language: from text to a tree of nodes, or to everything that is wrong with it. It judges no article."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

from bot.speech import later
from bot.watch.builder import MOST_NODES, TOO_MANY, Builder, Vocabulary
from bot.watch.expression import ITEM, NAME, QUOTED, WORDS, And, AtLeast, ExpressionError, In, Node, Not, Or

LONGEST = 20_000
"""Longest expression, in characters."""

DEEPEST = 40
"""Deepest nesting of an expression; evaluation recurses."""

ENDS_EARLY = later("the expression ends too early")

_QUOTED = re.compile(QUOTED)
_NAMES = re.compile(r"\w+")
_NESTING = re.compile(r"[()]|\bnot\b|\band\b|\bor\b", re.IGNORECASE)

# An operator where an expression should begin is taken for a name, and what follows it for the mistake.
_MISREAD = re.compile(r"(?:^|[(,]|\b(?:and|or|not))\s*\b(and|or)$", re.IGNORECASE)

# A bracketed list of words (`("a" or "b" or c)`) is one token, and so is a row of such lists and words joined by `and`:
# most of what analysts write are these, and the parser's time is by the token.
_ROW = rf"(?:{ITEM})(?:\s*(?i:and)\b\s*(?:{ITEM}))+"
_GRAMMAR = r"""
?start: any
?any: all | all (_OR all)+        -> any_of
?all: unary
    | unary (_AND unary)+       -> all_of
    | ROW (_AND unary)*         -> row
?unary: _NOT unary              -> negation
      | atom
?atom: "(" any ")"              -> group
     | WORDS                    -> words
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
ROW.4: /@ROW/
WORDS.3: /@WORDS/
QUOTED: /@QUOTED/
NAME: /@NAME/
NUMBER: /[0-9]+/
%import common.WS
%ignore WS
"""


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lark import Lark

    grammar = _GRAMMAR.replace("@ROW", _ROW).replace("@WORDS", WORDS).replace("@QUOTED", QUOTED).replace("@NAME", NAME)
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(text: str, vocabulary: Vocabulary, *, exclude: bool = False) -> Node:
    """The tree of an expression over these concepts. An `exclude` may ask for nothing but absence (`unless: not
    title(japan)`). Raises ExpressionError at the first mistake, with the others it could find."""
    if not text.strip():
        raise ExpressionError(later("an empty expression"))
    _check_size(text)
    builder = Builder(text, vocabulary)
    node = builder.build(_tree(text))
    if builder.errors:
        first, *others = sorted(builder.errors, key=lambda error: error.offset)
        raise ExpressionError(first.text, first.offset, others, **first.values)
    if not exclude and not _positive(node):
        raise ExpressionError(
            later("a rule that only says what must be absent matches nearly everything: add what to find")
        )
    return node


def _tree(text: str) -> Any:
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

    try:
        return _parser().parse(text)
    except UnexpectedEOF as error:
        raise ExpressionError(ENDS_EARLY, len(text)) from error
    except UnexpectedToken as error:
        offset = len(text) if error.token.type == "$END" else int(error.token.start_pos or 0)
        raise _unexpected("" if error.token.type == "$END" else str(error.token), text, offset) from error
    except UnexpectedCharacters as error:
        place = cast(int, error.pos_in_stream)  # lark's stub knows only the class's default
        raise _unexpected(error.char, text, place) from error


def _check_size(text: str) -> None:
    """Refuses what would cost the parser, or the evaluation, seconds."""
    if len(text) > LONGEST:
        raise ExpressionError(
            later("an expression of {number} characters: at most {most}"), number=len(text), most=LONGEST
        )
    if len(text) < MOST_NODES and text.count("(") + text.lower().count("not") <= DEEPEST:
        return
    bare = _QUOTED.sub(lambda found: "q" * len(found[0]), text)
    if len(_NAMES.findall(bare)) > 2 * MOST_NODES:
        raise ExpressionError(TOO_MANY, number=MOST_NODES)
    depth = nots = 0
    for found in _NESTING.finditer(bare):
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
            raise ExpressionError(later("nested more than {number} deep"), found.start(), number=DEEPEST)


_MEANT = {
    "&": "and",
    "|": "or",
    "!": "not",
    "-": "not",
    "（": "(",
    "）": ")",
    "，": ",",
    "、": ",",
    **dict.fromkeys(">=<", "count(concept) >= 3"),
}
"""What is written in place of a sign."""

_SAID_OF = {
    **dict.fromkeys("「«„", later("unexpected '{word}': write terms in \"...\"")),
    "*": later("unexpected '{word}': write a term with a * in quotes"),
}


def _unexpected(word: str, text: str, offset: int) -> ExpressionError:
    """The error for a word at `offset` that cannot stand there."""
    before = text[:offset].rstrip()
    if misread := _MISREAD.search(before):
        return ExpressionError(later("'{word}' has nothing to its left"), misread.start(1), word=misread[1])
    if not word or offset >= len(text):
        return ExpressionError(ENDS_EARLY, len(text))
    if word.isdigit() and not word.isascii():
        return ExpressionError(later("unexpected '{word}': write numbers in the digits 0 to 9"), offset, word=word)
    if word in _SAID_OF:
        return ExpressionError(_SAID_OF[word], offset, word=word)
    if word in _MEANT:
        return ExpressionError(later("unexpected '{word}': write {meant}"), offset, word=word, meant=_MEANT[word])
    if word in "\"“”'":
        single = later("terms are quoted with \", not with '")
        return ExpressionError(single if word == "'" else later("a quotation that is not closed"), offset)
    if before and (before[-1].isalnum() or before[-1] in '")”') and (word[0].isalnum() or word[0] in '"“('):
        return ExpressionError(later("'and' or 'or' is missing before '{word}'"), offset, word=word)
    return ExpressionError(later("unexpected '{word}'"), offset, word=word)


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
