"""Switches and buttons of the form: what each does to the scenario."""

from dashboard.pages.decide.changes import (
    with_form_defaults,
    with_mode,
    with_option_added,
    without_option,
)
from dashboard.pages.decide.document import get_at

DRAFT = {
    "workload": {"requests_per_hour": "5000", "input_tokens": "1000"},
    "options": [
        {
            "name": "Per token",
            "kind": "serverless",
            "prices": {"input": {"amount": "1", "per": "1000"}},
        },
        {
            "name": "Hosts",
            "kind": "dedicated",
            "price": {"amount": "6.12", "per": "1", "unit": "hour"},
        },
    ],
    "add_ons": [{"name": "Search", "applies_to": ["Per token", "Hosts"]}],
}


def test_counting_by_the_month_turns_the_hourly_number_into_the_monthly_one() -> None:
    """5,000 an hour are 3,650,000 in the month of 730 hours that all options share."""
    new = with_mode(DRAFT, "workload", "per_month")
    assert "3650000" == get_at(new, "workload.requests_per_month")
    assert get_at(new, "workload.requests_per_hour") is None
    back = with_mode(new, "workload", "per_hour")
    assert "5000" == get_at(back, "workload.requests_per_hour")


def test_counting_by_users_asks_for_numbers_instead_of_inventing_them() -> None:
    """No hidden default: users, requests a day and days a month have to be typed."""
    new = with_mode(DRAFT, "workload", "users")
    assert {"input_tokens": "1000", "counted": "users"} == new["workload"]


def test_a_load_that_is_no_number_is_not_converted() -> None:
    """NaN or text typed into the field must not reach arithmetic."""
    for typed in ("NaN", "many", "1e999"):
        draft = {**DRAFT, "workload": {"requests_per_hour": typed}}
        assert (
            get_at(with_mode(draft, "workload", "per_month"), "workload.requests_per_month") is None
        )


def test_choosing_the_catalog_price_removes_the_typed_one_and_names_the_term() -> None:
    """The host's own price must not linger behind the catalog's."""
    new = with_mode(DRAFT, "options.1.price", "catalog")
    assert get_at(new, "options.1.price") is None
    assert "on_demand" == get_at(new, "options.1.term")


def test_choosing_a_typed_price_starts_empty_by_the_hour() -> None:
    """An empty amount is refused by name, so no number is made up."""
    catalog = with_mode(DRAFT, "options.1.price", "catalog")
    assert {"amount": "", "per": "1", "unit": "hour"} == get_at(
        with_mode(catalog, "options.1.price", "typed"), "options.1.price"
    )


def test_capacity_switches_between_its_three_forms() -> None:
    """Unlimited and not known are words of the scenario; typed is two rates."""
    assert "unlimited" == get_at(
        with_mode(DRAFT, "options.1.capacity", "unlimited"), "options.1.capacity"
    )
    typed = get_at(with_mode(DRAFT, "options.1.capacity", "typed"), "options.1.capacity")
    assert {"input_tokens_per_second": "", "output_tokens_per_second": ""} == typed


def test_an_offer_takes_the_place_of_typed_prices_and_back() -> None:
    """One option has one source of prices."""
    offer = with_mode(DRAFT, "options.0.prices", "offer")
    assert "" == get_at(offer, "options.0.offer")
    assert get_at(offer, "options.0.prices") is None
    assert get_at(with_mode(offer, "options.0.prices", "typed"), "options.0.offer") is None


def test_a_new_option_gets_a_name_that_is_free() -> None:
    """Two options of one name would be refused, so the button must not make them."""
    once = with_option_added(DRAFT, "dedicated", "Option")
    twice = with_option_added(once, "serverless", "Option")
    assert ["Per token", "Hosts", "Option 1", "Option 2"] == [
        option["name"] for option in twice["options"]
    ]


def test_a_removed_option_leaves_no_add_on_pointing_at_it_and_the_last_one_stays() -> None:
    """An add-on for an option that is gone would make the whole question invalid."""
    left = without_option(DRAFT, 1)
    assert ["Per token"] == left["add_ons"][0]["applies_to"]
    assert left == without_option(left, 0)


def test_form_defaults_give_every_token_price_the_unit_of_the_input_price() -> None:
    """A field for a price not yet typed needs its `per`, the same as the prices beside it."""
    prices = get_at(with_form_defaults(DRAFT), "options.0.prices")
    assert "1000" == prices["output"]["per"]
    assert "hour" == prices["hosting"]["unit"]
