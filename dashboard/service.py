"""From a scenario to its answer, and from a name or path to a scenario: what every face calls."""

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import process

from catalog.database import Database, open_database
from catalog.document import Form, read_document
from catalog.offers import Estimate, resolve
from catalog.own_prices import OwnPriceUse
from catalog.plans import answer_plan, plan_of
from catalog.problems import Refused, at_places, problem
from catalog.scenario import DedicatedFields, Scenario, parse_scenario
from catalog.settings import Settings
from catalog.snapshot.load import load_snapshot
from costing import BreakEven, PlanAnswer, Question, break_even

if TYPE_CHECKING:
    from catalog.capacity import OptionCapacity

EXAMPLES: Final = (
    "article",
    "article-with-capacity",
    "article-on-real-hosts",
    "llama-3.3-70b-japan-east",
    "llama-3.3-70b-three-volumes",
    "gpt-4o-or-llama-japan-east",
    "every-way-to-buy",
)


def open_catalog(settings: Settings) -> Database:
    """The database, migrated, with the bundled snapshot in it. Raises CatalogError."""
    database = open_database(settings, datetime.now(UTC))
    load_snapshot(database, datetime.now(UTC))
    return database


def answer(
    database: Database,
    scenario: Scenario,
    *,
    own_prices: bool = False,
    estimate: Estimate | None = None,
) -> BreakEven:
    """The answer to a scenario. Raises Refused where it cannot be resolved.

    own_prices: the asker wants it even where it tells a price of the user's own; without, an
    option that would use one is refused. estimate: see `resolve`.

    The session is closed before anything is computed, so that a long answer holds no connection.
    """
    with database.read() as session:
        own = OwnPriceUse(today=datetime.now(UTC).date(), asked=own_prices)
        question = resolve(session, scenario, own, estimate)
    return break_even(question)


def answer_bytes(
    database: Database, content: bytes, *, form: Form, name: str = "", own_prices: bool = False
) -> tuple[Scenario, BreakEven]:
    """The scenario in the bytes of a file or request, and its answer; own_prices: see `answer`.

    Raises Refused with every problem found, each with its line.
    """
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        return scenario, answer(database, scenario, own_prices=own_prices)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def capacities(database: Database, scenario: Scenario) -> "tuple[OptionCapacity, ...]":
    """What one host of each dedicated option serves. Raises Refused where the scenario has none."""
    from catalog.capacity import option_capacity

    hosts = [one for one in scenario.options if isinstance(one, DedicatedFields)]
    if not hosts:
        raise Refused([problem("no_hosts", ("options",))])
    with database.read() as session:
        return tuple(option_capacity(session, scenario, one) for one in hosts)


def capacities_of_bytes(
    database: Database, content: bytes, *, form: Form, name: str = ""
) -> "tuple[Scenario, tuple[OptionCapacity, ...]]":
    """The scenario in the bytes of a file or request, and what its hosts serve. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    try:
        return scenario, capacities(database, scenario)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def plan_of_bytes(
    database: Database,
    content: bytes,
    *,
    form: Form,
    name: str = "",
    own_prices: bool = False,
    fiscal_year_starts_in: int = 1,
) -> tuple[Scenario, PlanAnswer]:
    """The scenario in the bytes of a file or request, and its costs over time; own_prices: see
    `answer`; fiscal_year_starts_in: see `plan_of`. Raises Refused."""
    document = read_document(content, form=form, name=name)
    scenario = parse_scenario(document.value, document.places, name)
    today = datetime.now(UTC).date()
    try:
        with database.read() as session:
            own = OwnPriceUse(today=today, asked=own_prices)
            question = resolve(session, scenario, own)
            starts_in = fiscal_year_starts_in
            plan = plan_of(session, scenario, question, today, fiscal_year_starts_in=starts_in)
        return scenario, answer_plan(scenario, question, plan)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def question_of(database: Database, scenario: Scenario, *, own_prices: bool = False) -> Question:
    """The costing question of a scenario; own_prices: see `answer`. Raises Refused."""
    with database.read() as session:
        own = OwnPriceUse(today=datetime.now(UTC).date(), asked=own_prices)
        return resolve(session, scenario, own)


def scenario_bytes(name: str) -> tuple[bytes, Form]:
    """The content of a scenario file, or of a bundled example by its name. Raises Refused."""
    if name in EXAMPLES:
        return example_bytes(name), "yaml"
    path = Path(name)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        nearest = process.extractOne(name, EXAMPLES, score_cutoff=60)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"Examples: {', '.join(EXAMPLES)}."
        reason = getattr(error, "strerror", None) or str(error)
        found = problem("unknown_scenario", (), found=repr(name), reason=reason, nearest=hint)
        raise Refused([found], name=name) from None
    return content, "json" if path.suffix.lower() == ".json" else "yaml"


def example_bytes(name: str) -> bytes:
    """A bundled example as its file."""
    return resources.files("dashboard").joinpath(f"examples/{name}.yaml").read_bytes()


def example_document(name: str) -> dict[str, Any]:
    """A bundled example as plain data, numbers as written."""
    value: dict[str, Any] = read_document(example_bytes(name), form="yaml", name=name).value
    return value


def example_names() -> tuple[str, ...]:
    """The bundled examples, the founding one first."""
    return EXAMPLES
