"""Offers and prices of Azure out of litellm's price map: the way to models newer than Azure's list.

A key tells the deployment in its middle (``azure/eu/gpt-4.1`` = data zone eu), or nothing. The map
has no dates of its prices, one price per token, and no region.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.exact_texts import decimal_text
from catalog.identity import PublishedName
from catalog.identity_words import NO_MODEL, spelled
from catalog.snapshot.azure_prices import PROVIDER
from catalog.snapshot.price_map import PriceMap
from catalog.snapshot.sold import NameFacts, Sold, day_start, joined

SYSTEM = "litellm"
SOURCE_NAME = "BerriAI/litellm model_prices_and_context_window"
RANK = 3
_PROVIDERS = ("azure", "azure_ai")
_TASKS = {
    "chat": "chat-completion",
    "completion": "text-generation",
    "responses": "chat-completion",
    "embedding": "embeddings",
}
_DEPLOYMENTS = {
    "global": ("global", ""),
    "global-standard": ("global", ""),
    "us": ("data_zone", "us"),
    "eu": ("data_zone", "eu"),
    "apac": ("data_zone", "apac"),
    "us-gov": ("data_zone", "us-gov"),
    "": ("unknown", ""),
}
_PRICES = {
    "input_cost_per_token": "input",
    "cache_read_input_token_cost": "cached_input",
    "output_cost_per_token": "output",
    "input_cost_per_token_batches": "batch_input",
    "cache_read_input_token_cost_batches": "batch_cached_input",
    "output_cost_per_token_batches": "batch_output",
}
_TIER = re.compile(r"_above_(\d+)k_tokens")
_A_PRICE = re.compile(r"_cost(_|$)|_cost_per_")
_A_DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_FREE = re.compile(r"\bfree\b")
_NO_TEXT_PRICE = "azure key without a price of text tokens: images, sound, search or nothing"
_NO_NUMBER = "price that is no number, or a negative one"
_ZERO = "price of zero that the map does not call free"
_TIERED = "price of prompts above a length: the length stands in the offer"
_OTHER_KIND = "price of a kind that the catalog does not hold: priority, flex, cache writing, sound"
_ROUTER = "a router's own fee on top of the price of another model"
_SAME_AGAIN = "the same price under a second key"
_FILE = "litellm price map"


def map_offers(price_map: PriceMap, built_on: date) -> Sold:
    """Offers and prices of the map's keys of azure and azure_ai.

    Args:
        price_map: the map.
        built_on: the day of the build: its undated prices are first seen then.
    """
    sold = Sold()
    source_id = f"litellm-{price_map.version}"
    sold.sources.append(
        {
            "id": source_id,
            "name": SOURCE_NAME,
            "url": price_map.url,
            "as_of": "",
            "license": "MIT",
            "rank": str(RANK),
        }
    )
    offers: dict[str, dict[str, str]] = {}
    amounts: dict[tuple[str, str], list[dict[str, str]]] = {}
    for key, entry in sorted(price_map.entries.items()):
        if entry.get("litellm_provider") not in _PROVIDERS:
            continue
        if entry.get("mode") not in _TASKS or "input_cost_per_token" not in entry:
            sold.left_out[_FILE, _NO_TEXT_PRICE] += 1
            continue
        parts = key.split("/")
        model, middle = parts[-1], "/".join(parts[1:-1])
        if model in NO_MODEL:
            sold.left_out[_FILE, _ROUTER] += 1
            continue
        if middle not in _DEPLOYMENTS:
            sold.left_out[_FILE, f"a deployment that is not known: {middle}"] += 1
            continue
        offer = _offer(model, middle, entry)
        earlier = offers.setdefault(offer["id"], offer)
        if earlier is not offer:
            _merge(earlier, offer)
        name = PublishedName(
            system=SYSTEM, key=key, publisher=None, name=_plain(model), provider=PROVIDER
        )
        sold.name_of_offer.setdefault(offer["id"], name)
        sold.names.append(
            NameFacts(
                name=name,
                told_by=f"litellm {price_map.version}, {key}",
                task=_TASKS[entry["mode"]],
                context_tokens=_count(entry.get("max_input_tokens")),
                max_output_tokens=_count(entry.get("max_output_tokens")),
            )
        )
        _count_left_out(entry, sold)
        for kind, amount in _amounts(entry, sold):
            row = {
                "offer_id": offer["id"],
                "kind": kind,
                "amount": amount,
                "per": "1",
                "unit": "token",
                "valid_from": day_start(built_on),
                "source_id": source_id,
                "source_key": key,
                "url": str(entry.get("source") or ""),
                "flags": "",
            }
            amounts.setdefault((offer["id"], kind), []).append(row)
    for rows in amounts.values():
        sold.prices.extend(_once(rows, sold))
    sold.offers.extend(offers.values())
    return sold


def _offer(model: str, middle: str, entry: Mapping[str, Any]) -> dict[str, str]:
    deployment, zone = _DEPLOYMENTS[middle]
    place = f"{deployment}-{zone}" if zone else deployment
    tiers = [int(found) * 1000 for key in entry for found in _TIER.findall(key)]
    return {
        "id": f"{PROVIDER}/{model}/{place}",
        "provider_id": PROVIDER,
        "model_key": model,
        "region": "",
        "deployment": deployment,
        "variant": "base",
        "zone": zone,
        "context_tier_tokens": str(min(tiers)) if tiers else "",
        "retired_on": _day(entry.get("deprecation_date")),
        "flags": "",
    }


def _merge(earlier: dict[str, str], later: dict[str, str]) -> None:
    """Two keys of one offer: what one leaves out is taken from the other; a conflict is flagged."""
    for column in ("context_tier_tokens", "retired_on"):
        if not earlier[column]:
            earlier[column] = later[column]
        elif later[column] and later[column] != earlier[column]:
            earlier[column] = min(earlier[column], later[column])
            earlier["flags"] = joined(*earlier["flags"].split(";"), f"{column}_disputed")


def _plain(model: str) -> str:
    """The name without Azure's ornaments: FW- is a model that Fireworks serves there."""
    return spelled(model.removeprefix("FW-"))


def _amounts(entry: Mapping[str, Any], sold: Sold) -> Iterator[tuple[str, str]]:
    is_free = bool(_FREE.search(str(entry.get("comment", "")).casefold()))
    for column, kind in _PRICES.items():
        value = entry.get(column)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            sold.left_out[_FILE, _NO_NUMBER] += 1
        elif value == 0 and not is_free:
            sold.left_out[_FILE, _ZERO] += 1
        else:
            yield kind, decimal_text(Decimal(str(value)))


def _count_left_out(entry: Mapping[str, Any], sold: Sold) -> None:
    for column, value in entry.items():
        if value is None or column in _PRICES:
            continue
        if _TIER.search(column):
            sold.left_out[_FILE, _TIERED] += 1
        elif _A_PRICE.search(column):
            sold.left_out[_FILE, _OTHER_KIND] += 1


def _once(rows: list[dict[str, str]], sold: Sold) -> list[dict[str, str]]:
    """Equal prices of several keys once; unequal ones all, flagged."""
    kept = list({row["amount"]: row for row in reversed(rows)}.values())[::-1]
    if len(kept) < len(rows):
        sold.left_out[_FILE, _SAME_AGAIN] += len(rows) - len(kept)
    if len(kept) > 1:
        for row in kept:
            row["flags"] = "ambiguous"
    return kept


def _day(value: object) -> str:
    return value if isinstance(value, str) and _A_DAY.fullmatch(value) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
