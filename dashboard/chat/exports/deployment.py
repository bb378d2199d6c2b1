"""What deploys one option of a scenario: commands and files, from the answer that it won with.

By the token or in units: a deployment of Azure. On hosts: a managed online endpoint of Azure ML,
and containers of vLLM for any host. What the answer does not hold is a placeholder such as
`<RESOURCE_GROUP>`, quoted so that a shell takes it for text, and listed with what belongs there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from catalog.capacity import OptionCapacity, option_capacity
from catalog.database import Database
from catalog.document import Form, read_document
from catalog.offers import resolve
from catalog.own_prices import OwnPriceUse
from catalog.problems import Refused, at_places, problem
from catalog.scenario import (
    DedicatedFields,
    OptionDocument,
    Scenario,
    ServerlessFields,
    parse_scenario,
    scenario_document,
)
from costing import Option, Question, estimate
from dashboard.chat.exports.deployment_azure import AzureDeployment, azure_ways
from dashboard.chat.exports.deployment_hosts import HostDeployment, host_ways
from dashboard.chat.exports.deployment_parts import DeploymentPlan, Load, plain_name
from dashboard.texts import Texts

PLACEHOLDER: Final = re.compile(r"<([A-Z][A-Z0-9_]+)>")
MODEL_PLACEHOLDER: Final = "<MODEL>"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentRequest:
    """Which option is meant, and the day whose prices count."""

    option: str
    today: date


def deployment_bytes(
    database: Database, content: bytes, asked: DeploymentRequest, *, form: Form, name: str = ""
) -> tuple[Scenario, DeploymentPlan]:
    """The scenario in the bytes of a file or request, and what deploys the option.

    No price is in it, so options with prices of the user's own are taken, too.
    Raises Refused with every problem found, each with its line.
    """
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        return scenario, _deployment(database, scenario, asked)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def deployment_document(scenario: Scenario, plan: DeploymentPlan, texts: Texts) -> dict[str, Any]:
    """The plan as the one document of command line and REST, words in the language of texts."""
    return {
        "scenario": scenario_document(scenario),
        "option": plan.option,
        "kind": plan.kind,
        "model": plan.model,
        "region": plan.region,
        "instances": plan.instances,
        "ways": [
            {
                "code": way.code,
                "title": texts(f"deploy.way.{way.code}"),
                "documentation": list(way.documentation),
                "files": [{"name": one.name, "content": one.content} for one in way.files],
                "commands": list(way.commands),
            }
            for way in plan.ways
        ],
        "placeholders": [
            {"placeholder": f"<{name}>", "meaning": meaning}
            for name in _placeholders(plan)
            # What looks like one and is none was typed by a person.
            if (meaning := texts.optional(f"deploy.placeholder.{name}")) is not None
        ],
        "notes": [
            {"code": note.code, "text": texts(f"deploy.note.{note.code}", **note.facts)}
            for note in plan.notes
        ],
    }


def _placeholders(plan: DeploymentPlan) -> list[str]:
    """Names of the placeholders in the order in which they come."""
    texts = [
        text for way in plan.ways for text in (*(file.content for file in way.files), *way.commands)
    ]
    return list(dict.fromkeys(name for text in texts for name in PLACEHOLDER.findall(text)))


def _deployment(database: Database, scenario: Scenario, asked: DeploymentRequest) -> DeploymentPlan:
    names = [one.name for one in scenario.options]
    if asked.option not in names:
        allowed, found = ", ".join(names), repr(asked.option)
        raise Refused([problem("not_one_of", ("option",), allowed=allowed, found=found)])
    document = scenario.options[names.index(asked.option)]
    with database.read() as session:
        question = resolve(session, scenario, OwnPriceUse(today=asked.today, asked=True))
        capacity = (
            option_capacity(session, scenario, document)
            if isinstance(document, DedicatedFields)
            else None
        )
    option = next(one for one in question.options if one.name == asked.option)
    if capacity is not None:
        return _on_hosts(question, option, document, capacity)
    return _at_azure(question, option, document)


def _at_azure(question: Question, option: Option, document: OptionDocument) -> DeploymentPlan:
    sold, found = option.sold, estimate(question, option)
    offer = document.offer if isinstance(document, ServerlessFields) else None
    ways, notes = azure_ways(
        AzureDeployment(
            name=plain_name(option.name),
            provider=sold.provider,
            model=_sold_name(offer, sold.model),
            publisher=None if sold.model is None else sold.model.partition("/")[0],
            region=sold.region,
            deployment=sold.deployment,
            batch=isinstance(document, ServerlessFields) and document.mode == "batch",
            units=found.instances,
            is_provisioned=document.kind == "provisioned",
            load=_load(question, option),
        )
    )
    return DeploymentPlan(
        option=option.name,
        kind=document.kind,
        model=sold.model,
        region=sold.region,
        instances=found.instances,
        ways=ways,
        notes=notes,
    )


def _on_hosts(
    question: Question, option: Option, document: OptionDocument, capacity: OptionCapacity
) -> DeploymentPlan:
    found = estimate(question, option)
    model = capacity.model_id or option.sold.model
    ways, notes = host_ways(
        HostDeployment(
            name=plain_name(option.name),
            model=model or MODEL_PLACEHOLDER,
            instance=capacity.instance_id or option.sold.instance,
            instances=found.instances,
            capacity=capacity.answer,
            is_estimated=isinstance(document, DedicatedFields) and document.capacity == "estimated",
            is_retired="host_retired" in option.sold.flags,
            load=_load(question, option),
        )
    )
    return DeploymentPlan(
        option=option.name,
        kind=document.kind,
        model=model,
        region=option.sold.region,
        instances=found.instances,
        ways=ways,
        notes=notes,
    )


def _load(question: Question, option: Option) -> Load:
    shape = question.shape_of(option)
    workload = question.workload
    return Load(
        input_tokens=Fraction(shape.input_tokens),
        output_tokens=Fraction(shape.output_tokens),
        peak_requests_per_hour=Fraction(workload.requests_per_hour)
        * Fraction(workload.peak_to_mean),
    )


def _sold_name(offer: str | None, model: str | None) -> str | None:
    """The name under which a model is sold: the second part of an offer, else that of the model."""
    parts: Sequence[str] = (offer or "").split("/")
    if len(parts) > 2:
        return parts[1]
    return None if model is None else model.rpartition("/")[2]
