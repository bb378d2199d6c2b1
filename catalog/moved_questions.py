"""How many saved questions name a host or an offer whose price moved since they were saved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlmodel import Session

from catalog.folding import fold_sku
from catalog.price_moves import PriceMove
from catalog.tables import SCENARIO

MOST_LOOKED_AT: Final = 2_000


class MovedQuestions(BaseModel):
    """Counts only: who knows the id of a saved question can read it.

    Attributes:
        saved: questions that are saved. looked_at: of these the newest, which were looked at.
        moved: of these, those that name what moved after they were saved.
    """

    model_config = ConfigDict(frozen=True)

    saved: int
    looked_at: int
    moved: int


def moved_questions(session: Session, moves: Iterable[PriceMove]) -> MovedQuestions:
    """Count them. A question that lets the catalog look its offer up names none: not counted."""
    latest: dict[str, datetime] = {}
    for move in moves:
        for name in (move.offer_id, move.instance_id and _host(move.instance_id)):
            if name:
                latest[name] = max(latest.get(name, move.moved_at), move.moved_at)
    saved = session.execute(select(func.count()).select_from(SCENARIO)).scalar_one()
    query = select(SCENARIO.c.document, SCENARIO.c.updated_at)
    newest = query.order_by(SCENARIO.c.updated_at.desc(), SCENARIO.c.id).limit(MOST_LOOKED_AT)
    rows = session.execute(newest).all()
    moved = sum(
        any(latest.get(name, row.updated_at) > row.updated_at for name in _named(row.document))
        for row in rows
    )
    return MovedQuestions(saved=saved, looked_at=len(rows), moved=moved)


def _named(document: str) -> Iterator[str]:
    """Offers by their id and hosts by their folded name, as the options of a question name them."""
    try:
        options: Any = json.loads(document).get("options")
    except (ValueError, AttributeError):
        return
    for option in options if isinstance(options, list) else ():
        if not isinstance(option, dict):
            continue
        if isinstance(option.get("offer"), str):
            yield option["offer"]
        if isinstance(option.get("instance"), str):
            yield _host(option["instance"])


def _host(name: str) -> str:
    """``azure/Standard_NC12s_v3`` and ``nc12s_v3`` are one host; Azure's where none is named."""
    provider, slash, sku = name.rpartition("/")
    return f"host {provider.strip().casefold() if slash else 'azure'}/{fold_sku(sku)}"
