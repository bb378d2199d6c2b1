"""A batch test of a session: what it was made of, kept beside its results so that it can go on."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.chat.asked import ExampleBody, examples_of
from dashboard.chat.batch.estimate import read_cap
from dashboard.chat.batch.plan import Plan, settings_of
from dashboard.chat.batch.question_file import Question, QuestionSet
from dashboard.chat.desk import Desk
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.parameters import read_parameters
from dashboard.chat.prompt import MOST_EXAMPLES, PromptSettings

FOLDER: Final = "batches"
MOST_KEPT: Final = 100
Source: TypeAlias = Literal["sample", "uploads"]


class BatchBody(BaseModel):
    """What a batch test is made of. questions: `sample`, or the name under which a file was
    uploaded. cost_cap: US dollars as text, asked before anything is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: str = Field(default="sample", max_length=100)
    endpoints: list[str] = Field(default_factory=list, max_length=20)
    source: Source = "sample"
    top_n: list[int] = Field(default=[5], min_length=1, max_length=4)
    strictness: list[int] = Field(default=[3], min_length=1, max_length=5)
    chunk_tokens: list[int] = Field(default_factory=list, max_length=4)
    repeats: int = 1
    judge: str | None = Field(default=None, max_length=64)
    system: str = Field(default="", max_length=20_000)
    examples: list[ExampleBody] = Field(
        default_factory=list, json_schema_extra={"maxItems": MOST_EXAMPLES}
    )
    parameters: dict[str, Any] = Field(
        default_factory=lambda: {"temperature": 0.7, "top_p": 0.95, "max_output_tokens": 800}
    )
    region: str = Field(default="eastus", max_length=100)
    cost_cap: str | None = Field(default=None, max_length=40)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One batch test. ended: why the last run ended; None: it was not told, so it was cut off."""

    id: str
    body: BatchBody
    questions: QuestionSet
    created_at: str
    cap: Decimal
    ended: str | None = None

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "id": self.id,
            "body": self.body.model_dump(),
            "questions": question_document(self.questions),
            "created_at": self.created_at,
            "cap": str(self.cap),
            "ended": self.ended,
        }


class Records:
    """The batch tests and question files in the folder of a session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def add_questions(self, questions: QuestionSet) -> str:
        """Keep the questions of a file; the name under which they are known here."""
        name = questions.sha256[:24]
        self._write(f"questions-{name}.json", question_document(questions))
        return name

    def questions(self, name: str) -> QuestionSet:
        """Questions that were uploaded before. Raises ChatRefused."""
        if not name.isalnum():
            raise ChatRefused("batch_questions_unknown")
        try:
            written = (self._folder / f"questions-{name}.json").read_text("utf-8")
        except OSError:
            raise ChatRefused("batch_questions_unknown") from None
        return read_question_document(json.loads(written))

    def add(self, body: BatchBody, questions: QuestionSet, cap: Decimal, now: datetime) -> Record:
        """A new one. Raises ChatRefused where too many are kept."""
        if sum(1 for _ in self.all()) >= MOST_KEPT:
            raise ChatRefused("batch_many", most=str(MOST_KEPT))
        record = Record(
            id=secrets.token_hex(8),
            body=body,
            questions=questions,
            created_at=now.isoformat(timespec="seconds"),
            cap=cap,
        )
        self.keep(record)
        return record

    def keep(self, record: Record) -> None:
        """Keep how it stands; where its session was deleted meanwhile, nothing."""
        self._write(f"{record.id}.json", record.document())

    def named(self, id_: str) -> Record:
        """The one of this id. Raises ChatRefused."""
        if id_.isalnum():
            try:
                return _record(json.loads((self._folder / f"{id_}.json").read_text("utf-8")))
            except OSError:
                pass
        raise ChatRefused("batch_unknown", found=id_[:40])

    def all(self) -> Iterator[Record]:
        """All of them, newest first."""
        if not self._folder.is_dir():
            return
        files = [one for one in self._folder.glob("*.json") if not one.name.startswith("questions")]
        found = [_record(json.loads(one.read_text("utf-8"))) for one in files]
        yield from sorted(found, key=lambda one: one.created_at, reverse=True)

    def results(self, record: Record) -> Path:
        """Where its answers are."""
        return self._folder / f"{record.id}.sqlite"

    def remove(self, record: Record) -> None:
        """Delete it with all answers."""
        for name in (f"{record.id}.json", f"{record.id}.sqlite"):
            (self._folder / name).unlink(missing_ok=True)

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        draft = self._folder / f".{name}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._folder / name)


def read_body(values: object) -> BatchBody:
    """A body out of plain data. Raises ChatRefused for the first thing that is wrong."""
    try:
        return BatchBody.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        raise ChatRefused("body", field=field, reason=first["msg"]) from None


def require_cap(body: BatchBody) -> Decimal:
    """The cost cap, which has to be named. Raises ChatRefused."""
    return read_cap(body.cost_cap or "")


def plan_of(body: BatchBody, questions: QuestionSet, desk: Desk, uploads: PassageIndex) -> Plan:
    """The plan of a batch test of a session. Raises ChatRefused for anything that is wrong."""
    if body.source == "uploads":
        if body.chunk_tokens:
            raise ChatRefused("batch_chunk_of_uploads")
        if not uploads.documents():
            raise ChatRefused("batch_no_documents")
    settings = settings_of(body.top_n, body.strictness, body.chunk_tokens)
    return Plan(
        questions=questions,
        endpoints=tuple(desk.endpoints.named(name) for name in body.endpoints),
        settings=settings,
        repeats=body.repeats,
        index=desk.sample() if body.source == "sample" else uploads,
        system=body.system,
        prompt_settings=PromptSettings(examples=examples_of(body.examples)),
        parameters=read_parameters(body.parameters),
        region=body.region,
        judge=None if not body.judge else desk.endpoints.named(body.judge),
        cuts={one: desk.sample_of(one) for one in _offered(body.chunk_tokens)},
    )


def _offered(chunk_tokens: list[int]) -> list[int]:
    from dashboard.chat.retrieval import RetrievalSettings

    for one in chunk_tokens:
        RetrievalSettings(chunk_tokens=one)
    return chunk_tokens


def question_document(questions: QuestionSet) -> dict[str, Any]:
    """A set of questions as plain data."""
    return {
        "name": questions.name,
        "flags": list(questions.flags),
        "questions": [asdict(one) for one in questions.questions],
    }


def read_question_document(document: Mapping[str, Any]) -> QuestionSet:
    """The set that such a document tells."""
    return QuestionSet(
        name=document["name"],
        questions=tuple(Question(**one) for one in document["questions"]),
        flags=tuple(document["flags"]),
    )


def _record(document: Mapping[str, Any]) -> Record:
    return Record(
        id=document["id"],
        body=BatchBody.model_validate(document["body"]),
        questions=read_question_document(document["questions"]),
        created_at=document["created_at"],
        cap=Decimal(document["cap"]),
        ended=document["ended"],
    )
