"""Up to five models side by side."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.database import Database
from catalog.dossier import Dossier, model_dossier
from catalog.errors import CatalogError
from catalog.instance_queries import instance_name
from catalog.price_queries import all_regions
from catalog.priced_instances import FittingHost, hosts_with_memory, weights_gib
from dashboard.pages.aria import aria
from dashboard.pages.model.answers import cheapest_host
from dashboard.pages.model.gaps import gap_names
from dashboard.pages.model.identity import count_text, token_text
from dashboard.pages.model.offers import usable_offers, use_offer
from dashboard.pages.parts import decide_button, known, region_picker, task_name
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import CATALOG, COMPARE, Visit, decide_link, model_path

MOST = 5
Column = tuple[Dossier, Sequence[FittingHost]]


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address, which names each model by `model=`."""
    reader = reader_of(visit)
    asked = list(dict.fromkeys(name for name in visit.all("model") if name))
    with database.read() as session:
        columns, unknown = _read(session, asked[:MOST], visit.region)
        body = _page(reader, columns, unknown, all_regions(session), left_out=asked[MOST:])
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _read(session: Session, names: Sequence[str], region: str) -> tuple[list[Column], list[str]]:
    """What is known of each model, one after the other: at most five; and names of none."""
    found: dict[str, Column] = {}
    unknown = []
    for name in names:
        try:
            dossier = model_dossier(session, name, region)
        except CatalogError:
            unknown.append(name)
            continue
        fitting: Sequence[FittingHost] = ()
        if not dossier.hosts and dossier.parameters:
            fitting = hosts_with_memory(session, region, weights_gib(dossier.parameters), most=1)
        found[dossier.model.id] = (dossier, fitting)
    return list(found.values()), unknown


def _page(
    reader: Reader,
    columns: Sequence[Column],
    unknown: Sequence[str],
    regions: Sequence[str],
    *,
    left_out: Sequence[str],
) -> list[Component]:
    texts = reader.texts
    remarks = []
    if left_out:
        shown = texts("model.list_comma").join(left_out)
        remarks.append(texts("model.compare.most", most=str(MOST), names=shown))
    remarks += [texts("model.not_found", name=name) for name in unknown]
    crumb = html.A(texts("nav.catalog"), href=reader.visit.link(CATALOG))
    head = html.Section(
        [
            html.P(crumb, className="crumb"),
            html.Div(
                [
                    html.H1(texts("model.compare"), className="page-title"),
                    region_picker(reader.visit.region, regions, texts),
                ],
                className="head-row",
            ),
        ],
        className="panel",
    )
    notes = [html.Div(text, className="problems", role="alert") for text in remarks]
    if not columns:
        return [head, *notes, html.P(texts("model.compare.none"), className="panel subline")]
    return [head, *notes, html.Section(_table(reader, columns), className="panel")]


def _table(reader: Reader, columns: Sequence[Column]) -> Component:
    texts = reader.texts
    rows: list[tuple[str, Callable[[Reader, Column], Any]]] = [
        (texts("model.publisher"), lambda _, column: column[0].model.publisher),
        (texts("model.license"), _license),
        (texts("model.task"), _task),
        (texts("model.parameters"), lambda one, column: count_text(one, column[0])),
        (texts("model.context"), lambda one, column: token_text(one, column[0].context_tokens)),
        (texts("model.compare.token", region=reader.place), _token),
        (texts("model.compare.host", region=reader.place), _host),
        (texts("model.compare.offers"), _offers),
        (texts("model.compare.retired"), _retired),
        (texts("model.compare.unknown"), _unknown),
        (texts("nav.decide"), _use),
    ]
    caption = texts("model.compare.caption", region=reader.place)
    head = [html.Th(html.Span(texts("model.fact"), className="unseen"), scope="col")]
    head += [html.Th(_name(reader, column, columns), scope="col") for column in columns]
    body = [
        html.Tr([html.Th(name, scope="row"), *[html.Td(cell(reader, one)) for one in columns]])
        for name, cell in rows
    ]
    return html.Div(
        html.Table(
            [html.Caption(caption), html.Thead(html.Tr(head)), html.Tbody(body)],
            className="figures compare",
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def _name(reader: Reader, column: Column, columns: Sequence[Column]) -> list[Any]:
    texts, visit, model = reader.texts, reader.visit, column[0].model
    others = [("model", one.model.id) for one, _ in columns if one.model.id != model.id]
    kept = [(name, value) for name, value in visit.parameters if name != "model"]
    without = f"{COMPARE}?{urlencode([*others, *kept])}"
    href = visit.link(model_path(model.id), region=visit.region)
    return [
        html.A(model.name, href=href, className="text-link"),
        html.Span(
            html.A(
                texts("form.remove"),
                href=without,
                className="text-link",
                **aria(label=texts("form.remove_named", name=model.name)),
            ),
            className="small",
        ),
    ]


def _license(reader: Reader, column: Column) -> Any:
    return known(column[0].license, reader.texts)


def _task(reader: Reader, column: Column) -> Any:
    task = column[0].task
    return known(None if task is None else task_name(task, reader.texts), reader.texts)


def _token(reader: Reader, column: Column) -> Any:
    usable = usable_offers(reader, column[0])
    if not usable:
        return known(None, reader.texts)
    best, texts = usable[0], reader.texts
    money = {
        kind: reader.fmt.list_price(best.usd_per_million[kind]) for kind in ("input", "output")
    }
    return [
        html.Span(texts("model.compare.prices", **money), className="value"),
        html.Span(f"{best.provider} · {texts(f'deployment.{best.offer.deployment}')}"),
        html.Span(reader.day(best.prices["input"].as_of), className="small"),
    ]


def _host(reader: Reader, column: Column) -> Any:
    texts, dossier = reader.texts, column[0]
    best = cheapest_host(reader, *column)
    if best is None:
        return known(None, texts)
    money = reader.fmt.list_price(best.usd_per_hour)
    why = "model.compare.listed" if dossier.hosts else "model.answers.computed"
    return [
        html.Span(texts("catalog.an_hour", money=money), className="value"),
        html.Span(instance_name(best.instance_id)),
        html.Span(f"{reader.day(best.as_of)} · {texts(why)}", className="small"),
    ]


def _offers(reader: Reader, column: Column) -> Any:
    dossier = column[0]
    here = len(dossier.offers_in(reader.visit.region))
    return reader.texts("model.compare.of", here=str(here), all=str(len(dossier.offers)))


def _retired(reader: Reader, column: Column) -> Any:
    end = column[0].retired_on
    return reader.texts("model.compare.no_end") if end is None else reader.end(end)


def _unknown(reader: Reader, column: Column) -> Any:
    names = gap_names(column[0], reader.visit.region)
    items = [html.Li(reader.texts(f"model.gap.{name}", region=reader.place)) for name in names]
    return html.Ul(items, className="tight")


def _use(reader: Reader, column: Column) -> Any:
    dossier, usable = column[0], usable_offers(reader, column[0])
    if usable:
        return use_offer(reader, dossier, usable[0], quiet=True)
    host = cheapest_host(reader, *column)
    if host is None:
        return known(None, reader.texts)
    name, region = instance_name(host.instance_id), reader.visit.region
    href = decide_link(reader.visit, dossier.model.id, region, instance=name)
    return decide_button(href, name, reader.texts, quiet=True)
