"""Builds the list of models anew out of the facts and prices, inside the caller's transaction.

Whoever changes facts or prices calls :func:`rebuild_listing` before the transaction ends, so that
no reader ever sees a list that does not fit its prices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, delete, insert, select, text
from sqlmodel import Session

from catalog.search.grams import fold_name, fold_names, index_terms
from catalog.search.packed import write_packed
from catalog.search.sold import Sold, read_sold
from catalog.search.task_names import names_of_task
from catalog.tables import (
    AZURE_MODEL,
    MODEL,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
    MODEL_LINK,
    MODEL_LISTING,
    MODEL_PLACE,
)

_ROWS_AT_ONCE = 5_000


def rebuild_listing(session: Session) -> int:
    """Make `model_listing`, `model_place`, `listing_column` and the index of names anew.

    Args:
        session: a session for writing.

    Returns:
        Number of models listed.
    """
    sold = read_sold(session)
    rows = [
        {"position": position, **row}
        for position, row in enumerate(sorted(_models(session, sold), key=_popularity), start=1)
    ]
    places = list(_places(rows, sold))
    _empty(session)
    _insert(session, MODEL_LISTING, rows)
    _insert(session, MODEL_PLACE, places)
    write_packed(session, rows, places)
    _write_terms(session, rows)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE model_listing, model_place, model_term"))
    return len(rows)


def _popularity(row: dict[str, Any]) -> tuple[bool, int, bool, str]:
    downloads = row["downloads"]
    return (downloads is None, -(downloads or 0), not row["has_price"], row["model_id"])


def _models(session: Session, sold: dict[str, Sold]) -> Iterator[dict[str, Any]]:
    details = _by_model(session, MODEL_DETAIL, "task", "context_tokens", "downloads")
    shapes = _by_model(
        session,
        MODEL_ARCHITECTURE,
        "total_params",
        "computed_params_dense_gated_mlp",
        "max_context",
    )
    azure = _by_model(
        session, AZURE_MODEL, "name", "publisher", "license", "task", "context_tokens"
    )
    aliases = _by_model(session, MODEL_ALIAS, "alias")
    links = _by_model(session, MODEL_LINK, "key", "relation")
    nothing = Sold()
    for model in session.execute(select(MODEL)).mappings():
        model_id = model["id"]
        shape = shapes.get(model_id, [])
        facts = [*details.get(model_id, []), *azure.get(model_id, [])]
        task = _first(facts, "task")
        license_name = model["license"] or _first(azure.get(model_id, []), "license")
        names = [model_id, model["name"], model["publisher"]]
        names += [row["alias"] for row in aliases.get(model_id, [])]
        names += [row["key"] for row in links.get(model_id, []) if row["relation"] == "same"]
        names += [row["publisher"] or "" for row in azure.get(model_id, [])]
        found = sold.get(model_id, nothing)
        yield {
            "model_id": model_id,
            "publisher": model["publisher"],
            "name": model["name"],
            "sort_name": fold_name(model["name"]),
            "task": None if task is None else task.strip().casefold(),
            "license": None if license_name is None else license_name.strip().casefold(),
            "parameters": _first(shape, "total_params")
            or _first(shape, "computed_params_dense_gated_mlp"),
            "context_tokens": _first(details.get(model_id, []), "context_tokens")
            or _first(shape, "max_context")
            or _first(azure.get(model_id, []), "context_tokens"),
            "downloads": _first(details.get(model_id, []), "downloads"),
            **_cheapest(found),
            "offers": len(found.offers),
            "retired_on": found.retired_on,
            "has_price": found.priced,
            "has_architecture": bool(shape),
            "has_host": found.hosted,
            "search_text": fold_names([*names, *names_of_task(task)]),
        }


def _cheapest(sold: Sold) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for kind in ("input", "output"):
        amount, _, price_id = sold.cheapest.get(kind, (None, 0, None))
        row[f"{kind}_usd_per_million_tokens"] = None if amount is None else float(amount)
        row[f"{kind}_price_id"] = price_id
    return row


def _places(rows: Sequence[dict[str, Any]], sold: dict[str, Sold]) -> Iterator[dict[str, Any]]:
    number = 0
    for row in rows:
        found = sold.get(row["model_id"])
        for place in sorted(found.places, key=str) if found else ():
            number += 1
            yield {"number": number, "position": row["position"], **place._asdict()}


def _by_model(session: Session, table: Table, *columns: str) -> dict[str, list[RowMapping]]:
    """Rows of a table by model, each model's in order of primary key."""
    query = select(table.c.model_id, *(table.c[name] for name in columns))
    found: dict[str, list[RowMapping]] = defaultdict(list)
    for row in session.execute(query.order_by(*table.primary_key.columns)).mappings():
        found[row["model_id"]].append(row)
    return found


def _first(rows: Sequence[RowMapping], column: str) -> Any:
    """The first value that is known; None where none is."""
    return next((row[column] for row in rows if row[column] is not None), None)


def _empty(session: Session) -> None:
    session.execute(delete(MODEL_PLACE))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO model_term (model_term) VALUES ('delete-all')"))
    else:
        session.execute(text("DELETE FROM model_term"))
    session.execute(delete(MODEL_LISTING))


def _insert(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _write_terms(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = text(
        "INSERT INTO model_term (rowid, terms) VALUES (:position, :terms)"
        if in_sqlite
        else "INSERT INTO model_term (model_position, terms)"
        " VALUES (:position, array_to_tsvector(string_to_array(:terms, ' ')))"
    )
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        batch = [
            {
                "position": row["position"],
                "terms": " ".join(index_terms(row["search_text"])),
            }
            for row in rows[start : start + _ROWS_AT_ONCE]
        ]
        session.execute(statement, batch)
