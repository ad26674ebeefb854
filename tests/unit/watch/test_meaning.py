"""The engine against the naive evaluator: match, labels and evidence of generated rules over generated articles."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article, Match
from bot.watch import Watchlists, explain, load, match
from watch import naive
from watch.expressions import CONCEPTS, USES, articles, positive, quoted, render, trees, weightings

Weighting = tuple[list[tuple[naive.Tree, int]], int]
Written = tuple[naive.Tree, naive.Tree | None, Weighting | None]
rules = st.lists(
    st.tuples(
        trees.filter(positive), st.none() | st.none() | trees.filter(positive), st.none() | st.none() | weightings
    ),
    min_size=1,
    max_size=4,
)


def watchlists(folder: Path, written: list[Written]) -> Watchlists:
    lines = [CONCEPTS, "rules:"]
    for number, (wanted, unless, weighting) in enumerate(written):
        lines += [f"  - name: rule {number}", f"    match: {json.dumps(render(wanted), ensure_ascii=False)}"]
        lines += [f"    unless: {json.dumps(render(unless), ensure_ascii=False)}"] if unless else []
        if weighting:
            weights, threshold = weighting
            keys = {render(key): weight for key, weight in weights}
            lines += [f"    weights: {json.dumps(keys, ensure_ascii=False)}", f"    threshold: {threshold}"]
    (folder / "watchlists").mkdir(exist_ok=True)
    (folder / "watchlists" / "w.yaml").write_text("\n".join(lines), "utf-8")
    return load(folder)


def spans(found: list[naive.Hit], article: Article) -> set[tuple[object, ...]]:
    units = naive.units(article)
    result = set()
    for hit in found:
        unit = units[hit.unit]
        start, end = unit.words[hit.first].start, unit.words[hit.last].end
        place = (unit.part, unit.paragraph, hit.sentence, start, end, unit.text[start:end])
        result.add((hit.use.concept, hit.use.label, *place))
    return result


def labels(found: list[naive.Hit]) -> set[tuple[str | None, str]]:
    return {(hit.use.concept, hit.use.label) for hit in found if hit.use.label}


def shape(yes: Match) -> tuple[object, object]:
    evidence = {
        (e.concept, e.label, e.part.value, e.paragraph, e.sentence, e.start, e.end, e.text) for e in yes.evidence
    }
    return evidence, {(concept, label) for concept, many in yes.labels.items() for label in many}


@settings(max_examples=120, deadline=None)
@given(written=rules, many=st.lists(articles(), min_size=1, max_size=4))
def test_the_engine_and_the_naive_evaluator_agree_on_matches_labels_and_spans(
    written: list[Written], many: list[Article], tmp_path_factory: object
) -> None:
    folder = tmp_path_factory.getbasetemp() / "meaning"  # type: ignore[attr-defined] # hypothesis wants no fixture per example
    folder.mkdir(exist_ok=True)
    ready = watchlists(folder, written)
    every = [tree for wanted, unless, _ in written for tree in (wanted, unless) if tree]
    every += [key for *_, weighting in written if weighting for key, _ in weighting[0]]
    terms = {text for tree in every for text in quoted(tree)}
    uses = [*USES, *map(naive.Use, sorted(terms))]
    for article in many:
        hits = naive.find(article, uses)
        expected = {}
        for number, (wanted, unless, weighting) in enumerate(written):
            answer = naive.solve(wanted, article, hits)
            barred = unless is not None and naive.solve(unless, article, hits) is not None
            light = weighting is not None and naive.score(weighting[0], article, hits) < weighting[1]
            if answer is not None and not barred and not light:
                expected[f"rule {number}"] = (spans(answer, article), labels(answer))
        assert {yes.rule: shape(yes) for yes in match(ready, article)} == expected
        matches, misses = explain(ready, article)
        assert {yes.rule for yes in matches} == set(expected)
        assert len(matches) + len(misses) == len(written)
