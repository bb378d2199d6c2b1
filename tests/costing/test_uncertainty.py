"""How sure an answer is: probabilities, ranges and regret over draws, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import erf, log, sqrt
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import (
    Dedicated,
    EstimatedCapacity,
    InvalidQuestion,
    InvalidValue,
    Question,
    UnknownCapacity,
    break_even,
    estimate,
)
from costing.distributions import (
    CapacityBand,
    CapacityDistribution,
    Distribution,
    Fixed,
    Lognormal,
    Triangular,
    Uncertainty,
    Uniform,
    ends_of,
)
from costing.draws import column
from costing.uncertainty import Risk, drawn_world, risk
from costing.units import to_decimal
from tests.costing.questions import hosts, per_token, question, typed

ONE = Fraction(1)
NONE, ALL = Decimal(0), Decimal(1)


def lognormal(p10: str, p90: str) -> Lognormal:
    return Lognormal(p10=Decimal(p10), p90=Decimal(p90))


def estimated(rate: str, low: str = "0.6", high: str = "1.6") -> EstimatedCapacity:
    return EstimatedCapacity(
        output_tokens_per_second=Decimal(rate), low_share=Decimal(low), high_share=Decimal(high)
    )


def three(requests: str = "10") -> Question:
    return question(
        per_token(fee="1"),
        hosts("Small", price="3", capacity=estimated("4")),
        hosts("Large", price="9", capacity=estimated("14"), spare=0, maximum=2),
        requests=requests,
    )


UNSURE = Uncertainty(
    load=lognormal("7", "13"),
    output_tokens=lognormal("2700", "4500"),
    drift={"Per token": Uniform(low=Decimal("0.8"), high=Decimal(1))},
)


def ask(asked: Question, uncertainty: Uncertainty = UNSURE, seed: int = 7) -> Risk:
    return risk(asked, uncertainty, seed=seed, draws=2_000)


def test_one_seed_gives_one_answer_and_another_seed_another() -> None:
    assert ask(three()) == ask(three())
    assert ask(three()) != ask(three(), seed=8)


def test_probabilities_ranges_and_regret_are_those_of_a_plain_loop_over_the_same_draws() -> None:
    """The draws are put into the question one by one and each is estimated as any question is."""
    asked, draws = three(), 300
    answer = risk(asked, UNSURE, seed=3, draws=draws)
    world = drawn_world(asked, UNSURE, 3, draws)
    costs: list[list[float]] = []
    for draw in range(draws):
        shape = replace(
            asked.workload.shape, output_tokens=_short(world.output_tokens.values[draw])
        )
        load = replace(asked.workload, requests=_short(world.load.values[draw]), shape=shape)
        row = []
        for index, option in enumerate(asked.options):
            if isinstance(option, Dedicated) and isinstance(option.capacity, EstimatedCapacity):
                share = _short(world.capacity_share[index].values[draw])
                option = replace(option, capacity=option.capacity.at(share))
            cost = estimate(replace(asked, workload=load), option).cost_per_hour
            drift = float(world.drift[index].values[draw])
            row.append(float("inf") if cost is None else float(cost) * drift)
        costs.append(row)

    for index, one in enumerate(answer.options):
        mine = sorted(row[index] for row in costs if row[index] < float("inf"))
        wins = sum(row.index(min(row)) == index for row in costs)
        regret = fmean(row[index] - min(row) for row in costs if row[index] < float("inf"))
        assert one.cost_per_hour is not None
        assert one.expected_regret_per_hour is not None
        assert one.probability_cheapest == to_decimal(Fraction(wins, draws))
        assert one.share_without_cost == to_decimal(1 - Fraction(len(mine), draws))
        assert float(one.expected_regret_per_hour) == pytest.approx(regret, rel=1e-6)
        for tenths, shown in ((1, one.cost_per_hour.p10), (5, one.cost_per_hour.p50)):
            assert float(shown) == pytest.approx(mine[-(-len(mine) * tenths // 10) - 1], rel=1e-6)
    assert answer.nobody == 0


def test_where_nothing_varies_the_answer_is_that_of_the_question() -> None:
    asked = question(per_token(fee="1"), hosts(price="4", capacity=typed("6")), requests="12")

    answer, now = risk(asked, Uncertainty(), seed=0, draws=100), break_even(asked)

    for one, expected in zip(answer.options, now.at_workload.estimates, strict=True):
        assert one.cost_per_hour is not None
        assert {one.cost_per_hour.p10, one.cost_per_hour.p90} == {expected.cost_per_hour}
    assert [one.probability_cheapest for one in answer.options] == [0, 1]
    assert [one.expected_regret_per_hour for one in answer.options] == [5, 0]
    turn = answer.break_evens[0]
    assert turn.requests_per_hour is not None
    assert turn.requests_per_hour.p50 == now.crossings[0].requests_per_hour == 3
    assert ("Hosts", "Per token", NONE, NONE) == (
        turn.option, turn.against, turn.never, turn.not_found,
    )  # fmt: skip
    assert ("Hosts", "Hosts") == (answer.cheapest, answer.least_regret)


def test_probabilities_over_loads_follow_the_load_and_count_full_hosts_exactly() -> None:
    """At 12 requests two hosts of 6 are just full: a third one would lose to the tokens' 10."""
    asked = question(
        per_token(cost_per_request="0.75"), hosts(price="4", capacity=typed("6")), requests="10"
    )
    vary = Uncertainty(drift={"Per token": lognormal("0.99", "1.01")})

    loads = [Decimal(0), Decimal(2), Decimal(12), Decimal("12.000001")]
    answer = risk(asked, vary, seed=1, draws=400, loads=loads)

    assert loads == [one.requests_per_hour for one in answer.by_load]
    assert [(ALL, NONE), (ALL, NONE), (NONE, ALL), (ALL, NONE)] == [
        one.probabilities for one in answer.by_load
    ]
    assert 15 == len(risk(asked, vary, seed=1, draws=100).by_load)


def test_equal_costs_go_to_the_earlier_option_in_every_draw() -> None:
    twins = question(per_token("One"), per_token("Two"), requests="3")

    answer = ask(twins, Uncertainty(load=lognormal("1", "9")))

    assert [1, 0] == [one.probability_cheapest for one in answer.options]
    assert answer.break_evens[0].requests_per_hour is None
    assert answer.break_evens[0].never == ALL


def test_an_unknown_cost_is_no_cost_of_zero_and_leaves_no_probability() -> None:
    asked = question(per_token(), hosts("Unknown", capacity=UnknownCapacity()), hosts("Known"))

    answer = ask(asked, Uncertainty())

    unknown = answer.options[1]
    assert ("capacity",) == unknown.missing
    assert (None, None, None) == (
        unknown.cost_per_hour, unknown.share_without_cost, answer.nobody,
    )  # fmt: skip
    assert {None} == {one.probability_cheapest for one in answer.options}
    assert {None} == {one.expected_regret_per_hour for one in answer.options}
    assert ((), None, None) == (answer.by_load, answer.cheapest, answer.least_regret)
    assert ["Per token"] == [one.against for one in answer.break_evens]
    assert answer.options[0].cost_per_hour is not None


def test_nothing_known_gives_no_cheapest_and_no_break_even() -> None:
    answer = ask(question(hosts(capacity=UnknownCapacity())), Uncertainty())

    assert (None, (), ()) == (answer.cheapest, answer.break_evens, answer.by_load)


def test_draws_above_the_maximum_of_hosts_have_no_cost_and_are_told_apart() -> None:
    """One host of 6 at the most; half of the loads are above it."""
    asked = question(hosts(capacity=typed("6"), maximum=1), requests="5")

    answer = ask(asked, Uncertainty(load=Uniform(low=Decimal(0), high=Decimal(12))))

    one = answer.options[0]
    assert one.share_without_cost is not None
    assert one.probability_cheapest is not None
    assert Decimal("0.46") < one.share_without_cost < Decimal("0.54")
    assert one.share_without_cost == answer.nobody == 1 - one.probability_cheapest
    assert answer.least_regret is None


def test_an_option_that_never_has_a_cost_has_no_range_and_no_regret() -> None:
    asked = question(hosts(capacity=typed("6"), maximum=1), per_token(), requests="5")

    answer = ask(asked, Uncertainty(load=Fixed(value=Decimal(50))))

    one = answer.options[0]
    assert one.cost_per_hour is None
    assert one.share_without_cost == ALL
    assert one.expected_regret_per_hour is None


def test_hosts_of_one_engine_are_slow_together_and_those_of_two_are_not() -> None:
    asked = three()
    together = drawn_world(asked, Uncertainty(), 1, 500).capacity_share
    apart = drawn_world(asked, Uncertainty(engines={"Large": "sglang"}), 1, 500).capacity_share

    assert (together[1].values == together[2].values).all()
    assert abs(np.corrcoef(apart[1].values, apart[2].values)[0, 1]) < 0.2
    assert together[0].fixed == 1


def test_stating_one_more_input_leaves_the_draws_of_the_others_as_they_were() -> None:
    more = replace(UNSURE, input_tokens=lognormal("1000", "9000"))
    one, other = drawn_world(three(), UNSURE, 5, 50), drawn_world(three(), more, 5, 50)

    assert (one.load.values == other.load.values).all()
    assert (one.drift[0].values == other.drift[0].values).all()
    assert one.drift[1].fixed == 1


def test_a_host_that_may_serve_nothing_has_no_cost_in_a_tenth_of_the_draws() -> None:
    asked = question(per_token(), hosts(capacity=estimated("6", low="0"), minimum=0), requests="0")

    answer = ask(asked, Uncertainty())

    share = answer.options[1].share_without_cost
    assert share is not None
    assert Decimal("0.08") < share < Decimal("0.12")


def test_two_staircases_that_are_not_decided_within_the_walk_are_not_called_never() -> None:
    slow, quick = hosts("Slow", price="1", capacity=typed("1")), hosts("Quick", price="1.5")
    asked = question(slow, replace(quick, capacity=typed("1.5")), requests="1")

    answer = ask(asked, Uncertainty(drift={"Quick": Fixed(value=Decimal("1.2"))}))

    turn = answer.break_evens[0]
    assert turn.requests_per_hour is not None
    assert (Decimal(1), NONE, NONE) == (turn.requests_per_hour.p50, turn.never, turn.not_found)
    dear = ask(asked, Uncertainty(drift={"Quick": Fixed(value=Decimal(9))})).break_evens[0]
    assert dear.requests_per_hour is None
    assert (ALL, NONE) == (dear.never, dear.not_found)
    twice = question(slow, hosts("Twice", price="2", capacity=typed("2")), requests="1")
    level = ask(twice, Uncertainty()).break_evens[0]
    assert (None, NONE, ALL) == (level.requests_per_hour, level.never, level.not_found)


@pytest.mark.parametrize(
    ("stated", "p10", "p50", "p90"),
    [
        (Uniform(low=Decimal(1), high=Decimal(2)), 1.1, 1.5, 1.9),
        (Triangular(low=Decimal(0), mode=Decimal(0), high=Decimal(1)), 0.051, 0.293, 0.684),
        (Triangular(low=Decimal(0), mode=Decimal(1), high=Decimal(2)), 0.447, 1.0, 1.553),
        (Triangular(low=Decimal(2), mode=Decimal(2), high=Decimal(2)), 2, 2, 2),
        (lognormal("0.7", "1.3"), 0.7, sqrt(0.91), 1.3),
        (CapacityBand(low_share=Decimal("0.6"), high_share=Decimal("1.6")), 0.6, 1.0, 1.6),
        (CapacityBand(low_share=Decimal(0), high_share=Decimal(2)), 0.0, 1.0, 2.0),
        (Fixed(value=Decimal("0.1")), 0.1, 0.1, 0.1),
    ],
)
def test_draws_of_a_distribution_have_its_percentiles(
    stated: CapacityDistribution, p10: float, p50: float, p90: float
) -> None:
    found = np.percentile(column(stated, ONE, 40_000, (1, 2)).values, [10, 50, 90])

    assert found == pytest.approx([p10, p50, p90], abs=0.02)
    if not isinstance(stated, CapacityBand):
        assert [float(end) for end in ends_of(stated)] == pytest.approx([p10, p90], abs=0.001)


@given(st.floats(0.05, 0.95), st.floats(1.05, 20))
@settings(max_examples=50)
def test_a_lognormal_has_a_tenth_of_its_weight_under_p10_and_above_p90(
    low: float, high: float
) -> None:
    stated = lognormal(repr(low), repr(high))

    def under(value: float) -> float:
        normal = (log(value) - stated.log_median) / stated.log_deviation
        return (1 + erf(normal / sqrt(2))) / 2

    assert [under(low), under(high)] == pytest.approx([0.1, 0.9])


@pytest.mark.parametrize(
    ("uncertainty", "message"),
    [
        (Uncertainty(drift={"Nobody": lognormal("1", "2")}),
         "uncertainty.drift: expected the name of an option of: Hosts, Per token; found 'Nobody'"),
        (Uncertainty(capacity={"Per token": lognormal("1", "2")}),
         "uncertainty.capacity: expected the name of an option of: Hosts; found 'Per token'"),
        (Uncertainty(engines={"Per token": "vllm"}), "uncertainty.engines: expected the name"),
        (Uncertainty(cached_input_share=lognormal("0.1", "0.2")), "a lognormal one has no upper"),
        (Uncertainty(cached_input_share=Uniform(low=Decimal(0), high=Decimal("1.1"))),
         "expected a fixed, uniform or triangular share that stays from 0 to 1"),
        (Uncertainty(output_tokens=Uniform(low=Decimal(0), high=Decimal(9))),
         "uncertainty.output_tokens: expected more than 0 tokens in every draw"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_question_is_refused_by_name(
    uncertainty: Uncertainty, message: str
) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        ask(question(per_token(), hosts(capacity=typed("6"))), uncertainty)


def test_a_length_that_the_workload_does_not_have_cannot_vary() -> None:
    asked = question(per_token(), requests="1")
    silent = replace(asked.workload.shape, input_tokens=Decimal(0))
    asked = replace(asked, workload=replace(asked.workload, shape=silent))

    with pytest.raises(InvalidQuestion, match="expected a workload with such tokens, found 0"):
        ask(asked, Uncertainty(input_tokens=lognormal("1", "2")))


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Uniform(low=Decimal(2), high=Decimal(1)), "low: expected low <= high"),
        (lambda: Triangular(low=Decimal(0), mode=Decimal(3), high=Decimal(2)), "low <= mode"),
        (lambda: lognormal("0", "1"), "p10: expected a number above 0"),
        (lambda: Fixed(value=Decimal(-1)), "value: expected a number of 0 or more"),
        (lambda: CapacityBand(low_share=Decimal(2), high_share=Decimal(3)), "low_share <= 1"),
        (lambda: CapacityBand(low_share=Decimal(0), high_share=Decimal("0.5")), "1 <= high_share"),
    ],
)
def test_a_distribution_that_contradicts_itself_is_refused(made: object, field: str) -> None:
    assert callable(made)
    with pytest.raises(InvalidValue, match=field):
        made()


@pytest.mark.parametrize(
    ("seed", "draws", "message"),
    [
        (-1, 100, "seed: expected a whole number from 0"),
        (True, 100, "seed"),
        ("7", 100, "seed"),
        (1, 99, "draws: expected a whole number from 100"),
        (1, 200_001, "draws: expected at most 200,000"),
    ],
)
def test_a_seed_and_a_count_of_draws_must_be_usable(seed: object, draws: int, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        risk(three(), UNSURE, seed=seed, draws=draws)  # type: ignore[arg-type]


def test_a_load_to_look_at_must_be_a_number() -> None:
    with pytest.raises(InvalidValue, match=r"loads\.0"):
        risk(three(), UNSURE, seed=1, draws=100, loads=[Decimal(-1)])


def test_a_share_may_vary_within_its_bounds() -> None:
    stated: list[Distribution] = [
        Fixed(value=Decimal(1)), Triangular(low=Decimal(0), mode=Decimal(1), high=Decimal(1)),
    ]  # fmt: skip
    for one in stated:
        assert ask(three(), Uncertainty(cached_input_share=one)).nobody == 0


def _short(value: np.float64) -> Decimal:
    """A draw as Decimal with the digits that a question takes."""
    return Decimal(repr(float(value)))
