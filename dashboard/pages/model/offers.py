"""What a model costs by the token: the cheapest answer for the region, and every offer."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.cheapest import HostPrice
from catalog.dossier import Dossier, OfferSheet
from catalog.priced_instances import FittingHost
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.parts import decide_button, region_name, source, table, unknown
from dashboard.pages.visit import Visit, decide_link
from dashboard.texts import Texts

TAGGED: Final = (
    "ambiguous",
    "historical",
    "hosting_fee_of_fine_tuned_variant",
    "input_above_output_suspect",
    "jump",
    "moving_name",
    "priced_but_not_offered_there",
)
"""Flags of an offer or its prices that a reader must see; each has a text."""
MOST_SHOWN: Final = 12


def answers(
    visit: Visit, dossier: Dossier, fitting: Sequence[FittingHost], texts: Texts, fmt: Format
) -> Component:
    """The cheapest way by the token and on a host in the region, with place and date."""
    region = region_name(visit.region, texts)
    cards = [
        _token_answer(visit, dossier, texts, fmt),
        _host_answer(visit, dossier, fitting, texts, fmt),
    ]
    return html.Section(
        [
            html.H2(texts("model.answers", region=region)),
            html.Div(cards, className="answers"),
        ],
        className="panel",
        id="cheapest",
        **aria(label=texts("model.answers", region=region)),
    )


def offers(visit: Visit, dossier: Dossier, texts: Texts, fmt: Format) -> Component:
    """All current offers: those of the region first, then those without a region, then the rest."""
    here = dossier.offers_in(visit.region)
    nowhere = [one for one in dossier.offers if one.offer.region is None]
    elsewhere = [one for one in dossier.offers if one.offer.region not in (None, visit.region)]
    region = region_name(visit.region, texts)
    body: list[Component] = []
    if not dossier.offers:
        body.append(html.P(texts("model.offers.none"), className="subline"))
    else:
        body += _group(visit, dossier, here, texts("model.offers.here", region=region), texts, fmt)
        if not here:
            body.append(html.P(texts("model.offers.none_here", region=region), className="subline"))
        body += _group(visit, dossier, nowhere, texts("model.offers.nowhere"), texts, fmt)
        if elsewhere:
            title = texts.counted("model.offers.elsewhere", len(elsewhere))
            tables = _group(visit, dossier, elsewhere, texts("model.offers.others"), texts, fmt)
            body.append(html.Details([html.Summary(title), *tables]))
    return html.Section(
        [html.H2(texts("model.offers")), *body],
        className="panel",
        id="offers",
        **aria(label=texts("model.offers")),
    )


def tags_of(sheet: OfferSheet, texts: Texts, fmt: Format) -> list[Component]:
    """What a reader must know of an offer before buying."""
    offer = sheet.offer
    said = []
    if offer.retired_on is not None:
        said.append(texts("model.offer_retired", day=fmt.date(offer.retired_on)))
    if offer.variant == "fine_tuned":
        said.append(texts("model.flag.fine_tuned"))
    if offer.context_tier_tokens is not None:
        limit = fmt.exact_count(Decimal(offer.context_tier_tokens))
        said.append(texts("model.flag.long_prompts", tokens=limit))
    flags = {*offer.flags, *(flag for price in sheet.prices.values() for flag in price.flags)}
    said += [texts(f"model.flag.{flag}") for flag in TAGGED if flag in flags]
    return [html.Span(text, className="tag") for text in said]


def dated(day: Any, texts: Texts, fmt: Format) -> str:
    """The price date, or that the source gives none."""
    return texts("table.undated") if day is None else fmt.date(day)


def _token_answer(visit: Visit, dossier: Dossier, texts: Texts, fmt: Format) -> Component:
    usable = [
        sheet
        for sheet in dossier.offers_in(visit.region)
        if {"input", "output"} <= sheet.usd_per_million.keys() and not _is_aside(sheet)
    ]
    title = html.H3(texts("term.serverless"))
    if not usable:
        text = "model.answers.no_token" if dossier.offers else "model.offers.none"
        note = texts(text, region=region_name(visit.region, texts))
        return html.Div(
            [title, html.Div(texts("model.answers.not_known"), className="value"), html.P(note)],
            className="fact",
        )
    best = usable[0]
    money = {kind: fmt.list_price(best.usd_per_million[kind]) for kind in ("input", "output")}
    price = best.prices["input"]
    return html.Div(
        [
            title,
            html.Div(texts("model.answers.tokens", **money), className="value"),
            html.P(f"{best.provider} · {region_name(best.offer.region, texts)}"),
            html.P(texts(f"deployment.{best.offer.deployment}")),
            html.P(
                texts(
                    "model.answers.date", day=dated(price.as_of, texts, fmt), source=price.source
                ),
                className="small",
            ),
            *tags_of(best, texts, fmt),
            html.Div(_use(visit, dossier, best, texts, quiet=False)),
        ],
        className="fact",
    )


def _host_answer(
    visit: Visit, dossier: Dossier, fitting: Sequence[FittingHost], texts: Texts, fmt: Format
) -> Component:
    listed = sorted(
        (host.price for host in dossier.hosts if host.price and host.retired_on is None),
        key=lambda price: price.usd_per_hour,
    )
    title = html.H3(texts("term.dedicated"))
    best: HostPrice | None = listed[0] if listed else (fitting[0] if fitting else None)
    region = region_name(visit.region, texts)
    if best is None:
        text = "model.answers.no_host_price" if dossier.hosts else "model.answers.no_host"
        return html.Div(
            [
                title,
                html.Div(texts("model.answers.not_known"), className="value"),
                html.P(texts(text, region=region)),
            ],
            className="fact",
        )
    why = "model.answers.listed" if listed else "model.answers.fits"
    instance = best.sku
    return html.Div(
        [
            title,
            html.Div(
                texts("model.answers.host", price=fmt.list_price(best.usd_per_hour)),
                className="value",
            ),
            html.P(f"{best.sku} · {region}"),
            html.P(texts(why)),
            html.P(
                texts("model.answers.date", day=dated(best.as_of, texts, fmt), source=best.source),
                className="small",
            ),
            *([] if listed else [html.Span(texts("model.answers.computed"), className="tag")]),
            html.Div(
                decide_button(
                    decide_link(visit, dossier.model.id, visit.region, instance=instance),
                    best.sku,
                    texts,
                )
            ),
        ],
        className="fact",
    )


def _is_aside(sheet: OfferSheet) -> bool:
    """Whether an offer is no current way to buy the model as published."""
    flags = {*sheet.offer.flags, *(flag for one in sheet.prices.values() for flag in one.flags)}
    return (
        sheet.offer.variant != "base"
        or sheet.offer.retired_on is not None
        or bool(flags & {"historical", "priced_but_not_offered_there"})
    )


def _group(
    visit: Visit,
    dossier: Dossier,
    sheets: Sequence[OfferSheet],
    caption: str,
    texts: Texts,
    fmt: Format,
) -> list[Component]:
    if not sheets:
        return []
    heads = [
        (texts("model.offer"), True),
        (texts("model.place"), True),
        (texts("model.input"), False),
        (texts("model.cached_input"), False),
        (texts("model.output"), False),
        (texts("model.batch"), False),
        (texts("model.price_date"), True),
        ("", False),
    ]
    rows = [_row(visit, dossier, sheet, texts, fmt) for sheet in sheets]
    shown = [table(heads, rows[:MOST_SHOWN], caption=caption)]
    if len(rows) > MOST_SHOWN:
        rest = texts.counted("model.offers.more", len(rows) - MOST_SHOWN)
        more = table(heads, rows[MOST_SHOWN:], caption=caption)
        shown.append(html.Details([html.Summary(rest), more]))
    return shown


def _row(
    visit: Visit, dossier: Dossier, sheet: OfferSheet, texts: Texts, fmt: Format
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    offer, prices = sheet.offer, sheet.prices
    shown = prices.get("input") or next(iter(prices.values()))

    def money(kind: str) -> Any:
        amount = sheet.usd_per_million.get(kind)
        return unknown(texts) if amount is None else fmt.list_price(amount)

    batch: Any = unknown(texts)
    if {"batch_input", "batch_output"} & sheet.usd_per_million.keys():
        batch = [money("batch_input"), " / ", money("batch_output")]
    fee = prices.get("hosting")
    hourly = []
    if fee is not None:
        text = texts("model.hosting_fee", price=fmt.list_price(fee.amount / fee.per))
        hourly = [html.Span(text, className="small")]
    return (
        {"className": "aside"} if _is_aside(sheet) else {},
        (
            [
                sheet.provider,
                html.Span(offer.id, className="small", lang="en"),
                *tags_of(sheet, texts, fmt),
            ],
            [
                region_name(offer.region, texts),
                html.Span(texts(f"deployment.{offer.deployment}"), className="small"),
            ],
            [money("input"), *hourly],
            money("cached_input"),
            money("output"),
            batch,
            [
                dated(shown.as_of, texts, fmt),
                html.Span(source(shown.source, shown.url), className="small", lang="en"),
            ],
            _use(visit, dossier, sheet, texts, quiet=True),
        ),
    )


def _use(
    visit: Visit, dossier: Dossier, sheet: OfferSheet, texts: Texts, *, quiet: bool
) -> Component:
    region = sheet.offer.region or visit.region
    href = decide_link(visit, dossier.model.id, region, offer_id=sheet.offer.id)
    return decide_button(href, sheet.offer.id, texts, quiet=quiet)
