"""One question, one answer: the command line, REST and the chart say the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.database import Database
from dashboard.figures.axes import View
from dashboard.figures.break_even import break_even_figure
from dashboard.figures.scene import MOST_LINES
from dashboard.format import Format
from dashboard.service import answer_bytes, scenario_bytes
from dashboard.texts import load_texts
from tests.contracts.questions import QUESTIONS, document_of, name_of
from tests.dashboard.commands import call

VIEWS = (
    View(load_axis="requests_per_hour", cost_axis="per_hour"),
    View(load_axis="requests_per_month", cost_axis="per_month"),
)
HOURS = {"requests_per_hour": Decimal(1), "requests_per_month": Decimal(730)}
KINDS = {
    "article",
    "article-with-capacity",
    "article-on-real-hosts",
    "every-way-to-buy",
    "llama-3.3-70b-japan-east",
    "llama-3.3-70b-three-volumes",
    "gpt-4o-or-llama-japan-east",
    "three-options",
    "unknown-capacity",
    "monthly-volumes",
    "users",
    "catalog-host",
    "cached-input-monthly-fee",
    "add-ons",
    "own-tokens-and-region",
    "maximum-of-hosts",
    "yen",
    "whole-cost",
}


def test_there_is_a_question_of_each_kind() -> None:
    """The tests below run over all of them."""
    assert KINDS == set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_command_line_and_rest_give_the_same_document(
    folder: Path, api: httpx.Client, question: str
) -> None:
    """Of the file as it is, and of the same question as JSON; in both languages."""
    for language in ("en", "ja"):
        printed = call(
            "break-even", name_of(question), "--json", "--lang", language, folder=folder
        ).document()

        answer = api.post(f"/break-even?lang={language}", json=document_of(question))

        assert 200 == answer.status_code, answer.text
        assert printed == answer.json()


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_repeats_the_question_so_that_it_can_be_asked_again(
    api: httpx.Client, question: str
) -> None:
    """The scenario inside the answer gives that answer."""
    answer = api.post("/break-even", json=document_of(question)).json()

    again = api.post("/break-even", json=answer["scenario"]).json()

    assert answer == again


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.load_axis)
def test_the_chart_marks_the_crossings_of_the_document(
    catalog: Database, api: httpx.Client, question: str, view: View
) -> None:
    """All loads in layout.meta; a mark for each within the range, at its load and cost."""
    document = api.post("/break-even", json=document_of(question)).json()
    hours = HOURS[view.load_axis]

    figure = _figure(catalog, question, view)

    crossings = document["crossings"]
    assert [one["requests_per_hour"] for one in crossings] == figure["layout"]["meta"]["crossings"]
    marks = next(trace for trace in figure["data"] if "customdata" in trace)
    seen = [one for one in crossings if _in_sight(figure, Decimal(one["requests_per_hour"]), hours)]
    assert [[one["requests_per_hour"], one["from"], one["to"]] for one in seen] == [
        list(mark) for mark in marks["customdata"]
    ]
    loads = [float(Decimal(one["requests_per_hour"]) * hours) for one in seen]
    costs = [float(Decimal(one["cost_per_hour"]) * hours) for one in seen]
    assert pytest.approx(loads, rel=1e-12) == marks["x"]
    assert pytest.approx(costs, rel=1e-12) == marks["y"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_lines_of_the_chart_run_through_the_estimates(
    catalog: Database, api: httpx.Client, question: str
) -> None:
    """Both ends of a line and the corners next to the workload, asked of REST just inside."""
    document = api.post("/break-even", json=document_of(question)).json()
    known = [
        estimate["name"]
        for estimate in document["at_workload"]["estimates"]
        if estimate["status"] != "unknown"
    ]

    figure = _figure(catalog, question, VIEWS[0])

    lines = [trace for trace in figure["data"] if trace.get("mode") == "lines"]
    drawn = [line["name"] for line in lines]
    assert len(drawn) == min(len(known), MOST_LINES)
    assert set(drawn) <= {escape(name) for name in known}
    for line in lines:
        for load, cost in _points_to_ask(line):
            estimate = _estimate(api, document["scenario"], line["name"], load)
            assert pytest.approx(float(estimate["cost_per_hour"]), rel=1e-9) == cost


@pytest.mark.parametrize("question", QUESTIONS)
def test_line_items_add_up_to_the_cost_in_every_estimate(api: httpx.Client, question: str) -> None:
    """At the workload and at every volume, by the hour and by the month."""
    document = api.post("/estimates", json=document_of(question)).json()

    verdicts = [document["at_workload"], *document["volumes"]]
    estimates = [estimate for verdict in verdicts for estimate in verdict["estimates"]]
    assert len(verdicts) * len(document["scenario"]["options"]) == len(estimates)
    for estimate in estimates:
        for total in ("cost_per_hour", "cost_per_month"):
            if estimate[total] is None:
                assert [] == estimate["line_items"]
                continue
            parts = sum(Decimal(item[total]) for item in estimate["line_items"])
            assert abs(parts - Decimal(estimate[total])) < Decimal("1e-20")


def _figure(catalog: Database, question: str, view: View) -> dict[str, Any]:
    content, form = scenario_bytes(name_of(question))
    _, answer = answer_bytes(catalog, content, form=form)
    fmt = Format("en", answer.question.currency)
    return break_even_figure(answer, view=view, fmt=fmt, texts=load_texts("en"))


def _in_sight(figure: dict[str, Any], load: Decimal, hours: Decimal) -> bool:
    low, high = figure["layout"]["xaxis"]["range"]
    if figure["layout"]["xaxis"]["type"] == "log":
        low, high = 10**low, 10**high
    at = float(load * hours)
    return bool(low * (1 + 1e-12) < at <= high * (1 + 1e-12))


def _points_to_ask(line: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Loads and costs just inside the first, middle and last straight pieces of a line.

    At a step two costs stand at one load, so a corner is approached from inside its piece.
    """
    points = list(zip(line["x"], line["y"], strict=True))
    pieces = [(one, other) for one, other in pairwise(points) if one[0] < other[0]]
    assert pieces
    for left, right in {pieces[0], pieces[len(pieces) // 2], pieces[-1]}:
        for share in (1e-9, 0.5, 1 - 1e-9):
            load = left[0] + share * (right[0] - left[0])
            yield load, left[1] + share * (right[1] - left[1])


def _estimate(
    api: httpx.Client, scenario: dict[str, Any], name: str, load: float
) -> dict[str, Any]:
    """The estimate of one option at a load, the rest of the question as it is."""
    counted = {
        "requests_per_hour", "requests_per_month",
        "users", "requests_per_user_per_day", "days_per_month",
    }  # fmt: skip
    shape = {key: value for key, value in scenario["workload"].items() if key not in counted}
    workload = {**shape, "requests_per_hour": f"{load:.18f}"}
    answer = api.post("/estimates", json={**scenario, "workload": workload, "volumes": []})
    assert 200 == answer.status_code, answer.text
    [found] = [
        estimate
        for estimate in answer.json()["at_workload"]["estimates"]
        if escape(estimate["name"]) == name
    ]
    result: dict[str, Any] = found
    return result
