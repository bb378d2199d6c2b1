"""What the answer to a plan is made of: months, fiscal years, options, paybacks."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costing.cashflow_items import PlanItem
from costing.columns import Columns, columns_of, money
from costing.estimate import Status
from costing.notices import Notice
from costing.options import Missing
from costing.plan import Plan
from costing.question import Question


class PaybackReason(StrEnum):
    """Why there is no month of payback."""

    NEVER_WITHIN_HORIZON = "never_within_horizon"
    COST_UNKNOWN = "cost_unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanMonth:
    """One option in one month. Costs are None unless the status is known.

    factor: the load over that of the workload. instances: paid, standby ones included, None where
    the option has none. committed_instances: 0 where no commitment runs. cumulative: since the
    first month, None from the first month without a cost on. owed_if_demand_stops: what must still
    be paid under the running term after this month; prepaid_if_demand_stops: what was paid at its
    start for months after this one; of owned hosts what is not depreciated yet, the residual value
    apart. Both None where the committed instances are not known.
    """

    month: date
    factor: Decimal
    requests_per_hour: Decimal
    status: Status
    missing: tuple[Missing, ...]
    instances: int | None
    committed_instances: int | None
    items: tuple[PlanItem, ...]
    cash: Decimal | None
    amortized: Decimal | None
    cumulative_cash: Decimal | None
    cumulative_amortized: Decimal | None
    owed_if_demand_stops: Decimal | None
    prepaid_if_demand_stops: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FiscalYear:
    """The months of the plan that lie in one fiscal year; fewer than 12 are a part of it.

    Named by its first and last planned month, since a year's number means different years in
    different places. Costs are None where any of its months has none.
    """

    first_month: date
    last_month: date
    months: int
    cash: Decimal | None
    amortized: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionPlan:
    """One option over the whole horizon; totals are None where any month has no cost."""

    name: str
    months: tuple[PlanMonth, ...]
    fiscal_years: tuple[FiscalYear, ...]
    cash: Decimal | None
    amortized: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Payback:
    """From which month on the cumulative cash of `option` stays at or under that of `against`.

    months: how many months that is from the start, 1 for the first. None of both: see `reason`.
    """

    option: str
    against: str
    month: date | None
    months: int | None
    reason: PaybackReason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanAnswer:
    """The answer to a plan: all options in the order of the question, all pairs for payback."""

    question: Question
    plan: Plan
    options: tuple[OptionPlan, ...]
    paybacks: tuple[Payback, ...]
    notices: tuple[Notice, ...]

    def columns(self) -> Columns:
        """A row a month of an option, options in the order of the question."""
        currency = self.question.currency.lower()
        return columns_of(
            [(option, month) for option in self.options for month in option.months],
            {
                "option": lambda row: row[0].name,
                "month": lambda row: row[1].month,
                "requests_per_hour": lambda row: row[1].requests_per_hour,
                "status": lambda row: row[1].status.value,
                "instances": lambda row: row[1].instances,
                "committed_instances": lambda row: row[1].committed_instances,
                money("cash", currency, "month"): lambda row: row[1].cash,
                money("amortized", currency, "month"): lambda row: row[1].amortized,
                f"cumulative_cash_{currency}": lambda row: row[1].cumulative_cash,
                f"cumulative_amortized_{currency}": lambda row: row[1].cumulative_amortized,
                f"owed_if_demand_stops_{currency}": lambda row: row[1].owed_if_demand_stops,
            },
        )
