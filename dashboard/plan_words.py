"""What a plan says in words: growth, payback, remarks."""

from decimal import Decimal

from catalog.scenario import Scenario
from costing import Growth, Notice, Payback, PlanAnswer
from costing.plan import month_text
from dashboard.sentences import Sentences

MONEY_FACTS = (
    "owed", "prepaid", "committed", "listed", "not_depreciated", "residual", "borne_later"
)  # fmt: skip


def plan_notices(answer: PlanAnswer, scenario: Scenario) -> tuple[Notice, ...]:
    """The remarks of the answer, with the one on a plan that is assumed in front."""
    if scenario.plan is not None:
        return answer.notices
    facts = {"start": month_text(answer.plan.start)}
    return (Notice(code="plan_assumed", facts=facts), *answer.notices)


def notice_text(notice: Notice, sentences: Sentences) -> str:
    """A remark in words, money by locale."""
    facts = dict(notice.facts)
    for name in MONEY_FACTS:
        if notice.code.startswith(("commitment", "owned", "work")) and name in facts:
            facts[name] = sentences.fmt.money(Decimal(facts[name]))
    if notice.code == "no_cost_from":
        lacking = [sentences.texts(f"missing.{one}") for one in facts["missing"].split(", ") if one]
        facts["reason"] = sentences.texts(
            f"plan.reason.{facts['reason']}", missing=sentences.texts("and").join(lacking)
        )
    return sentences.notice(Notice(code=notice.code, option=notice.option, facts=facts))


def growth_text(growth: Growth, sentences: Sentences) -> str:
    """How the load grows."""
    if growth.monthly_factors is not None:
        return sentences.texts("plan.growth.monthly_factors")
    for name in ("per_month", "per_year"):
        share = getattr(growth, name)
        if share:
            sign = "+" if share > 0 else ""
            return sentences.texts(f"plan.growth.{name}", share=sign + sentences.fmt.share(share))
    return sentences.texts("plan.growth.none")


def payback_text(payback: Payback, sentences: Sentences) -> str:
    """From which month on an option has paid no more than another, or why from none."""
    names = {"option": payback.option, "against": payback.against}
    if payback.month is None or payback.reason is not None:
        return sentences.texts(f"plan.payback.{payback.reason}", **names)
    if payback.months == 1:
        return sentences.texts("plan.payback.first", **names)
    return sentences.texts(
        "plan.payback.month",
        **names,
        month=month_text(payback.month),
        months=str(payback.months),
    )
