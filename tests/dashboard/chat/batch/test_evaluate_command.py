"""`modelcost evaluate` against real servers: what is told, written, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.dashboard.chat.batch.steered import SAYS, Evaluator, is_written
from tests.dashboard.commands import refusal
from tests.emulators.llama.server import KEY


def by_endpoint(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The summaries by name; one setting."""
    return {one["endpoint"]: one for one in document["summaries"]}


def test_right_wrong_and_uncited_answers_are_told_apart(evaluate: Evaluator) -> None:
    """Three servers answer the same two questions; only one is right."""
    names = [part for name in SAYS for part in ("--endpoint", name)]
    told = evaluate(*names, "--json", "--out", str(evaluate.folder / "out.csv"))

    found = by_endpoint(told.document())
    shares = {
        name: [one[key]["share"] for key in ("right", "expected_match", "citations_right",
                                             "numbers_founded")]
        for name, one in found.items()
    }  # fmt: skip
    assert {
        "right": ["1", "1", "1", "1"],
        "wrong": ["0", "0", "1", "0"],
        "uncited": ["0", "1", "0", "1"],
    } == shares
    assert found["right"]["right"]["high"] == "1"
    assert 0 < Decimal(found["right"]["right"]["low"]) < 1
    assert ["0", "0"] == [found[name]["error_rate"] for name in ("right", "wrong")]
    rows = evaluate.table("out.csv")
    assert {(name, SAYS[name]) for name in SAYS} == {(r["endpoint"], r["answer"]) for r in rows}
    assert "$987" == next(r["unfounded_numbers"] for r in rows if r["endpoint"] == "wrong")


def test_the_cost_of_an_answer_is_that_of_its_tokens(evaluate: Evaluator) -> None:
    """The catalog sells this model at 0.71 dollars a million tokens, read or written."""
    told = evaluate("--endpoint", "right", "--json", "--out", str(evaluate.folder / "out.csv"))

    document = told.document()
    rows = evaluate.table("out.csv")
    each = [
        Decimal("0.71") / 10**6 * (int(row["input_tokens"]) + int(row["output_tokens"]))
        for row in rows
    ]
    [one] = document["summaries"]
    assert each == [Decimal(row["cost_usd"]) for row in rows]
    assert sum(each) == Decimal(document["spent"])
    assert sum(each) / 2 == Decimal(one["cost"]["an_answer"]) == Decimal(
        one["cost"]["a_right_answer"]
    )  # fmt: skip
    assert all(row["price_as_of"] for row in rows)


def test_what_was_measured_is_the_workload_of_a_comparison(evaluate: Evaluator) -> None:
    """Public ids and tokens, in the address of the page; how sure the mean is goes with it."""
    told = evaluate("--endpoint", "right")

    [line] = [one for one in told.stdout.splitlines() if "/?" in one]
    address = {key: value[0] for key, value in parse_qs(line.partition("/?")[2]).items()}
    assert ("japaneast", "2") == (address["use_region"], address["measured"])
    assert int(address["input_tokens"]) > 500
    assert address["use_offer"].startswith("azure/Llama-3.3-70B")
    assert "measured_input_spread" in address
    assert ("2", "2") == (address["measured_accepted"], address["measured_judged"])


def test_cold_and_warm_answers_are_told_apart(evaluate: Evaluator) -> None:
    """The same question again is read from the server's cache."""
    told = evaluate("--endpoint", "right", "--repeats", "2", "--concurrency", "1", "--json")

    [one] = told.document()["summaries"]
    times = one["ttft_seconds"]
    assert times["warm"]["answers"] >= 2
    assert 4 == times["warm"]["answers"] + times["cold"]["answers"]
    assert 0 < times["warm"]["p50"] <= times["warm"]["p95"]
    assert one["output_tokens_per_second"] > 0
    assert 2 == one["right"]["questions"]


def test_each_setting_is_summarized_by_itself(evaluate: Evaluator) -> None:
    told = evaluate("--endpoint", "right", "--top-n", "5", "--json")

    settings = [(one["top_n"], one["strictness"]) for one in told.document()["summaries"]]
    assert [(3, 5), (5, 5)] == settings


@pytest.mark.parametrize(("endpoint", "exit_code"), [("right", 0), ("wrong", 1), ("uncited", 1)])
def test_a_threshold_is_a_gate(evaluate: Evaluator, endpoint: str, exit_code: int) -> None:
    """One that is reached exactly is reached."""
    told = evaluate("--endpoint", endpoint, "--threshold", "1")

    assert exit_code == told.exit_code
    assert ("below the 100 % asked for" in told.stderr) == bool(exit_code)
    assert told.stdout.startswith("endpoint")


def test_an_endpoint_that_only_fails_ends_in_3_and_is_priced_at_nothing(
    evaluate: Evaluator,
) -> None:
    """A wrong key: no answer is counted, and a threshold does not hide it."""
    told = evaluate("--endpoint", "refused", "--threshold", "0.5", "--lang", "ja")

    assert 3 == told.exit_code
    assert "refusedは1件も回答しませんでした" in told.stderr
    assert "質問1: refusedがキーまたはサインインを拒否" in told.stderr
    assert "canary-wrong-key" not in told.stdout + told.stderr


def test_a_key_is_in_no_file_and_in_no_line(evaluate: Evaluator) -> None:
    """Result file, table and output are searched; the key that works and the one that does not."""
    out, kept = evaluate.folder / "out.csv", evaluate.folder / "kept.sqlite"
    told = evaluate(
        "--endpoint", "right", "--endpoint", "refused", "--out", str(out), "--resume", str(kept)
    )

    for secret in (KEY, "canary-wrong-key"):
        assert secret not in told.stdout + told.stderr
        assert [] == is_written(evaluate.folder, secret.encode())
    assert b"127.0.0.1" not in kept.read_bytes() + out.read_bytes()


def test_a_formula_is_asked_as_it_is_and_written_defused(evaluate: Evaluator) -> None:
    """A question of a stranger, opened in a spreadsheet, is text."""
    asked = "question,expected\n=1+1 TrailWalker shoes?,-4\n"
    evaluate("--endpoint", "uncited", "--out", str(evaluate.folder / "o.csv"), questions=asked)

    [row] = evaluate.table("o.csv")
    assert ("'=1+1 TrailWalker shoes?", "'-4") == (row["question"], row["expected"])


def test_an_endpoint_without_a_price_has_no_cost_and_says_so(evaluate: Evaluator) -> None:
    """Unknown is never 0."""
    told = evaluate("--endpoint", "free", "--json")

    document = told.document()
    assert "No price is known for free" in told.stderr
    assert {
        "answers_known": 0,
        "answers_unknown": 2,
        "an_answer": None,
        "a_right_answer": None,
    } == (document["summaries"][0]["cost"])
    assert ["free"] == document["estimate"]["without_price"]


def test_the_bundled_questions_are_asked_by_their_name(evaluate: Evaluator) -> None:
    """Forty, of which the first costs too much for a tiny cap: nothing more is asked."""
    told = evaluate(
        "sample", "--endpoint", "right", "--cost-cap", "0.000001", "--concurrency", "1", "--json"
    )

    assert 1 == told.exit_code
    document = json.loads(told.stdout)
    assert ("sample", 40) == (document["questions"]["name"], document["questions"]["count"])
    assert 1 == document["summaries"][0]["asked"]


def test_a_run_ends_itself_at_the_cap_and_goes_on_with_a_larger_one(evaluate: Evaluator) -> None:
    """What was paid before counts; the questions that are left are asked once."""
    kept = str(evaluate.folder / "kept.sqlite")
    asked = evaluate.models.count()
    arguments = ("--endpoint", "right", "--repeats", "6", "--resume", kept, "--json")

    first = evaluate(*arguments, "--cost-cap", "0.011")
    again = evaluate(*arguments, "--cost-cap", "0.011")
    last = evaluate(*arguments, "--cost-cap", "0.9")

    documents = [json.loads(one.stdout) for one in (first, again, last)]
    assert [1, 1, 0] == [one.exit_code for one in (first, again, last)]
    assert ["cost_cap", "cost_cap", None] == [one["ended"] for one in documents]
    counts = [one["summaries"][0]["asked"] for one in documents]
    assert 0 < counts[0] == counts[1] < counts[2] == 12
    one_answer = Decimal("0.0026")
    assert Decimal("0.011") <= Decimal(documents[0]["spent"]) < Decimal("0.011") + one_answer
    assert "The cost has reached the cap" in first.stderr
    assert 12 == evaluate.models.count() - asked


def test_a_dear_run_is_refused_before_anything_is_asked(evaluate: Evaluator) -> None:
    asked = evaluate.models.count()
    arguments = ("--endpoint", "right", "--repeats", "100", "--top-n", "20")
    many = "question\n" + "".join(f"Shoes {number}?\n" for number in range(50))

    english = refusal(evaluate(*arguments, questions=many), 2)
    japanese = refusal(evaluate(*arguments, "--lang", "ja", questions=many), 2)

    assert (
        "more than the 1 it may cost unasked. Name what it may cost with --cost-cap" in english[0]
    )
    assert "--cost-capで上限を指定してください。まだ何も質問していません" in japanese[0]
    assert asked == evaluate.models.count()


def test_a_result_file_is_sqlite_that_anybody_can_read(evaluate: Evaluator) -> None:
    """Next to the catalog where nobody named a file; the line on stderr says where."""
    told = evaluate("--endpoint", "right", "--json")

    path = told.document()["result_file"]
    assert f"{path}; --resume with this file goes on" in told.stderr
    assert path.startswith(str(evaluate.data / "evaluations"))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT state, text FROM answer").fetchall()
    assert [("answered", SAYS["right"])] * 2 == rows
