"""A sync that was recorded is played again: the same catalog each time, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.database import Database, open_database
from catalog.settings import load_settings
from catalog.sources.azure_credentials import StaticToken
from catalog.sync.canonical import canonical_digest
from catalog.sync.job import SyncOptions
from catalog.sync.runs import Run
from catalog.tables import SOURCE_CHANGE, SOURCE_ROW
from dashboard.cli_sync import sync_catalog
from tests.catalog.sync.emulated import NAMES, SECRETS, Emulated
from tests.catalog.sync.running import count, rows
from tests.catalog.sync.scripted import NOON, Heard
from tests.emulators.azure.registry import TOKEN

pytestmark = pytest.mark.filterwarnings("ignore:::azure", "ignore:::marshmallow")

ALL = (*NAMES, "genai_prices")
WHAT_WAS_READ = select(
    SOURCE_ROW.c.source, SOURCE_ROW.c.kind, SOURCE_ROW.c.key, SOURCE_ROW.c.document
).order_by(SOURCE_ROW.c.source, SOURCE_ROW.c.kind, SOURCE_ROW.c.key)


def synced(database: Database, **reach: Any) -> dict[str, Run]:
    """All sources by the command's own way."""
    given = {"credential": StaticToken(TOKEN), **reach}
    runs = sync_catalog(database, ALL, SyncOptions(full=True), given, Heard())
    return {run.source: run for run in runs}


def digest(database: Database) -> str:
    with database.read() as session:
        return canonical_digest(session)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Sequence[Any], str]]:
    """The folder of a recorded sync, what it read, and the digest of a replay; no service is left,
    only the settings that led to them."""
    folder = tmp_path_factory.mktemp("recorded")
    database = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder / "data")}), NOON)
    with pytest.MonkeyPatch.context() as patch:
        with Emulated() as services:
            for name, value in services.environment().items():
                patch.setenv(name, value)
            runs = synced(database, record=folder / "answers")
        assert dict.fromkeys(ALL, "complete") == {r.source: r.state for r in runs.values()}
        assert all(run.rows_new > 0 for run in runs.values())
        read = rows(database, WHAT_WAS_READ)
        database.close()
        again = open_database(load_settings({"MODELCOST_DATA_DIR": str(folder / "again")}), NOON)
        synced(again, replay=folder / "answers")
        yield folder / "answers", read, digest(again)
        again.close()


def test_a_replay_gives_the_recorded_catalog_and_a_second_one_changes_nothing(
    recorded: tuple[Path, Sequence[Any], str], database: Database
) -> None:
    """On any database, and as often as it is played: not a row of history is added."""
    folder, read, expected = recorded
    first = synced(database, replay=folder)
    once = digest(database)
    changes = count(database, SOURCE_CHANGE)
    second = synced(database, replay=folder)

    assert {"complete"} == {run.state for run in (*first.values(), *second.values())}
    assert expected == once == digest(database)
    assert (read, changes) == (rows(database, WHAT_WAS_READ), count(database, SOURCE_CHANGE))
    ids = [run.id for run in second.values()]
    query = select(func.count()).where(SOURCE_CHANGE.c.run_id.in_(ids))
    assert [(0,)] == rows(database, query)
    assert {0} == {run.rows_new + run.rows_changed + run.rows_gone for run in second.values()}


def test_a_recording_holds_no_token(recorded: tuple[Path, Sequence[Any], str]) -> None:
    files = sorted(recorded[0].iterdir())
    texts = [file.read_text("utf-8") for file in files]

    recordings = [f"{name}.jsonl" for name in NAMES]
    assert sorted([*recordings, "clock.json", "huggingface.plan.json"]) == sorted(
        file.name for file in files
    )
    assert not [secret for secret in SECRETS for text in texts if secret in text]
    assert not [text for text in texts if "authorization" in text.lower()]


@pytest.mark.parametrize("name", ["huggingface", "azure_registry", "litellm"])
def test_a_replay_that_lacks_a_request_ends_that_source_and_leaves_the_others(
    recorded: tuple[Path, Sequence[Any], str], tmp_path: Path, name: str
) -> None:
    """The last answer of its file was never written."""
    folder = tmp_path / "cut"
    folder.mkdir()
    for file in recorded[0].iterdir():
        lines = file.read_text("utf-8").splitlines(keepends=True)
        kept = lines[:-1] if file.stem == name else lines
        (folder / file.name).write_text("".join(kept), "utf-8")
    database = open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOON)
    runs = synced(database, replay=folder)
    database.close()

    cut_off = runs.pop(name)
    assert ("failed", True) == (
        cut_off.state,
        f"not in the recording of {name}" in (cut_off.message or ""),
    )
    assert {"complete"} == {run.state for run in runs.values()}


def test_a_replay_without_the_recording_of_a_named_source_leaves_the_others(
    recorded: tuple[Path, Sequence[Any], str], tmp_path: Path
) -> None:
    """Named, so it is not left out; it ends as failed and says which file is missing."""
    folder = tmp_path / "lacking"
    folder.mkdir()
    for file in recorded[0].iterdir():
        if file.stem != "router":
            (folder / file.name).write_bytes(file.read_bytes())
    database = open_database(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}), NOON)
    runs = synced(database, replay=folder)
    database.close()

    lacking = runs.pop("router")
    assert ("failed", True) == (
        lacking.state,
        "a recording of the source router in lacking/router.jsonl" in (lacking.message or ""),
    )
    assert {"complete"} == {run.state for run in runs.values()}
