"""What the lists of the form show: what the catalog has for the words typed so far."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from catalog.choices import (
    InstanceChoice,
    OfferChoice,
    instance_choices,
    model_choices,
    offer_choices,
)
from catalog.price_queries import all_regions
from dashboard.format import Format
from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import Choice
from dashboard.texts import Texts

_SEARCHED_BY_KIND = {"dedicated": ("instance",), "serverless": ("offer",)}


def list_of(session: Session, draft: Draft, path: str, typed: str, texts: Texts) -> list[Choice]:
    """The lines of the list of the field at this path, for what has been typed into it."""
    option, _, key = path.rpartition(".")
    region = get_at(draft, f"{option}.region") or get_at(draft, "region")
    if key == "model":
        return [{"value": name, "label": name} for name in model_choices(session, typed)]
    if key == "instance":
        hosts = instance_choices(session, typed, region)
        return [{"value": host.name, "label": _host(host, region, texts)} for host in hosts]
    model = get_at(draft, f"{option}.model") or get_at(draft, "model")
    offers = offer_choices(session, typed, model, region)
    return [{"value": offer.id, "label": _offer(offer, texts)} for offer in offers]


def lists_of(session: Session, draft: Draft, texts: Texts) -> dict[str, Sequence[Choice]]:
    """The lists of all fields of a form that was just drawn, by path."""
    regions = [{"value": name, "label": name} for name in all_regions(session)]
    lists: dict[str, Sequence[Choice]] = {
        "model": _with_held(session, draft, "model", texts),
        "region": regions,
    }
    for index, option in enumerate(draft.get("options") or []):
        path = f"options.{index}"
        for key in _SEARCHED_BY_KIND.get(str(option.get("kind")), ()):
            lists[f"{path}.{key}"] = _with_held(session, draft, f"{path}.{key}", texts)
        lists[f"{path}.model"] = _with_held(session, draft, f"{path}.model", texts)
        lists[f"{path}.region"] = regions
    return lists


def _with_held(session: Session, draft: Draft, path: str, texts: Texts) -> list[Choice]:
    """The list before anything is typed, with what the field holds, or it would show nothing."""
    lines, value = list_of(session, draft, path, "", texts), get_at(draft, path)
    if value and str(value) not in {line["value"] for line in lines}:
        of_value = list_of(session, draft, path, str(value), texts)
        held = [line for line in of_value if line["value"] == str(value)]
        lines += held or [{"value": str(value), "label": str(value)}]
    return lines


def _host(host: InstanceChoice, region: str | None, texts: Texts) -> str:
    parts = [host.name, host.gpus]
    if host.amount_per_hour is not None:
        money = Format(texts.language, str(host.currency)).unit_price(host.amount_per_hour)
        parts.append(texts("form.per_hour", price=money))
    elif region:
        parts.append(texts("form.no_price_in", region=region))
    if host.retired_on:
        parts.append(texts("form.retired", day=host.retired_on))
    return " · ".join(part for part in parts if part)


def _offer(offer: OfferChoice, texts: Texts) -> str:
    form = Format(texts.language, "USD")
    parts = [
        offer.provider,
        offer.model_key,
        texts(f"form.variant.{offer.variant}") if offer.variant != "base" else "",
        offer.region or "",
        texts(f"form.deployment.{offer.deployment}"),
    ]
    prices = [
        texts(f"form.offer.{kind}", price=form.unit_price(price))
        for kind, price in (("input", offer.input), ("output", offer.output))
        if price is not None
    ]
    if offer.retired_on:
        prices.append(texts("form.ends", day=offer.retired_on))
    return " · ".join(part for part in [*parts, *prices] if part)
