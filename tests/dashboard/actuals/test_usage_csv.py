"""CSV files of use: which one it is, its sums, and each refusal by name."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.actuals.usage_csv import read_usage_csv
from dashboard.actuals.used import ActualsRefused
from tests.dashboard.actuals.scrapes import AZURE, OPENAI, OWN


def test_the_usage_export_of_openai_is_summed_over_its_days() -> None:
    """Commas in numbers are read; it tells no cost."""
    used = read_usage_csv(OPENAI)

    assert (Decimal(120), Decimal(108_000), Decimal(132_000), Decimal(10_800)) == (
        used.requests, used.input_tokens, used.output_tokens, used.cached_input_tokens,
    )  # fmt: skip
    assert ("openai_usage", "gpt-4o-mini", None, None) == (
        used.source, used.model, used.cost, used.currency,
    )  # fmt: skip


def test_the_cost_export_of_azure_is_read_by_meter_and_unit() -> None:
    """Cached tokens are input tokens too; a search service is left out with its cost; requests are
    not counted by a bill."""
    used = read_usage_csv(AZURE)

    assert (None, Decimal(108_000), Decimal(132_000), Decimal(10_800)) == (
        used.requests, used.input_tokens, used.output_tokens, used.cached_input_tokens,
    )  # fmt: skip
    assert (Decimal("0.0946"), "USD", ("other_meters",)) == (used.cost, used.currency, used.flags)


def test_our_own_table_counts_an_answer_a_row_and_no_failure() -> None:
    """A question over two lines is one row."""
    used = read_usage_csv(OWN)

    assert (Decimal(2), Decimal(2000), Decimal(2000), Decimal(100), Decimal("0.75")) == (
        used.requests, used.input_tokens, used.output_tokens, used.cached_input_tokens, used.cost,
    )  # fmt: skip
    assert ("rows_without_tokens",) == used.flags


def test_a_sum_over_some_of_the_rows_is_not_told_as_the_sum() -> None:
    """One answer has no price: the cost is unknown, not half of it."""
    used = read_usage_csv(OWN.replace("0.25", ""))

    assert used.cost is None
    assert "cost_partly" in used.flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", r"Expected the columns of one of these: openai_usage: .* Found: a, b"),
        ("", "Found: -"),
        (OPENAI.partition("\n")[0], "no row under its header"),
        (OPENAI.replace(",100,", ",-100,"), "num_model_requests, line 2: expected 0 or more"),
        (OPENAI.replace(",100,", ",many,"), "Line 2, column num_model_requests: expected a number"),
        (OPENAI.replace(",100,", ",100,1,"), "Line 2: expected 6 cells"),
        (OPENAI.replace("gpt-4o-mini,20", "gpt-4o,20"), "Several models: gpt-4o, gpt-4o-mini"),
        (AZURE.replace("0.0008,USD", "0.0008,EUR"), "Several currencies in one file: EUR, USD"),
        (AZURE.replace("1M", "dozen"), "expected a unit such as 1K"),
        (AZURE.replace("Tokens", "").replace("Inp", "x").replace("Outp", "x")
         .replace("cached", "x"), "No row has a meter"),
        (OWN.replace("Why?", '"Why'), "no CSV that can be read"),
        ("x" * 20_000_001, "at most 20,000,000"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_by_name(text: str, expected: str) -> None:
    """Columns, cells, models, currencies and units each say what was expected and found."""
    with pytest.raises(ActualsRefused, match=expected):
        read_usage_csv(text)


def test_a_model_that_is_named_selects_its_rows() -> None:
    """And one that is not there is refused with those that are."""
    both = OPENAI.replace("gpt-4o-mini,20", "gpt-4o,20")

    assert Decimal(20) == read_usage_csv(both, "gpt-4o").requests
    with pytest.raises(ActualsRefused, match="no model llama"):
        read_usage_csv(both, "llama")
