"""Every combination of a sweep at every volume as CSV, for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from catalog.sweeps import Combination
from costing import HOURS_PER_MONTH, Estimate, decimal_text
from costing.units import exact, to_decimal
from dashboard.answer import number_text
from dashboard.sweep_run import SweepFindings

COLUMNS: Final = (
    "option", "kind", "model", "host", "region", "term", "load_factor", "requests_per_month",
    "status", "reason", "rank", "instances", "cost_per_hour", "cost_per_month", "currency",
    "prices_as_of",
)  # fmt: skip
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the start of a formula."""


def sweep_csv(found: SweepFindings) -> str:
    """The table: costs exact, unknown empty; rank 1 is the cheapest at that volume."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in _rows(found):
        table.writerow([defused(cell) for cell in row])
    return written.getvalue()


def defused(text: str) -> str:
    """Text that a spreadsheet shows and does not compute: what begins like a formula gets an
    apostrophe in front. No number of the table is below 0."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _rows(found: SweepFindings) -> Iterator[list[str]]:
    currency = found.scenario.currency
    for factor, cell in zip(found.swept.factors, found.cells, strict=False):
        load = decimal_text(to_decimal(cell.load * exact(HOURS_PER_MONTH)))
        places = range(len(found.swept.combinations))
        rank = {one.place: place for place, one in enumerate(cell.cheapest(len(places)), 1)}
        for place, combination in zip(places, found.swept.combinations, strict=True):
            estimate = cell.at(place)
            yield [
                *_names(combination),
                decimal_text(factor),
                load,
                estimate.status.value,
                " ".join(estimate.missing),
                str(rank.get(place, "")),
                *_costs(estimate),
                currency,
                "" if estimate.prices_as_of is None else estimate.prices_as_of.isoformat(),
            ]
    for refused in found.swept.refused:
        names = _names(refused.combination)
        yield [*names, "", "", "refused", refused.problem.message, *[""] * 4, currency, ""]


def _names(one: Combination) -> list[str]:
    taken = (one.model, one.host, one.region, one.term)
    return [one.option, one.kind, *(entry or "" for entry in taken)]


def _costs(estimate: Estimate) -> list[str]:
    instances = "" if estimate.instances is None else str(estimate.instances)
    costs: tuple[Decimal | None, ...] = (estimate.cost_per_hour, estimate.cost_per_month)
    return [instances, *(number_text(cost) or "" for cost in costs)]
