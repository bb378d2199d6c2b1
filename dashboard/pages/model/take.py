"""From a comparison of models to Decide with all of them: an option each, at the same workload."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.model_costs import AskedLoad
from dashboard.pages.decide.address import ALSO
from dashboard.pages.reader import Reader
from dashboard.pages.visit import decide_link


def take_all(
    reader: Reader, load: AskedLoad, models: Sequence[tuple[str, str | None]]
) -> list[Component]:
    """The link, where two or more have an offer; nothing else. models: id, and the offer whose cost
    is shown. Those without one are counted beside the link."""
    offered = [(model, offer) for model, offer in models if offer is not None]
    if len(offered) < 2 or load.problems:
        return []
    texts, visit = reader.texts, reader.visit
    (model, offer), *others = offered
    path, _, query = decide_link(visit, model, visit.region, offer_id=offer).partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    pairs += [*((ALSO, one) for _, one in others), *load.fields.items()]
    link = html.A(
        texts("model.compare.take", count=str(len(offered))),
        href=f"{path}?{urlencode(pairs)}",
        className="button quiet",
        id="take-all",
    )
    parts: list[Component] = [link]
    missing = len(models) - len(offered)
    if missing:
        said = texts.counted("model.compare.not_taken", missing, region=reader.place)
        parts.append(html.Span(said, className="small"))
    return [html.Div(parts, className="take-all")]
