"""Which sources a sync reads, in which order, and what of the Hub is read by name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from catalog.database import Database
from catalog.errors import SourceFailed, SyncSourceUnknown
from catalog.settings import load_settings
from catalog.sources.huggingface import HuggingFaceSource
from catalog.sync.chosen import Reach, chosen_sources
from catalog.tables import MODEL_ARCHITECTURE
from tests.emulators.clock import SetClock

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def chosen(database: Database, *names: str, **reach: Any) -> list[Any]:
    """The sources of these names over the bundled catalog."""
    with database.read() as session:
        return chosen_sources(
            session, load_settings({}), names, Reach(now=NOW, clock=SetClock(), **reach)
        )


def test_all_live_sources_are_read_models_before_what_is_sold_of_them(loaded: Database) -> None:
    """Neither the bundled files nor the user's own are live."""
    assert [
        "huggingface",
        "router",
        "azure_gallery",
        "azure_registry",
        "azure_retail",
        "litellm",
        "genai_prices",
        "ecb",
    ] == [source.name for source in chosen(loaded)]


def test_named_sources_are_read_in_the_same_order(loaded: Database) -> None:
    found = chosen(loaded, "litellm", "own", "router", "bundled")

    assert ["bundled", "router", "litellm", "own"] == [source.name for source in found]


def test_an_unknown_source_is_refused_with_the_nearest(loaded: Database) -> None:
    with pytest.raises(SyncSourceUnknown, match="Did you mean azure_retail"):
        chosen(loaded, "azure-retail")


def test_a_replay_reads_what_was_recorded_and_what_asks_nobody(
    loaded: Database, tmp_path: Path
) -> None:
    (tmp_path / "router.jsonl").write_text("", encoding="utf-8")

    assert ["router", "genai_prices"] == [one.name for one in chosen(loaded, replay=tmp_path)]


def test_a_replay_of_what_was_not_recorded_says_so(loaded: Database, tmp_path: Path) -> None:
    """When the source is read, so that it alone ends as failed."""
    [router] = chosen(loaded, "router", replay=tmp_path)

    with pytest.raises(SourceFailed, match="Record one with --record"):
        next(router.fetch())


def test_the_hub_is_asked_by_name_for_what_is_sold_and_for_the_layers_that_nobody_knows(
    loaded: Database,
) -> None:
    """Llama-3.3-70B is named by price lists and its layers are known; a model that Azure names and
    no file of shapes holds has its config.json read."""
    [hub] = chosen(loaded, "huggingface")
    assert isinstance(hub, HuggingFaceSource)
    config = hub._config
    with loaded.read() as session:
        query = select(MODEL_ARCHITECTURE.c.model_id).where(
            MODEL_ARCHITECTURE.c.layers.is_not(None)
        )
        known = set(session.execute(query).scalars())

    assert "meta-llama/Llama-3.3-70B-Instruct" in config.named_ids
    assert "Deci/DeciLM-7B" in config.config_of
    assert set() == known & set(config.config_of)
    assert set(config.config_of) <= set(config.named_ids)
    assert all(one.count("/") == 1 for one in config.named_ids)
