"""Quality against cost: the frontier, the finding in words, and the figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dashboard.figures.quality_cost import (
    QualityPoint,
    frontier,
    quality_cost_document,
    quality_finding,
)
from dashboard.texts import load_texts

ENGLISH = load_texts("en")


def point(label: str, right: str | None, cost: str | None, half: str = "0.05") -> QualityPoint:
    share = None if right is None else Decimal(right)
    return QualityPoint(
        label=label,
        setting="top 5",
        right=share,
        low=None if share is None else share - Decimal(half),
        high=None if share is None else share + Decimal(half),
        cost=None if cost is None else Decimal(cost),
        questions=40,
    )


SMALL, LARGE = point("Small", "0.5", "0.001"), point("Large", "0.9", "0.01")
DEAR = point("Dear", "0.8", "0.02")


def test_what_something_else_beats_is_not_on_the_frontier() -> None:
    assert (SMALL, LARGE) == frontier([DEAR, LARGE, SMALL, point("Free", "0.9", None)])


def test_of_two_that_are_equal_neither_is_called_beaten() -> None:
    twin = replace(SMALL, label="Twin")

    assert (SMALL, twin) == frontier([SMALL, twin])


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ((), "Nothing was answered"),
        ((point("A", None, "0.01"),), "No question says what is expected"),
        ((point("A", "0.5", None),), "No cost of an answer is known"),
        ((LARGE,), "Large (top 5): 90 % right at $0.01"),
        ((LARGE, DEAR), "Large (top 5) is right most often (90 %) and costs least"),
        ((LARGE, SMALL), "Large (top 5) is right more often (90 %) than Small (top 5) (50 %)"),
        ((point("Large", "0.9", "0.01", "0.3"), point("Small", "0.7", "0.001")), "Too close"),
    ],
)
def test_the_title_is_what_the_points_say(points: tuple[QualityPoint, ...], said: str) -> None:
    assert said in quality_finding(points, ENGLISH)


def test_the_table_holds_what_the_figure_draws_and_what_it_cannot() -> None:
    unknown = point("<b>%{x}", "0.9", None)

    document = quality_cost_document(
        [SMALL, LARGE, unknown], dark=True, narrow=False, texts=ENGLISH
    )

    assert [0.001, 0.01] == document["figure"]["data"][1]["x"]
    assert [True, True, False] == [one["unbeaten"] for one in document["points"]]
    assert document["points"][2]["cost"] is None
