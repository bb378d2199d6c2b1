"""Records: what is refused at the door, one row at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalog.records import (
    ArchitectureRecord,
    InstanceRecord,
    PriceRecord,
    Record,
    validate_rows,
)

PRICE: dict[str, Any] = {
    "instance_id": "azure/Standard_X",
    "provider_id": "azure",
    "region": "eastus",
    "kind": "instance",
    "term": "on_demand",
    "amount": Decimal("6.12"),
    "per": Decimal(1),
    "unit": "hour",
    "currency": "USD",
    "valid_from": datetime(2024, 1, 1, tzinfo=UTC),
    "fetched_at": datetime(2024, 1, 2, tzinfo=UTC),
    "source": "a list",
    "source_key": "Standard_X/eastus",
    "rank": 1,
}
SHAPE: dict[str, Any] = {"model_id": "acme/one", "tier": 1, "source": "config.json"}


@pytest.mark.parametrize(
    ("record", "good", "field", "value"),
    [
        (PriceRecord, PRICE, "amount", Decimal("NaN")),
        (PriceRecord, PRICE, "amount", Decimal("Infinity")),
        (PriceRecord, PRICE, "amount", Decimal("-0.01")),
        (PriceRecord, PRICE, "amount", "6.12"),
        (PriceRecord, PRICE, "amount", 6.12),
        (PriceRecord, PRICE, "amount", True),
        (PriceRecord, PRICE, "per", Decimal(0)),
        (PriceRecord, PRICE, "unit", "token"),
        (PriceRecord, PRICE, "unit", "fortnight"),
        (PriceRecord, PRICE, "kind", "bribe"),
        (PriceRecord, PRICE, "kind", "output"),
        (PriceRecord, PRICE, "term", "forever"),
        (PriceRecord, PRICE, "term", None),
        (PriceRecord, PRICE, "deployment", "global"),
        (PriceRecord, PRICE, "basis", "wish"),
        (PriceRecord, PRICE, "derived", "guessed"),
        (PriceRecord, PRICE, "currency", "usd"),
        (PriceRecord, PRICE, "valid_from", datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None)),
        (PriceRecord, PRICE, "valid_to", datetime(2024, 1, 1, tzinfo=UTC)),
        (PriceRecord, PRICE, "as_of", datetime(2024, 1, 1, 5, tzinfo=UTC)),
        (PriceRecord, PRICE, "region", "\ud800"),
        (PriceRecord, PRICE, "region", "east\x00us"),
        (PriceRecord, PRICE, "url", "https://example.com/\udfff"),
        (PriceRecord, PRICE, "source", ""),
        (PriceRecord, PRICE, "colour", "red"),
        (ArchitectureRecord, SHAPE, "layers", 2**63),
        (ArchitectureRecord, SHAPE, "layers", -1),
        (ArchitectureRecord, SHAPE, "layers", "32"),
        (ArchitectureRecord, SHAPE, "layers", 32.0),
        (ArchitectureRecord, SHAPE, "tier", 6),
        (ArchitectureRecord, SHAPE, "tie_word_embeddings", 1),
        (ArchitectureRecord, SHAPE, "rope_factor", Decimal(0)),
    ],
)
def test_one_bad_row_is_refused_and_the_batch_goes_on(
    record: type[Record], good: dict[str, Any], field: str, value: Any
) -> None:
    """The bad row is named by its number; the rows before and after it are taken."""
    outcome = validate_rows(record, [good, good | {field: value}, good])
    assert len(outcome.taken) == 2
    assert [row.row_number for row in outcome.refused] == [2]
    assert outcome.refused[0].reason


def test_token_prices_need_a_deployment_and_a_model_or_an_offer() -> None:
    """A token price that says neither what nor where is no price."""
    token = PRICE | {
        "instance_id": None,
        "term": None,
        "kind": "input",
        "unit": "token",
        "per": Decimal(1000),
        "deployment": "unknown",
        "model_id": "acme/one",
    }
    outcome = validate_rows(
        PriceRecord, [token, token | {"deployment": None}, token | {"model_id": None}]
    )
    assert [row.row_number for row in outcome.refused] == [2, 3]
    assert "deployment" in outcome.refused[0].reason
    assert "model_id or an offer_id" in outcome.refused[1].reason


def test_the_id_of_an_instance_is_made_of_provider_and_sku() -> None:
    """An id that says something else than its parts would lead two ways."""
    good = {"id": "azure/Standard_X", "provider_id": "azure", "sku": "Standard_X"}
    outcome = validate_rows(InstanceRecord, [good, good | {"sku": "Standard_Y"}])
    assert [row.row_number for row in outcome.refused] == [2]


def test_a_zero_price_is_a_price_and_unknown_is_none() -> None:
    """0 is stored where a source says so; what is left out is None."""
    price = validate_rows(PriceRecord, [PRICE | {"amount": Decimal("0.00")}]).taken[0]
    assert Decimal(0) == price.amount
    assert price.as_of is None
    shape = validate_rows(ArchitectureRecord, [SHAPE | {"n_shared_experts": 0}]).taken[0]
    assert shape.n_shared_experts == 0
    assert shape.layers is None


def test_amounts_leave_as_plain_text() -> None:
    """JSON carries money as text without an exponent."""
    price = validate_rows(PriceRecord, [PRICE | {"amount": Decimal("1E+3")}]).taken[0]
    assert '"amount":"1000"' in price.model_dump_json()
