"""The answer to `risk` as one document: what the command line prints and REST sends.

Numbers are text with all their digits, unknown is null. Words come in the language of `words`.
"""

from typing import Any, TypeAlias

from catalog.scenario import scenario_document
from costing.distributions import CapacityDistribution
from costing.inverse import Inverse
from costing.sensitivity import SwingAnswer, SwingEnd, Tornado
from costing.uncertainty import BreakEvenRisk, OptionRisk, Range, Risk
from costing.units import decimal_text
from dashboard.risk_run import RiskFindings, shown
from dashboard.risk_words import RiskWords, assumptions_of

Document: TypeAlias = dict[str, Any]


def risk_document(found: RiskFindings, words: RiskWords) -> Document:
    """Probabilities, ranges, regret, tornado, and the values that turn the answer."""
    risk = found.risk
    return {
        "scenario": scenario_document(found.scenario),
        "currency": found.question.currency,
        "draws": risk.draws,
        "seed": risk.seed,
        "text": words.headline(found),
        "assumptions": [
            {
                "input": one.input.value,
                "option": one.option,
                "distribution": _distribution(one.distribution),
                "default": not one.stated,
                "text": words.assumption(one),
            }
            for one in assumptions_of(found)
        ],
        "cheapest": risk.cheapest,
        "least_regret": risk.least_regret,
        "options": [_option(one) for one in risk.options],
        "nobody": shown(risk.nobody),
        "by_load": _by_load(risk),
        "break_evens": [_break_even(one, words) for one in risk.break_evens],
        "tornado": _tornado(found.tornado, words),
        "inverse": [_inverse(one, words) for one in found.inverses],
    }


def _distribution(one: CapacityDistribution) -> Document:
    values = {name: decimal_text(getattr(one, name)) for name in one.__slots__}
    return {"kind": type(one).__name__.lower(), **values}


def _range(one: Range | None) -> Document | None:
    if one is None:
        return None
    return {"p10": shown(one.p10), "p50": shown(one.p50), "p90": shown(one.p90)}


def _option(one: OptionRisk) -> Document:
    return {
        "name": one.name,
        "missing": [what.value for what in one.missing],
        "probability_cheapest": shown(one.probability_cheapest),
        "cost_per_hour": _range(one.cost_per_hour),
        "share_without_cost": shown(one.share_without_cost),
        "expected_regret_per_hour": shown(one.expected_regret_per_hour),
    }


def _by_load(risk: Risk) -> list[Document]:
    names = [one.name for one in risk.options]
    return [
        {
            "requests_per_hour": shown(at.requests_per_hour),
            "probability_cheapest": {
                name: shown(share) for name, share in zip(names, at.probabilities, strict=True)
            },
            "nobody": shown(at.nobody),
        }
        for at in risk.by_load
    ]


def _break_even(one: BreakEvenRisk, words: RiskWords) -> Document:
    return {
        "option": one.option,
        "against": one.against,
        "requests_per_hour": _range(one.requests_per_hour),
        "never": shown(one.never),
        "not_found": shown(one.not_found),
        "text": words.break_even(one),
    }


def _tornado(tornado: Tornado, words: RiskWords) -> Document:
    return {
        "gap_per_hour": shown(tornado.gap_per_hour),
        "cheapest": tornado.base.at_workload.cheapest,
        "second": tornado.base.at_workload.second,
        "inputs": [_swing(one, words) for one in tornado.swings],
    }


def _swing(one: SwingAnswer, words: RiskWords) -> Document:
    return {
        "input": one.swing.input.value,
        "option": one.swing.option,
        "name": words.input(one.swing.input, one.swing.option),
        "low": _end(one.low),
        "high": _end(one.high),
        "effect_per_hour": shown(one.effect_per_hour),
        "turns": one.turns,
        "capacity_kept": one.capacity_kept,
    }


def _end(end: SwingEnd) -> Document:
    return {
        "value": shown(end.value),
        "cheapest": end.cheapest,
        "class": end.call.value,
        "gap_per_hour": shown(end.gap_per_hour),
        "break_even": {
            "state": end.state.value,
            "requests_per_hour": shown(end.break_even_requests_per_hour),
        },
    }


def _inverse(one: Inverse, words: RiskWords) -> Document:
    return {
        "input": one.lever.value,
        "option": one.option,
        "against": one.against,
        "now": shown(one.now),
        "turns": [
            {"value": shown(turn.value), "below": turn.below, "above": turn.above}
            for turn in one.turns
        ],
        "reason": None if one.reason is None else one.reason.value,
        "searched_to": shown(one.searched_to),
        "beyond": shown(one.beyond),
        "capacity_kept": one.capacity_kept,
        "text": words.turn(one),
    }
