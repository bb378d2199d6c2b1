"""Validated records of what is sold: offers, fees, PTU sizing. Prices: `catalog.records`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from catalog.records import Count, Flags, Name, Positive, Record, Text
from catalog.vocabulary import Deployment, FeeKind, Variant, WeightBasis


class OfferRecord(Record):
    """One purchasable way to run a model; its prices carry ``offer_id``.

    Attributes:
        model_id: the model of the catalog; None where the name could not be joined to one.
        model_key: the name that the provider or the source uses.
        region: where it is deployed; None where the source has none.
        deployment: where requests may be processed.
        zone: ``us`` or ``eu`` where a data zone is named.
        context_tier_tokens: prompts above it have another price, which is not stored.
        retired_on: day from which the source says that it is no longer offered.
    """

    id: Name
    provider_id: Name
    model_id: Name | None = None
    model_key: Name
    region: Name | None = None
    deployment: Deployment
    variant: Variant = "base"
    zone: Name | None = None
    context_tier_tokens: Count | None = None
    retired_on: date | None = None
    flags: Flags = ()

    @model_validator(mode="after")
    def _regional_has_a_region(self) -> Self:
        if self.deployment == "regional" and self.region is None:
            raise ValueError("a regional offer needs a region")
        return self


class ManagedFeeRecord(Record):
    """A fee that is not by the token, as published.

    Attributes:
        models: the models it covers, split by ``|``; None: all of the product.
        region_scope: the regions, or their number, as the source words it.
        amount: in ``currency`` for ``unit_of_measure``, for the whole term where there is one.
        amount_per_hour: month = 730 hours, year = 8,760 hours.
        as_of_text: the date as the source words it; ``as_of`` only where that is a day.
    """

    id: Name
    provider_id: Name
    kind: FeeKind
    product: Name
    models: Text | None = None
    deployment: Deployment | None = None
    region_scope: Text | None = None
    unit_of_measure: Name
    term: Name | None = None
    amount: Positive
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    amount_per_hour: Positive
    as_of: date | None = None
    as_of_text: Name
    source: Name
    url: Text | None = None
    license: Text | None = None
    note: Text | None = None
    flags: Flags = ()


class PtuSizingRecord(Record):
    """Least purchase and step in PTU, and what one PTU carries a minute.

    ``output_token_weight``: one output token counts as so many input tokens; ``assumed`` where the
    source derives it from a price ratio, ``unknown`` where nobody says.
    """

    model_key: Name
    model_id: Name | None = None
    global_minimum_ptu: Count | None = None
    global_step_ptu: Count | None = None
    regional_minimum_ptu: Count | None = None
    regional_step_ptu: Count | None = None
    input_tokens_per_minute_per_ptu: Count | None = None
    output_token_weight: Positive | None = None
    output_token_weight_basis: WeightBasis
    as_of: date | None = None
    source: Name
    url: Text | None = None

    @model_validator(mode="after")
    def _weight_has_a_basis(self) -> Self:
        if (self.output_token_weight is None) != (self.output_token_weight_basis == "unknown"):
            raise ValueError("output_token_weight is None exactly where its basis is unknown")
        return self
