"""A new question about one model, as another page asks for it: an offer, a host, or both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from catalog.cheapest import HostPrice, cheapest_in_region
from catalog.choices import offer_choices
from catalog.dossier import model_dossier
from catalog.errors import ModelAmbiguous, ModelNotFound
from catalog.instance_queries import instance_name
from catalog.model_queries import find_model
from catalog.price_queries import offer_prices
from catalog.priced_instances import hosts_with_memory, weights_gib
from catalog.regions import stays_in
from catalog.views import Model
from dashboard.pages.decide.changes import with_form_defaults
from dashboard.pages.decide.choices import with_people_asked, with_people_named
from dashboard.pages.decide.document import Draft
from dashboard.texts import Texts

WORKLOAD = {
    "requests_per_hour": "1000",
    "input_tokens": "1000",
    "output_tokens": "300",
    "cached_input_share": "0",
}
"""A chat with some context. The peak is not among it: it would size the hosts unasked."""


def start(session: Session, use: Mapping[str, str], texts: Texts, today: date) -> Draft:
    """The question with what was asked for in it, and beside it the other way to run the model, as
    the page of the model proposes it: a host, or an offer that serves the region.

    use: any of model, offer, instance, region, residency; names that lead nowhere stay, to be
    refused by name. residency: the country that requests must not leave.
    """
    model, region, country = use.get("model"), use.get("region"), use.get("residency")
    offer, instance = use.get("offer"), use.get("instance")
    if instance is None and model and region:
        instance = _host_for(session, model, region, today)
    if offer is None and model and use.get("instance") is not None:
        here = [one for one in offer_choices(session, "", model, region) if one.input is not None]
        near = [one for one in here if one.region in (region, None) and stays_in(one, country)]
        offer = near[0].id if near else None
    options: list[dict[str, Any]] = []
    if offer is not None:
        options.append({"name": texts("term.serverless"), "kind": "serverless", "offer": offer})
    if instance is not None:
        host = {"name": texts("term.dedicated"), "kind": "dedicated", "instance": instance}
        sizing = {"minimum_instances": "1", "capacity": "estimated"}
        options.append({**host, "term": "on_demand", **sizing})
    if not options:
        options.append({"name": texts("term.serverless"), "kind": "serverless", "offer": ""})
    draft: Draft = {"version": "1", "title": model or "", "currency": "USD"}
    draft |= {key: value for key, value in (("model", model), ("region", region)) if value}
    draft |= {"workload": dict(WORKLOAD), "options": options}
    if country:
        draft["residency"] = {"processing": country}
    if instance is not None:
        with_people_named(with_people_asked(draft), texts("form.people.name"))
    return with_form_defaults(draft)


def start_with_offers(session: Session, use: Mapping[str, str], offers: Sequence[str]) -> Draft:
    """The question with an option an offer, each of its own model: what a comparison of models
    proposes. No host stands beside them.

    use: as in `start`; the first offer is that of its model. Offers that lead nowhere stay, to be
    refused by name.
    """
    options: list[dict[str, Any]] = []
    for offer in dict.fromkeys(offers):
        model = _model_of(session, offer)
        name = offer if model is None else model.name
        taken = sum(one["name"].partition(" · ")[0] == name for one in options)
        option = {"name": f"{name} · {taken + 1}" if taken else name, "kind": "serverless"}
        options.append({**option, **({} if model is None else {"model": model.id}), "offer": offer})
    title = " / ".join(dict.fromkeys(one["name"] for one in options))
    draft: Draft = {"version": "1", "title": title, "currency": "USD"}
    draft |= {key: use[key] for key in ("model", "region") if use.get(key)}
    draft |= {"workload": dict(WORKLOAD), "options": options}
    if use.get("residency"):
        draft["residency"] = {"processing": use["residency"]}
    return with_form_defaults(draft)


def _model_of(session: Session, offer: str) -> Model | None:
    """The model that an offer sells; None where the catalog knows no such offer."""
    ids = [price.model_id for price in offer_prices(session, offer) if price.model_id]
    return find_model(session, ids[0]) if ids else None


def _host_for(session: Session, model: str, region: str, today: date) -> str | None:
    """The cheapest host of Azure's list in the region, else the cheapest whose GPUs hold the
    weights; None where neither is known."""
    try:
        dossier = model_dossier(session, model, region)
    except (ModelNotFound, ModelAmbiguous):
        return None
    [known] = cheapest_in_region(session, [dossier.model.id], region, today)
    host: HostPrice | None = known.host
    if host is None and dossier.parameters is not None:
        fitting = hosts_with_memory(session, region, weights_gib(dossier.parameters), most=1)
        host = fitting[0] if fitting else None
    return None if host is None else instance_name(host.instance_id)
