"""Support and tax: shares of everything before them, put last on all options alike."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from costing.line_items import LineItem, priced_item
from costing.prices import Price
from costing.question import Question
from costing.units import Unit, exact, to_decimal

SURCHARGES: Final = (("support", "Support"), ("tax", "Tax"))
"""Codes and names in the order in which they are put on; each is a share of all before it."""


def share_of(question: Question, code: str) -> Decimal:
    """The share of support or tax."""
    return question.support_share if code == "support" else question.tax_share


def share_price(question: Question, code: str) -> Price:
    """A share as a price: so much for one unit of money."""
    share = share_of(question, code)
    return Price(amount=share, per=Decimal(1), unit=Unit.MONEY, currency=question.currency)


def with_surcharges(question: Question, items: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The items of an option, and support and tax on them where there are any."""
    found = list(items)
    for code, name in SURCHARGES:
        if not share_of(question, code):
            continue
        base = sum((item.unrounded_cost_per_hour for item in found), Fraction(0))
        price = share_price(question, code)
        found.append(priced_item(code, name, base, price, *written_money("base_per_hour", base)))
    return tuple(found)


def written_money(name: str, money: Fraction) -> tuple[str, dict[str, Decimal]]:
    """An amount as a formula without rounding: where it does not terminate, as a quotient."""
    rounded = to_decimal(money)
    if exact(rounded) == money:
        return name, {name: rounded}
    return f"{name}_times_divisor / {name}_divisor", {
        f"{name}_times_divisor": Decimal(money.numerator),
        f"{name}_divisor": Decimal(money.denominator),
    }
