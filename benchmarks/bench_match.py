"""How fast articles are matched: against peers in the same run, by the number of rules, and at its worst.

The ratios are what counts; absolute figures depend on the machine. Evidence and labels of every match are read. Without
arguments all parts are run at 10, 1,000, 10,000 and 100,000 rules; `--help` says how to choose.
"""

from __future__ import annotations

import argparse
import cProfile
import math
import pstats
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clock import once, race
from generated import GeneratedRule, SharedConcept, Writer, watchlist, write
from loading import measure
from peers import Fts5, regular_expressions, substrings
from stages import STAGES, by_stage
from texts import articles, curly, japanese, latin
from worst import Case, cases

from bot.errors import ConfigErrors
from bot.model import Article, Match
from bot.watch import Watchlists, load, match
from bot.watch.found import Found
from bot.watch.text import prepare

SIZES = (10, 1_000, 10_000, 100_000)
PARTS = ("speed", "peers", "loading", "worst")
USUAL = 10_000
"""Rules of the parts that are measured at one size."""

ARTICLES = 200
BATCH = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A loaded configuration with the rules it was made from, and the first article's seconds after loading."""

    ready: Watchlists
    rules: Sequence[GeneratedRule]
    first: float


def ask(ready: Watchlists, article: Article) -> list[Match]:
    """All matches, with what is made of them when it is asked for."""
    matches = match(ready, article)
    for found in matches:
        _ = found.evidence, found.labels
    return matches


def asked(writer: Writer, number: int, article: Article) -> Asked:
    """So many rules, ready."""
    rules = writer.rules(number)
    ready = loaded(rules, writer.concepts)
    return Asked(ready, rules, once(lambda: ask(ready, article)))


def loaded(rules: Sequence[GeneratedRule], concepts: Sequence[SharedConcept]) -> Watchlists:
    """The rules, written and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "config", rules, concepts)
        return load(Path(folder) / "config")


# --- speed ------------------------------------------------------------------------------------------------------------


def speed(sizes: Iterable[int]) -> None:
    """Prints a line for each number of rules, how the cost grows, and the same for other kinds of text."""
    texts = articles(latin(), ARTICLES)
    asked(Writer(latin()), 1, texts[0])
    print(
        f"articles of {_size(texts):,.0f} characters; us an article by stage\n"
        f"{'rules':>22} {'articles/s':>10} {'us':>6} = {'prepare':>7} {'find':>5} {'index':>5} {'judge':>6} {'read':>5}"
        f" {'candidates':>10} {'matches':>7} {'evidence':>8} {'terms':>7} {'first':>8}"
    )
    costs: dict[int, dict[str, float]] = {}
    for number in sizes:
        costs[number] = _line(f"{number:,}", asked(Writer(latin()), number, texts[0]), texts)
    if {1_000, 100_000} <= costs.keys():
        whole = _exponent(costs, STAGES)
        candidates = _exponent(costs, STAGES[:3])
        print(
            f"exponent of the cost from 1,000 to 100,000 rules: {whole:.2f} (target 0.35); {candidates:.2f} up to the "
            "candidates, before the matches that grow with the rules"
        )
    _line(f"{USUAL:,} curly quotes", asked(Writer(latin()), USUAL, texts[0]), list(map(curly, texts)))
    texts = articles(japanese(), ARTICLES // 2, characters=2_000)
    _line(f"{USUAL:,} Japanese, 2 kB", asked(Writer(japanese()), USUAL, texts[0]), texts)


def _exponent(costs: Mapping[int, Mapping[str, float]], stages: Iterable[str]) -> float:
    small, large = (sum(costs[number][stage] for stage in stages) for number in (1_000, 100_000))
    return math.log(large / small) / math.log(100)


def _line(name: str, given: Asked, texts: Sequence[Article]) -> dict[str, float]:
    """Prints one line; its seconds an article by stage."""
    stages = by_stage(given.ready, texts)
    total = sum(stages.values())
    candidates = matches = evidence = 0
    for article in texts:
        candidates += len(given.ready.index.candidates(Found(given.ready.lexicon, prepare(article))))
        found = ask(given.ready, article)
        matches += len(found)
        evidence += sum(len(one.evidence) for one in found)
    prepared, find, index, judge, read = (time * 1e6 for time in stages.values())
    print(
        f"{name:>22} {1 / total:>10,.0f} {total * 1e6:>6.0f} = {prepared:>7.0f} {find:>5.0f} {index:>5.0f} "
        f"{judge:>6.0f} {read:>5.1f} {candidates / len(texts):>10.1f} {matches / len(texts):>7.1f} "
        f"{evidence / max(1, matches):>8.1f} {_terms(given.rules):>7,} {given.first * 1e3:>5.1f} ms"
    )
    return stages


def _size(texts: Sequence[Article]) -> float:
    return sum(len(text) for article in texts for text in (article.title, *article.paragraphs)) / len(texts)


def _terms(rules: Sequence[GeneratedRule]) -> int:
    return len({term for rule in rules for group in (*rule.groups, rule.barred) if group for term in group.terms})


# --- peers ------------------------------------------------------------------------------------------------------------


def peers(number: int) -> None:
    """Prints how many times longer others take for the same articles and the same rules, or simpler ones."""
    texts = articles(latin(), BATCH)
    given = asked(Writer(latin()), number, texts[0])
    fts5, contains, patterns = Fts5(given.rules), substrings(given.rules), regular_expressions(given.rules)
    print(f"{number:,} rules: agreement with FTS5 on plain rules {_agreement(given, fts5, texts):.2%}")
    ours = "this program"
    times = race(
        {ours: lambda batch: [ask(given.ready, article) for article in batch], "SQLite FTS5, batch of 100": fts5},
        [texts],
        rounds=3,
    )
    _ratios({name: seconds / BATCH for name, seconds in times.items()}, ours, "target 12")
    some = {ours: lambda article: ask(given.ready, article)}
    _ratios(race({**some, "`in` for each term": contains}, texts[:10], rounds=3), ours, "")
    times = race({**some, "regular expression for each group": patterns}, texts[:4], rounds=3)
    _ratios(times, ours, "target 1,000")


def _agreement(given: Asked, fts5: Fts5, texts: Sequence[Article]) -> float:
    """Of the answers of either about rules of plain `and`s the share that both give."""
    plain = {number for number, rule in enumerate(given.rules) if rule.kind == "and" and rule.barred is None}
    theirs = {(article, number) for number, found in enumerate(fts5(texts)) if number in plain for article in found}
    ours = {
        (place, int(found.rule[1:]))
        for place, article in enumerate(texts)
        for found in match(given.ready, article)
        if int(found.rule[1:]) in plain
    }
    return len(ours & theirs) / len(ours | theirs)


def _ratios(times: dict[str, float], ours: str, target: str) -> None:
    for name, seconds in times.items():
        if name != ours:
            print(
                f"{name:>36}: {seconds / times[ours]:>8,.1f} times as long, {seconds * 1e3:,.2f} ms an article against "
                f"{times[ours] * 1e3:.2f}{f' ({target})' if target else ''}"
            )


# --- loading ----------------------------------------------------------------------------------------------------------


def load_time(number: int) -> None:
    """Prints what loading takes."""
    writer = Writer(latin())
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        write(config, writer.rules(number), writer.concepts)
        size = (config / "watchlists" / "bench.yaml").stat().st_size
        took = measure(config)
    print(
        f"loading {number:,} rules ({size / 1e6:.1f} MB): {took['load'] / took['safe_load']:.2f} times PyYAML's "
        f"safe_load with libyaml; {took['load']:.2f} s against {took['safe_load']:.2f} s (target 2 s), "
        f"{took['memory']:.0f} MiB more at the peak (target 150); first article {took['first'] * 1e3:.0f} ms"
    )


# --- worst cases ------------------------------------------------------------------------------------------------------


def worst(number: int, profile: bool, chosen: str) -> None:
    """Prints how long the worst cases take, and as a ratio to an ordinary article with ordinary rules; `unread` is the
    time without looking at labels and evidence."""
    texts = articles(latin(), 4)
    usual = asked(Writer(latin()), number, texts[0])
    title = f"worst cases at {number:,} rules"
    print(f"{title:>48} {'ordinary':>8} {'ms':>8} {'unread':>8} {'matches':>8} {'load s':>7}")
    for case in cases(latin(), number):
        if chosen in case.name:
            _worst_line(case, usual.ready, texts, profile)


def _worst_line(case: Case, usual: Watchlists, texts: Sequence[Article], profile: bool) -> None:
    began = time.process_time()
    try:
        ready = _load_case(case)
    except ConfigErrors as errors:
        spent = (time.process_time() - began) * 1e3
        print(f"{case.name:>48}  refused in {spent:.0f} ms: {errors.errors[0].message[:70]}")
        return
    loading = time.process_time() - began
    given = [case.article] if case.article is not None else texts
    began = time.process_time()
    matches = [len(ask(ready, article)) for article in given]
    rounds = 5 if time.process_time() - began < 0.5 else 2
    runners = {"worst": lambda article: ask(ready, article), "unread": lambda article: match(ready, article)}
    ours = race(runners, given, rounds=rounds, slices=4)
    plain = race({"usual": lambda article: ask(usual, article)}, texts, rounds=5, slices=4)
    ms, unread = ours["worst"] * 1e3, ours["unread"] * 1e3
    print(
        f"{case.name:>48} {ours['worst'] / plain['usual']:>7.1f}x {ms:>8.2f} {unread:>8.2f} "
        f"{sum(matches) / len(matches):>8.0f} {loading:>7.2f}{'   BEYOND 50 ms' if ms > 50 else ''}"
    )
    if profile and ms > 50:
        _profile(ready, given)


def _load_case(case: Case) -> Watchlists:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        write(config, (), case.concepts)
        (config / "watchlists" / "bench.yaml").write_text(watchlist(case.expressions), "utf-8")
        return load(config)


def _profile(ready: Watchlists, texts: Sequence[Article]) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    for article in texts:
        ask(ready, article)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(10)


def main() -> None:
    """Runs the parts asked for."""
    parser = argparse.ArgumentParser(description="Speed of matching, as ratios to peers in the same run.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of rules for the part `speed`")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    parser.add_argument("--rules", type=int, default=USUAL, help="number of rules for the other parts")
    parser.add_argument("--profile", action="store_true", help="where worst cases beyond 50 ms spend their time")
    parser.add_argument("--case", default="", help="only worst cases with this in their name")
    given = parser.parse_args()
    parts = given.part or PARTS
    if "loading" in parts:
        load_time(given.rules)
    if "speed" in parts:
        speed(given.sizes)
    if "peers" in parts:
        peers(given.rules)
    if "worst" in parts:
        worst(given.rules, given.profile, given.case)


if __name__ == "__main__":
    main()
