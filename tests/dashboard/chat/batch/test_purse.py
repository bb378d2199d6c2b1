"""The purse of a run: what is being answered is held back, and dear endpoints are learned."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from dashboard.chat.batch.plan import Job
from dashboard.chat.batch.purse import Purse
from tests.dashboard.chat.batch.plans import TOP

CENT = Decimal("0.01")


def job(number: int) -> Job:
    """One of several jobs of an endpoint."""
    return Job(question=number, endpoint="a", setting=TOP, repeat=1)


def test_the_purse_is_empty_where_the_cap_is_paid() -> None:
    """Reached exactly is reached; a release gives back what was held."""
    purse = Purse(cap=CENT, spent=Fraction(1, 200))
    purse.reserve(job(1), Decimal("0.005"))
    assert (False, False) == (purse.is_empty, purse.has_room)
    purse.release(job(1))
    assert purse.has_room
    purse.reserve(job(2), None)
    assert purse.has_room
    purse.pay(job(2), Fraction(1, 200))

    assert (True, False, CENT) == (purse.is_empty, purse.has_room, purse.spent_usd)


@given(some.integers(1, 20), some.integers(1, 9), some.integers(1, 60), some.integers(1, 300))
def test_a_run_goes_beyond_its_cap_by_about_one_answer(
    at_once: int, planned: int, cost: int, cap: int
) -> None:
    """However wrong the plan is: all that came at once before the first was paid, else one."""
    whole = _spent(at_once, planned, cost, cap)
    learned = _spent(at_once, planned, cost, cap, alone_first=True)

    assert cap <= whole < cap + at_once * cost
    assert cap <= learned < cap + cost


def _spent(at_once: int, planned: int, cost: int, cap: int, *, alone_first: bool = False) -> int:
    """What answers that all cost alike add up to, until the purse is empty."""
    purse, begun, paid = Purse(cap=Decimal(cap)), 0, 0
    while not purse.is_empty:
        most = 1 if alone_first and not paid else at_once
        while begun - paid < most and purse.has_room:
            purse.reserve(job(begun), Decimal(planned))
            begun += 1
        purse.pay(job(paid), Fraction(cost))
        paid += 1
    return cost * begun
