"""Why a capacity is refused, or its band wider: codes with numbers, so that a face can say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """What is missing, which limit binds, or why an estimate is less sure.

    The first group refuses an answer, the second widens its band or qualifies it.
    """

    ARCHITECTURE_UNKNOWN = "architecture_unknown"
    ARCHITECTURE_NOT_COMPUTED = "architecture_not_computed"
    FACT_MISSING = "fact_missing"
    WORD_UNKNOWN = "word_unknown"
    GPU_UNKNOWN = "gpu_unknown"
    GPU_COUNT_UNKNOWN = "gpu_count_unknown"
    TOO_FEW_GPUS = "too_few_gpus"
    SHARE_OF_A_GPU = "share_of_a_gpu"
    ARRANGEMENT_IMPOSSIBLE = "arrangement_impossible"
    WEIGHTS_DO_NOT_FIT = "weights_do_not_fit"
    CACHE_DOES_NOT_FIT = "cache_does_not_fit"
    LARGER_THAN_ANY_HOST = "larger_than_any_host"
    TPOT_TARGET_NOT_MET = "tpot_target_not_met"
    TTFT_TARGET_NOT_MET = "ttft_target_not_met"
    NO_OUTPUT_TOKENS = "no_output_tokens"
    CONTEXT_TOO_LONG = "context_too_long"

    GPU_NEVER_MEASURED = "gpu_never_measured"
    GENERATION_NEVER_MEASURED = "generation_never_measured"
    FAMILY_NEVER_MEASURED = "family_never_measured"
    FEW_SIMILAR_MEASUREMENTS = "few_similar_measurements"
    DEFAULT_SETTINGS = "default_settings"
    OLD_ENGINE = "old_engine"
    STORED_BELOW_COMPUTE_PRECISION = "stored_below_compute_precision"
    NO_NATIVE_BF16 = "no_native_bf16"
    TTFT_IS_A_SCREEN = "ttft_is_a_screen"
    SEVERAL_MACHINES = "several_machines"


class Lift(StrEnum):
    """What would lift a refusal."""

    STATE_THE_FACT = "state_the_fact"
    MEASURE = "measure"
    MORE_GPUS = "more_gpus"
    MORE_MEMORY = "more_memory"
    NARROWER_WEIGHTS = "narrower_weights"
    NARROWER_CACHE = "narrower_cache"
    SHORTER_REQUESTS = "shorter_requests"
    LOOSER_TARGET = "looser_target"
    FASTER_GPU = "faster_gpu"
    MORE_TENSOR_PARALLEL = "more_tensor_parallel"
    OTHER_ARRANGEMENT = "other_arrangement"
    MODEL_WITH_LONGER_CONTEXT = "model_with_longer_context"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One reason: its code, numbers by name (unit last: `_gib`, `_seconds`), and what lifts it."""

    code: ReasonCode
    facts: Mapping[str, str] = field(default_factory=dict)
    lifts: tuple[Lift, ...] = ()


def gib(size_bytes: float) -> str:
    """Bytes as GiB (2^30 bytes) with one decimal, for the facts of a reason."""
    return f"{size_bytes / 2**30:.1f}"
