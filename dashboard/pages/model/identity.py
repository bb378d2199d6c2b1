"""Who a model is: facts with their source, its architecture, and how names were joined."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from catalog.dossier import Dossier
from catalog.identity_records import ModelLinkRecord
from catalog.records import ArchitectureRecord
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.parts import facts, known, region_picker, source, table, task_name
from dashboard.pages.visit import CATALOG, Visit, model_path
from dashboard.texts import Texts

SHAPE: Final = (
    "model_type",
    "layers",
    "hidden_size",
    "attention_heads",
    "kv_heads",
    "head_dim",
    "intermediate_size",
    "n_experts",
    "experts_per_tok",
    "n_shared_experts",
    "vocab_size",
    "max_context",
    "sliding_window",
    "torch_dtype",
    "quant_method",
)
REASONS: Final[Mapping[str, str]] = {
    "a model of its own: publisher and name as the source writes them": "own_model",
    "same name after the slash, publisher known": "after_slash",
    "the same id": "same_id",
    "version date stripped: only one dated version is known": "date_stripped",
    "the same id but for capitals": "capitals",
    "the source states this Hub id": "hub_id",
    "an id of the Hub, named by its router": "router",
    "same name with or without Meta- before it, publisher known": "meta_prefix",
    "same name without -hf, publisher known": "hf_suffix",
    "version stripped: only one version is known": "version_stripped",
    "version stripped: the base or the instruct model may be meant": "version_ambiguous",
}
"""Sentences of the catalog's own rules, to their ids in the locales."""
SERVING_VARIANT: Final = re.compile(r"a serving variant of it: (\S+) at the end of the name")


def identity(
    visit: Visit, dossier: Dossier, regions: Sequence[str], texts: Texts, fmt: Format
) -> Component:
    """Name, region, and the facts that a reader chooses by."""
    model = dossier.model
    tags = []
    if dossier.retired_on is not None:
        tags.append(
            html.Span(texts("model.retired", day=fmt.date(dossier.retired_on)), className="tag")
        )
    return html.Section(
        [
            html.P(
                [
                    html.A(texts("nav.catalog"), href=visit.link(CATALOG)),
                    f" › {model.publisher}",
                ],
                className="crumb",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.H1(model.name, className="page-title"),
                            html.P(model.id, className="subline"),
                            *tags,
                        ]
                    ),
                    region_picker(visit.region, regions, texts),
                ],
                className="head-row",
            ),
            facts(_facts(dossier, texts, fmt)),
        ],
        className="panel",
        **aria(label=texts("model.identity")),
    )


def architecture(dossier: Dossier, texts: Texts, fmt: Format) -> Component:
    """The shape of the model, or that nothing is known of it."""
    shape = dossier.model.architecture
    if shape is None:
        body: list[Component] = [html.P(texts("model.architecture.none"), className="subline")]
    else:
        rows: list[tuple[Mapping[str, Any], Sequence[Any]]] = [
            ({}, (texts(f"model.shape.{name}"), _shape_value(shape, name, fmt)))
            for name in SHAPE
            if getattr(shape, name) is not None
        ]
        body = [
            html.P(texts(f"model.tier.{shape.tier}"), className="subline"),
            table(
                [(texts("model.fact"), True), (texts("model.value"), False)],
                rows,
                caption=texts("model.architecture.caption"),
            ),
            _said(texts("model.source_is"), shape.source),
        ]
        if shape.conflicts:
            body.append(_said(texts("model.conflicts"), shape.conflicts))
    return html.Section(
        [html.H2(texts("model.architecture")), *body],
        className="panel",
        **aria(label=texts("model.architecture")),
    )


def _said(words: str, fact: str) -> Component:
    """A remark and what the data says, in the language of the data."""
    return html.P([f"{words} ", html.Span(fact, lang="en")], className="small")


def names(visit: Visit, dossier: Dossier, texts: Texts) -> Component:
    """Every name of the model in other systems, with the evidence of the join."""
    rows: list[tuple[dict[str, Any], Sequence[Any]]] = [
        (
            {},
            (
                html.Span(link.key, lang="en"),
                html.Span(link.system, lang="en"),
                texts(f"model.relation.{link.relation}"),
                texts(f"model.evidence.{link.evidence}"),
                _reason(visit, dossier, link, texts),
            ),
        )
        for link in dossier.links
    ]
    aliases = [alias.alias for alias in dossier.model.aliases if alias.alias != dossier.model.id]
    heads = [
        (texts("model.names.key"), True),
        (texts("model.names.system"), True),
        (texts("model.names.relation"), True),
        (texts("model.names.evidence"), True),
        (texts("model.names.reason"), True),
    ]
    caption = texts("model.names.caption")
    body = [table(heads, rows, caption=caption)] if rows else [html.P(texts("model.names.none"))]
    if aliases:
        listed = texts("model.names.aliases", names=texts("model.list_comma").join(aliases))
        body.append(html.P(listed, className="small"))
    return html.Section(
        html.Details([html.Summary(html.H2(texts("model.names"), className="inline")), *body]),
        className="panel",
        **aria(label=texts("model.names")),
    )


def _facts(dossier: Dossier, texts: Texts, fmt: Format) -> list[tuple[str, Any]]:
    model, detail, shape = dossier.model, dossier.detail, dossier.model.architecture

    def said(value: Any, where: str | None) -> Any:
        if value is None:
            return known(None, texts)
        return [value, html.Span(where, className="small", lang="en")] if where else value

    count = None if dossier.parameters is None else fmt.count(Decimal(dossier.parameters))
    active = None if shape is None else shape.active_params
    if count is not None and active is not None:
        count = texts("model.active", total=count, active=fmt.count(Decimal(active)))
    context = dossier.context_tokens
    longest = None if detail is None else detail.max_output_tokens
    context_from = None if detail is None else detail.context_source
    license_from = model.license_source if model.license else None
    return [
        (texts("model.publisher"), model.publisher),
        (texts("model.license"), said(dossier.license, license_from)),
        (
            texts("model.task"),
            known(dossier.task and task_name(dossier.task, texts), texts),
        ),
        (texts("model.parameters"), said(count, shape.total_params_source if shape else None)),
        (
            texts("model.context"),
            said(_tokens(context, texts, fmt), context_from),
        ),
        (texts("model.max_output"), known(_tokens(longest, texts, fmt), texts)),
        (texts("model.read_at"), source(model.source, model.source_url)),
    ]


def _tokens(count: int | None, texts: Texts, fmt: Format) -> str | None:
    if count is None:
        return None
    return texts("model.tokens", count=fmt.exact_count(Decimal(count)))


def _shape_value(shape: ArchitectureRecord, name: str, fmt: Format) -> str:
    value = getattr(shape, name)
    return fmt.exact_count(Decimal(value)) if isinstance(value, int) else str(value)


def _reason(visit: Visit, dossier: Dossier, link: ModelLinkRecord, texts: Texts) -> Any:
    variant = SERVING_VARIANT.fullmatch(link.reason)
    if variant:
        said: list[Any] = [texts("model.reason.variant", suffix=variant[1])]
    elif link.reason in REASONS:
        said = [texts(f"model.reason.{REASONS[link.reason]}")]
    else:
        said = [html.Span(link.reason, lang="en")]
    others = dossier.ambiguous.get((link.system, link.key), ())
    if link.relation == "same" and others:
        said.append(html.Span(texts("model.names.ambiguous"), className="tag"))
        for other in others:
            said += [
                html.A(other, href=visit.link(model_path(other)), className="text-link"),
                " ",
            ]
    return said
