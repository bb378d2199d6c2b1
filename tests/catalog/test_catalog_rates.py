"""Rates of the catalog in a scenario: only where asked for, of a known day, exact to the digit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.currency import Exchanger, Money
from catalog.database import Database
from catalog.offers import resolve
from catalog.own_prices import OwnPriceUse
from catalog.own_rate_file import import_own_rates
from catalog.problems import Problem, Refused
from catalog.rates import keep_rates
from catalog.records import RateRecord
from catalog.scenario import parse_scenario, scenario_document
from costing import Price, Provenance, RateKind, Unit
from tests.catalog.questions import document, looked_up, on_hosts, parse_problem
from tests.catalog.test_own_rates import HEAD, read

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ASKED = OwnPriceUse(today=TODAY, asked=True)
HOST = on_hosts(instance="Standard_X")
NUMBERS = st.decimals(min_value="0.0001", max_value="99999", places=4)


def ecb(days: dict[str, dict[str, str]], *, at: datetime = NOW) -> list[RateRecord]:
    """Rates of the euro by day and currency."""
    return [
        RateRecord(
            base="EUR",
            quote=quote,
            rate=Decimal(rate),
            as_of=date.fromisoformat(day),
            source="ecb",
            fetched_at=at,
        )
        for day, rates in days.items()
        for quote, rate in rates.items()
    ]


def keep(database: Database, days: dict[str, dict[str, str]], *, at: datetime = NOW) -> None:
    with database.write() as session:
        keep_rates(session, ecb(days, at=at))


def own(database: Database, *lines: str) -> None:
    import_own_rates(database, read(HEAD, *lines), name="own.csv")


def asking(option: Any = None, **rates: Any) -> dict[str, Any]:
    """A question in yen that asks the catalog for rates."""
    asked = {"source": "ecb", "at_most_days_old": "5", **rates}
    return document(option or HOST, region="eastus", currency="JPY", catalog_rates=asked)


def price(database: Database, value: Any, use: OwnPriceUse = ASKED) -> Price:
    """The price of the one option."""
    with database.read() as session:
        (option,) = resolve(session, parse_scenario(value), use).options
    [found] = option.prices
    return found


def refused(database: Database, value: Any, use: OwnPriceUse = ASKED) -> Problem:
    """The one problem."""
    with database.read() as session, pytest.raises(Refused) as caught:
        resolve(session, parse_scenario(value), use)
    (found,) = caught.value.problems
    return found


WEEK = {
    "2026-11-24": {"USD": "1.05", "JPY": "161"},
    "2026-11-25": {"USD": "1.0512", "JPY": "162.91", "GBP": "0.83"},
}
PERIOD = "USD,JPY,150.25,,2026-10-01,2026-11-20,Treasury"


def test_dollars_become_yen_through_the_euro_with_both_legs_and_the_day(
    new_shelf: Database,
) -> None:
    """6.12 USD an hour are 6.12 x 162.91 JPY for 1.0512 hours: no digit is lost."""
    keep(new_shelf, WEEK)

    found = price(new_shelf, asking())

    assert Fraction("6.12") * Fraction("162.91") / Fraction("1.0512") == found.for_one()
    assert (Decimal("6.12") * Decimal("162.91"), Decimal("1.0512")) == (found.amount, found.per)
    used = found.provenance.exchange
    assert used is not None
    assert [("EUR", "USD", Decimal("1.0512")), ("EUR", "JPY", Decimal("162.91"))] == [
        (leg.base, leg.quote, leg.rate) for leg in used.legs
    ]
    assert (date(2026, 11, 25), "European Central Bank", RateKind.PUBLISHED) == (
        used.as_of, used.source, used.kind,
    )  # fmt: skip
    assert (Decimal("6.12"), Decimal(1), "USD") == (used.amount, used.per, used.currency)
    assert ("computed", True) == (found.provenance.derived, found.provenance.price_id is not None)


@pytest.mark.parametrize(
    ("day", "as_of"),
    [("2026-11-26", "2026-11-25"), ("2026-11-25", "2026-11-25"), ("2026-11-24", "2026-11-24")],
)
def test_a_question_may_ask_for_the_rate_of_a_day(
    new_shelf: Database, day: str, as_of: str
) -> None:
    """So that an answer can be given again; a rate of a later day does not count."""
    keep(new_shelf, WEEK)

    used = price(new_shelf, asking(day=day), OwnPriceUse()).provenance.exchange

    assert used is not None
    assert date.fromisoformat(as_of) == used.as_of


def test_a_rate_older_than_stated_is_refused_with_its_age_and_the_limit(
    new_shelf: Database,
) -> None:
    """Never used as if it were of today; at the limit itself it is used."""
    keep(new_shelf, WEEK)
    on_the_edge = OwnPriceUse(today=date(2026, 11, 30))

    found = refused(new_shelf, asking(), OwnPriceUse(today=date(2026, 12, 1)))

    assert price(new_shelf, asking(), on_the_edge).currency == "JPY"
    assert ("rate_too_old", "catalog_rates.at_most_days_old") == (found.code, found.field)
    assert (
        "Expected a rate from USD to JPY at most 5 days old on 2026-12-01, found one of "
        "2026-11-25, 6 days old (source ecb). Read today's with modelcost sync ecb. Or allow more "
        "days."
    ) == found.message


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"2026-11-25": {"USD": "1.05"}},
        {"2026-11-25": {"JPY": "160"}},
        {"2026-11-24": {"USD": "1.05"}, "2026-11-25": {"JPY": "160"}},
        {"2026-11-27": {"USD": "1.05", "JPY": "160"}},
    ],
)
def test_a_rate_that_is_missing_is_refused_by_name(
    new_shelf: Database, days: dict[str, dict[str, str]]
) -> None:
    """Also where the two legs are of two days, or of a day to come."""
    keep(new_shelf, days)

    found = refused(new_shelf, asking())

    assert ("rate_missing", "catalog_rates") == (found.code, found.field)
    assert "a rate from USD to JPY of the source ecb for 2026-11-26 or before" in found.message
    assert "modelcost sync ecb" in found.message


def test_a_leg_that_is_missing_on_the_newest_day_leaves_the_day_before(
    new_shelf: Database,
) -> None:
    """Both legs are of one day, and the answer says which."""
    keep(new_shelf, {**WEEK, "2026-11-26": {"USD": "1.06"}})

    used = price(new_shelf, asking()).provenance.exchange

    assert used is not None
    assert date(2026, 11, 25) == used.as_of


def test_of_two_readings_of_a_day_the_later_one_counts(new_shelf: Database) -> None:
    keep(new_shelf, {"2026-11-25": {"USD": "1.1", "JPY": "160"}})
    keep(new_shelf, {"2026-11-25": {"USD": "1.2"}}, at=NOW + timedelta(hours=1))

    assert Fraction("6.12") * 160 / Fraction("1.2") == price(new_shelf, asking()).for_one()


def test_several_options_without_a_rate_are_one_problem(new_shelf: Database) -> None:
    """It is the same rate."""
    whole = asking()
    whole["options"] = [{**HOST, "name": name} for name in ("One", "Two", "Three")]

    assert "rate_missing" == refused(new_shelf, whole).code


def test_the_euro_itself_takes_one_leg_in_either_direction(new_shelf: Database) -> None:
    """A host priced in euros in a question in dollars, and the other way round."""
    keep(new_shelf, WEEK)
    spot = on_hosts(instance="Standard_X", term="spot")
    dollars, euros = asking(spot) | {"currency": "USD"}, asking() | {"currency": "EUR"}

    forwards, backwards = price(new_shelf, dollars), price(new_shelf, euros)

    for found in (forwards, backwards):
        assert found.provenance.exchange is not None
        assert 1 == len(found.provenance.exchange.legs)
    assert Decimal(1) == forwards.per
    assert (Decimal("6.12"), Decimal("1.0512")) == (backwards.amount, backwards.per)


def test_the_sample_is_used_where_asked_for_and_says_that_it_is_one(new_shelf: Database) -> None:
    """It is of 2026-10-30, and older than a limit like any other."""
    found = price(new_shelf, asking(source="sample", at_most_days_old="27"))
    old = refused(new_shelf, asking(source="sample", at_most_days_old="26"))
    before = refused(new_shelf, asking(source="sample", day="2026-10-29"))

    assert Fraction("6.12") * Fraction("175.68") / Fraction("1.1172") == found.for_one()
    assert found.provenance.exchange is not None
    assert RateKind.SAMPLE == found.provenance.exchange.kind
    assert ("rate_too_old", "27") == (old.code, old.facts["age"])
    assert "rate_missing" == before.code


def test_without_a_day_of_asking_the_question_must_name_one(new_shelf: Database) -> None:
    found = refused(new_shelf, asking(), OwnPriceUse())

    assert ("rates_need_a_day", "catalog_rates.day") == (found.code, found.field)


# --- what a question may say --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "field", "code"),
    [
        ({"source": "bank"}, "catalog_rates.source", "not_one_of"),
        ({"source": None}, "catalog_rates.source", "not_one_of"),
        ({"at_most_days_old": "-1"}, "catalog_rates.at_most_days_old", "negative"),
        ({"at_most_days_old": "1.5"}, "catalog_rates.at_most_days_old", "not_whole"),
        ({"at_most_days_old": "soon"}, "catalog_rates.at_most_days_old", "not_a_number"),
        ({"day": "yesterday"}, "catalog_rates.day", "not_a_date"),
        ({"owner": "Treasury"}, "catalog_rates.owner", "owner_of_own_rates"),
        ({"dayy": "2026-11-25"}, "catalog_rates.dayy", "unknown_key"),
    ],
)
def test_a_wrong_word_about_rates_is_refused_at_its_place(
    rates: dict[str, Any], field: str, code: str
) -> None:
    found = parse_problem(asking(**rates))

    assert (field, code) == (found.field, found.code)


def test_a_limit_must_be_stated_and_one_kind_of_rates_chosen() -> None:
    """There is no hidden default age, and a typed rate is not overruled in silence."""
    without = asking()
    del without["catalog_rates"]["at_most_days_old"]

    assert "catalog_rates.at_most_days_old" == parse_problem(without).field
    both = parse_problem(asking() | {"rates": {"JPY": {"per_usd": "150"}}})
    assert ("rates_twice", "catalog_rates") == (both.code, both.field)


def test_a_question_with_rates_reads_back_as_it_was() -> None:
    value = asking(source="own", owner="Treasury", day="2026-11-25")

    parsed = parse_scenario(value)

    assert parsed == parse_scenario(scenario_document(parsed))


def test_a_typed_rate_is_shown_with_its_day_and_source_too(new_shelf: Database) -> None:
    value = document(
        HOST,
        region="eastus",
        currency="JPY",
        rates={"JPY": {"per_usd": "150", "as_of": "2026-11-01", "source": "a bank"}},
    )

    used = price(new_shelf, value).provenance.exchange

    assert used is not None
    assert (RateKind.TYPED, date(2026, 11, 1), "a bank", Decimal(150)) == (
        used.kind, used.as_of, used.source, used.legs[0].rate,
    )  # fmt: skip


def test_a_refusal_names_the_banks_rate_that_there_is_and_how_to_use_it(
    new_shelf: Database,
) -> None:
    """And never one's own."""
    keep(new_shelf, WEEK)
    own(new_shelf, PERIOD)

    found = refused(new_shelf, document(HOST, region="eastus", currency="JPY"))

    assert "currency_without_rate" == found.code
    assert (
        "The catalog has one: 1 USD = 154.9752663… JPY of 2026-11-25 (European Central Bank, 1 EUR "
        "= 1.0512 USD; 1 EUR = 162.91 JPY). To use it, say catalog_rates: {source: ecb, "
        "at_most_days_old: 5}."
    ) == found.facts["hint"]


def test_a_currency_that_nobody_has_a_rate_of_has_no_hint(new_shelf: Database) -> None:
    found = refused(new_shelf, document(HOST, region="eastus", currency="XQZ"))

    assert "" == found.facts["hint"]
    assert "in XQZ. Or give a rate" in found.message


def test_a_product_of_too_many_digits_is_refused_and_not_rounded(new_shelf: Database) -> None:
    keep(new_shelf, {"2026-11-25": {"USD": "1", "JPY": "1.123456789012345678901234567891"}})

    found = refused(new_shelf, asking())

    assert ("invalid", "catalog_rates") == (found.code, found.field)
    assert "at most 30 decimal places" in found.message


def test_token_prices_are_converted_as_well(new_shelf: Database) -> None:
    """Each price of an option."""
    keep(new_shelf, WEEK)
    value = asking(looked_up(offer="two-tariffs/reserve"))

    with new_shelf.read() as session:
        (option,) = resolve(session, parse_scenario(value), ASKED).options

    assert {"JPY"} == {one.currency for one in option.prices}
    assert {True} == {one.provenance.exchange is not None for one in option.prices}


# --- exact, by another road -------------------------------------------------------------------


@given(amount=NUMBERS, per=NUMBERS, dollars=NUMBERS, yen=NUMBERS)
def test_any_amount_is_converted_without_losing_a_digit(
    shelf: Database, amount: Decimal, per: Decimal, dollars: Decimal, yen: Decimal
) -> None:
    """Against fractions of the texts; the catalog's rows are stood in for by the sample's kind of
    rates, kept and taken back within one transaction."""
    scenario = parse_scenario(asking(at_most_days_old="1"))
    with shelf.read() as session:
        keep_rates(session, ecb({"2026-11-25": {"USD": f"{dollars}", "JPY": f"{yen}"}}))
        exchanger = Exchanger(session=session, scenario=scenario, own=ASKED)
        money = Money(amount=amount, per=per, currency="USD")
        found = exchanger.converted(money, Unit.HOUR, Provenance(), ())
        session.rollback()

    expected = Fraction(str(amount)) / Fraction(str(per)) * Fraction(str(yen))
    assert expected / Fraction(str(dollars)) == found.for_one()
