"""Loading a configuration directory in a process of its own: seconds, added memory, and what PyYAML alone takes.

Run as a program with `load` or `plain` and a directory it prints these as JSON; `measure` does that, some times over.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from clock import once
from generated import watchlist

from bot.model import Article
from bot.watch import load, match

MIB = 1024 * 1024


def measure(folder: Path, times: int = 3) -> dict[str, float]:
    """The least of some runs: `load`, `first` (the first article after it) and `safe_load` in seconds, `memory` in
    MiB."""
    runs = []
    for _ in range(times):
        run: dict[str, float] = {}
        for kind in ("plain", "load"):
            program = [sys.executable, __file__, kind, str(folder)]
            run |= json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
        runs.append(run)
    return {key: min(run[key] for run in runs) for key in runs[0]}


def peak() -> float:
    """The most memory this process has had so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux's ru_maxrss begins with that of the process that started this one.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (MIB if sys.platform == "darwin" else 1024)


def _plain(folder: Path) -> dict[str, float]:
    text = (folder / "watchlists" / "bench.yaml").read_bytes()
    return {"safe_load": min(once(lambda: yaml.load(text, yaml.CSafeLoader)) for _ in range(2))}


def _load(folder: Path) -> dict[str, float]:
    article = Article("https://example.org/a", "Alpha and beta", ("Gamma is not delta.",), language="en")
    with tempfile.TemporaryDirectory() as small:
        # All libraries are imported, and what they make once is made, before anything is measured.
        (Path(small) / "watchlists").mkdir()
        (Path(small) / "watchlists" / "one.yaml").write_text(watchlist([('sentence("a" and "b")', '"c"')]), "utf-8")
        match(load(small), article)
    before = peak()
    kept = []
    loading = once(lambda: kept.append(load(folder)))
    memory = peak() - before
    first = once(lambda: match(kept[0], article))
    return {"load": loading, "memory": memory, "first": first}


if __name__ == "__main__":
    kind, chosen = sys.argv[1:]
    print(json.dumps((_plain if kind == "plain" else _load)(Path(chosen))))
