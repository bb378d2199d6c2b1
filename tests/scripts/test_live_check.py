"""The check of live sources, against emulators; no test talks to a real service."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catalog.sources.recorded_wire import ReplayingWire, recorded_moment
from catalog.sources.router import RouterConfig, make_router
from scripts.live_check import SOURCES, main
from tests.emulators.hub import HubEmulator, hub_row
from tests.emulators.loopback import Reply
from tests.emulators.price_lists import MAP_PATH, PriceLists, router_row, served_by
from tests.emulators.rate_lists import LIST_PATH, RateList, day_of, rate_list

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def _check(*arguments: str, **environment: str) -> tuple[int, str]:
    lines: list[str] = []
    code = main(arguments, environment, lines.append, NOW)
    return code, "\n".join(lines)


def test_help_names_every_source() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "scripts.live_check", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert all(name in told.stdout for name in SOURCES)


def test_rows_unread_rows_and_drift_are_told() -> None:
    model: dict[str, Any] = router_row("a/b", served_by(brand_new=1), served_by(pricing="x"))
    for one in model["providers"]:
        del one["is_model_author"]
    with PriceLists([model]) as lists:
        code, text = _check("router", MODELCOST_ROUTER_URL=lists.base)

    assert 0 == code
    assert "PriceRecord: 2" in text
    assert "unread, invalid: 1" in text
    assert "pricing: expected an object, found 'x'" in text
    assert "shape of provider, 2 rows: unknown brand_new (1)" in text
    assert "shape of provider, 2 rows: never there is_model_author" in text
    assert "shape of model, 1 rows: unknown none" in text


def test_the_budget_ends_the_check_and_is_no_failure() -> None:
    rows = [hub_row(number) for number in range(20)]
    with HubEmulator(rows, page_rows=2) as hub:
        code, text = _check(
            "huggingface", "--max-requests", "3", MODELCOST_HUGGINGFACE_URL=hub.base
        )

    assert 0 == code
    assert "stopped (budget)" in text
    assert "requests: 3" in text
    assert "HubModelRecord: 4" in text


def test_a_source_that_fails_is_told_by_the_exit_code() -> None:
    with PriceLists() as lists:
        lists.fail(Reply(status=404, content={}), times=9)
        code, text = _check("litellm", MODELCOST_LITELLM_URL=f"{lists.base}{MAP_PATH}")

    assert 3 == code
    assert "stopped (bad_status)" in text


def test_the_rates_of_the_bank_are_told_with_what_stands_twice_and_what_is_new() -> None:
    rates = (("USD", "1.1172"), ("JPY", "175.68"), ("JPY", "1"))
    more = day_of("2026-11-25", rates).replace("rate='1.1172'", "rate='1.1172' note='x'")
    with RateList(rate_list(more)) as bank:
        code, text = _check("ecb", MODELCOST_ECB_URL=f"{bank.base}{LIST_PATH}")

    assert 0 == code
    assert "RateRecord: 1" in text
    assert "unread, ambiguous: 2" in text
    assert "shape of rate, 3 rows: unknown note (1)" in text
    assert "shape of rate, 3 rows: never there none" in text


def test_a_page_in_place_of_the_rates_ends_the_check_with_its_reason() -> None:
    with RateList(b"<html>Service moved</html>") as bank:
        code, text = _check("ecb", MODELCOST_ECB_URL=f"{bank.base}{LIST_PATH}")

    assert 3 == code
    assert "stopped (drift)" in text
    assert "shape of rate: no row seen" in text


def test_a_setting_that_is_wrong_is_told() -> None:
    assert (2, True) == (
        (found := _check("router", MODELCOST_ROUTER_URL="ftp://x"))[0],
        "MODELCOST_ROUTER_URL" in found[1],
    )


def test_a_recorded_check_plays_again_to_the_same_records(tmp_path: Path) -> None:
    with PriceLists([router_row("a/b")]) as lists:
        _check("router", "--record", str(tmp_path), MODELCOST_ROUTER_URL=lists.base)
        config = RouterConfig(base_url=lists.base)
    wire, moment = ReplayingWire(tmp_path, source="router"), recorded_moment(tmp_path)

    first, second = (list(make_router(config, wire, now=moment).fetch()) for _ in range(2))

    assert first == second
    assert 5 == len(first[0].records)
    assert NOW == moment
