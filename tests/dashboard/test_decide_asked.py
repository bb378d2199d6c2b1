"""Clicks in the form that come before the form has followed the one before: none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.pages.decide.address import Address
from dashboard.pages.decide.asked import Heard, as_drawn, asked, heard_from
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.form import form
from dashboard.pages.decide.reshape import reshaped
from dashboard.texts import load_texts
from tests.dashboard.page_results import page_state

DRAWN: Heard = {"modes": {"workload": "per_hour", "people": "none"}, "clicks": {}}


def switch(path: str, value: str) -> Mapping[str, Any]:
    return {"id": {"type": "mode", "path": path}, "value": value}


def button(name: str, index: int = 0, clicks: int | None = 1) -> Mapping[str, Any]:
    return {"id": {"type": "action", "name": name, "index": index}, "value": clicks}


def names(*buttons: Mapping[str, Any]) -> list[str]:
    """What is asked by these buttons of a form that was only just drawn, in its order."""
    return [f"{at['name']} {at['index']}" for at, _ in asked(DRAWN, [], buttons)]


def test_a_form_that_was_only_just_drawn_asks_for_nothing() -> None:
    """Its switches stand as they were drawn and no button was clicked."""
    modes = [switch("workload", "per_hour"), switch("people", "none")]

    assert [] == asked(DRAWN, modes, [button("remove", 0, None), button("remove", 1, 0)])


def test_every_switch_and_button_that_was_used_since_is_asked_for() -> None:
    """The answer to the first click was dropped when the second came; both are read from the
    second."""
    modes = [switch("workload", "per_month"), switch("people", "none")]
    asks = asked(DRAWN, modes, [button("add-serverless"), button("remove", 0, None)])

    assert [("workload", "per_month")] == [(at["path"], value) for at, value in asks[:1]]
    assert [("add-serverless", 1)] == [(at["name"], value) for at, value in asks[1:]]


def test_what_was_heard_before_is_not_asked_for_again() -> None:
    """A button whose click changed nothing keeps its count, for the form is not drawn anew."""
    modes, buttons = [switch("workload", "per_month")], [button("propose-peak", 0, 1)]
    heard = heard_from(modes, buttons)

    assert [] == asked(heard, modes, buttons)
    assert 1 == len(asked(heard, modes, [button("propose-peak", 0, 2)]))


def test_what_is_removed_comes_last_and_from_the_end_so_that_no_index_moves() -> None:
    """All of them mean the form that was drawn, not one that has lost a card meanwhile."""
    clicked = [button("remove", 0), button("remove", 2), button("remove-step", 0), button("add-x")]

    assert ["add-x 0", "remove-step 0", "remove 2", "remove 0"] == names(*clicked)


def test_a_button_that_was_clicked_twice_is_heard_once() -> None:
    """Who clicks everything twice wants one more option."""
    assert ["add-serverless 0"] == names(button("add-serverless", 0, 2))


def test_two_options_removed_at_once_leave_the_others(tmp_path: Path) -> None:
    """The first and the third of four; by the indexes of the form that was drawn."""
    texts = load_texts("en")
    with page_state(tmp_path) as state:
        draft, _ = state.open(Address(language="en", scenario="article"), texts)
        for _ in range(2):
            draft = _changed(state, draft, button("add-serverless"))
        before = [option["name"] for option in draft["options"]]
        fields = form(draft, texts, state.lists(draft, texts))
        modes = [switch(path, value) for path, value in as_drawn(fields)["modes"].items()]
        asks = asked(as_drawn(fields), modes, [button("remove", 0), button("remove", 2)])
        after = reshaped(state, draft, asks, [draft], texts)

    assert after is not None
    assert [before[1], before[3]] == [option["name"] for option in after["options"]]


def test_a_switch_that_was_put_back_before_the_form_followed_changes_nothing(
    tmp_path: Path,
) -> None:
    """There and back again: the question stays as it is."""
    texts = load_texts("en")
    with page_state(tmp_path) as state:
        draft, _ = state.open(Address(language="en", scenario="article"), texts)
        heard = as_drawn(form(draft, texts, state.lists(draft, texts)))
        modes = [switch(path, value) for path, value in heard["modes"].items()]

        assert reshaped(state, draft, asked(heard, modes, []), [draft], texts) is None


def _changed(state: Any, draft: Draft, clicked: Mapping[str, Any]) -> Draft:
    new = reshaped(state, draft, [(clicked["id"], 1)], [draft], load_texts("en"))
    assert new is not None
    return new
