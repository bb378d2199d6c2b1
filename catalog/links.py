"""Which ids in other systems mean a model, and why we say so."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, RowMapping, func, select, tuple_
from sqlmodel import Session

from catalog.errors import CursorInvalid
from catalog.folding import safe_text
from catalog.identity_records import ModelLinkRecord
from catalog.model_queries import find_model
from catalog.paging import make_cursor, read_cursor
from catalog.tables import MODEL_LINK
from catalog.views import Page
from catalog.vocabulary import EVIDENCE

_KEY = (MODEL_LINK.c.system, MODEL_LINK.c.key, MODEL_LINK.c.model_id, MODEL_LINK.c.relation)


class AmbiguousLink(BaseModel):
    """An id whose strongest evidence leads to several models: a person has to pick.

    Attributes:
        system, key: the id, and where it is used.
        evidence, reason: why these models.
        candidates: the models, in order.
    """

    model_config = ConfigDict(frozen=True)

    system: str
    key: str
    evidence: str
    reason: str
    candidates: tuple[str, ...]


def list_links(
    session: Session,
    model: str | None = None,
    system: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ModelLinkRecord]:
    """Links in order of system, key, model and relation.

    Args:
        session: a session for reading.
        model: only links of this model, by any of its names.
        system: only links of this system, such as ``azureml``.
        limit: rows a page.
        after: the ``next`` of the page before.

    Raises:
        ModelNotFound, ModelAmbiguous, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = []
    if model is not None:
        conditions.append(MODEL_LINK.c.model_id == find_model(session, model).id)
    if system is not None:
        conditions.append(MODEL_LINK.c.system == safe_text(system))
    total = session.execute(
        select(func.count()).select_from(MODEL_LINK).where(*conditions)
    ).scalar_one()
    query = select(MODEL_LINK).where(*conditions).order_by(*_KEY).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(*_KEY) > tuple_(*_last_key(after)))
    rows = list(session.execute(query).mappings())
    more = None
    if len(rows) > limit:
        last = rows[limit - 1]
        spot = json.dumps([last[column.name] for column in _KEY], ensure_ascii=False)
        more = make_cursor(MODEL_LINK.name, spot)
    return Page(items=tuple(_link(row) for row in rows[:limit]), total=total, next=more)


def ambiguous_links(session: Session) -> list[AmbiguousLink]:
    """Ids that mean several models with equal right, in order of system and key."""
    query = select(MODEL_LINK).where(MODEL_LINK.c.relation == "same").order_by(*_KEY)
    by_id: dict[tuple[str, str], list[RowMapping]] = {}
    for row in session.execute(query).mappings():
        by_id.setdefault((row["system"], row["key"]), []).append(row)
    found = []
    for (system, key), rows in by_id.items():
        strongest = min(rows, key=lambda row: EVIDENCE.index(row["evidence"]))
        equal = [row for row in rows if row["evidence"] == strongest["evidence"]]
        if len(equal) > 1:
            found.append(
                AmbiguousLink(
                    system=system,
                    key=key,
                    evidence=strongest["evidence"],
                    reason=strongest["reason"],
                    candidates=tuple(row["model_id"] for row in equal),
                )
            )
    return found


def _link(row: RowMapping) -> ModelLinkRecord:
    return ModelLinkRecord.model_validate({**row, "flags": tuple(json.loads(row["flags"]))})


def _last_key(after: str) -> list[str]:
    try:
        spot = json.loads(read_cursor(after, MODEL_LINK.name))
    except ValueError:
        spot = None
    if (
        not isinstance(spot, list)
        or len(spot) != len(_KEY)
        or not all(isinstance(part, str) for part in spot)
    ):
        raise CursorInvalid(
            f"after: expected the 'next' value of a page of this list, found {after[:60]!r}. "
            "Ask for the first page again, without 'after'.",
            field="after",
        )
    return spot
