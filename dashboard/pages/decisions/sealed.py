"""One decision: read-only as sealed, today beside it, and the bridge between the two."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from catalog.database import Database
from catalog.errors import DecisionNotFound
from costing.bridge import Bridge
from dashboard.chat.sessions import SessionId
from dashboard.decisions.documents import sealed_document
from dashboard.decisions.judgement import finding_of
from dashboard.decisions.opened import OpenedDecision, open_decision, secrets_of
from dashboard.decisions.today import Today, change_share, today_of
from dashboard.decisions.words import DecisionWords, words_of
from dashboard.pages.aria import aria
from dashboard.pages.decisions.grounds import assumptions_panel, prices_panel
from dashboard.pages.decisions.key import key_panel
from dashboard.pages.decisions.listed import status_tag
from dashboard.pages.decisions.notes import comments_panel, evidence_form
from dashboard.pages.parts import facts, table, unknown
from dashboard.pages.places import name_in
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import DECISIONS, Visit


def draw_decision(visit: Visit, database: Database, session: SessionId | None) -> Component:
    """The page at an address; `version` names an earlier one."""
    reader = reader_of(visit)
    asked = dict(visit.parameters).get("version", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None
    decision_id = name_in(visit.path)
    shown = secrets_of(session, None)
    remark: list[Component] = []
    try:
        try:
            found = open_decision(database, decision_id, number, shown, removed_too=True)
        except DecisionNotFound:
            found = open_decision(database, decision_id, None, shown, removed_too=True)
            number = None
            remark = [_remark(reader, asked)]
    except DecisionNotFound:
        return _framed(visit, reader, [_unknown(reader)], None)
    if asked and number is None and not remark:
        remark = [_remark(reader, asked)]
    today = today_of(database, found.version, found.previous, datetime.now(UTC))
    words = words_of(visit.language, found.version)
    return _framed(visit, reader, [*remark, *_body(reader, found, today, words)], found)


def _body(
    reader: Reader, found: OpenedDecision, today: Today, words: DecisionWords
) -> list[Component]:
    top = [_head(reader, found), _seal(reader, found, words), _standing(reader, today, words)]
    try:
        document = sealed_document(found.version, held=found.held)
    except (ValueError, TypeError, KeyError, AttributeError):
        return [*top, comments_panel(reader, found)]
    hidden = [key_panel(reader)] if document["hidden"] else []
    return [
        *top,
        *hidden,
        _figures(reader, today, words),
        *_bridges(reader, today, words),
        prices_panel(reader, document["prices"], today, words, held=found.held),
        assumptions_panel(reader, document, found.notes, evidence_form(reader, document)),
        comments_panel(reader, found),
        _record(reader, found, today, words),
    ]


def _framed(
    visit: Visit, reader: Reader, body: Sequence[Component], found: OpenedDecision | None
) -> Component:
    store = (
        {} if found is None else {"id": found.version.decision_id, "version": found.version.number}
    )
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            dcc.Store(
                id="decision-shown",
                data=store
                | {"language": visit.language, "copied": reader.texts("decisions.copied")},
            ),
            html.Main(list(body), id="content", className="paper", tabIndex=-1),
        ],
        id="decision",
    )


def _remark(reader: Reader, asked: str) -> Component:
    text = reader.texts("decisions.no_version", found=asked[:20])
    return html.Div(text, className="problems", role="alert")


def _unknown(reader: Reader) -> Component:
    texts = reader.texts
    return html.Section(
        [
            html.H1(texts("decisions.unknown"), className="page-title"),
            html.P(texts("decisions.unknown.why"), className="subline"),
            html.P(
                html.A(
                    texts("decisions.list.all"),
                    href=reader.visit.link(DECISIONS),
                    className="button quiet",
                )
            ),
        ],
        className="empty panel decisions-empty",
    )


def _head(reader: Reader, found: OpenedDecision) -> Component:
    texts, version = reader.texts, found.version
    line = texts(
        "decisions.head",
        number=str(version.number),
        of=str(len(found.versions)),
        moment=reader.fmt.moment(version.sealed_at),
        owner=version.owner,
    )
    buttons = [
        html.Button(
            texts("decisions.copy_link"), id="decision-copy-link", className="button quiet"
        ),
        html.Button(texts("decisions.open_copy"), id="decision-copy", className="button quiet"),
    ]
    if found.held:
        name = "decisions.restore" if found.removed else "decisions.remove"
        buttons.append(html.Button(texts(name), id="decision-remove", className="button quiet"))
    removed = (
        [html.Div(texts("decisions.removed"), className="problems", role="status")]
        if found.removed
        else []
    )
    crumb = html.A(texts("decisions.title"), href=reader.visit.link(DECISIONS))
    return html.Div(
        [
            html.P(crumb, className="crumb"),
            html.Div(
                [
                    html.Div(
                        [
                            html.H1(version.title, className="page-title", lang="en"),
                            html.P(line, className="subline"),
                        ]
                    ),
                    html.Div(
                        [*buttons, html.Span(id="decision-said", className="small", role="status")],
                        className="link-row",
                    ),
                ],
                className="head-row",
            ),
            *removed,
        ],
        className="page-head",
    )


def _seal(reader: Reader, found: OpenedDecision, words: DecisionWords) -> Component:
    """Green where nothing was touched; red, and an alert, where something was."""
    touched = found.touched
    text = words.touched(touched) if touched else reader.texts("decisions.verified")
    digest = html.Code(found.version.sha256, className="seal-hash", lang="en")
    return html.Div(
        [
            html.B(text),
            html.P([f"{reader.texts('decisions.hash')} ", digest], className="small"),
        ],
        className="seal broken" if touched else "seal",
        id="seal",
        role="alert" if touched else "status",
    )


def _standing(reader: Reader, today: Today, words: DecisionWords) -> Component:
    texts = reader.texts
    then = words.verdict(today.answer) if today.answer else unknown(texts)
    reasons = [html.Li(words.why(one)) for one in today.reasons]
    problems = [html.Li(one.message, lang="en") for one in today.problems]
    ends = [html.Li(words.end(one)) for one in today.ends]
    title = texts("decisions.standing", day=reader.fmt.date(today.day))
    parts: list[Component] = [
        html.H2([title, " ", status_tag(today.status, words)]),
        html.Div(
            [
                html.Div([html.H3(texts("decisions.as_sealed")), html.P(then)], className="fact"),
                html.Div(
                    [html.H3(texts("decisions.now")), html.P(words.verdict_now(finding_of(today)))],
                    className="fact",
                ),
            ],
            className="facts",
        ),
    ]
    if reasons or problems:
        parts.append(html.Ul([*reasons, *problems], className="tight decision-reasons"))
    else:
        parts.append(html.P(texts("decisions.holds.why"), className="subline"))
    if ends:
        parts += [
            html.H3(texts("decisions.ends"), className="sub-head"),
            html.Ul(ends, className="tight"),
        ]
    return html.Section(parts, className="panel", **aria(label=title))


def _figures(reader: Reader, today: Today, words: DecisionWords) -> Component:
    """What each option costs a month: sealed, today, and the difference."""
    texts = reader.texts
    now = {one.option: one for one in today.bridges}
    heads = [
        (texts("decisions.option"), True),
        (texts("decisions.as_sealed"), False),
        (texts("decisions.now"), False),
        (texts("decisions.difference"), False),
        (texts("decisions.change"), False),
    ]
    rows: list[tuple[dict[str, str], Sequence[Any]]] = []
    for one in today.answer["at_workload"]["estimates"]:
        cost = one["cost_per_month"]
        found = now.get(one["name"])
        sealed = words.money(None if cost is None else _coins(Decimal(cost), found))
        rows.append(({}, (html.Span(one["name"], lang="en"), sealed, *_moved(found, words))))
    title = texts("decisions.figures")
    return html.Section(
        [html.H2(title), table(heads, rows, caption=texts("decisions.figures.caption"))],
        className="panel",
        id="decision-figures",
        **aria(label=title),
    )


def _coins(cost: Decimal, found: Bridge | None) -> Decimal:
    """The sealed cost as the bridge begins with it; to cents where there is no bridge."""
    if found is not None and found.before_per_month is not None:
        return found.before_per_month
    return cost.quantize(Decimal("0.01"))


def _moved(found: Bridge | None, words: DecisionWords) -> tuple[str, str, str]:
    if found is None or found.after_per_month is None:
        return "?", "?", "?"
    if found.before_per_month is None:
        return words.money(found.after_per_month), "?", "?"
    difference = found.after_per_month - found.before_per_month
    return (
        words.money(found.after_per_month),
        words.signed(difference),
        words.share(change_share(found)),
    )


def _bridges(reader: Reader, today: Today, words: DecisionWords) -> list[Component]:
    texts = reader.texts
    if not today.bridges:
        return []
    heads = [(texts("decisions.bridge.line"), True), (texts("decisions.bridge.month"), False)]
    tables = []
    for found in today.bridges:
        rows: list[tuple[dict[str, Any], Sequence[Any]]] = [
            ({}, (texts("decisions.as_sealed"), words.money(found.before_per_month)))
        ]
        rows += [
            ({"className": "bridge-part"}, (words.part(part), words.signed(part.cost_per_month)))
            for part in found.parts
        ]
        last = words.money(found.after_per_month)
        rows.append(({"className": "bridge-end"}, (texts("decisions.now"), last)))
        caption = texts("decisions.bridge.caption", option=found.option)
        gaps = [html.P(one, className="caution") for one in words.gaps(found)]
        tables.append(html.Div([table(heads, rows, caption=caption), *gaps]))
    title = texts("decisions.bridge")
    return [
        html.Section(
            [
                html.H2(title),
                html.P(texts("decisions.bridge.why"), className="subline"),
                html.Div(tables, className="two-up"),
            ],
            className="panel",
            id="bridge",
            **aria(label=title),
        )
    ]


def _record(reader: Reader, found: OpenedDecision, today: Today, words: DecisionWords) -> Component:
    """What was sealed by which program, and the other versions."""
    texts, version = reader.texts, found.version
    path = f"{DECISIONS}/{version.decision_id}"
    links = [
        html.Li(
            [
                html.A(
                    texts("decisions.version", number=str(one.number)),
                    href=reader.visit.link(path, version=str(one.number)),
                    className="text-link",
                    **(aria(current="page") if one.number == version.number else {}),
                ),
                f" · {reader.fmt.moment(one.sealed_at)} · ",
                html.Span(one.title, lang="en"),
            ]
        )
        for one in reversed(found.versions)
    ]
    pairs = [
        (texts("decisions.engine"), version.engine),
        (texts("decisions.method"), version.method),
        (texts("decisions.method_now"), today.method),
        (texts("decisions.previous"), html.Code(version.previous_sha256 or "–", lang="en")),
    ]
    title = texts("decisions.record")
    return html.Section(
        [html.H2(title), facts(pairs), html.Ul(links, className="tight decision-versions")],
        className="panel",
        **aria(label=title),
    )
