"""The left side: the question as fields, drawn anew whenever the scenario changes shape."""

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.aria import aria
from dashboard.pages.decide.add_ons import add_on_fields
from dashboard.pages.decide.cards import option_card
from dashboard.pages.decide.choices import peak_choice, people_fields
from dashboard.pages.decide.document import Draft, get_at, rented_hosts
from dashboard.pages.decide.fields import (
    Choice,
    mode_switch,
    number_field,
    search_field,
    select_field,
)
from dashboard.pages.decide.question_more import question_folds
from dashboard.pages.decide.volumes import volume_fields
from dashboard.texts import Texts

LOAD_FORMS = {
    "per_hour": ("requests_per_hour",),
    "per_month": ("requests_per_month",),
    "users": ("users", "requests_per_user_per_day", "days_per_month"),
}
MOST_OPTIONS = 12


Lists = Mapping[str, Sequence[Choice]]
"""What each field that picks from the catalog shows, by path."""


def form(draft: Draft, texts: Texts, lists: Lists) -> list[Component]:
    """All fields of the question, top to bottom: what, how much, then one card per option."""
    sections = [
        _section(texts("form.section.model"), _model_fields(draft, texts, lists)),
        _section(texts("form.section.load"), _how_much(draft, texts)),
        _section(texts("form.section.options"), _options(draft, texts, lists)),
    ]
    if rented_hosts(draft):
        sections.append(_section(texts("form.section.people"), people_fields(draft, texts)))
    sections.append(
        _section(
            texts("form.section.more"),
            [add_on_fields(draft, texts), *question_folds(draft, texts)],
        )
    )
    return sections


def load_form_of(draft: Draft) -> str:
    """How this scenario counts the load; by the hour where none of the fields is filled."""
    workload = get_at(draft, "workload") or {}
    for name, keys in LOAD_FORMS.items():
        if any(workload.get(key) is not None for key in keys):
            return name
    return str(workload.get("counted", "per_hour"))


def _section(title: str, children: Sequence[Component]) -> Component:
    return html.Section(
        [html.H2(title, className="form-section"), dmc.Stack(list(children), gap="sm")]
    )


def _model_fields(draft: Draft, texts: Texts, lists: Lists) -> list[Component]:
    return [
        search_field(draft, "model", texts, "form.model", lists["model"]),
        select_field(draft, "region", texts, "form.region", lists["region"], clearable=True),
        # Comes with the fields, so that their arrival is no choice of another model or region.
        dcc.Store(id="found-for-place"),
    ]


def _how_much(draft: Draft, texts: Texts) -> list[Component]:
    return [*_load_fields(draft, texts), volume_fields(draft, texts), _time(draft, texts)]


def _load_fields(draft: Draft, texts: Texts) -> list[Component]:
    counted = load_form_of(draft)
    count = [
        number_field(draft, f"workload.{key}", texts, f"form.{key}", required=True)
        for key in LOAD_FORMS[counted]
    ]
    return [
        mode_switch("workload", texts, "form.load", counted, tuple(LOAD_FORMS)),
        html.Div(count, className="three-columns") if len(count) > 1 else count[0],
        html.Div(
            [
                number_field(
                    draft, "workload.input_tokens", texts, "form.input_tokens", required=True
                ),
                number_field(
                    draft, "workload.output_tokens", texts, "form.output_tokens", required=True
                ),
            ],
            className="two-columns",
        ),
        html.Div(
            [
                peak_choice(draft, texts),
                number_field(
                    draft, "workload.cached_input_share", texts, "form.cached_input_share"
                ),
            ],
            className="two-columns",
        ),
        html.Div(
            [
                number_field(
                    draft,
                    f"workload.{key}",
                    texts,
                    f"form.{key}",
                    unit=texts("form.seconds"),
                    unit_width=36,
                )
                for key in ("ttft_seconds", "tpot_seconds")
            ],
            className="two-columns",
        ),
    ]


def _time(draft: Draft, texts: Texts) -> Component:
    """The horizon, folded until it is used: without it twelve months are assumed and named."""
    fields = [
        number_field(draft, f"plan.{key}", texts, f"form.plan.{key}")
        for key in ("months", "start", "growth_per_year", "fiscal_year_starts_in")
    ]
    return html.Details(
        [
            html.Summary(texts("form.section.time")),
            html.Div(fields[:2], className="two-columns"),
            html.Div(fields[2:], className="two-columns"),
        ],
        open=bool(get_at(draft, "plan")),
        className="time-fields",
    )


def _options(draft: Draft, texts: Texts, lists: Lists) -> list[Component]:
    options = draft.get("options") or []
    cards = [option_card(draft, index, texts, lists) for index in range(len(options))]
    full = len(options) >= MOST_OPTIONS
    buttons = dmc.Group(
        [
            _button("add-serverless", texts("form.add_serverless"), disabled=full),
            _button("add-dedicated", texts("form.add_dedicated"), disabled=full),
            _button("add-provisioned", texts("form.add_provisioned"), disabled=full),
        ],
        gap="xs",
    )
    return [*cards, buttons]


def _button(action: str, label: str, *, disabled: bool) -> Component:
    return dmc.Button(
        label,
        id={"type": "action", "name": action, "index": 0},
        variant="light",
        size="xs",
        disabled=disabled,
        leftSection=html.Span("+", **aria(hidden="true")),
    )
