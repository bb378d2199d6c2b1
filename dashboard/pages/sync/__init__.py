"""The Sync page: how fresh the catalog is, what changed, what waits, what was not read."""
