"""Rows of Azure's public gallery in both of its shapes: short summaries, and whole contracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from catalog.sources.azure_answers import (
    count_of,
    day_of,
    mapping_of,
    moment_of,
    text_of,
    texts_of,
)
from catalog.sources.azure_registry_facts import HUB_ID, Facts, listed, names_another_length
from catalog.sync_records import GalleryModelRecord

CHAT: Final = "chat-completion"
WORDS_FOR_CHAT: Final = frozenset({"chat", "chatcompletion", "chatcompletions"})

_ASSET_ID = re.compile(
    r"azureml://registries/(?P<registry>[^/]+)/models/(?P<name>[^/]+)/versions/(?P<version>[^/]+)"
)
_NO_LETTER = re.compile(r"[^a-z0-9]")


def gallery_record(row: Mapping[str, Any]) -> GalleryModelRecord:
    """The record of one row, whichever of the two shapes it has.

    Raises:
        ValueError: no asset id, a date that does not read, a text that cannot be stored.
    """
    asset_id = text_of(row.get("assetId")) or ""
    parts = _ASSET_ID.fullmatch(asset_id)
    if parts is None:
        raise ValueError(
            f"assetId: expected azureml://registries/R/models/N/versions/V, found {asset_id!r}"
        )
    facts = _of_contract(row) if "annotations" in row else _of_summary(row)
    name = text_of(row.get("name")) or parts["name"]
    return GalleryModelRecord(
        asset_id=asset_id,
        registry=text_of(row.get("registryName")) or parts["registry"],
        name=name,
        version=text_of(row.get("version")) or parts["version"],
        flags=("context_conflict",) * names_another_length(name, facts["context_tokens"]),
        **facts,
    )


def _of_summary(row: Mapping[str, Any]) -> dict[str, Any]:
    limits = mapping_of(row.get("modelLimits"))
    lengths = mapping_of(limits.get("textLimits"))
    offers = row.get("azureOffers")
    retired = mapping_of(row.get("deprecation")).get("inferenceRetirementDate")
    return {
        "display_name": text_of(row.get("displayName")),
        "publisher": text_of(row.get("publisher")),
        "license": text_of(row.get("license")),
        "created_at": moment_of(row.get("createdTime")),
        "tasks": tasks_of(row.get("inferenceTasks")),
        "finetune_tasks": tasks_of(row.get("fineTuningTasks")),
        "context_tokens": count_of(lengths.get("inputContextWindow")),
        "max_output_tokens": count_of(lengths.get("maxOutputTokens")),
        "input_modalities": texts_of(limits.get("supportedInputModalities")),
        "output_modalities": texts_of(limits.get("supportedOutputModalities")),
        "languages": texts_of(limits.get("supportedLanguages")),
        "sold_as": None if offers is None else texts_of(offers),
        "lifecycle": text_of(row.get("lifecycle")),
        "inference_retired_on": day_of(retired),
    }


def _of_contract(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same facts out of annotations and properties, spelled as in a registry."""
    annotations = mapping_of(row.get("annotations"))
    properties = mapping_of(row.get("properties"))
    facts = Facts(
        {
            "systemMetadata": mapping_of(annotations.get("systemCatalogData")),
            "tags": mapping_of(annotations.get("tags")),
            "properties": properties,
        }
    )
    offers = facts.first("azureOffers")
    context = facts.first("textContextWindow", "inputContextWindow", "contextWindow")
    return {
        "display_name": facts.text("displayName"),
        "publisher": facts.text("publisher", "author"),
        "license": facts.text("license"),
        "created_at": moment_of(facts.first("createdTime")),
        "tasks": tasks_of(listed(facts.first("inferenceTasks", "task"))),
        "finetune_tasks": tasks_of(listed(facts.first("fineTuningTasks", "finetuningTasks"))),
        "context_tokens": count_of(context),
        "max_output_tokens": count_of(facts.first("maxOutputTokens")),
        "input_modalities": tuple(
            listed(facts.first("inputModalities", "supportedInputModalities"))
        ),
        "output_modalities": tuple(
            listed(facts.first("outputModalities", "supportedOutputModalities"))
        ),
        "languages": tuple(listed(facts.first("languages", "supportedLanguages"))),
        "sold_as": None if offers is None else tuple(listed(offers)),
        "lifecycle": facts.text("lifecycle"),
        "inference_retired_on": day_of(facts.first("inferenceRetirementDate")),
        "huggingface_id": facts.text(*HUB_ID),
    }


def tasks_of(value: object) -> tuple[str, ...]:
    """The tasks of a list, each once; the gallery's words for chat become one."""
    tasks = (
        CHAT if _NO_LETTER.sub("", task.casefold()) in WORDS_FOR_CHAT else task
        for task in texts_of(value)
    )
    return tuple(dict.fromkeys(tasks))
