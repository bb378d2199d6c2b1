"""A small shelf of token prices, one model for each case that a look-up can meet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from catalog.aliases import aliases_by_rule
from catalog.price_store import price_id, record_price
from catalog.records import InstanceRecord, ModelRecord, PriceRecord, ProviderRecord
from catalog.store import save_records

READ = datetime(2026, 2, 1, 6, tzinfo=UTC)
MODELS = (
    "acme/agreed",
    "acme/batch-only",
    "acme/currencies",
    "acme/disputed",
    "acme/everywhere",
    "acme/nearly",
    "acme/regional",
    "acme/two-tariffs",
)


def token_price(model: str, amount: str, **other: Any) -> PriceRecord:
    """A price of a million tokens in eastus, published by the provider itself."""
    fields: dict[str, Any] = {
        "model_id": f"acme/{model}",
        "offer_id": f"{model}/standard",
        "provider_id": "azure",
        "region": "eastus",
        "deployment": "regional",
        "kind": "input",
        "amount": Decimal(amount),
        "per": Decimal(1_000_000),
        "unit": "token",
        "currency": "USD",
        "valid_from": READ,
        "as_of": date(2026, 1, 31),
        "fetched_at": READ,
        "source": "price page",
        "source_key": f"{model}/standard",
        "url": "https://example.com/prices",
        "rank": 1,
    }
    return PriceRecord.model_validate(fields | other)


def host_price(amount: str, **other: Any) -> PriceRecord:
    """A price of one hour of Standard_X in eastus."""
    fields: dict[str, Any] = {
        "model_id": None,
        "offer_id": None,
        "instance_id": "azure/Standard_X",
        "deployment": None,
        "kind": "instance",
        "term": "on_demand",
        "per": Decimal(1),
        "unit": "hour",
    }
    return token_price("host", amount, **fields | other)


TWO_TARIFFS = (
    token_price("two-tariffs", "2"),
    token_price("two-tariffs", "2.5", offer_id="two-tariffs/reserve", source_key="other"),
)
PRICES = (
    *TWO_TARIFFS,
    # one amount, published in two forms by one source
    token_price("agreed", "2"),
    token_price("agreed", "0.002", per=Decimal(1000), source_key="by the thousand"),
    # the same number in two currencies
    token_price("currencies", "2"),
    token_price("currencies", "2", currency="EUR", source_key="in euros"),
    # a second source: 2 % away, and 1 % away
    token_price("disputed", "2"),
    token_price("disputed", "2.04", source="a mirror", rank=2),
    token_price("nearly", "2"),
    token_price("nearly", "2.02", source="a mirror", rank=2),
    token_price("nearly", "300", source="a shop", rank=3, currency="JPY"),
    # a price that holds in every region
    token_price("everywhere", "1", region=None, deployment="global"),
    token_price("everywhere", "4", region=None, deployment="global", kind="output"),
    token_price("everywhere", "9", region=None, deployment="unknown"),
    # two regions, two prices, with a hosting fee in one
    token_price("regional", "3", region="japaneast"),
    token_price("regional", "12", region="japaneast", kind="output"),
    token_price("regional", "0.3", region="japaneast", kind="cached_input"),
    token_price(
        "regional", "1.70", region="japaneast", kind="hosting", unit="hour", per=Decimal(1)
    ),
    token_price("regional", "2", region="westus"),
    token_price("regional", "2", region="japaneast", deployment="data_zone"),
    token_price("batch-only", "1", kind="batch_input"),
    host_price("6.12"),
    host_price("0.5", term="spot", currency="EUR"),
)


def stock(session: Session) -> None:
    """Put everything on the shelf."""
    save_records(session, [ProviderRecord(id="azure", name="Azure")])
    save_records(
        session, [InstanceRecord(id="azure/Standard_X", provider_id="azure", sku="Standard_X")]
    )
    save_records(
        session,
        [
            ModelRecord(id=model, publisher="acme", name=model.rpartition("/")[2], source="a list")
            for model in MODELS
        ],
    )
    save_records(session, aliases_by_rule(MODELS))
    for price in PRICES:
        record_price(session, price, READ)


def ids_of(*prices: PriceRecord) -> set[str]:
    """The ids under which these prices are stored."""
    return {price_id(price) for price in prices}
