"""From the bytes of a scenario and two days to what moved between them, and whether it matters.

The catalog is read first and closed before anything is computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.errors import PriceNotFound
from catalog.price_queries import find_price
from catalog.problems import Refused, at_places
from catalog.repricing import (
    PricedTwice,
    UnknownPrice,
    priced_twice,
    read_percent,
    read_said,
    read_two_days,
)
from catalog.scenario import Scenario, parse_scenario
from catalog.views import Price
from costing.repriced import GateReason, Repriced, gate, reprice

NOT_OF_THE_DOCUMENT: Final = (("then",), ("now",), ("rate_then",))
"""Where what is asked beside the scenario is wrong: no line of it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RepriceRequest:
    """What is asked, as typed. now None: the current prices. gate: the most percent that a monthly
    cost may move by; None: no gate. said: what options were said to cost a month then, NAME=COST.
    own_prices: answer even where costs tell own prices."""

    then: str
    now: str | None = None
    rate_then: str | None = None
    gate: str | None = None
    said: tuple[str, ...] = ()
    own_prices: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RepriceFindings:
    """Everything that is said about a scenario on two days.

    now: the later day, today where none was named. rows: the catalog's rows of the prices, by id.
    reasons: why the gate is closed; empty where it is open or where `percent` is None.
    """

    scenario: Scenario
    then: date
    now: date
    repriced: Repriced
    unknown: tuple[UnknownPrice, ...]
    rows: Mapping[str, Price]
    percent: Decimal | None
    reasons: tuple[GateReason, ...]


def reprice_of_bytes(
    database: Database, content: bytes, asked: RepriceRequest, *, form: Form, name: str = ""
) -> RepriceFindings:
    """What moved for the scenario in these bytes. Raises Refused with every problem."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    today = datetime.now(UTC).date()
    days = read_two_days(asked.then, asked.now, asked.rate_then, today)
    percent = None if asked.gate is None else read_percent(asked.gate)
    said = read_said(asked.said, scenario)
    try:
        with database.read() as session:
            priced = priced_twice(session, scenario, days, today, own_prices=asked.own_prices)
            rows = _rows(session, priced)
    except Refused as refused:
        if all(one.path[:1] in NOT_OF_THE_DOCUMENT for one in refused.problems):
            raise
        raise Refused(at_places(refused.problems, document.places), name=name) from None
    found = reprice(priced.then, priced.now, priced.at_rate_then, said_per_month=said)
    return RepriceFindings(
        scenario=scenario,
        then=days.then,
        now=days.now or today,
        repriced=found,
        unknown=priced.unknown,
        rows=rows,
        percent=percent,
        reasons=() if percent is None else gate(found, percent),
    )


def _rows(session: Session, priced: PricedTwice) -> dict[str, Price]:
    """The catalog's rows behind the prices; a typed price, one's own and a fee have none there."""
    ids = {
        price.provenance.price_id
        for question in (priced.then, priced.now)
        for option in question.options
        for price in option.prices
    }
    found: dict[str, Price] = {}
    for price_id in sorted(ids - {None}, key=str):
        try:
            found[str(price_id)] = find_price(session, str(price_id))
        except PriceNotFound:
            continue
    return found
