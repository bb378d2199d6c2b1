"""What an answer costs, an accepted one, and how far the load is from the break-even."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from costing import AddOn, InvalidValue, Serverless, Unit, UnknownCapacity, break_even
from costing.answers import Acceptance, answer_cost, position
from tests.costing.questions import hosts, money, per_token, question, token_money, typed


def near(exactly: Fraction, shown: Decimal) -> bool:
    """Equal to the 28 digits of a Decimal."""
    return abs(Fraction(shown) - exactly) <= exactly / 10**27


def judged(accepted: int, of: int) -> Acceptance:
    return Acceptance(accepted=Fraction(accepted), judged=Fraction(of))


def test_an_accepted_answer_carries_what_the_others_cost() -> None:
    """1,460 a month over 2 answers an hour is 1 each; 6 of 8 accepted make it 8 / 6."""
    found = answer_cost(Fraction(1460), Fraction(2), judged(6, 8))

    assert Decimal(1) == found.each
    assert found.accepted is not None
    assert near(Fraction(4, 3), found.accepted)


@pytest.mark.parametrize("acceptance", [None, judged(0, 0), judged(0, 5)])
def test_without_a_judgement_or_an_accepted_answer_its_cost_is_unknown(
    acceptance: Acceptance | None,
) -> None:
    """Never the cost of any answer, and never endless."""
    found = answer_cost(Fraction(1460), Fraction(2), acceptance)

    assert (Decimal(1), None) == (found.each, found.accepted)


@pytest.mark.parametrize(("monthly", "load"), [(None, 2), (Fraction(1460), 0)])
def test_without_a_cost_or_an_answer_nothing_is_known(monthly: Fraction | None, load: int) -> None:
    """A price that is missing, and a load of 0."""
    found = answer_cost(monthly, Fraction(load), judged(1, 1))

    assert (None, None) == (found.each, found.accepted)


@pytest.mark.parametrize(("accepted", "of"), [(-1, 3), (4, 3)])
def test_more_accepted_than_judged_is_refused(accepted: int, of: int) -> None:
    """As is a number below 0."""
    with pytest.raises(InvalidValue, match="accepted: expected a number from 0 to the 3"):
        judged(accepted, of)


def test_costs_of_answers_are_those_of_plain_fractions() -> None:
    """500 random ones; the share of the judged times what an accepted one costs is what each
    costs."""
    random = Random(7)
    for _ in range(500):
        monthly, load = Fraction(random.randint(1, 10**6), 7), Fraction(random.randint(1, 999), 13)
        of = random.randint(1, 40)
        accepted = random.randint(1, of)
        found = answer_cost(monthly, load, judged(accepted, of))
        assert found.each is not None
        assert found.accepted is not None
        assert near(monthly / 730 / load, found.each)
        assert near(monthly / 730 / load * of / accepted, found.accepted)


def test_the_position_is_against_the_next_break_even_above() -> None:
    """Hosts of 4 an hour against 1 a request: equal at 4 an hour, 2,920 a month."""
    found = position(break_even(question(per_token(), hosts(), requests="1")))

    assert found is not None
    assert (Decimal(2920), Decimal("0.25")) == (found.answers_per_month, found.share)
    assert ("Per token", "Hosts", False, None) == (
        found.before, found.after, found.on_paper, found.reachable,
    )  # fmt: skip


def test_above_the_last_break_even_the_position_is_beyond_all_of_it() -> None:
    """Twice the load at which costs met: 200 %."""
    found = position(break_even(question(per_token(), hosts(), requests="8")))

    assert found is not None
    assert Decimal(2) == found.share


def test_where_hosts_cannot_serve_it_the_position_is_one_on_paper() -> None:
    """A host carries 2 an hour; costs would meet at 4."""
    one = hosts(capacity=typed("2"))
    found = position(break_even(question(per_token(), one, requests="1")))

    assert found is not None
    assert (True, False, Decimal(2920)) == (
        found.on_paper, found.reachable, found.answers_per_month,
    )  # fmt: skip


def test_on_paper_the_side_with_the_lower_fixed_cost_stands_before() -> None:
    """Here the hosts: a fee of 10 by the token, and hosts that pay 2 a request beside 4 an hour;
    how much they carry is not known."""
    extra = AddOn(name="Search", price=money("2", Unit.REQUEST), applies_to=("Hosts",))
    one = hosts(capacity=UnknownCapacity())
    found = position(break_even(question(per_token(fee="10"), one, add_ons=(extra,))))

    assert found is not None
    assert ("Hosts", "Per token", True, None) == (
        found.before, found.after, found.on_paper, found.reachable,
    )  # fmt: skip
    assert Decimal(6 * 730) == found.answers_per_month


def test_without_any_crossing_there_is_no_position() -> None:
    """Two ways by the token, one cheaper at every load."""
    cheap = Serverless(name="Cheap", input=token_money("0"), output=token_money("0.1"))
    assert position(break_even(question(per_token(), cheap, requests="1"))) is None
