"""The answer of `modelcost evaluate` as plain data, and as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from catalog.database import Database
from costing import decimal_text
from costing.answer_cost import TokenCount
from costing.answers import Acceptance
from costing.units import to_decimal
from dashboard.chat.batch.estimate import ASSUMED_OUTPUT_TOKENS, Estimate
from dashboard.chat.batch.kept import ResultFile
from dashboard.chat.batch.plan import Plan, Setting
from dashboard.chat.batch.results import Summary, Times, below, failed_throughout, summaries
from dashboard.chat.batch.run import Ended
from dashboard.chat.endpoints import Endpoint
from dashboard.chat.evaluation import MeanTokens, Share
from dashboard.chat.measured import (
    Measured,
    judged_address,
    measured_document,
    whole_tokens,
)
from dashboard.chat.money import answer_money, compared_by
from dashboard.format import Format
from dashboard.report import table
from dashboard.texts import Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All that a batch test found.

    Attributes:
        summaries: an entry an endpoint and setting.
        workloads: for each of them, what it is as the workload of a cost comparison.
        spent: what counts against the cap: costs, and plans where a cost is not known.
        cut_off: attempts of which nothing was kept.
        threshold: the share of right answers that was asked for; None: none was.
        judged_by: models that judged, as their server calls them.
    """

    plan: Plan
    estimate: Estimate
    summaries: tuple[Summary, ...]
    workloads: tuple[Mapping[str, Any], ...]
    ended: Ended | None
    spent: Decimal
    cut_off: int
    threshold: Decimal | None
    judged_by: tuple[str, ...] = ()

    @property
    def failed_throughout(self) -> tuple[str, ...]:
        """Endpoints that gave not one answer."""
        return failed_throughout(self.summaries)

    @property
    def below(self) -> tuple[Summary, ...]:
        """Summaries that do not reach the threshold; none where there is none."""
        return () if self.threshold is None else below(self.summaries, self.threshold)


def workload_document(
    database: Database, plan: Plan, found: Summary, texts: Texts, today: date
) -> dict[str, Any]:
    """What one endpoint and setting took, as the workload of a cost comparison."""
    endpoint = next(one for one in plan.endpoints if one.name == found.endpoint)
    measured = Measured(
        endpoint=found.endpoint,
        input_tokens=found.scores.input_tokens,
        output_tokens=found.scores.output_tokens,
        uncounted=found.scores.input_tokens.uncounted,
        cached_share=found.cached_share,
        accepted=0,
        rejected=0,
    )
    use = _compared(database, endpoint, plan.region, measured, today)
    label = texts(
        "chat.batch.labelled", name=endpoint.label, setting=setting_words(found.setting, texts)
    )
    document = measured_document(measured, label, use, texts)
    right = found.scores.right
    if document["address"]:
        acceptance = Acceptance(accepted=right.right, judged=Fraction(right.questions))
        document["address"] |= judged_address(acceptance)
        document["address"]["measured_top_n"] = str(found.setting.top_n)
    return document


def report_of(
    plan: Plan, found: Estimate, file: ResultFile, priced: tuple[Database, date], texts: Texts
) -> Report:
    """What is kept so far, complete or not. priced: where prices are, and those of which day."""
    kept = file.answers()
    each = summaries(plan, kept)
    judged_by = {str(one.facts["judge"]["model"]) for one in kept if one.facts.get("judge")}
    return Report(
        plan=plan,
        estimate=found,
        summaries=each,
        workloads=tuple(workload_document(priced[0], plan, one, texts, priced[1]) for one in each),
        ended=None,
        spent=file.spent(),
        cut_off=file.cut_off(),
        threshold=None,
        judged_by=tuple(sorted(judged_by)),
    )


def report_document(report: Report) -> dict[str, Any]:
    """Everything as plain data: money and exact numbers as text, what is not known as null."""
    plan, found = report.plan, report.estimate
    return {
        "questions": {
            "name": plan.questions.name,
            "count": len(plan.questions.questions),
            "sha256": plan.questions.sha256,
            "flags": list(plan.questions.flags),
        },
        "repeats": plan.repeats,
        "complete": report.ended is None,
        "ended": report.ended,
        "currency": "USD",
        "spent": decimal_text(report.spent),
        "cut_off": report.cut_off,
        "estimate": {
            "cost": decimal_text(found.cost),
            "without_price": list(found.unpriced),
            "output_tokens_assumed": ASSUMED_OUTPUT_TOKENS,
        },
        "judge": None if plan.judge is None else _judge_document(plan.judge, report),
        "threshold": None if report.threshold is None else decimal_text(report.threshold),
        "below_threshold": [_key(one) for one in report.below],
        "failed_throughout": list(report.failed_throughout),
        "summaries": [
            _summary_document(one, workload)
            for one, workload in zip(report.summaries, report.workloads, strict=True)
        ],
    }


def report_text(report: Report, texts: Texts) -> str:
    """The summary as a table, and what was measured in sentences."""
    fmt = Format(texts.language, "USD")
    columns = (
        "endpoint", "setting", "right", "cited", "founded", "tokens", "answer", "right_answer",
        "ttft", "speed", "errors",
    )  # fmt: skip
    head = [texts(f"chat.batch.column.{name}") for name in columns]
    lines = [table(head, [_cells(one, texts, fmt) for one in report.summaries]), ""]
    for workload in report.workloads:
        lines.append(str(workload["sentence"]))
        if workload["address"]:
            address = f"/?{urlencode(workload['address'])}"
            lines.append(texts("chat.batch.decide", address=address))
    if report.plan.judge is not None:
        lines += ["", *judge_lines(report, texts)]
    lines += ["", texts("chat.batch.spent", cost=fmt.money(report.spent))]
    return "\n".join(lines)


def judge_lines(report: Report, texts: Texts) -> list[str]:
    """What the judge said of each endpoint and setting, and where it said nothing."""
    fmt, judge = Format(texts.language, "USD"), report.plan.judge
    assert judge is not None
    name = ", ".join(report.judged_by) or judge.model
    lines = [
        texts(
            "chat.batch.judged",
            judge=name,
            name=one.endpoint,
            setting=setting_words(one.setting, texts),
            share=_share(one.scores.judged_right, fmt),
        )
        for one in report.summaries
    ]
    failed = sum(sum(one.judge_failed.values()) for one in report.summaries)
    if failed:
        lines.append(texts("chat.batch.judge_failed", judge=name, count=f"{failed:,}"))
    return lines


def ending_lines(report: Report, texts: Texts) -> list[str]:
    """How it ended, where that is not simply well."""
    fmt = Format(texts.language, "USD")
    lines = [] if report.ended is None else [texts(f"chat.batch.ended.{report.ended}")]
    lines += [texts("chat.batch.failed_throughout", name=one) for one in report.failed_throughout]
    for one in report.below:
        assert report.threshold is not None
        lines.append(
            texts(
                "chat.batch.below",
                name=one.endpoint,
                setting=setting_words(one.setting, texts),
                share=_share(one.right_of_asked, fmt),
                threshold=fmt.share(report.threshold),
            )
        )
    return lines


def _compared(
    database: Database, endpoint: Endpoint, region: str, found: Measured, today: date
) -> dict[str, str]:
    """The cheapest offer and the cheapest full host for what was measured, to begin from."""
    read, written = whole_tokens(found.input_tokens), whole_tokens(found.output_tokens)
    if endpoint.catalog_model is None or read is None or written is None:
        return {}
    counted = TokenCount(input_tokens=read, output_tokens=written)
    place = endpoint.region or region
    with database.read() as session:
        return compared_by(answer_money(session, endpoint.catalog_model, place, counted, today))


def _key(one: Summary) -> dict[str, Any]:
    return {
        "endpoint": one.endpoint,
        "top_n": one.setting.top_n,
        "strictness": one.setting.strictness,
        "chunk_tokens": one.setting.chunk_tokens,
    }


def _judge_document(judge: Endpoint, report: Report) -> dict[str, Any]:
    """Who judged beside the rules, and what came of it."""
    failed: dict[str, int] = {}
    for one in report.summaries:
        for code, count in one.judge_failed.items():
            failed[code] = failed.get(code, 0) + count
    return {
        "endpoint": judge.name,
        "model": judge.model,
        "judged_by": list(report.judged_by),
        "failed": failed,
    }


def _summary_document(one: Summary, workload: Mapping[str, Any]) -> dict[str, Any]:
    scores, costs = one.scores, one.costs
    return {
        **_key(one),
        "asked": one.asked,
        "answered": one.answered,
        "failed": dict(one.failed),
        "error_rate": _number(one.error_rate),
        "right": _share_document(scores.right),
        "right_of_asked": _share_document(one.right_of_asked),
        "expected_match": _share_document(scores.expected_match),
        "citations_right": _share_document(scores.citations_right),
        "numbers_founded": _share_document(scores.founded),
        "judged_right": _share_document(scores.judged_right),
        "mean_similarity": _number(scores.mean_similarity),
        "input_tokens": _tokens_document(scores.input_tokens),
        "output_tokens": _tokens_document(scores.output_tokens),
        "cached_input_share": _number(one.cached_share),
        "cost": {
            "answers_known": costs.known,
            "answers_unknown": costs.unknown,
            "an_answer": _money(costs.an_answer),
            "a_right_answer": _money(costs.a_right_answer),
        },
        "ttft_seconds": {
            "cold": _times_document(one.cold),
            "warm": _times_document(one.warm),
            "cache_untold": _times_document(one.untold),
        },
        "output_tokens_per_second": one.output_tokens_per_second,
        "workload": dict(workload),
    }


def _share_document(share: Share) -> dict[str, Any]:
    interval = share.interval
    return {
        "questions": share.questions,
        "share": _number(share.share),
        "low": None if interval is None else decimal_text(interval.low),
        "high": None if interval is None else decimal_text(interval.high),
        "confidence": "0.9",
    }


def _tokens_document(tokens: MeanTokens) -> dict[str, Any]:
    return {
        "questions": tokens.questions,
        "mean": _number(tokens.mean),
        "half_width": _money(tokens.half_width),
        "spread": _money(tokens.spread),
        "uncounted": tokens.uncounted,
    }


def _times_document(times: Times) -> dict[str, Any]:
    return {"answers": times.answers, "p50": times.p50, "p95": times.p95}


def _number(value: Fraction | None) -> str | None:
    return None if value is None else decimal_text(to_decimal(value))


def _money(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def _cells(one: Summary, texts: Texts, fmt: Format) -> Sequence[str]:
    costs, speed = one.costs, one.output_tokens_per_second
    means = [whole_tokens(one.scores.input_tokens), whole_tokens(one.scores.output_tokens)]
    tokens = " + ".join("-" if mean is None else f"{mean:,}" for mean in means)
    return [
        one.endpoint,
        setting_words(one.setting, texts),
        _share(one.scores.right, fmt),
        _share(one.scores.citations_right, fmt),
        _share(one.scores.founded, fmt),
        tokens,
        "-" if costs.an_answer is None else fmt.money(costs.an_answer),
        "-" if costs.a_right_answer is None else fmt.money(costs.a_right_answer),
        _seconds(one),
        "-" if speed is None else f"{speed:,.0f}",
        "-" if one.error_rate is None else fmt.share(to_decimal(one.error_rate)),
    ]


def setting_words(setting: Setting, texts: Texts) -> str:
    """One way to choose passages, short."""
    told = texts("chat.batch.setting", top_n=str(setting.top_n), strictness=str(setting.strictness))
    if setting.chunk_tokens is None:
        return told
    chunk = texts("chat.batch.setting.chunk", tokens=f"{setting.chunk_tokens:,}")
    return texts("chat.batch.setting.both", setting=told, chunk=chunk)


def _share(share: Share, fmt: Format) -> str:
    """`85 % (73-92 %)`: the share and its 90 % interval."""
    if share.share is None or share.interval is None:
        return "-"
    low, high = fmt.share(share.interval.low), fmt.share(share.interval.high)
    return f"{fmt.share(to_decimal(share.share))} ({low} - {high})"


def _seconds(one: Summary) -> str:
    """p50 / p95 of the time to the first word, cold then warm."""
    return "; ".join(
        "-" if times.p50 is None or times.p95 is None else f"{times.p50:.2f}/{times.p95:.2f}"
        for times in ((one.cold, one.warm) if not one.untold.answers else (one.untold,))
    )
