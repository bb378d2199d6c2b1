"""Does a model fit, and how many requests at once: bytes of weights and cache on one GPU.

    weights = ((P - Pe) w / (t p) + Pe we / n)           bytes a GPU, each part at its own width
    cache   = elements a token * c / (min(t, splits) p)  bytes a token and GPU, MLA not split by t
    batch   = D floor((share M - reserve - weights) / (cache * held + state))
    held    = tokens of cache of a mean request, input + 0.75 output, windows counted

P parameters, Pe those in experts, w and we bytes a weight, t tensor, p pipeline and D data
parallel, n = t p D, M memory of a GPU, c bytes of a cached element. 0.75: requests are at different
points of their answers, and an engine keeps room to grow. All columns have shape (n cases,).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from costing.capacity_cases import Cases, Column, Facts, facts_of
from costing.capacity_constants import Constants

HELD_OUTPUT_SHARE: Final = 0.75
"""Part of an answer for which room is kept in the cache, on average over running requests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What lies in the memory of one GPU, in bytes; sequences of one replica.

    cache_bytes_per_token: of one token of full attention, on one GPU; the same with replica_, of
    the whole replica. sequences: requests whose cache fits, 0 where none does.
    """

    usable_bytes: Column
    weight_bytes: Column
    cache_bytes_per_token: Column
    replica_cache_bytes_per_token: Column
    sequence_bytes: Column
    free_bytes: Column
    sequences: Column


def memory_of(cases: Cases, constants: Constants, facts: Facts | None = None) -> Memory:
    """The memory of each case. A negative `free_bytes` says how much the weights are too big."""
    facts = facts_of(cases) if facts is None else facts
    split = cases.tensor * cases.pipeline
    weights = facts.rest_bytes / split + facts.expert_bytes / (split * cases.data)
    whole = facts.cache_elements * cases.cache_bytes
    cache = whole / (np.minimum(cases.tensor, facts.cache_splits) * cases.pipeline)
    held = cached_tokens(facts, cases.input_tokens + HELD_OUTPUT_SHARE * cases.output_tokens)
    sequence = cache * held + facts.state_bytes / split
    share = np.where(facts.tuned > 0, constants.memory_share_tuned, constants.memory_share)
    usable = share * facts.memory - constants.reserve_bytes
    free = usable - weights
    fitting = np.floor(np.maximum(free, 0) / np.maximum(sequence, 1.0))
    return Memory(
        usable_bytes=usable,
        weight_bytes=weights,
        cache_bytes_per_token=cache,
        replica_cache_bytes_per_token=whole,
        sequence_bytes=sequence,
        free_bytes=free,
        sequences=cases.data * fitting,
    )


def cached_tokens(facts: Facts, tokens: Column) -> Column:
    """Tokens' worth of cache of a context of so many tokens: full layers all, others a window."""
    seen = np.minimum(tokens, facts.window)
    return facts.full_share * tokens + (1 - facts.full_share) * seen
