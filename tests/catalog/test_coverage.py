"""How far the catalog reaches, and who is who: asked of the bundled catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.coverage import catalog_coverage
from catalog.database import Database
from catalog.errors import CursorInvalid, ModelNotFound
from catalog.identity_records import ModelLinkRecord
from catalog.links import ambiguous_links, list_links
from catalog.paging import make_cursor
from catalog.snapshot.build import build_snapshot
from catalog.snapshot.load import load_snapshot
from catalog.store import save_records
from tests.catalog.test_snapshot_build import BUILT_ON, REFERENCE
from tests.templates import NOW


def test_at_least_sixty_models_have_a_price_and_an_architecture(bundled: Database) -> None:
    with bundled.read() as session:
        found = catalog_coverage(session)

    assert 60 <= found.with_price_and_architecture
    assert 650 <= found.models
    assert found.with_price_and_architecture <= min(found.with_price, found.with_architecture)
    assert 20 <= found.with_price_and_host_list


def test_each_gap_is_named_and_counted(bundled: Database) -> None:
    with bundled.read() as session:
        found = catalog_coverage(session)

    gaps = {gap.name: gap for gap in found.gaps}
    for gap in found.gaps:
        assert len(gap.models) == gap.count
        assert sorted(gap.models) == list(gap.models)
    assert found.with_price - found.with_price_and_architecture == (
        gaps["price_without_architecture"].count
    )
    assert found.models - found.with_license == gaps["no_license"].count
    assert "openai/gpt-4o-2024-11-20" in gaps["price_without_architecture"].models
    assert "meta-llama/Llama-3.3-70B-Instruct" not in gaps["price_without_architecture"].models


def test_offers_of_no_model_are_those_that_move_or_are_ambiguous(bundled: Database) -> None:
    with bundled.read() as session:
        found = catalog_coverage(session)

    assert "azure/gpt-chat-latest/unknown" in found.unlinked_offers
    assert "mistral/mixtral-8x7b/unknown" in found.unlinked_offers
    assert len(found.unlinked_offers) < found.offers // 100
    assert ["mixtral-8x7b"] == [one.key for one in found.ambiguous_joins]
    assert {"exact", "own", "rule", "stated", "typed"} == {one.evidence for one in found.joins}


def test_an_empty_catalog_covers_nothing(database: Database) -> None:
    with database.read() as session:
        found = catalog_coverage(session)

    assert (0, 0, 0, ()) == (found.models, found.with_price, found.offers, found.joins)
    assert {0} == {gap.count for gap in found.gaps}


def test_links_of_a_model_tell_system_evidence_and_reason(bundled: Database) -> None:
    with bundled.read() as session:
        found = list_links(session, model="MAI-DS-R1")
        base = list_links(session, model="DeepSeek-R1", system="azure_prices")

    assert {"same"} == {link.relation for link in found.items}
    assert {
        ("DeepSeek-R1", "same", "rule"),
        ("MAI-DS-R1", "base", "typed"),
    } == {(link.key, link.relation, link.evidence) for link in base.items}


def test_links_come_page_by_page_each_once(bundled: Database) -> None:
    seen: list[tuple[str, str, str, str]] = []
    after = None
    with bundled.read() as session:
        while True:
            page = list_links(session, limit=400, after=after)
            seen += [(one.system, one.key, one.model_id, one.relation) for one in page.items]
            after = page.next
            if after is None:
                break

    assert len(set(seen)) == len(seen) == page.total
    assert sorted(seen) == seen


def test_a_cursor_or_a_model_that_is_none_is_refused(bundled: Database) -> None:
    with bundled.read() as session:
        for cursor in ("x", make_cursor("model_link", "[1]"), make_cursor("model_link", "no")):
            with pytest.raises(CursorInvalid):
                list_links(session, after=cursor)
        with pytest.raises(ModelNotFound):
            list_links(session, model="no-such-model-at-all-xyz")


def test_the_strongest_evidence_settles_an_ambiguity(database: Database, tmp_path: Path) -> None:
    """Two rules disagree until a person says which one it is."""
    shared = {"system": "s", "key": "k", "relation": "same", "reason": "a reason of ours"}
    models = ("meta-llama/Llama-2-7b-chat-hf", "meta-llama/Llama-2-7b-hf")
    by_rule = [
        ModelLinkRecord.model_validate({**shared, "model_id": one, "evidence": "rule"})
        for one in models
    ]
    build_snapshot(REFERENCE, tmp_path / "small", BUILT_ON)
    load_snapshot(database, NOW, tmp_path / "small")
    with database.write() as session:
        save_records(session, by_rule)
    with database.read() as session:
        before = ambiguous_links(session)
    with database.write() as session:
        save_records(session, [by_rule[0].model_copy(update={"evidence": "typed"})])
    with database.read() as session:
        after = ambiguous_links(session)

    assert [models] == [one.candidates for one in before]
    assert [] == after
