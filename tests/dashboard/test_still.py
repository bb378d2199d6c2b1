"""What stands still is sent as a tree of HTML, and nothing else than HTML."""

from __future__ import annotations

import dash_mantine_components as dmc
import pytest
from dash import html

from dashboard.pages.aria import aria
from dashboard.pages.still import still


def test_components_become_trees_with_the_attributes_of_html() -> None:
    cell = html.Td("12", colSpan=3, className="cheapest", **aria(label="Cost"))
    table = html.Table(html.Tr([html.Th("a & <b>", scope="row"), cell]), tabIndex=0)

    assert [
        [
            "table",
            {"tabindex": "0"},
            [
                [
                    "tr",
                    {},
                    [
                        ["th", {"scope": "row"}, ["a & <b>"]],
                        ["td", {"colspan": "3", "class": "cheapest", "aria-label": "Cost"}, ["12"]],
                    ],
                ]
            ],
        ]
    ] == still(table)


def test_an_id_of_parts_is_written_as_dash_writes_it() -> None:
    button = html.Button("1", id={"type": "number", "key": "estimate|0|1"}, type="button")
    [tree] = still(button)
    assert {"id": '{"key":"estimate|0|1","type":"number"}', "type": "button"} == tree[1]


def test_what_is_not_said_leaves_no_attribute_and_what_is_open_says_so() -> None:
    folded = html.Details([html.Summary("More"), None, 7], open=True, className="")
    assert [["details", {"open": ""}, [["summary", {}, ["More"]], "7"]]] == still([folded])
    assert [["details", {}, []]] == still(html.Details(open=False))
    assert [] == still(None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (html.Div(dmc.Button("Save")), "dash_mantine_components.Button is no HTML"),
        (html.Div(3.5), "float is no HTML"),
        (html.Div(True), "bool is no HTML"),
        (html.A("x", n_clicks=1), "n_clicks is no attribute of what stands still"),
        (html.Div(style={"color": "red"}), "style is no attribute of what stands still"),
    ],
)
def test_what_would_be_lost_in_the_browser_is_refused(content: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        still(content)
