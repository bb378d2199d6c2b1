"""How fast options and models answer, for a comparison: what the capacity model says of the hosts
of an option, and what was published of runs under the same conditions. The two are kept apart.

All are means: of the model at the most that one host serves within the targets; of published runs
as their source tells them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlmodel import Session

from catalog.database import Database
from catalog.errors import InstanceNotFound, ModelAmbiguous, ModelNotFound
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.published_latency import (
    PublishedLatency,
    Quantity,
    comparable,
    published_latencies,
)
from catalog.scenario import DedicatedFields
from costing import Dedicated, RequestShape
from costing.capacity_reasons import Reason
from dashboard.comparison import Comparison

if TYPE_CHECKING:  # it loads NumPy, which the first page does not wait for
    from catalog.capacity import OptionCapacity

QUANTITIES: Final[tuple[Quantity, ...]] = ("ttft_seconds", "tpot_seconds")
DIGITS: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelledLatency:
    """What the capacity model says of one host at the most it serves within the targets.

    ttft_seconds, tpot_seconds: means, six digits. requests_in_flight: of one replica. evidence:
    own_measurement, published_measurement or fitted_model; measurements: rows behind it.
    """

    ttft_seconds: Decimal
    tpot_seconds: Decimal
    requests_in_flight: Decimal
    evidence: str
    measurements: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionLatency:
    """Of one option. is_host: it has machines that are known; what is sold by the token or in units
    tells none. modelled None: reason says why, where the capacity model was asked.

    published: by quantity, runs of its model on its machine; only those that are comparable with
    the runs of the other options.
    """

    is_host: bool
    modelled: ModelledLatency | None = None
    reason: Reason | None = None
    published: Mapping[Quantity, PublishedLatency] = field(default_factory=dict)


def option_latencies(
    database: Database, found: Comparison, known: Sequence[OptionCapacity] = ()
) -> Mapping[str, OptionLatency]:
    """The latency of each option by its name. known: capacities that were estimated already."""
    capacities = {one.option: one for one in known}
    modelled: dict[str, tuple[ModelledLatency | None, Reason | None]] = {}
    runs: dict[str, Sequence[PublishedLatency]] = {}
    with database.read() as session:
        for one in found.options:
            if isinstance(one.option, Dedicated) and isinstance(one.document, DedicatedFields):
                capacity = capacities.get(one.name) or _capacity(session, found, one.document)
                modelled[one.name] = _modelled(capacity)
                runs[one.name] = _runs(session, one.option)
    shape = found.answer.question.workload.shape
    chosen = {
        quantity: comparable(runs, quantity, shape, same_machine=False) for quantity in QUANTITIES
    }
    return {
        one.name: OptionLatency(
            is_host=one.name in modelled,
            modelled=modelled.get(one.name, (None, None))[0],
            reason=modelled.get(one.name, (None, None))[1],
            published=_of(chosen, one.name),
        )
        for one in found.options
    }


def model_latencies(
    session: Session, ids: Sequence[str], shape: RequestShape
) -> Mapping[str, Mapping[Quantity, PublishedLatency]]:
    """Published runs of models of the catalog by their ids and by quantity: on the same machine and
    under the same conditions, whoever sells them."""
    runs = {one: published_latencies(session, find_model(session, one)) for one in ids}
    chosen = {
        quantity: comparable(runs, quantity, shape, same_machine=True) for quantity in QUANTITIES
    }
    return {one: _of(chosen, one) for one in ids}


def _of(
    chosen: Mapping[Quantity, Mapping[str, PublishedLatency]], name: str
) -> Mapping[Quantity, PublishedLatency]:
    return {quantity: runs[name] for quantity, runs in chosen.items() if name in runs}


def _capacity(session: Session, found: Comparison, document: DedicatedFields) -> OptionCapacity:
    from catalog.capacity import option_capacity

    return option_capacity(session, found.scenario, document)


def _modelled(found: OptionCapacity) -> tuple[ModelledLatency | None, Reason | None]:
    from costing.capacity import CapacityEstimate

    answer = found.answer
    if not isinstance(answer, CapacityEstimate):
        return None, next(iter(found.reasons), None)
    return (
        ModelledLatency(
            ttft_seconds=_exact(answer.ttft_seconds),
            tpot_seconds=_exact(answer.tpot_seconds),
            requests_in_flight=_exact(answer.batch),
            evidence=answer.evidence.value,
            measurements=answer.measurements,
        ),
        None,
    )


def _exact(number: float) -> Decimal:
    return Decimal(f"{number:.{DIGITS}g}")


def _runs(session: Session, option: Dedicated) -> Sequence[PublishedLatency]:
    """Runs of the option's model on as many GPUs of the kind as one of its hosts has."""
    if option.sold.model is None or option.sold.instance is None:
        return ()
    try:
        model = find_model(session, option.sold.model)
        instance = find_instance(session, option.sold.instance)
    except (ModelNotFound, ModelAmbiguous, InstanceNotFound):
        return ()
    count = instance.gpu_count
    if instance.gpu is None or count is None or count != int(count):
        return ()
    return published_latencies(session, model, (instance.gpu.key, int(count)))
