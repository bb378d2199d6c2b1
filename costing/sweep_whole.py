"""Inputs of a sweep along its axes, and the whole hosts and units that they need, without error.

A quotient that is rounded up may not be one float off. Where all numbers are whole after scaling
and under 2^53, float64 holds them and its division cannot step over a whole number. Beyond,
quotients next to a whole number are looked at again in fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[np.float64]
Cut: TypeAlias = tuple[slice, ...]
"""The part of each axis that a block holds."""

_HELD_EXACTLY: Final = 2**53
_NEAR: Final = 1e-12
"""A quotient this close to a whole number (relative) is not trusted; its error is under 1e-14."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Values:
    """One input over the grid: its values, and its axis (None: one value everywhere).

    floats: the values; whole: the values times `scale`, the least number that makes them whole,
    of which `most` is the largest; both as float64, made once for all blocks.
    """

    exact: tuple[Fraction, ...]
    axis: int | None
    floats: Column
    whole: Column
    scale: int
    most: int

    def column(self, cut: Cut, *, whole: bool = False) -> Column:
        """The part of a block, as an array that broadcasts over the block."""
        numbers, shape = self.whole if whole else self.floats, [1] * len(cut)
        if self.axis is not None:
            numbers = numbers[cut[self.axis]]
            shape[self.axis] = len(numbers)
        return numbers.reshape(shape)

    def above(self, limit: Fraction, cut: Cut) -> NDArray[np.bool_]:
        """Where the values of a block are above a limit, compared exactly."""
        told = np.array([value > limit for value in self.exact])
        shape = [1] * len(cut)
        if self.axis is not None:
            told = told[cut[self.axis]]
            shape[self.axis] = len(told)
        return told.reshape(shape)

    def at(self, cut: Cut, place: Sequence[int]) -> Fraction:
        """The value of one cell of a block."""
        return self.exact[0 if self.axis is None else cut[self.axis].start + place[self.axis]]


def values_along(exact: tuple[Fraction, ...], axis: int | None) -> Values:
    """Values along an axis, with their arrays."""
    scale = lcm(*(value.denominator for value in exact))
    whole = [value.numerator * (scale // value.denominator) for value in exact]
    return Values(
        exact=exact,
        axis=axis,
        floats=np.array([float(value) for value in exact]),
        whole=np.array([float(value) for value in whole]),
        scale=scale,
        most=max(whole),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """What a cell changes of a question, as seen by one option.

    cached: share of the input read from a cache; fresh: 1 less that.
    """

    load: Values
    input: Values
    output: Values
    cached: Values
    fresh: Values
    peak: Values
    host_factor: Values
    token_factor: Values


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """What is rounded up: load * peak * (input * fresh * into + output * out) * scale."""

    load: Values
    peak: Values
    input: Values
    output: Values
    fresh: Values
    into: Fraction
    out: Fraction
    scale: Fraction


def rounded_up(demand: Demand, cut: Cut) -> Column:
    """The demand of each cell of a block as the next whole number, exactly."""
    scaled = _scaled(demand)
    if scaled is not None:
        return np.ceil(_product(scaled, cut) / float(scaled.denominator))
    quotient = _product(_plain(demand), cut)
    rounded = np.ceil(quotient)
    near = np.abs(quotient - np.rint(quotient)) <= _NEAR * np.maximum(quotient, 1)
    for place in np.argwhere(near).tolist():
        rounded[tuple(place)] = ceil(_at(demand, cut, place))
    return rounded


@dataclass(frozen=True, kw_only=True, slots=True)
class _Product:
    """A demand in numbers of float64, whole ones over a denominator or the values themselves."""

    demand: Demand
    whole: bool
    into: float
    out: float
    factor: float
    denominator: int = 1


def _product(product: _Product, cut: Cut) -> Column:
    load, peak, into, out, fresh = (
        values.column(cut, whole=product.whole) for values in _five(product.demand)
    )
    tokens = into * fresh * product.into + out * product.out
    return load * (peak * (tokens * product.factor))


def _plain(demand: Demand) -> _Product:
    return _Product(
        demand=demand,
        whole=False,
        into=float(demand.into),
        out=float(demand.out),
        factor=float(demand.scale),
    )


def _scaled(demand: Demand) -> _Product | None:
    """The demand in whole numbers that float64 holds, however they are multiplied; else None."""
    load, peak, into, out, fresh = (values.scale for values in _five(demand))
    weight_in, weight_out = demand.into / (into * fresh), demand.out / out
    common = lcm(weight_in.denominator, weight_out.denominator)
    weights = int(weight_in * common), int(weight_out * common)
    factor = demand.scale / (load * peak * common)
    most = [values.most for values in _five(demand)]
    tokens = most[2] * most[4] * weights[0] + most[3] * weights[1]
    largest = max(*most, *weights, most[0] * most[1] * tokens * factor.numerator)
    if max(largest, factor.denominator) >= _HELD_EXACTLY:
        return None
    return _Product(
        demand=demand,
        whole=True,
        into=float(weights[0]),
        out=float(weights[1]),
        factor=float(factor.numerator),
        denominator=factor.denominator,
    )


def _five(demand: Demand) -> tuple[Values, Values, Values, Values, Values]:
    return demand.load, demand.peak, demand.input, demand.output, demand.fresh


def _at(demand: Demand, cut: Cut, place: Sequence[int]) -> Fraction:
    """The demand of one cell of a block, not rounded."""
    load, peak, into, out, fresh = (values.at(cut, place) for values in _five(demand))
    return load * peak * (into * fresh * demand.into + out * demand.out) * demand.scale
