"""Undo on the Decide page goes back by one step: what a step is, and how many are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.decide.address import Address
from dashboard.pages.decide.document import with_values
from dashboard.pages.decide.form import form
from dashboard.pages.decide.steps import HISTORY_LENGTH, as_shown, with_step
from dashboard.texts import load_texts
from tests.dashboard.page_results import page_state


def test_a_question_that_did_not_change_is_no_step() -> None:
    """An answer tells its question anew although a click has told it already."""
    one, other = {"region": "eastus"}, {"region": "japaneast"}

    assert [one] == with_step([one], dict(one))
    assert [one, other] == with_step([one], other)
    assert [other] == with_step([], other)


def test_the_oldest_steps_fall_out() -> None:
    """The history travels with each change, so it has an end."""
    steps = [{"model": str(number)} for number in range(HISTORY_LENGTH)]

    assert [*steps[1:], {"model": "new"}] == with_step(steps, {"model": "new"})


@pytest.mark.parametrize(
    "example", ["article-on-real-hosts", "every-way-to-buy", "llama-3.3-70b-three-volumes"]
)
def test_a_step_is_the_question_as_the_browser_reads_it_from_its_form(
    tmp_path: Path, example: str
) -> None:
    """Otherwise the answer that follows a click would record the step again, a little different,
    and one undo would seem to do nothing."""
    texts = load_texts("ja")
    with page_state(tmp_path) as state:
        draft, remark = state.open(Address(language="ja", scenario=example), texts)
        fields = form(draft, texts, state.lists(draft, texts))
    assert remark is None

    sent = json.loads(json.dumps(fields, cls=PlotlyJSONEncoder))

    assert with_values(draft, _values(sent)) == as_shown(draft, fields)


def _values(node: object) -> list[tuple[str, object]]:
    """Path and value of each field in what the browser was sent, in order."""
    if isinstance(node, list):
        return [found for one in node for found in _values(one)]
    if not isinstance(node, dict):
        return []
    props = node.get("props") or {}
    at = props.get("id")
    inside = _values(props.get("children"))
    if isinstance(at, dict) and at.get("type") == "field":
        return [(at["path"], props.get("value")), *inside]
    return inside
