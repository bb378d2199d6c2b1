"""At which rate a price was converted: published rates, and how they combine into one."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from costing.errors import InvalidQuestion
from costing.units import decimal_text, exact, require_quantity, to_decimal

SHOWN = Context(prec=10, rounding=ROUND_DOWN)
"""A combined rate is shown cut at 10 digits, beside the exact rates that it is made of."""


class RateKind(StrEnum):
    """Who says the rate: a bank's list, the user's company, the person who asks, or a sample of an
    earlier day that ships with the program."""

    PUBLISHED = "published"
    OWN = "own"
    TYPED = "typed"
    SAMPLE = "sample"


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLeg:
    """One rate as it was stated: one unit of `base` is worth `rate` units of `quote`.

    Raises InvalidValue for a rate that is not above 0.
    """

    base: str
    quote: str
    rate: Decimal

    def __post_init__(self) -> None:
        require_quantity("rate", self.rate, positive=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """What a price was before it was converted, and by which rates.

    Attributes:
        amount, per, currency: as published. to: the currency after all legs.
        legs: in order; each is followed from its base to its quote, or backwards.
        kind, source, owner: who says the rate.
        as_of: its day, or the first of its period; valid_to: the last; None: not stated.

    Raises InvalidQuestion where the legs do not lead from the one currency to the other.
    """

    amount: Decimal
    per: Decimal
    currency: str
    to: str
    legs: tuple[RateLeg, ...]
    kind: RateKind
    source: str | None = None
    owner: str | None = None
    as_of: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        self.factors()

    def factors(self) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
        """The rates to multiply by, and those to divide by."""
        multiplied: list[Decimal] = []
        divided: list[Decimal] = []
        held = self.currency
        for leg in self.legs:
            if held == leg.base:
                held = leg.quote
                multiplied.append(leg.rate)
            elif held == leg.quote:
                held = leg.base
                divided.append(leg.rate)
            else:
                raise self._no_way(f"{leg.base}/{leg.quote} does not follow {held}")
        if held != self.to:
            raise self._no_way(f"they end at {held}")
        return tuple(multiplied), tuple(divided)

    def rate(self) -> Fraction:
        """Units of the new currency for one of the old: product of the legs, exact."""
        value = Fraction(1)
        multiplied, divided = self.factors()
        for factor in multiplied:
            value *= exact(factor)
        for factor in divided:
            value /= exact(factor)
        return value

    def facts(self) -> dict[str, str]:
        """The rate in words for a remark: its legs exact, the whole cut at 10 digits."""
        return {
            "rate": f"1 {self.currency} = {self._shown()} {self.to}",
            "legs": "; ".join(
                f"1 {leg.base} = {decimal_text(leg.rate)} {leg.quote}" for leg in self.legs
            ),
            "day": self._day(),
            "source": self.owner or self.source or "",
        }

    def _shown(self) -> str:
        whole = to_decimal(self.rate())
        shown = SHOWN.plus(whole)
        return decimal_text(shown) if shown == whole else f"{decimal_text(shown)}…"

    def _day(self) -> str:
        first = "" if self.as_of is None else self.as_of.isoformat()
        return first if self.valid_to is None else f"{first} - {self.valid_to.isoformat()}"

    def _no_way(self, found: str) -> InvalidQuestion:
        reason = f"expected rates that lead from {self.currency} to {self.to}, but {found}"
        return InvalidQuestion(field="rates", reason=reason)
