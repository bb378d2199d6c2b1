"""The names that a model goes by, made by rule from the ids of all models.

Rules: the id itself (evidence ``exact``); the part after the slash (``rule``), even where several
models share it, so that the question can be answered with the candidates; and the short name
without a trailing ``-hf``, a mark of the file format and not of the model, where that leads to one
model only and is nobody's own name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from catalog.folding import fold
from catalog.records import AliasRecord

_FORMAT_MARK = "-hf"


def aliases_by_rule(model_ids: Iterable[str]) -> list[AliasRecord]:
    """All aliases that follow from the ids, in order of alias, then model id.

    Args:
        model_ids: Hugging Face ids of all models that are known.
    """
    ids = sorted(set(model_ids))
    aliases = {
        (fold(model_id), model_id): _alias(model_id, model_id, "exact", None) for model_id in ids
    }
    short_names: set[str] = set()
    without_mark: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for model_id in ids:
        short = model_id.rpartition("/")[2]
        short_names.add(fold(short))
        aliases.setdefault(
            (fold(short), model_id), _alias(short, model_id, "rule", "name after the slash")
        )
        if fold(short).endswith(_FORMAT_MARK):
            family = short[: -len(_FORMAT_MARK)]
            without_mark[fold(family)].append((family, model_id))
    for folded, bearers in without_mark.items():
        if len(bearers) == 1 and folded not in short_names:
            family, model_id = bearers[0]
            aliases.setdefault(
                (folded, model_id), _alias(family, model_id, "rule", "name without -hf")
            )
    return [aliases[key] for key in sorted(aliases)]


def _alias(alias: str, model_id: str, evidence: str, source: str | None) -> AliasRecord:
    return AliasRecord.model_validate(
        {
            "alias_folded": fold(alias),
            "model_id": model_id,
            "alias": alias,
            "evidence": evidence,
            "source": source,
        }
    )
