"""The optional parts of a scenario that speak of time: the plan, commitments, one-off costs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from catalog.problems import Path, Problem, problem
from catalog.scenario_fields import (
    AsText,
    Line,
    Number,
    Part,
    PositiveCount,
    Share,
    TypedPrice,
    read_count,
    read_number,
    read_positive_count,
    refuse,
    shown,
)
from costing.plan import EARLIEST_YEAR, LATEST_YEAR, MOST_MONTHS, month_after, month_text

MOST_ONE_OFFS = 50
GROWTH_FORMS = ("growth_per_month", "growth_per_year", "monthly_factors")


def read_month(value: Any) -> date:
    """A month written as 2027-04, as its first day."""
    if isinstance(value, date) and value.day == 1:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value.strip(), re.ASCII):
        year, month = value.strip().split("-")
        if EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
            return date(int(year), int(month), 1)
    raise refuse("not_a_month", found=shown(value))


def read_months(value: Any) -> int:
    """A number of months from 1 to 120."""
    months = read_positive_count(value)
    if months > MOST_MONTHS:
        raise refuse("above_most", most=MOST_MONTHS, found=shown(value))
    return months


def read_month_of_year(value: Any) -> int:
    """A month from 1 to 12."""
    month = read_count(value)
    if month == 0:
        raise refuse("below_least", least=1, found=0)
    if month > 12:
        raise refuse("above_most", most=12, found=shown(value))
    return month


def read_growth(value: Any) -> Decimal:
    """A share of -1 or more: 0.2 is 20 % more, -0.1 is 10 % less."""
    text = str(value) if isinstance(value, (int, Decimal, str)) else ""
    if text.strip().startswith("-"):
        shrinks = read_number(text.strip()[1:])
        if shrinks > 1:
            raise refuse("below_least", least=-1, found=shown(value))
        return -shrinks
    return read_number(value)


def read_one_offs(value: Any) -> Any:
    """A list of so many one-off costs at most; what stands in it is read one by one."""
    if isinstance(value, (list, tuple)) and len(value) > MOST_ONE_OFFS:
        raise refuse("too_many", most=MOST_ONE_OFFS, found=len(value))
    return value


def read_factors(value: Any) -> Any:
    """A list of so many factors at most; what stands in it is read one by one."""
    if isinstance(value, (list, tuple)) and len(value) > MOST_MONTHS:
        raise refuse("too_many", most=MOST_MONTHS, found=len(value))
    return value


Month: TypeAlias = Annotated[
    date,
    BeforeValidator(read_month),
    PlainSerializer(month_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$"}),
]
Months: TypeAlias = Annotated[int, BeforeValidator(read_months)]
MonthOfYear: TypeAlias = Annotated[int, BeforeValidator(read_month_of_year)]
GrowthShare: TypeAlias = Annotated[Decimal, BeforeValidator(read_growth), AsText]


class OneOffFields(Part):
    """What an option costs once, in a month of the plan."""

    name: Line
    amount: Number
    month: Month


OneOffs: TypeAlias = Annotated[tuple[OneOffFields, ...], BeforeValidator(read_one_offs)]


class CommitmentFields(Part):
    """What is paid for a whole term from the first month of the plan on, used or not."""

    months: Months
    upfront_share: Share = Field(default=0, validate_default=True)
    price: TypedPrice
    after: Literal["renew", "list_price"] = "list_price"


class HostCommitmentFields(CommitmentFields):
    """So many hosts; left out: those that the option pays at the workload."""

    hosts: PositiveCount | None = None


class UnitCommitmentFields(CommitmentFields):
    """So many units of throughput; left out: those that the option pays at the workload."""

    units: PositiveCount | None = None


class PlanFields(Part):
    """The horizon, how the load grows in it, and where fiscal years start."""

    start: Month
    months: Months
    growth_per_month: GrowthShare | None = None
    growth_per_year: GrowthShare | None = None
    monthly_factors: Annotated[tuple[Number, ...] | None, BeforeValidator(read_factors)] = None
    fiscal_year_starts_in: MonthOfYear = 1


def plan_problems(plan: PlanFields) -> Iterator[Problem]:
    """What the fields of a plan say against each other."""
    given = [name for name in GROWTH_FORMS if getattr(plan, name) is not None]
    if len(given) > 1:
        yield problem("growth_forms", ("plan", given[-1]), found=", ".join(given))
    if plan.monthly_factors is not None and len(plan.monthly_factors) != plan.months:
        path, found = ("plan", "monthly_factors"), len(plan.monthly_factors)
        yield problem("one_factor_a_month", path, months=plan.months, found=found)


def month_outside(
    costs: Sequence[OneOffFields], start: date, months: int, path: Path
) -> Iterator[Problem]:
    """One-off costs that lie outside the plan, which would be left out without a word."""
    last = month_after(start, months - 1)
    for index, cost in enumerate(costs):
        if not start <= cost.month <= last:
            yield problem(
                "month_outside_plan",
                (*path, index, "month"),
                first=month_text(start),
                last=month_text(last),
                found=month_text(cost.month),
            )
