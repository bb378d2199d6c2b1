"""The schema: migrations, upgrades, backups, and every way a database can be the wrong one."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from catalog import migrations
from catalog.database import Database, open_database
from catalog.engine import make_engine
from catalog.errors import (
    BackupNotPossible,
    DatabaseForeign,
    DatabaseTooNew,
    DatabaseUnavailable,
    DataFolderNotWritable,
)
from catalog.schema import backup, database_status, upgrade
from catalog.settings import Settings, load_settings
from catalog.tables import CatalogTable
from tests.templates import NOW


def test_the_migrations_make_exactly_the_tables_that_are_declared(database: Database) -> None:
    """Alembic, comparing types too, finds nothing to add, drop or change."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _not_of_the_index}
        )
        assert compare_metadata(context, CatalogTable.metadata) == []


def test_the_migrations_make_the_same_checks_and_keys(
    database: Database,
) -> None:
    """Alembic does not compare checks, STRICT or partial indexes, so the whole schema is."""
    migrated = _schema_text(database.engine)
    with database.engine.begin() as connection:
        CatalogTable.metadata.drop_all(connection)
        assert inspect(connection).get_table_names() == ["alembic_version"]
        CatalogTable.metadata.create_all(connection)
    assert _schema_text(database.engine) == migrated
    assert len(migrated) > 30
    assert any("model_term" in line for line in migrated)


def test_every_sqlite_table_is_strict(tmp_path: Path) -> None:
    """A table that is not STRICT would take the word 'poison' for a number."""
    opened = open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOW)
    with opened.read() as session:
        rows = session.execute(text("PRAGMA table_list")).mappings().all()
    opened.close()
    ours = {
        row["name"]: row["strict"] for row in rows if row["name"] in CatalogTable.metadata.tables
    }
    assert ours == dict.fromkeys(CatalogTable.metadata.tables, 1)


def test_the_list_of_revisions_is_the_one_of_the_files() -> None:
    """An up-to-date database is recognised by this list, without alembic."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    found = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(found)) == migrations.REVISIONS
    assert script.get_current_head() == migrations.HEAD


def test_status_tells_before_and_after_and_makes_nothing(settings: Settings) -> None:
    """Asking for the state of a database does not make one."""
    before = database_status(settings)
    assert before.state in ("missing", "empty")
    assert before.revision is None
    assert not settings.data_dir.exists()
    done = upgrade(settings, NOW)
    assert done.changed
    assert done.backup is None
    after = database_status(settings)
    assert (after.state, after.revision, after.head) == (
        "current",
        migrations.HEAD,
        migrations.HEAD,
    )
    assert not upgrade(settings, NOW).changed


def test_an_older_database_is_backed_up_before_it_is_changed(tmp_path: Path) -> None:
    """The backup holds what was there, and a second one of the same second gets its own name."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    file = tmp_path / "modelcost.db"
    _make_older(file)
    done = upgrade(settings, NOW)
    assert done.backup == tmp_path / "modelcost-20261124T142308Z.backup.db"
    with sqlite3.connect(done.backup) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    copy.close()
    assert tables == {"alembic_version"}
    assert database_status(settings).state == "current"
    assert backup(settings, NOW) == tmp_path / "modelcost-20261124T142308Z-2.backup.db"
    later = backup(settings, NOW + timedelta(seconds=1))
    assert later == tmp_path / "modelcost-20261124T142309Z.backup.db"


def test_a_failed_upgrade_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    """A table is in the way half-way through: nothing of the migration stays."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    file = tmp_path / "modelcost.db"
    _make_older(file)
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE scenario (mine TEXT)")
    connection.close()
    with pytest.raises(DatabaseUnavailable, match="scenario already exists"):
        upgrade(settings, NOW)
    with sqlite3.connect(file) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert tables == {"alembic_version", "scenario"}


def test_no_backup_of_what_is_not_there_or_not_a_file(
    tmp_path: Path, postgres_database_url: str
) -> None:
    """The message says what to do instead."""
    missing = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    with pytest.raises(BackupNotPossible, match="nothing to copy"):
        backup(missing, NOW)
    server = load_settings(
        {"MODELCOST_DATA_DIR": str(tmp_path), "MODELCOST_DATABASE_URL": postgres_database_url}
    )
    with pytest.raises(BackupNotPossible, match="pg_dump"):
        backup(server, NOW)


def test_a_backup_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    """The source is damaged: one sentence, and no half copy that looks like a backup."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    (tmp_path / "modelcost.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    with pytest.raises(BackupNotPossible, match="found: file is not a database"):
        backup(settings, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["modelcost.db"]


def test_a_database_of_a_newer_version_is_left_alone(settings: Settings) -> None:
    """One sentence with both revisions; nothing is changed."""
    opened = open_database(settings, NOW)
    assert opened.location == database_status(settings).location
    with opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    assert database_status(settings).state == "newer"
    with pytest.raises(DatabaseTooNew) as caught:
        open_database(settings, NOW)
    assert (caught.value.found, caught.value.known) == ("9999", migrations.HEAD)
    assert "9999" in caught.value.message
    assert migrations.HEAD in caught.value.message


def test_a_database_of_another_program_is_left_alone(settings: Settings) -> None:
    """Tables, but no alembic_version: not ours to change."""
    settings.data_dir.mkdir(parents=True)
    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE holidays (day TEXT)"))
    assert database_status(settings).state == "foreign"
    with pytest.raises(DatabaseForeign, match="another program"):
        open_database(settings, NOW)
    assert inspect(engine).get_table_names() == ["holidays"]
    engine.dispose()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A text file at the place of the database is named, not opened."""
    file = tmp_path / "modelcost.db"
    file.write_text("dear diary, today I bought a GPU")
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    for ask in (lambda: open_database(settings, NOW), lambda: database_status(settings)):
        with pytest.raises(DatabaseForeign, match="another kind") as caught:
            ask()
        assert str(file) in caught.value.message
    assert file.read_text().startswith("dear diary")


def test_a_folder_at_the_place_of_the_database_is_one_sentence(tmp_path: Path) -> None:
    """The message names the place and the variable."""
    (tmp_path / "modelcost.db").mkdir()
    with pytest.raises(DatabaseUnavailable, match="MODELCOST_DATABASE_URL"):
        open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOW)


def test_a_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    """The header is right and the rest is noise: SQLite's complaint becomes ours."""
    (tmp_path / "modelcost.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    with pytest.raises(DatabaseUnavailable, match="Expected the database"):
        open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOW)


@pytest.mark.parametrize("inside", ["", "below/it"])
def test_a_file_in_the_way_of_the_data_folder_is_one_sentence(tmp_path: Path, inside: str) -> None:
    """The message names the path, the reason and the variable to change."""
    way = tmp_path / "way"
    way.write_text("a file")
    settings = load_settings({"MODELCOST_DATA_DIR": str(way / inside)})
    with pytest.raises(DataFolderNotWritable) as caught:
        open_database(settings, NOW)
    assert str(way) in caught.value.message
    assert "MODELCOST_DATA_DIR" in caught.value.message


def test_a_folder_without_the_right_to_write_is_one_sentence() -> None:
    """Tried as a user without rights, also where the tests run as root."""
    code = (
        "import os, sys\n"
        "from datetime import UTC, datetime\n"
        "from catalog.database import open_database\n"
        "from catalog.errors import DataFolderNotWritable\n"
        "from catalog.settings import load_settings\n"
        "settings = load_settings({'MODELCOST_DATA_DIR': sys.argv[1]})\n"
        "if os.geteuid() == 0:\n"
        "    os.seteuid(65534)\n"
        "try:\n"
        "    open_database(settings, datetime(2026, 1, 1, tzinfo=UTC))\n"
        "except DataFolderNotWritable as error:\n"
        "    sys.stdout.write(error.message)\n"
        "os.seteuid(os.getuid())\n"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is closed to other users
        Path(folder).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, check=False
        )
    assert "Permission denied" in done.stdout, done.stderr


def test_a_server_that_is_not_there_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    """Also in the status; the password is nowhere in the message."""
    settings = load_settings(
        {
            "MODELCOST_DATA_DIR": str(tmp_path),
            "MODELCOST_DATABASE_URL": "postgresql://user:secret@127.0.0.1:1/name",
        }
    )
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(settings, NOW)
    with pytest.raises(DatabaseUnavailable):
        database_status(settings)
    assert "127.0.0.1" in caught.value.message
    assert "MODELCOST_DATABASE_URL" in caught.value.message
    assert "secret" not in caught.value.message
    assert "\n" not in caught.value.message


def test_processes_that_start_at_once_do_not_collide(settings: Settings) -> None:
    """Four processes open the same empty database and load the snapshot: all succeed, once."""
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from catalog.database import open_database\n"
        "from catalog.settings import load_settings\n"
        "from catalog.snapshot.load import load_snapshot\n"
        "database = open_database(load_settings(\n"
        "    {'MODELCOST_DATABASE_URL': sys.argv[1], 'MODELCOST_DATA_DIR': sys.argv[2]}),\n"
        "    datetime(2026, 1, 1, tzinfo=UTC))\n"
        "sys.stdout.write(str(load_snapshot(database, datetime(2026, 1, 1, tzinfo=UTC)).loaded))\n"
        "database.close()\n"
    )
    command = [sys.executable, "-c", code, settings.database_url, str(settings.data_dir)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ended = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 4, ended
    assert sorted(out for out, _ in ended) == ["False", "False", "False", "True"]


INDEX_TABLES = ("model_term", "model_term_config", "model_term_data", "model_term_idx")
"""The index of names, which SQLAlchemy cannot declare, and what FTS5 keeps it in. That migrations
and declarations make the same one is held by the comparison of the whole schema."""


def _not_of_the_index(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name not in INDEX_TABLES


def _make_older(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT NOT NULL)")
    connection.commit()
    connection.close()


def _schema_text(engine: Engine) -> set[str]:
    """Every piece of the schema as one line of text, without alembic's own table."""
    if engine.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' AND sql <> ''"
        with engine.connect() as connection:
            statements = connection.execute(text(query)).scalars().all()
        lines = [line.strip(" ,\t") for sql in statements for line in _with_table(sql)]
        return {re.sub(r"\s+", " ", line) for line in lines}
    queries = (
        "SELECT c.conrelid::regclass || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)"
        " FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace"
        " WHERE n.nspname = 'public' AND c.conrelid::regclass::text <> 'alembic_version'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND tablename <> 'alembic_version'",
        "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable"
        " || ' ' || coalesce(collation_name, '-') FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
    )
    with engine.connect() as connection:
        return {line for query in queries for line in connection.execute(text(query)).scalars()}


def _with_table(sql: str) -> list[str]:
    first, *rest = sql.splitlines()
    return [first, *(f"{first} {line}" for line in rest)]
