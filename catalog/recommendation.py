"""The cheapest hosts in each region that carry a load within its targets, and why others do not.

    cost = (hosts that the peak needs at P50, headroom taken, and standby) * price an hour

All machines with a price on demand take part, each in the arrangement that takes the fewest hosts.
The ranking is made in bulk; what is told in full is computed again one by one, and ranked by that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from sqlmodel import Session

from catalog.architectures import shape_of_model
from catalog.capacity import targets_of, traffic_of
from catalog.currency import EXACT, Exchanger, Money
from catalog.evidence import measurements_of
from catalog.own_prices import OwnPriceUse
from catalog.recommendation_hosts import (
    Flag,
    PricedHost,
    Sought,
    license_flags,
    priced_hosts,
)
from catalog.recommendation_names import looked_up
from catalog.recommendation_request import RecommendationRequest
from catalog.recommendation_ways import (
    Demand,
    Kind,
    Measured,
    Way,
    best_ways,
    full_answer,
    in_general,
    kind_of,
    once_a_gpu,
)
from catalog.scenario import Scenario
from catalog.typed import workload_of
from costing import HOURS_PER_MONTH, Exchange
from costing.architecture import ModelShape
from costing.capacity import CapacityEstimate
from costing.capacity_hosts import HostPlan, Percentile
from costing.capacity_reasons import Lift, Reason, ReasonCode
from costing.capacity_scan import Targets
from costing.units import exact, to_decimal

PERCENTILES: Final[tuple[Percentile, ...]] = ("p10", "p50", "p90")

Why: TypeAlias = Reason | Flag
"""Why a host is not recommended: a reason of the capacity model, or what bars it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedHost:
    """One machine at one place that carries the load.

    Attributes:
        answer: what one host sustains, in the chosen arrangement.
        hosts: paid ones at P10, P50, P90, standby counted; None: no number is enough.
        plans: the same as the capacity model plans them, for the peak.
        cost_per_hour, cost_per_month: of the hosts at P50, in the currency of the scenario.
        careful_cost_per_hour: of the hosts at P10; None: no number is enough.
        price_per_hour: of one host, in that currency.
    """

    machine: PricedHost
    answer: CapacityEstimate
    plans: tuple[tuple[Percentile, HostPlan | None], ...]
    hosts: tuple[tuple[Percentile, int | None], ...]
    price_per_hour: Decimal
    cost_per_hour: Decimal
    cost_per_month: Decimal
    careful_cost_per_hour: Decimal | None
    flags: tuple[Flag, ...]

    @property
    def hosts_paid(self) -> int:
        """Hosts at P50."""
        paid = dict(self.hosts)["p50"]
        assert paid is not None  # else it were not ranked
        return paid

    @property
    def order(self) -> tuple[Decimal, int, str]:
        """The cheapest first; of equal cost the fewer hosts, then by id."""
        return self.cost_per_hour, self.hosts_paid, self.machine.host.name


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionRanking:
    """The hosts of one region, the cheapest first; region None: hosts whose place is not stated.

    Attributes:
        ranked: as many as were asked for; empty: none carries the load there.
        careful: the cheapest at P10, where the engine is as slow as the slowest tenth.
        total: how many carry it. priced: how many have a price there at all.
    """

    region: str | None
    ranked: tuple[RankedHost, ...]
    careful: RankedHost | None
    total: int
    priced: int

    @property
    def winner(self) -> RankedHost | None:
        """The cheapest; None where none carries the load."""
        return self.ranked[0] if self.ranked else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Loser:
    """A machine at a place that cannot be recommended whatever it costs, and why."""

    machine: PricedHost
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """The answer.

    Attributes:
        peak_requests_per_hour: what hosts are planned for.
        regions: the one with the cheapest winner first, places not stated last.
        losers: the cheapest first.
        reasons: why no host at all can be recommended; then losers are at most those of unknown
            hardware, which may be larger.
        shape_source: where the shape of the model is read; twin: the model it was taken from.
        exchange: the rate for dollars, which all prices are published in; None: no other currency.
    """

    model_id: str
    currency: str
    targets: Targets
    mean_requests_per_hour: float
    peak_requests_per_hour: float
    regions: tuple[RegionRanking, ...]
    losers: tuple[Loser, ...]
    reasons: tuple[Reason, ...] = ()
    shape_source: str | None = None
    twin: str | None = None
    exchange: Exchange | None = None


def recommend(
    session: Session, scenario: Scenario, request: RecommendationRequest
) -> Recommendation:
    """The cheapest hosts that carry the load of a scenario; its options are not read.

    Own prices take no part: a cost would tell them.

    Raises Refused for a model, region or provider that is not known, none of the first two, or a
    currency without a rate.
    """
    model, regions = looked_up(session, scenario, request)
    exchange = _exchange(session, scenario, request)
    country = scenario.residency.processing
    machines = priced_hosts(
        session,
        model,
        Sought(
            regions=regions,
            providers=request.providers,
            country=None if country is None else country.strip().upper(),
            today=request.today,
        ),
    )
    load = workload_of(scenario)
    mean = float(load.requests_per_hour)
    known = shape_of_model(session, model)
    answer = Recommendation(
        model_id=model.id,
        currency=scenario.currency,
        targets=targets_of(scenario),
        mean_requests_per_hour=mean,
        peak_requests_per_hour=mean * float(load.peak_to_mean),
        regions=(),
        losers=(),
        shape_source=known.source,
        twin=known.twin,
        exchange=exchange,
    )
    if isinstance(known.shape, Reason):
        return replace(answer, reasons=(known.shape,))
    demand = Demand(
        shape=known.shape,
        traffic=traffic_of(load.shape),
        targets=answer.targets,
        peak_requests_per_hour=answer.peak_requests_per_hour,
        serving=request.serving,
        weights=tuple(dict.fromkeys(request.weights or (None,))),
        spare_hosts=request.spare_hosts,
    )
    nothing = in_general(demand, [one.host for one in machines])
    if nothing is not None:
        larger = nothing.code is ReasonCode.LARGER_THAN_ANY_HOST
        return replace(answer, reasons=(nothing,), losers=_not_known(machines) if larger else ())
    ranking = _Ranking(
        demand=demand,
        measured=_measurements(session, known.shape),
        rate=Fraction(1) if exchange is None else exchange.rate(),
        of_model=license_flags(session, model),
    )
    served, losers = ranking.parted(machines)
    told = _by_region(machines, regions)
    found = [ranking.region(place, served[place], told[place], request.limit) for place in told]
    if regions is None:  # of all places those with an answer
        found = [one for one in found if one.ranked]
    return replace(answer, regions=tuple(sorted(found, key=_cheapest_region)), losers=tuple(losers))


def _exchange(
    session: Session, scenario: Scenario, request: RecommendationRequest
) -> Exchange | None:
    """The rate for one dollar; None where the question is in dollars. Raises Refused."""
    if scenario.currency == "USD":
        return None
    dollar = Money(amount=Decimal(1), per=Decimal(1), currency="USD")
    exchanger = Exchanger(session=session, scenario=scenario, own=OwnPriceUse(today=request.today))
    return exchanger.exchange(dollar, ("currency",))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ranking:
    demand: Demand
    measured: Measured
    rate: Fraction
    of_model: tuple[Flag, ...]

    def parted(
        self, machines: Sequence[PricedHost]
    ) -> tuple[dict[str | None, list[tuple[PricedHost, Way]]], list[Loser]]:
        """Machines that carry the load by place, and the others with the reason."""
        kinds: dict[Kind, PricedHost] = {}
        for one in machines:
            kind = kind_of(one.host)
            if kind is not None and one.barred is None:
                kinds.setdefault(kind, one)
        firsts = [one.host for one in kinds.values()]
        ways = dict(zip(kinds, best_ways(firsts, self.demand, self.measured), strict=True))
        served: dict[str | None, list[tuple[PricedHost, Way]]] = defaultdict(list)
        losers = []
        for one in machines:
            kind = kind_of(one.host)
            found = one.barred or (_unknown(one) if kind is None else ways[kind])
            if isinstance(found, Way):
                served[one.region].append((one, found))
            else:
                losers.append(Loser(machine=one, why=found))
        losers.sort(key=_cheapest_loser)
        return served, losers

    def region(
        self,
        place: str | None,
        served: Sequence[tuple[PricedHost, Way]],
        priced: int,
        limit: int,
    ) -> RegionRanking:
        """The cheapest of a place in full."""
        first = sorted(served, key=lambda one: _by_cost(one[0], one[1].hosts))[:limit]
        full = [self._ranked(machine, way) for machine, way in first]
        ranked = sorted((one for one in full if one is not None), key=lambda one: one.order)
        sure = [one for one in served if one[1].careful_hosts is not None]
        careful = min(sure, key=lambda one: _by_cost(one[0], one[1].careful_hosts), default=None)
        return RegionRanking(
            region=place,
            ranked=tuple(ranked),
            careful=None if careful is None else self._ranked(*careful),
            total=len(served),
            priced=priced,
        )

    def _ranked(self, machine: PricedHost, way: Way) -> RankedHost | None:
        answer = full_answer(way, self.demand, self.measured)
        if not isinstance(answer, CapacityEstimate):
            return None
        answer = replace(answer, case=replace(answer.case, host=machine.host))
        rates = answer.requests_per_second
        by_rate = [(end, getattr(rates, end)) for end in PERCENTILES]
        hosts = tuple((end, self.demand.hosts(answer.replicas, rate)) for end, rate in by_rate)
        careful, paid, _ = (number for _, number in hosts)
        if paid is None:
            return None
        price = to_decimal(exact(machine.usd_per_hour) * self.rate)
        cost = EXACT.multiply(price, Decimal(paid))
        narrower = (Flag.WEIGHTS_NARROWER,) if way.narrower else ()
        return RankedHost(
            machine=machine,
            answer=answer,
            plans=tuple((end, self.demand.plan(answer.replicas, rate)) for end, rate in by_rate),
            hosts=hosts,
            price_per_hour=price,
            cost_per_hour=cost,
            cost_per_month=EXACT.multiply(cost, HOURS_PER_MONTH),
            careful_cost_per_hour=None
            if careful is None
            else EXACT.multiply(price, Decimal(careful)),
            flags=(*machine.flags, *narrower, *self.of_model),
        )


def _by_cost(machine: PricedHost, hosts: int | None) -> tuple[Decimal, int, str]:
    """By cost, then by the number of hosts, then by id, as `RankedHost.order`."""
    assert hosts is not None  # a way without hosts is none
    return machine.usd_per_hour * hosts, hosts, machine.host.name


def _cheapest_loser(loser: Loser) -> tuple[Decimal, str, str]:
    machine = loser.machine
    return machine.usd_per_hour, machine.host.name, machine.region or ""


def _unknown(machine: PricedHost) -> Reason:
    """What of a machine the capacity model would have to know."""
    known = machine.host.gpu is not None
    code = ReasonCode.GPU_COUNT_UNKNOWN if known else ReasonCode.GPU_UNKNOWN
    return Reason(code=code, facts={"host": machine.host.name}, lifts=(Lift.STATE_THE_FACT,))


def _not_known(machines: Iterable[PricedHost]) -> tuple[Loser, ...]:
    """Those of unknown hardware, with what is not known."""
    unknown = [one for one in machines if kind_of(one.host) is None]
    losers = [Loser(machine=one, why=one.barred or _unknown(one)) for one in unknown]
    return tuple(sorted(losers, key=_cheapest_loser))


def _measurements(session: Session, shape: ModelShape) -> Measured:
    return once_a_gpu(lambda host: measurements_of(session, shape, host))


def _by_region(
    machines: Iterable[PricedHost], regions: Sequence[str] | None
) -> dict[str | None, int]:
    """Machines with a price at each place: those asked for, and where one is not stated."""
    found: dict[str | None, int] = dict.fromkeys(regions or (), 0)
    for one in machines:
        found[one.region] = found.get(one.region, 0) + 1
    return found


def _cheapest_region(ranking: RegionRanking) -> tuple[bool, bool, Decimal, str]:
    winner = ranking.winner
    cost = Decimal(0) if winner is None else winner.cost_per_hour
    return ranking.region is None, winner is None, cost, ranking.region or ""
