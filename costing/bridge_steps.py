"""The changes that turn a saved question into today's, one at a time, in a fixed order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from costing.add_ons import AddOn, Lens
from costing.curve import money_per_hour
from costing.options import (
    Dedicated,
    Option,
    Provisioned,
    Serverless,
    Sold,
    TypedCapacity,
)
from costing.prices import Price
from costing.question import Question
from costing.units import Unit
from costing.workload import RequestShape


class PartCode(StrEnum):
    """What changed, in the order in which the changes are made; last, in the place of the method,
    what a saved figure is off by where the arithmetic that gave it is not at hand."""

    VOLUME = "volume"
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    TOKENS = "tokens"
    CACHED_INPUT_SHARE = "cached_input_share"
    INPUT_PRICE = "input_price"
    CACHED_INPUT_PRICE = "cached_input_price"
    OUTPUT_PRICE = "output_price"
    HOSTING_PRICE = "hosting_price"
    HOST_PRICE = "host_price"
    UNIT_PRICE = "unit_price"
    ADD_ON_PRICE = "add_on_price"
    CAPACITY = "capacity"
    HOSTS = "hosts"
    SURCHARGES = "surcharges"
    CURRENCY = "currency"
    METHOD = "method"
    REMAINDER = "remainder"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One change of a question of one option. name: of the add-on it is about, else None."""

    code: PartCode
    apply: Callable[[Question], Question]
    name: str | None = None

    @property
    def is_price(self) -> bool:
        """Whether it brings money in, which is in the currency of the day."""
        return self.code.value.endswith("_price")


Read: TypeAlias = tuple[object, ...]
"""What the arithmetic reads of a part of a question, to be compared."""

PRICE_FIELDS: Final[Mapping[type[Option], tuple[tuple[PartCode, str], ...]]] = {
    Serverless: (
        (PartCode.INPUT_PRICE, "input"),
        (PartCode.CACHED_INPUT_PRICE, "cached_input"),
        (PartCode.OUTPUT_PRICE, "output"),
        (PartCode.HOSTING_PRICE, "hosting"),
    ),
    Dedicated: ((PartCode.HOST_PRICE, "price"),),
    Provisioned: ((PartCode.UNIT_PRICE, "price"),),
}
"""Where each kind of option has its prices."""

_SIZING: Final[Mapping[type[Option], tuple[str, ...]]] = {
    Serverless: (),
    Dedicated: ("capacity",),
    Provisioned: ("input_tokens_per_minute_per_unit", "output_token_weight", "step_units"),
}
_RENTED: Final[Mapping[type[Option], tuple[str, ...]]] = {
    Serverless: (),
    Dedicated: (
        "minimum_instances",
        "spare_instances",
        "maximum_instances",
        "interruption_share",
    ),
    Provisioned: ("minimum_units", "maximum_units"),
}


def alone(question: Question, option: Option) -> Question:
    """The question of this option only: its shape as the workload's, its add-ons by name, of its
    hosts no more than the arithmetic reads.

    Prices that step up with the length are those of its mean length: where that crosses a step,
    the bridge tells it as a change of price.
    """
    bare: Option = replace(question.billed(option), shape=None)
    if isinstance(bare, Dedicated):
        bare = replace(bare, owned=None, sold=Sold())
    return replace(
        question,
        workload=replace(question.workload, shape=question.shape_of(option)),
        options=(bare,),
        add_ons=tuple(
            replace(one, applies_to=None, already_paid=False) for one in question.add_ons_of(option)
        ),
        volumes=(),
        lens=Lens.FULL,
    )


def without_maximum(question: Question) -> Question:
    """The same question as if hosts or units could be rented without limit."""
    option = question.options[0]
    if isinstance(option, Dedicated):
        return replace(question, options=(replace(option, maximum_instances=None),))
    if isinstance(option, Provisioned):
        return replace(question, options=(replace(option, maximum_units=None),))
    return question


def steps(start: Question, end: Question) -> list[Step]:
    """What differs between two questions of one option (`alone`) of one kind, in order.

    Only what the arithmetic reads counts: a price of a new date with the same money is no change.
    """
    found = [*_load_steps(start, end)]
    old, new = start.options[0], end.options[0]
    kind = type(old)
    for code, field in PRICE_FIELDS[kind]:
        if paid_by(getattr(old, field)) != paid_by(getattr(new, field)):
            found.append(_option_step(code, new, (field,)))
    found += _add_on_steps(start, end)
    if _SIZING[kind] and _sizing(start) != _sizing(end):
        found.append(Step(code=PartCode.CAPACITY, apply=lambda question: _sized(question, end)))
    if any(getattr(old, field) != getattr(new, field) for field in _RENTED[kind]):
        found.append(_option_step(PartCode.HOSTS, new, _RENTED[kind]))
    if start.surcharge_factor != end.surcharge_factor:
        found.append(Step(code=PartCode.SURCHARGES, apply=lambda question: _taxed(question, end)))
    return found


def _taxed(question: Question, end: Question) -> Question:
    return replace(question, support_share=end.support_share, tax_share=end.tax_share)


def _load_steps(start: Question, end: Question) -> list[Step]:
    found: list[Step] = []
    if start.workload.requests_per_hour != end.workload.requests_per_hour:
        found.append(Step(code=PartCode.VOLUME, apply=lambda question: _volume(question, end)))
    old, new = start.workload.shape, end.workload.shape
    if old.output_tokens == 0 == new.input_tokens:
        # In between the request would have no token at all.
        found.append(_shape_step(PartCode.TOKENS, new, ("input_tokens", "output_tokens")))
    else:
        found += [
            _shape_step(code, new, (code.value,))
            for code in (PartCode.INPUT_TOKENS, PartCode.OUTPUT_TOKENS)
            if getattr(old, code.value) != getattr(new, code.value)
        ]
    if old.cached_input_share != new.cached_input_share:
        found.append(_shape_step(PartCode.CACHED_INPUT_SHARE, new, ("cached_input_share",)))
    return found


def _volume(question: Question, end: Question) -> Question:
    to = end.workload
    workload = replace(question.workload, requests=to.requests, period_hours=to.period_hours)
    return replace(question, workload=workload)


def _shape_step(code: PartCode, new: RequestShape, fields: tuple[str, ...]) -> Step:
    values = {field: getattr(new, field) for field in fields}

    def apply(question: Question) -> Question:
        shape = replace(question.workload.shape, **values)
        return replace(question, workload=replace(question.workload, shape=shape))

    return Step(code=code, apply=apply)


def _option_step(code: PartCode, new: Option, fields: tuple[str, ...]) -> Step:
    return Step(code=code, apply=lambda question: _with_option(question, new, fields))


def _with_option(question: Question, new: Option, fields: tuple[str, ...]) -> Question:
    values = {field: getattr(new, field) for field in fields}
    return replace(question, options=(replace(question.options[0], **values),))


def paid_by(price: Price | None) -> Read | None:
    """What tells the money of two prices apart, not where they come from."""
    if price is None:
        return None
    by_time = price.unit in (Unit.HOUR, Unit.MONTH)
    return (price.currency, "" if by_time else price.unit, money_per_hour(price))


def _paid_for(add_on: AddOn) -> Read:
    return (paid_by(add_on.price), add_on.quantity)


def _add_on_steps(start: Question, end: Question) -> list[Step]:
    """One change for each name; several add-ons of one name are one."""
    found: list[Step] = []
    for name in dict.fromkeys(one.name for one in (*start.add_ons, *end.add_ons)):
        new = tuple(one for one in end.add_ons if one.name == name)
        old = tuple(one for one in start.add_ons if one.name == name)
        if [_paid_for(one) for one in old] != [_paid_for(one) for one in new]:
            code = PartCode.ADD_ON_PRICE
            found.append(Step(code=code, apply=_with_add_ons(name, new), name=name))
    return found


def _with_add_ons(name: str, new: tuple[AddOn, ...]) -> Callable[[Question], Question]:
    def apply(question: Question) -> Question:
        others = tuple(one for one in question.add_ons if one.name != name)
        return replace(question, add_ons=(*others, *new))

    return apply


def _sizing(question: Question) -> Read:
    """What the arithmetic reads of a capacity, and the peak that it has to carry."""
    option = question.options[0]
    values: list[object] = [question.workload.peak_to_mean]
    for field in _SIZING[type(option)]:
        value = getattr(option, field)
        if isinstance(value, TypedCapacity):
            values += [value.input_tokens_per_second, value.output_tokens_per_second]
        else:
            values.append(type(value) if field == "capacity" else value)
    return tuple(values)


def _sized(question: Question, end: Question) -> Question:
    new = end.options[0]
    workload = replace(question.workload, peak_to_mean=end.workload.peak_to_mean)
    return _with_option(replace(question, workload=workload), new, _SIZING[type(new)])
