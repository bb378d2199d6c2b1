"""Every way to buy in the form: each example draws; units and places are fields of their own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from catalog.scenario import ProvisionedFields, ServerlessFields, parse_scenario
from dashboard.pages.decide.cards import option_card
from dashboard.pages.decide.changes import with_form_defaults, with_mode, with_option_added
from dashboard.pages.decide.document import Draft, get_at, scenario_of, with_values
from dashboard.pages.decide.form import form
from dashboard.pages.decide.state import PageState
from dashboard.service import example_names
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, words
from tests.dashboard.documents import article
from tests.dashboard.page_results import page_state, vars_of

ADDED = "options.2"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def field_values(drawn: Any) -> dict[str, str]:
    """What each field shows, by path."""
    fields = [vars_of(one) for kind in ("TextInput", "Select") for one in of_kind(drawn, kind)]
    return {field["id"]["path"]: field["value"] for field in fields if "path" in field["id"]}


def provisioned() -> Draft:
    """The article with throughput in units as a third option."""
    return with_form_defaults(with_option_added(article(), "provisioned", "Option"))


def added(draft: Draft) -> ProvisionedFields:
    """The third option as the scenario reads it."""
    option = parse_scenario(scenario_of(draft)).options[2]
    assert isinstance(option, ProvisionedFields)
    return option


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", example_names())
def test_the_form_of_every_example_draws_and_asks_what_the_file_asks(
    name: str, language: str, state: PageState
) -> None:
    """The list to start from must not lead to an error, nor change the question by being drawn."""
    draft = state.example(name)
    assert draft is not None
    texts = load_texts(language)

    shown = field_values(form(draft, texts, state.lists(draft, texts)))

    written = with_values(draft, shown.items())
    assert parse_scenario(scenario_of(written)) == parse_scenario(scenario_of(draft))
    assert state.judge(written).answer is not None


def test_an_option_of_the_catalog_by_place_shows_provider_deployment_and_kind_of_answer(
    state: PageState,
) -> None:
    """Empty prices in its card would say that nothing is known of them."""
    draft, texts = state.example("every-way-to-buy"), load_texts("en")
    assert draft is not None

    shown = field_values(form(draft, texts, state.lists(draft, texts)))

    batch = {key: shown[f"options.3.{key}"] for key in ("provider", "deployment", "mode")}
    assert {"provider": "azure", "deployment": "global", "mode": "batch"} == batch
    assert "options.3.prices.input.amount" not in shown


def test_prices_by_place_take_the_place_of_typed_ones_and_leave_nothing_behind() -> None:
    """One option has one source of prices."""
    path = "options.0.prices"
    placed = with_mode(article(), path, "place")
    option = parse_scenario(scenario_of(placed)).options[0]
    assert isinstance(option, ServerlessFields)
    assert ("azure", "global", None) == (option.provider, option.deployment, option.prices)
    back = with_form_defaults(with_mode(placed, path, "typed"))
    assert {"name", "kind", "prices"} == set(get_at(back, "options.0"))
    offered = with_mode(placed, path, "offer")
    assert {"name", "kind", "offer"} == set(get_at(offered, "options.0"))


def test_a_new_option_of_units_takes_price_and_sizing_from_the_catalog() -> None:
    option = added(provisioned())
    assert ("global", "hourly", None, None) == (
        option.deployment,
        option.term,
        option.price,
        option.sizing,
    )


def test_a_typed_unit_price_and_sizing_land_in_the_scenario_and_leave_again() -> None:
    """Four numbers of the sizing and one price, thousands typed with a comma."""
    draft = with_mode(
        with_mode(provisioned(), f"{ADDED}.price", "typed"), f"{ADDED}.sizing", "typed"
    )
    typed = {
        "price.amount": "1.25",
        "sizing.minimum_units": "15",
        "sizing.step_units": "5",
        "sizing.input_tokens_per_minute_per_unit": "3,000",
        "sizing.output_token_weight": "4",
        "maximum_units": "1,000",
    }
    draft = with_values(draft, [(f"{ADDED}.{key}", value) for key, value in typed.items()])

    option = added(draft)

    assert option.price is not None
    assert option.sizing is not None
    assert "1.25" == str(option.price.amount)
    sizing = option.sizing
    assert (15, 5, 1000) == (sizing.minimum_units, sizing.step_units, option.maximum_units)
    assert (Decimal(3000), Decimal(4)) == (
        sizing.input_tokens_per_minute_per_unit,
        sizing.output_token_weight,
    )
    catalog = with_mode(with_mode(draft, f"{ADDED}.price", "catalog"), f"{ADDED}.sizing", "catalog")
    assert (None, None) == (added(catalog).price, added(catalog).sizing)
    assert "term" in get_at(catalog, ADDED)


@pytest.mark.parametrize(("mode", "fields"), [("catalog", 0), ("typed", 5)])
def test_numbers_of_a_unit_are_asked_for_only_where_they_are_typed(mode: str, fields: int) -> None:
    draft = provisioned()
    for part in ("price", "sizing"):
        draft = with_mode(draft, f"{ADDED}.{part}", mode)
    lists: dict[str, list[dict[str, str]]] = {f"{ADDED}.{key}": [] for key in ("model", "region")}

    drawn = option_card(draft, 2, load_texts("en"), lists)

    asked = {path for path in field_values(drawn) if ".sizing." in path or path.endswith("amount")}
    assert fields == len(asked)
    assert "Reserved throughput (PTU)" in words(drawn)
