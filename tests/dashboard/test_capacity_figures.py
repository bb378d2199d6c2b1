"""The charts of a capacity: every number in them is one of the estimate."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from costing import Workload
from costing.capacity import CapacityEstimate, estimate_capacity, served_curve
from costing.capacity_cases import Arrangement
from costing.capacity_hosts import hosts_for
from costing.capacity_scan import Targets
from dashboard.figures.axes import View
from dashboard.figures.capacity_hosts import ENDS, host_stairs, hosts_at, hosts_figure
from dashboard.figures.capacity_memory import memory_figure, memory_parts
from dashboard.figures.capacity_parts import spaced
from dashboard.figures.capacity_throughput import throughput_figure
from tests.costing.capacity_cases import LLAMA_3_70B, case, host
from tests.costing.questions import shape
from tests.dashboard.answers import sentences

NO_TARGETS = Targets()
TPOT = Targets(tpot_seconds=0.05, margin=1.15)
LOAD = Workload(requests=Decimal(60_000), shape=shape(), peak_to_mean=Decimal(2))


def estimate(targets: Targets = NO_TARGETS, **changes: Any) -> CapacityEstimate:
    found = estimate_capacity(case(**changes), targets)
    assert isinstance(found, CapacityEstimate)
    return found


def large(targets: Targets = TPOT) -> CapacityEstimate:
    """70B in 16 bits on four of the eight GPUs of a host, so two copies."""
    changes = {"shape": LLAMA_3_70B, "host": host(count="8"), "arrangement": Arrangement(tensor=4)}
    return estimate(targets, **changes)


def look(language: str = "en", **view: Any) -> dict[str, Any]:
    said = sentences(language)
    return {"view": View(**view), "fmt": said.fmt, "texts": said.texts}


def notes(figure: dict[str, Any]) -> str:
    return " | ".join(str(one["text"]) for one in figure["layout"]["annotations"])


def test_the_parts_of_the_memory_are_those_of_the_estimate_and_fill_the_gpu() -> None:
    """Weights, cache and what is free make what can be used; with the rest, what was sold."""
    answer = large()

    sizes = {part.name: part.gibibytes * 2**30 for part in memory_parts(answer)}

    memory = answer.memory
    assert (memory.weight_bytes, memory.cache_bytes) == (sizes["weights"], sizes["cache"])
    assert memory.usable_bytes == pytest.approx(sum(sizes.values()) - sizes["kept"])
    assert 80e9 == pytest.approx(sum(sizes.values()))


@pytest.mark.parametrize("narrow", [False, True])
def test_the_bar_is_to_scale_and_names_each_part_with_its_size(*, narrow: bool) -> None:
    answer = large()
    parts = memory_parts(answer)

    figure = memory_figure(answer, **look(narrow=narrow))

    assert [part.gibibytes for part in parts] == [bar["x"][0] for bar in figure["data"]]
    [limit] = figure["layout"]["shapes"]
    assert answer.memory.usable_bytes / 2**30 == limit["x0"] == limit["x1"]
    said = notes(figure)
    assert "Weights<br><b>32.9 GiB</b>" in said
    assert "69.4 GiB of 74.5 GiB usable" in said
    assert 1 + len(parts) == len(figure["layout"]["annotations"])


def test_a_part_so_small_that_it_is_hardly_seen_still_has_its_own_label() -> None:
    """Labels are pushed apart, so that none covers another."""
    places = spaced([0.1, 0.5, 0.88, 0.89, 0.9], [0.14] * 5)

    assert all(right - left >= 0.14 - 1e-9 for left, right in pairwise(places))
    assert 0.07 <= places[0]
    assert places[-1] <= 0.93


def test_labels_that_need_more_than_there_is_stand_side_by_side() -> None:
    places = spaced([0.2, 0.5, 0.9], [0.5, 0.5, 0.5])

    assert pytest.approx([0.25, 0.75, 1.25]) == places


def test_the_curve_passes_through_the_batch_of_the_answer() -> None:
    """The ring stands at its tokens a second of one copy and its time a token."""
    answer = large()

    figure = throughput_figure(answer, TPOT, **look())

    tokens, times, ring, ring_of_time = figure["data"]
    place = tokens["x"].index(answer.batch)
    served = answer.output_tokens_per_second.p50 / 2
    assert served == pytest.approx(tokens["y"][place])
    assert ([answer.batch], [pytest.approx(served)]) == (ring["x"], ring["y"])
    assert answer.tpot_seconds * 1000 == pytest.approx(times["y"][place])
    assert [pytest.approx(answer.tpot_seconds * 1000)] == ring_of_time["y"]
    assert f"{answer.batch:.0f} in flight" in notes(figure)


def test_the_target_is_drawn_where_its_mean_lies_and_named_as_promised() -> None:
    """95 of 100 within 50 ms are about 43 ms in the mean."""
    figure = throughput_figure(large(), TPOT, **look())

    [line] = [one for one in figure["layout"]["shapes"] if one["yref"] == "y2"]

    assert pytest.approx(50 / 1.15) == line["y0"]
    assert "target 50 ms (mean 43 ms)" in notes(figure)


def test_without_a_target_none_is_drawn() -> None:
    figure = throughput_figure(large(NO_TARGETS), NO_TARGETS, **look())

    assert [] == [one for one in figure["layout"]["shapes"] if one["yref"] == "y2"]
    assert "target" not in notes(figure)


@pytest.mark.parametrize("requests", [1, 700, 12_345, 60_000, 90_000])
def test_the_stairs_are_the_hosts_that_each_load_needs(requests: int) -> None:
    """At every load the number of the arithmetic, at each end of the estimate."""
    answer = large()

    for end in ENDS:
        corners = host_stairs(answer, end, LOAD, 90_000.0)
        plan = hosts_for(answer, 2.0 * requests, percentile=end)
        assert plan is not None
        assert plan.needed == hosts_at(corners, float(requests))


def test_the_workload_is_marked_with_its_hosts_at_each_end() -> None:
    """Slow hosts need more, fast ones fewer; each number stands at its stair."""
    answer = large()
    plans = [hosts_for(answer, 120_000.0, percentile=end) for end in ENDS]

    figure = hosts_figure(answer, LOAD, **look())

    marks = figure["data"][-1]
    needed = sorted({plan.needed for plan in plans if plan is not None})
    assert needed == marks["y"]
    assert [f"<b>{count}</b>" for count in needed] == marks["text"]
    assert {60_000 * 730} == set(marks["x"])
    assert "slow (P10)" in notes(figure)


def test_slow_hosts_that_serve_nothing_have_no_stairs_and_no_band() -> None:
    """What no number of hosts can do is not drawn as if some could."""
    one_alone = served_curve(estimate())[0][2]
    answer = estimate(Targets(tpot_seconds=one_alone * 1.05))
    assert 0 == answer.requests_per_second.p10

    figure = hosts_figure(answer, LOAD, **look())

    assert [] == host_stairs(answer, "p10", LOAD, 1000.0)
    assert [] == [one for one in figure["data"] if one.get("fill")]
    assert "slow (P10)" not in notes(figure)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("view", [{}, {"narrow": True}, {"dark": True}])
def test_every_chart_of_a_capacity_is_plain_data_in_both_languages(
    language: str, view: dict[str, bool]
) -> None:
    answer = large()
    shown = look(language, **view)

    for figure in (
        memory_figure(answer, **shown),
        throughput_figure(answer, TPOT, **shown),
        hosts_figure(answer, LOAD, **shown),
    ):
        assert figure == json.loads(json.dumps(figure, allow_nan=False))


def test_a_load_of_nothing_is_drawn_with_one_host() -> None:
    """No division by a load that is 0."""
    nothing = Workload(requests=Decimal(0), shape=shape(), peak_to_mean=Decimal(1))

    figure = hosts_figure(large(), nothing, **look())

    assert [0] == sorted(set(figure["data"][-1]["x"]))
