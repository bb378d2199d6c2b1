"""The chart of prices that moved: grouped, exact, its finding computed, names never markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import log2
from typing import Any

from catalog.price_moves import PriceMove
from dashboard.figures.price_moves import (
    MOST_DRAWN,
    group_moves,
    move_text,
    moves_finding,
    price_moves_figure,
)
from dashboard.format import Format
from dashboard.texts import load_texts

ENGLISH, JAPANESE = load_texts("en"), load_texts("ja")
USD = Format("en", "USD")
DAY = datetime(2026, 11, 2, tzinfo=UTC)


def move(before: str, after: str, **other: Any) -> PriceMove:
    """The price of one host on demand in East US."""
    old, new = Decimal(before), Decimal(after)
    values: dict[str, Any] = {
        "price_id": f"p-{before}-{after}",
        "price_id_before": "p-0",
        "name": "Standard_ND96",
        "provider_id": "azure",
        "model_id": None,
        "offer_id": None,
        "instance_id": "azure/Standard_ND96",
        "region": "eastus",
        "deployment": None,
        "kind": "instance",
        "term": "on_demand",
        "unit": "hour",
        "currency": "USD",
        "amount_before": old,
        "per_before": Decimal(1),
        "amount": new,
        "per": Decimal(1),
        "move_share": None if old == 0 else new / old - 1,
        "moved_at": DAY,
        "ended_at": DAY,
        "source": "a list",
        "url": None,
        "flags": (),
    }
    return PriceMove.model_validate(values | other)


def drawn(*moves: PriceMove, narrow: bool = False, language: str = "en") -> dict[str, Any]:
    texts = load_texts(language)
    fmt = Format(language, "USD")
    return price_moves_figure(moves, dark=False, narrow=narrow, texts=texts, fmt=fmt)


def test_one_thing_in_many_regions_is_one_bar() -> None:
    """From the smallest to the largest of its moves; the bar ends at the largest."""
    groups = group_moves(
        [move("100", "60"), move("90", "45", region="japaneast"), move("10", "20", region="x")]
    )

    assert [("eastus", "japaneast"), ("x",)] == [group.regions for group in groups]
    assert (Decimal("-0.4"), Decimal("-0.5")) == (groups[0].least, groups[0].most)


def test_halving_and_doubling_are_equally_long() -> None:
    """On both sides of the line where nothing changed."""
    figure = drawn(move("100", "50"), move("50", "100", name="Standard_NC24"))

    assert {-1.0, 1.0} == {bar["x"][0] for bar in figure["data"]}
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < -1
    assert high > 1


def test_a_fall_to_nothing_ends_at_the_edge_and_says_so() -> None:
    """Its logarithm has no place on a chart; the number has."""
    figure = drawn(move("100", "0"))

    assert [log2(0.05)] == figure["data"][0]["x"]
    assert "<b>−100 %</b>" in [note["text"] for note in figure["layout"]["annotations"]]


def test_only_the_largest_are_drawn() -> None:
    """The table beneath holds the others."""
    moves = [move("100", str(50 + place), name=f"host-{place}") for place in range(20)]

    assert MOST_DRAWN == len(drawn(*moves)["data"])


def test_input_and_output_that_moved_alike_are_one_bar() -> None:
    """Same model, same day, same share."""
    token = {"unit": "token", "term": None, "instance_id": None, "region": None}
    moves = [move("4", "3", kind=kind, **token) for kind in ("output", "input")]

    [group] = group_moves(moves)

    assert ["input", "output"] == [step.kind for step in group.steps]


def test_the_finding_counts_both_ways_and_names_the_largest() -> None:
    """Computed from the moves; a single one is not counted."""
    fall, rise = move("100", "40"), move("100", "110", name="Standard_NC24")
    largest = "The largest change: Standard_ND96 (one host), −60 % on Nov 2, 2026."

    assert f"2 prices moved: 1 fell and 1 rose. {largest}" == moves_finding(
        [fall, rise], ENGLISH, USD
    )
    assert largest == moves_finding([fall], ENGLISH, USD)
    late = move("100", "50", moved_at=DAY + timedelta(days=1))
    assert moves_finding([fall, late], ENGLISH, USD).startswith("All 2 prices that moved fell.")
    assert "−60%" in moves_finding([fall], JAPANESE, Format("ja", "USD"))


def test_a_price_that_was_free_has_words_instead_of_a_share() -> None:
    """No number stands for a share of nothing."""
    assert "was free" == move_text(None, ENGLISH, USD)
    assert [0.0] == drawn(move("0", "3"))["data"][0]["x"]


def test_a_name_with_markup_stays_text() -> None:
    """Plotly would read tags in a note and gaps in a hover text."""
    figure = drawn(move("4", "3", name="<b>x</b>%{y}"))

    [label] = [n["text"] for n in figure["layout"]["annotations"] if n["xref"] == "paper"]
    assert label.startswith("&lt;b&gt;x")
    assert "%{" not in figure["data"][0]["hovertemplate"]


def test_a_narrow_chart_cuts_names_and_keeps_its_marks_apart() -> None:
    """A Japanese letter is as wide as two."""
    moves = [move("100", "5"), move("5", "100", name="長い名前" * 20)]

    figure = drawn(*moves, narrow=True, language="ja")

    labels = [n["text"] for n in figure["layout"]["annotations"] if n["xref"] == "paper"]
    assert "長い名前" * 5 + "長い名…" in labels
    marks, (low, high) = figure["layout"]["xaxis"]["tickvals"], figure["layout"]["xaxis"]["range"]
    assert 0.0 in marks
    gaps = [after - before for before, after in pairwise(marks)]
    assert min(gaps) >= 0.2 * (high - low)
