"""Shapes of 32 models that were checked by hand, line by line with their source.

Capacity was fitted on measurements of these models; `modelcost capacity --check` names them by
their keys. The file states parameters in billions, and the cache in elements a token.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from costing.architecture import CompressedCache, Experts, ModelShape, Precision
from costing.hardware import Width

ROPE_WIDTH: Final = 64
"""Of the compressed cache: 576 elements a layer are a rank of 512 and 64 for the position."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedShape:
    """A shape with the key of the file, the model's id, and where the facts were read."""

    key: str
    model_id: str
    shape: ModelShape
    source: str


@lru_cache(maxsize=1)
def checked_shapes() -> Mapping[str, CheckedShape]:
    """By the id of the model."""
    text = (files("catalog") / "checked_shapes.csv").read_text(encoding="utf-8")
    found = [_checked(row) for row in csv.DictReader(text.splitlines())]
    return MappingProxyType({one.model_id: one for one in found})


@lru_cache(maxsize=1)
def checked_keys() -> Mapping[str, CheckedShape]:
    """By the key of the file."""
    return MappingProxyType({one.key: one for one in checked_shapes().values()})


def _checked(row: Mapping[str, str]) -> CheckedShape:
    layers_of_cache = int(row["kv_elems_per_token"])
    kv_heads, head_dim = int(row["kv_heads"]), int(row["head_dim"])
    compressed = kv_heads == 1 and head_dim > 512
    each = kv_heads * head_dim * (1 if compressed else 2)
    experts = int(row["experts"])
    mxfp4 = row["model_key"].startswith("gpt-oss")
    shape = ModelShape(
        name=row["hf_id"],
        parameters=_billions(row["params_b"]),
        active_parameters=_billions(row["active_b"]),
        layers=int(row["layers"]),
        hidden_size=int(row["hidden"]),
        attention_heads=int(row["q_heads"]),
        kv_heads=kv_heads,
        head_dim=head_dim,
        experts=Experts(
            count=experts,
            per_token=int(row["topk"]),
            parameters=_billions(row["expert_params_b"]),
        )
        if experts
        else None,
        compressed=CompressedCache(latent_rank=head_dim - ROPE_WIDTH, rope_dim=ROPE_WIDTH)
        if compressed
        else None,
        caching_layers=layers_of_cache // each,
        full_attention_share=float(row["full_attn_frac"]),
        window_tokens=int(row["window"]) or None,
        native=Precision(rest=Width.BF16, experts=Width.MXFP4 if mxfp4 else Width.BF16),
    )
    return CheckedShape(
        key=row["model_key"], model_id=row["hf_id"], shape=shape, source=row["source"]
    )


def _billions(text: str) -> int:
    return int(Decimal(text) * 10**9)
