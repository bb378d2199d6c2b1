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
from dashboard.pages.aria import aria
from dashboard.pages.parts import facts, known, region_picker, source, table, task_name
from dashboard.pages.reader import Reader
from dashboard.pages.visit import CATALOG, model_path

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


def identity(reader: Reader, dossier: Dossier, regions: Sequence[str]) -> Component:
    """Name, region, and the facts that a reader chooses by."""
    texts, model = reader.texts, dossier.model
    tags = []
    if dossier.retired_on is not None:
        tags.append(html.Span(reader.end(dossier.retired_on), className="tag"))
    return html.Section(
        [
            html.P(
                [
                    html.A(texts("nav.catalog"), href=reader.visit.link(CATALOG)),
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
                    region_picker(reader.visit.region, regions, texts),
                ],
                className="head-row",
            ),
            facts(_facts(reader, dossier)),
            _provenance(reader, dossier),
        ],
        className="panel",
        **aria(label=texts("model.identity")),
    )


def architecture(reader: Reader, dossier: Dossier) -> Component:
    """The shape of the model, or that nothing is known of it."""
    texts = reader.texts
    shape = dossier.model.architecture
    if shape is None:
        body: list[Component] = [html.P(texts("model.architecture.none"), className="subline")]
    else:
        rows: list[tuple[Mapping[str, Any], Sequence[Any]]] = [
            ({}, (texts(f"model.shape.{name}"), _shape_value(reader, shape, name)))
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


def names(reader: Reader, dossier: Dossier) -> Component:
    """Every name of the model in other systems, with the evidence of the join."""
    texts = reader.texts
    rows: list[tuple[dict[str, Any], Sequence[Any]]] = [
        (
            {},
            (
                html.Span(link.key, lang="en"),
                html.Span(link.system, lang="en"),
                texts(f"model.relation.{link.relation}"),
                texts(f"model.evidence.{link.evidence}"),
                _reason(reader, dossier, link),
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


def count_text(reader: Reader, dossier: Dossier) -> Any:
    """The number of parameters, with the active ones where only some are used a token."""
    if dossier.parameters is None:
        return known(None, reader.texts)
    shape = dossier.model.architecture
    active = None if shape is None else shape.active_params
    total = reader.fmt.count(Decimal(dossier.parameters))
    if active is None or active == dossier.parameters:
        return total
    return reader.texts("model.active", total=total, active=reader.fmt.count(Decimal(active)))


def token_text(reader: Reader, count: int | None) -> Any:
    """A length in tokens."""
    if count is None:
        return known(None, reader.texts)
    return reader.texts("model.tokens", count=reader.fmt.exact_count(Decimal(count)))


def _facts(reader: Reader, dossier: Dossier) -> list[tuple[str, Any]]:
    texts, detail = reader.texts, dossier.detail
    longest = None if detail is None else detail.max_output_tokens
    task = None if dossier.task is None else task_name(dossier.task, texts)
    return [
        (texts("model.publisher"), dossier.model.publisher),
        (texts("model.license"), known(dossier.license, texts)),
        (texts("model.task"), known(task, texts)),
        (texts("model.parameters"), count_text(reader, dossier)),
        (texts("model.context"), token_text(reader, dossier.context_tokens)),
        (texts("model.max_output"), token_text(reader, longest)),
    ]


def _provenance(reader: Reader, dossier: Dossier) -> Component:
    """Where each fact was read, folded: a reviewer's question, not a newcomer's."""
    texts, model, detail = reader.texts, dossier.model, dossier.detail
    shape = model.architecture
    said = [
        (texts("model.license"), model.license_source if model.license else None),
        (texts("model.task"), detail.task_source if detail else None),
        (texts("model.parameters"), shape.total_params_source if shape else None),
        (texts("model.context"), detail.context_source if detail else None),
        (texts("model.max_output"), detail.max_output_source if detail else None),
    ]
    entries: list[Component] = [
        html.Dt(texts("model.read_at")),
        html.Dd(source(model.source, model.source_url), lang="en"),
    ]
    for name, where in said:
        if where is not None:
            entries += [html.Dt(name), html.Dd(where, lang="en")]
    summary = html.Summary(texts("model.provenance"))
    return html.Details([summary, html.Dl(entries, className="basis")])


def _shape_value(reader: Reader, shape: ArchitectureRecord, name: str) -> str:
    value = getattr(shape, name)
    return reader.fmt.exact_count(Decimal(value)) if isinstance(value, int) else str(value)


def _reason(reader: Reader, dossier: Dossier, link: ModelLinkRecord) -> list[Any]:
    texts = reader.texts
    variant = SERVING_VARIANT.fullmatch(link.reason)
    if variant:
        said: list[Any] = [texts("model.reason.variant", suffix=variant[1])]
    elif link.reason in REASONS:
        said = [texts(f"model.reason.{REASONS[link.reason]}")]
    else:
        said = [html.Span(link.reason, lang="en")]
    others = dossier.ambiguous.get((link.system, link.key), ())
    if link.relation == "same" and others:
        said += [" ", html.Span(texts("model.names.ambiguous"), className="tag")]
        for other in others:
            href = reader.visit.link(model_path(other))
            said += [html.A(other, href=href, className="text-link"), " "]
    return said
