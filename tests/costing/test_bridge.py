"""Why a monthly cost changed: parts that add up exactly, and to the cent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from costing import (
    AddOn,
    Dedicated,
    InvalidQuestion,
    InvalidValue,
    Option,
    Provisioned,
    Question,
    Serverless,
    Unit,
    UnknownCapacity,
)
from costing.bridge import At, Bridge, Gap, Moment, bridge, exact_cost_at_workload, rounded_parts
from costing.bridge_steps import PartCode
from tests.costing.bridges import Pair, cost_of, plain_bridge, random_pair
from tests.costing.questions import (
    hosts,
    money,
    per_token,
    question,
    question_of,
    shape,
    token_money,
    typed,
)
from tests.costing.scenarios import Scenario

CENT = Fraction(1, 100)
UNITS = Provisioned(
    name="PTU",
    price=money("1"),
    minimum_units=2,
    step_units=2,
    input_tokens_per_minute_per_unit=Decimal(360),
    output_token_weight=Decimal(1),
)
TOKENS = replace(per_token(cost_per_request="0.5"), input=token_money("1"))
HOSTS = hosts(capacity=typed("3"))
SEARCH = AddOn(name="search", price=money("2"))


def moment(asked: Question, *, rate: str = "1", method: str = "1") -> Moment:
    return Moment(question=asked, rate=Decimal(rate), method=method)


def older(asked: Question, option: Option) -> Fraction | None:
    """An invented earlier arithmetic."""
    cost = exact_cost_at_workload(asked, option)
    return None if cost is None else cost * Fraction(3, 7) + Fraction(1, 3)


def older_in_plain_data(scenario: Scenario) -> Fraction | None:
    cost = cost_of(scenario)
    return None if cost is None else cost * Fraction(3, 7) + Fraction(1, 3)


def of_pair(pair: Pair) -> Bridge:
    rates = [Decimal(rate.numerator) / Decimal(rate.denominator) for rate in pair.rates]
    return bridge(
        moment(question_of(pair.first), rate=str(rates[0]), method="1"),
        moment(question_of(pair.last), rate=str(rates[1]), method="2"),
        pair.first.options[0].name,
        old_method=older,
    )


def exactly(costs: list[Fraction | None]) -> Fraction:
    """The sum of parts that are all known."""
    known = [cost for cost in costs if cost is not None]
    assert len(costs) == len(known)
    return sum(known, Fraction(0))


def cents(costs: list[Decimal | None]) -> Fraction:
    return exactly([None if cost is None else Fraction(cost) for cost in costs])


def test_the_parts_of_500_random_pairs_add_up_exactly_and_to_the_cent() -> None:
    random, complete, seen = Random(20240317), 0, Counter[str]()
    while complete < 500:
        found = of_pair(random_pair(random))
        if found.gaps:
            continue
        complete += 1
        seen.update(str(part.code) for part in found.parts)
        parts = exactly([part.exact_per_month for part in found.parts])
        assert found.exact_difference_per_month == parts
        before, after = cents([found.before_per_month]), cents([found.after_per_month])
        assert after - before == cents([part.cost_per_month for part in found.parts])
        for part in found.parts:
            rounded, exact = cents([part.cost_per_month]), exactly([part.exact_per_month])
            assert abs(rounded - exact) <= CENT
            assert (rounded / CENT).denominator == 1

    assert set(map(str, PartCode)) - {"remainder"} == set(seen)
    assert seen["method"] == 500


def test_1000_random_pairs_have_the_parts_that_a_computation_in_plain_data_finds() -> None:
    random, incomplete = Random(7), 0
    for _ in range(1000):
        pair = random_pair(random)

        found = of_pair(pair)

        parts, before, after = plain_bridge(pair, older_in_plain_data)
        named = [
            (f"{part.code} {part.name}" if part.name else str(part.code), part.exact_per_month)
            for part in found.parts
        ]
        assert parts == named
        assert (before, after) == (found.exact_before_per_month, found.exact_after_per_month)
        missing = before is None or after is None or any(part is None for _, part in parts)
        assert missing is bool(found.gaps)
        incomplete += missing
    assert 50 < incomplete < 500


def test_nothing_changed_has_no_parts() -> None:
    random = Random(11)
    for _ in range(200):
        first = random_pair(random).first
        asked = question_of(first)

        found = bridge(moment(asked), moment(asked), first.options[0].name)

        assert () == found.parts
        assert found.exact_difference_per_month in (0, None)


SINGLE: list[tuple[Option, str, dict[str, Any]]] = [
    (TOKENS, "volume", {"requests": "11"}),
    (TOKENS, "input_tokens", {"shape": shape("3601")}),
    (TOKENS, "output_tokens", {"shape": shape(output_tokens="5000")}),
    (
        replace(TOKENS, cached_input=token_money("0.1")),
        "cached_input_share",
        {"shape": shape(share="0.5")},
    ),
    (TOKENS, "input_price", {"input": token_money("2")}),
    (
        replace(TOKENS, shape=shape(share="0.5")),
        "cached_input_price",
        {"cached_input": token_money("0.1")},
    ),
    (TOKENS, "output_price", {"output": token_money("2")}),
    (TOKENS, "hosting_price", {"hosting": money("2")}),
    (HOSTS, "host_price", {"price": money("4.01")}),
    (HOSTS, "capacity", {"capacity": typed("2")}),
    (HOSTS, "capacity", {"peak": "2"}),
    (HOSTS, "hosts", {"minimum_instances": 9}),
    (HOSTS, "hosts", {"spare_instances": 1}),
    (HOSTS, "hosts", {"maximum_instances": 20}),
    (UNITS, "unit_price", {"price": money("730", Unit.MONTH, per="2")}),
    (UNITS, "capacity", {"output_token_weight": Decimal(2)}),
    (UNITS, "capacity", {"step_units": 7}),
    (UNITS, "hosts", {"minimum_units": 90}),
    (HOSTS, "add_on_price", {"add_ons": (replace(SEARCH, price=money("3")),)}),
    (HOSTS, "add_on_price", {"add_ons": ()}),
    (HOSTS, "currency", {"rate": "1.5"}),
]


@pytest.mark.parametrize(("option", "code", "change"), SINGLE)
def test_a_single_change_gives_one_part_which_is_the_whole_difference(
    option: Option, code: str, change: dict[str, Any]
) -> None:
    load = {key: value for key, value in change.items() if key in ("requests", "peak")}
    fields = {key: value for key, value in change.items() if hasattr(option, key)}
    start = question(option, add_ons=(SEARCH,))
    end = question(replace(option, **fields), add_ons=change.get("add_ons", (SEARCH,)), **load)

    found = bridge(moment(start), moment(end, rate=change.get("rate", "1")), option.name)

    (part,) = found.parts
    assert code == part.code
    assert ("search" if code == "add_on_price" else None) == part.name
    assert found.exact_difference_per_month == part.exact_per_month
    assert (part.exact_per_month != 0) is ("maximum_instances" not in change)
    assert () == found.gaps


def test_the_same_money_told_another_way_is_no_change() -> None:
    start = question(hosts(price="1", capacity=typed("3")), add_ons=(SEARCH,))
    monthly = money("1460", Unit.MONTH, per="2")
    end = question(
        hosts(capacity=replace(typed("3"), evidence="another test")),
        per_token(),
        add_ons=(replace(SEARCH, applies_to=("Hosts",)), AddOn(name="x", price=monthly)),
    )
    end = replace(
        end,
        options=(replace(hosts(capacity=typed("3")), price=monthly), per_token()),
        add_ons=(replace(SEARCH, applies_to=("Hosts",)), replace(SEARCH, applies_to=())),
        workload=replace(end.workload, requests=Decimal(20), period_hours=Decimal(2)),
    )

    assert () == bridge(moment(start), moment(end), "Hosts").parts


def test_the_method_alone_is_one_part() -> None:
    asked = question(HOSTS)

    found = bridge(moment(asked), moment(asked, method="2"), "Hosts", old_method=older)

    (part,) = found.parts
    assert PartCode.METHOD == part.code
    # 4 hosts at 4 an hour: 16 now; 3/7 of it and 1/3 then.
    assert 730 * (16 - Fraction(48, 7) - Fraction(1, 3)) == part.exact_per_month
    assert Decimal("11680") - Decimal("5249.05") == Decimal("6430.95") == part.cost_per_month


def test_an_unknown_earlier_arithmetic_is_named_and_what_it_gave_is_unknown() -> None:
    found = bridge(
        moment(question(HOSTS)), moment(question(HOSTS, requests="13"), method="2"), "Hosts"
    )

    assert [("volume", 730 * 4), ("method", None)] == [
        (part.code, part.exact_per_month) for part in found.parts
    ]
    assert (None, None) == (found.exact_before_per_month, found.exact_difference_per_month)
    assert Decimal(14600) == found.after_per_month
    assert (Gap(at=At.BEFORE, missing="method"),) == found.gaps


def test_what_an_arithmetic_not_at_hand_said_leaves_a_remainder_and_all_adds_up() -> None:
    random, complete = Random(5), 0
    while complete < 300:
        pair = random_pair(random)
        first, last = moment(question_of(pair.first)), moment(question_of(pair.last), method="2")
        said = Fraction(random.randint(0, 10**7), random.choice([1, 3, 7, 100]))

        found = bridge(first, last, pair.first.options[0].name, said_per_month=said)

        assert ("remainder", None) == (found.parts[-1].code, found.parts[-1].name)
        assert Gap(at=At.BEFORE, missing="method") == found.gaps[0]
        assert found.exact_before_per_month == said
        if len(found.gaps) > 1:
            continue
        complete += 1
        cost = cost_of(pair.first)
        assert cost is not None
        assert 730 * cost - said == found.parts[-1].exact_per_month
        parts = exactly([part.exact_per_month for part in found.parts])
        assert found.exact_difference_per_month == parts
        before, after = cents([found.before_per_month]), cents([found.after_per_month])
        assert after - before == cents([part.cost_per_month for part in found.parts])


def test_a_saved_question_without_a_cost_today_leaves_no_remainder() -> None:
    lost = question(replace(HOSTS, price=None))

    found = bridge(moment(lost), moment(lost, method="2"), "Hosts", said_per_month=Fraction(9))

    assert [("remainder", None)] == [(part.code, part.exact_per_month) for part in found.parts]
    assert Decimal(9) == found.before_per_month


def test_prices_that_a_question_converts_itself_have_a_part_of_the_currency() -> None:
    """600 yen were 4 dollars at 150; today 5 dollars at 160 are 800, and 750 at the old rate."""
    yen = [question(replace(HOSTS, price=money(amount))) for amount in ("600", "750", "800")]
    same = question(replace(HOSTS, price=money("800")))

    found = bridge(moment(yen[0]), moment(yen[2]), "Hosts", at_rate_before=yen[1])
    still = bridge(moment(yen[0]), moment(yen[2]), "Hosts", at_rate_before=same)

    assert [("host_price", Fraction(730 * 4 * 150)), ("currency", Fraction(730 * 4 * 50))] == [
        (str(part.code), part.exact_per_month) for part in found.parts
    ]
    assert ["host_price"] == [part.code for part in still.parts]


def test_a_price_unknown_today_is_named_and_what_follows_cannot_be_said() -> None:
    start, end = question(HOSTS), question(replace(HOSTS, price=None), requests="13")

    found = bridge(moment(start), moment(end), "Hosts")

    assert [("volume", Decimal(2920)), ("host_price", None)] == [
        (part.code, part.cost_per_month) for part in found.parts
    ]
    assert (Gap(at=At.AFTER, missing="instance_price"),) == found.gaps
    assert (None, None) == (found.after_per_month, found.exact_difference_per_month)


def test_a_capacity_unknown_in_between_names_the_change_after_which_it_is_missing() -> None:
    start = question(replace(HOSTS, capacity=UnknownCapacity()))
    end = question(HOSTS, requests="13")

    found = bridge(moment(start), moment(end), "Hosts")

    assert [None, None] == [part.cost_per_month for part in found.parts]
    assert [("before", None), ("between", "volume")] == [(gap.at, gap.after) for gap in found.gaps]
    assert {"capacity"} == {gap.missing for gap in found.gaps}


def test_more_load_than_the_old_maximum_carries_is_told_apart_from_a_higher_maximum() -> None:
    start = question(replace(HOSTS, maximum_instances=4))
    end = question(replace(HOSTS, maximum_instances=9), requests="20")

    found = bridge(moment(start), moment(end), "Hosts")

    assert ["volume", "hosts"] == [part.code for part in found.parts]
    assert [730 * 4 * 3, 0] == [part.exact_per_month for part in found.parts]


def test_a_question_above_its_maximum_says_so() -> None:
    few = replace(HOSTS, maximum_instances=2)

    found = bridge(moment(question(HOSTS)), moment(question(few)), "Hosts")

    assert (Gap(at=At.AFTER, missing="above_maximum"),) == found.gaps
    assert [("hosts", None)] == [(part.code, part.exact_per_month) for part in found.parts]


def test_a_method_without_a_cost_says_no_more_than_that() -> None:
    asked = question(HOSTS)

    found = bridge(moment(asked), moment(asked, method="2"), "Hosts", old_method=lambda *_: None)

    assert (Gap(at=At.BEFORE, missing="cost"),) == found.gaps


def test_another_currency_needs_the_rate_it_had_then() -> None:
    euro = replace(money("4"), currency="EUR")
    start = question(replace(HOSTS, maximum_instances=9))
    asked = question(HOSTS, requests="13")
    end = replace(asked, currency="EUR", options=(replace(HOSTS, price=euro),))

    found = bridge(moment(start), moment(end, rate="1.5"), "Hosts")

    assert [("volume", 2920), ("host_price", None), ("hosts", None), ("currency", None)] == [
        (part.code, part.exact_per_month) for part in found.parts
    ]
    assert ["host_price", "hosts"] == [gap.after for gap in found.gaps]
    assert {"rate"} == {gap.missing for gap in found.gaps}
    assert Decimal("10220") == (found.after_per_month or 0) - (found.before_per_month or 0)


def test_tokens_that_all_move_to_the_other_kind_are_one_part() -> None:
    start, end = question(TOKENS), question(TOKENS)
    start = replace(start, workload=replace(start.workload, shape=shape("3600", "0")))
    end = replace(end, workload=replace(end.workload, shape=shape("0", "3600")))

    found = bridge(moment(start), moment(end), TOKENS.name)

    assert ["tokens"] == [part.code for part in found.parts]


def test_the_cents_that_lack_go_to_the_largest_remainders_of_equal_ones_to_the_earlier() -> None:
    parts = [Fraction(part, 1000) for part in (4, 7, 4, -3)]

    # Rounded down 0, 0, 0, -1; remainders 4, 7, 4 and 7 of ten; from 0 to 0.012 one cent is needed.
    rounded = rounded_parts(parts, Fraction(0), Fraction(12, 1000))

    assert [Decimal(0), Decimal("0.01"), Decimal(0), Decimal(0)] == rounded


def test_what_cannot_be_compared_is_refused_with_what_was_found() -> None:
    asked = question(HOSTS)
    now = moment(asked)
    other = moment(question(replace(per_token(), name="Hosts")))

    with pytest.raises(InvalidQuestion, match=r"expected one named 'Nope' .* found 'Hosts'"):
        bridge(now, now, "Nope")
    with pytest.raises(InvalidQuestion, match=r"one kind .* found Dedicated and Serverless"):
        bridge(now, other, "Hosts")
    with pytest.raises(InvalidValue, match=r"old_method: expected none .* found one"):
        bridge(now, now, "Hosts", old_method=older)
    with pytest.raises(InvalidValue, match="rate: expected a number above 0, found 0"):
        moment(asked, rate="0")


def test_kinds_of_options_are_all_known_to_the_bridge() -> None:
    """A new kind must say what of it is a price, what sizes it and what is rented."""
    kinds = {Serverless, Dedicated, Provisioned}
    assert kinds == set(Option.__args__)
