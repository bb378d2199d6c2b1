"""The long table of a batch test as CSV: one row an answer or failure, nothing left out.

Text that a spreadsheet would take for a formula gets an apostrophe in front, as questions, answers
and titles come from strangers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, Final

from costing import decimal_text
from dashboard.chat.batch.kept import Kept, State
from dashboard.chat.batch.plan import Plan
from dashboard.chat.batch.results import cache_of
from dashboard.chat.batch.scores import read_score
from dashboard.chat.events import Failed
from dashboard.exports.harmless_cells import defused
from dashboard.texts import Texts

COLUMNS: Final = (
    "question_number", "question", "language", "expected", "must_cite", "endpoint", "model",
    "top_n", "strictness", "chunk_tokens", "repeat", "state", "right", "expected_match",
    "citations_right", "numbers_founded", "judged_right", "judge_model", "answer", "failure",
    "reason", "provider_model", "invalid_citations",
    "unfounded_numbers", "similarity", "passages", "input_tokens", "cached_input_tokens", "cache",
    "output_tokens", "reasoning_tokens", "cost_usd", "price_provider", "price_as_of",
    "ttft_seconds", "total_seconds", "output_tokens_per_second", "asked_at",
)  # fmt: skip


def answer_table(plan: Plan, kept: Iterable[Kept], texts: Texts) -> str:
    """The table with its header. Unknown cells are empty; truths are true and false."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    models = {one.name: one.model for one in plan.endpoints}
    for one in kept:
        cells = _asked(plan, one, models) | _measured(one)
        cells |= _judged(one) if one.state is State.ANSWERED else _failed(one, texts)
        table.writerow({column: _cell(cells.get(column)) for column in COLUMNS})
    return written.getvalue()


def _asked(plan: Plan, one: Kept, models: dict[str, str]) -> dict[str, Any]:
    question, job = plan.question(one.job), one.job
    return {
        "question_number": job.question + 1,
        "question": question.question,
        "language": question.language,
        "expected": question.expected,
        "must_cite": question.must_cite,
        "endpoint": job.endpoint,
        "model": models[job.endpoint],
        "top_n": job.setting.top_n,
        "strictness": job.setting.strictness,
        "chunk_tokens": job.setting.chunk_tokens,
        "repeat": job.repeat,
        "state": str(one.state),
        "answer": one.text,
        "passages": "\n".join(one.facts["passages"]),
        "asked_at": one.asked_at.isoformat(timespec="seconds"),
    }


def _measured(one: Kept) -> dict[str, Any]:
    usage, priced = one.facts["usage"] or {}, one.facts["by_token"] or {}
    dates = [item["price"]["as_of"] for item in priced.get("items", ())]
    known = [day for day in dates if day is not None]
    return {
        **{name: usage.get(name) for name in ("input_tokens", "output_tokens")},
        **{name: usage.get(name) for name in ("cached_input_tokens", "reasoning_tokens")},
        "cache": cache_of(one.facts),
        "cost_usd": None if one.cost is None else decimal_text(one.cost),
        "price_provider": priced.get("provider"),
        "price_as_of": min(known, default=None),
    }


def _judged(one: Kept) -> dict[str, Any]:
    score, facts = read_score(one.facts["score"]), one.facts
    similarity = None if score.similarity is None else f"{float(score.similarity):.4f}"
    seconds = ("ttft_seconds", "total_seconds", "output_tokens_per_second")
    return {
        "right": score.right,
        "expected_match": score.expected_match,
        "citations_right": score.citations_right,
        "numbers_founded": score.founded,
        "judged_right": score.judged_right,
        "judge_model": score.judge_model,
        "reason": facts["reason"],
        "provider_model": facts["provider_model"],
        "invalid_citations": "\n".join(score.invalid_citations),
        "unfounded_numbers": "\n".join(score.unfounded_numbers),
        "similarity": similarity,
        **{name: None if facts[name] is None else f"{facts[name]:.4f}" for name in seconds},
    }


def _failed(one: Kept, texts: Texts) -> dict[str, Any]:
    failed = Failed(code=one.facts["error"], facts=one.facts["error_facts"])
    return {"failure": failed.sentence(texts)}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return defused(value) if isinstance(value, str) else str(value)
