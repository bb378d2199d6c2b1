"""Prices that step up with the length, as a person reads them on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.commands import call, refusal
from tests.dashboard.documents import with_value


def article_with_step(tokens: str, above: str = "200000") -> dict[str, Any]:
    """The article at another input length, its prices doubled for longer requests."""
    step = {
        "above_input_tokens": above,
        "input": {"amount": "0.00134", "per": "1000", "unit": "token"},
        "output": {"amount": "0.00104", "per": "1000", "unit": "token"},
    }
    document = with_value("options.0.prices.steps", [step])
    return with_value("workload.input_tokens", tokens, document)


@pytest.mark.parametrize(
    ("lang", "tokens", "says"),
    [
        (
            "en",
            "250000",
            "every request is billed as one of the mean length (250,000 input tokens)",
        ),
        ("en", "250000", "whole, at the price above 200,000. Shorter ones would cost less."),
        ("en", "200000", "below every step. Longer ones would cost more."),
        ("ja", "250000", "全体を200,000トークン超の単価で計算しました"),
        ("ja", "1000", "段階前の単価で計算しました"),
    ],
)
def test_the_rule_that_is_applied_is_told_beside_the_answer(
    tmp_path: Path, lang: str, tokens: str, says: str
) -> None:
    asked = json.dumps(article_with_step(tokens))

    told = call("estimate", "-", "--lang", lang, folder=tmp_path, stdin=asked)

    assert says in told.stdout


def test_the_line_items_carry_the_price_of_the_step(tmp_path: Path) -> None:
    asked = json.dumps(article_with_step("250000"))

    found = call("estimate", "-", "--json", folder=tmp_path, stdin=asked).document()

    tokens = found["at_workload"]["estimates"][0]
    assert ["0.00134", "0.00104", "3.09"] == [
        item["price"]["amount"] for item in tokens["line_items"]
    ]
    assert "1683.29" == tokens["cost_per_hour"]


def test_a_length_that_is_drawn_and_a_step_at_nothing_are_refused_by_name(tmp_path: Path) -> None:
    drawn = with_value(
        "uncertainty", {"input_tokens": {"p10": "0.5", "p90": "2"}}, article_with_step("1000")
    )

    [length] = refusal(call("risk", "-", folder=tmp_path, stdin=json.dumps(drawn)), 2)
    [nothing] = refusal(
        call("estimate", "-", folder=tmp_path, stdin=json.dumps(article_with_step("1000", "0"))), 2
    )

    assert "uncertainty.input_tokens: Expected input tokens that stay" in length
    assert "options.0.prices.steps.0.above_input_tokens: Expected a number above 0" in nothing
