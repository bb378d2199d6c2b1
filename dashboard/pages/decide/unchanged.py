"""What the screen shows already is not sent again: each place that is set anew makes the browser
look at every component of the page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dash import no_update


class OnScreen(NamedTuple):
    """What stands on the screen while a new answer is made. errors: of the fields that have one, by
    their paths; saved: what the address names."""

    class_name: str | None
    errors: Mapping[str, str | None]
    saved: Mapping[str, Any]
    is_first: bool


def only_changed(new: OnScreen, problems: Any, shown: OnScreen) -> tuple[Any, ...]:
    """Problems, class, field errors, what is saved, whether it is the first; `no_update` for what
    the screen shows already."""
    stays = new.class_name == shown.class_name == "answer"  # then there were no problems either
    return (
        no_update if stays else problems,
        no_update if stays else new.class_name,
        no_update if new.errors == shown.errors else new.errors,
        no_update if new.saved == shown.saved else new.saved,
        no_update if new.is_first == shown.is_first else new.is_first,
    )
