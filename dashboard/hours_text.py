"""The costs over the hours as plain text for a terminal."""

from costing import ProfileCost, Status
from dashboard.hours import Hours
from dashboard.report import table
from dashboard.sentences import Sentences


def hours_text(found: Hours, sentences: Sentences) -> str:
    """Every option with its billing, cost and hosts, and what it rests on."""
    texts = sentences.texts
    load = found.costs[0].requests_per_hour
    title = texts(
        "hours.title",
        requests=sentences.fmt.exact_count(load),
        profile=texts(f"hybrid.profile.{found.profile.name}"),
        lens=texts(f"lens.{found.question.lens.value}"),
    )
    columns = ("table.option", "hours.billing", "table.per_hour", "table.per_month", "table.hosts")
    rows = [_row(cost, sentences) for cost in found.costs]
    lines = [title, "", table([texts(column) for column in columns], rows)]
    if found.notices:
        lines += ["", texts("result.remarks") + ":"]
        lines += [f"- {sentences.notice(notice)}" for notice in found.notices]
    return "\n".join(lines)


def _row(cost: ProfileCost, sentences: Sentences) -> list[str]:
    texts, fmt = sentences.texts, sentences.fmt
    billing = "-" if cost.billing is None else texts(f"hours.billing.{cost.billing.mode.value}")
    if cost.cost_per_hour is None or cost.cost_per_month is None:
        return [cost.name, billing, _no_cost(cost, sentences), "", ""]
    hosts = "-"
    if cost.instances_by_hour is not None:
        low, high = min(cost.instances_by_hour), max(cost.instances_by_hour)
        hosts = str(high) if low == high else f"{low}-{high}"
    return [
        cost.name,
        billing,
        fmt.money(cost.cost_per_hour),
        fmt.money(cost.cost_per_month),
        hosts,
    ]


def _no_cost(cost: ProfileCost, sentences: Sentences) -> str:
    texts = sentences.texts
    if cost.status is Status.ABOVE_MAXIMUM:
        return texts("no_cost.above_maximum")
    names = [texts(f"missing.{what.value}") for what in cost.missing]
    return texts("no_cost.unknown", missing=texts("and").join(names))
