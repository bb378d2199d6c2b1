"""A budget as plain text for a terminal."""

from costing.budget import Budget
from costing.budget_levels import LEVELS, Basis
from costing.notices import notices
from dashboard.budget_answer import planned_estimates
from dashboard.budget_words import BudgetWords
from dashboard.report import table


def budget_text(found: Budget, words: BudgetWords) -> str:
    """What to ask for, the volumes, every option, how far the money lasts, remarks."""
    texts = words.texts
    parts = [words.suggestion(found), ""]
    levels = zip(found.volumes, found.verdicts, strict=True)
    parts += [words.level(level, verdict) for level, verdict in levels]
    if found.basis is Basis.ASSUMED_VOLUMES:
        parts.append(texts("budget.assumed"))
    parts += ["", _options(found, words)]
    if found.amount_per_month is not None:
        money = words.fmt.money(found.amount_per_month)
        parts += ["", texts("budget.amount", money=money)]
        parts += [f"- {text}" for one in found.options if (text := words.option(one))]
    remarks = notices(found.question, planned_estimates(found))
    if remarks:
        parts += ["", texts("result.remarks") + ":"]
        parts += [f"- {words.sentences.notice(one)}" for one in remarks]
    return "\n".join(parts)


def _options(found: Budget, words: BudgetWords) -> str:
    """Money a month at each volume; the cheapest there has a star."""
    texts, asked = words.texts, found.amount_per_month is not None
    rows = []
    for one in found.options:
        row = [one.name]
        for name in LEVELS:
            wins = one.name == found.cheapest[name] or one.name in found.tied[name]
            row.append(words.cell(one.levels[name]) + (" *" if wins else ""))
        row.append("?" if one.buffer_per_month is None else words.fmt.money(one.buffer_per_month))
        rows.append([*row, words.within(one)] if asked else row)
    columns = ["option", *LEVELS, "buffer", *(["within"] if asked else [])]
    head = [texts(f"budget.table.{column}") for column in columns]
    return "\n".join([table(head, rows), texts("budget.star")])
