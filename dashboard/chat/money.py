"""What an answer costs: by the token, and on a host that is kept full, by the catalog's prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlmodel import Session

from catalog.cheapest import cheapest_in_region
from catalog.instance_queries import instance_name
from catalog.offers import resolve
from catalog.problems import Refused
from catalog.recommendation import RankedHost, recommend
from catalog.recommendation_request import RecommendationRequest
from catalog.scenario import Scenario, parse_scenario
from catalog.search.query import ModelFilter, search_models
from costing import Serverless, Unit, decimal_text
from costing.answer_cost import TokenCost, TokenCount, host_share_cost, token_cost
from costing.capacity_hosts import capacity_of
from costing.options import TypedCapacity
from costing.prices import Price

FULL_REQUESTS_PER_HOUR: Final = 100_000
"""Many enough that the host that is cheapest an answer wins, not the cheapest machine."""
LISTED_MODELS: Final = 8
UNREAD_OPTION: Final = {"name": "Any", "kind": "serverless", "offer": "any"}
"""A scenario has an option; a recommendation reads none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByToken:
    """An answer at the prices of one offer, named by its id. option: as the engine compares it."""

    offer: str
    option: Serverless
    cost: TokenCost


@dataclass(frozen=True, kw_only=True, slots=True)
class OnHost:
    """An answer on the host that serves such answers cheapest while it is full, at P50.

    Of the region; where it has none, a host whose provider does not say where it stands.
    """

    host: RankedHost
    cost: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerMoney:
    """Both costs of one answer in US dollars; None: no price is known, or nothing serves it."""

    model_id: str
    region: str
    by_token: ByToken | None
    on_host: OnHost | None


def answer_money(
    session: Session, model_id: str, region: str, counted: TokenCount, today: date
) -> AnswerMoney:
    """What these tokens cost with a model in a region. Never raises for what is not known."""
    return AnswerMoney(
        model_id=model_id,
        region=region,
        by_token=cheapest_by_token(session, model_id, region, counted, today),
        on_host=_cheapest_on_host(session, model_id, region, counted, today),
    )


def cheapest_by_token(
    session: Session, model_id: str, region: str, counted: TokenCount, today: date
) -> ByToken | None:
    """The offer of the region that costs least for just these tokens.

    Looked at are the offers with the cheapest input and with the cheapest output: one of them is
    cheapest at any mix unless a third is second in both, which then costs nearly as little.
    """
    [found] = cheapest_in_region(session, [model_id], region, today)
    offers = dict.fromkeys(
        price.offer_id
        for price in (found.input, found.output)
        if price is not None and price.offer_id is not None
    )
    priced = [
        one
        for offer in offers
        if (one := _by_offer(session, model_id, region, offer, counted)) is not None
    ]
    return min(priced, key=lambda one: one.cost.cost, default=None)


def models_by_token(
    session: Session, region: str, counted: TokenCount, today: date, most: int = LISTED_MODELS
) -> tuple[tuple[str, ByToken], ...]:
    """The most used chat models that are sold by the token in a region, the cheapest first.

    For the pane that has no model: what the same question would cost with each.
    """
    wanted = ModelFilter(task="chat-completion", how="token", region=region, retired=False)
    ids = [model.id for model in search_models(session, wanted, limit=most).items]
    priced = [
        (one, found)
        for one in ids
        if (found := cheapest_by_token(session, one, region, counted, today)) is not None
    ]
    return tuple(sorted(priced, key=lambda pair: (pair[1].cost.cost, pair[0])))


def compared_by(money: AnswerMoney) -> dict[str, str]:
    """What an address names to compare the ways that were priced here: public ids, no price."""
    use = {"use_model": money.model_id, "use_region": money.region}
    if money.by_token is not None:
        use["use_offer"] = money.by_token.offer
    if money.on_host is not None:
        use["use_instance"] = instance_name(money.on_host.host.machine.host.name)
    return use


def money_document(money: AnswerMoney) -> dict[str, Any]:
    """Both costs as plain data; money as text, exact, what is not known as null."""
    return {
        "model_id": money.model_id,
        "region": money.region,
        "currency": "USD",
        "by_token": None if money.by_token is None else by_token_document(money.by_token),
        "on_host": None if money.on_host is None else _on_host_document(money.on_host),
    }


def by_token_document(found: ByToken) -> dict[str, Any]:
    """One offer's cost as plain data, each price with where it is from."""
    return {
        "cost": decimal_text(found.cost.cost),
        "cached_at_input_price": found.cost.cached_at_input_price,
        "provider": found.option.sold.provider,
        "region": found.option.sold.region,
        "deployment": found.option.sold.deployment,
        "flags": list(found.option.sold.flags),
        "items": [
            {
                "code": item.code,
                "tokens": item.tokens,
                "cost": decimal_text(item.cost),
                "price": _price_document(item.price),
            }
            for item in found.cost.items
        ],
    }


def _on_host_document(found: OnHost) -> dict[str, Any]:
    machine = found.host.machine
    return {
        "cost": decimal_text(found.cost),
        "instance": machine.sku,
        "provider": machine.provider_id,
        "region": machine.region,
        "usd_per_hour": decimal_text(machine.usd_per_hour),
        "price_id": machine.price_id,
        "as_of": None if machine.as_of is None else machine.as_of.isoformat(),
        "evidence": found.host.answer.evidence,
    }


def _price_document(price: Price) -> dict[str, Any]:
    origin = price.provenance
    return {
        "amount": decimal_text(price.amount),
        "per": decimal_text(price.per),
        "unit": str(price.unit),
        "price_id": origin.price_id,
        "source": origin.source,
        "as_of": None if origin.as_of is None else origin.as_of.isoformat(),
    }


def _by_offer(
    session: Session, model_id: str, region: str, offer: str, counted: TokenCount
) -> ByToken | None:
    option = {"name": "Offer", "kind": "serverless", "offer": offer}
    try:
        question = resolve(session, _scenario(model_id, region, counted, option))
    except Refused:
        return None  # for instance no price for prompts of this length
    [found] = question.options
    assert isinstance(found, Serverless)
    cost = token_cost(found, counted)
    return None if cost is None else ByToken(offer=offer, option=found, cost=cost)


def _cheapest_on_host(
    session: Session, model_id: str, region: str, counted: TokenCount, today: date
) -> OnHost | None:
    if not counted.output_tokens:
        return None
    scenario = _scenario(model_id, region, counted, UNREAD_OPTION)
    try:
        regions = recommend(session, scenario, RecommendationRequest(today=today)).regions
    except Refused:
        return None
    for place in (region, None):
        hosts = [
            _on_host(host, counted) for one in regions for host in one.ranked if one.region == place
        ]
        known = [found for found in hosts if found is not None]
        if known:
            return min(known, key=lambda found: found.cost)
    return None


def _on_host(host: RankedHost, counted: TokenCount) -> OnHost | None:
    capacity = capacity_of(host.answer)
    if not isinstance(capacity, TypedCapacity):
        return None
    price = Price(amount=host.machine.usd_per_hour, per=Decimal(1), unit=Unit.HOUR, currency="USD")
    return OnHost(host=host, cost=host_share_cost(price, capacity, counted))


def _scenario(
    model_id: str, region: str, counted: TokenCount, option: Mapping[str, str]
) -> Scenario:
    return parse_scenario(
        {
            "version": 1,
            "model": model_id,
            "region": region,
            "currency": "USD",
            "workload": {
                "requests_per_hour": FULL_REQUESTS_PER_HOUR,
                "input_tokens": max(counted.input_tokens, 1),
                "output_tokens": counted.output_tokens,
                "cached_input_share": 0,
                "peak_to_mean": 1,
            },
            "options": [dict(option)],
        }
    )
