"""Owned hardware: what one host of one's own costs a month, part by part.

    depreciation = (purchase price - residual value) / useful life in months
    power        = kilowatts * hours a month * power usage effectiveness * price of a kilowatt hour
    people       = hours of work a month * money an hour
    colocation   = fee a month: space, network, insurance

The sum of the parts is the price of one host by the month. What is not known is None and named,
never 0; a host that costs no fee says so with 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from costing.errors import InvalidQuestion, InvalidValue
from costing.prices import Price, Provenance
from costing.units import HOURS_PER_MONTH, Unit, exact, require_count, require_quantity, to_decimal

LONGEST_LIFE_MONTHS = 120
"""Ten years: the longest useful life, as the longest plan."""

DEPRECIATION = "owned_depreciation"
"""The code of the part that is paid at once, at the purchase."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnedPart:
    """One part of the price of a host: `formula` over `inputs` gives money a month."""

    code: str
    name: str
    per_month: Fraction
    formula: str
    inputs: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnedHost:
    """What one owned host costs; None: not known, so that the option has no cost.

    purchase_price, residual_value (of it what is left after the useful life): money a host.
    power_kilowatts: drawn in the mean. power_usage_effectiveness: of the building, 1 or more.
    people_hours_per_month: work on one host. purchase_counts False: it is paid already and left out
    (the marginal lens). Raises InvalidValue for a value outside its meaning, InvalidQuestion for a
    residual value above the purchase price.
    """

    currency: str
    purchase_price: Decimal | None = None
    residual_value: Decimal | None = None
    useful_life_months: int | None = None
    power_kilowatts: Decimal | None = None
    power_usage_effectiveness: Decimal | None = None
    price_per_kilowatt_hour: Decimal | None = None
    people_hours_per_month: Decimal | None = None
    people_price_per_hour: Decimal | None = None
    colocation_fee_per_month: Decimal | None = None
    purchase_counts: bool = True
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for name in (*_PURCHASE, *_RUNNING):
            value = getattr(self, name)
            if value is None:
                continue
            if name == "useful_life_months":
                require_count(name, value, least=1)
            else:
                require_quantity(name, value)
        if (self.useful_life_months or 1) > LONGEST_LIFE_MONTHS:
            raise InvalidValue(
                field="useful_life_months",
                expected=f"at most {LONGEST_LIFE_MONTHS} months",
                found=self.useful_life_months,
            )
        effectiveness = self.power_usage_effectiveness
        if effectiveness is not None and effectiveness < 1:
            raise InvalidValue(
                field="power_usage_effectiveness", expected="1 or more", found=effectiveness
            )
        bought, left = self.purchase_price, self.residual_value
        if bought is not None and left is not None and left > bought:
            raise InvalidQuestion(
                field="residual_value",
                reason=f"expected at most the purchase price {bought:f}, found {left:f}",
            )
        _ = self.price  # too large, or too fine: refused here, where it was typed

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the fields that are not known, of those that count."""
        needed = (*(_PURCHASE if self.purchase_counts else ()), *_RUNNING)
        return tuple(name for name in needed if getattr(self, name) is None)

    @property
    def parts(self) -> tuple[OwnedPart, ...]:
        """The parts of the price of one host; none where anything is missing."""
        if self.missing:
            return ()
        power = ("power_kilowatts", "power_usage_effectiveness", "price_per_kilowatt_hour")
        people = ("people_hours_per_month", "people_price_per_hour")
        bought = [self._depreciation()] if self.purchase_counts else []
        return (
            *bought,
            self._product("owned_power", "Power", power, {"hours_per_month": HOURS_PER_MONTH}),
            self._product("owned_people", "People", people, {}),
            self._product("owned_colocation", "Colocation", ("colocation_fee_per_month",), {}),
        )

    @property
    def price(self) -> Price | None:
        """The price of one host by the month, exact: per is the useful life. None where anything
        is missing."""
        if self.missing:
            return None
        total = sum((part.per_month for part in self.parts), Fraction(0))
        months = self.useful_life_months if self.purchase_counts else 1
        return self.monthly(total, Decimal(months or 1))

    def monthly(self, money: Fraction, per: Decimal = Decimal(1)) -> Price:
        """So much money a month as a price that was computed: amount per so many months."""
        return Price(
            amount=to_decimal(money * exact(per)),
            per=per,
            unit=Unit.MONTH,
            currency=self.currency,
            provenance=Provenance(
                source=self.provenance.source,
                url=self.provenance.url,
                as_of=self.provenance.as_of,
                owner=self.provenance.owner,
                basis=self.provenance.basis,
                derived="computed",
            ),
        )

    def _depreciation(self) -> OwnedPart:
        assert self.purchase_price is not None  # `missing` has said so
        assert self.residual_value is not None
        assert self.useful_life_months is not None
        lost = exact(self.purchase_price) - exact(self.residual_value)
        return OwnedPart(
            code=DEPRECIATION,
            name="Depreciation",
            per_month=lost / self.useful_life_months,
            formula="(purchase_price - residual_value) / useful_life_months",
            inputs={
                "purchase_price": self.purchase_price,
                "residual_value": self.residual_value,
                "useful_life_months": Decimal(self.useful_life_months),
            },
        )

    def _product(
        self, code: str, name: str, fields: tuple[str, ...], constants: Mapping[str, Decimal]
    ) -> OwnedPart:
        inputs = {**{one: getattr(self, one) for one in fields}, **constants}
        money = Fraction(1)
        for value in inputs.values():
            money *= exact(value)
        formula = " * ".join(inputs)
        return OwnedPart(code=code, name=name, per_month=money, formula=formula, inputs=inputs)


_PURCHASE = ("purchase_price", "residual_value", "useful_life_months")
_RUNNING = (
    "power_kilowatts",
    "power_usage_effectiveness",
    "price_per_kilowatt_hour",
    "people_hours_per_month",
    "people_price_per_hour",
    "colocation_fee_per_month",
)
