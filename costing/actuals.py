"""An estimate against what was really used and paid: the difference in parts that add up.

    volume of a cost = cost(actual load, planned request) - cost(planned load, planned request)
    length           = cost(actual load, actual request) - cost(actual load, planned request)
    price            = paid - cost(actual load, actual request)
    volume of tokens = (actual load - planned load) * planned tokens of a request
    length of tokens = actual load * (actual tokens - planned tokens of a request)

A load is requests an hour, a request its input, output and cached tokens. Costs are those of one
option by the arithmetic of the estimate, so that hosts stay whole. The parts telescope: their sum
is actual - planned exactly. What is not known leaves its parts unknown.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from costing.errors import InvalidValue
from costing.estimate import exact_cost_per_hour
from costing.options import Option
from costing.question import Question
from costing.units import HOURS_PER_MONTH, exact, to_decimal
from costing.workload import RequestShape


@dataclass(frozen=True, kw_only=True, slots=True)
class ActualUse:
    """What was used in so many hours, and paid for it in the currency of the question.

    Attributes:
        cached_input_tokens: among the input tokens; None: not told, then the planned share holds.
        cost: None: not told.

    Raises InvalidValue for hours or requests that are not above 0, a negative number, more cached
    than input tokens, or no token at all.
    """

    hours: Fraction
    requests: Fraction
    input_tokens: Fraction
    output_tokens: Fraction
    cached_input_tokens: Fraction | None = None
    cost: Fraction | None = None

    def __post_init__(self) -> None:
        for name in ("hours", "requests", "input_tokens", "output_tokens"):
            if getattr(self, name) < 0 or (
                name in ("hours", "requests") and not getattr(self, name)
            ):
                expected = "a number above 0" if name in ("hours", "requests") else "0 or more"
                raise InvalidValue(field=name, expected=expected, found=str(getattr(self, name)))
        if not self.input_tokens + self.output_tokens:
            raise InvalidValue(field="input_tokens", expected="any token", found="none")
        if self.cached_input_tokens is not None and not (
            0 <= self.cached_input_tokens <= self.input_tokens
        ):
            raise InvalidValue(
                field="cached_input_tokens",
                expected=f"0 to the {self.input_tokens} input tokens",
                found=str(self.cached_input_tokens),
            )
        if self.cost is not None and self.cost < 0:
            raise InvalidValue(field="cost", expected="0 or more", found=str(self.cost))


@dataclass(frozen=True, kw_only=True, slots=True)
class ActualLine:
    """One line a month: planned, actual and why they differ; None: not known.

    code: requests, input_tokens, output_tokens, cached_input_tokens or cost. price: of a cost only;
    0 where there is no price in the line.
    """

    code: str
    planned: Decimal | None
    actual: Decimal | None
    volume: Decimal | None
    length: Decimal | None
    price: Decimal | None


def actual_lines(question: Question, option: Option, use: ActualUse) -> tuple[ActualLine, ...]:
    """Estimate against actual of one option, line by line, a month of 730 hours."""
    planned, load = question.shape_of(option), question.workload.requests_per_hour
    real = use.requests / use.hours
    cached = exact(planned.input_tokens) * exact(planned.cached_input_share)
    each = use.input_tokens / use.requests, use.output_tokens / use.requests
    told = use.cached_input_tokens
    pairs = (
        ("input_tokens", exact(planned.input_tokens), each[0]),
        ("output_tokens", exact(planned.output_tokens), each[1]),
        ("cached_input_tokens", cached, None if told is None else told / use.requests),
    )
    lines = [_line("requests", load, real, (real - load, Fraction(0), Fraction(0)))]
    for code, before, after in pairs:
        parts = (real - load) * before, None if after is None else real * (after - before)
        reached = None if after is None else real * after
        lines.append(_line(code, load * before, reached, (*parts, Fraction(0))))
    return (*lines, _cost(question, option, use))


def _cost(question: Question, option: Option, use: ActualUse) -> ActualLine:
    load, real = question.workload.requests_per_hour, use.requests / use.hours
    planned = exact_cost_per_hour(question, option, load)
    more = exact_cost_per_hour(question, option, real)
    shape = _shape(question.shape_of(option), use)
    asked = replace(question, workload=replace(question.workload, shape=shape))
    there = asked.options[question.options.index(option)]
    longer = exact_cost_per_hour(asked, replace(there, shape=None), real)
    paid = None if use.cost is None else use.cost / use.hours
    steps = (planned, more, longer, paid)
    parts = [
        None if before is None or after is None else after - before
        for before, after in pairwise(steps)
    ]
    return _line("cost", planned, paid, (parts[0], parts[1], parts[2]))


def _shape(planned: RequestShape, use: ActualUse) -> RequestShape:
    share = exact(planned.cached_input_share)
    if use.cached_input_tokens is not None:
        share = use.cached_input_tokens / use.input_tokens if use.input_tokens else Fraction(0)
    return RequestShape(
        input_tokens=to_decimal(use.input_tokens / use.requests),
        output_tokens=to_decimal(use.output_tokens / use.requests),
        cached_input_share=to_decimal(share),
    )


def _line(
    code: str,
    planned: Fraction | None,
    actual: Fraction | None,
    parts: tuple[Fraction | None, Fraction | None, Fraction | None],
) -> ActualLine:
    month = exact(HOURS_PER_MONTH)
    volume, length, price = (None if one is None else to_decimal(one * month) for one in parts)
    return ActualLine(
        code=code,
        planned=None if planned is None else to_decimal(planned * month),
        actual=None if actual is None else to_decimal(actual * month),
        volume=volume,
        length=length,
        price=price,
    )
