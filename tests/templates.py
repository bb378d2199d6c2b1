"""Catalogs that are filled once and copied: opening an empty one takes a second, loading the
snapshot ten, a copy a moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from catalog.database import open_database
from catalog.settings import load_settings
from catalog.snapshot.load import load_snapshot
from tests.databases import Postgres

NOW = datetime(2026, 11, 24, 14, 23, 8, tzinfo=UTC)
"""When the copied catalogs were filled."""


class Templates:
    """The filled catalogs of one run: with all tables and no row, and with the bundled snapshot.

    folder: for SQLite files. postgres: a server, asked for when a test needs one.
    """

    def __init__(self, folder: Path, postgres: Callable[[], Postgres]) -> None:
        self._folder = folder
        self._postgres = postgres
        self._made: dict[tuple[str, bool], URL] = {}

    def put(self, url: str, *, snapshot: bool = False) -> None:
        """Put a copy where nothing but an empty database is."""
        target = make_url(url)
        kind = target.get_backend_name()
        if (kind, snapshot) not in self._made:
            self._made[kind, snapshot] = self._filled(kind, snapshot=snapshot)
        source = self._made[kind, snapshot]
        if kind == "sqlite":
            Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(source.database), str(target.database))
        else:
            self._postgres().replace(str(target.database), by_copy_of=str(source.database))

    def _filled(self, kind: str, *, snapshot: bool) -> URL:
        folder = self._folder / f"{kind}-{'snapshot' if snapshot else 'tables'}"
        url = f"sqlite:///{folder / 'modelcost.db'}"
        if kind == "postgresql":
            url = self._postgres().new()
        if snapshot:
            self.put(url)
        settings = {"MODELCOST_DATABASE_URL": url, "MODELCOST_DATA_DIR": str(folder)}
        opened = open_database(load_settings(settings), NOW)
        if snapshot:
            load_snapshot(opened, NOW)
        opened.close()
        return make_url(url)
