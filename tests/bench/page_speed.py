"""Pages by the clock of a real browser, each beside a stock Dash page measured in turn with it.

Decide: input to redrawn chart, bytes of the first visit, start to first chart. Catalog: a jump to a
random row of a long list. Both sides are processes of their own on 127.0.0.1 under the same server
program and the same compression; the stock chart is the figure that Decide had just drawn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import httpx
from playwright.sync_api import Browser
from sqlalchemy import select

from catalog.database import open_database
from catalog.settings import load_settings
from catalog.tables import MODEL_LISTING
from dashboard.pages.decide.fields import DEBOUNCE_MILLISECONDS
from tests.bench.many_models import fill
from tests.bench.page_probes import (
    LOST_AFTER_MILLISECONDS,
    drawn_figure,
    first_page,
    jumped_ms,
    opened,
    redrawn_ms,
    wait_for_chart,
)
from tests.bench.search import percentile
from tests.bench.stock_page import COLUMNS
from tests.browser.chromium import running_browser
from tests.servers import clean_environment, free_port, running_server

CHANGES, JUMPS = 10, 12
"""Of one round."""
FEWEST_VISITS = 2
"""From which a p95 can be told."""
DECIDE = "/?scenario=article"
CATALOG = "/catalog?sort=popularity&retired=any"
LOAD = '[id=\'{"path":"workload.requests_per_hour","type":"field"}\']'
STOCK_LOAD = '[id=\'{"path":"0","type":"field"}\']'
FIELDS = 'document.querySelectorAll(`input[id*=\'"type":"field"\']`).length'
FIRST_LOAD = "6000"
MOST_REDRAWN_RATIO = 1.5
MOST_MEGABYTES = 2.3
START_SECONDS = 60
NOW = datetime(2026, 11, 26, tzinfo=UTC)


class Pair(NamedTuple):
    """Neighboring measurements of ours and of the stock page."""

    ours: float
    stock: float


def run(models: int, rounds: int, seed: int) -> int:
    """Measure and print; how many of the aims are missed."""
    with tempfile.TemporaryDirectory() as name, running_browser() as browser:
        return measure(browser, Path(name), models, rounds, Random(seed))


def measure(browser: Browser, folder: Path, models: int, rounds: int, random: Random) -> int:
    """The same in a browser that runs, with the servers' data in this folder."""
    missed = _decide(browser, folder, rounds, random)
    _catalog(browser, folder, models, JUMPS * rounds, random)
    _say(f"aims missed: {sum(missed)} of {len(missed)}")
    return sum(missed)


def _decide(browser: Browser, folder: Path, rounds: int, random: Random) -> list[bool]:
    with running_server(_inside(folder, "decide")) as ours:
        given = _what_decide_draws(browser, ours + DECIDE)
        with _stock(folder / "chart.json", given) as stock:
            changes = _changes(browser, ours + DECIDE, stock, CHANGES * rounds, random)
            visits = [
                (first_page(browser, ours + DECIDE), first_page(browser, stock))
                for _ in range(max(rounds, FEWEST_VISITS))
            ]
    size = f"{given['fields']} fields, a figure of {len(json.dumps(given['figure'])):,} bytes"
    pause = f"without the pause of {DEBOUNCE_MILLISECONDS} ms after typing"
    _say(_line(f"input to redrawn chart, {size}, {pause}", "ms", changes))
    weights = [Pair(one.bytes / 1e6, two.bytes / 1e6) for one, two in visits]
    _say(_line("first visit of Decide, all responses", "MB", weights))
    starts = [Pair(one.chart_ms, two.chart_ms) for one, two in visits]
    _say(_line("start of the navigation to the first chart", "ms", starts))
    return [
        _judged("redrawn chart", _ratio(changes), MOST_REDRAWN_RATIO, "times the stock page"),
        _judged("first visit", max(one.ours for one in weights), MOST_MEGABYTES, "MB"),
    ]


def _what_decide_draws(browser: Browser, url: str) -> dict[str, Any]:
    """The figure of a changed load, and how many fields stand beside it."""
    with opened(browser, url) as page:
        wait_for_chart(page)
        redrawn_ms(page, LOAD, FIRST_LOAD)
        fields = page.evaluate(FIELDS)
        return {"figure": drawn_figure(page), "fields": fields, "load": FIRST_LOAD}


def _changes(browser: Browser, ours: str, stock: str, count: int, random: Random) -> list[Pair]:
    """So many changes of the load on each side in turn, none of them twice."""
    first, *loads = [str(load) for load in random.sample(range(6_001, 30_000), count + 1)]
    with opened(browser, ours) as page, opened(browser, stock) as other:
        for one, field in ((page, LOAD), (other, STOCK_LOAD)):
            wait_for_chart(one)
            redrawn_ms(one, field, first)
        taken = [
            (redrawn_ms(page, LOAD, load), redrawn_ms(other, STOCK_LOAD, load)) for load in loads
        ]
    return [Pair(one - DEBOUNCE_MILLISECONDS, two - DEBOUNCE_MILLISECONDS) for one, two in taken]


def _catalog(browser: Browser, folder: Path, models: int, jumps: int, random: Random) -> None:
    home = _inside(folder, "catalog")
    rows = _many_models(home, models)
    with running_server(home) as ours, _stock(folder / "rows.json", {"rows": rows}) as stock:
        places = random.sample(range(models), jumps)
        with opened(browser, ours + CATALOG) as page, opened(browser, stock) as other:
            for one in (page, other):
                one.locator(".ag-row [col-id='name']").first.wait_for()
            taken = [Pair(jumped_ms(page, place), jumped_ms(other, place)) for place in places]
    _say(_line(f"jump to a random row of {models:,}", "ms", taken))
    lost = [
        sum(one >= LOST_AFTER_MILLISECONDS for one in side) for side in zip(*taken, strict=True)
    ]
    after = f"{LOST_AFTER_MILLISECONDS / 1000:.0f} s"
    _say(f"jumps of {jumps} whose row was empty after {after}: {lost[0]} against {lost[1]}")


def _many_models(home: Path, models: int) -> list[dict[str, Any]]:
    """Invented models in the catalog of a server; its list as plain rows."""
    database = open_database(load_settings({"MODELCOST_DATA_DIR": str(home / "data")}), NOW)
    try:
        with database.write() as session:
            fill(session, models)
        listed = select(*(MODEL_LISTING.c[name] for name in COLUMNS)).order_by(
            MODEL_LISTING.c.position
        )
        with database.read() as session:
            return [dict(row) for row in session.execute(listed).mappings()]
    finally:
        database.close()


@contextmanager
def _stock(file: Path, given: Mapping[str, Any]) -> Iterator[str]:
    """The URL of a stock page, served by a process of its own until the end of the block."""
    file.write_text(json.dumps(given, default=str), encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.stock_page", str(port), str(file)]
    process = subprocess.Popen(command, env=clean_environment())
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                client.get(url).raise_for_status()
                return
            except httpx.TransportError:
                try:
                    process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    continue
                raise RuntimeError("the stock page ended at its start") from None
    raise RuntimeError(f"no answer from {url} in {START_SECONDS} s")


def _inside(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def _ratio(pairs: Sequence[Pair]) -> float:
    """Median of ours over median of the stock page."""
    return statistics.median(p.ours for p in pairs) / statistics.median(p.stock for p in pairs)


def _line(name: str, unit: str, pairs: Sequence[Pair]) -> str:
    """Median and p95 of both sides and the ratio of the medians."""
    cells = [
        f"median {percentile(side, 50):,.3g}, p95 {percentile(side, 95):,.3g} {unit}"
        for side in zip(*pairs, strict=True)
    ]
    return f"{name}: {' against '.join(cells)} = {_ratio(pairs):.2f} ({len(pairs)} pairs in turn)"


def _judged(name: str, found: float, most: float, unit: str) -> bool:
    """Say an aim and whether it is kept; True where it is missed."""
    missed = found > most
    said = "missed" if missed else "kept"
    _say(f"aim for {name}: at most {most:g} {unit}, found {found:.3g}: {said}")
    return missed


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
