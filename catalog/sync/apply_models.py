"""Models of the Hub's list and of Azure's registries, into the catalog."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlmodel import Session

from catalog.folding import fold
from catalog.identity import PublishedName, with_point
from catalog.identity_records import AzureModelHostRecord
from catalog.store import flags_text, save_records
from catalog.sync.bulk import insert_rows, merge_rows, merge_tuples
from catalog.sync.joining import AZURE_ML, Joiner
from catalog.sync_records import HubModelRecord, RegistryModelRecord
from catalog.tables import (
    AZURE_MODEL,
    AZURE_MODEL_HOST,
    INSTANCE,
    MODEL,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
)

HUB: Final = "Hugging Face Hub"
WORST_TIER: Final = 5
"""Of a shape of which only the number of parameters is known."""
PACKED: Final = "packed_weights"
MODEL_COLUMNS: Final = (
    "id", "publisher", "name", "license", "license_source", "source", "source_url", "as_of",
)  # fmt: skip
ALIAS_COLUMNS: Final = ("alias_folded", "model_id", "alias", "evidence", "source")
DETAIL_COLUMNS: Final = (
    "model_id", "task", "task_source", "context_tokens", "context_source", "downloads",
    "downloads_as_of",
)  # fmt: skip
SIZE_COLUMNS: Final = ("model_id", "tier", "total_params", "total_params_source", "source")


def apply_hub_models(
    session: Session, records: Sequence[HubModelRecord], source: str, now: datetime
) -> None:
    """Names, licences, downloads and sizes as the Hub lists them.

    The licence and downloads of the Hub count; a task or context that is known stays. A size is
    put in only where none is known and the weights are not packed, since the count is wrong then.
    """
    if not records:
        return
    there = _kept_ids(session, [record.id for record in records])
    times = Counter(record.id for record in records)
    fresh = [one for one in records if one.id not in there and times[one.id] == 1]
    known = [one for one in records if one.id in there or times[one.id] > 1]
    for table, columns, kept, rows_of in _HUB_TABLES:
        # What refers to a model that is not there is not there either.
        insert_rows(session, table, columns, rows_of(fresh, source, now.date()))
        merge_tuples(session, table, columns, rows_of(known, source, now.date()), kept=kept)


def _kept_ids(session: Session, ids: Sequence[str]) -> set[str]:
    connection = session.connection()
    in_sqlite = connection.dialect.name == "sqlite"
    among = "IN (SELECT value FROM json_each(?))" if in_sqlite else "= ANY(%s::text[])"
    wanted = json.dumps(ids) if in_sqlite else list(ids)
    statement = f"SELECT id FROM model WHERE id {among}"
    return set(connection.exec_driver_sql(statement, (wanted,)).scalars())


def apply_registry_models(
    session: Session, records: Sequence[RegistryModelRecord], joiner: Joiner, now: datetime
) -> None:
    """The newest version of each model of a registry: what it needs, its end, and its hosts."""
    for record in records:
        if not record.is_latest:
            continue
        name = PublishedName(
            system=AZURE_ML,
            key=record.name,
            publisher=record.publisher,
            name=with_point(record.name),
            provider="azure",
        )
        model_id = joiner.model_of_registry(session, name, record.huggingface_id)
        if model_id is None:
            continue
        merge_rows(session, AZURE_MODEL, [_azure_model(record, model_id, now)], kept=())
        if record.hosts:
            _replace_hosts(session, record)


def _models(records: Sequence[HubModelRecord], source: str, today: date) -> list[tuple[Any, ...]]:
    found = []
    for record in records:
        publisher, _, name = record.id.rpartition("/")
        found.append(
            (
                record.id,
                publisher or record.author or "unknown",
                name or record.id,
                record.license,
                None if record.license is None else HUB,
                source,
                f"https://huggingface.co/{record.id}",
                today,
            )
        )
    return found


def _aliases(records: Sequence[HubModelRecord], source: str, today: date) -> list[tuple[Any, ...]]:
    return [(fold(record.id), record.id, record.id, "exact", HUB) for record in records]


def _details(records: Sequence[HubModelRecord], source: str, today: date) -> list[tuple[Any, ...]]:
    return [
        (
            record.id,
            record.task,
            None if record.task is None else HUB,
            record.gguf_context_tokens,
            None if record.gguf_context_tokens is None else HUB,
            record.downloads,
            None if record.downloads is None else today,
        )
        for record in records
    ]


def _sizes(records: Sequence[HubModelRecord], source: str, today: date) -> list[tuple[Any, ...]]:
    return [
        (record.id, WORST_TIER, record.parameters, f"{HUB}: safetensors.total", HUB)
        for record in records
        if record.parameters and PACKED not in record.flags
    ]


_HUB_TABLES: Final = (
    (MODEL, MODEL_COLUMNS, (), _models),
    (MODEL_ALIAS, ALIAS_COLUMNS, (), _aliases),
    (MODEL_DETAIL, DETAIL_COLUMNS, DETAIL_COLUMNS[1:5], _details),
    (MODEL_ARCHITECTURE, SIZE_COLUMNS, SIZE_COLUMNS[1:], _sizes),
)
"""Table, columns, columns whose known value stays, and what fills it."""


def _azure_model(record: RegistryModelRecord, model_id: str, now: datetime) -> dict[str, Any]:
    same = (
        "name",
        "version",
        "publisher",
        "license",
        "task",
        "min_vcpus",
        "min_gpus",
        "min_ram_gib",
        "min_disk_gib",
        "context_tokens",
        "max_output_tokens",
        "can_finetune",
        "archived",
        "inference_deprecated_on",
        "inference_retired_on",
        "finetune_retired_on",
    )
    engines = ";".join(record.serving_engines)
    return {
        **{name: getattr(record, name) for name in same},
        "model_id": model_id,
        "stated_hf_id": record.huggingface_id,
        "serving_engines": engines or None,
        "as_of": now.date(),
        "source": f"Azure ML registry {record.registry}",
        "flags": flags_text(record.flags),
    }


def _replace_hosts(session: Session, record: RegistryModelRecord) -> None:
    """The list as it is now: a size that is no longer on it is no longer allowed."""
    session.execute(delete(AZURE_MODEL_HOST).where(AZURE_MODEL_HOST.c.name == record.name))
    ids = {host.sku: f"azure/{host.sku}" for host in record.hosts}
    there = set(
        session.execute(select(INSTANCE.c.id).where(INSTANCE.c.id.in_(ids.values()))).scalars()
    )
    hosts = {
        host.sku: AzureModelHostRecord(
            name=record.name,
            sku=host.sku,
            instance_id=ids[host.sku] if ids[host.sku] in there else None,
            place=host.place,
            recommended=host.recommended,
            replicas=host.replicas,
        )
        for host in record.hosts
    }
    save_records(session, list(hosts.values()))
