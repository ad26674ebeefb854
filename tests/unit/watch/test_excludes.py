"""A rule kept out by its `unless` names the smallest alternative that holds, not the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.watch import explain

from .desk import article, reason, watching


@pytest.mark.parametrize(
    ("unless", "named"),
    [
        ('title("football")', 'unless title("football")'),
        ('title("chess" or "football" or "golf")', 'unless title("football")'),
        ('"golf" or (title("chess" or "football") and not "navy") or "tennis"', 'unless title("football")'),
        ('"golf" or title("football")', 'unless title("football")'),
    ],
)
def test_the_alternative_that_holds_is_named(tmp_path: Path, unless: str, named: str) -> None:
    rules = watching(tmp_path, "japan", unless)
    assert reason(rules, article("Japan won.", title="Football in Japan", language="en")) == named


def test_an_exclude_that_kept_a_rule_out_says_which_words_stand_where(tmp_path: Path) -> None:
    rules = watching(tmp_path, "japan", 'title("football" or defence)')
    (miss,) = explain(rules, article("Japan", title="Football"))[1]
    assert (miss.failed, miss.closest) == ('unless title("football")', "“Football” stands in the title")
