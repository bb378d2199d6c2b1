"""The European Central Bank's list: exact rates of one day, and nothing of any other file."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SourceFailed
from catalog.records import RateRecord
from catalog.sources.ecb import EcbConfig, make_ecb, read_list
from catalog.sources.reading import Page
from tests.catalog.sources.run_of_sources import (
    NOW,
    failure,
    live_wire,
    patient,
    records_of,
    unread_of,
)
from tests.emulators.loopback import Reply
from tests.emulators.rate_lists import HEAD, LIST_PATH, RATES, RateList, day_of, rate_list

DAY = "2026-11-25"
LATEST = date(2026, 11, 27)


def _pages(content: bytes | None = None, reply: Reply | None = None, times: int = 1) -> list[Page]:
    with RateList(content) as rates, live_wire(rates.base) as live:
        if reply is not None:
            rates.fail(reply, times=times)
        config = EcbConfig(url=rates.base + LIST_PATH, timeout_seconds=5)
        return list(make_ecb(config, patient(live), now=NOW).fetch())


def test_the_list_of_the_day_becomes_rates_of_the_euro_with_its_date() -> None:
    """Exact as written; the day is the bank's, not that of reading."""
    pages = _pages()

    found = records_of(pages, RateRecord)
    assert [(name, Decimal(rate)) for name, rate in RATES] == [
        (one.quote, one.rate) for one in found
    ]
    assert {("EUR", date(2026, 11, 25), None, "ecb", None, NOW)} == {
        (one.base, one.as_of, one.valid_to, one.source, one.owner, one.fetched_at) for one in found
    }
    assert (found[0].url or "").endswith(LIST_PATH)
    assert (1, 4, None) == (pages[0].requests, pages[0].total, pages[0].cursor)


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 %s
]>
<lolz>&lol9;</lolz>
""" % b"\n ".join(
    b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10)
    for n in range(1, 10)
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]><a>&b;</a>'
EMPTY_TYPE = rate_list(day_of(DAY)).replace(b"<gesmes:Env", b"<!DOCTYPE Envelope>\n<gesmes:Env", 1)


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, EMPTY_TYPE])
def test_a_file_that_declares_entities_is_refused_before_one_is_used(content: bytes) -> None:
    """A billion laughs, a file of this machine, and even an empty document type."""
    found = failure(lambda: _pages(content))

    assert "not_xml" == found.reason
    assert "expected XML without a document type, found one. It was not read." in str(found)


def test_the_bomb_of_the_test_is_one() -> None:
    """Nine levels of ten: that a usual parser would begin to open it is why it is refused."""
    assert 9 == BOMB.count(b"<!ENTITY lol") - 1
    with pytest.raises(ElementTree.ParseError, match="amplification"):
        ElementTree.fromstring(BOMB)


@pytest.mark.parametrize(
    ("content", "reason", "told"),
    [
        (b"", "not_xml", "as XML"),
        (b"{}", "not_xml", "as XML"),
        (rate_list(day_of(DAY))[:-30], "not_xml", "as XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not_xml", "as XML"),
        (b"<html><body>moved</body></html>", "drift", "an Envelope of the bank's"),
        (b"<Envelope/>", "drift", "an Envelope of the bank's"),
        (rate_list(), "drift", "found 0 days"),
        (rate_list(day_of(DAY), day_of("2026-11-24")), "drift", "found 2 days"),
        (rate_list(day_of("yesterday")), "drift", "a day such as 2026-01-31"),
        (rate_list(day_of("2026-13-01")), "drift", "a day such as 2026-01-31"),
        (rate_list(day_of("2026-11-28")), "drift", "a day up to 2026-11-27, found 2026-11-28"),
        (rate_list(day_of(DAY, [])), "drift", "rates of 2026-11-25, found none"),
        (rate_list(day_of(DAY, [("USD", "x")])), "drift", "rates of 2026-11-25, found none"),
        (rate_list(day_of(DAY)).replace(b"<Cube ", b"<Tube ", 1), "not_xml", "as XML"),
        (HEAD.encode() + b"<a>" * 30, "drift", "20 deep, at most"),
        (rate_list(day_of(DAY, RATES * 300)), "drift", "1,000 elements"),
        (rate_list(day_of(DAY)) + b" " * 1_000_000, "too_long", "at most 1,000,000 bytes"),
    ],
)
def test_a_file_of_another_shape_is_refused_by_name(content: bytes, reason: str, told: str) -> None:
    """Nothing of it is taken."""
    found = failure(lambda: _pages(content))

    assert (reason, True) == (found.reason, told in str(found)), str(found)


def test_another_status_is_refused() -> None:
    found = failure(lambda: _pages(reply=Reply(status=404, content=b"gone"), times=9))

    assert "bad_status" == found.reason


@pytest.mark.parametrize(
    ("row", "key", "detail"),
    [
        (("USDX", "1.1"), "EUR/USDX", "currency: expected a three-letter code"),
        (("", "1.1"), "row 2", "currency: expected a three-letter code"),
        (("EUR", "1"), "EUR/EUR", "currency: expected another one than the euro"),
        (("CHF", "0"), "EUR/CHF", "rate: expected a number above 0"),
        (("CHF", "-1"), "EUR/CHF", "rate: expected a number above 0"),
        (("CHF", "NaN"), "EUR/CHF", "rate: expected a number above 0"),
        (("CHF", "0,93"), "EUR/CHF", "rate: expected a number above 0"),
        (("CHF", ""), "EUR/CHF", "rate: expected a number above 0"),
    ],
)
def test_a_rate_that_cannot_be_read_costs_itself_only(
    row: tuple[str, str], key: str, detail: str
) -> None:
    pages = _pages(rate_list(day_of(DAY, [("USD", "1.1"), row])))

    assert ["USD"] == [one.quote for one in records_of(pages, RateRecord)]
    assert [(key, "invalid", detail)] == [
        (one.key, one.reason, one.detail) for one in unread_of(pages)
    ]


def test_a_currency_that_stands_twice_is_taken_from_neither_row() -> None:
    """Whichever came last would be a guess."""
    pages = _pages(rate_list(day_of(DAY, [("USD", "1.1"), ("JPY", "175"), ("USD", "1.2")])))

    assert ["JPY"] == [one.quote for one in records_of(pages, RateRecord)]
    assert ["ambiguous", "ambiguous"] == [one.reason for one in unread_of(pages)]


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_and_never_end_otherwise(content: bytes) -> None:
    """As a whole file, and between the head and the end of a true one."""
    for body in (content, rate_list(day_of(DAY)).replace(b"<Cube c", content + b"<Cube c", 1)):
        try:
            read_list(body, "GET list", latest=LATEST)
            reason = "none"
        except SourceFailed as failed:
            reason = failed.reason
        assert reason in ("none", "not_xml", "drift")
