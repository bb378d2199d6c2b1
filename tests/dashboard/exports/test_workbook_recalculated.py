"""The workbook, recalculated by a spreadsheet engine, says what our own engine says: as it was
written, and after a person has changed numbers in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costing import BreakEven
from dashboard.exports.workbook.written import workbook
from tests.contracts.questions import document_of
from tests.dashboard.exports.papers import paper
from tests.dashboard.exports.recalculated import Recalculated, beside, cached

CENT = 0.005
WORKLOAD, ITEMS = "workload", "Line items"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One number changed in the sheet and in the scenario. at: its path there."""

    sheet: str
    words: Mapping[int, str]
    at: Sequence[str | int]
    value: str

    @property
    def column(self) -> int:
        """Where the number stands in its row."""
        return 3 if self.sheet == "Prices" else 2


def assumed(label: str, whose: str, value: str, *at: str | int) -> Change:
    """A change of an assumption."""
    return Change(sheet="Assumptions", words={1: label, 3: whose}, at=at, value=value)


def priced(option: str, what: str, value: str, *at: str | int) -> Change:
    """A change of the amount of a price."""
    return Change(sheet="Prices", words={1: option, 2: what}, at=at, value=value)


def _load(value: str) -> Change:
    return assumed("requests an hour", WORKLOAD, value, "workload", "requests_per_hour")


def _peak(value: str) -> Change:
    return assumed("busiest hour over the mean", WORKLOAD, value, "workload", "peak_to_mean")


PTU: dict[str, Any] = {
    "version": 1,
    "title": "gpt-4.1 by the token or in units",
    "model": "openai/gpt-4.1-2025-04-14",
    "region": "eastus2",
    "workload": {
        "requests_per_hour": "3000",
        "input_tokens": "1024",
        "output_tokens": "512",
        "cached_input_share": "0.25",
        "peak_to_mean": "1.5",
    },
    "options": [
        {
            "name": "By the token",
            "kind": "serverless",
            "prices": {
                "input": {"amount": "2", "per": 1000000, "unit": "token", "as_of": "2026-10-01"},
                "output": {"amount": "8", "per": 1000000, "unit": "token", "as_of": "2026-10-01"},
            },
        },
        {"name": "Units", "kind": "provisioned", "deployment": "global"},
    ],
}
CHANGES: Mapping[str, Sequence[Change]] = {
    "article": (
        _load("14000"),
        priced("Three hosts", "GPU hosts", "7.25", "options", 1, "price", "amount"),
        priced("Per token", "Input tokens", "0.0009", "options", 0, "prices", "input", "amount"),
        assumed("standby hosts", "Three hosts", "1", "options", 1, "spare_instances"),
        assumed("output tokens a request", WORKLOAD, "700", "workload", "output_tokens"),
    ),
    "article-with-capacity": (
        _load("13200"),
        _peak("1.25"),
        priced("GPU hosts", "GPU hosts", "5.5", "options", 1, "price", "amount"),
        assumed("fewest hosts", "GPU hosts", "2", "options", 1, "minimum_instances"),
        assumed(
            "output tokens a second of one host", "GPU hosts", "2000",
            "options", 1, "capacity", "output_tokens_per_second",
        ),
    ),
    "ptu": (
        _load("9000"),
        _peak("2"),
        priced("By the token", "Output tokens", "9", "options", 0, "prices", "output", "amount"),
        assumed("share of input from cache", WORKLOAD, "0.1", "workload", "cached_input_share"),
        assumed("input tokens a request", WORKLOAD, "900", "workload", "input_tokens"),
    ),
    "maximum-of-hosts": (
        _load("20000"),
        _peak("1.1"),
        priced(
            "Up to four hosts", "GPU hosts", "3.9", "options", 1, "price", "amount"
        ),
        priced("Per token", "Output tokens", "0.0018", "options", 0, "prices", "output", "amount"),
        assumed("standby hosts", "Up to four hosts", "1", "options", 1, "spare_instances"),
    ),
}  # fmt: skip


def _scenario(name: str) -> dict[str, Any]:
    return deepcopy(PTU) if name == "ptu" else document_of(name)


@pytest.mark.parametrize("name", CHANGES)
def test_a_recalculated_workbook_has_the_numbers_of_the_answer(name: str, tmp_path: Path) -> None:
    """Every cached value too, so that a viewer that does not calculate shows what holds."""
    asked = paper(_scenario(name))
    content = workbook(asked)

    found = Recalculated(content, tmp_path).values()

    _same(found, asked.answer)
    held = cached(content)
    for place, value in held.items():
        assert _equal(value, found[place]), place


@pytest.mark.parametrize("name", CHANGES)
def test_after_five_changes_it_has_the_numbers_of_the_changed_question(
    name: str, tmp_path: Path
) -> None:
    """A price, the load, the peak, hosts or a capacity, one after the other in one workbook."""
    scenario = _scenario(name)
    book = Recalculated(workbook(paper(scenario)), tmp_path)

    for change in CHANGES[name]:
        book.change(change.sheet, change.words, change.column, float(change.value))
        _put(scenario, change.at, change.value)

    assert 5 == len(CHANGES[name])
    _same(book.values(), paper(scenario).answer)


def _put(document: Any, at: Sequence[str | int], value: str) -> None:
    for key in at[:-1]:
        document = document[key]
    whole = str(at[-1]).endswith("_instances")
    document[at[-1]] = int(value) if whole else value


def _same(found: Mapping[tuple[str, str], Any], answer: BreakEven) -> None:
    """Costs to the cent, hosts, gap, winner, verdict and every crossing."""
    at = answer.at_workload
    for one in at.estimates:
        hour, month = (beside(found, "Summary", one.name, column) for column in "BC")
        if one.cost_per_hour is None or one.cost_per_month is None:
            assert "not to be had" in hour
            continue
        assert abs(float(one.cost_per_hour) - hour) < CENT
        assert abs(float(one.cost_per_month) - month) < CENT
        if one.instances is not None:
            assert one.instances == beside(found, "Summary", one.name, "D")
    assert at.cheapest == beside(found, "Summary", "Cheapest at the workload")
    if at.gap_per_hour is not None:
        gap = beside(found, "Summary", "Gap to the second, a month")
        assert abs(float(at.gap_per_hour * 730) - gap) < CENT
    assert ("clear" == at.call.value) == str(beside(found, "Summary", "Verdict")).startswith(
        "Clear"
    )
    assert len(answer.crossings) == beside(
        found, "Summary", "How often the cheapest option changes"
    )
    walked = _walked(found)
    assert len(answer.crossings) == len(walked)
    for crossing, (load, cheapest, cost) in zip(answer.crossings, walked, strict=True):
        assert abs(float(crossing.requests_per_hour) / load - 1) < 1e-9
        assert crossing.to_option == cheapest
        assert abs(float(crossing.cost_per_hour_after * Decimal(730)) - cost) < CENT


def _walked(found: Mapping[tuple[str, str], Any]) -> list[tuple[float, str, float]]:
    """The changes of the break-even sheet: load, cheapest above, its cost a month."""
    sheet = "Break-even"
    rows = sorted(
        int(place[1:])
        for (name, place), value in found.items()
        if name == sheet
        and (place[0] == "H" and place[1:].isdigit() and value == 1)
        and not isinstance(found[sheet, f"A{place[1:]}"], str)
    )
    return [tuple(found[sheet, f"{column}{row}"] for column in "BDF") for row in rows]


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, int | float):
        return bool(abs(one - other) <= 1e-9 * max(1.0, abs(one)))
    return str(one) == str(other)
