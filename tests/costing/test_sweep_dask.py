"""A sweep on a Dask client, on this machine only: the same bytes as here and in a process pool."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from distributed import Client, LocalCluster

from costing.sweep import Sweep, SweepResult, run_sweep
from tests.costing.test_sweep import article_like, same

CHUNK_CELLS = 50
"""So that the sweep goes to the workers in more than ten parts."""


@pytest.fixture(params=[False, True], ids=["threads", "processes"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Two workers of one thread each, listening to this machine only, without a web page."""
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            protocol="tcp://",
            n_workers=2,
            threads_per_worker=1,
            processes=request.param,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
        ) as cluster,
        Client(cluster, timeout=60) as opened,  # type: ignore[no-untyped-call]
    ):
        yield opened


def test_a_dask_client_gives_the_bytes_of_the_serial_run_and_of_a_process_pool(
    client: Client,
) -> None:
    sweep = article_like()
    serial = run_sweep(sweep)

    found = run_sweep(sweep, client, chunk_cells=CHUNK_CELLS)

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        pooled = run_sweep(sweep, processes, chunk_cells=CHUNK_CELLS)
    assert same(serial, found)
    assert same(pooled, found)
    assert (20, 1, 2) in _cells_with_two_costs(sweep, found)


def test_a_dask_client_that_is_asked_for_winners_alone_hands_back_no_costs(client: Client) -> None:
    expected = run_sweep(article_like(), with_costs=False)

    found = run_sweep(article_like(), client, chunk_cells=CHUNK_CELLS, with_costs=False)

    assert {} == found.costs
    assert expected.winner.tobytes() == found.winner.tobytes()
    assert expected.gap.tobytes() == found.gap.tobytes()


def _cells_with_two_costs(sweep: Sweep, found: SweepResult) -> set[tuple[int, ...]]:
    first, second, _ = found.costs.values()
    both = (first == first) & (second == second)
    assert both.shape == sweep.lengths
    return {tuple(place) for place in zip(*both.nonzero(), strict=True)}
