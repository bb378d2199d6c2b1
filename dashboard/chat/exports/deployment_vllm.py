"""The flags of `vllm serve` that a capacity answer stands for, by vLLM's own reference."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from catalog.capacity import is_narrower
from costing.architecture import Precision
from costing.capacity import CapacityAnswer, CapacityEstimate
from costing.capacity_cases import Case, EngineName
from costing.hardware import Width
from dashboard.chat.exports.deployment_parts import Load, Note

IMAGE: Final = "vllm/vllm-openai:<VLLM_VERSION>"
PORT: Final = 8000
TIMES_MEAN_REQUEST: Final = 2
"""Requests differ in length and the scenario knows their mean, so room is left for longer ones."""
DTYPES: Final = {Width.BF16: "bfloat16", Width.FP16: "float16"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """How a model is served on one host; None: not known.

    Attributes:
        model: what vLLM loads, or a placeholder where weights of another width are needed.
        gpus: of one copy; copies: on one host.
        quantization: that vLLM does itself while it loads; None: none.
        cache: type of the keys and values; None: vLLM's own choice.
    """

    model: str
    tensor: int | None
    pipeline: int | None
    data: int | None
    gpus: int | None
    copies: int | None
    longest_request_tokens: int
    dtype: str | None = None
    quantization: str | None = None
    cache: str | None = None


def serving_of(
    model: str, capacity: CapacityAnswer | None, load: Load
) -> tuple[Serving, tuple[Note, ...]]:
    """How the model is served by a capacity answer, and what has to be known of it."""
    longest = _longest(load, None if capacity is None else capacity.case)
    notes = [Note(code="longest_request", facts={"tokens": f"{longest:,}"})]
    if capacity is None:
        unknown = Serving(
            model=model,
            tensor=None,
            pipeline=None,
            data=None,
            gpus=None,
            copies=None,
            longest_request_tokens=longest,
        )
        return unknown, (*notes, Note(code="spread_unknown"))
    case, spread = capacity.case, capacity.case.arrangement
    if not isinstance(capacity, CapacityEstimate):
        notes.append(Note(code="no_capacity"))
    if case.engine.name is not EngineName.VLLM:
        notes.append(Note(code="other_engine", facts={"engine": case.engine.name.value}))
    loaded, quantization, about_weights = _weights(model, case)
    cache, about_cache = _cache(case)
    serving = Serving(
        model=loaded,
        tensor=spread.tensor,
        pipeline=spread.pipeline,
        data=spread.data,
        gpus=spread.gpus,
        copies=max(1, case.host.whole_gpus // spread.gpus),
        longest_request_tokens=longest,
        dtype=DTYPES.get(case.precision.rest),
        quantization=quantization,
        cache=cache,
    )
    return serving, (*notes, *about_weights, *about_cache)


def vllm_flags(serving: Serving, *, copies: int | None) -> dict[str, str | int | None]:
    """Flags with their values. copies: how many one process serves."""
    flags: dict[str, str | int | None] = {
        "--tensor-parallel-size": serving.tensor or "<TENSOR_PARALLEL>",
        "--max-model-len": serving.longest_request_tokens,
    }
    if serving.pipeline is not None and serving.pipeline > 1:
        flags["--pipeline-parallel-size"] = serving.pipeline
    ranks = (serving.data or 1) * (copies or 1)
    if ranks > 1:
        flags["--data-parallel-size"] = ranks
    if serving.dtype is not None:
        flags["--dtype"] = serving.dtype
    if serving.quantization is not None:
        flags["--quantization"] = serving.quantization
    if serving.cache is not None:
        flags["--kv-cache-dtype"] = serving.cache
    return flags


def _longest(load: Load, case: Case | None) -> int:
    """Twice the mean request, rounded up to a power of two; never more than the model takes."""
    wanted = ceil(TIMES_MEAN_REQUEST * (load.input_tokens + load.output_tokens))
    tokens: int = 1 << max(0, wanted - 1).bit_length()
    most = None if case is None else case.shape.max_context_tokens
    return tokens if most is None else min(tokens, most)


def _weights(model: str, case: Case) -> tuple[str, str | None, tuple[Note, ...]]:
    """What is loaded, what vLLM quantizes it to, and what has to be known.

    As published nothing is to be said: vLLM reads the width from the model. To fp8 it quantizes
    while it loads; any other narrower width needs weights that somebody has stored so.
    """
    if not is_narrower(case.precision, case.shape.native):
        return model, None, ()
    facts = {"weights": case.precision.name}
    if case.precision == Precision.of(Width.FP8):
        return model, "fp8", (Note(code="quantized_on_load", facts=facts),)
    return "<QUANTIZED_MODEL>", None, (Note(code="quantized_weights_needed", facts=facts),)


def _cache(case: Case) -> tuple[str | None, tuple[Note, ...]]:
    match case.cache:
        case Width.BF16 | Width.FP16:
            return None, ()
        case Width.FP8:
            return "fp8", ()
        case _:
            return None, (Note(code="cache_not_offered", facts={"cache": case.cache.value}),)
