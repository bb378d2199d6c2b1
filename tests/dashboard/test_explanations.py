"""Behind each number: its formula and what went in, in words of the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from costing import AddOn, Provenance, Unit, break_even
from dashboard.pages.decide.explain import drawer, number
from dashboard.texts import load_texts
from tests.costing.questions import per_token, question, shape
from tests.dashboard.answers import article, article_answer
from tests.dashboard.components import of_kind, pairs, words
from tests.dashboard.explained import READ, explain, price


def test_a_cost_opens_to_its_parts_which_add_up() -> None:
    """Input, output and fee at 5,000 requests an hour: 3.35 + 2.60 + 3.09."""
    shown = explain(article_answer(), "estimate|0|0")

    assert (
        "Per token costs $9.04 an hour, $6,599 a month of 730 hours, at 5,000 requests an hour. "
        "It is the sum of:"
    ) == words(of_kind(shown, "P")[0])
    assert [
        "Input tokens: $3.35 an hour",
        "Output tokens: $2.60 an hour",
        "Hosting fee: $3.09 an hour",
    ] == [words(head) for head in of_kind(shown, "H3")]


def test_each_part_has_its_formula_with_the_result() -> None:
    """A reviewer can compute it again by hand."""
    shown = explain(article_answer(), "estimate|0|0")

    formulas = [
        words(one) for one in of_kind(shown, "Div") if vars(one).get("className") == "formula"
    ]

    assert [
        "requests_per_hour * input_tokens * amount / per = 3.35",
        "requests_per_hour * output_tokens * amount / per = 2.6",
        "1 * amount / per = 3.09",
    ] == formulas


def test_each_part_has_its_inputs_by_the_names_of_the_formula_and_in_words() -> None:
    """The letters of the formula are explained beside it."""
    shown = explain(article_answer(), "estimate|0|0")

    inputs = pairs(of_kind(shown, "Dl")[0])

    assert {
        "requests an hour": "requests_per_hour = 5000",
        "input tokens a request": "input_tokens = 1000",
        "price": "amount = 0.00067",
        "price is for": "per = 1000",
    } == inputs


def test_hosts_open_to_the_count_that_is_paid() -> None:
    """Three of them at 6.12, whatever they serve."""
    shown = explain(article_answer(), "estimate|0|1")

    assert "GPU hosts: $18.36 an hour" == words(of_kind(shown, "H3")[0])
    assert "max(minimum_instances, 1 + spare_instances) * amount / per = 18.36" in words(shown)
    assert "3" == pairs(of_kind(shown, "Dl")[0])["fewest hosts"].split(" = ")[1]


def test_the_number_a_month_opens_to_the_same_explanation_as_the_one_an_hour() -> None:
    """Both stand in the table as buttons, and every button must open."""
    hourly = explain(article_answer(), "estimate|0|1")
    monthly = explain(article_answer(), "estimate|0|1|month")

    assert words(hourly) == words(monthly)


def test_a_volume_opens_to_the_numbers_of_its_own_load() -> None:
    """Load 2 is the second volume: ten times the workload."""
    answer = break_even(article(factors=["0.5", "10"]))

    half, ten_times = (explain(answer, f"estimate|{load}|0") for load in (1, 2))

    assert "at 2,500 requests an hour" in words(half)
    assert "at 50,000 requests an hour" in words(ten_times)


def test_an_add_on_is_called_by_its_own_name() -> None:
    """A person named it, so that name stands there, as text."""
    search = AddOn(name="<b>Search</b>", price=price(Provenance(), Unit.MONTH))
    answer = break_even(question(per_token(), add_ons=[search]))

    shown = explain(answer, "estimate|0|0")

    heads = [words(head) for head in of_kind(shown, "H3")]
    assert "<b>Search</b>: $0.00000068 an hour" == heads[-1]
    assert [] == of_kind(shown, "B")


def test_every_code_and_input_of_every_cost_has_words_in_both_languages() -> None:
    """An input without a name would show its code to the reader."""
    cached = shape("3600", "3600", "0.5")
    tokens = replace(per_token(fee="2"), cached_input=price(READ), shape=cached)
    typed = article("9", spare=1, factors=["2"]).options[1]
    answer = break_even(
        question(tokens, typed, add_ons=[AddOn(name="x", price=price(Provenance(), Unit.REQUEST))])
    )

    for language in ("en", "ja"):
        for option in (0, 1):
            names = pairs(explain(answer, f"estimate|0|{option}", language))
            unnamed = [name for name in names if "_" in name]
            assert [] == unnamed, language


def test_a_crossing_opens_to_who_wins_on_each_side_and_its_formula() -> None:
    """Where the two lines meet, from their fixed and their growing costs."""
    shown = explain(article_answer(), "crossing|0")

    assert "Up to this load Per token is the cheapest, above it Three hosts." in words(shown)
    assert "= 12831.9327731092436974789916" in words(shown)
    assert {
        "fixed cost an hour, below": "fixed_per_hour_before = 3.09",
        "fixed cost an hour, above": "fixed_per_hour_after = 18.36",
        "cost of one more request, below": "cost_per_request_before = 0.00119",
        "cost of one more request, above": "cost_per_request_after = 0",
    } == pairs(shown)


def test_a_step_opens_to_the_hosts_that_are_full_there() -> None:
    """Three hosts of 4,500 requests an hour."""
    shown = explain(article_answer("9"), "crossing|1")

    assert "serving_instances * requests_per_hour_of_one_instance = 13500" in words(shown)
    assert {
        "serving hosts": "serving_instances = 3",
        "requests an hour of one host": "requests_per_hour_of_one_instance = 4500",
    } == pairs(shown)


def test_a_crossing_on_paper_opens_to_what_paper_means() -> None:
    """The hosts cannot serve it, and the number still has its formula."""
    shown = explain(article_answer("8"), "paper|0")

    assert (
        "Where Three hosts and Per token would cost the same if the paid hosts had no limit."
    ) in words(shown)
    assert "= 12831.9327731092436974789916" in words(shown)


@pytest.mark.parametrize("key", ["estimate|0|0", "estimate|0|1", "crossing|0", "paper|0"])
def test_an_explanation_in_japanese_has_no_english_but_names_and_formulas(key: str) -> None:
    """Every label comes from the texts of the language."""
    shown = explain(article_answer("9"), key, "ja")

    labels = [words(one) for one in [*of_kind(shown, "Dt"), *of_kind(shown, "H3")]]

    assert labels
    assert [] == [label for label in labels if any("a" <= letter <= "z" for letter in label)]


def test_a_number_on_the_page_is_a_button_that_names_its_key_and_what_it_opens() -> None:
    """It can be reached by keyboard, and the panel it opens can be closed."""
    texts = load_texts("en")

    button: Any = number("estimate|0|1", "$18.36", texts)
    panel: Any = drawer(texts)

    assert {"type": "number", "key": "estimate|0|1"} == button.id
    assert ("button", "$18.36") == (button.type, words(button))
    assert "Show formula, inputs, price and source" == button.title
    assert {"aria-label": "Close"} == panel.closeButtonProps
    assert "explanation" == panel.children.id
