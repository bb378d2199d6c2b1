"""The models that the engine runs: published shapes, and what is asked of each, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_LLAMA: Final = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "hidden_size": 4096,
    "head_dim": 128,
    "rms_norm_eps": 1e-05,
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
_QWEN_3: Final = {
    "hidden_act": "silu",
    "head_dim": 128,
    "num_key_value_heads": 8,
    "max_position_embeddings": 40960,
    "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0,
    "attention_bias": False,
    "use_sliding_window": False,
    "tie_word_embeddings": False,
    "vocab_size": 151936,
    "torch_dtype": "bfloat16",
}
LLAMA_3_1_8B: Final = {
    **_LLAMA,
    "num_key_value_heads": 8,
    "intermediate_size": 14336,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
    "rope_theta": 500000.0,
    "rope_scaling": {
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
        "rope_type": "llama3",
    },
}
LLAMA_2_7B: Final = {
    **_LLAMA,
    "num_key_value_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
    "max_position_embeddings": 4096,
    "rope_theta": 10000.0,
}
QWEN_3_32B: Final = {
    **_QWEN_3,
    "architectures": ["Qwen3ForCausalLM"],
    "model_type": "qwen3",
    "num_hidden_layers": 64,
    "num_attention_heads": 64,
    "hidden_size": 5120,
    "intermediate_size": 25600,
}
QWEN_3_30B_A3B: Final = {
    **_QWEN_3,
    "architectures": ["Qwen3MoeForCausalLM"],
    "model_type": "qwen3_moe",
    "num_hidden_layers": 48,
    "num_attention_heads": 32,
    "num_key_value_heads": 4,
    "hidden_size": 2048,
    "intermediate_size": 6144,
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "moe_intermediate_size": 768,
    "norm_topk_prob": True,
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
}


@dataclass(frozen=True, kw_only=True)
class Load:
    """Requests of one length, at rising numbers in flight."""

    input_tokens: int
    output_tokens: int
    in_flight: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Served:
    """One model in one precision.

    Attributes:
        quantization: fp8: weights made 8 bits at the start, a scale a tensor; None: as they are.
        most_tokens: longest request the engine is set up for.
        loads: the most wanted first.
    """

    key: str
    model: str
    config: Mapping[str, Any]
    loads: tuple[Load, ...]
    quantization: str | None = None
    most_tokens: int = 8192

    @property
    def precision(self) -> str:
        """Of the weights."""
        return self.quantization or "bf16"


SERVED: Final = (
    Served(
        key="8b",
        model="meta-llama/Meta-Llama-3.1-8B",
        config=LLAMA_3_1_8B,
        loads=(
            Load(input_tokens=1000, output_tokens=200, in_flight=(1, 8, 32, 64, 128, 256)),
            Load(input_tokens=1000, output_tokens=1000, in_flight=(32, 128)),
            Load(input_tokens=4000, output_tokens=300, in_flight=(1, 8, 32)),
            Load(input_tokens=200, output_tokens=1000, in_flight=(32, 256)),
        ),
    ),
    Served(
        key="8b-fp8",
        model="meta-llama/Meta-Llama-3.1-8B",
        config=LLAMA_3_1_8B,
        quantization="fp8",
        loads=(
            Load(input_tokens=1000, output_tokens=200, in_flight=(1, 8, 32, 64, 128, 256)),
            Load(input_tokens=4000, output_tokens=300, in_flight=(8, 32)),
            Load(input_tokens=200, output_tokens=1000, in_flight=(32, 256)),
        ),
    ),
    Served(
        key="30b-a3b",
        model="Qwen/Qwen3-30B-A3B",
        config=QWEN_3_30B_A3B,
        loads=(
            Load(input_tokens=1000, output_tokens=200, in_flight=(1, 8, 32, 64)),
            Load(input_tokens=200, output_tokens=1000, in_flight=(32,)),
        ),
    ),
    Served(
        key="7b",
        model="meta-llama/Llama-2-7b-hf",
        config=LLAMA_2_7B,
        most_tokens=4096,
        loads=(Load(input_tokens=1000, output_tokens=200, in_flight=(1, 8, 32, 64, 128)),),
    ),
    Served(
        key="32b-fp8",
        model="Qwen/Qwen3-32B",
        config=QWEN_3_32B,
        quantization="fp8",
        loads=(
            Load(input_tokens=1000, output_tokens=200, in_flight=(1, 8, 32, 64)),
            Load(input_tokens=1000, output_tokens=1000, in_flight=(32,)),
        ),
    ),
)
