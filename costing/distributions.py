"""What may be stated about an input that is not known: a distribution, and all of them together.

Parameters are Decimal and in the unit of the input. A share is refused where it could leave 0 to 1:
nothing is clipped, because a clipped draw piles up at the edge without a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import log
from typing import Final, TypeAlias

from costing.errors import InvalidQuestion, InvalidValue
from costing.options import Dedicated, EstimatedCapacity, Serverless
from costing.question import Question
from costing.units import require_quantity

STANDARD_P90: Final = 1.2815515655446004
"""The ninetieth percentile of the standard normal distribution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed:
    """Known: always this value."""

    value: Decimal

    def __post_init__(self) -> None:
        require_quantity("value", self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Uniform:
    """Any value from low to high alike. Raises InvalidValue where low is above high."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        _require_order(("low", self.low), ("high", self.high))


@dataclass(frozen=True, kw_only=True, slots=True)
class Triangular:
    """From low to high, most likely at the mode. Raises InvalidValue unless low <= mode <= high."""

    low: Decimal
    mode: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        _require_order(("low", self.low), ("mode", self.mode), ("high", self.high))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lognormal:
    """The logarithm is normal: one of ten values lies under p10 and one of ten above p90.

    log median = (log p10 + log p90) / 2, so the median lies a little under the middle. Raises
    InvalidValue for p10 of 0 or above p90.
    """

    p10: Decimal
    p90: Decimal

    def __post_init__(self) -> None:
        require_quantity("p10", self.p10, positive=True)
        _require_order(("p10", self.p10), ("p90", self.p90))

    @property
    def log_median(self) -> float:
        """Natural logarithm of the median."""
        return (log(self.p10) + log(self.p90)) / 2

    @property
    def log_deviation(self) -> float:
        """Standard deviation of the natural logarithm."""
        return (log(self.p90) - log(self.p10)) / (2 * STANDARD_P90)


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityBand:
    """What a host serves over its middle estimate, by its P10 and P90 shares; the median is 1.

    Two halves of lognormals that meet at 1. low_share of 0 (a slow deployment serves nothing within
    the targets): the lower half falls straight to 0 at its tenth percentile, and is 0 below. Raises
    InvalidValue unless low_share <= 1 <= high_share.
    """

    low_share: Decimal
    high_share: Decimal

    def __post_init__(self) -> None:
        require_quantity("low_share", self.low_share)
        _require_order(("low_share", self.low_share), ("1", Decimal(1)))
        _require_order(("1", Decimal(1)), ("high_share", self.high_share))


Distribution: TypeAlias = Fixed | Uniform | Triangular | Lognormal
CapacityDistribution: TypeAlias = Distribution | CapacityBand


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncertainty:
    """What is not known about a question; None and what is not named: as the question has it.

    Load (mean requests an hour), lengths (tokens a request of the workload; an option's own length
    moves in proportion) and cached share are common to all options and independent of each other.
    drift: a factor on all prices of an option (not on add-ons), independent between options.
    capacity: what hosts serve over the middle, by option; an estimated capacity that is not named
    takes its own band. engines: options of one engine share one draw, slow or fast together; those
    that are not named all share one.
    """

    load: Distribution | None = None
    input_tokens: Distribution | None = None
    output_tokens: Distribution | None = None
    cached_input_share: Distribution | None = None
    drift: Mapping[str, Distribution] = field(default_factory=dict)
    capacity: Mapping[str, CapacityDistribution] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)

    def capacity_of(self, option: Dedicated) -> CapacityDistribution | None:
        """What is stated about the hosts of an option, else its own band; None: nothing varies."""
        stated = self.capacity.get(option.name)
        if stated is None and isinstance(option.capacity, EstimatedCapacity):
            shares = option.capacity
            return CapacityBand(low_share=shares.low_share, high_share=shares.high_share)
        return stated


def require_fitting(question: Question, uncertainty: Uncertainty) -> None:
    """Refuse what does not belong to the question (InvalidQuestion, with the path in
    `uncertainty`): names of no option, shares that could leave 0 to 1, lengths without a base."""
    hosts = {one.name for one in question.options if isinstance(one, Dedicated)}
    names = {one.name for one in question.options}
    for key, stated, known in (
        ("drift", uncertainty.drift, names),
        ("capacity", uncertainty.capacity, hosts),
        ("engines", uncertainty.engines, hosts),
    ):
        for name in stated:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise InvalidQuestion(
                    field=f"uncertainty.{key}",
                    reason=f"expected the name of an option of: {listed}; found {name!r}",
                )
    stepped = [one.name for one in question.options if isinstance(one, Serverless) and one.steps]
    if uncertainty.input_tokens is not None and stepped:
        raise InvalidQuestion(
            field="uncertainty.input_tokens",
            reason="expected input tokens that stay where prices step up with the length "
            f"({', '.join(stepped)}), found {uncertainty.input_tokens}; leave them out here",
        )
    if not is_share(uncertainty.cached_input_share):
        raise InvalidQuestion(
            field="uncertainty.cached_input_share",
            reason="expected a fixed, uniform or triangular share that stays from 0 to 1, found "
            f"{uncertainty.cached_input_share}; a lognormal one has no upper end",
        )
    shape = question.workload.shape
    for key, tokens in (
        ("input_tokens", shape.input_tokens),
        ("output_tokens", shape.output_tokens),
    ):
        length: Distribution | None = getattr(uncertainty, key)
        if length is None:
            continue
        if tokens == 0:
            raise InvalidQuestion(
                field=f"uncertainty.{key}",
                reason="expected a workload with such tokens, found 0 a request; options scale "
                "their own length by it",
            )
        if least_of(length) == 0:
            raise InvalidQuestion(
                field=f"uncertainty.{key}",
                reason=f"expected more than 0 tokens in every draw, found {length}",
            )


def is_share(distribution: Distribution | None) -> bool:
    """Whether no draw can be above 1; None (as the question has it) cannot."""
    if distribution is None:
        return True
    if isinstance(distribution, Lognormal):
        return False
    return (distribution.value if isinstance(distribution, Fixed) else distribution.high) <= 1


def least_of(distribution: Distribution) -> Decimal:
    """The end under which no draw lies; a lognormal comes ever nearer to 0 without reaching it, so
    its tenth percentile, which is above 0, stands for it."""
    if isinstance(distribution, Fixed):
        return distribution.value
    return distribution.p10 if isinstance(distribution, Lognormal) else distribution.low


def ends_of(distribution: Distribution) -> tuple[Decimal, Decimal]:
    """The tenth and the ninetieth percentile, to 28 digits where they are roots."""
    if isinstance(distribution, Fixed):
        return distribution.value, distribution.value
    if isinstance(distribution, Lognormal):
        return distribution.p10, distribution.p90
    low, high = distribution.low, distribution.high
    width, tenth, most = high - low, Decimal("0.1"), Decimal("0.9")
    if isinstance(distribution, Uniform):
        return low + tenth * width, low + most * width
    mode = distribution.mode

    def at(share: Decimal) -> Decimal:
        if share * width <= mode - low:
            return low + (share * width * (mode - low)).sqrt()
        return high - ((1 - share) * width * (high - mode)).sqrt()

    return at(tenth), at(most)


def _require_order(*named: tuple[str, Decimal]) -> None:
    for name, value in named:
        require_quantity(name, value)
    values = [value for _, value in named]
    if values != sorted(values):
        raise InvalidValue(
            field=named[0][0],
            expected=" <= ".join(name for name, _ in named),
            found=" and ".join(str(value) for value in values),
        )
