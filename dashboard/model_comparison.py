"""Models of the catalog side by side as one document: what REST sends of them. Numbers are text and
exact, latencies are seconds, unknown is null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from catalog.database import Database
from catalog.dossier import Dossier, model_dossier
from catalog.problems import Refused
from catalog.published_latency import PublishedLatency, Quantity
from costing import decimal_text
from dashboard.comparison_answer import published_document
from dashboard.comparison_latency import QUANTITIES, model_latencies
from dashboard.figures.frontier import unbeaten
from dashboard.model_costs import AskedLoad, MonthCost, load_of, month_cost, usable_offers

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedModels:
    """Models by any of their names, where they are bought, the country that requests must not leave
    (None: any), and the workload as typed, by the names of `model_costs.ASSUMED`."""

    names: Sequence[str]
    region: str
    country: str | None
    load: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedModel:
    """A model with the cheapest way to buy it by the token at the workload; None: there is none."""

    dossier: Dossier
    cost: MonthCost | None
    published: Mapping[Quantity, PublishedLatency]


def compare_models(
    database: Database, asked: AskedModels, today: date
) -> tuple[AskedLoad, tuple[ComparedModel, ...]]:
    """The workload and the models, each once, in the order of their names.

    Raises ModelNotFound, ModelAmbiguous, and Refused for a workload that is none.
    """
    load = load_of(asked.load)
    if load.problems or load.shape is None:
        raise Refused(list(load.problems))
    with database.read() as session:
        found = [model_dossier(session, name, asked.region) for name in asked.names]
        dossiers = {one.model.id: one for one in found}
        published = model_latencies(session, list(dossiers), load.shape)
        models = tuple(
            ComparedModel(
                dossier=one,
                cost=_cost(session, load, one, asked, today),
                published=published[name],
            )
            for name, one in dossiers.items()
        )
    return load, models


def models_document(
    asked: AskedModels, load: AskedLoad, models: Sequence[ComparedModel]
) -> Document:
    """The whole comparison. frontiers: which models nothing else beats in cost and a latency."""
    return {
        "region": asked.region,
        "workload": load.fields | {"assumed": load.is_assumed},
        "currency": "USD",
        "models": [_model(one) for one in models],
        "frontiers": [
            {"latency": quantity, "basis": "published", "models": ids}
            for quantity in QUANTITIES
            if (ids := _frontier(models, quantity))
        ],
    }


def _cost(
    session: Session, load: AskedLoad, one: Dossier, asked: AskedModels, today: date
) -> MonthCost | None:
    sheets = usable_offers(one, asked.region, asked.country, today)
    return month_cost(session, load, one.model.id, asked.region, sheets)


def _model(one: ComparedModel) -> Document:
    facts, cost = one.dossier, one.cost
    return {
        "id": facts.model.id,
        "name": facts.model.name,
        "publisher": facts.model.publisher,
        "license": facts.license,
        "parameters": facts.parameters,
        "context_tokens": facts.context_tokens,
        "retired_on": None if facts.retired_on is None else facts.retired_on.isoformat(),
        "cost_per_month": None if cost is None else decimal_text(cost.cost),
        "offer": None if cost is None else cost.sheet.offer.id,
        "provider": None if cost is None else cost.sheet.provider,
        "latency": {
            "published": {
                quantity: published_document(run, quantity)
                for quantity, run in one.published.items()
            }
        },
    }


def _frontier(models: Sequence[ComparedModel], quantity: Quantity) -> list[str]:
    def place(one: ComparedModel) -> Any:
        run = one.published.get(quantity)
        seconds = None if run is None else getattr(run, quantity)
        return None if one.cost is None or seconds is None else (one.cost.cost, -seconds)

    return [one.dossier.model.id for one in unbeaten(models, place)]
