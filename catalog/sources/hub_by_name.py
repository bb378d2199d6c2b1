"""Single models of the Hub by their names: those that a reading is told to have, and those that its
list no longer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from catalog.records import Record
from catalog.sources.hub_client import HubClient, NotGiven
from catalog.sources.hub_rows import hub_model, is_model_id
from catalog.sources.raw_rows import RowInvalid, unread
from catalog.sources.reading import Page
from catalog.sync_records import OUT_OF_SCOPE, HubModelRecord

GONE = "not_found"
"""The Hub's word for what is not there; what is private is not there either."""


def checked_id(model_id: str) -> str:
    """An id as it stands in a URL.

    Raises:
        RowInvalid: it is none.
    """
    if not is_model_id(model_id):
        raise RowInvalid(f"id: expected an id such as publisher/name, found {model_id[:60]!r}")
    return quote(model_id)


def model_by_name(client: HubClient, base: str, model_id: str) -> HubModelRecord:
    """One model; the answer tells its new name where it was renamed.

    Raises:
        NotGiven, RowInvalid, SourceFailed.
    """
    url = f"{base}/api/models/{checked_id(model_id)}"
    return hub_model(client.json(client.get(url)))


def out_of_scope(record: HubModelRecord) -> HubModelRecord:
    """The record with the word that it is kept though it is out of scope."""
    return record.model_copy(update={"flags": (*record.flags, OUT_OF_SCOPE)})


def pages_by_name(
    client: HubClient,
    base: str,
    records: Sequence[Record],
    is_in_scope: Callable[[HubModelRecord], bool],
) -> Iterator[Page]:
    """A page for each model: as it is now; empty where it is not there, or another has its name;
    unread under the key of the model where the Hub gives no answer that can be read."""
    for record in records:
        if not isinstance(record, HubModelRecord):
            raise TypeError(f"expected a model of the Hub, found {type(record).__name__}")
        try:
            found = model_by_name(client, base, record.id)
            kept = found if is_in_scope(found) else out_of_scope(found)
            page = Page(records=(kept,) if found.hub_key == record.hub_key else ())
        except RowInvalid as error:
            row = unread(record.hub_key, None, reason="invalid", detail=str(error))
            page = Page(records=(), unread=(row,))
        except NotGiven as error:
            row = unread(record.hub_key, None, reason=error.reason, detail=str(error))
            page = Page(records=(), unread=() if error.reason == GONE else (row,))
        taken, client.requests = client.requests, 0
        yield replace(page, requests=taken)
