"""Which passages go into the prompt, and why the others do not.

Names and defaults are those of Azure OpenAI On Your Data, which people know from the playground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import Hit, PassageIndex

TOP_N: Final = (3, 5, 10, 20)
CHUNK_TOKENS: Final = (256, 512, 1024, 1536)
SHARE_OF_BEST: Final = {1: 0.0, 2: 0.15, 3: 0.3, 4: 0.5, 5: 0.7}
"""Strictness to the least share of the best score. The steps are ours: BM25 has no own scale."""
SHOWN_BEYOND: Final = 10
"""So many passages are told of beyond those that go into the prompt, with their reason."""


class DropReason(StrEnum):
    """Why a passage that was found does not go into the prompt."""

    BELOW_STRICTNESS = "below_strictness"
    BEYOND_TOP_N = "beyond_top_n"
    SAME_TEXT = "same_text"


@dataclass(frozen=True, kw_only=True, slots=True)
class RetrievalSettings:
    """How passages are chosen. Raises ChatRefused for a value that is not offered.

    Attributes:
        top_n: at most so many passages go into the prompt.
        strictness: 1 keeps all that was found, 5 only what is nearly as near as the best.
        in_scope: the model is told to answer out of the passages alone.
        chunk_tokens: the largest passage, in estimated tokens; taken when documents are added.
    """

    top_n: int = 5
    strictness: int = 3
    in_scope: bool = True
    chunk_tokens: int = 1024

    def __post_init__(self) -> None:
        offered = {"top_n": TOP_N, "strictness": tuple(SHARE_OF_BEST), "chunk_tokens": CHUNK_TOKENS}
        for name, values in offered.items():
            found = getattr(self, name)
            if found not in values:
                expected = ", ".join(str(value) for value in values)
                raise ChatRefused("setting", name=name, expected=expected, found=repr(found))


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A passage that was found and left out. share_of_best: its score, the best one's being 1."""

    hit: Hit
    reason: DropReason
    share_of_best: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A passage that goes into the prompt. number: N of its citation, `[docN]`."""

    number: int
    hit: Hit
    share_of_best: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrieved:
    """What was found for one question, best first."""

    kept: tuple[Kept, ...]
    dropped: tuple[Dropped, ...]


def retrieve(index: PassageIndex, question: str, settings: RetrievalSettings) -> Retrieved:
    """The passages for a question, and those left out with the reason."""
    return choose(index.search(question, settings.top_n + SHOWN_BEYOND), settings)


def choose(hits: Sequence[Hit], settings: RetrievalSettings) -> Retrieved:
    """Keep or drop each hit; hits come best first."""
    kept: list[Kept] = []
    dropped: list[Dropped] = []
    seen: set[str] = set()
    best = max((hit.score for hit in hits), default=0.0)
    for hit in hits:
        # A word that stands in every passage makes each score 0: all are equally near then.
        share = hit.score / best if best > 0 else 1.0
        reason = _reason(hit, share, seen, len(kept), settings)
        if reason is None:
            seen.add(hit.passage.text)
            kept.append(Kept(number=len(kept) + 1, hit=hit, share_of_best=share))
        else:
            dropped.append(Dropped(hit=hit, reason=reason, share_of_best=share))
    return Retrieved(kept=tuple(kept), dropped=tuple(dropped))


def _reason(
    hit: Hit, share: float, seen: set[str], kept: int, settings: RetrievalSettings
) -> DropReason | None:
    if hit.passage.text in seen:
        return DropReason.SAME_TEXT
    if share < SHARE_OF_BEST[settings.strictness]:
        return DropReason.BELOW_STRICTNESS
    if kept >= settings.top_n:
        return DropReason.BEYOND_TOP_N
    return None
