"""The bundled examples to the last digit: files that a person can read, and fractions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashboard.service import example_names
from tests.dashboard.commands import call

GOLDEN = Path(__file__).parents[1] / "golden"
REWRITE_VARIABLE = "MODELCOST_REWRITE_GOLDEN"

TOKEN_PRICE = Fraction("0.00067") + Fraction("0.00052")
"""A request reads 1,000 tokens and writes 1,000, and prices are per 1,000."""

HOSTING, HOST, FEWEST = Fraction("3.09"), Fraction("6.12"), 3
SERVED_BY_ONE = Fraction(1250 * 3600, 1000)
"""Requests an hour: 1,250 tokens a second of either kind, 1,000 of either kind a request."""

MOST_HOSTS = 40
"""A further host costs 6.12 and saves 4,500 x 0.00119 = 5.355 at most, so none wins above some."""


@pytest.mark.parametrize("name", example_names())
def test_an_example_gives_its_golden_document(tmp_path: Path, name: str) -> None:
    """What `break-even NAME --json` prints, byte for byte.

    Set MODELCOST_REWRITE_GOLDEN=1 to write the file anew.
    """
    golden = GOLDEN / f"{name}.json"

    printed = call("break-even", name, "--json", folder=tmp_path).stdout

    if os.environ.get(REWRITE_VARIABLE):
        golden.write_text(printed, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == printed


def test_the_golden_article_holds_the_published_numbers() -> None:
    """(3 x 6.12 - 3.09) / 0.00119 per 1,000 tokens, at the cost of three hosts, once."""
    document = _golden("article")
    load = (FEWEST * HOST - HOSTING) / TOKEN_PRICE

    [crossing], [paper] = document["crossings"], document["paper_crossings"]
    assert "12831932.77" == f"{Decimal(crossing['input_tokens_per_hour']):.2f}"
    assert _text(load) == crossing["requests_per_hour"] == paper["requests_per_hour"]
    assert _text(load * 1000) == crossing["input_tokens_per_hour"]
    assert _text(load * 1000) == crossing["output_tokens_per_hour"]
    assert "18.36" == crossing["cost_per_hour"] == crossing["cost_per_hour_after"]
    assert ("equal", 3, None) == (crossing["kind"], crossing["instances"], paper["reachable"])
    assert [("0", _text(load)), (_text(load), None)] == [
        (one["from_requests_per_hour"], one["to_requests_per_hour"])
        for one in document["intervals"]
    ]
    assert ("once", False) == (document["verdict"]["break_even"]["state"], document["truncated"])


def test_the_intervals_of_the_article_with_capacity_are_those_of_fractions() -> None:
    """Who is cheaper between any two loads where either cost can turn, computed here anew."""
    document = _golden("article-with-capacity")

    expected = list(_stretches())

    assert [("0", "Per token"), ("13500", "Per token"), ("18000", "Per token")] == [
        (one.low_text, one.winner) for one in expected if one.winner == "Per token"
    ]
    assert [(one.low_text, one.high_text, one.winner) for one in expected] == [
        (one["from_requests_per_hour"], one["to_requests_per_hour"], one["cheapest"])
        for one in document["intervals"]
    ]
    assert [one.hosts for one in expected] == [
        [step["instances"] for step in one["steps"]] for one in document["intervals"]
    ]


def test_the_crossings_of_the_article_with_capacity_are_those_of_fractions() -> None:
    """Two loads where costs meet, two where a whole host is added and the winner jumps."""
    document = _golden("article-with-capacity")

    stretches = list(_stretches())

    expected = []
    for before, after in pairwise(stretches):
        load = after.low
        old, new = _costs_before(load)[before.winner], _costs_after(load)[after.winner]
        expected.append(
            {
                "kind": "equal" if old == new else "step",
                "requests_per_hour": _text(load),
                "input_tokens_per_hour": _text(load * 1000),
                "output_tokens_per_hour": _text(load * 1000),
                "from": before.winner,
                "to": after.winner,
                "instances": after.hosts[0] if after.hosts else None,
                "cost_per_hour": _text(old),
                "cost_per_hour_after": _text(new),
            }
        )
    assert ["equal", "step", "equal", "step"] == [one["kind"] for one in expected]
    assert expected == [
        {key: value for key, value in one.items() if key not in ("formula", "inputs")}
        for one in document["crossings"]
    ]


def test_the_estimates_of_the_article_with_capacity_are_those_of_fractions() -> None:
    """5,000 requests an hour: nine dollars against three hosts, of which one is busy and a bit."""
    at = _golden("article-with-capacity")["at_workload"]
    load = Fraction(5000)
    costs = {"Per token": HOSTING + load * TOKEN_PRICE, "GPU hosts": FEWEST * HOST}

    assert {name: _text(cost) for name, cost in costs.items()} == {
        one["name"]: one["cost_per_hour"] for one in at["estimates"]
    }
    assert {name: _text(cost * 730) for name, cost in costs.items()} == {
        one["name"]: one["cost_per_month"] for one in at["estimates"]
    }
    gap = costs["GPU hosts"] - costs["Per token"]
    assert _text(gap) == at["gap_per_hour"]
    assert _text(gap / costs["Per token"]) == at["gap_share"]
    assert ("Per token", "GPU hosts", "clear") == (at["cheapest"], at["second"], at["class"])
    assert [None, _text(load / (FEWEST * SERVED_BY_ONE))] == [
        one["utilization"] for one in at["estimates"]
    ]


def test_the_load_on_paper_of_the_article_with_capacity_is_served_by_its_hosts() -> None:
    """12,832 requests an hour are fewer than 3 x 4,500."""
    [paper] = _golden("article-with-capacity")["paper_crossings"]
    load = (FEWEST * HOST - HOSTING) / TOKEN_PRICE

    assert (_text(load), 3) == (paper["requests_per_hour"], paper["instances"])
    assert (load <= FEWEST * SERVED_BY_ONE) is paper["reachable"]


@dataclass(frozen=True)
class _Stretch:
    low: Fraction
    high: Fraction | None
    winner: str
    hosts: list[int]

    @property
    def low_text(self) -> str:
        return _text(self.low)

    @property
    def high_text(self) -> str | None:
        return None if self.high is None else _text(self.high)


def _stretches() -> Iterator[_Stretch]:
    """Winners between all loads where a host is added or costs meet, neighbors merged."""
    added = {n * SERVED_BY_ONE for n in range(FEWEST, MOST_HOSTS)}
    meeting = {(n * HOST - HOSTING) / TOKEN_PRICE for n in range(FEWEST, MOST_HOSTS)}
    loads = sorted({Fraction(0)} | added | meeting)
    open_at, winner, hosts = Fraction(0), "", list[int]()
    for low, high in pairwise(loads):
        costs = _costs_before((low + high) / 2)
        best = "Per token" if costs["Per token"] <= costs["GPU hosts"] else "GPU hosts"
        if best != winner:
            if winner:
                yield _Stretch(open_at, low, winner, hosts)
            open_at, winner, hosts = low, best, []
        paid = _paid((low + high) / 2)
        hosts += [paid] if best == "GPU hosts" and paid not in hosts else []
    yield _Stretch(open_at, None, winner, hosts)


def _costs_before(load: Fraction) -> dict[str, Fraction]:
    """Costs an hour at a load; a full host is not yet joined by the next."""
    return {"Per token": HOSTING + load * TOKEN_PRICE, "GPU hosts": _paid(load) * HOST}


def _costs_after(load: Fraction) -> dict[str, Fraction]:
    """Costs an hour right above a load."""
    return _costs_before(load) | {"GPU hosts": _paid(load + Fraction(1, 10**9)) * HOST}


def _paid(load: Fraction) -> int:
    return max(FEWEST, -(-load // SERVED_BY_ONE))


def _text(value: Fraction) -> str:
    """28 significant digits, half-even, never an exponent; terminating values exact."""
    digits = Context(prec=28).divide(Decimal(value.numerator), Decimal(value.denominator))
    text = f"{digits:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _golden(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return document
