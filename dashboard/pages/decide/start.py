"""A new question about one model, as another page asks for it: an offer, a host, or both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from catalog.choices import cheapest_listed_host, cheapest_roomy_host, offer_choices
from dashboard.pages.decide.changes import with_form_defaults
from dashboard.pages.decide.document import Draft
from dashboard.texts import Texts

WORKLOAD = {
    "requests_per_hour": "1000",
    "input_tokens": "1000",
    "output_tokens": "300",
    "cached_input_share": "0",
    "peak_to_mean": "2",
}
"""A chat with some context, busy hours at twice the mean: a proposal that stands in the form."""


def start(session: Session, use: Mapping[str, str], texts: Texts) -> Draft:
    """The question with what was asked for in it, and beside it the other way to run the model:
    the cheapest host in the region that Azure lists for it (or whose GPUs hold it, where Azure has
    no list), or an offer that serves the region.

    use: any of model, offer, instance, region; names that lead nowhere stay, to be refused by name.
    """
    model, region = use.get("model"), use.get("region")
    offer, instance = use.get("offer"), use.get("instance")
    if instance is None and model and region:
        instance = cheapest_listed_host(session, model, region) or cheapest_roomy_host(
            session, model, region
        )
    if offer is None and model and use.get("instance") is not None:
        here = [one for one in offer_choices(session, "", model, region) if one.input is not None]
        near = [one for one in here if one.region in (region, None)]
        offer = near[0].id if near else None
    options: list[dict[str, Any]] = []
    if offer is not None:
        options.append({"name": texts("term.serverless"), "kind": "serverless", "offer": offer})
    if instance is not None:
        host = {"name": texts("term.dedicated"), "kind": "dedicated", "instance": instance}
        sizing = {"minimum_instances": "1", "spare_instances": "0", "capacity": "estimated"}
        options.append({**host, "term": "on_demand", **sizing})
    if not options:
        options.append({"name": texts("term.serverless"), "kind": "serverless", "offer": ""})
    draft: Draft = {"version": "1", "title": model or "", "currency": "USD"}
    draft |= {key: value for key, value in (("model", model), ("region", region)) if value}
    return with_form_defaults({**draft, "workload": dict(WORKLOAD), "options": options})
