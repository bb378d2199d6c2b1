"""Random scenarios as plain data: what a question is made of, without any code under test.

Most numbers come from a small lattice, so that exact ties, equal slopes, steps that end at one load
and lines that touch a step are common and not a rarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import TypeVar

T = TypeVar("T")

NAMES = ("A", "B", "C", "D", "E")


@dataclass(frozen=True, kw_only=True)
class PlainPrice:
    """Money per `per` of a unit: token, hour, month or request."""

    amount: Decimal
    per: Decimal = Decimal(1)
    unit: str


@dataclass(frozen=True, kw_only=True)
class PlainShape:
    """Tokens of a mean request."""

    input_tokens: Decimal
    output_tokens: Decimal
    cached_input_share: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class PlainCapacity:
    """Tokens a second of one host; None of both: any load."""

    input_tokens_per_second: Decimal | None = None
    output_tokens_per_second: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PlainStep:
    """Prices of requests with more input tokens than this."""

    above: Decimal
    input: PlainPrice | None
    output: PlainPrice | None
    cached_input: PlainPrice | None


@dataclass(frozen=True, kw_only=True)
class PlainServerless:
    """Pay per token; steps: dearer prices of longer requests."""

    name: str
    input: PlainPrice | None
    output: PlainPrice | None
    cached_input: PlainPrice | None = None
    hosting: PlainPrice | None = None
    shape: PlainShape | None = None
    steps: tuple[PlainStep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlainOwned:
    """What a host of one's own costs; None: unknown. sunk: its purchase is left out."""

    purchase: Decimal | None
    residual: Decimal | None
    life: int | None
    kilowatts: Decimal | None
    effectiveness: Decimal | None
    per_kilowatt_hour: Decimal | None
    hours: Decimal | None
    per_work_hour: Decimal | None
    fee: Decimal | None
    sunk: bool = False


@dataclass(frozen=True, kw_only=True)
class PlainDedicated:
    """Whole hosts by the hour; capacity None: unknown. interruption: share of the time lost.
    owned: takes the place of the price."""

    name: str
    price: PlainPrice | None
    minimum: int
    spare: int
    maximum: int | None = None
    capacity: PlainCapacity | None
    shape: PlainShape | None = None
    owned: PlainOwned | None = None
    interruption: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PlainProvisioned:
    """Units of throughput; the last two None: unknown."""

    name: str
    price: PlainPrice | None
    minimum: int
    step: int
    maximum: int | None = None
    input_tokens_per_minute: Decimal | None
    output_token_weight: Decimal | None
    shape: PlainShape | None = None


PlainOption = PlainServerless | PlainDedicated | PlainProvisioned


@dataclass(frozen=True, kw_only=True)
class PlainAddOn:
    """A cost beside the model; applies_to None: on every option. paid: already; once: its price is
    one amount, borne over so many months."""

    name: str
    price: PlainPrice
    applies_to: tuple[str, ...] | None = None
    quantity: Decimal = Decimal(1)
    paid: bool = False
    once: bool = False


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One question in plain data."""

    requests: Decimal
    period_hours: Decimal = Decimal(1)
    shape: PlainShape
    peak_to_mean: Decimal = Decimal(1)
    options: tuple[PlainOption, ...]
    add_ons: tuple[PlainAddOn, ...] = ()
    search_to: Decimal | None = None
    support: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    marginal: bool = False


def random_scenario(random: Random, *, units: bool = True) -> Scenario:
    """A scenario of 2 to 5 options; the same state of `random` gives the same scenario. units:
    provisioned throughput may be among them."""
    return _Maker(random, wild=random.random() < 0.2, units=units).scenario()


class _Maker:
    """Draws the parts of one scenario; wild: numbers off the lattice, which do not terminate."""

    def __init__(self, random: Random, *, wild: bool, units: bool) -> None:
        self.random = random
        self.wild = wild
        self.units = units

    def scenario(self) -> Scenario:
        shape = self.shape()
        options: list[PlainOption] = []
        for name in NAMES[: self.random.randint(2, 5)]:
            options.append(self.option(name, options))
        typed = self.chance(60)
        requests = self.pick("0 0.5 1 2 3 6 7.3" if typed else "0 0.1 0.2 0.3")
        monthly = self.chance(30)
        drawn = Scenario(
            requests=requests * self.pick("730 365 100 333") if monthly else requests,
            period_hours=Decimal(730 if monthly else 1),
            shape=shape,
            peak_to_mean=self.number("1 1 1 1.5 2 3 5", least=1),
            options=tuple(options),
            add_ons=tuple(self.add_on(n, options) for n in range(self.one_of([0, 0, 0, 1, 1, 2]))),
            search_to=self.pick("2 6 12 24 30") if typed else None,
        )
        return self.whole(drawn) if self.chance(35) else drawn

    def whole(self, drawn: Scenario) -> Scenario:
        """The scenario with the costs that are not the provider's: owned hosts, interruptions, more
        of an add-on, work, support and tax, and what is paid already."""
        return replace(
            drawn,
            options=tuple(self.hosted(option) for option in drawn.options),
            add_ons=tuple(self.more(add_on) for add_on in drawn.add_ons),
            support=self.number("0 0 0.1 0.25", most=1),
            tax=self.number("0 0 0.1 0.2 1", most=1),
            marginal=self.chance(40),
        )

    def hosted(self, option: PlainOption) -> PlainOption:
        if not isinstance(option, PlainDedicated) or self.chance(35):
            return option
        if self.chance(50):
            return replace(option, interruption=self.pick("0 0.2 0.25 0.37 0.5 0.9"))
        purchase = self.number("0 1460 8760 17520")
        owned = PlainOwned(
            purchase=None if self.chance(3) else purchase,
            residual=None if self.chance(3) else purchase * self.pick("0 0 0.25 1"),
            life=None if self.chance(3) else self.one_of([1, 2, 7, 12, 36]),
            kilowatts=None if self.chance(3) else self.number("0 0.5 1 2"),
            effectiveness=None if self.chance(3) else self.number("1 1.25 2", least=1),
            per_kilowatt_hour=None if self.chance(3) else self.number("0 0.25 0.5"),
            hours=None if self.chance(3) else self.number("0 2 7.3"),
            per_work_hour=None if self.chance(3) else self.number("0 50 100"),
            fee=None if self.chance(3) else self.number("0 365 730"),
            sunk=self.chance(20),
        )
        return replace(option, owned=owned)

    def more(self, add_on: PlainAddOn) -> PlainAddOn:
        paid, quantity = self.chance(40), self.number("0 0.5 2 3")
        if add_on.price.unit != "month" or self.chance(40):
            return replace(add_on, quantity=quantity, paid=paid)
        price = replace(add_on.price, per=self.pick("1 3 12 60"))
        return replace(add_on, price=price, quantity=quantity, paid=paid, once=True)

    def option(self, name: str, others: Sequence[PlainOption]) -> PlainOption:
        if others and self.chance(20):
            twin = replace(self.one_of(others), name=name)
            return self.tweak(twin) if self.chance(50) else twin
        shape = self.shape() if self.chance(20) else None
        if self.units and self.chance(12):
            return self.provisioned(name, shape)
        return self.serverless(name, shape) if self.chance(45) else self.dedicated(name, shape)

    def tweak(self, option: PlainOption) -> PlainOption:
        if isinstance(option, PlainServerless):
            return replace(option, hosting=self.hosting())
        if isinstance(option, PlainProvisioned):
            return replace(option, price=self.host_price())
        most = max(option.minimum, 1 + option.spare) + self.random.randint(0, 3)
        return replace(option, maximum=self.one_of([None, most]), price=self.host_price())

    def serverless(self, name: str, shape: PlainShape | None) -> PlainServerless:
        return PlainServerless(
            name=name,
            input=None if self.chance(3) else self.token_price(),
            output=None if self.chance(3) else self.token_price(),
            cached_input=self.token_price() if self.chance(50) else None,
            hosting=self.hosting(),
            shape=shape,
        )

    def dedicated(self, name: str, shape: PlainShape | None) -> PlainDedicated:
        minimum, spare = self.random.randint(0, 5), self.one_of([0, 0, 0, 1, 2, 3])
        maximum = max(minimum, 1 + spare) + self.random.randint(0, 4)
        return PlainDedicated(
            name=name,
            price=None if self.chance(3) else self.host_price(),
            minimum=minimum,
            spare=spare,
            maximum=maximum if self.chance(45) else None,
            capacity=self.capacity(),
            shape=shape,
        )

    def provisioned(self, name: str, shape: PlainShape | None) -> PlainProvisioned:
        minimum, step = self.random.randint(0, 6), self.one_of([1, 2, 2, 3, 5])
        least = -(-max(minimum, step) // step) * step
        maximum = least + step * self.random.randint(0, 3)
        return PlainProvisioned(
            name=name,
            price=None if self.chance(3) else self.host_price(),
            minimum=minimum,
            step=step,
            maximum=maximum if self.chance(30) else None,
            input_tokens_per_minute=None if self.chance(3) else self.number("10 20 20 30 60"),
            output_token_weight=None if self.chance(5) else self.number("1 2 4"),
            shape=shape,
        )

    def capacity(self) -> PlainCapacity | None:
        kind = self.random.randint(0, 19)
        if kind == 0:
            return None
        rates = "0.1 0.2 0.25 0.5 0.5 1"
        return PlainCapacity(
            input_tokens_per_second=self.number(rates) if 4 <= kind <= 14 else None,
            output_tokens_per_second=self.number(rates) if kind >= 9 else None,
        )

    def add_on(self, index: int, options: Sequence[PlainOption]) -> PlainAddOn:
        unit = self.one_of(["hour", "month", "request", "token"])
        amounts = {"hour": "0.5 1 2", "month": "365 730", "request": "0.25 0.5 1", "token": "1 2"}
        names = tuple(option.name for option in options if self.chance(60))
        return PlainAddOn(
            name=f"add-on {index}",
            price=PlainPrice(
                amount=self.number(amounts[unit]),
                per=self.pick("1200 2400") if unit == "token" else self.pick("1 1 2"),
                unit=unit,
            ),
            applies_to=None if self.chance(30) else names,
        )

    def shape(self) -> PlainShape:
        into, out = self.pick("0 600 600 1200"), self.pick("0 600 600 1200 1800")
        return PlainShape(
            input_tokens=into,
            output_tokens=out if into or out else Decimal(600),
            cached_input_share=self.number("0 0 0.25 0.5 1", most=1),
        )

    def token_price(self) -> PlainPrice:
        amount = self.number("0 0.25 0.5 0.5 1 1 1.5 2")
        return PlainPrice(amount=amount, per=self.pick("600 600 1200"), unit="token")

    def host_price(self) -> PlainPrice:
        if self.chance(15):
            return PlainPrice(amount=self.number("730 1460"), unit="month")
        return PlainPrice(amount=self.number("0 1 1 1.5 2 2 3"), unit="hour")

    def hosting(self) -> PlainPrice | None:
        if self.chance(50):
            return None
        if self.chance(20):
            return PlainPrice(amount=self.number("730 1095 2190"), unit="month")
        return PlainPrice(amount=self.number("0.5 1 2 3 4.5"), unit="hour")

    def number(self, lattice: str, *, least: int = 0, most: int | None = None) -> Decimal:
        """One of the numbers on the lattice, moved off it where the scenario is wild."""
        value = self.pick(lattice)
        if self.wild and value:
            value += Decimal(self.random.randint(0, 999)) / 1000 - Decimal("0.05")
        value = max(value, Decimal(least))
        return value if most is None else min(value, Decimal(most))

    def pick(self, lattice: str) -> Decimal:
        return Decimal(self.one_of(lattice.split()))

    def one_of(self, values: Sequence[T]) -> T:
        return values[self.random.randint(0, len(values) - 1)]

    def chance(self, percent: int) -> bool:
        return self.random.randint(1, 100) <= percent
