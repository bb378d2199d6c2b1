"""The page of one model: who it is, what it costs, its hosts, past prices, what is unknown."""

from datetime import UTC, datetime
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
from dashboard.figures.price_history import price_history_figure
from dashboard.format import Format
from dashboard.pages.model.gaps import gaps
from dashboard.pages.model.hosts import hosts
from dashboard.pages.model.identity import architecture, identity, names
from dashboard.pages.model.offers import answers, offers
from dashboard.pages.model.past import history
from dashboard.pages.places import name_in
from dashboard.pages.shell import header
from dashboard.pages.visit import CATALOG, Visit, model_path
from dashboard.texts import Texts, load_texts


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
        texts = load_texts(chosen["language"])
        with database.read() as session:
            lines = offer_past(session, chosen["offer"])
        return price_history_figure(
            lines,
            until=datetime.now(UTC).date(),
            dark=bool((look or {}).get("dark")),
            texts=texts,
            fmt=Format(texts.language, "USD"),
        )


def draw(visit: Visit, database: Database) -> Component:
    """The page at an address; a page of its own where the name means no model, or several."""
    texts = load_texts(visit.language)
    asked = name_in(visit.path)
    with database.read() as session:
        try:
            dossier = model_dossier(session, asked, visit.region)
        except ModelNotFound as error:
            body = _other_names(visit, texts, "model.not_found", asked, error.nearest)
        except ModelAmbiguous as error:
            body = _other_names(visit, texts, "model.ambiguous", asked, error.candidates)
        else:
            body = _page(visit, session, dossier, texts)
    return html.Div(
        [
            header(texts, visit.search, visit.path),
            html.Main(body, id="content", className="paper", tabIndex=-1),
        ]
    )


def _page(visit: Visit, session: Session, dossier: Dossier, texts: Texts) -> list[Component]:
    fmt = Format(texts.language, "USD")
    fitting = _fitting(session, dossier, visit.region)
    offer, lines = _past(session, dossier, visit.region)
    parts: list[Component] = [
        identity(visit, dossier, all_regions(session), texts, fmt),
        answers(visit, dossier, fitting, texts, fmt),
        offers(visit, dossier, texts, fmt),
        hosts(visit, dossier, fitting, texts, fmt),
        history(offer, lines, texts, fmt),
        gaps(visit, dossier, texts),
        architecture(dossier, texts, fmt),
        names(visit, dossier, texts),
    ]
    if offer is not None:
        chosen = {"offer": offer, "language": texts.language}
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


def _other_names(visit: Visit, texts: Texts, kind: str, asked: str, ids: Any) -> list[Component]:
    links = [
        html.Li(html.A(one, href=visit.link(model_path(one)), className="text-link")) for one in ids
    ]
    return [
        html.Section(
            [
                html.H1(texts(kind, name=asked), className="page-title"),
                html.P(texts(f"{kind}.hint"), className="subline"),
                html.Ul(links, className="remarks") if links else html.P(texts("model.no_nearest")),
                html.P(
                    html.A(
                        texts("model.search_instead"),
                        href=visit.link(CATALOG),
                        className="text-link",
                    ),
                    className="subline",
                ),
            ],
            className="panel",
        )
    ]
