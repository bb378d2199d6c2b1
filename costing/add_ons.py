"""What is paid beside the model: search, storage, traffic, work; and what is put on top of it all.

add-on        = quantity * price: by the hour, the month, the request or the token
one-off work  = amount / months over which it is spread, a month
support       = support share * (all items before it)
tax           = tax share * (all items before it, support among them)
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.errors import InvalidValue
from costing.prices import Price
from costing.units import HOURS_PER_MONTH, Unit, exact, require_quantity


class Lens(StrEnum):
    """full: all that an option costs. marginal: without what is paid already whatever is chosen."""

    FULL = "full"
    MARGINAL = "marginal"


@dataclass(frozen=True, kw_only=True, slots=True)
class AddOn:
    """A cost beside the model, put on the named options alike (None: on all).

    The unit of its price says how it grows: by the hour, the month, the request or the token.
    quantity: how many of what is priced, such as gigabytes or hours of work, an hour, a month or a
    request. already_paid: left out of the marginal lens. once: work that is paid in one amount, the
    price being that amount for so many months (`per`), over which it is borne; in a plan it is paid
    in the first month. Raises InvalidValue for what is paid once and not priced by the month.
    """

    name: str
    price: Price
    applies_to: tuple[str, ...] | None = None
    quantity: Decimal = Decimal(1)
    already_paid: bool = False
    once: bool = False

    def __post_init__(self) -> None:
        require_quantity("quantity", self.quantity)
        if self.once and self.price.unit is not Unit.MONTH:
            raise InvalidValue(
                field="price.unit", expected="month for what is paid once", found=self.price.unit
            )
        if self.once and self.price.per % 1:
            raise InvalidValue(
                field="price.per",
                expected="whole months for what is paid once",
                found=self.price.per,
            )

    @property
    def hourly(self) -> bool:
        """Whether it is a fee, which does not grow with the load."""
        return self.price.unit in (Unit.HOUR, Unit.MONTH)

    def for_one(self) -> Fraction:
        """Money for one hour, month, request or token: quantity * price."""
        return exact(self.quantity) * self.price.for_one()

    def per_hour(self) -> Fraction:
        """Money an hour of a fee by the hour or month."""
        each = self.for_one()
        return each / exact(HOURS_PER_MONTH) if self.price.unit is Unit.MONTH else each
