"""Building the bundled snapshot out of a folder of reference data. Run by hand, not at run time.

The same input gives the same bytes. The manifest is written last, so that a build that broke off
leaves a folder that the load refuses; and the finished folder is read back before the build says
that it is done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from catalog.errors import ReferenceDataInvalid
from catalog.snapshot import facts, reference
from catalog.snapshot.hosts import LIST_REPOSITORY, SECOND_REPOSITORY, host_tables
from catalog.snapshot.layout import (
    FILES,
    MANIFEST,
    NO_PUBLIC_ADDRESS,
    LeftOut,
    Manifest,
    SnapshotFile,
    SnapshotSource,
    csv_bytes,
    sha256_of,
)
from catalog.snapshot.read import read_snapshot

OWN_WORDS = SnapshotSource(
    name="written for modelcost", url=NO_PUBLIC_ADDRESS, as_of=None, license="Apache-2.0"
)
GPU_SOURCE = SnapshotSource(
    name="data sheets and public tables (each row names its source and how sure it is)",
    url=NO_PUBLIC_ADDRESS,
    as_of=None,
    license="facts only",
)


def build_snapshot(source_dir: Path, target_dir: Path, built_on: date) -> Manifest:
    """Build all snapshot files and the manifest.

    Args:
        source_dir: folder with gpu_hosts.csv, azure_gpu_price_history.csv,
            model_architectures.csv and gpu_specs.csv; it is only read.
        target_dir: folder for the result; files of an earlier snapshot there are replaced.
        built_on: the day on which the reference data is read.

    Returns:
        The manifest that was written.

    Raises:
        ReferenceDataInvalid: a reference file is missing or not as expected; the folder cannot be
            written.
        SnapshotDamaged: the finished snapshot did not read back.
    """
    architectures = reference.read_reference(source_dir, reference.ARCHITECTURES)
    hosts = host_tables(
        reference.read_reference(source_dir, reference.HOSTS),
        reference.read_reference(source_dir, reference.HISTORY),
        built_on,
    )
    models = facts.model_rows(architectures)
    model_ids = [row["model_id"] for row in models]
    gpus = facts.gpu_rows(reference.read_reference(source_dir, reference.GPUS))
    _refuse_unknown_gpus(hosts.instances, gpus)
    tables: dict[str, Sequence[dict[str, str]]] = {
        "sources.csv": [*hosts.sources, facts.article_source_row()],
        "providers.csv": facts.provider_rows(),
        "gpus.csv": gpus,
        "instances.csv": hosts.instances,
        "models.csv": models,
        "aliases.csv": facts.alias_rows(model_ids),
        "instance_prices.csv": hosts.prices,
        "token_prices.csv": facts.article_price_rows(model_ids),
    }
    of_models = facts.model_sources(architectures)
    of_sources = [_source_of(row) for row in tables["sources.csv"]]
    of_hosts = [one for one in of_sources if one.name in (LIST_REPOSITORY, SECOND_REPOSITORY)]
    of_article = [one for one in of_sources if one.name == facts.ARTICLE]
    origins: dict[str, list[SnapshotSource]] = {
        "sources.csv": [OWN_WORDS],
        "providers.csv": [OWN_WORDS],
        "gpus.csv": [GPU_SOURCE],
        "instances.csv": of_hosts,
        "models.csv": of_models,
        "aliases.csv": [OWN_WORDS, *of_models],
        "instance_prices.csv": of_hosts,
        "token_prices.csv": of_article,
    }
    contents = {name: csv_bytes(FILES[name], rows) for name, rows in tables.items()}
    manifest = Manifest(
        format=1,
        built_on=built_on,
        files=tuple(
            SnapshotFile(
                name=name,
                rows=len(tables[name]),
                sha256=sha256_of(contents[name]),
                as_of=max((one.as_of for one in origins[name] if one.as_of), default=None),
                source=tuple(origins[name]),
            )
            for name in FILES
        ),
        left_out=tuple(
            LeftOut(file=file, rows=rows, reason=reason)
            for (file, reason), rows in sorted(hosts.left_out.items())
        ),
    )
    _write(target_dir, contents, manifest)
    read_snapshot(target_dir)
    return manifest


def _refuse_unknown_gpus(
    instances: Sequence[dict[str, str]], gpus: Sequence[dict[str, str]]
) -> None:
    known = {row["key"] for row in gpus}
    for row in instances:
        key = row.get("gpu_key", "")
        if key and key not in known:
            raise ReferenceDataInvalid(
                f"{reference.HOSTS}: expected the GPU of {row['sku']} to be in {reference.GPUS}, "
                f"found {key!r}, which is not. Add it there, or leave gpu_spec_key empty."
            )


def _source_of(row: dict[str, str]) -> SnapshotSource:
    return SnapshotSource(
        name=row["name"],
        url=row["url"],
        as_of=date.fromisoformat(row["as_of"]) if row["as_of"] else None,
        license=row["license"],
    )


def _write(folder: Path, contents: dict[str, bytes], manifest: Manifest) -> None:
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        (folder / MANIFEST).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise ReferenceDataInvalid(
            f"Expected a folder that can be written at {folder}, found: {error.strerror}. "
            "Name another target folder."
        ) from error
