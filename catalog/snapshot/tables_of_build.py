"""All rows of a snapshot out of the reference files, the price map and the vendors' library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from catalog.identity import KnownModels, PublishedName, join_price_name
from catalog.snapshot import azure_fees, azure_models, facts, reference_files
from catalog.snapshot.azure_prices import SYSTEM as AZURE_LIST
from catalog.snapshot.azure_prices import azure_token_offers
from catalog.snapshot.hosts import HostTables, host_tables
from catalog.snapshot.joins import Joins, join_all, link_alias_rows, link_rows
from catalog.snapshot.layout import SnapshotSource
from catalog.snapshot.map_offers import map_offers
from catalog.snapshot.measurements import measurement_rows
from catalog.snapshot.model_facts import all_model_rows, detail_rows
from catalog.snapshot.other_hosts import OtherHosts, other_host_tables
from catalog.snapshot.price_map import PriceMap
from catalog.snapshot.reference import Line, read_reference
from catalog.snapshot.sold import Sold, joined
from catalog.snapshot.vendor_library import VendorList
from catalog.snapshot.vendor_offers import vendor_offers

Rows = list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Built:
    """Rows by file, what was left out, and where the files come from.

    Attributes:
        tables: name of a snapshot file to its rows, in order.
        left_out: (file or source, reason) to a number of rows or prices.
        of_models: repositories of the architectures.
        of_registry: repositories of Azure's registry.
        of_ptu: pages of the PTU sizing.
    """

    tables: dict[str, Rows]
    left_out: Mapping[tuple[str, str], int]
    of_models: list[SnapshotSource]
    of_registry: list[SnapshotSource]
    of_ptu: list[SnapshotSource]


def build_tables(
    source_dir: Path,
    built_on: date,
    price_map: PriceMap | None,
    vendors: VendorList | None,
    own_runs: Path | None = None,
) -> Built:
    """Read everything and make all rows.

    Args:
        source_dir: folder with the reference files.
        built_on: the day of the build.
        price_map: litellm's price map; None: without it.
        vendors: the vendors' library; None: without it.
        own_runs: folder with the runs that we measured ourselves; None: without them.

    Raises:
        ReferenceDataInvalid: a reference file is missing or not as expected.
    """

    def lines(file: str) -> list[Line]:
        return read_reference(source_dir, file)

    architectures = lines(reference_files.ARCHITECTURES)
    registry, removed = azure_models.present_models(lines(reference_files.AZURE_MODELS))
    all_hosts = lines(reference_files.HOSTS)
    hosts = host_tables(all_hosts, lines(reference_files.HISTORY), built_on)
    others = other_host_tables(all_hosts, built_on)
    sold = [azure_token_offers(lines(reference_files.AZURE_TOKENS))]
    sold += [map_offers(price_map, built_on)] if price_map else []
    sold += [vendor_offers(vendors, built_on)] if vendors else []
    with_shape = facts.model_rows(architectures)
    shaped_ids = [row["model_id"] for row in with_shape]
    names = [name for one in sold for name in one.names]
    joins = join_all(shaped_ids, registry, names)
    max_context = {
        row["model_id"]: int(row["max_context"]) for row in with_shape if row["max_context"]
    }
    details, conflicts = detail_rows(registry, names, joins, max_context)
    models = all_model_rows(with_shape, registry, joins)
    ptu = lines(reference_files.AZURE_PTU)
    tables: dict[str, Rows] = {
        "sources.csv": _sources(hosts, others, sold),
        "providers.csv": _providers(others, sold),
        "gpus.csv": facts.gpu_rows(lines(reference_files.GPUS)),
        "instances.csv": [*hosts.instances, *others.instances],
        "models.csv": models,
        "aliases.csv": _aliases(models, joins),
        "model_links.csv": link_rows(joins, conflicts),
        "model_details.csv": details,
        **_registry_tables(registry, joins, hosts, max_context),
        "offers.csv": _offers(sold, joins),
        "managed_fees.csv": azure_fees.fee_rows(lines(reference_files.AZURE_FEES)),
        "ptu_sizing.csv": [
            {**row, "model_id": _model_of_page(joins, row["model_key"])}
            for row in azure_fees.ptu_rows(ptu)
        ],
        "instance_prices.csv": [*hosts.prices, *others.prices],
        "token_prices.csv": _token_prices(sold, shaped_ids),
    }
    left_out: Counter[tuple[str, str]] = Counter(removed)
    own = [] if own_runs is None else read_reference(own_runs, reference_files.OWN_RUNS)
    tables["measurements.csv"] = measurement_rows(
        [*lines(reference_files.THROUGHPUT), *own],
        KnownModels(row["model_id"] for row in models),
        left_out,
    )
    for counted in (hosts.left_out, others.left_out, *(one.left_out for one in sold)):
        left_out.update(counted)
    return Built(
        tables=tables,
        left_out=left_out,
        of_models=facts.model_sources(architectures),
        of_registry=facts.repositories(line["source"] for line in registry),
        of_ptu=azure_fees.ptu_sources(ptu),
    )


def _sources(hosts: HostTables, others: OtherHosts, sold: Sequence[Sold]) -> Rows:
    rows = [*hosts.sources, *others.sources, facts.article_source_row()]
    rows += [row for one in sold for row in one.sources]
    return sorted(rows, key=lambda row: row["id"])


def _providers(others: OtherHosts, sold: Sequence[Sold]) -> Rows:
    rows: dict[str, dict[str, str]] = {}
    for row in [
        *facts.provider_rows(),
        *others.providers,
        *(row for one in sold for row in one.providers),
    ]:
        earlier = rows.setdefault(row["id"], row)
        rows[row["id"]] = {**row, **{cell: text for cell, text in earlier.items() if text}}
    return [rows[key] for key in sorted(rows)]


def _aliases(models: Rows, joins: Joins) -> Rows:
    rows = {
        (row["alias"].casefold(), row["model_id"]): row
        for row in facts.alias_rows([model["model_id"] for model in models])
    }
    order = ("exact", "typed", "stated", "rule")
    for row in link_alias_rows(joins):
        spot = (row["alias"].casefold(), row["model_id"])
        held = rows.get(spot)
        if held is None or order.index(row["evidence"]) < order.index(held["evidence"]):
            rows[spot] = row
    return [rows[key] for key in sorted(rows)]


def _registry_tables(
    registry: list[Line], joins: Joins, hosts: HostTables, max_context: Mapping[str, int]
) -> dict[str, Rows]:
    model_ids: dict[str, str] = {}
    flags: dict[str, Sequence[str]] = {}
    for line in registry:
        join = joins.of_name[azure_models.SYSTEM, line["name"]]
        if join.model_id is None:
            raise line.wrong("name", f"the name of one model; it may be {join.candidates}")
        model_ids[line["name"]] = join.model_id
        flags[line["name"]] = join.flags
    sizes = {
        row["sku"]: (int(row["vcpus"]), Decimal(row["gpu_count"]))
        for row in hosts.instances
        if row.get("vcpus") and row.get("gpu_count")
    }
    skus = {row["sku"] for row in hosts.instances}
    return {
        "azure_models.csv": azure_models.azure_model_rows(
            registry, model_ids, flags, sizes, max_context
        ),
        "azure_model_hosts.csv": azure_models.host_rows(registry, skus),
    }


def _offers(sold: Sequence[Sold], joins: Joins) -> Rows:
    rows = [facts.article_offer_row()]
    for one in sold:
        for offer in one.offers:
            name = one.name_of_offer[offer["id"]]
            join = joins.of_name[name.system, name.key]
            flags = joined(*offer["flags"].split(";"), *(() if join.model_id else join.flags))
            rows.append({**offer, "model_id": join.model_id or "", "flags": flags})
    return sorted(rows, key=lambda row: row["id"])


def _model_of_page(joins: Joins, key: str) -> str:
    """The model that a page of Azure's means by a name; empty where none is known by it."""
    name = PublishedName(system=AZURE_LIST, key=key, publisher=None, name=key, provider="azure")
    join = join_price_name(name, joins.known)
    return "" if join.is_new else join.model_id or ""


def _token_prices(sold: Sequence[Sold], shaped_ids: Sequence[str]) -> Rows:
    rows = facts.article_price_rows(shaped_ids)
    rows += [row for one in sold for row in one.prices]
    return sorted(
        rows,
        key=lambda row: (row["offer_id"], row["kind"], row["source_key"], row["valid_from"]),
    )
