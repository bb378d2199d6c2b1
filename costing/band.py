"""The ends of an answer that rests on estimated capacities: all hosts slow, and all hosts fast.

A middle is no fact. Where the cheapest option at a load differs between the ends, the verdict there
is too close to call, whatever the gap in the middle.
"""

from collections.abc import Sequence
from dataclasses import replace

from costing.options import Dedicated, EstimatedCapacity, Option
from costing.question import Question
from costing.verdict import Call, Reason, Verdict

UNSURE_CAPACITY = "capacity_band"


def at_ends(question: Question) -> tuple[Question, Question] | None:
    """The question with every estimated capacity at its low and at its high end; None where no
    capacity is estimated."""
    if not any(_estimated(option) for option in question.options):
        return None
    low, high = (
        replace(question, options=tuple(_at(option, high=end) for option in question.options))
        for end in (False, True)
    )
    return low, high


def called_over(verdict: Verdict, ends: Sequence[Verdict]) -> Verdict:
    """The verdict, too close to call where an end of the band has another winner or none."""
    if verdict.call is Call.UNKNOWN or all(end.cheapest == verdict.cheapest for end in ends):
        return verdict
    reasons = tuple(reason for reason in verdict.reasons if reason.code != "only_option")
    return replace(verdict, call=Call.TOO_CLOSE, reasons=(*reasons, Reason(code=UNSURE_CAPACITY)))


def _estimated(option: Option) -> EstimatedCapacity | None:
    capacity = option.capacity if isinstance(option, Dedicated) else None
    return capacity if isinstance(capacity, EstimatedCapacity) else None


def _at(option: Option, *, high: bool) -> Option:
    capacity = _estimated(option)
    if capacity is None or not isinstance(option, Dedicated):
        return option
    share = capacity.high_share if high else capacity.low_share
    return replace(option, capacity=capacity.at(share))
