"""What a model costs by the token: every offer, those of the region first."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.dossier import Dossier, OfferSheet
from dashboard import model_costs
from dashboard.pages.aria import aria
from dashboard.pages.parts import decide_button, folded_table, region_name, source, unknown
from dashboard.pages.reader import Reader
from dashboard.pages.visit import decide_link

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


def offers(reader: Reader, dossier: Dossier) -> Component:
    """All current offers: those of the region, those without a region, then the rest folded."""
    texts, region = reader.texts, reader.visit.region
    here = dossier.offers_in(region)
    nowhere = [one for one in dossier.offers if one.offer.region is None]
    elsewhere = [one for one in dossier.offers if one.offer.region not in (None, region)]
    body: list[Component] = []
    if not dossier.offers:
        body.append(html.P(texts("model.offers.none"), className="subline"))
    else:
        body += _group(reader, dossier, here, texts("model.offers.here", region=reader.place))
        if not here:
            none = texts("model.offers.none_here", region=reader.place)
            body.append(html.P(none, className="subline"))
        body += _group(reader, dossier, nowhere, texts("model.offers.nowhere"))
        if elsewhere:
            title = texts.counted("model.offers.elsewhere", len(elsewhere))
            tables = _group(reader, dossier, elsewhere, texts("model.offers.others"))
            body.append(html.Details([html.Summary(title), *tables]))
    return html.Section(
        [html.H2(texts("model.offers")), *body],
        className="panel",
        id="offers",
        **aria(label=texts("model.offers")),
    )


def usable_offers(reader: Reader, dossier: Dossier) -> list[OfferSheet]:
    """Offers of the region that sell the model as published now, with both prices and without
    leaving the country that is asked for; cheapest first."""
    visit = reader.visit
    return model_costs.usable_offers(dossier, visit.region, visit.residency, reader.today)


def tags_of(reader: Reader, sheet: OfferSheet) -> list[Component]:
    """What a reader must know of an offer before buying."""
    texts, offer = reader.texts, sheet.offer
    said = []
    if offer.retired_on is not None:
        said.append(reader.end(offer.retired_on))
    if offer.variant == "fine_tuned":
        said.append(texts("model.flag.fine_tuned"))
    if offer.context_tier_tokens is not None:
        limit = reader.fmt.exact_count(Decimal(offer.context_tier_tokens))
        said.append(texts("model.flag.long_prompts", tokens=limit))
    said += [
        texts(f"model.flag.{flag}") for flag in TAGGED if flag in model_costs.flags_of_sheet(sheet)
    ]
    return [html.Span(text, className="tag") for text in said]


def use_offer(
    reader: Reader, dossier: Dossier, sheet: OfferSheet, *, quiet: bool = False
) -> Component:
    """The link by which Decide takes an offer over."""
    region = sheet.offer.region or reader.visit.region
    href = decide_link(reader.visit, dossier.model.id, region, offer_id=sheet.offer.id)
    return decide_button(href, sheet.offer.id, reader.texts, quiet=quiet)


def _group(
    reader: Reader, dossier: Dossier, sheets: Sequence[OfferSheet], caption: str
) -> list[Component]:
    if not sheets:
        return []
    texts = reader.texts
    heads = [
        (texts("model.offer"), True),
        (texts("model.input"), False),
        (texts("model.output"), False),
        (texts("model.cached_input"), False),
        (texts("model.batch"), False),
        (texts("model.place"), True),
        (texts("model.price_date"), True),
        (texts("nav.decide"), False),
    ]
    rows = [_row(reader, dossier, sheet) for sheet in sheets]
    return folded_table(heads, rows, texts, caption=caption, most=MOST_SHOWN)


def _row(
    reader: Reader, dossier: Dossier, sheet: OfferSheet
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts, offer, prices = reader.texts, sheet.offer, sheet.prices
    shown = prices.get("input") or next(iter(prices.values()))

    def money(kind: str) -> Any:
        amount = sheet.usd_per_million.get(kind)
        return unknown(texts) if amount is None else reader.fmt.list_price(amount)

    batch: Any = unknown(texts)
    if {"batch_input", "batch_output"} & sheet.usd_per_million.keys():
        batch = [money("batch_input"), " / ", money("batch_output")]
    fee = prices.get("hosting")
    hourly = []
    if fee is not None:
        text = texts("model.hosting_fee", price=reader.fmt.list_price(fee.amount / fee.per))
        hourly = [html.Span(text, className="small")]
    return (
        {"className": "aside"} if model_costs.is_aside(sheet, reader.today) else {},
        (
            [
                sheet.provider,
                html.Span(offer.id, className="small", lang="en"),
                *tags_of(reader, sheet),
            ],
            [money("input"), *hourly],
            money("output"),
            money("cached_input"),
            batch,
            [
                region_name(offer.region, texts),
                html.Span(texts(f"deployment.{offer.deployment}"), className="small"),
            ],
            [
                reader.day(shown.as_of),
                html.Span(source(shown.source, shown.url), className="small", lang="en"),
            ],
            use_offer(reader, dossier, sheet, quiet=True),
        ),
    )
