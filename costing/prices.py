"""A price as it was published, with where it comes from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from costing.errors import InvalidValue
from costing.exchange import Exchange
from costing.units import Unit, exact, require_quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a price comes from and when it was true.

    derived: published, computed, assumed or typed (by a person). basis: list or contracted.
    as_of: the day on which it was true at the provider; None where the source states none.
    fetched_at: when we read it; None for a typed price. price_id: the catalog row, None if typed.
    exchange: how it was converted from the currency it was published in; None: it was not.
    """

    source: str | None = None
    url: str | None = None
    as_of: date | None = None
    fetched_at: datetime | None = None
    basis: str = "list"
    derived: str = "typed"
    price_id: str | None = None
    owner: str | None = None
    flags: tuple[str, ...] = ()
    exchange: Exchange | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """Money per `per` units, exactly as published: 0.00067 USD per 1000 tokens stays that.

    Raises InvalidValue for a negative or endless amount, `per` of zero, or no currency code.
    """

    amount: Decimal
    per: Decimal
    unit: Unit
    currency: str
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        require_quantity("amount", self.amount)
        require_quantity("per", self.per, positive=True)
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise InvalidValue(
                field="currency",
                expected="a three-letter code such as USD",
                found=repr(self.currency),
            )

    def for_one(self) -> Fraction:
        """Money for one unit: amount / per, exact."""
        return exact(self.amount) / exact(self.per)


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceStep:
    """Prices of a whole request whose input is longer than so many tokens, cached ones counted.

    A price is None where the option has none of that kind below the step either.
    """

    above_input_tokens: Decimal
    input: Price | None = None
    output: Price | None = None
    cached_input: Price | None = None

    def __post_init__(self) -> None:
        require_quantity("above_input_tokens", self.above_input_tokens, positive=True)

    def priced(self, change: Callable[[Price | None], Price | None]) -> "PriceStep":
        """The step with each of its prices changed."""
        return PriceStep(
            above_input_tokens=self.above_input_tokens,
            input=change(self.input),
            output=change(self.output),
            cached_input=change(self.cached_input),
        )
