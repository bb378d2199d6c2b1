"""What is not sent again after a change of the form: whatever the screen shows already."""

from __future__ import annotations

from typing import Any

from dash import html, no_update

from dashboard.pages.decide.unchanged import OnScreen, only_changed

LOAD, PRICE = "workload.requests_per_hour", "options.0.prices.input.amount"
PROBLEMS = html.Div("One thing to put right")


def on_screen(**changes: Any) -> OnScreen:
    """A good answer to the first question."""
    shown: dict[str, Any] = {
        "class_name": "answer",
        "errors": {LOAD: None, PRICE: None},
        "saved": {"scenario": "article"},
        "is_first": True,
    }
    return OnScreen(**shown | changes)


def test_a_good_answer_after_a_good_one_sends_none_of_them() -> None:
    """The usual case: a load was typed, nothing is wrong before or after."""
    new = on_screen()

    assert (no_update,) * 5 == only_changed(new, [], on_screen())


def test_what_is_wrong_is_sent_and_taken_away_again() -> None:
    """Both ways: the message comes, and once it is put right it goes."""
    wrong = on_screen(class_name="answer stale", errors={LOAD: "Expected a number", PRICE: None})

    came = only_changed(wrong, PROBLEMS, on_screen())
    went = only_changed(on_screen(), [], wrong)

    assert (PROBLEMS, "answer stale", {LOAD: "Expected a number", PRICE: None}) == came[:3]
    assert ([], "answer", {LOAD: None, PRICE: None}) == went[:3]


def test_other_problems_replace_the_last_ones() -> None:
    """The answer stays stale, but for another reason."""
    first = on_screen(class_name="answer stale", errors={LOAD: "Expected a number", PRICE: None})
    second = on_screen(class_name="answer stale", errors={LOAD: None, PRICE: "Too long"})

    assert (PROBLEMS, "answer stale", {LOAD: None, PRICE: "Too long"}) == only_changed(
        second, PROBLEMS, first
    )[:3]


def test_a_form_drawn_anew_gets_its_messages_again() -> None:
    """New fields show nothing yet, whatever the old ones showed."""
    wrong = on_screen(errors={LOAD: "Expected a number", PRICE: None})

    assert wrong.errors == only_changed(wrong, PROBLEMS, on_screen())[2]


def test_saved_question_and_undo_are_sent_where_they_change() -> None:
    new = on_screen(saved={"scenario": "article", "draft_id": "d"}, is_first=False)

    saved, is_first = only_changed(new, [], on_screen())[3:]

    assert ({"scenario": "article", "draft_id": "d"}, False) == (saved, is_first)
