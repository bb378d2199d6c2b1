"""Predictions for a file of measured runs: what is read, what is refused, what is compared."""

from __future__ import annotations

import inspect
import json
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog import architectures, measured_runs
from catalog.capacity_check_names import folded_gpu
from catalog.capacity_reason_words import REASON_TEXT
from catalog.database import Database
from catalog.records import GpuRecord
from catalog.store import save_records
from catalog.tables import GPU
from costing import architecture, capacity_runs
from costing.capacity_reasons import ReasonCode
from tests.catalog.measured_files import RUN, check, content, one, without

GOLDEN = Path(__file__).parents[1] / "golden"


def test_a_small_file_gives_the_document_beside_it(bundled: Database) -> None:
    """Read both: `tests/golden/capacity_check.csv` and `.json`. UPDATE_GOLDEN=1 writes anew."""
    found = check(bundled, (GOLDEN / "capacity_check.csv").read_bytes())
    golden = GOLDEN / "capacity_check.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")

    expected = json.loads(golden.read_text("utf-8"))
    told = json.loads(found.model_dump_json())

    assert list(told) == ["rows", "summary"]
    for kind in ("rows", "summary"):
        assert [list(row) for row in told[kind]] == [list(row) for row in expected[kind]]
        for ours, wanted in zip(told[kind], expected[kind], strict=True):
            assert ours == {
                name: pytest.approx(value, rel=1e-6) if isinstance(value, float) else value
                for name, value in wanted.items()
            }


def test_columns_may_come_in_any_order_and_others_are_passed_over(loaded: Database) -> None:
    turned = {"notes": "x", **dict(reversed(RUN.items())), "Notes": "y"}
    headed = content(turned).replace(b"row_id", b" Row ID ").replace(b"osl_tokens", b"OSL-Tokens")

    assert check(loaded, headed).rows == check(loaded, content(RUN)).rows
    assert check(loaded, b"\xef\xbb\xbf" + headed).rows[0].reason is None


def test_only_what_a_run_needs_has_to_be_told(loaded: Database) -> None:
    """Without tp the best arrangement is taken; without output_tok_s nothing is compared."""
    told = without("tp", "engine_version", "output_tok_s")

    found = check(loaded, content(told))

    assert found.rows[0].p50 is not None
    assert {one.group for one in found.summary} == {"all", "gpu", "model", "load_mode", "engine"}
    for group in found.summary:
        figures = (group.median_ape, group.p90_ape, group.bias, group.coverage)
        assert (group.rows, figures) == (1, (None, None, None, None))


def test_what_was_measured_and_the_targets_change_no_prediction(loaded: Database) -> None:
    other = RUN | {"output_tok_s": "1", "ttft_ms": "9", "tpot_ms": "9"}
    server = RUN | {"load_mode": "poisson_server_slo", "concurrency": ""}
    strict = server | {"ttft_slo_ms_p99": "0.1", "tpot_slo_ms_p99": "0.1"}

    assert check(loaded, content(other)).rows == check(loaded, content(RUN)).rows
    assert check(loaded, content(strict)).rows == check(loaded, content(server)).rows
    assert check(loaded, content(server)).under_targets == 1
    assert check(loaded, content(server)).rows[0].p50 is not None


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("model_key", "LLAMA3-8B"),
        ("model_key", "meta-llama/Meta-Llama-3.1-8B"),
        ("hf_id", "meta-llama/Meta-Llama-3.1-8B"),
        ("model", "meta-llama/Meta-Llama-3.1-8B"),
    ],
)
def test_a_model_is_known_by_its_key_or_by_a_name_of_the_catalog(
    loaded: Database, column: str, name: str
) -> None:
    [row] = check(loaded, content(without("model_key") | {column: name})).rows

    assert row.p50 == pytest.approx(one(loaded).p50)


def test_a_key_that_leads_nowhere_leaves_the_other_name(loaded: Database) -> None:
    assert one(loaded, model_key="of-my-own", model="meta-llama/Meta-Llama-3.1-8B").p50 is not None


@pytest.mark.parametrize(
    "name", ["h100-sxm", "H100 SXM", "NVIDIA H100_SXM", "H100-SXM5", "nvidia h100 sxm5"]
)
def test_a_gpu_is_known_in_plain_spellings_of_its_key(loaded: Database, name: str) -> None:
    found = check(loaded, content(RUN | {"gpu": name}))

    assert found.rows == check(loaded, content(RUN)).rows
    assert [one.value for one in found.summary if one.group == "gpu"] == ["H100-SXM"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"isl_tokens": "many"}, "isl_tokens: Expected a number, found 'many'."),
        ({"osl_tokens": "0"}, "osl_tokens: Expected a number above 0, found '0'."),
        ({"osl_tokens": "nan"}, "osl_tokens: Expected a finite number, found nan."),
        ({"osl_tokens": "1e9"}, "osl_tokens: Expected at most 10,000,000, found 1e9."),
        ({"n_gpus": "1.5"}, "n_gpus: Expected a whole number, found '1.5'."),
        ({"n_gpus": "200000"}, "n_gpus: Expected at most 100,000, found 200000."),
        ({"n_gpus": ""}, "n_gpus: Expected n_gpus, found nothing."),
        ({"tp": "-1"}, "tp: Expected a number of 0 or more, found -1."),
        ({"ep": "x"}, "ep: Expected a number, found 'x'."),
        ({"gpu": ""}, "gpu: Expected gpu, found nothing."),
        ({"model_key": ""}, "Expected a model in model_key or hf_id or model, found nothing."),
        ({"concurrency": ""}, "concurrency: Expected concurrency, found nothing."),
        (
            {"load_mode": "sunday"},
            "load_mode: Expected one of closed_loop, static_batch, offline_saturated, "
            "burst_all_at_once, poisson_server_slo, found 'sunday'.",
        ),
        (
            {"weight_precision": "fp7"},
            "weight_precision: Expected a word that is known, found fp7. Known: fp16, float16, "
            "bf16, bfloat16, fp8, int8, int4, awq, gptq, fp4, nvfp4, mxfp4.",
        ),
        (
            {"model_key": "acme-9b", "model": "acme/Nine-9B"},
            "Expected a model that the catalog knows, found 'acme-9b' or 'acme/Nine-9B'. Look for "
            "its id with `modelcost models WORDS`.",
        ),
        (
            {"gpu": "A100"},
            "Expected a GPU that the catalog knows, found 'A100'. Nearest: A100-PCIe-80, "
            "A100-SXM-40, A100-SXM-80.",
        ),
        (
            {"n_gpus": "2", "tp": "4"},
            "Expected at least tp x pp x attn_dp GPUs, found fewer in n_gpus. Correct one of them; "
            "without tp the best of 1, 2, 4 and 8 is taken.",
        ),
        (
            {"model_key": "llama3-70b"},
            "The weights do not fit into the memory of these GPUs. 62.0 GiB a GPU are short. More "
            "GPUs or narrower weights would help.",
        ),
        (
            {"osl_tokens": "9000000"},
            "The cache of one request does not fit into the memory that the weights leave. 54.4 "
            "GiB a GPU are left. More GPUs or narrower weights would help.",
        ),
        (
            {"model_key": "deepseek-ai/DeepSeek-V4-Pro"},
            "deepseek-ai/DeepSeek-V4-Pro cannot be computed: it has a cache that is compressed "
            "along the context too. Measure.",
        ),
        (
            {"model_key": "Austism/chronos-hermes-13b"},
            "The architecture of Austism/chronos-hermes-13b is not known well enough: config.json. "
            "Name a model that is built alike, or measure.",
        ),
        (
            {"model_key": "llama-2-7b-hf"},
            "Expected the name of one model, found that 'llama-2-7b-hf' may mean "
            "NousResearch/Llama-2-7b-hf or meta-llama/Llama-2-7b-hf. Ask for one of these ids.",
        ),
    ],
)
def test_what_is_wrong_with_one_run_is_the_reason_of_its_row(
    loaded: Database, changes: dict[str, str], reason: str
) -> None:
    """The row after it is predicted as if it were alone."""
    wrong = {"row_id": "", "model": "", "ep": ""} | RUN | changes | {"row_id": "wrong"}
    first, second = check(loaded, content(wrong, RUN)).rows

    assert (first.row_id, first.reason) == ("wrong", reason)
    assert (first.p10, first.p50, first.p90) == (None, None, None)
    assert second == one(loaded)


def test_a_gpu_without_a_needed_figure_is_the_reason(database: Database) -> None:
    known = {"key": "X1", "memory_gb": Decimal(80), "source": "test", "confidence": "recalled"}
    with database.write() as session:
        save_records(session, [GpuRecord.model_validate(known)])

    assert one(database, gpu="x1").reason == (
        "Memory, bandwidth or 16-bit compute of X1 is not known."
    )


def test_no_two_gpus_of_the_catalog_fold_into_one_name(loaded: Database) -> None:
    with loaded.read() as session:
        keys = session.execute(select(GPU.c.key)).scalars().all()

    assert len(keys) > 20
    assert len({folded_gpu(key) for key in keys}) == len(keys)


def test_every_reason_that_refuses_a_run_has_words() -> None:
    """But for targets, which a check does not read."""
    rooms = (capacity_runs, architecture, architectures, measured_runs)
    named = {
        ReasonCode[code]
        for room in rooms
        for code in re.findall(r"ReasonCode\.([A-Z_]+)", inspect.getsource(room))
    }

    assert len(named) > 8
    assert named - set(REASON_TEXT) == {ReasonCode.TPOT_TARGET_NOT_MET}


def test_all_that_is_wrong_with_a_run_is_said_at_once(loaded: Database) -> None:
    reason = one(loaded, isl_tokens="many", tp="0").reason

    assert reason == (
        "isl_tokens: Expected a number, found 'many'. tp: Expected at least 1, found 0."
    )


def test_a_row_with_a_cell_too_few_is_neither_predicted_nor_compared(loaded: Database) -> None:
    short = ",".join([*RUN.values()][:-1]).replace("r1", "short")

    found = check(loaded, content(RUN) + short.encode())

    assert found.rows[1].reason == "Expected 13 cells as in the header, found 12."
    assert (found.summary[0].rows, found.summary[0].bias) == (
        2,
        check(loaded, content(RUN)).summary[0].bias,
    )


def test_error_bias_and_coverage_are_those_of_their_definition(loaded: Database) -> None:
    """Three runs measured at 1/2, 1 and 2 times the prediction, and one that is not predicted."""
    predicted = one(loaded).p50
    assert predicted is not None
    runs = [
        RUN | {"row_id": str(factor), "output_tok_s": str(predicted * factor)}
        for factor in (0.5, 1.0, 2.0)
    ]

    found = check(loaded, content(*runs, RUN | {"row_id": "no", "gpu": "none"})).summary[0]

    assert (found.group, found.value, found.rows) == ("all", "all", 4)
    assert found.median_ape == pytest.approx(0.5)
    assert found.p90_ape == pytest.approx(0.9)
    assert found.bias == pytest.approx(1.0)
    assert found.coverage == pytest.approx(1 / 3)


def test_runs_are_grouped_by_what_the_file_tells(loaded: Database) -> None:
    """A value that is not told stands at the end of its group."""
    told = RUN | {"model_family": "dense", "source_id": "mine"}
    found = check(loaded, content(told, RUN | {"row_id": "r2", "engine": "sglang"})).summary

    assert [(one.group, one.value, one.rows) for one in found] == [
        ("all", "all", 2),
        ("gpu", "H100-SXM", 2),
        ("model", "llama3-8b", 2),
        ("family", "dense", 1),
        ("family", None, 1),
        ("load_mode", "closed_loop", 2),
        ("engine", "sglang", 1),
        ("engine", "vllm", 1),
        ("source_id", "mine", 1),
        ("source_id", None, 1),
    ]


def test_runs_predicted_in_parts_are_those_predicted_at_once(
    loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = content(*[RUN | {"row_id": str(n), "concurrency": str(n)} for n in range(1, 8)])
    at_once = check(loaded, file)
    monkeypatch.setattr("catalog.capacity_check.RUNS_AT_ONCE", 3)

    assert check(loaded, file) == at_once
