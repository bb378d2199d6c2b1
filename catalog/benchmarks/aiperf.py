"""aiperf's profile_export_aiperf.json, read from aiperf 0.13.0's own files.

Traps: `completed_request_count` counts failed requests too, the good ones are `request_count`;
`error_request_count` is missing where none failed. `input_sequence_length` is what the tool meant
to send; where the server reports what it read (`usage_prompt_tokens`), that counts. Times are local
times of the client, so only the day is taken.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Final

from catalog.benchmarks.fields import Fields, none_completed
from catalog.benchmarks.runs import (
    THOUSANDTH,
    BenchmarkRun,
    Sending,
    failed_flags,
    loaded_by,
)

TOOL: Final = "aiperf"
DIFFERENT_RATIO: Final = Decimal("1.1")


def runs_of_aiperf(result: Fields) -> BenchmarkRun:
    """The run of one export. Raises BenchmarkRefused."""
    completed = result.count("request_count", "avg")
    if not completed:
        raise none_completed(result, completed)
    failed = result.count("error_request_count", "avg")
    if failed is None:
        failed = sum(one.count("count") or 0 for one in result.parts("error_summary"))
    phase = _phase(result)
    sending = Sending(
        paced=phase.text("type") != "concurrency",
        requests=completed + failed,
        most_in_flight=phase.positive("concurrency"),
        asked_per_second=phase.positive("rate"),
        served_per_second=_mean(result, "request_throughput"),
        mean_in_flight=_mean(result, "effective_concurrency"),
    )
    loaded = loaded_by(sending)
    flags, notes = _remarks(result)
    read = _mean(result, "usage_prompt_tokens") or result.need("input_sequence_length", "avg")
    return BenchmarkRun(
        tool=TOOL,
        tool_version=result.text("aiperf_version"),
        model=_model(result),
        loaded=loaded,
        sending=sending,
        input_tokens=read.quantize(THOUSANDTH),
        output_tokens=result.need("output_sequence_length", "avg").quantize(THOUSANDTH),
        output_tokens_per_second=result.need("output_token_throughput", "avg"),
        ttft_ms=_mean(result, "time_to_first_token"),
        tpot_ms=_mean(result, "inter_token_latency"),
        requests_completed=completed,
        requests_failed=failed,
        measured_on=_day(result.text("start_time")),
        flags=(*loaded.flags, *failed_flags(completed, failed), *flags),
        notes=notes,
    )


def _phase(result: Fields) -> Fields:
    """The phase that was measured; others warm up."""
    phases = result.parts("input_config", "phases")
    measured = [one for one in phases if one.text("kind") in (None, "profiling")]
    if len(measured) != 1:
        result.refuse(("input_config", "phases"), "one phase of kind profiling", len(measured))
    return measured[0]


def _mean(result: Fields, metric: str) -> Decimal | None:
    return result.positive(metric, "avg")


def _model(result: Fields) -> str:
    names = [one.text("name") for one in result.parts("input_config", "models", "items")]
    return " ".join(name for name in names if name)


def _remarks(result: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    flags: list[str] = []
    notes: list[str] = []
    if result.values.get("is_complete") is False or result.values.get("was_cancelled") is True:
        flags.append("incomplete_run")
        notes.append(result.text("incomplete_reason") or "the run was cancelled")
    steps = _mean(result, "spec_decode_acceptance_length")
    if steps is not None or result.has("pooled_spec_decode_acceptance_histogram"):
        flags.append("speculative_decoding")
        told = "not stated" if steps is None else f"{steps:.2f}"
        notes.append(f"speculative decoding, tokens a step: {told}")
    cached = _mean(result, "overall_usage_prompt_cache_read_pct")
    prefixed = any(one.has("prefix_prompts") for one in result.parts("input_config", "datasets"))
    if cached is not None or prefixed:
        flags.append("prefix_cache")
        told = "not stated" if cached is None else f"{cached:.1f} %"
        notes.append(f"input tokens read from a prefix cache: {told}")
    for kind, told_by_tool in (("prompt", "input"), ("completion", "output")):
        server = _mean(result, f"usage_{kind}_tokens")
        tool = _mean(result, f"{told_by_tool}_sequence_length")
        if server is not None and tool is not None and _differ(server, tool):
            flags.append("token_counts_differ")
            notes.append(f"{told_by_tool} tokens: {server:.1f} by the server, {tool:.1f} by aiperf")
    return tuple(dict.fromkeys(flags)), tuple(notes)


def _differ(one: Decimal, other: Decimal) -> bool:
    return max(one, other) > DIFFERENT_RATIO * min(one, other)


def _day(stated: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat((stated or "")[:10])
    return None
