"""The answer to `budget` as one document: what the command line prints and REST sends.

Money and other exact numbers are strings, unknown is null. `text` of a part is its sentence.
"""

from catalog.scenario import Scenario, scenario_document
from costing import Estimate, Verdict, decimal_text
from costing.budget import Budget, LevelCost, OptionBudget, UsedUp
from costing.budget_levels import Level
from costing.notices import notices
from costing.units import HOURS_PER_MONTH, exact, to_decimal
from dashboard.answer import (
    Document,
    line_item_document,
    notice_document,
    number_text,
    oldest_date,
    reason_documents,
)
from dashboard.budget_words import BudgetWords


def budget_document(found: Budget, scenario: Scenario, words: BudgetWords) -> Document:
    """Volumes with their winners, the range and the buffer to ask for, every option."""
    planned = planned_estimates(found)
    return {
        "scenario": scenario_document(scenario),
        "currency": found.question.currency,
        "basis": found.basis.value,
        "levels": [
            _level(level, verdict, found, words)
            for level, verdict in zip(found.volumes, found.verdicts, strict=True)
        ],
        "amount_per_month": number_text(found.amount_per_month),
        "suggested": _suggested(found, words),
        "within": list(found.within),
        "options": [_option(one, words) for one in found.options],
        "warnings": [
            notice_document(one, words.sentences) for one in notices(found.question, planned)
        ],
        "prices_as_of": oldest_date(planned),
    }


def planned_estimates(found: Budget) -> list[Estimate]:
    """What each option costs at the planned volume, as line items."""
    levels = [one.levels["plan"].estimate for one in found.options]
    return [estimate for estimate in levels if estimate is not None]


def _level(level: Level, verdict: Verdict, found: Budget, words: BudgetWords) -> Document:
    return {
        "name": level.name,
        "volume": level.volume,
        "factor": decimal_text(level.factor),
        "requests_per_hour": decimal_text(to_decimal(level.requests_per_hour)),
        "requests_per_month": decimal_text(
            to_decimal(level.requests_per_hour * exact(HOURS_PER_MONTH))
        ),
        "cheapest": found.cheapest[level.name],
        "tied_with": list(found.tied[level.name]),
        "class": verdict.call.value,
        "reasons": reason_documents(verdict.reasons),
        "text": words.level(level, verdict),
    }


def _suggested(found: Budget, words: BudgetWords) -> Document | None:
    """The budget to ask for: that of the cheapest option at the planned volume."""
    one = found.planned
    if one is None:
        return None
    return {
        "option": one.name,
        **{
            f"{name}_cost_per_month": number_text(level.cost_per_month)
            for name, level in one.levels.items()
        },
        "buffer_per_month": number_text(one.buffer_per_month),
        "buffer_share": number_text(one.buffer_share),
        "rule": "high_cost - plan_cost",
        "text": words.suggestion(found),
    }


def _option(one: OptionBudget, words: BudgetWords) -> Document:
    return {
        "name": one.name,
        "missing": [what.value for what in one.missing],
        "levels": {name: _cost(level) for name, level in one.levels.items()},
        "buffer_per_month": number_text(one.buffer_per_month),
        "buffer_share": number_text(one.buffer_share),
        "buffer_reason": one.buffer_reason.value,
        "within": one.within,
        "used_up": None if one.used_up is None else _used_up(one.used_up),
        "if_hosts_are_slow": None if one.slow is None else _cost(one.slow),
        "text": words.option(one),
    }


def _cost(level: LevelCost) -> Document:
    estimate = level.estimate
    assert estimate is not None  # by volumes, each cost is an estimate
    return {
        "status": estimate.status.value,
        "cost_per_month": number_text(level.cost_per_month),
        "headroom_per_month": number_text(level.headroom_per_month),
        "within": level.within,
        "instances": estimate.instances,
        "line_items": [line_item_document(item) for item in estimate.line_items],
    }


def _used_up(used: UsedUp) -> Document:
    load = used.requests_per_hour
    monthly = None if load is None else to_decimal(exact(load) * exact(HOURS_PER_MONTH))
    return {
        "up_to": used.up_to.value,
        "requests_per_hour": number_text(load),
        "requests_per_month": number_text(monthly),
        "cost_per_month": number_text(used.cost_per_month),
        "instances": used.instances,
    }
