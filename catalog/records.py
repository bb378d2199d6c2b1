"""Validated records: what a source or a snapshot file says, checked, before it becomes a row.

Strict: no value is converted. A number written as text, a float where an exact number belongs,
NaN, a negative price, a count of 2**63, text that UTF-8 cannot carry, an unknown word or an unknown
field is refused. :func:`validate_rows` refuses bad rows one by one, so that one bad row does not
cost the batch. None means unknown, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from catalog.exact_texts import decimal_text
from catalog.vocabulary import (
    HOURLY_KINDS,
    Basis,
    Deployment,
    Derived,
    Evidence,
    Kind,
    StoredRateSource,
    Term,
    Unit,
)

LARGEST_COUNT = 2**63 - 1


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("holds a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("holds half of a surrogate pair, which UTF-8 cannot carry") from None
    return value


def _canonical(value: Decimal) -> Decimal:
    return Decimal(decimal_text(value))


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_storable)]
Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
Exact = Annotated[
    Decimal,
    AfterValidator(_canonical),
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
]
NotNegative = Annotated[Exact, Field(ge=0)]
Positive = Annotated[Exact, Field(gt=0)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Flags = tuple[Name, ...]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Record(BaseModel):
    """Base of all records: frozen, strict, no unknown field."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ProviderRecord(Record):
    """Who sells."""

    id: Name
    name: Name
    url: Text | None = None


class ModelRecord(Record):
    """A model by its Hugging Face id, ``publisher/name``."""

    id: Name
    publisher: Name
    name: Name
    license: Text | None = None
    license_source: Text | None = None
    source: Text
    source_url: Text | None = None
    as_of: date | None = None


class ArchitectureRecord(Record):
    """The shape of a model. Counts are whole numbers, ``max_context`` in tokens."""

    model_id: Name
    tier: Annotated[int, Field(ge=1, le=5)]
    model_type: Text | None = None
    architectures: Text | None = None
    total_params: Count | None = None
    total_params_source: Text | None = None
    active_params: Count | None = None
    active_params_source: Text | None = None
    computed_params_dense_gated_mlp: Count | None = None
    computed_active_params: Count | None = None
    layers: Count | None = None
    hidden_size: Count | None = None
    attention_heads: Count | None = None
    kv_heads: Count | None = None
    head_dim: Count | None = None
    kv_lora_rank: Count | None = None
    q_lora_rank: Count | None = None
    qk_nope_head_dim: Count | None = None
    qk_rope_head_dim: Count | None = None
    v_head_dim: Count | None = None
    intermediate_size: Count | None = None
    n_experts: Count | None = None
    experts_per_tok: Count | None = None
    n_shared_experts: Count | None = None
    moe_intermediate_size: Count | None = None
    shared_expert_intermediate_size: Count | None = None
    first_k_dense: Count | None = None
    vocab_size: Count | None = None
    max_context: Count | None = None
    rope_scaling: Text | None = None
    rope_factor: Positive | None = None
    rope_original_ctx: Count | None = None
    sliding_window: Count | None = None
    layer_types: Text | None = None
    hybrid_pattern: Text | None = None
    tie_word_embeddings: bool | None = None
    torch_dtype: Text | None = None
    quant_method: Text | None = None
    source: Text
    also: Text | None = None
    conflicts: Text | None = None


class AliasRecord(Record):
    """A name that leads to a model, and why. ``alias_folded`` is the form that is looked up."""

    alias_folded: Name
    model_id: Name
    alias: Name
    evidence: Evidence
    source: Text | None = None


class GpuRecord(Record):
    """Dense peak figures of one whole GPU; units are in the names."""

    key: Name
    architecture: Text | None = None
    memory_gb: Positive | None = None
    memory_bandwidth_gb_per_second: Positive | None = None
    fp16_bf16_dense_tflops: Positive | None = None
    fp8_dense_tflops: Positive | None = None
    int8_dense_tops: Positive | None = None
    fp4_dense_tflops: Positive | None = None
    gpu_link_gb_per_second_one_direction: Positive | None = None
    pcie_gb_per_second_one_direction: Positive | None = None
    tdp_watts: Positive | None = None
    interconnect: Text | None = None
    bf16_native: bool | None = None
    azure_series: Text | None = None
    source: Text
    confidence: Name


class InstanceRecord(Record):
    """One kind of rented machine; ``id`` is ``provider/sku``.

    ``gpu_count`` may be a share of one GPU; ``gpu_memory_gib_each`` is that of a whole one.
    """

    id: Name
    provider_id: Name
    sku: Name
    gpu_model: Text | None = None
    gpu_key: Text | None = None
    gpu_count: Positive | None = None
    gpu_memory_gib_each: Positive | None = None
    vcpus: Count | None = None
    ram_gib: Positive | None = None
    retired_on: date | None = None
    flags: Flags = ()

    @model_validator(mode="after")
    def _id_fits(self) -> Self:
        if self.id != f"{self.provider_id}/{self.sku}":
            raise ValueError(f"id must be provider_id/sku, found {self.id!r}")
        return self


class PriceRecord(Record):
    """One price as a source publishes it: ``amount`` ``currency`` for ``per`` ``unit``.

    Attributes:
        offer_id: groups the token prices of one offer; None for instances.
        model_id, instance_id: what is sold; an instance price has the second only.
        provider_id: who sells.
        region: None only where the source has none.
        deployment: where tokens may be processed; None for instances.
        kind, term, amount, per, unit, currency: the price, as published.
        basis, derived: list or contracted; how the amount came about.
        valid_from: effective, or first seen; UTC.
        valid_to: first moment at which it was no longer true; None while current.
        as_of: last day on which it was true at the provider; None where the source has no date.
        fetched_at: when it was read by us; UTC.
        source, source_key: where it was read, and its key there (meter id, SKU and region).
        url: public address, None where there is none.
        license: licence of the source.
        flags: words of warning, in order of the alphabet.
        rank: rank of the source; lower wins.
    """

    offer_id: Name | None = None
    model_id: Name | None = None
    instance_id: Name | None = None
    provider_id: Name
    region: Name | None = None
    deployment: Deployment | None = None
    kind: Kind
    term: Term | None = None
    amount: NotNegative
    per: Positive
    unit: Unit
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    basis: Basis = "list"
    derived: Derived = "published"
    valid_from: Moment
    valid_to: Moment | None = None
    as_of: date | None = None
    fetched_at: Moment
    source: Name
    source_key: Name
    url: Text | None = None
    license: Text | None = None
    flags: Flags = ()
    rank: Annotated[int, Field(ge=1, le=1000)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        of_instance = self.kind == "instance"
        if of_instance != (self.instance_id is not None):
            raise ValueError("instance_id belongs to prices of kind instance, and only to them")
        if of_instance != (self.term is not None):
            raise ValueError("term belongs to prices of kind instance, and only to them")
        if of_instance != (self.deployment is None):
            raise ValueError("deployment belongs to every price but those of kind instance")
        if not of_instance and self.model_id is None and self.offer_id is None:
            raise ValueError("a token or hosting price needs a model_id or an offer_id")
        if (self.unit == "hour") != (self.kind in HOURLY_KINDS):
            raise ValueError(f"kind {self.kind} cannot be priced per {self.unit}")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from")
        return self


R = TypeVar("R", bound=Record)


class RateRecord(Record):
    """What one unit of ``base`` was worth in ``quote`` on a day.

    Attributes:
        as_of: the day; of a rate for a period, its first.
        valid_to: last day of a period; None: the rate is of one day.
        owner: whose own rate it is; None: of a source.
        fetched_at: read, or imported, by us.
    """

    base: Currency
    quote: Currency
    rate: Positive
    as_of: date
    valid_to: date | None = None
    source: StoredRateSource
    owner: Name | None = None
    url: Text | None = None
    fetched_at: Moment

    @model_validator(mode="after")
    def _two_currencies(self) -> Self:
        if self.base == self.quote:
            raise ValueError("states a rate of a currency for itself")
        if self.valid_to is not None and self.valid_to < self.as_of:
            raise ValueError("ends before it begins")
        if (self.source == "own") != (self.owner is not None):
            raise ValueError("own rates have an owner, and no others")
        return self


class RefusedRow(BaseModel):
    """A row that was not taken.

    Attributes:
        row_number: place in the batch, the first is 1.
        reason: the field and what is wrong with it.
    """

    model_config = ConfigDict(frozen=True)

    row_number: int
    reason: str


class Validated(BaseModel, Generic[R]):
    """The outcome of :func:`validate_rows`: rows taken and rows refused, both in order."""

    model_config = ConfigDict(frozen=True)

    taken: tuple[R, ...]
    refused: tuple[RefusedRow, ...]


def validate_rows(record: type[R], rows: Iterable[Mapping[str, Any]]) -> Validated[R]:
    """Check rows one by one against a record type.

    Args:
        record: e.g. :class:`PriceRecord`.
        rows: one mapping a row, field name to value.
    """
    taken: list[R] = []
    refused: list[RefusedRow] = []
    for number, row in enumerate(rows, start=1):
        try:
            taken.append(record.model_validate(dict(row)))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            field = ".".join(str(part) for part in problem["loc"]) or "row"
            refused.append(RefusedRow(row_number=number, reason=f"{field}: {problem['msg']}"))
    return Validated.model_construct(taken=tuple(taken), refused=tuple(refused))
