"""How well and how fast pages are read, against trafilatura in the same run.

    python benchmarks/bench_read.py [PART ...] [--corpus FOLDER ...] [--worst N] [--reads N] [--size BYTES]

Parts are `quality`, `speed`, `processes` and `memory`; all of them without arguments. Without `--corpus` the pages are
those of the tests; `benchmarks/samples.py` tells the layouts of folders that are understood. For all but `quality`,
pages smaller than real ones are furnished to their size.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path
from typing import TypeVar

import trafilatura
from clock import race
from furniture import REAL_SIZE, furnished
from samples import Sample, load
from scores import Score, mean, score

from bot.errors import ExtractError, WorkerError
from bot.model import Article
from bot.read import read_page, warm
from bot.run.cpu import PAGE_LIMIT, Cpu

PAGES = Path(__file__).parents[1] / "tests" / "corpus" / "pages"
PARTS = ("quality", "speed", "processes", "memory")
OURS, DEFAULT, NO_COMMENTS = "kentongan", "trafilatura", "trafilatura without comments"
LEAST_GAIN = 1.75
"""Pages in a second with two processes, as a multiple of those with one."""
MOST_MEMORY = 400
"""MB of a process."""

Item = TypeVar("Item")


def main() -> None:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(description="How well and how fast pages are read, against trafilatura.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--corpus", type=Path, action="append", help="a folder of pages; may be given again")
    parser.add_argument("--worst", type=int, default=0, help="name so many pages where trafilatura is better")
    parser.add_argument("--reads", type=int, default=10_000, help="page reads of the part `memory`")
    parser.add_argument("--size", type=int, default=REAL_SIZE, help="bytes that smaller pages are furnished to")
    options = parser.parse_args()
    parts = options.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    sets = {folder.resolve().name: load(folder) for folder in options.corpus or [PAGES]}
    warm()
    if "quality" in parts:
        for name, samples in sets.items():
            quality(name, samples, options.worst)
    every = enumerate(chain.from_iterable(sets.values()))
    samples = [furnished(sample, number, options.size) for number, sample in every]
    if "speed" in parts:
        speed(samples)
    if "processes" in parts:
        asyncio.run(processes(samples))
    if "memory" in parts:
        asyncio.run(memory(samples, options.reads))


def article(sample: Sample) -> Article | None:
    """What is read of a page; None where there is nothing to read."""
    try:
        return read_page(sample.body, sample.url, content_type="text/html")
    except ExtractError:
        return None


def text(sample: Sample) -> str:
    """The paragraphs read."""
    found = article(sample)
    return "\n".join(found.paragraphs) if found else ""


READERS: dict[str, Callable[[Sample], str]] = {
    OURS: text,
    DEFAULT: lambda sample: trafilatura.extract(sample.body, url=sample.url) or "",
    NO_COMMENTS: lambda sample: trafilatura.extract(sample.body, url=sample.url, include_comments=False) or "",
}


# --- quality ----------------------------------------------------------------------------------------------------------


def quality(name: str, samples: Sequence[Sample], worst: int) -> None:
    """Prints a line for each reader, ours by language where there are several, and the facts besides the text."""
    found = {reader: [score(sample, read(sample)) for sample in samples] for reader, read in READERS.items()}
    kind = "pieces" if samples[0].wanted else "shingles"
    print(f"\n{name}: {len(samples)} pages, {kind}\n{'':30} {'precision':>9} {'recall':>7} {'F1':>7}")
    for reader, scores in found.items():
        print(f"{reader:30} {_line(mean(scores))}")
    languages = sorted({sample.language for sample in samples} - {""})
    for language in languages if len(languages) > 1 else ():
        for reader, scores in found.items():
            own = [one for one, sample in zip(scores, samples, strict=True) if sample.language == language]
            print(f"{language} {reader:27} {_line(mean(own))}")
    ahead = sum(a.f1 > b.f1 + 0.001 for a, b in zip(found[OURS], found[NO_COMMENTS], strict=True))
    behind = [(b.f1 - a.f1, s.name) for a, b, s in zip(found[OURS], found[NO_COMMENTS], samples, strict=True)]
    behind = sorted(((gap, page) for gap, page in behind if gap > 0.001), reverse=True)
    print(f"better than without comments on {ahead} pages, worse on {len(behind)}")
    for gap, page in behind[:worst]:
        print(f"  -{gap:.3f} {page}")
    _facts(samples)


def _line(of: Score) -> str:
    return f"{of.precision or 0:9.4f} {of.recall or 0:7.4f} {of.f1:7.4f}"


@dataclass(frozen=True, slots=True)
class _Fact:
    name: str
    wanted: Callable[[Sample], str]
    right: Callable[[Sample, Article], bool]


_FACTS = (
    _Fact("title", lambda sample: sample.title, lambda sample, found: found.title == sample.title),
    _Fact("author", lambda sample: sample.author, lambda sample, found: _names(found.author) == _names(sample.author)),
    _Fact("published", lambda sample: sample.published, lambda sample, found: _same_time(sample.published, found)),
    _Fact("language", lambda sample: sample.language, lambda sample, found: found.language == sample.language),
)


def _facts(samples: Sequence[Sample]) -> None:
    articles = [(sample, article(sample)) for sample in samples if any(fact.wanted(sample) for fact in _FACTS)]
    for fact in _FACTS:
        asked = [(sample, found) for sample, found in articles if fact.wanted(sample)]
        wrong = [sample.name for sample, found in asked if found is None or not fact.right(sample, found)]
        if asked:
            print(
                f"{fact.name:10} {len(asked) - len(wrong)} of {len(asked)} right; wrong: {', '.join(wrong) or 'none'}"
            )


def _names(author: str | None) -> set[str]:
    return {name.strip() for name in (author or "").replace("、", ",").replace(" and ", ",").split(",")} - {""}


def _same_time(wanted: str, found: Article) -> bool:
    """To the minute; a day alone is right where it is the day anywhere between Washington and Tokyo."""
    if found.published is None:
        return False
    told = found.published.strftime("%Y-%m-%dT%H:%M")
    if len(wanted) > len("2025-01-01"):
        return told == wanted[: len(told)]
    midnight = time.mktime(time.strptime(wanted, "%Y-%m-%d")) - time.timezone
    return -10 * 3600 <= found.published.timestamp() - midnight <= 30 * 3600


# --- speed ------------------------------------------------------------------------------------------------------------


def speed(samples: Sequence[Sample]) -> None:
    """Prints what a page costs. The title, dates, author and language are in our figure, and not in the peer's."""
    size = sum(len(sample.body) for sample in samples) / len(samples)
    costs = race(READERS, samples, rounds=3, slices=6)
    costs["trafilatura with metadata"] = race({"": _with_metadata}, samples, rounds=3, slices=6)[""]
    print(f"\nms of processor time a page, of {size / 1000:,.0f} kB on average")
    for reader, seconds in costs.items():
        print(f"{reader:30} {seconds * 1000:7.1f} {seconds / costs[OURS]:6.2f} times ours")


def _with_metadata(sample: Sample) -> object:
    return trafilatura.bare_extraction(sample.body, url=sample.url, include_comments=False, with_metadata=True)


async def processes(samples: Sequence[Sample], count: int = 300) -> None:
    """Prints pages in a second through the bot's own workers, one and two. The best of three turns each counts."""
    work = list(islice(cycle(samples), count))
    best = {1: 0.0, 2: 0.0}
    async with Cpu(1) as one, Cpu(2) as two:
        pools = {1: one, 2: two}
        for pool in pools.values():
            await _read_all(pool, work[:8], at_once=2)
        for _ in range(3):
            for number, pool in pools.items():
                began = time.monotonic()
                await _read_all(pool, work, at_once=2 * number)
                best[number] = max(best[number], count / (time.monotonic() - began))
    gain = best[2] / best[1]
    print(
        f"\npages/s with 1 process {best[1]:.1f}, with 2 {best[2]:.1f}: {gain:.2f} times (at least {LEAST_GAIN}) on "
        f"{len(os.sched_getaffinity(0))} cores, {os.getloadavg()[0]:.1f} of which were busy"
    )


async def _read_all(pool: Cpu, samples: Sequence[Sample], at_once: int) -> int:
    """Reads all of them, so many at once; how many could not be read."""
    waiting = iter(samples)

    async def lane() -> int:
        failed = 0
        for sample in waiting:
            try:
                await pool.call(PAGE_LIMIT, read_page, sample.body, sample.url, content_type="text/html")
            except (ExtractError, WorkerError):
                failed += 1
        return failed

    return sum(await asyncio.gather(*(lane() for _ in range(at_once))))


# --- memory -----------------------------------------------------------------------------------------------------------


async def memory(samples: Sequence[Sample], reads: int, steps: int = 10) -> None:
    """Prints the resident memory of each process while so many pages are read, in steps."""
    print(f"\nresident MB over {reads:,} page reads, two workers\n{'reads':>7} {'parent':>7} {'largest below':>14}")
    size = max(1, reads // steps)
    peaks: list[int] = []
    failed = 0
    async with Cpu(2) as pool:
        pages = cycle(samples)
        for step in range(1, steps + 1):
            watch = asyncio.create_task(_watch())
            failed += await _read_all(pool, list(islice(pages, size)), at_once=4)
            watch.cancel()
            parent, worker = await watch
            peaks.append(max(parent, worker))
            print(f"{step * size:7,} {parent:7} {worker:14}", flush=True)
    early, late = max(peaks[1:3] or peaks), max(peaks[-2:])
    print(
        f"largest {max(peaks)} MB (under {MOST_MEMORY}), last steps {late / early:.2f} times the second and third; "
        f"{failed} of {reads:,} could not be read"
    )


async def _watch() -> tuple[int, int]:
    """Until cancelled; the most that this process and any process below it held, in MB."""
    parent = worker = 0
    try:
        while True:
            parent = max(parent, _resident(os.getpid()))
            worker = max([worker, *(_resident(pid) for pid in _below(os.getpid()))])
            await asyncio.sleep(0.5)
    except asyncio.CancelledError:
        return parent, worker


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            yield child
            yield from _below(child)


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
