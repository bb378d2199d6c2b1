"""What cost is held against and how it is known: one's own batch test, published runs, or the
capacity model. A chart shows one of them, never two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from catalog.published_latency import PublishedLatency, Quantity
from dashboard.capacity_words import words_of
from dashboard.chat.batch.tested import BatchResults, ModelResult
from dashboard.comparison_latency import ModelledLatency, OptionLatency
from dashboard.figures.pareto import Metric, ParetoPoint
from dashboard.format import Format
from dashboard.pages.visit import Visit
from dashboard.texts import Texts

MILLISECONDS: Final = 1000
QUANTITY: Final[Mapping[Metric, Quantity]] = {
    Metric.FIRST_TOKEN: "ttft_seconds",
    Metric.TOKEN_TIME: "tpot_seconds",
}
"""The metrics that are latencies, as the catalog calls them."""


class Basis(StrEnum):
    """How the values of a chart are known."""

    TEST = "test"
    PUBLISHED = "published"
    MODELLED = "modelled"


BASES: Final[Mapping[Metric, tuple[Basis, ...]]] = {
    Metric.QUALITY: (Basis.TEST,),
    Metric.FIRST_TOKEN: (Basis.TEST, Basis.PUBLISHED, Basis.MODELLED),
    Metric.TOKEN_TIME: (Basis.PUBLISHED, Basis.MODELLED),
    Metric.SPEED: (Basis.TEST,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Priced:
    """A model or an option with its cost a month; model: its id in the catalog. no_cost: why there
    is no cost, for an option."""

    label: str
    model: str | None
    cost: Decimal | None
    no_cost: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a chart shows: the metric, how it is known, and how else it could be."""

    metric: Metric
    basis: Basis
    offered: tuple[Basis, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """What is known of things, by label: published runs, and of options their latencies; tested: of
    models, by id. latencies None: these are models, of which any machine counts."""

    tested: BatchResults | None
    runs: Mapping[str, Mapping[Quantity, PublishedLatency]]
    latencies: Mapping[str, OptionLatency] | None = None


Charts: TypeAlias = Mapping[tuple[Metric, Basis], Sequence[ParetoPoint]]
"""The points of every chart that there can be."""


def charts(things: Sequence[Priced], sources: Sources, texts: Texts) -> Charts:
    """Every metric in every way that it can be known."""
    found: dict[tuple[Metric, Basis], Sequence[ParetoPoint]] = {}
    for metric, bases in BASES.items():
        if Basis.TEST in bases:
            found[metric, Basis.TEST] = tested_points(things, sources.tested, metric, texts)
        if Basis.PUBLISHED in bases:
            found[metric, Basis.PUBLISHED] = published_points(things, sources, metric, texts)
        if Basis.MODELLED in bases and sources.latencies is not None:
            points = modelled_points(things, sources.latencies, metric, texts)
            found[metric, Basis.MODELLED] = points
    return found


def shown(visit: Visit, found: Charts) -> Shown:
    """What an address asks for; quality where it asks for nothing that there is, and of several
    ways to know it the first that knows something."""
    metrics = [one for one in visit.all("metric") if one in set(Metric)]
    metric = Metric(metrics[-1]) if metrics else Metric.QUALITY
    offered = tuple(one for one in BASES[metric] if (metric, one) in found)
    asked = [one for one in visit.all("latency") if one in set(offered)]
    knowing = [
        one for one in offered if any(point.value is not None for point in found[metric, one])
    ]
    basis = Basis(asked[-1]) if asked else (knowing or offered)[0]
    return Shown(metric=metric, basis=basis, offered=offered)


def tested_points(
    things: Sequence[Priced], tested: BatchResults | None, metric: Metric, texts: Texts
) -> list[ParetoPoint]:
    """A point each with what the batch test says of its model."""
    points = []
    for one in things:
        found = None if tested is None or one.model is None else tested.models.get(one.model)
        value, low, high = (None, None, None) if found is None else _tested(found, metric)
        why = "no_test" if tested is None else "not_asked" if found is None else "no_value"
        points.append(
            ParetoPoint(
                label=one.label,
                cost=one.cost,
                value=value,
                low=low,
                high=high,
                because="" if value is not None else texts(f"pareto.because.{why}"),
                no_cost=one.no_cost,
            )
        )
    return points


def published_points(
    things: Sequence[Priced], sources: Sources, metric: Metric, texts: Texts
) -> list[ParetoPoint]:
    """A point each with its published run."""
    quantity, points = QUANTITY[metric], []
    for one in things:
        run = sources.runs.get(one.label, {}).get(quantity)
        value = None if run is None else getattr(run, quantity)
        latency = None if sources.latencies is None else sources.latencies[one.label]
        why = "no_machine" if latency is not None and not latency.is_host else "no_run"
        points.append(
            ParetoPoint(
                label=one.label,
                cost=one.cost,
                value=_in_unit(value, metric),
                how="" if run is None else _run_words(run, one.model, texts),
                because="" if run is not None else texts(f"pareto.because.{why}"),
                no_cost=one.no_cost,
            )
        )
    return points


def modelled_points(
    things: Sequence[Priced],
    latencies: Mapping[str, OptionLatency],
    metric: Metric,
    texts: Texts,
) -> list[ParetoPoint]:
    """A point an option with what the capacity model says of its hosts."""
    points = []
    for one in things:
        found = latencies[one.label]
        modelled = found.modelled
        value = None if modelled is None else getattr(modelled, QUANTITY[metric])
        points.append(
            ParetoPoint(
                label=one.label,
                cost=one.cost,
                value=_in_unit(value, metric),
                how="" if modelled is None else _model_words(modelled, texts),
                because="" if modelled is not None else _not_modelled(found, texts),
                no_cost=one.no_cost,
            )
        )
    return points


def _tested(
    found: ModelResult, metric: Metric
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    if metric is Metric.QUALITY:
        return found.right, found.low, found.high
    if metric is Metric.FIRST_TOKEN:
        return found.first_token, None, found.first_token_p95
    return found.speed, None, None


def _in_unit(seconds: Decimal | None, metric: Metric) -> Decimal | None:
    if seconds is None or metric is not Metric.TOKEN_TIME:
        return seconds
    return seconds * MILLISECONDS


def _run_words(run: PublishedLatency, model: str | None, texts: Texts) -> str:
    """Machine, weights and engine of a run; the model where it was another one, built alike."""
    engine = run.engine if run.engine_version is None else f"{run.engine} {run.engine_version}"
    facts = {"gpus": str(run.gpus), "gpu": run.gpu_key, "weights": run.weights, "engine": engine}
    said = texts("pareto.how.published", **facts)
    if run.model_id == model:
        return said
    return texts("space").join([said, texts("pareto.how.alike", model=run.model_id)])


def _model_words(found: ModelledLatency, texts: Texts) -> str:
    fmt = Format(texts.language, "USD")
    return texts(
        "pareto.how.modelled",
        batch=fmt.exact_count(found.requests_in_flight),
        evidence=texts(f"evidence.{found.evidence}"),
        measurements=str(found.measurements),
    )


def _not_modelled(found: OptionLatency, texts: Texts) -> str:
    if not found.is_host:
        return texts("pareto.because.no_machine")
    if found.reason is None:
        return texts("pareto.because.not_modelled")
    return words_of(texts, found.reason)
