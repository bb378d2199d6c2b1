"""The scenario document, version 1: one question, the same as file, request body, object and row.

`parse_scenario` takes plain data (see `catalog.document`) and finds everything that is wrong with
it at once. Numbers stay exact, and what a person typed (requests a month, users) is kept as typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationError

from catalog.document import Places
from catalog.plan_fields import (
    HostCommitmentFields,
    OneOffs,
    PlanFields,
    UnitCommitmentFields,
    month_outside,
    plan_problems,
)
from catalog.problems import Problem, Refused, at_places, problem
from catalog.scenario_fields import (
    Count,
    Currency,
    Day,
    Line,
    Number,
    Part,
    Peak,
    Positive,
    PositiveCount,
    Share,
    Term,
    Truth,
    TypedPrice,
    UnitTerm,
    Version,
    read_steps,
)
from catalog.scenario_problems import kind_of, problem_of
from catalog.sweep_fields import SweepFields
from catalog.uncertainty_fields import UncertaintyFields
from catalog.vocabulary import RateSource
from catalog.whole_cost_fields import (
    AddOnFields,
    HostCostFields,
    LensWord,
    Profile,
    ProfileFields,
    add_on_problems,
    host_cost_problems,
    profile_problems,
)

MOST = {"options": 20, "volumes": 20, "add_ons": 50}
LOAD_FORMS = (
    ("requests_per_hour",),
    ("requests_per_month",),
    ("users", "requests_per_user_per_day", "days_per_month"),
)

Deployment: TypeAlias = Literal["global", "data_zone", "regional", "unknown"]

Weights: TypeAlias = Literal["bf16", "fp16", "fp8", "int8", "int4", "nvfp4", "mxfp4"]
CacheWidth: TypeAlias = Literal["bf16", "fp16", "fp8", "int8"]
EngineWord: TypeAlias = Literal["vllm", "tensorrt-llm", "sglang"]


class PriceStepFields(Part):
    """Prices of a whole request whose input is longer than so many tokens."""

    above_input_tokens: Positive
    input: TypedPrice | None = None
    output: TypedPrice | None = None
    cached_input: TypedPrice | None = None


class TokenPrices(Part):
    """The prices of a serverless option; one that is absent is unknown, not free. steps: prices of
    longer requests, in rising order of length."""

    input: TypedPrice | None = None
    output: TypedPrice | None = None
    cached_input: TypedPrice | None = None
    hosting: TypedPrice | None = None
    steps: Annotated[tuple[PriceStepFields, ...], BeforeValidator(read_steps)] = ()


class CapacityFields(Part):
    """What one instance sustains of both at once, in tokens a second."""

    input_tokens_per_second: Positive | None = None
    output_tokens_per_second: Positive | None = None
    evidence: Line | None = None


class ServingFields(Part):
    """How a model is served on a host: for capacity that is estimated. Left out: weights as they
    are published, a cache of 16 bits, vLLM with its default settings, the best way to spread."""

    weights: Weights | None = None
    cache: CacheWidth | None = None
    engine: EngineWord = "vllm"
    tuned: Truth = False
    tensor_parallel: PositiveCount | None = None
    pipeline_parallel: PositiveCount | None = None
    data_parallel: PositiveCount | None = None


class OptionFields(Part):
    """What any option may carry: its own model, region and tokens, because real choices differ in
    these."""

    name: Line
    model: Line | None = None
    region: Line | None = None
    input_tokens: Number | None = None
    output_tokens: Number | None = None
    cached_input_share: Share | None = None
    one_off: OneOffs = ()


class ServerlessFields(OptionFields):
    """Pay per token: typed prices, an offer of the catalog, or provider and deployment to look it
    up. mode batch: the prices of answers that may take a day."""

    kind: Literal["serverless"]
    prices: TokenPrices | None = None
    offer: Line | None = None
    provider: Line | None = None
    deployment: Deployment | None = None
    mode: Literal["standard", "batch"] = "standard"


def _capacity_kind(value: Any) -> str:
    return "typed" if isinstance(value, (dict, CapacityFields)) else "word"


class DedicatedFields(OptionFields, HostCostFields):
    """GPU hosts by the hour: a typed price, the catalog's for this instance, region and term, or
    owned ones."""

    kind: Literal["dedicated"]
    instance: Line | None = None
    price: TypedPrice | None = None
    term: Term = "on_demand"
    minimum_instances: Count
    spare_instances: Count
    maximum_instances: PositiveCount | None = None
    capacity: Annotated[
        Annotated[Literal["unlimited", "estimated"], Tag("word")]
        | Annotated[CapacityFields, Tag("typed")],
        Discriminator(_capacity_kind),
    ] = "estimated"
    serving: ServingFields | None = None
    commitment: HostCommitmentFields | None = None


class SizingFields(Part):
    """What one unit of throughput carries and how many are bought: typed where the catalog does not
    know the model."""

    minimum_units: Count
    step_units: PositiveCount
    input_tokens_per_minute_per_unit: Positive
    output_token_weight: Positive | None = None


class ProvisionedFields(OptionFields):
    """Throughput rented in units (PTU): a typed price and sizing, or the catalog's for this model,
    deployment and term."""

    kind: Literal["provisioned"]
    provider: Line = "azure"
    deployment: Literal["global", "data_zone", "regional"] | None = None
    price: TypedPrice | None = None
    term: UnitTerm = "hourly"
    sizing: SizingFields | None = None
    maximum_units: PositiveCount | None = None
    commitment: UnitCommitmentFields | None = None


OptionDocument: TypeAlias = Annotated[
    ServerlessFields | DedicatedFields | ProvisionedFields, Field(discriminator="kind")
]


class WorkloadFields(Part):
    """The load as typed, in one of three forms, and the shape of a mean request."""

    requests_per_hour: Number | None = None
    requests_per_month: Number | None = None
    users: Number | None = None
    requests_per_user_per_day: Number | None = None
    days_per_month: Number | None = None
    input_tokens: Number
    output_tokens: Number
    cached_input_share: Share = Field(default=0, validate_default=True)
    peak_to_mean: Peak
    ttft_seconds: Positive | None = None
    tpot_seconds: Positive | None = None


class VolumeFields(Part):
    """A further load to judge: the workload times a factor."""

    name: Line
    factor: Positive


class Residency(Part):
    """Where requests must be processed, as a country code; null: anywhere."""

    processing: Line | None = None


class Rate(Part):
    """Units of a currency for one US dollar."""

    per_usd: Positive
    as_of: Day | None = None
    source: Line | None = None


class CatalogRates(Part):
    """Which rates of the catalog prices in another currency are converted at.

    Attributes:
        source: the European Central Bank's, one's own, or the bundled sample.
        at_most_days_old: an older rate is refused.
        owner: of own rates; may be left out where one owner has a rate.
        day: for which a rate is wanted; left out: today.
    """

    source: RateSource
    at_most_days_old: Count
    owner: Line | None = None
    day: Day | None = None


class Scenario(Part):
    """One question (DESIGN section 5). Made by `parse_scenario`."""

    version: Version
    title: Line | None = None
    model: Line | None = None
    region: Line | None = None
    residency: Residency = Residency()
    currency: Currency = "USD"
    workload: WorkloadFields
    volumes: tuple[VolumeFields, ...] = ()
    options: tuple[OptionDocument, ...]
    add_ons: tuple[AddOnFields, ...] = ()
    rates: dict[Currency, Rate] = Field(default_factory=dict)
    support_share: Share = Field(default=0, validate_default=True)
    tax_share: Share = Field(default=0, validate_default=True)
    lens: LensWord = "full"
    profile: Profile | None = None
    catalog_rates: CatalogRates | None = None
    search_to_requests_per_hour: Positive | None = None
    plan: PlanFields | None = None
    uncertainty: UncertaintyFields | None = None
    sweep: SweepFields | None = None


def parse_scenario(value: Any, places: Places | None = None, name: str = "") -> Scenario:
    """A scenario out of plain data. Raises Refused with every problem, each with its line if
    known."""
    problems: list[Problem] = []
    scenario: Scenario | None = None
    if not isinstance(value, Mapping):
        problems.append(problem("not_a_mapping", (), found=kind_of(value)))
    else:
        try:
            scenario = Scenario.model_validate(dict(value))
            problems += _contradictions(scenario)
        except ValidationError as error:
            problems += [problem_of(found) for found in error.errors(include_url=False)]
        problems += _checked(value)
    if problems or scenario is None:
        unique = list({(found.code, found.path): found for found in problems}.values())
        raise Refused(at_places(unique, places or {}), name=name)
    return scenario


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data for JSON: decimals as text, what was left out stays out."""
    document: dict[str, Any] = scenario.model_dump(mode="json", exclude_unset=True)
    return document


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of the document, for the API description; numbers are accepted as text or
    number."""
    return Scenario.model_json_schema()


def _checked(value: Mapping[str, Any]) -> list[Problem]:
    """What no single field can tell: counts of things, names used twice, forms of the load."""
    found: list[Problem] = []
    for key, most in MOST.items():
        things = value.get(key)
        if isinstance(things, (list, tuple)) and len(things) > most:
            found.append(problem("too_many", (key,), most=most, found=len(things)))
    options = value.get("options")
    if options in ([], ()):
        found.append(problem("no_options", ("options",)))
    for key in ("options", "volumes"):
        found += _names_used_twice(key, value.get(key))
    workload = value.get("workload")
    if isinstance(workload, Mapping):
        found += _load_forms(workload)
    return found


def _names_used_twice(key: str, things: Any) -> list[Problem]:
    if not isinstance(things, (list, tuple)):
        return []
    seen: set[str] = set()
    found: list[Problem] = []
    for index, thing in enumerate(things):
        name = thing.get("name") if isinstance(thing, Mapping) else None
        if isinstance(name, str) and name.strip():
            if name.strip() in seen:
                found.append(problem("duplicate_name", (key, index, "name"), found=repr(name)))
            seen.add(name.strip())
    return found


def _load_forms(workload: Mapping[str, Any]) -> list[Problem]:
    used = [form for form in LOAD_FORMS if any(workload.get(key) is not None for key in form)]
    if len(used) != 1:
        names = ", ".join(key for form in used for key in form if workload.get(key) is not None)
        return [problem("workload_forms", ("workload",), found=names or "none of them")]
    return [
        problem("required", ("workload", key), key=key)
        for key in used[0]
        if workload.get(key) is None
    ]


def _contradictions(scenario: Scenario) -> list[Problem]:
    """What fields that are fine alone say against each other: no tokens, too few hosts."""
    found: list[Problem] = []
    load = scenario.workload
    if load.input_tokens == load.output_tokens == 0:
        found.append(problem("no_tokens", ("workload", "output_tokens")))
    if isinstance(scenario.profile, ProfileFields):
        found += profile_problems(scenario.profile)
    for index, add_on in enumerate(scenario.add_ons):
        found += add_on_problems(add_on, ("add_ons", index))
    for index, option in enumerate(scenario.options):
        if isinstance(option, DedicatedFields):
            others = [key for key in ("price", "commitment") if getattr(option, key) is not None]
            found += host_cost_problems(
                option, tuple(others), option.term, option.minimum_instances, ("options", index)
            )
        if option.input_tokens == option.output_tokens == 0:
            found.append(problem("no_tokens", ("options", index, "output_tokens")))
        if isinstance(option, DedicatedFields) and option.maximum_instances is not None:
            least = max(option.minimum_instances, 1 + option.spare_instances)
            if option.maximum_instances < least:
                path = ("options", index, "maximum_instances")
                most = option.maximum_instances
                found.append(problem("maximum_below_minimum", path, least=least, found=most))
    asked = scenario.catalog_rates
    if asked is not None and scenario.currency in scenario.rates:
        found.append(problem("rates_twice", ("catalog_rates",), currency=scenario.currency))
    if asked is not None and asked.owner is not None and asked.source != "own":
        found.append(problem("owner_of_own_rates", ("catalog_rates", "owner"), found=asked.source))
    if scenario.plan is not None:
        found += plan_problems(scenario.plan)
        for index, option in enumerate(scenario.options):
            place = ("options", index, "one_off")
            found += month_outside(option.one_off, scenario.plan.start, scenario.plan.months, place)
    return found
