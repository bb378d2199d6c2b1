"""How fresh each source is, what runs now, and what the catalog is before any sync."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.price_queries import catalog_summary
from catalog.snapshot.layout import SNAPSHOT_FOLDER
from catalog.snapshot.read import read_manifest
from catalog.sync.activity import Activity, running_sync
from catalog.sync.names import LIVE, SOURCES
from catalog.sync.runs import Freshness, Run, list_freshness
from catalog.views import CatalogSummary
from dashboard.pages.aria import aria
from dashboard.pages.command import command
from dashboard.pages.parts import facts, table, unknown
from dashboard.pages.reader import Reader


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncState:
    """What the database says of the sync at one moment.

    Attributes:
        fresh: each source that ever ran, by name. activity: the sync that runs; None: none does.
        summary: what the catalog holds. built_on: day of the bundled snapshot.
    """

    now: datetime
    fresh: Mapping[str, Freshness]
    activity: Activity | None
    summary: CatalogSummary
    built_on: date

    @property
    def is_running(self) -> bool:
        """Whether a sync runs now."""
        return self.activity is not None

    @property
    def sources(self) -> Sequence[str]:
        """The live ones, and whatever else ran, in the order of a sync."""
        return [name for name in SOURCES if name in LIVE or name in self.fresh]

    def is_under_way(self, run: Run) -> bool:
        """Whether a run that is not ended is really being read, and was not cut off."""
        return run.state == "running" and self.is_running


def read_state(session: Session, now: datetime) -> SyncState:
    """Ask the database."""
    return SyncState(
        now=now,
        fresh={one.source: one for one in list_freshness(session, now)},
        activity=running_sync(session, now),
        summary=catalog_summary(session),
        built_on=read_manifest(SNAPSHOT_FOLDER)[0].built_on,
    )


def freshness_panel(
    reader: Reader, state: SyncState, *, has_ended: bool = False
) -> list[Component]:
    """The head of the page: the finding, what runs now, every source."""
    texts = reader.texts
    head: list[Component] = [html.H1(_finding(reader, state), className="page-title")]
    names = _not_fresh(reader, state)
    if names:
        head.append(html.P(names, className="subline"))
    if state.fresh or state.is_running:
        head.append(html.P(texts("sync.intro"), className="subline"))
    else:
        head += _before_any(reader, state)
    if state.is_running:
        head.append(_running(reader, state))
    elif has_ended:
        link = html.A(texts("sync.reload"), href=f"/sync{reader.visit.search}", className="button")
        ended = [html.P(texts("sync.has_ended")), html.Div(link)]
        head.append(html.Div(ended, className="sync-note", role="status"))
    if not state.fresh:
        return [_section(reader, [*head, _sources_before(reader, state)])]
    heads = [
        (texts("sync.source"), True),
        (texts("sync.state"), True),
        (texts("sync.complete_at"), True),
        (texts("sync.rows"), False),
        (texts("sync.gone"), False),
        (texts("sync.unread"), False),
        (texts("sync.last_run"), True),
    ]
    rows = [_row(reader, state, name) for name in state.sources]
    shown = table(heads, rows, caption=texts("sync.sources.caption"))
    return [_section(reader, [*head, html.Div(shown, className="sync-sources")])]


def _section(reader: Reader, body: list[Component]) -> Component:
    return html.Section(body, className="panel", **aria(label=reader.texts("sync.sources")))


def _sources_before(reader: Reader, state: SyncState) -> Component:
    """What each source is and how to read it alone, where nothing was read yet."""
    texts = reader.texts
    heads = [(texts("sync.source"), True), (texts("sync.alone"), True)]
    rows: list[tuple[dict[str, Any], Sequence[Any]]] = [
        (
            {},
            (
                _named(reader, name),
                command(texts, f"modelcost sync {name}"),
            ),
        )
        for name in state.sources
    ]
    shown = table(heads, rows, caption=texts("sync.sources.caption"))
    return html.Div(shown, className="sync-sources")


def _finding(reader: Reader, state: SyncState) -> str:
    """How many live sources are fresh, and which are not."""
    texts = reader.texts
    if not state.fresh:
        return texts("sync.head.never", day=reader.fmt.date(state.built_on))
    fresh = [name for name in LIVE if name in state.fresh and not state.fresh[name].stale]
    return texts.counted("sync.head", len(fresh), all=str(len(LIVE)))


def _not_fresh(reader: Reader, state: SyncState) -> str:
    """The live sources that are stale or never ran, by name; empty before any sync."""
    texts = reader.texts
    if not state.fresh:
        return ""
    stale = [name for name in LIVE if name in state.fresh and state.fresh[name].stale]
    never = [name for name in LIVE if name not in state.fresh]
    parts = []
    for message, names in (("sync.head.stale", stale), ("sync.head.unsynced", never)):
        if names:
            told = texts("sync.list").join(names)
            parts.append(texts(message, names=told))
    return texts("space").join(parts)


def _before_any(reader: Reader, state: SyncState) -> list[Component]:
    texts, fmt, summary = reader.texts, reader.fmt, state.summary
    oldest, newest = (
        texts("table.undated") if day is None else fmt.date(day)
        for day in (summary.oldest_as_of, summary.newest_as_of)
    )
    counts = [
        (texts("sync.empty.models"), fmt.exact_count(Decimal(summary.models))),
        (texts("sync.empty.hosts"), fmt.exact_count(Decimal(summary.instances))),
        (texts("sync.empty.prices"), fmt.exact_count(Decimal(summary.prices))),
        (texts("sync.empty.dates"), texts("sync.from_to", start=oldest, end=newest)),
    ]
    return [
        html.P(texts("sync.empty.what"), className="subline"),
        facts(counts),
        html.Div(
            [
                html.P(texts("sync.empty.do")),
                command(texts, "modelcost sync"),
                html.P(texts("sync.empty.every")),
                command(texts, "modelcost serve --sync-every 6h"),
            ],
            className="sync-note",
        ),
    ]


def _running(reader: Reader, state: SyncState) -> Component:
    """What is being read now; the last sign of life where the database keeps one."""
    texts, fmt = reader.texts, reader.fmt
    runs = [one.last for one in state.fresh.values() if state.is_under_way(one.last)]
    lines: list[Any] = [html.B(texts("sync.running"))]
    for run in sorted(runs, key=lambda one: one.started_at)[-1:]:
        told = texts(
            "sync.running.source",
            source=run.source,
            rows=fmt.exact_count(Decimal(run.rows_read)),
            span=fmt.span(state.now - run.started_at),
        )
        lines.append(html.Span(told))
    beat = state.activity.beat_at if state.activity else None
    if beat is not None:
        span = fmt.span(max(state.now - beat, state.now - state.now))
        lines.append(html.Span(texts("sync.running.beat", span=span), className="small"))
    return html.Div(lines, className="sync-note running", role="status")


def _row(reader: Reader, state: SyncState, name: str) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts, fmt = reader.texts, reader.fmt
    known = state.fresh.get(name)
    title = _named(reader, name)
    if known is None:
        never = [
            html.Span(texts("sync.never"), className="tag quiet"),
            command(texts, f"modelcost sync {name}"),
        ]
        return {}, (title, never, *[unknown(texts)] * 5)
    complete: Any = unknown(texts)
    if known.complete_at is not None:
        span = fmt.span(state.now - known.complete_at)
        complete = [
            fmt.moment(known.complete_at),
            html.Span(texts("sync.ago", span=span), className="small"),
        ]
    return {}, (
        title,
        _state(reader, state, known),
        complete,
        fmt.exact_count(Decimal(known.rows)),
        fmt.exact_count(Decimal(known.gone)),
        fmt.exact_count(Decimal(known.unread)),
        _last(reader, state, known.last),
    )


def _named(reader: Reader, name: str) -> list[Component]:
    """A source as commands call it, and what it is."""
    what = html.Span(reader.texts(f"sync.source.{name}"), className="small")
    return [html.Span(name, lang="en"), what]


def _state(reader: Reader, state: SyncState, known: Freshness) -> list[Component]:
    """Fresh or stale, and why, in words."""
    texts = reader.texts
    if known.stale_because is None:
        return [html.Span(texts("sync.fresh"), className="tag good")]
    span = "" if known.complete_at is None else reader.fmt.span(state.now - known.complete_at)
    because = texts(f"sync.stale.{known.stale_because}", span=span)
    return [
        html.Span(texts("sync.stale"), className="tag"),
        html.Span(because, className="small"),
        *(
            []
            if state.is_under_way(known.last)
            else [command(texts, f"modelcost sync {known.source}")]
        ),
    ]


def _last(reader: Reader, state: SyncState, run: Run) -> list[Any]:
    parts: list[Any] = [run_state(reader, state, run)]
    when = run.ended_at or run.started_at
    parts.append(html.Span(reader.fmt.moment(when), className="small"))
    if run.message:
        parts.append(html.Span(run.message, className="small", lang="en"))
    return parts


def run_state(reader: Reader, state: SyncState, run: Run) -> Component:
    """The state of a run in words; one that nobody reads on any more was cut off."""
    texts = reader.texts
    if state.is_under_way(run):
        span = reader.fmt.span(state.now - run.started_at)
        return html.Span(texts("sync.run.running", span=span))
    name = "cut_off" if run.state == "running" else run.state
    return html.Span(texts(f"sync.run.{name}"))
