"""What a snapshot folder looks like: its files, their columns, the manifest, and how cells read.

CSV: UTF-8, LF, a header row. An empty cell is unknown, never 0. Flags are split by ``;``.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from catalog.identity_records import (
    AzureModelHostRecord,
    AzureModelRecord,
    ModelDetailRecord,
    ModelLinkRecord,
)
from catalog.measurement_records import MeasurementRecord
from catalog.records import ArchitectureRecord, GpuRecord
from catalog.sold_records import ManagedFeeRecord, OfferRecord, PtuSizingRecord

SNAPSHOT_FOLDER = Path(__file__).parent
MANIFEST = "manifest.json"
NO_PUBLIC_ADDRESS = "no public address"

FILES: dict[str, tuple[str, ...]] = {
    "sources.csv": ("id", "name", "url", "as_of", "license", "rank"),
    "providers.csv": ("id", "name", "url"),
    "gpus.csv": tuple(GpuRecord.model_fields),
    "instances.csv": (
        "provider_id",
        "sku",
        "gpu_model",
        "gpu_key",
        "gpu_count",
        "gpu_memory_gib_each",
        "vcpus",
        "ram_gib",
        "retired_on",
        "flags",
    ),
    "models.csv": (*ArchitectureRecord.model_fields, "license", "license_source"),
    "aliases.csv": ("alias", "model_id", "evidence", "source"),
    "model_links.csv": tuple(ModelLinkRecord.model_fields),
    "model_details.csv": tuple(
        name for name in ModelDetailRecord.model_fields if "downloads" not in name
    ),
    "azure_models.csv": tuple(name for name in AzureModelRecord.model_fields if "url" not in name),
    "azure_model_hosts.csv": tuple(AzureModelHostRecord.model_fields),
    "offers.csv": tuple(OfferRecord.model_fields),
    "managed_fees.csv": tuple(ManagedFeeRecord.model_fields),
    "ptu_sizing.csv": tuple(PtuSizingRecord.model_fields),
    "instance_prices.csv": (
        "instance_id",
        "region",
        "term",
        "amount",
        "valid_from",
        "valid_to",
        "as_of",
        "source_id",
        "flags",
    ),
    "token_prices.csv": (
        "offer_id",
        "kind",
        "amount",
        "per",
        "unit",
        "valid_from",
        "valid_to",
        "as_of",
        "source_id",
        "source_key",
        "url",
        "flags",
    ),
    "measurements.csv": tuple(MeasurementRecord.model_fields),
}
"""Columns of each file, in order of loading. A token price takes its model, provider, region and
deployment from its offer."""

_EXACT = {
    "amount",
    "per",
    "amount_per_hour",
    "output_token_weight",
    "gpu_count",
    "gpu_memory_gib_each",
    "ram_gib",
    "rope_factor",
    *(name for name in GpuRecord.model_fields if "_gb" in name or "dense" in name),
    "tdp_watts",
    *(name for name in MeasurementRecord.model_fields if name.endswith(("_ms", "_per_second"))),
    *("input_tokens", "output_tokens", "concurrency"),
}
_ARCHITECTURE_TEXT = {
    "model_id",
    "model_type",
    "architectures",
    "rope_scaling",
    "layer_types",
    "hybrid_pattern",
    "torch_dtype",
    "quant_method",
    "also",
    "conflicts",
}
_WHOLE = {
    "vcpus",
    "rank",
    "context_tokens",
    "context_tier_tokens",
    "max_output_tokens",
    "place",
    "replicas",
    *(name for name in MeasurementRecord.model_fields if name.endswith("_parallel")),
    "gpus",
    *(name for name in AzureModelRecord.model_fields if name.startswith("min_")),
    *(name for name in PtuSizingRecord.model_fields if "_ptu" in name),
    *(
        name
        for name in ArchitectureRecord.model_fields
        if name not in _ARCHITECTURE_TEXT and "source" not in name
    ),
} - {"rope_factor", "tie_word_embeddings"}


class SnapshotSource(BaseModel):
    """One place that a snapshot file was made from.

    Attributes:
        name: repository or document.
        url: public address, or the words "no public address".
        as_of: day of the content; None where the source has no date.
        license: licence as far as it is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str
    as_of: date | None
    license: str


class SnapshotFile(BaseModel):
    """One file of the snapshot: ``as_of`` is the newest of its sources, None without any date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rows: int
    sha256: str
    as_of: date | None
    source: tuple[SnapshotSource, ...]


class LeftOut(BaseModel):
    """Rows of a reference file that were not taken, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    rows: int
    reason: str


class Manifest(BaseModel):
    """Table of contents of a snapshot. ``built_on`` is the day on which its sources were read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    built_on: date
    files: tuple[SnapshotFile, ...]
    left_out: tuple[LeftOut, ...]


def sha256_of(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def csv_bytes(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as CSV; a missing cell is empty.

    Raises:
        ValueError: a row has a column that is not listed.
    """
    names = list(columns)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def parse_row(row: Mapping[str, str]) -> dict[str, Any]:
    """Cells of one row as values of the kind that their column holds; empty cells are left out.

    Raises:
        ValueError: a cell does not read as what its column holds; names the column.
    """
    values: dict[str, Any] = {}
    for column, cell in row.items():
        if cell == "":
            continue
        try:
            values[column] = _reader(column)(cell)
        except (ValueError, InvalidOperation):
            raise ValueError(f"column {column}: cannot read {cell[:60]!r}") from None
    return values


def _reader(column: str) -> Callable[[str], Any]:
    if column in _EXACT:
        return Decimal
    if column in _WHOLE:
        return int
    return _READERS.get(column, str)


def _true_false(cell: str) -> bool:
    return {"true": True, "false": False}[cell] if cell in ("true", "false") else _refuse(cell)


def _refuse(cell: str) -> bool:
    raise ValueError(cell)


def _flags(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";"))


_READERS: dict[str, Callable[[str], Any]] = {
    "tie_word_embeddings": _true_false,
    "bf16_native": _true_false,
    "can_finetune": _true_false,
    "archived": _true_false,
    "recommended": _true_false,
    "as_of": date.fromisoformat,
    "retired_on": date.fromisoformat,
    "inference_deprecated_on": date.fromisoformat,
    "inference_retired_on": date.fromisoformat,
    "finetune_retired_on": date.fromisoformat,
    "valid_from": datetime.fromisoformat,
    "valid_to": datetime.fromisoformat,
    "flags": _flags,
}
