"""Facts of the catalog as shapes: counted, held against checked ones, refused where not known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog.architectures import KnownShape, shape_of_architecture, shape_of_model
from catalog.checked_shapes import checked_keys, checked_shapes
from catalog.database import Database
from catalog.model_queries import find_model
from catalog.records import ArchitectureRecord
from catalog.tables import MODEL_ARCHITECTURE
from costing.architecture import ModelShape, Precision
from costing.capacity_reasons import Reason, ReasonCode
from costing.hardware import Width

NEAR = 0.01
ROUNDED_BY_PUBLISHERS = {"openai/gpt-oss-120b": 0.12, "zai-org/GLM-4.6": 0.09}
"""Active parameters that the checked file takes from a model card instead of the shape."""


def known(database: Database, model_id: str) -> KnownShape:
    with database.read() as session:
        return shape_of_model(session, find_model(session, model_id))


def shape(database: Database, model_id: str) -> ModelShape:
    found = known(database, model_id).shape
    assert isinstance(found, ModelShape), found
    return found


def record(**facts: object) -> ArchitectureRecord:
    """A small dense model of 2 layers, complete unless told otherwise."""
    ordinary = {
        "model_id": "somebody/some-model", "tier": 1, "layers": 2, "hidden_size": 64,
        "attention_heads": 4, "kv_heads": 2, "head_dim": 16, "intermediate_size": 128,
        "vocab_size": 1000, "tie_word_embeddings": False, "source": "test",
    }  # fmt: skip
    return ArchitectureRecord.model_validate(ordinary | facts)


def reason(found: object) -> Reason:
    assert isinstance(found, Reason)
    return found


def test_computed_shapes_agree_with_those_checked_by_hand(bundled_sqlite: Database) -> None:
    """Parameters, experts and cache of every model that stands in both."""
    compared = 0
    with bundled_sqlite.read() as session:
        rows = session.execute(select(MODEL_ARCHITECTURE)).mappings().all()
    for row in rows:
        checked = checked_shapes().get(row["model_id"])
        computed = shape_of_architecture(ArchitectureRecord.model_validate(dict(row)))
        if checked is None or not isinstance(computed, ModelShape):
            continue
        compared += 1
        want = checked.shape
        assert computed.parameters == pytest.approx(want.parameters, rel=0.02), want.name
        assert computed.expert_parameters == pytest.approx(want.expert_parameters, rel=NEAR)
        most = ROUNDED_BY_PUBLISHERS.get(want.name, 0.015)
        assert computed.active_parameters == pytest.approx(want.active_parameters, rel=most)
        assert computed.cache_elements_per_token == want.cache_elements_per_token
        assert (computed.layers, computed.kind) == (want.layers, computed.kind)
    assert compared == 30


def test_most_architectures_of_the_catalog_have_a_shape(bundled_sqlite: Database) -> None:
    """The others say which fact is missing, and none is guessed."""
    with bundled_sqlite.read() as session:
        ids = session.scalars(select(MODEL_ARCHITECTURE.c.model_id)).all()
        found = {one: shape_of_model(session, find_model(session, one)).shape for one in ids}

    without = {name: one for name, one in found.items() if isinstance(one, Reason)}
    assert len(found) - len(without) >= 485
    assert all(one.facts.get("missing") or one.facts.get("why") for one in without.values())


@pytest.mark.parametrize(
    ("model_id", "billions"),
    [
        ("EleutherAI/gpt-j-6b", 6.05),  # two matrices a feed-forward block, not three
        ("tiiuae/falcon-180B", 179.5),
        ("tiiuae/falcon-7b", 7.22),
        ("nvidia/DeepSeek-V3.1-NVFP4", 671.0),  # published are packed bytes: 393
        ("nvidia/MiniMax-M2.5-NVFP4", 228.7),  # published: 116
        ("allenai/OLMoE-1B-7B-0924", 6.9),  # published: 0.44
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 107.8),  # shared experts
        ("deepseek-ai/DeepSeek-V3-0324", 671.0),  # not 684: without the part for drafting
        ("Qwen/Qwen3-0.6B", 0.596),  # words stored twice, loaded once
        ("nvidia/Qwen3.5-397B-A17B-NVFP4", 403.4),  # of its twin, towers included
    ],
)
def test_parameters_are_those_of_the_weights(
    bundled_sqlite: Database, model_id: str, billions: float
) -> None:
    assert shape(bundled_sqlite, model_id).parameters / 1e9 == pytest.approx(billions, rel=0.01)


def test_a_model_whose_own_facts_are_thin_takes_the_shape_of_its_twin(bundled: Database) -> None:
    """DeepSeek-V3-0324 is known from a derived list only; the file of DeepSeek-R1 is known."""
    found = known(bundled, "deepseek-ai/DeepSeek-V3-0324")

    assert found.twin == "deepseek-ai/DeepSeek-R1"
    assert isinstance(found.shape, ModelShape)
    assert found.shape.name == "deepseek-ai/DeepSeek-V3-0324"
    assert found.shape.cache_elements_per_token == 61 * (512 + 64)


def test_a_model_of_the_checked_list_keeps_its_stored_precision_and_context(
    bundled_sqlite: Database,
) -> None:
    found = shape(bundled_sqlite, "deepseek-ai/DeepSeek-R1")

    assert found.native == Precision.of(Width.FP8)
    assert found.max_context_tokens == 163_840


@pytest.mark.parametrize(
    ("facts", "native"),
    [
        ({}, Precision.of(Width.BF16)),
        ({"torch_dtype": "float16"}, Precision.of(Width.FP16)),
        ({"torch_dtype": "float32"}, Precision.of(Width.BF16)),
        ({"quant_method": "fp8"}, Precision.of(Width.FP8)),
        ({"quant_method": "awq"}, Precision.of(Width.INT4)),
        ({"quant_method": "modelopt", "model_id": "a/b-NVFP4"}, Precision.of(Width.NVFP4)),
        ({"model_id": "a/b-FP8"}, Precision.of(Width.FP8)),
        ({"quant_method": "mxfp4"}, Precision(rest=Width.BF16, experts=Width.MXFP4)),
    ],
)
def test_the_stored_precision_is_read_from_the_file_or_the_name(
    facts: dict[str, object], native: Precision
) -> None:
    found = shape_of_architecture(record(**facts))

    assert isinstance(found, ModelShape)
    assert found.native == native


@pytest.mark.parametrize(
    ("facts", "share", "window"),
    [
        ({"sliding_window": 8}, 1.0, None),  # which layers is not known: all see everything
        ({"sliding_window": 8, "model_type": "gemma2"}, 0.5, 8),
        ({"sliding_window": 8, "model_type": "mistral"}, 0.0, 8),
        ({"sliding_window": 99, "max_context": 99, "model_type": "mistral"}, 1.0, None),
        (
            {"sliding_window": 8, "layer_types": '{"sliding_attention": 3, "full_attention": 1}'},
            0.25,
            8,
        ),
        ({"model_type": "gpt_oss"}, 0.5, 128),
    ],
)
def test_windows_hold_for_the_layers_that_have_one(
    facts: dict[str, object], share: float, window: int | None
) -> None:
    found = shape_of_architecture(record(**facts))

    assert isinstance(found, ModelShape)
    assert found.full_attention_share == share
    assert found.window_tokens == window


def test_linear_layers_keep_no_keys_and_values() -> None:
    """By their kinds, by the pattern of Nemotron, by the rule of the family."""
    kinds = '{"linear_attention": 3, "full_attention": 1}'
    listed = record(layers=4, layer_types=kinds, total_params=500_000)
    pattern = record(layers=4, hybrid_pattern="M-M*", model_type="nemotron_h", total_params=500_000)
    family = record(layers=8, model_type="qwen3_next", total_params=500_000)

    found = [shape_of_architecture(one) for one in (listed, pattern, family)]

    assert [one.keeping_layers for one in found if isinstance(one, ModelShape)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("facts", "code", "names"),
    [
        ({"layers": None}, ReasonCode.FACT_MISSING, "layers"),
        ({"model_type": "deepseek_v4"}, ReasonCode.ARCHITECTURE_NOT_COMPUTED, "compressed"),
        ({"model_type": "nemotron_h"}, ReasonCode.FACT_MISSING, "layer_types"),
        ({"total_params": 900_000}, ReasonCode.FACT_MISSING, "900,000 published"),
        (
            {"n_experts": 8, "experts_per_tok": 2, "total_params": 1_000, "vocab_size": None},
            ReasonCode.FACT_MISSING,
            "in experts of 1,000 in all",
        ),
        ({"n_experts": 8}, ReasonCode.FACT_MISSING, "experts_per_token"),
        (
            {"intermediate_size": None, "total_params": 50_000, "model_id": "a/b-AWQ"},
            ReasonCode.FACT_MISSING,
            "parameters",
        ),
    ],
)
def test_what_is_not_known_is_named_and_not_guessed(
    facts: dict[str, object], code: ReasonCode, names: str
) -> None:
    found = reason(shape_of_architecture(record(**facts)))

    assert found.code is code
    assert names in " ".join(found.facts.values())


def test_a_model_without_any_facts_says_so(bundled_sqlite: Database) -> None:
    found = reason(known(bundled_sqlite, "BAAI/bge-base-en-v1.5").shape)

    assert found.facts["missing"] == "config.json"


def test_a_tuned_variant_is_like_its_base_and_a_larger_sibling_is_not() -> None:
    llama = checked_keys()["llama3-70b"].shape

    assert llama.is_like(replace(llama, name="tuned", parameters=llama.parameters + 10**9))
    assert not llama.is_like(checked_keys()["llama2-70b"].shape)
    assert not llama.is_like(replace(llama, kv_heads=4))
