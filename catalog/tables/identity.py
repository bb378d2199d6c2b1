"""Who is who: facts of a model beside its shape, links between ids, Azure's models and hosts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index

from catalog.tables.base import STRICT, CatalogTable, count, day, flag, one_of, words
from catalog.vocabulary import EVIDENCE, RELATIONS


class ModelDetailRow(CatalogTable, table=True):
    """Task, context and downloads of a model, each with where it was read."""

    __tablename__ = "model_detail"
    __table_args__ = STRICT

    model_id: str = words(primary_key=True, foreign_key="model.id")
    task: str | None = words(default=None)
    task_source: str | None = words(default=None)
    context_tokens: int | None = count(default=None)
    context_source: str | None = words(default=None)
    max_output_tokens: int | None = count(default=None)
    max_output_source: str | None = words(default=None)
    downloads: int | None = count(default=None)
    downloads_as_of: date | None = day(default=None)


class ModelLinkRow(CatalogTable, table=True):
    """An id in another system that means this model, or has it as its base, and why we say so.

    Several rows of the strongest evidence for one (system, key, relation) = ambiguous.
    """

    __tablename__ = "model_link"
    __table_args__ = (
        one_of("evidence", EVIDENCE),
        one_of("relation", RELATIONS),
        Index("ix_model_link_model_id", "model_id"),
        STRICT,
    )

    system: str = words(primary_key=True)
    key: str = words(primary_key=True)
    model_id: str = words(primary_key=True, foreign_key="model.id")
    relation: str = words(primary_key=True)
    evidence: str = words()
    reason: str = words()
    source: str | None = words(default=None)
    flags: str = words()


class AzureModelRow(CatalogTable, table=True):
    """A model of the public Azure ML registry: what it needs at least, its licence, its end."""

    __tablename__ = "azure_model"
    __table_args__ = (Index("ix_azure_model_model_id", "model_id"), STRICT)

    name: str = words(primary_key=True)
    model_id: str = words(foreign_key="model.id")
    version: str | None = words(default=None)
    publisher: str | None = words(default=None)
    license: str | None = words(default=None)
    task: str | None = words(default=None)
    stated_hf_id: str | None = words(default=None)
    min_vcpus: int | None = count(default=None)
    min_gpus: int | None = count(default=None)
    min_ram_gib: int | None = count(default=None)
    min_disk_gib: int | None = count(default=None)
    context_tokens: int | None = count(default=None)
    max_output_tokens: int | None = count(default=None)
    serving_engines: str | None = words(default=None)
    can_finetune: bool | None = flag(default=None)
    archived: bool | None = flag(default=None)
    inference_deprecated_on: date | None = day(default=None)
    inference_retired_on: date | None = day(default=None)
    finetune_retired_on: date | None = day(default=None)
    as_of: date | None = day(default=None)
    source: str = words()
    source_url: str | None = words(default=None)
    flags: str = words()


class AzureModelHostRow(CatalogTable, table=True):
    """A machine size that may serve an Azure ML model, in the order of Azure's list.

    ``instance_id`` None: a size without GPU, or one that the catalog has no facts of.
    """

    __tablename__ = "azure_model_host"
    __table_args__ = (Index("ix_azure_model_host_instance_id", "instance_id"), STRICT)

    name: str = words(primary_key=True, foreign_key="azure_model.name")
    sku: str = words(primary_key=True)
    instance_id: str | None = words(default=None, foreign_key="instance.id")
    place: int = count()
    recommended: bool = flag()
    replicas: int | None = count(default=None)
