"""Words of published measurements."""

from __future__ import annotations

import pytest

from costing.architecture import Precision
from costing.capacity_cases import Engine, EngineName
from costing.capacity_runs import Load
from costing.capacity_words import engine_of, precision_of, width_of
from costing.hardware import Width
from tests.costing.capacity_cases import FP8, GPT_OSS, LLAMA_3_8B


@pytest.mark.parametrize(
    ("word", "width"),
    [("fp16", Width.FP16), (" BF16", Width.BF16), ("awq", Width.INT4), ("", None), ("q5", None)],
)
def test_a_width_is_known_by_its_word(word: str, width: Width | None) -> None:
    """In any case; what is not known is None."""
    assert width is width_of(word)


def test_four_bits_of_a_model_published_so_are_its_experts_alone() -> None:
    """gpt-oss in fp4 is mxfp4 experts and bf16 rest; a dense model in fp4 is nvfp4 throughout."""
    assert GPT_OSS.native == precision_of("fp4", GPT_OSS)
    assert FP8 == precision_of("fp8", GPT_OSS)
    assert Precision.of(Width.NVFP4) == precision_of("fp4", LLAMA_3_8B)
    assert precision_of("q5", LLAMA_3_8B) is None


@pytest.mark.parametrize(
    ("name", "version", "load", "engine"),
    [
        ("vllm", "0.11.2", Load.CLOSED_LOOP, Engine(tuned=True)),
        ("vLLM", "v0.5.3", Load.CLOSED_LOOP, Engine(tuned=True, old=True)),
        ("vllm", "2024 (unstated)", Load.STATIC_BATCH, Engine(tuned=True, old=True)),
        ("vllm", "0.11.2", Load.BURST, Engine()),
        ("vllm", "nightly", Load.CLOSED_LOOP, Engine(tuned=True)),
        ("sglang", "0.5.9", Load.BURST, Engine(name=EngineName.SGLANG)),
        ("sglang", "0.2.0", Load.OFFLINE, Engine(name=EngineName.SGLANG, tuned=True, old=True)),
        (
            "tensorrt-llm-nim",
            "0.9.0",
            Load.BURST,
            Engine(name=EngineName.TENSORRT_LLM, tuned=True),
        ),
        ("tgi", "", Load.CLOSED_LOOP, Engine(tuned=True, old=True)),
    ],
)
def test_an_engine_is_read_from_its_name_version_and_load(
    name: str, version: str, load: Load, engine: Engine
) -> None:
    """Old by year or release; default settings where vLLM or SGLang get everything at once."""
    assert engine == engine_of(name, version, load)
