"""The page of one model: who it is, what it costs, its hosts, past prices, what is unknown."""

from collections.abc import Sequence
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State, dcc, html
from dash.development.base_component import Component
from sqlmodel import Session

from catalog.database import Database
from catalog.dossier import Dossier, model_dossier
from catalog.errors import ModelAmbiguous, ModelNotFound
from catalog.price_past import PastLine, offer_past, offers_with_past
from catalog.price_queries import all_regions
from catalog.priced_instances import FittingHost, hosts_with_memory, weights_gib
from dashboard.callback import offload
from dashboard.pages.model.answers import answers
from dashboard.pages.model.gaps import gaps
from dashboard.pages.model.hosts import hosts
from dashboard.pages.model.identity import architecture, identity, names
from dashboard.pages.model.offers import offers
from dashboard.pages.past import past_figure, past_panel
from dashboard.pages.places import name_in
from dashboard.pages.reader import Reader, reader_of
from dashboard.pages.shell import header
from dashboard.pages.visit import CATALOG, Visit, model_path


def register(app: dash.Dash, database: Database) -> None:
    """Attach the callbacks: another region, and the chart in the colors of the theme."""
    app.clientside_callback(
        ClientsideFunction("modelcost_shell", "pickRegion"),
        Output("address", "search"),
        Input("place", "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("past-chart", "figure"), Input("scheme", "data"), Input("past-offer", "data")
    )
    @offload
    def draw_history(look: dict[str, Any] | None, chosen: dict[str, str]) -> Any:
        with database.read() as session:
            lines = offer_past(session, chosen["offer"])
        return past_figure(lines, look, chosen["language"])


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address; a page of its own where the name means no model, or several."""
    reader = reader_of(visit)
    asked = name_in(visit.path)
    with database.read() as session:
        try:
            dossier = model_dossier(session, asked, visit.region)
        except ModelNotFound as error:
            body = [_other_names(reader, "model.not_found", asked, error.nearest)]
        except ModelAmbiguous as error:
            body = [_other_names(reader, "model.ambiguous", asked, error.candidates)]
        else:
            body = _page(reader, session, dossier)
    return html.Div(
        [
            header(reader.texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _page(reader: Reader, session: Session, dossier: Dossier) -> list[Component]:
    region = reader.visit.region
    fitting = _fitting(session, dossier, region)
    offer, lines = _past(session, dossier, region)
    parts: list[Component] = [
        identity(reader, dossier, all_regions(session)),
        answers(reader, dossier, fitting),
        offers(reader, dossier),
        hosts(reader, dossier, fitting),
        past_panel(reader, "past-chart", offer, lines),
        html.Div([gaps(reader, dossier), architecture(reader, dossier)], className="two-up"),
        names(reader, dossier),
    ]
    if offer is not None:
        chosen = {"offer": offer, "language": reader.texts.language}
        parts.append(dcc.Store(id="past-offer", data=chosen))
    return parts


def _fitting(session: Session, dossier: Dossier, region: str) -> list[FittingHost]:
    """Where Azure lists no host: those whose memory holds the weights, cheapest first."""
    if dossier.hosts or not dossier.parameters:
        return []
    return hosts_with_memory(session, region, weights_gib(dossier.parameters))


def _past(session: Session, dossier: Dossier, region: str) -> tuple[str | None, list[PastLine]]:
    """The offer whose past is shown: one of the region, else the one that changed most."""
    changed = offers_with_past(session, dossier.model.id)
    here = {sheet.offer.id for sheet in dossier.offers_in(region)}
    offer = next((one for one in changed if one in here), changed[0] if changed else None)
    return offer, [] if offer is None else offer_past(session, offer)


def _other_names(reader: Reader, kind: str, asked: str, ids: Sequence[str]) -> Component:
    texts, visit = reader.texts, reader.visit
    links = [
        html.Li(html.A(one, href=visit.link(model_path(one)), className="text-link")) for one in ids
    ]
    search = html.A(texts("model.search_instead"), href=visit.link(CATALOG), className="text-link")
    return html.Section(
        [
            html.H1(texts(kind, name=asked), className="page-title"),
            html.P(texts(f"{kind}.hint" if links else "model.no_nearest"), className="subline"),
            html.Ul(links, className="remarks"),
            html.P(search, className="subline"),
        ],
        className="panel",
    )
