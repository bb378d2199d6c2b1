"""The yardstick of search: the same SQL, asked of a local datasette through its JSON API."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Engine, event

from tests.servers import free_port

MILLISECONDS_AT_MOST = 20_000
START_ATTEMPTS = 3_000


class Statement(NamedTuple):
    """SQL with named parameters, all of them texts: numbers stand in the SQL itself."""

    sql: str
    parameters: dict[str, str]


def statements_of(engine: Engine, run: Callable[[], object]) -> list[Statement]:
    """The SELECT statements that a call sends to a SQLite engine, in order."""
    sent: list[Statement] = []

    def keep(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
        sent.append(_named(sql, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        run()
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    return [statement for statement in sent if statement.sql.startswith("SELECT")]


def _named(sql: str, values: Sequence[Any]) -> Statement:
    parameters: dict[str, str] = {}
    left = iter(values)

    def place(_found: re.Match[str]) -> str:
        value = next(left)
        if isinstance(value, int | float):
            return repr(value)
        name = f"p{len(parameters)}"
        parameters[name] = str(value)
        return f":{name}"

    return Statement(re.sub(r"\?", place, sql), parameters)


class Datasette:
    """A served file, over one kept connection."""

    def __init__(self, port: int, database: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._path = f"/{database}.json"

    def ask(self, statements: Sequence[Statement]) -> list[Any]:
        """The rows of each statement. Raises on any status but 200."""
        answers = []
        for statement in statements:
            query = urlencode({"sql": statement.sql, "_shape": "arrays", **statement.parameters})
            self._connection.request("GET", f"{self._path}?{query}")
            response = self._connection.getresponse()
            content = response.read()
            if response.status != http.client.OK:
                raise RuntimeError(f"datasette answered {response.status}: {content[:300]!r}")
            answers.append(json.loads(content)["rows"])
        return answers

    def close(self) -> None:
        """Let go of the connection; the next question opens a new one."""
        self._connection.close()


@contextmanager
def datasette(file: Path) -> Iterator[Datasette]:
    """Serve a SQLite file on 127.0.0.1 until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", str(file), "--port", str(port)]
    command += ["--setting", "sql_time_limit_ms", str(MILLISECONDS_AT_MOST)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        served = Datasette(port, file.stem)
        for _ in range(START_ATTEMPTS):
            try:
                served.ask([Statement("SELECT 1", {})])
                break
            except ConnectionError:
                served.close()
                try:
                    process.wait(timeout=0.01)
                except subprocess.TimeoutExpired:
                    continue
                raise RuntimeError("datasette ended at its start") from None
        yield served
        served.close()
    finally:
        process.terminate()
        process.wait(timeout=30)
