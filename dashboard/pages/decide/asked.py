"""What a person clicked in the form since it was drawn.

A click that comes before the form has followed the one before it takes that one's place: its answer
is dropped. So each click is read together with those that the form has not followed yet.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

from dash.development.base_component import Component

from dashboard.pages.decide.fields import drawn

Ask: TypeAlias = tuple[Mapping[str, Any], Any]
"""The id of a switch or button, and what it says."""


class Heard(TypedDict):
    """What the switches and buttons of the form say that was drawn or heard last."""

    modes: dict[str, str]
    clicks: dict[str, int]


def heard_from(modes: Sequence[Mapping[str, Any]], buttons: Sequence[Mapping[str, Any]]) -> Heard:
    """Out of what the browser sends with each click: entries of `id` and `value`."""
    return {
        "modes": {str(one["id"]["path"]): str(one.get("value")) for one in modes},
        "clicks": {_name(one["id"]): int(one["value"]) for one in buttons if one.get("value")},
    }


def as_drawn(fields: Sequence[Component]) -> Heard:
    """What a form says that was only just drawn: each switch as it stands, no button clicked."""
    return heard_from([{"id": at, "value": value} for at, value in drawn(fields, "mode")], ())


def asked(
    before: Heard, modes: Sequence[Mapping[str, Any]], buttons: Sequence[Mapping[str, Any]]
) -> list[Ask]:
    """What is new, in an order in which no one moves what another means: what is removed comes
    last, from the end. A button that was clicked twice is heard once."""
    switched = [
        (one["id"], one["value"])
        for one in modes
        if str(one.get("value")) != before["modes"].get(str(one["id"]["path"]))
    ]
    clicked = [
        (one["id"], one["value"])
        for one in buttons
        if int(one.get("value") or 0) > before["clicks"].get(_name(one["id"]), 0)
    ]
    removed = [one for one in clicked if _removes(one)]
    # A part of an option goes before the option.
    removed.sort(key=lambda one: (one[0]["name"] == "remove", -int(one[0]["index"])))
    return [*switched, *(one for one in clicked if not _removes(one)), *removed]


def _removes(ask: Ask) -> bool:
    return str(ask[0]["name"]).startswith("remove")


def _name(button: Mapping[str, Any]) -> str:
    return f"{button['name']} {button['index']}"
