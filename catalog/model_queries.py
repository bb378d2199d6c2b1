"""Questions about models: one by any of its names, or a list by words."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlmodel import Session

from catalog.errors import ModelAmbiguous, ModelNotFound
from catalog.folding import fold, safe_text
from catalog.records import AliasRecord, ArchitectureRecord
from catalog.tables import MODEL, MODEL_ALIAS, MODEL_ARCHITECTURE
from catalog.views import Model
from catalog.vocabulary import EVIDENCE

_LEAST_LIKENESS = 50.0


def find_model(session: Session, any_id: str) -> Model:
    """The model that goes by this id or alias; case and blanks do not matter.

    An alias is judged by its strongest evidence: the id itself, then what a person typed, what a
    source states, what a rule made.

    Raises:
        ModelNotFound: no such name; carries the nearest ids.
        ModelAmbiguous: the strongest evidence leads to more than one model; carries them.
    """
    known = known_model(session, any_id)
    if known is not None:
        return known
    nearest = _nearest_models(session, any_id)
    hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
    raise ModelNotFound(
        f"Expected a model that the catalog knows, found {any_id!r}.{hint} "
        "Search the models, or type the prices in.",
        name=any_id,
        nearest=nearest,
    )


def known_model(session: Session, any_id: str) -> Model | None:
    """The model that goes by this id or alias; None where none does, without a search for names
    that look alike. Raises ModelAmbiguous as `find_model` does."""
    query = select(MODEL_ALIAS).where(MODEL_ALIAS.c.alias_folded == fold(safe_text(any_id)))
    rows = session.execute(query).mappings().all()
    for evidence in EVIDENCE:
        candidates = sorted(row["model_id"] for row in rows if row["evidence"] == evidence)
        if len(candidates) == 1:
            return _load_models(session, candidates)[0]
        if candidates:
            raise ModelAmbiguous(
                f"Expected the name of one model, found that {any_id!r} may mean "
                f"{' or '.join(candidates)}. Ask for one of these ids.",
                name=any_id,
                candidates=candidates,
            )
    return None


def _load_models(session: Session, ids: Sequence[str]) -> list[Model]:
    """Models in order of id, each with its architecture and aliases; three statements in all."""
    shapes = {
        row["model_id"]: ArchitectureRecord.model_validate(dict(row))
        for row in session.execute(
            select(MODEL_ARCHITECTURE).where(MODEL_ARCHITECTURE.c.model_id.in_(ids))
        ).mappings()
    }
    aliases: dict[str, list[AliasRecord]] = {}
    query = (
        select(MODEL_ALIAS)
        .where(MODEL_ALIAS.c.model_id.in_(ids))
        .order_by(MODEL_ALIAS.c.alias_folded)
    )
    for row in session.execute(query).mappings():
        aliases.setdefault(row["model_id"], []).append(AliasRecord.model_validate(dict(row)))
    models = session.execute(select(MODEL).where(MODEL.c.id.in_(ids)).order_by(MODEL.c.id))
    return [
        Model.model_validate(
            {
                **row,
                "architecture": shapes.get(row["id"]),
                "aliases": tuple(aliases.get(row["id"], [])),
            }
        )
        for row in models.mappings()
    ]


def _nearest_models(session: Session, name: str) -> list[str]:
    """Up to five ids whose aliases look like the name, best first. Reads all aliases."""
    rows = session.execute(select(MODEL_ALIAS.c.alias_folded, MODEL_ALIAS.c.model_id)).all()
    names = [row.alias_folded for row in rows]
    found = process.extract(
        fold(safe_text(name)), names, scorer=fuzz.WRatio, limit=20, score_cutoff=_LEAST_LIKENESS
    )
    return list(dict.fromkeys(rows[index].model_id for _, _, index in found))[:5]
