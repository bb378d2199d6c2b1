"""The optional `uncertainty` of a scenario: what is not known, and how far it may be off.

Every number but a cached share is a multiple of what the scenario says: `load: {p10: 0.7,
p90: 1.3}` is 30 % less or more, however the load was counted.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from catalog.scenario_fields import Line, Number, Part, refuse

FORMS = (("fixed",), ("low", "high"), ("low", "mode", "high"), ("p10", "p90"))
"""The keys of a known value, a uniform, a triangular and a lognormal distribution."""


class SpreadFields(Part):
    """One distribution, in exactly one of the four forms."""

    fixed: Number | None = None
    low: Number | None = None
    mode: Number | None = None
    high: Number | None = None
    p10: Number | None = None
    p90: Number | None = None

    @model_validator(mode="after")
    def _in_one_form(self) -> Self:
        given = [
            (key, value)
            for key in SpreadFields.model_fields
            if (value := getattr(self, key)) is not None
        ]
        names = tuple(key for key, _ in given)
        if names not in FORMS:
            raise refuse("spread_forms", found=", ".join(names) or "none of them")
        values = [value for _, value in given]
        if values != sorted(values) or (self.p10 is not None and self.p10 == 0):
            found = ", ".join(f"{key} {value}" for key, value in given)
            raise refuse("spread_order", found=found)
        return self


class UncertaintyFields(Part):
    """What is stated beside the defaults. drift and capacity: by the name of an option."""

    load: SpreadFields | None = None
    input_tokens: SpreadFields | None = None
    output_tokens: SpreadFields | None = None
    cached_input_share: SpreadFields | None = None
    drift: dict[Line, SpreadFields] = Field(default_factory=dict)
    capacity: dict[Line, SpreadFields] = Field(default_factory=dict)
