"""guidellm's benchmarks.json, read from guidellm 0.8.1's own files: one run a benchmark.

Traps: its `time_per_output_token_ms` counts the wait for the first token too, so the time between
tokens is `inter_token_latency_ms`. `constant` and `poisson` always carry a limit of requests in
flight (10,240 unless told), which is a load only where it was reached. Requests that were under way
when time was up are neither completed nor failed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
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

TOOL: Final = "guidellm"
AS_FAST_AS_ANSWERED: Final = ("synchronous", "concurrent", "throughput")
"""Strategies that send the next request as soon as there is a place."""

SEVERAL_TOKENS: Final = Decimal("1.05")
"""Tokens a streamed piece, from which on more than one is written at a time."""


def runs_of_guidellm(report: Fields) -> tuple[BenchmarkRun, ...]:
    """One run a benchmark of the report. Raises BenchmarkRefused."""
    benchmarks = report.parts("benchmarks")
    if not benchmarks:
        report.refuse(("benchmarks",), "at least one benchmark", "none")
    version = report.text("metadata", "guidellm_version")
    shared = any(one.has("prefix_buckets") for one in report.parts("config", "spec", "data"))
    return tuple(_run(one, version, shared) for one in benchmarks)


def _run(benchmark: Fields, version: str | None, shared: bool) -> BenchmarkRun:
    metrics, strategy = benchmark.part("metrics"), benchmark.part("config", "strategy")
    totals = metrics.part("request_totals")
    completed, failed = totals.count("successful"), totals.count("errored") or 0
    if not completed:
        raise none_completed(benchmark, completed)
    kind = strategy.text("type_")
    if kind is None:
        strategy.refuse(("type_",), "the name of a strategy", None)
    sending = Sending(
        paced=kind not in AS_FAST_AS_ANSWERED,
        requests=totals.count("total") or completed + failed,
        most_in_flight=strategy.positive("max_concurrency"),
        asked_per_second=strategy.positive("rate"),
        served_per_second=_mean(metrics, "requests_per_second"),
        mean_in_flight=_mean(metrics, "request_concurrency"),
    )
    loaded = loaded_by(sending)
    flags, notes = _remarks(metrics, shared)
    warned = tuple(one.text("message") for one in benchmark.parts("warnings"))
    return BenchmarkRun(
        tool=TOOL,
        tool_version=version,
        model=benchmark.text("config", "backend", "model") or "",
        loaded=loaded,
        sending=sending,
        input_tokens=_need(metrics, "prompt_token_count").quantize(THOUSANDTH),
        output_tokens=_need(metrics, "output_token_count").quantize(THOUSANDTH),
        output_tokens_per_second=_need(metrics, "output_tokens_per_second"),
        ttft_ms=_mean(metrics, "time_to_first_token_ms"),
        tpot_ms=_mean(metrics, "inter_token_latency_ms"),
        requests_completed=completed,
        requests_failed=failed,
        measured_on=_day(benchmark.positive("start_time")),
        flags=(*loaded.flags, *failed_flags(completed, failed), *flags),
        notes=(*notes, *(f"guidellm warns: {one}" for one in warned if one)),
    )


def _mean(metrics: Fields, name: str) -> Decimal | None:
    return metrics.positive(name, "successful", "mean")


def _need(metrics: Fields, name: str) -> Decimal:
    return metrics.need(name, "successful", "mean")


def _remarks(metrics: Fields, shared: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    notes: list[str] = []
    if shared:
        notes.append("prompts of the data set share beginnings (prefix_buckets)")
    a_piece = _mean(metrics, "output_tokens_per_iteration")
    if a_piece is not None and a_piece > SEVERAL_TOKENS:
        notes.append(f"{a_piece:.2f} tokens a streamed piece: perhaps speculative decoding")
    return ("prefix_cache",) if shared else (), tuple(notes)


def _day(seconds: Decimal | None) -> date | None:
    """The day in UTC of seconds since 1970; None where they are none of a calendar."""
    try:
        return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC).date()
    except (OverflowError, OSError, ValueError):
        return None
