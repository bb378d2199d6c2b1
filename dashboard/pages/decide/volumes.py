"""Further loads that are judged in the same answer: the low and the high one around the plan."""

import copy

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.fields import (
    action_button,
    fold,
    number_field,
    remove_button,
    text_field,
)
from dashboard.texts import Texts

LOW_AND_HIGH = (("low", "0.5"), ("high", "2"))
MOST_VOLUMES = 6


def volume_fields(draft: Draft, texts: Texts) -> Component:
    """A row a further load, folded until there is one; the plan is the load above."""
    volumes = draft.get("volumes") or []
    rows = [_row(draft, index, texts) for index in range(len(volumes))]
    hint = dmc.Text(texts("form.volumes.hint"), size="xs", className="hint")
    content = [hint, *rows, _add(len(volumes), texts)]
    return fold(texts("form.volumes"), content, is_open=bool(volumes))


def with_volumes_added(draft: Draft, texts: Texts) -> Draft:
    """The question with a low and a high load, or with one more where there are any."""
    new = copy.deepcopy(draft)
    volumes = new.setdefault("volumes", [])
    if not volumes:
        volumes += [
            {"name": texts(f"form.volume.{name}"), "factor": factor}
            for name, factor in LOW_AND_HIGH
        ]
    else:
        taken = {str(volume.get("name")) for volume in volumes}
        names = (texts("form.volume.new", number=str(number)) for number in range(1, 100))
        volumes.append({"name": next(name for name in names if name not in taken)})
    return new


def without_volume(draft: Draft, index: int) -> Draft:
    """The question without the further load at this index."""
    new = copy.deepcopy(draft)
    volumes = new.get("volumes") or []
    if 0 <= index < len(volumes):
        del volumes[index]
    if not volumes:
        new.pop("volumes", None)
    return new


def _row(draft: Draft, index: int, texts: Texts) -> Component:
    path = f"volumes.{index}"
    fields = [
        text_field(draft, f"{path}.name", texts, "form.volume_name", required=True),
        number_field(draft, f"{path}.factor", texts, "form.volume_factor", required=True),
    ]
    name = str(draft["volumes"][index].get("name") or "")
    remove = remove_button("remove-volume", index, texts("form.remove_named", name=name))
    return html.Div([*fields, remove], className="removable-row")


def _add(count: int, texts: Texts) -> Component:
    label = texts("form.volumes.add_one" if count else "form.volumes.add")
    return dmc.Group(action_button("add-volumes", 0, label, disabled=count >= MOST_VOLUMES))
