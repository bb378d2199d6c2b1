"""The retail price list: its envelope, its rows, its filters and pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.emulators.azure.loopback import Asked, Reply

_TEST = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
SPACE = uuid.UUID("6f1c5a3e-8f6d-4a5b-9a57-3e5a1f0c2b11")


@dataclass(kw_only=True)
class RetailList:
    """Answers ``GET /api/retail/prices``.

    Attributes:
        rows: all rows of the list.
        page_size: rows a page, as many as the service wants whatever is asked.
        currency: of the envelope.
        link_host: scheme and host of next links; None: the host that was asked.
        overlap: rows of a page that the next one repeats, as when the list shifts.
    """

    rows: Sequence[dict[str, Any]]
    page_size: int = 1_000
    currency: str = "USD"
    link_host: str | None = None
    overlap: int = 0
    filters: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        """The page that is asked for."""
        parts = urlsplit(asked.target)
        query = parse_qs(parts.query)
        if parts.path != "/api/retail/prices":
            return Reply(status=404, body={"Error": {"Code": "NotFound", "Message": "no route"}})
        wanted = query["$filter"][0]
        self.filters.append(wanted)
        if "'" in parts.query or " " in parts.query:
            return _bad("a space or a quote that is not encoded")
        tests: dict[str, set[str]] = {}
        for name, value in _TEST.findall(wanted):
            tests.setdefault(name, set()).add(value)
        found = [row for row in self.rows if all(row[key] in held for key, held in tests.items())]
        start = int(query.get("$skip", ["0"])[0])
        items = found[max(0, start - self.overlap) : start + self.page_size]
        following = start + self.page_size
        link = None
        if following < len(found):
            host = self.link_host or f"http://{asked.headers['host']}"
            link = (
                f"{host}{parts.path}?api-version=2023-01-01-preview"
                f"&$filter={quote(wanted, safe='')}&$skip={following}"
            )
        return Reply(
            body={
                "BillingCurrency": self.currency,
                "CustomerEntityId": "Default",
                "CustomerEntityType": "Retail",
                "Items": items,
                "NextPageLink": link,
                "Count": len(items),
            }
        )


def _bad(message: str) -> Reply:
    return Reply(status=400, body={"Error": {"Code": "BadRequest", "Message": message}})


def vm_row(sku: str, price: float, **changes: Any) -> dict[str, Any]:
    """A row of ``Virtual Machines``: Linux on demand in East US, but for the changes."""
    words = sku.strip().removeprefix("Standard_").replace("_", " ")
    row = {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "eastus",
        "location": "US East",
        "effectiveStartDate": "2023-03-01T00:00:00Z",
        "meterName": words,
        "productId": "DZH318Z0DPJB",
        "productName": "Virtual Machines NCv3 Series",
        "skuName": words,
        "serviceName": "Virtual Machines",
        "serviceId": "DZH313Z7MMC8",
        "serviceFamily": "Compute",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": sku,
    }
    return _identified({**row, **changes})


def meter_row(meter: str, price: float, unit: str = "1K", **changes: Any) -> dict[str, Any]:
    """A row of ``Foundry Models``: a meter of Azure OpenAI in East US, but for the changes."""
    sku = meter.removesuffix(" Tokens").removesuffix(" 1M").removesuffix(" Unit")
    row = {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "eastus",
        "location": "US East",
        "effectiveStartDate": "2025-05-01T00:00:00Z",
        "meterName": meter,
        "productId": "DZH318Z0CSHL",
        "productName": "Azure OpenAI",
        "skuName": sku,
        "serviceName": "Foundry Models",
        "serviceId": "DZH318Q66D0F",
        "serviceFamily": "AI + Machine Learning",
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": sku,
    }
    return _identified({**row, **changes})


def _identified(row: dict[str, Any]) -> dict[str, Any]:
    """The row with ids that follow from what it prices: the same for a row that comes again."""
    words = [str(row[key]) for key in ("productName", "skuName", "meterName", "armRegionName")]
    row.setdefault("meterId", str(uuid.uuid5(SPACE, "|".join(words))))
    row.setdefault("skuId", f"{row['productId']}/{row['meterId'][:4].upper()}")
    return row
