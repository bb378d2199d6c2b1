"""Every way to buy one model at five loads: each cost anew in fractions, out of the price files.

A request reads 1,024 tokens, a quarter of them from a cache, and writes 1,024; the busiest time is
1.5 times the mean.

    by the token    0.75 x 1,024 x input + 0.25 x 1,024 x cached + 1,024 x output
    batch           1,024 x input + 1,024 x output (no cached price is published)
    PTU             max(15, ceil((768 + 4 x 1,024) x requests x 1.5 / 60 / 3,000 / 5) x 5) x fee
    hosts           (ceil(requests x 1.5 / (42,313.382 x 3,600 / 1,024)) + 1) x price
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from dashboard.service import example_bytes
from tests import snapshot_csv
from tests.dashboard.commands import call

NAME = "every-way-to-buy"
LOADS = (20_000, 1_000, 5_000, 50_000, 200_000)
TOKENS = Fraction(1024)
PEAK = Fraction(3, 2)
OFFER = "azure/gpt-4.1"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    told = call("break-even", NAME, "--json", folder=tmp_path_factory.mktemp("data"))
    document: dict[str, Any] = told.document()
    return document


def expected(load: int) -> dict[str, Fraction]:
    """Money an hour of each option."""
    units = max(15, ceil((768 + 4 * TOKENS) * load * PEAK / 60 / 3000 / 5) * 5)
    hosts = ceil(load * PEAK / (Fraction("42313.382") * 3600 / TOKENS)) + 1
    batch = each("global/eastus2", "batch_input") + each("global/eastus2", "batch_output")
    return {
        "Per token, global": load * by_token("global/eastus2"),
        "Per token, data zone": load * by_token("data_zone/eastus2"),
        "Per token, regional": load * by_token("regional/eastus2"),
        "Batch": load * TOKENS * batch,
        "PTU by the hour": units * fee("ptu_hourly", ""),
        "PTU for a month": units * fee("ptu_reservation", "1 Month") / 730,
        "PTU for a year": units * fee("ptu_reservation", "1 Year") / 8760,
        "gpt-oss hosts on demand": hosts * Fraction("98.32"),
        "gpt-oss hosts for 3 years": hosts * Fraction(45),
    }  # fmt: skip


def by_token(place: str) -> Fraction:
    quarter = TOKENS / 4
    return (
        3 * quarter * each(place, "input")
        + quarter * each(place, "cached_input")
        + TOKENS * each(place, "output")
    )


def each(place: str, kind: str) -> Fraction:
    """USD of one token."""
    [row] = [
        row
        for row in snapshot_csv.rows("token_prices")
        if (row["offer_id"], row["kind"], row["valid_to"]) == (f"{OFFER}/{place}", kind, "")
    ]
    return Fraction(row["amount"]) / Fraction(row["per"])


def fee(kind: str, term: str) -> Fraction:
    """USD of one unit with a global deployment, of the whole term."""
    products = ("Azure OpenAI", "Azure AI Foundry Provisioned Throughput Reservation")
    [row] = [
        row
        for row in snapshot_csv.rows("managed_fees")
        if (row["kind"], row["term"], row["deployment"]) == (kind, term, "global")
        and row["product"] in products
    ]
    return Fraction(row["amount"])


def test_every_way_costs_at_every_load_what_its_prices_say(answer: dict[str, Any]) -> None:
    verdicts = [answer["at_workload"], *answer["volumes"]]

    assert [str(load) for load in LOADS] == [one["requests_per_hour"] for one in verdicts]
    for load, verdict in zip(LOADS, verdicts, strict=True):
        found = {one["name"]: Fraction(one["cost_per_hour"]) for one in verdict["estimates"]}
        want = expected(load)
        assert list(want) == list(found)
        for name, cost in want.items():
            assert abs(found[name] - cost) <= cost / 10**12, (name, load)


def test_every_price_says_where_it_was_read_and_the_assumed_one_that_it_is(
    answer: dict[str, Any],
) -> None:
    """Only the reservation of hosts has no public list."""
    prices = {
        one["name"]: [item["price"] for item in one["line_items"]]
        for one in answer["at_workload"]["estimates"]
    }

    assumed = prices.pop("gpt-oss hosts for 3 years")
    assert ["assumed for this example"] == [one["source"] for one in assumed]
    assert all(one["id"] and one["as_of"] for parts in prices.values() for one in parts)


def test_what_a_reader_must_know_of_the_ways_stands_beside_them(answer: dict[str, Any]) -> None:
    codes = {one["code"] for one in answer["warnings"]}

    assert {
        "may_process_elsewhere", "batch_within_a_day", "unit_region_not_checked", "models_differ",
        "deployments_differ", "cached_input_at_input_price",
    } <= codes  # fmt: skip
    assert {one["kind"] for one in answer["at_workload"]["estimates"]} == {
        "serverless", "provisioned", "dedicated",
    }  # fmt: skip
    units = [one["instances"] for one in answer["at_workload"]["estimates"]][4]
    assert units == 815
    assert Decimal("815") == Decimal(answer["at_workload"]["estimates"][4]["cost_per_hour"])


def test_the_ninth_way_is_the_cheapest_base_of_ptu_with_overflow_by_the_token(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Every number of steps of 5 PTU from 15 on, hour by hour over the office hours of a day."""
    told = call(
        "hybrid", NAME, "--base", "PTU for a year", "--json",
        folder=tmp_path_factory.mktemp("data"),
    )  # fmt: skip
    document = told.document()
    weights = [Fraction(weight) for weight in document["profile"]["weights"]]
    loads = [LOADS[0] * weight * len(weights) / sum(weights) for weight in weights]
    each_unit = Fraction(60 * 3000) / (768 + 4 * TOKENS)
    token, unit = by_token("global/eastus2"), fee("ptu_reservation", "1 Year") / 8760

    def cost(units: int) -> Fraction:
        over = sum((max(Fraction(0), load - units * each_unit) for load in loads), Fraction(0))
        return units * unit + token * over / len(loads)

    best = min(range(15, 2000, 5), key=lambda units: (cost(units), units))

    found = document["hybrid"]
    assert found["base_instances"] == best
    assert abs(Fraction(found["cost_per_hour"]) - cost(best)) <= cost(best) / 10**12
    assert found["one_fewer"]["instances"] == best - 5
    assert document["cheapest"] == "hybrid"
    parts = sum(Fraction(item["cost_per_hour"]) for item in found["line_items"])
    assert abs(parts - cost(best)) <= cost(best) / 10**12


def test_the_nine_ways_at_five_loads_are_the_table_that_a_person_can_check(
    answer: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Dollars an hour to the cent, units and hosts, and the prices that they come from."""
    verdicts = {
        int(one["requests_per_hour"]): {way["name"]: way for way in one["estimates"]}
        for one in [answer["at_workload"], *answer["volumes"]]
    }
    hybrids = {load: hybrid_at(load, tmp_path_factory) for load in LOADS}
    loads = sorted(LOADS)
    rows = [["requests an hour", *(f"{load:,}" for load in loads)]]
    rows += [[name, *(cell(verdicts[load][name]) for load in loads)] for name in expected(LOADS[0])]
    rows.append(["PTU for a year + tokens", *(hybrids[load] for load in loads)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = "\n".join(
        "  ".join(
            text.ljust(width) if column == 0 else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
    golden = Path(__file__).parents[1] / "golden" / "every-way-at-five-loads.txt"

    told = f"{price_facts()}\n\n{table}\n"

    assert golden.read_text("utf-8") == told


def cell(estimate: dict[str, Any]) -> str:
    """Dollars an hour to the cent, and of how many units or hosts."""
    cost = f"{Decimal(estimate['cost_per_hour']).quantize(Decimal('0.01')):,}"
    count = estimate["instances"]
    return cost if count is None else f"{cost} ({count:,})"


def hybrid_at(load: int, folders: pytest.TempPathFactory) -> str:
    """The ninth way at a mean load over the office hours of a day."""
    question = example_bytes(NAME).decode().replace("20000", str(load))
    told = call(
        "hybrid", "-", "--base", "PTU for a year", "--json",
        folder=folders.mktemp("data"), stdin=question,
    ).document()  # fmt: skip
    cost = Decimal(told["hybrid"]["cost_per_hour"]).quantize(Decimal("0.01"))
    return f"{cost:,} ({told['hybrid']['base_instances']:,})"


def price_facts() -> str:
    """The prices as their files have them, in the units of a price list."""
    million = 1_000_000
    places = ("global/eastus2", "data_zone/eastus2", "regional/eastus2")
    lines = [
        "gpt-4.1 in East US 2: 1,024 tokens in, a quarter of them cached, and 1,024 out; peak 1.5",
        *(
            f"{place.partition('/')[0]}: " + ", ".join(
                f"{kind} {float(each(place, kind) * million):g}"
                for kind in ("input", "cached_input", "output")
            ) + " USD a million tokens"
            for place in places
        ),
        "batch: " + ", ".join(
            f"{kind} {float(each(places[0], f'batch_{kind}') * million):g}"
            for kind in ("input", "output")
        ) + " USD a million tokens",
        f"PTU: {float(fee('ptu_hourly', '')):g} USD an hour,"
        f" {float(fee('ptu_reservation', '1 Month')):g} a month,"
        f" {float(fee('ptu_reservation', '1 Year')):g} a year; 15 at least, in steps of 5,"
        " 3,000 input tokens a minute each, an output token counts 4",
        "hosts: 98.32 USD an hour on demand, 45 assumed for 3 years; 42,313.382 tokens a second"
        " each, one on standby",
    ]  # fmt: skip
    return "\n".join(lines)
