"""The answer as a page for paper: two to four A4 pages that finance signs.

One HTML document without a script: its style is allowed by its hash, everything that a person may
have typed is escaped. The first page has the finding, the chart, the options and the boxes for
drafted, checked and approved; the next ones what it rests on.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape
from importlib import resources
from typing import Final

from costing import LineItem
from dashboard import __version__
from dashboard.exports.drawing import drawing
from dashboard.exports.harmless_cells import printable
from dashboard.exports.paper import Paper
from dashboard.exports.workbook.inputs import item_label
from dashboard.figures.axes import View
from dashboard.figures.break_even import break_even_figure

BOXES: Final = ("drafted", "checked", "approved")
MOST_ROWS: Final = 18
"""Of a table: more would make more than four pages; the workbook has them all."""
MOST_OPTIONS: Final = 12
CONSTANTS: Final = frozenset({"hours_per_month", "seconds_per_hour", "minutes_per_hour"})
THE_LOAD: Final = frozenset({"amount", "per", "requests", "period_hours", "requests_per_hour"})
MOST_REMARKS: Final = 9
LONGEST_NAME: Final = 90
STYLE: Final = resources.files("dashboard").joinpath("exports/print.css").read_text("utf-8")
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""No script, no image, no request: only the style of this page."""
META_POLICY: Final = POLICY.rpartition(";")[0]
"""The same for a saved file, where a frame cannot be forbidden."""


def print_page(paper: Paper) -> str:
    """The page in the language of the paper."""
    body = "".join((*_first(paper), *_second(paper), *_third(paper)))
    return (
        f'<!DOCTYPE html><html lang="{paper.texts.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{META_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(paper.title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _first(paper: Paper) -> Iterator[str]:
    texts, sentences, answer = paper.texts, paper.sentences, paper.answer
    headline = sentences.headline(answer)
    yield f'<p class="title">{_text(paper.title)}</p><h1>{_text(headline, 600)}</h1>'
    yield f"<p>{_text(sentences.subline(answer), 600)}</p>"
    verdict = sentences.verdict(answer, answer.at_workload)
    yield '<div class="facts">'
    yield _fact(texts("result.verdict"), sentences.call(answer.at_workload), verdict)
    yield _fact(texts("result.break_even"), "", sentences.break_even(answer))
    yield "</div>"
    figure = break_even_figure(answer, view=View(), fmt=paper.fmt, texts=texts)
    yield drawing(figure, headline)
    yield _options(paper)
    yield f'<p class="quiet">{_text(paper.valid_until())}</p>'
    yield f'<p class="seal">{_text(texts("papers.seal", seal=paper.seal), 300)}</p>'
    boxes = "".join(
        f'<div class="box"><b>{_text(texts(f"papers.box.{name}"))}</b>'
        f"<span>{_text(texts('papers.box.name'))}</span>"
        f"<span>{_text(texts('papers.box.date'))}</span></div>"
        for name in BOXES
    )
    yield f'<div class="boxes">{boxes}</div>'


def _fact(title: str, value: str, sentence: str) -> str:
    strong = f"<b>{_text(value, 300)}</b>" if value else ""
    said = f'<span class="quiet">{_text(title)}</span>{strong}{_text(sentence, 900)}'
    return f'<div class="fact">{said}</div>'


def _options(paper: Paper) -> str:
    texts, fmt, at = paper.texts, paper.fmt, paper.answer.at_workload
    rows = []
    for one in at.estimates[:MOST_OPTIONS]:
        if one.cost_per_hour is None or one.cost_per_month is None:
            rows.append([one.name, paper.sentences.no_cost(one), "", "", ""])
            continue
        day = texts("table.undated") if one.prices_as_of is None else fmt.date(one.prices_as_of)
        money = (fmt.money(one.cost_per_hour), fmt.money(one.cost_per_month))
        rows.append([one.name, *money, paper.sentences.rented(one), day])
    names = ("option", "per_hour", "per_month", "hosts", "as_of")
    heads = [texts(f"papers.column.{name}") for name in names]
    return _table(heads, rows, numbers={1, 2, 3}) + _more(paper, len(at.estimates) - MOST_OPTIONS)


def _second(paper: Paper) -> Iterator[str]:
    texts = paper.texts
    yield f'<section class="sheet"><h2>{_text(texts("papers.sheet.assumptions"))}</h2>'
    yield _assumptions(paper)
    yield f"<h2>{_text(texts('papers.items.title'))}</h2>"
    items = [
        (estimate.name, item)
        for estimate in paper.answer.at_workload.estimates
        for item in estimate.line_items
    ]
    heads = ("option", "item", "quantity", "per_hour", "per_month")
    rows = [_item(paper, name, item) for name, item in items[:MOST_ROWS]]
    yield _table([texts(f"papers.column.{one}") for one in heads], rows, numbers={2, 3, 4})
    yield _more(paper, len(items) - MOST_ROWS)
    yield f"<h2>{_text(texts('papers.prices.title'))}</h2>"
    prices = ("option", "what", "amount", "as_of", "read_on", "source", "owner")
    rows = [list(row) for row in dict.fromkeys(_price(paper, *item) for item in items)]
    yield _table([texts(f"papers.column.{one}") for one in prices], rows[:MOST_ROWS])
    yield _more(paper, len(rows) - MOST_ROWS)
    yield "</section>"


def _assumptions(paper: Paper) -> str:
    """What was given, each number once; an option's own beside its name."""
    texts = paper.texts
    seen: dict[tuple[str, str, str], None] = {}
    workload = paper.answer.question.workload
    shared = {"peak_to_mean": workload.peak_to_mean, "input_tokens": workload.shape.input_tokens}
    shared["output_tokens"] = workload.shape.output_tokens
    shared["cached_input_share"] = workload.shape.cached_input_share
    shared["requests_per_hour"] = paper.answer.at_workload.requests_per_hour
    for name, value in shared.items():
        seen[texts("papers.workload"), _label(paper, name), _number(value)] = None
    for estimate in paper.answer.at_workload.estimates:
        for item in estimate.line_items:
            for name, value in item.inputs.items():
                given = name in shared and shared[name] == value
                if not given and name not in CONSTANTS | THE_LOAD and "base" not in name:
                    seen[estimate.name, _label(paper, name), _number(value)] = None
    heads = [texts(f"papers.column.{name}") for name in ("belongs", "assumption", "value")]
    rows = [list(row) for row in seen]
    return _table(heads, rows[:MOST_ROWS], numbers={2}) + _more(paper, len(rows) - MOST_ROWS)


def _item(paper: Paper, option: str, item: LineItem) -> list[str]:
    unit = paper.texts.optional(f"papers.unit.{item.unit}") or item.unit
    quantity = f"{paper.fmt.exact_count(item.quantity_per_hour)} {unit}"
    costs = [paper.fmt.money(cost) for cost in (item.cost_per_hour, item.cost_per_month)]
    return [option, item_label(paper, item), quantity, *costs]


def _price(paper: Paper, option: str, item: LineItem) -> tuple[str, ...]:
    """A price with its provenance; that of an add-on once for all options."""
    texts, fmt, price = paper.texts, paper.fmt, item.price
    origin = price.provenance
    unit = texts(f"unit.{price.unit.value}")
    read_on = texts("explain.read_on.typed")
    if origin.fetched_at is not None:
        read_on = fmt.moment(origin.fetched_at)
    shared = item.code in ("add_on", "one_off_work", "support", "tax")
    return (
        texts("papers.all_options") if shared else option,
        item_label(paper, item),
        f"{price.amount.normalize():f} {price.currency} / {price.per:f} {unit}",
        texts("explain.as_of.none") if origin.as_of is None else fmt.date(origin.as_of),
        read_on,
        origin.source or texts("explain.source.none"),
        origin.owner or texts("papers.not_stated"),
    )


def _third(paper: Paper) -> Iterator[str]:
    texts, sentences, answer = paper.texts, paper.sentences, paper.answer
    yield f"<section><h2>{_text(texts('papers.formulas'))}</h2>"
    formulas = dict.fromkeys(
        (item_label(paper, item), item.formula)
        for estimate in answer.at_workload.estimates
        for item in estimate.line_items
    )
    turns = [(texts("result.break_even"), one.formula) for one in answer.crossings]
    rows = [*formulas, *dict.fromkeys(turns)]
    yield '<table class="formulas"><tbody>'
    for name, formula in rows[:MOST_ROWS]:
        yield f"<tr><th>{_text(name)}</th><td><code>{_text(formula, 600)}</code></td></tr>"
    yield f"</tbody></table>{_more(paper, len(rows) - MOST_ROWS)}"
    for title, lines in (
        ("result.flips", sentences.flips(answer)),
        ("result.remarks", paper.remarks()),
        ("result.not_included", [sentences.not_included(answer.question)]),
    ):
        told = "".join(f"<li>{_text(line, 400)}</li>" for line in lines[:MOST_REMARKS])
        yield f"<h2>{_text(texts(title))}</h2><ul>{told}</ul>"
        yield _more(paper, len(lines) - MOST_REMARKS)
    yield f"<h2>{_text(texts('papers.identity'))}</h2>"
    yield f'<p class="seal">{_text(texts("papers.seal", seal=paper.seal), 300)}</p>'
    yield f"<p>{_text(texts('papers.made_by', version=__version__))}</p></section>"


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int] | None = None
) -> str:
    right = numbers or set()

    def cell(tag: str, column: int, text: str) -> str:
        kind = ' class="n"' if column in right else ""
        return f"<{tag}{kind}>{_text(text)}</{tag}>"

    head = "".join(cell("th", column, text) for column, text in enumerate(heads))
    body = "".join(
        f"<tr>{''.join(cell('td', column, text) for column, text in enumerate(row))}</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _more(paper: Paper, count: int) -> str:
    """What did not fit, said and not hidden."""
    if count <= 0:
        return ""
    return f'<p class="quiet">{_text(paper.texts("papers.more", count=str(count)))}</p>'


def _label(paper: Paper, name: str) -> str:
    return paper.texts.optional(f"input.{name}") or name.replace("_", " ")


def _number(value: Decimal) -> str:
    plain = value.normalize()
    return f"{plain:,f}" if value == value.to_integral_value() else f"{plain:f}"


def _text(text: str, most: int = LONGEST_NAME) -> str:
    """A text as HTML shows it, cut where it would fill the paper."""
    shown = printable(text)
    return escape(shown if len(shown) <= most else f"{shown[: most - 1]}…")
