"""Everything that the catalog holds about one model, read by a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.cheapest import HOST_PRICE, HostPrice, best_hosts, current_host_price
from catalog.folding import safe_text
from catalog.identity_records import AzureModelRecord, ModelDetailRecord, ModelLinkRecord
from catalog.links import list_links
from catalog.model_queries import find_model
from catalog.records import Exact
from catalog.search.sold import usd_per_million_tokens
from catalog.sold_records import OfferRecord
from catalog.tables import (
    AZURE_MODEL,
    AZURE_MODEL_HOST,
    INSTANCE,
    MODEL_DETAIL,
    MODEL_LINK,
    MODEL_LISTING,
    OFFER,
    PRICE,
    PROVIDER,
)
from catalog.views import Model, Price, flags_of, price_of

MOST_LINKS = 200


class OfferSheet(BaseModel):
    """One offer with its current prices.

    Attributes:
        prices: of the best source, by kind. usd_per_million: the token prices among them.
    """

    model_config = ConfigDict(frozen=True)

    offer: OfferRecord
    provider: str
    prices: Mapping[str, Price]
    usd_per_million: Mapping[str, Exact]

    @property
    def order(self) -> tuple[bool, Decimal, str]:
        """Cheapest sum of input and output first, what lacks one of them last."""
        sums = [self.usd_per_million.get(kind) for kind in ("input", "output")]
        known = [one for one in sums if one is not None]
        return (len(known) < 2, sum(known, Decimal(0)), self.offer.id)


class ListedHost(BaseModel):
    """A machine size that Azure lists for the model, with its price in one region.

    ``instance_id`` None: a size without GPU, or one that the catalog has no facts of.
    """

    model_config = ConfigDict(frozen=True)

    sku: str
    instance_id: str | None
    recommended: bool
    gpu_model: str | None
    gpu_count: Exact | None
    gpu_memory_gib: Exact | None
    retired_on: date | None
    price: HostPrice | None


class Dossier(BaseModel):
    """A model and all around it.

    Attributes:
        task, license, parameters, context_tokens, retired_on: as the list of models has them.
        ambiguous: (system, key) of an id that may mean this model, to the others it may mean.
        offers: cheapest first. hosts: in Azure's order, each once.
    """

    model_config = ConfigDict(frozen=True)

    model: Model
    detail: ModelDetailRecord | None
    task: str | None
    license: str | None
    parameters: int | None
    context_tokens: int | None
    retired_on: date | None
    azure: tuple[AzureModelRecord, ...]
    links: tuple[ModelLinkRecord, ...]
    ambiguous: Mapping[tuple[str, str], tuple[str, ...]]
    offers: tuple[OfferSheet, ...]
    hosts: tuple[ListedHost, ...]

    def offers_in(self, region: str) -> list[OfferSheet]:
        """Offers of the region itself."""
        return [one for one in self.offers if one.offer.region == region]


def model_dossier(session: Session, any_id: str, region: str) -> Dossier:
    """A model by any of its names, its hosts priced in one region.

    Raises:
        ModelNotFound, ModelAmbiguous.
    """
    model = find_model(session, any_id)
    listed = (
        session.execute(select(MODEL_LISTING).where(MODEL_LISTING.c.model_id == model.id))
        .mappings()
        .first()
    )
    links = list_links(session, model.id, None, MOST_LINKS).items
    return Dossier(
        model=model,
        detail=_detail(session, model.id),
        task=None if listed is None else listed["task"],
        license=model.license if listed is None else listed["license"],
        parameters=None if listed is None else listed["parameters"],
        context_tokens=None if listed is None else listed["context_tokens"],
        retired_on=None if listed is None else listed["retired_on"],
        azure=_azure_models(session, model.id),
        links=links,
        ambiguous=_ambiguous(session, model.id, links),
        offers=offer_sheets(session, model.id),
        hosts=_listed_hosts(session, model.id, region),
    )


def offer_sheets(session: Session, model_id: str) -> tuple[OfferSheet, ...]:
    """Offers of a model that have a current price, cheapest first."""
    query = (
        select(PRICE)
        .join(OFFER, PRICE.c.offer_id == OFFER.c.id)
        .where(OFFER.c.model_id == model_id, PRICE.c.valid_to.is_(None))
        .order_by(PRICE.c.rank.desc(), PRICE.c.id.desc())  # the best comes last and stays
    )
    prices: dict[str, dict[str, Price]] = defaultdict(dict)
    for row in session.execute(query).mappings():
        prices[row["offer_id"]][row["kind"]] = price_of(row)
    offers = session.execute(
        select(OFFER, PROVIDER.c.name.label("provider_name"))
        .join(PROVIDER, OFFER.c.provider_id == PROVIDER.c.id)
        .where(OFFER.c.id.in_(prices))
    ).mappings()
    sheets = [_sheet(row, prices[row["id"]]) for row in offers]
    return tuple(sorted(sheets, key=lambda sheet: sheet.order))


def _sheet(row: RowMapping, prices: Mapping[str, Price]) -> OfferSheet:
    fields = {name: row[name] for name in OfferRecord.model_fields}
    return OfferSheet(
        offer=OfferRecord.model_validate({**fields, "flags": flags_of(row)}),
        provider=row["provider_name"],
        prices=prices,
        usd_per_million={
            kind: usd_per_million_tokens(price.amount, price.per)
            for kind, price in prices.items()
            if price.unit == "token" and price.currency == "USD"
        },
    )


def _detail(session: Session, model_id: str) -> ModelDetailRecord | None:
    query = select(MODEL_DETAIL).where(MODEL_DETAIL.c.model_id == model_id)
    row = session.execute(query).mappings().first()
    return None if row is None else ModelDetailRecord.model_validate(dict(row))


def _azure_models(session: Session, model_id: str) -> tuple[AzureModelRecord, ...]:
    query = select(AZURE_MODEL).where(AZURE_MODEL.c.model_id == model_id)
    rows = session.execute(query.order_by(AZURE_MODEL.c.name)).mappings()
    return tuple(AzureModelRecord.model_validate({**row, "flags": flags_of(row)}) for row in rows)


def _ambiguous(
    session: Session, model_id: str, links: Sequence[ModelLinkRecord]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Ids of other systems that mean further models too, with equal evidence."""
    mine = {(link.system, link.key): link.evidence for link in links if link.relation == "same"}
    query = select(MODEL_LINK).where(
        MODEL_LINK.c.key.in_({key for _, key in mine}),
        MODEL_LINK.c.relation == "same",
        MODEL_LINK.c.model_id != model_id,
    )
    others: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in session.execute(query.order_by(MODEL_LINK.c.model_id)).mappings():
        key = (row["system"], row["key"])
        if mine.get(key) == row["evidence"]:
            others[key].append(row["model_id"])
    return {key: tuple(models) for key, models in others.items()}


def _listed_hosts(session: Session, model_id: str, region: str) -> tuple[ListedHost, ...]:
    facts = ("gpu_model", "gpu_count", "gpu_memory_gib_each", "retired_on")
    listed = session.execute(
        select(AZURE_MODEL_HOST, *(INSTANCE.c[name] for name in facts))
        .join(AZURE_MODEL, AZURE_MODEL.c.name == AZURE_MODEL_HOST.c.name)
        .join(INSTANCE, AZURE_MODEL_HOST.c.instance_id == INSTANCE.c.id, isouter=True)
        .where(AZURE_MODEL.c.model_id == model_id)
        .order_by(AZURE_MODEL_HOST.c.name, AZURE_MODEL_HOST.c.place)
    ).mappings()
    rows: dict[str, RowMapping] = {}
    for row in listed:
        rows.setdefault(row["sku"], row)
    priced = session.execute(
        select(*HOST_PRICE).where(
            PRICE.c.instance_id.in_({row["instance_id"] for row in rows.values()} - {None}),
            PRICE.c.region == safe_text(region),
            *current_host_price(),
        )
    ).mappings()
    prices = {host.instance_id: host for host in best_hosts(priced)}
    return tuple(_listed_host(row, prices) for row in rows.values())


def _listed_host(row: RowMapping, prices: Mapping[str, HostPrice]) -> ListedHost:
    each, count = row["gpu_memory_gib_each"], row["gpu_count"]
    return ListedHost(
        sku=row["sku"],
        instance_id=row["instance_id"],
        recommended=row["recommended"],
        gpu_model=row["gpu_model"],
        gpu_count=count,
        gpu_memory_gib=None if each is None or count is None else each * count,
        retired_on=row["retired_on"],
        price=prices.get(row["instance_id"]),
    )
