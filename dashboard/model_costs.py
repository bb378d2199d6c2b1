"""What each compared model costs a month at one workload, by the token in the region.

The workload is that of the address, else one that is named as assumed. Costs are those of
`costing`, of the cheapest offer at just this mix.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlmodel import Session

from catalog.dossier import Dossier, OfferSheet
from catalog.offers import resolve
from catalog.problems import Problem, Refused
from catalog.regions import stays_in
from catalog.scenario import parse_scenario
from catalog.typed import workload_of
from costing import RequestShape, estimate

ASSUMED: Final = {"requests_per_month": "100000", "input_tokens": "1000", "output_tokens": "300"}
"""Where the address says nothing."""
MOST_PRICED: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedLoad:
    """The workload as typed. is_assumed: nobody typed it. problems: why it is none; then it has no
    shape, which is the tokens of a mean request."""

    fields: dict[str, str]
    is_assumed: bool
    shape: RequestShape | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthCost:
    """US dollars a month with one offer."""

    cost: Decimal
    sheet: OfferSheet


def load_of(asked: Mapping[str, str]) -> AskedLoad:
    """The workload that is asked for, by the names of `ASSUMED`, checked as every scenario is."""
    fields = {**ASSUMED, **asked}
    try:
        shape = workload_of(parse_scenario(_document(fields, "any", "any", "any"))).shape
    except Refused as refused:
        return AskedLoad(fields=fields, is_assumed=not asked, problems=tuple(refused.problems))
    return AskedLoad(fields=fields, is_assumed=not asked, shape=shape)


def usable_offers(
    dossier: Dossier, region: str, country: str | None, today: date
) -> list[OfferSheet]:
    """Offers of the region that sell the model as published now, with both prices and without
    leaving the country that is asked for; cheapest first."""
    return [
        sheet
        for sheet in dossier.offers_in(region)
        if {"input", "output"} <= sheet.usd_per_million.keys()
        and not is_aside(sheet, today)
        and stays_in(sheet.offer, country)
    ]


def is_aside(sheet: OfferSheet, today: date) -> bool:
    """Whether an offer is no current way to buy the model as published."""
    end = sheet.offer.retired_on
    return (
        sheet.offer.variant != "base"
        or (end is not None and end <= today)
        or bool(flags_of_sheet(sheet) & {"historical", "priced_but_not_offered_there"})
    )


def flags_of_sheet(sheet: OfferSheet) -> set[str]:
    """Flags of an offer and of its prices."""
    return {*sheet.offer.flags, *(flag for one in sheet.prices.values() for flag in one.flags)}


def month_cost(
    session: Session, load: AskedLoad, model: str, region: str, sheets: Sequence[OfferSheet]
) -> MonthCost | None:
    """The cheapest of these offers at the workload; None where none has a cost there."""
    if load.problems:
        return None
    found = []
    for sheet in sheets[:MOST_PRICED]:
        try:
            scenario = parse_scenario(_document(load.fields, model, region, sheet.offer.id))
            question = resolve(session, scenario)
        except Refused:
            continue  # for instance no price for prompts of this length
        cost = estimate(question, question.options[0]).cost_per_month
        if cost is not None:
            found.append(MonthCost(cost=cost, sheet=sheet))
    return min(found, key=lambda one: one.cost, default=None)


def _document(fields: dict[str, str], model: str, region: str, offer: str) -> dict[str, object]:
    return {
        "version": 1,
        "model": model,
        "region": region,
        "currency": "USD",
        "workload": {**fields, "peak_to_mean": 1},
        "options": [{"name": "Offer", "kind": "serverless", "offer": offer}],
    }
