"""The list of decisions as one document: what REST sends and the command line prints."""

from typing import Any, TypeAlias

from catalog.database import Database
from catalog.decision_heads import decision_heads, newest_versions
from catalog.decisions import DecisionFilter
from catalog.errors import QueryInvalid
from catalog.paging import check_limit
from dashboard.decisions.documents import listed_document, standing_document
from dashboard.decisions.listing import SORTS, Wanted, list_decisions
from dashboard.decisions.standings import Standings
from dashboard.decisions.today import Status
from dashboard.decisions.words import words_of

Document: TypeAlias = dict[str, Any]


def read_wanted(found: DecisionFilter, status: str | None, sort: str) -> Wanted:
    """What is asked of the list, as it was typed. Raises QueryInvalid with what is known."""
    try:
        asked = None if status is None else Status(status)
    except ValueError:
        known = ", ".join(Status)
        raise QueryInvalid(
            f"status: expected one of {known}, found {str(status)[:40]!r}.", field="status"
        ) from None
    if sort.removeprefix("-") not in SORTS:
        raise QueryInvalid(
            f"sort: expected one of {', '.join(SORTS)}, with a minus in front for the other way "
            f"round, found {sort[:40]!r}.",
            field="sort",
        )
    return Wanted(filter=found, status=asked, sort=sort)


def list_document(
    database: Database,
    standings: Standings,
    wanted: Wanted,
    page: tuple[int, str | None],
    language: str,
) -> Document:
    """A page of the list. page: limit and cursor.

    Raises CursorInvalid, QueryInvalid.
    """
    limit, after = page
    check_limit(limit)
    with database.read() as session:
        heads = decision_heads(session, wanted.filter)
    found = list_decisions(standings, heads, wanted, limit, after)
    with database.read() as session:
        versions = newest_versions(session, [one.head.id for one in found.rows])
    items = []
    for row in found.rows:
        version, _ = versions[row.head.id]
        words = words_of(language, version)
        line = listed_document(version, row.head.created_at, words, removed=row.head.removed)
        items.append(line | (standing_document(row.judgement, words) if wanted.standing else {}))
    document: Document = {"items": items, "total": found.total, "next": found.next}
    if wanted.standing:
        document["judged"] = {
            "done": found.judged,
            "of": found.of,
            "complete": found.is_complete,
            "counts": {status.value: count for status, count in found.counts.items()},
        }
    return document
