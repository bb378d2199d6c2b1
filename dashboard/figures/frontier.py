"""Which points of a chart nothing else beats."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

Point = TypeVar("Point")


def unbeaten(
    points: Sequence[Point], place: Callable[[Point], tuple[Decimal, Decimal] | None]
) -> tuple[Point, ...]:
    """Those that no other beats, the cheapest first.

    place: cost and merit, of which more is better; None where one of them is not known: such a
    point takes no part. One beats another where it is at least as good in both and better in one,
    so points with the same cost and the same merit stay together.
    """
    known = [(at, one) for one in points if (at := place(one)) is not None]
    known.sort(key=lambda each: (each[0][0], -each[0][1]))
    best: list[Point] = []
    reached: tuple[Decimal, Decimal] | None = None
    for at, one in known:
        if reached is None or at[1] > reached[1]:
            reached = at
        if at == reached:
            best.append(one)
    return tuple(best)
