"""One option as a card: its prices or its host, and what it assumes."""

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.decide.choices import host_counts
from dashboard.pages.decide.document import Draft, get_at
from dashboard.pages.decide.fields import (
    Choice,
    fold,
    mode_switch,
    number_field,
    search_field,
    select_field,
    text_field,
)
from dashboard.pages.decide.hosts import more_of_hosts
from dashboard.pages.decide.owned import owned_fields
from dashboard.pages.decide.price_steps import price_steps
from dashboard.pages.decide.provisioned import deployment_field, provisioned_fields
from dashboard.pages.decide.serving import serving_fold, serving_note
from dashboard.texts import Texts

TOKEN_PRICES = ("input", "output", "cached_input")
PRICE_MODES = ("typed", "offer", "place")
HOST_PRICE_MODES = ("catalog", "typed", "owned")
ANSWER_MODES = ("standard", "batch")
TERMS = ("on_demand", "spot", "savings_plan_1y", "savings_plan_3y", "reserved_1y", "reserved_3y")


def option_card(
    draft: Draft, index: int, texts: Texts, lists: Mapping[str, Sequence[Choice]]
) -> Component:
    """The card of the option at `index` of the scenario."""
    path = f"options.{index}"
    kind = get_at(draft, f"{path}.kind")
    if kind == "dedicated":
        body = _dedicated(draft, path, texts, lists)
    elif kind == "provisioned":
        body = provisioned_fields(draft, path, texts)
    else:
        body = _serverless(draft, path, texts, lists)
    return dmc.Paper(
        [
            _head(draft, index, str(kind), texts),
            dmc.Stack(
                [
                    text_field(draft, f"{path}.name", texts, "form.name", required=True),
                    *body,
                    _own_question(draft, path, texts, lists),
                ],
                gap="sm",
            ),
        ],
        className=f"option-card option-{kind}",
        withBorder=True,
        p="sm",
    )


def price_mode_of(draft: Draft, path: str) -> str:
    """Whether the prices of an option are typed, those of a host in the catalog, of an offer, or of
    what one provider sells in one place."""
    option = get_at(draft, path) or {}
    if option.get("kind") == "dedicated" and "owned" in option:
        return "owned"
    if option.get("kind") == "dedicated":
        return "typed" if "price" in option else "catalog"
    if "offer" in option:
        return "offer"
    return "typed" if "prices" in option or "provider" not in option else "place"


def capacity_mode_of(draft: Draft, path: str) -> str:
    """unlimited, estimated or typed."""
    capacity = get_at(draft, f"{path}.capacity")
    if isinstance(capacity, dict):
        return "typed"
    return "unlimited" if capacity == "unlimited" else "estimated"


def _head(draft: Draft, index: int, kind: str, texts: Texts) -> Component:
    name = str(get_at(draft, f"options.{index}.name") or "")
    remove = dmc.Button(
        texts("form.remove"),
        id={"type": "action", "name": "remove", "index": index},
        variant="subtle",
        color="gray",
        className="quiet-button",
        size="compact-xs",
        disabled=len(draft.get("options") or []) < 2,
        **aria(label=texts("form.remove_named", name=name)),
    )
    return dmc.Group(
        [html.H3(texts(f"term.{kind}"), className="card-kind"), remove],
        justify="space-between",
        mb="xs",
    )


def _serverless(
    draft: Draft, path: str, texts: Texts, lists: Mapping[str, Sequence[Choice]]
) -> list[Component]:
    mode = price_mode_of(draft, path)
    switch = mode_switch(f"{path}.prices", texts, "form.serverless_price", mode, PRICE_MODES)
    if mode == "offer":
        offer = search_field(draft, f"{path}.offer", texts, "form.offer", lists[f"{path}.offer"])
        return [switch, offer, _answer_mode(draft, path, texts)]
    if mode == "place":
        provider = text_field(draft, f"{path}.provider", texts, "form.provider", required=True)
        place = [provider, deployment_field(draft, path, texts)]
        row = html.Div(place, className="two-columns")
        return [switch, row, _answer_mode(draft, path, texts)]
    rows = [_token_price(draft, path, kind, texts) for kind in TOKEN_PRICES]
    hosting = number_field(
        draft, f"{path}.prices.hosting.amount", texts, "form.price.hosting", unit=_per_hour(draft)
    )
    return [
        switch,
        *rows,
        hosting,
        _sources(draft, path, texts),
        price_steps(draft, path, texts),
    ]


def _answer_mode(draft: Draft, path: str, texts: Texts) -> Component:
    modes = [{"value": mode, "label": texts(f"form.mode.{mode}")} for mode in ANSWER_MODES]
    return select_field(
        draft,
        f"{path}.mode",
        texts,
        "form.mode",
        modes,
        clearable=True,
        placeholder=texts("form.mode.standard"),
    )


def _token_price(draft: Draft, path: str, kind: str, texts: Texts) -> Component:
    price = f"{path}.prices.{kind}"
    currency = str(draft.get("currency") or "USD")
    return html.Div(
        [
            number_field(
                draft,
                f"{price}.amount",
                texts,
                f"form.price.{kind}",
                unit=currency,
                required=kind == "input",
            ),
            select_field(
                draft,
                f"{price}.per",
                texts,
                "form.price.per",
                [
                    {"value": "1000", "label": texts("form.per_1000")},
                    {"value": "1000000", "label": texts("form.per_1000000")},
                ],
                allowDeselect=False,
            ),
        ],
        className="price-row",
    )


def _sources(draft: Draft, path: str, texts: Texts) -> Component:
    rows = [
        html.Div(
            [
                text_field(draft, f"{path}.prices.{kind}.source", texts, f"form.source.{kind}"),
                text_field(
                    draft,
                    f"{path}.prices.{kind}.as_of",
                    texts,
                    "form.as_of",
                    placeholder="2026-01-31",
                ),
            ],
            className="price-row",
        )
        for kind in (*TOKEN_PRICES, "hosting")
        if get_at(draft, f"{path}.prices.{kind}.amount") is not None
    ]
    return fold(texts("form.sources"), rows or [html.P(texts("form.sources.none"))])


def _dedicated(
    draft: Draft, path: str, texts: Texts, lists: Mapping[str, Sequence[Choice]]
) -> list[Component]:
    mode = price_mode_of(draft, path)
    fields: list[Component] = [
        search_field(draft, f"{path}.instance", texts, "form.instance", lists[f"{path}.instance"]),
        mode_switch(f"{path}.price", texts, "form.host_price", mode, HOST_PRICE_MODES),
    ]
    if mode == "typed":
        fields += _typed_host_price(draft, path, texts)
    if mode == "owned":
        fields += owned_fields(draft, path, texts)
    else:
        terms = [{"value": term, "label": texts(f"form.term.{term}")} for term in TERMS]
        fields.append(
            select_field(
                draft,
                f"{path}.term",
                texts,
                "form.term",
                terms,
                allowDeselect=False,
                placeholder=texts("form.term.on_demand"),
            )
        )
    fields += [host_counts(draft, path, texts), *_capacity(draft, path, texts)]
    return [*fields, more_of_hosts(draft, path, texts)]


def _typed_host_price(draft: Draft, path: str, texts: Texts) -> list[Component]:
    amount = number_field(
        draft,
        f"{path}.price.amount",
        texts,
        "form.price.instance",
        unit=_per_hour(draft),
        required=True,
    )
    source = [
        text_field(draft, f"{path}.price.source", texts, "form.source"),
        text_field(draft, f"{path}.price.as_of", texts, "form.as_of", placeholder="2026-01-31"),
    ]
    row = html.Div(source, className="price-row")
    return [amount, fold(texts("form.sources"), [row])]


def _capacity(draft: Draft, path: str, texts: Texts) -> list[Component]:
    mode = capacity_mode_of(draft, path)
    switch = mode_switch(
        f"{path}.capacity", texts, "form.capacity", mode, ("unlimited", "typed", "estimated")
    )
    note = dmc.Text(texts(f"form.capacity.{mode}.hint"), size="xs", className="hint")
    if mode == "estimated":
        option = int(path.rpartition(".")[2])
        return [switch, note, serving_fold(draft, path, texts), serving_note(option)]
    if mode == "unlimited":
        return [switch, note]
    rates = [
        number_field(draft, f"{path}.capacity.{key}", texts, f"form.{key}")
        for key in ("input_tokens_per_second", "output_tokens_per_second")
    ]
    evidence = text_field(draft, f"{path}.capacity.evidence", texts, "form.evidence")
    return [switch, note, html.Div(rates, className="two-columns"), evidence]


def _own_question(
    draft: Draft, path: str, texts: Texts, lists: Mapping[str, Sequence[Choice]]
) -> Component:
    """Where this option answers with another model, region or token count than the question's."""
    keys = ("model", "region", "input_tokens", "output_tokens")
    differs = any(get_at(draft, f"{path}.{key}") is not None for key in keys)
    fields = [
        search_field(draft, f"{path}.model", texts, "form.own_model", lists[f"{path}.model"]),
        select_field(
            draft,
            f"{path}.region",
            texts,
            "form.own_region",
            lists[f"{path}.region"],
            clearable=True,
        ),
        html.Div(
            [
                number_field(draft, f"{path}.{key}", texts, f"form.own_{key}")
                for key in ("input_tokens", "output_tokens")
            ],
            className="two-columns",
        ),
    ]
    return fold(texts("form.own_question"), fields, is_open=differs)


def _per_hour(draft: Draft) -> str:
    return f"{draft.get('currency') or 'USD'}/h"
