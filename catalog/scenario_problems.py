"""What is wrong with a scenario, as problems: the path in the document, what was expected and
found, and the nearest name of a key that is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rapidfuzz import fuzz, process

from catalog.problems import Path, Problem, problem
from catalog.scenario_fields import Part

LEAST_LIKENESS = 60
KINDS = ("serverless", "dedicated", "provisioned")


def problem_of(error: Mapping[str, Any]) -> Problem:
    """What pydantic found as a problem at its place in the document."""
    path = _path(error["loc"])
    kind, given = error["type"], error.get("input")
    if kind == "missing":
        return problem("required", path, key=path[-1])
    if kind == "extra_forbidden":
        return problem("unknown_key", path, key=repr(path[-1]), nearest=_nearest_key(error["loc"]))
    if kind in ("literal_error", "union_tag_invalid"):
        return _not_one_of(path, kind, error)
    if kind == "union_tag_not_found":
        return problem("required", (*path, "kind"), key="kind")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return problem("not_a_mapping", path, found=kind_of(given))
    if kind in ("tuple_type", "list_type"):
        return problem("not_a_list", path, found=kind_of(given))
    if kind in _CODES:
        return problem(kind, path, **error.get("ctx", {}))
    return problem("invalid", path, reason=error["msg"])


_CODES = frozenset(
    {
        "not_a_number", "not_finite", "negative", "too_large", "too_precise", "not_positive",
        "above_most", "below_least", "not_whole", "not_text", "empty", "too_long", "not_a_date",
        "not_a_url", "not_a_currency", "version_unknown", "not_a_truth", "not_a_month", "too_many",
        "spread_forms", "spread_order", "empty_list", "listed_twice", "not_below",
    }
)  # fmt: skip


def _not_one_of(path: Path, kind: str, error: Mapping[str, Any]) -> Problem:
    if kind == "union_tag_invalid":
        given = error["input"]["kind"]
        path, allowed = (*path, "kind"), list(KINDS)
    else:
        given = error.get("input")
        allowed = _words(error["ctx"]["expected"])
    return problem("not_one_of", path, allowed=", ".join(allowed), found=kind_of(given))


def _words(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _path(location: Sequence[str | int]) -> Path:
    """The path in the document: pydantic also names the branch of a union, which is no key."""
    path = list(location)
    if len(path) > 2 and path[0] == "options" and path[2] in KINDS:
        del path[2]
    if len(path) > 3 and path[2] == "capacity" and path[3] in ("word", "typed"):
        del path[3]
    if len(path) > 1 and path[0] == "profile" and path[1] in ("word", "typed"):
        del path[1]
    if path and path[-1] == "[key]":
        path.pop()
    return tuple(path)


def _nearest_key(location: Path) -> str:
    path = _path(location)
    kind = location[2] if len(path) == 3 and len(location) == 4 else None
    names = sorted(
        {
            name
            for part in _parts(Part)
            if _belongs(part, path) and _of_kind(part, kind)
            for name in part.model_fields
        }
    )
    found = process.extractOne(
        str(path[-1]), names, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS
    )
    return f"Did you mean {found[0]}?" if found else f"Known here: {', '.join(names)}."


_OF_KIND: Mapping[Any, str] = {
    "serverless": "ServerlessFields",
    "dedicated": "DedicatedFields",
    "provisioned": "ProvisionedFields",
}
_OWNERS: Mapping[str, tuple[str, ...]] = {
    "": ("Scenario",),
    "workload": ("WorkloadFields",),
    "options": ("ServerlessFields", "DedicatedFields", "ProvisionedFields"),
    "sizing": ("SizingFields",),
    "prices": ("TokenPrices",),
    "steps": ("PriceStepFields",),
    "capacity": ("CapacityFields",),
    "serving": ("ServingFields",),
    "volumes": ("VolumeFields",),
    "add_ons": ("AddOnFields",),
    "residency": ("Residency",),
    "rates": ("Rate",),
    "catalog_rates": ("CatalogRates",),
    "plan": ("PlanFields",),
    "commitment": ("HostCommitmentFields", "UnitCommitmentFields"),
    "one_off": ("OneOffFields",),
    "owned": ("OwnedFields",),
    "profile": ("ProfileFields",),
    "sweep": ("SweepFields",),
}
"""Names of the classes of the scenario and of its optional parts that stand under a key."""


def _parts(base: type[Part]) -> Iterator[type[Part]]:
    for part in base.__subclasses__():
        yield part
        yield from _parts(part)


def _of_kind(part: type[Part], kind: Any) -> bool:
    """Whether a part is what options of this kind are; any where the kind is not known."""
    return part.__name__ == _OF_KIND.get(kind, part.__name__)


def _belongs(part: type[Part], path: Path) -> bool:
    """Whether this part is what stands at the path above the key."""
    above = [step for step in path[:-1] if isinstance(step, str)]
    last = above[-1] if above else ""
    if above[:1] == ["uncertainty"]:
        return part.__name__ == ("UncertaintyFields" if len(above) == 1 else "SpreadFields")
    price = ("Rate",) if above[:1] == ["rates"] else ("TypedPrice",)
    return part.__name__ in _OWNERS.get(last, price)


def kind_of(value: Any) -> str:
    """A value as it is named in a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "named values"
    if isinstance(value, (list, tuple)):
        return "a list"
    return repr(str(value))
