"""Sweeps in arrays: equal to the exact arithmetic cell by cell, equal to the bit in any blocks."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from itertools import product
from multiprocessing import get_context
from random import Random
from typing import Any

import numpy as np
import pytest

from costing import Dedicated, InvalidValue, Question, RequestShape
from costing.estimate import exact_cost_per_hour
from costing.sweep import AXES, MOST_CELLS, Axis, Executor, Sweep, SweepResult, run_sweep
from costing.sweep_cells import BLOCK_CELLS, blocks
from tests.costing.questions import hosts, money, per_token, question, question_of, shape, typed
from tests.costing.scenarios import random_scenario

LATTICE = {
    "requests_per_hour": "0 0.1 0.5 1 2 3 6 7.3 12",
    "input_tokens": "0 600 1200 1800",
    "output_tokens": "300 600 1200 0.7",
    "cached_input_share": "0 0.25 0.5 0.9 1",
    "peak_to_mean": "1 1.5 2 3",
    "host_price_factor": "0 0.5 0.8 1 1.25",
    "token_price_factor": "0 0.5 1 2 1.1",
    "load_factor": "0 0.3 0.5 1 2 7",
}
FINE = Decimal("1e-20")
"""Moves a number off what float64 tells apart, to one side of a step."""


def axis(name: str, values: str) -> Axis:
    return Axis(name=name, values=tuple(map(Decimal, values.split())))


def random_sweep(random: Random) -> Sweep:
    """Two to four axes of a random question; some loads a hair beside a step."""
    axes = []
    names = random.sample(AXES, random.randint(2, 4))
    if "load_factor" in names and "requests_per_hour" in names:
        names.remove("load_factor")
    for name in names:
        values = [Decimal(one) for one in random.sample(LATTICE[name].split(), 3)]
        if random.random() < 0.15 and name == "requests_per_hour":
            values = [value + FINE for value in values]
        axes.append(Axis(name=name, values=tuple(values)))
    asked = question_of(random_scenario(random))
    tokens = asked.workload.shape
    if not tokens.output_tokens and "output_tokens" not in [one.name for one in axes]:
        tokens = replace(tokens, output_tokens=Decimal(600))
    asked = replace(asked, workload=replace(asked.workload, shape=tokens))
    return Sweep(question=asked, axes=tuple(axes))


def changed(sweep: Sweep, values: Sequence[Decimal]) -> tuple[Question, Fraction]:
    """The question of a cell built from its parts, and its load: not by the code under test."""
    at = dict(zip([one.name for one in sweep.axes], values, strict=True))
    asked, tokens = sweep.question, sweep.question.workload.shape
    options = []
    for option in asked.options:
        if isinstance(option, Dedicated):
            option = replace(option, owned=None)  # its price is all that is looked at
        for names, factor in (
            (("price",), "host_price_factor"),
            (("input", "cached_input", "output"), "token_price_factor"),
        ):
            is_units = hasattr(option, "step_units")
            for name in names:
                price = getattr(option, name, None)
                if price is not None and not is_units:
                    times = replace(price, amount=price.amount * at.get(factor, 1))
                    option = replace(option, **{name: times})
        options.append(option)
    workload = replace(
        asked.workload,
        peak_to_mean=at.get("peak_to_mean", asked.workload.peak_to_mean),
        shape=RequestShape(
            input_tokens=at.get("input_tokens", tokens.input_tokens),
            output_tokens=at.get("output_tokens", tokens.output_tokens),
            cached_input_share=at.get("cached_input_share", tokens.cached_input_share),
        ),
    )
    load = asked.workload.requests_per_hour
    if "requests_per_hour" in at:
        load = Fraction(at["requests_per_hour"])
    load *= Fraction(at.get("load_factor", 1))
    return replace(asked, workload=workload, options=tuple(options)), load


def exact_costs(sweep: Sweep, index: Sequence[int]) -> list[Fraction | None]:
    values = [axis.values[place] for axis, place in zip(sweep.axes, index, strict=True)]
    asked, load = changed(sweep, values)
    return [exact_cost_per_hour(asked, option, load) for option in asked.options]


def cells(sweep: Sweep) -> Iterator[tuple[int, ...]]:
    return product(*(range(length) for length in sweep.lengths))


@pytest.mark.exhaustive
def test_300_random_questions_cost_in_every_cell_what_the_exact_arithmetic_says() -> None:
    random, seen = Random(20240317), Counter[str]()
    for _ in range(300):
        sweep = random_sweep(random)
        result = run_sweep(sweep, chunk_cells=random.randint(1, 40))
        for index in cells(sweep):
            exact = exact_costs(sweep, index)
            for cost, array in zip(exact, result.costs.values(), strict=True):
                found = float(array[index])
                assert (cost is None) is bool(np.isnan(found))
                assert cost is None or abs(Fraction(found) - cost) <= cost / 10**12
            known = [cost for cost in exact if cost is not None]
            # Costs within 1e-12 of the lowest are one cost: that of the earliest option.
            least = min(known, default=Fraction(0)) * (1 + Fraction(1, 10**12))
            among = [at for at, cost in enumerate(exact) if cost is not None and cost <= least]
            winner = among[0] if among else -1
            assert winner == result.winner[index]
            ranked = sorted(known)
            gap = float(result.gap[index])
            assert (len(known) < 2) is bool(np.isnan(gap))
            if len(known) > 1:
                assert abs(Fraction(gap) - (ranked[1] - ranked[0])) <= ranked[1] / 10**12
                seen["tie"] += ranked[0] == ranked[1]
            seen["none"] += winner == -1
            seen["absent"] += len(known) < len(exact)
            seen["cell"] += 1
    assert seen["cell"] > 8000
    assert min(seen.values()) > 20


def test_a_cell_shown_is_the_estimate_of_its_question_and_the_cheapest_come_first() -> None:
    random = Random(5)
    for _ in range(60):
        sweep = random_sweep(random)
        result = run_sweep(sweep)
        index = tuple(random.randrange(length) for length in sweep.lengths)
        exact = exact_costs(sweep, index)

        shown = result.cell(index)

        assert result.names == tuple(one.name for one in shown)
        for cost, one in zip(exact, shown, strict=True):
            assert (cost is None) is (one.cost_per_hour is None)
            if cost is not None and one.cost_per_hour is not None:
                assert abs(Fraction(one.cost_per_hour) - cost) <= cost / 10**26
        known = sorted((cost, place) for place, cost in enumerate(exact) if cost is not None)
        expected = [shown[place] for _, place in known]
        assert expected[:2] == list(result.cheapest(index, 2))
        assert expected == list(result.cheapest(index, 9))


def article_like() -> Sweep:
    asked = question(
        per_token(fee="3"),
        hosts(capacity=typed("3"), spare=1, maximum=9),
        replace(hosts("Unknown"), price=None),
    )
    loads = " ".join(str(Decimal(load) / 10) for load in range(0, 300, 7))
    return Sweep(
        question=asked,
        axes=(
            axis("requests_per_hour", loads),
            axis("output_tokens", "1000 3600 7000"),
            axis("host_price_factor", "0.5 0.9 1 1.1 2"),
        ),
    )


class Futures:
    """A client of a cluster: its map hands out futures, last one done first."""

    def map(self, function: Callable[[Any], Any], cuts: Sequence[Any], /) -> list[Future[Any]]:
        futures = [Future[Any]() for _ in cuts]
        for future, cut in reversed(list(zip(futures, cuts, strict=True))):
            future.set_result(function(cut))
        return futures


def same(one: SweepResult, other: SweepResult) -> bool:
    costs = (one.costs[name].tobytes() == other.costs[name].tobytes() for name in one.names)
    winner = one.winner.tobytes() == other.winner.tobytes()
    return winner and one.gap.tobytes() == other.gap.tobytes() and all(costs)


def test_executors_and_chunk_sizes_give_the_same_bytes() -> None:
    sweep = article_like()
    expected = run_sweep(sweep)

    for size in (1, 2, 7, 15, 44, 100, 10**9):
        assert same(expected, run_sweep(sweep, chunk_cells=size))
    with ThreadPoolExecutor(2) as threads:
        assert same(expected, run_sweep(sweep, threads, chunk_cells=20))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert same(expected, run_sweep(sweep, processes, chunk_cells=50))
    assert same(expected, run_sweep(sweep, Futures(), chunk_cells=33))


def test_a_chunk_of_many_blocks_is_the_same_as_the_blocks() -> None:
    asked = article_like()
    loads = Axis(name="requests_per_hour", values=tuple(map(Decimal, range(9000))))
    sweep = replace(asked, axes=(loads, *asked.axes[1:]))
    assert 2 * BLOCK_CELLS < 9000 * 3 * 5

    whole = run_sweep(sweep, Futures(), chunk_cells=10**9)

    assert same(run_sweep(sweep, chunk_cells=1000), whole)


def test_winners_alone_are_those_of_the_whole_sweep_without_its_costs() -> None:
    expected, found = (run_sweep(article_like(), with_costs=one) for one in (True, False))

    assert {} == found.costs
    assert expected.names == found.names
    assert expected.winner.tobytes() == found.winner.tobytes()
    assert expected.gap.tobytes() == found.gap.tobytes()
    axes_and_answers = [name for name in expected.columns() if "cost_per_hour" not in name]
    assert axes_and_answers == list(found.columns())
    assert expected.cheapest((20, 1, 2)) == found.cheapest((20, 1, 2))


def test_numbers_beyond_float64_are_rounded_up_as_fractions_do() -> None:
    """One host carries 3 an hour: just under 9 three serve, at 9 three, a hair above it four."""
    loads = [9 - FINE, Decimal(9), 9 + FINE]
    sweep = Sweep(
        question=question(hosts(capacity=typed("3"))),
        axes=(Axis(name="requests_per_hour", values=tuple(loads)),),
    )

    result = run_sweep(sweep)

    assert [12, 12, 16] == result.costs["Hosts"].tolist()
    assert [3, 3, 4] == [result.cell((place,))[0].instances for place in range(3)]


@pytest.mark.parametrize("most", [1, 2, 5, 6, 11, 12, 60, 100])
def test_blocks_hold_every_cell_once_and_no_more_than_they_may(most: int) -> None:
    seen = np.zeros((5, 4, 3), int)
    for cut in blocks((5, 4, 3), most):
        assert 0 < seen[cut].size <= most
        seen[cut] += 1

    assert 1 == seen.min() == seen.max()


def test_what_has_no_cost_is_none_in_columns_and_never_the_cheapest() -> None:
    result = run_sweep(article_like())

    columns = result.columns()

    assert {len(result.winner.ravel())} == {len(column) for column in columns.values()}
    assert {None} == set(columns["cost_per_hour Unknown"])
    assert {"Per token", "Hosts"} == set(columns["cheapest"])
    assert None in columns["cost_per_hour Hosts"]
    frame = import_module("pandas").DataFrame(columns)  # it ships no types
    assert 43 * 3 * 5 == len(frame)
    row = frame.iloc[15 * 20 + 5 * 1 + 2]
    assert (14.0, 3600.0, 1.0) == (*row.iloc[:3],)
    assert result.costs["Hosts"][20, 1, 2] == row["cost_per_hour Hosts"]


def test_a_grid_without_any_cost_names_no_cheapest() -> None:
    asked = question(replace(hosts(), price=None))
    result = run_sweep(Sweep(question=asked, axes=(axis("peak_to_mean", "1 2"),)))

    assert [None, None] == result.columns()["cheapest"]
    assert () == result.cheapest((1,))


def test_an_option_with_counts_of_its_own_keeps_them() -> None:
    own = replace(per_token("Own"), shape=shape())
    asked = question(per_token(), own)
    result = run_sweep(Sweep(question=asked, axes=(axis("output_tokens", "3600 7200"),)))

    assert [10, 20] == result.costs["Per token"].tolist()
    assert [10, 10] == result.costs["Own"].tolist()


ONE = axis("peak_to_mean", "1")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: axis("peak_to_mean", ""), "peak_to_mean: expected at least one value, found none"),
        (
            lambda: axis("prompt_tokens", "1"),
            f"axes: expected names out of {', '.join(AXES)}, found 'prompt_tokens'",
        ),
        (
            lambda: axis("cached_input_share", "0.5 1.01"),
            "cached_input_share: expected shares from 0 to 1, found 1.01",
        ),
        (
            lambda: axis("cached_input_share", "-0.5"),
            "cached_input_share: expected a number of 0 or more, found -0.5",
        ),
        (
            lambda: axis("peak_to_mean", "0.9"),
            "peak_to_mean: expected numbers of 1 or more, found 0.9",
        ),
        (lambda: sweep_of(), "axes: expected one or more, each once, found none"),
        (
            lambda: sweep_of(ONE, ONE),
            "axes: expected one or more, each once, found peak_to_mean, peak_to_mean",
        ),
        (
            lambda: sweep_of(*(thousand(name) for name in AXES[:3])),
            f"axes: expected at most {MOST_CELLS:,} cells,"
            " found 1000 x 1000 x 1000 = 1,000,000,000",
        ),
        (
            lambda: sweep_of(axis("load_factor", "1"), axis("requests_per_hour", "1")),
            "axes: expected requests_per_hour or load_factor, found both",
        ),
        (
            lambda: sweep_of(axis("input_tokens", "0 1"), axis("output_tokens", "1 0")),
            "axes: expected input or output tokens above 0 in every cell,"
            " found a cell with 0 of both",
        ),
        (
            lambda: sweep_of(ONE).question_at((1,)),
            "index: expected a place in a grid of 1, found (1,)",
        ),
        (
            lambda: run_sweep(sweep_of(ONE)).cell((0, 0)),
            "index: expected a place in a grid of 1, found (0, 0)",
        ),
        (
            lambda: run_sweep(sweep_of(ONE), chunk_cells=0),
            "chunk_cells: expected 1 or more, found 0",
        ),
    ],
)
def test_what_cannot_be_swept_is_refused_with_what_was_expected_and_found(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()

    assert message == str(refused.value)


def sweep_of(*axes: Axis) -> Sweep:
    return Sweep(question=question(per_token(), hosts()), axes=axes)


def thousand(name: str) -> Axis:
    return Axis(name=name, values=tuple(map(Decimal, range(1, 1001))))


def test_a_price_by_the_month_and_an_executor_by_type_are_as_good_as_any() -> None:
    executor: Executor = Futures()
    asked = question(replace(hosts(), price=money("730")))
    result = run_sweep(Sweep(question=asked, axes=(ONE,)), executor)

    assert [730.0] == result.costs["Hosts"].tolist()


def test_the_arithmetic_and_the_bridge_do_not_wait_for_numpy() -> None:
    found = "import sys, costing, costing.bridge; sys.exit('numpy' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", found], check=False).returncode
