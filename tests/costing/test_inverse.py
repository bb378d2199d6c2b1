"""The values at which an answer turns: just below and just above, another option is cheapest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing import (
    InvalidQuestion,
    Question,
    Serverless,
    Unit,
    UnknownCapacity,
    break_even,
    estimate,
)
from costing.inverse import Inverse, Lever, NoTurn, inverse
from costing.options import missing
from tests.costing import brute
from tests.costing.questions import hosts, money, per_token, question, question_of, shape, typed
from tests.costing.scenarios import (
    PlainDedicated,
    PlainOption,
    PlainPrice,
    PlainServerless,
    Scenario,
    random_scenario,
)

BESIDE = Fraction(1, 10**9)
PRICES = (Lever.HOST_PRICE, Lever.INPUT_PRICE, Lever.OUTPUT_PRICE)


def put(scenario: Scenario, lever: Lever, name: str, value: Fraction) -> Scenario:
    """The scenario with one input at a value, which may be no Decimal."""
    exact: Decimal = value  # type: ignore[assignment]
    if lever is Lever.OUTPUT_TOKENS:
        now = Fraction(scenario.shape.output_tokens)

        def longer(option: PlainOption) -> PlainOption:
            if option.shape is None:
                return option
            own: Decimal = Fraction(option.shape.output_tokens) * value / now  # type: ignore[assignment]
            return replace(option, shape=replace(option.shape, output_tokens=own))

        return replace(
            scenario,
            shape=replace(scenario.shape, output_tokens=exact),
            options=tuple(longer(one) for one in scenario.options),
        )
    return replace(
        scenario,
        options=tuple(
            _priced(one, lever, exact) if one.name == name else one for one in scenario.options
        ),
    )


def _priced(option: PlainOption, lever: Lever, value: Decimal) -> PlainOption:
    field = {Lever.HOST_PRICE: "price", Lever.INPUT_PRICE: "input", Lever.OUTPUT_PRICE: "output"}
    if isinstance(option, PlainDedicated):
        return replace(option, price=PlainPrice(amount=value, unit="hour"), owned=None)
    price = getattr(option, field[lever])
    changed = replace(price, amount=value, per=Decimal(1))
    return replace(option, **{field[lever]: changed})


def winner(scenario: Scenario, names: list[str], load: Fraction) -> str | None:
    readings = [
        reading
        for one in scenario.options
        if one.name in names and (reading := brute.read(scenario, one)) is not None
    ]
    return next(iter(brute.cheapest(readings, load)), None)


def asked_of(random: Random, lever: Lever) -> tuple[Scenario, str, str | None] | None:
    """A scenario with an option that has the lever, against another or all; None: none has."""
    scenario = random_scenario(random, units=lever is not Lever.OUTPUT_TOKENS)
    kind = PlainDedicated if lever is Lever.HOST_PRICE else PlainServerless
    question = question_of(scenario)
    plain = [
        one.name
        for one, option in zip(scenario.options, question.options, strict=True)
        if not missing(option, question.shape_of(option))
        and (lever is Lever.OUTPUT_TOKENS or isinstance(one, kind))
        and (lever is not Lever.INPUT_PRICE or getattr(one, "input", None))
        and (lever is not Lever.OUTPUT_PRICE or getattr(one, "output", None))
    ]
    if not plain:
        return None
    name = plain[random.randint(0, len(plain) - 1)]
    others = [one.name for one in scenario.options if one.name != name]
    against = others[random.randint(0, len(others) - 1)] if random.random() < 0.5 else None
    return scenario, name, against


@pytest.mark.parametrize("lever", [*PRICES, Lever.OUTPUT_TOKENS])
@given(st.randoms(use_true_random=False))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_just_below_and_just_above_a_turn_the_brute_computation_has_the_winners_it_names(
    lever: Lever, random: Random
) -> None:
    """And between two turns the option either wins everywhere or nowhere."""
    drawn = asked_of(random, lever)
    if drawn is None:
        return
    scenario, name, against = drawn
    found = inverse(question_of(scenario), lever, name, against)
    if found.reason is NoTurn.UNKNOWN:
        return
    load = Fraction(scenario.requests) / Fraction(scenario.period_hours)
    names = [one.name for one in scenario.options if against in (None, one.name)] + [name]
    for turn in found.turns:
        below, above = (
            winner(put(scenario, lever, name, turn.exact * side), names, load)
            for side in (1 - BESIDE, 1 + BESIDE)
        )
        assert (turn.below, turn.above) == (below, above)
    if scenario.shape.output_tokens == 0 and lever is Lever.OUTPUT_TOKENS:
        assert found.reason is NoTurn.NO_EFFECT
        return
    ends = [Fraction(0), *(turn.exact for turn in found.turns)]
    now = Fraction(found.now or 1)
    last = now * 100 if found.searched_to is None else Fraction(found.searched_to)
    for low, high in zip(ends, [*ends[1:], max(last, ends[-1] * 2)], strict=True):
        # Off the lattice of the numbers: where costs only touch, a tie is no stretch.
        parts = [(part + Fraction(1, 99_991)) / 17 for part in range(1, 17)]
        wins = {
            winner(put(scenario, lever, name, low + (high - low) * part), names, load) == name
            for part in parts
        }
        assert 1 == len(wins)


@given(st.randoms(use_true_random=False))
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_a_discount_is_the_same_turn_as_that_of_the_price(random: Random) -> None:
    drawn = asked_of(random, Lever.HOST_PRICE)
    if drawn is None:
        return
    scenario, name, against = drawn
    question = question_of(scenario)
    price, share = (
        inverse(question, lever, name, against) for lever in (Lever.HOST_PRICE, Lever.DISCOUNT)
    )
    if share.turns:
        plain = next(one for one in scenario.options if one.name == name)
        assert isinstance(plain, PlainDedicated)
        parts = brute.host_parts(replace(plain, interruption=None))
        now = sum(parts or [], Fraction(0))
        assert share.turns[0].exact == 1 - price.turns[0].exact / now
        assert (share.turns[0].below, share.turns[0].above) == (
            price.turns[0].above,
            price.turns[0].below,
        )
    elif price.turns:
        assert share.reason in (NoTurn.OUT_OF_BOUNDS, NoTurn.NO_EFFECT)
    else:
        assert share.reason in (price.reason, NoTurn.NO_EFFECT)


@given(st.randoms(use_true_random=False))
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
def test_turns_of_the_volume_are_the_crossings_of_the_whole_answer(random: Random) -> None:
    scenario = random_scenario(random)
    question = question_of(scenario)
    if any(missing(one, question.shape_of(one)) for one in question.options):
        return
    name = question.options[0].name

    found = inverse(question, Lever.VOLUME, name)

    answer = break_even(question)
    crossings = {
        crossing.requests_per_hour
        for crossing in answer.crossings
        if name in (crossing.from_option, crossing.to_option)
    }
    values = {turn.value for turn in found.turns if turn.below and turn.above}
    assert values == crossings
    assert (found.searched_to is None) == (not answer.truncated)


def one_host() -> Question:
    """Tokens at 1 a request; hosts at 4 an hour carry 6 requests: 4 requests pay one host."""
    return question(per_token(), hosts(capacity=typed("6")), requests="3")


def test_utilization_turns_where_the_hosts_that_are_paid_now_break_even() -> None:
    found = inverse(one_host(), Lever.UTILIZATION, "Hosts")

    assert [Fraction(2, 3)] == [turn.exact for turn in found.turns]
    assert ("Per token", "Hosts") == (found.turns[0].below, found.turns[0].above)
    assert found.now == Decimal("0.5") == estimate(one_host(), one_host().options[1]).utilization


def test_hosts_that_would_have_to_be_busier_than_full_are_told_how_much() -> None:
    """The article: 3 hosts would have to carry more than they can."""
    asked = question(per_token(), hosts(capacity=typed("2"), minimum=3), requests="3")

    found = inverse(asked, Lever.UTILIZATION, "Hosts", "Per token")

    assert (NoTurn.OUT_OF_BOUNDS, Decimal(2)) == (found.reason, found.beyond)
    assert () == found.turns


def test_standby_hosts_count_among_the_paid_ones() -> None:
    """Two hosts of 6 are paid, one of them idle: 8 requests pay them, 6 is all they serve."""
    asked = question(per_token(), hosts(capacity=typed("6"), spare=1), requests="3")

    found = inverse(asked, Lever.UTILIZATION, "Hosts")

    assert (Decimal("0.25"), NoTurn.OUT_OF_BOUNDS) == (found.now, found.reason)
    assert found.beyond == Decimal(8) / 12


def test_two_hosts_that_pay_from_a_load_at_which_only_one_is_paid_have_no_turn_there() -> None:
    """Two hosts of 6 cost 8 an hour: tokens at 2 a request meet them at 4, where one is paid."""
    asked = question(per_token(cost_per_request="2"), hosts(capacity=typed("6")), requests="9")

    assert NoTurn.OUT_OF_BOUNDS is inverse(asked, Lever.UTILIZATION, "Hosts").reason


@pytest.mark.parametrize(
    ("asked", "lever", "reason"),
    [
        (question(per_token(), hosts()), Lever.UTILIZATION, NoTurn.NO_EFFECT),
        (question(per_token("Hosts?"), hosts(capacity=typed("6"), maximum=1)),
         Lever.UTILIZATION, NoTurn.NO_EFFECT),
        (question(per_token(cost_per_request="0"), hosts(capacity=typed("20"))),
         Lever.UTILIZATION, NoTurn.NEVER),
        (question(per_token(), hosts(capacity=typed("6"), maximum=1)),
         Lever.HOST_PRICE, NoTurn.NO_EFFECT),
        (question(per_token(), hosts(minimum=0), requests="0"), Lever.HOST_PRICE,
         NoTurn.NO_EFFECT),
        (question(per_token(), hosts(price="0")), Lever.DISCOUNT, NoTurn.NO_EFFECT),
        (question(per_token(), hosts(price="1")), Lever.DISCOUNT, NoTurn.OUT_OF_BOUNDS),
        (question(hosts()), Lever.HOST_PRICE, NoTurn.NEVER),
        (question(hosts(), hosts("Other", capacity=typed("1"), maximum=1)), Lever.HOST_PRICE,
         NoTurn.NEVER),
        (question(per_token(), hosts(capacity=UnknownCapacity())), Lever.HOST_PRICE,
         NoTurn.UNKNOWN),
        (question(per_token(), hosts(), requests="0"), Lever.OUTPUT_TOKENS, NoTurn.NO_EFFECT),
        (question(hosts(), hosts("Other", price="5")), Lever.OUTPUT_TOKENS, NoTurn.NO_EFFECT),
        (question(per_token(cost_per_request="0"), hosts(minimum=1), requests="3"), Lever.VOLUME,
         NoTurn.NEVER),
    ],
)  # fmt: skip
def test_why_there_is_no_value_is_a_code(asked: Question, lever: Lever, reason: NoTurn) -> None:
    found = inverse(asked, lever, "Hosts")

    assert (reason, ()) == (found.reason, found.turns)
    assert found.nearest is None


def test_a_price_below_zero_is_out_of_bounds_and_named() -> None:
    """At 9 requests tokens cost 9, of which 5 are the fee; the host costs 4: the tokens' price
    would have to be negative."""
    asked = question(per_token(fee="5"), hosts(), requests="9")

    found = inverse(asked, Lever.OUTPUT_PRICE, "Per token")

    assert found.reason is NoTurn.OUT_OF_BOUNDS
    assert found.beyond == estimate_price(found)


def estimate_price(found: Inverse) -> Decimal:
    """-1 money over 9 requests of 3,600 tokens, to 28 digits."""
    assert found.beyond is not None
    exact = Fraction(-1, 9 * 3600)
    assert abs(Fraction(found.beyond) - exact) < Fraction(1, 10**28)
    return found.beyond


def test_a_search_that_ended_is_not_called_never() -> None:
    """Up to 5 requests were asked for; the turn lies at 400."""
    asked = question(per_token(), hosts(price="400"), requests="1", search_to="5")

    found = inverse(asked, Lever.VOLUME, "Hosts")

    assert (NoTurn.NEVER_IN_RANGE, Decimal(5)) == (found.reason, found.searched_to)


def test_cached_input_follows_the_input_price_only_without_a_price_of_its_own() -> None:
    """Half of the input is cached: with a price of its own it costs nothing here."""
    part = shape("3600", "0", "0.5")
    tokens = Serverless(name="T", input=money("1", Unit.TOKEN), output=None, shape=part)
    own = replace(tokens, cached_input=money("0", Unit.TOKEN))
    dedicated = replace(hosts(price="36"), shape=part)

    shared, apart = (
        inverse(question(one, dedicated, requests="1"), Lever.INPUT_PRICE, "T")
        for one in (tokens, own)
    )

    assert [Fraction(1, 100)] == [turn.exact for turn in shared.turns]
    assert [Fraction(2, 100)] == [turn.exact for turn in apart.turns]


def test_longer_answers_take_whole_hosts_and_the_capacity_is_said_to_be_kept() -> None:
    """A second host at 7,200 output tokens: tokens win from there until they cost 8 at 9,600."""
    asked = question(per_token(), hosts(capacity=typed("6")), requests="3")

    found = inverse(asked, Lever.OUTPUT_TOKENS, "Hosts")

    assert [4800, 7200, 9600] == [turn.exact for turn in found.turns][:3]
    assert found.nearest == found.turns[0]
    assert found.capacity_kept
    assert not inverse(asked, Lever.HOST_PRICE, "Hosts").capacity_kept


def test_input_that_asks_for_more_hosts_than_there_may_be_leaves_the_option_out() -> None:
    capacity = replace(typed("6"), input_tokens_per_second=Decimal(1))
    asked = question(per_token(), hosts(capacity=capacity, maximum=2), requests="3")

    found = inverse(asked, Lever.OUTPUT_TOKENS, "Hosts")

    assert found.reason is NoTurn.NEVER


@pytest.mark.parametrize(
    ("lever", "option", "against", "message"),
    [
        (Lever.VOLUME, "Nobody", None, "option: expected one of Per token, Hosts; found 'Nobody'"),
        (Lever.VOLUME, "Hosts", "Nobody", "against: expected one of"),
        (Lever.VOLUME, "Hosts", "Hosts", "against: expected another option than 'Hosts'"),
        (
            Lever.HOST_PRICE,
            "Per token",
            None,
            "expected a dedicated or provisioned option for host_pri",
        ),
        (Lever.INPUT_PRICE, "Hosts", None, "expected a serverless option for input_price, found"),
    ],
)
def test_a_lever_that_an_option_does_not_have_is_refused(
    lever: Lever, option: str, against: str | None, message: str
) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        inverse(one_host(), lever, option, against)
