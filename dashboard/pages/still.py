"""Parts of a page that stand still: plain HTML that the browser builds without Dash.

Dash looks at each of its components whenever anything on the page changes, so that tables of some
hundred cells slow down every key. What only shows something is sent as a tree instead; `still.js`
builds it, and keeps what is the same, with its focus and what was unfolded.
"""

import json
from collections.abc import Mapping
from typing import Any

import dash
from dash import ClientsideFunction, Input
from dash.development.base_component import Component

Tree = list[Any]
"""[tag, attributes, children]; a child is a tree or a text."""

HTML = "dash_html_components"
RENAMED = {
    "className": "class",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
}
KEPT = frozenset({"id", "title", "role", "scope", "href", "target", "rel", "lang", "open", "type"})


def still(content: Any) -> list[Tree | str]:
    """HTML components and texts as trees, in their order.

    Raises:
        TypeError: a component that is more than HTML, or a property that no attribute stands for.
    """
    if content is None:
        return []
    if isinstance(content, list | tuple):
        return [tree for one in content for tree in still(one)]
    if isinstance(content, Component):
        return [_tree(content)]
    if isinstance(content, str | int) and not isinstance(content, bool):
        return [str(content)]
    raise TypeError(f"{type(content).__name__} is no HTML")


def draw_still(app: dash.Dash, name: str) -> None:
    """Draw what the store `still-NAME` holds, {id of the place: trees}, whenever that changes.
    Where it holds nothing, nothing stands there. name: `first` or `rest`, as in `still.js`."""
    app.clientside_callback(
        ClientsideFunction("modelcost_still", name), Input(f"still-{name}", "data")
    )


def _tree(component: Component) -> Tree:
    said = component.to_plotly_json()
    if said["namespace"] != HTML:
        raise TypeError(f"{said['namespace']}.{said['type']} is no HTML")
    props = dict(said["props"])
    children = still(props.pop("children", None))
    return [str(said["type"]).lower(), _attributes(props), children]


def _attributes(props: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in props.items():
        attribute = RENAMED.get(name, name)
        if not (attribute in KEPT or name in RENAMED or name.startswith(("aria-", "data-"))):
            raise TypeError(f"{name} is no attribute of what stands still")
        if value is None or value is False or value == "":
            continue
        found[attribute] = _text(value)
    return found


def _text(value: Any) -> str:
    if value is True:
        return ""
    if isinstance(value, Mapping):  # an id, as Dash writes it
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(value)
