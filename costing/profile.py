"""How a load is spread over the hours of a day or a week, its mean unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from costing.errors import InvalidQuestion, InvalidValue
from costing.question import Question
from costing.units import exact, require_quantity, to_decimal

HOURS_PER_DAY: Final = 24
HOURS_PER_WEEK: Final = 168


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadProfile:
    """One number of 0 or more for each hour of a day (24) or week (168), in any unit.

    Only their ratios count: the load of an hour is the mean load * its weight / the mean weight.
    The first is the hour from 0:00 local time, of a week that of Monday; after the last comes the
    first again. source: who says so, None where nobody does. Raises InvalidValue for any other
    count, a weight that is negative or not finite, or 0 in all hours.
    """

    name: str
    weights: tuple[Decimal, ...]
    source: str | None = None

    def __post_init__(self) -> None:
        if len(self.weights) not in (HOURS_PER_DAY, HOURS_PER_WEEK):
            raise InvalidValue(
                field="weights",
                expected=f"{HOURS_PER_DAY} numbers (a day) or {HOURS_PER_WEEK} (a week)",
                found=f"{len(self.weights)}",
            )
        for hour, weight in enumerate(self.weights):
            require_quantity(f"weights.{hour}", weight)
        if not any(self.weights):
            raise InvalidValue(
                field="weights", expected="a number above 0 in some hour", found="0 in all hours"
            )

    @property
    def hours(self) -> int:
        """Hours until it repeats: 24 or 168."""
        return len(self.weights)

    @property
    def total_of_weights(self) -> Fraction:
        """The sum of all weights, above 0."""
        return sum((exact(weight) for weight in self.weights), Fraction(0))

    @property
    def factors(self) -> tuple[Fraction, ...]:
        """The load of each hour over the mean load, exact; their mean is 1."""
        scale = self.hours / self.total_of_weights
        return tuple(exact(weight) * scale for weight in self.weights)

    @property
    def peak_to_mean(self) -> Fraction:
        """The load of the highest hour over the mean load, at least 1."""
        return max(self.factors)


def require_no_peak(question: Question) -> None:
    """Refuse a question with a peak of its own (InvalidQuestion): the highest hour of the profile
    is the peak, so that both together would count it twice."""
    peak = question.workload.peak_to_mean
    if peak != 1:
        raise InvalidQuestion(
            field="workload.peak_to_mean",
            reason=(
                "expected 1 beside a load profile, whose highest hour is the peak (both would "
                f"count it twice), found {peak:f}; set it to 1"
            ),
        )


def peak_formula(profile: LoadProfile) -> tuple[str, Mapping[str, Decimal]]:
    """What the mean load is multiplied by for the highest hour, in the numbers that were given."""
    return "highest_weight * hours_in_profile / total_of_weights", {
        "highest_weight": max(profile.weights),
        "hours_in_profile": Decimal(profile.hours),
        "total_of_weights": to_decimal(profile.total_of_weights),
    }


OURS: Final = "modelcost: a plain shape to start from, measured nowhere"


def _preset(name: str, *days: str) -> LoadProfile:
    weights = tuple(Decimal(weight) for day in days for weight in day.split())
    return LoadProfile(name=name, weights=weights, source=OURS)


_EVEN_DAY = " ".join(["1"] * HOURS_PER_DAY)
_OFFICE_DAY = "1 1 1 1 1 1 2 6 14 20 20 18 12 18 20 20 18 12 6 4 3 2 1 1"
_DAY_OFF = "1 1 1 1 1 1 1 1 2 2 2 2 2 2 2 2 2 2 2 2 1 1 1 1"

FLAT: Final = _preset("flat", _EVEN_DAY)
OFFICE_HOURS: Final = _preset("office_hours", _OFFICE_DAY)
OFFICE_HOURS_WITH_WEEKEND: Final = _preset(
    "office_hours_with_weekend", *[_OFFICE_DAY] * 5, *[_DAY_OFF] * 2
)

PRESETS: Final[Mapping[str, LoadProfile]] = MappingProxyType(
    {preset.name: preset for preset in (FLAT, OFFICE_HOURS, OFFICE_HOURS_WITH_WEEKEND)}
)
"""Shapes by name. They are ours and no measurement; a person's own hours are better."""
