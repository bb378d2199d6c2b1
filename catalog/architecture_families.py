"""What families of models share that their config.json does not say number by number.

A family is told by ``model_type``, or by the name where that is blank. Each entry is what the code
of the family does in transformers: how many matrices its feed-forward part has, which layers see
the whole context, whether keys and values are compressed. A family whose attention is built in
another way than the formulas of `costing.architecture` know says so: no capacity is better than one
of another model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """How a family of models is built.

    Attributes:
        matrices: of a feed-forward block: 3 gated, 2 plain.
        full_every: one layer in so many sees the whole context, the others a window; None: the
            layers do not differ by a rule.
        window_tokens: of those layers where the configuration does not give one.
        window_in_all: every layer sees its window only.
        caching_every: one layer in so many keeps keys and values; the others are linear.
        latent: (kv_lora_rank, qk_rope_head_dim, qk_nope_head_dim, v_head_dim) where the
            configuration is not known in full; the family caches one vector a token and layer.
        first_dense: layers before the first mixture, by the number of all layers (0: any other).
        not_computed: what the formulas do not know of it; None: they hold.
    """

    matrices: int = 3
    full_every: int | None = None
    window_tokens: int | None = None
    window_in_all: bool = False
    caching_every: int | None = None
    latent: tuple[int, int, int, int] | None = None
    first_dense: tuple[tuple[int, int], ...] = ((0, 0),)
    not_computed: str | None = None

    def dense_start(self, layers: int) -> int:
        """Layers before the first mixture, where the configuration does not say."""
        return next(dense for of, dense in self.first_dense if of in (layers, 0))


ORDINARY: Final = Family()
_PLAIN: Final = Family(matrices=2)
_LATENT: Final = Family(latent=(512, 64, 128, 128), first_dense=((61, 3), (0, 1)))
_LATENT_FROM_SECOND: Final = Family(latent=(512, 64, 128, 128), first_dense=((0, 1),))
_DENSE_START: Final = Family(first_dense=((92, 3), (0, 1)))
_HYBRID: Final = Family(caching_every=4)
_STATE_SPACE: Final = "layers that keep a state instead of keys and values, in a pattern of its own"

FAMILIES: Final = {
    "falcon": _PLAIN,
    "gpt_neox": _PLAIN,
    "gpt_neo": _PLAIN,
    "gptj": _PLAIN,
    "gpt2": _PLAIN,
    "gpt_bigcode": _PLAIN,
    "opt": _PLAIN,
    "bloom": _PLAIN,
    "phi": _PLAIN,
    "phi-msft": _PLAIN,
    "starcoder2": Family(matrices=2, window_in_all=True),
    "mistral": Family(window_in_all=True),
    "phi3": Family(window_in_all=True),
    "gemma2": Family(full_every=2),
    "gemma3": Family(full_every=6),
    "gemma3_text": Family(full_every=6),
    "olmo3": Family(full_every=4, window_tokens=4096),
    "cohere2": Family(full_every=4, window_tokens=4096),
    "gpt_oss": Family(full_every=2, window_tokens=128),
    "llama4": Family(full_every=4, window_tokens=8192),
    "deepseek_v2": _LATENT_FROM_SECOND,
    "deepseek_v3": _LATENT,
    "deepseek_v32": _LATENT,
    "kimi_k2": _LATENT_FROM_SECOND,
    "kimi_k25": _LATENT_FROM_SECOND,
    "kimi_vl": _LATENT_FROM_SECOND,
    "glm4_moe": _DENSE_START,
    "glm4v_moe": _DENSE_START,
    "glm_moe_dsa": Family(latent=(512, 64, 192, 256), first_dense=((0, 3),)),
    "qwen3_next": Family(caching_every=4),
    "qwen3_5": _HYBRID,
    "qwen3_5_moe": _HYBRID,
    "nemotron_h": Family(matrices=2),
    "mllama": Family(not_computed="layers of cross attention to a picture"),
    "deepseek_v4": Family(not_computed="a cache that is compressed along the context too"),
    "deepseek_ref": Family(not_computed="a cache that is compressed along the context too"),
    "kimi_k3": Family(not_computed=_STATE_SPACE),
    "kimi_linear": Family(not_computed=_STATE_SPACE),
    "falcon_mamba": Family(not_computed=_STATE_SPACE),
    "falcon_h1": Family(not_computed=_STATE_SPACE),
    "granitemoehybrid": Family(not_computed=_STATE_SPACE),
    "jamba": Family(not_computed=_STATE_SPACE),
    "mamba": Family(not_computed=_STATE_SPACE),
    "mamba2": Family(not_computed=_STATE_SPACE),
    "bamba": Family(not_computed=_STATE_SPACE),
    "lfm2": Family(not_computed="layers of convolution"),
    "lfm2_moe": Family(not_computed="layers of convolution"),
    "lfm2_vl": Family(not_computed="layers of convolution"),
    "glm4_moe_lite": Family(not_computed="a compressed cache whose widths are not known"),
    "llada2_moe": Family(not_computed="writing by diffusion, many tokens a step"),
    "nemotron-nas": Family(not_computed="layers that differ in their number of heads"),
    "t5": Family(not_computed="an encoder beside the decoder"),
    "bart": Family(not_computed="an encoder beside the decoder"),
    "florence2": Family(not_computed="an encoder beside the decoder"),
    "reformer": Family(not_computed="attention by hashing"),
}  # fmt: skip

_BY_NAME: Final = (
    (r"/falcon-?(7b|11b|40b|180b)", "falcon"),
    (r"/(pythia|stablelm-(base|tuned)-alpha|gpt-neox)", "gpt_neox"),
    (r"/(stablecode-\w+-alpha|redpajama|dolly)", "gpt_neox"),
    (r"/gpt-neo-", "gpt_neo"),
    (r"/(gpt-j|pygmalion-6b)", "gptj"),
    (r"/(distil)?gpt2", "gpt2"),
    (r"/(santacoder|starcoder(base)?$)", "gpt_bigcode"),
    (r"/opt-", "opt"),
    (r"/(test-)?bloom", "bloom"),
    (r"/phi-(1|1_5|2)$", "phi"),
    (r"/phi-(3|4-mini)", "phi3"),
    (r"/gemma-2-", "gemma2"),
    (r"/gemma-3-", "gemma3"),
    (r"/(mistral|mathstral)-", "mistral"),
    (r"/.*nemotron-3-(nano|super)|nemotron-cascade-2", "nemotron_h"),
)  # fmt: skip


def family_of(model_type: str | None, model_id: str) -> Family:
    """The family of a model; an ordinary decoder where neither type nor name says otherwise."""
    if model_type in FAMILIES:
        return FAMILIES[model_type]
    if model_type in (None, "", "unknown"):
        for pattern, name in _BY_NAME:
            if re.search(pattern, model_id.casefold()):
                return FAMILIES[name]
    return ORDINARY
