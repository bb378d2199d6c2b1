"""Reading the genai-prices library: the only file that imports it, and only for a build.

Each provider's own list of models is read. The library is never *asked* for a price: where a
provider has no model of that name it may answer with another vendor's price under the name of the
provider that was asked (Azure: DeepSeek's own price, 2.5 times too low). For the same reason a
model is refused whose id leads the library to another model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from catalog.errors import ReferenceDataInvalid


@dataclass(frozen=True, kw_only=True)
class VendorAmount:
    """One kind's price: USD for a million tokens, and the prompt length above which it changes."""

    base: Decimal
    tier_starts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class VendorPrices:
    """The text prices of a model from a day on.

    Attributes:
        starts_on: None where the library gives no start.
        by_time_of_day: they hold for some hours of the day only.
        amounts: input, cached_input and output, those that the vendor has.
    """

    starts_on: date | None
    by_time_of_day: bool
    amounts: dict[str, VendorAmount]


@dataclass(frozen=True, kw_only=True)
class VendorModel:
    """One model in one provider's own list. ``answered_id``: what the library finds for its id,
    None where that id is no reference in the library's sense."""

    provider: str
    provider_name: str
    provider_url: str | None
    id: str
    answered_id: str | None
    context_tokens: int | None
    prices: tuple[VendorPrices, ...]


@dataclass(frozen=True, kw_only=True)
class VendorList:
    """All models of all providers but those that were not wanted, and the library's version."""

    version: str
    models: tuple[VendorModel, ...]


LONGEST_QUOTE = 12
"""More decimal places than any price has; a longer one went through a float."""
NOISELESS_PLACES = 6
_KINDS = {"input_mtok": "input", "cache_read_mtok": "cached_input", "output_mtok": "output"}


def read_vendor_library() -> VendorList:
    """What the installed library holds.

    Raises:
        ReferenceDataInvalid: the library is not installed.
    """
    try:
        import genai_prices
        from genai_prices.data_snapshot import get_snapshot
    except ImportError as error:
        raise ReferenceDataInvalid(
            "Expected the library genai-prices, found it missing. It comes with the set-up for "
            "tests: run scripts/setup --test, then build again."
        ) from error
    providers = get_snapshot().providers
    models = [_model(provider, model) for provider in providers for model in provider.models]
    return VendorList(version=genai_prices.__version__, models=tuple(models))


def _model(provider: Any, model: Any) -> VendorModel:
    found = provider.find_model(model.id)
    urls = provider.pricing_urls or [None]
    return VendorModel(
        provider=provider.id,
        provider_name=provider.name,
        provider_url=urls[0],
        id=model.id,
        answered_id=None if found is None else found.id,
        context_tokens=model.context_window,
        prices=tuple(_prices(model.prices)),
    )


def _prices(prices: Any) -> Iterable[VendorPrices]:
    conditional = prices if isinstance(prices, list) else None
    if conditional is None:
        yield VendorPrices(starts_on=None, by_time_of_day=False, amounts=_amounts(prices))
        return
    for one in conditional:
        start = getattr(one.constraint, "start_date", None)
        yield VendorPrices(
            starts_on=start,
            by_time_of_day=one.constraint is not None and start is None,
            amounts=_amounts(one.prices),
        )


def _amounts(price: Any) -> dict[str, VendorAmount]:
    amounts: dict[str, VendorAmount] = {}
    for column, kind in _KINDS.items():
        value = getattr(price, column)
        if value is None:
            continue
        tiers = getattr(value, "tiers", [])
        amounts[kind] = VendorAmount(
            base=_without_noise(getattr(value, "base", value)),
            tier_starts=tuple(tier.start for tier in tiers),
        )
    return amounts


def _without_noise(amount: Decimal) -> Decimal:
    """1.0399999999999998, which a float made on its way here, is 1.04: six places, as its provider
    quotes them."""
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -LONGEST_QUOTE:
        return amount.quantize(Decimal(1).scaleb(-NOISELESS_PLACES))
    return amount
