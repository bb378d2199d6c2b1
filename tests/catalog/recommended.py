"""Questions for a recommendation, and what a slow loop over all hosts says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from catalog.architectures import shape_of_model
from catalog.capacity import cases_for, targets_of, traffic_of
from catalog.database import Database
from catalog.evidence import measurements_of
from catalog.hardware_facts import host_of
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.price_queries import instance_prices
from catalog.recommendation import Recommendation, RegionRanking, Why, recommend
from catalog.recommendation_request import read_request
from catalog.scenario import Scenario, ServingFields, parse_scenario
from catalog.tables import INSTANCE
from catalog.typed import workload_of
from costing.architecture import ModelShape
from costing.capacity import CapacityEstimate, estimate_capacity
from costing.capacity_hosts import Availability, hosts_for
from costing.capacity_reasons import Reason
from tests.catalog.questions import document

TODAY = date(2026, 11, 24)
LLAMA_70B = "meta-llama/Llama-3.3-70B-Instruct"
LOAD = {
    "requests_per_hour": "8000", "input_tokens": "1024", "output_tokens": "1024",
    "peak_to_mean": "2", "tpot_seconds": "0.05",
}  # fmt: skip


def question(*, model: str | None = LLAMA_70B, country: str | None = None, **load: Any) -> Scenario:
    """Llama-3.3-70B in Japan East, or the same with something changed."""
    other: dict[str, Any] = {} if model is None else {"model": model}
    if country is not None:
        other["residency"] = {"processing": country}
    region = load.pop("region", "japaneast")
    other |= {} if region is None else {"region": region}
    kept = {name: load.pop(name) for name in ("currency", "rates") if name in load}
    return parse_scenario(document(workload=LOAD | load, **other, **kept))


def recommended(database: Database, asked: Scenario, **request: Any) -> Recommendation:
    """The answer on the day of the tests."""
    with database.read() as session:
        return recommend(session, asked, read_request({"today": TODAY, **request}))


def in_region(found: Recommendation, region: str | None = "japaneast") -> RegionRanking:
    """The ranking of one region."""
    [ranking] = [one for one in found.regions if one.region == region]
    return ranking


def code_of(why: Why) -> str:
    """The word of what is told of a loser."""
    return why.code.value if isinstance(why, Reason) else why.value


class Priced(NamedTuple):
    """A machine with what its hosts cost, in the order of a ranking."""

    cost_per_hour: Decimal
    hosts: int
    instance_id: str


def one_by_one(
    database: Database, asked: Scenario, region: str, serving: ServingFields, spare_hosts: int = 0
) -> list[Priced]:
    """Every machine that serves, each arrangement computed alone, the cheapest first."""
    load = workload_of(asked)
    peak = float(load.requests_per_hour) * float(load.peak_to_mean)
    found = []
    with database.read() as session:
        shape = shape_of_model(session, find_model(session, asked.model or "")).shape
        assert isinstance(shape, ModelShape)
        for name in session.execute(select(INSTANCE.c.id)).scalars().all():
            machine = find_instance(session, name)
            prices = instance_prices(session, machine.id, region, "on_demand")
            ended = machine.retired_on is not None and machine.retired_on <= TODAY
            host = host_of(machine)
            if not prices or ended or host.gpu is None or host.gpu_count is None:
                continue
            paid = []
            for case in cases_for(shape, host, traffic_of(load.shape), serving):
                measured = measurements_of(session, shape, host)
                answer = estimate_capacity(case, targets_of(asked), measured)
                if isinstance(answer, CapacityEstimate):
                    plan = hosts_for(answer, peak, Availability(spare_hosts=spare_hosts))
                    paid += [] if plan is None else [plan.paid]
            if paid:
                price = prices[0].amount / prices[0].per
                found.append(Priced(price * min(paid), min(paid), machine.id))
    return sorted(found)
