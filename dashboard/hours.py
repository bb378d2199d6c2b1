"""The options of a scenario over the hours of a day or week, each billed as it says, exact.

The hours of the profile take the place of the scenario's peak: their highest hour is the peak.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places, problem
from catalog.refusals import refusing, sentence
from catalog.scenario import DedicatedFields, Scenario, parse_scenario, scenario_document
from catalog.whole_cost import billing_of, profile_of
from costing import (
    ALWAYS_ON,
    PRESETS,
    InvalidQuestion,
    LoadProfile,
    Notice,
    ProfileCost,
    Question,
    decimal_text,
    estimate,
    profile_cost,
)
from costing.notices import notices
from dashboard.answer import Document, line_item_document, number_text
from dashboard.sentences import Sentences
from dashboard.service import question_of

DEFAULT_PROFILE = "office_hours"
BY_THE_HOUR = "billed_by_the_hour"
"""The remark of answers that do not look at hours; this one does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """What each option costs over a profile, in the order of the question."""

    question: Question
    profile: LoadProfile
    costs: tuple[ProfileCost, ...]
    notices: tuple[Notice, ...]


def hours_bytes(
    database: Database,
    content: bytes,
    profile: str | None,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
) -> tuple[Scenario, Hours]:
    """The scenario in the bytes of a file or request, and its costs over the hours; profile: the
    name of a preset in the place of the scenario's own. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        hours = chosen_profile(scenario, profile)
        question = question_of(database, scenario, own_prices=own_prices)
        return scenario, _hours(scenario, question, hours)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def chosen_profile(scenario: Scenario, name: str | None) -> LoadProfile:
    """The preset of this name, else the hours of the scenario, else office hours. Raises
    Refused."""
    if name is None:
        with refusing(("profile",)):
            return profile_of(scenario) or PRESETS[DEFAULT_PROFILE]
    word = name.strip().replace("-", "_")
    if word not in PRESETS:
        allowed = ", ".join(PRESETS)
        raise Refused([problem("not_one_of", ("profile",), allowed=allowed, found=repr(name))])
    return PRESETS[word]


def _hours(scenario: Scenario, question: Question, profile: LoadProfile) -> Hours:
    flat = replace(question, workload=replace(question.workload, peak_to_mean=Decimal(1)))
    costs = []
    for index, document in enumerate(scenario.options):
        billing = billing_of(document) if isinstance(document, DedicatedFields) else ALWAYS_ON
        try:
            costs.append(profile_cost(flat, question.options[index], profile, billing))
        except InvalidQuestion as error:
            # Whatever cannot be given back by the hour: the document has one word for billing.
            path = ("options", index, "billing")
            reason = sentence(error.reason)
            raise Refused([problem("invalid", path, reason=reason)]) from None
    estimates = [estimate(flat, option) for option in flat.options]
    told = [one for one in notices(flat, estimates) if one.code != BY_THE_HOUR]
    return Hours(
        question=question,
        profile=profile,
        costs=tuple(costs),
        notices=(*told, *(notice for cost in costs for notice in cost.notices)),
    )


def hours_document(scenario: Scenario, found: Hours, sentences: Sentences) -> Document:
    """The answer to `hours`: what the command line prints and REST sends."""
    return {
        "scenario": scenario_document(scenario),
        "currency": found.question.currency,
        "lens": found.question.lens.value,
        "profile": profile_document(found.profile),
        "options": [_option(cost) for cost in found.costs],
        "warnings": [
            {
                "code": notice.code,
                "option": notice.option,
                "facts": dict(notice.facts),
                "text": sentences.notice(notice),
            }
            for notice in found.notices
        ],
    }


def profile_document(profile: LoadProfile) -> Document:
    """The hours of a load, with who says so."""
    return {
        "name": profile.name,
        "weights": [decimal_text(weight) for weight in profile.weights],
        "source": profile.source,
    }


def _option(cost: ProfileCost) -> Document:
    billing = cost.billing
    minutes = None if billing is None else billing.cold_start_minutes
    return {
        "name": cost.name,
        "kind": cost.kind,
        "billing": None if billing is None else billing.mode.value,
        "cold_start_minutes": number_text(minutes),
        "status": cost.status.value,
        "missing": [one.value for one in cost.missing],
        "requests_per_hour": decimal_text(cost.requests_per_hour),
        "cost_per_hour": number_text(cost.cost_per_hour),
        "cost_per_month": number_text(cost.cost_per_month),
        "line_items": [line_item_document(item) for item in cost.line_items],
        "instances_by_hour": None
        if cost.instances_by_hour is None
        else list(cost.instances_by_hour),
        "peak_instances": cost.peak_instances,
        "utilization": number_text(cost.utilization),
        "hours_above_maximum": cost.hours_above_maximum,
        "starts_from_zero": cost.starts_from_zero,
    }
