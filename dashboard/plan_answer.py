"""The answer to `plan` as one document: what the command line prints and REST sends.

Money and other exact numbers are strings, months are text such as 2027-04, unknown is null. The
prices of an option stand once in its list `prices`; an item names the place of its own there.
"""

from typing import Any, TypeAlias

from catalog.scenario import Scenario, scenario_document
from costing import (
    HOURS_PER_MONTH,
    FiscalYear,
    Notice,
    OptionPlan,
    Payback,
    Plan,
    PlanAnswer,
    PlanItem,
    PlanMonth,
    Price,
    decimal_text,
)
from costing.plan import month_text
from dashboard.answer import lens_document, number_text, price_document
from dashboard.plan_words import notice_text, payback_text, plan_notices
from dashboard.sentences import Sentences

Document: TypeAlias = dict[str, Any]


def plan_document(answer: PlanAnswer, scenario: Scenario, sentences: Sentences) -> Document:
    """Every month, fiscal year, payback and remark of a plan."""
    return {
        "scenario": scenario_document(scenario),
        "currency": answer.question.currency,
        **lens_document(scenario),
        "plan": _plan(answer.plan, assumed=scenario.plan is None),
        "options": [_option(option) for option in answer.options],
        "paybacks": [_payback(payback, sentences) for payback in answer.paybacks],
        "warnings": [_notice(one, sentences) for one in plan_notices(answer, scenario)],
        "prices_as_of": _oldest(answer),
    }


def _oldest(answer: PlanAnswer) -> str | None:
    """The oldest date of any price that a month was counted with, a commitment's among them."""
    days = [
        item.price.provenance.as_of
        for option in answer.options
        for month in option.months
        for item in month.items
        if item.price is not None and item.price.provenance.as_of is not None
    ]
    return min(days).isoformat() if days else None


def _plan(plan: Plan, *, assumed: bool) -> Document:
    growth = plan.growth
    factors = growth.monthly_factors
    return {
        "start": month_text(plan.start),
        "last_month": month_text(plan.month(plan.months - 1)),
        "months": plan.months,
        "hours_per_month": decimal_text(HOURS_PER_MONTH),
        "growth_per_month": number_text(growth.per_month),
        "growth_per_year": number_text(growth.per_year),
        "monthly_factors": None if factors is None else [decimal_text(one) for one in factors],
        "fiscal_year_starts_in": plan.fiscal_year_starts_in,
        "assumed": assumed,
    }


def _option(option: OptionPlan) -> Document:
    prices: list[Price] = []
    months = [_month(month, prices) for month in option.months]
    return {
        "name": option.name,
        "cash": number_text(option.cash),
        "amortized": number_text(option.amortized),
        "fiscal_years": [_year(year) for year in option.fiscal_years],
        "months": months,
        "prices": [price_document(price) for price in prices],
    }


def _month(month: PlanMonth, prices: list[Price]) -> Document:
    return {
        "month": month_text(month.month),
        "factor": decimal_text(month.factor),
        "requests_per_hour": decimal_text(month.requests_per_hour),
        "status": month.status.value,
        "missing": [what.value for what in month.missing],
        "instances": month.instances,
        "committed_instances": month.committed_instances,
        "cash": number_text(month.cash),
        "amortized": number_text(month.amortized),
        "cumulative_cash": number_text(month.cumulative_cash),
        "cumulative_amortized": number_text(month.cumulative_amortized),
        "if_demand_stops": {
            "owed": number_text(month.owed_if_demand_stops),
            "prepaid": number_text(month.prepaid_if_demand_stops),
        },
        "items": [_item(item, prices) for item in month.items],
    }


def _item(item: PlanItem, prices: list[Price]) -> Document:
    return {
        "code": item.code,
        "name": item.name,
        "cash": decimal_text(item.cash),
        "amortized": decimal_text(item.amortized),
        "formula": item.formula,
        "amortized_formula": item.amortized_formula,
        "inputs": {name: decimal_text(value) for name, value in item.inputs.items()},
        "price": None if item.price is None else _place(item.price, prices),
    }


def _place(price: Price, prices: list[Price]) -> int:
    """Where a price stands in the list of its option; put there if it is new."""
    if price not in prices:
        prices.append(price)
    return prices.index(price)


def _year(year: FiscalYear) -> Document:
    return {
        "first_month": month_text(year.first_month),
        "last_month": month_text(year.last_month),
        "months": year.months,
        "cash": number_text(year.cash),
        "amortized": number_text(year.amortized),
    }


def _payback(payback: Payback, sentences: Sentences) -> Document:
    return {
        "option": payback.option,
        "against": payback.against,
        "month": None if payback.month is None else month_text(payback.month),
        "months": payback.months,
        "reason": None if payback.reason is None else payback.reason.value,
        "text": payback_text(payback, sentences),
    }


def _notice(notice: Notice, sentences: Sentences) -> Document:
    return {
        "code": notice.code,
        "option": notice.option,
        "facts": dict(notice.facts),
        "text": notice_text(notice, sentences),
    }
