"""The load: how many requests, of how many tokens, how uneven."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.errors import InvalidValue
from costing.units import exact, require_quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestShape:
    """Tokens of a mean request. `cached_input_share` (0 to 1) of the input is read from a prompt
    cache.

    Raises InvalidValue for negative numbers, a share above 1, or a request without any token.
    """

    input_tokens: Decimal
    output_tokens: Decimal
    cached_input_share: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        require_quantity("input_tokens", self.input_tokens)
        require_quantity("output_tokens", self.output_tokens)
        require_quantity("cached_input_share", self.cached_input_share)
        if self.cached_input_share > 1:
            raise InvalidValue(
                field="cached_input_share",
                expected="a share from 0 to 1",
                found=self.cached_input_share,
            )
        if self.input_tokens == 0 and self.output_tokens == 0:
            raise InvalidValue(
                field="output_tokens", expected="input or output tokens above 0", found="0 of both"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """Mean requests in a period of so many hours, their shape, and the peak as a multiple of the
    mean.

    The mean pays for tokens; the peak sizes hosts. `requests` may be 0, the peak is at least 1.
    Latency targets (seconds, 95th percentile) are carried for the capacity of hosts.
    """

    requests: Decimal
    period_hours: Decimal = Decimal(1)
    shape: RequestShape
    peak_to_mean: Decimal
    ttft_seconds: Decimal | None = None
    tpot_seconds: Decimal | None = None

    def __post_init__(self) -> None:
        require_quantity("requests", self.requests)
        require_quantity("period_hours", self.period_hours, positive=True)
        require_quantity("peak_to_mean", self.peak_to_mean)
        if self.peak_to_mean < 1:
            raise InvalidValue(
                field="peak_to_mean", expected="a number of 1 or more", found=self.peak_to_mean
            )
        for name, seconds in (
            ("ttft_seconds", self.ttft_seconds),
            ("tpot_seconds", self.tpot_seconds),
        ):
            if seconds is not None:
                require_quantity(name, seconds, positive=True)

    @property
    def requests_per_hour(self) -> Fraction:
        """Mean requests an hour, exact (a monthly count divided by 730 does not terminate)."""
        return exact(self.requests) / exact(self.period_hours)


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """A further load to judge in the same answer: the workload times `factor`."""

    name: str
    factor: Decimal

    def __post_init__(self) -> None:
        require_quantity("factor", self.factor, positive=True)
