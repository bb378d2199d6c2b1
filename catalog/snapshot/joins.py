"""One model for one thing: all names of all sources joined, and the rows that follow from it.

Order matters where names become models of their own: the registry first, then Hub ids, then names
with a version date, then the rest, each in order of system and key. So the same input always gives
the same ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.identity import (
    Join,
    KnownModels,
    PublishedName,
    join_price_name,
    join_registry_name,
)
from catalog.snapshot.azure_models import SYSTEM as REGISTRY
from catalog.snapshot.azure_models import registry_name
from catalog.snapshot.reference import Line
from catalog.snapshot.sold import NameFacts

_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|20\d{6})$")
_SYSTEM_ORDER = ("azure_prices", "litellm")


@dataclass(kw_only=True)
class Joins:
    """What all names mean.

    Attributes:
        known: all models in the end.
        of_name: (system, key) to its join.
        source_of_new: id of a model without architecture to the source that told of it.
    """

    known: KnownModels
    of_name: dict[tuple[str, str], Join] = field(default_factory=dict)
    source_of_new: dict[str, str] = field(default_factory=dict)

    def model_of(self, system: str, key: str) -> str | None:
        """The model that a key is, None where it is none or may be several."""
        return self.of_name[system, key].model_id


def join_all(
    model_ids: Iterable[str], registry: Sequence[Line], names: Iterable[NameFacts]
) -> Joins:
    """Join the models of the registry and all names of price lists.

    Args:
        model_ids: models with an architecture.
        registry: present models of Azure's registry.
        names: of all price lists.
    """
    joins = Joins(known=KnownModels(model_ids))
    all_names = [line["name"] for line in registry]
    for line in registry:
        stated = line["hf_source_id"] or None
        join = join_registry_name(registry_name(line), stated, all_names, joins.known)
        _keep(joins, (REGISTRY, line["name"]), join, line["source"])
    for facts in sorted(names, key=_order):
        name = facts.name
        _keep(joins, (name.system, name.key), join_price_name(name, joins.known), facts.told_by)
    return joins


def link_rows(joins: Joins, flags: Mapping[tuple[str, str], Sequence[str]]) -> list[dict[str, str]]:
    """Rows of model_links.csv in order of system, key, model and relation.

    Args:
        joins: what the names mean.
        flags: (system, key) to more warnings.
    """
    rows = []
    for (system, key), join in joins.of_name.items():
        own = sorted({*join.flags, *flags.get((system, key), ())})
        shared = {"system": system, "key": key, "flags": ";".join(own)}
        told = {"evidence": join.evidence, "reason": join.reason}
        same = (join.model_id,) if join.model_id else join.candidates
        rows += [{**shared, "model_id": one, "relation": "same", **told} for one in same]
        if join.base is not None:
            base, evidence, reason = join.base
            rows.append(
                {
                    **shared,
                    "model_id": base,
                    "relation": "base",
                    "evidence": evidence,
                    "reason": reason,
                }
            )
    return sorted(rows, key=lambda row: tuple(row[c] for c in ("system", "key", "model_id")))


def link_alias_rows(joins: Joins) -> list[dict[str, str]]:
    """Rows of aliases.csv that follow from links: keys, and what follows their last slash."""
    strongest: dict[tuple[str, str], dict[str, str]] = {}
    order = ("typed", "stated", "rule")
    for (system, key), join in sorted(joins.of_name.items()):
        if join.model_id is None:
            continue
        evidence = join.evidence if join.evidence in order else "rule"
        for alias in dict.fromkeys((key, key.rpartition("/")[2])):
            row = {
                "alias": alias,
                "model_id": join.model_id,
                "evidence": evidence,
                "source": f"key in {system}",
            }
            spot = (alias.casefold(), join.model_id)
            held = strongest.get(spot)
            if held is None or order.index(evidence) < order.index(held["evidence"]):
                strongest[spot] = row
    return list(strongest.values())


def _keep(joins: Joins, spot: tuple[str, str], join: Join, told_by: str) -> None:
    joins.of_name[spot] = join
    new = [] if join.model_id is None else [join.model_id]
    new += [join.base[0]] if join.base else []
    for model_id in new:
        if model_id not in joins.known.ids:
            joins.known.add(model_id)
            joins.source_of_new[model_id] = told_by


def _order(facts: NameFacts) -> tuple[bool, bool, int, str, str]:
    name: PublishedName = facts.name
    system = name.system
    place = _SYSTEM_ORDER.index(system) if system in _SYSTEM_ORDER else len(_SYSTEM_ORDER)
    is_dated = _DATED.search(name.name) is not None
    return (not name.is_hub_id, not is_dated, place, system, name.key)
