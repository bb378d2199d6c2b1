"""What would turn the verdict at the workload, one input at a time: load, host price, length.

Volume is the nearest crossing; a host price is that of `inverse.py` against the runner-up. The
output length flips where the cost of more output tokens makes up the gap: output tokens + gap /
(load x (output price + add-ons by the token)); hosts are sized by output too, so it is given for
unlimited capacity only.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.breakeven import BreakEven
from costing.estimate import exact_cost_per_hour
from costing.inverse import Lever, inverse
from costing.options import Dedicated, Option, Provisioned, Serverless, Unlimited
from costing.question import Question
from costing.units import Unit, exact, to_decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Flip:
    """One input at whose `value` the verdict turns. `now`: its present value, in the same unit.

    code: volume (requests an hour), host_price or unit_price (money an hour for one host or unit of
    `option`) or output_tokens (a request of `option`).
    """

    code: str
    option: str | None
    value: Decimal
    now: Decimal | None


def flips(answer: BreakEven) -> tuple[Flip, ...]:
    """What would flip the answer at the workload; empty where nothing does or nothing is known."""
    verdict = answer.at_workload
    if verdict.cheapest is None or verdict.second is None:
        return ()
    options = {option.name: option for option in answer.question.options}
    one, other = options[verdict.cheapest], options[verdict.second]
    found = [_volume(answer)]
    for host, against in ((one, other), (other, one)):
        if isinstance(host, Dedicated | Provisioned):
            found.append(_host_price(answer.question, host, against))
    for token, against in ((one, other), (other, one)):
        if isinstance(token, Serverless):
            billed = token.at(answer.question.shape_of(token))
            found.append(_output_tokens(answer.question, billed, against))
    return tuple(flip for flip in found if flip is not None)


def _volume(answer: BreakEven) -> Flip | None:
    load = answer.at_workload.requests_per_hour
    if not answer.crossings:
        return None
    nearest = min(answer.crossings, key=lambda crossing: abs(crossing.requests_per_hour - load))
    return Flip(code="volume", option=None, value=nearest.requests_per_hour, now=load)


def _host_price(question: Question, host: Dedicated | Provisioned, against: Option) -> Flip | None:
    found = inverse(question, Lever.HOST_PRICE, host.name, against.name)
    if not found.turns:
        return None
    value, code = found.turns[0].value, "unit_price" if found.of_units else "host_price"
    return Flip(code=code, option=host.name, value=value, now=found.now)


def _output_tokens(question: Question, token: Serverless, against: Option) -> Flip | None:
    if not isinstance(against, Dedicated) or not isinstance(against.capacity, Unlimited):
        return None
    load = question.workload.requests_per_hour
    shape = question.shape_of(token)
    cost, other = (exact_cost_per_hour(question, option, load) for option in (token, against))
    if cost is None or other is None or token.output is None or load == 0:
        return None
    by_token = token.output.for_one() + _add_ons_per_token(question, token)
    each = load * by_token * question.surcharge_factor
    if each == 0:
        return None
    tokens = exact(shape.output_tokens) + (other - cost) / each
    if tokens <= 0:
        return None
    return Flip(
        code="output_tokens", option=token.name, value=to_decimal(tokens), now=shape.output_tokens
    )


def _add_ons_per_token(question: Question, option: Option) -> Fraction:
    add_ons = question.add_ons_of(option)
    by_token = [one.for_one() for one in add_ons if one.price.unit is Unit.TOKEN]
    return sum(by_token, Fraction(0))
