"""The hosts of a model: those Azure lists for it, else those whose memory holds its weights."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from catalog.dossier import Dossier, ListedHost
from catalog.instance_queries import instance_name
from catalog.priced_instances import FittingHost, weights_gib
from dashboard.pages.aria import aria
from dashboard.pages.parts import decide_button, gibibytes, known, plain, table
from dashboard.pages.reader import Reader
from dashboard.pages.visit import decide_link, host_path


def hosts(reader: Reader, dossier: Dossier, fitting: Sequence[FittingHost]) -> Component:
    """Instance, GPUs, memory, and the price in the region with its date."""
    texts = reader.texts
    if dossier.hosts:
        intro = [texts("model.hosts.listed")]
        rows = [_row(reader, dossier, host, host.retired_on) for host in dossier.hosts]
    else:
        intro = [texts("model.hosts.none")]
        rows = [_row(reader, dossier, host, None) for host in fitting]
        if dossier.parameters:
            memory = plain(weights_gib(dossier.parameters).quantize(Decimal("0.1")))
            said = "model.hosts.fits" if fitting else "model.hosts.none_fits"
            intro.append(texts(said, memory=memory, region=reader.place))
    heads = [
        (texts("model.host"), True),
        (texts("model.gpus"), True),
        (texts("model.gpu_memory"), False),
        (texts("model.host_price", region=reader.place), False),
        (texts("model.price_date"), True),
        (texts("nav.decide"), False),
    ]
    caption = texts("model.hosts.caption", region=reader.place)
    return html.Section(
        [
            html.H2(texts("model.hosts")),
            *[html.P(text, className="subline") for text in intro],
            *([table(heads, rows, caption=caption)] if rows else []),
        ],
        className="panel",
        id="hosts-of-model",
        **aria(label=texts("model.hosts")),
    )


def _row(
    reader: Reader, dossier: Dossier, host: ListedHost | FittingHost, end: date | None
) -> tuple[Mapping[str, Any], Sequence[Any]]:
    texts = reader.texts
    price = host.price if isinstance(host, ListedHost) else host
    known_as = host.sku if host.instance_id is None else instance_name(host.instance_id)
    name: Any = known_as
    if host.instance_id is not None:
        href = reader.visit.link(host_path(host.instance_id), region=reader.visit.region)
        name = html.A(known_as, href=href, className="text-link")
    tags = [] if end is None else [html.Span(reader.end(end), className="tag")]
    cells = [[name, *tags], known(_gpus(host), texts), gibibytes(host.gpu_memory_gib, texts)]
    if price is None:
        cells += [texts("model.no_price_there"), known(None, texts), known(None, texts)]
    else:
        use = decide_link(reader.visit, dossier.model.id, reader.visit.region, instance=known_as)
        cells += [
            texts("catalog.an_hour", money=reader.fmt.list_price(price.usd_per_hour)),
            [reader.day(price.as_of), html.Span(price.source, className="small", lang="en")],
            decide_button(use, known_as, texts, quiet=True),
        ]
    return ({"className": "aside"} if reader.is_over(end) else {}, cells)


def _gpus(host: ListedHost | FittingHost) -> str | None:
    if host.gpu_model is None or host.gpu_count is None:
        return host.gpu_model
    return f"{plain(host.gpu_count)} × {host.gpu_model}"
