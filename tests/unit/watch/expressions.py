"""Generated expressions and articles for the comparison with the naive evaluator. Each tree renders as text."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.model import Article, Source
from watch.naive import Tree, Use

CONCEPTS = """
concepts:
  japan: {en: [Japan, Japanese, "Tokyo's"], id: [Jepang], ja: [日本, 防衛省]}
  defence: {en: [défense, "joint exercise*"], id: ["pertahan*", "*tandatangan*"], ja: [防衛, 防衛協力]}
  partner:
    labels:
      indonesia: {en: [Indonesia, "the Republic"], id: [RI, Indonesia], ja: [インドネシア, 日尼]}
      india: {en: [India], ja: [インド]}
      nato: [NATO, Nato, NATO加盟国]
      peru: [PERÚ]
    except: {en: ["the Republic of India", "NATO Japan"], ja: [日本インド, 日尼会議], id: ["RI Indonesia"]}
  self: {en: [defense], ja: [防衛], except: ["self defense", 自防衛, "defense pact"]}
  plain: [EU, Uni Eropa, 日, "*kerja sam*"]
  carrying: {clitics: true, id: [Jepang, "kerja sama", RI, "tangan*"], en: [India]}
"""

USES = [
    *(Use(term, "japan", None, "en") for term in ("Japan", "Japanese", "Tokyo's")),
    Use("Jepang", "japan", None, "id"),
    *(Use(term, "japan", None, "ja") for term in ("日本", "防衛省")),
    *(Use(term, "defence", None, "en") for term in ("défense", "joint exercise*")),
    *(Use(term, "defence", None, "id") for term in ("pertahan*", "*tandatangan*")),
    *(Use(term, "defence", None, "ja") for term in ("防衛", "防衛協力")),
    *(Use(term, "partner", "indonesia", "en") for term in ("Indonesia", "the Republic")),
    *(Use(term, "partner", "indonesia", "id") for term in ("RI", "Indonesia")),
    *(Use(term, "partner", "indonesia", "ja") for term in ("インドネシア", "日尼")),
    Use("India", "partner", "india", "en"),
    Use("インド", "partner", "india", "ja"),
    *(Use(term, "partner", "nato") for term in ("NATO", "Nato", "NATO加盟国")),
    Use("PERÚ", "partner", "peru"),
    *(Use(term, "plain") for term in ("EU", "Uni Eropa", "日", "*kerja sam*")),
    *(Use(term, "carrying", None, "id", clitics=True) for term in ("Jepang", "kerja sama", "RI", "tangan*")),
    Use("India", "carrying", None, "en"),
    *(Use(term, "partner", None, "en", excepts=True) for term in ("the Republic of India", "NATO Japan")),
    *(Use(term, "partner", None, "ja", excepts=True) for term in ("日本インド", "日尼会議")),
    Use("RI Indonesia", "partner", None, "id", excepts=True),
    Use("defense", "self", None, "en"),
    Use("防衛", "self", None, "ja"),
    *(Use(term, "self", None, excepts=True) for term in ("self defense", "自防衛", "defense pact")),
]

QUOTED = [
    "Japan", "self defense", "defense", "EU", "kerja sama", "latihan*", "*tangan*", "防衛", "防衛省", "協力",
    "NATO", "ASEAN会議", "the", "Jepang-Indonesia", "2+2", "PERÚ", "perú",
]  # fmt: skip
LABELS = (("partner", "indonesia"), ("partner", "india"), ("partner", "nato"), ("partner", "peru"))
NAMES = ("japan", "defence", "partner", "plain", "carrying", "self")

# --- expressions ----------------------------------------------------------------------------------------------------

terms = st.sampled_from(QUOTED).map(lambda text: ("term", text))
concepts = st.sampled_from(NAMES).map(lambda name: ("concept", name, None))
labels = st.sampled_from(LABELS).map(lambda pair: ("concept", *pair))
atoms = st.one_of(terms, concepts, concepts, labels)
groups = st.one_of(atoms, atoms, st.lists(atoms, min_size=2, max_size=3).map(lambda many: ("or", *many)))
facts = st.one_of(
    st.sampled_from([("lang", "id"), ("lang", "en", "ja"), ("country", "jp"), ("tier", "1"), ("tier", "2", "3")]),
    st.sampled_from([("source", "antara"), ("source", "kyodo", "nhk-world")]),
).map(lambda fact: ("about", *fact))
windows = st.tuples(
    st.sampled_from(["near", "before"]), st.sampled_from([1, 2, 2, 3, 5, 9]), st.lists(groups, min_size=2, max_size=3)
).map(lambda near: (near[0], near[1], *near[2]))
counts = st.tuples(st.just("count"), st.integers(1, 4), groups)
leaves = st.one_of(atoms, atoms, windows, windows, counts)


def composed(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    many = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        many.map(lambda operands: ("and", *operands)),
        many.map(lambda operands: ("or", *operands)),
        inner.map(lambda operand: ("not", operand)),
        many.flatmap(lambda ops: st.integers(1, len(ops)).map(lambda number: ("atleast", number, *ops))),
    )


def inside(names: list[str], inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.tuples(st.just("in"), st.sampled_from(names), inner)


keys = st.tuples(atoms, st.sampled_from([-3, 1, 2, 5]))
weightings = st.tuples(st.lists(keys, min_size=1, max_size=3, unique_by=lambda key: render(key[0])), st.integers(1, 6))

units = inside(["sentence", "paragraph"], st.recursive(leaves, composed, max_leaves=4))
parts = inside(["title", "lead", "body"], st.recursive(st.one_of(leaves, units, facts), composed, max_leaves=4))
trees = st.recursive(st.one_of(leaves, leaves, units, parts, facts), composed, max_leaves=6)


def positive(tree: Tree) -> bool:
    """Whether the tree asks for something to be there: a rule that only says `not` is refused."""
    match tree:
        case ("not", _):
            return False
        case ("and" | "or", *operands) | ("atleast", _, *operands):
            return any(map(positive, operands))
        case ("in", _, operand):
            return positive(operand)
    return True


def render(tree: Tree, outer: int = 0) -> str:
    """The tree as an analyst writes it, with no more brackets than it needs."""
    match tree:
        case ("term", text):
            return f'"{text}"'
        case ("concept", name, label):
            return name if label is None else f"{name}:{label}"
        case ("not", operand):
            return f"not {render(operand, 3)}"
        case ("and" | "or" as word, *operands):
            level = 2 if word == "and" else 1
            text = f" {word} ".join(render(operand, level + 1) for operand in operands)
            return f"({text})" if level < outer else text
        case ("in", where, operand):
            return f"{where}({render(operand)})"
        case ("count", number, operand):
            return f"count({render(operand)}) >= {number}"
        case ("near" | "before" | "atleast" as word, number, *operands):
            return f"{word}({number}, {', '.join(map(render, operands))})"
        case ("about", fact, *values):
            return f"{fact}({', '.join(values)})"
    raise AssertionError(tree)


def quoted(tree: Tree) -> set[str]:
    """The terms quoted in the tree."""
    if tree[0] == "term":
        return {tree[1]}
    return {text for operand in tree[1:] if isinstance(operand, tuple) for text in quoted(operand)}


# --- articles -------------------------------------------------------------------------------------------------------

LATIN = [
    "Japan", "JAPAN", "Ｊａｐａｎ", "Japanese", "Tokyo’s", "Tokyo", "s", "de\u00adfense", "DÉFENSE",
    "de\u0301fense", "self", "joint", "exercises", "Exercise", "Indonesia", "India", "the", "Republic", "EU",
    "eu", "ＥＵ", "NATO", "Nato", "nato", "PERÚ", "Perú", "PERU", "PERU\u0301", "2+2", "“self", "defense”",
    "café", "½pertahan", "℃afé", "mil\u200eiter", "NA\ufe0fTO", "Jl. Merdeka", "ﬁnal", "U.S.",
]  # fmt: skip
INDONESIAN = [
    "Jepang", "Jepang-Indonesia", "pertahanan", "Pertahanannya", "menandatangani", "penandatanganan", "RI",
    "ri", "Uni", "Eropa", "kerja", "sama", "latihan", "dan", "kerja\u200b sama", "ber\u200dsama",
    "bekerja samaan", "tangan-tangan", "dr.", "Letjen.", "Jepangnya", "jepangmulah", "samanya", "RInya", "RINYA",
    "Indianya",
]  # fmt: skip
JAPANESE = [
    "日本", "防衛省", "防衛", "防衛協力", "協力", "インドネシア", "インド", "ｲﾝﾄﾞﾈｼｱ", "ｲﾝﾄﾞ", "日\u200b本",
    "NATOの", "NATO加盟国", "日尼", "ASEAN会議", "日ASEAN会議", "が", "は、", "ＮＡＴＯ", "防\u00ad衛省",
    "「日本は。」と", "ト\u3099",
]  # fmt: skip
GAPS = (" ", " ", " ", " ", "", "\u00a0", ", ", ". ", ".", "。", " - ", "/", "\u200b", "\n", "! ", "’", "・")

tokens = st.one_of(
    st.sampled_from(LATIN),
    st.sampled_from(INDONESIAN),
    st.sampled_from(JAPANESE),
    st.text("aeé日ア'’\u0301\u00ad ", max_size=4),
)
texts = st.lists(st.tuples(tokens, st.sampled_from(GAPS)), max_size=14).map(lambda pairs: "".join(map("".join, pairs)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Three scripts mixed as no newspaper would; no standfirst, one, or one that is the first paragraph."""
    paragraphs = tuple(draw(st.lists(texts, max_size=3)))
    lead = draw(st.sampled_from(["", "first", "own"]))
    standfirst = draw(texts) if lead == "own" else paragraphs[0] if lead == "first" and paragraphs else ""
    source = draw(st.sampled_from([None, *SOURCES]))
    language = draw(st.sampled_from([None, "en", "id", "ja"]))
    return Article("https://example.org/a", draw(texts), paragraphs, lead=standfirst, language=language, source=source)


SOURCES = (Source("antara", "Antara", country="id", tier=1), Source("nhk-world", "NHK", country="jp", tier=2))
