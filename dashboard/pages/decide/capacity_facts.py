"""A capacity in words and rows: what the panel says, every number out of the estimate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.capacity import OptionCapacity
from costing import Workload
from costing.capacity import Band, CapacityAnswer, CapacityEstimate, NoCapacity
from costing.capacity_cases import Arrangement, Case
from costing.capacity_hosts import HostPlan
from costing.capacity_scan import Targets
from costing.hardware import Width
from costing.units import exact, to_decimal
from dashboard.capacity_words import words_of
from dashboard.figures.capacity_memory import GIBIBYTE, gib_text
from dashboard.format import Format
from dashboard.texts import Texts

SECONDS_PER_HOUR = 3600
MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityWords:
    """Sentences, facts and rows of one language."""

    texts: Texts
    fmt: Format

    def finding(self, found: OptionCapacity, load: Workload) -> str:
        """What one host serves and how many hosts the peak takes, as ranges."""
        assert isinstance(found.answer, CapacityEstimate)
        written = found.answer.output_tokens_per_second
        message = "capacity.finding" if written.p10 > 0 else "capacity.finding.zero"
        low, middle, high = (self._about(one) for one in (written.p10, written.p50, written.p90))
        serves = self.texts(message, low=low, middle=middle, high=high)
        return self.texts("space").join([serves, self.hosts(found, load)])

    def hosts(self, found: OptionCapacity, load: Workload) -> str:
        """How many hosts the peak of the workload takes."""
        plans = dict(found.plans)
        hourly = to_decimal(load.requests_per_hour * exact(load.peak_to_mean))
        peak = self.fmt.exact_count(hourly)
        slow, middle, fast = (_needed(plans.get(end)) for end in ("p10", "p50", "p90"))
        if middle is None or fast is None:
            return self.texts("capacity.hosts.none", requests=peak)
        counted = self.texts.counted("chart.hosts", middle)
        if slow is None:
            return self.texts("capacity.hosts.open", requests=peak, hosts=counted, fast=str(fast))
        if slow == fast:
            return self.texts("capacity.hosts.sure", requests=peak, hosts=counted)
        return self.texts(
            "capacity.hosts", requests=peak, hosts=counted, fast=str(fast), slow=str(slow)
        )

    def memory(self, answer: CapacityEstimate) -> str:
        """How full one GPU is."""
        memory = answer.memory
        sizes = {
            name: gib_text(size / GIBIBYTE, self.texts, self.fmt)
            for name, size in (
                ("weights", memory.weight_bytes),
                ("cache", memory.cache_bytes),
                ("usable", memory.usable_bytes),
            )
        }
        batch = self._count(answer.batch)
        return self.texts("capacity.memory.title", batch=batch, **sizes)

    def binds(self, answer: CapacityEstimate, targets: Targets) -> str:
        """Which limit keeps a copy from serving more, with the batch where it does."""
        told = {"tpot": targets.tpot_seconds, "ttft": targets.ttft_seconds}.get(answer.limit.value)
        target = "" if told is None else self._milliseconds(told, exact=True)
        return self.texts(
            f"capacity.binds.{answer.limit.value}", batch=self._count(answer.batch), target=target
        )

    def facts(self, found: OptionCapacity, answer: CapacityEstimate) -> Iterator[tuple[str, Any]]:
        """Names and values: how it is served, how fast, on what evidence."""
        texts, case = self.texts, answer.case
        yield texts("capacity.fact.arrangement"), self._spread(answer)
        yield texts("capacity.fact.precision"), self._precision(case)
        engine = texts(f"form.serving.engine.{case.engine.name.value}")
        tuned = texts(f"form.serving.tuned.{'true' if case.engine.tuned else 'false'}")
        yield texts("capacity.fact.engine"), f"{engine} · {tuned}"
        yield (
            texts("capacity.fact.in_flight"),
            texts(
                "capacity.fact.in_flight.of",
                batch=self._count(answer.batch),
                most=self._count(answer.sequences),
            ),
        )
        yield texts("capacity.fact.tpot"), self._milliseconds(answer.tpot_seconds)
        yield texts("capacity.fact.ttft"), self._milliseconds(answer.ttft_seconds)
        evidence = texts(f"evidence.{answer.evidence.value}")
        count = self.fmt.exact_count(Decimal(answer.measurements))
        similar = texts("capacity.fact.measurements", count=count)
        yield texts("capacity.fact.evidence"), f"{evidence} · {similar}"

    def band_rows(self, found: OptionCapacity, answer: CapacityEstimate) -> list[list[str]]:
        """Tokens, requests and hosts at the slow end, in the middle and at the fast end."""
        texts = self.texts
        hourly = answer.requests_per_second.times(SECONDS_PER_HOUR)
        plans = [plan for _, plan in found.plans]
        headroom = ["–" if plan is None else self._share(plan.headroom) for plan in plans]
        needed = [
            texts("capacity.row.no_number") if plan is None else str(plan.needed) for plan in plans
        ]
        return [
            [texts("capacity.row.output"), *self._three(answer.output_tokens_per_second)],
            [texts("capacity.row.input"), *self._three(answer.input_tokens_per_second)],
            [texts("capacity.row.requests"), *self._three(hourly)],
            [texts("capacity.row.headroom"), *headroom],
            [texts("capacity.row.hosts"), *needed],
        ]

    def loser_row(self, answer: CapacityAnswer, targets: Targets) -> list[str]:
        """An arrangement that was not taken: what it would serve, or why nothing."""
        if isinstance(answer, NoCapacity):
            how = self._how(answer.case.arrangement)
            return [how, "–", "–", words_of(self.texts, answer.reasons[0])]
        written = answer.output_tokens_per_second
        ends = self.texts(
            "capacity.loser.range",
            middle=self._about(written.p50),
            low=self._about(written.p10),
            high=self._about(written.p90),
        )
        batch = self._count(answer.batch)
        return [self._spread(answer), ends, batch, self.binds(answer, targets)]

    def rests_on(
        self, found: OptionCapacity, answer: CapacityEstimate, remarks: Sequence[str]
    ) -> Iterator[str]:
        """What a reader must know of the estimate, and where its inputs were read."""
        yield from remarks
        yield from (self.texts("capacity.source", source=source) for source in answer.sources)
        if found.shape_source is not None:
            yield self.texts("capacity.shape_source", source=found.shape_source)
        if found.twin is not None:
            yield self.texts("capacity.twin", model=found.twin)

    def _spread(self, answer: CapacityEstimate) -> str:
        how = self._how(answer.case.arrangement)
        copies = self.texts.counted("capacity.copies", answer.replicas)
        return f"{how} · {copies}"

    def _how(self, arrangement: Arrangement) -> str:
        parts = [self.texts("capacity.tensor", count=str(arrangement.tensor))]
        for name in ("pipeline", "data"):
            count = getattr(arrangement, name)
            if count > 1:
                parts.append(self.texts(f"capacity.{name}", count=str(count)))
        return " · ".join(parts)

    def _precision(self, case: Case) -> str:
        rest, experts = (
            self.texts(f"form.serving.weights.{width.value}")
            for width in (case.precision.rest, case.precision.experts)
        )
        weights = rest
        if case.shape.experts is not None and case.precision.experts != case.precision.rest:
            weights = self.texts("capacity.experts_in", rest=rest, experts=experts)
        sixteen = case.cache in (Width.BF16, Width.FP16)  # which of them, the engine chooses
        kind = "unset" if sixteen else case.cache.value
        cache = self.texts(f"form.serving.cache.{kind}")
        return self.texts("capacity.fact.precision.of", weights=weights, cache=cache)

    def _three(self, band: Band) -> list[str]:
        return [self._about(one) for one in (band.p10, band.p50, band.p90)]

    def _about(self, number: float) -> str:
        return self.fmt.about(Decimal(repr(number)))

    def _count(self, number: float) -> str:
        return self.fmt.exact_count(Decimal(repr(number)))

    def _share(self, number: float) -> str:
        return self.fmt.share(Decimal(repr(number)))

    def _milliseconds(self, seconds: float, *, exact: bool = False) -> str:
        number = Decimal(f"{seconds * MILLISECONDS:.6g}")
        said = self.fmt.exact_count(number) if exact else self.fmt.about(number)
        return self.texts("capacity.milliseconds", number=said)


def _needed(plan: HostPlan | None) -> int | None:
    return None if plan is None else plan.needed
