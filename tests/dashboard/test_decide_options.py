"""What an option may say of itself beyond its price: each field reaches the scenario, and nonsense
is refused at the field with what was typed still in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from catalog.scenario import DedicatedFields, ProvisionedFields, ServerlessFields, parse_scenario
from dashboard.pages.decide.document import get_at, scenario_of
from dashboard.pages.decide.state import PageState
from tests.dashboard.components import words
from tests.dashboard.decide_form import DecideForm
from tests.dashboard.documents import article
from tests.dashboard.page_results import page_state

HOST, TOKENS = "options.1", "options.0"
Step = tuple[str, str]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def article_form(state: PageState, *switches: Step) -> DecideForm:
    """The article after these switches: path and mode."""
    page = DecideForm(state, article())
    for path, mode in switches:
        page.switch(path, mode)
    return page


def host_of(page: DecideForm) -> DedicatedFields:
    """The host option as the scenario reads it."""
    option = parse_scenario(scenario_of(page.draft)).options[1]
    assert isinstance(option, DedicatedFields)
    return option


OWNED = {
    "purchase_price": "240000",
    "residual_value": "20000",
    "useful_life_months": "48",
    "power_kilowatts": "6",
    "power_usage_effectiveness": "1.3",
    "price_per_kilowatt_hour": "0.15",
    "people_hours_per_month": "8",
    "people_price_per_hour": "80",
    "colocation_fee_per_month": "500",
}


def test_an_owned_host_costs_depreciation_power_people_and_space(state: PageState) -> None:
    """(240,000 - 20,000) / 48 + 6 kW x 1.3 x 0.15 x 730 h + 8 x 80 + 500 a month, times three."""
    page = article_form(state, (f"{HOST}.price", "owned"))
    for key, value in OWNED.items():
        page.type(f"{HOST}.owned.{key}", value)
    page.type(f"{HOST}.owned.already_paid", "false")

    answer = page.judged().answer

    assert answer is not None
    month = answer.at_workload.estimates[1].cost_per_month
    assert month is not None
    one = Decimal(220000) / 48 + Decimal("6") * Decimal("1.3") * Decimal("0.15") * 730 + 1140
    assert abs(month - 3 * one) < Decimal("0.0001")
    assert {} == page.errors()


def test_an_owned_host_leaves_no_price_term_or_commitment_behind_and_can_be_undone(
    state: PageState,
) -> None:
    page = article_form(state, (f"{HOST}.commitment", "term"), (f"{HOST}.price", "owned"))

    assert {"price", "term", "commitment"} & set(get_at(page.draft, HOST)) == set()
    assert "people" not in page.modes()
    page.undo()
    page.undo()
    assert "6.12" == get_at(page.draft, f"{HOST}.price.amount")
    assert "owned" not in get_at(page.draft, HOST)


def test_what_is_unknown_of_an_owned_host_leaves_it_without_a_cost(state: PageState) -> None:
    """A field left empty is never a 0."""
    page = article_form(state, (f"{HOST}.price", "owned"))
    page.type(f"{HOST}.owned.purchase_price", "240000")

    answer = page.judged().answer

    assert answer is not None
    assert answer.at_workload.estimates[1].cost_per_month is None


def test_spot_hosts_take_a_share_of_interruptions(state: PageState) -> None:
    """Hosts that lose a tenth of the time are paid a ninth longer."""
    page = article_form(state)
    page.type(f"{HOST}.term", "spot")
    page.type(f"{HOST}.interruption_share", "0.1")

    answer = page.judged().answer

    assert answer is not None
    assert "interruption" in {item.code for item in answer.at_workload.estimates[1].line_items}
    assert "spot" == host_of(page).term


def test_hosts_billed_by_the_hour_scale_to_zero(state: PageState) -> None:
    page = article_form(state)
    page.type(f"{HOST}.billing", "hourly")
    page.type(f"{HOST}.minimum_instances", "0")
    page.type(f"{HOST}.cold_start_minutes", "5")

    assert ("hourly", Decimal(5)) == (host_of(page).billing, host_of(page).cold_start_minutes)
    assert {} == page.errors()


def test_a_commitment_names_months_price_hosts_and_what_follows(state: PageState) -> None:
    page = article_form(state, (f"{HOST}.commitment", "term"))
    place = f"{HOST}.commitment"
    assert {f"{place}.months", f"{place}.price.amount"} == set(page.errors())
    for key, value in (
        ("months", "12"),
        ("price.amount", "4.10"),
        ("hosts", "2"),
        ("upfront_share", "1"),
        ("after", "renew"),
    ):
        page.type(f"{place}.{key}", value)

    commitment = host_of(page).commitment

    assert commitment is not None
    assert (12, Decimal("4.10"), 2, Decimal(1), "renew") == (
        commitment.months,
        commitment.price.amount,
        commitment.hosts,
        commitment.upfront_share,
        commitment.after,
    )
    page.switch(place, "none")
    assert host_of(page).commitment is None


def test_provisioned_throughput_can_be_committed_to(state: PageState) -> None:
    page = article_form(state)
    page.click("add-provisioned")
    page.switch("options.2.commitment", "term")
    for key, value in (("months", "12"), ("price.amount", "0.8"), ("units", "50")):
        page.type(f"options.2.commitment.{key}", value)

    option = parse_scenario(scenario_of(page.draft)).options[2]

    assert isinstance(option, ProvisionedFields)
    assert option.commitment is not None
    assert (12, 50) == (option.commitment.months, option.commitment.units)


def test_prices_of_long_requests_are_steps_of_the_option(state: PageState) -> None:
    """Requests of 1,000 input tokens above a step at 500 pay its price: 0.002 a thousand."""
    page = article_form(state)
    page.click("add-step", 0)
    step = f"{TOKENS}.prices.steps.0"
    page.type(f"{step}.above_input_tokens", "500")
    page.type(f"{step}.input.amount", "0.002")
    page.type(f"{step}.output.amount", "0.004")

    option = parse_scenario(scenario_of(page.draft)).options[0]
    answer = page.judged().answer

    assert isinstance(option, ServerlessFields)
    assert option.prices is not None
    assert 1 == len(option.prices.steps)
    assert answer is not None
    assert Decimal("33.09") == answer.at_workload.estimates[0].cost_per_hour
    page.click("remove-step", 0)
    assert "steps" not in get_at(page.draft, f"{TOKENS}.prices")


def test_the_hosts_of_every_term_are_offered_with_a_typed_price_too(state: PageState) -> None:
    """A price that was agreed for three years says so."""
    page = article_form(state)
    page.type(f"{HOST}.term", "reserved_3y")

    assert "reserved_3y" == host_of(page).term


REFUSED: Sequence[tuple[Sequence[Step], Sequence[Step], str, str, str]] = [
    ([], [], f"{HOST}.maximum_instances", "0", "Expected at least 1, found 0."),
    ([], [], f"{HOST}.maximum_instances", "some", "Expected a number, found 'some'."),
    ([], [], f"{HOST}.interruption_share", "0.1", "found it with term on_demand"),
    (
        [],
        [(f"{HOST}.term", "spot")],
        f"{HOST}.interruption_share",
        "1",
        "Expected less than 1, found '1'.",
    ),
    ([], [], f"{HOST}.cold_start_minutes", "5", "billing hourly only"),
    (
        [],
        [(f"{HOST}.billing", "hourly")],
        f"{HOST}.cold_start_minutes",
        "61",
        "Expected at most 60, found '61'.",
    ),
    (
        [(f"{HOST}.commitment", "term")],
        [],
        f"{HOST}.commitment.months",
        "121",
        "Expected at most 120, found '121'.",
    ),
    (
        [(f"{HOST}.commitment", "term")],
        [],
        f"{HOST}.commitment.price.amount",
        "-4",
        "Expected a number of 0 or more, found -4.",
    ),
    (
        [(f"{HOST}.commitment", "term")],
        [],
        f"{HOST}.commitment.hosts",
        "1.5",
        "Expected a whole number, found '1.5'.",
    ),
    (
        [(f"{HOST}.commitment", "term")],
        [],
        f"{HOST}.commitment.upfront_share",
        "2",
        "Expected at most 1, found '2'.",
    ),
    (
        [(f"{HOST}.price", "owned")],
        [],
        f"{HOST}.owned.power_usage_effectiveness",
        "0.9",
        "Expected at least 1, found '0.9'.",
    ),
    *(
        (
            [(f"{HOST}.price", "owned")],
            [],
            f"{HOST}.owned.{key}",
            "lots",
            "Expected a number, found 'lots'.",
        )
        for key in OWNED
    ),
]


@pytest.mark.parametrize(("switches", "before", "path", "typed", "message"), REFUSED)
def test_nonsense_is_refused_at_its_field_which_keeps_what_was_typed(
    state: PageState,
    switches: Sequence[Step],
    before: Sequence[Step],
    path: str,
    typed: str,
    message: str,
) -> None:
    page = article_form(state, *switches)
    for at, value in before:
        page.type(at, value)

    page.type(path, typed)

    assert message in page.errors()[path]
    assert typed == page.fields()[path]["value"]


@pytest.mark.parametrize(
    ("path", "typed", "message"),
    [
        ("above_input_tokens", "0", "Expected a number above 0, found '0'."),
        ("above_input_tokens", "", "Expected above_input_tokens, found nothing."),
        ("input.amount", "x", "Expected a number, found 'x'."),
        ("output.amount", "inf", "Expected a finite number, found inf."),
        ("cached_input.amount", "-1", "Expected a number of 0 or more, found -1."),
    ],
)
def test_nonsense_in_a_step_is_refused_at_its_field(
    state: PageState, path: str, typed: str, message: str
) -> None:
    page = article_form(state)
    page.click("add-step", 0)
    step = f"{TOKENS}.prices.steps.0"
    page.type(f"{step}.above_input_tokens", "500")

    page.type(f"{step}.{path}", typed)

    assert message == page.errors()[f"{step}.{path}"]
    assert typed == page.fields()[f"{step}.{path}"]["value"]


def test_the_form_of_an_article_shows_what_is_folded_in_both_languages(state: PageState) -> None:
    """Folded parts have a title; nothing of them is open that the article does not use."""
    english = DecideForm(state, article()).summaries()
    japanese = DecideForm(state, article(), "ja").summaries()

    assert {"More", "Commitment with an end", "Prices of long requests"} <= set(english)
    assert len(english) == len(japanese)
    assert "その他の条件" in japanese
    assert "Long" not in words(japanese)
