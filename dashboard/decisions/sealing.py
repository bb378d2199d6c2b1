"""From a scenario to what is sealed of its answer: language-neutral, with every price it used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.database import Database
from catalog.decision_request import DecisionFields
from catalog.decision_seal import Unsealed
from catalog.offers import resolve
from catalog.own_prices import OwnPriceUse
from catalog.scenario import Scenario, scenario_document
from costing import BreakEven, Price, Question, Serverless, break_even, method
from costing.bridge_steps import PRICE_FIELDS
from costing.options import TOKEN_PRICES
from dashboard import __version__
from dashboard.answer import answer_document, price_document, without_sentences
from dashboard.decisions.kept_question import question_data
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.texts import load_texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """What answered: the version of the program, and of its arithmetic of costs."""

    version: str
    method: str


def this_engine() -> Engine:
    """The running program."""
    return Engine(version=__version__, method=method.METHOD_VERSION)


def answered(
    database: Database,
    fields: DecisionFields,
    scenario: Scenario,
    now: datetime,
    *,
    own_prices: bool = False,
) -> Unsealed:
    """The answer to a scenario at the prices of now, ready to be sealed.

    own_prices: use the user's own, which others will not be shown. Raises Refused as `resolve`
    does: what cannot be answered is not sealed.
    """
    with database.read() as session:
        question = resolve(session, scenario, OwnPriceUse(today=now.date(), asked=own_prices))
    engine = this_engine()
    return Unsealed(
        title=fields.title,
        owner=fields.owner,
        sealed_at=now,
        engine=engine.version,
        method=engine.method,
        scenario=scenario_document(scenario),
        facts={"question": question_data(question), "prices": [*_prices(question)]},
        answer=neutral_answer(break_even(question), scenario),
        evidence=[one.model_dump(mode="json") for one in fields.evidence],
    )


def neutral_answer(answer: BreakEven, scenario: Scenario) -> dict[str, Any]:
    """The whole answer to `break-even` without its sentences, and without the scenario."""
    sentences = Sentences(load_texts("en"), Format("en", answer.question.currency))
    document = answer_document(answer, scenario, sentences)
    found: dict[str, Any] = without_sentences(document)
    del found["scenario"]
    return found


def _prices(question: Question) -> Iterator[dict[str, Any]]:
    """Every price of the question with what it prices, add-ons under no option."""
    for option in question.options:
        for code, field in PRICE_FIELDS[type(option)]:
            yield from _price(option.name, code.value, getattr(option, field))
        if isinstance(option, Serverless):
            for step in option.steps:
                for name in TOKEN_PRICES:
                    above = {"above_input_tokens": f"{step.above_input_tokens:f}"}
                    for found in _price(option.name, f"{name}_price", getattr(step, name)):
                        yield found | above
    for add_on in question.add_ons:
        yield from _price(None, "add_on_price", add_on.price, add_on.name)


def _price(
    option: str | None, code: str, price: Price | None, name: str | None = None
) -> Iterator[dict[str, Any]]:
    if price is not None:
        yield {"option": option, "code": code, "name": name, "price": price_document(price)}
