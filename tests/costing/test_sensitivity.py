"""Each input at both ends of its range: what it does to the gap, the winner and the break-even."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import (
    BreakEvenState,
    Call,
    Capacity,
    Dedicated,
    EstimatedCapacity,
    InvalidQuestion,
    InvalidValue,
    Question,
    RequestShape,
    TypedCapacity,
    UnknownCapacity,
    Workload,
    break_even,
    estimate,
)
from costing.changes import Change, Input, changed
from costing.cost_terms import inputs_of, terms_of
from costing.options import missing
from costing.sensitivity import Swing, SwingAnswer, band_swings, tornado
from tests.costing.questions import hosts, per_token, question, question_of, shape, typed
from tests.costing.scenarios import random_scenario

BAND = EstimatedCapacity(
    output_tokens_per_second=Decimal(6), low_share=Decimal("0.5"), high_share=Decimal(2)
)


def asked() -> Question:
    """At 3 requests tokens cost 3 and one host 4; the break-even lies at 4."""
    return question(per_token(), hosts(capacity=BAND), requests="3")


def swing(which: Input, low: str, high: str, option: str | None = None) -> Swing:
    return Swing(input=which, low=Decimal(low), high=Decimal(high), option=option)


def swung(one: Swing, base: Question | None = None) -> SwingAnswer:
    return tornado(base or asked(), [one]).swings[0]


def test_each_end_is_the_whole_answer_with_that_one_input_changed() -> None:
    found = swung(swing(Input.LOAD, "1", "5"))

    assert ("Per token", "Hosts") == (found.low.cheapest, found.high.cheapest)
    assert (Decimal(3), Decimal(-1)) == (found.low.gap_per_hour, found.high.gap_per_hour)
    assert [Decimal(4)] * 2 == [end.break_even_requests_per_hour for end in (found.low, found.high)]
    assert (Decimal(4), True, False) == (found.effect_per_hour, found.turns, found.capacity_kept)


def test_inputs_stand_in_the_order_of_their_effect_and_unknown_effects_in_front() -> None:
    """A slow end that serves nothing leaves hosts without a cost: no gap, and no small one."""
    dead = replace(BAND, low_share=Decimal(0))
    base = replace(asked(), options=(per_token(), hosts(capacity=dead)))
    swings = [
        swing(Input.PRICE, "0.9", "1.1", "Hosts"),
        swing(Input.LOAD, "2", "4"),
        *band_swings(base),
        swing(Input.PEAK, "1", "3"),
    ]

    found = tornado(base, swings)

    assert [
        ("capacity", None),
        ("peak", Decimal(4)),
        ("load", Decimal(2)),
        ("price", Decimal("0.8")),
    ] == [(one.swing.input.value, one.effect_per_hour) for one in found.swings]
    slow = found.swings[0].low
    assert (None, Call.UNKNOWN, None) == (slow.cheapest, slow.call, slow.gap_per_hour)
    assert (BreakEvenState.UNKNOWN, None) == (slow.state, slow.break_even_requests_per_hour)
    assert Decimal(1) == found.gap_per_hour == found.base.at_workload.gap_per_hour


def test_the_peak_sizes_hosts_and_pays_for_no_token() -> None:
    found = swung(swing(Input.PEAK, "1", "2.5"))

    assert (Decimal(1), Decimal(5)) == (found.low.gap_per_hour, found.high.gap_per_hour)


def test_capacity_at_the_ends_of_its_band_counts_whole_hosts() -> None:
    """At 5 requests: slow hosts of 3 need two, fast ones of 12 need one."""
    found = swung(band_swings(asked())[0], replace(asked(), workload=_load("5")))

    assert ("Per token", "Hosts") == (found.low.cheapest, found.high.cheapest)
    assert (Decimal("0.5"), Decimal(2)) == (found.low.value, found.high.value)


def test_longer_answers_keep_the_capacity_and_say_so_unless_told_what_hosts_serve() -> None:
    longer = swing(Input.OUTPUT_TOKENS, "3600", "7200")
    seen: list[RequestShape] = []

    def capacities(option: Dedicated, at: RequestShape) -> Capacity:
        seen.append(at)
        return TypedCapacity(output_tokens_per_second=Decimal(100))

    kept, told = swung(longer), tornado(asked(), [longer], capacities).swings[0]

    assert (True, False) == (kept.capacity_kept, told.capacity_kept)
    assert [Decimal(3600), Decimal(7200)] == [one.output_tokens for one in seen]
    assert ("Hosts", Decimal(-2)) == (told.high.cheapest, told.high.gap_per_hour)


def test_hosts_without_a_limit_have_no_capacity_to_keep() -> None:
    found = swung(swing(Input.OUTPUT_TOKENS, "1", "2"), question(per_token(), hosts()))

    assert not found.capacity_kept


def test_an_option_with_lengths_of_its_own_moves_in_proportion() -> None:
    own = replace(per_token(), shape=shape("1000", "7200", "0.5"))
    base = question(own, replace(hosts(), shape=shape("1", "1")), requests="3")

    longer = changed(base, Change(input=Input.OUTPUT_TOKENS, value=Decimal(1800)))
    shared = changed(base, Change(input=Input.CACHED_INPUT_SHARE, value=Decimal("0.25")))

    assert longer.options[0].shape == shape("1000", "3600", "0.5")
    assert shared.options[0].shape == own.shape
    assert shared.options[1].shape == shape("1", "1", "0.25")
    assert shared.workload.shape == shape("3600", "3600", "0.25")


def test_a_length_that_the_workload_lacks_leaves_an_options_own_as_it_is() -> None:
    base = question(replace(per_token(), shape=shape("5", "5")))
    base = replace(base, workload=replace(base.workload, shape=shape("0", "5")))

    moved = changed(base, Change(input=Input.INPUT_TOKENS, value=Decimal(7)))

    assert moved.options[0].shape == shape("5", "5")


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_a_changed_question_costs_what_the_formula_says_at_that_state(random: Random) -> None:
    base = question_of(random_scenario(random, units=False))
    name = base.options[random.randint(0, len(base.options) - 1)].name
    factor = Decimal(random.randint(1, 40)) / 10
    now = inputs_of(base)
    change, state = random.choice(
        [
            (Change(input=Input.LOAD, value=factor), replace(now, load=Fraction(factor))),
            (Change(input=Input.PRICE, value=factor, option=name), now),
        ]
    )

    question = changed(base, change)

    for before, after in zip(base.options, question.options, strict=True):
        if missing(before, base.shape_of(before)):
            continue
        drift = factor if change.option == before.name else Decimal(1)
        expected = terms_of(base, before).cost(replace(state, drift=Fraction(drift)))
        found = estimate(question, after).cost_per_hour
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert abs(Fraction(found) - expected) <= Fraction(1, 10**20)


def test_a_typed_capacity_moves_only_where_its_option_is_named() -> None:
    both = TypedCapacity(
        input_tokens_per_second=Decimal(8), output_tokens_per_second=Decimal(6), evidence="test"
    )
    read = replace(both, output_tokens_per_second=None)
    base = question(hosts("A", capacity=both), hosts("B", capacity=read), hosts("C"), per_token())

    def capacity(value: str, name: str | None, index: int) -> Capacity:
        change = Change(input=Input.CAPACITY, value=Decimal(value), option=name)
        option = changed(base, change).options[index]
        assert isinstance(option, Dedicated)
        return option.capacity

    assert both == capacity("0.5", None, 0)
    assert both == capacity("0.5", "B", 0)
    assert replace(read, input_tokens_per_second=Decimal(4)) == capacity("0.5", "B", 1)
    assert Decimal(3) == capacity("0.5", "A", 0).output_tokens_per_second  # type: ignore[union-attr]
    assert UnknownCapacity() == capacity("0", "A", 0)
    assert base == changed(base, Change(input=Input.CAPACITY, value=Decimal(2)))


def test_a_price_times_a_long_factor_keeps_no_more_places_than_a_price_may_have() -> None:
    """Twenty-five places times twenty would be refused."""
    base = question(per_token(cost_per_request="0.0000000000000000000000123"))

    factor = Decimal("1.00000000000000000001")
    dearer = changed(base, Change(input=Input.PRICE, value=factor, option="Per token"))

    assert dearer.options[0].prices[1].amount == Decimal("0.0000000000000000000000123")


def test_a_question_without_a_runner_up_has_no_gap_to_change() -> None:
    found = swung(swing(Input.LOAD, "1", "5"), question(per_token()))

    assert (None, False) == (found.effect_per_hour, found.turns)
    assert found.low.cheapest == "Per token"


def test_at_the_present_value_nothing_changes() -> None:
    base = asked()
    for which, now in ((Input.LOAD, "3"), (Input.OUTPUT_TOKENS, "3600"), (Input.PEAK, "1")):
        found = swung(swing(which, now, now), base)
        assert (Decimal(0), False) == (found.effect_per_hour, found.turns)
        assert found.low == found.high
    assert break_even(base).crossings[0].requests_per_hour == Decimal(4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Change(input=Input.PRICE, value=Decimal(1)),
            "expected an option with this input, of: Per",
        ),
        (Change(input=Input.PRICE, value=Decimal(1), option="Nobody"), "found 'Nobody'"),
        (Change(input=Input.CAPACITY, value=Decimal(1), option="Per token"), "of: Hosts; found"),
        (Change(input=Input.LOAD, value=Decimal(1), option="Hosts"), "of: none; found 'Hosts'"),
    ],
)
def test_an_input_that_an_option_does_not_have_is_refused(change: Change, message: str) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        changed(asked(), change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(input=Input.LOAD, value=Decimal(-1)), "load: expected a number of 0 or more"),
        (Change(input=Input.PEAK, value=Decimal("0.5")), "peak_to_mean: expected a number of 1"),
        (Change(input=Input.CACHED_INPUT_SHARE, value=Decimal(2)), "a share from 0 to 1"),
    ],
)
def test_a_value_outside_its_meaning_is_refused(change: Change, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        changed(asked(), change)


def test_a_range_whose_low_end_is_above_its_high_end_is_refused() -> None:
    with pytest.raises(InvalidValue, match="load: expected low at or under high, found 2 and 1"):
        swing(Input.LOAD, "2", "1")


def _load(requests: str) -> Workload:
    return replace(asked().workload, requests=Decimal(requests))


def test_only_estimated_capacities_have_a_band_to_swing_over() -> None:
    assert () == band_swings(question(per_token(), hosts(capacity=typed("6"))))
