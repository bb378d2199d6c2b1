"""What a person clicked in the form that the form has not followed yet.

The browser keeps the clicks (`assets/asked.js`) and sends them all: the answer to one is dropped
when the next comes before it, and a form that was drawn anew knows nothing of a click into the one
before.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypedDict

from dash import html
from dash.development.base_component import Component

from dashboard.pages.decide.fields import drawn

Click: TypeAlias = Mapping[str, Any]
"""`number` counts them; `form` names the form that was clicked into; `id` and `value` say what."""
Ask: TypeAlias = tuple[Mapping[str, Any], Any]
"""The id of a switch or button, and what it says."""


class Heard(TypedDict):
    """How far the form has followed.

    Attributes:
        page: one word for each time that the page is opened, so that no click of another counts.
        form: how often the form was drawn before.
        placed_since: the first form whose options stand where they stand now.
        number: the last click that was followed.
        modes: what each switch says, by path.
    """

    page: str
    form: int
    placed_since: int
    number: int
    modes: dict[str, str]


def first_heard(fields: Sequence[Component]) -> Heard:
    """Of a page that is only just opened."""
    page = secrets.token_hex(8)
    return Heard(page=page, form=0, placed_since=0, number=0, modes=_modes(fields))


def heard_and_drawn(
    before: Heard, clicks: Sequence[Click], fields: Sequence[Component], *, is_moved: bool
) -> Heard:
    """After the form was drawn anew. is_moved: whether an option may stand elsewhere now."""
    form = before["form"] + 1
    return Heard(
        page=before["page"],
        form=form,
        placed_since=form if is_moved else before["placed_since"],
        number=_last(before, clicks),
        modes=_modes(fields),
    )


def heard_only(before: Heard, clicks: Sequence[Click]) -> Heard:
    """After clicks that changed nothing: the form stands, its switches as they were set."""
    switched = {str(at["path"]): str(value) for at, value in asked(before, clicks) if "path" in at}
    new = before.copy()
    new["number"], new["modes"] = _last(before, clicks), before["modes"] | switched
    return new


def marked(heard: Heard, fields: Sequence[Component]) -> list[Component]:
    """The fields as they are drawn, with the name of the form that the browser sends along."""
    name: dict[str, Any] = {"data-form": f"{heard['page']} {heard['form']}"}
    return [html.Span(hidden=True, **name), *fields]


def asked(before: Heard, clicks: Sequence[Click]) -> list[Ask]:
    """What is new, in an order in which no one moves what another means: what is removed comes
    last, from the end. A switch counts as it was set last, a button that was clicked twice once.
    """
    new = {
        tuple(sorted(one["id"].items())): (one["id"], one["value"])
        for one in clicks
        if one["number"] > before["number"] and _holds(before, str(one["form"]))
    }
    asks = [one for one in new.values() if before["modes"].get(one[0].get("path")) != one[1]]
    removed = [one for one in asks if removes(one)]
    # A part of an option goes before the option.
    removed.sort(key=lambda one: (one[0]["name"] == "remove", -int(one[0]["index"])))
    return [*(one for one in asks if not removes(one)), *removed]


def removes(ask: Ask) -> bool:
    """Whether it takes something away, after which the rest stands elsewhere."""
    return str(ask[0].get("name", "")).startswith("remove")


def _holds(heard: Heard, form: str) -> bool:
    page, number = form.split(" ")
    return page == heard["page"] and int(number) >= heard["placed_since"]


def _last(heard: Heard, clicks: Sequence[Click]) -> int:
    return max([heard["number"], *(int(one["number"]) for one in clicks)])


def _modes(fields: Sequence[Component]) -> dict[str, str]:
    return {str(at["path"]): str(value) for at, value in drawn(fields, "mode")}
