"""The meaning of the rule language in obvious lines: word by word, with no automaton and no index. Slow on purpose."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product

from bot.model import Article
from bot.watch.sentences import breaks

SELECTORS = "\u034f\ufe00\ufe0f"
OWNERS = ("", "nya", "ku", "mu")
PARTICLES = ("", "lah", "kah", "pun")
VOICING = "\u3099\u309a"


@dataclass(frozen=True)
class Word:
    text: str
    shown: str
    start: int
    end: int
    glued: bool


@dataclass(frozen=True)
class Use:
    """A term as listed: (None, None) is a term quoted in a rule."""

    term: str
    concept: str | None = None
    label: str | None = None
    language: str | None = None
    clitics: bool = False
    excepts: bool = False


@dataclass(frozen=True)
class Hit:
    use: Use
    unit: int
    sentence: int
    first: int
    last: int


@dataclass(frozen=True)
class Unit:
    part: str
    paragraph: int | None
    text: str
    is_lead: bool
    breaks: tuple[int, ...]
    words: list[Word]


# --- words ----------------------------------------------------------------------------------------------------------


def cjk(word: str) -> bool:
    char = word[0]
    names = ("CJK UNIFIED", "CJK COMPAT", "HIRAGANA", "KATAKANA")
    return char in "々〆〇ー" or (char.isalpha() and unicodedata.name(char, "").startswith(names))


def fold(cluster: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", cluster).casefold())
    kept = [c for c in folded if c in VOICING or unicodedata.category(c) not in ("Mn", "Cf")]
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def words(text: str) -> list[Word]:
    """A character and its marks fold together; a Han or Kana character is a word, so is a run of letters and digits."""
    found: list[Word] = []
    glued = False
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and (unicodedata.category(text[end]) == "Mn" or text[end] in "ﾞﾟ"):
            end += 1
        for char in fold(text[at:end]):
            if not char.isalnum():
                glued = False
                continue
            if glued and not cjk(char) and not cjk(found[-1].text):
                last = found.pop()
                found.append(Word(last.text + char, "", last.start, end, last.glued))
            else:
                found.append(Word(char, "", at, end, glued))
            glued = True
        at = end
    return [Word(w.text, shown(text[w.start : w.end]), w.start, w.end, w.glued) for w in found]


def shown(text: str) -> str:
    visible = [c for c in text if c not in SELECTORS and unicodedata.category(c) != "Cf"]
    return unicodedata.normalize("NFKC", "".join(visible))


def units(article: Article) -> list[Unit]:
    has_standfirst = bool(article.lead.strip()) and article.lead not in article.paragraphs[:1]
    first = next((n for n, text in enumerate(article.paragraphs) if text.strip()), -1)
    texts = [("title", None, article.title, False)]
    texts += [("lead", None, article.lead, True)] if has_standfirst else []
    texts += [("body", n, text, n == first and not has_standfirst) for n, text in enumerate(article.paragraphs)]
    return [
        Unit(part, n, text, lead, () if part == "title" else tuple(breaks(text, article.language)), words(text))
        for part, n, text, lead in texts
        if text.strip()
    ]


# --- terms ----------------------------------------------------------------------------------------------------------


def occurrences(term: str, clitics: bool, unit: Unit) -> Iterator[tuple[int, int]]:
    """First and last word of each occurrence of the term in the unit, within one sentence."""
    wanted = words(term.strip("*"))
    for first in range(len(unit.words) - len(wanted) + 1):
        row = unit.words[first : first + len(wanted)]
        if all(same(term, clitics, wanted, row, n) for n in range(len(row))) and sentence(unit, row[0]) == sentence(
            unit, row[-1]
        ):
            yield first, first + len(wanted) - 1


def same(term: str, clitics: bool, wanted: list[Word], row: list[Word], n: int) -> bool:
    here, there = wanted[n], row[n]
    if n and cjk(here.text) and cjk(wanted[n - 1].text) and here.glued != there.glued:
        return False
    letters = [c for c in term if c.isupper() or c.islower()]
    capitals = bool(letters) and all(c.isupper() for c in letters)
    pairs = [(here.text, there.text)] + ([(here.shown, there.shown)] if capitals else [])
    open_left, open_right = term.startswith("*") and n == 0, term.endswith("*") and n == len(wanted) - 1
    may_carry = clitics and n == len(wanted) - 1 and not open_right and not cjk(here.text)
    for a, b in pairs:
        if may_carry:
            if b not in [a + owner + particle for owner in OWNERS for particle in PARTICLES]:
                return False
        elif open_left and open_right:
            if a not in b:
                return False
        elif open_left:
            if not b.endswith(a):
                return False
        elif not (b.startswith(a) if open_right and not cjk(here.text) else a == b):
            return False
    return True


def sentence(unit: Unit, word: Word) -> int:
    return sum(word.start >= offset for offset in unit.breaks)


def find(article: Article, uses: list[Use]) -> list[Hit]:
    """Every occurrence of every term; a Han or Kana term within a longer listed one is none, unless it is Han, begins
    the longer one and belongs to another concept (a quoted term belongs to itself). Within an exception a term of its
    concept is none."""
    found = [
        Hit(use, n, sentence(unit, unit.words[first]), first, last)
        for n, unit in enumerate(units(article))
        for use in uses
        for first, last in occurrences(use.term, use.clitics, unit)
    ]
    hits = []
    for hit in found:
        wide = [o for o in found if o.unit == hit.unit and any(cjk(w.text) for w in words(o.use.term))]
        around = [
            o for o in wide if o.first <= hit.first and hit.last <= o.last and o.last - o.first > hit.last - hit.first
        ]
        if any(cjk(w.text) for w in words(hit.use.term)):
            around = [o for o in around if not (han(hit.use.term) and o.first == hit.first and other(o.use, hit.use))]
            around = [o for o in around if not (o.use.excepts and other(o.use, hit.use))]
        else:
            around = []
        if not around and (article.language is None or hit.use.language in (None, article.language)):
            hits.append(hit)
    exceptions = [hit for hit in hits if hit.use.excepts]
    return [hit for hit in hits if not hit.use.excepts and not any(covers(other, hit) for other in exceptions)]


def covers(exception: Hit, hit: Hit) -> bool:
    same = (exception.use.concept, exception.unit) == (hit.use.concept, hit.unit)
    return same and exception.first <= hit.first and hit.last <= exception.last


def han(term: str) -> bool:
    return all(c in "々〇" or unicodedata.name(c, "").startswith("CJK") for w in words(term) for c in w.text)


def other(one: Use, two: Use) -> bool:
    return one.concept != two.concept or one.concept is None


# --- expressions ----------------------------------------------------------------------------------------------------

Tree = tuple  # ("term", text) ("concept", name, label) ("and", *x) ("or", *x) ("not", x) ("in", where, x)
#               ("near", n, *x) ("before", n, *x) ("atleast", n, *x) ("count", n, x) ("about", fact, *values)


def solve(tree: Tree, article: Article, hits: list[Hit], whole: str = "") -> list[Hit] | None:
    """The hits that make the tree true, or None; within the part `whole`, if that is not empty."""
    match tree:
        case ("term" | "concept", *_):
            return of(tree, hits) or None
        case ("not", operand):
            return [] if solve(operand, article, hits, whole) is None else None
        case ("and", *operands):
            return gather(operands, len(operands), article, hits, whole)
        case ("or", *operands):
            return gather(operands, 1, article, hits, whole)
        case ("atleast", number, *operands):
            return gather(operands, number, article, hits, whole)
        case ("count", number, operand):
            found, counted, end = of(operand, hits), 0, (-1, -1)
            for hit in sorted(found, key=lambda h: (h.unit, h.first, -h.last)):
                if (hit.unit, hit.first) > end:
                    counted, end = counted + 1, (hit.unit, hit.last)
            return found if counted >= number else None
        case ("near" | "before" as kind, number, *operands):
            taken = [c for c in product(*[of(o, hits) for o in operands]) if close(c, number, kind == "before")]
            return [hit for choice in taken for hit in choice] or None
        case ("in", "title" | "lead" | "body" as part, operand):
            return solve(operand, article, [h for h in hits if within(units(article)[h.unit], part)], part)
        case ("in", scope, operand):
            answers = [solve(operand, article, piece) for piece in pieces(scope, article, hits, whole)]
            return gathered([a for a in answers if a is not None], 1)
        case ("about", fact, *values):
            source = article.source
            facts = {"lang": article.language}
            if source is not None:
                facts |= {"source": source.name, "tier": str(source.tier), "country": source.country}
            return [] if facts.get(fact) in values else None
    raise AssertionError(tree)


def of(tree: Tree, hits: list[Hit]) -> list[Hit]:
    match tree:
        case ("term", text):
            return [hit for hit in hits if hit.use == Use(text)]
        case ("concept", name, label):
            return [hit for hit in hits if hit.use.concept == name and label in (None, hit.use.label)]
        case ("or", *operands):
            return [hit for operand in operands for hit in of(operand, hits)]
    raise AssertionError(tree)


def gather(operands: list[Tree], number: int, article: Article, hits: list[Hit], whole: str) -> list[Hit] | None:
    return gathered([a for o in operands if (a := solve(o, article, hits, whole)) is not None], number)


def gathered(answers: list[list[Hit]], number: int) -> list[Hit] | None:
    return [hit for answer in answers for hit in answer] if len(answers) >= number else None


def close(choice: tuple[Hit, ...], distance: int, ordered: bool) -> bool:
    if len({hit.unit for hit in choice}) > 1:
        return False
    if ordered and any(a.first >= b.first for a, b in pairwise(choice)):
        return False
    return max(hit.last for hit in choice) - min(hit.first for hit in choice) <= distance


def within(unit: Unit, part: str) -> bool:
    return unit.is_lead if part == "lead" else unit.part == part


def pieces(scope: str, article: Article, hits: list[Hit], whole: str) -> Iterator[list[Hit]]:
    for number, unit in enumerate(units(article)):
        if whole and not within(unit, whole):
            continue
        inside = [hit for hit in hits if hit.unit == number]
        if scope == "paragraph":
            yield inside
        else:
            yield from ([h for h in inside if h.sentence == n] for n in range(len(unit.breaks) + 1))


def score(weights: list[tuple[Tree, int]], article: Article, hits: list[Hit]) -> int:
    """Each different term found of each key counts once, and once more in the title."""
    total = 0
    for key, weight in weights:
        found = {hit.use.term for hit in of(key, hits)}
        titled = {hit.use.term for hit in of(key, hits) if units(article)[hit.unit].part == "title"}
        total += weight * (len(found) + len(titled))
    return total
