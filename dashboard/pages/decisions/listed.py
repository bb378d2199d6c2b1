"""The list of decisions: the sealed verdict beside today's, and what comes to an end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from dash import dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.decision_heads import decision_heads, decision_owners, newest_versions
from catalog.decision_seal import SealedVersion, touched
from catalog.decisions import DecisionFilter
from catalog.errors import CursorInvalid
from dashboard.decisions.judgement import Judgement
from dashboard.decisions.listing import OF_JUDGEMENT, SORTS, Listed, Wanted, list_decisions
from dashboard.decisions.standings import Standings
from dashboard.decisions.today import Status
from dashboard.decisions.words import DecisionWords, words_of
from dashboard.pages.aria import aria
from dashboard.pages.decisions.filters import link_to, search_panel
from dashboard.pages.parts import unknown
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import DECISIONS, Visit

ROWS: Final = 50
PATIENCE_SECONDS: Final = 1.0
"""A page waits so long for what is not judged yet; the rest comes while it is read."""
TICK_MILLISECONDS: Final = 1_500
TAGS: Final[Mapping[Status, str]] = {
    Status.HOLDS: "tag good",
    Status.FLIPPED: "tag bad",
    Status.CHECK: "tag warn",
    Status.BROKEN: "tag bad",
}
COLUMNS: Final = (
    ("title", True),
    ("status", True),
    ("then", True),
    ("now", True),
    ("margin", False),
    ("moves", False),
    ("retirement", True),
    ("commitment", True),
    ("owner", True),
    ("sealed", True),
)
"""Columns by name, and whether they hold text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A decision with its sealed version, and how it stands; None: not judged yet."""

    version: SealedVersion
    judgement: Judgement | None
    words: DecisionWords


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """What an address asks for, read from the catalog. old_link: its place is not valid any more.
    everything: decisions on the list, whatever is asked."""

    reader: Reader
    asked: Mapping[str, str]
    found: Listed
    lines: tuple[Line, ...]
    old_link: bool
    everything: int


def draw_list(visit: Visit, database: Database, standings: Standings) -> Component:
    """The page at an address: `q`, `owner`, `status`, `sort`, `removed`, `after`."""
    drawn = read_list(visit, database, standings, PATIENCE_SECONDS)
    reader, asked = drawn.reader, drawn.asked
    texts = reader.texts
    with database.read() as session:
        owners = decision_owners(session)
    searched = drawn.everything or asked.get("removed") == "true"
    return html.Div(
        [
            header(texts, visit.search, visit.path),
            dcc.Store(id="decisions-drawn", data=state_of(drawn)),
            dcc.Store(id="decisions-language", data=visit.language),
            dcc.Interval(
                id="decisions-tick",
                interval=TICK_MILLISECONDS,
                disabled=drawn.found.is_complete,
            ),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("decisions.title"), className="page-title"),
                            html.P(texts("decisions.intro"), className="subline"),
                        ],
                        className="page-head",
                    ),
                    *([search_panel(reader, asked, owners)] if searched else []),
                    html.Div(progress(drawn), id="decisions-progress"),
                    html.Div(found_part(drawn), id="decisions-found"),
                ],
                id="content",
                className="paper",
                tabIndex=-1,
            ),
        ],
        id="decisions",
    )


def read_list(visit: Visit, database: Database, standings: Standings, seconds: float) -> Drawn:
    """What the address of a visit asks for. seconds: to wait for judgements, at most."""
    reader = reader_of(visit)
    asked = dict(visit.parameters)
    chosen = DecisionFilter(
        q=asked.get("q", ""),
        owner=asked.get("owner") or None,
        removed=asked.get("removed") == "true",
    )
    sort, status = asked.get("sort", ""), asked.get("status", "")
    wanted = Wanted(
        filter=chosen,
        status=Status(status) if status in set(Status) else None,
        sort=sort if sort.removeprefix("-") in SORTS else "sealed",
        ahead=True,
        wait_seconds=seconds,
    )
    old_link = False
    with database.read() as session:
        heads = decision_heads(session, chosen)
        everything = len(heads)
        if chosen != DecisionFilter():
            everything = len(decision_heads(session, DecisionFilter()))
    try:
        found = list_decisions(standings, heads, wanted, ROWS, asked.get("after") or None)
    except CursorInvalid:
        found, old_link = list_decisions(standings, heads, wanted, ROWS), True
    lines = tuple(_lines(database, standings, found, visit.language))
    return Drawn(
        reader=reader,
        asked=asked | {"sort": wanted.sort},
        found=found,
        lines=lines,
        old_link=old_link,
        everything=everything,
    )


def state_of(drawn: Drawn) -> list[Any]:
    """What the list shows, to tell whether it has to be drawn anew."""
    rows = [
        [one.version.sha256, None if one.judgement is None else one.judgement.status.value]
        for one in drawn.lines
    ]
    return [rows, drawn.found.next]


def progress(drawn: Drawn) -> list[Component]:
    """How many are judged, while some are not; else how many have each status."""
    texts, fmt, found = drawn.reader.texts, drawn.reader.fmt, drawn.found
    if not found.of:
        return []
    done, of = (fmt.exact_count(Decimal(one)) for one in (found.judged, found.of))
    said = texts("decisions.list.judged", done=done, of=of)
    counts = [
        texts(
            "decisions.list.count",
            status=texts(f"decisions.status.{status.value}"),
            count=fmt.exact_count(Decimal(count)),
        )
        for status, count in found.counts.items()
        if count
    ]
    parts: list[Component] = []
    if not found.is_complete:
        label = aria(label=said)
        parts.append(html.Progress(value=str(found.judged), max=str(found.of), **label))
        parts.append(html.Span(said, role="status"))
        if drawn.asked.get("status") or drawn.asked["sort"].removeprefix("-") in OF_JUDGEMENT:
            parts.append(html.Span(texts("decisions.list.so_far"), className="small"))
    parts.append(html.Span(texts("decisions.comma").join(counts), className="small"))
    return [html.Div(parts, className="judged")]


def found_part(drawn: Drawn) -> list[Component]:
    """The table with the way to further pages, or why there is nothing in it."""
    texts = drawn.reader.texts
    remark = [html.P(texts("decisions.list.old_link"), className="caution")]
    body = _table(drawn) if drawn.lines else [_nothing(drawn)]
    more = [] if drawn.found.next is None else [_older(drawn, drawn.found.next)]
    return [*(remark if drawn.old_link else []), *body, *more]


def status_tag(status: Status, words: DecisionWords) -> Component:
    """Holds, flipped, check or broken, in words and color."""
    return html.Span(words.status(status), className=TAGS[status])


def _lines(database: Database, standings: Standings, found: Listed, language: str) -> list[Line]:
    """With the records as they are now: one that was touched after it was judged is said to be."""
    with database.read() as session:
        versions = newest_versions(session, [one.head.id for one in found.rows])
    lines = []
    for row in found.rows:
        version, previous = versions[row.head.id]
        judgement = row.judgement
        seen = None if judgement is None else judgement.status
        if seen not in (None, Status.BROKEN) and touched(version, previous):
            standings.forget(row.head)
            judgement = standings.awaited([row.head], PATIENCE_SECONDS).get(row.head.id)
        lines.append(Line(version=version, judgement=judgement, words=words_of(language, version)))
    return lines


def _table(drawn: Drawn) -> list[Component]:
    reader, found = drawn.reader, drawn.found
    texts, fmt = reader.texts, reader.fmt
    caption = texts.counted("decisions.list.caption", found.total)
    if found.total > len(drawn.lines):
        caption = texts(
            "decisions.list.part",
            first=fmt.exact_count(Decimal(found.first)),
            last=fmt.exact_count(Decimal(found.first + len(drawn.lines) - 1)),
            count=fmt.exact_count(Decimal(found.total)),
        )
    heads = [_head(drawn, name, is_text) for name, is_text in COLUMNS]
    grid = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr(heads)),
            html.Tbody([_row(reader, one) for one in drawn.lines]),
        ],
        className="figures decisions-list",
    )
    frame: dict[str, Any] = {"className": "scroll", "tabIndex": 0, "role": "region"}
    return [
        html.Section(
            html.Div(grid, **frame, **aria(label=caption)),
            className="panel",
            **aria(label=texts("decisions.title")),
        )
    ]


def _head(drawn: Drawn, name: str, is_text: bool) -> Component:
    sort = drawn.asked["sort"]
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
    target = f"-{name}" if sort == name else name
    arrow = {"ascending": " ▲", "descending": " ▼"}.get(direction or "", "")
    texts = drawn.reader.texts
    link = html.A(
        [texts(f"decisions.column.{name}"), html.Span(arrow, **aria(hidden="true"))],
        href=link_to(drawn.reader, drawn.asked, sort=target, after=""),
        className="sort-link",
        title=texts.optional(f"decisions.column.{name}.hint"),
    )
    said = {} if direction is None else aria(sort=direction)
    return html.Th(link, scope="col", className="text" if is_text else None, **said)


def _row(reader: Reader, line: Line) -> Component:
    version, texts = line.version, reader.texts
    link = html.A(
        version.title,
        href=reader.visit.link(f"{DECISIONS}/{version.decision_id}"),
        className="cell-link",
        lang="en",
    )
    number = texts("decisions.version", number=str(version.number))
    cells = [
        *_standing(reader, line),
        html.Span(version.owner, lang="en"),
        reader.fmt.date(version.sealed_at.date()),
    ]
    # On a narrow screen a row is a card, and each cell carries the name of its column.
    named = [
        html.Td(
            cell,
            className="text" if is_text else None,
            **cast(Any, {"data-label": texts(f"decisions.column.{name}")}),
        )
        for (name, is_text), cell in zip(COLUMNS[1:], cells, strict=True)
    ]
    return html.Tr(
        [
            html.Th([link, html.Span(number, className="small")], scope="row", className="text"),
            *named,
        ]
    )


def _standing(reader: Reader, line: Line) -> list[Any]:
    """What stands in the cells from the status to the end of a commitment."""
    words, one, then = line.words, line.judgement, _then(line, reader)
    if one is None:
        return [html.Span(reader.texts("decisions.not_judged"), className="tag"), then, *["…"] * 5]
    why = [html.Span(words.why(reason), className="small") for reason in one.reasons[:1]]
    margin = unknown(reader.texts) if one.margin is None else words.share(one.margin)
    moves = unknown(reader.texts) if one.moves is None else str(one.moves)
    return [
        html.Div([status_tag(one.status, words), *why]),
        then,
        words.verdict_now(one.now),
        margin,
        moves,
        _day(reader, one.retirement),
        _day(reader, one.commitment),
    ]


def _then(line: Line, reader: Reader) -> Any:
    try:
        return line.words.verdict(line.version.section("answer"))
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
        return unknown(reader.texts)


def _day(reader: Reader, day: date | None) -> Any:
    return unknown(reader.texts) if day is None else reader.fmt.date(day)


def _nothing(drawn: Drawn) -> Component:
    """No decision at all, and how to save one; none that the filters let through; or none yet."""
    reader, asked = drawn.reader, drawn.asked
    texts = reader.texts
    parts: list[Component]
    if not drawn.found.is_complete:
        parts = [html.H2(texts("decisions.list.none_yet"))]
    elif drawn.everything or any(asked.get(one) for one in ("q", "owner", "status", "removed")):
        link = html.A(
            texts("decisions.list.all"), href=reader.visit.link(DECISIONS), className="button quiet"
        )
        parts = [html.H2(texts("decisions.list.none_found")), html.P(link)]
    else:
        link = html.A(
            texts("decisions.empty.begin"), href=reader.visit.link("/"), className="button"
        )
        parts = [
            html.H2(texts("decisions.empty")),
            html.P(texts("decisions.empty.why"), className="subline"),
            html.Ol(
                [html.Li(texts(f"decisions.empty.step.{number}")) for number in (1, 2, 3)],
                className="tight",
            ),
            html.P(link),
        ]
    return html.Section(parts, className="empty panel decisions-empty")


def _older(drawn: Drawn, after: str) -> Component:
    text = drawn.reader.texts("decisions.list.next")
    link = html.A(text, href=link_to(drawn.reader, drawn.asked, after=after), className="text-link")
    return html.P(link)
