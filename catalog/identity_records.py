"""Validated records of who is who: details of a model, links between ids, Azure's own models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from catalog.records import Count, Flags, Name, Record, Text
from catalog.vocabulary import Evidence, Relation


class ModelDetailRecord(Record):
    """Facts of a model beside its shape; each known one has its source."""

    model_id: Name
    task: Name | None = None
    task_source: Text | None = None
    context_tokens: Count | None = None
    context_source: Text | None = None
    max_output_tokens: Count | None = None
    max_output_source: Text | None = None
    downloads: Count | None = None
    downloads_as_of: date | None = None

    @model_validator(mode="after")
    def _each_has_its_source(self) -> Self:
        for known, source in (
            (self.task, self.task_source),
            (self.context_tokens, self.context_source),
            (self.max_output_tokens, self.max_output_source),
            (self.downloads, self.downloads_as_of),
        ):
            if (known is None) != (source is None):
                raise ValueError("a fact and its source stand together or not at all")
        return self


class ModelLinkRecord(Record):
    """An id in another system that is this model (``same``) or was made from it (``base``).

    Attributes:
        system: azureml, azure_prices, litellm, or ``genai_prices/PROVIDER``.
        key: the id there.
        evidence: exact (the same id), typed (a person said so), stated (the source), rule (ours).
        reason: the rule's or statement's name in words a reader understands.
        source: file or address of a statement.
    """

    system: Name
    key: Name
    model_id: Name
    relation: Relation = "same"
    evidence: Evidence
    reason: Name
    source: Text | None = None
    flags: Flags = ()


class AzureModelRecord(Record):
    """A model of the public Azure ML registry. ``min_gpus`` 0: it is served without a GPU."""

    name: Name
    model_id: Name
    version: Text | None = None
    publisher: Text | None = None
    license: Text | None = None
    task: Text | None = None
    stated_hf_id: Text | None = None
    min_vcpus: Count | None = None
    min_gpus: Count | None = None
    min_ram_gib: Count | None = None
    min_disk_gib: Count | None = None
    context_tokens: Count | None = None
    max_output_tokens: Count | None = None
    serving_engines: Text | None = None
    can_finetune: bool | None = None
    archived: bool | None = None
    inference_deprecated_on: date | None = None
    inference_retired_on: date | None = None
    finetune_retired_on: date | None = None
    as_of: date | None = None
    source: Name
    source_url: Text | None = None
    flags: Flags = ()


class AzureModelHostRecord(Record):
    """A machine size that may serve an Azure ML model; ``place`` is its place in Azure's list."""

    name: Name
    sku: Name
    instance_id: Name | None = None
    place: Annotated[int, Field(ge=1, le=1000)]
    recommended: bool
    replicas: Count | None = None
