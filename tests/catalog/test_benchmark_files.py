"""Result files that the load generators wrote themselves, read into runs; and what is refused."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalog.benchmarks.reading import read_benchmarks
from catalog.benchmarks.runs import BenchmarkRun
from catalog.errors import BenchmarkRefused

FILES = Path(__file__).parent / "benchmarks"


def runs_in(name: str, tool: str | None = None) -> tuple[BenchmarkRun, ...]:
    """The runs of a file that a tool wrote."""
    return read_benchmarks((FILES / name).read_bytes(), name=name, tool=tool)


def changed(name: str, **changes: Any) -> bytes:
    """A file that a tool wrote, with some keys at its top changed."""
    return json.dumps({**json.loads((FILES / name).read_text()), **changes}).encode()


def refusal(content: bytes, tool: str | None = None) -> BenchmarkRefused:
    """How a file is refused."""
    with pytest.raises(BenchmarkRefused) as told:
        read_benchmarks(content, name="result.json", tool=tool)
    return told.value


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("vllm-bench-closed-loop.json", "vllm-bench"),
        ("guidellm-concurrent.json", "guidellm"),
        ("aiperf-closed-loop.json", "aiperf"),
    ],
)
def test_a_file_tells_itself_which_tool_wrote_it(name: str, tool: str) -> None:
    """And saying so gives the same."""
    assert [tool] == list({run.tool for run in runs_in(name)})
    assert runs_in(name) == runs_in(name, tool)


def test_a_closed_loop_of_vllm_is_read_as_it_was_measured() -> None:
    """Eight at a time, means a request, the rate of all, and what its metadata said."""
    [run] = runs_in("vllm-bench-closed-loop.json")

    assert ("closed_loop", Decimal(8)) == (run.loaded.mode, run.loaded.concurrency)
    assert (Decimal("120.483"), Decimal("24.000")) == (run.input_tokens, run.output_tokens)
    assert Decimal("1170.7329437208434") == run.output_tokens_per_second
    assert Decimal("46.533989000090514") == run.ttft_ms
    assert Decimal("4.441050622467561") == run.tpot_ms
    assert (60, 0, date(2026, 11, 26)) == (
        run.requests_completed,
        run.requests_failed,
        run.measured_on,
    )
    assert ("vllm", "0.11.0", 1) == (run.engine, run.engine_version, run.tensor_parallel)
    assert () == run.flags


def test_requests_that_touched_one_second_are_not_taken_for_requests_in_flight() -> None:
    """vLLM's max_concurrent_requests is 56 where eight were in flight."""
    [run] = runs_in("vllm-bench-closed-loop.json")

    assert (
        56
        == json.loads((FILES / "vllm-bench-closed-loop.json").read_text())[
            "max_concurrent_requests"
        ]
    )
    assert Decimal(8) == run.loaded.concurrency
    assert run.sending.mean_in_flight is not None
    assert 7 < run.sending.mean_in_flight < 8


def test_every_line_of_an_appended_file_is_a_run() -> None:
    """Two and eight requests in flight, in one file."""
    assert [Decimal(2), Decimal(8)] == [
        run.loaded.concurrency for run in runs_in("vllm-bench-append.json")
    ]


def test_every_benchmark_of_a_report_is_a_run() -> None:
    """guidellm's concurrent profile over two numbers of streams."""
    runs = runs_in("guidellm-concurrent.json")

    assert [Decimal(2), Decimal(8)] == [run.loaded.concurrency for run in runs]
    assert {"0.8.1"} == {run.tool_version for run in runs}
    assert [(), ("short_run",)] == [run.flags for run in runs]
    assert Decimal("285.05818036409613") == runs[0].output_tokens_per_second
    assert date(2026, 11, 26) == runs[0].measured_on


def test_the_wait_for_the_first_token_is_not_in_the_time_between_tokens() -> None:
    """guidellm's time_per_output_token_ms has it in it: 6.5 ms where tokens came every 4.9 ms."""
    [first, _] = runs_in("guidellm-concurrent.json")
    report = json.loads((FILES / "guidellm-concurrent.json").read_text())
    trap = report["benchmarks"][0]["metrics"]["time_per_output_token_ms"]["successful"]["mean"]

    assert 6.5 == pytest.approx(trap, abs=0.1)
    assert first.tpot_ms is not None
    assert 4.9 == pytest.approx(float(first.tpot_ms), abs=0.1)


def test_a_closed_loop_of_aiperf_counts_the_tokens_that_the_server_read() -> None:
    """The tool meant to send 120; the server reports 33.5, and that is said."""
    [run] = runs_in("aiperf-closed-loop.json")

    assert ("closed_loop", Decimal(8)) == (run.loaded.mode, run.loaded.concurrency)
    assert Decimal("33.517") == run.input_tokens
    assert ("token_counts_differ",) == run.flags
    assert ("input tokens: 33.5 by the server, 120.0 by aiperf",) == run.notes
    assert ("0.13.0", None) == (run.tool_version, run.engine)


@pytest.mark.parametrize("tool", ["vllm-bench", "guidellm", "aiperf"])
def test_requests_at_a_rate_give_a_lower_bound(tool: str) -> None:
    """None of the three files says how fast the deployment could have been."""
    [run] = runs_in(f"{tool}-rate.json")

    assert ("poisson_server_slo", None) == (run.loaded.mode, run.loaded.concurrency)
    assert "lower_bound" in run.flags
    assert Decimal(20) == run.sending.asked_per_second


@pytest.mark.parametrize("tool", ["vllm-bench", "guidellm", "aiperf"])
def test_a_rate_whose_limit_in_flight_was_reached_is_a_closed_loop(tool: str) -> None:
    """Four in flight at most, and nearly four all the time."""
    [run] = runs_in(f"{tool}-rate-and-limit.json")

    assert ("closed_loop", Decimal(4)) == (run.loaded.mode, run.loaded.concurrency)
    assert "lower_bound" not in run.flags


def test_a_rate_that_the_deployment_did_not_keep_up_with_is_told_apart() -> None:
    """Then its throughput is no lower bound, but the requests in flight are not known."""
    content = changed("vllm-bench-rate.json", request_rate=40.0)
    [run] = read_benchmarks(content, name="result.json")

    assert ("fell_behind",) == run.flags
    assert "poisson_server_slo" == run.loaded.mode


def test_requests_that_are_all_sent_at_once_are_a_burst_of_so_many() -> None:
    """vLLM without rate and limit; guidellm's throughput has a limit, so it is a closed loop."""
    [burst] = runs_in("vllm-bench-burst.json")
    [throughput] = runs_in("guidellm-throughput.json")
    [alone] = runs_in("guidellm-synchronous.json")

    assert ("burst_all_at_once", Decimal(40)) == (burst.loaded.mode, burst.loaded.concurrency)
    assert ("sent_at_once",) == burst.flags
    assert ("closed_loop", Decimal(16)) == (throughput.loaded.mode, throughput.loaded.concurrency)
    assert ("closed_loop", Decimal(1)) == (alone.loaded.mode, alone.loaded.concurrency)


@pytest.mark.parametrize(
    ("tool", "completed", "failed"), [("vllm-bench", 38, 2), ("guidellm", 23, 1), ("aiperf", 57, 3)]
)
def test_failed_requests_are_counted_and_flagged(tool: str, completed: int, failed: int) -> None:
    """More than one in a hundred."""
    [run] = runs_in(f"{tool}-failed.json")

    assert (completed, failed) == (run.requests_completed, run.requests_failed)
    assert "many_failed" in run.flags


def test_a_build_that_does_not_count_failures_has_them_counted_from_its_prompts() -> None:
    """vLLM before the field existed."""
    content = changed("vllm-bench-failed.json", failed=None)
    [run] = read_benchmarks(content, name="result.json")

    assert 2 == run.requests_failed


def test_a_run_without_a_completed_request_is_refused() -> None:
    """As vLLM writes it where nobody listens."""
    error = refusal((FILES / "vllm-bench-none-completed.json").read_bytes())

    assert "result.json: expected completed requests" in str(error)
    assert "found 0" in str(error)
    assert "completed" == error.field


def test_speculative_decoding_in_a_file_of_vllm_is_flagged_and_noted() -> None:
    """Its keys are there only where the server reported it."""
    content = changed(
        "vllm-bench-closed-loop.json",
        spec_decode_acceptance_rate=61.5,
        spec_decode_acceptance_length=2.85,
    )
    [run] = read_benchmarks(content, name="result.json")

    assert ("speculative_decoding",) == run.flags
    assert ("speculative decoding, tokens a step: 2.85",) == run.notes


def test_a_rate_that_rises_during_a_run_gives_a_lower_bound() -> None:
    """It is not one rate, so nothing says that the deployment fell behind."""
    content = changed("vllm-bench-burst.json", ramp_up_strategy="linear", request_rate="inf")
    [run] = read_benchmarks(content, name="result.json")

    assert ("lower_bound",) == run.flags
    assert run.sending.asked_per_second is None


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"overall_usage_prompt_cache_read_pct": {"unit": "%", "avg": 40.0}}, "prefix_cache"),
        ({"spec_decode_acceptance_length": {"unit": "tokens", "avg": 2.1}}, "speculative_decoding"),
        ({"is_complete": False, "incomplete_reason": "stalled"}, "incomplete_run"),
        ({"was_cancelled": True}, "incomplete_run"),
    ],
)
def test_what_else_a_file_of_aiperf_says_is_flagged_and_noted(
    changes: dict[str, Any], flag: str
) -> None:
    """Each has a note for a person."""
    [run] = read_benchmarks(changed("aiperf-closed-loop.json", **changes), name="result.json")

    assert flag in run.flags
    assert 2 == len(run.notes)


def test_prompts_that_share_a_beginning_are_flagged_in_a_report_of_guidellm() -> None:
    """By its data set."""
    report = json.loads((FILES / "guidellm-synchronous.json").read_text())
    report["config"]["spec"]["data"][0]["prefix_buckets"] = [{"prefix_tokens": 100}]
    [run] = read_benchmarks(json.dumps(report).encode(), name="result.json")

    assert "prefix_cache" in run.flags


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "expected JSON, found: Expecting value"),
        (b"{", "expected JSON, found"),
        (b"\xff\xfe", "expected JSON in UTF-8, found other bytes at 0"),
        (b"[" * 100_000, "expected JSON, found"),
        (b"[]", "found a JSON list. Give the result itself"),
        (b"{}", "found an object with no key"),
        (b'{"a": 1, "b": 2}', "found an object with the keys a, b. If it is one, say which with"),
    ],
)
def test_a_file_of_no_tool_is_refused_with_what_was_found(content: bytes, told: str) -> None:
    """Each says what to give instead."""
    assert told in str(refusal(content))


def test_a_tool_that_cannot_be_read_is_refused_with_those_that_can() -> None:
    """The option is named."""
    error = refusal(b"{}", "locust")

    assert "Expected --tool as one of vllm-bench, guidellm, aiperf, found 'locust'" in str(error)
    assert "--tool" == error.field


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        (
            "vllm-bench-closed-loop.json",
            {"output_throughput": "fast"},
            "expected a number at output_throughput of a result of vllm-bench, found 'fast'",
        ),
        (
            "vllm-bench-closed-loop.json",
            {"output_throughput": float("nan")},
            "expected a number above 0 at output_throughput of a result of vllm-bench, found noth",
        ),
        (
            "vllm-bench-closed-loop.json",
            {"mean_ttft_ms": -1},
            "expected a number from 0 at mean_ttft_ms",
        ),
        ("vllm-bench-closed-loop.json", {"completed": 1.5}, "expected a whole number from 0"),
        ("vllm-bench-closed-loop.json", {"tp": "two"}, "expected a whole number at tp"),
        ("vllm-bench-closed-loop.json", {"model_id": 7}, "expected text at model_id"),
        ("vllm-bench-closed-loop.json", {"model_id": "x" * 501}, "expected text of at most 500"),
        (
            "vllm-bench-closed-loop.json",
            {"output_throughput": 1e300},
            "expected a number of a measurement at output_throughput",
        ),
        ("guidellm-synchronous.json", {"benchmarks": []}, "expected at least one benchmark at"),
        ("guidellm-synchronous.json", {"benchmarks": [1]}, "expected a list of objects at bench"),
        ("guidellm-synchronous.json", {"benchmarks": [{}]}, "expected completed requests"),
        ("aiperf-closed-loop.json", {"input_config": {}}, "expected one phase of kind profiling"),
        ("aiperf-closed-loop.json", {"request_count": 60}, "expected completed requests"),
        (
            "guidellm-synchronous.json",
            {"benchmarks": [{"metrics": [1]}]},
            "expected an object at benchmarks[0].metrics",
        ),
    ],
)
def test_a_field_that_is_not_as_the_tool_writes_it_is_refused_by_its_place(
    name: str, changes: dict[str, Any], told: str
) -> None:
    """With what was expected and found there."""
    assert told in str(refusal(changed(name, **changes)))


def test_a_run_whose_requests_have_no_token_is_refused() -> None:
    """As where a server does not count them, and a few are left over from elsewhere."""
    error = refusal(changed("vllm-bench-closed-loop.json", total_output_tokens=3))

    assert "at least one token in and one out a request in run 1" in str(error)
    assert "found 120.483 and 0.050" in str(error)


def test_letters_that_no_terminal_should_get_are_not_taken_along() -> None:
    """A name with an escape sequence, a line end and half of a surrogate pair."""
    content = changed("vllm-bench-closed-loop.json", model_id="a\x1b[31m\nb\ud800")
    [run] = read_benchmarks(content, name="result.json")

    assert "a [31m b" == run.model


def test_a_file_of_several_lines_is_only_vllms() -> None:
    """Two exports of aiperf put into one file are refused."""
    line = changed("aiperf-closed-loop.json")
    error = refusal(line + b"\n" + line)

    assert "expected one JSON object in a file of aiperf, found 2" in str(error)
