"""Runs inside aiconfigurator's own environment: a question as JSON on stdin, points on stdout.

The rest of this package never imports this file, and it imports nothing of ours. It holds what the
library hides: which operations stand on measured tables, and that rows of lower fidelity were put
in the place of missing ones, which the library tells by a logged warning alone.
"""

import difflib
import importlib
import json
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any

LOW_FIDELITY = "low-fidelity"


class Warnings(logging.Handler):
    """Keeps what the library warns of, each once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning."""
        self.told[record.getMessage()] = None

    def low_fidelity_tables(self) -> list[str]:
        """Names of the tables whose missing rows were filled."""
        filled = [text for text in self.told if LOW_FIDELITY in text]
        named = {word for text in filled for word in text.split() if word.endswith(".parquet")}
        return sorted(named) or (["unknown"] if filled else [])


def main() -> None:
    """Answer one question. The library prints as it likes; stdout holds the answer alone."""
    answer_here, sys.stdout = sys.stdout, sys.stderr
    warnings = Warnings()
    logging.getLogger().addHandler(warnings)
    question = json.load(sys.stdin)
    try:
        answer = _answer(question, warnings)
    except Exception as error:  # noqa: BLE001  whatever the library raises is its answer
        answer = {"problem": {"kind": type(error).__name__, "message": str(error)[:500]}}
    json.dump(answer, answer_here)
    answer_here.flush()  # Python flushes only what is stdout at the end


def _answer(question: dict[str, Any], warnings: Warnings) -> dict[str, Any]:
    _require_known(question["model_path"])
    api = importlib.import_module("aiconfigurator.cli.api")
    version = importlib.import_module("importlib.metadata").version("aiconfigurator")
    points = []
    for batch in question["batches"]:
        result = api.cli_estimate(mode="agg", batch_size=batch, **_conditions(question))
        sources = Counter(
            source for step in (result.per_ops_source or {}).values() for source in step.values()
        )
        points.append(
            {
                "batch": batch,
                "concurrency": int(result.raw["concurrency"]),
                "gpus": int(result.raw["num_total_gpus"]),
                "output_tokens_per_second": float(result.raw["tokens/s"]),
                "ttft_ms": float(result.ttft),
                "tpot_ms": float(result.tpot),
                "engine_version": str(result.backend_version),
                "sources": dict(sources),
                "remarks": [str(one) for one in result.moe_comm_fallbacks]
                + ([str(result.kv_cache_warning)] if result.kv_cache_warning else []),
            }
        )
    tables = warnings.low_fidelity_tables()
    return {"version": version, "points": points, "low_fidelity_tables": tables}


def _conditions(question: dict[str, Any]) -> dict[str, Any]:
    named = {
        "model_path": "model_path",
        "system_name": "system",
        "backend_name": "backend",
        "isl": "input_tokens",
        "osl": "output_tokens",
        "tp_size": "tensor",
        "pp_size": "pipeline",
        "attention_dp_size": "data",
        "moe_tp_size": "expert_tensor",
        "moe_ep_size": "expert",
        "gemm_quant_mode": "weights",
        "moe_quant_mode": "weights",
        "kvcache_quant_mode": "cache",
    }
    return {theirs: question[ours] for theirs, ours in named.items()}


def _require_known(model_path: str) -> None:
    """Refuse a model whose shape is not bundled: the library would ask the network for it."""
    if Path(model_path).is_dir():
        return
    core = importlib.import_module("aiconfigurator_core")
    configs = Path(str(core.__file__)).parent / "model_configs"
    known = sorted(
        one.name.removesuffix("_config.json").replace("--", "/")
        for one in configs.glob("*_config.json")
        if not one.name.endswith("_hf_quant_config.json")
    )
    if model_path not in known:
        nearest = difflib.get_close_matches(model_path, known, n=5, cutoff=0.3)
        raise LookupError(f"{model_path} is not bundled; nearest: {', '.join(nearest) or 'none'}.")


if __name__ == "__main__":
    main()
