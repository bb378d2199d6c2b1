"""Where a walk over the Hub stands, as text that a later process goes on from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from catalog.errors import SourceFailed
from catalog.sources.origins import origin_of

Stage = Literal["list", "named", "config"]
_FORMAT: Final = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The next thing to read.

    Attributes:
        stage: the list of a task, single models by name, or config.json files.
        task: place of the task among those of the configuration.
        url: next page of the list, as the Hub gave it; None: its first page.
        after: id of the model last read, in the later stages; ids are read in order.
        stop_before: an incremental walk ends at rows that were last changed before; ISO 8601.
    """

    stage: Stage = "list"
    task: int = 0
    url: str | None = None
    after: str = ""
    stop_before: str | None = None

    @property
    def stop_moment(self) -> datetime | None:
        """``stop_before`` as a moment."""
        return None if self.stop_before is None else datetime.fromisoformat(self.stop_before)

    def text(self) -> str:
        """As a cursor."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, separators=(",", ":"))


def read_place(cursor: str, base_url: str) -> Place:
    """The place that a cursor names.

    Raises:
        SourceFailed: ``bad_cursor``, or ``other_host`` where its URL leads elsewhere.
    """
    try:
        content = json.loads(cursor)
        if content.pop("format") != _FORMAT or content["stage"] not in get_args(Stage):
            raise ValueError("another format")
        place = Place(**content)
        kinds = (
            (place.task, int), (place.url, str | None), (place.after, str),
            (place.stop_before, str | None),
        )  # fmt: skip
        if not all(isinstance(value, kind) for value, kind in kinds) or place.task < 0:
            raise ValueError("values of another kind")
        moment = place.stop_moment
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a moment without zone")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SourceFailed(
            "Expected a cursor of an earlier walk over the Hub, found another text. Begin anew.",
            reason="bad_cursor",
        ) from None
    if place.url is not None:
        require_same_origin(place.url, base_url)
    return place


def require_same_origin(url: str, base_url: str) -> None:
    """A next page must be of the same host: the token goes there.

    Raises:
        SourceFailed: ``other_host``.
    """
    found = origin_of(url)
    if found is None or found != origin_of(base_url):
        raise SourceFailed(
            f"Expected the next page of the Hub's list at {origin_of(base_url)}, the answer leads "
            f"to {found or 'no URL'}. Nothing was sent there. A mirror must name itself in its "
            "Link header.",
            reason="other_host",
        )
