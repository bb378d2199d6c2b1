"""The text of vLLM's `/metrics` as use: one scrape since the start, or the rise between two.

Read are counters of tokens, requests and cached prefixes, the histograms of time to first token
and time an output token, and the gauge of cache memory, by their names of old and new versions.
A 95th percentile is interpolated in its bucket, as Prometheus does it.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from dashboard.actuals.used import ActualsRefused, Used

SAMPLE: Final = re.compile(r"([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*")
LABEL: Final = re.compile(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"')
MOST_BYTES: Final = 5_000_000
QUANTILE: Final = Decimal("0.95")
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "requests": ("vllm:request_success_total", "vllm:request_success"),
    "input_tokens": ("vllm:prompt_tokens_total", "vllm:prompt_tokens"),
    "output_tokens": ("vllm:generation_tokens_total", "vllm:generation_tokens"),
    "cached_input_tokens": (
        "vllm:prefix_cache_hits_total", "vllm:prefix_cache_hits",
        "vllm:gpu_prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits",
    ),
}  # fmt: skip
HISTOGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "ttft": ("vllm:time_to_first_token_seconds",),
    "tpot": (
        "vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds",
        "vllm:request_time_per_output_token_seconds",
    ),
}  # fmt: skip
CACHE_USAGE: Final = ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc")
NEEDED: Final = ("requests", "input_tokens", "output_tokens")

Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
Samples: TypeAlias = dict[Key, Decimal]


def read_vllm(scrapes: Sequence[str], model: str | None = None) -> Used:
    """Use of one scrape, or between two (earlier first). model: whose, where a server has several.

    Raises ActualsRefused: no vLLM text, a counter that fell, several models and none named, a
    number below 0, a counter that is missing.
    """
    each = [_samples(text, place) for place, text in enumerate(scrapes, start=1)]
    name = _model(each[-1], model)
    kept = [_of_model(samples, name) for samples in each]
    rise = kept[0] if len(kept) == 1 else _rise(*kept)
    counted = {field: _counter(rise, names) for field, names in NAMES.items()}
    for field in NEEDED:
        if counted[field] is None:
            raise ActualsRefused("metric_missing", expected=NAMES[field][0])
    flags = ["since_start"] if len(kept) == 1 else []
    seconds = {}
    for field, names in HISTOGRAMS.items():
        found, flag = _percentile(rise, names)
        flags += [f"{field}_{flag}"] if flag else []
        if found is not None:
            seconds[field] = found
    return Used(
        source="vllm",
        model=name,
        seconds=seconds,
        cache_usage=_counter(kept[-1], CACHE_USAGE),
        flags=tuple(flags),
        requests=counted["requests"],
        input_tokens=counted["input_tokens"],
        output_tokens=counted["output_tokens"],
        cached_input_tokens=counted["cached_input_tokens"],
    )


def _samples(text: str, place: int) -> Samples:
    if len(text) > MOST_BYTES:
        raise ActualsRefused("too_large", most=f"{MOST_BYTES:,}", found=f"{len(text):,}")
    found: Samples = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("vllm:"):
            continue
        matched = SAMPLE.fullmatch(line)
        value = None if matched is None else _number(matched[3])
        if matched is None or value is None:
            raise ActualsRefused("metric_line", scrape=str(place), line=str(number))
        if value < 0:
            raise ActualsRefused("negative", name=matched[1], found=matched[3], line=str(number))
        found[matched[1], tuple(LABEL.findall(matched[2] or ""))] = value
    if not found:
        raise ActualsRefused("no_metrics", scrape=str(place))
    return found


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _model(samples: Samples, wanted: str | None) -> str | None:
    names = sorted({dict(labels).get("model_name", "") for _, labels in samples} - {""})
    if wanted is not None and wanted not in names:
        raise ActualsRefused("model_unknown", found=wanted, known=", ".join(names) or "-")
    if wanted is None and len(names) > 1:
        raise ActualsRefused("several_models", known=", ".join(names))
    return wanted or (names[0] if names else None)


def _of_model(samples: Samples, model: str | None) -> Samples:
    return {
        key: value
        for key, value in samples.items()
        if dict(key[1]).get("model_name") in (model, None)
    }


def _rise(before: Samples, after: Samples) -> Samples:
    rise: Samples = {}
    for key, value in after.items():
        start = before.get(key, Decimal(0))
        if value < start and key[0] not in CACHE_USAGE and _is_read(key[0]):
            raise ActualsRefused("counter_reset", name=key[0], before=f"{start}", after=f"{value}")
        rise[key] = value - start
    gone = [key[0] for key in before.keys() - after.keys() if _is_read(key[0]) and before[key]]
    if gone:  # a server that began anew has not counted it yet
        raise ActualsRefused("counter_reset", name=min(gone), before="above 0", after="nothing")
    return rise


def _is_read(name: str) -> bool:
    """Only what is read can be missing: other gauges fall and rise."""
    counters = [one for names in NAMES.values() for one in names]
    parts = [f"{one}_{part}" for names in HISTOGRAMS.values() for one in names
             for part in ("bucket", "count")]  # fmt: skip
    return name in counters or name in parts


def _counter(samples: Samples, names: Sequence[str]) -> Decimal | None:
    """The sum over all labels of the first of these names that is there."""
    for name in names:
        values = [value for (one, _), value in samples.items() if one == name]
        if values:
            return sum(values, Decimal(0))
    return None


def _percentile(samples: Samples, names: Sequence[str]) -> tuple[Decimal | None, str | None]:
    """The 95th percentile, or why there is none: missing, no_buckets, empty, beyond."""
    for name in names:
        buckets: dict[Decimal, Decimal] = {}
        for (one, labels), value in samples.items():
            if one == f"{name}_bucket":
                bound = Decimal(dict(labels).get("le", "+Inf").replace("+Inf", "Infinity"))
                buckets[bound] = buckets.get(bound, Decimal(0)) + value
        if buckets:
            return _interpolated(sorted(buckets.items()))
        if _counter(samples, (f"{name}_count",)) is not None:
            return None, "no_buckets"
    return None, "missing"


def _interpolated(buckets: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal | None, str | None]:
    """buckets: upper bound and how many lie at or below it."""
    wanted = QUANTILE * buckets[-1][1]
    if not wanted:
        return None, "empty"
    low, below = Decimal(0), Decimal(0)
    for bound, count in buckets:
        if count >= wanted:
            if not bound.is_finite():
                return None, "beyond"
            return low + (bound - low) * (wanted - below) / (count - below), None
        low, below = bound, count
    return None, "beyond"
