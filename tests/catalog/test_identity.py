"""Which model a name means: each rule, and each trap that it must not fall into."""

from __future__ import annotations

import pytest

from catalog.identity import (
    HUB_ROUTER,
    ONE_DATED,
    ONE_VERSION,
    OWN_MODEL,
    SAME_ID,
    SAME_ID_BUT_CASE,
    SAME_NAME,
    STATED,
    WITHOUT_FORMAT_MARK,
    WITHOUT_META,
    KnownModels,
    PublishedName,
    compared,
    join_price_name,
    join_registry_name,
    with_point,
)
from catalog.snapshot.vendor_offers import published_name

KNOWN = (
    "deepseek-ai/DeepSeek-R1",
    "google/gemma-2-9b-it",
    "meta-llama/Llama-2-7b-chat-hf",
    "meta-llama/Llama-3.1-70B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "meta-llama/Meta-Llama-3-8B-Instruct",
    "meta-llama/Meta-Llama-3.1-70B-Instruct",
    "microsoft/phi-4",
    "mistralai/Mistral-7B-Instruct-v0.1",
    "mistralai/Mistral-7B-Instruct-v0.2",
    "mistralai/Mixtral-8x22B-Instruct-v0.1",
    "mistralai/Mixtral-8x22B-v0.1",
    "NousResearch/Llama-2-7b-hf",
    "openai-community/gpt2",
    "openai/gpt-4.1-2025-04-14",
    "openai/gpt-4o-2024-08-06",
    "openai/gpt-4o-2024-11-20",
    "openai/gpt-oss-120b",
)


def _on_azure(model: str, publisher: str | None = None, system: str = "litellm") -> PublishedName:
    return PublishedName(
        system=system, key=f"azure/{model}", publisher=publisher, name=model, provider="azure"
    )


def _asset(name: str, publisher: str | None = None, plain: str | None = None) -> PublishedName:
    return PublishedName(
        system="azureml",
        key=name,
        publisher=publisher,
        name=with_point(plain or name),
        provider="azureml",
    )


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Llama-3.1-70B", "llama3-1-70b", True),
        ("Qwen3-32B", "qwen-3-32b", True),
        ("gemma-2-9b", "gemma-29b", False),
        ("gpt-4.1", "gpt-41", False),
        ("DeepSeek-R1", "DeepSeek-R1-0528", False),
    ],
)
def test_names_are_compared_by_their_letters_and_numbers(one: str, other: str, equal: bool) -> None:
    assert equal == (compared(one) == compared(other))


@pytest.mark.parametrize(
    ("name", "model", "evidence", "reason"),
    [
        (
            published_name("huggingface_novita", "deepseek-ai/DeepSeek-R1"),
            "deepseek-ai/DeepSeek-R1",
            "exact",
            SAME_ID,
        ),
        (
            published_name("novita", "meta-llama/llama-3.3-70b-instruct"),
            "meta-llama/Llama-3.3-70B-Instruct",
            "rule",
            SAME_ID_BUT_CASE,
        ),
        (_on_azure("Phi-4", "Microsoft"), "microsoft/phi-4", "rule", SAME_NAME),
        (_on_azure("gpt-oss-120b"), "openai/gpt-oss-120b", "rule", SAME_NAME),
        (
            published_name("cloudflare", "@cf/meta/llama-2-7b-chat"),
            "meta-llama/Llama-2-7b-chat-hf",
            "rule",
            WITHOUT_FORMAT_MARK,
        ),
        (
            published_name("novita", "meta-llama/llama-3-8b-instruct"),
            "meta-llama/Meta-Llama-3-8B-Instruct",
            "rule",
            WITHOUT_META,
        ),
        (_on_azure("gpt-4.1"), "openai/gpt-4.1-2025-04-14", "rule", ONE_DATED),
        (
            published_name("mistral", "mixtral-8x22b-instruct"),
            "mistralai/Mixtral-8x22B-Instruct-v0.1",
            "rule",
            ONE_VERSION,
        ),
        (
            published_name("aws", "openai.gpt-oss-120b-1:0"),
            "openai/gpt-oss-120b",
            "rule",
            SAME_NAME,
        ),
        (
            published_name("aws", "meta.llama3-1-70b-instruct-v1:0"),
            "meta-llama/Llama-3.1-70B-Instruct",
            "rule",
            SAME_NAME,
        ),
        (
            published_name("huggingface_novita", "tencent/Hy4-preview"),
            "tencent/Hy4-preview",
            "stated",
            HUB_ROUTER,
        ),
    ],
)
def test_a_name_joins_its_model_by_a_named_rule(
    name: PublishedName, model: str, evidence: str, reason: str
) -> None:
    found = join_price_name(name, KnownModels(KNOWN))

    assert (model, evidence, reason) == (found.model_id, found.evidence, found.reason)


def test_a_typed_join_stands_before_every_rule_and_says_why() -> None:
    name = published_name("groq", "llama-3.3-70b-versatile")

    found = join_price_name(name, KnownModels(KNOWN))

    assert "meta-llama/Llama-3.3-70B-Instruct" == found.model_id
    assert "typed" == found.evidence
    assert "Groq" in found.reason


def test_a_name_without_date_joins_none_of_several_dated_models() -> None:
    found = join_price_name(_on_azure("gpt-4o"), KnownModels(KNOWN))

    assert ("openai/gpt-4o", OWN_MODEL) == (found.model_id, found.reason)
    assert found.is_new


def test_a_name_without_version_joins_none_of_several_versions() -> None:
    name = published_name("novita", "mistralai/mistral-7b-instruct")

    found = join_price_name(name, KnownModels(KNOWN))

    assert "mistralai/mistral-7b-instruct" == found.model_id


def test_a_name_that_may_be_the_base_or_the_instruct_model_is_ambiguous() -> None:
    found = join_price_name(published_name("mistral", "mixtral-8x22b"), KnownModels(KNOWN))

    assert found.model_id is None
    assert (
        "mistralai/Mixtral-8x22B-Instruct-v0.1",
        "mistralai/Mixtral-8x22B-v0.1",
    ) == found.candidates
    assert ("ambiguous",) == found.flags


@pytest.mark.parametrize("name", ["gpt-chat-latest", "chat-latest", "mistral-large-latest"])
def test_a_name_that_moves_means_no_model(name: str) -> None:
    found = join_price_name(_on_azure(name), KnownModels(KNOWN))

    assert found.model_id is None
    assert ("moving_name",) == found.flags


@pytest.mark.parametrize(
    ("name", "model", "base"),
    [
        (
            published_name("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
            "together/Llama-3.3-70B-Instruct-Turbo",
            "meta-llama/Llama-3.3-70B-Instruct",
        ),
        (
            published_name("cloudflare", "@cf/meta/llama-3.1-70b-instruct-fp8-fast"),
            "cloudflare/llama-3.1-70b-instruct-fp8-fast",
            "meta-llama/Llama-3.1-70B-Instruct",
        ),
        (
            _on_azure("Llama-4-Maverick-17B-128E-Instruct-FP8"),
            "azure/Llama-4-Maverick-17B-128E-Instruct-FP8",
            "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        ),
        (
            published_name("huggingface_x", "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8"),
            "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
            "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
        ),
        (
            _on_azure("MAI-DS-R1", "Microsoft"),
            "microsoft/MAI-DS-R1",
            "deepseek-ai/DeepSeek-R1",
        ),
    ],
)
def test_a_variant_is_a_model_of_its_own_with_its_base(
    name: PublishedName, model: str, base: str
) -> None:
    """Faster, quantized or trained further: never the same model."""
    found = join_price_name(name, KnownModels(KNOWN))

    assert model == found.model_id
    assert found.base is not None
    assert base == found.base[0]


def test_turbo_is_a_model_of_its_own_where_the_publisher_says_so() -> None:
    """gpt-4-turbo was not made from gpt-4 by a faster way of serving."""
    found = join_price_name(_on_azure("gpt-4o-turbo"), KnownModels(KNOWN))

    assert ("openai/gpt-4o-turbo", None) == (found.model_id, found.base)


def test_an_id_that_the_hub_renamed_joins_the_newer_one() -> None:
    name = published_name("avian", "Meta-Llama-3.1-70B-Instruct")

    assert "meta-llama/Llama-3.1-70B-Instruct" == (
        join_price_name(name, KnownModels(KNOWN)).model_id
    )


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("mistralai-Mistral-7B-Instruct-v01", "mistralai/Mistral-7B-Instruct-v0.1"),
        ("mistralai-Mistral-7B-Instruct-v0-2", "mistralai/Mistral-7B-Instruct-v0.2"),
    ],
)
def test_azure_drops_the_point_of_a_version(key: str, model: str) -> None:
    name = _asset(key, "Mistral AI", key.removeprefix("mistralai-"))

    assert model == join_registry_name(name, None, [key], KnownModels(KNOWN)).model_id


def test_a_stated_hub_id_is_taken_with_the_spelling_that_is_known() -> None:
    found = join_registry_name(_asset("gpt2"), "gpt2", ["gpt2"], KnownModels(KNOWN))
    phi = join_registry_name(_asset("Phi-4"), "Microsoft/phi-4", ["Phi-4"], KnownModels(KNOWN))

    assert ("openai-community/gpt2", "stated") == (found.model_id, found.evidence)
    assert found.reason.startswith(STATED)
    assert "microsoft/phi-4" == phi.model_id


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("bert-base-uncased", "google-bert/bert-base-uncased"),
        ("roberta-large", "FacebookAI/roberta-large"),
    ],
)
def test_a_stated_id_that_is_another_assets_is_suspect_and_joins_nothing(
    key: str, model: str
) -> None:
    """Azure copied bert-base-cased into both."""
    others = ["bert-base-cased", "bert-base-uncased", "roberta-large"]

    found = join_registry_name(_asset(key), "bert-base-cased", others, KnownModels(KNOWN))

    assert model == found.model_id
    assert "typed" == found.evidence
    assert ("stated_id_suspect",) == found.flags


def test_two_assets_may_state_the_same_id() -> None:
    """One of them is called like the id, the other says it in more words."""
    key = "OpenAI-CLIP-Image-Text-Embeddings-vit-base-patch32"
    others = ["openai-clip-vit-base-patch32", key]

    found = join_registry_name(
        _asset(key), "openai/clip-vit-base-patch32", others, KnownModels(KNOWN)
    )

    assert ("openai/clip-vit-base-patch32", ()) == (found.model_id, found.flags)


def test_two_ids_glued_together_are_no_id() -> None:
    key = "mistral-community-Mixtral-8x22B-v0-1"
    glued = "mistralai/Mixtral-8x7B-Instruct-v0.1mistral-community/Mixtral-8x22B-v0.1"

    found = join_registry_name(_asset(key, "Mistral AI"), glued, [key], KnownModels(KNOWN))

    assert "mistral-community/Mixtral-8x22B-v0.1" == found.model_id
    assert ("typed", ("stated_id_glued",)) == (found.evidence, found.flags)


def test_glued_ids_of_another_asset_are_flagged_and_its_own_name_counts() -> None:
    name = _asset("Phi-4", "Microsoft")

    found = join_registry_name(name, "a/bb/c", ["Phi-4"], KnownModels(KNOWN))

    assert ("microsoft/phi-4", ("stated_id_glued",)) == (found.model_id, found.flags)


def test_a_stated_id_with_more_in_it_than_the_name_is_flagged() -> None:
    name = _asset("Jean-Baptiste-camembert-ner")

    found = join_registry_name(
        name, "Jean-Baptiste/camembert-ner-medium", [name.key], KnownModels(KNOWN)
    )

    assert ("stated_name_differs",) == found.flags


def test_an_asset_that_nobody_knows_is_a_model_of_its_publisher() -> None:
    found = join_registry_name(_asset("Prism", "Paige Labs"), None, ["Prism"], KnownModels(KNOWN))
    nameless = join_registry_name(_asset("yolo_x"), "yolo_x", ["yolo_x"], KnownModels(KNOWN))

    assert ("Paige-Labs/Prism", OWN_MODEL) == (found.model_id, found.reason)
    assert "azureml/yolo_x" == nameless.model_id
