"""How a decision stands, small enough to keep for thousands: no sentence, no price, no question."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from costing.verdict import Verdict
from dashboard.decisions.today import Status, Today, Why
from dashboard.sentences import why_close


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A verdict at the workload. call: its class; why: what forbids a clear one, as `why_close`
    names it. gap_share: how much more the second costs."""

    cheapest: str | None
    second: str | None
    call: str
    why: str
    gap_share: Decimal | None
    cost_per_month: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A version held against the catalog of one moment.

    Attributes:
        decided: the option that was the cheapest when it was sealed; None: it could not be said.
        now: today's finding; None where the question has no answer today.
        margin: (cheapest other option - decided) / decided, by today's monthly costs: how much
            dearer the next one is. Below 0: another is cheaper now. None: not known.
        moves: prices that moved; None where that cannot be said.
        retirement, commitment: the first day without a model or host, or after a commitment.
    """

    status: Status
    reasons: tuple[Why, ...]
    decided: str | None = None
    now: Finding | None = None
    margin: Decimal | None = None
    moves: int | None = None
    retirement: date | None = None
    commitment: date | None = None


FAILED = Judgement(status=Status.CHECK, reasons=(Why(code="failed"),))
"""Of a decision whose judging ended with an error of the program, which the log tells."""


def judgement_of(today: Today) -> Judgement:
    """What is kept of a version that was held against today."""
    at_seal: Any = today.answer.get("at_workload") or {}
    decided = at_seal.get("cheapest")
    ends = [one for one in today.ends if one.what != "commitment"]
    bound = [one for one in today.ends if one.what == "commitment"]
    return Judgement(
        status=today.status,
        reasons=today.reasons,
        decided=decided,
        now=finding_of(today),
        margin=None if today.now is None else _margin(today.now.at_workload, decided),
        moves=len(today.moved) if today.bridges else None,
        retirement=ends[0].on if ends else None,
        commitment=bound[0].on if bound else None,
    )


def finding_of(today: Today) -> Finding | None:
    """Today's finding; None where there is no answer today."""
    if today.now is None:
        return None
    at = today.now.at_workload
    cheapest = next((one for one in at.estimates if one.name == at.cheapest), None)
    return Finding(
        cheapest=at.cheapest,
        second=at.second,
        call=at.call.value,
        why=why_close({one.code for one in at.reasons}),
        gap_share=at.gap_share,
        cost_per_month=None if cheapest is None else cheapest.cost_per_month,
    )


def _margin(at: Verdict, decided: str | None) -> Decimal | None:
    costs = {one.name: one.cost_per_month for one in at.estimates if one.cost_per_month is not None}
    own = costs.pop(decided, None) if decided is not None else None
    if not own or not costs:
        return None
    return (min(costs.values()) - own) / own
