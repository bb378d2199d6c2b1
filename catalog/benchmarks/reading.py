"""A result file of a load generator: which tool wrote it, and the runs in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from catalog.benchmarks.aiperf import runs_of_aiperf
from catalog.benchmarks.fields import Fields
from catalog.benchmarks.guidellm import runs_of_guidellm
from catalog.benchmarks.runs import BenchmarkRun
from catalog.benchmarks.vllm_bench import runs_of_vllm_bench
from catalog.errors import BenchmarkRefused
from catalog.vocabulary import ReadTool

MOST_BYTES: Final = 256 * 1024 * 1024
TOOLS: Final[tuple[str, ...]] = get_args(ReadTool)
FILES: Final = (
    "a file of `vllm bench serve --save-result`, guidellm's benchmarks.json or aiperf's "
    "profile_export_aiperf.json"
)


def read_benchmarks(
    content: bytes, *, name: str, tool: str | None = None
) -> tuple[BenchmarkRun, ...]:
    """The runs in the bytes of a file, in order.

    Args:
        content: the file.
        name: what the file is called, for the messages.
        tool: who wrote it; None: told by the file itself.

    Raises:
        BenchmarkRefused: no such tool, no such file, or a field that is not as the tool writes it.
    """
    if tool is not None and tool not in TOOLS:
        raise BenchmarkRefused(
            f"Expected --tool as one of {', '.join(TOOLS)}, found {tool!r}. Leave it out to have "
            "it told by the file.",
            field="--tool",
        )
    documents = _documents(content, name)
    found = tool or _recognized(documents[0])
    if found is None:
        raise BenchmarkRefused(
            f"{name}: expected {FILES}, found an object with {_keys(documents[0])}. If it is one, "
            f"say which with --tool {'|'.join(TOOLS)}.",
            field="file",
        )
    alone = len(documents) == 1
    parts = [
        Fields(values=one, tool=found, file=name, place="" if alone else f"line {number}")
        for number, one in enumerate(documents, start=1)
    ]
    if found != "vllm-bench" and not alone:
        raise BenchmarkRefused(
            f"{name}: expected one JSON object in a file of {found}, found {len(parts)}. Only "
            "`vllm bench serve --append-result` writes several.",
            field="file",
        )
    if found == "vllm-bench":
        runs = tuple(runs_of_vllm_bench(one) for one in parts)
    else:
        runs = runs_of_guidellm(parts[0]) if found == "guidellm" else (runs_of_aiperf(parts[0]),)
    for number, run in enumerate(runs, start=1):
        if min(run.input_tokens, run.output_tokens) < 1:
            raise BenchmarkRefused(
                f"{name}: expected at least one token in and one out a request in run {number}, "
                f"found {run.input_tokens} and {run.output_tokens}. Measure again with a server "
                "that counts its tokens.",
                field="file",
            )
    return runs


def _documents(content: bytes, name: str) -> list[Mapping[str, Any]]:
    """The JSON object of a file, or those of its lines."""
    if len(content) > MOST_BYTES:
        raise BenchmarkRefused(
            f"{name}: expected at most {MOST_BYTES // 2**20} MiB, found {len(content) // 2**20}. "
            "Have the tool write fewer details of single requests.",
            field="file",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BenchmarkRefused(
            f"{name}: expected JSON in UTF-8, found other bytes at {error.start}. Give the JSON "
            "file that the tool wrote.",
            field="file",
        ) from None
    lines = [line for line in text.splitlines() if line.strip()]
    several = len(lines) > 1 and all(line.startswith("{") and line.rstrip().endswith("}")
                                     for line in lines)  # fmt: skip
    found = [_json(line, name) for line in lines] if several else [_json(text, name)]
    for one in found:
        if not isinstance(one, Mapping):
            raise BenchmarkRefused(
                f"{name}: expected {FILES}, found a JSON {type(one).__name__}. Give the result "
                "itself, not a summary of it for another program.",
                field="file",
            )
    return found


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise BenchmarkRefused(
            f"{name}: expected JSON, found: {error}. Give the JSON file that the tool wrote.",
            field="file",
        ) from None


def _recognized(document: Mapping[str, Any]) -> str | None:
    metadata = document.get("metadata")
    if isinstance(metadata, Mapping) and "guidellm_version" in metadata:
        return "guidellm"
    if "aiperf_version" in document:
        return "aiperf"
    if {"output_throughput", "total_output_tokens", "num_prompts"} <= document.keys():
        return "vllm-bench"
    return None


def _keys(document: Mapping[str, Any]) -> str:
    keys = list(document)[:6]
    return f"the keys {', '.join(keys)}" if keys else "no key"
