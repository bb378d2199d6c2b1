"""The answer to `reprice` as one document: what the command line prints and REST sends.

Numbers are text with all their digits, unknown is null. `cost_per_month` is rounded to cents so
that what is shown adds up. Words come in the language of `words`.
"""

from fractions import Fraction
from typing import Any, TypeAlias

from catalog.scenario import scenario_document
from costing import BreakEven, Price
from costing.method import METHOD_VERSION
from costing.repriced import PriceChange, RepricedOption
from costing.units import decimal_text, to_decimal
from dashboard.answer import number_text, price_document
from dashboard.reprice_run import RepriceFindings
from dashboard.reprice_words import RepriceWords
from dashboard.sentences import Sentences

Document: TypeAlias = dict[str, Any]


def reprice_document(found: RepriceFindings, words: RepriceWords) -> Document:
    """Both answers, the bridge of each option, each price that moved, and the gate."""
    sentences = Sentences(words.texts, words.fmt)
    return {
        "scenario": scenario_document(found.scenario),
        "currency": found.repriced.now.question.currency,
        "text": words.headline(found),
        "flipped": found.repriced.flipped,
        "method": METHOD_VERSION,
        "then": {"day": found.then.isoformat()} | _answer(found.repriced.then, sentences),
        "now": {"day": found.now.isoformat()} | _answer(found.repriced.now, sentences),
        "options": [_option(one, found, words) for one in found.repriced.options],
        "unknown_prices": [
            {
                "option": one.option,
                "day": (one.day or found.now).isoformat(),
                "text": words.unknown(one.option, one.day, one.problem.message),
            }
            for one in found.unknown
        ],
        "gate": None if found.percent is None else _gate(found, words),
    }


def _answer(answer: BreakEven, sentences: Sentences) -> Document:
    verdict = answer.at_workload
    return {
        "cheapest": verdict.cheapest,
        "gap_share": number_text(verdict.gap_share),
        "class": verdict.call.value,
        "text": sentences.verdict(answer, verdict),
        "break_even": {"state": answer.state.value, "text": sentences.break_even(answer)},
    }


def _option(one: RepricedOption, found: RepriceFindings, words: RepriceWords) -> Document:
    bridge = one.bridge
    return {
        "name": one.name,
        "then_per_month": number_text(bridge.before_per_month),
        "now_per_month": number_text(bridge.after_per_month),
        "exact_then_per_month": _exact(bridge.exact_before_per_month),
        "exact_now_per_month": _exact(bridge.exact_after_per_month),
        "change": number_text(one.change),
        "parts": [
            {
                "code": part.code.value,
                "name": part.name,
                "cost_per_month": number_text(part.cost_per_month),
                "exact_per_month": _exact(part.exact_per_month),
                "text": words.moved(part),
            }
            for part in bridge.parts
        ],
        "gaps": [
            {"at": gap.at.value, "missing": gap.missing, "text": words.gap(gap, found)}
            for gap in bridge.gaps
        ],
        "price_changes": [_change(change, found, words) for change in one.changes],
    }


def _change(change: PriceChange, found: RepriceFindings, words: RepriceWords) -> Document:
    return {
        "code": change.code.value,
        "then": _price(change.then, found),
        "now": _price(change.now, found),
        "text": words.change(change, found),
    }


def _price(price: Price | None, found: RepriceFindings) -> Document | None:
    """A price in the currency of the scenario, as its row of the catalog has it and the time that
    the row holds; null: not known."""
    if price is None:
        return None
    row = found.rows.get(price.provenance.price_id or "")
    return price_document(price) | {
        "published": None
        if row is None
        else {
            "amount": decimal_text(row.amount),
            "per": decimal_text(row.per),
            "currency": row.currency,
        },
        "valid_from": None if row is None else row.valid_from.isoformat(),
        "valid_to": None if row is None or row.valid_to is None else row.valid_to.isoformat(),
    }


def _gate(found: RepriceFindings, words: RepriceWords) -> Document:
    assert found.percent is not None  # asked for
    return {
        "percent": decimal_text(found.percent),
        "passed": not found.reasons,
        "reasons": [
            {
                "code": reason.code.value,
                "option": reason.option,
                "change": number_text(reason.change),
                "text": words.reason(reason, found),
            }
            for reason in found.reasons
        ],
    }


def _exact(cost: Fraction | None) -> str | None:
    return None if cost is None else decimal_text(to_decimal(cost))
