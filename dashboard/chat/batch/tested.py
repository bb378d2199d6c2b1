"""What the batch tests of one session say of models of the catalog, for a comparison of models.

Models are compared within one test only, because another set of questions is another measure.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from costing.units import to_decimal
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.record import Record, Records, plan_of
from dashboard.chat.batch.results import Summary, Times, summaries
from dashboard.chat.desk import Desk
from dashboard.chat.errors import ChatRefused
from dashboard.chat.index import PassageIndex
from dashboard.chat.sessions import SessionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelResult:
    """What a test says of one model: its endpoint and setting with most right answers.

    Attributes:
        right, low, high: share of right answers of all asked, with its 90 % interval.
        first_token, first_token_p95: seconds, of prompts that the server had not in its cache where
            it tells, else of all.
        speed: output tokens a second, the median.
    """

    right: Decimal | None
    low: Decimal | None
    high: Decimal | None
    first_token: Decimal | None
    first_token_p95: Decimal | None
    speed: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchResults:
    """One batch test. questions: the name of its set; models: by id of the catalog."""

    questions: str
    asked: int
    created_at: datetime
    models: Mapping[str, ModelResult]


def tested_models(
    desk: Desk, session: SessionId | None, ids: Collection[str], now: datetime
) -> BatchResults | None:
    """The test of a session that covers most of these models, the newest of several; None where
    none covers any. A test that runs, or whose endpoints are gone, is passed over."""
    if session is None:
        return None
    space = desk.spaces.of(session, now)
    records = Records(space.folder)
    best: BatchResults | None = None
    for record in records.all():
        found = _read(desk, records, record, ids, space.documents)
        if found is not None and (best is None or len(found.models) > len(best.models)):
            best = found
    return best


def _read(
    desk: Desk, records: Records, record: Record, ids: Collection[str], uploads: PassageIndex
) -> BatchResults | None:
    names = {one.name: one.catalog_model for one in desk.endpoints.items}
    if not any(names.get(name) in ids for name in record.body.endpoints):
        return None
    path = records.results(record)
    if not path.exists():
        return None
    try:
        plan = plan_of(record.body, record.questions, desk, uploads)
        file = ResultFile(path, None)
    except (ChatRefused, sqlite3.Error):
        return None
    try:
        found = summaries(plan, file.answers())
    finally:
        file.close()
    models: dict[str, ModelResult] = {}
    for one in sorted(found, key=lambda each: each.right_of_asked.share or 0, reverse=True):
        model = names.get(one.endpoint)
        if model is not None and model in ids and one.answered:
            models.setdefault(model, _tested(one))
    if not models:
        return None
    return BatchResults(
        questions=record.questions.name,
        asked=len(record.questions.questions),
        created_at=datetime.fromisoformat(record.created_at),
        models=models,
    )


def _tested(one: Summary) -> ModelResult:
    share, times = one.right_of_asked, _first_tokens(one)
    return ModelResult(
        right=None if share.share is None else to_decimal(share.share),
        low=None if share.interval is None else share.interval.low,
        high=None if share.interval is None else share.interval.high,
        first_token=_decimal(times.p50),
        first_token_p95=_decimal(times.p95),
        speed=_decimal(one.output_tokens_per_second),
    )


def _first_tokens(one: Summary) -> Times:
    """Of the kind of prompt that is the slowest a server shows: cold, else untold, else warm."""
    return next((times for times in (one.cold, one.untold) if times.answers), one.warm)


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))
