"""What a search text finds: the same on both databases, whatever is typed."""

from __future__ import annotations

import pytest

from catalog.database import Database
from catalog.search.query import ModelFilter, search_models
from tests.catalog.search.catalogs import Entry, fill

MODELS = (
    Entry(id="meta-llama/Llama-2-7b-chat-hf", task="chat-completion"),
    Entry(id="meta-llama/Llama-3.3-70B-Instruct", task="chat-completion"),
    Entry(id="acme/医療用モデル", task="text-translation"),
    Entry(id="acme/用医療", task=None),
    Entry(id="acme/a_b", task=None),
    Entry(id="acme/ﾊﾝｶｸ-Mini", task=None),
)


def found(database: Database, q: str) -> set[str]:
    with database.read() as session:
        return {item.id for item in search_models(session, ModelFilter(q=q), 500).items}


@pytest.fixture
def shop(database: Database) -> Database:
    """A catalog of six models."""
    with database.write() as session:
        fill(session, MODELS)
    return database


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("llama-2-7b", {"meta-llama/Llama-2-7b-chat-hf"}),
        ("LLAMA 70b", {"meta-llama/Llama-3.3-70B-Instruct"}),
        ("lama-3.3", {"meta-llama/Llama-3.3-70B-Instruct"}),
        ("ｌｌａｍａ　７ｂ", {"meta-llama/Llama-2-7b-chat-hf"}),
        ("医療", {"acme/医療用モデル", "acme/用医療"}),
        ("療用", {"acme/医療用モデル"}),
        ("モ", {"acme/医療用モデル"}),
        ("翻訳", {"acme/医療用モデル"}),
        ("ハンカク", {"acme/ﾊﾝｶｸ-Mini"}),
        ("_", {"acme/a_b"}),
        ("a%b", set()),
        ("no-such-model", set()),
    ],
)
def test_a_text_finds_what_holds_all_its_words(shop: Database, q: str, names: set[str]) -> None:
    """As parts of a name, whatever the case, the width or the order."""
    assert names == found(shop, q)


@pytest.mark.parametrize(
    "q",
    [
        "\x00",
        '"',
        "' OR 1=1 --",
        "llama AND NEAR(",
        "* : ^ - ( )",
        "model_term MATCH 'a'",
        "🦙",
        "\ud800",
        "あ",
        "a" * 10_000,
        "x " * 5_000,
    ],
)
def test_odd_texts_are_answered(shop: Database, q: str) -> None:
    """Signs and operators mean themselves; nothing is an error."""
    assert found(shop, q) <= {entry.id for entry in MODELS}


def test_no_word_finds_everything(shop: Database) -> None:
    """Blanks are no words."""
    assert {entry.id for entry in MODELS} == found(shop, " \t ")
