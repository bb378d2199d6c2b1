"""Questions about rented machines: one by name, or a list."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, RowMapping, exists, func, or_, select
from sqlmodel import Session

from catalog.errors import InstanceNotFound
from catalog.folding import fold_sku, like_pattern, safe_text, words
from catalog.paging import read_page
from catalog.tables import GPU, INSTANCE, PRICE
from catalog.views import Instance, Page, instance_of

_LEAST_LIKENESS = 50.0


def instance_name(instance_id: str) -> str:
    """The shortest name by which `find_instance` finds a machine: the SKU alone where it is
    Azure's, else the id, ``provider/sku``."""
    return instance_id.removeprefix("azure/")


def find_instance(session: Session, name: str, provider: str = "azure") -> Instance:
    """The machine of this name: ``Standard_NC12s_v3``, ``nc12s_v3`` or ``azure/Standard_NC12s_v3``.

    Args:
        session: a session for reading.
        name: the SKU, with or without ``Standard_``, in any case; or the id.
        provider: whose machine, where the name does not say.

    Raises:
        InstanceNotFound: no such machine; carries the nearest ids.
    """
    asked = safe_text(name)
    head, slash, tail = asked.rpartition("/")
    owner, sku = (head.strip().casefold(), tail) if slash else (provider, asked)
    query = select(INSTANCE).where(
        INSTANCE.c.provider_id == owner, INSTANCE.c.sku_folded == fold_sku(sku)
    )
    row = session.execute(query.order_by(INSTANCE.c.id)).mappings().first()
    if row is not None:
        return _with_gpus(session, [row])[0]
    nearest = _nearest_instances(session, sku)
    hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
    raise InstanceNotFound(
        f"Expected a GPU host of {owner} that the catalog knows, found {name!r}.{hint} "
        "List the hosts, or type the price in.",
        name=name,
        nearest=nearest,
    )


def list_instances(
    session: Session,
    q: str = "",
    region: str | None = None,
    provider: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Instance]:
    """Machines in order of id.

    Args:
        session: a session for reading.
        q: words that the SKU or the GPU's name must contain, all of them.
        region: only machines with a current price in this region.
        provider: only machines of this provider.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = [
        or_(
            func.lower(INSTANCE.c.sku).like(like_pattern(word), escape="\\"),
            func.lower(INSTANCE.c.gpu_model).like(like_pattern(word), escape="\\"),
        )
        for word in words(safe_text(q))
    ]
    if region is not None:
        conditions.append(
            exists().where(
                PRICE.c.instance_id == INSTANCE.c.id,
                PRICE.c.region == safe_text(region),
                PRICE.c.valid_to.is_(None),
            )
        )
    if provider is not None:
        conditions.append(INSTANCE.c.provider_id == safe_text(provider))
    return read_page(
        session, INSTANCE, conditions, limit, after, lambda rows: _with_gpus(session, rows)
    )


def _with_gpus(session: Session, rows: Sequence[RowMapping]) -> list[Instance]:
    keys = {row["gpu_key"] for row in rows if row["gpu_key"] is not None}
    gpus = {
        gpu["key"]: gpu
        for gpu in session.execute(select(GPU).where(GPU.c.key.in_(keys))).mappings()
    }
    return [instance_of(row, gpus.get(row["gpu_key"])) for row in rows]


def _nearest_instances(session: Session, sku: str) -> list[str]:
    rows = session.execute(
        select(INSTANCE.c.sku_folded, INSTANCE.c.id).order_by(INSTANCE.c.id)
    ).all()
    found = process.extract(
        fold_sku(sku),
        [row.sku_folded for row in rows],
        scorer=fuzz.WRatio,
        limit=5,
        score_cutoff=_LEAST_LIKENESS,
    )
    return [rows[index].id for _, _, index in found]
