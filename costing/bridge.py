"""Why the monthly cost of one option differs between two moments, in parts that add up.

The saved question becomes today's one change at a time, in the order of `PartCode`; a part is the
cost after its change minus the cost before it, so the parts telescope to the difference. Formulas:
README, "Bridge".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final, TypeAlias

from costing.bridge_steps import PartCode, Step, alone, steps, without_maximum
from costing.columns import Columns, columns_of
from costing.errors import InvalidQuestion, InvalidValue
from costing.estimate import exact_cost_per_hour
from costing.options import Option, missing
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, require_quantity, to_decimal

CENTS: Final = 100
"""Parts are rounded to this share of one unit of the reporting currency."""

Method: TypeAlias = Callable[[Question, Option], Fraction | None]
"""An arithmetic of cost: money an hour at the workload, None where there is no cost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A question as it stood at one moment.

    rate: units of the reporting currency for one unit of the question's. method: version of the
    arithmetic that answered it. Raises InvalidValue for a rate that is not above 0.
    """

    question: Question
    rate: Decimal
    method: str

    def __post_init__(self) -> None:
        require_quantity("rate", self.rate, positive=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one change adds to the monthly cost, in the reporting currency; None: cannot be said.

    name: of the add-on, else None. cost_per_month: rounded to cents so that all parts add up.
    """

    code: PartCode
    name: str | None
    exact_per_month: Fraction | None
    cost_per_month: Decimal | None


class At(StrEnum):
    """Where a cost is missing: of the saved question, of today's, or between the two."""

    BEFORE = "before"
    AFTER = "after"
    BETWEEN = "between"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A cost that cannot be said. after: the last change made to a question in between.

    missing: what the option lacks (`Missing`), above_maximum, rate (of today's currency at the
    saved moment), method (the arithmetic of the saved answer) or cost (a given method has none).
    """

    at: At
    missing: str
    after: PartCode | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bridge:
    """Monthly cost before, after, and between them a part for each thing that changed.

    In the reporting currency, exact and rounded to cents, halves up; None where unknown. Where all
    parts are known they sum to the difference exactly, and the rounded ones from the rounded cost
    before to the rounded cost after. gaps: what is missing, in order.
    """

    option: str
    exact_before_per_month: Fraction | None
    exact_after_per_month: Fraction | None
    exact_difference_per_month: Fraction | None
    before_per_month: Decimal | None
    after_per_month: Decimal | None
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...]

    def columns(self) -> Columns:
        """A row a part, in the reporting currency; the cents add up to the difference."""
        return columns_of(
            self.parts,
            {
                "option": lambda part: self.option,
                "part": lambda part: part.code.value,
                "name": lambda part: part.name,
                "cost_per_month": lambda part: part.cost_per_month,
                "exact_per_month": lambda part: part.exact_per_month,
            },
        )


def bridge(
    before: Moment,
    after: Moment,
    option: str,
    *,
    old_method: Method | None = None,
    said_per_month: Fraction | None = None,
    at_rate_before: Question | None = None,
) -> Bridge:
    """Explain the monthly cost of one option today from what it was.

    old_method: the arithmetic of `before`, needed where the versions differ; without it the parts
    are today's arithmetic, and the method's part and the cost before are unknown.
    said_per_month: what `before` was said to cost, in the reporting currency, for that case: it is
    the cost before then, and `remainder` (what today's arithmetic gives for the saved question,
    less what was said) stands in the place of the method's part. at_rate_before: today's question
    with prices of other currencies converted at the saved rate, where a question converts them
    itself; what then remains to `after` is the currency's part.

    Raises InvalidQuestion where a question has no such option or the two are of different kinds,
    and InvalidValue for an old method where the versions are the same.
    """
    same_method = before.method == after.method
    if same_method and old_method is not None:
        raise InvalidValue(
            field="old_method",
            expected="none where both moments have one method version",
            found=f"one, at version {after.method!r} twice",
        )
    first, last = _option(before.question, option), _option(after.question, option)
    if type(first) is not type(last):
        raise InvalidQuestion(
            field="options",
            reason=(
                f"expected {option!r} of one kind at both moments, found"
                f" {type(first).__name__} and {type(last).__name__}"
            ),
        )
    walk = _Walk(
        method=old_method or exact_cost_at_workload,
        before=before,
        after=after,
        at_rate_before=at_rate_before,
        gaps=[],
    )
    costs, made = walk.costs(first, last)
    if not same_method:
        made.append((PartCode.METHOD, None))
        costs.append(replace(walk, method=exact_cost_at_workload).cost_after(last))
    exact_parts = [
        None if one is None or other is None else other - one for one, other in pairwise(costs)
    ]
    if not same_method and old_method is None:
        exact_parts[-1] = None
        if said_per_month is not None:
            made[-1] = (PartCode.REMAINDER, None)
            exact_parts[-1] = None if costs[0] is None else costs[0] - said_per_month
        costs[0] = said_per_month
        walk.gaps.insert(0, Gap(at=At.BEFORE, missing="method"))
    rounded = rounded_parts(exact_parts, costs[0], costs[-1])
    return Bridge(
        option=option,
        exact_before_per_month=costs[0],
        exact_after_per_month=costs[-1],
        exact_difference_per_month=(
            None if costs[0] is None or costs[-1] is None else costs[-1] - costs[0]
        ),
        before_per_month=_in_cents(costs[0]),
        after_per_month=_in_cents(costs[-1]),
        parts=tuple(
            Part(code=code, name=name, exact_per_month=part, cost_per_month=cents)
            for (code, name), part, cents in zip(made, exact_parts, rounded, strict=True)
        ),
        gaps=tuple(walk.gaps),
    )


def exact_cost_at_workload(question: Question, option: Option) -> Fraction | None:
    """The arithmetic of today: money an hour at the workload, None where there is no cost."""
    return exact_cost_per_hour(question, option, question.workload.requests_per_hour)


def rounded_parts(
    parts: Sequence[Fraction | None], before: Fraction | None, after: Fraction | None
) -> list[Decimal | None]:
    """Parts in cents by largest remainder: each is rounded down, and the cents that then lack of
    rounded(after) - rounded(before) go to the largest remainders, of equal ones to the earlier.

    Halves are rounded up, so that never fewer than none and never more cents lack than there are
    parts with a remainder. With an unknown among them each part is rounded alone.
    """
    known = [part * CENTS for part in parts if part is not None]
    if len(known) < len(parts) or before is None or after is None:
        return [_in_cents(part) for part in parts]
    cents = [floor(part) for part in known]
    lacking = _cents(after) - _cents(before) - sum(cents)
    by_remainder = sorted(range(len(known)), key=lambda place: cents[place] - known[place])
    for place in by_remainder[:lacking]:
        cents[place] += 1
    return [to_decimal(Fraction(count, CENTS)) for count in cents]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Walk:
    """From the saved question to today's; `gaps` collects the costs that are missing on the way."""

    method: Method
    before: Moment
    after: Moment
    at_rate_before: Question | None
    gaps: list[Gap]

    def costs(
        self, first: Option, last: Option
    ) -> tuple[list[Fraction | None], list[tuple[PartCode, str | None]]]:
        """Monthly cost of the saved question and after each change, and the changes."""
        start = alone(self.before.question, first)
        end = alone(self.after.question, last)
        foreign = start.currency != end.currency
        reached = end
        if self.at_rate_before is not None:
            reached = alone(self.at_rate_before, _option(self.at_rate_before, last.name))
        changes = steps(start, reached)
        if foreign or self.before.rate != self.after.rate or steps(reached, end):
            changes.append(Step(code=PartCode.CURRENCY, apply=lambda _: end))
        found = [self._cost(self.before.question, first, Gap(at=At.BEFORE, missing=""))]
        # A maximum only says whether an option exists; between the ends it is left out, so that
        # more load together with a higher maximum can be told apart.
        question, foreign_price = without_maximum(start), False
        for step in changes[:-1]:
            gap = Gap(at=At.BETWEEN, missing="rate", after=step.code)
            foreign_price = foreign_price or (foreign and step.is_price)
            if foreign_price:
                self.gaps.append(gap)
                found.append(None)
                continue
            question = without_maximum(step.apply(question))
            found.append(self._cost(question, question.options[0], gap))
        if changes:
            same_method = self.before.method == self.after.method
            between = Gap(at=At.BETWEEN, missing="", after=changes[-1].code)
            found.append(self.cost_after(last, None if same_method else between))
        return found, [(step.code, step.name) for step in changes]

    def cost_after(self, last: Option, gap: Gap | None = None) -> Fraction | None:
        """Monthly cost of today's question as it is, by the method of this walk."""
        at_end = replace(self, before=self.after)
        return at_end._cost(self.after.question, last, gap or Gap(at=At.AFTER, missing=""))

    def _cost(self, question: Question, option: Option, gap: Gap) -> Fraction | None:
        """Money a month at the rate of `before`; where there is none, says what is missing."""
        cost = self.method(question, option)
        if cost is not None:
            return cost * exact(HOURS_PER_MONTH) * exact(self.before.rate)
        lacking: tuple[str, ...] = missing(option, question.shape_of(option))
        if not lacking:
            exists = exact_cost_at_workload(question, option) is not None
            lacking = ("cost" if exists else "above_maximum",)
        self.gaps.extend(replace(gap, missing=str(what)) for what in lacking)
        return None


def _option(question: Question, name: str) -> Option:
    for option in question.options:
        if option.name == name:
            return option
    names = ", ".join(repr(option.name) for option in question.options)
    raise InvalidQuestion(
        field="options", reason=f"expected one named {name!r} at both moments, found {names}"
    )


def _cents(cost: Fraction) -> int:
    return floor(cost * CENTS + Fraction(1, 2))


def _in_cents(cost: Fraction | None) -> Decimal | None:
    return None if cost is None else to_decimal(Fraction(_cents(cost), CENTS))
