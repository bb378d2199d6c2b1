"""What hosts serve, as plain text for a terminal."""

from collections.abc import Sequence
from decimal import Decimal

from catalog.capacity import OptionCapacity
from costing.capacity import Band, CapacityEstimate
from costing.capacity_cases import Case
from costing.units import SECONDS_PER_HOUR
from dashboard.capacity_words import words_of
from dashboard.format import Format
from dashboard.report import table
from dashboard.texts import Texts

BYTES_PER_GIB = 2**30


def capacity_text(found: Sequence[OptionCapacity], texts: Texts, fmt: Format) -> str:
    """Every option: what it serves as a table, what it rests on, and why not where it does not."""
    return "\n\n".join(_option(one, texts, fmt) for one in found)


def _option(one: OptionCapacity, texts: Texts, fmt: Format) -> str:
    title = texts(
        "capacity.title",
        option=one.option,
        model=one.model_id or texts("subline.no_model"),
        host=one.instance_id or texts("capacity.no_host"),
    )
    answer = one.answer
    if not isinstance(answer, CapacityEstimate):
        reasons = one.reasons if answer is None else answer.reasons
        lines = [title, texts("capacity.none")]
        return "\n".join([*lines, *(f"- {words_of(texts, reason)}" for reason in reasons)])
    hourly = answer.requests_per_second.times(SECONDS_PER_HOUR)
    hosts = [("-" if plan is None else str(plan.needed)) for _, plan in one.plans]
    rows = [
        [texts("capacity.requests_per_hour"), *_band(hourly, fmt)],
        [texts("capacity.output_tokens"), *_band(answer.output_tokens_per_second, fmt)],
        [texts("capacity.input_tokens"), *_band(answer.input_tokens_per_second, fmt)],
        [texts("capacity.hosts_for_peak"), *hosts],
    ]
    head = [texts("capacity.one_host"), texts("capacity.slow"), texts("capacity.middle"),
            texts("capacity.fast")]  # fmt: skip
    return "\n".join(
        [
            title,
            serving_text(answer.case, texts),
            table(head, rows),
            _latency(answer, texts, fmt),
            _memory(answer, texts, fmt),
            texts(
                "capacity.evidence",
                evidence=texts(f"evidence.{answer.evidence.value}"),
                measurements=str(answer.measurements),
            ),
            *(f"  {source}" for source in answer.sources),
            *(f"- {words_of(texts, reason)}" for reason in answer.reasons),
        ]
    )


def serving_text(case: Case, texts: Texts) -> str:
    """Precision, cache, engine and how a replica is spread, in one line."""
    spread = case.arrangement
    return texts(
        "capacity.serving",
        weights=case.precision.name,
        cache=case.cache.value,
        engine=texts(f"capacity.engine.{case.engine.name.value}"),
        settings=texts("capacity.tuned" if case.engine.tuned else "capacity.default"),
        gpus=str(spread.gpus),
        replicas=str(case.host.whole_gpus // spread.gpus),
    )


def _latency(answer: CapacityEstimate, texts: Texts, fmt: Format) -> str:
    return texts(
        "capacity.at",
        batch=fmt.exact_count(Decimal(round(answer.batch))),
        limit=texts(f"capacity.limit.{answer.limit.value}"),
        tpot=_seconds(answer.tpot_seconds, fmt),
        ttft=_seconds(answer.ttft_seconds, fmt),
    )


def _memory(answer: CapacityEstimate, texts: Texts, fmt: Format) -> str:
    memory = answer.memory
    return texts(
        "capacity.memory",
        usable=_gib(memory.usable_bytes, fmt),
        weights=_gib(memory.weight_bytes, fmt),
        cache=_gib(memory.cache_bytes, fmt),
        free=_gib(memory.free_bytes, fmt),
        per_token=fmt.exact_count(Decimal(round(memory.cache_bytes_per_token))),
    )


def _band(band: Band, fmt: Format) -> list[str]:
    return [fmt.about(Decimal(repr(end))) for end in (band.p10, band.p50, band.p90)]


def _seconds(seconds: float, fmt: Format) -> str:
    return fmt.exact_count(Decimal(f"{seconds:.3g}"))


def _gib(size_bytes: float, fmt: Format) -> str:
    return fmt.exact_count(Decimal(f"{size_bytes / BYTES_PER_GIB:.3g}"))
