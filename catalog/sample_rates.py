"""The sample of rates that ships with the program: one day's list of the European Central Bank.

It lies in no database. Whatever uses one says that it is a sample, and of which day.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Final

from catalog.rates import Rate

ORIGIN: Final = "https://www.ecb.europa.eu/stats/eurofxref/"


@lru_cache(maxsize=1)
def sample_rates() -> tuple[Rate, ...]:
    """The rates of `sample_rates.csv`, in the order of the file."""
    text = (files("catalog") / "sample_rates.csv").read_text(encoding="utf-8")
    return tuple(
        Rate(
            id=f"sample-{row['base']}-{row['quote']}-{row['as_of']}",
            base=row["base"],
            quote=row["quote"],
            rate=Decimal(row["rate"]),
            as_of=date.fromisoformat(row["as_of"]),
            source="sample",
            url=ORIGIN,
            sample=True,
        )
        for row in csv.DictReader(text.splitlines())
    )
