"""From the bytes of a scenario to its budget: money a month at a low, planned and high volume."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places
from catalog.refusals import refusing
from catalog.scenario import Scenario, parse_scenario
from catalog.scenario_fields import Number, Part, Positive
from catalog.scenario_problems import problem_of
from costing import Question, Volume
from costing.budget import Budget, budget
from costing.budget_levels import LEVELS
from dashboard.service import question_of


class BudgetRequest(Part):
    """What is asked beside the scenario.

    Attributes:
        amount: money a month that there is, in the currency of the scenario; None: not stated.
        low, plan, high: the workload times so much, in the place of what the scenario states.
    """

    amount: Number | None = None
    low: Positive | None = None
    plan: Positive | None = None
    high: Positive | None = None


def read_budget_request(values: Mapping[str, Any]) -> BudgetRequest:
    """A request out of text. Raises Refused with every value that is no number."""
    try:
        return BudgetRequest.model_validate(values)
    except ValidationError as error:
        found = [problem_of(one) for one in error.errors(include_url=False)]
        raise Refused(found) from None


def budget_of_bytes(
    database: Database,
    content: bytes,
    asked: BudgetRequest,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
) -> tuple[Scenario, Budget]:
    """The scenario in the bytes of a file or request, and its budget; own_prices: answer even
    where costs tell a price of the user's own. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        question = question_of(database, scenario, own_prices=own_prices)
        with refusing(()):
            return scenario, budget(_at_levels(question, asked), asked.amount)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def _at_levels(question: Question, asked: BudgetRequest) -> Question:
    """The question with the volumes that were asked for in the place of those of that name."""
    given = [
        Volume(name=level, factor=factor)
        for level in LEVELS
        if (factor := getattr(asked, level)) is not None
    ]
    names = {volume.name for volume in given}
    kept = [one for one in question.volumes if one.name.strip().casefold() not in names]
    return replace(question, volumes=(*kept, *given))
