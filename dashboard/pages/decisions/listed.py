"""The list of decisions: the sealed verdict beside today's, and what comes to an end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.decisions import Decision, DecisionFilter, page_decisions
from catalog.errors import CursorInvalid
from dashboard.decisions.opened import open_decision
from dashboard.decisions.today import Status, Today, today_of
from dashboard.decisions.words import DecisionWords, words_of
from dashboard.pages.aria import aria
from dashboard.pages.parts import unknown
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import DECISIONS, Visit

ROWS: Final = 50
"""Decisions that are held against today at once; older ones are on a page of their own."""
TAGS: Final[Mapping[Status, str]] = {
    Status.HOLDS: "tag good",
    Status.FLIPPED: "tag bad",
    Status.CHECK: "tag warn",
    Status.BROKEN: "tag bad",
}
_URGENT: Final = (Status.BROKEN, Status.FLIPPED, Status.CHECK, Status.HOLDS)
LATE: Final = "9999"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A decision with how it stands."""

    decision: Decision
    today: Today
    words: DecisionWords

    def end(self, *, commitment: bool) -> str | None:
        """The day of its next end, ISO; None where none is known."""
        for one in self.today.ends:
            if (one.what == "commitment") is commitment:
                return one.on.isoformat()
        return None


COLUMNS: Final[tuple[tuple[str, bool, Callable[[Line], Any]], ...]] = (
    ("title", True, lambda line: line.decision.newest.title.casefold()),
    ("status", True, lambda line: _URGENT.index(line.today.status)),
    ("then", True, lambda line: str(line.today.answer.get("at_workload", {}).get("cheapest"))),
    ("now", True, lambda line: line.words.verdict_now(line.today)),
    ("moves", False, lambda line: -len(line.today.moved)),
    ("retirement", True, lambda line: line.end(commitment=False) or LATE),
    ("commitment", True, lambda line: line.end(commitment=True) or LATE),
    ("owner", True, lambda line: line.decision.newest.owner.casefold()),
    ("sealed", True, lambda line: -line.decision.newest.sealed_at.timestamp()),
)
"""Columns by name: whether they hold text, and what they are sorted by."""


def draw_list(visit: Visit, database: Database) -> Component:
    """The page at an address: `q`, `status`, `sort`, `removed`, `after`."""
    reader = reader_of(visit)
    asked = dict(visit.parameters)
    wanted = DecisionFilter(q=asked.get("q", ""), removed=asked.get("removed") == "true")
    remark: list[Component] = []
    with database.read() as session:
        everything = page_decisions(session, DecisionFilter(), 1).total
        try:
            page = page_decisions(session, wanted, ROWS, asked.get("after"))
        except CursorInvalid:
            remark = [html.P(reader.texts("decisions.list.old_link"), className="caution")]
            page = page_decisions(session, wanted, ROWS)
    lines = [_line(database, one, visit.language) for one in page.items]
    shown = [one for one in lines if asked.get("status") in (None, "", one.today.status.value)]
    body = _found(reader, shown, asked) if shown else [_nothing(reader, everything, asked)]
    more = [] if page.next is None else [_older(reader, page.next, asked)]
    texts = reader.texts
    return html.Div(
        [
            header(texts, visit.search, visit.path),
            html.Main(
                [
                    html.Div(
                        [
                            html.H1(texts("decisions.title"), className="page-title"),
                            html.P(texts("decisions.intro"), className="subline"),
                        ],
                        className="page-head",
                    ),
                    *remark,
                    *([_search(reader, asked)] if everything or wanted.removed else []),
                    *body,
                    *more,
                ],
                id="content",
                className="paper",
                tabIndex=-1,
            ),
        ],
        id="decisions",
    )


def status_tag(today: Today, words: DecisionWords) -> Component:
    """Holds, flipped, check or broken, in words and color."""
    return html.Span(words.status(today), className=TAGS[today.status])


def _line(database: Database, decision: Decision, language: str) -> Line:
    found = open_decision(database, decision.id, None, (), removed_too=True)
    today = today_of(database, found.version, found.previous, datetime.now(UTC))
    return Line(decision=decision, today=today, words=words_of(language, found.version))


def _search(reader: Reader, asked: Mapping[str, str]) -> Component:
    texts, status = reader.texts, asked.get("status", "")
    choices = [("", texts("decisions.list.any_status"))]
    choices += [(one.value, texts(f"decisions.status.{one.value}")) for one in Status]
    links = [
        html.A(
            text,
            href=_link(reader, asked, status=value, after=""),
            className="chip-link current" if value == status else "chip-link",
            **(aria(current="true") if value == status else {}),
        )
        for value, text in choices
    ]
    removed = asked.get("removed") == "true"
    links.append(
        html.A(
            texts("decisions.list.removed"),
            href=_link(reader, asked, removed="" if removed else "true", after=""),
            className="chip-link current" if removed else "chip-link",
            **(aria(current="true") if removed else {}),
        )
    )
    words = html.Div(
        [
            html.Label(texts("decisions.list.search"), htmlFor="decisions-q"),
            dcc.Input(id="decisions-q", value=asked.get("q", ""), debounce=True, maxLength=200),
        ],
        className="inline-field search-field",
    )
    filters = html.Nav(links, className="chips", **aria(label=texts("decisions.list.filter")))
    return html.Div([words, filters], className="decisions-search")


def _found(reader: Reader, lines: Sequence[Line], asked: Mapping[str, str]) -> list[Component]:
    texts, sort = reader.texts, asked.get("sort", "sealed")
    keys = {name: key for name, _, key in COLUMNS}
    backwards, name = sort.startswith("-"), sort.lstrip("-")
    ordered = sorted(lines, key=keys.get(name, keys["sealed"]), reverse=backwards)
    heads = [_head(reader, asked, one, is_text, sort) for one, is_text, _ in COLUMNS]
    caption = texts.counted("decisions.list.caption", len(lines))
    grid = html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr(heads)),
            html.Tbody([_row(reader, one) for one in ordered]),
        ],
        className="figures wide decisions-list",
    )
    frame: dict[str, Any] = {"className": "scroll", "tabIndex": 0, "role": "region"}
    return [
        html.Section(
            html.Div(grid, **frame, **aria(label=caption)),
            className="panel",
            **aria(label=texts("decisions.title")),
        )
    ]


def _head(
    reader: Reader, asked: Mapping[str, str], name: str, is_text: bool, sort: str
) -> Component:
    direction = {name: "ascending", f"-{name}": "descending"}.get(sort)
    target = f"-{name}" if sort == name else name
    arrow = {"ascending": " ▲", "descending": " ▼"}.get(direction or "", "")
    link = html.A(
        [reader.texts(f"decisions.column.{name}"), html.Span(arrow, **aria(hidden="true"))],
        href=_link(reader, asked, sort=target),
        className="sort-link",
    )
    said = {} if direction is None else aria(sort=direction)
    return html.Th(link, scope="col", className="text" if is_text else None, **said)


def _row(reader: Reader, line: Line) -> Component:
    version, words = line.decision.newest, line.words
    link = html.A(
        version.title,
        href=reader.visit.link(f"{DECISIONS}/{version.decision_id}"),
        className="cell-link",
        lang="en",
    )
    number = reader.texts("decisions.version", number=str(version.number))
    first = line.today.reasons[:1]
    why = [html.Span(words.why(one), className="small") for one in first]
    answer = line.today.answer
    then = words.verdict(answer) if answer else unknown(reader.texts)
    ends = [line.end(commitment=False), line.end(commitment=True)]
    cells: list[Any] = [
        html.Td([status_tag(line.today, words), *why], className="text"),
        html.Td(then, className="text"),
        html.Td(words.verdict_now(line.today), className="text"),
        html.Td(str(len(line.today.moved)) if line.today.bridges else unknown(reader.texts)),
        *[html.Td(_day(reader, one), className="text") for one in ends],
        html.Td(html.Span(version.owner, lang="en"), className="text"),
        html.Td(reader.fmt.date(version.sealed_at.date()), className="text"),
    ]
    return html.Tr(
        [
            html.Th([link, html.Span(number, className="small")], scope="row", className="text"),
            *cells,
        ]
    )


def _day(reader: Reader, day: str | None) -> Any:
    if day is None:
        return unknown(reader.texts)
    return reader.fmt.date(datetime.fromisoformat(day).date())


def _nothing(reader: Reader, everything: int, asked: Mapping[str, str]) -> Component:
    """No decision at all, and how to save one; or none that the filters let through."""
    texts = reader.texts
    if everything or any(asked.get(name) for name in ("q", "status", "removed")):
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


def _older(reader: Reader, after: str, asked: Mapping[str, str]) -> Component:
    text = reader.texts("decisions.list.older", count=str(ROWS))
    return html.P(html.A(text, href=_link(reader, asked, after=after), className="text-link"))


def _link(reader: Reader, asked: Mapping[str, str], **changes: str) -> str:
    names = ("q", "status", "sort", "removed", "after")
    kept = {name: asked[name] for name in names if asked.get(name)} | changes
    return reader.visit.link(DECISIONS, **{name: value for name, value in kept.items() if value})
