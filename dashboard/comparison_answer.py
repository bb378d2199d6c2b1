"""Options side by side as one document: what REST sends.

Numbers are those of the answer, as text and exact; latencies are seconds; unknown is null.
Sentences come in the language of the texts.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from catalog.database import Database
from catalog.document import read_document
from catalog.problems import Problem, Refused, at_places, problem
from catalog.published_latency import PublishedLatency, Quantity
from catalog.scenario import Scenario, parse_scenario, scenario_document
from costing import Dedicated, decimal_text
from costing.answers import Position
from costing.options import Capacity, EstimatedCapacity, TypedCapacity, Unlimited
from dashboard.answer import Document, estimate_document, number_text
from dashboard.capacity_words import words_of
from dashboard.comparison import ComparedOption, Comparison, Loss, compare_options, term_of
from dashboard.comparison_latency import (
    QUANTITIES,
    ModelledLatency,
    OptionLatency,
    option_latencies,
)
from dashboard.comparison_words import ComparisonWords
from dashboard.figures.frontier import unbeaten
from dashboard.format import Format
from dashboard.sentences import Sentences
from dashboard.service import answer
from dashboard.texts import Texts

BASES: Final = ("published", "modelled")


def compare_bytes(
    database: Database, content: bytes, names: Sequence[str], *, own_prices: bool = False
) -> tuple[Comparison, Mapping[str, OptionLatency]]:
    """The options of the scenario in the JSON of a request, side by side, with their latencies.

    names: of the chosen options; empty: the five that cost least. own_prices: see `answer`.
    Raises Refused with every problem found, also for a name that no option has.
    """
    document = read_document(content, form="json", name="")
    scenario = parse_scenario(document.value, document.places, "")
    chosen = _numbers(scenario, names)
    try:
        shown = answer(database, scenario, own_prices=own_prices)
    except Refused as refused:
        raise Refused(at_places(refused.problems, document.places)) from None
    found = compare_options(database, scenario, shown, chosen)
    return found, option_latencies(database, found)


def comparison_document(
    found: Comparison, latencies: Mapping[str, OptionLatency], texts: Texts
) -> Document:
    """The whole comparison. frontiers: which options nothing else beats in cost and a latency."""
    currency = found.answer.question.currency
    words = ComparisonWords(texts, Format(texts.language, currency))
    sentences, at = Sentences(texts, words.fmt), found.answer.at_workload
    return {
        "scenario": scenario_document(found.scenario),
        "currency": currency,
        "requests_per_hour": decimal_text(at.requests_per_hour),
        "verdict": {
            "class": at.call.value,
            "cheapest": at.cheapest,
            "text": sentences.verdict(found.answer, at),
        },
        "options": [_option(one, latencies[one.name], words, texts) for one in found.options],
        "left_out": [name for _, name in found.left_out],
        "frontiers": [
            {"latency": quantity, "basis": basis, "options": names}
            for quantity in QUANTITIES
            for basis in BASES
            if (names := _frontier(found, latencies, quantity, basis))
        ],
    }


def _numbers(scenario: Scenario, names: Sequence[str]) -> list[int]:
    known = {one.name: number for number, one in enumerate(scenario.options, start=1)}
    wrong: list[Problem] = [
        problem("unknown_option_name", ("option",), found=repr(name))
        for name in names
        if name not in known
    ]
    if wrong:
        raise Refused(wrong)
    return [known[name] for name in names]


def _option(
    one: ComparedOption, latency: OptionLatency, words: ComparisonWords, texts: Texts
) -> Document:
    sold = one.option.sold
    return {
        **estimate_document(one.estimate),
        "clearly_cheapest": one.is_cheapest,
        "model": sold.model,
        "provider": sold.provider,
        "instance": sold.instance,
        "region": sold.region,
        "deployment": sold.deployment,
        "term": term_of(one.option),
        "cost_per_request": number_text(one.cost_per_request),
        "cost_per_million_tokens": number_text(one.cost_per_million_tokens),
        "capacity": _capacity(one.option.capacity) if isinstance(one.option, Dedicated) else None,
        "break_even": _position(one.against),
        "unknown": [{"code": code, "text": words.unknown(code)} for code in one.unknown],
        "counts_against": [_loss(loss, one.name, words) for loss in one.losses],
        "latency": {
            "modelled": _modelled(latency.modelled),
            "not_modelled": None if latency.reason is None else words_of(texts, latency.reason),
            "published": {
                quantity: published_document(run, quantity)
                for quantity, run in latency.published.items()
            },
        },
    }


def _capacity(capacity: Capacity) -> Document:
    """What one host serves. kind: unlimited, typed, estimated or unknown."""
    if isinstance(capacity, Unlimited):
        return {"kind": "unlimited"}
    if not isinstance(capacity, TypedCapacity):
        return {"kind": "unknown"}
    document: Document = {
        "kind": "typed",
        "input_tokens_per_second": number_text(capacity.input_tokens_per_second),
        "output_tokens_per_second": number_text(capacity.output_tokens_per_second),
        "evidence": capacity.evidence,
    }
    if isinstance(capacity, EstimatedCapacity):
        document |= {
            "kind": "estimated",
            "low_share": decimal_text(capacity.low_share),
            "high_share": decimal_text(capacity.high_share),
            "measurements": capacity.measurements,
            "sources": list(capacity.sources),
        }
    return document


def _position(at: Position | None) -> Document | None:
    if at is None:
        return None
    return {
        "share": decimal_text(at.share),
        "below": at.before,
        "above": at.after,
        "on_paper": at.on_paper,
        "reachable": at.reachable,
    }


def _loss(loss: Loss, option: str, words: ComparisonWords) -> Document:
    return {"code": loss.code, "facts": loss.facts, "text": words.loss(loss, option)}


def _modelled(found: ModelledLatency | None) -> Document | None:
    if found is None:
        return None
    return {
        "ttft_seconds": decimal_text(found.ttft_seconds),
        "tpot_seconds": decimal_text(found.tpot_seconds),
        "requests_in_flight_per_replica": decimal_text(found.requests_in_flight),
        "evidence": found.evidence,
        "measurements": found.measurements,
    }


def published_document(run: PublishedLatency, quantity: Quantity) -> Document:
    """A run with its source and the conditions that it shares with those of the other options."""
    at = run.conditions
    return {
        "seconds": number_text(getattr(run, quantity)),
        "id": run.id,
        "model": run.model_id,
        "gpu": run.gpu_key,
        "gpus": run.gpus,
        "weights": run.weights,
        "engine": run.engine,
        "engine_version": run.engine_version,
        "input_tokens": decimal_text(at.input_tokens),
        "output_tokens": decimal_text(at.output_tokens),
        "requests_in_flight": number_text(at.concurrency),
        "load_mode": at.load_mode,
        "value_kind": at.value_kind,
        "source": at.source,
    }


def _frontier(
    found: Comparison, latencies: Mapping[str, OptionLatency], quantity: Quantity, basis: str
) -> list[str]:
    value = _value_of(latencies, quantity, basis)

    def place(one: ComparedOption) -> tuple[Decimal, Decimal] | None:
        cost, seconds = one.estimate.cost_per_month, value(one)
        return None if cost is None or seconds is None else (cost, -seconds)

    return [one.name for one in unbeaten(found.options, place)]


def _value_of(
    latencies: Mapping[str, OptionLatency], quantity: Quantity, basis: str
) -> Callable[[ComparedOption], Decimal | None]:
    def value(one: ComparedOption) -> Any:
        latency = latencies[one.name]
        run = latency.published.get(quantity) if basis == "published" else latency.modelled
        return None if run is None else getattr(run, quantity)

    return value
