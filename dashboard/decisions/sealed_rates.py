"""Today's question with its prices converted at the rates of the seal: what then is left to today's
is the part of the currency."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from typing import Any, Final, TypeAlias

from costing import Price, Question, Serverless
from costing.errors import InvalidValue
from costing.exchange import Exchange
from costing.options import Option

EXACT: Final = Context(prec=200)
Rates: TypeAlias = Mapping[tuple[str, str], Exchange]


def at_sealed_rates(now: Question, then: Question) -> Question | None:
    """The question of now at the rates of then; None where no rate moved, or none was used."""
    rates: Rates = {
        (one.currency, one.to): one
        for price in _prices(then)
        if (one := price.provenance.exchange) is not None
    }

    def converted(price: Price | None) -> Price | None:
        return None if price is None else _at(price, rates)

    options = tuple(_option(option, converted) for option in now.options)
    add_ons = tuple(replace(one, price=_at(one.price, rates)) for one in now.add_ons)
    if options == now.options and add_ons == now.add_ons:
        return None
    return replace(now, options=options, add_ons=add_ons)


def _prices(question: Question) -> Sequence[Price]:
    found = [price for option in question.options for price in option.prices]
    return [*found, *(one.price for one in question.add_ons)]


def _option(option: Option, converted: Any) -> Option:
    if isinstance(option, Serverless):
        return replace(
            option,
            input=converted(option.input),
            output=converted(option.output),
            cached_input=converted(option.cached_input),
            hosting=converted(option.hosting),
            steps=tuple(step.priced(converted) for step in option.steps),
        )
    price = converted(option.price)
    return option if price == option.price else replace(option, price=price)


def _at(price: Price, rates: Rates) -> Price:
    """The price at the sealed rate of its currencies; itself where none is known, where it is the
    same, or where the product would have more digits than a price may have."""
    used = price.provenance.exchange
    old = None if used is None else rates.get((used.currency, used.to))
    if used is None or old is None or old.rate() == used.rate():
        return price
    exchange = replace(old, amount=used.amount, per=used.per)
    multiplied, divided = exchange.factors()
    try:
        return replace(
            price,
            amount=_product(used.amount, multiplied),
            per=_product(used.per, divided),
            provenance=replace(price.provenance, exchange=exchange),
        )
    except InvalidValue:
        return price


def _product(number: Decimal, factors: Sequence[Decimal]) -> Decimal:
    for factor in factors:
        number = EXACT.multiply(number, factor)
    return number
