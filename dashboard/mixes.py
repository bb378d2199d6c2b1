"""The same question at other mixes of input and output, as many tokens a request in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from catalog.database import Database
from catalog.scenario import Scenario
from costing import BreakEven, Dedicated, Question, RequestShape, Serverless, break_even
from costing.changes import at_shape, fitting
from costing.curve import CostCurve, cost_curve
from costing.options import missing
from costing.units import exact
from dashboard.served import capacities_at

SHARES: Final = tuple(
    Decimal(text)
    for text in (
        "0.02", "0.05", "0.1", "0.15", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9",
        "0.98",
    )
)  # fmt: skip
"""Output tokens over all tokens of a request."""
NEAR = Decimal("0.015")
"""A share this close to the workload's own gives way to it."""
MOST_LINES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """The answer at one mix; output_share: output tokens over all tokens of a mean request."""

    output_share: Decimal
    own: bool
    answer: BreakEven


@dataclass(frozen=True, kw_only=True, slots=True)
class EqualLine:
    """Where one host count of `hosts` costs what `tokens` does, in tokens an hour of the mean load:
    fixed = per_input * input + per_output * output (money an hour)."""

    instances: int
    fixed: Fraction
    per_input: Fraction
    per_output: Fraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Plane:
    """The two options whose costs meet on the plane of input and output tokens an hour.

    full: the mean input and output tokens an hour at which the fewest paid hosts are full, mix by
    mix; empty where they have no limit.
    """

    tokens: str
    hosts: str
    lines: tuple[EqualLine, ...]
    full: tuple[tuple[Fraction, Fraction], ...]

    @property
    def reached(self) -> bool | None:
        """Whether the fewest hosts serve any load at which they cost the same; None: no limit."""
        if not self.full or not self.lines:
            return None
        line = self.lines[0]
        return any(line.per_input * x + line.per_output * y >= line.fixed for x, y in self.full)


def mixes_of(database: Database, scenario: Scenario, question: Question) -> list[Mix]:
    """The question at each share of `SHARES` and at its own, lowest first. What estimated hosts
    serve is estimated again at each. None where a request has only input or only output."""
    shape = question.workload.shape
    total = exact(shape.input_tokens) + exact(shape.output_tokens)
    if not shape.input_tokens or not shape.output_tokens:
        return []
    own = fitting(exact(shape.output_tokens) / total)
    shares = sorted([one for one in SHARES if abs(one - own) > NEAR] + [own])
    shapes = [shape if one == own else _at(shape, total, exact(one)) for one in shares]
    with database.read() as session:
        served = capacities_at(session, scenario, [at_shape(question, one) for one in shapes])
    return [
        Mix(
            output_share=share,
            own=share == own,
            answer=break_even(question if share == own else at_shape(question, at, served)),
        )
        for share, at in zip(shares, shapes, strict=True)
    ]


def _at(shape: RequestShape, total: Fraction, share: Fraction) -> RequestShape:
    return replace(
        shape,
        input_tokens=fitting(total * (1 - share)),
        output_tokens=fitting(total * share),
    )


def plane_of(mixes: Sequence[Mix]) -> Plane | None:
    """The lines of equal cost between the cheapest option by the token and the cheapest on hosts.

    None where there is no such pair, where the two count different tokens, or where costs do not
    follow a straight line over the mixes (prices that change with the length of a request).
    """
    own = next((one for one in mixes if one.own), None)
    pair = None if own is None else _pair(own.answer)
    if own is None or pair is None:
        return None
    first, last = mixes[0], mixes[-1]
    curves = [[_curve(mix, name) for name in pair] for mix in (first, own, last)]
    if any(curve is None for row in curves for curve in row):
        return None
    tokens, hosts = ([row[place] for row in curves] for place in (0, 1))
    by_tokens, by_hosts = _rates((first, own, last), tokens), _rates((first, own, last), hosts)
    stairs = hosts[1].stairs if hosts[1] is not None else None
    if by_tokens is None or by_hosts is None or stairs is None or tokens[1] is None:
        return None
    assert hosts[1] is not None
    least = stairs.paid(1)
    lines = tuple(
        EqualLine(
            instances=count,
            fixed=hosts[1].fixed + count * stairs.price - tokens[1].fixed,
            per_input=by_tokens[0] - by_hosts[0],
            per_output=by_tokens[1] - by_hosts[1],
        )
        for count in range(least, least + MOST_LINES * stairs.step, stairs.step)
        if stairs.maximum is None or count <= stairs.maximum
    )
    return Plane(
        tokens=pair[0],
        hosts=pair[1],
        lines=tuple(one for one in lines if one.fixed > 0),
        full=tuple(_full(mixes, pair[1], least)),
    )


def _pair(answer: BreakEven) -> tuple[str, str] | None:
    """The cheapest serverless and the cheapest dedicated option at the workload, of those that
    count the workload's own tokens."""
    question = answer.question
    costs = {one.name: one.cost_per_hour for one in answer.at_workload.estimates}
    found: list[str] = []
    for kind in (Serverless, Dedicated):
        priced = [
            (cost, one.name)
            for one in question.options
            if isinstance(one, kind)
            and (cost := costs.get(one.name)) is not None
            and question.shape_of(one) == question.workload.shape
        ]
        if not priced:
            return None
        found.append(min(priced)[1])
    return found[0], found[1]


def _curve(mix: Mix, name: str) -> CostCurve | None:
    question = mix.answer.question
    option = next(one for one in question.options if one.name == name)
    if missing(option, question.shape_of(option)):
        return None
    return cost_curve(question, option)


def _rates(
    mixes: Sequence[Mix], curves: Sequence[CostCurve | None]
) -> tuple[Fraction, Fraction] | None:
    """Money per input and per output token from the outer two mixes; None where the middle one is
    not on their line."""
    shapes = [mix.answer.question.workload.shape for mix in mixes]
    rows = [
        (exact(shape.input_tokens), exact(shape.output_tokens), curve.slope)
        for shape, curve in zip(shapes, curves, strict=True)
        if curve is not None
    ]
    (a, b, left), (c, d, middle), (e, f, right) = rows
    determinant = a * f - b * e
    if not determinant:
        return None
    per_input = (left * f - right * b) / determinant
    per_output = (right * a - left * e) / determinant
    return (per_input, per_output) if c * per_input + d * per_output == middle else None


def _full(mixes: Sequence[Mix], name: str, instances: int) -> list[tuple[Fraction, Fraction]]:
    corners = []
    for mix in mixes:
        curve = _curve(mix, name)
        if curve is None or curve.stairs is None:
            continue
        to = curve.stairs.serves_to(instances)
        if to is None:
            return []
        shape = mix.answer.question.workload.shape
        corners.append((to * exact(shape.input_tokens), to * exact(shape.output_tokens)))
    return corners
