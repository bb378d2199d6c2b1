"""A workload seen by its answers: what one costs, what an accepted one costs, and how far the load
is from the break-even.

    cost of an answer          = cost a month / (730 * requests an hour)
    cost of an accepted answer = cost of an answer * judged / accepted
    position                   = requests an hour / requests an hour at the break-even

The break-even is the next one above the load, else the last one below; where costs never cross
within what the hosts serve, the nearest on paper, which says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from costing.breakeven import BreakEven, Crossing, PaperCrossing
from costing.errors import InvalidValue
from costing.units import HOURS_PER_MONTH, exact, to_decimal

Turn = TypeVar("Turn", Crossing, PaperCrossing)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """How many answers were judged, and how many of them accepted; fractions where repeats of one
    question count as one. Raises InvalidValue for less than none, or more accepted than judged."""

    accepted: Fraction
    judged: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.accepted <= self.judged:
            raise InvalidValue(
                field="accepted",
                expected=f"a number from 0 to the {self.judged} that were judged",
                found=str(self.accepted),
            )

    @property
    def share(self) -> Fraction | None:
        """Accepted of judged; None where nobody judged."""
        return self.accepted / self.judged if self.judged else None


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCost:
    """Money an answer and an accepted one; None where not known: there is no cost, no answer, no
    judgement, or none was accepted."""

    each: Decimal | None
    accepted: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where the load stands against a break-even, both in answers a month.

    Attributes:
        share: load / break-even; 1 is there.
        before, after: the cheapest option below it and above it.
        on_paper: it is where costs would meet if the fewest hosts had no limit.
        reachable: whether they serve it; None where it is no paper crossing, or nobody knows.
    """

    answers_per_month: Decimal
    share: Decimal
    before: str
    after: str
    on_paper: bool
    reachable: bool | None = None


def answer_cost(
    cost_per_month: Fraction | None, requests_per_hour: Fraction, acceptance: Acceptance | None
) -> AnswerCost:
    """What an answer costs of an option at a load. acceptance None: nobody judged."""
    answers = requests_per_hour * exact(HOURS_PER_MONTH)
    each = None if cost_per_month is None or not answers else cost_per_month / answers
    share = None if acceptance is None else acceptance.share
    accepted = None if each is None or not share else each / share
    return AnswerCost(
        each=None if each is None else to_decimal(each),
        accepted=None if accepted is None else to_decimal(accepted),
    )


def position(answer: BreakEven, requests_per_hour: Fraction | None = None) -> Position | None:
    """A load, else that of the question, against its break-even; None where there is none, not even
    on paper."""
    asked = answer.question.workload.requests_per_hour
    load = asked if requests_per_hour is None else requests_per_hour
    if answer.crossings:
        turn = _nearest(answer.crossings, load)
        sides = (turn.from_option, turn.to_option)
        return _position(load, turn.requests_per_hour, sides, on_paper=False)
    if answer.paper_crossings:
        paper = _nearest(sorted(answer.paper_crossings, key=_load_of), load)
        fixed = [paper.inputs[f"fixed_per_hour_{side}"] for side in ("before", "after")]
        sides = (
            (paper.against, paper.option) if fixed[0] < fixed[1] else (paper.option, paper.against)
        )
        return _position(
            load, paper.requests_per_hour, sides, on_paper=True, reachable=paper.reachable
        )
    return None


def _nearest(turns: Sequence[Turn], load: Fraction) -> Turn:
    """Of turns in rising order the next one above the load, else the last one below."""
    return next((one for one in turns if exact(one.requests_per_hour) >= load), turns[-1])


def _load_of(turn: PaperCrossing) -> Decimal:
    return turn.requests_per_hour


def _position(
    load: Fraction,
    at: Decimal,
    sides: tuple[str, str],
    *,
    on_paper: bool,
    reachable: bool | None = None,
) -> Position:
    """A break-even lies above 0: at no load at all costs are those of the hours alone, and the
    lower ones win."""
    before, after = sides
    return Position(
        answers_per_month=to_decimal(exact(at) * exact(HOURS_PER_MONTH)),
        share=to_decimal(load / exact(at)),
        before=before,
        after=after,
        on_paper=on_paper,
        reachable=reachable,
    )
