"""The least load at which the cheaper of two options changes, at every draw at once.

D(x) = cost of the line - cost of the hosts = g + d * x - n * price, with n hosts up to the load
(n - spare) * L. Within a host count D is straight, and at its ends it is linear in n, so the first
host count at which D changes its sign is a quotient (`_line_and_hosts`). Two staircases are walked
from step to step, until the lines between which each stays show that nothing changes any more; a
walk that ends before is told apart. Provisioned throughput is a staircase of its steps; where its
minimum ends within a step, the first tread is dearer than its whole steps and shorter than the
minimum: it carries what the whole steps do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from costing.curve import CostCurve
from costing.draws import Floats, Lines
from costing.envelope import lower_envelope

MOST_STEPS: Final = 400
"""Host counts of two staircases that are walked at most."""

SAME: Final = 1e-12
"""Differences under this part of what is compared count as none: costs and steps that are equal by
the prices themselves must not be parted by float64."""

Truths: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstTurns:
    """loads: requests an hour, NaN where there is none. stopped: where the walk ended without an
    answer; where neither, the cheaper option is the same at every load."""

    loads: Floats
    stopped: Truths


def first_turns(one: Lines, other: Lines) -> FirstTurns:
    """The least load at which the cheaper of the two changes; of equal costs `one` is cheaper."""
    if one.takes is not None and other.takes is not None:
        return _two_staircases(one, other)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if one.takes is None and other.takes is None:
            rise = _less(one.slope, other.slope)
            loads = _less(_start(other), _start(one)) / rise
            loads[~(np.isfinite(loads) & (loads > 0))] = np.nan
        elif other.takes is None:
            loads = _line_and_hosts(other, one, hosts_first=True)
        else:
            loads = _line_and_hosts(one, other, hosts_first=False)
    return FirstTurns(loads=loads, stopped=np.isnan(loads) & (_takes_nothing(one, other)))


def _takes_nothing(*both: Lines) -> Truths:
    """Draws whose requests take none of a step that other draws fill: not looked at."""
    nothing = [lines.takes == 0 for lines in both if lines.takes is not None]
    return np.any(nothing, axis=0) if nothing else np.zeros(len(both[0].fixed), dtype=bool)


def exact_first_turn(curves: Sequence[CostCurve], limit: Fraction) -> Fraction | None:
    """The same of one draw in fractions, up to a limit; None where there is none."""
    stretches = lower_envelope(curves, limit, limit_is_typed=True).stretches
    turns = [
        after.low
        for before, after in pairwise(stretches)
        if before.winner is not None and after.winner is not None
    ]
    return turns[0] if turns else None


def _start(lines: Lines) -> Floats:
    """Money an hour just above load 0."""
    hosts = lines.terms.hosts
    start: Floats = lines.fixed + lines.host_price * float(hosts.fewest_steps if hosts else 0)
    return start


def _line_and_hosts(line: Lines, hosted: Lines, *, hosts_first: bool) -> Floats:
    hosts = hosted.terms.hosts
    assert hosts is not None
    assert hosted.takes is not None
    fewest, spare, price = float(hosts.fewest_steps), hosts.spare, hosted.host_price
    whole = floor(hosts.fewest_steps)
    each = 1 / hosted.takes
    gain, rise = _start(line) - hosted.fixed, _less(line.slope, hosted.slope)
    at_start = _less(_start(line), _start(hosted))
    tie = (rise > 0) | ((rise == 0) & np.array(hosts_first))
    hosts_win = (at_start > 0) | ((at_start == 0) & tie)
    # What one host more brings at the end of its load; D there is base + n * brings.
    brings, base = _less(rise * each, price), gain - rise * spare * each
    first_full = _less(_start(line) + rise * (whole - spare) * each, _start(hosted))
    # Up: the line wins at first. The first host count whose full hosts are cheaper.
    after = np.where(brings > 0, np.maximum(_above(-base / brings), whole + 1), np.nan)
    if whole < fewest:  # a step more costs less than a whole one
        after = np.where(_less((whole + 1) * brings, -base) > 0, whole + 1, after)
    up = np.where(first_full > 0, fewest, after)
    up_load = np.where(rise > 0, (up * price - gain) / rise, np.nan)
    # Down: hosts win at first. The first host count whose start or end is dearer.
    steps = (rise * each - base) / brings
    step = _above(steps) if hosts_first else np.where(rise > 0, _above(steps), _from(steps))
    step = np.maximum(step, whole + 1)
    falls = np.maximum(_above(-base / brings), whole + 1)
    inside = np.maximum((falls * price - gain) / rise, (falls - 1 - spare) * each)
    inside = np.where(first_full < 0, (fewest * price - gain) / rise, inside)
    down_load = np.where(rise < 0, inside, (step - 1 - spare) * each)
    down_load = np.where(brings < 0, down_load, np.nan)
    if hosts.most_steps is not None:
        last = (hosts.most_steps - spare) * each
        up_load = np.where(up <= hosts.most_steps, up_load, np.nan)
        down_load = np.fmin(down_load, last)  # the hosts end, the line goes on
    loads: Floats = np.where(hosts_win, down_load, up_load)
    loads[~(np.isfinite(loads) & (each > 0))] = np.nan
    return loads


def _less(one: Floats, other: Floats) -> Floats:
    """one - other, and exactly 0 where they are the same but for rounding."""
    difference: Floats = one - other
    size = np.maximum(np.abs(one), np.abs(other))
    return np.where(np.abs(difference) <= SAME * size, 0.0, difference)


def _above(quotient: Floats) -> Floats:
    """The least whole number above a quotient; one that is whole but for rounding is whole."""
    above: Floats = np.floor(quotient * (1 + SAME) + SAME) + 1
    return above


def _from(quotient: Floats) -> Floats:
    """The least whole number that is not under a quotient."""
    least: Floats = np.ceil(quotient * (1 - SAME) - SAME)
    return least


@dataclass(slots=True)
class _Walk:
    """The draws that are still walked: their numbers, the load reached, paid hosts of both."""

    draws: NDArray[np.intp]
    paid: list[Floats]
    winner: NDArray[np.intp]


def _two_staircases(one: Lines, other: Lines) -> FirstTurns:
    both, count = (one, other), len(one.fixed)
    loads, stopped = np.full(count, np.nan), np.zeros(count, dtype=bool)
    serve = np.flatnonzero(np.isfinite(_takes(one)) & np.isfinite(_takes(other)))
    serve = np.setdiff1d(serve, np.flatnonzero(_takes_nothing(one, other)))
    walk = _Walk(
        draws=serve,
        paid=[np.full(len(serve), float(_fewest(lines))) for lines in both],
        winner=np.zeros(0, dtype=np.intp),
    )
    walk.winner = _winners(both, walk, np.zeros(len(serve)))
    for _ in range(MOST_STEPS):
        if not len(walk.draws):
            break
        _step(both, walk, loads)
    stopped[walk.draws] = True
    return FirstTurns(loads=loads, stopped=stopped | _takes_nothing(one, other))


def _step(both: tuple[Lines, Lines], walk: _Walk, loads: Floats) -> None:
    """From one change of hosts to the next: a turn on the way ends a draw's walk, as does the end
    of an option."""
    ends = [
        (np.floor(paid) - _spare(lines)) / _takes(lines)[walk.draws]
        for lines, paid in zip(both, walk.paid, strict=True)
    ]
    high = np.minimum(*ends)
    gap, rise = _gap(both, walk, high)
    ahead = np.where(walk.winner == 0, 1.0, -1.0)
    met = ahead * gap < 0
    with np.errstate(divide="ignore", invalid="ignore"):
        loads[walk.draws[met]] = (high - gap / rise)[met]
    walk.paid = [
        np.where(end <= high * (1 + SAME), np.floor(paid) + 1, paid)
        for paid, end in zip(walk.paid, ends, strict=True)
    ]
    over = [paid > _most(lines) for lines, paid in zip(both, walk.paid, strict=True)]
    winner = _winners(both, walk, high)
    winner = np.where(over[0], 1, np.where(over[1], 0, winner))
    turned = ~met & (winner != walk.winner) & ~(over[0] & over[1])
    loads[walk.draws[turned]] = high[turned]
    goes_on = ~(met | turned | over[0] | over[1] | _decided(both, walk, winner, high))
    walk.draws, walk.winner = walk.draws[goes_on], winner[goes_on]
    walk.paid = [paid[goes_on] for paid in walk.paid]


def _decided(
    both: tuple[Lines, Lines], walk: _Walk, winner: NDArray[np.intp], load: Floats
) -> Truths:
    """Whether the cheaper option stays so at every load above: its upper line (a host just begun)
    against the other's lower one (all hosts full), both without end."""
    lower, upper, slope = [], [], []
    for lines in both:
        price, takes = lines.host_price[walk.draws], _takes(lines)[walk.draws]
        lower.append(lines.fixed[walk.draws] + price * _spare(lines))
        upper.append(lower[-1] + price if _most(lines) == np.inf else np.full(len(load), np.inf))
        slope.append(lines.slope[walk.draws] + price * takes)
        # The lines hold where more than the minimum is needed.
        upper[-1][load < (floor(_fewest(lines)) - _spare(lines)) / takes] = np.inf
    rise = np.where(winner == 0, slope[1] - slope[0], slope[0] - slope[1])
    gap = np.where(winner == 0, lower[1] - upper[0], lower[0] - upper[1])
    decided: Truths = (rise >= 0) & (gap + rise * load > 0)
    return decided


def _gap(both: tuple[Lines, Lines], walk: _Walk, load: Floats) -> tuple[Floats, Floats]:
    """Cost of the second less that of the first with these hosts: at a load, and a request."""
    slopes = [lines.slope[walk.draws] for lines in both]
    costs = [
        lines.fixed[walk.draws] + lines.host_price[walk.draws] * paid + slope * load
        for lines, paid, slope in zip(both, walk.paid, slopes, strict=True)
    ]
    return _less(costs[1], costs[0]), _less(slopes[1], slopes[0])


def _winners(both: tuple[Lines, Lines], walk: _Walk, load: Floats) -> NDArray[np.intp]:
    """The cheaper just above a load: 0 or 1; of equal costs the flatter, then the first."""
    gap, rise = _gap(both, walk, load)
    return np.where((gap < 0) | ((gap == 0) & (rise < 0)), 1, 0)


def _takes(lines: Lines) -> Floats:
    assert lines.takes is not None
    return lines.takes


def _fewest(lines: Lines) -> float:
    assert lines.terms.hosts is not None
    return float(lines.terms.hosts.fewest_steps)


def _spare(lines: Lines) -> int:
    assert lines.terms.hosts is not None
    return lines.terms.hosts.spare


def _most(lines: Lines) -> float:
    assert lines.terms.hosts is not None
    most = lines.terms.hosts.most_steps
    return float("inf") if most is None else most
