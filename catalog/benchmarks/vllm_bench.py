"""`vllm bench serve --save-result` and `--append-result`, read from vLLM 0.19.1's own files.

Traps: `max_concurrent_requests` counts requests that touched the same second, so it says nothing of
the load; the limit is `max_concurrency`. `request_rate` is the text ``inf`` where there is none.
`date` is the local time of the client, so only its day is taken. Builds before `failed` existed
tell the number of prompts. `--metadata` adds keys of a person's own at the top: of these `version`
and `tp` are read, the two that the tool's own help gives as its example.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
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

TOOL: Final = "vllm-bench"
ENGINES: Final = {"vllm": "vllm", "sglang": "sglang", "tensorrt-llm": "tensorrt-llm"}
"""Backends of the tool that name an engine; others (openai, openai-chat) name a protocol."""


def runs_of_vllm_bench(result: Fields) -> BenchmarkRun:
    """The run of one object. Raises BenchmarkRefused."""
    completed = result.count("completed")
    if not completed:
        raise none_completed(result, completed)
    sent = result.count("num_prompts") or completed
    failed = result.count("failed")
    if failed is None:
        failed = max(0, sent - completed)
    rate, paced = _rate(result)
    ttft, tpot = result.positive("mean_ttft_ms"), result.positive("mean_tpot_ms")
    output = result.need("total_output_tokens") / completed
    served = result.positive("request_throughput")
    sending = Sending(
        paced=paced,
        requests=completed + failed,
        most_in_flight=result.positive("max_concurrency"),
        asked_per_second=rate,
        served_per_second=served,
        mean_in_flight=_in_flight(result, served, ttft, tpot, output),
    )
    loaded = loaded_by(sending)
    flags, notes = _speculation(result)
    return BenchmarkRun(
        tool=TOOL,
        tool_version=None,
        model=result.text("model_id") or "",
        loaded=loaded,
        sending=sending,
        input_tokens=(result.need("total_input_tokens") / completed).quantize(THOUSANDTH),
        output_tokens=output.quantize(THOUSANDTH),
        output_tokens_per_second=result.need("output_throughput"),
        ttft_ms=ttft,
        tpot_ms=tpot or result.positive("mean_itl_ms"),
        requests_completed=completed,
        requests_failed=failed,
        measured_on=_day(result.text("date")),
        engine=ENGINES.get(result.text("backend") or ""),
        engine_version=result.text("version"),
        tensor_parallel=_split(result),
        flags=(*loaded.flags, *failed_flags(completed, failed), *flags),
        notes=notes,
    )


def _rate(result: Fields) -> tuple[Decimal | None, bool]:
    """The asked requests a second, and whether requests were paced at all."""
    if result.text("ramp_up_strategy") is not None:
        return None, True
    stated = result.values.get("request_rate")
    if stated in (None, "inf"):
        return None, False
    return result.need("request_rate"), True


def _in_flight(
    result: Fields,
    served: Decimal | None,
    ttft: Decimal | None,
    tpot: Decimal | None,
    output: Decimal,
) -> Decimal | None:
    """Mean requests in flight by Little's law: rate x time of a request; None where unknown."""
    seconds = result.positive("mean_e2el_ms")
    if seconds is None and ttft is not None and tpot is not None:
        seconds = ttft + tpot * (output - 1)
    if seconds is None or served is None:
        return None
    return (served * seconds / 1000).quantize(THOUSANDTH)


def _split(result: Fields) -> int | None:
    """Tensor parallel where `--metadata tp=4` told it; metadata is always text."""
    stated = result.values.get("tp")
    try:
        return None if stated is None else int(str(stated))
    except ValueError:
        result.refuse(("tp",), "a whole number", stated)


def _speculation(result: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    length = result.positive("spec_decode_acceptance_length")
    if length is None and result.number("spec_decode_acceptance_rate") is None:
        return (), ()
    told = "not stated" if length is None else f"{length:.2f}"
    return ("speculative_decoding",), (f"speculative decoding, tokens a step: {told}",)


def _day(stated: str | None) -> date | None:
    with suppress(ValueError, TypeError):
        return datetime.strptime((stated or "")[:8], "%Y%m%d").date()  # noqa: DTZ007
    return None
