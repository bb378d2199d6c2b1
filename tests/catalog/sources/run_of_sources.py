"""What tests of sources share: a run's wire to an emulator, and all pages of a source at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from catalog.errors import SourceFailed
from catalog.records import Record
from catalog.sources.live_wire import Hosts, LiveWire, Way
from catalog.sources.patient_wire import Patience, PatientWire, RunLimits
from catalog.sources.reading import Page, UnreadRow
from catalog.sources.wire import Answer, Clock, Sent, Wire
from tests.emulators.clock import SetClock

R = TypeVar("R", bound=Record)

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
IN_TIME_SECONDS = 5.0


class ScriptedWire:
    """Answers from a list; a failure in it is raised. ``sent`` holds what was asked."""

    def __init__(self, *answers: Answer | SourceFailed) -> None:
        self._answers = list(answers)
        self.sent: list[Sent] = []
        self.timeouts: list[float] = []

    def send(self, request: Sent, *, timeout_seconds: float) -> Answer:
        """The next answer; the last one stays."""
        self.sent.append(request)
        self.timeouts.append(timeout_seconds)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(found, SourceFailed):
            raise found
        return found


def live_wire(base: str, *, clock: Clock | None = None, way: Way | None = None) -> LiveWire:
    """A wire to one emulator, which the operator configured."""
    return LiveWire(Hosts(configured=(base,)), clock=clock or SetClock(), way=way)


def patient(
    wire: Wire,
    clock: SetClock | None = None,
    *,
    seconds: float | None = None,
    most_requests: int | None = None,
    patience: Patience | None = None,
) -> PatientWire:
    """A wire that tries again, by a clock that is set by hand."""
    limits = RunLimits(
        clock or SetClock(), started_at=NOW, seconds=seconds, most_requests=most_requests
    )
    return PatientWire(wire, limits=limits, patience=patience)


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer; ``retry_after`` is the header ``retry-after``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, body=body)


def get(url: str, **headers: str) -> Sent:
    """A request for a URL."""
    return Sent(method="GET", url=url, headers=headers)


def records_of(pages: Iterable[Page], kind: type[R]) -> list[R]:
    """All records of one kind."""
    return [one for page in pages for one in page.records if isinstance(one, kind)]


def unread_of(pages: Iterable[Page]) -> list[UnreadRow]:
    """All rows that were not read."""
    return [row for page in pages for row in page.unread]


def failure(call: Callable[[], object]) -> SourceFailed:
    """The failure that a call ends in."""
    try:
        call()
    except SourceFailed as failed:
        return failed
    raise AssertionError("expected a failure of the source, found none")
