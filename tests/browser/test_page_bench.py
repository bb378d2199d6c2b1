"""The measurement behind `scripts/bench --page` runs to its end, on few changes and rows."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser

from tests.bench import page_speed

FIGURES = (
    "input to redrawn chart",
    "first visit of Decide, all responses",
    "start of the navigation to the first chart",
    "jump to a random row of 400",
)
PAIR = re.compile(
    r"median [\d.e+,]+, p95 [\d.e+,]+ (ms|MB) against median .* = \d+\.\d\d \(2 pairs"
)


def test_every_figure_stands_beside_the_stock_page_and_a_first_visit_keeps_its_weight(
    browser: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Times are judged on a quiet machine only; bytes are the same everywhere."""
    monkeypatch.setattr(page_speed, "CHANGES", 2)
    monkeypatch.setattr(page_speed, "JUMPS", 2)

    missed = page_speed.measure(browser, tmp_path, models=400, rounds=1, random=Random(3))

    lines = capsys.readouterr().out.splitlines()
    for figure in FIGURES:
        [line] = [one for one in lines if one.startswith(figure)]
        assert PAIR.search(line)
    assert any(re.fullmatch(r"aim for first visit: .* MB, found .*: kept", one) for one in lines)
    assert f"aims missed: {missed} of 2" == lines[-1]
