"""Owned hosts month by month: bought when they are needed, kept to the end of their useful life.

A host that is needed and not there is bought in that month and borne over its useful life, used or
not; in the month after it the residual value comes back, and what is still needed is bought again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from costing.options import Dedicated, Option
from costing.owned import OwnedHost
from costing.units import exact


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnedMonth:
    """Hosts bought, held and given up in one month, and what is not depreciated at its end."""

    bought: int
    held: int
    given_up: int
    book_value: Fraction
    residual_value: Fraction


def owned_months(option: Option, needs: Sequence[int | None]) -> tuple[OwnedMonth, ...] | None:
    """The owned hosts of a plan; needs: hosts paid for each month, None where there is no cost.

    None for an option that owns none, or whose purchase is paid already.
    """
    owned = option.owned if isinstance(option, Dedicated) else None
    if owned is None or not owned.purchase_counts or owned.missing:
        return None
    assert owned.useful_life_months is not None
    life = owned.useful_life_months
    bought: list[int] = []
    found: list[OwnedMonth] = []
    for index, need in enumerate(needs):
        kept = sum(bought[max(0, index - life + 1) :])
        bought.append(max(0, (need or 0) - kept))
        found.append(_month(owned, life, bought))
    return tuple(found)


def _month(owned: OwnedHost, life: int, bought: Sequence[int]) -> OwnedMonth:
    assert owned.purchase_price is not None
    assert owned.residual_value is not None
    index, residual = len(bought) - 1, exact(owned.residual_value)
    a_month = (exact(owned.purchase_price) - residual) / life
    batches = [(index - first, count) for first, count in enumerate(bought) if index - first < life]
    return OwnedMonth(
        bought=bought[index],
        held=sum(count for _, count in batches),
        given_up=bought[index - life] if index >= life else 0,
        book_value=sum((count * (life - 1 - age) * a_month for age, count in batches), Fraction(0)),
        residual_value=sum(count for _, count in batches) * residual,
    )
