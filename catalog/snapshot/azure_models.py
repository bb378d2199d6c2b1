"""Azure's public model registry: what each model needs, and the machine sizes that may serve it.

The registry's figures contradict one another now and then. What is stated is kept; a flag says what
does not fit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from catalog.identity import PublishedName, publisher_of, with_point
from catalog.snapshot.reference import Line, reference_parts
from catalog.snapshot.reference_files import AZURE_MODELS
from catalog.snapshot.sold import joined

SYSTEM = "azureml"
PROVIDER = "azureml"
COMMIT_DATES = {"4b41f8ccbc01": date(2026, 7, 23)}
"""Day of a commit of the registry's repository, where it is known."""

REMOVED = (AZURE_MODELS, "removed from the registry")
FAR_ABOVE = 4
_LENGTH_IN_NAME = re.compile(r"-(\d+)k(?:-|$)")
_SIBLING_ENDINGS = ("-instruct", "-chat")


def present_models(lines: Iterable[Line]) -> tuple[list[Line], dict[tuple[str, str], int]]:
    """The models of the registry in order of name, and the count of those removed from it."""
    taken: list[Line] = []
    removed = 0
    for line in lines:
        if line["status"] == "present":
            taken.append(line)
        elif line["status"] == "removed":
            removed += 1
        else:
            raise line.wrong("status", "present or removed")
    return sorted(taken, key=lambda line: line["name"]), {REMOVED: removed} if removed else {}


def registry_name(line: Line) -> PublishedName:
    """The name of an asset without its publisher before it, with the points of its versions."""
    stated = PublishedName(
        system=SYSTEM,
        key=line["name"],
        publisher=line["publisher"] or None,
        name=with_point(line["name"]),
        provider=PROVIDER,
    )
    publisher = publisher_of(stated)
    prefix = f"{publisher}-".casefold()
    if publisher is None or not line["name"].casefold().startswith(prefix):
        return stated
    name = with_point(line["name"][len(prefix) :])
    return PublishedName(**{**stated.__dict__, "name": name})


def azure_model_rows(
    lines: Sequence[Line],
    model_ids: Mapping[str, str],
    flags_of_join: Mapping[str, Sequence[str]],
    size_of_sku: Mapping[str, tuple[int, Decimal]],
    max_context: Mapping[str, int],
) -> list[dict[str, str]]:
    """Rows of azure_models.csv.

    Args:
        lines: the present models.
        model_ids: name to the model of the catalog.
        flags_of_join: name to warnings of its join.
        size_of_sku: vCPUs and GPUs of each Azure size of which the catalog knows both.
        max_context: model of the catalog to the context of its config.json.
    """
    least = {line["name"]: int(line["min_gpu"] or 0) for line in lines}
    rows = []
    for line in lines:
        name = line["name"]
        parts = reference_parts(line["source"])
        as_of = COMMIT_DATES.get(parts[1]) if parts else None
        rows.append(
            {
                "name": name,
                "model_id": model_ids[name],
                "version": line["version"],
                "publisher": line["publisher"],
                "license": line["license"],
                "task": line["inference_task"],
                "stated_hf_id": line["hf_source_id"],
                "min_vcpus": line["min_vcpu"],
                "min_gpus": line["min_gpu"],
                "min_ram_gib": line["min_ram_gib"],
                "min_disk_gib": line["min_disk_gib"],
                "context_tokens": line["context_window"],
                "max_output_tokens": line["max_output_tokens"],
                "serving_engines": line["serving_envs"],
                "can_finetune": line["can_finetune"],
                "archived": line["is_archived"],
                "inference_deprecated_on": line["inference_deprecation"],
                "inference_retired_on": line["inference_retirement"],
                "finetune_retired_on": line["finetune_retirement"],
                "as_of": as_of.isoformat() if as_of else "",
                "source": line["source"],
                "flags": joined(
                    *flags_of_join.get(name, ()),
                    _fewer_than_host(line, size_of_sku),
                    _far_above_sibling(name, least),
                    _context_conflict(line, max_context.get(model_ids[name])),
                ),
            }
        )
    return rows


def host_rows(lines: Iterable[Line], known_skus: Iterable[str]) -> list[dict[str, str]]:
    """Rows of azure_model_hosts.csv: sizes in Azure's order, by model.

    Raises:
        ReferenceDataInvalid: a size stands twice, is recommended but not allowed, or the replicas
            do not read as JSON.
    """
    known = set(known_skus)
    rows = []
    for line in lines:
        allowed = [sku for sku in line["inference_allow_list"].split(";") if sku]
        recommended = {sku for sku in line["inference_recommended"].split(";") if sku}
        if len(set(allowed)) != len(allowed) or recommended - set(allowed):
            raise line.wrong("inference_allow_list", "each size once, and all that are recommended")
        replicas = _replicas(line)
        rows += [
            {
                "name": line["name"],
                "sku": sku,
                "instance_id": f"azure/{sku}" if sku in known else "",
                "place": str(place),
                "recommended": "true" if sku in recommended else "false",
                "replicas": str(replicas[sku]) if sku in replicas else "",
            }
            for place, sku in enumerate(allowed, start=1)
        ]
    return rows


def _replicas(line: Line) -> dict[str, int]:
    if not line["sku_replicas"]:
        return {}
    try:
        found = json.loads(line["sku_replicas"])
        return {sku: count for sku, count in found.items() if isinstance(count, int)}
    except (ValueError, AttributeError):
        raise line.wrong("sku_replicas", "a JSON object of sizes and numbers") from None


def _fewer_than_host(line: Line, size_of_sku: Mapping[str, tuple[int, Decimal]]) -> str:
    """The stated minimum is an allowed host by its vCPUs, yet with fewer GPUs than that has."""
    least = int(line["min_gpu"] or 0)
    sizes = [
        size_of_sku[sku] for sku in line["inference_allow_list"].split(";") if sku in size_of_sku
    ]
    described = [gpus for vcpus, gpus in sizes if str(vcpus) == line["min_vcpu"]]
    fewer = least > 0 and described and min(described) > least
    return "min_gpus_fewer_than_host" if fewer else ""


def _far_above_sibling(name: str, least: Mapping[str, int]) -> str:
    """It asks for many times the GPUs of its own chat version (or the other way round)."""
    stem = next((name.removesuffix(end) for end in _SIBLING_ENDINGS if name.endswith(end)), name)
    siblings = [
        least[one] for one in (stem, *(stem + end for end in _SIBLING_ENDINGS)) if one in least
    ]
    above = min(siblings) > 0 and least[name] >= FAR_ABOVE * min(siblings)
    return "min_gpus_far_above_sibling" if above else ""


def _context_conflict(line: Line, of_config: int | None) -> str:
    stated = int(line["context_window"] or 0)
    in_name = _LENGTH_IN_NAME.search(line["name"])
    names = int(in_name[1]) * 1024 if in_name else None
    others = [one for one in (of_config, names) if one]
    return "context_conflict" if stated and any(differs(stated, one) for one in others) else ""


def differs(one: int, other: int) -> bool:
    """Two figures differ by more than 5 %, so that 128,000 and 131,072 do not."""
    return abs(one - other) * 20 > max(one, other)
