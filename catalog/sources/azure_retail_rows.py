"""Rows of Azure's retail price list, checked one by one, and what all of them have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from catalog.records import Record
from catalog.sources.azure_answers import moment_of, unread
from catalog.sources.reading import UnreadRow

SOURCE: Final = "Azure Retail Prices API"
"""As in the bundled snapshot, so that a live reading follows the bundled one."""
PROVIDER: Final = "azure"
PUBLIC_URL: Final = "https://prices.azure.com/api/retail/prices"
LICENSE: Final = "public price facts"
RANK: Final = 1
CURRENCY: Final = "USD"

HOURS_OF_TERM: Final[Mapping[str, int]] = {
    "1 Month": 730,
    "1 Year": 8_760,
    "3 Years": 26_280,
    "5 Years": 43_800,
}
"""Hours of a commitment. A reservation is priced for all of them, whatever its unit says."""

_DIVISION: Final = Context(prec=28, rounding=ROUND_HALF_EVEN)


def _exact(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _blank_is_absent(value: object) -> object:
    return value or None


Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]
When = Annotated[datetime, BeforeValidator(moment_of)]
Perhaps = Annotated[datetime | None, BeforeValidator(moment_of)]


class SavingsPlan(BaseModel):
    """One savings plan of a row: truly per hour."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    amount: Amount = Field(alias="retailPrice")
    term: str


class RetailItem(BaseModel):
    """One row as the list words it; fields that we do not use are passed over."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    amount: Amount = Field(alias="retailPrice")
    currency: str = Field(alias="currencyCode")
    type: str
    tier_minimum_units: Amount = Field(alias="tierMinimumUnits", default=Decimal(0))
    region_name: str = Field(alias="armRegionName")
    starts: When = Field(alias="effectiveStartDate")
    ends: Perhaps = Field(alias="effectiveEndDate", default=None)
    meter_id: str = Field(alias="meterId", min_length=1)
    meter_name: str = Field(alias="meterName")
    product_name: str = Field(alias="productName")
    sku_id: str = Field(alias="skuId", default="")
    sku_name: str = Field(alias="skuName", default="")
    service_name: str = Field(alias="serviceName", default="")
    unit: str = Field(alias="unitOfMeasure")
    arm_sku_name: str = Field(alias="armSkuName", default="")
    reservation_term: Annotated[str | None, BeforeValidator(_blank_is_absent)] = Field(
        alias="reservationTerm", default=None
    )
    savings_plans: tuple[SavingsPlan, ...] = ()

    @property
    def region(self) -> str:
        """The region in small letters, as the rest of the catalog writes it."""
        return self.region_name.strip().lower()

    @property
    def identity(self) -> str:
        """What no two rows of the list have in common; ``meterId`` alone is not enough."""
        parts = (self.meter_id, self.sku_id, self.region, self.type, self.reservation_term or "")
        tier = format(self.tier_minimum_units.normalize(), "f")
        return "|".join((*parts, tier, self.starts.isoformat()))

    @property
    def key(self) -> str:
        """What names the priced thing over time: the identity without its dates."""
        return f"{self.meter_id}/{self.sku_id}" if self.sku_id else self.meter_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row as read, and as it came."""

    item: RetailItem
    raw: Mapping[str, Any]

    def unread(self, reason: str, detail: str) -> UnreadRow:
        """This row as one that is not taken."""
        return unread(self.item.identity, reason, detail, self.raw)


@dataclass(kw_only=True)
class Taken:
    """What came of the rows of one query.

    Attributes:
        records: in order.
        unread: rows that were not taken, one by one.
        left_out: rows left out by rule: reason to their number.
    """

    records: list[Record] = field(default_factory=list)
    unread: list[UnreadRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_rows(raw_rows: Iterable[object], unread_rows: list[UnreadRow]) -> list[Row]:
    """The rows that read; the others are added to ``unread_rows``."""
    rows: list[Row] = []
    for place, raw in enumerate(raw_rows, start=1):
        if not isinstance(raw, dict):
            unread_rows.append(unread(f"row {place}", "invalid", "row: expected an object", raw))
            continue
        plans = raw.get("savingsPlan")
        shaped = {**raw, "savings_plans": tuple(plans) if isinstance(plans, list) else ()}
        try:
            item = RetailItem.model_validate(shaped)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            key = str(raw.get("meterId") or f"row {place}")
            unread_rows.append(unread(key, "invalid", f"{where}: {problem['msg']}", raw))
            continue
        if item.currency != CURRENCY:
            detail = f"currencyCode: expected {CURRENCY}, found {item.currency}"
            unread_rows.append(unread(item.identity, "wrong_currency", detail, raw))
            continue
        rows.append(Row(item=item, raw=raw))
    return rows


def each_once(rows: Iterable[Row]) -> tuple[list[Row], int]:
    """The rows without those that came twice (pages shift while the list changes), and how many."""
    once: dict[str, Row] = {}
    repeated = 0
    for row in rows:
        repeated += row.item.identity in once
        once.setdefault(row.item.identity, row)
    return list(once.values()), repeated


def end_of(item: RetailItem) -> datetime | None:
    """First moment at which the price no longer holds; the list gives the last second or day."""
    if item.ends is None:
        return None
    if (item.ends.hour, item.ends.minute, item.ends.second) == (0, 0, 0):
        return item.ends
    return (item.ends + timedelta(seconds=1)).replace(microsecond=0)


def last_day(item: RetailItem, now: datetime) -> date:
    """The last day on which a price was true, as far as is known at ``now``."""
    end = end_of(item)
    if end is None or end > now:
        return now.astimezone(UTC).date()
    return (end - timedelta(microseconds=1)).date()


def per_hour(total: Decimal, hours: int) -> Decimal:
    """A total spread over hours, to 28 significant digits."""
    return _DIVISION.divide(total, Decimal(hours))


def no_price(row: Row, now: datetime) -> UnreadRow | None:
    """Why a row gives no price today, for what holds for every kind of row; None: it does."""
    item = row.item
    if item.amount == 0:
        return row.unread("zero_placeholder", "retailPrice: 0, which may stand for no price yet")
    if item.tier_minimum_units > 0:
        tier = f"holds from {item.tier_minimum_units} units ({item.unit}) on only"
        return row.unread("volume_tier", f"tierMinimumUnits: {tier}")
    if item.starts > now:
        return row.unread("not_yet_effective", f"effectiveStartDate: {item.starts.isoformat()}")
    end = end_of(item)
    if end is not None and end <= item.starts:
        return row.unread("invalid", "effectiveEndDate: not later than effectiveStartDate")
    return None
