"""The bundled CSV files, read and reckoned with by hand, apart from the program's own queries."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import catalog

FOLDER = Path(str(catalog.__file__)).parent / "snapshot"
Row = dict[str, str]
ZONES = {"japaneast": "", "eastus": "us", "swedencentral": "eu"}


class Cheapest(NamedTuple):
    """USD for a million tokens or an hour, whose row it is, and its date (empty: none)."""

    usd: Decimal
    of: str
    as_of: str


@functools.cache
def rows(name: str) -> tuple[Row, ...]:
    """All rows of `NAME.csv`; what is not known is an empty text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def cheapest_token(model_id: str, kind: str, region: str, today: str) -> Cheapest | None:
    """The lowest current price by the token of offers of a region (see `ZONES`)."""
    offers = {
        row["id"]
        for row in rows("offers")
        if (row["model_id"], row["region"], row["variant"]) == (model_id, region, "base")
        and row["zone"] in ("", ZONES[region])
        and not "" < row["retired_on"] <= today
        and "priced_but_not_offered_there" not in row["flags"]
    }
    found = [
        Cheapest(Decimal(row["amount"]) * 1_000_000 / Decimal(row["per"]), row["offer_id"], day)
        for row in rows("token_prices")
        if row["offer_id"] in offers and row["kind"] == kind and not row["valid_to"]
        for day in [row["as_of"]]
        if "historical" not in row["flags"]
    ]
    return min(found, default=None)


def cheapest_host(instance_ids: Iterable[str], region: str, today: str) -> Cheapest | None:
    """The lowest current on-demand price of some machines in a region, of the best source."""
    ids = set(instance_ids)
    going_on = {
        f"{row['provider_id']}/{row['sku']}"
        for row in rows("instances")
        if not "" < row["retired_on"] <= today
    }
    ranks = {row["id"]: int(row["rank"]) for row in rows("sources")}
    best: dict[str, Row] = {}
    for row in rows("instance_prices"):
        one = row["instance_id"]
        if one in ids & going_on and (row["region"], row["term"]) == (region, "on_demand"):
            known = best.get(one)
            later = known and ranks[known["source_id"]] <= ranks[row["source_id"]]
            if not row["valid_to"] and not later:
                best[one] = row
    found = [
        Cheapest(Decimal(row["amount"]), row["instance_id"], row["as_of"]) for row in best.values()
    ]
    return min(found, default=None)


def listed_hosts(model_id: str, today: str) -> set[str]:
    """Machines that Azure lists for a model which it still serves."""
    names = {
        row["name"]
        for row in rows("azure_models")
        if row["model_id"] == model_id and not "" < row["inference_retired_on"] <= today
    }
    listed = {row["instance_id"] for row in rows("azure_model_hosts") if row["name"] in names}
    return listed - {""}


def hosts_that_hold(gibibytes: Decimal) -> set[str]:
    """Machines whose GPUs, all together, are known to have so much memory."""
    return {
        f"{row['provider_id']}/{row['sku']}"
        for row in rows("instances")
        if row["gpu_count"]
        and row["gpu_memory_gib_each"]
        and Decimal(row["gpu_count"]) * Decimal(row["gpu_memory_gib_each"]) >= gibibytes
    }
