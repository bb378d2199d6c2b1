"""A plan as plain text for a terminal: a table by fiscal year, hosts, payback, what stays owed."""

from collections.abc import Callable
from decimal import Decimal

from catalog.scenario import Scenario
from costing import Dedicated, FiscalYear, Option, OptionPlan, PlanAnswer, PlanMonth, Provisioned
from costing.plan import month_text
from dashboard.plan_words import growth_text, notice_text, payback_text, plan_notices
from dashboard.report import table
from dashboard.sentences import Sentences


def plan_text(answer: PlanAnswer, scenario: Scenario, sentences: Sentences) -> str:
    """The plan as a person reads it: what is paid, what is borne, when it pays back, remarks."""
    texts, plan = sentences.texts, answer.plan
    bought = ".bought" if _buys(answer) else ""
    parts = [
        texts(
            "plan.title",
            months=str(plan.months),
            start=month_text(plan.start),
            last=month_text(plan.month(plan.months - 1)),
            growth=growth_text(plan.growth, sentences),
        ),
        "",
        _years(answer, sentences, "plan.cash", lambda one: one.cash),
    ]
    if any(year.cash != year.amortized for one in answer.options for year in one.fiscal_years):
        parts += [
            "",
            _years(answer, sentences, f"plan.amortized{bought}", lambda one: one.amortized),
        ]
    parts += ["", _hosts(answer, sentences)]
    if answer.paybacks:
        # Each option against the first: all pairs are in the document.
        first = answer.options[0].name
        against = [pair for pair in answer.paybacks if pair.against == first]
        parts += ["", f"{texts('plan.payback')}:"]
        parts += [f"- {payback_text(pair, sentences)}" for pair in against]
    if answer.plan.commitments or bought:
        parts += ["", _stranded(answer, sentences, f"plan.stranded{bought}")]
    found = plan_notices(answer, scenario)
    if found:
        parts += ["", texts("result.remarks") + ":"]
        parts += [f"- {notice_text(notice, sentences)}" for notice in found]
    return "\n".join(parts)


def _years(
    answer: PlanAnswer,
    sentences: Sentences,
    title: str,
    amount: Callable[[FiscalYear | OptionPlan], Decimal | None],
) -> str:
    heads = [_year_name(year, sentences) for year in answer.options[0].fiscal_years]
    rows = [
        [
            option.name,
            *(_money(amount(year), sentences) for year in option.fiscal_years),
            _money(amount(option), sentences),
        ]
        for option in answer.options
    ]
    head = [sentences.texts("plan.option"), *heads, sentences.texts("plan.total")]
    return sentences.texts(title) + "\n" + table(head, rows)


def _hosts(answer: PlanAnswer, sentences: Sentences) -> str:
    """Load and paid hosts of the first and the last month."""
    texts, rows = sentences.texts, []
    for kind, option in zip(answer.question.options, answer.options, strict=True):
        ends = (option.months[0], option.months[-1])
        loads = [sentences.fmt.exact_count(month.requests_per_hour) for month in ends]
        rows.append([option.name, *loads, *(_count(month, kind, sentences) for month in ends)])
    first, last = (month_text(month.month) for month in ends)
    head = [
        texts("plan.option"),
        texts("plan.load_first", month=first),
        texts("plan.load_last", month=last),
        texts("plan.hosts_first", month=first),
        texts("plan.hosts_last", month=last),
    ]
    return texts("plan.hosts") + "\n" + table(head, rows)


def _buys(answer: PlanAnswer) -> bool:
    """Whether hosts are bought in the plan."""
    return any(
        isinstance(option, Dedicated) and option.owned is not None and option.owned.purchase_counts
        for option in answer.question.options
    )


def _stranded(answer: PlanAnswer, sentences: Sentences, title: str) -> str:
    """What stays to be paid after the last month of each fiscal year."""
    texts = sentences.texts
    ends = [year.last_month for year in answer.options[0].fiscal_years]
    rows = [
        [option.name, *(_left(month, sentences) for month in option.months if month.month in ends)]
        for option in answer.options
    ]
    after = [texts("plan.stranded.after", month=month_text(end)) for end in ends]
    return texts(title) + "\n" + table([texts("plan.option"), *after], rows)


def _left(month: PlanMonth, sentences: Sentences) -> str:
    owed = _money(month.owed_if_demand_stops, sentences)
    if not month.prepaid_if_demand_stops:
        return owed
    prepaid = sentences.fmt.money(month.prepaid_if_demand_stops)
    return sentences.texts("plan.stranded.prepaid", owed=owed, prepaid=prepaid)


def _year_name(year: FiscalYear, sentences: Sentences) -> str:
    first, last = month_text(year.first_month), month_text(year.last_month)
    if year.months == 12:
        return sentences.texts("plan.year", first=first, last=last)
    return sentences.texts("plan.part", first=first, last=last, months=str(year.months))


def _money(amount: Decimal | None, sentences: Sentences) -> str:
    return sentences.texts("plan.no_cost") if amount is None else sentences.fmt.money(amount)


def _count(month: PlanMonth, kind: Option, sentences: Sentences) -> str:
    if month.instances is None:
        return "-"
    count = str(month.instances)
    return sentences.texts("table.units", count=count) if isinstance(kind, Provisioned) else count
