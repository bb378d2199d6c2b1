"""Prices that moved too far to be believed: they wait until a person has looked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import RowMapping, select, update
from sqlmodel import Session

from catalog.errors import PriceNotFound
from catalog.exact_texts import decimal_text
from catalog.paging import read_page
from catalog.records import Exact, PriceRecord
from catalog.sync.bulk import upsert
from catalog.sync.entries import Entry
from catalog.tables import HELD_PRICE, SOURCE_ROW
from catalog.views import Page
from catalog.vocabulary import HeldState

MOST_MOVE: Final = Decimal(10)
"""A price that is more than ten times the one before, or less than a tenth, is held."""


class HeldPrice(BaseModel):
    """One price that was held, both amounts for one unit, and what was decided."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    key: str
    run_id: str
    old_amount: str
    new_amount: str
    document: str
    state: HeldState
    decided_at: datetime | None


def split_held(
    session: Session, source: str, run_id: str, changed: Sequence[Entry]
) -> tuple[list[Entry], int]:
    """The changed entries that may pass, and how many are held, which are noted here."""
    prices = [entry for entry in changed if isinstance(entry.record, PriceRecord)]
    if not prices:
        return list(changed), 0
    before = _amounts(session, source, prices)
    passing, held = [], []
    for entry in changed:
        record = entry.record
        old = before.get(entry.key) if isinstance(record, PriceRecord) else None
        if not isinstance(record, PriceRecord) or old is None:
            passing.append(entry)
            continue
        new = record.amount / record.per
        if not _too_far(old, new) or _decided(session, entry, new) == "accepted":
            passing.append(entry)
        else:
            held.append((entry, old, new))
    for entry, old, new in held:
        _note(session, source, run_id, entry, old, new)
    return passing, len(held)


def list_held(session: Session, state: HeldState | None = "waiting") -> Sequence[HeldPrice]:
    """Prices that were held, in order of id."""
    query = select(HELD_PRICE).order_by(HELD_PRICE.c.id)
    if state is not None:
        query = query.where(HELD_PRICE.c.state == state)
    return [HeldPrice.model_validate(dict(row)) for row in session.execute(query).mappings()]


class HeldNote(BaseModel):
    """A held price as a reader wants it: what it is a price of, both amounts for one unit.

    Attributes:
        name: the machine, the offer or the model that is priced.
        old_amount, new_amount: for one unit, such as a token or an hour.
        move_share: new minus old, over old; None where the old one was 0.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    run_id: str
    name: str
    provider_id: str
    model_id: str | None
    offer_id: str | None
    instance_id: str | None
    region: str | None
    deployment: str | None
    kind: str
    term: str | None
    unit: str
    currency: str
    old_amount: Exact
    new_amount: Exact
    move_share: Exact | None
    url: str | None
    state: HeldState
    decided_at: datetime | None


def page_held(
    session: Session,
    state: HeldState | None = "waiting",
    limit: int = 50,
    after: str | None = None,
) -> Page[HeldNote]:
    """Prices that were held, in order of id.

    Raises:
        QueryInvalid, CursorInvalid.
    """
    wanted = [] if state is None else [HELD_PRICE.c.state == state]

    def view(rows: list[RowMapping]) -> list[HeldNote]:
        return [_note_of(row) for row in rows]

    return read_page(session, HELD_PRICE, wanted, limit, after, view)


def _note_of(row: RowMapping) -> HeldNote:
    document = json.loads(row["document"])
    old, new = Decimal(row["old_amount"]), Decimal(row["new_amount"])
    named = {name: document.get(name) for name in HeldNote.model_fields if name not in row}
    named["name"] = document.get("instance_id") or document.get("offer_id") or document["model_id"]
    named["move_share"] = None if old == 0 else (new / old - 1).quantize(Decimal("0.0001"))
    told = {name: row[name] for name in HeldNote.model_fields if name in row}
    return HeldNote.model_validate({**named, **told, "old_amount": old, "new_amount": new})


def decide(session: Session, held_id: str, state: HeldState, now: datetime) -> HeldPrice:
    """Accept or refuse a held price; an accepted one gets in with the next run.

    Raises:
        PriceNotFound: no held price has this id.
    """
    row: RowMapping | None = (
        session.execute(select(HELD_PRICE).where(HELD_PRICE.c.id == held_id)).mappings().first()
    )
    if row is None:
        raise PriceNotFound(
            f"Expected the id of a price that was held, found {held_id!r}. "
            "List them with: modelcost sync --held",
            name=held_id,
            nearest=(),
        )
    session.execute(
        update(HELD_PRICE).where(HELD_PRICE.c.id == held_id).values(state=state, decided_at=now)
    )
    return HeldPrice.model_validate({**row, "state": state, "decided_at": now})


def _too_far(old: Decimal, new: Decimal) -> bool:
    if old == 0 or new == 0:
        return old != new
    return new > old * MOST_MOVE or old > new * MOST_MOVE


def _amounts(session: Session, source: str, entries: Sequence[Entry]) -> dict[str, Decimal]:
    query = select(SOURCE_ROW.c.key, SOURCE_ROW.c.document).where(
        SOURCE_ROW.c.source == source,
        SOURCE_ROW.c.kind == "price",
        SOURCE_ROW.c.key.in_([entry.key for entry in entries]),
    )
    found = {}
    for row in session.execute(query):
        document = json.loads(row.document)
        found[row.key] = Decimal(document["amount"]) / Decimal(document["per"])
    return found


def _decided(session: Session, entry: Entry, new: Decimal) -> str | None:
    query = select(HELD_PRICE.c.state).where(HELD_PRICE.c.id == _id(entry, new))
    state: str | None = session.execute(query).scalar()
    return state


def _note(
    session: Session, source: str, run_id: str, entry: Entry, old: Decimal, new: Decimal
) -> None:
    if _decided(session, entry, new) is not None:
        return
    amounts = (decimal_text(old), decimal_text(new))
    row = (_id(entry, new), source, entry.key, run_id, *amounts, entry.document, "waiting", None)
    upsert(session, HELD_PRICE, [row])


def _id(entry: Entry, new: Decimal) -> str:
    text = f"{entry.key} {decimal_text(new)}"
    return "h-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
