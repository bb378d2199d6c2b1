"""What the queries answer with: frozen copies of rows, free of any database session."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from catalog.records import (
    AliasRecord,
    ArchitectureRecord,
    GpuRecord,
    InstanceRecord,
    ModelRecord,
    PriceRecord,
)

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list.

    Attributes:
        items: the rows of this page, in order of id.
        total: how many rows match in all.
        next: opaque cursor of the next page; None on the last.
    """

    model_config = ConfigDict(frozen=True)

    items: tuple[T, ...]
    total: int
    next: str | None

    @property
    def total_text(self) -> str:
        """How many rows match, as a person reads it."""
        return f"{self.total:,}"


class Model(ModelRecord):
    """A model with what is known of its shape; ``architecture`` None where nothing is."""

    architecture: ArchitectureRecord | None = None
    aliases: tuple[AliasRecord, ...] = ()


class Instance(InstanceRecord):
    """A kind of rented machine, with the facts of its GPU where these are known."""

    gpu: GpuRecord | None = None


class Price(PriceRecord):
    """A stored price. ``series`` groups its predecessors and successors."""

    id: str
    series: str

    @property
    def current(self) -> bool:
        """Whether it is the price of today, as far as we know."""
        return self.valid_to is None


class OwnPrice(Price):
    """A price that a person wrote down. It stands beside stored ones, comes before all of them,
    and is in no list of prices."""

    rank: Annotated[int, Field(ge=0, le=0)] = 0
    owner: str | None = None


class CatalogSummary(BaseModel):
    """What the catalog holds.

    Attributes:
        models, instances, prices: number of rows; ``prices`` counts current ones.
        past_prices: number of closed price rows.
        undated_prices: current prices whose source gives no date.
        oldest_as_of, newest_as_of: range of the dates of current prices; None without any.
        snapshot_sha256, snapshot_loaded_at: the bundled snapshot loaded last; None without any.
    """

    model_config = ConfigDict(frozen=True)

    models: int
    instances: int
    prices: int
    past_prices: int
    undated_prices: int
    oldest_as_of: date | None
    newest_as_of: date | None
    snapshot_sha256: str | None
    snapshot_loaded_at: datetime | None


def price_of(row: RowMapping) -> Price:
    """A price row as a view."""
    return Price.model_validate({**row, "flags": flags_of(row)})


def instance_of(row: RowMapping, gpu: RowMapping | None) -> Instance:
    """An instance row as a view, with the row of its GPU."""
    fields: dict[str, Any] = {**row, "flags": flags_of(row)}
    del fields["sku_folded"]
    fields["gpu"] = None if gpu is None else GpuRecord.model_validate(dict(gpu))
    return Instance.model_validate(fields)


def flags_of(row: RowMapping) -> tuple[str, ...]:
    """The words of warning of a row."""
    return tuple(json.loads(row["flags"]))
