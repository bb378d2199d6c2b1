"""What a run may still spend: its cap less what was paid and what is being answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from costing.units import exact, to_decimal
from dashboard.chat.batch.plan import Job

NOTHING = Fraction(0)


@dataclass(kw_only=True, slots=True)
class Purse:
    """US dollars of one run. spent: by all runs on the same result file so far.

    What is being answered is reserved with its planned cost; where an endpoint turned out dearer
    than planned, with as many times that. So a run goes beyond its cap by about one answer.
    """

    cap: Decimal
    spent: Fraction = NOTHING
    _reserved: dict[Job, Fraction] = field(default_factory=dict)
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
            (planned * self._dearer(job.endpoint) for job, planned in self._reserved.items()),
            NOTHING,
        )
        return self.spent + reserved < exact(self.cap)

    @property
    def spent_usd(self) -> Decimal:
        """What was spent, as Decimal."""
        return to_decimal(self.spent)

    def reserve(self, job: Job, planned: Decimal | None) -> None:
        """A job is about to be asked; planned: None where nobody knows its price."""
        self._reserved[job] = NOTHING if planned is None else exact(planned)

    def release(self, job: Job) -> None:
        """Its server has not begun."""
        self._reserved.pop(job)

    def pay(self, job: Job, counted: Fraction) -> None:
        """It ended, and counts for so much."""
        planned = self._reserved.pop(job)
        self.spent += counted
        if counted:
            self._planned[job.endpoint] += planned
            self._paid[job.endpoint] += counted

    def _dearer(self, endpoint: str) -> Fraction:
        """Paid over planned so far, at least 1."""
        planned = self._planned.get(endpoint, NOTHING)
        return max(Fraction(1), self._paid[endpoint] / planned) if planned else Fraction(1)
