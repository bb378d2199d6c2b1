"""Measurements of serving runs, published or ours, out of the reference files, each cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from catalog.identity import KnownModels, PublishedName, join_price_name
from catalog.snapshot.layout import NO_PUBLIC_ADDRESS, SnapshotSource
from catalog.snapshot.reference import Line
from catalog.snapshot.reference_files import OWN_RUNS

LOW_QUALITY: Final = "a run whose precision or load the source does not state"
OWN_MIXTURE: Final = "a mixture with random weights, whose routing is no trained model's"
SYSTEM: Final = "measurements"

SOURCES: Final[Mapping[str, tuple[str, str]]] = {
    "aiconfigurator-silicon-sample": (
        "aiconfigurator-core 0.12.0 systems/silicon_sample.csv",
        "Apache-2.0",
    ),
    "argonne-llm-inference-bench": (
        "argonne-lcf/LLM-Inference-Bench@4211f5d4 Plots/All_results.csv",
        "BSD-3-Clause",
    ),
    "mlperf-inference-v4.1": ("mlcommons/inference_results_v4.1@198fc467", "Apache-2.0"),
    "mlperf-inference-v5.1": (
        "mlcommons/inference_results_v5.1@965182b0",
        "none seen; figures only",
    ),
    "azure-ai-benchmarking-guide": ("Azure/AI-benchmarking-guide@8fd0c6e1 Azure_Results", "MIT"),
    "lmdeploy-docs": (
        "InternLM/lmdeploy@1263d5cd docs/en/benchmark/a100_fp16.md",
        "Apache-2.0",
    ),
    "a10g-llmperf-readme": (
        "README of a benchmark of Llama-3-8B on NVIDIA A10G (llmperf)",
        "unknown; figures only",
    ),
    "databasemart-blog": ("databasemart.com, vLLM benchmark on A40", "figures only"),
    "own-2026-11-26": ("modelcost own measurement 2026-11-26", "Apache-2.0"),
}
"""Id of a source in the reference files to its name with commit, and its licence."""

_SAME: Final = {
    "row_id": "id",
    "model": "model",
    "gpu": "gpu_key",
    "n_gpus": "gpus",
    "tp": "tensor_parallel",
    "pp": "pipeline_parallel",
    "attn_dp": "attention_data_parallel",
    "ep": "expert_parallel",
    "weight_precision": "weight_precision",
    "kv_precision": "kv_precision",
    "engine": "engine",
    "engine_version": "engine_version",
    "load_mode": "load_mode",
    "isl_tokens": "input_tokens",
    "osl_tokens": "output_tokens",
    "concurrency": "concurrency",
    "output_tok_s": "output_tokens_per_second",
    "ttft_ms": "ttft_ms",
    "tpot_ms": "tpot_ms",
    "ttft_slo_ms_p99": "ttft_target_ms",
    "tpot_slo_ms_p99": "tpot_target_ms",
    "value_kind": "value_kind",
    "quality": "quality",
}


def measurement_rows(
    lines: Sequence[Line], known: KnownModels, left_out: Counter[tuple[str, str]]
) -> list[dict[str, str]]:
    """Rows of measurements.csv in order of id.

    Args:
        lines: of the reference files.
        known: the models of the snapshot; a run of another has no ``model_id``.
        left_out: counts the runs that are not taken.

    Raises:
        ReferenceDataInvalid: a source that is not known here.
    """
    rows = []
    for line in lines:
        if line["source_id"] not in SOURCES:
            raise line.wrong("source_id", f"one of {', '.join(sorted(SOURCES))}")
        if line["quality"] == "low":
            reason = OWN_MIXTURE if line.file == OWN_RUNS else LOW_QUALITY
            left_out[line.file, reason] += 1
            continue
        source, license_name = SOURCES[line["source_id"]]
        told = {ours: line[theirs] for theirs, ours in _SAME.items()}
        rows.append(
            {
                **told,
                "model_id": _model(line["model"], known),
                "source": source,
                "license": license_name,
            }
        )
    return sorted(rows, key=lambda row: row["id"])


def measurement_sources(rows: Sequence[Mapping[str, str]]) -> list[SnapshotSource]:
    """Where the rows come from."""
    told = sorted({(row["source"], row["license"]) for row in rows})
    return [
        SnapshotSource(name=name, url=NO_PUBLIC_ADDRESS, as_of=None, license=license_name)
        for name, license_name in told
    ]


def _model(name: str, known: KnownModels) -> str:
    published = PublishedName(
        system=SYSTEM,
        key=name,
        publisher=name.partition("/")[0],
        name=name.partition("/")[2],
        provider=SYSTEM,
    )
    join = join_price_name(published, known)
    return "" if join.is_new else join.model_id or ""
