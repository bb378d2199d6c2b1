"""Answers as columns: a dict of lists of one length, as `pandas.DataFrame` takes it.

A name ends in its unit, money with its currency: `cost_usd_per_month`. Values stay exact (Decimal),
and what is unknown stays None.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

Row = TypeVar("Row")

Columns: TypeAlias = dict[str, list[Any]]


def columns_of(rows: Iterable[Row], cells: Mapping[str, Callable[[Row], Any]]) -> Columns:
    """One list for each name, one value in it for each row; every name also where no row is."""
    listed = list(rows)
    return {name: [cell(row) for row in listed] for name, cell in cells.items()}


def money(name: str, currency: str, period: str) -> str:
    """The name of a column of money: cost, USD, month is `cost_usd_per_month`."""
    return f"{name}_{currency.lower()}_per_{period}"
