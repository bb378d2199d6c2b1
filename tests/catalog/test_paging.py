"""Lists in pages: nothing twice, nothing missing, and cursors that cannot be forged by accident."""

from __future__ import annotations

import base64

import pytest

from catalog.aliases import aliases_by_rule
from catalog.database import Database
from catalog.errors import CursorInvalid, QueryInvalid
from catalog.instance_queries import list_instances
from catalog.paging import make_cursor
from catalog.records import ModelRecord
from catalog.search.listing import rebuild_listing
from catalog.search.query import ModelFilter, search_models
from catalog.store import save_records


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_repeat_no_row_and_miss_none(bundled: Database, limit: int) -> None:
    """Every model of the search once, whatever the size of a page."""
    after = None
    seen: list[str] = []
    with bundled.read() as session:
        while True:
            page = search_models(session, ModelFilter(q="llama"), limit, after)
            seen += [model.id for model in page.items]
            after = page.next
            if after is None:
                break
    assert len(seen) == len(set(seen)) == page.total > 30


def test_the_order_is_the_same_on_both_databases(bundled: Database) -> None:
    """By bytes, so capital letters come first; a locale would mix them."""
    with bundled.read() as session:
        ids = [host.id for host in list_instances(session, limit=500).items]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "not a cursor",
        "%%%",
        "日本",
        base64.urlsafe_b64encode(b"not json").decode(),
        base64.urlsafe_b64encode(b'["model", 5]').decode(),
        base64.urlsafe_b64encode(b'["model", "a\\u0000b"]').decode(),
        base64.urlsafe_b64encode(b'["model", "\\ud800"]').decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        make_cursor("instance", "azure/Standard_NC6"),
    ],
)
def test_a_broken_cursor_is_told_so(bundled: Database, cursor: str) -> None:
    """Also one of another list: it would silently skip rows."""
    with bundled.read() as session, pytest.raises(CursorInvalid, match="first page") as caught:
        search_models(session, ModelFilter(), 5, cursor)
    assert caught.value.field == "after"


@pytest.mark.parametrize("limit", [0, -1, 501, True])
def test_a_page_has_1_to_500_rows(bundled: Database, limit: int) -> None:
    """A page of everything would be no page."""
    with bundled.read() as session, pytest.raises(QueryInvalid, match="from 1 to 500"):
        list_instances(session, limit=limit)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("%", ["acme/100%_Sure"]),
        ("_", ["acme/100%_Sure", "acme/a_b"]),
        ("\\", ["acme/back\\slash"]),
        ("0%_s", ["acme/100%_Sure"]),
        ("日本", ["acme/日本語"]),
        ("ＡＣＭＥ a_b", ["acme/a_b"]),
        ("'; DROP TABLE model; --", []),
    ],
)
def test_signs_in_a_search_mean_themselves(database: Database, q: str, found: list[str]) -> None:
    """% and _ are no wildcards, a backslash no escape, a quote no end of text."""
    names = ["100%_Sure", "a_b", "axb", "back\\slash", "日本語"]
    with database.write() as session:
        save_records(
            session,
            [
                ModelRecord(id=f"acme/{name}", publisher="acme", name=name, source="test")
                for name in names
            ],
        )
        save_records(session, aliases_by_rule(f"acme/{name}" for name in names))
        rebuild_listing(session)
    with database.read() as session:
        assert [one.id for one in search_models(session, ModelFilter(q=q), 10).items] == found
