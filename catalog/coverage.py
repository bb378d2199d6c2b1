"""How far the catalog reaches: how many models have which facts, and the names of the gaps."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Table, func, select
from sqlmodel import Session

from catalog.links import AmbiguousLink, ambiguous_links
from catalog.tables import (
    AZURE_MODEL,
    AZURE_MODEL_HOST,
    MODEL,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
    MODEL_LINK,
    OFFER,
    PRICE,
)

OWN_MODEL_START = "a model of its own"


class Gap(BaseModel):
    """Models that have one fact and lack another. ``models``: their ids, in order."""

    model_config = ConfigDict(frozen=True)

    name: str
    count: int
    models: tuple[str, ...]


class JoinCount(BaseModel):
    """How many ids of other systems are joined with one kind of evidence."""

    model_config = ConfigDict(frozen=True)

    relation: str
    evidence: str
    count: int


class Coverage(BaseModel):
    """What :func:`catalog_coverage` counts.

    Attributes:
        models: all of them.
        with_price: with a current price by the token.
        with_architecture, with_host_list, with_license, with_context: with this fact.
        with_price_and_architecture: both sides of the question can be computed.
        with_price_and_host_list: sold by the token, and Azure says which machines may serve it.
        offers, unlinked_offers: all, and the ids of those that belong to no model.
        joins: ids of other systems by evidence.
        ambiguous_joins: ids that mean several models.
        gaps: what is missing, with names.
    """

    model_config = ConfigDict(frozen=True)

    models: int
    with_price: int
    with_architecture: int
    with_host_list: int
    with_license: int
    with_context: int
    with_price_and_architecture: int
    with_price_and_host_list: int
    offers: int
    unlinked_offers: tuple[str, ...]
    joins: tuple[JoinCount, ...]
    ambiguous_joins: tuple[AmbiguousLink, ...]
    gaps: tuple[Gap, ...]


def catalog_coverage(session: Session) -> Coverage:
    """Count facts and name gaps; a dozen statements, whatever the size."""
    every = _ids(session, MODEL, MODEL.c.id)
    is_current = PRICE.c.valid_to.is_(None)
    priced = _ids(session, PRICE, PRICE.c.model_id, is_current, PRICE.c.kind != "instance")
    shaped = _ids(session, MODEL_ARCHITECTURE, MODEL_ARCHITECTURE.c.model_id)
    registered = _ids(
        session,
        AZURE_MODEL,
        AZURE_MODEL.c.model_id,
        AZURE_MODEL.c.name.in_(select(AZURE_MODEL_HOST.c.name)),
    )
    licensed = _ids(session, MODEL, MODEL.c.id, MODEL.c.license.is_not(None))
    context = _ids(
        session,
        MODEL_ARCHITECTURE,
        MODEL_ARCHITECTURE.c.model_id,
        MODEL_ARCHITECTURE.c.max_context.is_not(None),
    ) | _ids(
        session, MODEL_DETAIL, MODEL_DETAIL.c.model_id, MODEL_DETAIL.c.context_tokens.is_not(None)
    )
    offers = session.execute(select(func.count()).select_from(OFFER)).scalar_one()
    return Coverage(
        models=len(every),
        with_price=len(priced),
        with_architecture=len(shaped),
        with_host_list=len(registered),
        with_license=len(licensed),
        with_context=len(context),
        with_price_and_architecture=len(priced & shaped),
        with_price_and_host_list=len(priced & registered),
        offers=offers,
        unlinked_offers=tuple(sorted(_ids(session, OFFER, OFFER.c.id, OFFER.c.model_id.is_(None)))),
        joins=_joins(session),
        ambiguous_joins=tuple(ambiguous_links(session)),
        gaps=(
            _gap("price_without_architecture", priced - shaped),
            _gap("price_without_context", priced - context),
            _gap("architecture_without_price", shaped - priced),
            _gap("host_list_without_architecture", registered - shaped),
            _gap("host_list_without_price", registered - priced),
            _gap("no_license", every - licensed),
        ),
    )


def _ids(
    session: Session,
    table: Table,
    column: ColumnElement[str],
    *conditions: ColumnElement[bool],
) -> set[str]:
    query = select(column).select_from(table).where(*conditions, column.is_not(None)).distinct()
    return set(session.execute(query).scalars())


def _gap(name: str, models: set[str]) -> Gap:
    return Gap(name=name, count=len(models), models=tuple(sorted(models)))


def _joins(session: Session) -> tuple[JoinCount, ...]:
    """Counts by relation and evidence; an id that made a model of its own counts as ``own``."""
    counts: dict[tuple[str, str], int] = {}
    query = select(MODEL_LINK.c.relation, MODEL_LINK.c.evidence, MODEL_LINK.c.reason)
    for relation, evidence, reason in session.execute(query):
        kind = "own" if reason.startswith(OWN_MODEL_START) else evidence
        counts[relation, kind] = counts.get((relation, kind), 0) + 1
    return tuple(
        JoinCount(relation=relation, evidence=evidence, count=count)
        for (relation, evidence), count in sorted(counts.items())
    )
