"""The tab How sure: probability over the load, tornado, what turns the answer, what was assumed."""

from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from costing import HOURS_PER_MONTH
from costing.sensitivity import SwingEnd
from costing.uncertainty import OptionRisk
from dashboard.figures.axes import load_axis
from dashboard.figures.how_sure import drawn_swings, probability_figure, tornado_figure
from dashboard.figures.study_parts import Cast, cast_of
from dashboard.pages.decide.studies.parts import Study, chart, folded, remarks
from dashboard.pages.parts import table, unknown
from dashboard.risk_run import RiskFindings, RiskRun, risk_of_bytes
from dashboard.risk_words import RiskWords, assumptions_of
from dashboard.texts import Texts

PLACES = 25
"""Loads at which the probability is computed, evenly apart on the logarithmic axis."""
LEAST_PART = Decimal("0.02")
MOST_MIDDLES = 25


def how_sure(study: Study) -> list[Component]:
    """Both charts with their tables, and all that they rest on."""
    texts = study.texts
    run = RiskRun(own_prices=True, loads=_loads(study))
    found = risk_of_bytes(study.database, study.content, run, form="json")
    words, cast = RiskWords(texts, study.fmt), cast_of(study.answer, study.view)
    look: dict[str, Any] = {"view": study.view, "fmt": study.fmt, "texts": texts}
    return [
        chart(
            study,
            "probability",
            words.headline(found),
            probability_figure(found, cast, **look),
            hint=texts("study.sure.hint"),
        ),
        _options(found, words),
        remarks(words.break_even(one) for one in found.risk.break_evens),
        *_tornado(study, found, words, cast),
        html.H3(texts("risk.turns")),
        remarks(words.turn(one) for one in found.inverses)
        if found.inverses
        else html.P(texts("study.sure.no_turns"), className="small"),
        html.H3(texts("risk.assumed")),
        remarks(words.assumption(one) for one in assumptions_of(found)),
        html.P(
            texts(
                "study.sure.draws",
                draws=study.fmt.exact_count(Decimal(found.risk.draws)),
                seed=str(found.risk.seed),
            ),
            className="small",
        ),
    ]


def _loads(study: Study) -> tuple[Decimal, ...]:
    """Loads over the range of the chart above, in equal factors, and the middle of each stretch
    with one cheapest option: a short one must not fall between two of them."""
    axis = load_axis(study.answer, study.view)
    low = axis.low if axis.low > 0 else axis.high * LEAST_PART
    factor = float(axis.high / low) ** (1 / (PLACES - 1))
    even = {_rounded(float(low) * factor**place) for place in range(PLACES)}
    middles = {
        _rounded(float((one.from_requests_per_hour + one.to_requests_per_hour) / 2))
        for one in study.answer.intervals
        if one.to_requests_per_hour is not None
    }
    inside = {one for one in middles if low <= one <= axis.high}
    return tuple(sorted(even | set(sorted(inside)[:MOST_MIDDLES])))


def _rounded(value: float) -> Decimal:
    """With six digits that matter: a load that is only there to draw a line needs no more."""
    return Decimal(f"{value:.6g}")


def _options(found: RiskFindings, words: RiskWords) -> Component:
    texts = words.texts
    names = ("option", "cheapest", "p10", "p50", "p90", "regret")
    heads = [(texts(f"risk.table.{name}"), name == "option") for name in names]
    rows: list[tuple[dict[str, Any], list[Any]]] = [
        (
            {"className": "cheapest"} if one.name == found.risk.cheapest else {},
            _option(one, words),
        )
        for one in found.risk.options
    ]
    return table(heads, rows, caption=texts("study.sure.options"))


def _option(one: OptionRisk, words: RiskWords) -> list[Any]:
    texts, costs = words.texts, one.cost_per_hour
    share = one.probability_cheapest
    cells: list[Any] = [one.name, unknown(texts) if share is None else words.part(share)]
    if costs is None:
        cells += [unknown(texts)] * 3
    else:
        cells += [words.monthly(end) for end in (costs.p10, costs.p50, costs.p90)]
    regret = one.expected_regret_per_hour
    return [*cells, unknown(texts) if regret is None else words.monthly(regret)]


def _tornado(study: Study, found: RiskFindings, words: RiskWords, cast: Cast) -> list[Component]:
    texts = study.texts
    if found.tornado.gap_per_hour is None or not drawn_swings(found):
        return [html.P(texts("study.sure.no_tornado"), className="finding")]
    largest = drawn_swings(found)[0]
    turning = [one for one in found.tornado.swings if one.turns]
    name = words.input(largest.swing.input, largest.swing.option)
    finding = (
        texts("study.sure.tornado.none", input=name)
        if not turning
        else texts(
            "study.sure.tornado.turns",
            input=name,
            turning=texts("and").join(
                words.input(one.swing.input, one.swing.option) for one in turning
            ),
        )
    )
    figure = tornado_figure(found, view=study.view, words=words, cast=cast)
    at = found.tornado.base.at_workload
    hint = texts("study.sure.tornado.hint", first=at.cheapest or "", second=at.second or "")
    kept = any(one.capacity_kept for one in found.tornado.swings)
    return [
        chart(study, "tornado", finding, figure, hint=hint),
        folded(texts("capacity.as_table"), _swings(found, words)),
        *([html.P(texts("risk.capacity_kept"), className="small")] if kept else []),
    ]


def _swings(found: RiskFindings, words: RiskWords) -> Component:
    texts = words.texts
    names = ("input", "low", "gap", "winner", "high", "gap", "winner")
    heads = [(texts(f"risk.table.{name}"), name in ("input", "winner")) for name in names]
    rows: list[tuple[dict[str, Any], list[Any]]] = []
    for one in found.tornado.swings:
        cells: list[Any] = [words.input(one.swing.input, one.swing.option)]
        for end in (one.low, one.high):
            cells.append(words.value(one.swing.input, end.value))
            cells += [_gap(end, words, texts), end.cheapest or texts("table.no_option")]
        rows.append(({}, cells))
    return table(heads, rows, caption=texts("risk.tornado"))


def _gap(end: SwingEnd, words: RiskWords, texts: Texts) -> Any:
    gap = end.gap_per_hour
    return unknown(texts) if gap is None else words.fmt.money(gap * HOURS_PER_MONTH)
