"""Short lists to pick from in a form: ids and what to show for them, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from catalog.tables import INSTANCE, MODEL, PRICE


class InstanceChoice(NamedTuple):
    """A host as a line of a list: the name it is found by, GPUs as text, the day of its end.

    name: an Azure size as it is; any other as ``provider/size``, since sizes repeat.
    """

    name: str
    gpus: str
    retired_on: str | None


def model_ids(session: Session) -> list[str]:
    """Every model, in order of id."""
    return list(session.execute(select(MODEL.c.id).order_by(MODEL.c.id)).scalars())


def instance_choices(session: Session) -> list[InstanceChoice]:
    """Hosts with a current price anywhere; those still on offer first, of these Azure's."""
    priced = select(PRICE.c.instance_id).where(
        PRICE.c.valid_to.is_(None), PRICE.c.instance_id.is_not(None)
    )
    query = (
        select(
            INSTANCE.c.id,
            INSTANCE.c.provider_id,
            INSTANCE.c.sku,
            INSTANCE.c.gpu_model,
            INSTANCE.c.gpu_count,
            INSTANCE.c.retired_on,
        )
        .where(INSTANCE.c.id.in_(priced))
        .order_by(INSTANCE.c.provider_id != "azure", INSTANCE.c.id)
    )
    rows = [
        InstanceChoice(
            name=row.sku if row.provider_id == "azure" else row.id,
            gpus=" × ".join(
                str(part) for part in (row.gpu_count, row.gpu_model) if part is not None
            ),
            retired_on=None if row.retired_on is None else row.retired_on.isoformat(),
        )
        for row in session.execute(query)
    ]
    return sorted(rows, key=lambda one: (one.retired_on is not None, "/" in one.name))


def offer_ids(session: Session) -> list[str]:
    """Every offer with a current price, in order of id."""
    query = (
        select(PRICE.c.offer_id)
        .distinct()
        .where(PRICE.c.offer_id.is_not(None), PRICE.c.valid_to.is_(None))
        .order_by(PRICE.c.offer_id)
    )
    return list(session.execute(query).scalars())
