"""What is asked of aiconfigurator, in its words: GPU systems, backends, widths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from catalog.errors import BenchmarkRefused
from catalog.served_models import Served

SYSTEMS: Final = {
    "A100-PCIe-80": "a100_pcie",
    "A100-SXM-80": "a100_sxm",
    "A30": "a30",
    "B200": "b200_sxm",
    "B300": "b300_sxm",
    "GB200": "gb200",
    "GB300": "gb300",
    "H100-PCIe": "h100_pcie",
    "H100-SXM": "h100_sxm",
    "H200-SXM": "h200_sxm",
    "L4": "l4",
    "L40S": "l40s",
    "RTXPRO6000": "rtx_pro_6000_server",
}
"""GPU of the catalog to system of the tool. V100, T4, A10, H100 NVL and AMD have no tables."""

BACKENDS: Final = {"vllm": "vllm", "sglang": "sglang", "tensorrt-llm": "trtllm"}

WEIGHTS: Final = {
    "bf16": "bfloat16",
    "fp16": "bfloat16",
    "fp8": "fp8",
    "int8": "int8_wo",
    "int4": "int4_wo",
    "nvfp4": "nvfp4",
}
CACHES: Final = {"bf16": "bfloat16", "fp16": "bfloat16", "fp8": "fp8", "int8": "int8"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One deployment at several loads; batches are requests in flight a replica and data rank."""

    model_path: str
    system: str
    backend: str
    weights: str | None
    cache: str | None
    tensor: int
    pipeline: int
    data: int
    expert: int
    expert_tensor: int
    input_tokens: int
    output_tokens: int
    batches: tuple[int, ...]

    @property
    def replica_gpus(self) -> int:
        """GPUs of one replica."""
        return self.tensor * self.pipeline * self.data


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """The traffic that is asked about: tokens a request, requests in flight over all GPUs."""

    input_tokens: int
    output_tokens: int
    concurrencies: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """How one replica is spread; expert: parts into which whole experts are dealt."""

    tensor: int = 1
    pipeline: int = 1
    data: int = 1
    expert: int = 1


def question_of(
    served: Served, split: Split, load: Load, *, engine: str, model_path: str | None
) -> Question:
    """The question about a deployment.

    Args:
        served: model, GPUs and widths.
        split: how one replica is spread; further GPUs hold further replicas.
        load: the traffic.
        engine: vllm, sglang or tensorrt-llm.
        model_path: what the tool calls the model, or a folder with its config.json.

    Raises:
        BenchmarkRefused: the tool has nothing for it, or the numbers do not go together.
    """
    replica = split.tensor * split.pipeline * split.data
    if served.gpus % replica:
        _refuse(
            "--tensor",
            f"--tensor x --pipeline x --data to divide the {served.gpus} GPUs",
            f"{split.tensor} x {split.pipeline} x {split.data}",
        )
    if (split.tensor * split.data) % split.expert:
        _refuse(
            "--expert",
            f"--expert to divide --tensor x --data ({split.tensor * split.data}), because experts "
            "are spread over the same GPUs",
            str(split.expert),
        )
    places = served.gpus // replica * split.data
    uneven = [count for count in load.concurrencies if count < 1 or count % places]
    if uneven or not load.concurrencies:
        _refuse(
            "--concurrency",
            f"requests in flight in whole multiples of the {places} places that share them",
            ", ".join(map(str, uneven)) or "none",
        )
    return Question(
        model_path=model_path or served.model_id,
        system=_word("--gpu", "GPU", served.gpu_key, SYSTEMS),
        backend=_word("--engine", "engine", engine.strip().lower(), BACKENDS),
        weights=None if served.weights == "mxfp4" else _word(
            "--weights", "precision", served.weights, WEIGHTS
        ),
        cache=None if served.cache is None else _word(
            "--cache", "precision of the cache", served.cache, CACHES
        ),
        tensor=split.tensor,
        pipeline=split.pipeline,
        data=split.data,
        expert=split.expert,
        expert_tensor=split.tensor * split.data // split.expert,
        input_tokens=load.input_tokens,
        output_tokens=load.output_tokens,
        batches=tuple(count // places for count in load.concurrencies),
    )  # fmt: skip


def _word(option: str, what: str, word: str, known: dict[str, str]) -> str:
    found = known.get(word)
    if found is None:
        _refuse(option, f"a {what} that aiconfigurator has: {', '.join(known)}", word)
    return found


def _refuse(option: str, expected: str, found: str) -> NoReturn:
    raise BenchmarkRefused(
        f"Expected {expected}, found {found}. Change {option}.",
        field=option,
    )
