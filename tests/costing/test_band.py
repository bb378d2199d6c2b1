"""Answers on estimated capacities: the ends of the range, and verdicts that hold over it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from costing import (
    BreakEven,
    Call,
    Dedicated,
    EstimatedCapacity,
    InvalidValue,
    Price,
    Question,
    RequestShape,
    Serverless,
    TypedCapacity,
    Unit,
    UnknownCapacity,
    Workload,
    break_even,
)
from costing.capacity_reasons import Lift, Reason, ReasonCode


def price(amount: str, unit: Unit, per: str = "1") -> Price:
    return Price(amount=Decimal(amount), per=Decimal(per), unit=unit, currency="USD")


def capacity(low: str, high: str, rate: str = "100") -> EstimatedCapacity:
    return EstimatedCapacity(
        output_tokens_per_second=Decimal(rate),
        evidence="fitted_model",
        low_share=Decimal(low),
        high_share=Decimal(high),
        measurements=12,
    )


def asked(
    one: EstimatedCapacity | TypedCapacity | UnknownCapacity, requests: str = "3000"
) -> BreakEven:
    """1,000 output tokens a request at 2 USD a million, against hosts of 5 USD an hour: 0.002 a
    request, so that a host pays from 2,500 requests an hour."""
    return break_even(
        Question(
            currency="USD",
            workload=Workload(
                requests=Decimal(requests),
                shape=RequestShape(input_tokens=Decimal(0), output_tokens=Decimal(1000)),
                peak_to_mean=Decimal(1),
            ),
            options=(
                Serverless(name="tokens", input=None, output=price("2", Unit.TOKEN, per="1000000")),
                Dedicated(
                    name="hosts",
                    price=price("5", Unit.HOUR),
                    minimum_instances=1,
                    spare_instances=0,
                    capacity=one,
                ),
            ),
        )
    )


def test_the_answer_has_the_same_question_answered_at_both_ends() -> None:
    """1,000 tokens a second serve 3,600 requests an hour; half of it 1,800, too few to pay."""
    answer = asked(capacity("0.5", "2", rate="1000"))

    assert answer.low is not None
    assert answer.high is not None
    ends = (answer.low, answer, answer.high)
    assert [one.at_workload.estimates[1].instances for one in ends] == [2, 1, 1]
    assert answer.paper_crossings[0].reachable is True
    assert answer.low.paper_crossings[0].reachable is False


def test_a_winner_that_changes_within_the_range_is_too_close_to_call() -> None:
    """At 3,000 requests an hour one host costs 5, tokens 6, two hosts 10."""
    sure, unsure = (
        asked(capacity("0.9", "1.5", rate="1000")),
        asked(capacity("0.5", "2", rate="1000")),
    )

    assert (sure.at_workload.call, sure.at_workload.cheapest) == (Call.CLEAR, "hosts")
    assert (unsure.at_workload.call, unsure.at_workload.cheapest) == (Call.TOO_CLOSE, "hosts")
    assert [one.code for one in unsure.at_workload.reasons] == ["capacity_band"]


def test_a_slow_end_that_serves_nothing_makes_the_winner_unsure() -> None:
    answer = asked(capacity("0", "2", rate="1000"))

    assert answer.low is not None
    assert answer.low.at_workload.call is Call.UNKNOWN
    assert answer.at_workload.call is Call.TOO_CLOSE


def test_a_typed_capacity_has_no_ends() -> None:
    answer = asked(TypedCapacity(output_tokens_per_second=Decimal(100)))

    assert (answer.low, answer.high) == (None, None)


def test_an_estimate_says_what_it_rests_on_and_each_reason() -> None:
    reason = Reason(code=ReasonCode.GPU_NEVER_MEASURED, facts={"gpu": "T4"}, lifts=(Lift.MEASURE,))
    estimated = EstimatedCapacity(
        output_tokens_per_second=Decimal(100),
        evidence="fitted_model",
        low_share=Decimal("0.5"),
        high_share=Decimal("1.5"),
        measurements=7,
        reasons=(reason,),
    )

    told = [one for one in asked(estimated).notices if one.code.startswith("capacity")]

    assert [(one.code, one.option) for one in told] == [
        ("capacity_estimated", "hosts"),
        ("capacity.gpu_never_measured", "hosts"),
    ]
    assert told[0].facts == {
        "evidence": "fitted_model", "measurements": "7", "low_share": "0.5", "high_share": "1.5",
    }  # fmt: skip
    assert told[1].facts == {"gpu": "T4", "lifts": "measure"}


def test_a_capacity_that_could_not_be_estimated_says_why() -> None:
    reason = Reason(code=ReasonCode.GPU_UNKNOWN, facts={"host": "X"}, lifts=(Lift.STATE_THE_FACT,))

    answer = asked(UnknownCapacity(reasons=(reason,)))

    assert answer.at_workload.call is Call.UNKNOWN
    assert "capacity.gpu_unknown" in [one.code for one in answer.notices]


@pytest.mark.parametrize(("low", "high"), [("1.1", "2"), ("0.5", "0.9"), ("-0.1", "2")])
def test_a_range_that_does_not_enclose_the_middle_is_refused(low: str, high: str) -> None:
    with pytest.raises(InvalidValue, match="low_share"):
        capacity(low, high)
