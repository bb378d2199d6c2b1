"""One question prepared for many single loads: who is cheapest, at what cost, with how many hosts.

`prepare` walks the lower envelope once, as a break-even does. Each answer after it is a look-up
among ends and one product and sum of exact Decimals: about a microsecond, and equal to the verdict
at that load (README, "Prepared questions").

Why Decimals can be looked up without an error: a load has at most 30 decimal places, so it is at or
under an end exactly where it is at or under that end rounded down to 30 places.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from math import floor, lcm
from typing import Final, NamedTuple, TypeAlias

from costing.curve import CostCurve, Piece, cost_curve
from costing.envelope import Walk, walk
from costing.options import missing
from costing.question import Question
from costing.units import (
    LARGEST_QUANTITY,
    MOST_DECIMAL_PLACES,
    SIGNIFICANT_DIGITS,
    exact,
    require_quantity,
    to_decimal,
)
from costing.verdict import Reason

_FINEST: Final = Decimal(1).scaleb(-MOST_DECIMAL_PLACES)
_NOTHING: Final = Decimal(0)
_PLACES: Final = Context(prec=60, traps=[Inexact, InvalidOperation])
"""Holds every load that is allowed to its last place."""
_EXACT: Final = Context(prec=10_000, traps=[Inexact, InvalidOperation])
"""Digits that are not used cost nothing; a sum that needed more would raise and not be rounded."""
_SHOWN: Final = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_EVEN)


class LoadAnswer(NamedTuple):
    """The cheapest option at one load, its money an hour, its hosts or units.

    cheapest, cost_per_hour: None where no option exists at the load, or where one lacks something;
    instances also where the cheapest has none. Of equal costs the earlier option is the cheapest. A
    named tuple, because it is made in a fraction of the time of a dataclass.
    """

    cheapest: str | None
    cost_per_hour: Decimal | None
    instances: int | None


NOBODY: Final = LoadAnswer(None, None, None)


class _Uneven(NamedTuple):
    """How a number of equal parts of a unit of money becomes money, where it need not terminate.

    A multiple of `rest` terminates: each `rest` parts are `share` of money. parts: of one unit.
    """

    rest: Decimal
    share: Decimal
    parts: Decimal


class _Line(NamedTuple):
    """The winner of a piece: its cost is offset + rate * load, of uneven ones a number of parts,
    which is whole at any load."""

    cheapest: str
    instances: int | None
    offset: Decimal
    rate: Decimal
    uneven: _Uneven | None


_Winner: TypeAlias = _Line | None
"""None: no option exists."""


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    """A question whose envelope is walked; `prepare` makes it.

    missing: what options lack, so that nobody can be called the cheapest. searched_to: requests an
    hour up to where answers are looked up; beyond, unless an option without steps is proven to win
    for ever, every option is priced: tens of microseconds.
    """

    question: Question
    missing: tuple[Reason, ...]
    searched_to_requests_per_hour: Decimal
    _curves: tuple[CostCurve, ...]
    _ends: tuple[Decimal, ...]
    _winners: tuple[_Winner, ...]

    def at(self, load: Decimal | Fraction) -> LoadAnswer:
        """The answer at a mean load in requests an hour.

        A Decimal is looked up. At a Fraction (a monthly count over 730 hours) every option is
        priced, some tens of times as long. The cost is in full where it terminates, else to 28
        digits, as in every answer. Raises InvalidValue for what is no quantity: neither of the
        two, below 0, above 10^15, a Decimal of more than 30 decimal places.
        """
        if type(load) is not Decimal:
            return self._at_other(load)
        try:
            _PLACES.quantize(load, _FINEST)
            is_quantity = _NOTHING <= load <= LARGEST_QUANTITY
        except ArithmeticError:  # too fine, far too large, or not a number
            is_quantity = False
        if not is_quantity:
            require_quantity("load", load)
        place = bisect_left(self._ends, load)
        if place == len(self._winners):
            return self._priced(exact(load))
        line = self._winners[place]
        if line is None:
            return NOBODY
        cheapest, instances, offset, rate, uneven = line
        cost = _EXACT.fma(rate, load, offset)
        if uneven is not None:
            cost = _money(cost, uneven)
        return LoadAnswer(cheapest, cost, instances)

    def _at_other(self, load: object) -> LoadAnswer:
        if isinstance(load, Fraction):
            require_quantity("load", Decimal(floor(load)))
            return self._priced(load)
        require_quantity("load", load)  # type: ignore[arg-type]  # it refuses what is no Decimal
        return self.at(Decimal(load))  # type: ignore[arg-type]  # a kind of Decimal

    def _priced(self, load: Fraction) -> LoadAnswer:
        winner = _cheapest(self._curves, load)
        if winner is None:
            return NOBODY
        place, piece = winner
        return LoadAnswer(self._curves[place].name, to_decimal(piece.cost(load)), piece.instances)


def prepare(question: Question) -> PreparedQuestion:
    """Walk the envelope of a question once, for `PreparedQuestion.at`.

    As long as a break-even takes, and as far as one looks. An answer says who is cheapest with
    every capacity at its middle, as the verdict does; whether that can be called is `break_even`.
    """
    lacking = tuple(
        Reason(code="missing", option=option.name, missing=what)
        for option in question.options
        for what in missing(option, question.shape_of(option))
    )
    curves: tuple[CostCurve, ...] = ()
    if not lacking:
        curves = tuple(cost_curve(question, option) for option in question.options)
    typed = question.search_to_requests_per_hour is not None
    walked = walk(curves, question.search_limit, limit_is_typed=typed)
    table = _Table(ends=[], winners=[])
    table.add_point(Fraction(0), _line_at(curves, Fraction(0)))
    for stretch in walked.stretches:
        assert stretch.high is not None  # a walk ends
        before = None
        if stretch.winner is not None:
            curve = curves[stretch.winner]
            before = _line(curve, curve.piece_at(stretch.high))
        table.add_stretch(stretch.high, before, _line_at(curves, stretch.high))
    return PreparedQuestion(
        question,
        lacking,
        to_decimal(walked.searched_to),
        curves,
        tuple(table.ends),
        (*table.winners, *_for_ever(curves, walked)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """Winners in order of load, each up to its end; neighbors of one winner are one."""

    ends: list[Decimal]
    winners: list[_Winner]

    def add_point(self, load: Fraction, winner: _Winner) -> None:
        """The winner at this very load."""
        self._add(_rounded_down(load), winner)

    def add_stretch(self, high: Fraction, before: _Winner, at: _Winner) -> None:
        """The winner up to an end, and who wins at the end itself, where other lines may touch: of
        equal costs the earlier option. A load never meets an end of more than 30 places."""
        end = _rounded_down(high)
        if before == at or exact(end) != high:
            self._add(end, before)
            return
        self._add(_EXACT.subtract(end, _FINEST), before)
        self._add(end, at)

    def _add(self, end: Decimal, winner: _Winner) -> None:
        if self.winners and self.winners[-1] == winner:
            self.ends[-1] = end
            return
        self.ends.append(end)
        self.winners.append(winner)


def _for_ever(curves: Sequence[CostCurve], walked: Walk) -> tuple[_Winner, ...]:
    """Who wins above all that was walked, where that is proven and one line; else nothing."""
    proof, end = walked.proof, walked.searched_to
    if proof is None or end < proof.start:
        return ()
    if proof.winner is None:
        return (None,)
    piece = curves[proof.winner].piece_after(end)
    assert piece is not None  # a curve that ends wins nothing for ever
    return (_line(curves[proof.winner], piece),) if piece.high is None else ()


def _cheapest(curves: Sequence[CostCurve], load: Fraction) -> tuple[int, Piece] | None:
    """The place of the cheapest curve at a load, and its piece; of equal ones the earlier."""
    pieces = ((i, curve.piece_at(load)) for i, curve in enumerate(curves))
    possible = [(piece.cost(load), i, piece) for i, piece in pieces if piece is not None]
    if not possible:
        return None
    _, place, piece = min(possible, key=lambda one: one[:2])
    return place, piece


def _line_at(curves: Sequence[CostCurve], load: Fraction) -> _Winner:
    winner = _cheapest(curves, load)
    return None if winner is None else _line(curves[winner[0]], winner[1])


def _line(curve: CostCurve, piece: Piece | None) -> _Line:
    """fixed + slope * load, where that does not terminate as whole numbers of parts: a common
    denominator, times what makes any load whole."""
    assert piece is not None  # of a winner
    common = lcm(piece.fixed.denominator, piece.slope.denominator)
    rest = common
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    offset, rate, uneven = piece.fixed, piece.slope, None
    if rest > 1:
        parts = common * 10**MOST_DECIMAL_PLACES
        offset, rate = offset * parts, rate * parts
        share = to_decimal(Fraction(rest, parts))
        uneven = _Uneven(Decimal(rest), share, Decimal(parts))
    return _Line(curve.name, piece.instances, to_decimal(offset), to_decimal(rate), uneven)


def _money(parts: Decimal, uneven: _Uneven) -> Decimal:
    """In full where it terminates, else to 28 digits."""
    whole, left = _EXACT.divmod(parts, uneven.rest)
    return _SHOWN.divide(parts, uneven.parts) if left else _EXACT.multiply(whole, uneven.share)


def _rounded_down(load: Fraction) -> Decimal:
    """A load to the last place that loads may have."""
    return Decimal(floor(load * 10**MOST_DECIMAL_PLACES)).scaleb(-MOST_DECIMAL_PLACES, _EXACT)
