"""What a source tells of use: counts, times, money. What it does not tell is None, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dashboard.texts import Texts, load_texts


class ActualsRefused(ValueError):
    """A file of use that cannot be read. code: `actual.refused.CODE` is its sentence."""

    def __init__(self, code: str, /, **facts: str) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.sentence(load_texts("en")))

    def sentence(self, texts: Texts) -> str:
        """What was expected, what was found and where, in the language of the texts."""
        return texts(f"actual.refused.{self.code}", **self.facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """Use of one model in one stretch of time.

    Attributes:
        source: vllm, openai_usage, azure_cost or chat.
        seconds: TTFT and TPOT at the 95th percentile, by `ttft` and `tpot`; what is not told lacks.
        cache_usage: share of the cache memory that was taken at the end.
        cost: in `currency`.
        flags: codes of what a reader must know, `actual.flag.CODE`.
    """

    source: str
    model: str | None = None
    requests: Decimal | None = None
    input_tokens: Decimal | None = None
    output_tokens: Decimal | None = None
    cached_input_tokens: Decimal | None = None
    seconds: Mapping[str, Decimal] = field(default_factory=dict)
    cache_usage: Decimal | None = None
    cost: Decimal | None = None
    currency: str | None = None
    flags: tuple[str, ...] = ()
