"""Who the names of a live source are: links that are kept already, else the rules of identity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from catalog.folding import fold
from catalog.identity import (
    Join,
    KnownModels,
    PublishedName,
    join_price_name,
    join_registry_name,
)
from catalog.identity_records import ModelLinkRecord
from catalog.identity_words import FAMILIES, PUBLISHERS
from catalog.records import AliasRecord, ModelRecord
from catalog.store import save_records
from catalog.tables import MODEL, MODEL_LINK

AZURE_PRICES: Final = "azure_prices"
AZURE_ML: Final = "azureml"
"""Systems under which the bundled catalog keeps the names of Azure's price list and registries."""


class Joiner:
    """Joins names of one source; new joins and new models are written as they are met."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._links: dict[str, dict[str, str | None]] = {}
        self._known: KnownModels | None = None

    def model_of_price(self, session: Session, name: PublishedName) -> str | None:
        """The model that a name of a price list means; None where it is none or may be several."""
        links = self._of_system(session, name.system)
        if name.key in links:
            return links[name.key]
        return self._keep(session, name, join_price_name(name, self._models(session)))

    def model_of_registry(
        self, session: Session, name: PublishedName, stated_id: str | None
    ) -> str | None:
        """The model that a name of a registry means, with the Hub id that it states."""
        links = self._of_system(session, name.system)
        if name.key in links:
            return links[name.key]
        others = [key for key in links if key != name.key]
        join = join_registry_name(name, stated_id, others, self._models(session))
        return self._keep(session, name, join)

    def _of_system(self, session: Session, system: str) -> dict[str, str | None]:
        if system not in self._links:
            self._links[system] = _links(session, system)
        return self._links[system]

    def _models(self, session: Session) -> KnownModels:
        """The models that a rule may lead to: of known publishers, and linked ones."""
        if self._known is None:
            owners = {*PUBLISHERS.values(), *(owner for _, owner in FAMILIES)}
            ids = select(MODEL.c.id).where(
                MODEL.c.publisher.in_(sorted(owners))
                | MODEL.c.id.in_(select(MODEL_LINK.c.model_id))
            )
            self._known = KnownModels(session.execute(ids).scalars())
        return self._known

    def _keep(self, session: Session, name: PublishedName, join: Join) -> str | None:
        self._of_system(session, name.system)[name.key] = join.model_id
        candidates = (join.model_id,) if join.model_id else join.candidates
        bases = [] if join.base is None else [join.base[0]]
        add_models(session, [one for one in (*candidates, *bases) if one], self._source)
        links = [
            _link(name, one, "same", join.evidence, join.reason, join.flags) for one in candidates
        ]
        if join.base is not None:
            links.append(_link(name, join.base[0], "base", join.base[1], join.base[2], join.flags))
        save_records(session, links)
        if join.model_id is not None:
            self._models(session).add(join.model_id)
            evidence = join.evidence if join.evidence in ("typed", "stated") else "rule"
            alias = AliasRecord(
                alias_folded=fold(name.key),
                model_id=join.model_id,
                alias=name.key,
                evidence=evidence,
                source=f"key in {name.system}",
            )
            save_records(session, [alias])
        return join.model_id


def add_models(session: Session, ids: Iterable[str], source: str) -> None:
    """Make models known by their ids where they are not; nothing else is known of them yet."""
    wanted = list(dict.fromkeys(ids))
    there = set(session.execute(select(MODEL.c.id).where(MODEL.c.id.in_(wanted))).scalars())
    missing = [one for one in wanted if one not in there]
    save_records(session, [_bare_model(one, source) for one in missing])
    save_records(session, [_own_name(one) for one in missing])


def _bare_model(model_id: str, source: str) -> ModelRecord:
    publisher, _, name = model_id.rpartition("/")
    return ModelRecord(
        id=model_id, publisher=publisher or "unknown", name=name or model_id, source=source
    )


def _own_name(model_id: str) -> AliasRecord:
    return AliasRecord(
        alias_folded=fold(model_id), model_id=model_id, alias=model_id, evidence="exact"
    )


def _link(
    name: PublishedName,
    model_id: str,
    relation: str,
    evidence: str,
    reason: str,
    flags: Sequence[str],
) -> ModelLinkRecord:
    return ModelLinkRecord.model_validate(
        {
            "system": name.system,
            "key": name.key,
            "model_id": model_id,
            "relation": relation,
            "evidence": evidence,
            "reason": reason,
            "flags": tuple(flags),
        }
    )


def _links(session: Session, system: str) -> dict[str, str | None]:
    """Key to model; None where several are linked."""
    found: dict[str, str | None] = {}
    query = select(MODEL_LINK.c.key, MODEL_LINK.c.model_id).where(
        MODEL_LINK.c.system == system, MODEL_LINK.c.relation == "same"
    )
    for row in session.execute(query):
        found[row.key] = None if row.key in found else row.model_id
    return found
