"""What each option costs month by month over a horizon: paid in cash, and borne over its terms.

`plan_costs` answers with every month of every option, totals by fiscal year, when one option has
paid back against another, and what stays to be paid if demand stops. Formulas: README, "Over time".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, groupby

from costing.cashflow_items import Occasion, PlanItem, Term, month_items
from costing.cashflow_parts import (
    FiscalYear,
    OptionPlan,
    Payback,
    PaybackReason,
    PlanAnswer,
    PlanMonth,
)
from costing.errors import InvalidQuestion
from costing.estimate import Estimate, Status, estimate
from costing.growth import growth_factors
from costing.notices import notices
from costing.options import Option
from costing.owned_plan import OwnedMonth, owned_months
from costing.plan import Plan, month_text
from costing.plan_checks import check_plan, committed_instances
from costing.plan_notices import beyond_plan, plan_notices
from costing.question import Question
from costing.units import LARGEST_QUANTITY, exact, to_decimal


def plan_costs(question: Question, plan: Plan) -> PlanAnswer:
    """What the options of the question cost over the plan.

    Raises InvalidQuestion with the path of the field in the plan: an option that is not there, a
    commitment without instances, another currency, a load that grows beyond every measure.
    """
    check_plan(question, plan)
    factors = growth_factors(plan.growth, plan.months)
    loads = _loads(question, plan, factors)
    flows = [_flow(question, plan, option, loads) for option in question.options]
    at_workload = [estimate(question, option) for option in question.options]
    return PlanAnswer(
        question=question,
        plan=plan,
        options=tuple(_option_plan(plan, flow, factors) for flow in flows),
        paybacks=tuple(
            _payback(plan, one, other) for one in flows for other in flows if one is not other
        ),
        notices=(
            *notices(question, at_workload),
            *(
                notice
                for option, flow in zip(question.options, flows, strict=True)
                for notice in plan_notices(plan, option, flow.estimates, flow.terms)
            ),
            *(
                notice
                for option, flow in zip(question.options, flows, strict=True)
                for notice in beyond_plan(question, plan, option, flow.owned)
            ),
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Flow:
    """One option month by month, unrounded. terms: None without a commitment, or where the
    instances that were committed are not known. owned: None where no purchase is paid."""

    name: str
    estimates: tuple[Estimate, ...]
    terms: tuple[Term, ...] | None
    owned: tuple[OwnedMonth, ...] | None
    committed: bool
    items: tuple[tuple[PlanItem, ...], ...]
    cash: tuple[Fraction | None, ...]
    amortized: tuple[Fraction | None, ...]


def _loads(question: Question, plan: Plan, factors: Sequence[Fraction]) -> list[Fraction]:
    first = question.workload.requests_per_hour
    for index, factor in enumerate(factors):
        if first * factor > exact(LARGEST_QUANTITY):
            raise InvalidQuestion(
                field="growth",
                reason=(
                    f"expected loads of at most {LARGEST_QUANTITY:,} requests an hour, found more "
                    f"in {month_text(plan.month(index))}; lower the growth or shorten the plan"
                ),
            )
    return [first * factor for factor in factors]


def _flow(question: Question, plan: Plan, option: Option, loads: Sequence[Fraction]) -> _Flow:
    committed = [one for one in plan.commitments if one.option == option.name]
    terms = _terms(question, plan, option)
    estimates = tuple(estimate(question, option, load) for load in loads)
    owned = owned_months(option, [result.instances for result in estimates])
    items: list[tuple[PlanItem, ...]] = []
    cash: list[Fraction | None] = []
    amortized: list[Fraction | None] = []
    for index, result in enumerate(estimates):
        if result.status is not Status.KNOWN:
            items.append(())
            cash.append(None)
            amortized.append(None)
            continue
        once = [one for one in plan.one_offs if one.option == option.name]
        once = [one for one in once if one.month == plan.month(index)]
        occasion = Occasion(
            index=index,
            term=None if terms is None else terms[index],
            owned=None if owned is None else owned[index],
            one_offs=once,
        )
        parts = month_items(question, result, occasion)
        items.append(tuple(part.item for part in parts))
        cash.append(sum((part.cash for part in parts), Fraction(0)))
        amortized.append(sum((part.amortized for part in parts), Fraction(0)))
    return _Flow(
        name=option.name,
        estimates=estimates,
        terms=terms,
        owned=owned,
        committed=bool(committed),
        items=tuple(items),
        cash=tuple(cash),
        amortized=tuple(amortized),
    )


def _terms(question: Question, plan: Plan, option: Option) -> tuple[Term, ...] | None:
    for commitment in plan.commitments:
        if commitment.option != option.name:
            continue
        instances = committed_instances(question, option, commitment)
        if instances is not None:
            return tuple(
                Term(
                    commitment=commitment,
                    instances=instances,
                    month_of_term=commitment.month_of_term(index),
                )
                for index in range(plan.months)
            )
    return None


def _option_plan(plan: Plan, flow: _Flow, factors: Sequence[Fraction]) -> OptionPlan:
    cash_so_far = list(accumulate(flow.cash, _plus))
    amortized_so_far = list(accumulate(flow.amortized, _plus))
    months = []
    for index, result in enumerate(flow.estimates):
        term = None if flow.terms is None else flow.terms[index]
        months.append(
            PlanMonth(
                month=plan.month(index),
                factor=to_decimal(factors[index]),
                requests_per_hour=result.requests_per_hour,
                status=result.status,
                missing=result.missing,
                instances=result.instances,
                committed_instances=_committed(flow, term),
                items=flow.items[index],
                cash=_rounded(flow.cash[index]),
                amortized=_rounded(flow.amortized[index]),
                cumulative_cash=_rounded(cash_so_far[index]),
                cumulative_amortized=_rounded(amortized_so_far[index]),
                owed_if_demand_stops=_rounded(_left(flow, None if term is None else term.owed)),
                prepaid_if_demand_stops=_rounded(
                    flow.owned[index].book_value
                    if flow.owned is not None
                    else _left(flow, None if term is None else term.prepaid)
                ),
            )
        )
    return OptionPlan(
        name=flow.name,
        months=tuple(months),
        fiscal_years=_fiscal_years(plan, flow),
        cash=_rounded(cash_so_far[-1]),
        amortized=_rounded(amortized_so_far[-1]),
    )


def _committed(flow: _Flow, term: Term | None) -> int | None:
    if term is None:
        return None if flow.committed else 0
    return 0 if term.month_of_term is None else term.instances


def _left(flow: _Flow, amount: Fraction | None) -> Fraction | None:
    """What is left of a commitment: nothing without one, unknown where its size is unknown."""
    return Fraction(0) if not flow.committed else amount


def _fiscal_years(plan: Plan, flow: _Flow) -> tuple[FiscalYear, ...]:
    years = []
    grouped = groupby(range(plan.months), lambda index: plan.fiscal_year_of(plan.month(index)))
    for _, indexes in grouped:
        inside = list(indexes)
        years.append(
            FiscalYear(
                first_month=plan.month(inside[0]),
                last_month=plan.month(inside[-1]),
                months=len(inside),
                cash=_rounded(_total(flow.cash[index] for index in inside)),
                amortized=_rounded(_total(flow.amortized[index] for index in inside)),
            )
        )
    return tuple(years)


def _payback(plan: Plan, one: _Flow, other: _Flow) -> Payback:
    gaps = [
        None if mine is None or theirs is None else mine - theirs
        for mine, theirs in zip(
            accumulate(one.cash, _plus), accumulate(other.cash, _plus), strict=True
        )
    ]
    from_index, reason = None, None
    if gaps[-1] is None:
        reason = PaybackReason.COST_UNKNOWN
    elif gaps[-1] > 0:
        reason = PaybackReason.NEVER_WITHIN_HORIZON
    else:
        above = [index for index, gap in enumerate(gaps) if gap is not None and gap > 0]
        from_index = max(above, default=-1) + 1
    return Payback(
        option=one.name,
        against=other.name,
        month=None if from_index is None else plan.month(from_index),
        months=None if from_index is None else from_index + 1,
        reason=reason,
    )


def _total(amounts: Iterable[Fraction | None]) -> Fraction | None:
    *_, total = accumulate(amounts, _plus)
    return total


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """A sum; unknown as soon as a part is."""
    return None if one is None or other is None else one + other


def _rounded(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else to_decimal(amount)
