"""A question kept as JSON and made again is the same question, for every bundled example."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.database import Database
from catalog.scenario import parse_scenario
from costing import break_even
from dashboard.decisions.kept_question import (
    QuestionUnreadable,
    question_data,
    question_of_data,
)
from dashboard.service import example_document, example_names, question_of


@pytest.mark.parametrize("name", example_names())
def test_an_example_comes_back_as_the_same_question(loaded: Database, name: str) -> None:
    """Equal in every field, after a way through JSON, and with the same answer."""
    question = question_of(loaded, parse_scenario(example_document(name)))
    again = question_of_data(json.loads(json.dumps(question_data(question))))
    assert again == question
    assert break_even(again).at_workload == break_even(question).at_workload


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"is": "Question", "fields": {}},
        {"is": "Path", "fields": {}},
        {"is": "Sold", "fields": {"unheard_of": None}},
        {"decimal": "many"},
        {"decimal": "1"},
        {"word": ["Unit", "furlong"]},
        {"a": 1, "b": 2},
        {"call": "os.system"},
    ],
)
def test_what_is_no_question_is_refused_and_makes_nothing(data: Any) -> None:
    """Neither another class nor a broken value."""
    with pytest.raises(QuestionUnreadable):
        question_of_data(data)


def test_a_value_without_a_form_is_refused() -> None:
    """A float would lose digits."""
    with pytest.raises(TypeError, match="found float"):
        question_data(1.5)  # type: ignore[arg-type]
