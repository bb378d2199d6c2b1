"""The optional `sweep` of a scenario: lists whose combinations are all priced.

Each list stands for what an option leaves out: an option that states its own model, region, host or
term keeps it. volumes: the workload times so much.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import AfterValidator, BeforeValidator

from catalog.scenario_fields import AnyTerm, Line, Part, Positive, refuse
from costing.units import decimal_text

MOST_OF_A_LIST: Final = 100
MOST_COMBINATIONS: Final = 2_000
"""Ways to run a model that one sweep prices: some seconds of look-ups."""

MOST_CELLS: Final = 30_000
"""Combinations times volumes: some seconds of exact costs."""

_Entry = TypeVar("_Entry")


def read_list(value: Any) -> Any:
    """A list of so many entries at most; what stands in it is read one by one."""
    if isinstance(value, (list, tuple)):
        if not value:
            raise refuse("empty_list")
        if len(value) > MOST_OF_A_LIST:
            raise refuse("too_many", most=MOST_OF_A_LIST, found=len(value))
    return value


def each_once(value: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    """The same list, of which no entry stands there twice."""
    twice = next((one for place, one in enumerate(value) if one in value[:place]), None)
    if twice is not None:
        found = decimal_text(twice) if isinstance(twice, Decimal) else repr(twice)
        raise refuse("listed_twice", found=found)
    return value


Listed: TypeAlias = Annotated[
    tuple[_Entry, ...], BeforeValidator(read_list), AfterValidator(each_once)
]
"""A list in which something stands, and nothing twice."""


class SweepFields(Part):
    """What is combined. A list that is left out is what the scenario says anyway."""

    models: Listed[Line] = ()
    hosts: Listed[Line] = ()
    regions: Listed[Line] = ()
    terms: Listed[AnyTerm] = ()
    volumes: Listed[Positive] = ()
