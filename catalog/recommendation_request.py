"""What a recommendation is asked beside the scenario: where, whose hosts, how a model is served."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from catalog.problems import Refused, problem
from catalog.scenario import ServingFields, Weights
from catalog.scenario_fields import Count, Line, Part, PositiveCount, Truth
from catalog.scenario_problems import problem_of

SHOWN = 10


class RecommendationRequest(Part):
    """One question for hosts.

    Attributes:
        today: hosts that ended by this day never win, and prices are old from it.
        regions: None: that of the scenario. all_regions: every one with a price instead.
        providers: None: all. A host whose provider names no region has the region None.
        weights: how the weights may be stored, the cheapest is taken; None: as published.
        serving: engine, its settings and the cache; how a replica is spread is chosen, and
            weights are those above.
        spare_hosts: standby hosts beside those that are needed.
        limit: hosts a region that are told in full.
    """

    today: date
    regions: tuple[Line, ...] | None = None
    all_regions: Truth = False
    providers: tuple[Line, ...] | None = None
    weights: tuple[Weights, ...] | None = None
    serving: ServingFields = ServingFields()
    spare_hosts: Count = 0
    limit: PositiveCount = SHOWN


def read_request(values: Mapping[str, Any]) -> RecommendationRequest:
    """A request out of plain data, `engine` and `tuned` as keys of its own.

    Raises Refused with every word that is not known.
    """
    given = {key: value for key, value in values.items() if value is not None}
    serving = {key: given.pop(key) for key in ("engine", "tuned", "cache") if key in given}
    try:
        request = RecommendationRequest.model_validate({**given, "serving": serving})
    except ValidationError as error:
        found = [problem_of(one) for one in error.errors(include_url=False)]
        short = [one.path[1:] if one.path[:1] == ("serving",) else one.path for one in found]
        raise Refused(
            [problem(one.code, path, **one.facts) for one, path in zip(found, short, strict=True)]
        ) from None
    if request.all_regions and request.regions:
        named = ", ".join(request.regions)
        raise Refused([problem("regions_or_all", ("all_regions",), found=named)])
    return request
