"""The words of published measurements (precision, engine, version) as the types of this room.

Words that are not known give None, so that a caller can refuse the row and say which word it was.
"""

import re
from typing import Final

from costing.architecture import ModelShape, Precision
from costing.capacity_cases import Engine, EngineName
from costing.capacity_runs import Load
from costing.hardware import Width

_WIDTHS: Final = {
    "fp16": Width.FP16,
    "float16": Width.FP16,
    "bf16": Width.BF16,
    "bfloat16": Width.BF16,
    "fp8": Width.FP8,
    "int8": Width.INT8,
    "int4": Width.INT4,
    "awq": Width.INT4,
    "gptq": Width.INT4,
    "fp4": Width.NVFP4,
    "nvfp4": Width.NVFP4,
    "mxfp4": Width.MXFP4,
}

WIDTH_WORDS: Final = tuple(_WIDTHS)
"""Words of a precision that are known."""

_OLD_BEFORE: Final = {EngineName.VLLM: (0, 6), EngineName.SGLANG: (0, 3)}
"""First releases whose scheduling no longer took more time than the GPU did."""


def width_of(word: str) -> Width | None:
    """A width by its word, in any case; None where it is not known."""
    return _WIDTHS.get(word.strip().lower())


def precision_of(word: str, shape: ModelShape) -> Precision | None:
    """The weights that a word means for a model; None where it is not known.

    A model published with 4-bit experts alone (gpt-oss) is meant as published, whatever 4-bit word
    is used; else all weights have the width.
    """
    width = width_of(word)
    if width is None:
        return None
    published_narrow = shape.native.experts in (Width.MXFP4, Width.NVFP4, Width.INT4)
    if published_narrow and width in (Width.MXFP4, Width.NVFP4):
        return shape.native
    return Precision.of(width)


def engine_of(name: str, version: str, load: Load) -> Engine:
    """An engine by name and version. Names that are not known are taken as vLLM.

    Published runs are tuned, but for vLLM and SGLang with everything sent at once, which is how
    their own benchmark scripts load an engine with default settings.
    """
    word = name.strip().lower()
    engine = EngineName.VLLM
    if word.startswith(("tensorrt", "trt", "nim")):
        engine = EngineName.TENSORRT_LLM
    elif word.startswith("sglang"):
        engine = EngineName.SGLANG
    known = word.startswith(("tensorrt", "trt", "nim", "sglang", "vllm"))
    tuned = load is not Load.BURST or engine is EngineName.TENSORRT_LLM
    return Engine(name=engine, tuned=tuned, old=not known or _is_old(engine, version))


def _is_old(engine: EngineName, version: str) -> bool:
    """Whether a version is of 2023-24: by its year, or before the release that ended slowness."""
    if version.strip().startswith(("2023", "2024")):
        return True
    numbers = re.match(r"v?(\d+)\.(\d+)", version.strip())
    first = _OLD_BEFORE.get(engine)
    if numbers is None or first is None:
        return False
    return (int(numbers[1]), int(numbers[2])) < first
