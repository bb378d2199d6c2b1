"""The form's copy of the scenario: what a person typed becomes text at a path, and nothing else
changes."""

import pytest

from dashboard.pages.decide.document import as_typed, get_at, scenario_of, with_values

DRAFT = {
    "workload": {"requests_per_hour": "5000", "counted": "per_hour"},
    "options": [
        {
            "name": "A",
            "kind": "serverless",
            "prices": {
                "input": {"amount": "1", "per": "1000"},
                "hosting": {"per": "1", "unit": "hour"},
            },
        },
        {"name": "B", "kind": "dedicated", "price": {"amount": "", "per": "1", "unit": "hour"}},
    ],
}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12,000", "12000"),
        ("1,234,567.5", "1234567.5"),
        ("１２，０００", "12000"),
        (" 5000 ", "5000"),
        ("1,2", "1,2"),
        ("12,00", "12,00"),
        ("1e400", "1e400"),
        ("NaN", "NaN"),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_a_number_keeps_its_text_and_only_well_formed_groups_lose_commas(
    typed: str | None, kept: str | None
) -> None:
    """A slip such as 1,2 must reach validation unchanged, where it is refused by name."""
    assert kept == as_typed("workload.requests_per_hour", typed)


def test_a_name_keeps_its_commas_and_full_width_letters() -> None:
    """Only numbers are normalized; a name is the person's own."""
    assert "案１, 2" == as_typed("options.0.name", "案１, 2")


def test_values_go_to_their_paths_and_the_old_draft_stays_as_it_was() -> None:
    """Callbacks share drafts with the undo history, so no draft may be changed in place."""
    new = with_values(
        DRAFT, [("workload.requests_per_hour", "7"), ("options.1.price.amount", "6.12")]
    )
    assert "7" == get_at(new, "workload.requests_per_hour")
    assert "6.12" == get_at(new, "options.1.price.amount")
    assert "5000" == get_at(DRAFT, "workload.requests_per_hour")


def test_a_field_of_an_option_that_is_gone_changes_nothing() -> None:
    """A late keystroke of a removed card must not bring the option back or fail."""
    assert DRAFT == with_values(DRAFT, [("options.7.name", "late")])


def test_an_emptied_field_is_as_if_never_written() -> None:
    """Unknown is absent, never an empty text that looks like a value."""
    new = with_values(DRAFT, [("workload.requests_per_hour", "")])
    assert {"counted": "per_hour"} == new["workload"]


def test_a_token_price_without_amount_is_no_price_but_a_host_price_without_one_stays() -> None:
    """Dropping the host price would silently take the catalog's; it has to be refused instead."""
    scenario = scenario_of(DRAFT)
    assert {"input": {"amount": "1", "per": "1000"}} == scenario["options"][0]["prices"]
    assert {"per": "1", "unit": "hour"} == scenario["options"][1]["price"]
    assert {"requests_per_hour": "5000"} == scenario["workload"]


def test_steps_of_prices_that_the_form_does_not_show_stay_in_the_question() -> None:
    """A list among the prices is no price without an amount."""
    steps = [{"above_input_tokens": "200000", "input": {"amount": "2", "per": "1000"}}]
    draft = with_values(DRAFT, [])
    draft["options"][0]["prices"]["steps"] = steps

    cleaned = scenario_of(draft)

    assert steps == get_at(cleaned, "options.0.prices.steps")
    assert ["input", "steps"] == list(cleaned["options"][0]["prices"])
