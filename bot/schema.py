"""`python -m bot.schema DIR` writes the JSON Schemas of the configuration files for editors. It runs nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def write(directory: Path) -> None:
    """One file for each kind of configuration file."""
    from bot import settings, watch

    directory.mkdir(parents=True, exist_ok=True)
    for name, schema in {**settings.schemas(), **watch.schemas()}.items():
        (directory / f"{name}.json").write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
