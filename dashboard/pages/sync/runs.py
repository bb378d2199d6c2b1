"""The last runs as a table."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.sync.runs import Run
from catalog.views import Page
from dashboard.pages.aria import aria
from dashboard.pages.parts import table, unknown
from dashboard.pages.reader import Reader
from dashboard.pages.sync.freshness import SyncState, run_state

COUNTS = ("rows_read", "rows_new", "rows_changed", "rows_gone", "rows_unread", "rows_held")


def runs_panel(reader: Reader, runs: Page[Run], state: SyncState) -> Component:
    """The panel; older runs are read by REST."""
    texts = reader.texts
    heads = [
        (texts("sync.begun"), True),
        (texts("sync.source"), True),
        (texts("sync.state"), True),
        *[(texts(f"sync.count.{name}"), False) for name in COUNTS],
        (texts("sync.count.requests"), False),
        (texts("sync.took"), True),
    ]
    rows = [_row(reader, state, run) for run in runs.items]
    body: list[Component] = [table(heads, rows, caption=texts("sync.runs.caption"))]
    older = runs.total - len(runs.items)
    if older > 0:
        address = html.A("/api/v1/sync-runs", href="/api/v1/sync-runs", className="text-link")
        body.append(html.P([texts.counted("sync.runs.older", older), " ", address]))
    return html.Section(
        [html.H2(texts("sync.runs")), *body],
        className="panel",
        id="runs",
        **aria(label=texts("sync.runs")),
    )


def _row(reader: Reader, state: SyncState, run: Run) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts, fmt = reader.texts, reader.fmt
    took: Any = unknown(texts)
    if run.ended_at is not None:
        took = fmt.span(run.ended_at - run.started_at)
    told: list[Any] = [run_state(reader, state, run)]
    told.append(html.Span(texts(f"sync.mode.{run.mode}"), className="small"))
    if run.message:
        told.append(html.Span(run.message, className="small", lang="en"))
    counts = [fmt.exact_count(Decimal(getattr(run, name))) for name in (*COUNTS, "requests")]
    return {}, (fmt.moment(run.started_at), html.Span(run.source, lang="en"), told, *counts, took)
