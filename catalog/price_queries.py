"""Questions about prices: current ones by rank, history, regions, dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, RowMapping, func, or_, select
from sqlmodel import Session

from catalog.errors import PriceNotFound
from catalog.folding import safe_text
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.paging import read_page
from catalog.tables import INSTANCE, MODEL, PRICE, SNAPSHOT_LOAD
from catalog.views import CatalogSummary, Page, Price, price_of


class PriceFilter(BaseModel):
    """Which prices are wanted; each field that is not None must hold.

    Attributes:
        model, instance: any name that :func:`find_model` or :func:`find_instance` knows.
        region, kind, term: exact values.
        include_history: also prices that are no longer true.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str | None = None
    instance: str | None = None
    region: str | None = None
    kind: str | None = None
    term: str | None = None
    include_history: bool = False


def list_prices(
    session: Session, wanted: PriceFilter, limit: int = 100, after: str | None = None
) -> Page[Price]:
    """Prices in order of id.

    Args:
        session: a session for reading.
        wanted: which prices.
        limit: rows a page, 1 to 500.
        after: the ``next`` of the page before.

    Raises:
        ModelNotFound, ModelAmbiguous, InstanceNotFound, QueryInvalid, CursorInvalid.
    """
    conditions: list[ColumnElement[bool]] = []
    if wanted.model is not None:
        conditions.append(PRICE.c.model_id == find_model(session, wanted.model).id)
    if wanted.instance is not None:
        conditions.append(PRICE.c.instance_id == find_instance(session, wanted.instance).id)
    for column in ("region", "kind", "term"):
        value = getattr(wanted, column)
        if value is not None:
            conditions.append(PRICE.c[column] == safe_text(value))
    if not wanted.include_history:
        conditions.append(PRICE.c.valid_to.is_(None))

    def view(rows: list[RowMapping]) -> list[Price]:
        return [price_of(row) for row in rows]

    return read_page(session, PRICE, conditions, limit, after, view)


def find_price(session: Session, price_id: str) -> Price:
    """The stored price of this id, current or past.

    Raises:
        PriceNotFound: no such id.
    """
    query = select(PRICE).where(PRICE.c.id == safe_text(price_id))
    row = session.execute(query).mappings().first()
    if row is None:
        raise PriceNotFound(
            f"Expected the id of a stored price, found {price_id!r}. List the prices for ids.",
            name=price_id,
            nearest=(),
        )
    return price_of(row)


def true_on(day: date | None) -> ColumnElement[bool]:
    """That a price row is current, or was when a day (UTC) ended; None: now."""
    if day is None:
        return PRICE.c.valid_to.is_(None)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    return (PRICE.c.valid_from < end) & or_(PRICE.c.valid_to.is_(None), PRICE.c.valid_to >= end)


def offer_prices(session: Session, offer_id: str, day: date | None = None) -> list[Price]:
    """Prices of one offer, current or of a day in the past, in order of kind; empty where there is
    no such offer."""
    query = (
        select(PRICE)
        .where(PRICE.c.offer_id == safe_text(offer_id), true_on(day))
        .order_by(PRICE.c.rank, PRICE.c.kind, PRICE.c.id)
    )
    return [price_of(row) for row in session.execute(query).mappings()]


def model_prices(session: Session, model_id: str, day: date | None = None) -> list[Price]:
    """Token and hosting prices of one model of all offers, current or of a day in the past, best
    source first."""
    query = (
        select(PRICE)
        .where(PRICE.c.model_id == safe_text(model_id), true_on(day))
        .order_by(PRICE.c.rank, PRICE.c.offer_id, PRICE.c.kind, PRICE.c.id)
    )
    return [price_of(row) for row in session.execute(query).mappings()]


def instance_prices(
    session: Session, instance_id: str, region: str | None, term: str, day: date | None = None
) -> list[Price]:
    """Prices of one machine in one region, of all sources, best source first.

    ``day``: as of a day in the past; None: current ones. ``region`` None: prices whose source names
    no region. More than one row means that sources may disagree: show all of them. Empty: no
    figure.
    """
    in_region: ColumnElement[bool] = PRICE.c.region.is_(None)
    if region is not None:
        in_region = PRICE.c.region == safe_text(region)
    query = (
        select(PRICE)
        .where(
            PRICE.c.instance_id == safe_text(instance_id),
            in_region,
            PRICE.c.term == safe_text(term),
            true_on(day),
        )
        .order_by(PRICE.c.rank, PRICE.c.id)
    )
    return [price_of(row) for row in session.execute(query).mappings()]


def price_history(session: Session, series: str) -> list[Price]:
    """All rows of one series, oldest first: the price over time from one source."""
    query = select(PRICE).where(PRICE.c.series == safe_text(series)).order_by(PRICE.c.valid_from)
    return [price_of(row) for row in session.execute(query).mappings()]


def regions_of(
    session: Session, instance_id: str, term: str = "on_demand", day: date | None = None
) -> list[str]:
    """Regions in which this machine has a price for this term, now or on a past day, in order."""
    query = (
        select(PRICE.c.region)
        .distinct()
        .where(
            PRICE.c.instance_id == safe_text(instance_id),
            PRICE.c.term == safe_text(term),
            true_on(day),
            PRICE.c.region.is_not(None),
        )
        .order_by(PRICE.c.region)
    )
    return list(session.execute(query).scalars())


def names_region(session: Session, region: str) -> bool:
    """Whether any price, current or past, names this region."""
    query = select(PRICE.c.id).where(PRICE.c.region == safe_text(region)).limit(1)
    return session.execute(query).first() is not None


def all_regions(session: Session) -> list[str]:
    """Every region that any price, current or past, names, in order."""
    query = (
        select(PRICE.c.region)
        .distinct()
        .where(PRICE.c.region.is_not(None))
        .order_by(PRICE.c.region)
    )
    return list(session.execute(query).scalars())


def oldest_as_of(prices: Iterable[Price]) -> date | None:
    """The oldest date among the dated prices; None where no price has a date.

    An undated price has no part in it: tell of it beside the answer.
    """
    return min((price.as_of for price in prices if price.as_of is not None), default=None)


def catalog_summary(session: Session) -> CatalogSummary:
    """Counts, dates and the snapshot that was loaded last."""
    current = PRICE.c.valid_to.is_(None)
    counts = session.execute(
        select(
            func.count().filter(current),
            func.count().filter(~current),
            func.count().filter(current, PRICE.c.as_of.is_(None)),
            func.min(PRICE.c.as_of).filter(current),
            func.max(PRICE.c.as_of).filter(current),
        )
    ).one()
    loaded = (
        session.execute(select(SNAPSHOT_LOAD).order_by(SNAPSHOT_LOAD.c.loaded_at.desc()))
        .mappings()
        .first()
    )
    return CatalogSummary(
        models=session.execute(select(func.count()).select_from(MODEL)).scalar_one(),
        instances=session.execute(select(func.count()).select_from(INSTANCE)).scalar_one(),
        prices=counts[0],
        past_prices=counts[1],
        undated_prices=counts[2],
        oldest_as_of=counts[3],
        newest_as_of=counts[4],
        snapshot_sha256=None if loaded is None else loaded["manifest_sha256"],
        snapshot_loaded_at=None if loaded is None else loaded["loaded_at"],
    )
