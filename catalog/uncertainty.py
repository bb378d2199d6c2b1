"""What a scenario leaves open: its `uncertainty`, and the defaults for what it does not state.

Defaults: load 30 % and output tokens 25 % less or more as P10 and P90 of a lognormal, no price
drift, hosts by the band of their estimate. Hosts of one engine share a draw.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from catalog.problems import Refused, problem
from catalog.scenario import DedicatedFields, Scenario
from catalog.uncertainty_fields import SpreadFields, UncertaintyFields
from costing import Question
from costing.changes import fitting
from costing.distributions import (
    Distribution,
    Fixed,
    Lognormal,
    Triangular,
    Uncertainty,
    Uniform,
    require_fitting,
)
from costing.errors import InvalidQuestion, InvalidValue
from costing.units import exact, to_decimal

DEFAULTS: Final[Mapping[str, SpreadFields]] = {
    "load": SpreadFields(p10=Decimal("0.7"), p90=Decimal("1.3")),
    "output_tokens": SpreadFields(p10=Decimal("0.75"), p90=Decimal("1.25")),
}


def uncertainty_of(scenario: Scenario, question: Question) -> Uncertainty:
    """What is not known about the question of a scenario. Raises Refused with the path."""
    stated, shape = scenario.uncertainty or UncertaintyFields(), question.workload.shape
    load = to_decimal(question.workload.requests_per_hour)
    try:
        found = Uncertainty(
            load=_common(stated, "load", load),
            input_tokens=_common(stated, "input_tokens", shape.input_tokens),
            output_tokens=_common(stated, "output_tokens", shape.output_tokens),
            cached_input_share=_common(stated, "cached_input_share", Decimal(1)),
            drift={name: _times(spread, Decimal(1)) for name, spread in stated.drift.items()},
            capacity={name: _times(spread, Decimal(1)) for name, spread in stated.capacity.items()},
            engines={
                one.name: "vllm" if one.serving is None else one.serving.engine
                for one in scenario.options
                if isinstance(one, DedicatedFields)
            },
        )
        require_fitting(question, found)
    except InvalidQuestion as error:
        reason = f"{error.reason[0].upper()}{error.reason[1:]}."
        path = tuple(error.field.split("."))
        raise Refused([problem("invalid", path, reason=reason)]) from None
    except InvalidValue as error:
        reason = f"Expected {error.field} as {error.expected}, found {error.found}."
        raise Refused([problem("invalid", ("uncertainty",), reason=reason)]) from None
    return found


def _common(stated: UncertaintyFields, key: str, now: Decimal) -> Distribution | None:
    """What is stated about an input, else its default; a default does not vary what is 0."""
    spread: SpreadFields | None = getattr(stated, key)
    if spread is None and now > 0:
        spread = DEFAULTS.get(key)
    return None if spread is None else _times(spread, now)


def _times(spread: SpreadFields, now: Decimal) -> Distribution:
    def of(value: Decimal | None) -> Decimal:
        assert value is not None  # SpreadFields has one complete form
        return fitting(exact(value) * exact(now))

    if spread.fixed is not None:
        return Fixed(value=of(spread.fixed))
    if spread.p10 is not None:
        return Lognormal(p10=of(spread.p10), p90=of(spread.p90))
    if spread.mode is not None:
        return Triangular(low=of(spread.low), mode=of(spread.mode), high=of(spread.high))
    return Uniform(low=of(spread.low), high=of(spread.high))
