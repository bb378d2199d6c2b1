"""Why a run has no prediction, in words: a sentence by its code, with the facts of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog.problems import cut, fill
from costing.capacity_reasons import Reason, ReasonCode

_NOT_COUNTED: Final = "The architecture of {model} is not known well enough: {missing}."
_STATE: Final = "Name a model that is built alike, or measure."
_MORE: Final = "More GPUs or narrower weights would help."

REASON_TEXT: Final[Mapping[ReasonCode, tuple[str, str]]] = {
    ReasonCode.ARCHITECTURE_UNKNOWN: (_NOT_COUNTED, _STATE),
    ReasonCode.FACT_MISSING: (_NOT_COUNTED, _STATE),
    ReasonCode.ARCHITECTURE_NOT_COMPUTED: ("{model} cannot be computed: it has {why}.", "Measure."),
    ReasonCode.WORD_UNKNOWN: ("{field}: Expected a word that is known, found {found}.", "{known}"),
    ReasonCode.GPU_UNKNOWN: ("The GPU is not known.", ""),
    ReasonCode.TOO_FEW_GPUS: (
        "Expected at least tp x pp x attn_dp GPUs, found fewer in n_gpus.",
        "Correct one of them; without tp the best of 1, 2, 4 and 8 is taken.",
    ),
    ReasonCode.WEIGHTS_DO_NOT_FIT: (
        "The weights do not fit into the memory of these GPUs.",
        f"{{short_gib}} GiB a GPU are short. {_MORE}",
    ),
    ReasonCode.CACHE_DOES_NOT_FIT: (
        "The cache of one request does not fit into the memory that the weights leave.",
        f"{{free_gib}} GiB a GPU are left. {_MORE}",
    ),
    ReasonCode.NO_OUTPUT_TOKENS: ("Expected output tokens above 0, found none.", ""),
}
"""Codes by which a run is refused: what is wrong, and numbers with what would help."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A reason in words. what: alike for all runs refused for one reason; more: of this run."""

    what: str
    more: str = ""

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.what} {self.more}".strip()


def told_reason(reason: Reason, **facts: str) -> Told:
    """The words of a reason; facts: more of them than it carries itself."""
    known = {name: cut(value) for name, value in reason.facts.items()} | facts
    known["short_gib"] = known.get("free_gib", "").removeprefix("-")
    what, more = REASON_TEXT[reason.code]
    return Told(what=fill(what, known), more=fill(more, known))
