"""Rows about models that follow from all sources together: further models, details, licences.

A figure is taken from the best source that has it: Azure's registry, then the price map, then the
vendors' library. Figures that differ from it by more than 5 % are flagged on the link that told
them; nothing is averaged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from catalog.snapshot.azure_models import SYSTEM as REGISTRY
from catalog.snapshot.azure_models import differs
from catalog.snapshot.joins import Joins
from catalog.snapshot.reference import Line
from catalog.snapshot.sold import NameFacts

CONFLICT = "context_conflict"
_NO_LICENCE = ("", "custom", "other")
_SYSTEMS = (REGISTRY, "litellm")


def all_model_rows(
    with_shape: Sequence[dict[str, str]], registry: Iterable[Line], joins: Joins
) -> list[dict[str, str]]:
    """Rows of models.csv: those with an architecture, and those known by name only, by id.

    A licence that Azure's registry states fills a blank; ``custom`` and ``other`` say nothing.
    """
    licences: dict[str, tuple[str, str]] = {}
    for line in registry:
        model_id = joins.model_of(REGISTRY, line["name"])
        if model_id is not None and line["license"].casefold() not in _NO_LICENCE:
            licences.setdefault(model_id, (line["license"], line["source"]))
    rows = {row["model_id"]: dict(row) for row in with_shape}
    for model_id, source in joins.source_of_new.items():
        rows[model_id] = {"model_id": model_id, "source": source}
    for model_id, row in rows.items():
        if not row.get("license") and model_id in licences:
            row["license"], row["license_source"] = licences[model_id]
    return [rows[key] for key in sorted(rows)]


def detail_rows(
    registry: Iterable[Line],
    names: Iterable[NameFacts],
    joins: Joins,
    max_context: Mapping[str, int],
) -> tuple[list[dict[str, str]], dict[tuple[str, str], list[str]]]:
    """Rows of model_details.csv, and the flags of links whose figures do not agree with them.

    Args:
        registry: present models of Azure's registry.
        names: names and facts of all price lists.
        joins: what the names mean.
        max_context: model to the context of its config.json.
    """
    told: dict[str, list[_Told]] = defaultdict(list)
    for one in [*(_of_registry(line) for line in registry), *(_of_list(facts) for facts in names)]:
        model_id = joins.model_of(one.system, one.key)
        if model_id is not None:
            told[model_id].append(one)
    rows: list[dict[str, str]] = []
    flags: dict[tuple[str, str], list[str]] = {}
    for model_id in sorted(told):
        best = sorted(told[model_id], key=lambda one: one.order(model_id))
        task = next((one for one in best if one.task), None)
        context = next((one for one in best if one.context_tokens), None)
        output = next((one for one in best if one.max_output_tokens), None)
        if task or context or output:
            rows.append(
                {
                    "model_id": model_id,
                    "task": task.task if task else "",
                    "task_source": task.source if task else "",
                    "context_tokens": str(context.context_tokens) if context else "",
                    "context_source": context.source if context else "",
                    "max_output_tokens": str(output.max_output_tokens) if output else "",
                    "max_output_source": output.source if output else "",
                }
            )
        agreed = max_context.get(model_id) or (context.context_tokens if context else 0)
        for one in best:
            if agreed and one.context_tokens and differs(agreed, one.context_tokens):
                flags[one.system, one.key] = [CONFLICT]
    return rows, flags


class _Told:
    """What one source says of one name."""

    def __init__(self, system: str, key: str, source: str, task: str) -> None:
        self.system, self.key, self.source, self.task = system, key, source, task
        self.context_tokens = 0
        self.max_output_tokens = 0

    def order(self, model_id: str) -> tuple[int, bool, str, str]:
        """Best source first; a vendor that publishes the model before those that serve it."""
        place = _SYSTEMS.index(self.system) if self.system in _SYSTEMS else len(_SYSTEMS)
        publisher = model_id.partition("/")[0].casefold()
        provider = self.system.rpartition("/")[2].casefold()
        return (place, publisher != provider, self.system, self.key)


def _of_registry(line: Line) -> _Told:
    told = _Told(REGISTRY, line["name"], line["source"], line["inference_task"])
    told.context_tokens = int(line["context_window"] or 0)
    told.max_output_tokens = int(line["max_output_tokens"] or 0)
    return told


def _of_list(facts: NameFacts) -> _Told:
    told = _Told(facts.name.system, facts.name.key, facts.told_by, facts.task or "")
    told.context_tokens = facts.context_tokens or 0
    told.max_output_tokens = facts.max_output_tokens or 0
    return told
