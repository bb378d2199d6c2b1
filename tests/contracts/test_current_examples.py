"""The three examples on current models: who wins where, out of the files of the snapshot anew."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import catalog.snapshot
from tests.dashboard.commands import call

FILES = Path(catalog.snapshot.__file__).parent
TOKENS = Fraction(1024)
"""Of either kind a request."""
FOUR_H200 = Fraction("6403.106")
"""Output tokens a second, the published measurement that the examples cite (row t05985)."""
JAPAN = "llama-3.3-70b-japan-east"
VOLUMES = "llama-3.3-70b-three-volumes"
TWO_MODELS = "gpt-4o-or-llama-japan-east"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The answer of each example, as the command line prints it."""
    folder = tmp_path_factory.mktemp("examples")
    return {
        name: call("break-even", name, "--json", folder=folder).document()
        for name in (JAPAN, VOLUMES, TWO_MODELS)
    }


def test_in_japan_east_the_hosts_never_reach_the_load_at_which_they_would_pay(
    answers: dict[str, Any],
) -> None:
    """On paper 106 USD an hour would pay at 72,902 requests; the host serves 22,511 on average."""
    answer = answers[JAPAN]
    token = _request("azure/Llama-3.3-70B-Instruct/global/japaneast")
    host = _hour("azure/Standard_ND96isr_H200_v5", "japaneast")
    served = 2 * FOUR_H200 * 3600 / TOKENS / 2  # two copies a host; the busiest hour is twice

    [paper] = answer["paper_crossings"]
    assert host / token > served
    assert _near(host / token, paper["requests_per_hour"])
    assert paper["reachable"] is False
    assert ["Per token, global"] == [one["cheapest"] for one in answer["intervals"]]
    assert {"may_process_elsewhere", "price_dates_differ"} <= _codes(answer)


def test_at_three_volumes_another_option_wins_each_time(answers: dict[str, Any]) -> None:
    """The token price at half the load, one host at the plan, two at twice the load."""
    answer = answers[VOLUMES]
    token = _request("azure/Llama-3.3-70B-Instruct/data_zone/eastus")
    host = _hour("hf-inference-endpoints/aws/nvidia-h200 x4", "")
    served = FOUR_H200 * 3600 / TOKENS / Fraction("1.2")

    expected = []
    for load in (16_000, 8_000, 32_000):
        hosts = -(-Fraction(load) // served)
        expected.append("Hosts of four H200" if hosts * host < load * token else "Per token")
    verdicts = [answer["at_workload"], *answer["volumes"]]
    assert ["Hosts of four H200", "Per token", "Hosts of four H200"] == expected
    assert expected == [one["cheapest"].removesuffix(", data zone") for one in verdicts]
    assert [("16000", 1), ("8000", 1), ("32000", 2)] == [
        (one["requests_per_hour"], one["estimates"][1]["instances"]) for one in verdicts
    ]
    assert "host_region_not_stated" in _codes(answer)


def test_across_two_models_the_hosts_win_from_the_load_that_pays_two_of_them(
    answers: dict[str, Any],
) -> None:
    """One host serves, one stands by: 212 USD an hour against gpt-4o's own tokens in Japan."""
    answer = answers[TWO_MODELS]
    token = _request("azure/gpt-4o-2024-11-20/regional/japaneast")
    host = _hour("azure/Standard_ND96isr_H200_v5", "japaneast")

    [crossing] = answer["crossings"]
    assert _near(2 * host / token, crossing["requests_per_hour"])
    assert ("equal", 2) == (crossing["kind"], crossing["instances"])
    assert {"models_differ", "price_dates_differ"} <= _codes(answer)
    assert "JP" == answer["scenario"]["residency"]["processing"]


@pytest.mark.parametrize("name", [JAPAN, VOLUMES, TWO_MODELS])
def test_an_example_says_the_date_of_each_price_and_the_measurement_it_rests_on(
    answers: dict[str, Any], name: str
) -> None:
    """The reader can look both up: 2025 and 2026 in the prices, the row in the evidence."""
    answer = answers[name]
    dates = [one["prices_as_of"] for one in answer["at_workload"]["estimates"]]

    assert "2025-08-25" == dates[0]
    assert dates[1] in ("2026-06-18", "2026-05-19")
    assert "row t05985" in json.dumps(answer["scenario"])


def _request(offer: str) -> Fraction:
    """USD of a request of 1,024 tokens either way."""
    rows = _rows("token_prices.csv", offer_id=offer, valid_to="")
    each = {row["kind"]: Fraction(row["amount"]) / Fraction(row["per"]) for row in rows}
    return TOKENS * (each["input"] + each["output"])


def _hour(instance: str, region: str) -> Fraction:
    """USD of an hour on demand."""
    rows = _rows("instance_prices.csv", region=region, term="on_demand", valid_to="")
    [found] = {row["amount"] for row in rows if instance in row.values()}
    return Fraction(found)


def _rows(file: str, **equal: str) -> list[dict[str, str]]:
    with (FILES / file).open(encoding="utf-8", newline="") as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if all(row[name] == value for name, value in equal.items())
        ]


def _near(expected: Fraction, found: str) -> bool:
    return abs(expected - Fraction(found)) < Fraction(1, 10**9) * expected


def _codes(answer: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in answer["warnings"]}
