"""Prices, and what they belong to: offers, fees, PTU sizing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, text

from catalog.tables.base import (
    STRICT,
    CatalogTable,
    check,
    count,
    day,
    exact,
    moment,
    one_of,
    words,
)
from catalog.vocabulary import (
    BASES,
    DEPLOYMENTS,
    DERIVATIONS,
    FEE_KINDS,
    KINDS,
    TERMS,
    UNITS,
    VARIANTS,
    WEIGHT_BASES,
)


class PriceRow(CatalogTable, table=True):
    """One price, as published, over the time it was true. Never overwritten: closed and followed.

    ``series`` groups the readings of one priced thing from one source; at most one row of a
    series is open (``valid_to`` null).
    """

    __tablename__ = "price"
    __table_args__ = (
        Index(
            "uq_price_open_series",
            "series",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_price_series", "series", "valid_from"),
        Index("ix_price_instance", "instance_id", "region", "term", "rank"),
        Index("ix_price_model", "model_id", "kind"),
        Index("ix_price_offer", "offer_id"),
        check("amount_not_negative", "CAST(amount AS NUMERIC) >= 0"),
        check("per_positive", "CAST(per AS NUMERIC) > 0"),
        one_of("kind", KINDS),
        one_of("unit", UNITS),
        one_of("term", TERMS),
        one_of("deployment", DEPLOYMENTS),
        one_of("basis", BASES),
        one_of("derived", DERIVATIONS),
        check("interval", "valid_to > valid_from"),
        check("unit_of_kind", "(unit = 'hour') = (kind IN ('hosting', 'instance'))"),
        check("instance_priced", "(kind = 'instance') = (instance_id IS NOT NULL)"),
        check("term_of_instance", "(kind = 'instance') = (term IS NOT NULL)"),
        check("deployment_of_model", "(kind = 'instance') = (deployment IS NULL)"),
        check("model_priced", "kind = 'instance' OR model_id IS NOT NULL OR offer_id IS NOT NULL"),
        STRICT,
    )

    id: str = words(primary_key=True)
    series: str = words()
    offer_id: str | None = words(default=None)
    model_id: str | None = words(default=None, foreign_key="model.id")
    instance_id: str | None = words(default=None, foreign_key="instance.id")
    provider_id: str = words(foreign_key="provider.id")
    region: str | None = words(default=None)
    deployment: str | None = words(default=None)
    kind: str = words()
    term: str | None = words(default=None)
    amount: Decimal = exact()
    per: Decimal = exact()
    unit: str = words()
    currency: str = words()
    basis: str = words()
    derived: str = words()
    valid_from: datetime = moment()
    valid_to: datetime | None = moment(default=None)
    as_of: date | None = day(default=None)
    fetched_at: datetime = moment()
    source: str = words()
    source_key: str = words()
    url: str | None = words(default=None)
    license: str | None = words(default=None)
    flags: str = words()
    rank: int = count()


class OfferRow(CatalogTable, table=True):
    """One purchasable way to run a model: provider, model, region, deployment, variant.

    ``model_key`` is the provider's own name of the model. ``zone``: us or eu where a data zone is
    named. ``context_tier_tokens``: prompts above it are billed at another price, which is not here.
    """

    __tablename__ = "offer"
    __table_args__ = (
        one_of("deployment", DEPLOYMENTS),
        one_of("variant", VARIANTS),
        Index("ix_offer_model_id", "model_id", "region"),
        STRICT,
    )

    id: str = words(primary_key=True)
    provider_id: str = words(foreign_key="provider.id")
    model_id: str | None = words(default=None, foreign_key="model.id")
    model_key: str = words()
    region: str | None = words(default=None)
    deployment: str = words()
    variant: str = words()
    zone: str | None = words(default=None)
    context_tier_tokens: int | None = count(default=None)
    retired_on: date | None = day(default=None)
    flags: str = words()


class ManagedFeeRow(CatalogTable, table=True):
    """A fee that is not by the token, as published: hosting of a tuned model, PTU by the hour or
    term. ``amount_per_hour`` divides a whole-term amount by its hours."""

    __tablename__ = "managed_fee"
    __table_args__ = (
        one_of("kind", FEE_KINDS),
        check("amount_positive", "CAST(amount AS NUMERIC) > 0"),
        STRICT,
    )

    id: str = words(primary_key=True)
    provider_id: str = words(foreign_key="provider.id")
    kind: str = words()
    product: str = words()
    models: str | None = words(default=None)
    deployment: str | None = words(default=None)
    region_scope: str | None = words(default=None)
    unit_of_measure: str = words()
    term: str | None = words(default=None)
    amount: Decimal = exact()
    currency: str = words()
    amount_per_hour: Decimal = exact()
    as_of: date | None = day(default=None)
    as_of_text: str = words()
    source: str = words()
    url: str | None = words(default=None)
    license: str | None = words(default=None)
    note: str | None = words(default=None)
    flags: str = words()


class PtuSizingRow(CatalogTable, table=True):
    """How many PTUs a deployment buys at least, in which steps, and what one PTU carries."""

    __tablename__ = "ptu_sizing"
    __table_args__ = (one_of("output_token_weight_basis", WEIGHT_BASES), STRICT)

    model_key: str = words(primary_key=True)
    model_id: str | None = words(default=None, foreign_key="model.id")
    global_minimum_ptu: int | None = count(default=None)
    global_step_ptu: int | None = count(default=None)
    regional_minimum_ptu: int | None = count(default=None)
    regional_step_ptu: int | None = count(default=None)
    input_tokens_per_minute_per_ptu: int | None = count(default=None)
    output_token_weight: Decimal | None = exact(default=None)
    output_token_weight_basis: str = words()
    as_of: date | None = day(default=None)
    source: str = words()
    url: str | None = words(default=None)
