"""The values of one input at which the answer at the workload turns, all others as they are.

Each option's cost is a curve over that input (`inverse_curves.py`): straight for prices, straight
pieces with whole hosts for lengths and load. The lower envelope of the curves gives every turn in
fractions, so nothing is sampled and no step of hosts is missed. From these follow

    discount      1 - turning host price / present one
    utilization   load where costs meet with the hosts paid now / (hosts paid * load of one)

Where lengths change, hosts keep their tokens a second (`capacity_kept`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from costing.cost_terms import OptionTerms, inputs_of, terms_of
from costing.curve import CostCurve
from costing.envelope import Envelope, lower_envelope
from costing.errors import InvalidQuestion
from costing.inverse_curves import (
    over_constant,
    over_host_price,
    over_input_price,
    over_output_price,
    over_output_tokens,
)
from costing.options import Dedicated, Provisioned, Serverless, missing
from costing.question import Question
from costing.units import to_decimal

SEARCH_FACTOR: Final = 100
"""Lengths are searched up to this multiple of the present one, unless a proof lies beyond."""


class Lever(StrEnum):
    """The input that is turned: money an hour of one host or unit, share off it, money a token,
    output tokens a request of the workload, mean load over what the paid hosts carry, requests an
    hour."""

    HOST_PRICE = "host_price"
    DISCOUNT = "discount"
    INPUT_PRICE = "input_price"
    OUTPUT_PRICE = "output_price"
    OUTPUT_TOKENS = "output_tokens"
    UTILIZATION = "utilization"
    VOLUME = "volume"


NEEDS: Final = {
    Lever.HOST_PRICE: (Dedicated, Provisioned),
    Lever.DISCOUNT: (Dedicated, Provisioned),
    Lever.UTILIZATION: (Dedicated,),
    Lever.INPUT_PRICE: (Serverless,),
    Lever.OUTPUT_PRICE: (Serverless,),
}
"""The kinds of option that a lever belongs to; the others are all options' alike."""


class NoTurn(StrEnum):
    """Why there is no value.

    never: proven, at no value. never_in_range: none up to `searched_to`, what lies beyond was not
    looked at. out_of_bounds: costs would meet at `beyond`, which cannot be: a price of 0 or less, a
    dearer host instead of a discount, another load than the hosts paid now are paid for. no_effect:
    the input has no part in any cost at the workload. unknown: an option lacks a price or capacity.
    not_computed: units of provisioned throughput take part, whose steps over the output tokens
    begin within one, at what the input takes.
    """

    NEVER = "never"
    NEVER_IN_RANGE = "never_in_range"
    OUT_OF_BOUNDS = "out_of_bounds"
    NO_EFFECT = "no_effect"
    UNKNOWN = "unknown"
    NOT_COMPUTED = "not_computed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A value at which the cheapest option changes, and the cheapest just below and above it; None:
    no option has a cost there. `exact` is the value before rounding."""

    value: Decimal
    exact: Fraction
    below: str | None
    above: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inverse:
    """All turns of one input, in rising order. against None: the best of all other options.

    now: the present value; None where unknown. reason: why there is no turn. searched_to: up to
    where was looked, None: without end. capacity_kept: hosts serve as many tokens a second at other
    lengths as at the present ones, which real ones do not quite. of_units: a host price is that of
    a unit of provisioned throughput.
    """

    lever: Lever
    option: str
    against: str | None
    now: Decimal | None
    turns: tuple[Turn, ...] = ()
    reason: NoTurn | None = None
    searched_to: Decimal | None = None
    beyond: Decimal | None = None
    capacity_kept: bool = False
    of_units: bool = False

    @property
    def nearest(self) -> Turn | None:
        """The turn next to the present value."""
        now = self.now or Decimal(0)
        return min(self.turns, key=lambda turn: abs(turn.value - now), default=None)


Curves: TypeAlias = Sequence[CostCurve]


def inverse(question: Question, lever: Lever, option: str, against: str | None = None) -> Inverse:
    """Where the answer at the workload turns between `option` and `against` (None: any other).

    Raises InvalidQuestion for a name that is not there, an option against itself, or a lever that
    the kind of the option does not have.
    """
    _require(question, lever, option, against)
    of_units = any(isinstance(one, Provisioned) for one in question.options if one.name == option)
    blank = Inverse(lever=lever, option=option, against=against, now=None, of_units=of_units)
    among = [one for one in question.options if against is None or one.name in (option, against)]
    if any(missing(one, question.shape_of(one)) for one in among):
        return replace(blank, reason=NoTurn.UNKNOWN)
    terms = [terms_of(question, one) for one in among]
    own = next(one for one in terms if one.name == option)
    if lever is Lever.VOLUME:
        return _volume(question, blank, terms)
    if lever is Lever.OUTPUT_TOKENS:
        return _output_tokens(question, blank, terms)
    if lever is Lever.UTILIZATION:
        return _utilization(question, blank, terms, own)
    return _price(question, blank, terms, own)


def _require(question: Question, lever: Lever, option: str, against: str | None) -> None:
    options = {one.name: one for one in question.options}
    for field, name in (("option", option), ("against", against)):
        if name is not None and name not in options:
            raise InvalidQuestion(
                field=field, reason=f"expected one of {', '.join(options)}; found {name!r}"
            )
    if option == against:
        raise InvalidQuestion(
            field="against", reason=f"expected another option than {option!r}, found the same"
        )
    kinds = NEEDS.get(lever)
    if kinds is not None and not isinstance(options[option], kinds):
        named = " or ".join(kind.__name__.lower() for kind in kinds)
        raise InvalidQuestion(
            field="option",
            reason=f"expected a {named} option for {lever}, found {option!r}",
        )


def _volume(question: Question, blank: Inverse, terms: Sequence[OptionTerms]) -> Inverse:
    now = inputs_of(question)
    curves = [curve for one in terms if (curve := one.curve(now)) is not None]
    typed = question.search_to_requests_per_hour is not None
    found = lower_envelope(curves, question.search_limit, limit_is_typed=typed)
    return _searched(replace(blank, now=to_decimal(now.load)), found, curves)


def _output_tokens(question: Question, blank: Inverse, terms: Sequence[OptionTerms]) -> Inverse:
    at = inputs_of(question)
    blank = replace(
        blank,
        now=to_decimal(at.output_tokens),
        capacity_kept=any(one.hosts is not None and not one.hosts.unlimited for one in terms),
    )
    if at.output_tokens == 0 or at.load == 0:
        return replace(blank, reason=NoTurn.NO_EFFECT)
    if any(one.hosts is not None and one.hosts.unit_rate is not None for one in terms):
        return replace(blank, reason=NoTurn.NOT_COMPUTED)
    curves = [curve for one in terms if (curve := over_output_tokens(one, at)) is not None]
    if all(curve.slope == 0 and curve.stairs is None for curve in curves):
        return replace(blank, reason=NoTurn.NO_EFFECT)
    limit = at.output_tokens * SEARCH_FACTOR
    return _searched(blank, lower_envelope(curves, limit, limit_is_typed=False), curves)


def _searched(blank: Inverse, found: Envelope, curves: Curves) -> Inverse:
    turns = _turns(found, curves, blank.option)
    searched = None if found.proven else to_decimal(found.searched_to)
    reason = None
    if not turns:
        reason = NoTurn.NEVER if found.proven else NoTurn.NEVER_IN_RANGE
    return replace(blank, turns=turns, reason=reason, searched_to=searched)


def _turns(found: Envelope, curves: Curves, option: str) -> tuple[Turn, ...]:
    """The ends of the stretches on which the option is the cheapest."""
    turns = []
    for before, after in pairwise(found.stretches):
        below, above = (
            None if one.winner is None else curves[one.winner].name for one in (before, after)
        )
        if option in (below, above):
            turns.append(
                Turn(value=to_decimal(after.low), exact=after.low, below=below, above=above)
            )
    return tuple(turns)


def _price(
    question: Question, blank: Inverse, terms: Sequence[OptionTerms], own: OptionTerms
) -> Inverse:
    """In closed form: one line over its price against the lowest of the others' costs."""
    at, lever = inputs_of(question), blank.lever
    if lever is Lever.INPUT_PRICE:
        option = question.billed(next(one for one in question.options if one.name == own.name))
        cached_too = isinstance(option, Serverless) and option.cached_input is None
        now, line = own.input_price, over_input_price(own, at, cached_too=cached_too)
    elif lever is Lever.OUTPUT_PRICE:
        now, line = own.output_price, over_output_price(own, at)
    else:
        assert own.hosts is not None  # `_require` has said so
        now, line = own.hosts.price, over_host_price(own, at)
    discount = lever is Lever.DISCOUNT
    blank = replace(blank, now=Decimal(0) if discount else to_decimal(now))
    if line is None or line.slope == 0 or (discount and now == 0):
        return replace(blank, reason=NoTurn.NO_EFFECT)
    others = [curve for one in terms if one is not own and (curve := over_constant(one, at))]
    if not others:
        return replace(blank, reason=NoTurn.NEVER)
    best = min(others, key=lambda curve: curve.fixed)  # the first of equal ones
    price = (best.fixed - line.fixed) / line.slope
    value = 1 - price / now if discount else price
    if price <= 0 or value < 0:
        return replace(blank, reason=NoTurn.OUT_OF_BOUNDS, beyond=to_decimal(value))
    below, above = (best.name, own.name) if discount else (own.name, best.name)
    turn = Turn(value=to_decimal(value), exact=value, below=below, above=above)
    return replace(blank, turns=(turn,))


def _utilization(
    question: Question, blank: Inverse, terms: Sequence[OptionTerms], own: OptionTerms
) -> Inverse:
    """The load at which costs meet with the hosts that are paid now, over what these carry.

    Only loads at which so many hosts are paid count: above them one more is, and below them fewer.
    """
    at = inputs_of(question)
    curve = own.curve(at)
    assert curve is not None
    assert curve.stairs is not None  # `_require` has said so
    piece, each = curve.piece_at(at.load), curve.stairs.load_per_instance
    if piece is None or not piece.instances or piece.high is None or each is None:
        return replace(blank, reason=NoTurn.NO_EFFECT)
    carried = piece.instances * each
    blank = replace(blank, now=to_decimal(at.load / carried))
    still = CostCurve(name=own.name, fixed=piece.fixed, slope=piece.slope)
    curves = [still if one is own else one.curve(at) for one in terms]
    known = [one for one in curves if one is not None]
    # Beyond what these hosts carry, others would be paid: nothing more is looked for there, but
    # where costs would meet is worth telling.
    limit = max(question.search_limit, piece.high)
    envelope = lower_envelope(known, limit, limit_is_typed=False)
    fewer = piece.instances - 1
    low = (fewer - curve.stairs.spare) * each if fewer >= curve.stairs.paid(1) else Fraction(0)
    loads = _turns(envelope, known, own.name)
    turns = tuple(
        replace(turn, value=to_decimal(turn.exact / carried), exact=turn.exact / carried)
        for turn in loads
        if low <= turn.exact <= piece.high
    )
    if turns:
        return replace(blank, turns=turns)
    if not loads:
        return replace(blank, reason=NoTurn.NEVER)
    nearest = min((turn.exact for turn in loads), key=lambda load: abs(load - at.load))
    return replace(blank, reason=NoTurn.OUT_OF_BOUNDS, beyond=to_decimal(nearest / carried))
