"""Nothing that favors a side stands in the form unasked: it is chosen, or there is no answer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from dashboard.pages.decide.address import read_address
from dashboard.pages.decide.document import get_at, scenario_of
from dashboard.pages.decide.state import PageState
from dashboard.service import example_names
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, words
from tests.dashboard.decide_form import DecideForm
from tests.dashboard.documents import article
from tests.dashboard.page_results import page_state

LLAMA = "meta-llama/Llama-3.3-70B-Instruct"
OFFER = "azure/Llama-3.3-70B-Instruct/global/japaneast"
PEAK, STANDBY = "workload.peak_to_mean", "options.1.spare_instances"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def begun(state: PageState, language: str = "en") -> DecideForm:
    """A new question of an offer and a host, as the page of a model starts it."""
    address = read_address(f"?use_model={LLAMA}&use_offer={OFFER}&use_region=japaneast")
    draft, remark = state.open(address, load_texts(language))
    assert remark is None
    return DecideForm(state, draft, language)


def test_a_new_question_names_every_choice_and_gives_no_answer_before(state: PageState) -> None:
    """Peak and standby at their fields, people in the list; each with what it is about."""
    page = begun(state)

    shown = page.shown()

    assert page.judged().answer is None
    assert {
        PEAK: "Choose how the busiest hour compares with the mean. Proposed: 2.",
        STANDBY: "Choose how many hosts stand by for a failure. Proposed: 1.",
    } == page.errors()
    [title, *_] = of_kind(shown.problems, "P")
    assert "3 things to choose, then the answer stands here:" == words(title)
    assert "People who run the hosts: Choose what the people" in words(shown.problems)


def test_one_click_each_takes_the_proposals_and_the_answer_counts_them(state: PageState) -> None:
    """Twice the mean, one host standing by, ten hours at 80 dollars on the hosts alone."""
    page = begun(state)
    page.switch("options.1.capacity", "unlimited")

    for name, index in (("peak", 0), ("standby", 1), ("people", 0)):
        page.click(f"propose-{name}", index)

    answer = page.judged().answer
    assert answer is not None
    assert ("2", "1") == (get_at(page.draft, PEAK), get_at(page.draft, STANDBY))
    by_token, hosts = answer.at_workload.estimates
    people = "People who run the hosts"
    assert [] == [item for item in by_token.line_items if item.name == people]
    [item] = [item for item in hosts.line_items if item.name == people]
    assert Decimal(800) == round(item.cost_per_hour * 730, 6)


def test_nobody_who_costs_anything_is_a_choice_and_stands_as_a_line_of_nothing(
    state: PageState,
) -> None:
    """A line of 0 says that it was thought of; a missing line does not."""
    page = begun(state)
    page.switch("options.1.capacity", "unlimited")
    page.type(PEAK, "1.5")
    page.type(STANDBY, "0")
    page.switch("people", "none")

    answer = page.judged().answer

    assert answer is not None
    [item] = [
        item
        for item in answer.at_workload.estimates[1].line_items
        if item.name == "People who run the hosts"
    ]
    assert 0 == item.cost_per_hour
    assert "none" == page.modes()["people"]


def test_people_who_are_not_chosen_yet_are_named_once(state: PageState) -> None:
    """The price they lack is no second thing to put right."""
    page = begun(state)
    page.click("propose-peak")
    page.click("propose-standby", 1)

    [only] = of_kind(page.shown().problems, "Li")

    assert "People who run the hosts" in words(only)


def test_hours_that_are_not_typed_are_asked_for_at_their_fields(state: PageState) -> None:
    """An empty quantity must not count as one hour."""
    page = begun(state)
    page.type(PEAK, "2")
    page.type(STANDBY, "1")
    page.switch("people", "hours")

    assert {
        "add_ons.0.quantity": "Choose how many hours a month they work on it.",
        "add_ons.0.amount": "Choose what an hour of their work costs.",
    } == page.errors()
    page.type("add_ons.0.quantity", "12")
    assert ["add_ons.0.amount"] == list(page.errors())
    assert "hours" == page.modes()["people"]


@pytest.mark.parametrize(
    ("path", "typed", "message"),
    [
        (PEAK, "0.5", "Expected at least 1, found '0.5'."),
        (PEAK, "twice", "Expected a number, found 'twice'."),
        (STANDBY, "1.5", "Expected a whole number, found '1.5'."),
        (STANDBY, "-1", "Expected a number of 0 or more, found -1."),
        ("add_ons.0.quantity", "ten", "Expected a number, found 'ten'."),
        ("add_ons.0.amount", "NaN", "Expected a finite number, found NaN."),
    ],
)
def test_nonsense_is_refused_in_its_own_line_and_stays_as_typed(
    state: PageState, path: str, typed: str, message: str
) -> None:
    page = begun(state)
    for name, index in (("peak", 0), ("standby", 1), ("people", 0)):
        page.click(f"propose-{name}", index)

    page.type(path, typed)

    assert {path: message} == page.errors()
    assert typed == page.fields()[path]["value"]


@pytest.mark.parametrize("name", example_names())
def test_an_example_that_states_them_is_answered_at_once(state: PageState, name: str) -> None:
    """What a file says was chosen by whoever wrote it."""
    draft = state.example(name)
    assert draft is not None

    assert state.judge(draft).answer is not None


def test_hosts_added_to_an_example_bring_their_choices_with_them(state: PageState) -> None:
    """The hosts that were there keep what they state."""
    page = DecideForm(state, article())
    page.click("add-dedicated")

    assert "options.2.spare_instances" in page.errors()
    assert "options.1.spare_instances" not in page.errors()
    assert "People who run the hosts" in words(page.shown().problems)
    page.undo()
    assert page.judged().answer is not None


def test_without_hosts_nobody_is_asked_who_runs_them(state: PageState) -> None:
    page = begun(state)
    page.type(PEAK, "1")
    page.click("remove", 1)

    assert "people" not in page.modes()
    assert page.judged().answer is not None
    assert [] == scenario_of(page.draft)["add_ons"]


def test_a_proposal_without_a_known_rate_leaves_the_price_of_an_hour_to_the_person(
    state: PageState,
) -> None:
    """No price is made up in a currency for which none is assumed."""
    page = DecideForm(state, {**begun(state).draft, "currency": "INR"})

    page.click("propose-hours")

    assert "10" == page.fields()["add_ons.0.quantity"]["value"]
    assert "Choose what an hour of their work costs." == page.errors()["add_ons.0.amount"]


def test_the_choices_are_named_in_japanese(state: PageState) -> None:
    shown = begun(state, "ja").shown()

    text = words(shown.problems)
    assert "次の3点を選ぶと、ここに回答が出ます" in text
    assert "予備台数を選んでください。提案: 1台" in text
    assert "Choose" not in text
