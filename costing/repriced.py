"""One question at the prices of two days: what each option cost and costs, why, and who wins.

The differences are told by the bridge; a gate says whether they matter to whoever decided then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from costing.breakeven import BreakEven, break_even
from costing.bridge import Bridge, Moment, bridge
from costing.bridge_steps import PRICE_FIELDS, PartCode, paid_by
from costing.columns import Columns, columns_of, money
from costing.errors import InvalidQuestion
from costing.method import METHOD_VERSION
from costing.options import Option
from costing.prices import Price
from costing.question import Question
from costing.units import exact, require_quantity, to_decimal

PERCENT = 100
SAVED = "saved"
"""The method of a saved figure, whatever it was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceChange:
    """One price of an option with other money on the two days, the exchange rate apart; None: not
    known on that day.

    code: which price (input_price, host_price, ...).
    """

    code: PartCode
    then: Price | None
    now: Price | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RepricedOption:
    """One option on both days: the bridge of its monthly cost, and the prices behind it.

    change: (now - then) / then of the exact monthly costs; None where one is unknown, or where the
    first is 0 and the second is not.
    """

    name: str
    bridge: Bridge
    changes: tuple[PriceChange, ...]
    change: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Repriced:
    """The answers of both days, and each option in the order of the question."""

    then: BreakEven
    now: BreakEven
    options: tuple[RepricedOption, ...]

    @property
    def flipped(self) -> bool | None:
        """Whether another option is the cheapest; None where one of the two days has none."""
        first, last = self.then.at_workload.cheapest, self.now.at_workload.cheapest
        return None if first is None or last is None else first != last

    def columns(self) -> Columns:
        """A row an option: its monthly costs of both days, to the cent, and the exact share."""
        currency = self.now.question.currency
        return columns_of(
            self.options,
            {
                "option": lambda one: one.name,
                money("then", currency, "month"): lambda one: one.bridge.before_per_month,
                money("now", currency, "month"): lambda one: one.bridge.after_per_month,
                "change_share": lambda one: one.change,
            },
        )


class GateCode(StrEnum):
    """Why a gate is closed: another option wins, a cost moved too far, or it cannot be judged."""

    FLIPPED = "flipped"
    MOVED = "moved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class GateReason:
    """One reason. option: whose cost it is about, None for the answer as a whole. change: of its
    monthly cost as a share; None where no share can be said (from 0, or unknown)."""

    code: GateCode
    option: str | None = None
    change: Decimal | None = None


def reprice(
    then: Question,
    now: Question,
    at_rate_then: Question | None = None,
    *,
    said_per_month: Mapping[str, Decimal] | None = None,
) -> Repriced:
    """Compare the same question at the prices of two days, both by today's arithmetic.

    at_rate_then: the question of the later day with prices of other currencies converted at the
    rate of the earlier one; what it leaves to `now` is the part of the currency. said_per_month:
    what options were said to cost then, by their names: those bridges begin there, and what today's
    arithmetic at the prices of then differs by is the part `remainder`. Raises InvalidQuestion
    where an option of `now` is not in `then` or is of another kind there, and where one that was
    said to cost something is in neither; InvalidValue for a negative cost.
    """
    said = said_per_month or {}
    names = [option.name for option in now.options]
    for name, cost in said.items():
        require_quantity("said_per_month", cost)
        if name not in names:
            raise InvalidQuestion(
                field="said_per_month",
                reason=f"expected the name of an option ({', '.join(names)}), found {name!r}",
            )
    today = Moment(question=then, rate=Decimal(1), method=METHOD_VERSION)
    saved = replace(today, method=SAVED)
    after = Moment(question=now, rate=Decimal(1), method=METHOD_VERSION)
    options = []
    for option in now.options:
        known = said.get(option.name)
        found = bridge(
            today if known is None else saved,
            after,
            option.name,
            said_per_month=None if known is None else exact(known),
            at_rate_before=at_rate_then,
        )
        old = _named(then, option.name)
        reached = option if at_rate_then is None else _named(at_rate_then, option.name)
        options.append(
            RepricedOption(
                name=option.name,
                bridge=found,
                changes=_changes(old, reached, option),
                change=_share(found.exact_before_per_month, found.exact_after_per_month),
            )
        )
    return Repriced(then=break_even(then), now=break_even(now), options=tuple(options))


def gate(repriced: Repriced, percent: Decimal) -> tuple[GateReason, ...]:
    """Why a decision made then should be looked at again; empty: it stands.

    It does not stand where another option is the cheapest, where a monthly cost moved by more than
    so many percent of what it was (up or down), and where a cost is unknown on one day: what cannot
    be judged never passes. Costs that no host count carries on both days are no reason. Raises
    InvalidValue for a percent that is no number of 0 or more.
    """
    require_quantity("percent", percent)
    limit = exact(percent) / PERCENT
    reasons: list[GateReason] = []
    if repriced.flipped is None:
        reasons.append(GateReason(code=GateCode.UNKNOWN))
    elif repriced.flipped:
        reasons.append(GateReason(code=GateCode.FLIPPED))
    for option in repriced.options:
        first = option.bridge.exact_before_per_month
        last = option.bridge.exact_after_per_month
        if first is None or last is None:
            if first is not last:
                reasons.append(GateReason(code=GateCode.UNKNOWN, option=option.name))
        elif abs(last - first) > limit * first:
            reasons.append(
                GateReason(code=GateCode.MOVED, option=option.name, change=option.change)
            )
    return tuple(reasons)


def _named(question: Question, name: str) -> Option:
    return next(one for one in question.options if one.name == name)


def _changes(old: Option, reached: Option, new: Option) -> tuple[PriceChange, ...]:
    """reached: the new option at the old exchange rate, which decides what has moved."""
    return tuple(
        PriceChange(code=code, then=getattr(old, field), now=getattr(new, field))
        for code, field in PRICE_FIELDS[type(new)]
        if paid_by(getattr(old, field)) != paid_by(getattr(reached, field))
    )


def _share(first: Fraction | None, last: Fraction | None) -> Decimal | None:
    if first is None or last is None:
        return None
    if first == 0:
        return Decimal(0) if last == 0 else None
    return to_decimal((last - first) / first)
