"""Search by the clock: twelve named queries, ours against the same SQL through datasette.

Each query's variants are asked in turn, so that no single plan or page stays warm.
Ours is timed through the Python API, from an empty session to the finished page; datasette through
its JSON API on 127.0.0.1 with the very statements that ours had sent. The facets of ours are
counted from packed columns, so datasette gets the GROUP BY that gives the same counts.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import text

from catalog.database import Database, open_database
from catalog.paging import make_cursor
from catalog.search.facets import model_facets
from catalog.search.query import ModelFilter, ModelPage, search_models
from catalog.search.wanted import ModelFacets
from catalog.settings import load_settings
from catalog.snapshot.load import load_snapshot
from tests.bench.datasette import Statement, datasette, statements_of
from tests.bench.many_models import fill
from tests.bench.search_queries import NO_HIT, QUERIES, Query
from tests.databases import new_postgres_database, postgres_server

MANY = 100_000
AIM_MILLISECONDS = {"sqlite": 50.0, "postgresql": 100.0}
"""Of p95 at so many models."""
ROWS = 20
NOW = datetime(2026, 11, 24, tzinfo=UTC)


FACETS_IN_SQL = " UNION ALL ".join(
    f"SELECT * FROM (SELECT '{name}', {value}, count(*) AS n FROM model_listing"
    f" WHERE {{rows}} GROUP BY 2 ORDER BY n DESC LIMIT {most})"
    for name, value, most in (
        ("task", "task", 50),
        ("license", "license", 50),
        ("publisher", "publisher", 20),
        ("size", "parameters / 4000000000", 50),
        ("context", "context_tokens / 8192", 50),
    )
) + "".join(
    f" UNION ALL SELECT '{name}', {name}, count(DISTINCT position) FROM model_place"
    " WHERE position IN (SELECT position FROM model_listing WHERE {rows}) GROUP BY 2"
    for name in ("region", "how")
)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Milliseconds of one query; yardstick empty where there is none."""

    ours: Sequence[float]
    yardstick: Sequence[float] = ()

    @property
    def p95(self) -> float:
        """Of ours."""
        return percentile(self.ours, 95)

    def cells(self) -> list[str]:
        """p50 and p95 of ours; of the yardstick too, with the ratio of the medians."""
        ours = [f"{percentile(self.ours, share):.1f}" for share in (50, 95)]
        if not self.yardstick:
            return ours
        theirs = [percentile(self.yardstick, share) for share in (50, 95)]
        ratio = percentile(self.ours, 50) / theirs[0]
        return [*ours, *(f"{value:.1f}" for value in theirs), f"{ratio:.2f}"]


def percentile(values: Sequence[float], share: int) -> float:
    """Of at least two values, by linear interpolation."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def run(rounds: int) -> int:
    """Measure and print one table; how many queries miss their aim."""
    with tempfile.TemporaryDirectory() as folder:
        bundled = _on_sqlite(Path(folder) / "bundled", rounds, None)
        many = _on_sqlite(Path(folder) / "many", rounds, MANY)
        on_server = _on_postgresql(Path(folder) / "server", rounds)
    head = ["ms", "bundled", "", "datasette", "", "ratio", f"{MANY:,}", "", "datasette", ""]
    lines = [[*head, "ratio", "PostgreSQL", ""], ["query", *["p50", "p95", "p50", "p95", ""] * 2]]
    lines[1] += ["p50", "p95"]
    for query, *timings in zip(QUERIES, bundled, many, on_server, strict=True):
        lines.append([query.name, *(cell for timing in timings for cell in timing.cells())])
    for line in lines:
        name, *cells = line
        sys.stdout.write(f"{name:24}" + "".join(f"{cell:>11}" for cell in cells) + "\n")
    slow = 0
    for timings, (kind, aim) in zip((many, on_server), AIM_MILLISECONDS.items(), strict=True):
        missed = [q.name for q, t in zip(QUERIES, timings, strict=True) if t.p95 > aim]
        found = f"slower: {', '.join(missed)}" if missed else "all of them"
        sys.stdout.write(f"p95 at most {aim:.0f} ms on {kind} at {MANY:,} models: {found}\n")
        slow += len(missed)
    return slow


def _on_sqlite(folder: Path, rounds: int, models: int | None) -> list[Timing]:
    database = _filled(folder, None, models)
    try:
        with datasette(folder / "modelcost.db") as served:
            timings = []
            for query in QUERIES:
                filters = query.filters(invented=models is not None)
                asked = calls(database, query, filters)
                sent = [statements_of(database.engine, call) for call in asked]
                if query.facets:
                    sent = [[_facets_in_sql(wanted)] for wanted in filters]
                ours, yardstick = [], []
                for turn in range(rounds):
                    one = turn % len(asked)
                    ours.append(milliseconds(asked[one]))
                    yardstick.append(milliseconds(partial(served.ask, sent[one])))
                timings.append(Timing(ours=ours, yardstick=yardstick))
            return timings
    finally:
        database.close()


def _on_postgresql(folder: Path, rounds: int) -> list[Timing]:
    with postgres_server() as server, new_postgres_database(server) as url:
        database = _filled(folder, url, MANY)
        try:
            all_calls = [calls(database, query, query.invented) for query in QUERIES]
            return [
                Timing(ours=[milliseconds(asked[turn % len(asked)]) for turn in range(rounds)])
                for asked in all_calls
            ]
        finally:
            database.close()


def _filled(folder: Path, url: str | None, models: int | None) -> Database:
    environment = {"MODELCOST_DATA_DIR": str(folder)}
    database = open_database(
        load_settings(environment | ({"MODELCOST_DATABASE_URL": url} if url else {})), NOW
    )
    if models is None:
        load_snapshot(database, NOW)
    else:
        start = time.perf_counter()
        with database.write() as session:
            fill(session, models)
        kind = database.engine.dialect.name
        sys.stderr.write(f"{models:,} models on {kind}: {time.perf_counter() - start:.0f} s\n")
    return database


def calls(
    database: Database, query: Query, filters: Sequence[ModelFilter]
) -> list[Callable[[], object]]:
    """The query as calls without arguments, each tried once.

    Raises:
        RuntimeError: a variant finds nothing where it should, or something where it should not.
    """

    def call(wanted: ModelFilter, after: str | None) -> Callable[[], object]:
        def ask() -> ModelPage | ModelFacets:
            with database.read() as session:
                if query.facets:
                    return model_facets(session, wanted)
                return search_models(session, wanted, ROWS, after)

        answer = ask()
        found = answer.total if isinstance(answer, ModelPage) else len(answer.task)
        if (found == 0) != (query.name == NO_HIT):
            raise RuntimeError(f"{query.name}: {wanted!r} finds {found}; choose other words")
        return ask

    return [
        call(wanted, _deepest(database, wanted) if query.deepest else None) for wanted in filters
    ]


def _deepest(database: Database, wanted: ModelFilter) -> str:
    """The cursor before the last page, found from the end of the list."""
    found = text(
        "SELECT model_id FROM model_listing WHERE search_text LIKE :pattern"
        " ORDER BY position DESC LIMIT 1 OFFSET :rows"
    )
    with database.read() as session:
        values = {"pattern": f"%{wanted.q}%", "rows": ROWS}
        return make_cursor(wanted.scope, session.execute(found, values).scalar_one())


def _facets_in_sql(wanted: ModelFilter) -> Statement:
    parameters: dict[str, str] = {}
    rows = "1"
    if wanted.q:
        rows = "position IN (SELECT rowid FROM model_term WHERE model_term MATCH :q)"
        parameters = {"q": " ".join(f'"{wanted.q[at : at + 3]}"' for at in (0, 2))}
    elif wanted.has_price:
        rows = "has_price"
    return Statement(FACETS_IN_SQL.format(rows=rows), parameters)


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000
