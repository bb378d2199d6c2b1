"""Finance opens a sealed link after prices, the rate and the program itself have changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import NewPage
from tests.browser.journeys.later_version import METHOD, VERSION
from tests.browser.journeys.steps import texts_of
from tests.browser.test_decisions import opened, saved, yen
from tests.dashboard.commands import fill_folder
from tests.dashboard.decisions.questions import scale_price, set_rate, yen_scenario
from tests.servers import running_server

ROOT = Path(__file__).resolve().parents[3]
LATER = (sys.executable, "-m", "tests.browser.journeys.later_version")


@pytest.mark.parametrize("locale", ["en-US", "ja-JP"], ids=["en", "ja"])
def test_finance_sees_the_sealed_figures_after_prices_rate_and_program_changed(
    tmp_path: Path, new_page: NewPage, locale: str, arrived: Callable[[Page, str], None]
) -> None:
    """Sealed by one version of the program, opened in another by a fresh browser: figures and hash
    as sealed, today beside them, and a bridge in which the method is a line, summing to the yen."""
    texts = texts_of(locale)
    fill_folder(tmp_path / "data")
    database = opened(tmp_path)
    set_rate(database, datetime.now(UTC).date(), "150")
    database.close()
    with running_server(tmp_path) as url:
        made = saved(url, scenario=yen_scenario(), evidence=[])
        with httpx.Client(trust_env=False, timeout=60) as client:
            prices = client.get(f"{url}/api/v1/decisions/{made['id']}").json()["prices"]
        first = new_page(locale=locale)
        first.goto(f"{url}/decisions/{made['id']}")
        before = column(first, 1)
    database = opened(tmp_path)
    for one, factor in zip(prices[:3], ("1.13", "0.917", "1.31"), strict=True):
        scale_price(database, one["price"]["id"], factor)
    with database.write() as session:
        session.execute(text("UPDATE rate SET rate = '190.625' WHERE quote = 'JPY'"))
    database.close()

    with running_server(tmp_path, program=LATER, PYTHONPATH=str(ROOT)) as url:
        page = new_page(locale=locale)
        page.goto(f"{url}/decisions/{made['id']}")
        assert before == column(page, 1)
        expect(page.locator("#seal")).to_contain_text(made["sha256"])
        expect(page.locator("#seal")).to_contain_text(texts("decisions.verified"))
        changed = texts("decisions.why.method_changed", before="1", after=METHOD)
        expect(page.locator("main")).to_contain_text(changed)
        bridges = page.locator("#bridge table").all()
        assert 2 == len(bridges)
        for place, bridge in enumerate(bridges):
            lines = [yen(one) for one in bridge.locator("tbody td").all_inner_texts()]
            assert lines[-1] == sum(lines[:-1])
            assert lines[0] == yen(before[place])
            assert lines[-1] == yen(column(page, 2)[place])
            method = bridge.locator("tr", has_text=texts("reprice.part.method")).locator("td")
            today = lines[-1]
            assert abs(yen(method.inner_text()) - today / 101) <= 1
        with httpx.Client(trust_env=False, timeout=60) as client:
            assert VERSION == client.get(f"{url}/api/v1/health").json()["version"]
        arrived(page, "later-version")


def column(page: Page, place: int) -> list[str]:
    """The costs of all options: as sealed (1) or today (2)."""
    cells = page.locator(f"#decision-figures tbody tr td:nth-of-type({place})")
    expect(cells).to_have_count(2)
    return cells.all_inner_texts()
