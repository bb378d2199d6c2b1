"""From files of use and a scenario to their comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from catalog.database import Database
from catalog.document import Form, read_document
from catalog.problems import Refused, at_places
from catalog.scenario import Scenario, parse_scenario
from costing import CostingError
from dashboard.actuals.actual_answer import Actual, compare
from dashboard.actuals.usage_csv import read_usage_csv
from dashboard.actuals.used import ActualsRefused, Used
from dashboard.actuals.vllm_metrics import read_vllm
from dashboard.service import question_of

MOST_FILES = 2


def actual_of_files(
    database: Database,
    scenario: tuple[bytes, Form, str],
    contents: Sequence[bytes],
    asked: Mapping[str, str | None],
    *,
    own_prices: bool = False,
) -> tuple[Scenario, Actual]:
    """The scenario (bytes, form, name) and its comparison with the files.

    asked: hours, and option, model and requests where given. Raises Refused, ActualsRefused.
    """
    content, form, name = scenario
    texts = [_decoded(content, place) for place, content in enumerate(contents, start=1)]
    document = read_document(content, form=form, name=name)
    read = parse_scenario(document.value, document.places, name)
    try:
        return read, _compared(database, read, texts, asked, own_prices=own_prices)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places), name=name) from None


def actual_of_body(
    database: Database,
    content: bytes,
    asked: Mapping[str, str | None],
    *,
    own_prices: bool = False,
) -> tuple[Scenario, Actual]:
    """The same of a JSON body: `scenario`, and `files`, one or two texts."""
    body = read_document(content, form="json").value
    if not isinstance(body, dict) or set(body) != {"scenario", "files"}:
        raise ActualsRefused("body")
    files = body["files"]
    if not isinstance(files, list) or not all(type(one) is str for one in files):
        raise ActualsRefused("body")
    read = parse_scenario(body["scenario"], {}, "")
    return read, _compared(database, read, files, asked, own_prices=own_prices)


def _compared(
    database: Database,
    scenario: Scenario,
    texts: Sequence[str],
    asked: Mapping[str, str | None],
    *,
    own_prices: bool,
) -> Actual:
    hours = _positive("hours", asked["hours"] or "")
    used = read_use(texts, asked["model"])
    if asked["requests"] is not None:
        used = replace(used, requests=_positive("requests", asked["requests"]))
    question = question_of(database, scenario, own_prices=own_prices)
    try:
        return compare(question, asked["option"], used, hours)
    except CostingError as error:
        raise ActualsRefused("impossible", reason=str(error)) from None


def read_use(texts: Sequence[str], model: str | None) -> Used:
    """Use in one or two texts; what they are, their content says."""
    if not 1 <= len(texts) <= MOST_FILES:
        raise ActualsRefused("files", found=str(len(texts)))
    scrapes = ["vllm:" in text or text.startswith("# HELP") for text in texts]
    if all(scrapes):
        return read_vllm(texts, model)
    if len(texts) > 1:
        raise ActualsRefused("files", found=str(len(texts)))
    return read_usage_csv(texts[0], model)


def _decoded(content: bytes, place: int) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ActualsRefused("encoding", file=str(place), position=str(error.start)) from None


def _positive(name: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value <= 0:
        raise ActualsRefused("positive", name=name, found=text[:60] or "-")
    return value
