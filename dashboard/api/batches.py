"""Routes of the batch test: those of the session that asks, and no other's."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.bodies import inlined, json_body
from dashboard.api.chat import plain_json
from dashboard.api.chat_visits import answered, desk_of, kept, texts_of, visitor_of
from dashboard.api.query_parameters import Language
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.plan import Plan
from dashboard.chat.batch.record import (
    BatchBody,
    Record,
    Records,
    plan_of,
    read_body,
    require_cap,
)
from dashboard.chat.batch.running import Batches, estimate_document, state_document
from dashboard.chat.errors import ChatRefused

Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
Name = Annotated[str, Query(max_length=1000, description="name of the file: its end tells csv, "
                            "yaml or jsonl")]  # fmt: skip
Failures = Annotated[bool, Query(description="only what failed, is not right, or lacks a check")]
Number = Annotated[int, Path(ge=1, le=2**31)]
Dark = Annotated[bool, Query(description="for a dark page")]
Narrow = Annotated[bool, Query(description="for a telephone")]
Found = TypeVar("Found")


class Resumed(BaseModel):
    """How to go on: with a larger cap, and whether failures are asked again."""

    model_config = ConfigDict(extra="forbid")

    cost_cap: str | None = Field(default=None, max_length=40)
    retry_failed: bool = False


def add_batch_routes(router: APIRouter, errors: dict[int | str, dict[str, Any]]) -> None:
    """Add the routes. errors: what the document of the API says of their failures."""
    content = {"application/json": {"schema": inlined(BatchBody.model_json_schema())}}
    file = {"application/octet-stream": {"schema": {"type": "string"}}}
    for path, route, body in (
        ("/batches/questions", add_questions, file),
        ("/batches/estimates", estimated, content),
        ("/batches", begin, content),
    ):
        router.add_api_route(
            path,
            route,
            methods=["POST"],
            tags=["chat"],
            responses={**errors, 429: errors[422]},
            openapi_extra={"requestBody": {"required": True, "content": body}},
        )
    for path, its_route, method in (
        ("/batches", batches, "GET"),
        ("/batches/{batch}", state, "GET"),
        ("/batches/{batch}", forget, "DELETE"),
        ("/batches/{batch}/stop", stop, "POST"),
        ("/batches/{batch}/resume", resume, "POST"),
        ("/batches/{batch}/results", results, "GET"),
        ("/batches/{batch}/answers/{number}", one_answer, "GET"),
        ("/batches/{batch}/table", table, "GET"),
        ("/batches/{batch}/chart", chart, "GET"),
        ("/chat/limits", limits, "GET"),
    ):
        router.add_api_route(path, its_route, methods=[method], tags=["chat"], responses=errors)


async def add_questions(request: Request, name: Name, lang: Language = None) -> Response:
    """Check a question file (CSV, YAML or JSONL; columns question, expected, must_cite, language)
    and keep its questions for this session. The body is the file itself."""
    from dashboard.chat.batch.question_file import read_questions

    visitor, texts = visitor_of(request), texts_of(request)
    content = await request.body()
    read = await anyio.to_thread.run_sync(lambda: read_questions(content, name=name))
    known = _records(request).add_questions(read)
    document = {
        "questions": known,
        "name": read.name,
        "count": len(read.questions),
        "expected": sum(1 for one in read.questions if one.expected),
        "flags": [texts(f"chat.batch.flag.{flag}", file=read.name) for flag in read.flags],
    }
    return answered(request, visitor, document)


async def estimated(request: Request, lang: Language = None) -> Response:
    """About how many tokens a batch test takes and what it costs; nothing is asked."""
    from dashboard.chat.batch.estimate import estimate

    visitor, desk, texts = visitor_of(request), desk_of(request), texts_of(request)
    body = read_body(plain_json(await json_body(request)))

    def found() -> dict[str, Any]:
        plan = _plan(request, body)
        today = datetime.now(UTC).date()
        return estimate_document(estimate(plan, desk.database, today), plan, texts)

    return answered(request, visitor, await anyio.to_thread.run_sync(found))


async def begin(request: Request, lang: Language = None) -> Response:
    """Begin a batch test: each question of a set at each endpoint with each setting. `cost_cap`, in
    US dollars, must be named: the run ends itself there."""
    from dashboard.chat.batch.session import clock_of_machine

    visitor, desk, texts = visitor_of(request), desk_of(request), texts_of(request)
    body = read_body(plain_json(await json_body(request)))
    cap = require_cap(body)
    plan = await anyio.to_thread.run_sync(_plan, request, body)
    await anyio.to_thread.run_sync(lambda: plan.input_tokens)
    records = _records(request)
    desk.rations.require_left(visitor.session, datetime.now(UTC))
    record = records.add(body, plan.questions, cap, datetime.now(UTC))
    try:
        running = _batches(request).begin(desk, visitor, record, clock_of_machine())
    except ChatRefused:
        records.remove(record)
        raise
    document = state_document(record, running, (0, Decimal(0)), time.monotonic(), texts)
    return answered(request, visitor, document)


async def batches(request: Request, lang: Language = None) -> Response:
    """The batch tests of this session, newest first."""
    records = _records(request)
    items = [_state(request, records, one) for one in records.all()]
    document = {"items": items, "total": len(items), "next": None}
    return answered(request, visitor_of(request), document)


async def state(request: Request, batch: Id, lang: Language = None) -> Response:
    """How far a batch test is: answers, cost, rate, time left, and why it ended."""
    records = _records(request)
    return answered(request, visitor_of(request), _state(request, records, records.named(batch)))


async def stop(request: Request, batch: Id, lang: Language = None) -> Response:
    """Begin no further answer; those that have begun are awaited and kept."""
    records = _records(request)
    record = records.named(batch)
    _batches(request).stop(visitor_of(request), batch)
    return answered(request, visitor_of(request), _state(request, records, record))


async def resume(
    request: Request, batch: Id, body: Resumed | None = None, lang: Language = None
) -> Response:
    """Go on where it ended, after a restart of the service too; nothing is paid twice."""
    from dashboard.chat.batch.estimate import read_cap
    from dashboard.chat.batch.session import clock_of_machine

    visitor, desk = visitor_of(request), desk_of(request)
    wanted = body or Resumed()
    records = _records(request)
    record = records.named(batch)
    if wanted.cost_cap is not None:
        record = replace(record, cap=read_cap(wanted.cost_cap))
    _batches(request).begin(desk, visitor, record, clock_of_machine(), retry=wanted.retry_failed)
    return answered(request, visitor, _state(request, records, record))


async def forget(request: Request, batch: Id) -> Response:
    """Delete a batch test of this session with all its answers; it is ended first."""
    visitor, records = visitor_of(request), _records(request)
    record = records.named(batch)
    await _batches(request).leave(visitor, batch)
    records.remove(record)
    return answered(request, visitor, {"deleted": True})


async def results(
    request: Request, batch: Id, failures: Failures = False, lang: Language = None
) -> Response:
    """What was found so far: summaries by endpoint and setting as `modelcost evaluate --json` has
    them, and `rows`, one an answer, with each check."""
    from dashboard.chat.batch.estimate import estimate
    from dashboard.chat.batch.report import report_document, report_of
    from dashboard.chat.batch.shown import is_failure, row_documents

    desk, texts = desk_of(request), texts_of(request)
    today = datetime.now(UTC).date()

    def document(plan: Plan, file: ResultFile) -> dict[str, Any]:
        found = estimate(plan, desk.database, today)
        report = report_of(plan, found, file, (desk.database, today), texts)
        rows = row_documents(plan, file.answers(), texts)
        shown = [one for one in rows if is_failure(one)] if failures else rows
        return {**report_document(report), "total": len(rows), "rows": shown}

    return answered(request, visitor_of(request), await _read(request, batch, document))


async def one_answer(
    request: Request, batch: Id, number: Number, lang: Language = None
) -> Response:
    """One answer of `rows` by its number, with the passages that it was given."""
    from dashboard.chat.batch.shown import answer_document

    texts = texts_of(request)

    def document(plan: Plan, file: ResultFile) -> dict[str, Any]:
        answers = file.answers()
        if number > len(answers):
            raise ChatRefused("answer_unknown", found=str(number))
        return answer_document(plan, number, answers[number - 1], texts)

    return answered(request, visitor_of(request), await _read(request, batch, document))


async def table(request: Request, batch: Id, lang: Language = None) -> Response:
    """All answers as CSV, that of `modelcost evaluate --out`; no cell is a formula."""
    from dashboard.chat.batch.answer_table import answer_table

    texts = texts_of(request)
    text = await _read(request, batch, lambda plan, file: answer_table(plan, file.answers(), texts))
    response = Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="batch-{batch}.csv"'},
    )
    return kept(request, visitor_of(request), response)


async def chart(
    request: Request,
    batch: Id,
    dark: Dark = False,
    narrow: Narrow = False,
    lang: Language = None,
) -> Response:
    """Quality against cost: `title` is the finding, `figure` for Plotly, `points` its table."""
    from dashboard.chat.batch.report import setting_words
    from dashboard.chat.batch.results import summaries
    from dashboard.figures.quality_cost import points_of, quality_cost_document

    texts = texts_of(request)

    def document(plan: Plan, file: ResultFile) -> dict[str, Any]:
        labels = {one.name: one.label for one in plan.endpoints}
        points = points_of(
            [
                (labels[one.endpoint], setting_words(one.setting, texts), one)
                for one in summaries(plan, file.answers())
            ]
        )
        return quality_cost_document(points, dark=dark, narrow=narrow, texts=texts)

    return answered(request, visitor_of(request), await _read(request, batch, document))


async def limits(request: Request, lang: Language = None) -> Response:
    """What is left of the operator's limits for this session, and when it comes back."""
    from dashboard.chat.limits import left_document

    visitor, texts = visitor_of(request), texts_of(request)
    left = desk_of(request).rations.left(visitor.session, datetime.now(UTC))
    items = [left_document(one, texts) for one in left]
    return answered(request, visitor, {"items": items, "total": len(items), "next": None})


def _batches(request: Request) -> Batches:
    found: Batches = request.app.state.batches
    return found


def _records(request: Request) -> Records:
    space = desk_of(request).space(visitor_of(request), datetime.now(UTC))
    return Records(space.folder)


def _plan(request: Request, body: BatchBody) -> Plan:
    from dashboard.chat.batch.question_file import SAMPLE, sample_questions

    desk = desk_of(request)
    space = desk.space(visitor_of(request), datetime.now(UTC))
    records = Records(space.folder)
    is_sample = body.questions == SAMPLE
    questions = sample_questions() if is_sample else records.questions(body.questions)
    return plan_of(body, questions, desk, space.documents)


def _state(request: Request, records: Records, record: Record) -> dict[str, Any]:
    running = _batches(request).of(visitor_of(request), record.id)
    counted: tuple[int, Decimal] = (0, Decimal(0))
    if running is None and records.results(record).exists():
        file = ResultFile(records.results(record), None)
        counted = len(file.done()), file.spent()
        file.close()
    shown = record if running is None else running.record
    return state_document(shown, running, counted, time.monotonic(), texts_of(request))


async def _read(request: Request, batch: str, take: Callable[[Plan, ResultFile], Found]) -> Found:
    """What is kept of a batch test, through its run while it lasts."""
    visitor, desk, records = visitor_of(request), desk_of(request), _records(request)
    record = records.named(batch)
    running = _batches(request).of(visitor, batch)
    if running is not None:
        return await anyio.to_thread.run_sync(take, running.plan, running.file)
    space = desk.space(visitor, datetime.now(UTC))

    def read() -> Found:
        plan = plan_of(record.body, record.questions, desk, space.documents)
        file = ResultFile(records.results(record), None)
        try:
            return take(plan, file)
        finally:
            file.close()

    return await anyio.to_thread.run_sync(read)
