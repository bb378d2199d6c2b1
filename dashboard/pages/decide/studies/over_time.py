"""The tab Over time: cumulative cash, payback, fiscal years, what stays owed if demand stops."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.plans import says_fiscal_year
from costing import FiscalYear, OptionPlan, PlanAnswer, PlanMonth
from costing.plan import month_text
from dashboard.figures.over_time import over_time_figure
from dashboard.figures.study_parts import cast_of
from dashboard.pages.decide.studies.parts import Study, chart, folded, remarks
from dashboard.pages.parts import table
from dashboard.pages.visit import SETTINGS
from dashboard.plan_words import growth_text, notice_text, payback_text, plan_notices
from dashboard.service import plan_of_bytes

JANUARY: Final = 1


def over_time(study: Study) -> list[Component]:
    """The chart, the fiscal years, and what would be left to pay."""
    texts, sentences = study.texts, study.sentences
    scenario, plan = plan_of_bytes(
        study.database,
        study.content,
        form="json",
        own_prices=True,
        fiscal_year_starts_in=study.fiscal_month or JANUARY,
    )
    cast = cast_of(study.answer, study.view)
    look: dict[str, Any] = {"view": study.view, "fmt": study.fmt, "texts": texts}
    first = plan.options[0].name
    pairs = [payback_text(pair, sentences) for pair in plan.paybacks if pair.against == first]
    parts: list[Component] = [
        chart(
            study,
            "over-time",
            _finding(plan, study),
            over_time_figure(plan, cast, **look),
            hint=_conditions(plan, study),
        ),
        _fiscal_start(plan, study, says_fiscal_year(scenario)),
        _years(plan, study, texts("plan.cash"), lambda one: one.cash),
    ]
    if any(year.cash != year.amortized for one in plan.options for year in one.fiscal_years):
        parts.append(_years(plan, study, texts("plan.amortized"), lambda one: one.amortized))
    parts.append(_left_to_pay(plan, study))
    notices = [notice_text(one, sentences) for one in plan_notices(plan, scenario)]
    parts += [html.H3(texts("plan.payback")), remarks(pairs)] if pairs else []
    parts.append(folded(texts("result.remarks"), remarks(notices)))
    parts.append(folded(texts("study.time.months"), _months(plan, study)))
    return parts


def _finding(plan: PlanAnswer, study: Study) -> str:
    """Which option has cost the least by the end of the plan, and by how much."""
    known = sorted((one.cash, one.name) for one in plan.options if one.cash is not None)
    months = str(plan.plan.months)
    if not known:
        return study.texts("study.time.unknown")
    (least, name), *rest = known
    if not rest:
        return study.texts(
            "study.time.only", option=name, money=study.fmt.money(least), months=months
        )
    return study.texts(
        "study.time.finding",
        option=name,
        money=study.fmt.money(least),
        months=months,
        less=study.fmt.money(rest[0][0] - least),
        second=rest[0][1],
    )


def _conditions(plan: PlanAnswer, study: Study) -> str:
    return study.texts(
        "plan.title",
        months=str(plan.plan.months),
        start=month_text(plan.plan.start),
        last=month_text(plan.plan.month(plan.plan.months - 1)),
        growth=growth_text(plan.plan.growth, study.sentences),
    )


def _fiscal_start(plan: PlanAnswer, study: Study, in_question: bool) -> Component:
    """In which month the fiscal years of the tables start, and who says so."""
    texts = study.texts
    chosen = "settings" if study.fiscal_month else "assumed"
    said = texts(
        f"study.time.fiscal.{'question' if in_question else chosen}",
        month=study.fmt.month_name(plan.plan.fiscal_year_starts_in),
    )
    link = html.A(
        texts("study.time.fiscal.change"),
        href=f"{SETTINGS}?lang={texts.language}#settings-fiscal",
        className="text-link",
    )
    return html.P([said] if in_question else [said, " ", link], className="small fiscal-start")


def _years(
    plan: PlanAnswer,
    study: Study,
    title: str,
    amount: Callable[[FiscalYear | OptionPlan], Decimal | None],
) -> Component:
    texts = study.texts
    years = plan.options[0].fiscal_years
    heads = [(texts("plan.option").capitalize(), True)]
    heads += [(_year_name(year, study), False) for year in years]
    heads.append((texts("plan.total").capitalize(), False))
    rows: list[tuple[dict[str, Any], list[Any]]] = [
        (
            {},
            [
                one.name,
                *(_money(amount(year), study) for year in one.fiscal_years),
                _money(amount(one), study),
            ],
        )
        for one in plan.options
    ]
    return table(heads, rows, caption=title)


def _left_to_pay(plan: PlanAnswer, study: Study) -> Component:
    """What is owed, and what was paid ahead, if demand stops after the last month of a year."""
    texts = study.texts
    if not any(
        month.owed_if_demand_stops is None
        or month.owed_if_demand_stops
        or month.prepaid_if_demand_stops
        for one in plan.options
        for month in one.months
    ):
        return html.P(texts("study.time.nothing_owed"))
    ends = [year.last_month for year in plan.options[0].fiscal_years]
    heads = [(texts("plan.option").capitalize(), True)]
    heads += [(texts("plan.stranded.after", month=month_text(end)), False) for end in ends]
    rows: list[tuple[dict[str, Any], list[Any]]] = [
        ({}, [one.name, *(_left(month, study) for month in one.months if month.month in ends)])
        for one in plan.options
    ]
    return table(heads, rows, caption=texts("plan.stranded"))


def _left(month: PlanMonth, study: Study) -> str:
    owed = _money(month.owed_if_demand_stops, study)
    if not month.prepaid_if_demand_stops:
        return owed
    ahead = study.fmt.money(month.prepaid_if_demand_stops)
    return study.texts("plan.stranded.prepaid", owed=owed, prepaid=ahead)


def _months(plan: PlanAnswer, study: Study) -> Component:
    """Load, hosts and both costs, month by month."""
    texts = study.texts
    heads = [(texts("study.time.month"), True), (texts("study.time.load"), False)]
    for one in plan.options:
        heads += [(one.name, False), (texts("study.time.so_far", option=one.name), False)]
    rows: list[tuple[dict[str, Any], list[Any]]] = []
    for place, month in enumerate(plan.options[0].months):
        cells: list[Any] = [month_text(month.month), study.fmt.count(month.requests_per_hour)]
        for one in plan.options:
            at = one.months[place]
            cells += [_money(at.cash, study), _money(at.cumulative_cash, study)]
        rows.append(({}, cells))
    return table(heads, rows, caption=texts("study.time.months"))


def _year_name(year: FiscalYear, study: Study) -> str:
    first, last = month_text(year.first_month), month_text(year.last_month)
    if year.months == 12:
        return study.texts("plan.year", first=first, last=last)
    return study.texts("plan.part", first=first, last=last, months=str(year.months))


def _money(amount: Decimal | None, study: Study) -> str:
    return study.texts("plan.no_cost") if amount is None else study.fmt.money(amount)
