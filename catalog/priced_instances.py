"""Rented machines with what they cost: in one region, where they are cheapest, in how many."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import RowMapping, select
from sqlmodel import Session

from catalog.cheapest import HOST_PRICE, HostPrice, best_hosts, current_host_price
from catalog.instance_queries import list_instances
from catalog.records import Exact
from catalog.tables import INSTANCE, PRICE
from catalog.views import Instance, Page


class PricedInstance(Instance):
    """A machine with its list prices on demand.

    Attributes:
        here: in the region asked for; None: no price known there.
        cheapest: lowest of all regions, and of prices without a region.
        regions: in how many regions a price is known.
        gpu_memory_gib: of all its GPUs; None where one part is not known.
    """

    here: HostPrice | None = None
    cheapest: HostPrice | None = None
    regions: int = 0
    gpu_memory_gib: Exact | None = None


BYTES_PER_GIB = Decimal(2**30)
BYTES_OF_16_BITS = Decimal(2)


def weights_gib(parameters: int) -> Decimal:
    """Memory of a model's weights at 16 bits each: parameters x 2 bytes / 2^30. Nothing else that a
    running model needs is counted."""
    return parameters * BYTES_OF_16_BITS / BYTES_PER_GIB


class FittingHost(HostPrice):
    """A machine that was found by the memory of its GPUs, all together in GiB."""

    gpu_model: str | None
    gpu_count: Exact
    gpu_memory_gib: Exact


def list_priced_instances(
    session: Session,
    region: str,
    q: str = "",
    provider: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[PricedInstance]:
    """Machines in order of id with their prices; as many statements whatever the limit.

    Args:
        session: a session for reading.
        region: whose prices stand in ``here``; machines without one are listed too.
        q, provider, limit, after: as for :func:`catalog.instance_queries.list_instances`.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    page = list_instances(session, q, None, provider, limit, after)
    query = select(*HOST_PRICE).where(
        PRICE.c.instance_id.in_([one.id for one in page.items]), *current_host_price()
    )
    rows: dict[str, list[RowMapping]] = defaultdict(list)
    for row in session.execute(query).mappings():
        rows[row["instance_id"]].append(row)
    items = tuple(_priced(one, best_hosts(rows.get(one.id, ())), region) for one in page.items)
    return Page(items=items, total=page.total, next=page.next)


def hosts_with_memory(
    session: Session, region: str, least_gib: Decimal, most: int = 5
) -> list[FittingHost]:
    """Machines with a price in the region whose GPUs hold so much together, cheapest first.

    A machine that is retired, or one of whose memory or count is not known, is left out.
    """
    facts = (INSTANCE.c.gpu_model, INSTANCE.c.gpu_count, INSTANCE.c.gpu_memory_gib_each)
    query = select(*HOST_PRICE, *facts).where(
        PRICE.c.region == region,
        *current_host_price(),
        INSTANCE.c.retired_on.is_(None),
        INSTANCE.c.gpu_count.is_not(None),
        INSTANCE.c.gpu_memory_gib_each.is_not(None),
    )
    found = session.execute(query).mappings().all()
    rows = {row["instance_id"]: row for row in found}
    memory = {key: row["gpu_count"] * row["gpu_memory_gib_each"] for key, row in rows.items()}
    large = [row for row in found if memory[row["instance_id"]] >= least_gib]
    return [
        FittingHost(
            **dict(price),
            gpu_model=rows[price.instance_id]["gpu_model"],
            gpu_count=rows[price.instance_id]["gpu_count"],
            gpu_memory_gib=memory[price.instance_id],
        )
        for price in best_hosts(large)[:most]
    ]


def _priced(instance: Instance, prices: list[HostPrice], region: str) -> PricedInstance:
    each, count = instance.gpu_memory_gib_each, instance.gpu_count
    return PricedInstance.model_validate(
        {
            **dict(instance),
            "here": next((price for price in prices if price.region == region), None),
            "cheapest": prices[0] if prices else None,
            "regions": len({price.region for price in prices} - {None}),
            "gpu_memory_gib": None if each is None or count is None else each * count,
        }
    )
