"""Validated records of what live sources list: Hub models, how the router serves them, Azure's
gallery and registries, what is deployed. Prices and offers: `catalog.records`,
`catalog.sold_records`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from catalog.records import Count, Flags, Moment, Name, Positive, Record, Text

Gated = Literal["no", "auto", "manual"]
Names = tuple[Name, ...]

OUT_OF_SCOPE: Final = "out_of_scope"
"""Flag: the model is there, and today's sync would not take it up: too few downloads, or a task
that is not read. What is known of it is kept and refreshed."""
NOT_ASKED: Final = "not_listed_not_asked"
"""Flag: the list no longer holds the model and it was not asked for by name: it may be out of
scope, or gone. What was read of it last stands."""


class HubModelRecord(Record):
    """A model as the Hub lists it. ``hub_key`` (the Hub's ``_id``) survives a rename, ``id`` does
    not.

    Attributes:
        parameters: ``safetensors.total``; wrong for packed 4-bit weights, then flagged.
        parameters_by_type: JSON text, data type to count.
        base_models: ``relation:id`` or ``id``, from the tags.
        served_by: ``provider:status:provider's id`` of each inference provider, sorted.
        gated: None where the answer does not say.
        flags: ``packed_weights``, :data:`OUT_OF_SCOPE`, :data:`NOT_ASKED`.
    """

    hub_key: Name
    id: Name
    author: Name | None = None
    sha: Name | None = None
    created_at: Moment | None = None
    last_modified_at: Moment | None = None
    task: Name | None = None
    library: Name | None = None
    license: Text | None = None
    languages: Names = ()
    base_models: Names = ()
    downloads: Count | None = None
    downloads_all_time: Count | None = None
    likes: Count | None = None
    gated: Gated | None = None
    private: bool | None = None
    disabled: bool | None = None
    parameters: Count | None = None
    parameters_by_type: Text | None = None
    gguf_parameters: Count | None = None
    gguf_architecture: Text | None = None
    gguf_context_tokens: Count | None = None
    model_type: Text | None = None
    architectures: Names = ()
    quant_method: Text | None = None
    inference: Text | None = None
    served_by: Names = ()
    flags: Flags = ()


class OfferNameRecord(Record):
    """The name under which a price list sells a model: what joins its offer to one.

    Attributes:
        system, key: where, and the id there. name: without the system's own ornaments.
        publisher: as stated; None where it is not.
        is_hub_id: the key is an id of the Hub.
    """

    offer_id: Name
    system: Name
    key: Name
    name: Name
    publisher: Text | None = None
    is_hub_id: bool = False


class RouterServiceRecord(Record):
    """How one inference provider serves a model behind the Hub's router.

    Attributes:
        provider: as the router writes it, e.g. ``fireworks-ai``.
        output_tokens_per_second, first_token_latency_ms: as the router measured them lately.
        status: ``live``, ``staging``, ``error`` or a newer word.
    """

    model_id: Name
    provider: Name
    context_tokens: Count | None = None
    output_tokens_per_second: Positive | None = None
    first_token_latency_ms: Positive | None = None
    supports_tools: bool | None = None
    supports_structured_output: bool | None = None
    status: Name | None = None
    as_of: date


class GalleryModelRecord(Record):
    """A model as Azure's public gallery lists it, one row a version. Blank texts are None."""

    asset_id: Name
    registry: Name
    name: Name
    version: Name
    display_name: Text | None = None
    publisher: Text | None = None
    license: Text | None = None
    created_at: Moment | None = None
    tasks: Names = ()
    finetune_tasks: Names = ()
    context_tokens: Count | None = None
    max_output_tokens: Count | None = None
    input_modalities: Names = ()
    output_modalities: Names = ()
    languages: Names = ()
    sold_as: Names | None = None
    lifecycle: Text | None = None
    inference_retired_on: date | None = None
    huggingface_id: Name | None = None
    flags: Flags = ()


class RegistryHost(Record):
    """A machine size that a registry allows for a model, at its place in the list."""

    sku: Name
    place: Annotated[int, Field(ge=1, le=1000)]
    recommended: bool
    replicas: Count | None = None


class RegistryModelRecord(Record):
    """One version of a model in a registry, out of tags, properties or systemMetadata."""

    registry: Name
    name: Name
    version: Name
    is_latest: bool
    publisher: Text | None = None
    license: Text | None = None
    task: Text | None = None
    huggingface_id: Name | None = None
    min_vcpus: Count | None = None
    min_gpus: Count | None = None
    min_ram_gib: Count | None = None
    min_disk_gib: Count | None = None
    context_tokens: Count | None = None
    max_output_tokens: Count | None = None
    serving_engines: Names = ()
    can_finetune: bool | None = None
    archived: bool | None = None
    inference_deprecated_on: date | None = None
    inference_retired_on: date | None = None
    finetune_retired_on: date | None = None
    hosts: tuple[RegistryHost, ...] = ()
    flags: Flags = ()


class DeployedRecord(Record):
    """What a workspace runs: a serverless endpoint, or one deployment of an online endpoint."""

    workspace: Name
    endpoint: Name
    deployment: Name | None = None
    kind: Literal["serverless", "online"]
    region: Name | None = None
    model: Text | None = None
    instance_type: Name | None = None
    instance_count: Count | None = None
    state: Text | None = None
    auth_mode: Text | None = None
