"""What alembic runs to apply the migrations. Works on the connection that it is given.

The connection comes in ``config.attributes["connection"]``, inside an open transaction that the
caller commits: a failed migration leaves the database as it was, on SQLite too.
"""

from __future__ import annotations

from alembic import context

from catalog.tables import CatalogTable

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=CatalogTable.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
