"""What the catalog does not know about a model, and how a reader can supply it."""

from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

from catalog.dossier import Dossier
from dashboard.pages.aria import aria
from dashboard.pages.reader import Reader
from dashboard.texts import Texts

COMMANDS = ("modelcost own-prices template > prices.csv", "modelcost own-prices load prices.csv")


def gap_names(dossier: Dossier, region: str) -> Iterator[str]:
    """What is not known, by the ids of the texts; what a host serves is estimated at best."""
    if not dossier.offers:
        yield "no_price"
    elif not dossier.offers_in(region):
        yield "no_price_here"
    if not dossier.hosts:
        yield "no_hosts"
    elif not any(host.price for host in dossier.hosts):
        yield "no_host_price_here"
    yield "no_capacity"
    for name in ("license", "parameters", "context_tokens", "task"):
        if getattr(dossier, name) is None:
            yield f"no_{name}"
    if dossier.model.architecture is None:
        yield "no_architecture"
    prices = [price for one in dossier.offers_in(region) for price in one.prices.values()]
    if any(price.as_of is None for price in prices):
        yield "no_date"


def gaps(reader: Reader, dossier: Dossier) -> Component:
    """Each gap in words, with what to do about it."""
    texts, region = reader.texts, reader.place
    found = list(gap_names(dossier, reader.visit.region))
    items = [
        html.Li(
            [
                html.B(texts(f"model.gap.{name}", region=region)),
                texts(f"model.gap.{name}.do", region=region),
                *(_commands(texts) if "price" in name else []),
            ],
        )
        for name in found
    ]
    return html.Section(
        [html.H2(texts("model.gaps")), html.Ul(items, className="gaps")],
        className="panel",
        id="unknown",
        **aria(label=texts("model.gaps")),
    )


def _commands(texts: Texts) -> list[Component]:
    shown = [html.Code(command) for command in COMMANDS]
    return [html.Span([" ", shown[0], texts("model.list_comma"), shown[1]])]
