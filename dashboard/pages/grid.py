"""The one place where a list becomes a grid: same look, same keys, words of the language."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_ag_grid
from dash.development.base_component import Component

from dashboard.texts import Texts

LIST_OPTIONS: Final[Mapping[str, Any]] = {
    "theme": {"function": "calmTheme(agGrid)"},
    "rowHeight": 52,
    "headerHeight": 40,
    "animateRows": False,
    "suppressColumnVirtualisation": True,
    "ensureDomOrder": True,
    "suppressDragLeaveHidesColumns": True,
    "tooltipShowDelay": 300,
}
WORDS: Final = ("loadingOoo", "noRowsToShow", "ariaSortableColumn")


def column(
    name: str,
    header: str,
    *,
    renderer: str,
    width: int,
    right: bool = False,
    sortable: bool = False,
    **given: Any,
) -> Mapping[str, Any]:
    """One column. renderer: a function of `assets/dashAgGridFunctions.js`."""
    definition: dict[str, Any] = {
        "colId": name,
        "field": name,
        "headerName": header,
        "cellRenderer": renderer,
        "width": width,
        "minWidth": 80,
        "sortable": sortable,
        **given,
    }
    if right:
        definition |= {"headerClass": "right", "cellClass": "right"}
    return definition


def grid(
    name: str,
    columns: Sequence[Mapping[str, Any]],
    texts: Texts,
    options: Mapping[str, Any],
    *,
    rows: str,
) -> Component:
    """An empty grid of this component id. rows: infinite, or clientSide."""
    words = {word: texts(f"catalog.grid.{word}") for word in WORDS}
    return dash_ag_grid.AgGrid(
        id=name,
        columnDefs=[dict(one) for one in columns],
        defaultColDef={"resizable": True, "suppressHeaderMenuButton": True, "filter": False},
        rowModelType=rows,
        getRowId="params.data.id",
        dashGridOptions={**options, "localeText": words},
        className="list-grid",
        style={"height": "100%", "width": "100%"},
    )
