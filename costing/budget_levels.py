"""The low, the planned and the high volume of a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from costing.band import at_ends, called_over
from costing.errors import InvalidQuestion
from costing.question import Question
from costing.units import exact
from costing.verdict import Verdict, judge
from costing.workload import Volume

LEVELS: Final = ("low", "plan", "high")
ASSUMED: Final = (
    Volume(name="low", factor=Decimal("0.7")),
    Volume(name="high", factor=Decimal("1.3")),
)
"""Where a question states no volume: 30 % less and more than the workload, as its uncertainty is
assumed elsewhere."""


class Basis(StrEnum):
    """What low, plan and high are: volumes of the question, volumes that were assumed because it
    states none, or percentiles of draws."""

    VOLUMES = "volumes"
    ASSUMED_VOLUMES = "assumed_volumes"
    DRAWS = "draws"


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One of LEVELS: a factor on the workload; volume: the name it has in the question, None for
    the workload itself."""

    name: str
    volume: str | None
    factor: Decimal
    requests_per_hour: Fraction


def levels_of(question: Question) -> tuple[Basis, tuple[Level, ...]]:
    """The volumes named low, plan and high; else the smallest other, the workload, the largest.

    The workload also stands for a low volume that would lie above the plan, or a high one below,
    where that was not named so. Raises InvalidQuestion where named ones are not in order.
    """
    stated = question.volumes or ASSUMED
    named = {volume.name.strip().casefold(): volume for volume in stated}
    plan = named.get("plan")
    middle = Decimal(1) if plan is None else plan.factor
    others = sorted(
        (one for name, one in named.items() if name not in LEVELS), key=lambda one: one.factor
    )
    low = named.get("low") or next((one for one in others[:1] if one.factor <= middle), None)
    high = named.get("high") or next((one for one in others[-1:] if one.factor >= middle), None)
    load = question.workload.requests_per_hour
    found = tuple(
        Level(
            name=name,
            volume=None if volume is None else volume.name,
            factor=middle if volume is None else volume.factor,
            requests_per_hour=load * exact(middle if volume is None else volume.factor),
        )
        for name, volume in zip(LEVELS, (low or plan, plan, high or plan), strict=True)
    )
    factors = [level.factor for level in found]
    if factors != sorted(factors):
        shown = ", ".join(f"{level.name} {level.factor}" for level in found)
        raise InvalidQuestion(
            field="volumes",
            reason=f"expected low, plan and high in rising order for a budget, found {shown}",
        )
    return (Basis.VOLUMES if question.volumes else Basis.ASSUMED_VOLUMES), found


def verdicts_of(question: Question, levels: Sequence[Level]) -> tuple[Verdict, ...]:
    """Who is the cheapest at each level and whether that can be called, named like the level; too
    close where slow or fast hosts would have another winner."""
    ends = at_ends(question) or ()
    return tuple(
        called_over(
            judge(question, level.name, level.requests_per_hour),
            [judge(end, level.name, level.requests_per_hour) for end in ends],
        )
        for level in levels
    )
