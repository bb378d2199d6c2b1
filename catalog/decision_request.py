"""What a person sends to save a decision, a comment or evidence, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from rapidfuzz import process

from catalog.document import Form, read_document
from catalog.problems import Path, Problem, Refused, at_places, problem
from catalog.scenario import Scenario, parse_scenario, scenario_document
from catalog.scenario_fields import Line, Url, refuse, shown
from catalog.scenario_problems import problem_of

LONGEST_NOTE: Final = 10_000
MOST_EVIDENCE: Final = 200
LEAST_LIKENESS: Final = 60


class Sent(BaseModel):
    """Base of what is sent: frozen, and a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


P = TypeVar("P", bound=Sent)


def read_note(value: Any) -> str:
    """Text of several lines with something in it, of at most 10,000 characters."""
    if not isinstance(value, str):
        raise refuse("not_text", found=shown(value))
    text = value.strip()
    if not text:
        raise refuse("empty")
    if len(text) > LONGEST_NOTE:
        raise refuse("too_long", most=f"{LONGEST_NOTE:,}", found=f"{len(text):,}")
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise refuse("not_text", found=repr(text[:40]))
    return text


def read_evidence(value: Any) -> Any:
    """A list of so many pieces of evidence at most; what stands in it is read one by one."""
    if isinstance(value, (list, tuple)) and len(value) > MOST_EVIDENCE:
        raise refuse("too_many", most=MOST_EVIDENCE, found=len(value))
    return value


NoteText: TypeAlias = Annotated[str, BeforeValidator(read_note)]


class EvidenceFields(Sent):
    """Why an assumption is as it is. field: its path in the scenario, such as
    workload.requests_per_month."""

    field: Line
    text: NoteText
    owner: Line | None = None
    url: Url | None = None


Evidence: TypeAlias = Annotated[tuple[EvidenceFields, ...], BeforeValidator(read_evidence)]


class CommentFields(Sent):
    """What somebody says of a decision."""

    author: Line
    text: NoteText


class DecisionFields(Sent):
    """A decision to be sealed; the scenario is read by its own rules."""

    title: Line
    owner: Line
    scenario: Any
    evidence: Evidence = ()


def read_decision(content: bytes, *, form: Form = "json") -> tuple[DecisionFields, Scenario]:
    """The decision and its scenario in the bytes of a request. Raises Refused with every problem,
    those of the scenario under `scenario`."""
    document = read_document(content, form=form)
    fields, problems = _parsed(DecisionFields, document.value)
    found: Mapping[str, Any] = document.value if isinstance(document.value, Mapping) else {}
    scenario = None
    if "scenario" in found:
        try:
            scenario = parse_scenario(found["scenario"])
        except Refused as refused:
            problems += _beneath("scenario", refused.problems)
    if fields is not None and scenario is not None:
        problems += _unknown_fields(fields.evidence, scenario)
    if problems or fields is None or scenario is None:
        raise Refused(at_places(problems, document.places))
    return fields, scenario


def read_note_of(kind: type[P], content: bytes) -> P:
    """A comment or evidence in the bytes of a request. Raises Refused."""
    document = read_document(content, form="json")
    fields, problems = _parsed(kind, document.value)
    if fields is None:
        raise Refused(at_places(problems, document.places))
    return fields


def require_assumption(field: str, scenario: Mapping[str, Any], path: Path = ("field",)) -> None:
    """Refuse evidence for what the scenario does not say."""
    if not has_field(scenario, field):
        raise Refused([problem("unknown_assumption", path, found=repr(field))])


def has_field(scenario: Mapping[str, Any], field: str) -> bool:
    """Whether a path such as `options.0.price.amount` leads to something in a document."""
    here: Any = scenario
    for step in field.split("."):
        if isinstance(here, Mapping) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isdecimal() and int(step) < len(here):
            here = here[int(step)]
        else:
            return False
    return True


def _parsed(kind: type[P], value: Any) -> tuple[P | None, list[Problem]]:
    if not isinstance(value, Mapping):
        return None, [problem("not_a_mapping", (), found=shown(value))]
    try:
        return kind.model_validate(dict(value)), []
    except ValidationError as error:
        return None, [_problem(kind, found) for found in error.errors(include_url=False)]


def _problem(kind: type[Sent], found: Mapping[str, Any]) -> Problem:
    if found["type"] != "extra_forbidden":
        return problem_of(found)
    path = tuple(found["loc"])
    known = sorted(EvidenceFields.model_fields if len(path) > 1 else kind.model_fields)
    near = process.extractOne(str(path[-1]), known, score_cutoff=LEAST_LIKENESS)
    hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
    return problem("unknown_key", path, key=repr(path[-1]), nearest=hint)


def _beneath(name: str, problems: tuple[Problem, ...]) -> list[Problem]:
    return [
        Problem(code=one.code, path=(name, *one.path), facts=one.facts, rows=one.rows)
        for one in problems
    ]


def _unknown_fields(evidence: tuple[EvidenceFields, ...], scenario: Scenario) -> list[Problem]:
    document = scenario_document(scenario)
    return [
        problem("unknown_assumption", ("evidence", place, "field"), found=repr(one.field))
        for place, one in enumerate(evidence)
        if not has_field(document, one.field)
    ]
