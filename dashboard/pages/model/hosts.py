"""The hosts of a model: those Azure lists for it, else those whose memory holds its weights."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.cheapest import HostPrice
from catalog.dossier import Dossier
from catalog.priced_instances import FittingHost, weights_gib
from dashboard.format import Format
from dashboard.pages.aria import aria
from dashboard.pages.model.offers import dated
from dashboard.pages.parts import decide_button, known, plain, region_name, table
from dashboard.pages.visit import Visit, decide_link, host_path
from dashboard.texts import Texts


def hosts(
    visit: Visit, dossier: Dossier, fitting: Sequence[FittingHost], texts: Texts, fmt: Format
) -> Component:
    """Instance, GPUs, memory, and the price in the region with its date."""
    region = region_name(visit.region, texts)
    heads = [
        (texts("model.host"), True),
        (texts("model.gpus"), True),
        (texts("model.gpu_memory"), False),
        (texts("model.host_price", region=region), False),
        (texts("model.price_date"), True),
        ("", False),
    ]
    rows: list[tuple[Mapping[str, Any], Sequence[Any]]]
    if dossier.hosts:
        intro = [html.P(texts("model.hosts.listed"), className="subline")]
        rows = [
            _row(
                visit,
                dossier,
                (host.sku, host.instance_id),
                (host.gpu_model, host.gpu_count, host.gpu_memory_gib),
                host.price,
                texts,
                fmt,
                retired=None if host.retired_on is None else fmt.date(host.retired_on),
            )
            for host in dossier.hosts
        ]
    else:
        intro = [html.P(texts("model.hosts.none"), className="subline")]
        rows = [
            _row(
                visit,
                dossier,
                (host.sku, host.instance_id),
                (host.gpu_model, host.gpu_count, host.gpu_memory_gib),
                host,
                texts,
                fmt,
            )
            for host in fitting
        ]
        if dossier.parameters:
            memory = plain(weights_gib(dossier.parameters).quantize(Decimal("0.1")))
            said = "model.hosts.fits" if fitting else "model.hosts.none_fits"
            text = texts(said, memory=memory, region=region)
            intro.append(html.P(text, className="subline"))
    caption = texts("model.hosts.caption", region=region)
    return html.Section(
        [
            html.H2(texts("model.hosts")),
            *intro,
            *([table(heads, rows, caption=caption)] if rows else []),
        ],
        className="panel",
        id="hosts-of-model",
        **aria(label=texts("model.hosts")),
    )


def _row(
    visit: Visit,
    dossier: Dossier,
    names: tuple[str, str | None],
    gpus: tuple[str | None, Decimal | None, Decimal | None],
    price: HostPrice | None,
    texts: Texts,
    fmt: Format,
    *,
    retired: str | None = None,
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    sku, instance_id = names
    kind, count, memory = gpus
    name: Any = sku
    if instance_id is not None:
        href = visit.link(host_path(instance_id), region=visit.region)
        name = html.A(sku, href=href, className="text-link")
    tags = []
    if retired is not None:
        tags = [html.Span(texts("model.retired", day=retired), className="tag")]
    gpu = None if kind is None else (kind if count is None else f"{plain(count)} × {kind}")
    use = decide_link(visit, dossier.model.id, visit.region, instance=sku)
    return (
        {"className": "aside"} if retired is not None else {},
        (
            [name, *tags],
            known(gpu, texts),
            known(None if memory is None else texts("catalog.gib", number=plain(memory)), texts),
            texts("model.no_price_there")
            if price is None
            else texts("catalog.an_hour", money=fmt.list_price(price.usd_per_hour)),
            known(None if price is None else dated(price.as_of, texts, fmt), texts),
            decide_button(use, sku, texts, quiet=True) if price is not None else "",
        ),
    )
