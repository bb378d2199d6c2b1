"""Everything that the catalog holds about one rented machine, read by a fixed number of
statements."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlmodel import Session

from catalog.folding import safe_text
from catalog.instance_queries import find_instance
from catalog.tables import AZURE_MODEL, AZURE_MODEL_HOST, INSTANCE, MODEL, PRICE, PROVIDER
from catalog.views import Instance, Price, instance_of, price_of


class HostSheet(BaseModel):
    """A machine with its current prices.

    Attributes:
        prices: of the best source of each region and term; cheapest first.
        further: current prices of other sources for the same region and term.
        models: ids of models that Azure lists it for, in order.
    """

    model_config = ConfigDict(frozen=True)

    instance: Instance
    provider: str
    prices: tuple[Price, ...]
    further: tuple[Price, ...]
    models: tuple[str, ...]

    def price_in(self, region: str, term: str = "on_demand") -> Price | None:
        """The price of the best source there; None where none is known."""
        return next((one for one in self.prices if (one.region, one.term) == (region, term)), None)


def host_sheet(session: Session, name: str) -> HostSheet:
    """A machine by its id, or by any name that :func:`find_instance` knows.

    Raises:
        InstanceNotFound: no such machine; carries the nearest ids.
    """
    exact = select(INSTANCE).where(INSTANCE.c.id == safe_text(name))
    row = session.execute(exact).mappings().first()
    instance = find_instance(session, name) if row is None else instance_of(row, None)
    provider = select(PROVIDER.c.name).where(PROVIDER.c.id == instance.provider_id)
    current = select(PRICE).where(
        PRICE.c.instance_id == instance.id, PRICE.c.valid_to.is_(None), PRICE.c.currency == "USD"
    )
    ranked = session.execute(current.order_by(PRICE.c.rank, PRICE.c.id)).mappings()
    best, further = _best(price_of(price) for price in ranked)
    listed = (
        select(MODEL.c.id)
        .distinct()
        .join(AZURE_MODEL, AZURE_MODEL.c.model_id == MODEL.c.id)
        .join(AZURE_MODEL_HOST, AZURE_MODEL_HOST.c.name == AZURE_MODEL.c.name)
        .where(AZURE_MODEL_HOST.c.instance_id == instance.id)
        .order_by(MODEL.c.id)
    )
    return HostSheet(
        instance=instance,
        provider=session.execute(provider).scalar_one(),
        prices=best,
        further=further,
        models=tuple(session.execute(listed).scalars()),
    )


def _best(prices: Iterable[Price]) -> tuple[tuple[Price, ...], tuple[Price, ...]]:
    """The first price of each region and term, cheapest first; and the others."""
    first: dict[tuple[str | None, str | None], Price] = {}
    further = []
    for price in prices:
        if (price.region, price.term) in first:
            further.append(price)
        else:
            first[price.region, price.term] = price
    ordered = sorted(first.values(), key=lambda one: (one.amount / one.per, one.region or ""))
    return tuple(ordered), tuple(further)
