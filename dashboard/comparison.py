"""Options of one question side by side: facts of the same answer that Decide shows, none of them
computed anew. What is read from the catalog beside it is when something ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from catalog.database import Database
from catalog.plans import retirements
from catalog.scenario import OptionDocument, Scenario, ServerlessFields
from costing import (
    HOURS_PER_MONTH,
    BreakEven,
    Call,
    Dedicated,
    Estimate,
    Notice,
    Option,
    Provisioned,
    Serverless,
    Unlimited,
)
from costing.answers import Position, answer_cost, position
from costing.notices import LARGEST_DATE_GAP_DAYS
from costing.options import SPOT
from costing.units import exact, to_decimal

MOST: Final = 5
"""Options that stand side by side at most."""
PER_MILLION: Final = 1_000_000
TOLD_ELSEWHERE: Final = frozenset(
    {
        "above_maximum",
        "capacity_by_length",
        "capacity_estimated",
        "capacity_not_considered",
        "cost_unknown",
        "price_date_unknown",
    }
)
"""Remarks on an option that its capacity, its cost or what is unknown say already."""
ON_DEMAND: Final = frozenset({None, "on_demand", "hourly", SPOT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """What counts against an option. notice: a remark of the answer; else `code` with its facts:
    text, with days as ISO and money in full."""

    code: str
    facts: dict[str, str]
    notice: Notice | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedOption:
    """One option.

    Attributes:
        number: its place in the question, from 1.
        option: with the prices that its requests are billed at; document: as it was asked for.
        estimate: at the workload. is_cheapest: the verdict calls it clearly cheaper.
        cost_per_request, cost_per_million_tokens: in the currency of the question, input and output
            together and as this option counts them; None where there is no cost or no load.
        against: the load over the break-even that this option takes part in; None: there is none.
        unknown: codes of what is not known; losses: what counts against it.
    """

    number: int
    option: Option
    document: OptionDocument
    estimate: Estimate
    is_cheapest: bool
    cost_per_request: Decimal | None
    cost_per_million_tokens: Decimal | None
    against: Position | None
    unknown: tuple[str, ...]
    losses: tuple[Loss, ...]

    @property
    def name(self) -> str:
        """As in the question."""
        return self.option.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """At most five options of an answer, in the order of the question. left_out: numbers and names
    of the others, which the verdict counts all the same."""

    answer: BreakEven
    scenario: Scenario
    options: tuple[ComparedOption, ...]
    left_out: tuple[tuple[int, str], ...]


def compare_options(
    database: Database, scenario: Scenario, answer: BreakEven, chosen: Sequence[int] = ()
) -> Comparison:
    """The chosen options of an answer side by side.

    chosen: numbers from 1; those beyond the fifth and those that are none are not followed. Empty:
    the five that cost least at the workload, one without a cost after all others.
    """
    everyone = range(1, len(answer.question.options) + 1)
    asked = [number for number in dict.fromkeys(chosen) if number in everyone]
    numbers = sorted((asked or _cheapest(answer))[:MOST])
    ends: dict[int, list[Loss]] = {}
    with database.read() as session:
        for number in numbers:
            option = answer.question.options[number - 1]
            ends[number] = [
                Loss(code=f"{gone.what.value}_retires", facts={"on": gone.on.isoformat()})
                for gone in retirements(session, option)
            ]
    return Comparison(
        answer=answer,
        scenario=scenario,
        options=tuple(_compared(scenario, answer, number, ends[number]) for number in numbers),
        left_out=tuple(
            (number, answer.question.options[number - 1].name)
            for number in everyone
            if number not in numbers
        ),
    )


def _cheapest(answer: BreakEven) -> list[int]:
    costs = [one.cost_per_hour for one in answer.at_workload.estimates]

    def place(number: int) -> tuple[bool, Decimal]:
        cost = costs[number - 1]
        return cost is None, cost or Decimal(0)

    return sorted(range(1, len(costs) + 1), key=place)


def _compared(
    scenario: Scenario, answer: BreakEven, number: int, ends: list[Loss]
) -> ComparedOption:
    question, at = answer.question, answer.at_workload
    option, result = question.options[number - 1], at.estimates[number - 1]
    load, shape = question.workload.requests_per_hour, question.shape_of(option)
    tokens = exact(shape.input_tokens) + exact(shape.output_tokens)
    hourly = None if result.cost_per_hour is None else exact(result.cost_per_hour)
    monthly = None if hourly is None else hourly * exact(HOURS_PER_MONTH)
    a_million = None if hourly is None or not load * tokens else hourly / (load * tokens)
    document = scenario.options[number - 1]
    return ComparedOption(
        number=number,
        option=question.billed(option),
        document=document,
        estimate=result,
        is_cheapest=at.call is Call.CLEAR and at.cheapest == option.name,
        cost_per_request=answer_cost(monthly, load, None).each,
        cost_per_million_tokens=_times(a_million, PER_MILLION),
        against=_own_position(answer, option.name),
        unknown=tuple(_unknown(option, result)),
        losses=(*_losses(answer, document, result), *ends),
    )


def _times(number: Fraction | None, factor: int) -> Decimal | None:
    return None if number is None else to_decimal(number * factor)


def _own_position(answer: BreakEven, name: str) -> Position | None:
    """The load against the break-evens that this option takes part in."""
    mine = replace(
        answer,
        crossings=tuple(c for c in answer.crossings if name in (c.from_option, c.to_option)),
        paper_crossings=tuple(c for c in answer.paper_crossings if name in (c.option, c.against)),
    )
    return position(mine)


def _unknown(option: Option, result: Estimate) -> Iterator[str]:
    yield from (what.value for what in result.missing)
    if option.sold.region is None:
        yield "region"
    if isinstance(option, Dedicated):
        if isinstance(option.capacity, Unlimited):
            yield "capacity_not_considered"
    elif option.sold.deployment in (None, "unknown"):
        yield "deployment"
    if result.undated_prices:
        yield "price_date"


def _losses(answer: BreakEven, document: OptionDocument, result: Estimate) -> Iterator[Loss]:
    at = answer.at_workload
    best = next((one for one in at.estimates if one.name == at.cheapest), None)
    if result.cost_per_month is not None and best is not None and best.cost_per_month is not None:
        more = result.cost_per_month - best.cost_per_month
        if more > 0:
            yield Loss(code="costs_more", facts={"money": f"{more:f}", "other": best.name})
    yield from _commitments(document)
    newest = max(
        (day for one in at.estimates if (day := one.prices_as_of) is not None), default=None
    )
    if newest is not None and result.prices_as_of is not None:
        days = (newest - result.prices_as_of).days
        if days > LARGEST_DATE_GAP_DAYS:
            facts = {"day": result.prices_as_of.isoformat(), "days": str(days)}
            yield Loss(code="older_price", facts=facts)
    for notice in answer.notices:
        code = notice.code
        told = code in TOLD_ELSEWHERE or code.startswith(("rate_", "capacity.", "tie"))
        if notice.option == result.name and not told:
            yield Loss(code=code, facts=dict(notice.facts), notice=notice)


def _commitments(document: OptionDocument) -> Iterator[Loss]:
    if isinstance(document, ServerlessFields):
        return
    if document.commitment is not None:
        yield Loss(code="commitment", facts={"months": str(document.commitment.months)})
    elif document.kind == "dedicated" and document.term not in ON_DEMAND:
        yield Loss(code="term", facts={"term": document.term})


def term_of(option: Option) -> str | None:
    """How hosts or units are rented; None of an option by the token, and of owned hosts."""
    if isinstance(option, Serverless) or (isinstance(option, Dedicated) and option.owned):
        return None
    default = "hourly" if isinstance(option, Provisioned) else "on_demand"
    return option.sold.term or default
