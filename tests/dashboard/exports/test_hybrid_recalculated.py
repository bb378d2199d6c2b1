"""The sheet of base and overflow, recalculated by a spreadsheet engine, says what our own says: as
it was written, and after a person has changed numbers in the workbook."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from costing import Hybrid, Way
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.book import letters
from dashboard.exports.workbook.cell_values import CellValues, NoValue
from dashboard.exports.workbook.written import sheets_of, written
from dashboard.hybrid_case import (
    HybridAnswer,
    HybridCase,
    HybridRequest,
    bases,
    hybrid_case,
    overflows,
)
from dashboard.texts import load_texts
from tests.contracts.questions import QUESTIONS, document_of
from tests.dashboard.documents import without
from tests.dashboard.exports.papers import paper
from tests.dashboard.exports.recalculated import Recalculated, cached
from tests.dashboard.exports.test_workbook_recalculated import (
    CENT,
    PTU,
    WORKLOAD,
    Change,
    assumed,
    priced,
)

SHEET = "Base and overflow"


def _load(value: str) -> Change:
    return assumed("requests an hour", WORKLOAD, value, "workload", "requests_per_hour")


def _hosts() -> dict[str, Any]:
    """Hosts beside dear tokens, one of them standby; fees and add-ons on one side and on both,
    support and tax, a week of hours and a peak that they replace."""
    document = document_of("article-with-capacity")
    document["workload"] |= {"requests_per_hour": "30000", "peak_to_mean": "2"}
    document["options"][0]["prices"]["output"]["amount"] = "0.0019"
    document["options"][1] |= {"minimum_instances": 0, "spare_instances": 1}
    document["add_ons"] = [
        {"name": "Search", "amount": "250", "per": 1, "unit": "month"},
        {"name": "Rota", "amount": "2", "per": 1, "unit": "hour", "applies_to": ["GPU hosts"]},
        {"name": "Filter", "amount": "0.4", "per": 1000, "unit": "request"},
    ]
    document["profile"] = "office_hours_with_weekend"
    document["support_share"] = "0.05"
    document["tax_share"] = "0.1"
    return document


def _typed_hours() -> dict[str, Any]:
    """Hosts that may not be more than three, over typed hours, some without load."""
    document = document_of("article-with-capacity")
    document["workload"]["requests_per_hour"] = "20000"
    document["options"][0]["prices"]["output"]["amount"] = "0.0019"
    document["options"][1] |= {"minimum_instances": 1, "maximum_instances": 3}
    document["profile"] = {"weights": ["0"] * 7 + ["3", "8.5", *["10"] * 8, "4", *["1"] * 6]}
    return document


SCENARIOS: Mapping[str, Any] = {
    "hosts": _hosts,
    "typed hours": _typed_hours,
    "units": lambda: deepcopy(PTU),
    "without a limit": lambda: document_of("article"),
}
CHANGES: Mapping[str, tuple[Change, ...]] = {
    "hosts": (
        priced("Per token", "Output tokens", "0.0008", "options", 0, "prices", "output", "amount"),
        priced("GPU hosts", "GPU hosts", "3.3", "options", 1, "price", "amount"),
        _load("52000"),
        assumed(
            "output tokens a second of one host", "GPU hosts", "1100",
            "options", 1, "capacity", "output_tokens_per_second",
        ),
        assumed("standby hosts", "GPU hosts", "2", "options", 1, "spare_instances"),
    ),
    "typed hours": (
        priced("Per token", "Input tokens", "0.0011", "options", 0, "prices", "input", "amount"),
        priced("GPU hosts", "GPU hosts", "8.75", "options", 1, "price", "amount"),
        assumed("output tokens a request", WORKLOAD, "700", "workload", "output_tokens"),
    ),
    "units": (
        priced("By the token", "Output tokens", "31", "options", 0, "prices", "output", "amount"),
        _load("9000"),
        assumed("share of input from cache", WORKLOAD, "0.1", "workload", "cached_input_share"),
    ),
    "without a limit": (
        priced("Three hosts", "GPU hosts", "0.5", "options", 1, "price", "amount"),
        priced("Per token", "Input tokens", "0.002", "options", 0, "prices", "input", "amount"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_sheet_has_the_numbers_of_the_hybrid_before_and_after_changes(
    name: str, tmp_path: Path
) -> None:
    """Every size to the cent, the best one, each side alone and the cheapest way, and after a token
    price, a host price and further numbers were changed; the file itself holds the same."""
    scenario = SCENARIOS[name]()
    content = _book(paper(scenario))
    book = Recalculated(content, tmp_path)
    found = book.values()
    _same(found, _case(paper(scenario)))
    for place, value in cached(content).items():
        if place[0] == SHEET:
            assert _equal(value, found[place]), place

    for change in CHANGES[name]:
        book.change(change.sheet, change.words, change.column, float(change.value))
        _put(scenario, change)
    _same(book.values(), _case(paper(scenario)))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_file_holds_the_numbers_of_the_hybrid_of_every_question(
    name: str, turned: bool
) -> None:
    """Owned and spot hosts, people, units, yen; turned: the last options are the pair."""
    scenario = document_of(name)
    if turned:
        scenario["options"].reverse()
    asked = paper(scenario)
    sheets = sheets_of(asked)
    shown = [one for one in sheets if one.name == SHEET]
    question = asked.answer.question
    assert bool(shown) == bool(bases(question) and overflows(question))
    if shown and _case(asked).answer().hybrid.cost_per_month is not None:
        values = CellValues(sheets)
        found: dict[tuple[str, str], Any] = {}
        for row, column in shown[0].cells:
            with suppress(NoValue):
                found[SHEET, f"{letters(column)}{row + 1}"] = values.value(SHEET, row, column)
        _same(found, _case(asked))


def test_the_changes_move_the_best_size() -> None:
    """The test above would not notice a best size that never moves."""
    scenario = _hosts()
    before = _case(paper(scenario)).answer().hybrid.base_instances
    for change in CHANGES["hosts"]:
        _put(scenario, change)

    assert before != _case(paper(scenario)).answer().hybrid.base_instances


def test_the_hours_of_the_sheet_may_be_changed(tmp_path: Path) -> None:
    """The weight of one hour, which stands in the sheet and nowhere else."""
    scenario = _typed_hours()
    content = _book(paper(scenario))
    page = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    row = next(
        row for row in range(1, page.max_row) if page.cell(row, 10).value == 8
    )  # the hour from eight o'clock
    book = Recalculated(content, tmp_path)

    book.change(SHEET, {10: 8}, 11, 40.0)
    scenario["profile"]["weights"][8] = "40"

    assert page.cell(row, 11).value == 8.5
    _same(book.values(), _case(paper(scenario)))


def test_many_sizes_are_shown_around_the_best_and_the_sheet_says_when_that_is_too_few(
    tmp_path: Path,
) -> None:
    """Hosts of one request a second each, of which hundreds are needed."""
    scenario = _typed_hours()
    scenario["options"][1] |= {"maximum_instances": None}
    for side in ("input", "output"):
        scenario["options"][1]["capacity"][f"{side}_tokens_per_second"] = "50"
    scenario["options"][1]["price"]["amount"] = "0.1"
    book = Recalculated(_book(paper(scenario)), tmp_path)

    _same(book.values(), _case(paper(scenario)))
    first = "first size shown after the smallest (may be changed)"
    book.change(SHEET, {1: first}, 2, 1.0)
    words = list(book.values().values())

    assert any("may be cheaper: change the first size" in str(word) for word in words)


def test_a_question_without_a_pair_has_no_such_sheet() -> None:
    """And where a number is missing, the sheet names it and has no formula."""
    alone = without("options.1", document_of("article"))
    lacking = without("options.0.prices.output", document_of("article"))

    assert SHEET not in [one.name for one in sheets_of(paper(alone))]
    [sheet] = [one for one in sheets_of(paper(lacking)) if one.name == SHEET]
    written = [cell.content for cell in sheet.cells.values()]
    assert all(isinstance(content, str) for content in written)
    assert any("No hybrid can be priced" in str(content) for content in written)


def test_the_sheet_carries_the_seal_and_japanese_words() -> None:
    asked = paper(document_of("article-with-capacity"), "ja", seal="a" * 64)

    [sheet] = [one for one in sheets_of(asked) if one.name == "常時稼働と超過分"]

    assert any("a" * 64 in str(cell.content) for cell in sheet.cells.values())


def _book(asked: Paper) -> bytes:
    """The workbook without the sheets that this one does not read, to be counted sooner."""
    sheets = {one.name: one for one in sheets_of(asked)}
    return written(asked, [sheets[name] for name in ("Assumptions", "Prices", SHEET)])


def _case(asked: Paper) -> HybridCase:
    return hybrid_case(asked.scenario, asked.answer.question, HybridRequest())


def _put(document: Any, change: Change) -> None:
    for key in change.at[:-1]:
        document = document[key]
    last = change.at[-1]
    document[last] = int(change.value) if str(last).endswith("_instances") else change.value


def _same(found: Mapping[tuple[str, str], Any], case: HybridCase) -> None:
    told = case.answer()
    hybrid = told.hybrid
    answer = _row_of(found, "Recalculated from the cells of this workbook", offset=1)
    assert hybrid.base_instances == found[SHEET, f"D{answer}"]
    _near(hybrid.cost_per_hour, found[SHEET, f"B{answer}"])
    _near(hybrid.cost_per_month, found[SHEET, f"C{answer}"])
    for row, alone in ((answer + 1, hybrid.pure_base), (answer + 2, hybrid.pure_overflow)):
        _near(alone.cost_per_hour, found[SHEET, f"B{row}"])
    assert _named(hybrid) == found[SHEET, f"B{answer + 3}"]
    assert abs(float(hybrid.base_share or 0) - found[SHEET, f"B{answer + 4}"]) < 1e-9
    said = found[SHEET, f"B{answer + 5}"]
    if told.call.reasons:
        assert said == load_texts("en")(f"papers.close.{_first(told)}")
    else:
        assert said == f"Clearly cheaper: {_named(hybrid)}"
    assert found[SHEET, f"A{answer + 6}"] == "No other size of the base is cheaper."
    table = _sizes(found)
    compared = 0
    for one in case.sizes():
        if one.instances in table:
            _near(one.cost_per_hour, table[one.instances])
            compared += 1
    assert compared >= min(3, len(case.sizes()))


def _first(told: HybridAnswer) -> str:
    """The reason that a workbook names: close costs before all else, then as the house ranks."""
    codes = {one.code for one in told.call.reasons}
    ranked = ("close_costs", "price_dates", "capacity_band")
    return next(code for code in ranked if code in codes)


def _named(hybrid: Hybrid) -> str:
    assert hybrid.cheapest is not None
    return {
        Way.BASE: f"{hybrid.base} alone",
        Way.OVERFLOW: f"{hybrid.overflow} alone",
        Way.HYBRID: "Both together",
    }[hybrid.cheapest]


def _sizes(found: Mapping[tuple[str, str], Any]) -> dict[int, float]:
    """Cost an hour by what is paid, of the rows that may be."""
    top = _row_of(found, "size", offset=1)
    rows = range(top, top + 61)
    costs = {int(found[SHEET, f"B{row}"]): float(found[SHEET, f"G{row}"]) for row in rows}
    return {paid: cost for paid, cost in costs.items() if cost < 1e90}


def _row_of(found: Mapping[tuple[str, str], Any], words: str, *, offset: int) -> int:
    [row] = [
        int(place[1:])
        for (sheet, place), value in found.items()
        if sheet == SHEET and value == words and place[0] == "A" and place[1:].isdigit()
    ]
    return row + offset


def _near(expected: Any, value: Any) -> None:
    if expected is None:
        assert value >= 1e90
    else:
        assert abs(float(expected) - value) < CENT


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, int | float):
        return bool(abs(one - other) <= 1e-9 * max(1.0, abs(one)))
    return str(one) == str(other)
