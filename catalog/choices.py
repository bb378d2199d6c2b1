"""Short lists to pick from in a form: ids and what to show for them, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from catalog.tables import INSTANCE, MODEL, PRICE


class InstanceChoice(NamedTuple):
    """A host as a line of a list: size, GPUs as text, the day on which it was retired."""

    sku: str
    gpus: str
    retired_on: str | None


def model_ids(session: Session) -> list[str]:
    """Every model, in order of id."""
    return list(session.execute(select(MODEL.c.id).order_by(MODEL.c.id)).scalars())


def instance_choices(session: Session) -> list[InstanceChoice]:
    """Hosts with a current price anywhere, those still on offer first."""
    priced = select(PRICE.c.instance_id).where(
        PRICE.c.valid_to.is_(None), PRICE.c.instance_id.is_not(None)
    )
    query = (
        select(INSTANCE.c.sku, INSTANCE.c.gpu_model, INSTANCE.c.gpu_count, INSTANCE.c.retired_on)
        .where(INSTANCE.c.id.in_(priced))
        .order_by(INSTANCE.c.sku)
    )
    rows = [
        InstanceChoice(
            sku=row.sku,
            gpus=" × ".join(
                str(part) for part in (row.gpu_count, row.gpu_model) if part is not None
            ),
            retired_on=None if row.retired_on is None else row.retired_on.isoformat(),
        )
        for row in session.execute(query)
    ]
    return sorted(rows, key=lambda choice: choice.retired_on is not None)


def offer_ids(session: Session) -> list[str]:
    """Every offer with a current price, in order of id."""
    query = (
        select(PRICE.c.offer_id)
        .distinct()
        .where(PRICE.c.offer_id.is_not(None), PRICE.c.valid_to.is_(None))
        .order_by(PRICE.c.offer_id)
    )
    return list(session.execute(query).scalars())
