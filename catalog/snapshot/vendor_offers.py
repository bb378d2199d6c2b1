"""Offers and prices of other vendors than Azure, with the history that their library keeps."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from catalog.exact_texts import decimal_text
from catalog.identity import PublishedName
from catalog.snapshot.sold import TOKENS_PER_MILLION, NameFacts, Sold, day_start, joined
from catalog.snapshot.vendor_library import VendorList, VendorModel, VendorPrices

SOURCE_NAME = "genai-prices"
RANK = 4
START_UNKNOWN = date(2020, 1, 1)
"""Start of a price that ended and of which nobody says when it began: before any was sold."""

NOT_TAKEN = {
    "azure": "Azure: its own list and the price map are nearer; the library may answer for others",
    "cursor": "a tool's plan, not a price of the model",
    "elevenlabs": "billed by the minute too",
    "github-copilot": "a tool's plan, not a price of the model",
    "openai-decisions": "a product built on a model, not a price of the model",
    "openrouter": "resold through a broker",
    "quicksilverpro": "resold through a broker",
    "zhipuai": "converted from another currency by the library",
}
_FILE = "genai-prices"
_NO_PRICE = "no price of text tokens: free, by the hour, page or request, or not stated"
_CLOCK = "price by the time of day"
_OTHER = "the library answers with another model for this id"
_TUNED = "a pattern for fine-tuned models, not a model"
_TIERED = "price of prompts above a length: the length stands in the offer"
_FUTURE = "price that begins after the build"
_ZERO = "price of zero that the library does not call free"
_ORG_BY_POINT = re.compile(r"^(?:global\.|regional\.)?([a-z0-9]+)\.(.+)$")
_BEDROCK_VERSION = re.compile(r"(?:(?<=-20\d{6})-v\d+|-v1|-1)?:\d+$")
_POINT_AS_P = re.compile(r"(?<=\d)p(?=\d)")


def vendor_offers(vendors: VendorList, built_on: date) -> Sold:
    """Offers and prices of each model in each provider's own list.

    Args:
        vendors: what the library holds.
        built_on: the day of the build: prices without a start are first seen then, and prices
            that begin later are left out.
    """
    sold = Sold()
    source_id = f"genai_prices-{vendors.version}"
    providers: dict[str, dict[str, str]] = {}
    for model in sorted(vendors.models, key=lambda one: (one.provider, one.id)):
        reason = _reason_against(model)
        if reason is not None:
            sold.left_out[_FILE, reason] += 1
            continue
        name = published_name(model.provider, model.id)
        offer_id = f"{model.provider}/{model.id}/unknown"
        steps = [one for one in model.prices if one.starts_on is None or one.starts_on <= built_on]
        if len(steps) < len(model.prices):
            sold.left_out[_FILE, _FUTURE] += len(model.prices) - len(steps)
        rows = [
            row
            for kind in ("input", "cached_input", "output")
            for row in _history(steps, kind, built_on, sold)
        ]
        if not any(row["kind"] == "input" and not row["valid_to"] for row in rows):
            sold.left_out[_FILE, _NO_PRICE] += 1
            continue
        shared = {
            "offer_id": offer_id,
            "per": TOKENS_PER_MILLION,
            "unit": "token",
            "source_id": source_id,
            "source_key": f"{model.provider}/{model.id}",
        }
        sold.prices.extend({**shared, **row} for row in rows)
        sold.offers.append(_offer(offer_id, model, steps))
        sold.name_of_offer[offer_id] = name
        told_by = f"genai-prices {vendors.version}, {model.provider}/{model.id}"
        sold.names.append(
            NameFacts(name=name, told_by=told_by, context_tokens=model.context_tokens)
        )
        providers[model.provider] = {
            "id": model.provider,
            "name": model.provider_name,
            "url": model.provider_url or "",
        }
    sold.providers.extend(providers[key] for key in sorted(providers))
    sold.sources.append(
        {
            "id": source_id,
            "name": SOURCE_NAME,
            "url": f"https://pypi.org/project/genai-prices/{vendors.version}/",
            "as_of": "",
            "license": "MIT",
            "rank": str(RANK),
        }
    )
    return sold


def published_name(provider: str, key: str) -> PublishedName:
    """The name of a key without what the provider adds to it, and the publisher in it."""
    publisher: str | None = None
    name = key
    if provider == "aws":
        found = _ORG_BY_POINT.match(key)
        if found:
            publisher, name = found[1], found[2]
        name = _BEDROCK_VERSION.sub("", name)
    elif "/" in key:
        owner, name = key.removeprefix("@cf/").split("/")[-2:]
        publisher = None if owner == provider else owner
    else:
        name = key.removeprefix("databricks-").removeprefix("zai-")
        if provider == "fireworks":
            name = _POINT_AS_P.sub(".", name).replace("llama-v3", "llama-3")
    return PublishedName(
        system=f"genai_prices/{provider}",
        key=key,
        publisher=publisher,
        name=name,
        provider=provider,
        is_hub_id=provider.startswith("huggingface_"),
    )


def _reason_against(model: VendorModel) -> str | None:
    if model.provider in NOT_TAKEN:
        return f"{model.provider}: {NOT_TAKEN[model.provider]}"
    if model.answered_id not in (None, model.id):
        return _OTHER
    if model.id.startswith("ft:") or ".ft-" in model.id:
        return _TUNED
    if any(step.by_time_of_day for step in model.prices):
        return _CLOCK
    return None


def _offer(offer_id: str, model: VendorModel, steps: list[VendorPrices]) -> dict[str, str]:
    tiers = [start for one in steps[-1].amounts.values() for start in one.tier_starts]
    return {
        "id": offer_id,
        "provider_id": model.provider,
        "model_key": model.id,
        "region": "",
        "deployment": "unknown",
        "variant": "base",
        "zone": "",
        "context_tier_tokens": str(min(tiers)) if tiers else "",
        "retired_on": "",
        "flags": "",
    }


def _history(
    steps: list[VendorPrices], kind: str, built_on: date, sold: Sold
) -> list[dict[str, str]]:
    """Rows of one kind, oldest first; equal steps that follow one another are one."""
    stretches: list[tuple[Decimal | None, date | None]] = []
    for step in sorted(steps, key=lambda one: one.starts_on or date.min):
        found = step.amounts.get(kind)
        if found is not None and found.tier_starts:
            sold.left_out[_FILE, _TIERED] += len(found.tier_starts)
        amount = None if found is None else found.base
        if amount == 0:
            sold.left_out[_FILE, _ZERO] += 1
            amount = None
        if not stretches or stretches[-1][0] != amount:
            stretches.append((amount, step.starts_on))
    rows = []
    for place, (amount, start) in enumerate(stretches):
        end = stretches[place + 1][1] if place + 1 < len(stretches) else None
        if amount is None:
            continue
        first = start or (built_on if end is None else START_UNKNOWN)
        rows.append(
            {
                "kind": kind,
                "amount": decimal_text(amount),
                "valid_from": day_start(first),
                "valid_to": "" if end is None else day_start(end),
                "flags": joined("start_unknown" if start is None and end is not None else ""),
            }
        )
    return rows
