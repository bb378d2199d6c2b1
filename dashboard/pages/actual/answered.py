"""What the Actual page answers: the table, its CSV, targets, remarks, and the way to Decide."""

import csv
import io
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from costing import decimal_text
from dashboard.actuals.actual_answer import PARTS, Actual, target_rows
from dashboard.format import Format
from dashboard.pages.parts import table, unknown
from dashboard.texts import Texts


def answer_parts(found: Actual, decide: str, texts: Texts) -> list[Component]:
    """Everything under the chart. decide: address of the question with this use as its workload."""
    fmt = Format(texts.language, found.question.currency)
    heads = [(texts("actual.column.line"), True)]
    heads += [(texts(f"actual.column.{part}"), False) for part in PARTS]
    rows: list[tuple[dict[str, Any], list[Any]]] = []
    for line in found.lines:
        write = fmt.money if line.code == "cost" else fmt.count
        cells = [getattr(line, part) for part in PARTS]
        shown = [unknown(texts) if one is None else write(one) for one in cells]
        rows.append(({}, [texts(f"actual.line.{line.code}"), *shown]))
    flags = [html.Li(texts(f"actual.flag.{flag}")) for flag in found.flags]
    return [
        html.Div(
            [
                html.A(texts("actual.use"), href=decide, className="button", id="actual-use"),
                html.A(
                    texts("actual.csv"),
                    href="data:text/csv;charset=utf-8," + quote(lines_csv(found)),
                    download="actual.csv",
                    className="text-link",
                ),
            ],
            className="actual-ways",
        ),
        table(heads, rows, caption=texts("actual.title", option=found.option.name)),
        html.P(texts("actual.rule"), className="small"),
        html.Ul([html.Li(line) for line in _targets(found, texts)] + flags),
    ]


def finding(found: Actual, texts: Texts) -> str:
    """The answer in a sentence: what was paid against the plan, or that it is not known."""
    fmt = Format(texts.language, found.question.currency)
    cost = next(line for line in found.lines if line.code == "cost")
    if cost.planned is None or cost.actual is None:
        planned = texts("actual.unknown") if cost.planned is None else fmt.money(cost.planned)
        return texts("actual.finding.no_cost", option=found.option.name, planned=planned)
    code = "more" if cost.actual > cost.planned else "less"
    return texts(
        f"actual.finding.{'same' if cost.actual == cost.planned else code}",
        option=found.option.name,
        planned=fmt.money(cost.planned),
        actual=fmt.money(cost.actual),
        gap=fmt.money(abs(cost.actual - cost.planned)),
    )


def lines_csv(found: Actual) -> str:
    """The lines as CSV, exact numbers, unknown cells empty; nothing a person wrote stands in it."""
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n")
    write.writerow(["line_a_month", "currency", *PARTS])
    for line in found.lines:
        values = [getattr(line, part) for part in PARTS]
        currency = found.question.currency if line.code == "cost" else ""
        cells = ["" if one is None else decimal_text(one) for one in values]
        write.writerow([line.code, currency, *cells])
    return text.getvalue()


def _targets(found: Actual, texts: Texts) -> list[str]:
    lines = []
    for row in target_rows(found):
        met = {True: "met", False: "missed", None: "open"}[row["met"]]
        facts = {key: row[key] or texts("actual.unknown") for key in ("target", "actual_p95")}
        lines.append(texts(f"actual.target.{met}", name=row["name"], **facts))
    return lines
