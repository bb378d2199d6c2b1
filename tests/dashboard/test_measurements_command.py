"""`modelcost measurements`: a result file in, rows out, forgotten again."""

from __future__ import annotations

from pathlib import Path

from tests.dashboard.commands import call

FILES = Path(__file__).parent.parent / "catalog" / "benchmarks"
MODEL = "Llama-3.1-8B-Instruct"
ON = ("--model", MODEL, "--weights", "fp8", "--gpu", "H100-SXM", "--gpus", "1")


def test_a_result_file_is_imported_listed_and_forgotten(tmp_path: Path) -> None:
    """Each step says what it did; JSON is JSON alone."""
    data = tmp_path / "data"
    file = str(FILES / "vllm-bench-closed-loop.json")

    imported = call("measurements", "import", file, *ON, folder=data)
    listed = call("measurements", "list", "--model", MODEL, "--json", folder=data).document()
    [item] = listed["items"]
    removed = call("measurements", "remove", item["id"], folder=data)
    left = call("measurements", "list", folder=data)

    assert "vllm-bench-closed-loop.json: 1 runs, 1 of them calibrate" in imported.stdout
    assert "1 x H100-SXM TP1 vllm" in imported.stdout
    assert "8 in flight" in imported.stdout
    assert "1,171" in imported.stdout
    assert "meta-llama/Llama-3.1-8B-Instruct" == item["model_id"]
    assert (True, "8", "fp8", []) == (
        item["calibrates"],
        item["concurrency"],
        item["weight_precision"],
        item["flags"],
    )
    assert f"{item['id']}: removed." in removed.stdout
    assert "0 runs" in left.stdout


def test_the_same_file_twice_is_refused_unless_again_is_said(tmp_path: Path) -> None:
    """Then it is replaced, so that no run counts twice."""
    arguments = ("measurements", "import", str(FILES / "vllm-bench-append.json"), *ON)

    call(*arguments, folder=tmp_path)
    refused = call(*arguments, folder=tmp_path)
    again = call(*arguments, "--again", "--json", folder=tmp_path).document()
    listed = call("measurements", "list", "--json", folder=tmp_path).document()

    assert 2 == refused.exit_code
    assert "Give --again" in refused.stderr
    assert again == listed
    assert 2 == listed["total"]


def test_a_lower_bound_is_imported_and_said_not_to_calibrate(tmp_path: Path) -> None:
    """With the reason."""
    told = call(
        "measurements",
        "import",
        str(FILES / "guidellm-rate.json"),
        *ON,
        "--engine",
        "vllm",
        folder=tmp_path,
    )

    assert 0 == told.exit_code
    assert "1 runs, 0 of them calibrate" in told.stdout
    assert "lower_bound: requests came at a rate that the deployment kept up with" in told.stdout
    assert "does not calibrate" in told.stdout


def test_what_is_missing_or_wrong_ends_with_wrong_input_and_how_to_give_it(tmp_path: Path) -> None:
    """Nothing is stored then."""
    file = str(FILES / "guidellm-concurrent.json")
    bare = call("measurements", "import", file, "--model", MODEL, folder=tmp_path)
    no_engine = call("measurements", "import", file, *ON, folder=tmp_path)
    no_file = call("measurements", "import", str(tmp_path / "no.json"), *ON, folder=tmp_path)
    no_id = call("measurements", "remove", "m-1", folder=tmp_path)
    left = call("measurements", "list", "--json", folder=tmp_path).document()

    assert (2, 2, 3, 2) == (
        bare.exit_code,
        no_engine.exit_code,
        no_file.exit_code,
        no_id.exit_code,
    )
    assert "Give --weights" in bare.stderr
    assert "Give --engine" in no_engine.stderr
    assert "no.json" in no_file.stderr
    assert "None is stored" in no_id.stderr
    assert 0 == left["total"]
