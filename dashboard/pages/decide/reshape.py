"""What a click in the form makes of the question: a switch, a button, undo, another example."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.pages.decide.add_ons import with_add_on, without_add_on
from dashboard.pages.decide.changes import with_form_defaults, with_option_added, without_option
from dashboard.pages.decide.choices import with_people_named, with_proposal
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.price_steps import with_step_added, without_step
from dashboard.pages.decide.state import PageState
from dashboard.pages.decide.volumes import with_volumes_added, without_volume
from dashboard.texts import Texts

PROPOSE, PRESET = "propose-", "add-preset-"


def reshaped(
    state: PageState,
    now: Draft,
    asks: Sequence[tuple[Any, Any]],
    history: Sequence[Draft],
    texts: Texts,
) -> Draft | None:
    """The question after what was clicked, in this order; None where it stays as it is.

    asks: what was clicked, "undo" or "example" or the id of a switch or button, and what it says.
    """
    new = now
    for trigger, value in asks:
        changed = _changed(state, new, trigger, value, history, texts)
        if changed is not None and changed != new:
            new = with_people_named(with_form_defaults(changed), texts("form.people.name"))
    return None if new is now else new


def _changed(
    state: PageState, now: Draft, trigger: Any, value: Any, history: Sequence[Draft], texts: Texts
) -> Draft | None:
    if trigger == "example":
        return state.example(str(value)) if value else None
    if trigger == "undo":
        return history[-2] if value and len(history) > 1 else None
    if not isinstance(trigger, Mapping) or not value:
        return None
    if trigger["type"] == "mode":
        return state.with_mode(now, trigger["path"], str(value))
    return _clicked(now, str(trigger["name"]), int(trigger["index"]), texts)


def _clicked(now: Draft, name: str, index: int, texts: Texts) -> Draft:
    if name.startswith(PROPOSE):
        return with_proposal(now, name.removeprefix(PROPOSE), index)
    if name == "add-volumes":
        return with_volumes_added(now, texts)
    if name.startswith(PRESET):
        return with_add_on(now, name.removeprefix(PRESET))
    if name == "add-add_on":
        return with_add_on(now)
    by_index = {
        "remove": without_option,
        "remove-volume": without_volume,
        "remove-add_on": without_add_on,
        "add-step": with_step_added,
        "remove-step": without_step,
    }
    if name in by_index:
        return by_index[name](now, index)
    return with_option_added(now, name.removeprefix("add-"), texts("form.new_option"))
