"""What a run may still spend: its cap less what was paid and what is being answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from costing.units import exact, to_decimal

NOTHING = Fraction(0)


@dataclass(kw_only=True, slots=True)
class Purse:
    """US dollars of one run. spent: by all runs on the same result file so far.

    What is being answered is reserved with its planned cost; where an endpoint turned out dearer
    than planned, with as many times that. So a run goes beyond its cap by about one answer.
    """

    cap: Decimal
    spent: Fraction = NOTHING
    _reserved: dict[int, tuple[str, Fraction]] = field(default_factory=dict)
    _planned: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    _paid: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    @property
    def is_empty(self) -> bool:
        """The cap is reached by what was paid."""
        return self.spent >= exact(self.cap)

    @property
    def has_room(self) -> bool:
        """The cap would not be reached if all that is being answered had come."""
        reserved = sum(
            (planned * self._dearer(endpoint) for endpoint, planned in self._reserved.values()),
            NOTHING,
        )
        return self.spent + reserved < exact(self.cap)

    @property
    def spent_usd(self) -> Decimal:
        """What was spent, as Decimal."""
        return to_decimal(self.spent)

    def reserve(self, attempt: int, endpoint: str, planned: Decimal | None) -> None:
        """An attempt begins; planned: None where nobody knows its price."""
        self._reserved[attempt] = (endpoint, NOTHING if planned is None else exact(planned))

    def release(self, attempt: int) -> None:
        """An attempt came to nothing."""
        self._reserved.pop(attempt)

    def pay(self, attempt: int, counted: Fraction) -> None:
        """An attempt ended and counts for so much."""
        endpoint, planned = self._reserved.pop(attempt)
        self.spent += counted
        if counted:
            self._planned[endpoint] += planned
            self._paid[endpoint] += counted

    def _dearer(self, endpoint: str) -> Fraction:
        """Paid over planned so far, at least 1."""
        planned = self._planned.get(endpoint, NOTHING)
        return max(Fraction(1), self._paid[endpoint] / planned) if planned else Fraction(1)
