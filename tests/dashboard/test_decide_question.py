"""What holds for the whole question: costs beside the model, residency, support, tax, currency."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from catalog.scenario import parse_scenario
from dashboard.pages.decide.address import workload_changes
from dashboard.pages.decide.document import get_at, scenario_of
from dashboard.pages.decide.state import PageState
from tests.dashboard.decide_form import DecideForm
from tests.dashboard.documents import article
from tests.dashboard.page_results import page_state

SEARCH = "preset-azure_ai_search_basic"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


@pytest.fixture
def page(state: PageState) -> DecideForm:
    """The article in the form."""
    return DecideForm(state, article())


def month_of(page: DecideForm, option: int) -> Decimal:
    """What an option costs a month at the load."""
    answer = page.judged().answer
    assert answer is not None
    month = answer.at_workload.estimates[option].cost_per_month
    assert month is not None
    return month


def test_a_preset_is_added_with_a_click_and_borne_by_one_option(page: DecideForm) -> None:
    """73.73 dollars a month, assumed, on the option by the token alone."""
    before = [month_of(page, option) for option in (0, 1)]
    page.click(f"add-{SEARCH}")
    page.type("add_ons.0.applies_to.0", "Per token")

    after = [month_of(page, option) for option in (0, 1)]

    assert abs(after[0] - before[0] - Decimal("73.73")) < Decimal("0.0001")
    assert after[1] == before[1]
    page.type("add_ons.0.applies_to.0", "")
    assert abs(month_of(page, 1) - before[1] - Decimal("73.73")) < Decimal("0.0001")


def test_an_own_cost_has_a_name_an_amount_and_a_unit(page: DecideForm) -> None:
    """5 gigabytes at 2 dollars a month on every option."""
    before = month_of(page, 1)
    page.click("add-add_on")
    assert {"add_ons.0.name", "add_ons.0.amount"} == set(page.errors())
    for key, value in (("name", "Storage"), ("amount", "2"), ("quantity", "5")):
        page.type(f"add_ons.0.{key}", value)

    assert abs(month_of(page, 1) - before - 10) < Decimal("0.0001")
    page.click("remove-add_on", 0)
    assert before == month_of(page, 1)
    assert "add_ons" not in scenario_of(page.draft) or [] == get_at(page.draft, "add_ons")


def test_support_and_tax_come_on_top(page: DecideForm) -> None:
    """10 % support, then 10 % tax on the sum."""
    before = month_of(page, 1)
    page.type("support_share", "0.1")
    page.type("tax_share", "0.1")

    assert abs(month_of(page, 1) - before * Decimal("1.21")) < Decimal("0.0001")


def test_what_is_paid_already_is_left_out_of_the_costs_to_come(page: DecideForm) -> None:
    before = month_of(page, 1)
    page.click("add-add_on")
    for key, value in (("name", "Licence"), ("amount", "100"), ("already_paid", "true")):
        page.type(f"add_ons.0.{key}", value)
    assert month_of(page, 1) > before

    page.type("lens", "marginal")

    assert before == month_of(page, 1)


def test_residency_and_hours_reach_the_scenario(page: DecideForm) -> None:
    page.type("residency.processing", "JP")
    page.type("profile", "office_hours")

    scenario = parse_scenario(scenario_of(page.draft))

    assert ("JP", "office_hours") == (scenario.residency.processing, scenario.profile)


def test_a_rate_of_ones_own_has_a_day_and_an_owner(page: DecideForm) -> None:
    page.switch("currency", "JPY")
    page.switch("rates", "typed")
    assert ["rates.JPY.per_usd"] == list(page.errors())
    for key, value in (
        ("per_usd", "155.5"),
        ("as_of", "2026-11-02"),
        ("source", "treasury, budget rate"),
    ):
        page.type(f"rates.JPY.{key}", value)

    rate = parse_scenario(scenario_of(page.draft)).rates["JPY"]

    assert (Decimal("155.5"), "2026-11-02", "treasury, budget rate") == (
        rate.per_usd,
        str(rate.as_of),
        rate.source,
    )


def test_the_rates_of_a_day_are_asked_of_the_catalog(page: DecideForm) -> None:
    page.switch("currency", "JPY")
    page.switch("rates", "catalog")
    page.type("catalog_rates.source", "own")
    page.type("catalog_rates.owner", "treasury")
    page.type("catalog_rates.day", "2026-11-02")

    asked = parse_scenario(scenario_of(page.draft)).catalog_rates

    assert asked is not None
    assert ("own", 7, "treasury") == (asked.source, asked.at_most_days_old, asked.owner)
    page.switch("currency", "USD")
    assert parse_scenario(scenario_of(page.draft)).catalog_rates is None


@pytest.mark.parametrize(
    ("path", "typed", "message"),
    [
        ("support_share", "10", "Expected at most 1, found '10'."),
        ("tax_share", "ten", "Expected a number, found 'ten'."),
        ("residency.processing", "x" * 301, "Expected at most 300 characters, found 301."),
        ("add_ons.0.quantity", "-1", "Expected a number of 0 or more, found -1."),
        ("add_ons.0.amount", "free", "Expected a number, found 'free'."),
        ("add_ons.0.per", "0", "Expected a number above 0, found '0'."),
        ("add_ons.0.months", "3", "Expected months with the unit once only, found 3."),
        ("add_ons.0.as_of", "soon", "Expected a date such as 2026-01-31, found 'soon'."),
        ("add_ons.0.applies_to.0", "nobody", "Expected the name of an option, found 'nobody'."),
    ],
)
def test_nonsense_is_refused_at_its_field_which_keeps_what_was_typed(
    page: DecideForm, path: str, typed: str, message: str
) -> None:
    page.click("add-add_on")
    for key, value in (("name", "Storage"), ("amount", "2")):
        page.type(f"add_ons.0.{key}", value)

    page.type(path, typed)

    assert page.errors()[path].startswith(message)
    assert typed == page.fields()[path]["value"]


@pytest.mark.parametrize(
    ("mode", "path", "typed", "message"),
    [
        ("typed", "rates.JPY.per_usd", "0", "Expected a number above 0, found '0'."),
        ("typed", "rates.JPY.as_of", "today", "Expected a date such as 2026-01-31, found 'today'."),
        ("catalog", "catalog_rates.at_most_days_old", "x", "Expected a number, found 'x'."),
        ("catalog", "catalog_rates.at_most_days_old", "", "Expected at_most_days_old, found"),
        ("catalog", "catalog_rates.day", "1/2", "Expected a date such as 2026-01-31, found '1/2'."),
        (
            "catalog",
            "catalog_rates.owner",
            "treasury",
            "Only own rates have an owner, found the source ecb.",
        ),
    ],
)
def test_nonsense_in_a_rate_is_refused_at_its_field(
    page: DecideForm, mode: str, path: str, typed: str, message: str
) -> None:
    page.switch("currency", "JPY")
    page.switch("rates", mode)
    if mode == "typed":
        page.type("rates.JPY.per_usd", "155.5")

    page.type(path, typed)

    assert page.errors()[path].startswith(message)


def test_none_of_it_can_stand_in_an_address(page: DecideForm) -> None:
    """A question with a typed price, rate or share is saved; its link names it alone."""
    base = page.draft
    page.click("add-add_on")
    page.type("add_ons.0.amount", "2")
    assert workload_changes(page.draft, base) is None
    page.undo()
    page.undo()
    page.type("support_share", "0.1")
    assert workload_changes(page.draft, base) is None


def test_undo_takes_back_one_step_at_a_time(page: DecideForm) -> None:
    page.click(f"add-{SEARCH}")
    page.switch("currency", "JPY")
    page.undo()
    assert "USD" == page.draft["currency"]
    assert 1 == len(page.draft["add_ons"])
    page.undo()
    assert "add_ons" not in page.draft or [] == page.draft["add_ons"]
