"""The tab Where: which option is the cheapest over load and mix, and the plane of tokens."""

from decimal import Decimal
from itertools import groupby
from typing import Any

from dash import html
from dash.development.base_component import Component

from costing import HOURS_PER_MONTH, Dedicated, Option, TypedCapacity
from costing.options import EstimatedCapacity
from dashboard.figures.study_parts import cast_of
from dashboard.figures.where import plane_figure, winner_map_figure
from dashboard.mixes import EqualLine, Mix, Plane, mixes_of, plane_of
from dashboard.pages.decide.studies.parts import Study, chart, folded
from dashboard.pages.parts import table


def where(study: Study) -> list[Component]:
    """The map with its table, then the plane or why there is none."""
    texts = study.texts
    mixes = mixes_of(study.database, study.scenario, study.answer.question)
    if not mixes:
        return [html.P(texts("study.where.one_way"), className="finding")]
    cast = cast_of(study.answer, study.view)
    look: dict[str, Any] = {"view": study.view, "fmt": study.fmt, "texts": texts}
    shape = study.answer.question.workload.shape
    total = study.fmt.exact_count(shape.input_tokens + shape.output_tokens)
    typed = [one for one in study.answer.question.options if _is_typed(one)]
    plane = plane_of(mixes)
    return [
        chart(
            study,
            "winner-map",
            _finding(mixes, study),
            winner_map_figure(mixes, cast, **look),
            hint=texts("study.where.hint", tokens=total),
        ),
        *(
            html.P(texts("study.where.typed", option=one.name), className="caution")
            for one in typed
        ),
        folded(texts("capacity.as_table"), _rows(mixes, study)),
        *(
            [html.P(texts("study.plane.none"), className="small")]
            if plane is None or not plane.lines
            else [
                chart(
                    study,
                    "plane",
                    _plane_finding(plane, study),
                    plane_figure(plane, mixes, cast, **look),
                    hint=texts("study.plane.hint"),
                ),
                _lines(plane, study),
            ]
        ),
    ]


def _is_typed(option: Option) -> bool:
    """Whether a person said what its hosts serve: nobody can say it anew for another mix."""
    capacity = option.capacity if isinstance(option, Dedicated) else None
    return isinstance(capacity, TypedCapacity) and not isinstance(capacity, EstimatedCapacity)


def _finding(mixes: list[Mix], study: Study) -> str:
    """Who is the cheapest at the load of the workload, mix by mix."""
    texts, fmt = study.texts, study.fmt
    winners = [(mix.answer.at_workload.cheapest, mix.output_share) for mix in mixes]
    runs = [
        (name, shares[0], shares[-1])
        for name, group in groupby(winners, key=lambda pair: pair[0])
        if (shares := [share for _, share in group])
    ]
    named = [(name or texts("table.no_option"), low, high) for name, low, high in runs]
    if len(named) == 1:
        name, low, high = named[0]
        return texts("study.where.always", option=name, low=fmt.share(low), high=fmt.share(high))
    pieces = [
        texts("study.where.run", option=name, low=fmt.share(low), high=fmt.share(high))
        for name, low, high in named
    ]
    return texts("study.where.changes", pieces=texts("study.where.join").join(pieces))


def _rows(mixes: list[Mix], study: Study) -> Component:
    """Each mix with its cheapest option at the workload and the loads where it changes."""
    texts, fmt = study.texts, study.fmt
    heads = [
        (texts("study.where.share"), False),
        (texts("table.cheapest"), True),
        (texts("study.where.crossings"), True),
    ]
    rows: list[tuple[dict[str, Any], list[Any]]] = []
    for mix in mixes:
        answer = mix.answer
        crossings = [fmt.count(one.requests_per_hour * HOURS_PER_MONTH) for one in answer.crossings]
        shown = texts("study.where.list").join(crossings[:4])
        if len(crossings) > 4:
            shown = texts("study.where.more", shown=shown, count=str(len(crossings) - 4))
        cheapest = answer.at_workload.cheapest or texts("table.no_option")
        state = texts("study.where.no_crossing") if not crossings else shown
        rows.append(
            ({"className": "cheapest"} if mix.own else {},
             [fmt.share(mix.output_share), cheapest, state])
        )  # fmt: skip
    return table(heads, rows, caption=texts("study.where.caption"))


def _plane_finding(plane: Plane, study: Study) -> str:
    texts, fmt = study.texts, study.fmt
    first = plane.lines[0]
    said = texts.counted(
        "study.plane.finding",
        first.instances,
        tokens=plane.tokens,
        hosts=plane.hosts,
        input=_end(first, "input", fmt.count, texts("study.plane.never")),
        output=_end(first, "output", fmt.count, texts("study.plane.never")),
    )
    reached = {None: "unlimited", True: "some", False: "none"}[plane.reached]
    return texts("space").join((said, texts(f"study.plane.reach.{reached}")))


def _lines(plane: Plane, study: Study) -> Component:
    texts, fmt = study.texts, study.fmt
    heads = [
        (texts("study.plane.count"), False),
        (texts("study.plane.only_input"), False),
        (texts("study.plane.only_output"), False),
    ]
    never = texts("study.plane.never")
    rows: list[tuple[dict[str, Any], list[Any]]] = [
        (
            {},
            [
                str(one.instances),
                _end(one, "input", fmt.count, never),
                _end(one, "output", fmt.count, never),
            ],
        )
        for one in plane.lines
    ]
    return table(heads, rows, caption=texts("study.plane.caption"))


def _end(one: EqualLine, which: str, count: Any, never: str) -> str:
    """Where a line meets an axis, in tokens an hour; never where hosts cost more a token there."""
    rate = one.per_input if which == "input" else one.per_output
    if rate <= 0:
        return never
    at = one.fixed / rate
    return str(count(Decimal(at.numerator) / Decimal(at.denominator)))
