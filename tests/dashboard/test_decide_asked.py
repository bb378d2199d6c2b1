"""Clicks in the form that come before the form has followed the one before: none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.pages.decide.address import Address
from dashboard.pages.decide.asked import (
    Click,
    Heard,
    asked,
    first_heard,
    heard_and_drawn,
    heard_only,
    marked,
)
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.form import form
from dashboard.pages.decide.reshape import reshaped
from dashboard.pages.decide.state import PageState
from dashboard.texts import load_texts
from tests.dashboard.page_results import page_state, vars_of

MODES = {"workload": "per_hour", "people": "none"}
HEARD = Heard(page="p", form=3, placed_since=2, number=10, modes=MODES)
ADD = {"type": "action", "name": "add-serverless", "index": 0}


def switch(path: str, value: str, *, number: int = 11, form: str = "p 3") -> Click:
    at = {"type": "mode", "path": path}
    return {"number": number, "form": form, "id": at, "value": value}


def button(name: str, index: int = 0, *, number: int = 11, form: str = "p 3") -> Click:
    at = {"type": "action", "name": name, "index": index}
    return {"number": number, "form": form, "id": at, "value": 1}


def names(*clicks: Click) -> list[str]:
    """What is asked by these buttons, in its order."""
    return [f"{at['name']} {at['index']}" for at, _ in asked(HEARD, clicks)]


def test_what_was_followed_before_is_not_asked_for_again() -> None:
    """The browser sends the clicks of a while, each with its number."""
    clicks = [switch("workload", "per_month", number=9), button("add-serverless", number=10)]

    assert [] == asked(HEARD, clicks)


def test_every_click_since_is_asked_for_also_one_into_the_form_before() -> None:
    """The answer to the first was dropped, or the form was replaced under the second."""
    month = switch("workload", "per_month", number=11, form="p 2")
    clicks = [month, button("add-serverless", number=12)]

    assert [(month["id"], "per_month"), (ADD, 1)] == asked(HEARD, clicks)


def test_a_click_into_a_form_whose_options_stood_elsewhere_is_not_followed() -> None:
    """The second option of a form that has lost its first one is another option."""
    assert ["remove 1"] == names(button("remove", 1, form="p 2"))
    assert [] == names(button("remove", 1, form="p 1"))


def test_a_click_into_the_page_as_it_was_opened_before_is_not_followed() -> None:
    """The browser keeps its clicks while a person goes from page to page."""
    assert [] == names(button("add-serverless", form="q 3"))


def test_what_is_removed_comes_last_and_from_the_end_so_that_no_index_moves() -> None:
    """All of them mean the form that was drawn, not one that has lost a card meanwhile."""
    clicks = [button("remove", 0), button("remove", 2), button("remove-step", 0), button("add-x")]

    assert ["add-x 0", "remove-step 0", "remove 2", "remove 0"] == names(*clicks)


def test_a_button_that_was_clicked_twice_is_heard_once() -> None:
    """Who clicks everything twice wants one more option."""
    twice = [button("add-serverless", number=11), button("add-serverless", number=12)]

    assert ["add-serverless 0"] == names(*twice)


def test_a_switch_counts_as_it_was_set_last() -> None:
    """There and back again asks for nothing: a price that was typed would be lost."""
    there = switch("workload", "per_month", number=11)
    further, back = (switch("workload", to, number=12) for to in ("users", "per_hour"))

    assert [(there["id"], "users")] == asked(HEARD, [there, further])
    assert [] == asked(HEARD, [there, back])


def test_clicks_that_changed_nothing_are_followed_too() -> None:
    """Else they would be asked for again with the next."""
    clicks = [switch("people", "hours", number=11), button("propose-peak", number=12)]

    heard = heard_only(HEARD, clicks)

    assert [] == asked(heard, clicks)
    assert HEARD | {"number": 12, "modes": MODES | {"people": "hours"}} == heard


def test_a_new_form_has_a_name_of_its_own_and_says_since_when_its_options_stand() -> None:
    """Only after something was taken away, an undo or an example do older clicks mean others."""
    clicks = [button("add-serverless", number=12)]

    kept = heard_and_drawn(HEARD, clicks, [], is_moved=False)
    moved = heard_and_drawn(HEARD, clicks, [], is_moved=True)

    assert Heard(page="p", form=4, placed_since=2, number=12, modes={}) == kept
    assert Heard(page="p", form=4, placed_since=4, number=12, modes={}) == moved
    assert "p 4" == vars_of(marked(kept, [])[0])["data-form"]


def test_each_page_that_is_opened_has_a_word_of_its_own() -> None:
    """Two windows, or one that comes back, count their clicks apart."""
    assert first_heard([])["page"] != first_heard([])["page"]


def test_two_options_removed_at_once_leave_the_others(tmp_path: Path) -> None:
    """The first and the third of four; by the indexes of the form that was drawn."""
    texts = load_texts("en")
    with page_state(tmp_path) as state:
        draft, _ = state.open(Address(language="en", scenario="article"), texts)
        for _ in range(2):
            draft = _changed(state, draft, ADD)
        before = [option["name"] for option in draft["options"]]
        heard = first_heard(form(draft, texts, state.lists(draft, texts)))
        at = f"{heard['page']} 0"
        clicks = [button("remove", 0, number=1, form=at), button("remove", 2, number=2, form=at)]
        after = reshaped(state, draft, asked(heard, clicks), [draft], texts)

    assert after is not None
    assert [before[1], before[3]] == [option["name"] for option in after["options"]]


def _changed(state: PageState, draft: Draft, at: Mapping[str, Any]) -> Draft:
    new = reshaped(state, draft, [(at, 1)], [draft], load_texts("en"))
    assert new is not None
    return new
