"""The lower envelope: which option is cheapest at which load, exactly.

All options are lines between two loads where any of them changes its host count or ends, so the
envelope is walked from piece to piece and every crossing is a quotient, never a sample. A final
stretch without end is claimed only where `proven_from` shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from costing.curve import CostCurve, Piece, Tail

MOST_PIECES = 10_000
"""Pieces walked in one answer at most; what lies beyond is reported as not searched."""

MOST_PIECES_PAST_LIMIT = 1_000
"""Pieces walked past a default limit to reach the load from which the winner is proven for ever."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Up to `high` (None: without end) the winner runs so many instances (None: it has none)."""

    instances: int | None
    high: Fraction | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Loads `low < x <= high` with one cheapest option; `winner` None: no option exists there.

    winner: index of the curve. cost_after_low and cost_at_high are its money an hour at both ends
    (the first as limit from the right). tied: later curves that cost the same on some part of it.
    """

    low: Fraction
    high: Fraction | None
    winner: int | None
    steps: tuple[Step, ...]
    cost_after_low: Fraction | None
    cost_at_high: Fraction | None
    tied: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """All stretches from 0 on. `searched_to`: how far; `proven`: the last one has no end.

    stopped_early: the budget of pieces ended before the limit, and nothing is known beyond.
    """

    stretches: tuple[Stretch, ...]
    searched_to: Fraction
    proven: bool
    stopped_early: bool


def lower_envelope(
    curves: Sequence[CostCurve], limit: Fraction, *, limit_is_typed: bool
) -> Envelope:
    """The cheapest of `curves` at every load from 0 to `limit`, and without end where that can be
    proven.

    A typed limit is obeyed. A default one is passed where the proof lies a little beyond it: a
    break-even at 101 times the workload is worth knowing.
    """
    walked = walk(curves, limit, limit_is_typed=limit_is_typed)
    proof, low = walked.proof, walked.searched_to
    stretches: list[Stretch] = []
    for stretch in walked.stretches:
        _append(stretches, stretch)
    proven = False
    if proof is not None and low >= proof.start:
        proven, stretches = True, _without_end(stretches, proof, curves, low)
    return Envelope(
        stretches=tuple(stretches),
        searched_to=low,
        proven=proven,
        stopped_early=low < limit and not proven,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """The stretches from 0 to `searched_to` as they were met, each of one host count of every
    option in the running, so that a winner may follow itself; and from where one winner is certain
    for ever."""

    stretches: tuple[Stretch, ...]
    searched_to: Fraction
    proof: "Proof | None"


def walk(curves: Sequence[CostCurve], limit: Fraction, *, limit_is_typed: bool) -> Walk:
    """The cheapest of `curves` from 0 to `limit`, or as far beyond as `lower_envelope` looks."""
    proof = proven_from(curves)
    end = limit if limit_is_typed or proof is None else max(limit, proof.start)
    stretches: list[Stretch] = []
    low, walked, walked_past = Fraction(0), 0, 0
    running = tuple(range(len(curves)))
    while low < end and walked < MOST_PIECES and walked_past < MOST_PIECES_PAST_LIMIT:
        if walked & (walked - 1) == 0:  # before piece 1, 2, 3, 5, 9, ...: it costs little so
            running = _in_the_running(curves, running, low, end)
        pieces = {i: piece for i in running if (piece := curves[i].piece_after(low)) is not None}
        ends = [piece.high for piece in pieces.values() if piece.high is not None]
        high = min([limit if low < limit else end, *ends])
        stretches += _winners(pieces, low, high)
        walked, walked_past = walked + 1, walked_past + (low >= limit)
        low = high
    return Walk(stretches=tuple(stretches), searched_to=low, proof=proof)


def _in_the_running(
    curves: Sequence[CostCurve], among: tuple[int, ...], low: Fraction, end: Fraction
) -> tuple[int, ...]:
    """The curves that may be the cheapest, alone or tied, at some load from `low` to `end`.

    Left out are those whose lower line lies above the upper line of one other all the way: both are
    straight, so it is enough to look at the ends. A staircase of thousands of steps that is dear at
    every load would otherwise break the walk into as many pieces.
    """
    tails = {index: curves[index].tail() for index in among}
    uppers = [
        (tail.high + tail.slope * low, tail.high + tail.slope * end)
        for index, tail in tails.items()
        if tail.start <= low and ((ends := curves[index].ends_at()) is None or ends >= end)
    ]
    return tuple(
        index
        for index, tail in tails.items()
        if not any(
            at_low < tail.low + tail.slope * low and at_end < tail.low + tail.slope * end
            for at_low, at_end in uppers
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Above `start` this curve (None: no curve exists) is the cheapest, however large the load.

    tied: later curves that cost the same at every load above `start`.
    """

    start: Fraction
    winner: int | None
    tied: frozenset[int] = frozenset()


def proven_from(curves: Sequence[CostCurve]) -> Proof | None:
    """From which load on one winner is certain for ever; None where no such proof is at hand.

    A curve wins in the end if its upper line stays at or under the lower line of every other one.
    Curves with a maximum of instances end, so the proof starts above their last load.
    """
    start = Fraction(0)
    tails: dict[int, Tail] = {}
    for index, curve in enumerate(curves):
        end = curve.ends_at()
        if end is None:
            tails[index] = curve.tail()
        else:
            start = max(start, end)
    if not tails:
        return Proof(start=start, winner=None)
    for index in tails:
        starts = [_beats_from(curves, tails, index, other) for other in tails if other != index]
        known = [value for value in starts if value is not None]
        if len(known) == len(starts):
            return Proof(
                start=max([start, tails[index].start, *known]),
                winner=index,
                tied=frozenset(
                    other
                    for other in tails
                    if other != index and _same(curves, tails, index, other)
                ),
            )
    return None


def _beats_from(
    curves: Sequence[CostCurve], tails: dict[int, Tail], index: int, other: int
) -> Fraction | None:
    mine, theirs = tails[index], tails[other]
    start = max(mine.start, theirs.start)
    if mine.slope < theirs.slope:
        return max(start, (mine.high - theirs.low) / (theirs.slope - mine.slope))
    if mine.slope > theirs.slope:
        return None
    if mine.high < theirs.low or (
        mine.high == theirs.low and (index < other or mine.low < mine.high)
    ):
        return start
    # Equal steps at equal loads: the difference is the same at every load above both starts.
    if _in_step(curves, index, other) and (
        mine.low < theirs.low or (mine.low == theirs.low and index < other)
    ):
        return start
    return None


def _in_step(curves: Sequence[CostCurve], index: int, other: int) -> bool:
    mine, theirs = curves[index].stairs, curves[other].stairs
    return (
        mine is not None
        and theirs is not None
        and (mine.load_per_instance, mine.price, mine.step)
        == (theirs.load_per_instance, theirs.price, theirs.step)
    )


def _same(curves: Sequence[CostCurve], tails: dict[int, Tail], index: int, other: int) -> bool:
    """Whether two curves cost the same at every large load."""
    mine, theirs = tails[index], tails[other]
    if (mine.slope, mine.low, mine.high) != (theirs.slope, theirs.low, theirs.high):
        return False
    return mine.low == mine.high or _in_step(curves, index, other)


def _winners(pieces: dict[int, Piece], low: Fraction, high: Fraction) -> list[Stretch]:
    """The stretches between two neighboring host changes, where every option is a straight line."""
    if not pieces:
        none = Step(instances=None, high=high)
        return [
            Stretch(
                low=low,
                high=high,
                winner=None,
                steps=(none,),
                cost_after_low=None,
                cost_at_high=None,
            )
        ]
    found: list[Stretch] = []
    at = low
    # Just above `at` the lowest line wins; of lines that meet there, the flatter; of equal ones,
    # the first.
    winner = min(pieces, key=lambda i: (pieces[i].cost(at), pieces[i].slope, i))
    while True:
        line = pieces[winner]
        overtakes = [
            ((other.fixed - line.fixed) / (line.slope - other.slope), other.slope, i)
            for i, other in pieces.items()
            if other.slope < line.slope
        ]
        crossing, _, successor = min(overtakes, default=(high, Fraction(0), winner))
        end = min(crossing, high)
        found.append(
            Stretch(
                low=at,
                high=end,
                winner=winner,
                steps=(Step(instances=line.instances, high=end),),
                cost_after_low=line.cost(at),
                cost_at_high=line.cost(end),
                tied=frozenset(
                    i
                    for i, other in pieces.items()
                    if i != winner and (other.slope, other.fixed) == (line.slope, line.fixed)
                ),
            )
        )
        if end == high:
            return found
        at, winner = end, successor


def _append(stretches: list[Stretch], new: Stretch) -> None:
    """Put a stretch at the end, joined with the last one where the winner stays the same."""
    if not stretches or stretches[-1].winner != new.winner:
        stretches.append(new)
        return
    last = stretches[-1]
    steps = list(last.steps)
    if steps[-1].instances == new.steps[0].instances:
        steps.pop()
    stretches[-1] = Stretch(
        low=last.low,
        high=new.high,
        winner=last.winner,
        steps=(*steps, *new.steps),
        cost_after_low=last.cost_after_low,
        cost_at_high=new.cost_at_high,
        tied=last.tied | new.tied,
    )


def _without_end(
    stretches: list[Stretch], proof: Proof, curves: Sequence[CostCurve], searched_to: Fraction
) -> list[Stretch]:
    """The last stretch opened to infinity; its host counts stay listed to where was searched."""
    piece = None if proof.winner is None else curves[proof.winner].piece_after(searched_to)
    if stretches and stretches[-1].winner == proof.winner:
        *before, last = stretches
    else:
        before, last = (
            stretches,
            Stretch(
                low=searched_to,
                high=None,
                winner=proof.winner,
                steps=(),
                cost_after_low=None if piece is None else piece.cost(searched_to),
                cost_at_high=None,
            ),
        )
    steps = list(last.steps)
    if piece is None or piece.high is None:
        instances = None if piece is None else piece.instances
        if steps and steps[-1].instances == instances:
            steps.pop()
        steps.append(Step(instances=instances, high=None))
    return [
        *before,
        replace(
            last, high=None, steps=tuple(steps), cost_at_high=None, tied=last.tied | proof.tied
        ),
    ]
