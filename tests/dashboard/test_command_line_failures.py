"""What stops the command line from outside: exit code 3 and one sentence, never a traceback."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.dashboard.commands import call, refusal, run
from tests.servers import free_port


@pytest.fixture
def used_port() -> Iterator[int]:
    """A port of 127.0.0.1 on which somebody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path, used_port: int) -> None:
    """As a process: 3, the port, and what to do; the data folder is not even made."""
    told = run("serve", "--port", str(used_port), folder=tmp_path / "data")

    [found] = refusal(told, 3)
    assert f"Port {used_port} of 127.0.0.1 is in use" in found
    assert "--port" in found
    assert not (tmp_path / "data").exists()


def test_an_address_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """Loopback by its number, on a network that this machine does not have."""
    told = call("serve", "--host", "::1%nowhere", "--port", "0", folder=tmp_path / "data")

    [found] = refusal(told, 3)
    assert "::1%nowhere cannot be used" in found


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "", "127.0.0.1.x"])
def test_serving_where_others_can_reach_it_is_refused(tmp_path: Path, host: str) -> None:
    """There is no sign-in yet."""
    told = call("serve", "--host", host, "--port", "0", folder=tmp_path / "data")

    [found] = refusal(told, 3)
    assert f"found {host!r}" in found
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "arguments",
    [("break-even", "article"), ("models",), ("db", "upgrade"), ("serve", "--port", "0")],
)
def test_a_data_folder_that_cannot_be_made_is_said(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """A file stands in its place, which stops the administrator too."""
    (tmp_path / "data").write_text("in the way")

    [found] = refusal(call(*arguments, folder=tmp_path / "data"), 3)

    assert str(tmp_path / "data") in found
    assert "MODELCOST_DATA_DIR" in found


@pytest.mark.parametrize("arguments", [("break-even", "article"), ("serve", "--port", "0")])
def test_a_database_of_a_newer_version_is_left_alone(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """3, and what to do; the file keeps its revision."""
    assert 0 == call("db", "upgrade", folder=tmp_path).exit_code
    with closing(sqlite3.connect(tmp_path / "modelcost.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    [found] = refusal(call(*arguments, folder=tmp_path), 3)

    assert "newer version" in found
    with closing(sqlite3.connect(tmp_path / "modelcost.db")) as database:
        assert [("9999",)] == database.execute("SELECT * FROM alembic_version").fetchall()


def test_a_database_that_does_not_answer_or_is_none_is_said(tmp_path: Path) -> None:
    """A server that is not there; a file of another kind in the database's place."""
    url = f"postgresql://me:s3cr3t@127.0.0.1:{free_port()}/costs"
    silent = call("models", folder=tmp_path, MODELCOST_DATABASE_URL=url)
    (tmp_path / "modelcost.db").write_text("a letter")

    foreign = call("models", folder=tmp_path)

    assert "MODELCOST_DATABASE_URL" in refusal(silent, 3)[0]
    assert "file of another kind" in refusal(foreign, 3)[0]
    assert "s3cr3t" not in silent.stderr
