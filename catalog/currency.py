"""A catalog price in the currency of the scenario, at a rate the scenario states or asks the
catalog for, never at one we guess.

A price keeps every digit: what is multiplied stands in the amount, what is divided by stands in
`per`. 4 USD an hour through the euro are 4 x 175.68 JPY for 1.1172 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal
from typing import Final

from sqlmodel import Session

from catalog.own_prices import LEFT_OUT, OwnPriceUse
from catalog.problems import Path, Refused, problem
from catalog.rate_choice import Way, find_way, owners_of
from catalog.scenario import CatalogRates, Scenario
from catalog.views import OwnPrice
from catalog.views import Price as PriceRow
from catalog.vocabulary import RateSource
from costing import Exchange, InvalidValue, Price, Provenance, RateKind, RateLeg, Unit

EXACT = Context(prec=200)
"""Wide enough that a product of typed numbers is never rounded."""

FIELD: Final = "catalog_rates"
BANK: Final = "European Central Bank"
_KINDS: Final = {"ecb": RateKind.PUBLISHED, "own": RateKind.OWN, "sample": RateKind.SAMPLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchanger:
    """How prices of one scenario are converted.

    Attributes:
        own: whether own rates may take part, and the day of asking.
    """

    session: Session
    scenario: Scenario
    own: OwnPriceUse = LEFT_OUT

    def price_of(self, row: PriceRow, path: Path) -> Price:
        """The row as a costing price. Raises Refused; see `converted`."""
        provenance = Provenance(
            source=row.source,
            url=row.url,
            as_of=row.as_of,
            fetched_at=row.fetched_at,
            basis=row.basis,
            derived=row.derived,
            price_id=row.id,
            owner=row.owner if isinstance(row, OwnPrice) else None,
            flags=tuple(row.flags),
        )
        money = Money(amount=row.amount, per=row.per, currency=row.currency)
        return self.converted(money, Unit(row.unit), provenance, path)

    def converted(self, money: Money, unit: Unit, provenance: Provenance, path: Path) -> Price:
        """Published money as a price in the scenario's currency.

        Raises Refused where it needs a rate that the scenario or the catalog lacks, or where the
        product has more digits than a price may have."""
        if money.currency != self.scenario.currency:
            exchange = self.exchange(money, path)
            multiplied, divided = exchange.factors()
            amount, per = _product(money.amount, multiplied), _product(money.per, divided)
            money = Money(amount=amount, per=per, currency=exchange.to)
            provenance = replace(provenance, derived="computed", exchange=exchange)
            typed = exchange.kind is RateKind.TYPED
            path = ("rates", exchange.to, "per_usd") if typed else (FIELD,)
        try:
            return Price(
                amount=money.amount,
                per=money.per,
                unit=unit,
                currency=money.currency,
                provenance=provenance,
            )
        except InvalidValue as error:
            found = f"{error.found} {money.currency}"
            reason = f"Expected a price of {error.expected}, found {found}."
            raise Refused([problem("invalid", path, reason=reason)]) from None

    def exchange(self, money: Money, path: Path) -> Exchange:
        """The rate for money in another currency.

        Raises Refused: no rate is stated, or the catalog has none that is young enough.
        """
        asked, to = self.scenario.catalog_rates, self.scenario.currency
        if asked is not None:
            return _exchange(money, to, self._asked_way(asked, money.currency))
        typed = self.scenario.rates.get(to)
        if typed is None or money.currency != "USD":
            hint = self._hint(money, to)
            found = {"found": money.currency, "currency": to, "hint": hint}
            raise Refused([problem("currency_without_rate", path, **found)])
        return Exchange(
            amount=money.amount,
            per=money.per,
            currency="USD",
            to=to,
            legs=(RateLeg(base="USD", quote=to, rate=typed.per_usd),),
            kind=RateKind.TYPED,
            source=typed.source,
            as_of=typed.as_of,
        )

    # --- rates of the catalog --------------------------------------------------------------------

    def _asked_way(self, asked: CatalogRates, currency: str) -> Way:
        """The rate that the scenario asks the catalog for. Raises Refused."""
        day = asked.day or self.own.today
        if day is None:
            raise Refused([problem("rates_need_a_day", (FIELD, "day"))])
        pair = (currency, self.scenario.currency)
        source = asked.source if asked.owner is None else f"{asked.source}, owner {asked.owner}"
        told = {"found": currency, "currency": pair[1], "source": source, "day": day}
        if asked.source == "own":
            self._require_one_owner(asked, pair, day)
        way = find_way(self.session, asked.source, pair, day, asked.owner)
        if way is None:
            raise Refused([problem("rate_missing", (FIELD,), **told, hint=_READ[asked.source])])
        age = (day - way.last_day).days
        if age > asked.at_most_days_old:
            raise Refused(
                [
                    problem(
                        "rate_too_old",
                        (FIELD, "at_most_days_old"),
                        **told,
                        most=asked.at_most_days_old,
                        age=age,
                        as_of=way.last_day,
                        hint=_READ[asked.source],
                    )
                ]
            )
        return way

    def _require_one_owner(self, asked: CatalogRates, pair: tuple[str, str], day: date) -> None:
        """A cost at a company's rate tells that rate: it must be asked for, and be one."""
        if not self.own.asked:
            raise Refused([problem("own_rate_not_asked", (FIELD, "source"))])
        owners = owners_of(self.session, pair, day)
        if asked.owner is None and len(owners) > 1:
            named = ", ".join(owners)
            raise Refused([problem("rate_owner_needed", (FIELD, "owner"), found=named)])

    def _hint(self, money: Money, to: str) -> str:
        """Which rate the catalog has, and how to use it; own ones are not told."""
        day = self.own.today
        sources: tuple[RateSource, ...] = ("ecb", "sample")
        for source in sources:
            way = find_way(self.session, source, (money.currency, to), day or date.max)
            if way is None:
                continue
            facts = _exchange(money, to, way).facts()
            age = "N" if day is None else str(max((day - way.last_day).days, _USUAL[source]))
            name = f"a sample rate of {facts['day']}, not of today" if source == "sample" else "one"
            dated = "" if source == "sample" else f" of {facts['day']}"
            return (
                f"The catalog has {name}: {facts['rate']}{dated} ({BANK}, {facts['legs']}). To use "
                f"it, say catalog_rates: {{source: {source}, at_most_days_old: {age}}}."
            )
        return ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """An amount for `per` units in a currency, as published."""

    amount: Decimal
    per: Decimal
    currency: str


_USUAL: Final = {"ecb": 5, "sample": 0}
"""Days that may pass without a list: weekends and holidays, such as Easter."""
_READ: Final = {
    "ecb": "Read today's with modelcost sync ecb.",
    "own": "Import one with modelcost rates import.",
    "sample": "The sample is of one day; read today's with modelcost sync ecb, and name ecb.",
}


def _exchange(money: Money, to: str, way: Way) -> Exchange:
    first = way.first
    return Exchange(
        amount=money.amount,
        per=money.per,
        currency=money.currency,
        to=to,
        legs=tuple(RateLeg(base=leg.base, quote=leg.quote, rate=leg.rate) for leg in way.legs),
        kind=_KINDS[first.source],
        source=BANK if first.owner is None else None,
        owner=first.owner,
        as_of=first.as_of,
        valid_to=first.valid_to,
    )


def _product(number: Decimal, factors: Sequence[Decimal]) -> Decimal:
    for factor in factors:
        number = EXACT.multiply(number, factor)
    return number
