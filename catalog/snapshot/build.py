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
from catalog.snapshot.azure_prices import LIST_NAME
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
from catalog.snapshot.measurements import measurement_sources
from catalog.snapshot.price_map import PriceMap
from catalog.snapshot.read import read_snapshot
from catalog.snapshot.reference_files import GPUS, HOSTS, OWN_RUNS, THROUGHPUT
from catalog.snapshot.tables_of_build import Built, build_tables
from catalog.snapshot.vendor_library import VendorList

OWN_WORDS = SnapshotSource(
    name="written for modelcost", url=NO_PUBLIC_ADDRESS, as_of=None, license="Apache-2.0"
)
GPU_SOURCE = SnapshotSource(
    name="data sheets and public tables (each row names its source and how sure it is)",
    url=NO_PUBLIC_ADDRESS,
    as_of=None,
    license="facts only",
)


def build_snapshot(
    source_dir: Path,
    target_dir: Path,
    built_on: date,
    price_map: PriceMap | None = None,
    vendors: VendorList | None = None,
    own_runs: Path | None = None,
) -> Manifest:
    """Build all snapshot files and the manifest.

    Args:
        source_dir: folder with the reference files (:mod:`catalog.snapshot.reference_files`); it
            is only read.
        target_dir: folder for the result; files of an earlier snapshot there are replaced.
        built_on: the day on which the reference data is read.
        price_map: litellm's price map, for newer models on Azure; None: without it.
        vendors: the library of other vendors' prices; None: without it.
        own_runs: folder with the runs that we measured ourselves; None: without them.

    Returns:
        The manifest that was written.

    Raises:
        ReferenceDataInvalid: a reference file is missing or not as expected; the folder cannot be
            written.
        SnapshotDamaged: the finished snapshot did not read back.
    """
    built = build_tables(source_dir, built_on, price_map, vendors, own_runs)
    tables = built.tables
    _refuse_unknown_gpus(tables["instances.csv"], tables["gpus.csv"], tables["measurements.csv"])
    origins = _origins(built)
    contents = {name: csv_bytes(FILES[name], tables[name]) for name in FILES}
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
            for (file, reason), rows in sorted(built.left_out.items())
        ),
    )
    _write(target_dir, contents, manifest)
    read_snapshot(target_dir)
    return manifest


def _origins(built: Built) -> dict[str, list[SnapshotSource]]:
    """Where each file comes from."""
    by_id = {row["id"]: _source_of(row) for row in built.tables["sources.csv"]}

    def of_prices(file: str) -> list[SnapshotSource]:
        used = sorted({row["source_id"] for row in built.tables[file]})
        return [by_id[identifier] for identifier in used]

    of_hosts, of_tokens = of_prices("instance_prices.csv"), of_prices("token_prices.csv")
    of_list = [one for one in of_tokens if one.name == LIST_NAME]
    of_names = [*built.of_models, *built.of_registry, *of_tokens]
    of_fees = {
        (row["source"], row["url"], row["license"])
        for row in built.tables["managed_fees.csv"]
        if row["source"] != LIST_NAME
    }
    return {
        "sources.csv": [OWN_WORDS],
        "providers.csv": [OWN_WORDS],
        "gpus.csv": [GPU_SOURCE],
        "instances.csv": of_hosts,
        "models.csv": of_names,
        "aliases.csv": [OWN_WORDS, *of_names],
        "model_links.csv": [OWN_WORDS, *built.of_registry, *of_tokens],
        "model_details.csv": [*built.of_registry, *of_tokens],
        "azure_models.csv": built.of_registry,
        "azure_model_hosts.csv": built.of_registry,
        "offers.csv": of_tokens,
        "managed_fees.csv": [
            *of_list,
            *(
                SnapshotSource(name=name, url=url or NO_PUBLIC_ADDRESS, as_of=None, license=told)
                for name, url, told in sorted(of_fees)
            ),
        ],
        "ptu_sizing.csv": built.of_ptu,
        "instance_prices.csv": of_hosts,
        "token_prices.csv": of_tokens,
        "measurements.csv": measurement_sources(built.tables["measurements.csv"]),
    }


def _refuse_unknown_gpus(
    instances: Sequence[dict[str, str]],
    gpus: Sequence[dict[str, str]],
    measurements: Sequence[dict[str, str]],
) -> None:
    known = {row["key"] for row in gpus}
    for row in instances:
        key = row.get("gpu_key", "")
        if key and key not in known:
            raise ReferenceDataInvalid(
                f"{HOSTS}: expected the GPU of {row['sku']} to be in {GPUS}, "
                f"found {key!r}, which is not. Add it there, or leave gpu_spec_key empty."
            )
    for row in measurements:
        if row["gpu_key"] not in known:
            raise ReferenceDataInvalid(
                f"{THROUGHPUT} or {OWN_RUNS}: expected the GPU of {row['id']} to be in {GPUS}, "
                f"found {row['gpu_key']!r}, which is not. Add it there, or leave the row out."
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
