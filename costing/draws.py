"""Draws of what is not known, and the cost of each option at each of them as arrays.

float64 inside; a number that is shown is computed again from the draw in exact fractions
(`Draws.inputs`). Each input has a stream of its own (PCG64 of the seed and the input's place), so
that stating one more input leaves the draws of the others as they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from costing.cost_terms import Inputs, OptionTerms
from costing.distributions import (
    STANDARD_P90,
    CapacityBand,
    CapacityDistribution,
    Fixed,
    Lognormal,
    Triangular,
)
from costing.units import exact

Floats: TypeAlias = NDArray[np.float64]

NEARLY_WHOLE: Final = 1e-9
"""A host count this close to a whole number, relatively, is decided in exact fractions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One input at every draw; `fixed` where all draws are this one number."""

    values: Floats
    fixed: Fraction | None = None

    def at(self, draw: int) -> Fraction:
        """The exact number of one draw."""
        return Fraction(float(self.values[draw])) if self.fixed is None else self.fixed


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """All inputs at every draw; drift and capacity_share of each option in its order."""

    load: Column
    input_tokens: Column
    output_tokens: Column
    cached_input_share: Column
    drift: tuple[Column, ...]
    capacity_share: tuple[Column, ...]

    def inputs(self, draw: int, option: int, load: Column | None = None) -> Inputs:
        """The exact state of one draw for one option, at its load or at another."""
        return Inputs(
            load=(load or self.load).at(draw),
            input_tokens=self.input_tokens.at(draw),
            output_tokens=self.output_tokens.at(draw),
            cached_input_share=self.cached_input_share.at(draw),
            drift=self.drift[option].at(draw),
            capacity_share=self.capacity_share[option].at(draw),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """An option at every draw: cost = fixed + slope * x + host_price * hosts. takes: hosts that a
    mean request an hour needs; None without hosts and where one carries any load; infinite where
    hosts serve nothing. Units of provisioned throughput are counted in the steps in which they are
    rented: price and takes are those of a step."""

    terms: OptionTerms
    fixed: Floats
    slope: Floats
    host_price: Floats
    takes: Floats | None


def column(
    stated: CapacityDistribution | None, now: Fraction, count: int, seed: Sequence[int]
) -> Column:
    """Draws of one input; None: `now` at each. seed: the stated seed and the place of the input."""
    if stated is None or isinstance(stated, Fixed):
        value = now if stated is None else exact(stated.value)
        return Column(values=np.full(count, float(value)), fixed=value)
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
    if isinstance(stated, CapacityBand):
        return Column(values=_band(stated, stream.standard_normal(count)))
    if isinstance(stated, Lognormal):
        normal = stream.standard_normal(count)
        return Column(values=np.exp(stated.log_median + stated.log_deviation * normal))
    if isinstance(stated, Triangular):
        return Column(values=_triangular(stated, stream.random(count)))
    low, high = float(stated.low), float(stated.high)
    return Column(values=low + (high - low) * stream.random(count))


def lines_of(terms: OptionTerms, draws: Draws, option: int) -> Lines:
    """The lines of one option, the one at this place of the draws."""
    read = _scaled(terms.input_length.scale, terms.input_length.constant, draws.input_tokens)
    written = _scaled(terms.output_length.scale, terms.output_length.constant, draws.output_tokens)
    drift = draws.drift[option].values
    if terms.own_share is None:
        share = draws.cached_input_share.values
    else:
        share = np.full(len(drift), float(terms.own_share))
    fresh, cached = float(terms.input_price), float(terms.cached_input_price)
    tokens = read * ((1 - share) * fresh + share * cached) + written * float(terms.output_price)
    add_ons = float(terms.add_ons_per_request) + float(terms.add_ons_per_token) * (read + written)
    factor = float(terms.surcharge_factor)
    return Lines(
        terms=terms,
        fixed=factor * (float(terms.add_ons_per_hour) + drift * float(terms.hosting)),
        slope=factor * (add_ons + drift * tokens),
        host_price=factor * drift * float(_bill_of_step(terms)),
        takes=_takes_of_units(terms, read * (1 - share), written)
        if terms.hosts is not None and terms.hosts.unit_rate is not None
        else _takes(terms, read, written, draws.capacity_share[option].values),
    )


def costs_at(lines: Lines, draws: Draws, option: int, load: Column | None = None) -> Floats:
    """Money an hour at every draw, at its load or at another; NaN where the option has no cost."""
    at = load or draws.load
    cost: Floats = lines.fixed + lines.slope * at.values
    hosts = lines.terms.hosts
    if hosts is None:
        return cost
    needed: Floats = np.where(at.values > 0, 1.0, 0.0)
    if lines.takes is not None:
        # One step also for requests that take none of it: all of their input cached.
        needed = np.maximum(needed, _whole(lines, draws, option, at))
    paid = np.maximum(needed + hosts.spare, float(hosts.least_steps))
    cost += lines.host_price * np.where(np.isfinite(paid), paid, np.nan)
    if hosts.most_steps is not None:
        cost[paid > hosts.most_steps] = np.nan
    return cost


def _whole(lines: Lines, draws: Draws, option: int, at: Column) -> Floats:
    """Hosts, or steps of units, needed: float64 decides unless the quotient is nearly whole, then
    fractions do, once for each different pair of load and need."""
    assert lines.takes is not None
    assert lines.terms.hosts is not None
    step = lines.terms.hosts.step
    with np.errstate(invalid="ignore"):  # no load on hosts that serve nothing
        full = at.values * lines.takes
        near = np.abs(full - np.rint(full)) <= NEARLY_WHOLE * np.maximum(full, 1)
    needed: Floats = np.ceil(full)
    needed[np.isnan(full)] = np.inf
    doubtful = np.flatnonzero(near & (full > 0))
    if not len(doubtful):
        return needed
    pairs = np.stack([at.values[doubtful], lines.takes[doubtful]])
    _, firsts, groups = np.unique(pairs, axis=1, return_index=True, return_inverse=True)
    decided = []
    for first in doubtful[firsts]:
        inputs = draws.inputs(int(first), option, at)
        curve = lines.terms.curve(inputs)
        assert curve is not None  # hosts that serve nothing are not nearly whole
        assert curve.stairs is not None
        decided.append(float(ceil(Fraction(curve.stairs.needed(inputs.load), step))))
    needed[doubtful] = np.array(decided)[groups.reshape(-1)]
    return needed


def _takes(terms: OptionTerms, read: Floats, written: Floats, share: Floats) -> Floats | None:
    hosts = terms.hosts
    if hosts is None or hosts.unlimited:
        return None
    takes = np.zeros(len(share))
    for tokens, rate in ((read, hosts.input_rate), (written, hosts.output_rate)):
        if rate is not None:
            takes = np.maximum(takes, tokens / float(rate))
    with np.errstate(divide="ignore"):  # 0: serves nothing, so a request takes endless hosts
        result: Floats = takes * float(hosts.peak_to_mean) / share
    return result


def _takes_of_units(terms: OptionTerms, fresh: Floats, written: Floats) -> Floats | None:
    """Steps of units that a mean request an hour needs: what they carry is in the contract, so no
    share of it is drawn. None where no request takes any of it."""
    hosts = terms.hosts
    assert hosts is not None
    assert hosts.unit_rate is not None
    a_step = float(hosts.unit_rate * hosts.step / hosts.peak_to_mean)
    takes: Floats = (fresh + float(hosts.weight) * written) / a_step
    return takes if takes.any() else None


def _bill_of_step(terms: OptionTerms) -> Fraction:
    return Fraction(0) if terms.hosts is None else terms.hosts.bill * terms.hosts.step


def _scaled(scale: Fraction, constant: Fraction, tokens: Column) -> Floats:
    scaled: Floats = float(scale) * tokens.values + float(constant)
    return scaled


def _triangular(stated: Triangular, uniform: Floats) -> Floats:
    """Inverse of the distribution function, whose two parabolas meet at the mode."""
    low, mode, high = float(stated.low), float(stated.mode), float(stated.high)
    width = high - low
    below = (mode - low) / width if width else 1.0
    rising = low + np.sqrt(uniform * width * (mode - low))
    falling = high - np.sqrt((1 - uniform) * width * (high - mode))
    return np.where(uniform < below, rising, falling) if width else np.full(len(uniform), low)


def _band(stated: CapacityBand, normal: Floats) -> Floats:
    places = normal / STANDARD_P90
    upper = np.exp(np.maximum(places, 0) * log(stated.high_share))
    if stated.low_share == 0:
        lower = np.maximum(1 + places, 0)
    else:
        lower = np.exp(np.maximum(-places, 0) * log(stated.low_share))
    return np.where(places < 0, lower, upper)
