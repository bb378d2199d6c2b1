"""Estimate against actual as one document: lines with their parts, targets, and the scenario that
the use makes."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Final

import yaml

from catalog.scenario import Scenario, scenario_document
from costing import Question, decimal_text
from costing.actuals import ActualLine, ActualUse, actual_lines
from costing.options import Option
from costing.units import exact, to_decimal
from dashboard.actuals.used import ActualsRefused, Used
from dashboard.answer import Document, number_text
from dashboard.format import Format
from dashboard.report import table
from dashboard.texts import Texts

PLACES: Final = Decimal("0.000001")
KEPT: Final = ("peak_to_mean", "ttft_seconds", "tpot_seconds")
PARTS: Final = ("planned", "actual", "volume", "length", "price")


@dataclass(frozen=True, kw_only=True, slots=True)
class Actual:
    """Use held against one option of a question. flags: of the use and of the comparison."""

    question: Question
    option: Option
    used: Used
    use: ActualUse
    lines: tuple[ActualLine, ...]
    flags: tuple[str, ...]


def compare(question: Question, name: str | None, used: Used, hours: Decimal) -> Actual:
    """Hold use against an option. name None: the cheapest at the workload of the question.

    Raises ActualsRefused: no option of that name or none with a cost, no count of requests or
    tokens; InvalidValue for a number that cannot be.
    """
    option = _option(question, name)
    for field in ("requests", "input_tokens", "output_tokens"):
        if getattr(used, field) is None:
            raise ActualsRefused(f"no_{field}", source=used.source)
    flags, cost = list(used.flags), used.cost
    if cost is not None and used.currency != question.currency:
        flags.append("other_currency")
        cost = None
    assert used.requests is not None
    assert used.input_tokens is not None
    assert used.output_tokens is not None
    cached = used.cached_input_tokens
    use = ActualUse(
        hours=exact(hours),
        requests=exact(used.requests),
        input_tokens=exact(used.input_tokens),
        output_tokens=exact(used.output_tokens),
        cached_input_tokens=None if cached is None else exact(cached),
        cost=None if cost is None else exact(cost),
    )
    return Actual(
        question=question,
        option=option,
        used=used,
        use=use,
        lines=actual_lines(question, option, use),
        flags=tuple(flags),
    )


def _option(question: Question, name: str | None) -> Option:
    from costing import break_even

    wanted = name or break_even(question).at_workload.cheapest
    found = next((one for one in question.options if one.name == wanted), None)
    if found is None:
        known = ", ".join(one.name for one in question.options)
        raise ActualsRefused("option_unknown", found=wanted or "-", known=known)
    return found


def actual_document(found: Actual, scenario: Scenario, texts: Texts) -> Document:
    """Numbers as text, exact; what is not known is null."""
    return {
        "option": found.option.name,
        "currency": found.question.currency,
        "source": found.used.source,
        "model": found.used.model,
        "hours": decimal_text(to_decimal(found.use.hours)),
        "lines": [
            {"code": one.code, **{part: number_text(getattr(one, part)) for part in PARTS}}
            for one in found.lines
        ],
        "cached_input_share": _shares(found),
        "targets": target_rows(found),
        "cache_usage": number_text(found.used.cache_usage),
        "flags": [{"code": flag, "text": texts(f"actual.flag.{flag}")} for flag in found.flags],
        "scenario": measured_scenario(found, scenario),
    }


def _shares(found: Actual) -> Document:
    planned = found.question.shape_of(found.option).cached_input_share
    told, read = found.use.cached_input_tokens, found.use.input_tokens
    actual = None if told is None or not read else to_decimal(told / read)
    return {"planned": decimal_text(planned), "actual": number_text(actual)}


def target_rows(found: Actual) -> list[Document]:
    """95th percentiles against the targets of the question; met None: one of both is not known."""
    workload, rows = found.question.workload, []
    for name in ("ttft", "tpot"):
        target, actual = getattr(workload, f"{name}_seconds"), found.used.seconds.get(name)
        known = target is not None and actual is not None
        rows.append(
            {
                "name": f"{name}_seconds",
                "target": number_text(target),
                "actual_p95": number_text(actual),
                "met": actual <= target if known else None,
            }
        )
    return rows


def measured_scenario(found: Actual, scenario: Scenario) -> dict[str, Any]:
    """The scenario with the use as its workload; peak and targets stay as they were. An option
    with tokens of its own keeps them."""
    document = dict(scenario_document(scenario))
    use, before = found.use, document["workload"]
    workload = {
        "requests_per_hour": _text(use.requests / use.hours),
        "input_tokens": _text(use.input_tokens / use.requests),
        "output_tokens": _text(use.output_tokens / use.requests),
    }
    if use.cached_input_tokens is not None and use.input_tokens:
        workload["cached_input_share"] = _text(use.cached_input_tokens / use.input_tokens)
    elif "cached_input_share" in before:
        workload["cached_input_share"] = before["cached_input_share"]
    document["workload"] = workload | {key: before[key] for key in KEPT if key in before}
    return document


def _text(value: Fraction) -> str:
    return decimal_text(to_decimal(value).quantize(PLACES, ROUND_HALF_EVEN))


def scenario_yaml(found: Actual, scenario: Scenario) -> str:
    """The measured scenario as a file."""
    document = measured_scenario(found, scenario)
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))


def actual_text(found: Actual, scenario: Scenario, texts: Texts) -> str:
    """The comparison as a table, targets, remarks."""
    fmt = Format(texts.language, found.question.currency)
    rows = []
    for line in found.lines:
        write = fmt.money if line.code == "cost" else fmt.count
        values = [getattr(line, part) for part in PARTS]
        cells = [texts("actual.unknown") if one is None else write(one) for one in values]
        if line.code != "cost":
            cells[-1] = "-"
        rows.append([texts(f"actual.line.{line.code}"), *cells])
    head = [texts(f"actual.column.{name}") for name in ("line", *PARTS)]
    parts = [texts("actual.title", option=found.option.name), "", table(head, rows)]
    parts += [texts("actual.rule"), ""]
    for row in target_rows(found):
        met = {True: "met", False: "missed", None: "open"}[row["met"]]
        facts = {key: row[key] or texts("actual.unknown") for key in ("target", "actual_p95")}
        parts.append(texts(f"actual.target.{met}", name=row["name"], **facts))
    parts += [f"- {texts(f'actual.flag.{flag}')}" for flag in found.flags]
    return "\n".join(parts)
