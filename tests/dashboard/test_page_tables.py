"""The tables under the chart: the same numbers as in the document, each with its explanation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from dashboard.format import Format
from dashboard.pages.decide.explain import explanation
from dashboard.pages.decide.state import PageState
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, parts, rows, words
from tests.dashboard.documents import article, with_value, without
from tests.dashboard.page_results import page_state, show, vars_of


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_rows_of_the_options_are_those_of_the_document(state: PageState, language: str) -> None:
    """What the table shows, the file and the REST answer hold, at the workload and each volume."""
    asked = article() | {"volumes": [{"name": "double", "factor": "2"}]}
    shown = show(state.judge(asked), language=language)
    fmt, document = Format(language, "USD"), shown.data

    tables = of_kind(shown.tables, "Table")

    for table, verdict in zip(
        tables, [document["at_workload"], *document["volumes"]], strict=False
    ):
        assert [
            [
                one["name"],
                fmt.money(Decimal(one["cost_per_hour"])),
                fmt.money(Decimal(one["cost_per_month"])),
                str(one["instances"] or "–"),
            ]
            for one in verdict["estimates"]
        ] == [row[:4] for row in rows(table)]
        cheapest = [row for row in of_kind(table, "Tr") if vars(row).get("className") == "cheapest"]
        assert [verdict["cheapest"]] == [words(of_kind(row, "Th")) for row in cheapest]


def test_the_rows_of_the_intervals_are_those_of_the_document(state: PageState) -> None:
    """Every stretch is listed, also one too narrow to be seen in the chart."""
    capacity = {"input_tokens_per_second": "1250", "output_tokens_per_second": "1250"}
    shown = show(state.judge(with_value("options.1.capacity", capacity)))

    table = of_kind(shown.tables, "Table")[1]

    assert [
        ["Per token", "0", "12,832", "–"],
        ["Three hosts", "12,832", "13,500", "3"],
        ["Per token", "13,500", "17,975", "–"],
        ["Three hosts", "17,975", "18,000", "4"],
        ["Per token", "18,000", "without end", "–"],
    ] == rows(table)
    assert len(rows(table)) == len(shown.data["intervals"])


def test_every_button_of_a_number_opens_its_explanation(state: PageState) -> None:
    """No button leads nowhere."""
    capacity = {"input_tokens_per_second": "1000", "output_tokens_per_second": "1000"}
    asked = with_value("options.1.capacity", capacity)
    shown = show(state.judge(asked | {"volumes": [{"name": "double", "factor": "3"}]}))

    keys = [
        one.id["key"] for place in (shown.summary, shown.tables) for one in of_kind(place, "Button")
    ]

    assert {"estimate|0|0", "estimate|0|1|month", "estimate|1|1", "paper|0"} <= set(keys)
    assert len(keys) == len(set(keys))
    assert all(words(explanation(shown.data, key, load_texts("en"))) for key in keys)


def test_an_option_without_a_cost_says_why_across_its_row(state: PageState) -> None:
    """Never a 0 and never an empty cell."""
    shown = show(state.judge(without("options.1.instance", without("options.1.capacity"))))

    table, *_ = of_kind(shown.tables, "Table")

    assert ["Three hosts", "no cost: the most one host can serve is missing"] == rows(table)[1]
    assert "No load can be judged while something is missing." in words(shown.tables)
    assert "Cannot judge" in words(shown.summary)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_flips_the_answer_what_it_rests_on_and_what_is_left_out_stand_beneath(
    state: PageState, language: str
) -> None:
    """A reviewer finds all of it without leaving the page."""
    shown = show(state.judge(article()), language=language)
    texts = load_texts(language)

    heads = [words(head) for head in of_kind(shown.tables, "H2")]
    remarks = [one["text"] for one in shown.data["warnings"]]

    assert [
        texts(f"result.{name}")
        for name in ("options", "cheapest_at", "flips", "remarks", "not_included")
    ] == heads
    said = texts("result.not_included.move")
    assert said in words(shown.tables)
    assert texts("result.not_included.tax") in words(shown.tables)
    assert [] == [text for text in remarks if text not in words(shown.tables)]


def test_an_answer_without_any_price_date_does_not_say_until_when_it_holds(
    state: PageState,
) -> None:
    """A date that nobody stated is not made up."""
    asked = article()
    prices = [asked["options"][1]["price"], *asked["options"][0]["prices"].values()]
    for price in prices:
        del price["as_of"]

    dated, undated = (words(show(state.judge(one)).tables) for one in (article(), asked))

    assert "Prices need a new look from Jun 15, 2024 on" in dated
    assert "No price has a date, so nobody can say until when this holds." in undated
    assert "no date" in undated


def test_tables_can_be_reached_and_read_without_eyes(state: PageState) -> None:
    """A caption each, heads with a scope, and a focus stop where they scroll."""
    shown = show(state.judge(article()))

    for frame in [one for one in parts(shown.tables) if vars_of(one).get("className") == "scroll"]:
        [caption] = of_kind(frame, "Caption")
        assert words(caption) == vars_of(frame)["aria-label"]
        assert 0 == vars_of(frame)["tabIndex"]
        assert {"col", "row"} == {head.scope for head in of_kind(frame, "Th")}
