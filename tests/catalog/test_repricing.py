"""A scenario with the prices of two days: which rows held, what is unknown, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from catalog.database import Database
from catalog.own_price_file import read_own_prices
from catalog.own_prices import load_own_prices
from catalog.price_store import record_price
from catalog.problems import Problem, Refused
from catalog.repricing import (
    PricedTwice,
    TwoDays,
    priced_twice,
    read_percent,
    read_said,
    read_two_days,
)
from catalog.scenario import parse_scenario
from catalog.tables import PRICE
from costing import Dedicated, Price, Serverless
from tests.catalog.questions import document, looked_up, on_hosts, per_token, typed
from tests.catalog.shelf import host_price, token_price

TODAY = date(2026, 6, 1)
FIRST = date(2026, 2, 1)
MOVED = datetime(2026, 5, 1, 9, tzinfo=UTC)
HOST = on_hosts(instance="Standard_X", region="eastus", capacity="unlimited")
REGIONAL = looked_up(
    model="acme/regional", region="japaneast", provider="azure", deployment="regional"
)
OFFER = looked_up(offer="two-tariffs/reserve")


@pytest.fixture
def moved_shelf(new_shelf: Database) -> Database:
    """The shelf, read again on 1 May: the host costs more, and new prices have come."""
    with new_shelf.write() as session:
        for price in (
            host_price("7.5", valid_from=MOVED, as_of=MOVED.date(), fetched_at=MOVED),
            token_price("regional", "2.5", region="japaneast", valid_from=MOVED, as_of=None),
            host_price("1", term="reserved_1y", valid_from=MOVED, as_of=None),
            token_price("late", "1", model_id="acme/agreed", valid_from=MOVED, as_of=None),
        ):
            record_price(session, price, MOVED)
    return new_shelf


def priced(
    shelf: Database, *options: dict[str, Any], then: date = FIRST, **other: Any
) -> PricedTwice:
    """The questions of two days."""
    days = {key: other.pop(key) for key in ("now", "rate_then") if key in other}
    scenario = parse_scenario(document(*options, **other))
    with shelf.read() as session:
        return priced_twice(session, scenario, TwoDays(then=then, **days), TODAY)


def refused(call: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.problems


def hosts_of(found: PricedTwice, place: int = 0) -> tuple[Price | None, Price | None]:
    """The price of one host on both days."""
    old, new = found.then.options[place], found.now.options[place]
    assert isinstance(old, Dedicated)
    assert isinstance(new, Dedicated)
    return old.price, new.price


@pytest.mark.parametrize(
    ("then", "amount"),
    [
        (date(2026, 2, 1), "6.12"),
        (date(2026, 4, 30), "6.12"),
        (date(2026, 5, 1), "7.5"),
        (date(2026, 5, 2), "7.5"),
    ],
)
def test_a_day_has_the_price_that_held_when_it_ended(
    moved_shelf: Database, then: date, amount: str
) -> None:
    """The day on which a price moved has the new one."""
    old, new = hosts_of(priced(moved_shelf, HOST, then=then))

    assert old is not None
    assert new is not None
    assert (Decimal(amount), Decimal("7.5")) == (old.amount, new.amount)
    assert "price page" == old.provenance.source


def test_both_days_can_be_in_the_past(moved_shelf: Database) -> None:
    old, new = hosts_of(priced(moved_shelf, HOST, now=date(2026, 4, 1)))

    assert old == new


def test_prices_by_the_token_are_those_of_each_day(moved_shelf: Database) -> None:
    found = priced(moved_shelf, REGIONAL)

    old, new = found.then.options[0], found.now.options[0]
    assert isinstance(old, Serverless)
    assert isinstance(new, Serverless)
    amounts = [None if one.input is None else one.input.amount for one in (old, new)]
    assert [Decimal(3), Decimal("2.5")] == amounts
    assert old.output == new.output


def test_a_host_without_a_price_then_is_kept_without_one_and_named(moved_shelf: Database) -> None:
    """Others keep theirs, and a residency does not refuse what has no price."""
    reserved = on_hosts(
        instance="Standard_X", region="eastus", capacity="unlimited", term="reserved_1y"
    )

    found = priced(
        moved_shelf, reserved | {"name": "Reserved"}, HOST, residency={"processing": "US"}
    )

    assert (None, Decimal(1)) == tuple(one and one.amount for one in hosts_of(found))
    assert None not in hosts_of(found, 1)
    (unknown,) = found.unknown
    assert ("Reserved", FIRST) == (unknown.option, unknown.day)
    assert "Found no reserved_1y price of Standard_X in eastus." in unknown.problem.message


def test_an_offer_without_a_price_then_is_kept_without_one_and_named(
    moved_shelf: Database,
) -> None:
    found = priced(moved_shelf, looked_up(offer="late/standard"))

    assert [(FIRST, "no_price_on_day")] == [(one.day, one.problem.code) for one in found.unknown]
    assert () == found.then.options[0].prices


def test_an_offer_that_is_no_longer_sold_is_kept_without_a_price_and_named(
    moved_shelf: Database,
) -> None:
    _close(moved_shelf, "two-tariffs/reserve")

    found = priced(moved_shelf, OFFER)

    assert [(None, "no_price_on_day")] == [(one.day, one.problem.code) for one in found.unknown]
    assert "known to have held on today" in found.unknown[0].problem.message
    assert Decimal("2.5") == found.then.options[0].prices[0].amount
    assert () == found.now.options[0].prices


def _close(shelf: Database, offer: str) -> None:
    with shelf.write() as session:
        session.execute(update(PRICE).where(PRICE.c.offer_id == offer).values(valid_to=MOVED))


def test_typed_prices_are_the_same_on_both_days(moved_shelf: Database) -> None:
    found = priced(moved_shelf, per_token(), on_hosts(price=typed(), capacity="unlimited"))

    assert found.then == found.now
    assert () == found.unknown


def test_a_rate_of_the_earlier_day_converts_the_prices_of_both(moved_shelf: Database) -> None:
    """6.12 dollars at 150, 7.5 at 160, and 7.5 at the old rate between them."""
    found = priced(
        moved_shelf,
        HOST,
        currency="JPY",
        rates={"JPY": {"per_usd": "160"}},
        rate_then=Decimal(150),
    )

    assert found.at_rate_then is not None
    between = found.at_rate_then.options[0].prices[0].amount
    old, new = (one and one.amount for one in hosts_of(found))
    assert (Decimal(918), Decimal(1125), Decimal(1200)) == (old, between, new)


def test_a_rate_is_refused_where_the_scenario_converts_nothing(moved_shelf: Database) -> None:
    (found,) = refused(lambda: priced(moved_shelf, HOST, rate_then=Decimal(150)))

    assert ("rate_without_need", ("rate_then",)) == (found.code, found.path)
    assert "USD" in found.message


def test_a_day_before_the_first_price_is_refused_with_that_day(moved_shelf: Database) -> None:
    early = date(2026, 1, 31)

    (found,) = refused(lambda: priced(moved_shelf, HOST, then=early))
    (second,) = refused(lambda: priced(moved_shelf, HOST, now=early))

    assert ("before_first_price", ("then",)) == (found.code, found.path)
    assert "2026-02-01" in found.message
    assert "2026-01-31" in found.message
    assert ("now",) == second.path


def test_a_start_that_the_source_does_not_know_is_no_first_price(moved_shelf: Database) -> None:
    with moved_shelf.write() as session:
        start = datetime(2020, 1, 1, tzinfo=UTC)
        record = token_price("regional", "9", kind="batch_input", valid_from=start)
        record_price(session, record.model_copy(update={"flags": ("start_unknown",)}), MOVED)

    (found,) = refused(lambda: priced(moved_shelf, HOST, then=date(2025, 1, 1)))

    assert "before_first_price" == found.code


def test_a_catalog_without_prices_is_refused(database: Database) -> None:
    (found,) = refused(lambda: priced(database, per_token()))

    assert ("no_prices", ("then",)) == (found.code, found.path)


def test_an_option_without_a_price_on_both_days_is_refused(moved_shelf: Database) -> None:
    spot = on_hosts(instance="Standard_X", region="eastus", term="savings_plan_1y")

    (found,) = refused(lambda: priced(moved_shelf, spot))

    assert ("no_price", ("options", 0)) == (found.code, found.path)


@pytest.mark.parametrize("now", [None, date(2026, 5, 20)])
def test_an_offer_that_was_never_sold_is_refused(moved_shelf: Database, now: date | None) -> None:
    (found,) = refused(lambda: priced(moved_shelf, looked_up(offer="no/such"), now=now))

    assert "no/such" in found.message


def test_what_else_is_wrong_is_refused_with_all_of_it(moved_shelf: Database) -> None:
    """No name leads anywhere: refused, although a price is lacking as well."""
    lacking = on_hosts(instance="Standard_X", region="eastus", term="savings_plan_1y")
    unknown = on_hosts(instance="Standard_Y", region="eastus") | {"name": "Other"}

    found = refused(lambda: priced(moved_shelf, lacking, unknown))

    assert {"no_price", "unknown_instance"} == {one.code for one in found}
    (model,) = refused(lambda: priced(moved_shelf, per_token(), model="nobody/none"))
    assert ("model",) == model.path


def test_a_host_of_a_provider_without_regions_needs_none_on_the_day_before_its_price(
    new_shelf: Database,
) -> None:
    with new_shelf.write() as session:
        nowhere = host_price("3", region=None, term="reserved_3y", valid_from=MOVED, as_of=None)
        record_price(session, nowhere, MOVED)
    option = on_hosts(instance="Standard_X", term="reserved_3y", capacity="unlimited")

    found = priced(new_shelf, option)

    assert (None, Decimal(3)) == tuple(one and one.amount for one in hosts_of(found))
    assert ["required"] == [one.problem.code for one in found.unknown]


def test_days_are_read_as_they_are_typed() -> None:
    found = read_two_days("2026-02-01", "2026-05-01", "150.5", TODAY)

    assert TwoDays(then=FIRST, now=date(2026, 5, 1), rate_then=Decimal("150.5")) == found
    assert TwoDays(then=TODAY) == read_two_days("2026-06-01", None, None, TODAY)


@pytest.mark.parametrize(
    ("then", "now", "rate", "code", "field"),
    [
        ("yesterday", None, None, "not_a_date", "then"),
        ("20260201", None, None, "not_a_date", "then"),
        ("2026-02-30", None, None, "not_a_date", "then"),
        ("2026-02-01", "", None, "not_a_date", "now"),
        ("2026-06-02", None, None, "future_date", "then"),
        ("2026-02-01", "2026-06-02", None, "future_date", "now"),
        ("2026-05-02", "2026-05-01", None, "days_in_order", "then"),
        ("2026-02-01", None, "0", "not_positive", "rate_then"),
        ("2026-02-01", None, "many", "not_a_number", "rate_then"),
        ("2026-02-01", None, "NaN", "not_finite", "rate_then"),
    ],
)
def test_days_and_rates_that_cannot_be_are_refused_by_name(
    then: str, now: str | None, rate: str | None, code: str, field: str
) -> None:
    (found,) = refused(lambda: read_two_days(then, now, rate, TODAY))

    assert (code, (field,)) == (found.code, found.path)


@pytest.mark.parametrize("percent", ["-1", "ten", "NaN", "5%", ""])
def test_a_percent_that_cannot_be_is_refused_by_name(percent: str) -> None:
    (found,) = refused(lambda: read_percent(percent))

    assert ("gate",) == found.path
    assert Decimal("2.5") == read_percent("2.5")


def test_an_own_price_counts_from_its_day_on_and_only_where_it_is_asked_for(
    moved_shelf: Database,
) -> None:
    """From the day that it states, else from the day on which it was loaded."""
    head = "provider,instance,region,kind,term,amount,per,unit,currency,as_of"
    lines = [head, "azure,Standard_X,eastus,instance,on_demand,5,1,hour,USD,2026-03-01"]
    lines += ["azure,Standard_X,eastus,instance,savings_plan_1y,4,1,hour,USD,"]
    content = "\n".join(lines).encode()
    with moved_shelf.read() as session:
        rows = read_own_prices(session, content, form="csv", name="own.csv", now=MOVED)
    load_own_prices(moved_shelf, rows, name="own.csv", sha256="a" * 64, now=MOVED)
    plan = on_hosts(
        name="Plan",
        instance="Standard_X",
        region="eastus",
        capacity="unlimited",
        term="savings_plan_1y",
    )
    scenario = parse_scenario(document(HOST, plan))

    def own(then: date, *, asked: bool) -> PricedTwice:
        with moved_shelf.read() as session:
            return priced_twice(session, scenario, TwoDays(then=then), TODAY, own_prices=asked)

    before, after = own(FIRST, asked=True), own(date(2026, 3, 1), asked=True)

    assert [Decimal("6.12"), Decimal(5)] == [one and one.amount for one in hosts_of(before)]
    assert [Decimal(5), Decimal(5)] == [one and one.amount for one in hosts_of(after)]
    assert [None, Decimal(4)] == [one and one.amount for one in hosts_of(after, 1)]
    assert {"own_price_not_asked"} == {one.code for one in refused(lambda: own(FIRST, asked=False))}


def test_what_was_said_is_read_by_name_which_may_have_a_sign_in_it() -> None:
    scenario = parse_scenario(document(per_token(name="a=b"), on_hosts(price=typed())))

    assert {"a=b": Decimal("6.5"), "Hosts": Decimal(0)} == read_said(
        ["a=b=6.5", "Hosts=0"], scenario
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Per token", "said_form"),
        ("Nobody=4", "unknown_option_name"),
        ("=4", "unknown_option_name"),
        ("Per token=", "not_a_number"),
        ("Per token=-4", "negative"),
        ("Per token=much", "not_a_number"),
    ],
)
def test_what_was_said_in_no_such_form_is_refused_at_its_place(said: str, code: str) -> None:
    scenario = parse_scenario(document(per_token()))

    found = refused(lambda: read_said(["Per token=1", "Per token=2", said], scenario))

    assert ("duplicate_name", ("said", 1)) == (found[0].code, found[0].path)
    wanted = "duplicate_name" if said.startswith("Per token=") else code
    assert (wanted, ("said", 2)) == (found[1].code, found[1].path)
    (alone,) = refused(lambda: read_said([said], scenario))
    assert (code, ("said", 0)) == (alone.code, alone.path)
