"""The shape of `concepts.yaml` and of a watchlist file, for reading and for editors. It checks no term and no rule."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict

from bot.model import Priority
from bot.settings.units import PositiveDuration


class RuleModel(BaseModel):
    """One rule: a name, what to find, and what must not be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=100, description="Name of the rule, shown in every alert.")]
    match: Annotated[str, Field(min_length=1, description="Expression over concepts and quoted terms.")]
    unless: Annotated[str | None, Field(description="An article for which this holds never matches.")] = None
    priority: Annotated[
        Priority, Field(description="urgent and normal alert at once; low appears in digests only.")
    ] = Priority.NORMAL
    group_by: Annotated[str | None, Field(description="The concept whose labels head the digest's sections.")] = None
    weights: Annotated[
        dict[str, Annotated[float, Strict(), Field(ge=-1000, le=1000)]] | None,
        Field(min_length=1, description="What each different term found of a concept, label or quoted term adds."),
    ] = None
    threshold: Annotated[float | None, Strict(), Field(gt=0, le=1_000_000, description="The score to reach.")] = None
    max_age: Annotated[
        PositiveDuration | None, Field(description="Articles printed longer ago than this do not match.")
    ] = None
    min_sources: Annotated[
        int, Strict(), Field(ge=1, le=100, description="How many independent publishers the story must have.")
    ] = 1


class WatchlistModel(BaseModel):
    """A watchlist file. Concepts are checked by hand, since their shape depends on their keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str | None, Field(description="What readers see.")] = None
    description: Annotated[
        str | None,
        Field(max_length=500, description="What it is about, in a line or two, for readers who choose."),
    ] = None
    concepts: Annotated[Any, Field(description="Concepts of this watchlist, added to the shared ones.")] = None
    rules: Annotated[list[RuleModel], Field(min_length=1, description="At least one rule.")]


class ConceptsModel(BaseModel):
    """`concepts.yaml`: concepts shared by all watchlists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concepts: Annotated[Any, Field(description="Concepts shared by all watchlists.")] = None


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas for editors: `watchlist` and `concepts`."""
    terms = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    by_language = {"type": "object", "patternProperties": {"^[a-z]{2}$": terms}, "additionalProperties": False}
    spec = {"anyOf": [terms, by_language]}
    labels = {"type": "object", "additionalProperties": spec, "minProperties": 1}
    clitics = {"type": "boolean", "description": "Find Indonesian terms with -nya, -lah, -kah, -pun, -ku, -mu as well."}
    exceptions = {**spec, "description": "Longer phrases within which the concept's terms do not count."}
    keys = {"labels": labels, "steps": labels, "clitics": clitics, "except": exceptions}
    concept = {
        "anyOf": [terms, {**by_language, "properties": keys}],
        "description": "Terms for every language (a list) or by language, and labels or steps.",
    }
    result = {"watchlist": WatchlistModel.model_json_schema(), "concepts": ConceptsModel.model_json_schema()}
    for schema in result.values():
        schema["properties"]["concepts"].update({"type": "object", "additionalProperties": concept})
    return result
