"""A company's own rates: checked whole, kept once, private, forgotten by owner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from catalog.database import Database
from catalog.errors import OwnRateNotFound
from catalog.own_rate_file import OwnRate, import_own_rates, read_own_rates
from catalog.problems import Refused
from catalog.rates import (
    RateFilter,
    keep_rates,
    list_rates,
    own_rates,
    rates_between,
    remove_own_rates,
)
from catalog.records import RateRecord
from catalog.sample_rates import sample_rates
from catalog.store import write_rows
from catalog.tables import RATE

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HEAD = "from,to,rate,date,period_from,period_to,owner"
PERIOD = "USD,JPY,150.25,,2026-10-01,2026-12-31,Treasury"
DAY = "USD,EUR,0.92,2026-11-25,,,Treasury"


def read(*lines: str) -> tuple[OwnRate, ...]:
    return read_own_rates("\n".join(lines).encode(), name="own.csv", now=NOW)


def problems(*lines: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(Refused) as caught:
        read(*lines)
    return [(one.line, one.field, one.code) for one in caught.value.problems]


def ecb(rate: str, day: date, *, quote: str = "USD", read_at: datetime = NOW) -> RateRecord:
    return RateRecord(
        base="EUR", quote=quote, rate=Decimal(rate), as_of=day, source="ecb", fetched_at=read_at
    )


def kept(database: Database, *records: RateRecord) -> int:
    with database.write() as session:
        return keep_rates(session, records)


def listed(database: Database, **wanted: object) -> list[tuple[str, str, str]]:
    with database.read() as session:
        page = list_rates(session, RateFilter.model_validate(wanted))
    return [(f"{one.base}/{one.quote}", f"{one.rate:f}", f"{one.as_of}") for one in page.items]


def test_a_good_file_becomes_rates_of_a_period_and_of_a_day() -> None:
    """Comments and blank rows are passed over; columns may stand in any order and spelling."""
    period, day = read("# ours", HEAD.replace("period_from", "Period From"), PERIOD, "", DAY)

    assert (3, "USD", "JPY", Decimal("150.25"), "Treasury", "own") == (
        period.line, period.record.base, period.record.quote, period.record.rate,
        period.record.owner, period.record.source,
    )  # fmt: skip
    assert (date(2026, 10, 1), date(2026, 12, 31)) == (period.record.as_of, period.record.valid_to)
    assert (date(2026, 11, 25), None) == (day.record.as_of, day.record.valid_to)


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        ("150.25", "0", "rate", "not_positive"),
        ("150.25", "-1", "rate", "negative"),
        ("150.25", "NaN", "rate", "not_finite"),
        ("150.25", "1e400", "rate", "too_large"),
        ("150.25", '"150,25"', "rate", "not_a_number"),
        ("150.25", "=1+1", "rate", "not_a_number"),
        ("150.25", "", "rate", "required"),
        ("USD", "usd", "from", "not_a_currency"),
        ("JPY", "Yen", "to", "not_a_currency"),
        ("JPY", "USD", "to", "rate_of_itself"),
        ("Treasury", "", "owner", "required"),
        ("Treasury", "Trea\x1b[31msury", "owner", "not_text"),
        ("2026-10-01", "", "date", "rate_days"),
        (",,2026-10-01", ",2026-10-01,2026-10-01", "date", "rate_days"),
        (",2026-10-01,2026-12-31", ",,", "date", "rate_days"),
        ("2026-10-01", "2026-10-32", "period_from", "not_a_date"),
        ("2026-12-31", "2026-09-30", "period_to", "ends_before_as_of"),
        (",,2026-10-01,2026-12-31", ",2026-11-28,,", "date", "future_date"),
    ],
)
def test_a_wrong_cell_of_rates_is_refused_at_its_line_and_column(
    old: str, new: str, column: str, code: str
) -> None:
    """The other rows are judged too."""
    assert [(3, column, code)] == problems(HEAD, DAY, PERIOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("",), (None, "", "no_rates")),
        ((HEAD,), (None, "", "no_rates")),
        ((HEAD.replace("owner", "ownr"), DAY), (1, "ownr", "column_unknown")),
        ((HEAD + ",rate", DAY + ",1"), (1, "rate", "column_twice")),
        (("from,to,rate,date", "USD,JPY,1,2026-11-01"), (1, "owner", "column_missing")),
        ((HEAD.replace(",", ";"), DAY), (1, "", "commas_expected")),
        ((HEAD, "USD,JPY"), (2, "", "ragged_row")),
        ((HEAD, PERIOD, PERIOD), (3, "", "rate_twice")),
        ((HEAD, PERIOD, "USD,JPY,1,2026-11-25,,,Treasury"), (3, "", "rate_twice")),
        ((HEAD, "USD,JPY,1,2026-10-01,,,Treasury", PERIOD), (3, "", "rate_twice")),
        ((HEAD, 'USD,"JPY'), (2, "", "broken_document")),
    ],
)
def test_a_file_of_rates_of_a_wrong_form_is_refused_by_name(
    lines: tuple[str, ...], expected: tuple[int | None, str, str]
) -> None:
    """With the line, and the nearest column."""
    assert expected in problems(*lines)


def test_bytes_that_are_no_text_and_files_that_are_too_large_are_refused() -> None:
    """Before a row is read."""
    for content, code in ((b"\xff\xfe", "not_utf8"), (b"a" * 5_000_001, "too_large")):
        with pytest.raises(Refused) as caught:
            read_own_rates(content, name="own.csv", now=NOW)
        assert code == caught.value.problems[0].code


def test_a_file_with_more_rows_or_problems_than_are_looked_at_says_so() -> None:
    """What follows is not silently left out."""
    first = date(1900, 1, 1)
    days = (first + timedelta(days=one) for one in range(20_001))

    assert ["too_many"] == [
        code for _, _, code in problems(HEAD, *(f"USD,JPY,1,{day},,,T" for day in days))
    ]
    assert "too_many_problems" == problems(HEAD, *["USD,JPY,x,2026-01-01,,,T"] * 1_002)[-1][2]


@given(text=st.text(max_size=300))
def test_any_text_gives_rates_or_problems(text: str) -> None:
    """Never another exception."""
    try:
        found = len(read_own_rates(text.encode(), name="o", now=NOW))
    except Refused as refused:
        found = len(refused.problems)

    assert found > 0


def test_importing_rates_twice_changes_nothing(database: Database) -> None:
    """The moment of the first import stays."""
    later = read_own_rates(
        "\n".join([HEAD, PERIOD, DAY]).encode(), name="o", now=NOW.replace(hour=10)
    )

    assert 2 == import_own_rates(database, read(HEAD, PERIOD, DAY), name="own.csv")
    assert 0 == import_own_rates(database, later, name="own.csv")
    with database.read() as session:
        assert [(Decimal("0.92"), NOW), (Decimal("150.25"), NOW)] == [
            (one.rate, one.fetched_at) for one in own_rates(session)
        ]


def test_a_rate_for_days_that_have_one_is_refused_and_nothing_of_the_file_is_stored(
    database: Database,
) -> None:
    """By owner, pair and days; another owner may differ."""
    import_own_rates(database, read(HEAD, PERIOD), name="own.csv")
    other = "USD,JPY,151,2026-11-01,,,Treasury"

    with pytest.raises(Refused) as caught:
        import_own_rates(database, read(HEAD, DAY, other), name="new.csv")

    [found] = caught.value.problems
    assert (3, "rate", "rate_elsewhere") == (found.line, found.field, found.code)
    assert "Treasury from USD to JPY" in found.message
    assert "2026-10-01 to 2026-12-31" in found.message
    assert 1 == len(listed(database, own=True))
    branch = read(HEAD, other.replace("Treasury", "Branch"), PERIOD)
    assert 1 == import_own_rates(database, branch, name="new.csv")


def test_own_rates_are_in_no_list_unless_asked_for(database: Database) -> None:
    """A company's rate is private; the bank's is not."""
    import_own_rates(database, read(HEAD, DAY), name="own.csv")
    kept(database, ecb("1.0512", date(2026, 11, 25)))

    assert [("EUR/USD", "1.0512", "2026-11-25")] == listed(database)
    assert [] == listed(database, source="own")
    assert 2 == len(listed(database, own=True))


def test_own_rates_are_forgotten_by_owner_or_pair(database: Database) -> None:
    """An owner without any is refused with those that there are."""
    import_own_rates(database, read(HEAD, PERIOD, DAY), name="own.csv")
    kept(database, ecb("1.0512", date(2026, 11, 25)))

    assert 1 == remove_own_rates(database, "Treasury", ("USD", "EUR"))
    with pytest.raises(OwnRateNotFound, match=r"from USD to EUR.*'Treasury'.*Owners: Treasury\."):
        remove_own_rates(database, "Treasury", ("USD", "EUR"))
    assert 1 == remove_own_rates(database, "Treasury")
    with pytest.raises(OwnRateNotFound, match="None is there"):
        remove_own_rates(database, "Treasury")
    assert 1 == len(listed(database, own=True))


def test_rates_are_kept_day_by_day_and_the_newest_is_listed(database: Database) -> None:
    """Another amount for a known day is a row beside it; exact to the last digit."""
    day, before = date(2026, 11, 25), date(2026, 11, 24)
    exact = "1.051212345678901234567890123456"

    assert 2 == kept(database, ecb("1.05", before), ecb(exact, day))
    assert 1 == kept(database, ecb(exact, day), ecb("1.06", day))

    assert [exact, "1.06"] == sorted(rate for _, rate, _ in listed(database))
    assert 3 == len(listed(database, history=True))
    assert [] == listed(database, quote="JPY")
    with database.read() as session:
        found = rates_between(session, "ecb", ("USD", "JPY"), before)
    assert [Decimal("1.05")] == [one.rate for one in found]


def test_an_amount_that_comes_back_is_the_one_read_last(database: Database) -> None:
    """A, then B, then A on one day: A was read last."""
    day = date(2026, 11, 25)
    for hour, rate in enumerate(("1.05", "1.06", "1.05"), 10):
        kept(database, ecb(rate, day, read_at=NOW.replace(hour=hour)))

    with database.read() as session:
        found = rates_between(session, "ecb", ("USD", "JPY"), day)
    assert {Decimal("1.05"): 12, Decimal("1.06"): 11} == {
        one.rate: one.fetched_at.hour for one in found if one.fetched_at is not None
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": Decimal(0)},
        {"quote": "EUR"},
        {"source": "bank"},
        {"source": "own"},
        {"owner": "Treasury"},
    ],
)
def test_the_database_itself_refuses_a_rate_that_cannot_be(
    database: Database, wrong: dict[str, object]
) -> None:
    """Where a row comes past the records."""
    row = {**dict(ecb("1.05", date(2026, 11, 25))), "id": "r", **wrong}

    with pytest.raises(IntegrityError), database.write() as session:
        write_rows(session, RATE, [row])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"quote": "EUR"}, "for itself"),
        ({"valid_to": date(2026, 11, 24)}, "ends before it begins"),
        ({"owner": "Treasury"}, "own rates have an owner"),
    ],
)
def test_a_record_of_a_rate_that_contradicts_itself_is_refused(
    wrong: dict[str, object], told: str
) -> None:
    """Whoever made it."""
    with pytest.raises(ValueError, match=told):
        RateRecord.model_validate({**dict(ecb("1.05", date(2026, 11, 25))), **wrong})


def test_the_bundled_sample_is_one_day_of_the_banks_list_and_says_so() -> None:
    """29 currencies against the euro, each marked."""
    found = sample_rates()

    assert 29 == len({one.quote for one in found})
    assert {("EUR", date(2026, 10, 30), "sample", True)} == {
        (one.base, one.as_of, one.source, one.sample) for one in found
    }
    assert {"USD": Decimal("1.1172"), "JPY": Decimal("175.68")} == {
        one.quote: one.rate for one in found if one.quote in ("USD", "JPY")
    }
