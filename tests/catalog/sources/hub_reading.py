"""The source of the Hub on its emulator, with the real huggingface-hub and requests between."""

from __future__ import annotations

from datetime import datetime

from catalog.sources.huggingface import HubConfig, HuggingFaceSource, make_huggingface
from catalog.sources.live_wire import LiveWire
from catalog.sources.patient_wire import PatientWire, RunLimits
from catalog.sources.reading import Page
from catalog.sync_records import HubModelRecord
from tests.catalog.sources.run_of_sources import NOW, live_wire, records_of
from tests.emulators.clock import SetClock
from tests.emulators.hub import TASK, HubEmulator

ANY_DOWNLOADS = HubConfig(tasks=(TASK,), fewest_downloads=0, timeout_seconds=5)


class Reading:
    """A source on an emulator, and the clock of its run."""

    def __init__(self, hub: HubEmulator, *, most_requests: int | None = None) -> None:
        self.hub = hub
        self.clock = SetClock()
        self.live: LiveWire = live_wire(hub.base, clock=self.clock)
        limits = RunLimits(self.clock, started_at=NOW, most_requests=most_requests)
        self.wire = PatientWire(self.live, limits=limits)

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.live.close()

    def source(self, config: HubConfig = ANY_DOWNLOADS, **changes: object) -> HuggingFaceSource:
        """The source with a configuration, its base URL set to the emulator's."""
        changed = {**config.__dict__, "base_url": self.hub.base, **changes}
        return make_huggingface(HubConfig(**changed), self.wire)

    def pages(self, since: datetime | None = None, **changes: object) -> list[Page]:
        """All pages of a walk."""
        return list(self.source(**changes).fetch(since))  # type: ignore[arg-type]


def ids(pages: list[Page]) -> list[str]:
    """Ids of the models, in order."""
    return [one.id for one in records_of(pages, HubModelRecord)]


def numbers(*given: int) -> list[str]:
    """Ids of the emulator's rows of these numbers."""
    return [f"org/model-{number}" for number in given]
