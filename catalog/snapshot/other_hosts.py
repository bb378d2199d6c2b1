"""GPU hosts of the other providers: machines and prices as published, with their warnings.

Small providers repeat one name for machines of different sizes, or name none at all. Lines of one
name whose facts fit together are one machine (what one line leaves out, another may tell). Where
they contradict each other each becomes a machine of its own, with its facts in its name. Lines that
differ in nothing but the price are left out: nobody could say which one is meant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from catalog.snapshot.layout import NO_PUBLIC_ADDRESS
from catalog.snapshot.reference import Line, file_url, license_of
from catalog.snapshot.reference_files import HOSTS

RANKS = {
    "huggingface/hf-endpoints-documentation": 1,
    "kubernetes/autoscaler": 2,
    "skypilot-org/skypilot-catalog": 2,
    "the-full-stack/website": 3,
}
"""The provider's own list first, then lists that follow it, then one kept by a community."""

_SHORT = {
    "huggingface/hf-endpoints-documentation": "hf_endpoints",
    "kubernetes/autoscaler": "autoscaler",
    "skypilot-org/skypilot-catalog": "skypilot",
    "the-full-stack/website": "cloud_gpus",
}
_NAMES = {
    "cr8dl": "Cr8dl",
    "cudo-compute": "Cudo Compute",
    "datacrunch": "DataCrunch",
    "dataoorts": "DataOorts",
    "exoscale": "Exoscale",
    "fluidstack": "FluidStack",
    "gcp": "Google Cloud",
    "hf-inference-endpoints/aws": "Hugging Face Inference Endpoints on AWS",
    "hf-inference-endpoints/gcp": "Hugging Face Inference Endpoints on Google Cloud",
    "jarvislabs": "Jarvislabs",
    "lambda": "Lambda",
    "latitude.sh": "Latitude.sh",
    "novonimbus": "Novonimbus",
    "oblivus-cloud": "Oblivus Cloud",
    "oracle-cloud": "Oracle Cloud",
    "ovhcloud": "OVHcloud",
    "paperspace": "Paperspace",
    "runpod": "RunPod",
}
_FACTS = {
    "gpu_model": "gpu_model",
    "gpu_key": "gpu_spec_key",
    "gpu_count": "gpu_count",
    "gpu_memory_gib_each": "gpu_mem_gib_each",
    "vcpus": "vcpus",
    "ram_gib": "ram_gib",
}
_OF_MACHINE = (
    "billed_per_minute",
    "deprecated",
    "gpu_mem_as_published_suspect",
    "sku_name_as_published_suspect",
    "vcpu_or_ram_is_low_end_of_range",
)
_OF_PRICE = ("billed_per_minute", "deprecated", "hand_kept_constants", "no_region")
_SPOT_IS_PLACEHOLDER = "spot_equals_on_demand_placeholder"
_TWO_PRICES = "several prices for one size, and nothing that tells them apart"
_NO_PRICE = "no price, or a price of zero: not on sale yet"


@dataclass(frozen=True, kw_only=True)
class OtherHosts:
    """Rows of the snapshot files, as text, in order; and what was left out."""

    providers: list[dict[str, str]]
    sources: list[dict[str, str]]
    instances: list[dict[str, str]]
    prices: list[dict[str, str]]
    left_out: Mapping[tuple[str, str], int]


def other_host_tables(hosts: Iterable[Line], built_on: date) -> OtherHosts:
    """Machines and prices of all providers but Azure out of the lines of gpu_hosts.csv.

    Args:
        hosts: all lines; those of Azure are passed over.
        built_on: the day of the build; an undated price is first seen then.

    Raises:
        ReferenceDataInvalid: a cell is not as expected, or a repository is not listed.
    """
    left_out: Counter[tuple[str, str]] = Counter()
    named: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in hosts:
        if line["provider"] == "azure":
            continue
        if line["source_repo"] not in RANKS:
            raise line.wrong("source_repo", f"one of {', '.join(sorted(RANKS))}")
        named[provider_id(line["provider"]), line["sku"]].append(line)
    instances: list[dict[str, str]] = []
    prices: list[dict[str, str]] = []
    sources: dict[str, dict[str, str]] = {}
    for (provider, sku), lines in named.items():
        for name, own in _machines(sku, lines).items():
            priced = _prices(f"{provider}/{name}", own, built_on, left_out)
            prices += priced
            if priced:
                instances.append(_instance(provider, name, own, is_split=name != sku))
        sources |= {_source_id(line): _source(line) for line in lines}
    used = sorted({row["provider_id"] for row in instances})
    return OtherHosts(
        providers=[{"id": key, "name": _NAMES.get(key, key), "url": ""} for key in used],
        sources=[sources[key] for key in sorted(sources)],
        instances=sorted(instances, key=lambda row: (row["provider_id"], row["sku"])),
        prices=sorted(
            prices,
            key=lambda row: (row["instance_id"], row["region"], row["term"], row["source_id"]),
        ),
        left_out=left_out,
    )


def provider_id(provider: str) -> str:
    """``oracle cloud`` as ``oracle-cloud``."""
    return provider.replace(" ", "-")


def _facts(line: Line) -> dict[str, str]:
    words = ("gpu_model", "gpu_key", "vcpus")
    return {
        column: line[cell] if column in words else line.exact(cell)
        for column, cell in _FACTS.items()
    }


def _machines(sku: str, lines: list[Line]) -> dict[str, list[Line]]:
    """Lines by the name of their machine: one, or one for each set of facts."""
    told: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for column, value in _facts(line).items():
            if value:
                told[column].add(value)
    if all(len(values) == 1 for values in told.values()):
        return {sku: lines}
    machines: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        facts = _facts(line)
        size = [
            f"{facts['gpu_count'] or '?'} x {facts['gpu_model'] or '?'}",
            f"{facts['vcpus'] or '?'} vCPU",
            f"{facts['ram_gib'] or '?'} GiB",
        ]
        machines[f"{sku} ({', '.join(size)})"].append(line)
    return machines


def _instance(provider: str, name: str, lines: list[Line], *, is_split: bool) -> dict[str, str]:
    facts: dict[str, str] = {}
    flags: set[str] = {"sku_name_not_unique"} if is_split else set()
    for line in lines:
        facts |= {column: value for column, value in _facts(line).items() if value}
        flags |= set(_OF_MACHINE) & set(line["flags"].split(";"))
    return {"provider_id": provider, "sku": name, **facts, "flags": ";".join(sorted(flags))}


def _prices(
    instance_id: str, lines: list[Line], built_on: date, left_out: Counter[tuple[str, str]]
) -> list[dict[str, str]]:
    by_place: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        by_place[line["region"], _source_id(line)].append(line)
    rows: list[dict[str, str]] = []
    for found in by_place.values():
        if len(found) > 1:
            left_out[HOSTS, _TWO_PRICES] += len(found)
        else:
            rows += _terms(instance_id, found[0], built_on, left_out)
    return rows


def _terms(
    instance_id: str, line: Line, built_on: date, left_out: Counter[tuple[str, str]]
) -> list[dict[str, str]]:
    as_of = line["price_as_of"][:10]
    flags = set(_OF_PRICE) & set(line["flags"].split(";"))
    if line["price_as_of_basis"] == "file_last_changed":
        flags |= {"as_of_is_date_of_file", "community_kept"}
    first_seen = datetime.combine(date.fromisoformat(as_of) if as_of else built_on, time(), UTC)
    rows = []
    for term, column in (("on_demand", "on_demand_usd_per_hour"), ("spot", "spot_usd_per_hour")):
        amount = line.exact(column)
        is_placeholder = term == "spot" and _SPOT_IS_PLACEHOLDER in line["flags"].split(";")
        if amount == "0" or (term == "on_demand" and not amount):
            left_out[HOSTS, _NO_PRICE] += 1
        elif amount and not is_placeholder:
            rows.append(
                {
                    "instance_id": instance_id,
                    "region": line["region"],
                    "term": term,
                    "amount": amount,
                    "valid_from": f"{first_seen:%Y-%m-%dT%H:%M:%SZ}",
                    "as_of": as_of,
                    "source_id": _source_id(line),
                    "flags": ";".join(sorted(flags)),
                }
            )
    return rows


def _source_id(line: Line) -> str:
    day = line["price_as_of"][:10] or "undated"
    return f"{_SHORT[line['source_repo']]}-{line['source_commit'][:12]}-{day}"


def _source(line: Line) -> dict[str, str]:
    repository = line["source_repo"]
    return {
        "id": _source_id(line),
        "name": repository,
        "url": file_url(repository, line["source_commit"], line["source_path"])
        or NO_PUBLIC_ADDRESS,
        "as_of": line["price_as_of"][:10],
        "license": license_of(repository),
        "rank": str(RANKS[repository]),
    }
