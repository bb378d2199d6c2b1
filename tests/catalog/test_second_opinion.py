"""aiconfigurator as a second opinion: what is asked, what comes back, what refuses it.

A small program stands in for the Python of its environment: it speaks the same JSON over stdin and
stdout, which is our own boundary. The numbers are those that the real one gave when tried by hand.
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import BenchmarkRefused, SecondOpinionUnavailable
from catalog.second_opinion.asking import Answer, ask, points_as_measurements
from catalog.second_opinion.environment import (
    Machine,
    environment_folder,
    interpreter,
    is_ready,
    make_environment,
    require_machine,
    run_command,
)
from catalog.second_opinion.program import Warnings
from catalog.second_opinion.questions import Load, Question, Split, question_of
from catalog.served_models import Served

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
SERVED = Served(
    model_id=MODEL, gpu_key="H100-SXM", gpus=2, instance_id=None, weights="bf16", cache=None
)
LOAD = Load(input_tokens=1000, output_tokens=300, concurrencies=(32,))
POINT: dict[str, Any] = {
    "batch": 16,
    "concurrency": 16,
    "gpus": 1,
    "output_tokens_per_second": 1843.5350890352343,
    "ttft_ms": 73.02670062801317,
    "tpot_ms": 8.434741282699862,
    "engine_version": "0.24.0",
    "sources": {"silicon": 14, "empirical": 14, "mixed": 1},
    "remarks": [],
}
ANSWER = {
    "version": "0.12.0",
    "points": [POINT],
    "low_fidelity_tables": ["mla_context_module_perf.parquet"],
}


def question(served: Served = SERVED, split: Split | None = None, load: Load = LOAD) -> Question:
    """A question about one replica a GPU."""
    return question_of(
        served,
        split or Split(),
        load,
        engine="vllm",
        model_path="meta-llama/Meta-Llama-3.1-8B",
    )


def stand_in(folder: Path, printed: str, then: str = "") -> Path:
    """A program in the place of the environment's Python: keeps what it was asked, prints this."""
    (folder / "bin").mkdir(parents=True)
    (folder / "printed").write_text(printed)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\ncat >"{folder}/asked"\ncat "{folder}/printed"\n{then}\n')
    python.chmod(0o755)
    return python


def test_the_question_is_put_in_the_tools_words_and_the_points_come_back(tmp_path: Path) -> None:
    """Two replicas of one GPU share 32 requests, and give twice the tokens of one."""
    python = stand_in(tmp_path, json.dumps(ANSWER))
    asked = question()

    answer = ask(python, asked, seconds=60)
    [record] = points_as_measurements(answer, asked, SERVED, NOW)

    told = json.loads((tmp_path / "asked").read_text())
    assert ("h100_sxm", "vllm", "bfloat16", None, [16]) == (
        told["system"],
        told["backend"],
        told["weights"],
        told["cache"],
        told["batches"],
    )
    assert (Decimal(32), Decimal("3687.0701780704686")) == (
        record.concurrency,
        record.output_tokens_per_second,
    )
    assert ("closed_loop", "computed", "low", False) == (
        record.load_mode,
        record.value_kind,
        record.quality,
        record.calibrates,
    )
    assert ("computed_elsewhere", "low_fidelity") == record.flags
    assert record.note is not None
    assert "14 empirical, 1 mixed, 14 silicon" in record.note
    assert "mla_context_module_perf.parquet" in record.note
    assert (MODEL, "meta-llama/Meta-Llama-3.1-8B", "0.24.0", None, None) == (
        record.model_id,
        record.model,
        record.engine_version,
        record.requests_completed,
        record.file_sha256,
    )


def test_the_same_question_gives_the_same_id_and_another_load_another() -> None:
    """So that a point is replaced when it is computed anew."""
    answer = Answer.model_validate(ANSWER)
    other = Answer.model_validate({**ANSWER, "points": [{**POINT, "batch": 8}]})
    asked = question()

    ids = [points_as_measurements(one, asked, SERVED, NOW)[0].id for one in (answer, answer, other)]

    assert ids[0] == ids[1] != ids[2]


def test_a_folder_of_a_model_is_not_kept_with_the_point(tmp_path: Path) -> None:
    """A path of this machine says nothing elsewhere."""
    asked = replace(question(), model_path=str(tmp_path))
    [record] = points_as_measurements(Answer.model_validate(ANSWER), asked, SERVED, NOW)

    assert MODEL == record.model


def test_experts_are_spread_over_tensor_times_data() -> None:
    """moe_tp x moe_ep = tp x dp, which the tool asks for."""
    served = replace(SERVED, gpu_key="H200-SXM", gpus=8, weights="mxfp4", cache="fp8")
    asked = question(served, Split(tensor=4, data=2, expert=2), LOAD)

    assert (2, 4, None, "fp8", (16,)) == (
        asked.expert,
        asked.expert_tensor,
        asked.weights,
        asked.cache,
        asked.batches,
    )


@pytest.mark.parametrize(
    ("served", "split", "load", "told"),
    [
        (
            {"gpu_key": "V100-PCIe-16"},
            {},
            {},
            "GPU that aiconfigurator has: A100-PCIe-80, .*V100",
        ),
        ({"weights": "fp7"}, {}, {}, "a precision that aiconfigurator has: bf16"),
        ({"cache": "int4"}, {}, {}, "a precision of the cache that aiconfigurator has"),
        ({"gpus": 3}, {"tensor": 2}, {}, "to divide the 3 GPUs, found 2 x 1 x 1. Change --tensor"),
        ({}, {"tensor": 2, "expert": 4}, {}, r"--expert to divide --tensor x --data \(2\)"),
        ({}, {}, {"concurrencies": (3,)}, "whole multiples of the 2 places .* found 3"),
        ({}, {}, {"concurrencies": ()}, "found none. Change --concurrency"),
    ],
)
def test_what_the_tool_has_nothing_for_is_refused_before_it_is_asked(
    served: dict[str, Any], split: dict[str, int], load: dict[str, Any], told: str
) -> None:
    """By the option at fault."""
    with pytest.raises(BenchmarkRefused, match=told):
        question(replace(SERVED, **served), Split(**split), replace(LOAD, **load))


def test_an_engine_that_the_tool_does_not_have_is_refused() -> None:
    """Three are known."""
    with pytest.raises(BenchmarkRefused, match="engine that aiconfigurator has: vllm, sglang"):
        question_of(SERVED, Split(), LOAD, engine="tgi", model_path=None)


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        ("LookupError", "a/b is not bundled; nearest: a/c.", "nearest: a/c. Give --model-path"),
        ("RuntimeError", "OOM: does not fit.", "OOM: does not fit. Give more GPUs"),
        ("ValueError", "No database found.", "No database found. These are the words of the tool"),
    ],
)
def test_what_the_tool_cannot_compute_is_told_in_its_words_with_the_way_on(
    tmp_path: Path, kind: str, message: str, told: str
) -> None:
    """That is wrong input, no failure."""
    problem = {"problem": {"kind": kind, "message": message}}

    with pytest.raises(BenchmarkRefused, match=told):
        ask(stand_in(tmp_path, json.dumps(problem)), question(), seconds=60)


@pytest.mark.parametrize(
    ("printed", "then", "told"),
    [
        ("", "echo Killed >&2; exit 137", "found 1 fields amiss in ''; its last message: Killed"),
        ("no JSON", "", "amiss in 'no JSON'"),
        (json.dumps({**ANSWER, "points": [{**POINT, "ttft_ms": -1}]}), "", "1 fields amiss"),
        (json.dumps({**ANSWER, "points": []}), "", "Expected 1 points of aiconfigurator, found 0"),
    ],
)
def test_an_answer_that_is_none_fails_with_what_was_found(
    tmp_path: Path, printed: str, then: str, told: str
) -> None:
    """And says how to make the environment anew."""
    with pytest.raises(SecondOpinionUnavailable, match=told) as error:
        ask(stand_in(tmp_path, printed, then), question(), seconds=60)

    assert f"Remove the folder {tmp_path}" in str(error.value)


def test_a_program_that_does_not_come_to_its_end_is_stopped(tmp_path: Path) -> None:
    """After the seconds that were given."""
    python = stand_in(tmp_path, "", "exec tail -f /dev/null")

    with pytest.raises(SecondOpinionUnavailable, match="within 1 seconds, found it still at work"):
        ask(python, question(), seconds=1)


def test_an_environment_without_the_tool_says_so() -> None:
    """The real program in this very Python, which never has the tool."""
    with pytest.raises(SecondOpinionUnavailable, match=r"found: No module named 'aiconfigurator"):
        ask(Path(sys.executable), question(), seconds=60)


def test_an_environment_whose_python_is_gone_says_so(tmp_path: Path) -> None:
    """As after the Python it was made of was removed."""
    with pytest.raises(SecondOpinionUnavailable, match=r"Expected to run .*No such file"):
        ask(tmp_path / "bin" / "python", question(), seconds=60)


def test_tables_of_lower_fidelity_are_named_from_the_warnings() -> None:
    """The library tells them by a warning alone; other warnings say nothing of fidelity."""
    warnings = Warnings()
    for text in (
        "Loading low-fidelity fallback rows for b_perf.parquet from data. Queries ...",
        "Loading low-fidelity fallback rows for a_perf.parquet from data. Queries ...",
        "deprecated",
    ):
        warnings.handle(logging.LogRecord("x", logging.WARNING, "x", 1, text, None, None))

    assert ["a_perf.parquet", "b_perf.parquet"] == warnings.low_fidelity_tables()
    assert [] == Warnings().low_fidelity_tables()


@pytest.mark.parametrize(
    "machine",
    [
        Machine(system="Darwin", processor="arm64", python=(3, 12)),
        Machine(system="Linux", processor="aarch64", python=(3, 12)),
        Machine(system="Linux", processor="x86_64", python=(3, 14)),
    ],
)
def test_a_machine_that_the_tool_is_not_built_for_is_refused(machine: Machine) -> None:
    """Before anything is fetched."""
    major, minor = machine.python
    told = f"found {machine.system} on {machine.processor} with Python {major}.{minor}"

    with pytest.raises(SecondOpinionUnavailable, match=told):
        require_machine(machine)
    require_machine(Machine(system="Linux", processor="x86_64", python=(3, 13)))


def test_an_environment_is_ready_only_when_it_was_made_to_its_end(tmp_path: Path) -> None:
    """A step that fails leaves nothing behind; one that was cut off is made again."""
    folder = environment_folder(tmp_path)
    steps: list[str] = []

    def made(command: Any, _seconds: float) -> None:
        steps.append(" ".join(command[1:3]))
        interpreter(folder).parent.mkdir(parents=True, exist_ok=True)
        interpreter(folder).touch()

    def failing(command: Any, seconds: float) -> None:
        made(command, seconds)
        raise SecondOpinionUnavailable("no network")

    with pytest.raises(SecondOpinionUnavailable, match="no network"):
        make_environment(folder, failing)
    assert not folder.exists()
    stand_in(folder, "")
    assert not is_ready(folder)

    make_environment(folder, made)

    assert is_ready(folder)
    assert ["-m venv", "-m venv", "-m pip"] == steps


@pytest.mark.parametrize(
    ("command", "seconds", "told"),
    [
        (["sh", "-c", "echo no matching distribution >&2; exit 1"], 60, "no matching distribution"),
        (["sh", "-c", "exec tail -f /dev/null"], 1, "within 1 seconds, found it still"),
        (["no-such-program-here"], 60, "Expected to run no-such-program-here"),
    ],
)
def test_a_step_that_fails_says_what_it_said_last(
    command: list[str], seconds: float, told: str
) -> None:
    """And what to look at."""
    run_command(["true"], 60)
    with pytest.raises(SecondOpinionUnavailable, match=told):
        run_command(command, seconds)
