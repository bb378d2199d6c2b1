"""The cheapest ways to run a model in a region: by the token, and on a host."""

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from catalog.cheapest import HostPrice
from catalog.dossier import Dossier
from catalog.instance_queries import instance_name
from catalog.priced_instances import FittingHost
from catalog.regions import country_of
from dashboard.pages.aria import aria
from dashboard.pages.model.offers import tags_of, usable_offers, use_offer
from dashboard.pages.parts import country_name, decide_button, region_name
from dashboard.pages.reader import Reader
from dashboard.pages.visit import decide_link


def answers(reader: Reader, dossier: Dossier, fitting: Sequence[FittingHost]) -> Component:
    """Two cards: price, place, where it is processed, date and source; or why there is none."""
    title = reader.texts("model.answers", region=reader.place)
    cards = [_token_answer(reader, dossier), _host_answer(reader, dossier, fitting)]
    return html.Section(
        [html.H2(title), *_residency(reader), html.Div(cards, className="answers")],
        className="panel",
        id="cheapest",
        **aria(label=title),
    )


def _residency(reader: Reader) -> list[Component]:
    """What is asked for, and the way to ask for less."""
    country, texts = reader.visit.residency, reader.texts
    if country is None:
        return []
    less = reader.visit.link(reader.visit.path, region=reader.visit.region)
    said = texts("model.answers.residency", country=country_name(country, texts))
    return [html.P([said, " ", html.A(texts("model.answers.anywhere"), href=less)])]


def cheapest_host(
    reader: Reader, dossier: Dossier, fitting: Sequence[FittingHost]
) -> HostPrice | None:
    """The cheapest host that Azure lists and still offers; else of those that hold the weights."""
    listed = [
        host.price for host in dossier.hosts if host.price and not reader.is_over(host.retired_on)
    ]
    if listed:
        return min(listed, key=lambda price: (price.usd_per_hour, price.sku))
    return fitting[0] if fitting else None


def _token_answer(reader: Reader, dossier: Dossier) -> Component:
    texts, usable = reader.texts, usable_offers(reader, dossier)
    title = html.H3(texts("term.serverless"))
    if not usable:
        text = "model.answers.no_token" if dossier.offers else "model.offers.none"
        if dossier.offers and reader.visit.residency is not None:
            text = "model.answers.none_stays"
        return _not_known(title, texts(text, region=reader.place), reader)
    best = usable[0]
    money = {
        kind: reader.fmt.list_price(best.usd_per_million[kind]) for kind in ("input", "output")
    }
    price = best.prices["input"]
    return html.Div(
        [
            title,
            html.Div(texts("model.answers.tokens", **money), className="value"),
            html.P(f"{best.provider} · {region_name(best.offer.region, texts)}"),
            html.P(texts(f"deployment.{best.offer.deployment}")),
            _date_line(reader, price.as_of, price.source),
            *tags_of(reader, best),
            html.Div(use_offer(reader, dossier, best)),
        ],
        className="fact",
    )


def _host_answer(reader: Reader, dossier: Dossier, fitting: Sequence[FittingHost]) -> Component:
    texts = reader.texts
    title = html.H3(texts("term.dedicated"))
    best = cheapest_host(reader, dossier, fitting)
    country = reader.visit.residency
    if country is not None and country_of(reader.visit.region) != country:
        why = texts("model.answers.host_leaves", region=reader.place)
        return _not_known(title, why, reader)
    if best is None:
        text = "model.answers.no_host_price" if dossier.hosts else "model.answers.no_host"
        return _not_known(title, texts(text, region=reader.place), reader)
    is_listed = bool(dossier.hosts)
    name = instance_name(best.instance_id)
    href = decide_link(reader.visit, dossier.model.id, reader.visit.region, instance=name)
    price = texts("model.answers.host", price=reader.fmt.list_price(best.usd_per_hour))
    return html.Div(
        [
            title,
            html.Div(price, className="value"),
            html.P(f"{name} · {reader.place}"),
            html.P(texts("model.answers.listed" if is_listed else "model.answers.fits")),
            _date_line(reader, best.as_of, best.source),
            *([] if is_listed else [_tag(texts("model.answers.computed"))]),
            html.Div(decide_button(href, name, texts)),
        ],
        className="fact",
    )


def _not_known(title: Component, why: str, reader: Reader) -> Component:
    value = html.Div(reader.texts("model.answers.not_known"), className="value")
    return html.Div([title, value, html.P(why)], className="fact")


def _date_line(reader: Reader, day: date | None, where: str) -> Component:
    text = reader.texts("model.answers.date", day=reader.day(day), source=where)
    return html.P(text, className="small")


def _tag(text: str) -> Component:
    return html.Span(text, className="tag")
