"""Prices of rented machines out of the rows of ``Virtual Machines``.

The list names Linux, Windows, Cloud Services, spot and low priority by the words of a product or a
SKU only, and one size has rows of all of them. What is no Linux price on demand, on spot, by a
savings plan or by a reservation of one or three years is left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from catalog.exact_texts import decimal_text
from catalog.records import PriceRecord, Record
from catalog.sources.azure_price_choice import Candidate, settle
from catalog.sources.azure_retail_rows import (
    CURRENCY,
    HOURS_OF_TERM,
    LICENSE,
    PROVIDER,
    PUBLIC_URL,
    RANK,
    SOURCE,
    Row,
    Taken,
    end_of,
    last_day,
    no_price,
    per_hour,
)
from catalog.sources.reading import UnreadRow
from catalog.vocabulary import Term

GPU_FAMILY: Final = re.compile(r"^(?:Standard_)?N[CDGV]", re.IGNORECASE)
"""NC, ND, NG and NV sizes have GPUs; NP has FPGAs, NM has video cards."""

COMPUTE_NAMES: Final[Mapping[str, str]] = {
    "Standard_ND96asr_A100_v4": "Standard_ND96asr_v4",
    "Standard_NG32adms_V620": "Standard_NG32adms_V620_v1",
}
"""Names of the price list to the names under which the size is rented."""

RESERVED: Final[Mapping[str, Term]] = {"1 Year": "reserved_1y", "3 Years": "reserved_3y"}
SAVINGS: Final[Mapping[str, Term]] = {"1 Year": "savings_plan_1y", "3 Years": "savings_plan_3y"}

_HOST_TYPE = re.compile(r"(?:_|\s|-)?Type\s?\d+$", re.IGNORECASE)
_HOURLY = frozenset({"1 hour", "1/hour"})


@dataclass(frozen=True, kw_only=True, slots=True)
class HostRules:
    """Which sizes are wanted.

    Attributes:
        gpu_only: only sizes of GPU families and those of ``sizes``.
        sizes: names of further sizes, as they are rented.
    """

    gpu_only: bool = True
    sizes: frozenset[str] = frozenset()

    def wants(self, sku: str) -> bool:
        """Whether prices of this size are wanted."""
        return not self.gpu_only or sku in self.sizes or GPU_FAMILY.match(sku) is not None


def host_prices(rows: Iterable[Row], rules: HostRules, now: datetime) -> Taken:
    """Prices of machines, each thing priced once; what is left out, and why."""
    taken = Taken()
    candidates: list[Candidate] = []
    for row in rows:
        reason = _left_out(row, rules)
        if reason is not None:
            taken.left_out[reason] += 1
            continue
        refused = _refused(row) or no_price(row, now)
        if refused is not None:
            taken.unread.append(refused)
            continue
        taken.left_out["savings_plan_of_other_length"] += sum(
            plan.term not in SAVINGS for plan in row.item.savings_plans
        )
        for facts in _priced(row):
            _add(row, facts, now, candidates, taken)
    settle(candidates, taken)
    taken.records = _spot_marked(taken.records)
    return taken


def size_of(row: Row) -> str:
    """The name under which the size is rented; the list writes blanks behind some."""
    name = row.item.arm_sku_name.strip()
    return COMPUTE_NAMES.get(name, name)


def _left_out(row: Row, rules: HostRules) -> str | None:
    """The rule by which a row is none of ours, as a word."""
    item = row.item
    sku, product = size_of(row), item.product_name.strip()
    variant = f"{item.sku_name} {item.meter_name}".casefold()
    if not sku:
        return "no_size"
    if _HOST_TYPE.search(sku) or "dedicated host" in product.casefold():
        return "dedicated_host"
    if not rules.wants(sku):
        return "no_gpu"
    if item.type == "DevTestConsumption":
        return "dev_test"
    if " windows" in product.casefold() or product.endswith(" Win"):
        return "windows"
    if "cloud services" in product.casefold() or "cloudservices" in product.casefold():
        return "cloud_services"
    if "low priority" in variant:
        return "low_priority"
    if item.type == "Reservation" and item.reservation_term not in RESERVED:
        return "reservation_of_other_length" if item.reservation_term in HOURS_OF_TERM else None
    return None


def _refused(row: Row) -> UnreadRow | None:
    item = row.item
    if not item.product_name.strip():
        return row.unread("no_product_name", "productName: blank, so Windows cannot be told apart")
    if item.type not in ("Consumption", "Reservation"):
        return row.unread("unread_type", f"type: {item.type!r}")
    if item.type == "Reservation" and item.reservation_term not in RESERVED:
        return row.unread("unread_term", f"reservationTerm: {item.reservation_term!r}")
    if item.unit.strip().casefold() not in _HOURLY:
        return row.unread("unread_unit", f"unitOfMeasure: expected 1 Hour, found {item.unit!r}")
    if not item.region:
        return row.unread("no_region", "armRegionName: blank")
    return None


def _priced(row: Row) -> list[dict[str, Any]]:
    """Term and amount of each price that a row gives."""
    item = row.item
    if item.type == "Reservation":
        term = item.reservation_term or ""
        return [
            {
                "term": RESERVED[term],
                "amount": per_hour(item.amount, HOURS_OF_TERM[term]),
                "derived": "computed",
                "flags": (f"whole_term_total={decimal_text(item.amount)}",),
            }
        ]
    if " spot" in f" {item.sku_name} {item.meter_name}".casefold():
        return [{"term": "spot", "amount": item.amount}]
    plans = [
        {"term": SAVINGS[plan.term], "amount": plan.amount}
        for plan in item.savings_plans
        if plan.term in SAVINGS and plan.amount > 0
    ]
    return [{"term": "on_demand", "amount": item.amount}, *plans]


def _add(
    row: Row, facts: dict[str, Any], now: datetime, candidates: list[Candidate], taken: Taken
) -> None:
    item, sku = row.item, size_of(row)
    try:
        record = PriceRecord(
            instance_id=f"{PROVIDER}/{sku}",
            provider_id=PROVIDER,
            region=item.region,
            kind="instance",
            per=Decimal(1),
            unit="hour",
            currency=CURRENCY,
            valid_from=item.starts,
            valid_to=end_of(item),
            as_of=last_day(item, now),
            fetched_at=now,
            source=SOURCE,
            source_key=item.key,
            url=PUBLIC_URL,
            license=LICENSE,
            rank=RANK,
            **facts,
        )
    except ValidationError as error:
        taken.unread.append(row.unread("invalid", error.errors(include_url=False)[0]["msg"]))
        return
    candidates.append(
        Candidate(
            key=f"{record.instance_id}/{record.region}/{record.term}",
            says=f"{decimal_text(record.amount)} {CURRENCY} an hour",
            record=record,
            starts=record.valid_from,
            ends=record.valid_to,
            row=row,
        )
    )


def _spot_marked(records: list[Record]) -> list[Record]:
    """A spot price equal to the price on demand is a placeholder now and then: flagged."""
    on_demand = {
        (one.instance_id, one.region): one.amount
        for one in records
        if isinstance(one, PriceRecord) and one.term == "on_demand" and one.valid_to is None
    }
    marked: list[Record] = []
    for one in records:
        if (
            isinstance(one, PriceRecord)
            and one.term == "spot"
            and on_demand.get((one.instance_id, one.region)) == one.amount
        ):
            flags = tuple(sorted({*one.flags, "spot_equals_on_demand"}))
            marked.append(one.model_copy(update={"flags": flags}))
        else:
            marked.append(one)
    return marked
