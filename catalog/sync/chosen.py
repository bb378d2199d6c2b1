"""The sources of a sync by their names, each with a wire of its own that ends at the network or at
a recording."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session

from catalog.settings import Settings
from catalog.sources.bundled import make_bundled
from catalog.sources.ecb import EcbConfig, make_ecb
from catalog.sources.genai_prices_library import make_genai_prices
from catalog.sources.huggingface import HubConfig, make_huggingface
from catalog.sources.litellm import LitellmConfig, make_litellm
from catalog.sources.live_wire import Hosts, LiveWire
from catalog.sources.own import make_own
from catalog.sources.patient_wire import PatientWire, RunLimits
from catalog.sources.reading import Source
from catalog.sources.recorded_wire import RecordingWire, replaying_wire
from catalog.sources.router import RouterConfig, make_router
from catalog.sources.wire import Clock, Wire
from catalog.sync.names import LIVE, SOURCES, check_source_names
from catalog.tables import INSTANCE, MODEL_ARCHITECTURE, MODEL_LINK

_ADDRESS_OF: Final = {
    "huggingface": "huggingface_url",
    "router": "router_url",
    "litellm": "litellm_url",
    "azure_gallery": "azure_gallery_url",
    "azure_registry": "azure_registry_url",
    "azure_retail": "azure_retail_url",
    "ecb": "ecb_url",
}
_ALL_OF_AZURE_ML: Final = ("https://*.api.azureml.ms", "https://management.azure.com")
MOST_NAMED_IDS: Final = 2_000
PLAN: Final = "huggingface.plan.json"
"""File of a recording: which models of the Hub were read by name."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far a sync reaches.

    Attributes:
        now: the moment that the run takes for now, in UTC; of the recording in a replay.
        clock: spends time.
        seconds: for all sources together. most_requests: likewise; None: no limit.
        record: folder to record into. replay: folder to answer from, and nothing is sent.
        credential: signs in at Azure; None: as the machine is signed in.
    """

    now: datetime
    clock: Clock
    seconds: float | None = None
    most_requests: int | None = None
    record: Path | None = None
    replay: Path | None = None
    credential: Any = None


def chosen_sources(
    session: Session, settings: Settings, names: Sequence[str], reach: Reach
) -> list[Source]:
    """The sources of these names, in the order of a sync; the live ones where none is named.

    Raises:
        SyncSourceUnknown: a name that is none.
        SourceFailed: an address that is not allowed.
    """
    check_source_names(names)
    limits = RunLimits(
        reach.clock,
        started_at=reach.now,
        seconds=reach.seconds,
        most_requests=reach.most_requests,
    )
    wanted = names or _default_names(reach.replay)
    made = _Made(session=session, settings=settings, reach=reach, limits=limits)
    return [made.source(name) for name in SOURCES if name in wanted]


def _default_names(replay: Path | None) -> Sequence[str]:
    """What is live; in a replay, of that what was recorded or asks nobody."""
    if replay is None:
        return LIVE
    return [name for name in LIVE if name not in _ADDRESS_OF or (replay / f"{name}.jsonl").exists()]


@dataclass(frozen=True, kw_only=True)
class _Made:
    session: Session
    settings: Settings
    reach: Reach
    limits: RunLimits

    def source(self, name: str) -> Source:
        """The source of this name."""
        make: Mapping[str, Callable[[], Source]] = {
            "bundled": make_bundled,
            "own": make_own,
            "genai_prices": lambda: make_genai_prices(now=self.reach.now),
            "huggingface": self._huggingface,
            "router": lambda: make_router(
                RouterConfig(base_url=self.settings.router_url),
                self._wire("router"),
                now=self.reach.now,
            ),
            "litellm": lambda: make_litellm(
                LitellmConfig(url=self.settings.litellm_url),
                self._wire("litellm"),
                now=self.reach.now,
            ),
            "ecb": lambda: make_ecb(
                EcbConfig(url=self.settings.ecb_url), self._wire("ecb"), now=self.reach.now
            ),
            "azure_gallery": self._azure_gallery,
            "azure_registry": self._azure_registry,
            "azure_retail": self._azure_retail,
        }
        return make[name]()

    def _huggingface(self) -> Source:
        token = self.settings.huggingface_token
        named, unshaped = self._asked_by_name()
        config = HubConfig(
            base_url=self.settings.huggingface_url,
            token=None if token is None else token.get_secret_value(),
            named_ids=named,
            config_of=unshaped,
        )
        return make_huggingface(config, self._wire("huggingface"))

    def _asked_by_name(self) -> tuple[tuple[str, ...], dict[str, str | None]]:
        """What of the Hub is read by name. It depends on the catalog of the day, so a recording
        keeps it, and a replay asks what the recorded run did."""
        replay, record = self.reach.replay, self.reach.record
        if replay is not None and (replay / PLAN).exists():
            kept = json.loads((replay / PLAN).read_text("utf-8"))
            return tuple(kept["named_ids"]), dict.fromkeys(kept["config_of"])
        named = self._named_ids()
        unshaped = self._unshaped(named)
        if record is not None:
            record.mkdir(parents=True, exist_ok=True)
            plan = {"named_ids": named, "config_of": sorted(unshaped)}
            (record / PLAN).write_text(json.dumps(plan) + "\n", "utf-8")
        return named, unshaped

    def _named_ids(self) -> tuple[str, ...]:
        """Ids of the Hub that a price list or a registry leads to: stated there as such, or known
        by a config.json."""
        stated = MODEL_LINK.c.evidence.in_(("exact", "stated"))
        shaped = MODEL_LINK.c.model_id.in_(select(MODEL_ARCHITECTURE.c.model_id))
        query = (
            select(MODEL_LINK.c.model_id)
            .where(MODEL_LINK.c.relation == "same", stated | shaped)
            .distinct()
            .order_by(MODEL_LINK.c.model_id)
            .limit(MOST_NAMED_IDS)
        )
        return tuple(self.session.execute(query).scalars())

    def _unshaped(self, named: Sequence[str]) -> dict[str, str | None]:
        """Of these the models whose layers are not known: their config.json is read."""
        query = select(MODEL_ARCHITECTURE.c.model_id).where(
            MODEL_ARCHITECTURE.c.layers.is_not(None)
        )
        known = set(self.session.execute(query).scalars())
        return {one: None for one in named if one not in known}

    def _azure_gallery(self) -> Source:
        gallery = _module("azure_gallery")
        settings = gallery.AzureGallerySettings(base_url=self.settings.azure_gallery_url)
        return _source(gallery.AzureGallery(settings, self._wire("azure_gallery")))

    def _azure_retail(self) -> Source:
        retail = _module("azure_retail")
        settings = retail.AzureRetailSettings(base_url=self.settings.azure_retail_url)
        wire = self._wire("azure_retail")
        return _source(retail.AzureRetail(settings, wire, now=self.reach.now))

    def _azure_registry(self) -> Source:
        registry = _module("azure_registry")
        settings = registry.AzureRegistrySettings(
            base_url=self.settings.azure_registry_url,
            registries=self.settings.azure_registry_names,
            sizes=self._sizes(),
        )
        wire = self._wire("azure_registry")
        return _source(registry.AzureRegistry(settings, wire, self._credential()))

    def _credential(self) -> Any:
        if self.reach.credential is not None:
            return self.reach.credential
        credentials = _module("azure_credentials")
        return credentials.credential_for(
            self.settings.azure_registry_url, replayed=self.reach.replay is not None
        )

    def _sizes(self) -> dict[str, tuple[int, Decimal]]:
        query = select(INSTANCE.c.sku, INSTANCE.c.vcpus, INSTANCE.c.gpu_count).where(
            INSTANCE.c.provider_id == "azure",
            INSTANCE.c.vcpus.is_not(None),
            INSTANCE.c.gpu_count.is_not(None),
        )
        return {row.sku: (row.vcpus, row.gpu_count) for row in self.session.execute(query)}

    def _wire(self, name: str) -> Wire:
        """Reaches the source's own hosts only, tries again, and is recorded where asked."""
        if self.reach.replay is not None:
            return replaying_wire(self.reach.replay, source=name)
        field = _ADDRESS_OF[name]
        address = str(getattr(self.settings, field))
        is_typed = field in self.settings.model_fields_set
        public: tuple[str, ...] = () if is_typed else (address,)
        if name == "azure_registry" and not is_typed:
            public = (address, *_ALL_OF_AZURE_ML)
        hosts = Hosts(public=public, configured=(address,) if is_typed else ())
        live = LiveWire(hosts, clock=self.reach.clock)
        patient: Wire = PatientWire(live, limits=self.limits)
        if self.reach.record is None:
            return patient
        return RecordingWire(patient, self.reach.record, source=name, recorded_at=self.reach.now)


def _module(name: str) -> Any:
    """A file of a source, imported when it is used: Azure's client is heavy."""
    return importlib.import_module(f"catalog.sources.{name}")


def _source(made: Any) -> Source:
    source: Source = made
    return source
