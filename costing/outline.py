"""The cost of an option over a range of loads as corner points: what a chart draws, unsampled."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.curve import cost_curve
from costing.options import Option, missing
from costing.question import Question
from costing.units import exact, to_decimal

MOST_POINTS = 2_000
"""Corner points at most; an outline of more steps ends early and says where."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutlinePoint:
    """Money an hour at a mean load in requests an hour. Two points of one load are a step."""

    requests_per_hour: Decimal
    cost_per_hour: Decimal
    instances: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """Corner points in order of load, straight lines between them.

    ends_at: where the line ends before the range does (maximum of instances, or MOST_POINTS).
    wall: the load at which the fewest paid hosts are full, None where they never are or have none.
    """

    name: str
    points: tuple[OutlinePoint, ...]
    ends_at: Decimal | None
    wall: Decimal | None


def outline(question: Question, option: Option, *, to_requests_per_hour: Decimal) -> Outline | None:
    """The corners of one option from load 0 to the given one; None where its cost is unknown."""
    if missing(option, question.shape_of(option)):
        return None
    curve = cost_curve(question, option)
    limit, low = exact(to_requests_per_hour), Fraction(0)
    points: list[OutlinePoint] = []
    while low < limit and len(points) < MOST_POINTS:
        piece = curve.piece_after(low)
        if piece is None:
            break
        high = limit if piece.high is None else min(piece.high, limit)
        points += [
            OutlinePoint(
                requests_per_hour=to_decimal(load),
                cost_per_hour=to_decimal(piece.cost(load)),
                instances=piece.instances,
            )
            for load in (low, high)
        ]
        low = high
    wall = None
    if curve.stairs is not None:
        wall = curve.stairs.serves_to(curve.stairs.paid(1))
    return Outline(
        name=option.name,
        points=tuple(points),
        ends_at=None if low >= limit else to_decimal(low),
        wall=None if wall is None else to_decimal(wall),
    )
