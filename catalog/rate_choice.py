"""Which rate leads from one currency to another on a day: stated, turned round, or through a third.

Own rates are taken as stated or turned round, never chained: a company that reckons at a rate of
its own says which. Those of the European Central Bank are all against the euro, so a way between
two other currencies takes two of them, of one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, TypeAlias

from sqlmodel import Session

from catalog.rates import OWN, Rate, rates_between
from catalog.sample_rates import sample_rates
from catalog.vocabulary import RateSource

NEVER: Final = datetime.min.replace(tzinfo=UTC)

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Rates that lead from one currency to another, in order, all of one source and day.

    Attributes:
        legs: one or two.
        last_day: the last day, up to the asked one, on which they held.
    """

    legs: tuple[Rate, ...]
    last_day: date

    @property
    def first(self) -> Rate:
        """The leg that tells day, source and owner of all."""
        return self.legs[0]


def find_way(
    session: Session, source: RateSource, pair: Pair, day: date, owner: str | None = None
) -> Way | None:
    """The newest way from the first currency of a pair to the second; None: there is none.

    Args:
        session: a session for reading.
        source: whose rates.
        pair: from and to.
        day: rates that began later do not count.
        owner: of own rates; None: any, where there is one only.
    """
    rates = _known(session, source, pair, day)
    if owner is not None:
        rates = [rate for rate in rates if rate.owner == owner]
    ways = [
        Way(legs=legs, last_day=min(_last_day(leg, day) for leg in legs))
        for legs in _direct(rates, pair) + ([] if source == OWN else _crossed(rates, pair))
    ]
    # Of one day the rate as stated, then the one read last.
    return max(
        ways,
        key=lambda way: (
            way.last_day,
            len(way.legs) == 1,
            (way.first.base, way.first.quote) == pair,
            [leg.fetched_at or NEVER for leg in way.legs],
        ),
        default=None,
    )


def owners_of(session: Session, pair: Pair, day: date) -> list[str]:
    """Who has an own rate between two currencies that began by this day, in order of name."""
    rates = _known(session, "own", pair, day)
    return sorted({legs[0].owner or "" for legs in _direct(rates, pair)})


def _known(session: Session, source: RateSource, pair: Pair, day: date) -> list[Rate]:
    if source == "sample":
        return [rate for rate in sample_rates() if rate.as_of <= day]
    return rates_between(session, source, pair, day)


def _direct(rates: Sequence[Rate], pair: Pair) -> list[tuple[Rate, ...]]:
    return [(rate,) for rate in rates if {rate.base, rate.quote} == {*pair}]


def _crossed(rates: Sequence[Rate], pair: Pair) -> list[tuple[Rate, ...]]:
    """Two rates of one base and one day."""
    firsts = [rate for rate in rates if rate.quote == pair[0]]
    seconds: dict[tuple[str, date], list[Rate]] = {}
    for rate in rates:
        if rate.quote == pair[1]:
            seconds.setdefault((rate.base, rate.as_of), []).append(rate)
    return [
        (first, second) for first in firsts for second in seconds.get((first.base, first.as_of), [])
    ]


def _last_day(rate: Rate, day: date) -> date:
    return min(rate.valid_to or rate.as_of, day)
