"""What a reader of a plan must know beside its numbers: ends of commitments, retirements, gaps."""

from collections.abc import Sequence

from costing.cashflow_items import Term, money_per_month
from costing.curve import money_per_hour
from costing.estimate import Estimate, Status
from costing.notices import Notice
from costing.options import Option, Serverless
from costing.owned_plan import OwnedMonth
from costing.plan import AfterEnd, Plan, month_after, month_text
from costing.question import Question
from costing.units import decimal_text, exact, to_decimal


def plan_notices(
    plan: Plan, option: Option, estimates: Sequence[Estimate], terms: Sequence[Term] | None
) -> list[Notice]:
    """The remarks on one option: of its estimates and terms month by month."""
    found = _on_retirement(plan, option)
    if terms is not None:
        found += _on_commitment(plan, option, estimates, terms)
    return found + _on_gaps(plan, option, estimates)


def beyond_plan(
    question: Question, plan: Plan, option: Option, owned: Sequence[OwnedMonth] | None
) -> list[Notice]:
    """What is paid within the plan and borne after it: owned hosts, and work that is paid once."""
    found: list[Notice] = []
    last = None if owned is None else owned[-1]
    if last is not None and last.held and (last.book_value or last.residual_value):
        facts = {
            "hosts": str(last.held),
            "not_depreciated": decimal_text(to_decimal(last.book_value)),
            "residual": decimal_text(to_decimal(last.residual_value)),
        }
        found.append(Notice(code="owned_beyond_horizon", option=option.name, facts=facts))
    for add_on in question.add_ons_of(option):
        rest = exact(add_on.price.per) - plan.months
        if add_on.once and rest > 0:
            facts = {
                "name": add_on.name,
                "months": decimal_text(to_decimal(rest)),
                "borne_later": decimal_text(to_decimal(rest * add_on.for_one())),
            }
            found.append(Notice(code="work_beyond_horizon", option=option.name, facts=facts))
    return found


def _on_retirement(plan: Plan, option: Option) -> list[Notice]:
    """A model or instance that goes before the last month is over; costs go on as if it stayed."""
    end = plan.month(plan.months)
    return [
        Notice(
            code=f"{one.what.value}_retires",
            option=option.name,
            facts={"on": one.on.isoformat(), "month": one.on.isoformat()[:7]},
        )
        for one in plan.retirements
        if one.option == option.name and one.on < end
    ]


def _on_commitment(
    plan: Plan, option: Option, estimates: Sequence[Estimate], terms: Sequence[Term]
) -> list[Notice]:
    last, commitment = terms[-1], terms[0].commitment
    ends = [
        month_text(plan.month(index))
        for index in range(commitment.term_months, plan.months, commitment.term_months)
    ]
    found: list[Notice] = []
    if ends and commitment.after is AfterEnd.RENEW:
        facts = {"months": ", ".join(ends), "times": str(len(ends))}
        found.append(Notice(code="commitment_renews", option=option.name, facts=facts))
    elif ends:
        found.append(Notice(code="commitment_ends", option=option.name, facts={"month": ends[0]}))
    if last.remaining_months:
        end = month_after(plan.month(plan.months), last.remaining_months - 1)
        facts = {
            "months": str(last.remaining_months),
            "last_month": month_text(end),
            "owed": decimal_text(to_decimal(last.owed)),
            "prepaid": decimal_text(to_decimal(last.prepaid)),
        }
        found.append(Notice(code="commitment_beyond_horizon", option=option.name, facts=facts))
    idle = [
        term.instances - result.instances
        for term, result in zip(terms, estimates, strict=True)
        if term.month_of_term is not None
        and result.instances is not None
        and result.instances < term.instances
    ]
    if idle:
        facts = {"months": str(len(idle)), "instances": str(max(idle))}
        found.append(Notice(code="commitment_idle", option=option.name, facts=facts))
    return found + _on_price(option, terms[0])


def _on_price(option: Option, term: Term) -> list[Notice]:
    """A commitment dearer than the price without one: often the total of a term typed by hour."""
    assert not isinstance(option, Serverless)  # has nothing to commit
    if option.price is None:
        return []
    committed = money_per_hour(term.commitment.price)
    if committed <= money_per_hour(option.price):
        return []
    facts = {
        "committed": decimal_text(to_decimal(money_per_month(term.commitment.price))),
        "listed": decimal_text(to_decimal(money_per_month(option.price))),
    }
    return [Notice(code="commitment_dearer", option=option.name, facts=facts)]


def _on_gaps(plan: Plan, option: Option, estimates: Sequence[Estimate]) -> list[Notice]:
    gaps = [index for index, result in enumerate(estimates) if result.status is not Status.KNOWN]
    if not gaps:
        return []
    first = estimates[gaps[0]]
    facts = {
        "month": month_text(plan.month(gaps[0])),
        "months": str(len(gaps)),
        "reason": first.status.value,
        "missing": ", ".join(first.missing),
    }
    return [Notice(code="no_cost_from", option=option.name, facts=facts)]
