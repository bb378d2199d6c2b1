"""The rules that make names for models."""

from __future__ import annotations

import pytest

from catalog.aliases import aliases_by_rule
from catalog.folding import fold, fold_sku, like_pattern

IDS = ["big/Bear-7B-hf", "small/bear-7b-hf", "big/Fox-1B-chat-hf", "big/Owl-hf", "old/Owl"]


def _means(alias: str) -> list[str]:
    return [record.model_id for record in aliases_by_rule(IDS) if record.alias_folded == alias]


@pytest.mark.parametrize(
    ("alias", "models"),
    [
        ("big/bear-7b-hf", ["big/Bear-7B-hf"]),
        ("bear-7b-hf", ["big/Bear-7B-hf", "small/bear-7b-hf"]),
        ("bear-7b", []),
        ("fox-1b-chat", ["big/Fox-1B-chat-hf"]),
        ("owl", ["old/Owl"]),
    ],
)
def test_a_family_name_leads_somewhere_only_when_it_is_clear(alias: str, models: list[str]) -> None:
    """A shared short name keeps all its candidates; a name without -hf must mean one model."""
    assert models == _means(alias)


def test_the_order_of_the_ids_does_not_matter() -> None:
    """The same set of models gives the same aliases in the same order."""
    assert aliases_by_rule(IDS) == aliases_by_rule(reversed(IDS + IDS))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [(" Llama 2  7B ", "llama-2-7b"), ("Ｌｌａｍａ", "llama"), ("日本語", "日本語")],
)
def test_case_width_and_blanks_do_not_matter(typed: str, folded: str) -> None:
    """People type names as they speak them; full-width letters come from Japanese keyboards."""
    assert folded == fold(typed)


@pytest.mark.parametrize(
    "typed", ["Standard_NC12s_v3", "nc12s_v3", "NC12s v3", " STANDARD_nc12S_V3"]
)
def test_an_azure_size_goes_by_its_short_name_too(typed: str) -> None:
    """The portal shows NC12s_v3, the API Standard_NC12s_v3."""
    assert fold_sku(typed) == "nc12s_v3"


def test_wildcards_of_like_mean_themselves() -> None:
    """A percent sign, an underscore and a backslash are ordinary letters of a search."""
    assert like_pattern("100%_\\") == "%100\\%\\_\\\\%"
