"""Azure's own list of token prices of one day: offers by model, deployment and region.

A blank deployment becomes ``unknown``: the list does not say. What runs a fine-tuned model is an
offer of its own. 171 prices ended on 2025-08-31: the list has no column for it, its notes do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from catalog.identity import PublishedName
from catalog.identity_words import spelled
from catalog.snapshot.reference import Line
from catalog.snapshot.sold import NameFacts, Sold, joined

SYSTEM = "azure_prices"
PROVIDER = "azure"
LIST_NAME = "Azure Retail Prices API"
LIST_URL = "https://prices.azure.com/api/retail/prices"
LIST_DATE = date(2025, 8, 25)
LIST_LICENSE = "public price facts"
LIST_RANK = 1
SOURCE_ID = f"azure_retail-{LIST_DATE.isoformat()}"
ENDED = "2025-09-01T00:00:00Z"

_DEPLOYMENTS = ("global", "data_zone", "regional", "")
_KINDS = (
    "input",
    "cached_input",
    "output",
    "batch_input",
    "batch_cached_input",
    "batch_output",
)
_ENDED_REGIONAL = frozenset(
    {
        "gpt-35-turbo-0125",
        "gpt-35-turbo-1106",
        "gpt-35-turbo-instruct",
        "gpt-4-turbo",
        "gpt-4-turbo-vision",
        "gpt-4o-2024-05-13",
        "text-embedding-3-large",
        "text-embedding-3-small",
        "text-embedding-ada-002",
    }
)


def azure_token_offers(lines: Iterable[Line]) -> Sold:
    """Offers and prices out of the lines of azure_token_prices.csv.

    Raises:
        ReferenceDataInvalid: a cell is not as expected, or a price stands there twice.
    """
    sold = Sold()
    sold.sources.append(
        {
            "id": SOURCE_ID,
            "name": LIST_NAME,
            "url": LIST_URL,
            "as_of": LIST_DATE.isoformat(),
            "license": LIST_LICENSE,
            "rank": str(LIST_RANK),
        }
    )
    offers: dict[str, dict[str, str]] = {}
    names: dict[str, NameFacts] = {}
    seen: set[tuple[str, str]] = set()
    for line in lines:
        offer_id = _offer_id(line)
        if (offer_id, line["kind"]) in seen:
            raise line.wrong("kind", "a kind that this offer does not have yet")
        seen.add((offer_id, line["kind"]))
        name = PublishedName(
            system=SYSTEM,
            key=line["model"],
            publisher=line["publisher"],
            name=spelled(line["model"]),
            provider=PROVIDER,
        )
        names.setdefault(line["model"], NameFacts(name=name, told_by=line["source"]))
        offers.setdefault(offer_id, _offer(line, offer_id))
        sold.name_of_offer[offer_id] = name
        sold.prices.append(_price(line, offer_id))
    sold.offers.extend(offers.values())
    sold.names.extend(names.values())
    return sold


def zone_of(region: str) -> str:
    """The data zone that a region belongs to: us, us-gov or eu; empty elsewhere."""
    if region.startswith("usgov"):
        return "us-gov"
    if region.endswith(("us", "us2", "us3")):
        return "us"
    return "eu" if region in _EU_REGIONS else ""


_EU_REGIONS = frozenset(
    {
        "francecentral",
        "germanywestcentral",
        "italynorth",
        "northeurope",
        "polandcentral",
        "spaincentral",
        "swedencentral",
        "westeurope",
    }
)


def _offer_id(line: Line) -> str:
    if line["deployment"] not in _DEPLOYMENTS:
        raise line.wrong("deployment", "global, data_zone, regional, or nothing")
    if line["fine_tuned"] not in ("true", "false"):
        raise line.wrong("fine_tuned", "true or false")
    parts = [PROVIDER, line["model"], line["deployment"] or "unknown", line["region"]]
    if line["fine_tuned"] == "true":
        parts.append("fine_tuned")
    return "/".join(part for part in parts if part)


def _offer(line: Line, offer_id: str) -> dict[str, str]:
    deployment = line["deployment"] or "unknown"
    zone = zone_of(line["region"]) if deployment == "data_zone" else ""
    is_gov = line["region"].startswith("usgov")
    doubtful = (deployment == "data_zone" and not zone) or (deployment == "global" and is_gov)
    return {
        "id": offer_id,
        "provider_id": PROVIDER,
        "model_key": line["model"],
        "region": line["region"],
        "deployment": deployment,
        "variant": "fine_tuned" if line["fine_tuned"] == "true" else "base",
        "zone": zone,
        "flags": joined("priced_but_not_offered_there" if doubtful else ""),
    }


def _price(line: Line, offer_id: str) -> dict[str, str]:
    if line["kind"] not in _KINDS:
        raise line.wrong("kind", f"one of {', '.join(_KINDS)}")
    if line["unit"] != "token":
        raise line.wrong("unit", "token")
    amount = line.exact("amount")
    if amount in ("", "0"):
        raise line.wrong("amount", "a price above zero")
    return {
        "offer_id": offer_id,
        "kind": line["kind"],
        "amount": amount,
        "per": line.exact("per"),
        "unit": "token",
        "valid_from": f"{line['effective_start']}T00:00:00Z",
        "valid_to": ENDED if has_ended(line) else "",
        "as_of": LIST_DATE.isoformat(),
        "source_id": SOURCE_ID,
        "source_key": line["meter_id"],
        "flags": joined("ended_by_note" if has_ended(line) else ""),
    }


def has_ended(line: Line) -> bool:
    """Whether the notes of the list count this price among those that ended on 2025-08-31.

    Outside US Gov: all regional prices of the listed models and of tuned gpt-35-turbo, and the
    data zone input and output of gpt-4o-2024-05-13.
    """
    if line["region"].startswith("usgov"):
        return False
    if line["deployment"] == "data_zone":
        return line["model"] == "gpt-4o-2024-05-13" and line["kind"] in ("input", "output")
    if line["deployment"] != "regional":
        return False
    if line["fine_tuned"] == "true":
        return line["model"].startswith("gpt-35-turbo")
    return line["model"] in _ENDED_REGIONAL
