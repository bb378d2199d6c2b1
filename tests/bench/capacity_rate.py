"""Combinations of model, host, arrangement and precision a second, beside plain Python; and the CPU
seconds of one recommendation out of all hosts of the bundled catalog.

    scripts/bench --capacity-rate

The yardstick is the same arithmetic on the same cases written as one Python loop over batches of
the same grid, timed on a sample, since all of them would take minutes.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from catalog.architectures import shape_of_model
from catalog.capacity import targets_of, traffic_of
from catalog.database import Database
from catalog.evidence import measurements_of
from catalog.hardware_facts import host_of
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.recommendation_ways import Demand, best_ways, kind_of
from catalog.scenario import Scenario, ServingFields
from catalog.settings import load_settings
from catalog.tables import INSTANCE
from catalog.typed import workload_of
from costing.architecture import Experts, ModelShape, Precision
from costing.capacity_bulk import Combinations, ServedModel, capacities, combine
from costing.capacity_cases import Engine, EngineName, Traffic
from costing.capacity_fitted import FITTED
from costing.capacity_scan import Targets, scan
from costing.capacity_speed import StepCosts, step_costs
from costing.hardware import Generation, Gpu, Host, Width
from dashboard.service import open_catalog
from tests.catalog.recommended import question, recommended

MODELS: Final = 60
SAMPLE: Final = 400
TARGETS: Final = Targets(ttft_seconds=1.0, tpot_seconds=0.05)
TRAFFIC: Final = Traffic(input_tokens=1000, output_tokens=300)
ENGINE: Final = Engine(name=EngineName.VLLM, tuned=True)


def run(rounds: int) -> None:
    """Print rates as medians of so many rounds, and the CPU time of one model on all hosts."""
    models, hosts = _models(), _hosts()
    ours, cpu = [], []
    for _ in range(rounds):
        start, busy = time.perf_counter(), time.process_time()
        combinations = combine(models, hosts, ENGINE, TRAFFIC)
        capacities(combinations, TARGETS)
        ours.append(len(combinations.cases) / (time.perf_counter() - start))
        cpu.append(len(combinations.cases) / (time.process_time() - busy))
    plain = [_plain_rate(combinations) for _ in range(rounds)]
    middle = rounds // 2
    rate, of_cpu, of_plain = (sorted(values)[middle] for values in (ours, cpu, plain))
    sys.stdout.write(
        f"{len(combinations.cases):,} combinations: {rate:,.0f} a second by the clock,"
        f" {of_cpu:,.0f} a second of CPU (one core); plain Python {of_plain:,.0f}:"
        f" {of_cpu / of_plain:,.0f} times as fast\n"
    )
    busy = time.process_time()
    one = combine(models[:1], hosts, ENGINE, TRAFFIC)
    capacities(one, TARGETS)
    seconds = time.process_time() - busy
    sys.stdout.write(
        f"one model on {len(hosts):,} hosts, {len(one.cases):,} arrangements: {seconds:.3f} s CPU\n"
    )
    sys.stdout.write(_recommendation(rounds))


def _recommendation(rounds: int) -> str:
    """CPU seconds of one recommendation out of the bundled catalog, and of its capacities alone."""
    asked = question()
    with tempfile.TemporaryDirectory() as folder:
        catalog = open_catalog(load_settings({"MODELCOST_DATA_DIR": folder}))
        whole, alone = [], []
        for _ in range(rounds):
            busy = time.process_time()
            found = recommended(catalog, asked, all_regions=True, limit=1)
            whole.append(time.process_time() - busy)
            alone.append(_capacity_seconds(catalog, asked))
        catalog.close()
    prices = len(found.losers) + sum(one.total for one in found.regions)
    middle = rounds // 2
    return (
        f"one recommendation, {prices:,} prices of hosts in all regions: "
        f"{sorted(whole)[middle]:.3f} s CPU, of which capacities {sorted(alone)[middle]:.3f} s\n"
    )


def _capacity_seconds(catalog: Database, asked: Scenario) -> float:
    """CPU seconds of the best way on every kind of host; measurements are read before."""
    with catalog.read() as session:
        model = find_model(session, asked.model or "")
        shape = shape_of_model(session, model).shape
        assert isinstance(shape, ModelShape)
        names = session.execute(select(INSTANCE.c.id)).scalars().all()
        every = {
            kind_of(host): host for host in (host_of(find_instance(session, n)) for n in names)
        }
        hosts = [host for kind, host in every.items() if kind is not None]
        runs = {host.gpu.name: measurements_of(session, shape, host) for host in hosts if host.gpu}
    demand = Demand(
        shape=shape,
        traffic=traffic_of(workload_of(asked).shape),
        targets=targets_of(asked),
        peak_requests_per_hour=16_000.0,
        serving=ServingFields(),
        weights=(None,),
        spare_hosts=0,
    )
    busy = time.process_time()
    best_ways(hosts, demand, lambda host: runs["" if host.gpu is None else host.gpu.name])
    return time.process_time() - busy


def _models() -> list[ServedModel]:
    """Dense models and mixtures of growing size in two precisions."""
    found: list[ServedModel] = []
    for number in range(MODELS // 2):
        layers, hidden = 24 + 2 * number, 2048 + 256 * number
        parameters = 12 * layers * hidden**2
        experts = Experts(count=64, per_token=4, parameters=parameters // 2)
        shape = ModelShape(
            name=f"model-{number}",
            parameters=parameters,
            active_parameters=parameters if number % 2 else parameters * 17 // 32,
            layers=layers,
            hidden_size=hidden,
            attention_heads=32,
            kv_heads=8,
            head_dim=128,
            experts=None if number % 2 else experts,
        )
        found += [(shape, Precision.of(width), Width.BF16) for width in (Width.BF16, Width.FP8)]
    return found


def _hosts() -> list[Host]:
    """400 hosts of 1 to 8 GPUs."""
    found = []
    for number in range(100):
        gpu = Gpu(
            name=f"gpu-{number}",
            generation=list(Generation)[number % 6],
            memory_bytes=(16 + 2 * number) * 1e9,
            bandwidth_bytes_per_second=(300 + 70 * number) * 1e9,
            flops_16_bit=(60 + 20 * number) * 1e12,
            flops_fp8=(120 + 40 * number) * 1e12,
            link_bytes_per_second=300e9,
        )
        found += [
            Host(name=f"host-{number}-{count}", gpu=gpu, gpu_count=Decimal(count))
            for count in (1, 2, 4, 8)
        ]
    return found


def _plain_rate(combinations: Combinations) -> float:
    """Cases a second of CPU of the same scan as a loop over numbers, at three speeds."""
    cases = combinations.cases
    costs = step_costs(cases, FITTED)
    most = scan(cases, FITTED, Targets()).batch
    sample = range(0, len(cases), len(cases) // SAMPLE)
    start = time.process_time()
    for case in sample:
        for speed in combinations.speeds[case]:
            _plain_scan(costs, case, float(most[case]), float(speed))
    return len(sample) / (time.process_time() - start)


def _plain_scan(costs: StepCosts, case: int, most: float, speed: float) -> float:
    names = ("read_rest", "read_experts", "missed", "compute", "fixed", "slope")
    rest, experts, missed, compute, fixed, slope = (
        float(getattr(costs, name)[case]) for name in names
    )
    prompt, output = float(costs.prompt[case]), float(costs.output_tokens[case])
    best, batch = 0.0, 1.0
    while batch <= most:
        read = rest + experts * (1 - missed**batch)
        step = math.cbrt(read**3 + (compute * batch) ** 3) + fixed + slope * batch
        rate = speed * batch / (output * step + batch * prompt)
        idle = 1 - rate * prompt / speed
        ttft = (prompt / idle + step) / speed if idle > 0 else math.inf
        if batch / (rate * output) <= 0.05 and ttft <= 1 and rate > best:
            best = rate
        batch = batch + 1 if batch < 16 else max(batch + 1, round(batch * 2**0.125))
    return best
