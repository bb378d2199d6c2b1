"""Passages as numbers, by llama.cpp's own embeddings endpoint, beside their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import SecretStr

from catalog.database import Database
from dashboard.chat.embeddings import EmbeddingFailed, embedded
from dashboard.chat.endpoints import Endpoint, Endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.chat.retrieval import RetrievalSettings
from dashboard.chat.sources.defined import Folder, Source
from dashboard.chat.sources.described import source_document
from dashboard.chat.sources.libraries import HybridLibrary
from dashboard.chat.sources.shelf import Shelf
from dashboard.texts import load_texts
from tests.dashboard.chat.asking import endpoint_at
from tests.emulators.llama.serve_model import EMBEDDINGS
from tests.emulators.llama.server import llama_server

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with llama_server(tmp_path_factory.mktemp("llama"), EMBEDDINGS) as server:
        key = SecretStr(server.key)
        yield endpoint_at(server.base_url, api_key=key, embedding_model="tiny")


def shelf_of(folder: Path, endpoint: Endpoint) -> tuple[Shelf, Source]:
    documents = folder / "documents"
    documents.mkdir()
    for name in ("tent", "boots", "stove"):
        (documents / f"{name}.txt").write_text(f"The {name} costs 480.", encoding="utf-8")
    source = Source(
        name="shop", label="The shop", holder=Folder(path=documents), embeddings=endpoint.name
    )
    endpoints = Endpoints(items=(endpoint,), sources=(source,))
    return Shelf(folder=folder / "data", endpoints=endpoints), source


def test_passages_are_found_by_words_and_by_meaning_at_once(
    tmp_path: Path, endpoint: Endpoint, catalog: Database
) -> None:
    """The score is the sum of 1 / (60 + rank); words alone find one of the three."""
    shelf, source = shelf_of(tmp_path, endpoint)
    shelf.read("shop", NOW)

    library = shelf.library("shop", lambda: pytest.fail("no service is asked"))
    found = library.retrieve("tent", RetrievalSettings(strictness=1))
    document = source_document(shelf, source, catalog, load_texts("en"), NOW.date())
    shelf.close()

    assert isinstance(library, HybridLibrary)
    hits = [one.hit for one in found.kept]
    assert 3 == len(hits)
    assert "tent" in hits[0].title
    possible = {float(Fraction(1, 61) + Fraction(1, 60 + rank)) for rank in (1, 2, 3)}
    assert any(abs(hits[0].score - one) < 1e-12 for one in possible)
    assert (3, 3) == (document["embedded"]["passages"], document["embedded"]["of"])
    assert document["embedded"]["tokens"] > 0
    assert document["embedded"]["cost"] is None
    assert "cost not known" in document["embedded"]["sentence"]


def test_only_new_passages_are_turned_into_numbers(tmp_path: Path, endpoint: Endpoint) -> None:
    shelf, source = shelf_of(tmp_path, endpoint)
    shelf.read("shop", NOW)
    before = shelf.copy(source).vectors.tokens()
    shelf.read("shop", NOW)
    after = shelf.copy(source).vectors.tokens()
    (tmp_path / "documents" / "tent.txt").unlink()
    shelf.read("shop", NOW)
    left = shelf.copy(source).vectors.known()
    shelf.close()

    assert before == after
    assert 2 == len(left)


def test_a_wrong_key_is_told_in_both_languages_and_shows_no_key(endpoint: Endpoint) -> None:
    wrong = replace(endpoint, api_key=SecretStr("canary-wrong"))

    with pytest.raises(EmbeddingFailed) as caught:
        embedded(wrong, ["tent"])

    for language, words in (("en", "refused the key"), ("ja", "キー")):
        sentence = caught.value.sentence(load_texts(language))
        assert words in sentence
        assert "canary" not in sentence


def test_an_endpoint_without_an_embedding_model_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(ChatRefused) as caught:
        embedded(replace(endpoint, embedding_model=None), ["tent"])

    assert "embedding_none" == caught.value.code
