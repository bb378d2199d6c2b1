"""The tab Whole cost: what a month of each option is made of."""

from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from costing import Estimate
from dashboard.figures.whole_cost import PARTS, parts_per_month, whole_cost_figure
from dashboard.pages.decide.explain import number
from dashboard.pages.decide.studies.parts import Study, chart
from dashboard.pages.parts import table, unknown


def whole_cost(study: Study) -> list[Component]:
    """The bars, then the same as a table; each sum opens to its formula and prices."""
    texts, fmt = study.texts, study.fmt
    look: dict[str, Any] = {"view": study.view, "fmt": fmt, "texts": texts}
    return [
        chart(
            study,
            "whole-cost",
            _finding(study),
            whole_cost_figure(study.answer, **look),
            hint=texts("study.whole.hint"),
        ),
        _table(study),
    ]


def _finding(study: Study) -> str:
    """The cheapest option's month and the largest piece of it."""
    at = study.answer.at_workload
    best = next((one for one in at.estimates if one.name == at.cheapest), None)
    if best is None or not best.cost_per_month:
        return study.texts("study.whole.unknown")
    parts = parts_per_month(best)
    largest = max(parts, key=lambda part: parts[part])
    return study.texts(
        "study.whole.finding",
        option=best.name,
        money=study.fmt.money(best.cost_per_month),
        share=study.fmt.share(parts[largest] / best.cost_per_month),
        part=study.texts(f"study.part.{largest}"),
    )


def _table(study: Study) -> Component:
    texts, at = study.texts, study.answer.at_workload
    split = [parts_per_month(one) for one in at.estimates]
    rows: list[tuple[dict[str, Any], list[Any]]] = [
        (
            {},
            [
                texts(f"study.part.{part}"),
                *(
                    _cell(study, one, sums.get(part))
                    for one, sums in zip(at.estimates, split, strict=True)
                ),
            ],
        )
        for part in PARTS
        if any(part in sums for sums in split)
    ]
    totals = [_total(study, index, one) for index, one in enumerate(at.estimates)]
    rows.append(({"className": "cheapest"}, [texts("study.whole.total"), *totals]))
    heads = [(texts("study.whole.part"), True), *((one.name, False) for one in at.estimates)]
    return table(heads, rows, caption=texts("study.whole.caption"))


def _cell(study: Study, one: Estimate, amount: Decimal | None) -> Any:
    if one.cost_per_month is None:
        return unknown(study.texts)
    return "–" if amount is None else study.fmt.money(amount)


def _total(study: Study, index: int, one: Estimate) -> Any:
    if one.cost_per_month is None:
        return study.sentences.no_cost(one)
    key = f"estimate|0|{index}|whole"
    text = study.fmt.money(one.cost_per_month)
    return number(key, text, study.texts, kind="study-number")
