"""The answer as one long CSV table: a row a line item, total, crossing, interval, remark.

Numbers are exact; what is unknown is empty, and its reason stands in `text`. It starts with the
mark by which Excel knows that Japanese letters come.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from dashboard.answer import Document
from dashboard.exports.harmless_cells import cell_text
from dashboard.exports.paper import Paper

COLUMNS: Final = (
    "record", "load", "requests_per_hour", "option", "kind", "item", "quantity_per_hour", "unit",
    "price_amount", "price_per", "price_unit", "currency", "cost_per_hour", "cost_per_month",
    "instances", "formula", "price_source", "price_url", "price_as_of", "price_fetched_at",
    "price_id", "price_basis", "price_derived", "price_owner", "from_option", "to_option",
    "to_requests_per_hour", "text", "answer_sha256",
)  # fmt: skip
BYTE_ORDER_MARK: Final = "\ufeff"
Row: TypeAlias = dict[str, Any]


def long_table(paper: Paper) -> str:
    """The table with its header."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS, lineterminator="\r\n", restval="")
    table.writeheader()
    for row in _rows(paper):
        table.writerow({name: _cell(value) for name, value in row.items()})
    return BYTE_ORDER_MARK + written.getvalue()


def _rows(paper: Paper) -> Iterator[Row]:
    document = paper.document
    said = document["verdict"]
    yield {"record": "title", "text": paper.title, "answer_sha256": paper.seal}
    yield {"record": "verdict", "text": said["at_workload"]["text"]}
    yield {"record": "break_even", "text": said["break_even"]["text"]}
    loads = [("workload", document["at_workload"])]
    loads += [(volume["name"], volume) for volume in document["volumes"]]
    for name, verdict in loads:
        for estimate in verdict["estimates"]:
            yield from _estimate(paper, name, verdict["requests_per_hour"], estimate)
    for crossing in document["crossings"]:
        yield _crossing(crossing)
    for interval in document["intervals"]:
        yield {
            "record": "interval",
            "requests_per_hour": interval["from_requests_per_hour"],
            "to_requests_per_hour": interval["to_requests_per_hour"],
            "option": interval["cheapest"],
        }
    for warning in document["warnings"]:
        yield {"record": "remark", "option": warning["option"], "text": warning["text"]}
    yield {"record": "not_included", "text": paper.sentences.not_included(paper.answer.question)}


def _estimate(paper: Paper, load: str, requests: str, estimate: Document) -> Iterator[Row]:
    at = {
        "load": load,
        "requests_per_hour": requests,
        "option": estimate["name"],
        "kind": estimate["kind"],
        "currency": paper.currency,
    }
    for item in estimate["line_items"]:
        yield at | _item(item)
    reasons = [paper.texts(f"missing.{what}") for what in estimate["missing"]]
    if estimate["status"] == "above_maximum":
        reasons = [paper.texts("no_cost.above_maximum")]
    yield at | {
        "record": "total",
        "cost_per_hour": estimate["cost_per_hour"],
        "cost_per_month": estimate["cost_per_month"],
        "instances": estimate["instances"],
        "text": paper.texts("and").join(reasons),
    }


def _item(item: Document) -> Row:
    price = item["price"]
    names = ("source", "url", "as_of", "fetched_at", "id", "basis", "derived", "owner", "unit")
    return {
        "record": "line_item",
        "item": item["name"],
        "quantity_per_hour": item["quantity_per_hour"],
        "unit": item["unit"],
        "price_amount": price["amount"],
        "price_per": price["per"],
        "currency": price["currency"],
        "cost_per_hour": item["cost_per_hour"],
        "cost_per_month": item["cost_per_month"],
        "formula": item["formula"],
    } | {f"price_{name}": price[name] for name in names}


def _crossing(crossing: Document) -> Row:
    return {
        "record": "crossing",
        "requests_per_hour": crossing["requests_per_hour"],
        "from_option": crossing["from"],
        "to_option": crossing["to"],
        "instances": crossing["instances"],
        "cost_per_hour": crossing["cost_per_hour_after"],
        "formula": crossing["formula"],
        "text": crossing["kind"],
    }


def _cell(value: Any) -> str:
    return "" if value is None else cell_text(str(value))
