"""How sure an answer is: costs, the cheapest option and the break-even over draws of what is not
known.

The same rules as one estimate at each draw: whole hosts and steps of units, minimum, standby,
maximum, hosting fee, add-ons; the mean pays for tokens and the peak sizes hosts and units. What
varies together is said in `distributions.Uncertainty`: load, lengths and cached share are one draw
for all options, hosts of one engine are slow or fast together, prices drift each for themselves.
What a unit of provisioned throughput serves is in its contract and is not drawn. One seed, one
answer, bit for bit on one build of NumPy. A share of n draws is right to about 0.5 / sqrt(n).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, fsum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from costing.columns import Columns, columns_of
from costing.cost_terms import OptionTerms, inputs_of, terms_of
from costing.distributions import Uncertainty, require_fitting
from costing.draws import Column, Draws, Floats, Lines, column, costs_at, lines_of
from costing.errors import InvalidValue
from costing.first_turn import exact_first_turn, first_turns
from costing.options import Dedicated, Missing, missing
from costing.question import Question
from costing.units import exact, require_count, require_quantity, to_decimal

MOST_DRAWS: Final = 200_000
SAME_COST: Final = 1e-12
"""Costs that differ by less, relatively, count as equal: the earlier option is the cheapest."""
DIGITS_OF_MEANS: Final = 12
MOST_SEED: Final = 2**63 - 1
PLACES: Final = tuple(Fraction(step, 5) for step in range(1, 16))
"""Loads at which probabilities are given, as multiples of the workload, unless told: 0.2 to 3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """One draw of ten lies under p10, one above p90. Each is a draw, computed again exactly."""

    p10: Decimal
    p50: Decimal
    p90: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionRisk:
    """One option over all draws. Unknown is None: where it lacks something, `missing` says what.

    cost_per_hour: over draws in which it has a cost; share_without_cost: of the others (above its
    maximum of hosts, or hosts that serve nothing). probability_cheapest: at the load of each draw.
    expected_regret_per_hour: mean of its cost less the cheapest one's, over draws with a cost.
    The last two are None for all options where any option lacks something.
    """

    name: str
    missing: tuple[Missing, ...]
    cost_per_hour: Range | None
    share_without_cost: Decimal | None
    probability_cheapest: Decimal | None
    expected_regret_per_hour: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadRisk:
    """The probability of each option (in their order) to be the cheapest at one known load; they
    add up to 1 but for `nobody`: draws in which no option has a cost."""

    requests_per_hour: Decimal
    probabilities: tuple[Decimal, ...]
    nobody: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEvenRisk:
    """The least load at which the cheaper of two options changes, over draws that have one.

    never: share of draws in which one is the cheaper at every load. not_found: share in which the
    search ended without an answer. Both stand apart from the range.
    """

    option: str
    against: str
    requests_per_hour: Range | None
    never: Decimal
    not_found: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Risk:
    """The whole answer. cheapest: at the question as it stands; break-evens are those of it against
    each other option. least_regret: the option with the lowest expected regret among those with a
    cost in every draw."""

    draws: int
    seed: int
    options: tuple[OptionRisk, ...]
    nobody: Decimal | None
    by_load: tuple[LoadRisk, ...]
    cheapest: str | None
    break_evens: tuple[BreakEvenRisk, ...]
    least_regret: str | None

    def columns(self) -> Columns:
        """A row an option; costs in the currency of the question."""
        return columns_of(
            self.options,
            {
                "option": lambda one: one.name,
                "missing": lambda one: ", ".join(one.missing),
                "probability_cheapest_share": lambda one: one.probability_cheapest,
                "cost_p10_per_hour": lambda one: one.cost_per_hour and one.cost_per_hour.p10,
                "cost_p50_per_hour": lambda one: one.cost_per_hour and one.cost_per_hour.p50,
                "cost_p90_per_hour": lambda one: one.cost_per_hour and one.cost_per_hour.p90,
                "expected_regret_per_hour": lambda one: one.expected_regret_per_hour,
            },
        )


def risk(
    question: Question,
    uncertainty: Uncertainty,
    *,
    seed: int,
    draws: int = 20_000,
    loads: Sequence[Decimal] | None = None,
) -> Risk:
    """Answer a question over so many draws. loads: where to give probabilities (requests an hour).

    Raises InvalidValue for a count of draws from which no percentile follows or a negative seed,
    InvalidQuestion for what is stated of options that are not there or shares outside 0 to 1.
    """
    require_fitting(question, uncertainty)
    _require_run(seed, draws, loads)
    lacking = [missing(option, question.shape_of(option)) for option in question.options]
    known = [index for index, lacks in enumerate(lacking) if not lacks]
    terms = [terms_of(question, question.options[index]) for index in known]
    world = drawn_world(question, uncertainty, seed, draws)
    lines = {i: lines_of(one, world, i) for i, one in zip(known, terms, strict=True)}
    costs = {i: costs_at(one, world, i) for i, one in lines.items()}
    complete = len(known) == len(lacking)
    winners = _winners([costs[i] for i in known]) if complete else None
    best = np.fmin.reduce([costs[i] for i in known]) if complete else None
    base = _cheapest_now(question, lines)
    options = tuple(
        OptionRisk(
            name=option.name,
            missing=lacking[i],
            cost_per_hour=_cost_range(lines[i], world, i, costs[i]) if i in costs else None,
            share_without_cost=_share(np.isnan(costs[i])) if i in costs else None,
            probability_cheapest=None if winners is None else _share(winners == i),
            expected_regret_per_hour=None if best is None else _mean(costs[i] - best),
        )
        for i, option in enumerate(question.options)
    )
    return Risk(
        draws=draws,
        seed=seed,
        options=options,
        nobody=None if winners is None else _share(winners < 0),
        by_load=_by_load(question, world, lines, loads) if complete else (),
        cheapest=None if base is None or not complete else question.options[base].name,
        break_evens=()
        if base is None
        else tuple(_break_even(lines, world, base, other) for other in known if other != base),
        least_regret=_least_regret(options),
    )


def _require_run(seed: int, draws: int, loads: Sequence[Decimal] | None) -> None:
    require_count("draws", draws, least=100)
    if draws > MOST_DRAWS:
        raise InvalidValue(field="draws", expected=f"at most {MOST_DRAWS:,}", found=draws)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MOST_SEED:
        raise InvalidValue(
            field="seed", expected=f"a whole number from 0 to {MOST_SEED}", found=repr(seed)
        )
    for index, load in enumerate(loads or ()):
        require_quantity(f"loads.{index}", load)


def drawn_world(question: Question, stated: Uncertainty, seed: int, count: int) -> Draws:
    """All inputs drawn. The place of an input in the seed never depends on what else is stated."""
    now, one = inputs_of(question), Fraction(1)
    engines: dict[str, int] = {}
    shares = []
    for option in question.options:
        hosts = isinstance(option, Dedicated)
        band = stated.capacity_of(option) if isinstance(option, Dedicated) else None
        engine = stated.engines.get(option.name, "") if hosts else ""
        place = engines.setdefault(engine, len(engines)) if hosts else 0
        shares.append(column(band, one, count, (seed, 5, place)))
    return Draws(
        load=column(stated.load, now.load, count, (seed, 0)),
        input_tokens=column(stated.input_tokens, now.input_tokens, count, (seed, 1)),
        output_tokens=column(stated.output_tokens, now.output_tokens, count, (seed, 2)),
        cached_input_share=column(
            stated.cached_input_share, now.cached_input_share, count, (seed, 3)
        ),
        drift=tuple(
            column(stated.drift.get(option.name), one, count, (seed, 4, index))
            for index, option in enumerate(question.options)
        ),
        capacity_share=tuple(shares),
    )


def _winners(costs: Sequence[Floats]) -> Floats:
    """The place of the cheapest option at each draw, the earlier of equal ones; -1: none has a
    cost."""
    lowest = np.fmin.reduce(costs)
    winners = np.full(len(lowest), -1.0)
    for place in reversed(range(len(costs))):
        winners[costs[place] <= lowest * (1 + SAME_COST)] = place
    return winners


def _by_load(
    question: Question, world: Draws, lines: dict[int, Lines], loads: Sequence[Decimal] | None
) -> tuple[LoadRisk, ...]:
    now = question.workload.requests_per_hour
    at = [now * place for place in PLACES] if loads is None else [exact(load) for load in loads]
    found = []
    for load in at:
        known = Column(values=np.full(len(world.load.values), float(load)), fixed=load)
        winners = _winners([costs_at(one, world, i, known) for i, one in lines.items()])
        found.append(
            LoadRisk(
                requests_per_hour=to_decimal(load),
                probabilities=tuple(_share(winners == place) for place in range(len(lines))),
                nobody=_share(winners < 0),
            )
        )
    return tuple(found)


def _cheapest_now(question: Question, lines: dict[int, Lines]) -> int | None:
    now = inputs_of(question)
    ranked = [(cost, i) for i, one in lines.items() if (cost := one.terms.cost(now)) is not None]
    return min(ranked)[1] if ranked else None


def _break_even(lines: dict[int, Lines], world: Draws, base: int, other: int) -> BreakEvenRisk:
    first, second = sorted((base, other))  # of equal costs the earlier option is the cheaper
    turns = first_turns(lines[first], lines[second])
    terms = [(i, lines[i].terms) for i in (first, second)]
    none = np.isnan(turns.loads)
    return BreakEvenRisk(
        option=lines[base].terms.name,
        against=lines[other].terms.name,
        requests_per_hour=_range(
            turns.loads, lambda draw: _exact_turn(terms, world, draw, float(turns.loads[draw]))
        ),
        never=_share(none & ~turns.stopped),
        not_found=_share(none & turns.stopped),
    )


def _exact_turn(
    terms: Sequence[tuple[int, OptionTerms]], world: Draws, draw: int, about: float
) -> Fraction:
    """The turn of one draw in fractions; where float64 saw one that fractions do not (costs that
    only touch), or too many hosts on, that of float64."""
    curves = [one.curve(world.inputs(draw, i)) for i, one in terms]
    known = [curve for curve in curves if curve is not None]
    return exact_first_turn(known, Fraction(about) * 2) or Fraction(about)


def _cost_range(lines: Lines, world: Draws, option: int, costs: Floats) -> Range | None:
    def exactly(draw: int) -> Fraction:
        cost = lines.terms.cost(world.inputs(draw, option))
        assert cost is not None  # where float64 has a cost, there is one: hosts are counted exactly
        return cost

    return _range(costs, exactly)


def _range(values: Floats, exactly: Callable[[int], Fraction]) -> Range | None:
    """Three draws of those with a value, by rank: of n, the ceil(n / 10)-th from below, and so on;
    each computed again. None where no draw has a value."""
    there = np.flatnonzero(~np.isnan(values))
    if not len(there):
        return None
    ranked = there[np.argsort(values[there], kind="stable")]
    p10, p50, p90 = (
        to_decimal(exactly(int(ranked[ceil(len(ranked) * tenths / 10) - 1])))
        for tenths in (1, 5, 9)
    )
    return Range(p10=p10, p50=p50, p90=p90)


def _share(truths: NDArray[np.bool_]) -> Decimal:
    return to_decimal(Fraction(int(np.count_nonzero(truths)), len(truths)))


def _mean(values: Floats) -> Decimal | None:
    """Mean of the draws that have a value, to twelve digits that matter; None where none has."""
    there = values[~np.isnan(values)].tolist()
    if not there:
        return None
    return Decimal(f"{fsum(there) / len(there):.{DIGITS_OF_MEANS}g}")


def _least_regret(options: Sequence[OptionRisk]) -> str | None:
    ranked = [
        (one.expected_regret_per_hour, place)
        for place, one in enumerate(options)
        if one.expected_regret_per_hour is not None and one.share_without_cost == 0
    ]
    return options[min(ranked)[1]].name if ranked else None
