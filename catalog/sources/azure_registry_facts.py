"""What one version of a model in an Azure registry says about itself.

The same fact stands in ``systemMetadata`` (since the middle of 2026), in ``properties`` or in
``tags``, each with a spelling of its own; a list may be a list, the text of a Python list, YAML or
text with commas. The first place that states a fact counts, in this order.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from catalog.records import Flags
from catalog.sources.azure_answers import count_of, day_of, mapping_of, text_of
from catalog.sync_records import RegistryHost, RegistryModelRecord

DEPRECATED_ON: Final = ("inferenceDeprecationDate",)
RETIRED_ON: Final = ("inferenceRetirementDate",)
FINETUNE_RETIRED_ON: Final = ("finetuneRetirementDate", "fineTuningRetirementDate")
HUB_ID: Final = ("huggingfaceModelId", "hfModelId", "hfSourceId", "baseModelHfId")
FAR_ABOVE: Final = 4

_IGNORED = re.compile(r"[-_.\s]")
_LENGTH_IN_NAME = re.compile(r"-(\d+)k(?:-|$)", re.IGNORECASE)
_SIBLING_ENDINGS = ("-instruct", "-chat")
_ITEM = re.compile(r"^\s*-\s+", re.MULTILINE)
_NO_ITEM = "'\"[]{}"


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionBody:
    """The raw body of one version.

    Attributes:
        properties: the object ``properties`` of the answer, whole.
    """

    registry: str
    name: str
    version: str
    is_latest: bool
    properties: Mapping[str, Any]


class Facts:
    """Looks a fact up by its names, whatever their spelling, in the places that may state it."""

    def __init__(self, properties: Mapping[str, Any]) -> None:
        places = (
            mapping_of(properties.get("systemMetadata")),
            mapping_of(properties.get("properties")),
            mapping_of(properties.get("tags")),
        )
        self._places = [dict(_folded(place)) for place in places]

    def every(self, *names: str) -> Iterator[Any]:
        """All values that are stated for a fact, the one that counts first."""
        for place in self._places:
            for name in names:
                value = place.get(_fold(name))
                if value is not None and value != "" and value != []:
                    yield value

    def first(self, *names: str) -> Any:
        """The value that counts; None where nobody states one."""
        return next(self.every(*names), None)

    def text(self, *names: str) -> str | None:
        """A fact as text; the first of a list."""
        value = self.first(*names)
        return text_of(value) if isinstance(value, str) else next(iter(listed(value)), None)


def _fold(name: str) -> str:
    return _IGNORED.sub("", name).casefold()


def _folded(place: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Keys and values, those of objects inside after the object itself."""
    for name, value in place.items():
        yield _fold(str(name)), value
        if isinstance(value, dict):
            yield from _folded(value)


def registry_record(
    body: VersionBody, sizes: Mapping[str, tuple[int, Decimal]]
) -> RegistryModelRecord:
    """The record of one version.

    Args:
        body: as it came.
        sizes: vCPUs and GPUs of machine sizes, to judge the least hardware that is stated.

    Raises:
        ValueError: a date, a number or a list does not read; pydantic's errors are of this kind.
    """
    facts = Facts(body.properties)
    least = least_hardware(facts.first("inferenceMinSkuSpec"))
    hosts = hosts_of(facts)
    context = count_of(facts.first("textContextWindow", "inputContextWindow", "contextWindow"))
    hub_id = facts.text(*HUB_ID)
    tunes = facts.first("fineTuningTasks", "finetuneTasks", "finetuneComputes", "finetuneMinSku")
    archived = body.properties.get("isArchived")
    return RegistryModelRecord(
        registry=body.registry,
        name=body.name,
        version=body.version,
        is_latest=body.is_latest,
        publisher=facts.text("publisher", "author"),
        license=facts.text("license"),
        task=facts.text("inferenceTasks", "inferenceTask", "task"),
        huggingface_id=hub_id,
        min_vcpus=least[0],
        min_gpus=least[1],
        min_ram_gib=least[2],
        min_disk_gib=least[3],
        context_tokens=context,
        max_output_tokens=count_of(facts.first("maxOutputTokens")),
        serving_engines=tuple(listed(facts.first("inferenceSupportedEnvs", "servingEngines"))),
        can_finetune=True if tunes is not None or _has(facts, "finetuneMinSkuSpec") else None,
        archived=archived if isinstance(archived, bool) else None,
        inference_deprecated_on=day_of(facts.first(*DEPRECATED_ON)),
        inference_retired_on=day_of(facts.first(*RETIRED_ON)),
        finetune_retired_on=day_of(facts.first(*FINETUNE_RETIRED_ON)),
        hosts=hosts,
        flags=_flags(body, facts, least, hosts, sizes),
    )


def _has(facts: Facts, *names: str) -> bool:
    return facts.first(*names) is not None


def listed(value: object) -> list[str]:
    """The items of a list in any of its spellings, each once, in order; never evaluated as code."""
    if isinstance(value, str):
        value = _items_of_text(value)
    if isinstance(value, Mapping):
        value = list(value)
    if not isinstance(value, Sequence):
        return []
    texts = [str(item).strip() for item in value if item is not None]
    return list(dict.fromkeys(text for text in texts if text))


def _items_of_text(text: str) -> Sequence[object]:
    stripped = text.strip()
    if stripped.startswith(("[", "(")):
        try:
            read = ast.literal_eval(stripped)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            read = None
        if isinstance(read, list | tuple):
            return read
    if stripped.startswith("- "):
        return [item.strip().strip(_NO_ITEM) for item in _ITEM.split(stripped) if item.strip()]
    bare = stripped.strip("[]")
    return [item.strip().strip(_NO_ITEM) for item in re.split(r"[,;\n]", bare)]


def least_hardware(
    value: object,
) -> tuple[int | None, int | None, int | None, int | None]:
    """vCPUs, GPUs, GiB of memory and of disk out of ``12|2|224|1474``; all None where none stands.

    Raises:
        ValueError: not four whole numbers.
    """
    if value is None:
        return None, None, None, None
    parts = str(value).strip().split("|")
    if len(parts) != 4 or not all(part.strip().isascii() for part in parts):
        raise ValueError(f"inference-min-sku-spec: expected vCPU|GPU|RAM|disk, found {value!r}")
    vcpus, gpus, ram, disk = (int(part) for part in parts)
    return vcpus, gpus, ram, disk


def hosts_of(facts: Facts) -> tuple[RegistryHost, ...]:
    """The machine sizes that may serve the model, in the registry's order."""
    allowed = listed(facts.first("inferenceComputes", "inferenceComputeAllowList"))
    recommended = listed(facts.first("inferenceRecommendedSkus", "inferenceRecommendedSku"))
    replicas = _replicas(facts.first("skuToNumReplicasMap"))
    return tuple(
        RegistryHost(
            sku=sku, place=place, recommended=sku in recommended, replicas=replicas.get(sku)
        )
        for place, sku in enumerate(allowed or recommended, start=1)
    )


def _replicas(value: object) -> dict[str, int]:
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return {}
    found = {str(sku): count_of(count) for sku, count in mapping_of(value).items()}
    return {sku: count for sku, count in found.items() if count is not None}


def _flags(
    body: VersionBody,
    facts: Facts,
    least: tuple[int | None, int | None, int | None, int | None],
    hosts: tuple[RegistryHost, ...],
    sizes: Mapping[str, tuple[int, Decimal]],
) -> Flags:
    """Warnings about what is stated and cannot all be true."""
    hub_id = facts.text(*HUB_ID)
    stated = count_of(facts.first("textContextWindow", "inputContextWindow", "contextWindow"))
    allowed = {host.sku for host in hosts}
    recommended = listed(facts.first("inferenceRecommendedSkus", "inferenceRecommendedSku"))
    vcpus, gpus = least[0], least[1]
    known = [sizes[sku] for sku in allowed if sku in sizes]
    same_cpus = [count for cpus, count in known if cpus == vcpus]
    holds = {
        "stated_id_glued": hub_id is not None and hub_id.count("/") > 1,
        "context_conflict": names_another_length(body.name, stated),
        "recommended_but_not_allowed": bool(set(recommended) - allowed),
        "min_gpus_fewer_than_host": bool(gpus and same_cpus and min(same_cpus) > gpus),
        "places_disagree": len({str(one) for one in facts.every("inferenceMinSkuSpec")}) > 1,
    }
    return tuple(sorted(flag for flag, is_so in holds.items() if is_so))


def names_another_length(name: str, stated: int | None) -> bool:
    """Whether a name such as ``...-8k-...`` differs by more than 5 % from the stated context."""
    in_name = _LENGTH_IN_NAME.search(name)
    if in_name is None or stated is None:
        return False
    named = int(in_name[1]) * 1024
    return abs(named - stated) * 20 > max(named, stated)


def with_sibling_flags(records: Sequence[RegistryModelRecord]) -> list[RegistryModelRecord]:
    """The records, those flagged that ask for many times the GPUs of their own chat version."""
    least = {record.name: record.min_gpus for record in records if record.is_latest}
    marked = []
    for record in records:
        stem = record.name
        for ending in _SIBLING_ENDINGS:
            stem = stem.removesuffix(ending)
        names = {stem, *(stem + ending for ending in _SIBLING_ENDINGS)} - {record.name}
        siblings = [count for count in map(least.get, names) if count]
        if siblings and (record.min_gpus or 0) >= FAR_ABOVE * min(siblings):
            flags = tuple(sorted({*record.flags, "min_gpus_far_above_sibling"}))
            marked.append(record.model_copy(update={"flags": flags}))
        else:
            marked.append(record)
    return marked
