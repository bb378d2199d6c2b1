"""Questions saved on the server under an id that cannot be guessed, so that no price stands in a
link."""

from datetime import datetime

from sqlalchemy import insert, select, update

from catalog.database import Database
from catalog.errors import CatalogError
from catalog.identifiers import IDENTIFIER, new_identifier
from catalog.tables import SCENARIO

LARGEST = 200_000


class DraftNotFound(CatalogError):
    """There is no saved question of this id."""


class DraftTooLarge(CatalogError):
    """A question of this size is not saved."""


def save_draft(database: Database, draft_id: str | None, document: str, now: datetime) -> str:
    """Save a question as the form holds it and return its id; an id that is given is overwritten.

    Raises DraftTooLarge.
    """
    if len(document) > LARGEST:
        raise DraftTooLarge(
            f"Expected a question of at most {LARGEST:,} characters, found {len(document):,}. "
            "Shorten its texts."
        )
    with database.write() as session:
        if draft_id is not None and IDENTIFIER.fullmatch(draft_id):
            changed = session.execute(
                update(SCENARIO)
                .where(SCENARIO.c.id == draft_id)
                .values(document=document, updated_at=now)
            )
            if changed.rowcount:  # type: ignore[attr-defined]
                return draft_id
        new_id = new_identifier()
        session.execute(
            insert(SCENARIO).values(id=new_id, document=document, created_at=now, updated_at=now)
        )
    return new_id


def load_draft(database: Database, draft_id: str) -> str:
    """The saved question of this id. Raises DraftNotFound."""
    if IDENTIFIER.fullmatch(draft_id):
        with database.read() as session:
            found = session.execute(
                select(SCENARIO.c.document).where(SCENARIO.c.id == draft_id)
            ).scalar_one_or_none()
        if found is not None:
            return str(found)
    raise DraftNotFound(f"There is no saved question called {draft_id!r}. Check the link.")
