"""The break-even answer as one document: what the command line prints, REST sends and the page
reads.

Decimals are strings (`costing.decimal_text`), dates ISO text, unknown is null. Built here and
nowhere else, so that the faces cannot differ. Sentences come in the language of `texts`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from catalog.own_prices import FLAG as OWN_PRICE_FLAG
from catalog.scenario import Scenario, scenario_document
from costing import (
    BreakEven,
    Crossing,
    Estimate,
    Exchange,
    Interval,
    LineItem,
    Notice,
    PaperCrossing,
    Price,
    Reason,
    RequestShape,
    Verdict,
    decimal_text,
)
from costing.units import to_decimal
from dashboard.sentences import Sentences

Document: TypeAlias = dict[str, Any]


def answer_document(answer: BreakEven, scenario: Scenario, sentences: Sentences) -> Document:
    """The whole answer to `break-even` (DESIGN section 6)."""
    shape = answer.question.workload.shape
    return {
        "scenario": scenario_document(scenario),
        "currency": answer.question.currency,
        **lens_document(scenario),
        "mix": _shape(shape),
        "crossings": [_crossing(crossing) for crossing in answer.crossings],
        "intervals": [_interval(interval) for interval in answer.intervals],
        "paper_crossings": [
            _paper_crossing(crossing, shape) for crossing in answer.paper_crossings
        ],
        "at_workload": _verdict(answer.at_workload),
        "volumes": [_verdict(verdict) | {"name": verdict.name} for verdict in answer.volumes],
        "verdict": {
            "at_workload": {
                "class": answer.at_workload.call.value,
                "text": sentences.verdict(answer, answer.at_workload),
            },
            "break_even": {"state": answer.state.value, "text": sentences.break_even(answer)},
        },
        "searched_to_requests_per_hour": decimal_text(answer.searched_to_requests_per_hour),
        "truncated": answer.truncated,
        "capacity_band": _band(answer),
        "warnings": [notice_document(notice, sentences) for notice in answer.notices],
        "prices_as_of": oldest_date(answer.at_workload.estimates),
    }


def without_sentences(value: Any) -> Any:
    """The same without its sentences: they are made anew in the language of each reader."""
    if isinstance(value, dict):
        return {name: without_sentences(part) for name, part in value.items() if name != "text"}
    return [without_sentences(one) for one in value] if isinstance(value, list) else value


def lens_document(scenario: Scenario) -> Document:
    """The lens, where the scenario says one; full where it says none."""
    return {"lens": scenario.lens} if "lens" in scenario.model_fields_set else {}


def estimates_document(answer: BreakEven, scenario: Scenario, sentences: Sentences) -> Document:
    """The answer to `estimates`: the options at the workload and at the volumes, without the
    search."""
    whole = answer_document(answer, scenario, sentences)
    kept = ("scenario", "currency", "lens", "mix", "at_workload", "volumes", "warnings")
    return {key: whole[key] for key in (*kept, "prices_as_of") if key in whole} | {
        "verdict": {"at_workload": whole["verdict"]["at_workload"]}
    }


def _band(answer: BreakEven) -> Document | None:
    """The answer where all estimated capacities are at their low end, and at their high end."""
    if answer.low is None or answer.high is None:
        return None
    return {"low": _end(answer.low), "high": _end(answer.high)}


def _end(answer: BreakEven) -> Document:
    shape = answer.question.workload.shape
    return {
        "crossings": [_crossing(crossing) for crossing in answer.crossings],
        "paper_crossings": [
            _paper_crossing(crossing, shape) for crossing in answer.paper_crossings
        ],
        "state": answer.state.value,
        "cheapest": answer.at_workload.cheapest,
        "estimates": [
            {
                "name": one.name,
                "cost_per_hour": number_text(one.cost_per_hour),
                "instances": one.instances,
            }
            for one in answer.at_workload.estimates
        ],
    }


def price_document(price: Price) -> Document:
    """A price as published with its provenance; `id` is the catalog row, null for a typed price.

    A price of the user's own, and no other, carries `private`: true; one that was converted from
    another currency, and no other, `exchange`.
    """
    origin = price.provenance
    private = {"private": True} if OWN_PRICE_FLAG in origin.flags else {}
    return (
        private
        | {
            "id": origin.price_id,
            "amount": decimal_text(price.amount),
            "per": decimal_text(price.per),
            "unit": price.unit.value,
            "currency": price.currency,
            "basis": origin.basis,
            "derived": origin.derived,
            "source": origin.source,
            "url": origin.url,
            "as_of": _text(origin.as_of),
            "fetched_at": _text(origin.fetched_at),
            "owner": origin.owner,
            "flags": list(origin.flags),
        }
        | ({} if origin.exchange is None else {"exchange": exchange_document(origin.exchange)})
    )


def exchange_document(exchange: Exchange) -> Document:
    """What was published before it was converted, and by which rates: `legs` are exact, `rate` is
    their product in full or with 28 digits."""
    return {
        "kind": exchange.kind.value,
        "amount": decimal_text(exchange.amount),
        "per": decimal_text(exchange.per),
        "currency": exchange.currency,
        "to": exchange.to,
        "rate": decimal_text(to_decimal(exchange.rate())),
        "legs": [
            {"base": leg.base, "quote": leg.quote, "rate": decimal_text(leg.rate)}
            for leg in exchange.legs
        ],
        "as_of": _text(exchange.as_of),
        "valid_to": _text(exchange.valid_to),
        "source": exchange.source,
        "owner": exchange.owner,
    }


def _shape(shape: RequestShape) -> Document:
    return {
        "input_tokens": decimal_text(shape.input_tokens),
        "output_tokens": decimal_text(shape.output_tokens),
        "cached_input_share": decimal_text(shape.cached_input_share),
    }


def _crossing(crossing: Crossing) -> Document:
    return {
        "kind": crossing.kind.value,
        "requests_per_hour": decimal_text(crossing.requests_per_hour),
        "input_tokens_per_hour": decimal_text(crossing.input_tokens_per_hour),
        "output_tokens_per_hour": decimal_text(crossing.output_tokens_per_hour),
        "from": crossing.from_option,
        "to": crossing.to_option,
        "instances": crossing.instances,
        "cost_per_hour": decimal_text(crossing.cost_per_hour),
        "cost_per_hour_after": decimal_text(crossing.cost_per_hour_after),
        "formula": crossing.formula,
        "inputs": _numbers(crossing.inputs),
    }


def _interval(interval: Interval) -> Document:
    return {
        "from_requests_per_hour": decimal_text(interval.from_requests_per_hour),
        "to_requests_per_hour": number_text(interval.to_requests_per_hour),
        "cheapest": interval.cheapest,
        "steps": [
            {
                "instances": step.instances,
                "to_requests_per_hour": number_text(step.to_requests_per_hour),
            }
            for step in interval.steps
        ],
        "tied_with": list(interval.tied_with),
    }


def _paper_crossing(crossing: PaperCrossing, shape: RequestShape) -> Document:
    return {
        "option": crossing.option,
        "against": crossing.against,
        "instances": crossing.instances,
        "requests_per_hour": decimal_text(crossing.requests_per_hour),
        "reachable": crossing.reachable,
        "formula": crossing.formula,
        "inputs": _numbers(crossing.inputs),
    }


def reason_documents(reasons: Sequence[Reason]) -> list[Document]:
    """Why a cheapest option cannot be called."""
    return [
        {"code": reason.code, "option": reason.option, "missing": reason.missing}
        for reason in reasons
    ]


def _verdict(verdict: Verdict) -> Document:
    return {
        "requests_per_hour": decimal_text(verdict.requests_per_hour),
        "cheapest": verdict.cheapest,
        "second": verdict.second,
        "gap_per_hour": number_text(verdict.gap_per_hour),
        "gap_share": number_text(verdict.gap_share),
        "class": verdict.call.value,
        "reasons": reason_documents(verdict.reasons),
        "estimates": [estimate_document(estimate) for estimate in verdict.estimates],
    }


def estimate_document(estimate: Estimate) -> Document:
    """One option at one load: its cost with line items, or what is missing."""
    return {
        "name": estimate.name,
        "kind": estimate.kind,
        "status": estimate.status.value,
        "missing": [what.value for what in estimate.missing],
        "cost_per_hour": number_text(estimate.cost_per_hour),
        "cost_per_month": number_text(estimate.cost_per_month),
        "instances": estimate.instances,
        "utilization": number_text(estimate.utilization),
        "line_items": [line_item_document(item) for item in estimate.line_items],
        "prices_as_of": _text(estimate.prices_as_of),
        "undated_prices": estimate.undated_prices,
    }


def line_item_document(item: LineItem) -> Document:
    """One priced part with its formula and price."""
    return {
        "code": item.code,
        "name": item.name,
        "quantity_per_hour": decimal_text(item.quantity_per_hour),
        "unit": item.unit,
        "cost_per_hour": decimal_text(item.cost_per_hour),
        "cost_per_month": decimal_text(item.cost_per_month),
        "formula": item.formula,
        "inputs": _numbers(item.inputs),
        "price": price_document(item.price),
    }


def notice_document(notice: Notice, sentences: Sentences) -> Document:
    """One remark with its sentence."""
    return {
        "code": notice.code,
        "option": notice.option,
        "facts": dict(notice.facts),
        "text": sentences.notice(notice),
    }


def oldest_date(estimates: Sequence[Estimate]) -> str | None:
    """The oldest date of any price in the estimates; None where none has one."""
    dates = [estimate.prices_as_of for estimate in estimates if estimate.prices_as_of is not None]
    return _text(min(dates, default=None))


def _numbers(inputs: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: decimal_text(value) for name, value in inputs.items()}


def number_text(value: Decimal | None) -> str | None:
    """An exact number as text; None where it is unknown."""
    return None if value is None else decimal_text(value)


def _text(moment: date | datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
