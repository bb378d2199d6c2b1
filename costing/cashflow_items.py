"""The parts of one month of one option, each with its cash and its amortized cost.

An item of an estimate costs 730 times its hour. Instances (hosts, or units of throughput) under a
commitment leave those that are billed by the hour: only those beyond it stay there, so none is
counted twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from costing.estimate import Estimate
from costing.line_items import LineItem
from costing.owned import DEPRECIATION
from costing.owned_plan import OwnedMonth
from costing.plan import Commitment, OneOff
from costing.prices import Price
from costing.question import Question
from costing.surcharges import SURCHARGES, share_of, share_price, written_money
from costing.units import HOURS_PER_MONTH, Unit, exact, to_decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanItem:
    """One part of a month: cash is what is paid in it, amortized what it bears of its term.

    code: that of an estimate's line item, or commitment, commitment_upfront, one_off. `formula`
    gives cash and `amortized_formula` amortized, both over the names in `inputs`; a test evaluates
    them. price: None for a one-off amount. Cash is negative where a residual value comes back.
    """

    code: str
    name: str
    price: Price | None
    cash: Decimal
    amortized: Decimal
    formula: str
    amortized_formula: str
    inputs: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A commitment in one month: of how many instances, and which month of its term it is.

    month_of_term: counted from 0; None after the end.
    """

    commitment: Commitment
    instances: int
    month_of_term: int | None

    @property
    def cost_per_month(self) -> Fraction:
        """What the committed instances cost a month, whenever it is paid."""
        return self.instances * money_per_month(self.commitment.price)

    @property
    def remaining_months(self) -> int:
        """Months of the term after this one."""
        if self.month_of_term is None:
            return 0
        return self.commitment.term_months - 1 - self.month_of_term

    @property
    def owed(self) -> Fraction:
        """What must still be paid after this month if nothing is needed any more."""
        share = 1 - exact(self.commitment.upfront_share)
        return self.remaining_months * self.cost_per_month * share

    @property
    def prepaid(self) -> Fraction:
        """What was paid at the start of the term for the months after this one."""
        share = exact(self.commitment.upfront_share)
        return self.remaining_months * self.cost_per_month * share


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactItem:
    """An item with the amounts that it was rounded from."""

    item: PlanItem
    cash: Fraction
    amortized: Fraction


def money_per_month(price: Price) -> Fraction:
    """An hourly or monthly price as money a month (730 hours)."""
    each = price.for_one()
    return each if price.unit is Unit.MONTH else each * exact(HOURS_PER_MONTH)


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One month of one option: which month of the plan, counted from 0, what is committed, owned
    and paid once in it."""

    index: int
    term: Term | None
    owned: OwnedMonth | None
    one_offs: Sequence[OneOff]


def month_items(question: Question, result: Estimate, occasion: Occasion) -> list[ExactItem]:
    """The parts of a month: those of its estimate, the commitment's, what is paid once, and support
    and tax on all of these."""
    term = occasion.term
    held = None if term is None or term.month_of_term is None else term
    items: list[ExactItem] = []
    for item in result.line_items:
        if item.code in ("instances", "units"):
            assert result.instances is not None  # whoever pays for them knows how many
            items += _instances(item, result.instances, held)
        elif item.code == DEPRECIATION:
            assert occasion.owned is not None  # whoever depreciates owns
            items.append(_owned(item, occasion.owned))
        elif item.code == "one_off_work":
            items += _spread(item, occasion.index)
        elif item.code not in dict(SURCHARGES):
            items.append(_of_estimate(item))
    items += [_one_off(cost) for cost in occasion.one_offs]
    for code, name in SURCHARGES:
        if share_of(question, code):
            items.append(_surcharge(code, name, share_price(question, code), items))
    return items


def _owned(item: LineItem, owned: OwnedMonth) -> ExactItem:
    """Hosts bought and given up in cash, hosts held in what is borne."""
    names = ("purchase_price", "residual_value", "useful_life_months")
    price, residual, life = (exact(item.inputs[name]) for name in names)
    return _item(
        (item.code, item.name, item.price),
        (
            owned.bought * price - owned.given_up * residual,
            owned.held * (price - residual) / life,
        ),
        (
            "bought_hosts * purchase_price - given_up_hosts * residual_value",
            "held_hosts * (purchase_price - residual_value) / useful_life_months",
        ),
        {
            "bought_hosts": Decimal(owned.bought),
            "given_up_hosts": Decimal(owned.given_up),
            "held_hosts": Decimal(owned.held),
            **{name: item.inputs[name] for name in names},
        },
    )


def _spread(item: LineItem, index: int) -> list[ExactItem]:
    """Work that is paid in the first month and borne over the months of its price."""
    price, quantity = item.price, item.inputs.get("quantity", Decimal(1))
    amount = exact(quantity) * exact(price.amount)
    if index >= exact(price.per):
        return []
    first = index == 0
    inputs = {"quantity": quantity, "amount": price.amount, "per": price.per}
    return [
        _item(
            (item.code, item.name, price),
            (amount if first else Fraction(0), amount / exact(price.per)),
            ("quantity * amount" if first else "0", "quantity * amount / per"),
            inputs,
        )
    ]


def _surcharge(code: str, name: str, price: Price, before: Sequence[ExactItem]) -> ExactItem:
    """A share of the cash of all items before it, and of what they make a month bear."""
    cash = sum((item.cash for item in before), Fraction(0))
    borne = sum((item.amortized for item in before), Fraction(0))
    formula, inputs = written_money("cash_before", cash)
    amortized_formula, others = written_money("borne_before", borne)
    share = exact(price.amount)
    return _item(
        (code, name, price),
        (cash * share, borne * share),
        (f"{formula} * amount / per", f"{amortized_formula} * amount / per"),
        {**inputs, **others, "amount": price.amount, "per": price.per},
    )


def _of_estimate(item: LineItem) -> ExactItem:
    inputs = {**item.inputs, "hours_per_month": HOURS_PER_MONTH}
    cost = item.unrounded_cost_per_hour * exact(HOURS_PER_MONTH)
    return _even(
        item.code, item.name, item.price, cost, f"{item.formula} * hours_per_month", inputs
    )


def _instances(item: LineItem, paid: int, held: Term | None) -> list[ExactItem]:
    """Instances at the price of the option: all of them, or those beyond the commitment."""
    each, given = _monthly(item.price)
    inputs = {"paid_instances": Decimal(paid), **given}
    if held is None:
        cost = paid * money_per_month(item.price)
        return [_even(item.code, item.name, item.price, cost, f"paid_instances * {each}", inputs)]
    items = _committed(held)
    beyond = paid - held.instances
    if beyond > 0:
        inputs["committed_instances"] = Decimal(held.instances)
        formula = f"(paid_instances - committed_instances) * {each}"
        cost = beyond * money_per_month(item.price)
        name = f"{item.name} beyond the commitment"
        items.append(_even(item.code, name, item.price, cost, formula, inputs))
    return items


def _committed(held: Term) -> list[ExactItem]:
    commitment = held.commitment
    share, price = exact(commitment.upfront_share), commitment.price
    each, given = _monthly(price)
    month = f"committed_instances * {each}"
    inputs = {
        "committed_instances": Decimal(held.instances),
        "upfront_share": commitment.upfront_share,
        **given,
    }
    items: list[ExactItem] = []
    if share < 1:
        cost, formula = held.cost_per_month * (1 - share), f"{month} * (1 - upfront_share)"
        items.append(_even("commitment", "Commitment, monthly", price, cost, formula, inputs))
    if share > 0:
        borne = held.cost_per_month * share
        first = held.month_of_term == 0
        formula = f"{month} * upfront_share"
        term = {"term_months": Decimal(commitment.term_months)} if first else {}
        items.append(
            _item(
                ("commitment_upfront", "Commitment, paid at the start", price),
                (borne * commitment.term_months if first else Fraction(0), borne),
                (f"{formula} * term_months" if first else "0", formula),
                {**inputs, **term},
            )
        )
    return items


def _one_off(cost: OneOff) -> ExactItem:
    return _even("one_off", cost.name, None, exact(cost.amount), "amount", {"amount": cost.amount})


def _monthly(price: Price) -> tuple[str, dict[str, Decimal]]:
    """The price of one instance a month as a formula and its inputs."""
    given = {"amount": price.amount, "per": price.per}
    if price.unit is Unit.MONTH:
        return "amount / per", given
    return "amount / per * hours_per_month", {**given, "hours_per_month": HOURS_PER_MONTH}


def _even(
    code: str,
    name: str,
    price: Price | None,
    cost: Fraction,
    formula: str,
    inputs: Mapping[str, Decimal],
) -> ExactItem:
    """An item that is borne in the month in which it is paid."""
    return _item((code, name, price), (cost, cost), (formula, formula), inputs)


def _item(
    what: tuple[str, str, Price | None],
    costs: tuple[Fraction, Fraction],
    formulas: tuple[str, str],
    inputs: Mapping[str, Decimal],
) -> ExactItem:
    (code, name, price), (cash, amortized), (formula, amortized_formula) = what, costs, formulas
    item = PlanItem(
        code=code,
        name=name,
        price=price,
        cash=to_decimal(cash),
        amortized=to_decimal(amortized),
        formula=formula,
        amortized_formula=amortized_formula,
        inputs=inputs,
    )
    return ExactItem(item=item, cash=cash, amortized=amortized)
