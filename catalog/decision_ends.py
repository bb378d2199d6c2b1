"""When what a decision stands on comes to an end: models, hosts, commitments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlmodel import Session

from catalog.plans import retirements
from catalog.scenario import Scenario, ServerlessFields
from costing import Question, Retiring
from costing.plan import month_after

What = Literal["model", "host", "commitment"]

_WHAT: Final[dict[Retiring, What]] = {Retiring.MODEL: "model", Retiring.INSTANCE: "host"}
_MONTHS_OF_TERM: Final = {
    "reserved_1m": 1,
    "reserved_1y": 12,
    "reserved_3y": 36,
    "savings_plan_1y": 12,
    "savings_plan_3y": 36,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """An end of an option. on: the first day without it. assumed: the term is counted from the day
    of sealing, because the scenario says no first month."""

    option: str
    what: What
    on: date
    assumed: bool = False


def ends_of(
    session: Session, scenario: Scenario, question: Question, sealed_on: date
) -> tuple[End, ...]:
    """Every known end of the options, the earliest first. An unknown end is not listed."""
    found = [
        End(option=gone.option, what=_WHAT[gone.what], on=gone.on)
        for option in question.options
        for gone in retirements(session, option)
    ]
    found += _commitments(scenario, sealed_on)
    return tuple(sorted(found, key=lambda end: (end.on, end.option, end.what)))


def _commitments(scenario: Scenario, sealed_on: date) -> Iterator[End]:
    start = sealed_on.replace(day=1) if scenario.plan is None else scenario.plan.start
    for document in scenario.options:
        if isinstance(document, ServerlessFields):
            continue
        committed = document.commitment
        months = _MONTHS_OF_TERM.get(document.term) if committed is None else committed.months
        if months is not None:
            yield End(
                option=document.name,
                what="commitment",
                on=month_after(start, months),
                assumed=scenario.plan is None,
            )
