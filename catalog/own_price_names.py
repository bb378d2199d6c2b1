"""What the names in a file of own prices lead to: models, hosts and regions the catalog knows.

Each name is looked up once, however many rows carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from rapidfuzz import process
from sqlalchemy import select
from sqlmodel import Session

from catalog.errors import InstanceNotFound, ModelAmbiguous, ModelNotFound
from catalog.instance_queries import find_instance
from catalog.model_queries import find_model
from catalog.price_queries import all_regions
from catalog.regions import COUNTRY_OF_REGION
from catalog.tables import PROVIDER

DEFAULT_PROVIDER = "azure"
LEAST_LIKENESS = 55


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A name that leads nowhere: the code and the facts of the problem."""

    code: str
    facts: Mapping[str, str]


Found: TypeAlias = str | NotKnown


@dataclass(slots=True)
class KnownNames:
    """The names of one reading of a file; the session stays open as long."""

    session: Session
    _models: dict[str, Found] = field(default_factory=dict)
    _instances: dict[tuple[str, str], Found] = field(default_factory=dict)
    _regions: frozenset[str] | None = None
    _providers: Mapping[str, str] | None = None

    def provider(self, name: str) -> str:
        """The id of a provider the catalog knows, in any case; any other name is itself."""
        return self._known_providers().get(name.casefold(), name)

    def model(self, name: str) -> Found:
        """The id of the model that goes by this name."""
        if name not in self._models:
            self._models[name] = self._find_model(name)
        return self._models[name]

    def instance(self, name: str, provider: str) -> Found:
        """The id of the host; a provider of one's own may sell the hosts of the default one."""
        owner = provider if provider in self._known_providers().values() else DEFAULT_PROVIDER
        if (owner, name) not in self._instances:
            self._instances[owner, name] = self._find_instance(name, owner)
        return self._instances[owner, name]

    def region(self, name: str, provider: str) -> Found:
        """The region as it is written everywhere; a provider of one's own has its own regions."""
        folded = fold_region(name)
        if provider not in self._known_providers().values():
            return folded
        if self._regions is None:
            self._regions = frozenset({*all_regions(self.session), *COUNTRY_OF_REGION})
        if folded in self._regions:
            return folded
        known = sorted(self._regions)
        nearest = [
            one[0] for one in process.extract(folded, known, limit=3, score_cutoff=LEAST_LIKENESS)
        ]
        return NotKnown("unknown_region", {"found": repr(name), "nearest": _hint(nearest)})

    def _find_model(self, name: str) -> Found:
        try:
            return find_model(self.session, name).id
        except ModelNotFound as missing:
            hint = _hint(list(missing.nearest))
        except ModelAmbiguous as several:
            hint = f"It may mean {' or '.join(several.candidates)}."
        return NotKnown("model_not_known", {"found": repr(name), "nearest": hint})

    def _find_instance(self, name: str, owner: str) -> Found:
        try:
            return find_instance(self.session, name, owner).id
        except InstanceNotFound as missing:
            nearest = [one.rpartition("/")[2] for one in missing.nearest]
            return NotKnown("host_not_known", {"found": repr(name), "nearest": _hint(nearest)})

    def _known_providers(self) -> Mapping[str, str]:
        if self._providers is None:
            ids = self.session.execute(select(PROVIDER.c.id)).scalars()
            self._providers = {identifier.casefold(): identifier for identifier in ids}
        return self._providers


def fold_region(name: str) -> str:
    """``"East US"`` becomes ``"eastus"``, as a scenario's region does."""
    return name.strip().casefold().replace(" ", "")


def _hint(nearest: list[str]) -> str:
    return f"Nearest: {', '.join(nearest)}." if nearest else ""
