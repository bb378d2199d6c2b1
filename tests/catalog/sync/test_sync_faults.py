"""Every fault of every service at the first, a middle and the last answer, through the whole job
and into each database.

The job ends within its deadline, by a clock that is set by hand; nothing that was known is lost;
and after a clean run the catalog is that of a run in which nothing went wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta

import pytest

from catalog.database import Database
from catalog.sources.azure_credentials import StaticToken
from catalog.sources.azure_gallery import AzureGallery, AzureGallerySettings
from catalog.sources.azure_registry import AzureRegistry, AzureRegistrySettings
from catalog.sources.azure_retail import AzureRetail, AzureRetailSettings
from catalog.sources.ecb import EcbConfig, make_ecb
from catalog.sources.huggingface import HubConfig, make_huggingface
from catalog.sources.litellm import LitellmConfig, make_litellm
from catalog.sources.patient_wire import PatientWire, RunLimits
from catalog.sources.reading import Source
from catalog.sources.router import RouterConfig, make_router
from catalog.sources.wire import Wire
from catalog.sync.canonical import canonical_lines
from catalog.sync.job import SyncOptions, run_sync
from catalog.sync.runs import Run
from tests.catalog.sources.run_of_sources import live_wire
from tests.catalog.sync.copies import Catalogs, Files, SetBack
from tests.catalog.sync.emulated import NAMES, REGISTRIES, Emulated
from tests.catalog.sync.faults import FAULTS
from tests.catalog.sync.scripted import NOON, Heard
from tests.emulators.azure.registry import DATA_HOST, TOKEN
from tests.emulators.clock import SetClock
from tests.emulators.hub import TASK
from tests.emulators.loopback import Reply
from tests.emulators.price_lists import MAP_PATH
from tests.emulators.rate_lists import LIST_PATH

pytestmark = pytest.mark.filterwarnings("ignore:::azure", "ignore:::marshmallow")

SECONDS = 900.0
"""The deadline of a run."""
ANSWER_SECONDS = 5.0
POINTS = ("first", "middle", "last")
ALWAYS = 999
PATHS = {"huggingface": "sort=", "azure_registry": "/models"}
"""What of the requests of a source is hit; of the others all."""
REGIONS = ("eastus", "japaneast")
OF_ONE_ANSWER = ("router", "litellm", "ecb")
RUN_COLUMNS = ("run_id", "first_run", "changed_run", "gone_run")


def made(name: str, base: str, wire: Wire, now: datetime) -> Source:
    """A source on its emulator."""
    if name == "huggingface":
        hub = HubConfig(
            base_url=base,
            tasks=(TASK,),
            fewest_downloads=0,
            page_rows=25,
            timeout_seconds=ANSWER_SECONDS,
        )
        return make_huggingface(hub, wire)
    if name == "router":
        config = RouterConfig(base_url=base, timeout_seconds=ANSWER_SECONDS)
        return make_router(config, wire, now=now)
    if name == "litellm":
        url = LitellmConfig(url=base + MAP_PATH, timeout_seconds=ANSWER_SECONDS)
        return make_litellm(url, wire, now=now)
    if name == "ecb":
        rates = EcbConfig(url=base + LIST_PATH, timeout_seconds=ANSWER_SECONDS)
        return make_ecb(rates, wire, now=now)
    if name == "azure_gallery":
        gallery = AzureGallerySettings(base_url=base, page_size=25, timeout_seconds=ANSWER_SECONDS)
        return AzureGallery(gallery, wire)
    if name == "azure_registry":
        registry = AzureRegistrySettings(
            base_url=base, registries=REGISTRIES, timeout_seconds=ANSWER_SECONDS
        )
        return AzureRegistry(registry, wire, StaticToken(TOKEN))
    retail = AzureRetailSettings(base_url=base, regions=REGIONS, timeout_seconds=ANSWER_SECONDS)
    return AzureRetail(retail, wire, now=now)


class Walk:
    """The services, and for each source a catalog of the first day and one of a clean second."""

    def __init__(self, services: Emulated, catalogs: Catalogs) -> None:
        self.services = services
        self.catalogs = catalogs
        self.clean: dict[str, list[str]] = {}
        self.asked: dict[str, list[str]] = {}

    def fill(self, name: str) -> None:
        """Let there be a catalog of the first day."""
        if name in self.clean:
            return
        self.services.list_day(0)
        with self.catalogs.filled(name) as database:
            run, _ = self.sync(database, name, 0)
        assert "complete" == run.state
        self.services.list_day(1)
        service = self.services.services[name]
        service.heal()
        with self.catalogs.again(name) as database:
            run, _ = self.sync(database, name, 1)
            self.clean[name] = lines(database)
        assert ("complete", True) == (run.state, run.rows_changed > 0 == run.rows_gone)
        self.asked[name] = service.paths(PATHS.get(name, ""))

    def sync(
        self, database: Database, name: str, day: int, clock: SetClock | None = None
    ) -> tuple[Run, float]:
        """The job on a day; its run and the seconds that it took."""
        now = NOON + timedelta(days=day)
        clock = clock or SetClock()
        start = clock.monotonic()
        base = self.services.services[name].base
        with closing(live_wire(base, clock=clock)) as live:
            wire = PatientWire(live, limits=RunLimits(clock, started_at=now, seconds=SECONDS))
            source = made(name, base, wire, now)
            [run] = run_sync(database, [source], SyncOptions(full=True), lambda: now, Heard())
        return run, clock.monotonic() - start


def lines(database: Database) -> list[str]:
    with database.read() as session:
        return list(canonical_lines(session))


def facts(found: list[str]) -> list[str]:
    """Lines without the runs in which they were met: a run that was doubted is another one."""
    parsed = (json.loads(line) for line in found)
    return sorted(
        json.dumps([table, {k: v for k, v in row.items() if k not in RUN_COLUMNS}])
        for table, row in parsed
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def walk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    """One a kind of database; each fault meets the catalog of the first day."""
    folder = tmp_path_factory.mktemp("faults")
    with Emulated() as services, ExitStack() as stack:
        catalogs: Catalogs = Files(folder)
        if request.param == "postgresql":
            catalogs = SetBack(request.getfixturevalue("postgres_url"), folder, stack)
        yield Walk(services, catalogs)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", NAMES)
def test_after_a_fault_and_a_clean_run_the_catalog_is_as_if_nothing_had_been(
    walk: Walk, name: str, fault: str
) -> None:
    """The fault stays until the run has ended; then the service is well."""
    if name in OF_ONE_ANSWER and fault == "repeated cursor":
        return
    walk.fill(name)
    walk.services.list_day(1)
    service, asked = walk.services.services[name], walk.asked[name]
    places = {"first": 0, "middle": len(asked) // 2, "last": len(asked) - 1}
    for point in ("first",) if name in OF_ONE_ANSWER else POINTS:
        clock = SetClock(each_look_takes=2.0 if fault == "slow drip" else 0.0)

        def twist(reply: Reply) -> Reply:
            base = DATA_HOST if name == "azure_registry" else service.base
            return FAULTS[fault](reply, base + asked[0])

        with walk.catalogs.again(name) as database:
            service.twist(twist, path=PATHS.get(name, ""), after=places[point], times=ALWAYS)
            broken, seconds = walk.sync(database, name, 1, clock)
            service.heal()
            again, _ = walk.sync(database, name, 1)
            found = lines(database)

        told = (name, fault, point, broken.state, broken.message)
        assert broken.state in ("failed", "unconfirmed", "complete"), told
        assert seconds <= SECONDS, told
        assert 0 == broken.rows_gone, told
        assert "complete" == again.state, (told, again.message)
        if broken.state == "failed":
            assert broken.id == again.id
            assert walk.clean[name] == found, told
        assert facts(walk.clean[name]) == facts(found), told
