"""The hybrid of a scenario: hosts or units that always run, overflow by the token, exact."""

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places
from catalog.scenario import Scenario, parse_scenario, scenario_document
from costing import Hybrid, HybridSize, ProfileCost, decimal_text
from dashboard.answer import (
    Document,
    line_item_document,
    notice_document,
    number_text,
    reason_documents,
)
from dashboard.hours import profile_document
from dashboard.hybrid_case import HybridAnswer, HybridRequest, hybrid_case
from dashboard.sentences import Sentences
from dashboard.service import question_of
from dashboard.trace_answer import trees_document


def hybrid_bytes(
    database: Database,
    content: bytes,
    asked: HybridRequest,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
) -> tuple[Scenario, HybridAnswer]:
    """The scenario in the bytes of a file or request, and its cheapest hybrid. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        question = question_of(database, scenario, own_prices=own_prices)
        return scenario, hybrid_case(scenario, question, asked).answer()
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def hybrid_document(
    scenario: Scenario, answer: HybridAnswer, sentences: Sentences, *, with_trees: bool
) -> Document:
    """The answer to `hybrid`: what the command line prints and REST sends; with_trees: every number
    with its formula and sources too."""
    found = answer.hybrid
    trees = {"numbers": trees_document(answer.traced)} if with_trees else {}
    return trees | {
        "scenario": scenario_document(scenario),
        "base": found.base,
        "overflow": found.overflow,
        "profile": profile_document(found.profile),
        "requests_per_hour": decimal_text(found.requests_per_hour),
        "status": found.status.value,
        "lacking": [{"option": one.option, "missing": one.missing.value} for one in found.lacking],
        "class": answer.call.call.value,
        "reasons": reason_documents(answer.call.reasons),
        "cheapest": None if found.cheapest is None else found.cheapest.value,
        "hybrid": {
            "base_instances": found.base_instances,
            "serving_instances": found.serving_instances,
            "cost_per_hour": number_text(found.cost_per_hour),
            "cost_per_month": number_text(found.cost_per_month),
            "base_share": number_text(found.base_share),
            "base_utilization": number_text(found.base_utilization),
            "line_items": [line_item_document(item) for item in found.line_items],
            "one_fewer": _size(found.fewer),
            "one_more": _size(found.more),
        },
        "base_alone": _alone(found.pure_base),
        "overflow_alone": _alone(found.pure_overflow),
        "capacity_band": None if answer.ends is None else _band(*answer.ends),
        "warnings": [notice_document(one, sentences) for one in answer.notices],
    }


def _band(low: Hybrid, high: Hybrid) -> Document:
    return {
        name: {
            "base_instances": one.base_instances,
            "cost_per_month": number_text(one.cost_per_month),
            "cheapest": None if one.cheapest is None else one.cheapest.value,
        }
        for name, one in (("low", low), ("high", high))
    }


def _size(size: HybridSize | None) -> Document | None:
    if size is None:
        return None
    return {"instances": size.instances, "cost_per_hour": decimal_text(size.cost_per_hour)}


def _alone(cost: ProfileCost) -> Document:
    return {
        "status": cost.status.value,
        "missing": [one.value for one in cost.missing],
        "cost_per_hour": number_text(cost.cost_per_hour),
        "cost_per_month": number_text(cost.cost_per_month),
        "peak_instances": cost.peak_instances,
        "utilization": number_text(cost.utilization),
        "hours_above_maximum": cost.hours_above_maximum,
    }
