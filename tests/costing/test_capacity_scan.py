"""The batch that is chosen, and what limits it."""

from __future__ import annotations

import numpy as np
import pytest

from costing.capacity_cases import Arrangement, Traffic, cases_of
from costing.capacity_constants import NOTES
from costing.capacity_fitted import FITTED
from costing.capacity_scan import Limit, Targets, scan
from costing.capacity_speed import step_costs
from tests.costing.capacity_cases import FP16, LLAMA_2_7B, LLAMA_3_70B, NC12S_V3, case, host


@pytest.mark.parametrize(
    ("tpot_seconds", "tokens", "batch"), [(0.02, 4236, 84), (0.03, 4639, 139), (0.05, 4827, 241)]
)
def test_a_limit_on_time_per_token_chooses_the_batch(
    tpot_seconds: float, tokens: float, batch: float
) -> None:
    """Llama-3-8B on one H100, 1000/300; the prototype's table of limit against capacity."""
    found = scan(cases_of([case()]), NOTES, Targets(tpot_seconds=tpot_seconds))

    assert tokens == pytest.approx(found.requests_per_second[0] * 300, rel=0.01)
    assert batch == pytest.approx(found.batch[0], abs=1)
    assert Limit.TPOT is found.limit_of(0)


ARTICLE = [
    (250, 250, 53, 5.71, (0.52, 1.58, 2.64)),
    (500, 500, 26, 3.74, (0.80, 2.42, 4.04)),
    (1000, 1000, 13, 2.13, (1.41, 4.25, 7.09)),
    (1599, 60, 9, 0.66, (0.29, 0.88, 1.47)),
]


@pytest.mark.parametrize(("read", "written", "batch", "million", "needed"), ARTICLE)
def test_the_article_s_host_serves_what_its_memory_allows(
    read: float, written: float, batch: float, million: float, needed: tuple[float, ...]
) -> None:
    """Millions of output tokens an hour of one 2 x V100 host, all of it used, TPOT <= 50 ms.

    1000/1000: 13 requests fit, 591 output tokens a second, * 3600 = 2.13 million. Needed for R
    hosts at break-even: (6.12 R - 3.09) / (0.00067 + 0.00052) requests an hour, R = 1: 2,546 or
    2.55 million tokens, / (0.85 * 2.13 million) = 1.41 hosts: one host never gets there.
    """
    asked = case(
        shape=LLAMA_2_7B,
        host=NC12S_V3,
        arrangement=Arrangement(tensor=2),
        precision=FP16,
        traffic=Traffic(input_tokens=read, output_tokens=written),
    )

    found = scan(cases_of([asked]), NOTES, Targets(tpot_seconds=0.05))

    per_hour = found.requests_per_second[0] * 3600
    request = (read * 0.00067 + written * 0.00052) / 1000
    at_break_even = [(6.12 * hosts - 3.09) / request / (0.85 * per_hour) for hosts in (1, 2, 3)]
    assert list(needed) == pytest.approx(at_break_even, abs=0.03)
    assert batch == found.batch[0]
    assert million == pytest.approx(found.requests_per_second[0] * written * 3600 / 1e6, rel=0.01)


def test_a_grid_without_the_limit_of_memory_itself_would_lose_a_quarter() -> None:
    """1000/1000 on the article's host: 431 tokens/s at B = 8, where a coarse grid stops; 591 at 13.

    The scan takes the 13 that fit, so that it never reports 431 / 591 = 73 %.
    """
    asked = case(
        shape=LLAMA_2_7B,
        host=NC12S_V3,
        arrangement=Arrangement(tensor=2),
        precision=FP16,
        traffic=Traffic(input_tokens=1000, output_tokens=1000),
    )
    costs = step_costs(cases_of([asked]), NOTES)
    eight = np.array([8.0])

    found = scan(cases_of([asked]), NOTES, Targets())

    assert 431 == pytest.approx(
        costs.requests_per_second(eight, costs.step(eight))[0] * 1000, rel=0.01
    )
    assert 591 == pytest.approx(found.requests_per_second[0] * 1000, rel=0.01)
    assert Limit.MEMORY is found.limit_of(0)


@pytest.mark.parametrize("milliseconds", range(20, 90, 5))
def test_a_target_that_was_not_asked_for_never_binds(milliseconds: int) -> None:
    """Beyond 128 requests batches are tried in steps; one request more may still be in time."""
    changes = {"shape": LLAMA_3_70B, "host": host(count="8"), "arrangement": Arrangement(tensor=8)}
    cases = cases_of([case(**changes)])

    by_tpot = scan(cases, FITTED, Targets(tpot_seconds=milliseconds / 1000))
    by_ttft = scan(cases, FITTED, Targets(ttft_seconds=milliseconds / 100))

    assert by_tpot.limit_of(0) in (Limit.TPOT, Limit.MEMORY)
    assert by_ttft.limit_of(0) in (Limit.TTFT, Limit.MEMORY, Limit.UNREACHABLE_TTFT)
