"""What a scenario says about time as a costing plan, with the retirements that the catalog knows.

Where the scenario has no plan, one of twelve months without growth is assumed, and the caller says
from when.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from catalog.errors import InstanceNotFound
from catalog.instance_queries import find_instance
from catalog.plan_fields import GROWTH_FORMS, CommitmentFields, month_outside
from catalog.problems import Path, Problem, Refused, problem
from catalog.refusals import refusing, sentence, steps
from catalog.scenario import DedicatedFields, Scenario, ServerlessFields
from catalog.tables import AZURE_MODEL
from catalog.typed import OptionDocument, typed_price
from costing import (
    AfterEnd,
    Commitment,
    Dedicated,
    Growth,
    InvalidQuestion,
    OneOff,
    Option,
    Plan,
    PlanAnswer,
    Question,
    Retirement,
    Retiring,
    Serverless,
    plan_costs,
)

ASSUMED_MONTHS: Final = 12
AZURE: Final = "azure"


def assumed_start(question: Question, today: date) -> date:
    """January of the year after the newest price date, or after today where no price has one."""
    days = [
        price.provenance.as_of
        for option in question.options
        for price in option.prices
        if price.provenance.as_of is not None
    ]
    return date(max(days, default=today).year + 1, 1, 1)


def says_fiscal_year(scenario: Scenario) -> bool:
    """Whether a scenario names the month in which its fiscal years start."""
    fields = scenario.plan
    return fields is not None and "fiscal_year_starts_in" in fields.model_fields_set


def plan_of(
    session: Session,
    scenario: Scenario,
    question: Question,
    today: date,
    *,
    fiscal_year_starts_in: int = 1,
) -> Plan:
    """The plan of a scenario, or the one that is assumed. fiscal_year_starts_in: a month from 1 to
    12 for a scenario that names none. Raises Refused with every problem."""
    fields = scenario.plan
    start = assumed_start(question, today) if fields is None else fields.start
    months = ASSUMED_MONTHS if fields is None else fields.months
    problems: list[Problem] = []
    commitments: list[Commitment] = []
    one_offs: list[OneOff] = []
    for index, document in enumerate(scenario.options):
        path = ("options", index)
        problems += month_outside(document.one_off, start, months, (*path, "one_off"))
        one_offs += [
            OneOff(option=document.name, name=one.name, amount=one.amount, month=one.month)
            for one in document.one_off
        ]
        try:
            commitments += _commitments(document, (*path, "commitment"), question.currency)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    with refusing(("plan",)):
        return Plan(
            start=start,
            months=months,
            growth=Growth()
            if fields is None
            else Growth(
                per_month=fields.growth_per_month,
                per_year=fields.growth_per_year,
                monthly_factors=fields.monthly_factors,
            ),
            fiscal_year_starts_in=fields.fiscal_year_starts_in
            if fields is not None and says_fiscal_year(scenario)
            else fiscal_year_starts_in,
            commitments=tuple(commitments),
            one_offs=tuple(one_offs),
            retirements=tuple(
                found for option in question.options for found in retirements(session, option)
            ),
        )


def answer_plan(scenario: Scenario, question: Question, plan: Plan) -> PlanAnswer:
    """The costs over a plan. Raises Refused, at the path of the document, where it does not fit."""
    try:
        return plan_costs(question, plan)
    except InvalidQuestion as error:
        path = _path_of(scenario, steps(error.field))
        raise Refused([problem("invalid", path, reason=sentence(error.reason))]) from None


def _commitments(document: OptionDocument, path: Path, currency: str) -> list[Commitment]:
    fields = _commitment(document)
    if fields is None:
        return []
    with refusing(path):
        return [
            Commitment(
                option=document.name,
                term_months=fields.months,
                price=typed_price(fields.price, currency),
                upfront_share=fields.upfront_share,
                instances=getattr(fields, _count_of(document)),
                after=AfterEnd(fields.after),
            )
        ]


def _commitment(document: OptionDocument) -> CommitmentFields | None:
    return None if isinstance(document, ServerlessFields) else document.commitment


def _count_of(document: OptionDocument) -> str:
    """What the document calls the instances of a commitment."""
    return "hosts" if isinstance(document, DedicatedFields) else "units"


def retirements(session: Session, option: Option) -> Iterator[Retirement]:
    """When the option's host, or the model that Azure sells by the token, is known to go. Nobody
    takes an owned host away."""
    sold = option.sold
    owned = isinstance(option, Dedicated) and option.owned is not None
    if sold.instance is not None and not owned:
        try:
            gone = find_instance(session, sold.instance).retired_on
        except InstanceNotFound:  # a host with a typed price, which the catalog need not know
            gone = None
        if gone is not None:
            yield Retirement(option=option.name, what=Retiring.INSTANCE, on=gone)
    if isinstance(option, Serverless) and sold.provider == AZURE and sold.model is not None:
        query = select(AZURE_MODEL.c.inference_retired_on).where(
            AZURE_MODEL.c.model_id == sold.model
        )
        days = [row.inference_retired_on for row in session.execute(query)]
        known = [day for day in days if day is not None]
        # One version without an end, and the model can be had beyond the ends of the others.
        if known and len(known) == len(days):
            yield Retirement(option=option.name, what=Retiring.MODEL, on=max(known))


def _path_of(scenario: Scenario, found: Path) -> Path:
    """A path in the plan as the path of the document."""
    if found[0] == "commitments":
        committed = [
            index
            for index, document in enumerate(scenario.options)
            if _commitment(document) is not None
        ]
        index = committed[int(found[1])]
        count = _count_of(scenario.options[index])
        rest = tuple(count if step == "instances" else step for step in found[2:])
        return ("options", index, "commitment", *rest)
    assert scenario.plan is not None  # nothing else can be wrong with a plan that is assumed
    given = [form for form in GROWTH_FORMS if getattr(scenario.plan, form) is not None]
    return ("plan", *given)
