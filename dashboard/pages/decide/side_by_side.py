"""The loads of a question side by side: at each the cheapest way, its money, the gap to the next,
and how far from the break-even it lies."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from costing import HOURS_PER_MONTH, BreakEven, Verdict
from costing.answers import position
from costing.units import exact
from dashboard.format import Format
from dashboard.pages.decide.explain import number
from dashboard.sentences import Sentences
from dashboard.texts import Texts


def side_by_side(
    answer: BreakEven, texts: Texts, fmt: Format, sentences: Sentences
) -> list[Component]:
    """A card a load, from the lowest to the highest; nothing where there is the plan only."""
    if not answer.volumes:
        return []
    loads = [*enumerate((answer.at_workload, *answer.volumes))]
    loads.sort(key=lambda pair: pair[1].requests_per_hour)
    cards = [
        _card(answer, index, verdict, texts, fmt, sentences=sentences) for index, verdict in loads
    ]
    return [html.Div(cards, className="side-by-side")]


def _card(
    answer: BreakEven,
    index: int,
    verdict: Verdict,
    texts: Texts,
    fmt: Format,
    *,
    sentences: Sentences,
) -> Component:
    name = texts("side.plan") if index == 0 else verdict.name
    load = fmt.exact_count(verdict.requests_per_hour)
    lines: Sequence[tuple[str, str | Component]] = (
        ("cheapest", verdict.cheapest or texts("table.no_option")),
        ("per_month", _money(index, verdict, texts, fmt)),
        ("gap", _gap(verdict, texts, fmt)),
        ("break_even", _break_even(answer, verdict, texts, fmt)),
    )
    terms = [
        part
        for line, value in lines
        for part in (html.Dt(texts(f"side.{line}")), html.Dd(value, className=f"side-{line}"))
    ]
    return html.Div(
        [
            html.H3(name),
            html.P(texts("side.load", requests=load), className="small"),
            html.Dl(terms),
            html.P(sentences.call(verdict), className="small"),
        ],
        className="side plan" if index == 0 else "side",
    )


def _money(index: int, verdict: Verdict, texts: Texts, fmt: Format) -> str | Component:
    for place, estimate in enumerate(verdict.estimates):
        if estimate.name == verdict.cheapest and estimate.cost_per_month is not None:
            money = fmt.money(estimate.cost_per_month)
            return number(f"estimate|{index}|{place}|side", money, texts)
    return texts("side.unknown")


def _gap(verdict: Verdict, texts: Texts, fmt: Format) -> str:
    if verdict.gap_per_hour is None:
        return texts("side.no_second")
    money = fmt.money(verdict.gap_per_hour * HOURS_PER_MONTH)
    if verdict.gap_share is None:
        return texts("side.gap_to", money=money, other=verdict.second or "")
    share = fmt.share(verdict.gap_share)
    return texts("side.gap_to_share", money=money, share=share, other=verdict.second or "")


def _break_even(answer: BreakEven, verdict: Verdict, texts: Texts, fmt: Format) -> str:
    found = position(answer, exact(verdict.requests_per_hour))
    if found is None:
        return texts("side.no_break_even")
    share = fmt.share(found.share)
    if not found.on_paper:
        return texts("side.at", share=share)
    return texts(
        "side.at_unreachable" if found.reachable is False else "side.at_paper", share=share
    )
