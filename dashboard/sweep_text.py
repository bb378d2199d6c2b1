"""A sweep as plain text for a terminal: the cheapest, the winner map, what has no price."""

from collections import Counter
from typing import Final

from costing import HOURS_PER_MONTH, Call
from costing.units import exact, to_decimal
from dashboard.report import table
from dashboard.sentences import Sentences
from dashboard.sweep_answer import remarks, unpriced
from dashboard.sweep_run import SweepFindings, Winner

MOST_REASONS: Final = 20
MOST_REMARKS: Final = 30
CALLS: Final = {Call.CLEAR: "", Call.TOO_CLOSE: " ~", Call.UNKNOWN: ""}


def sweep_text(found: SweepFindings, sentences: Sentences) -> str:
    """Everything in the order in which a person decides."""
    texts, swept = sentences.texts, found.swept
    parts = [
        texts(
            "sweep.title",
            combinations=str(len(swept.combinations) + len(swept.refused)),
            refused=str(len(swept.refused)),
            volumes=str(len(swept.factors)),
        )
    ]
    for place in range(len(found.cells)):
        parts += ["", _cheapest(found, place, sentences)]
    if found.map:
        parts += ["", _map(found, sentences)]
    parts += _without_price(found, sentences)
    listed = [f"- {sentences.notice(one)}" for one in remarks(found)]
    if listed:
        parts += ["", texts("result.remarks") + ":", *listed[:MOST_REMARKS]]
        if len(listed) > MOST_REMARKS:
            parts.append(texts("sweep.more", count=str(len(listed) - MOST_REMARKS)))
    return "\n".join(parts)


def _cheapest(found: SweepFindings, place: int, sentences: Sentences) -> str:
    texts, fmt = sentences.texts, sentences.fmt
    rows = []
    for rank, one in enumerate(found.cheapest[place], 1):
        cost = one.estimate.cost_per_month
        assert cost is not None  # only what has a cost is ranked
        name = found.swept.combinations[one.place].name
        rows.append([str(rank), name, fmt.money(cost), sentences.rented(one.estimate)])
    title = _volume(found, place, sentences)
    if not rows:
        return f"{title}\n{texts('sweep.nobody')}"
    head = ["#", *(texts(f"table.{column}") for column in ("option", "per_month", "hosts"))]
    return f"{title}\n{table(head, rows)}"


def _volume(found: SweepFindings, place: int, sentences: Sentences) -> str:
    monthly = to_decimal(found.cells[place].load * exact(HOURS_PER_MONTH))
    return sentences.texts(
        "sweep.volume",
        factor=sentences.fmt.exact_count(found.swept.factors[place]),
        requests=sentences.fmt.count(monthly),
    )


def _map(found: SweepFindings, sentences: Sentences) -> str:
    """A line a model and region, a column a volume."""
    texts = sentences.texts
    rows = [
        [
            row.model or texts("sweep.as_stated"),
            row.region or texts("sweep.as_stated"),
            *(_winner(winner, found, sentences) for winner in row.winners),
        ]
        for row in found.map
    ]
    factors = [f"x {sentences.fmt.exact_count(factor)}" for factor in found.swept.factors]
    head = [texts("sweep.table.model"), texts("sweep.table.region"), *factors]
    return "\n".join([texts("sweep.map"), table(head, rows), texts("sweep.close")])


def _winner(winner: Winner, found: SweepFindings, sentences: Sentences) -> str:
    if winner.first is None:
        return sentences.texts("sweep.nobody")
    cost = winner.first.estimate.cost_per_month
    assert cost is not None  # only what has a cost is ranked
    one = found.swept.combinations[winner.first.place]
    name = ", ".join(part for part in (one.option, one.host, one.term) if part)
    return f"{name} {sentences.fmt.money_short(cost)}{CALLS[winner.call]}"


def _without_price(found: SweepFindings, sentences: Sentences) -> list[str]:
    """Why combinations have no price, the most frequent reason first, each with how many."""
    texts = sentences.texts
    listed = [(one.combination.name, one.problem.message) for one in found.swept.refused] + [
        (one.name, sentences.no_cost(estimate)) for one, estimate in unpriced(found)
    ]
    if not listed:
        return []
    often = Counter(why for _, why in listed)
    first = {why: name for name, why in reversed(listed)}
    rows = [[str(count), why, first[why]] for why, count in often.most_common(MOST_REASONS)]
    head = [texts(f"sweep.table.{column}") for column in ("count", "why", "first")]
    parts = ["", texts("sweep.unpriced", count=str(len(listed))), table(head, rows)]
    if len(often) > MOST_REASONS:
        parts.append(texts("sweep.more", count=str(len(often) - MOST_REASONS)))
    return parts
