"""What is asked about time: how long, how the load grows, what was committed, what is paid once.

Months are whole calendar months, named by their first day; each counts 730 hours in money.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costing.errors import InvalidQuestion, InvalidValue
from costing.prices import Price
from costing.units import Unit, require_count, require_quantity

MOST_MONTHS = 120
"""The longest horizon and the longest term: ten years."""

EARLIEST_YEAR = 1900
LATEST_YEAR = 2200


class AfterEnd(StrEnum):
    """What follows a commitment: the same one again, or the price that the option lists."""

    RENEW = "renew"
    LIST_PRICE = "list_price"


class Retiring(StrEnum):
    """What an option loses on a day."""

    MODEL = "model"
    INSTANCE = "instance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """How the load grows from the first month, which has the load of the workload.

    Exactly one may be given, none means no growth. per_month, per_year: a share that compounds
    (0.2: 20 % more, -0.1: 10 % less). monthly_factors: the load of every month over the workload.
    Raises InvalidValue for a share under -1, a negative factor, more than one of the three.
    """

    per_month: Decimal | None = None
    per_year: Decimal | None = None
    monthly_factors: tuple[Decimal, ...] | None = None

    def __post_init__(self) -> None:
        given = [
            name
            for name in ("per_month", "per_year", "monthly_factors")
            if getattr(self, name) is not None
        ]
        if len(given) > 1:
            raise InvalidValue(
                field="growth",
                expected="one of per_month, per_year, monthly_factors",
                found=", ".join(given),
            )
        for name in ("per_month", "per_year"):
            _require_growth(f"growth.{name}", getattr(self, name))
        for index, factor in enumerate(self.monthly_factors or ()):
            require_quantity(f"growth.monthly_factors.{index}", factor)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """So many instances of an option paid for a whole term, used or not, from the first month on.

    Instances are hosts, or units of provisioned throughput. price: of one, by the hour or month,
    while committed. upfront_share (0 to 1) of the term is paid in its first month, the rest in
    equal months. instances None: those that the option pays at the workload. Instances beyond them
    cost the option's own price.
    """

    option: str
    term_months: int
    price: Price
    upfront_share: Decimal = Decimal(0)
    instances: int | None = None
    after: AfterEnd = AfterEnd.LIST_PRICE

    def __post_init__(self) -> None:
        _require_months("term_months", self.term_months)
        require_quantity("upfront_share", self.upfront_share)
        if self.upfront_share > 1:
            raise InvalidValue(
                field="upfront_share", expected="a share from 0 to 1", found=self.upfront_share
            )
        if self.instances is not None:
            require_count("instances", self.instances, least=1)
        if self.price.unit not in (Unit.HOUR, Unit.MONTH):
            raise InvalidValue(
                field="price.unit", expected="hour or month", found=self.price.unit.value
            )

    def month_of_term(self, index: int) -> int | None:
        """Which month of its term a month of the plan is, both counted from 0; None after it."""
        if index < self.term_months or self.after is AfterEnd.RENEW:
            return index % self.term_months
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class OneOff:
    """An amount that an option costs once, in a month of the plan."""

    option: str
    name: str
    amount: Decimal
    month: date

    def __post_init__(self) -> None:
        require_quantity("amount", self.amount)
        require_month("month", self.month)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retirement:
    """The day from which an option's model or instance can no longer be had."""

    option: str
    what: Retiring
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A horizon of whole months from `start` (its first day), and what happens in it.

    fiscal_year_starts_in: a month from 1 to 12. Raises InvalidValue, and InvalidQuestion with the
    path of the field where parts contradict each other: factors that are not one a month, a one-off
    cost outside the horizon, two commitments of one option.
    """

    start: date
    months: int
    growth: Growth = field(default_factory=Growth)
    fiscal_year_starts_in: int = 1
    commitments: tuple[Commitment, ...] = ()
    one_offs: tuple[OneOff, ...] = ()
    retirements: tuple[Retirement, ...] = ()

    def __post_init__(self) -> None:
        require_month("start", self.start)
        _require_months("months", self.months)
        starts_in = self.fiscal_year_starts_in
        if isinstance(starts_in, bool) or starts_in not in range(1, 13):
            raise InvalidValue(
                field="fiscal_year_starts_in", expected="a month from 1 to 12", found=starts_in
            )
        factors = self.growth.monthly_factors
        if factors is not None and len(factors) != self.months:
            raise InvalidQuestion(
                field="growth.monthly_factors",
                reason=f"expected {self.months}, one for each month, found {len(factors)}",
            )
        last = self.month(self.months - 1)
        for index, cost in enumerate(self.one_offs):
            if not self.start <= cost.month <= last:
                raise InvalidQuestion(
                    field=f"one_offs.{index}.month",
                    reason=(
                        f"expected a month from {month_text(self.start)} to {month_text(last)}, "
                        f"found {month_text(cost.month)}; make the plan longer or leave it out"
                    ),
                )
        counts = Counter(commitment.option for commitment in self.commitments)
        for index, commitment in enumerate(self.commitments):
            if counts[commitment.option] > 1:
                raise InvalidQuestion(
                    field=f"commitments.{index}.option",
                    reason=f"expected one commitment of {commitment.option!r}, found two or more",
                )

    def month(self, index: int) -> date:
        """The first day of a month of the plan, counted from 0; beyond its end too."""
        return month_after(self.start, index)

    def fiscal_year_of(self, month: date) -> date:
        """The first month of the fiscal year in which a month lies."""
        return month_after(month, -((month.month - self.fiscal_year_starts_in) % 12))


def month_after(month: date, count: int) -> date:
    """The first day of the month so many months later, or earlier for a negative count."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)


def month_text(month: date) -> str:
    """A month as 2027-04."""
    return month.isoformat()[:7]


def require_month(name: str, month: date) -> None:
    """Refuse what is not the first day of a month from 1900 to 2200 (InvalidValue)."""
    if month.day != 1 or not EARLIEST_YEAR <= month.year <= LATEST_YEAR:
        raise InvalidValue(
            field=name,
            expected=f"the first day of a month from {EARLIEST_YEAR} to {LATEST_YEAR}",
            found=month.isoformat(),
        )


def _require_months(name: str, months: int) -> None:
    require_count(name, months, least=1)
    if months > MOST_MONTHS:
        raise InvalidValue(field=name, expected=f"at most {MOST_MONTHS} months", found=months)


def _require_growth(name: str, share: Decimal | None) -> None:
    if share is None:
        return
    require_quantity(name, share.copy_abs() if isinstance(share, Decimal) else share)
    if share < -1:
        raise InvalidValue(field=name, expected="a share of -1 (all of it) or more", found=share)
