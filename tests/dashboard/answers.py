"""Answers and charts for tests: the founding example with and without a limit per host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from costing import (
    BreakEven,
    Capacity,
    Dedicated,
    Question,
    RequestShape,
    Serverless,
    Sold,
    TypedCapacity,
    Unlimited,
    Volume,
    Workload,
    break_even,
)
from dashboard.figures.axes import View
from dashboard.figures.break_even import break_even_figure
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import load_texts
from tests.costing.questions import money, token_money

PUBLISHED = date(2024, 3, 17)
PEAK = Decimal("1.8")
"""At this peak a capacity of whole millions of tokens an hour is a whole number of tokens/s."""


def article(
    million_tokens: str | None = None,
    *,
    requests: str = "5000",
    flags: Sequence[str] = (),
    spare: int = 0,
    factors: Sequence[str] = (),
) -> Question:
    """The founding example; one host carries so many million tokens an hour (None: any load)."""
    return Question(
        workload=Workload(
            requests=Decimal(requests),
            shape=RequestShape(input_tokens=Decimal(1000), output_tokens=Decimal(1000)),
            peak_to_mean=PEAK,
        ),
        options=(
            Serverless(
                name="Per token",
                input=token_money("0.00067", as_of=PUBLISHED),
                output=token_money("0.00052", as_of=PUBLISHED),
                hosting=money("3.09", as_of=PUBLISHED),
            ),
            Dedicated(
                name="Three hosts",
                price=money("6.12", as_of=PUBLISHED),
                minimum_instances=3,
                spare_instances=spare,
                capacity=_capacity(million_tokens),
                sold=Sold(flags=tuple(flags)),
            ),
        ),
        currency="USD",
        volumes=tuple(Volume(name=f"x {one}", factor=Decimal(one)) for one in factors),
    )


def article_answer(million_tokens: str | None = None, *, requests: str = "5000") -> BreakEven:
    """The answer to the founding example at a load in requests an hour."""
    return break_even(article(million_tokens, requests=requests))


def renamed(question: Question, *names: str) -> Question:
    """The same question with other names for its options."""
    options = zip(question.options, names, strict=True)
    return replace(question, options=tuple(replace(one, name=name) for one, name in options))


def sentences(language: str = "en") -> Sentences:
    """The sentences of a language, in dollars."""
    return Sentences(load_texts(language), Format(language, "USD"))


def chart(answer: BreakEven, language: str = "en", **view: Any) -> dict[str, Any]:
    """The chart of an answer, seen as `view` says."""
    said = sentences(language)
    return break_even_figure(answer, view=View(**view), fmt=said.fmt, texts=said.texts)


def traces(figure: dict[str, Any], mode: str = "lines") -> list[dict[str, Any]]:
    """The traces of one mode: `lines` are the costs."""
    return [trace for trace in figure["data"] if trace.get("mode") == mode]


def ribbon(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """The pieces of the strip that says who wins, from left to right."""
    pieces = [one for one in figure["layout"]["shapes"] if one["yref"] == "y2 domain"]
    return sorted(pieces, key=lambda piece: piece["x0"])


def drawn_lines(figure: dict[str, Any], dash: str | None) -> list[float]:
    """Where upright lines of a dash stand: the walls are `dot`, the workload has none."""
    shapes = [one for one in figure["layout"]["shapes"] if one["type"] == "line"]
    return [one["x0"] for one in shapes if one["line"].get("dash") == dash]


def note(figure: dict[str, Any], words: str) -> dict[str, Any]:
    """The one note on the chart that contains these words."""
    [found] = [one for one in figure["layout"]["annotations"] if words in one["text"]]
    return dict(found)


def _capacity(million_tokens: str | None) -> Capacity:
    if million_tokens is None:
        return Unlimited()
    rate = Decimal(million_tokens) * 10**6 / 7200 * PEAK
    return TypedCapacity(
        input_tokens_per_second=rate, output_tokens_per_second=rate, evidence="a load test"
    )
