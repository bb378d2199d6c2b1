"""Whether the cheapest way of a hybrid can be called: close costs, old prices, unsure hosts.

By day 30 requests come in each of 12 hours and none by night. A request by the token costs what is
said, a host carries 10; the mean is 15 an hour.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from costing import (
    Call,
    Dedicated,
    Hybrid,
    HybridCall,
    LoadProfile,
    Reason,
    Serverless,
    UnknownCapacity,
    Way,
    best_hybrid,
    hybrid_call,
)
from tests.costing.questions import hosts, money, per_token, question, token_money, typed

BY_DAY = LoadProfile(name="by day", weights=(Decimal(0),) * 12 + (Decimal(1),) * 12)
DAY = date(2026, 5, 1)


def found(base: Dedicated, tokens: Serverless, load: str = "15") -> Hybrid:
    return best_hybrid(question(base, tokens, requests=load), base, tokens, BY_DAY)


def called(base: Dedicated, tokens: Serverless, *ends: Hybrid) -> HybridCall:
    return hybrid_call(found(base, tokens), question(base, tokens, requests="15"), ends)


def closes(*codes: str) -> HybridCall:
    return HybridCall(call=Call.TOO_CLOSE, reasons=tuple(Reason(code=one) for one in codes))


@pytest.mark.parametrize(
    ("price", "call"),
    [
        ("2", Call.CLEAR),  # three hosts 6 an hour, tokens 15
        ("4.5", Call.CLEAR),  # 13.5: a tenth of 13.5 is 1.35, and 1.5 more are the tokens
        ("4.6", Call.TOO_CLOSE),  # 13.8 against 15
        ("5", Call.TOO_CLOSE),  # equal costs
        ("5.4", Call.TOO_CLOSE),  # 15 against 16.2
        ("6", Call.CLEAR),  # 15 against 18
    ],
)
def test_ways_less_than_a_tenth_apart_are_too_close_to_call(price: str, call: Call) -> None:
    """The best base is all that is needed, or nothing: both together are no third way."""
    answer = called(hosts(price=price, capacity=typed("10"), minimum=0), per_token())

    assert call is answer.call
    assert answer == (closes("close_costs") if call is Call.TOO_CLOSE else HybridCall(call=call))


def test_a_base_with_overflow_is_a_third_way_of_its_own() -> None:
    """Two hosts cannot serve the day alone; with 5 by the token they cost 14.80, else 15."""
    base = hosts(price="4.9", capacity=typed("10"), maximum=2)
    both = found(base, per_token())

    assert (Way.HYBRID, 2) == (both.cheapest, both.base_instances)
    assert closes("close_costs") == called(base, per_token())


def test_where_one_side_cannot_be_had_there_is_nothing_to_be_close_to() -> None:
    """Two hosts cannot serve the day alone, and are too dear to be a base."""
    base = hosts(price="100", capacity=typed("10"), minimum=0, maximum=2)

    assert HybridCall(call=Call.CLEAR) == called(base, per_token())


def test_two_ways_that_cost_nothing_cannot_be_called() -> None:
    free = per_token(cost_per_request="0")

    assert closes("close_costs") == called(hosts(price="0", capacity=typed("10")), free)


def test_a_free_way_is_called_against_one_that_costs() -> None:
    assert HybridCall(call=Call.CLEAR) == called(
        hosts(price="0", capacity=typed("10")), per_token()
    )


@pytest.mark.parametrize("days", [90, 91])
def test_prices_of_dates_more_than_90_days_apart_cannot_be_called(days: int) -> None:
    base = replace(hosts(capacity=typed("10")), price=money("1", as_of=DAY + timedelta(days=days)))
    tokens = replace(per_token(), output=token_money("1", per="3600", as_of=DAY))

    expected = HybridCall(call=Call.CLEAR) if days == 90 else closes("price_dates")
    assert expected == called(base, tokens)


def test_an_estimate_of_the_hosts_that_turns_the_answer_decides() -> None:
    """At 2 an hour hosts that carry 10 are clearly cheaper; such as carry 3 are not."""
    sure = hosts(price="2", capacity=typed("10"), minimum=0)
    slow, same, fast = (
        found(replace(sure, capacity=typed(most)), per_token()) for most in ("3", "8", "12")
    )

    assert closes("capacity_band") == called(sure, per_token(), slow, fast)
    assert HybridCall(call=Call.CLEAR) == called(sure, per_token(), same, fast)


def test_what_has_no_cost_is_unknown() -> None:
    answer = called(hosts(capacity=UnknownCapacity()), per_token())

    assert HybridCall(call=Call.UNKNOWN) == answer
