"""The names in a question for a recommendation: its model, regions and providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import Session

from catalog.named import folded_region, named_model, nearest_of, unknown_region
from catalog.price_queries import all_regions
from catalog.problems import Path, Problem, Refused, problem
from catalog.recommendation_request import RecommendationRequest
from catalog.scenario import DedicatedFields, Scenario
from catalog.tables import INSTANCE
from catalog.views import Model


def looked_up(
    session: Session, scenario: Scenario, request: RecommendationRequest
) -> tuple[Model, tuple[str, ...] | None]:
    """The model, and the places by their names in the catalog, None: all of them.

    Raises Refused with everything that is not known.
    """
    problems: list[Problem] = []
    model = None
    name, path = _model_name(scenario)
    if name is None:
        problems.append(problem("required", ("model",), key="model"))
    else:
        model = named_model(session, name, path, problems)
        # Elsewhere a model may be left out; here nothing can be said without one.
        problems = [replace(one, code="model_not_known") for one in problems]
    regions = None if request.all_regions else _regions(session, scenario, request, problems)
    if request.providers is not None:
        sellers = session.execute(select(INSTANCE.c.provider_id).distinct())
        problems += _unknown_providers(request.providers, sorted(sellers.scalars()))
    if problems or model is None:
        raise Refused(problems)
    return model, regions


def _model_name(scenario: Scenario) -> tuple[str | None, Path]:
    """The model of the question; where only its options name one, that of the first on hosts."""
    hosts = [
        (one.model, ("options", place, "model"))
        for place, one in enumerate(scenario.options)
        if isinstance(one, DedicatedFields) and one.model is not None
    ]
    if scenario.model is not None or not hosts:
        return scenario.model, ("model",)
    return hosts[0]


def _regions(
    session: Session,
    scenario: Scenario,
    request: RecommendationRequest,
    problems: list[Problem],
) -> tuple[str, ...]:
    asked: list[tuple[Path, str]] = [
        (("regions", place), name) for place, name in enumerate(request.regions or ())
    ]
    if not asked and scenario.region is not None:
        asked = [(("region",), scenario.region)]
    if not asked:
        problems.append(problem("required", ("region",), key="region"))
    known = all_regions(session)
    found = []
    for path, name in asked:
        folded = folded_region(name)
        if folded not in known:
            problems.append(unknown_region(name, known, path))
        found.append(folded)
    return tuple(dict.fromkeys(found))


def _unknown_providers(asked: Sequence[str], known: Sequence[str]) -> list[Problem]:
    return [
        problem(
            "unknown_provider",
            ("providers", place),
            found=repr(name),
            nearest=nearest_of(name.casefold(), known),
        )
        for place, name in enumerate(asked)
        if name.casefold() not in known
    ]
