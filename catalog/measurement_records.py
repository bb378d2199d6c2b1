"""Validated records of measured serving runs, published or a person's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.records import Name, Positive, Record, Text
from catalog.vocabulary import LoadMode, Quality

Gpus = Annotated[int, Field(ge=1, le=100_000)]


class MeasurementRecord(Record):
    """One run: what was served on what, how it was loaded, and what came out.

    Attributes:
        model: as published; ``model_id``: the model of the catalog with that name.
        gpus: of the whole deployment; ``tensor_parallel`` x ``pipeline_parallel`` x
            ``attention_data_parallel`` of them where these are published.
        concurrency: requests in flight, or the batch; None where it is not published.
        output_tokens_per_second: written tokens of the whole deployment.
        ttft_ms, tpot_ms: means, unless the source says else.
        ttft_target_ms, tpot_target_ms: 99th percentiles that the run had to keep.
        value_kind: how the number came about, e.g. reported, or derived from latencies.
        quality: medium: a field of the load is inferred.
    """

    id: Name
    model: Name
    model_id: Name | None = None
    gpu_key: Name
    gpus: Gpus
    tensor_parallel: Gpus | None = None
    pipeline_parallel: Gpus | None = None
    attention_data_parallel: Gpus | None = None
    expert_parallel: Gpus | None = None
    weight_precision: Name
    kv_precision: Name | None = None
    engine: Name
    engine_version: Name | None = None
    load_mode: LoadMode
    input_tokens: Positive
    output_tokens: Positive
    concurrency: Positive | None = None
    output_tokens_per_second: Positive
    ttft_ms: Positive | None = None
    tpot_ms: Positive | None = None
    ttft_target_ms: Positive | None = None
    tpot_target_ms: Positive | None = None
    value_kind: Name
    quality: Quality
    source: Name
    license: Text | None = None
