"""How dedicated hosts follow the load of the hours, and the host hours that are paid for it.

always on   every hour max(minimum, needed in the highest hour + spare)
hourly      each hour max(minimum, needed in it + spare); scaled to zero: 0 without load
starts      hosts of an hour with load after one without * cold start minutes / 60
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from costing.curve import Staircase
from costing.errors import InvalidQuestion, InvalidValue
from costing.options import Dedicated
from costing.units import MINUTES_PER_HOUR, Unit, exact, require_quantity

COMMITTED_TERMS: Final = ("reserved", "savings_plan")
"""How the terms start whose hosts are paid whether they run or not."""


class BillingMode(StrEnum):
    """always_on: as many hosts as the highest hour needs, in every hour. hourly: what each hour
    needs."""

    ALWAYS_ON = "always_on"
    HOURLY = "hourly"


@dataclass(frozen=True, kw_only=True, slots=True)
class Billing:
    """How dedicated hosts follow the load.

    scale_to_zero: no host, spare ones neither, in an hour without load. Then cold_start_minutes (0
    to 60) is how long hosts are paid before they serve, at each start from zero. Raises
    InvalidValue where one is given without the other, or scale_to_zero beside always_on.
    """

    mode: BillingMode
    scale_to_zero: bool = False
    cold_start_minutes: Decimal | None = None

    def __post_init__(self) -> None:
        minutes = self.cold_start_minutes
        if self.scale_to_zero and self.mode is not BillingMode.HOURLY:
            raise InvalidValue(field="scale_to_zero", expected="False with always_on", found="True")
        if self.scale_to_zero != (minutes is not None):
            raise InvalidValue(
                field="cold_start_minutes",
                expected="minutes where hosts scale to zero, and only there",
                found=minutes,
            )
        if minutes is None:
            return
        require_quantity("cold_start_minutes", minutes)
        if minutes > MINUTES_PER_HOUR:
            # Only the hour before a start is known to be free of hosts.
            raise InvalidValue(
                field="cold_start_minutes", expected=f"at most {MINUTES_PER_HOUR}", found=minutes
            )


ALWAYS_ON: Final = Billing(mode=BillingMode.ALWAYS_ON)


def require_hourly_host(option: Dedicated, billing: Billing) -> None:
    """Refuse to give back by the hour what is paid anyway (InvalidQuestion): hosts by the month or
    under a commitment, and a minimum above 0 that is to be scaled to zero."""
    if billing.mode is BillingMode.ALWAYS_ON:
        return
    if option.owned is not None:
        raise InvalidQuestion(
            field="billing.mode",
            reason=f"expected always_on for {option.name!r}, whose hosts are owned, not rented",
        )
    if option.price is not None and option.price.unit is Unit.MONTH:
        raise InvalidQuestion(
            field="billing.mode",
            reason=f"expected always_on for {option.name!r}, whose hosts are paid by the month",
        )
    if (option.sold.term or "").startswith(COMMITTED_TERMS):
        raise InvalidQuestion(
            field="billing.mode",
            reason=(
                f"expected always_on for {option.name!r}, whose term {option.sold.term} is paid "
                "whether hosts run or not"
            ),
        )
    if billing.scale_to_zero and option.minimum_instances > 0:
        raise InvalidQuestion(
            field="billing.scale_to_zero",
            reason=(
                f"expected a minimum of 0 instances for {option.name!r}, found "
                f"{option.minimum_instances}"
            ),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HostHours:
    """Hosts (or units) paid in one run of a profile.

    by_hour: without starts. hours_above_maximum: hours that need more than is allowed. starts:
    from zero; starting: hosts of all of them; starting_hours: host hours paid before they serve.
    """

    by_hour: tuple[int, ...]
    hours_above_maximum: int
    starts: int
    starting: int
    starting_hours: Fraction

    @property
    def total(self) -> Fraction:
        """All host hours paid."""
        return sum(self.by_hour) + self.starting_hours


def host_hours(stairs: Staircase, loads: Sequence[Fraction], billing: Billing) -> HostHours:
    """The hosts for the loads of a profile, in requests an hour, hour by hour."""
    needs = [stairs.paid(stairs.needed(load)) for load in loads]
    above = 0 if stairs.maximum is None else sum(need > stairs.maximum for need in needs)
    if billing.mode is BillingMode.ALWAYS_ON:
        needs = [max(needs)] * len(needs)
    if billing.cold_start_minutes is None:
        return HostHours(
            by_hour=tuple(needs),
            hours_above_maximum=above,
            starts=0,
            starting=0,
            starting_hours=Fraction(0),
        )
    paid = [need if load > 0 else 0 for need, load in zip(needs, loads, strict=True)]
    # Index -1 of the first hour is the last one: the profile repeats.
    started = [now for hour, now in enumerate(paid) if now and not paid[hour - 1]]
    return HostHours(
        by_hour=tuple(paid),
        hours_above_maximum=above,
        starts=len(started),
        starting=sum(started),
        starting_hours=sum(started) * exact(billing.cold_start_minutes) / MINUTES_PER_HOUR,
    )
