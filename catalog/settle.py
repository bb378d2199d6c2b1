"""Which of several price rows counts: the best source, or a refusal that lists the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from catalog.problems import Path, Problem, Refused, problem
from catalog.views import OwnPrice
from catalog.views import Price as PriceRow

DISAGREEMENT = Decimal("0.01")
"""Sources that differ by more than this share are said to disagree."""


def settled(rows: Sequence[PriceRow], path: Path) -> tuple[PriceRow, bool]:
    """The row of the best source, and whether another source differs by more than 1 %.

    A price of the user's own comes first and disagrees with nobody: a contract is meant to differ.
    Amounts in two currencies differ whatever their numbers; between sources they are not compared.
    """
    best = min(row.rank for row in rows)
    ranked = [row for row in rows if row.rank == best]
    amounts = {(row.amount / row.per, row.currency) for row in ranked}
    if len(amounts) > 1:
        shown = ", ".join(f"{row.amount} {row.currency} per {row.per} {row.unit}" for row in ranked)
        found = problem("ambiguous_price", path, count=len(ranked), amounts=shown)
        summaries = tuple(_summary(row) for row in ranked)
        raise Refused([Problem(code=found.code, path=path, facts=found.facts, rows=summaries)])
    chosen = ranked[0]
    if isinstance(chosen, OwnPrice):
        return chosen, False
    each = chosen.amount / chosen.per
    others = (row.amount / row.per for row in rows if row.currency == chosen.currency)
    return chosen, any(abs(other - each) > DISAGREEMENT * each for other in others)


def no_price(
    path: Path, term: str, name: str, region: str | None, elsewhere: Sequence[str]
) -> Problem:
    """That there is no such price here, and where there is one."""
    hint = f"It has one in {', '.join(elsewhere[:5])}." if elsewhere else "Type the price."
    place = region or "any region"
    return problem("no_price", path, term=term, name=name, region=place, elsewhere=hint)


def _summary(row: PriceRow) -> Mapping[str, str | None]:
    return {
        "id": row.id,
        "amount": format(row.amount, "f"),
        "per": format(row.per, "f"),
        "unit": row.unit,
        "currency": row.currency,
        "source": row.source,
        "region": row.region,
        "deployment": row.deployment,
        "as_of": None if row.as_of is None else row.as_of.isoformat(),
    }
