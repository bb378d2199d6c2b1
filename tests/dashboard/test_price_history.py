"""The chart of past prices: exact steps, gaps that stay gaps, a finding that is computed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from catalog.price_past import PastLine, PastStep
from dashboard.figures.price_history import history_finding, price_history_figure
from dashboard.format import Format
from dashboard.texts import load_texts

ENGLISH, JAPANESE = load_texts("en"), load_texts("ja")
USD = Format("en", "USD")


def step(since: str, until: str | None, usd: str, *, start_known: bool = True) -> PastStep:
    return PastStep(
        since=moment(since),
        until=None if until is None else moment(until),
        seen_on=date(2026, 6, 18),
        usd=Decimal(usd),
        start_known=start_known,
        price_id="p",
    )


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def line(*steps: PastStep, kind: str = "output") -> PastLine:
    return PastLine(kind=kind, source="list", region=None, steps=steps)


FALL = line(step("2025-01-01", "2025-05-01", "10"), step("2025-05-01", None, "6"))


def test_a_price_is_drawn_as_steps_to_the_last_day_on_which_it_is_known() -> None:
    """Not to today: nobody has seen it since."""
    [drawn] = price_history_figure([FALL], dark=False, texts=ENGLISH, fmt=USD)["data"]

    assert ["2025-01-01", "2025-05-01", "2025-05-01", "2026-06-18"] == [
        str(day)[:10] for day in drawn["x"]
    ]
    assert [10, 10, 6, 6] == drawn["y"]
    assert ("hv", False, "dot") == (
        drawn["line"]["shape"],
        drawn["connectgaps"],
        drawn["line"]["dash"],
    )


def test_a_gap_between_two_prices_stays_a_gap() -> None:
    """From February to April no price is known, so none is drawn."""
    gap = line(step("2025-01-01", "2025-02-01", "10"), step("2025-04-01", None, "10"))
    [drawn] = price_history_figure([gap], dark=True, texts=ENGLISH, fmt=USD)["data"]

    assert [10, 10, None, 10, 10] == drawn["y"]
    assert drawn["x"][2] is None


def test_a_beginning_that_is_not_known_is_not_drawn_as_years() -> None:
    """The placeholder of the source, 2020, is no day of the price."""
    unknown = line(step("2020-01-01", "2026-03-02", "10", start_known=False))
    [drawn] = price_history_figure([unknown], dark=False, texts=ENGLISH, fmt=USD)["data"]

    assert "2026-01-01" == drawn["x"][0][:10]


def test_money_starts_at_zero_and_input_and_output_differ_by_dash() -> None:
    """Two lines of one offer are told apart without color."""
    both = [line(*FALL.steps, kind="input"), FALL]
    figure = price_history_figure(both, dark=False, texts=ENGLISH, fmt=USD)

    assert 0 == figure["layout"]["yaxis"]["range"][0]
    assert ["solid", "dot"] == [drawn["line"]["dash"] for drawn in figure["data"]]
    assert figure["data"][0]["line"]["color"] != figure["data"][1]["line"]["color"]
    assert all("e-" not in text for text in figure["layout"]["yaxis"]["ticktext"])


@pytest.mark.parametrize(
    ("past", "english", "japanese"),
    [
        (
            FALL,
            "The output price fell by 40 % on May 1, 2025, from $10.00 to $6.00.",
            "出力単価は2025/05/01に$10.00から$6.00へ40%下がりました。",
        ),
        (
            line(step("2025-01-01", "2025-05-01", "4"), step("2025-05-01", None, "6")),
            "The output price rose by 50 % on May 1, 2025, from $4.00 to $6.00.",
            "出力単価は2025/05/01に$4.00から$6.00へ50%上がりました。",
        ),
        (
            line(step("2025-01-01", "2025-05-01", "0"), step("2025-05-01", None, "6")),
            "The output price went from $0.00 to $6.00 on May 1, 2025.",
            "出力単価は2025/05/01に$0.00から$6.00になりました。",
        ),
        (
            line(step("2025-01-01", None, "6"), kind="instance"),
            "The price of one host is $6.00 since Jan 1, 2025, as far back as is known.",
            "1台の価格は確認できる2025/01/01以降ずっと$6.00です。",
        ),
        (
            line(step("2025-01-01", "2025-05-01", "6")),
            "The output price was $6.00 until May 1, 2025; no later price is known.",
            "出力単価は2025/05/01まで$6.00でした。その後の価格は不明です。",
        ),
    ],
)
def test_the_finding_says_what_happened_last(past: PastLine, english: str, japanese: str) -> None:
    """In both languages, from the steps alone."""
    assert english == history_finding([past], ENGLISH, USD)
    assert japanese == history_finding([past], JAPANESE, Format("ja", "USD"))
