"""Which option is cheapest at one load, by how much, and whether that can be called at all."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.columns import Columns, columns_of, money
from costing.estimate import Estimate, Status, estimate, exact_cost_per_hour
from costing.notices import LARGEST_DATE_GAP_DAYS, price_date_gap_days
from costing.question import Question
from costing.units import to_decimal

CLOSE_SHARE = Fraction(1, 10)
"""A gap under this share of the cheapest cost is too close to call."""


class Call(StrEnum):
    """The verdict at a load."""

    CLEAR = "clear"
    TOO_CLOSE = "too_close"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why the call is what it is: missing, no_option, only_option, close_costs or price_dates."""

    code: str
    option: str | None = None
    missing: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """All options at one mean load (requests an hour).

    cheapest and second are None where something is missing; of equal costs the earlier option
    counts as cheaper. gap: money an hour between them; gap_share: the gap over the cheapest cost
    (None
    where that is 0).
    """

    name: str
    requests_per_hour: Decimal
    cheapest: str | None
    second: str | None
    gap_per_hour: Decimal | None
    gap_share: Decimal | None
    call: Call
    reasons: tuple[Reason, ...]
    estimates: tuple[Estimate, ...]

    def columns(self) -> Columns:
        """A row an option, in the order of the question."""
        currency = self.estimates[0].currency
        return columns_of(
            self.estimates,
            {
                "load": lambda one: self.name,
                "requests_per_hour": lambda one: one.requests_per_hour,
                "option": lambda one: one.name,
                "kind": lambda one: one.kind,
                "status": lambda one: one.status.value,
                "missing": lambda one: ", ".join(one.missing),
                money("cost", currency, "hour"): lambda one: one.cost_per_hour,
                money("cost", currency, "month"): lambda one: one.cost_per_month,
                "instances": lambda one: one.instances,
                "utilization_share": lambda one: one.utilization,
                "cheapest": lambda one: one.name == self.cheapest,
                "prices_as_of": lambda one: one.prices_as_of,
            },
        )


def judge(question: Question, name: str, load: Fraction) -> Verdict:
    """The verdict at a mean load in requests an hour; `name` is the reader's name of that load."""
    estimates = tuple(estimate(question, option, load) for option in question.options)
    lacking = tuple(
        Reason(code="missing", option=result.name, missing=what)
        for result in estimates
        if result.status is Status.UNKNOWN
        for what in result.missing
    )
    ranked = sorted(
        (cost, index)
        for index, option in enumerate(question.options)
        if (cost := exact_cost_per_hour(question, option, load)) is not None
    )
    gap = share = None
    if len(ranked) > 1 and not lacking:
        gap = ranked[1][0] - ranked[0][0]
        share = gap / ranked[0][0] if ranked[0][0] > 0 else None
    call, reasons = _call(question, len(ranked), gap, share, lacking)
    return Verdict(
        name=name,
        requests_per_hour=to_decimal(load),
        cheapest=estimates[ranked[0][1]].name if ranked and not lacking else None,
        second=None if gap is None else estimates[ranked[1][1]].name,
        gap_per_hour=None if gap is None else to_decimal(gap),
        gap_share=None if share is None else to_decimal(share),
        call=call,
        reasons=reasons,
        estimates=estimates,
    )


def _call(
    question: Question,
    priced: int,
    gap: Fraction | None,
    share: Fraction | None,
    lacking: tuple[Reason, ...],
) -> tuple[Call, tuple[Reason, ...]]:
    if lacking:
        return Call.UNKNOWN, lacking
    if priced == 0:
        return Call.UNKNOWN, (Reason(code="no_option"),)
    if gap is None:
        return Call.CLEAR, (Reason(code="only_option"),)
    reasons = reasons_not_to_call(question, gap, share)
    return (Call.TOO_CLOSE if reasons else Call.CLEAR), reasons


def reasons_not_to_call(
    question: Question, gap: Fraction, share: Fraction | None
) -> tuple[Reason, ...]:
    """Close costs and price dates far apart. gap: from the cheapest to the next; share: of the
    cheapest, None where that costs nothing."""
    reasons: list[Reason] = []
    if gap == 0 or (share is not None and share < CLOSE_SHARE):
        reasons.append(Reason(code="close_costs"))
    days_apart = price_date_gap_days(question)
    if days_apart is not None and days_apart > LARGEST_DATE_GAP_DAYS:
        reasons.append(Reason(code="price_dates"))
    return tuple(reasons)
