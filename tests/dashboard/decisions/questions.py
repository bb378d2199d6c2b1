"""Scenarios, and ways to move what they stand on, for the tests of decisions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from catalog.database import Database
from catalog.tables import PRICE, RATE

HOST = "Standard_NC8lds_xl_RTXPRO6000BSE_v6"
SEALED = datetime(2026, 11, 24, 14, 23, 8, tzinfo=UTC)
OFFER_MODEL = "gpt-4o-2024-11-20"
CONTRACT = "0.00298765"
"""A typed price whose digits stand nowhere else, to look for in what others are shown."""


def typed(amount: str = CONTRACT, basis: str = "contracted") -> dict[str, str]:
    """A typed price of a thousand tokens."""
    return {"amount": amount, "per": "1000", "unit": "token", "basis": basis}


def scenario(**changes: Any) -> dict[str, Any]:
    """A host at the catalog's price against tokens at a contract's."""
    return {
        "version": "1",
        "region": "eastus",
        "currency": "USD",
        "workload": {
            "requests_per_month": "100000",
            "input_tokens": "1000",
            "output_tokens": "500",
            "peak_to_mean": "1",
        },
        "options": [
            {
                "name": "Host",
                "kind": "dedicated",
                "instance": HOST,
                "capacity": "unlimited",
                "minimum_instances": "1",
                "spare_instances": "0",
            },
            {
                "name": "Tokens",
                "kind": "serverless",
                "prices": {"input": typed(), "output": typed()},
            },
        ],
        **changes,
    }


def decision(**changes: Any) -> dict[str, Any]:
    """What is sent to save one."""
    return {
        "title": "Support bot on a host",
        "owner": "Aoi Tanaka",
        "scenario": scenario(),
        "evidence": [
            {
                "field": "workload.requests_per_month",
                "text": "Logs of October",
                "owner": "Operations",
                "url": "https://example.com/logs",
            }
        ],
        **changes,
    }


def content(**changes: Any) -> bytes:
    """The same as the body of a request."""
    return json.dumps(decision(**changes)).encode()


def yen_scenario() -> dict[str, Any]:
    """A host and a model by the token, both at prices of the catalog, in yen at its rate."""
    return scenario(
        currency="JPY",
        catalog_rates={"source": "ecb", "at_most_days_old": "5"},
        options=[
            scenario()["options"][0],
            {
                "name": "Tokens",
                "kind": "serverless",
                "model": OFFER_MODEL,
                "provider": "azure",
                "deployment": "global",
            },
        ],
    )


def set_rate(database: Database, day: date, yen_per_dollar: str) -> None:
    """A list of the European Central Bank of this day, of two currencies."""
    from sqlalchemy import insert

    euro = Decimal("1.25")
    rows = [("USD", euro), ("JPY", euro * Decimal(yen_per_dollar))]
    with database.write() as session:
        for quote, rate in rows:
            session.execute(
                insert(RATE).values(
                    id=f"ecb-EUR-{quote}-{day}-{yen_per_dollar}",
                    base="EUR",
                    quote=quote,
                    rate=rate,
                    as_of=day,
                    source="ecb",
                    fetched_at=SEALED,
                )
            )


def scale_price(database: Database, price_id: str, factor: str) -> None:
    """A correction in the database of a test: another amount under the same id."""
    from sqlalchemy import select

    with database.write() as session:
        query = select(PRICE.c.amount).where(PRICE.c.id == price_id)
        amount = session.execute(query).scalar_one()
        changed = update(PRICE).where(PRICE.c.id == price_id)
        session.execute(changed.values(amount=amount * Decimal(factor)))
