"""Steps from one database schema to the next, oldest first.

``REVISIONS`` repeats the revision ids of ``versions/`` in order, so that an up-to-date database is
recognised without importing alembic (about a second); a test compares the two.
"""

REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
HEAD: str = REVISIONS[-1]
