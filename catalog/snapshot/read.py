"""Reading a snapshot folder: every file held against the manifest, every row checked."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from catalog.errors import SnapshotDamaged
from catalog.folding import fold
from catalog.identity_records import (
    AzureModelHostRecord,
    AzureModelRecord,
    ModelDetailRecord,
    ModelLinkRecord,
)
from catalog.measurement_records import MeasurementRecord
from catalog.records import (
    AliasRecord,
    ArchitectureRecord,
    GpuRecord,
    InstanceRecord,
    ModelRecord,
    PriceRecord,
    ProviderRecord,
    Record,
    validate_rows,
)
from catalog.snapshot.layout import (
    FILES,
    MANIFEST,
    SNAPSHOT_FOLDER,
    Manifest,
    parse_row,
    sha256_of,
)
from catalog.snapshot.priced_rows import of_offer, of_source
from catalog.snapshot.reference import reference_url
from catalog.sold_records import ManagedFeeRecord, OfferRecord, PtuSizingRecord

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class SnapshotContent:
    """A whole snapshot as validated records."""

    manifest: Manifest
    manifest_sha256: str
    providers: tuple[ProviderRecord, ...]
    gpus: tuple[GpuRecord, ...]
    instances: tuple[InstanceRecord, ...]
    models: tuple[ModelRecord, ...]
    architectures: tuple[ArchitectureRecord, ...]
    aliases: tuple[AliasRecord, ...]
    links: tuple[ModelLinkRecord, ...]
    details: tuple[ModelDetailRecord, ...]
    azure_models: tuple[AzureModelRecord, ...]
    azure_model_hosts: tuple[AzureModelHostRecord, ...]
    offers: tuple[OfferRecord, ...]
    managed_fees: tuple[ManagedFeeRecord, ...]
    ptu_sizing: tuple[PtuSizingRecord, ...]
    prices: tuple[PriceRecord, ...]
    measurements: tuple[MeasurementRecord, ...]


def read_manifest(folder: Path = SNAPSHOT_FOLDER) -> tuple[Manifest, str]:
    """The manifest and its SHA-256.

    Raises:
        SnapshotDamaged: missing or not readable.
    """
    content = _read(folder, MANIFEST)
    try:
        return Manifest.model_validate_json(content), sha256_of(content)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise _damaged(MANIFEST, f"{where}: {problem['msg']}") from error


def read_snapshot(folder: Path = SNAPSHOT_FOLDER) -> SnapshotContent:
    """All records of a snapshot, after every SHA-256 and row count was found right.

    Raises:
        SnapshotDamaged: names the first file that is missing, changed or holds a bad row.
    """
    manifest, manifest_sha256 = read_manifest(folder)
    listed = {file.name: file for file in manifest.files}
    if listed.keys() != FILES.keys():
        odd = ", ".join(sorted(listed.keys() ^ FILES.keys()))
        raise _damaged(MANIFEST, f"the list of files is not the expected one: {odd}")
    rows: dict[str, list[dict[str, Any]]] = {}
    for name, file in listed.items():
        content = _read(folder, name)
        if sha256_of(content) != file.sha256:
            raise _damaged(name, "its SHA-256 is not the one in the manifest")
        rows[name] = _parse(name, content)
        if len(rows[name]) != file.rows:
            raise _damaged(name, f"{len(rows[name])} rows, the manifest says {file.rows}")
    fetched_at = datetime.combine(manifest.built_on, time(), UTC)
    sources = {row["id"]: row for row in rows["sources.csv"]}
    models = rows["models.csv"]
    offers = _records("offers.csv", OfferRecord, rows["offers.csv"])
    by_id = {offer.id: offer for offer in offers}
    prices = [
        *(_instance_price(row) for row in rows["instance_prices.csv"]),
        *(_token_price(row, by_id) for row in rows["token_prices.csv"]),
    ]
    return SnapshotContent(
        manifest=manifest,
        manifest_sha256=manifest_sha256,
        providers=_records("providers.csv", ProviderRecord, rows["providers.csv"]),
        gpus=_records("gpus.csv", GpuRecord, rows["gpus.csv"]),
        instances=_records("instances.csv", InstanceRecord, map(_instance, rows["instances.csv"])),
        models=_records("models.csv", ModelRecord, map(_model, models)),
        architectures=_records(
            "models.csv",
            ArchitectureRecord,
            (_architecture(row) for row in models if "tier" in row),
        ),
        aliases=_records("aliases.csv", AliasRecord, map(_alias, rows["aliases.csv"])),
        links=_records("model_links.csv", ModelLinkRecord, rows["model_links.csv"]),
        details=_records("model_details.csv", ModelDetailRecord, rows["model_details.csv"]),
        azure_models=_records(
            "azure_models.csv", AzureModelRecord, map(_azure_model, rows["azure_models.csv"])
        ),
        azure_model_hosts=_records(
            "azure_model_hosts.csv", AzureModelHostRecord, rows["azure_model_hosts.csv"]
        ),
        offers=offers,
        managed_fees=_records("managed_fees.csv", ManagedFeeRecord, rows["managed_fees.csv"]),
        ptu_sizing=_records("ptu_sizing.csv", PtuSizingRecord, rows["ptu_sizing.csv"]),
        prices=_records(
            "instance_prices.csv and token_prices.csv",
            PriceRecord,
            (_with_source(row, sources, fetched_at) for row in prices),
        ),
        measurements=_records("measurements.csv", MeasurementRecord, rows["measurements.csv"]),
    )


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise _damaged(name, error.strerror or type(error).__name__) from error


def _parse(name: str, content: bytes) -> list[dict[str, Any]]:
    reader = csv.DictReader(content.decode("utf-8").splitlines())
    if tuple(reader.fieldnames or ()) != FILES[name]:
        raise _damaged(name, "its columns are not the expected ones")
    rows = []
    for number, row in enumerate(reader, start=1):
        try:
            rows.append(parse_row(row))
        except ValueError as error:
            raise _damaged(name, f"row {number}, {error}") from error
    return rows


def _records(name: str, record: type[R], rows: Iterable[Mapping[str, Any]]) -> tuple[R, ...]:
    outcome = validate_rows(record, rows)
    if outcome.refused:
        first = outcome.refused[0]
        raise _damaged(name, f"row {first.row_number}, {first.reason}")
    return outcome.taken


def _instance(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "id": f"{row.get('provider_id')}/{row.get('sku')}"}


def _model(row: dict[str, Any]) -> dict[str, Any]:
    publisher, _, name = str(row.get("model_id", "")).partition("/")
    source = str(row.get("source", ""))
    return {
        "id": row.get("model_id"),
        "publisher": publisher,
        "name": name,
        "license": row.get("license"),
        "license_source": row.get("license_source"),
        "source": source,
        "source_url": reference_url(source),
    }


def _architecture(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key in ArchitectureRecord.model_fields}


def _alias(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "alias_folded": fold(str(row.get("alias", "")))}


def _instance_price(row: dict[str, Any]) -> dict[str, Any]:
    instance_id = str(row.get("instance_id", ""))
    provider_id, _, sku = instance_id.rpartition("/")
    return {
        **row,
        "provider_id": provider_id,
        "kind": "instance",
        "per": Decimal(1),
        "unit": "hour",
        "source_key": f"{sku}/{row['region']}" if "region" in row else sku,
    }


def _token_price(row: dict[str, Any], offers: Mapping[str, OfferRecord]) -> dict[str, Any]:
    """A price with what its offer says."""
    offer = offers.get(str(row.get("offer_id", "")))
    if offer is None:
        raise _damaged("token_prices.csv", f"a price of {row.get('offer_id')!r}, not in offers.csv")
    return of_offer(row, offer)


def _azure_model(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "source_url": reference_url(str(row.get("source", "")))}


def _with_source(
    row: dict[str, Any], sources: Mapping[str, dict[str, Any]], fetched_at: datetime
) -> dict[str, Any]:
    """A price row with what its source says in place of the id of the source."""
    return of_source(row, sources.get(row.get("source_id", ""), {}), fetched_at)


def _damaged(name: str, found: str) -> SnapshotDamaged:
    return SnapshotDamaged(
        f"Expected the bundled snapshot file {name} as it was built, found: {found}. "
        "Install modelcost again, or build the snapshot anew.",
        file=name,
    )
