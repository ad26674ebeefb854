"""The JSON Schemas that editors use are those of the program's own models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import settings, watch

SCHEMA_DIR = Path(__file__).parents[2] / "config" / "schema"
SCHEMAS = {**settings.schemas(), **watch.schemas()}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schema_in_config_is_the_one_the_models_make(name: str) -> None:
    """`make schema` writes them anew."""
    assert json.loads((SCHEMA_DIR / f"{name}.json").read_text()) == SCHEMAS[name]


def test_there_is_no_schema_of_something_that_is_gone() -> None:
    assert {path.stem for path in SCHEMA_DIR.glob("*.json")} == set(SCHEMAS)
