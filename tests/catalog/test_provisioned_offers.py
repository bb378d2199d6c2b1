"""Provisioned throughput of a scenario: unit prices and sizing of the catalog, or typed ones."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any

import pytest

from catalog.database import Database
from catalog.offers import resolve
from catalog.problems import Refused
from catalog.scenario import parse_scenario
from costing import Provisioned, Question, Serverless, break_even
from tests import snapshot_csv

GPT = "openai/gpt-4.1-2025-04-14"


def question(
    database: Database, *options: dict[str, Any], model: str | None = GPT, **changes: Any
) -> Question:
    document: dict[str, Any] = {
        "version": 1,
        "model": model,
        "region": "eastus2",
        "workload": {
            "requests_per_hour": 100_000, "input_tokens": 1000, "output_tokens": 300,
            "cached_input_share": "0.2", "peak_to_mean": "1.5",
        },
        "options": list(options),
    }  # fmt: skip
    with database.read() as session:
        return resolve(session, parse_scenario(document | changes))


def unit(**changes: Any) -> dict[str, Any]:
    return {"name": "PTU", "kind": "provisioned", "deployment": "global"} | changes


def only(asked: Question) -> Provisioned:
    [option] = asked.options
    assert isinstance(option, Provisioned)
    return option


def refusal(database: Database, *options: dict[str, Any], **changes: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        question(database, *options, **changes)
    said: dict[str, str] = {}
    for problem in refused.value.problems:
        said[problem.code] = f"{said.get(problem.code, '')} {problem.field} {problem.message}"
    return said


@pytest.mark.parametrize("row", snapshot_csv.rows("ptu_sizing"), ids=lambda row: row["model_key"])
def test_every_row_of_the_sizing_table_sizes_its_model_exactly(
    bundled_sqlite: Database, row: dict[str, str]
) -> None:
    """PTU = max(minimum, ceil to step((input a minute x (1 - cached) + weight x output a minute) /
    input a minute of one unit)); without a weight nothing is sized."""
    if not row["model_id"]:
        pytest.fail(f"{row['model_key']} has no model")
    asked = question(bundled_sqlite, unit(price=PRICE), model=row["model_id"])

    [estimate] = break_even(asked).at_workload.estimates

    if not row["output_token_weight"]:
        assert [one.value for one in estimate.missing] == ["output_token_weight"]
        assert estimate.cost_per_hour is None
        return
    minimum, step = int(row["global_minimum_ptu"]), int(row["global_step_ptu"])
    a_minute = Decimal(100_000) * Decimal("1.5") / 60
    taken = a_minute * (1000 * Decimal("0.8") + Decimal(row["output_token_weight"]) * 300)
    needed = taken / Decimal(row["input_tokens_per_minute_per_ptu"])
    assert estimate.instances == max(minimum, ceil(needed / step) * step)
    assert only(asked).weight_basis == row["output_token_weight_basis"]


PRICE = {"amount": "1", "per": 1, "unit": "hour"}


@pytest.mark.parametrize(
    ("deployment", "term", "per_hour"),
    [
        ("global", "hourly", "1"),
        ("data_zone", "hourly", "1.1"),
        ("regional", "hourly", "2"),
        ("global", "reserved_1m", "260 / 730"),
        ("regional", "reserved_1y", "2652 / 8760"),
    ],
)
def test_the_price_of_a_unit_is_the_published_fee_of_deployment_and_term(
    bundled: Database, deployment: str, term: str, per_hour: str
) -> None:
    option = only(question(bundled, unit(deployment=deployment, term=term)))

    assert option.price is not None
    amount, _, hours = per_hour.partition(" / ")
    expected = Decimal(amount) / Decimal(hours or 1)
    months = 730 if option.price.unit.value == "month" else 1
    assert option.price.amount / option.price.per / months == expected
    assert option.price.provenance.price_id is not None
    assert option.sold.flags == ("unit_region_not_checked",)


def test_the_sizing_of_a_regional_deployment_is_its_own(bundled: Database) -> None:
    option = only(question(bundled, unit(deployment="regional")))

    assert (option.minimum_units, option.step_units) == (50, 50)


def test_prices_of_the_governments_regions_hold_there_and_only_there(bundled: Database) -> None:
    option = only(question(bundled, unit(deployment="regional"), region="usgovvirginia"))

    assert option.price is not None
    assert option.price.amount == Decimal("2.5")
    assert option.sold.flags == ()


def test_typed_sizing_and_price_need_no_row(bundled: Database) -> None:
    sizing = {
        "minimum_units": 1, "step_units": 1, "input_tokens_per_minute_per_unit": 1000,
        "output_token_weight": 3,
    }  # fmt: skip

    option = only(
        question(bundled, unit(price=PRICE, sizing=sizing), model="meta-llama/Llama-2-7b-chat-hf")
    )

    assert (option.step_units, option.output_token_weight) == (1, Decimal(3))
    assert option.sold.flags == ()


@pytest.mark.parametrize(
    ("option", "changes", "code", "message"),
    [
        (unit(deployment=None), {}, "required", "deployment"),
        (unit(price=PRICE), {"model": "meta-llama/Llama-2-7b-chat-hf"}, "no_unit_sizing",
         "Type the sizing."),
        (unit(deployment="regional", price=PRICE), {"model": "deepseek-ai/DeepSeek-R1"},
         "units_not_offered", "has no provisioned throughput with deployment regional"),
        (unit(deployment="regional"), {"model": "meta-llama/Llama-2-7b-chat-hf"},
         "no_unit_price", "Type the price of a unit."),
        (unit(term="reserved_3y"), {}, "not_one_of",
         "Expected one of hourly, reserved_1m, reserved_1y, found 'reserved_3y'."),
        (unit(maximum_units=17), {}, "invalid", "a multiple of the step 5 of at least 15"),
        (unit(minimum=5), {}, "unknown_key", "maximum_units"),
        (unit(sizing={"minimum_units": 1}, price=PRICE), {}, "required", "step_units"),
        (unit(deployment="global"), {"residency": {"processing": "JP"}}, "residency_refused",
         "deployment is global"),
    ],
)  # fmt: skip
def test_what_cannot_be_settled_is_refused_with_what_to_do(
    bundled_sqlite: Database,
    option: dict[str, Any],
    changes: dict[str, Any],
    code: str,
    message: str,
) -> None:
    said = refusal(bundled_sqlite, option, **changes)

    assert code in said
    assert message in said[code]


def test_a_model_that_is_not_named_has_no_sizing(bundled_sqlite: Database) -> None:
    said = refusal(bundled_sqlite, unit(price=PRICE), model=None)

    assert "model" in said["required"]


def test_batch_takes_the_batch_prices_and_says_that_it_takes_a_day(bundled: Database) -> None:
    """gpt-4.1: 1 and 4 USD a million instead of 2 and 8."""
    asked = question(
        bundled,
        {"name": "Batch", "kind": "serverless", "provider": "azure", "deployment": "global",
         "mode": "batch"},
    )  # fmt: skip

    [option] = asked.options
    assert isinstance(option, Serverless)
    assert option.input is not None
    assert option.output is not None
    assert option.input.amount * 1_000_000 / option.input.per == 1
    assert option.output.amount * 1_000_000 / option.output.per == 4
    assert "batch_within_a_day" in option.sold.flags
