"""Sweeps: what every option costs over a grid of loads, tokens, peaks and price factors.

The grid is evaluated in float64 arrays, in blocks that any executor may work on. A number that is
shown to a person comes from `cell`, which is `costing.estimate` again. Rules: README, "Sweeps".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import partial
from math import prod
from operator import index as whole_number
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from costing.errors import InvalidValue
from costing.estimate import Estimate, estimate, exact_cost_per_hour
from costing.options import Dedicated, Option, Serverless
from costing.prices import Price
from costing.question import Question
from costing.sweep_cells import BLOCK_CELLS, Block, Plan, blocks, evaluate, gathered
from costing.sweep_whole import Column, Cut, Inputs, Values, values_along
from costing.units import exact, require_quantity

AXES: Final = (
    "requests_per_hour",
    "input_tokens",
    "output_tokens",
    "cached_input_share",
    "peak_to_mean",
    "host_price_factor",
    "token_price_factor",
    "load_factor",
)
TOKEN_AXES: Final = AXES[1:4]
PRICE_AXES: Final = AXES[5:7]
MOST_CELLS: Final = 20_000_000
"""Cells of a sweep at most: with three options some 700 MB of results."""

CHUNK_CELLS: Final = 1_000_000
"""Cells handed to an executor at once unless told otherwise: some 20 ms of work."""

_EXACTLY: Final = Context(prec=120, traps=[Inexact])


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """One input and the values that it takes, in order. Its name is one of AXES.

    The host price factor multiplies the price of dedicated hosts, the token price factor the
    prices of input, cached input and output, the load factor the workload, exactly as it was typed.
    Raises InvalidValue.
    """

    name: str
    values: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if self.name not in AXES:
            raise InvalidValue(
                field="axes", expected=f"names out of {', '.join(AXES)}", found=repr(self.name)
            )
        if not self.values:
            raise InvalidValue(field=self.name, expected="at least one value", found="none")
        for value in self.values:
            require_quantity(self.name, value)
            if self.name == "cached_input_share" and value > 1:
                raise InvalidValue(field=self.name, expected="shares from 0 to 1", found=value)
            if self.name == "peak_to_mean" and value < 1:
                raise InvalidValue(field=self.name, expected="numbers of 1 or more", found=value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweep:
    """A question at every combination of the axes' values, the last axis changing fastest.

    An option with a request shape of its own keeps it, as in any question. Raises InvalidValue for
    no axis, one named twice, the load in two ways, cells without any token, or more than
    MOST_CELLS.
    """

    question: Question
    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        names = [axis.name for axis in self.axes]
        if not names or len(set(names)) < len(names):
            found = ", ".join(names) or "none"
            raise InvalidValue(field="axes", expected="one or more, each once", found=found)
        if {"requests_per_hour", "load_factor"} <= set(names):
            raise InvalidValue(
                field="axes", expected="requests_per_hour or load_factor", found="both"
            )
        if prod(self.lengths) > MOST_CELLS:
            cells = f"{' x '.join(map(str, self.lengths))} = {prod(self.lengths):,}"
            raise InvalidValue(field="axes", expected=f"at most {MOST_CELLS:,} cells", found=cells)
        shape = self.question.workload.shape
        if not min(self._values("input_tokens", shape.input_tokens)) and not min(
            self._values("output_tokens", shape.output_tokens)
        ):
            raise InvalidValue(
                field="axes",
                expected="input or output tokens above 0 in every cell",
                found="a cell with 0 of both",
            )

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many values each axis has: the shape of the result's arrays."""
        return tuple(len(axis.values) for axis in self.axes)

    def question_at(self, index: Sequence[int]) -> Question:
        """The question that one cell asks. Raises InvalidValue where there is no such cell."""
        if len(index) != len(self.axes) or not all(
            0 <= place < length for place, length in zip(index, self.lengths, strict=True)
        ):
            shape = " x ".join(map(str, self.lengths))
            raise InvalidValue(
                field="index", expected=f"a place in a grid of {shape}", found=tuple(index)
            )
        at = {
            axis.name: axis.values[whole_number(place)]
            for axis, place in zip(self.axes, index, strict=True)
        }
        workload = self.question.workload
        tokens = {str(name): at[name] for name in TOKEN_AXES if name in at}
        changes: dict[str, Any] = {"shape": replace(workload.shape, **tokens)}
        if "requests_per_hour" in at:
            changes |= {"requests": at["requests_per_hour"], "period_hours": Decimal(1)}
        if "load_factor" in at:
            changes["requests"] = _EXACTLY.multiply(workload.requests, at["load_factor"])
        if "peak_to_mean" in at:
            changes["peak_to_mean"] = at["peak_to_mean"]
        options = self.question.options
        if not at.keys().isdisjoint(PRICE_AXES):
            factors = [at.get(name, Decimal(1)) for name in PRICE_AXES]
            options = tuple(_priced(option, *factors) for option in options)
        return replace(self.question, workload=replace(workload, **changes), options=options)

    def plan(self, *, with_costs: bool = True) -> Plan:
        """The sweep as its blocks need it."""
        return Plan(
            question=self.question,
            inputs=tuple(self._inputs(option) for option in self.question.options),
            with_costs=with_costs,
        )

    def _inputs(self, option: Option) -> Inputs:
        workload, own = self.question.workload, option.shape
        shape = self.question.shape_of(option)
        tokens = [
            values_along((exact(getattr(shape, name)),), None)
            if own
            else self._along(name, getattr(shape, name))
            for name in TOKEN_AXES
        ]
        cached, factors = tokens[2], self._along("load_factor", Decimal(1))
        load = self._along("requests_per_hour", workload.requests_per_hour)
        if factors.axis is not None:
            times = tuple(load.exact[0] * factor for factor in factors.exact)
            load = values_along(times, factors.axis)
        return Inputs(
            load=load,
            input=tokens[0],
            output=tokens[1],
            cached=cached,
            fresh=values_along(tuple(1 - share for share in cached.exact), cached.axis),
            peak=self._along("peak_to_mean", workload.peak_to_mean),
            host_factor=self._along("host_price_factor", Decimal(1)),
            token_factor=self._along("token_price_factor", Decimal(1)),
        )

    def _along(self, name: str, fixed: Decimal | Fraction) -> Values:
        for place, axis in enumerate(self.axes):
            if axis.name == name:
                return values_along(tuple(map(exact, axis.values)), place)
        return values_along((exact(fixed),), None)

    def _values(self, name: str, fixed: Decimal) -> tuple[Decimal, ...]:
        return next((axis.values for axis in self.axes if axis.name == name), (fixed,))


class Executor(Protocol):
    """Anything with a `map`: a pool of threads or processes, or a client of a cluster."""

    def map(self, function: Callable[[Cut], Block], cuts: Sequence[Cut], /) -> Iterable[Any]:
        """Results in the order of `cuts`, or futures of them."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepResult:
    """Arrays in the shape of the grid, float64 money an hour; NaN where there is no cost.

    costs: by the name of the option, none where the sweep was asked for winners only.
    winner: place of the cheapest option in the question, -1 where none has a cost; costs within
    1e-12 of the lowest go to the earlier option. gap: second lowest less lowest, NaN without two.
    """

    sweep: Sweep
    costs: Mapping[str, Column]
    winner: NDArray[np.int16]
    gap: Column

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options, in the order of the question."""
        return tuple(option.name for option in self.sweep.question.options)

    def cell(self, index: Sequence[int]) -> tuple[Estimate, ...]:
        """What every option costs in one cell, computed anew and exactly: for people to see."""
        question = self.sweep.question_at(index)
        return tuple(estimate(question, option) for option in question.options)

    def cheapest(self, index: Sequence[int], count: int = 1) -> tuple[Estimate, ...]:
        """The cheapest options with a cost in one cell, at most `count`, computed exactly."""
        question = self.sweep.question_at(index)
        load = question.workload.requests_per_hour
        ranked = sorted(
            (cost, place)
            for place, option in enumerate(question.options)
            if (cost := exact_cost_per_hour(question, option, load)) is not None
        )
        return tuple(estimate(question, question.options[place]) for _, place in ranked[:count])

    def columns(self) -> dict[str, list[Any]]:
        """A row a cell, as `pandas.DataFrame` takes it: axes, `cost_per_hour NAME` for each
        option, cheapest (its name), gap_per_hour. None where unknown."""
        found: dict[str, list[Any]] = {}
        for place, axis in enumerate(self.sweep.axes):
            shape = [1] * len(self.sweep.axes)
            shape[place] = -1
            values = np.array([float(value) for value in axis.values]).reshape(shape)
            found[axis.name] = np.broadcast_to(values, self.winner.shape).ravel().tolist()
        for name, cost in self.costs.items():
            found[f"cost_per_hour {name}"] = _or_none(cost)
        names = (*self.names, None)  # -1 is the last: none
        found["cheapest"] = [names[place] for place in self.winner.ravel().tolist()]
        found["gap_per_hour"] = _or_none(self.gap)
        return found


def run_sweep(
    sweep: Sweep,
    executor: Executor | None = None,
    *,
    chunk_cells: int = CHUNK_CELLS,
    with_costs: bool = True,
) -> SweepResult:
    """Evaluate a sweep in blocks of at most `chunk_cells`, here or by the `map` of an executor.

    with_costs False: only winners and gaps, a third of the memory and of what processes send back.
    Blocks are cut in a fixed order and each cell depends on its own numbers only, so the arrays are
    equal to the bit whatever the executor and the size. Raises InvalidValue for chunks under 1.
    """
    if chunk_cells < 1:
        raise InvalidValue(field="chunk_cells", expected="1 or more", found=chunk_cells)
    most = min(chunk_cells, BLOCK_CELLS) if executor is None else chunk_cells
    cuts = tuple(blocks(sweep.lengths, most))
    work = partial(evaluate, sweep.plan(with_costs=with_costs))
    done = map(work, cuts) if executor is None else executor.map(work, cuts)
    # A client of a cluster answers with futures.
    found = (block.result() if hasattr(block, "result") else block for block in done)
    whole = gathered(sweep.lengths, zip(cuts, found, strict=True))
    names = [option.name for option in sweep.question.options]
    costs = dict(zip(names, whole.costs, strict=True)) if with_costs else {}
    return SweepResult(sweep=sweep, costs=costs, winner=whole.winner, gap=whole.gap)


def _priced(option: Option, hosts: Decimal, tokens: Decimal) -> Option:
    """The option with its price of a host, or its prices of tokens, times a factor."""
    if isinstance(option, Dedicated):
        # At another price the parts of an owned host would no longer add up to it.
        owned = option.owned if hosts == 1 else None
        return replace(option, price=_times(option.price, hosts), owned=owned)
    if isinstance(option, Serverless):
        return replace(
            option,
            input=_times(option.input, tokens),
            cached_input=_times(option.cached_input, tokens),
            output=_times(option.output, tokens),
            steps=tuple(step.priced(lambda price: _times(price, tokens)) for step in option.steps),
        )
    return option


def _times(price: Price | None, factor: Decimal) -> Price | None:
    if price is None:
        return None
    return replace(price, amount=_EXACTLY.multiply(price.amount, factor))


def _or_none(numbers: Column) -> list[float | None]:
    return [None if value != value else value for value in numbers.ravel().tolist()]
