"""The same question with one input at another value.

Lengths are those of the workload; an option's own length moves in proportion, and stays where the
workload has no such tokens. An option whose cached share is not the workload's keeps its own.
Capacities stay as they are in tokens a second, unless `Capacities` says what hosts serve instead.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from costing.errors import InvalidQuestion
from costing.options import (
    Capacity,
    Dedicated,
    EstimatedCapacity,
    Option,
    Provisioned,
    Serverless,
    TypedCapacity,
    UnknownCapacity,
)
from costing.prices import Price
from costing.question import Question
from costing.units import MOST_DECIMAL_PLACES, exact, require_quantity, to_decimal
from costing.workload import RequestShape


class Input(StrEnum):
    """What is changed: mean requests an hour, peak over mean, tokens a request of the workload,
    cached share of the input, a factor on all prices of an option, a share of what its hosts serve
    (None as option: of all hosts whose capacity is estimated)."""

    LOAD = "load"
    PEAK = "peak"
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    CACHED_INPUT_SHARE = "cached_input_share"
    PRICE = "price"
    CAPACITY = "capacity"


LENGTHS = (Input.INPUT_TOKENS, Input.OUTPUT_TOKENS, Input.CACHED_INPUT_SHARE)
"""Inputs that change the requests themselves, and so what a host serves."""

Capacities: TypeAlias = Callable[[Dedicated, RequestShape], Capacity]
"""What one host of an option serves at requests of another shape."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One input at a value in its own unit; `option` for a price, and for a capacity of one."""

    input: Input
    value: Decimal
    option: str | None = None


def changed(question: Question, change: Change, capacities: Capacities | None = None) -> Question:
    """The question with this change. Raises InvalidValue for a value outside its meaning,
    InvalidQuestion for the name of an option that is not there or has no such input."""
    require_quantity(change.input.value, change.value)
    _require_option(question, change)
    load = question.workload
    if change.input is Input.LOAD:
        return replace(
            question, workload=replace(load, requests=change.value, period_hours=Decimal(1))
        )
    if change.input is Input.PEAK:
        return replace(question, workload=replace(load, peak_to_mean=change.value))
    if change.input in LENGTHS:
        shape = replace(load.shape, **{change.input.value: change.value})
        return at_shape(question, shape, capacities)
    if change.input is Input.PRICE:
        factor = exact(change.value)
        return _with(question, change.option, lambda option: _dearer(option, factor))
    if change.option is None:
        return replace(
            question, options=tuple(_serving(one, change.value) for one in question.options)
        )
    return _with(question, change.option, lambda option: _serving(option, change.value, typed=True))


def at_shape(
    question: Question, shape: RequestShape, capacities: Capacities | None = None
) -> Question:
    """The question at requests of another shape; an option's own lengths move in proportion."""
    old = question.workload.shape

    def moved(option: Option) -> Option:
        own = option.shape
        if own is not None:
            share = own.cached_input_share
            own = RequestShape(
                input_tokens=_moved(own.input_tokens, old.input_tokens, shape.input_tokens),
                output_tokens=_moved(own.output_tokens, old.output_tokens, shape.output_tokens),
                cached_input_share=shape.cached_input_share
                if share == old.cached_input_share
                else share,
            )
        if isinstance(option, Dedicated) and capacities is not None:
            return replace(option, shape=own, capacity=capacities(option, own or shape))
        return replace(option, shape=own)

    return replace(
        question,
        workload=replace(question.workload, shape=shape),
        options=tuple(moved(one) for one in question.options),
    )


def keeps_capacity(question: Question, other: Question, change: Change) -> bool:
    """Whether hosts of the changed question are taken to serve as many tokens a second at requests
    that they were not estimated or measured for."""
    return change.input in LENGTHS and any(
        isinstance(before, Dedicated)
        and isinstance(after, Dedicated)
        and isinstance(before.capacity, TypedCapacity)
        and before.capacity == after.capacity
        for before, after in zip(question.options, other.options, strict=True)
    )


def _require_option(question: Question, change: Change) -> None:
    if change.option is None and change.input is not Input.PRICE:
        return
    names = [
        one.name
        for one in question.options
        if change.input is Input.PRICE
        or (
            change.input is Input.CAPACITY
            and isinstance(one, Dedicated)
            and isinstance(one.capacity, TypedCapacity)
        )
    ]
    if change.option not in names:
        known = ", ".join(names) or "none"
        raise InvalidQuestion(
            field=f"{change.input.value}.option",
            reason=f"expected an option with this input, of: {known}; found {change.option!r}",
        )


def _with(question: Question, name: str | None, change: Callable[[Option], Option]) -> Question:
    return replace(
        question,
        options=tuple(change(one) if one.name == name else one for one in question.options),
    )


def _moved(own: Decimal, old: Decimal, new: Decimal) -> Decimal:
    if old == 0 or old == new:
        return own
    return fitting(exact(own) * exact(new) / exact(old))


def _dearer(option: Option, factor: Fraction) -> Option:
    def times(price: Price | None) -> Price | None:
        if price is None:
            return None
        return replace(price, amount=fitting(exact(price.amount) * factor))

    if isinstance(option, Dedicated):
        # At another price the parts of an owned host would no longer add up to it.
        return replace(option, price=times(option.price), owned=None)
    if isinstance(option, Provisioned):
        return replace(option, price=times(option.price))
    assert isinstance(option, Serverless)
    return replace(
        option,
        input=times(option.input),
        output=times(option.output),
        cached_input=times(option.cached_input),
        hosting=times(option.hosting),
        steps=tuple(step.priced(times) for step in option.steps),
    )


def _serving(option: Option, share: Decimal, *, typed: bool = False) -> Option:
    """Hosts at a share of their capacity; only estimated ones unless a typed one is named."""
    capacity = option.capacity if isinstance(option, Dedicated) else None
    if not isinstance(option, Dedicated) or not isinstance(capacity, TypedCapacity):
        return option
    if isinstance(capacity, EstimatedCapacity):
        return replace(option, capacity=capacity.at(share))
    if not typed:
        return option
    if share == 0:
        return replace(option, capacity=UnknownCapacity())
    read, written = capacity.input_tokens_per_second, capacity.output_tokens_per_second
    return replace(
        option,
        capacity=replace(
            capacity,
            input_tokens_per_second=None if read is None else fitting(exact(read) * exact(share)),
            output_tokens_per_second=None
            if written is None
            else fitting(exact(written) * exact(share)),
        ),
    )


def fitting(value: Fraction) -> Decimal:
    """As Decimal with no more places than a quantity may have."""
    number = to_decimal(value)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # a quotient is finite
    if exponent >= -MOST_DECIMAL_PLACES:
        return number
    place = Decimal(1).scaleb(-MOST_DECIMAL_PLACES)
    return number.quantize(place, ROUND_HALF_EVEN, Context(prec=2 * MOST_DECIMAL_PLACES))
