"""A clock that only moves when it is told to: tests wait for nothing."""

from __future__ import annotations


class SetClock:
    """Time by hand.

    Attributes:
        waits: every wait that was asked for, in order.
        each_look_takes: seconds that pass whenever the time is asked for.
    """

    def __init__(self, *, each_look_takes: float = 0.0) -> None:
        self.waits: list[float] = []
        self.each_look_takes = each_look_takes
        self._now = 1000.0

    def monotonic(self) -> float:
        """The time."""
        self._now += self.each_look_takes
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.waits.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """Let time pass that nobody waited for."""
        self._now += seconds
