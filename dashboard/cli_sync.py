"""`modelcost sync`: live sources into the catalog, with progress, and what came of it."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.pauses import read_pause
from dashboard.terminal import FAILED, guarded, opened_catalog, read_settings, show

if TYPE_CHECKING:
    from catalog.database import Database
    from catalog.sync.job import SyncOptions
    from catalog.sync.runs import Run
    from catalog.sync.writing import Progress

Names = Annotated[
    list[str] | None,
    typer.Argument(help="sources, such as azure_retail huggingface; none: all that are live"),
]


def add_sync_command(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(sync)


def sync(
    names: Names = None,
    full: Annotated[bool, typer.Option("--full", help="everything, not only what changed")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="read and compare, write nothing")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume/--no-resume", help="go on with a run that was cut off")
    ] = True,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="what changed from this day on")
    ] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, help="requests in all")] = None,
    max_minutes: Annotated[float, typer.Option(min=0.01, help="for all sources together")] = 120.0,
    record: Annotated[Path | None, typer.Option(help="keep all answers in this folder")] = None,
    replay: Annotated[Path | None, typer.Option(help="answer from this folder, ask nobody")] = None,
    every: Annotated[str | None, typer.Option(help="again and again, such as 6h or 30m")] = None,
    accept_missing: Annotated[
        bool, typer.Option("--accept-missing", help="believe a list that lost over a tenth")
    ] = False,
    held: Annotated[
        bool, typer.Option("--held", help="list prices that wait for a decision")
    ] = False,
    accept: Annotated[str | None, typer.Option(help="take a held price, by its id")] = None,
    refuse: Annotated[str | None, typer.Option(help="never take a held price, by its id")] = None,
    status: Annotated[bool, typer.Option("--status", help="how fresh each source is")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON and nothing else")] = False,
) -> None:
    """Read live sources into the catalog; what they no longer say is kept as history."""

    def run() -> None:
        if held or accept or refuse:
            _held(accept, refuse, as_json)
        elif status:
            _status(as_json)
        else:
            if record is not None and replay is not None:
                raise ValueError("--record and --replay exclude each other: choose one")
            pause = None if every is None else read_pause(every, "--every")
            options: dict[str, Any] = {
                "full": full,
                "dry_run": dry_run,
                "resume": resume,
                "since": None if since is None else since.replace(tzinfo=UTC),
                "accept_missing": accept_missing,
            }
            reach = {
                "seconds": max_minutes * 60,
                "most_requests": max_requests,
                "record": record,
                "replay": replay,
            }
            _repeat(lambda: _once(names or [], options, reach, as_json), pause)

    guarded(run)


def _repeat(once: Callable[[], bool], pause: timedelta | None) -> None:
    while True:
        well = once()
        if pause is None:
            if not well:
                raise typer.Exit(FAILED)
            return
        sys.stderr.write(f"next sync at {datetime.now(UTC) + pause:%Y-%m-%d %H:%M} UTC\n")
        time.sleep(pause.total_seconds())


def _once(
    names: Sequence[str], options: dict[str, Any], reach: dict[str, Any], as_json: bool
) -> bool:
    """One sync; whether every source ended well."""
    from catalog.sync.job import SyncOptions

    with opened_catalog() as catalog:
        runs = sync_catalog(catalog, names, SyncOptions(**options), reach, progress_for(sys.stderr))
    if as_json:
        import json

        document = {"items": [run.model_dump(mode="json") for run in runs], "total": len(runs)}
        show(json.dumps({**document, "next": None}, ensure_ascii=False, indent=2))
    else:
        show(_summary(runs))
    return all(run.state == "complete" for run in runs)


def sync_catalog(
    catalog: "Database",
    names: Sequence[str],
    options: "SyncOptions",
    reach: dict[str, Any],
    progress: "Progress",
) -> "list[Run]":
    """Sync an open catalog by the settings of this process.

    reach: fields of `catalog.sync.chosen.Reach`, those that the clock fills left out.
    """
    from catalog.sources.live_wire import SystemClock
    from catalog.sources.recorded_wire import recorded_moment
    from catalog.sync.chosen import Reach, chosen_sources
    from catalog.sync.job import run_sync

    replay = reach.get("replay")
    moment = datetime.now(UTC) if replay is None else recorded_moment(replay)
    settings = read_settings()
    with catalog.read() as session:
        sources = chosen_sources(
            session, settings, names, Reach(now=moment, clock=SystemClock(), **reach)
        )

    def now() -> datetime:
        return moment if replay is not None else datetime.now(UTC)

    return run_sync(catalog, sources, options, now, progress)


def progress_for(stream: Any) -> "Progress":
    """A bar where a person looks on, plain lines elsewhere."""
    from dashboard.sync_progress import Bar, Lines

    return Bar() if stream.isatty() else Lines(stream)


def _summary(runs: "Sequence[Run]") -> str:
    from dashboard.report import table

    if not runs:
        return "Nothing to sync."
    rows = [
        [
            run.source,
            run.state,
            str(run.rows_read),
            str(run.rows_new),
            str(run.rows_changed),
            str(run.rows_gone),
            str(run.rows_unread),
            str(run.rows_held),
            str(run.requests),
        ]
        for run in runs
    ]
    columns = ["source", "state", "read", "new", "changed", "gone", "unread", "held", "requests"]
    messages = [f"{run.source}: {run.message}" for run in runs if run.message]
    return "\n\n".join(part for part in (table(columns, rows), "\n".join(messages)) if part)


def _status(as_json: bool) -> None:
    from catalog.sync.runs import list_freshness
    from dashboard.report import table

    with opened_catalog() as catalog, catalog.read() as session:
        found = list_freshness(session, datetime.now(UTC))
    if as_json:
        import json

        items = [one.model_dump(mode="json") for one in found]
        show(json.dumps({"items": items, "total": len(items), "next": None}, indent=2))
        return
    if not found:
        show("No source was synced yet. Begin with: modelcost sync")
        return
    rows = [
        [
            one.source,
            "never" if one.complete_at is None else f"{one.complete_at:%Y-%m-%d %H:%M}",
            "stale" if one.stale else "fresh",
            str(one.rows),
            str(one.gone),
            str(one.unread),
            one.last.state,
            one.last.message or "",
        ]
        for one in found
    ]
    columns = ["source", "complete (UTC)", "", "rows", "gone", "unread", "last run", "because"]
    show(table(columns, rows))


def _held(accept: str | None, refuse: str | None, as_json: bool) -> None:
    from catalog.sync.held import decide, list_held
    from dashboard.report import table

    with opened_catalog() as catalog:
        if accept or refuse:
            with catalog.write() as session:
                if accept:
                    decide(session, accept, "accepted", datetime.now(UTC))
                if refuse:
                    decide(session, refuse, "refused", datetime.now(UTC))
        with catalog.read() as session:
            found = list_held(session)
    if as_json:
        import json

        items = [one.model_dump(mode="json") for one in found]
        show(json.dumps({"items": items, "total": len(items), "next": None}, indent=2))
        return
    if not found:
        show("No price waits for a decision.")
        return
    rows = [[one.id, one.source, one.key, one.old_amount, one.new_amount] for one in found]
    show(table(["id", "source", "price", "before, for one unit", "now"], rows))
