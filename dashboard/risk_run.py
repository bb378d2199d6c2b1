"""From the bytes of a scenario to how sure its answer is: draws, tornado and what turns it.

The catalog is read first, also for what hosts serve at the lengths of the tornado; it is closed
before anything is computed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.offers import resolve
from catalog.own_prices import OwnPriceUse
from catalog.problems import Refused, at_places
from catalog.scenario import Scenario, parse_scenario
from catalog.uncertainty import uncertainty_of
from costing import Provisioned, Question, Serverless
from costing.changes import LENGTHS, Capacities, Change, Input, changed
from costing.distributions import Distribution, Uncertainty, ends_of
from costing.inverse import Inverse, Lever, inverse
from costing.options import Option
from costing.sensitivity import Swing, Tornado, band_swings, tornado
from costing.uncertainty import Risk, risk
from costing.units import decimal_text
from dashboard.served import capacities_at

DEFAULT_DRAWS: Final = 20_000
MOST_DRAWS: Final = 50_000
DEFAULT_SEED: Final = 1
PRICE_SWING: Final = (Decimal("0.9"), Decimal("1.1"))
"""Prices in the tornado, as factors, where no drift is stated."""
PEAK_SWING: Final = (Decimal("0.75"), Decimal("1.25"))
"""The peak in the tornado, as factors; it is never under the mean."""
HOST_LEVERS: Final = (Lever.HOST_PRICE, Lever.DISCOUNT, Lever.UTILIZATION)
UNIT_LEVERS: Final = (Lever.HOST_PRICE, Lever.DISCOUNT)
TOKEN_LEVERS: Final = (Lever.INPUT_PRICE, Lever.OUTPUT_PRICE)


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskFindings:
    """Everything that is said about how sure the answer to a scenario is."""

    scenario: Scenario
    question: Question
    uncertainty: Uncertainty
    risk: Risk
    tornado: Tornado
    inverses: tuple[Inverse, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskRun:
    """How to draw. own_prices: answer even where costs tell prices of the user's own. loads: where
    to give probabilities (requests an hour), else around the workload."""

    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    own_prices: bool = False
    loads: tuple[Decimal, ...] | None = None


def risk_of_bytes(
    database: Database, content: bytes, run: RiskRun, *, form: Form, name: str = ""
) -> RiskFindings:
    """What is found about the scenario in these bytes. Raises Refused with every problem."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        with database.read() as session:
            own = OwnPriceUse(today=datetime.now(UTC).date(), asked=run.own_prices)
            question = resolve(session, scenario, own)
            uncertainty = uncertainty_of(scenario, question)
            swings = _swings(question, uncertainty)
            served = _served(session, scenario, question, swings)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None

    found = tornado(question, swings, served)
    return RiskFindings(
        scenario=scenario,
        question=question,
        uncertainty=uncertainty,
        risk=risk(question, uncertainty, seed=run.seed, draws=run.draws, loads=run.loads),
        tornado=found,
        inverses=_inverses(found),
    )


def _swings(question: Question, stated: Uncertainty) -> list[Swing]:
    """Each input from P10 to P90 of what is stated; prices and the peak by their defaults."""
    found = []
    common: list[tuple[Input, Distribution | None]] = [
        (Input.LOAD, stated.load),
        (Input.INPUT_TOKENS, stated.input_tokens),
        (Input.OUTPUT_TOKENS, stated.output_tokens),
        (Input.CACHED_INPUT_SHARE, stated.cached_input_share),
    ]
    for which, distribution in common:
        if distribution is not None:
            low, high = ends_of(distribution)
            found.append(Swing(input=which, low=low, high=high))
    peak = question.workload.peak_to_mean
    least = max(Decimal(1), peak * PEAK_SWING[0])
    found.append(Swing(input=Input.PEAK, low=least, high=peak * PEAK_SWING[1]))
    for option in question.options:
        drift = stated.drift.get(option.name)
        low, high = PRICE_SWING if drift is None else ends_of(drift)
        found.append(Swing(input=Input.PRICE, option=option.name, low=low, high=high))
    return [*found, *band_swings(question)]


def _served(
    session: Session, scenario: Scenario, question: Question, swings: list[Swing]
) -> Capacities:
    """What hosts serve at both ends of each length that swings."""
    return capacities_at(
        session,
        scenario,
        [
            changed(question, Change(input=swing.input, value=value))
            for swing in swings
            if swing.input in LENGTHS
            for value in (swing.low, swing.high)
        ],
    )


def _inverses(found: Tornado) -> tuple[Inverse, ...]:
    """What turns the answer at the workload: every lever of the two cheapest options."""
    at, question = found.base.at_workload, found.base.question
    if at.cheapest is None or at.second is None:
        return ()
    turned = [
        inverse(question, Lever.VOLUME, at.cheapest),
        inverse(question, Lever.OUTPUT_TOKENS, at.cheapest),
    ]
    for option in question.options:
        if option.name in (at.cheapest, at.second):
            turned += [inverse(question, lever, option.name) for lever in _levers(option)]
    return tuple(turned)


def _levers(option: Option) -> tuple[Lever, ...]:
    """What can be turned of one option; how full units are is nothing that is paid for."""
    if isinstance(option, Serverless):
        return TOKEN_LEVERS
    return UNIT_LEVERS if isinstance(option, Provisioned) else HOST_LEVERS


def shown(value: Decimal | None) -> str | None:
    """A number of the document: all its digits, null where unknown."""
    return None if value is None else decimal_text(value)
