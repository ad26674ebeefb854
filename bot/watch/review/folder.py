"""Remarks about files in the configuration directory that look like ours and are not read. It opens none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.watch.review.sheet import Remark
from bot.yamlfile import suggest

# What a configuration is made of; what watches it for changes goes by the same list.
FILES = ("bot.yaml", "sources.yaml", "concepts.yaml")
FOLDER = "watchlists"
_OURS = (*FILES, FOLDER)
_YAML = (".yaml", ".yml")


def unread(config_dir: Path) -> Iterator[Remark]:
    """Files and folders that somebody may take for a part of the configuration."""
    for path in sorted(config_dir.iterdir()):
        if path.name in (*_OURS, "schema") or path.name.startswith("."):
            continue
        if path.is_dir():
            meant = suggest(path.name, [FOLDER])
            if meant:
                yield Remark(f"this folder is not read{meant}", str(path), whole=True)
        elif path.suffix.lower() in _YAML:
            yield Remark(f"this file is not read{_meant(path)}", str(path), whole=True)
    for path in sorted((config_dir / FOLDER).iterdir()):
        if path.name.startswith(".") or path.stem.upper() == "README":
            continue
        if path.is_dir():
            if any(path.glob("**/*.y*ml")):
                yield Remark(f"files in folders are not read: move them into {FOLDER}/ itself", str(path), whole=True)
        elif path.suffix != ".yaml":
            wanted = f"{path.stem}.yaml" if path.suffix.lower() in _YAML else "NAME.yaml"
            hint = f": rename it to {wanted}" if path.suffix.lower() in _YAML else f": a watchlist is named {wanted}"
            yield Remark(f"this file is not read{hint}", str(path), whole=True)


def _meant(path: Path) -> str:
    if path.stem.lower() in ("watchlist", "watchlists"):
        return f": watchlists are files in the folder {FOLDER}/"
    if f"{path.stem.lower()}.yaml" in FILES:
        return f": rename it to {path.stem.lower()}.yaml"
    hint = suggest(path.stem, [Path(name).stem for name in FILES])
    return hint.replace("'?)", ".yaml'?)") or f": there are {', '.join(FILES)}, and watchlists in {FOLDER}/"
