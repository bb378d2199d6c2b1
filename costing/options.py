"""The ways to run a model that are compared: by the token (serverless) or on hosts (dedicated)."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias

from costing.capacity_reasons import Reason
from costing.errors import InvalidQuestion, InvalidValue
from costing.owned import OwnedHost
from costing.prices import Price, PriceStep
from costing.units import Unit, exact, require_count, require_quantity
from costing.workload import RequestShape

SPOT: Final = "spot"
"""The term of hosts that are cheap and can be taken away."""


class Missing(StrEnum):
    """What an option lacks, so that its cost is unknown."""

    INPUT_PRICE = "input_price"
    OUTPUT_PRICE = "output_price"
    INSTANCE_PRICE = "instance_price"
    CAPACITY = "capacity"
    UNIT_PRICE = "unit_price"
    UNIT_THROUGHPUT = "unit_throughput"
    OUTPUT_TOKEN_WEIGHT = "output_token_weight"
    PURCHASE_PRICE = "purchase_price"
    RESIDUAL_VALUE = "residual_value"
    USEFUL_LIFE = "useful_life_months"
    POWER = "power_kilowatts"
    POWER_USAGE_EFFECTIVENESS = "power_usage_effectiveness"
    POWER_PRICE = "price_per_kilowatt_hour"
    PEOPLE_HOURS = "people_hours_per_month"
    PEOPLE_PRICE = "people_price_per_hour"
    COLOCATION_FEE = "colocation_fee_per_month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlimited:
    """One instance serves any load: what the founding article assumes, and no host does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedCapacity:
    """What one instance sustains of both at once, in tokens a second, stated by a person.

    One of the two may be left out (None): then only the other is looked at.
    """

    input_tokens_per_second: Decimal | None = None
    output_tokens_per_second: Decimal | None = None
    evidence: str | None = None

    def __post_init__(self) -> None:
        given = 0
        for name in ("input_tokens_per_second", "output_tokens_per_second"):
            value = getattr(self, name)
            if value is not None:
                require_quantity(name, value, positive=True)
                given += 1
        if not given:
            raise InvalidValue(
                field="capacity",
                expected="input_tokens_per_second, output_tokens_per_second or both",
                found="neither",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityAtLength:
    """Requests an hour of one instance at requests of other lengths, headroom taken."""

    input_tokens: Decimal
    output_tokens: Decimal
    low_requests_per_hour: Decimal
    requests_per_hour: Decimal
    high_requests_per_hour: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimatedCapacity(TypedCapacity):
    """What one instance sustains by a measurement or the capacity model, headroom taken.

    The rates are those of the fiftieth percentile. low_share, high_share: the tenth and ninetieth
    over it; low_share is 0 where a slow deployment meets the targets with no request at all.
    lengths: what it serves at requests of other lengths.
    evidence: own_measurement, published_measurement or fitted_model. measurements: rows behind it.
    Raises InvalidValue where the shares do not enclose 1.
    """

    low_share: Decimal
    high_share: Decimal
    measurements: int = 0
    sources: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    lengths: tuple[CapacityAtLength, ...] = ()

    def __post_init__(self) -> None:
        TypedCapacity.__post_init__(self)
        require_quantity("low_share", self.low_share)
        require_quantity("high_share", self.high_share)
        if not self.low_share <= 1 <= self.high_share:
            raise InvalidValue(
                field="low_share",
                expected="low_share <= 1 <= high_share",
                found=f"{self.low_share} and {self.high_share}",
            )

    def at(self, share: Decimal) -> "TypedCapacity | UnknownCapacity":
        """The capacity of a deployment that reaches this share of it; unknown for none at all."""
        if not share:
            return UnknownCapacity(reasons=self.reasons)
        read, written = self.input_tokens_per_second, self.output_tokens_per_second
        return TypedCapacity(
            input_tokens_per_second=None if read is None else read * share,
            output_tokens_per_second=None if written is None else written * share,
            evidence=self.evidence,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownCapacity:
    """Nobody has said, measured or could estimate what one instance sustains, so no host count
    follows. reasons: why it could not be estimated, the one to lift first in front."""

    reasons: tuple[Reason, ...] = ()


Capacity: TypeAlias = Unlimited | TypedCapacity | UnknownCapacity


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """What is bought and where: printed beside every number, compared between options."""

    model: str | None = None
    provider: str | None = None
    region: str | None = None
    deployment: str | None = None
    instance: str | None = None
    term: str | None = None
    flags: tuple[str, ...] = ()


TOKEN_PRICES: Final = ("input", "output", "cached_input")
"""The prices of a serverless option by the token."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Serverless:
    """Pay per token, perhaps with an hourly hosting fee. A price of None is unknown, never free.

    `shape` overrides the workload's token counts, because tokenizers differ between models.
    steps: prices of longer requests, in rising order of length. Raises InvalidQuestion where they
    are not, or where a step lacks a price that the others have.
    """

    name: str
    input: Price | None
    output: Price | None
    cached_input: Price | None = None
    hosting: Price | None = None
    steps: tuple[PriceStep, ...] = ()
    shape: RequestShape | None = None
    sold: Sold = field(default_factory=Sold)

    def __post_init__(self) -> None:
        for name in TOKEN_PRICES:
            _require_unit(name, getattr(self, name), (Unit.TOKEN,))
        _require_unit("hosting", self.hosting, (Unit.HOUR, Unit.MONTH))
        for index, step in enumerate(self.steps):
            self._require_step(index, step)

    def _require_step(self, index: int, step: PriceStep) -> None:
        before = self.steps[index - 1].above_input_tokens if index else None
        if before is not None and step.above_input_tokens <= before:
            raise InvalidQuestion(
                field=f"steps.{index}.above_input_tokens",
                reason=f"expected more than {before:f}, the step before, found "
                f"{step.above_input_tokens:f}",
            )
        for name in TOKEN_PRICES:
            price = getattr(step, name)
            if (price is None) is not (getattr(self, name) is None):
                found = "none" if price is None else "one, and none below the step"
                words = name.replace("_", " ")
                raise InvalidQuestion(
                    field=f"steps.{index}.{name}",
                    reason=f"expected the {words} price of this step exactly where there is one "
                    f"below it, found {found}",
                )
            _require_unit(f"steps.{index}.{name}", price, (Unit.TOKEN,))

    def at(self, shape: RequestShape) -> "Serverless":
        """The option with the prices that a mean request of this shape is billed at, whole: those
        of the last step that its input tokens are above."""
        if not self.steps:
            return self
        prices: Serverless | PriceStep = self
        for step in self.steps:
            if shape.input_tokens > step.above_input_tokens:
                prices = step
        return replace(
            self,
            input=prices.input,
            output=prices.output,
            cached_input=prices.cached_input,
            steps=(),
        )

    @property
    def prices(self) -> tuple[Price, ...]:
        """Every known price of this option, those of its steps too."""
        known = [self.input, self.cached_input, self.output, self.hosting]
        known += [getattr(step, name) for step in self.steps for name in TOKEN_PRICES]
        return tuple(price for price in known if price is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dedicated:
    """Whole instances by the hour, every hour: max(minimum, needed + spare), never above maximum.

    `price` is for one instance; of an owned one it is `owned.price`. interruption_share: of the
    paid time of spot hosts what is lost to interruptions, an assumption; paid hours rise by 1 / (1
    - share). Raises InvalidQuestion where the maximum forbids every load, for an owned host at
    another price, and for interruptions of hosts that are not spot.
    """

    name: str
    price: Price | None
    minimum_instances: int
    spare_instances: int
    maximum_instances: int | None = None
    capacity: Capacity = field(default_factory=UnknownCapacity)
    shape: RequestShape | None = None
    sold: Sold = field(default_factory=Sold)
    owned: OwnedHost | None = None
    interruption_share: Decimal | None = None

    def __post_init__(self) -> None:
        _require_unit("price", self.price, (Unit.HOUR, Unit.MONTH))
        if self.owned is not None and self.price != self.owned.price:
            raise InvalidQuestion(
                field="price", reason="expected the price of the owned host, found another"
            )
        self._require_spot()
        require_count("minimum_instances", self.minimum_instances, least=0)
        require_count("spare_instances", self.spare_instances, least=0)
        if self.maximum_instances is None:
            return
        require_count("maximum_instances", self.maximum_instances, least=1)
        if self.maximum_instances < self.fewest_paid:
            raise InvalidQuestion(
                field="maximum_instances",
                reason=(
                    f"expected at least {self.fewest_paid} (the minimum, and one serving "
                    f"instance beside the spare ones), found {self.maximum_instances}"
                ),
            )

    def _require_spot(self) -> None:
        share, term = self.interruption_share, self.sold.term
        if share is None:
            return
        require_quantity("interruption_share", share)
        if share >= 1:
            raise InvalidValue(
                field="interruption_share",
                expected="a share of the time of at least 0 and under 1",
                found=share,
            )
        if self.owned is not None or term not in (None, SPOT):
            found = "an owned host" if self.owned is not None else f"the term {term}"
            raise InvalidQuestion(
                field="interruption_share",
                reason=f"expected it with the term {SPOT} only, found it with {found}",
            )

    @property
    def paid_per_useful_hour(self) -> Fraction:
        """Hours that are paid for one that serves: 1 / (1 - interruption share)."""
        return 1 / (1 - exact(self.interruption_share or 0))

    @property
    def fewest_paid(self) -> int:
        """Instances paid at the smallest load above 0: max(minimum, 1 + spare)."""
        return max(self.minimum_instances, 1 + self.spare_instances)

    @property
    def prices(self) -> tuple[Price, ...]:
        """The price of one instance, if known."""
        return () if self.price is None else (self.price,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Provisioned:
    """Throughput rented in units (PTU) by the hour, every hour, whatever is used of it.

    Units = max(minimum, needed, rounded up to the step). One unit carries so many input tokens a
    minute; cached input takes none of them, one output token as many as `output_token_weight`
    input tokens (None: not known). weight_basis: documented, assumed or unknown. Raises
    InvalidQuestion where the maximum is no whole number of steps, or under the minimum.
    """

    name: str
    price: Price | None
    minimum_units: int
    step_units: int
    input_tokens_per_minute_per_unit: Decimal | None
    output_token_weight: Decimal | None
    weight_basis: str = "unknown"
    maximum_units: int | None = None
    shape: RequestShape | None = None
    sold: Sold = field(default_factory=Sold)

    def __post_init__(self) -> None:
        _require_unit("price", self.price, (Unit.HOUR, Unit.MONTH))
        require_count("minimum_units", self.minimum_units, least=0)
        require_count("step_units", self.step_units, least=1)
        for name in ("input_tokens_per_minute_per_unit", "output_token_weight"):
            if getattr(self, name) is not None:
                require_quantity(name, getattr(self, name), positive=True)
        if self.maximum_units is None:
            return
        require_count("maximum_units", self.maximum_units, least=1)
        if self.maximum_units % self.step_units or self.maximum_units < self.fewest_paid:
            raise InvalidQuestion(
                field="maximum_units",
                reason=(
                    f"expected a multiple of the step {self.step_units} of at least "
                    f"{self.fewest_paid}, found {self.maximum_units}"
                ),
            )

    @property
    def fewest_paid(self) -> int:
        """Units paid at the smallest load above 0: max(minimum, one step)."""
        return max(self.minimum_units, self.step_units)

    @property
    def prices(self) -> tuple[Price, ...]:
        """The price of one unit, if known."""
        return () if self.price is None else (self.price,)


Option: TypeAlias = Serverless | Provisioned | Dedicated


def missing(option: Option, shape: RequestShape) -> tuple[Missing, ...]:
    """What must be known before this option has a cost at requests of this shape."""
    found: list[Missing] = []
    if isinstance(option, Serverless):
        if option.input is None and shape.input_tokens > 0:
            found.append(Missing.INPUT_PRICE)
        if option.output is None and shape.output_tokens > 0:
            found.append(Missing.OUTPUT_PRICE)
        return tuple(found)
    if isinstance(option, Provisioned):
        return _missing_of_units(option, shape)
    if option.price is None and option.owned is not None:
        found += [Missing(name) for name in option.owned.missing]
    elif option.price is None:
        found.append(Missing.INSTANCE_PRICE)
    if isinstance(option.capacity, UnknownCapacity) or not _covers(option.capacity, shape):
        found.append(Missing.CAPACITY)
    return tuple(found)


def _missing_of_units(option: Provisioned, shape: RequestShape) -> tuple[Missing, ...]:
    found: list[Missing] = []
    if option.price is None:
        found.append(Missing.UNIT_PRICE)
    if option.input_tokens_per_minute_per_unit is None:
        found.append(Missing.UNIT_THROUGHPUT)
    if option.output_token_weight is None and shape.output_tokens > 0:
        found.append(Missing.OUTPUT_TOKEN_WEIGHT)
    return tuple(found)


def _covers(capacity: Unlimited | TypedCapacity, shape: RequestShape) -> bool:
    """Whether a typed capacity speaks of any kind of token that these requests have."""
    if isinstance(capacity, Unlimited):
        return True
    return (capacity.input_tokens_per_second is not None and shape.input_tokens > 0) or (
        capacity.output_tokens_per_second is not None and shape.output_tokens > 0
    )


def _require_unit(name: str, price: Price | None, allowed: tuple[Unit, ...]) -> None:
    if price is not None and price.unit not in allowed:
        raise InvalidValue(field=f"{name}.unit", expected=" or ".join(allowed), found=price.unit)
