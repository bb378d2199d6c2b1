"""From the capacity of one host to hosts: headroom for queueing, the peak, standby, zones.

    usable  = headroom * capacity                       requests an hour of one host
    needed  = ceil(mean * peak to mean / usable)        the least number whose own headroom holds
    paid    = needed + spare, or ceil(needed / (zones - 1)) * zones to survive one of the zones

Headroom rises from 0.70 with one replica to 0.85 with four or more, linear between: requests come
at random, and a single queue of many replicas is waited in less than many queues of one (guess,
held to MLPerf's Server rows, which reach 0.9 of Offline).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import ceil
from typing import Final, Literal, TypeAlias

from costing.capacity import Band, CapacityAnswer, CapacityEstimate
from costing.capacity_cases import Traffic
from costing.errors import InvalidValue
from costing.options import Capacity, CapacityAtLength, EstimatedCapacity, UnknownCapacity
from costing.units import SECONDS_PER_HOUR, require_count

Percentile: TypeAlias = Literal["p10", "p50", "p90"]

LOWEST_HEADROOM: Final = 0.70
HIGHEST_HEADROOM: Final = 0.85
REPLICAS_OF_HIGHEST: Final = 4
_SIX_PLACES: Final = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True, slots=True)
class Availability:
    """Standby: so many spare hosts, or as many as let one of `zones` fail (1: no zones).

    Raises InvalidValue for negative counts or both at once.
    """

    spare_hosts: int = 0
    zones: int = 1

    def __post_init__(self) -> None:
        require_count("spare_hosts", self.spare_hosts, least=0)
        require_count("zones", self.zones, least=1)
        if self.spare_hosts and self.zones > 1:
            raise InvalidValue(
                field="spare_hosts", expected="0 beside zones", found=self.spare_hosts
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class HostPlan:
    """Hosts for a load. needed: that serve the peak; paid: with standby. utilization: of the
    capacity of the needed hosts at the peak, headroom not counted."""

    needed: int
    paid: int
    headroom: float
    usable_requests_per_hour: float
    utilization: float


def headroom(replicas: int) -> float:
    """Part of the capacity that is planned with, by the replicas that share the load."""
    steps = min(max(replicas, 1), REPLICAS_OF_HIGHEST) - 1
    span = (HIGHEST_HEADROOM - LOWEST_HEADROOM) / (REPLICAS_OF_HIGHEST - 1)
    return LOWEST_HEADROOM + steps * span


def usable_requests_per_hour(
    estimate: CapacityEstimate, percentile: Percentile = "p50", hosts: int = 1
) -> float:
    """Requests an hour of one host, of so many that share the load, with headroom taken."""
    rate: float = getattr(estimate.requests_per_second, percentile)
    return headroom(estimate.replicas * hosts) * rate * SECONDS_PER_HOUR


def hosts_for(
    estimate: CapacityEstimate,
    peak_requests_per_hour: float,
    availability: Availability | None = None,
    percentile: Percentile = "p50",
    share: float | None = None,
) -> HostPlan | None:
    """The hosts that serve a peak; None where the capacity at this percentile is 0.

    share: the headroom at any number of hosts; None: that of as many as are needed.

    Raises InvalidValue for a negative peak.
    """
    rate: float = getattr(estimate.requests_per_second, percentile)
    return plan_hosts(estimate.replicas, rate, peak_requests_per_hour, availability, share)


def plan_hosts(
    replicas: int,
    requests_per_second: float,
    peak_requests_per_hour: float,
    availability: Availability | None = None,
    share: float | None = None,
) -> HostPlan | None:
    """The hosts of so many replicas and such a capacity that serve a peak; as `hosts_for`."""
    if not 0 <= peak_requests_per_hour < float("inf"):
        raise InvalidValue(
            field="peak_requests_per_hour", expected="0 or more", found=peak_requests_per_hour
        )
    raw = requests_per_second * SECONDS_PER_HOUR
    if raw <= 0:
        return None
    full = peak_requests_per_hour / raw
    needed = _least(replicas, full) if share is None else ceil(full / share)
    if share is None:
        share = headroom(replicas * max(needed, 1))
    return HostPlan(
        needed=needed,
        paid=_paid(needed, availability or Availability()),
        headroom=share,
        usable_requests_per_hour=share * raw,
        utilization=peak_requests_per_hour / (needed * raw) if needed else 0.0,
    )


def _least(replicas: int, hosts_full: float) -> int:
    """The least n with n * headroom(n * replicas) >= hosts that would be full."""
    first = ceil(hosts_full / HIGHEST_HEADROOM)
    last = ceil(hosts_full / LOWEST_HEADROOM)
    enough = (n for n in range(first, last) if n * headroom(n * replicas) >= hosts_full)
    return next(enough, last)


def _paid(needed: int, availability: Availability) -> int:
    if availability.zones > 1:
        return ceil(needed / (availability.zones - 1)) * availability.zones
    return needed + availability.spare_hosts


def capacity_of(
    answer: CapacityAnswer,
    hosts: int = 1,
    lengths: Sequence[tuple[Traffic, Band | None]] = (),
) -> Capacity:
    """The capacity of a dedicated option: tokens a second of one host with headroom taken.

    Headroom is that of `hosts`, the fewest that serve, at every load: what one host serves must not
    depend on the load that is asked about, or a chart would not go through its own estimates. A
    larger fleet queues better than that. Rates are rounded down to six places. UnknownCapacity with
    its reasons where nothing fits or no target is met.
    """
    if not isinstance(answer, CapacityEstimate):
        return UnknownCapacity(reasons=answer.reasons)
    share = headroom(answer.replicas * hosts)
    written = answer.output_tokens_per_second
    output = _decimal(share * written.p50)
    if not output:
        return UnknownCapacity(reasons=answer.reasons)
    read = _decimal(share * answer.input_tokens_per_second.p50)
    return EstimatedCapacity(
        input_tokens_per_second=read or None,
        output_tokens_per_second=output,
        evidence=answer.evidence.value,
        low_share=_decimal(min(written.p10 / written.p50, 1.0)),
        high_share=max(_decimal(written.p90 / written.p50), Decimal(1)),
        measurements=answer.measurements,
        sources=answer.sources,
        reasons=answer.reasons,
        lengths=tuple(_at_length(traffic, rate, share) for traffic, rate in lengths),
    )


def _at_length(traffic: Traffic, rate: Band | None, share: float) -> CapacityAtLength:
    hourly = (rate or Band(p10=0.0, p50=0.0, p90=0.0)).times(share * SECONDS_PER_HOUR)
    return CapacityAtLength(
        input_tokens=_decimal(traffic.input_tokens),
        output_tokens=_decimal(traffic.output_tokens),
        low_requests_per_hour=_decimal(hourly.p10),
        requests_per_hour=_decimal(hourly.p50),
        high_requests_per_hour=_decimal(hourly.p90),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(value).quantize(_SIX_PLACES, rounding=ROUND_DOWN)
