"""A run that ends in the middle goes on where it was: killed, stopped, or refused as another's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.chat.batch.steered import QUESTIONS, Evaluator, steady
from tests.dashboard.commands import refusal

WAIT_SECONDS = 120
SHEETS = ("TrailWalker Hiking Shoes", "Quillwarm", "Pebblenest", "Cragpipit", "Tarnwick", "rental")
MANY = "question,expected,must_cite\n" + "".join(
    f"{what} {name}?,$110,true\n" for what in ("Price of", "Care of") for name in SHEETS
)


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Exit code and output of a process, once it is over."""
    out, err = process.communicate(timeout=WAIT_SECONDS)
    return process.returncode, out.decode(), err.decode()


def test_a_killed_run_goes_on_to_the_same_table_and_pays_nothing_twice(
    evaluate: Evaluator,
) -> None:
    """kill -9 while answers come: what was kept is not asked again, and what was in flight is told
    as such. The table is that of a run that nobody disturbed, all but times."""
    relay = evaluate.models.relays["right"]
    kept = ("--endpoint", "right", "--concurrency", "2", "--resume", str(evaluate.folder / "k.db"))
    before = relay.count

    killed = evaluate.start(*kept, questions=MANY)
    relay.wait_for(before + 5)
    os.kill(killed.pid, signal.SIGKILL)
    assert -signal.SIGKILL == ended(killed)[0]
    again = evaluate(*kept, "--out", str(evaluate.folder / "a.csv"), "--json", questions=MANY)
    asked = relay.count - before
    whole = evaluate(
        "--endpoint", "right", "--out", str(evaluate.folder / "b.csv"), "--json", questions=MANY
    )

    document = again.document()
    assert 1 <= document["cut_off"] <= 2
    assert 12 <= asked <= 12 + document["cut_off"]
    assert "12 answers, 0 of them" not in again.stderr
    resumed, undisturbed = evaluate.table("a.csv"), evaluate.table("b.csv")
    assert steady(undisturbed) == steady(resumed)
    assert 12 == len(resumed)
    assert [{}] == [one["failed"] for one in document["summaries"]]
    assert _same_but_times(whole.document()) == _same_but_times(document)


def _same_but_times(document: dict[str, Any]) -> list[Any]:
    keys = ("right", "citations_right", "numbers_founded", "input_tokens", "output_tokens", "cost")
    return [[one[key] for key in keys] for one in document["summaries"]]


def test_what_is_done_is_not_asked_again(evaluate: Evaluator) -> None:
    """A third run asks nothing at all, and tells the same."""
    kept = ("--endpoint", "right", "--resume", str(evaluate.folder / "k.db"), "--json")
    first = evaluate(*kept)
    asked = evaluate.models.count()
    second = evaluate(*kept)

    assert asked == evaluate.models.count()
    assert first.document()["summaries"] == second.document()["summaries"]
    assert "2 answers, 2 of them done" in second.stderr


def test_ctrl_c_awaits_what_has_begun_and_keeps_it(evaluate: Evaluator) -> None:
    """Nothing is cut off, the rest is asked later, and a table of what came is written."""
    relay = evaluate.models.relays["right"]
    kept = ("--endpoint", "right", "--concurrency", "2", "--resume", str(evaluate.folder / "k.db"))
    before = relay.count

    stopped = evaluate.start(*kept, "--json", "--out", str(evaluate.folder / "a.csv"),
                             questions=MANY)  # fmt: skip
    relay.wait_for(before + 3)
    stopped.send_signal(signal.SIGINT)
    exit_code, out, err = ended(stopped)
    document = json.loads(out)
    last = evaluate(*kept, "--json", questions=MANY)

    assert (130, "stopped", 0) == (exit_code, document["ended"], document["cut_off"])
    assert "Stopped before all was asked. --resume goes on." in err
    assert len(evaluate.table("a.csv")) == document["summaries"][0]["asked"]
    assert 3 <= document["summaries"][0]["answered"] < 12
    assert 12 == last.document()["summaries"][0]["answered"]
    assert 12 == relay.count - before


def test_failures_are_asked_again_only_where_that_is_wished(evaluate: Evaluator) -> None:
    """A failure is a result; the questions that an endpoint was not asked come first."""
    kept = ("--endpoint", "refused", "--resume", str(evaluate.folder / "k.db"), "--json")
    first = evaluate(*kept)
    asked = evaluate.models.count()
    second = evaluate(*kept)
    assert asked == evaluate.models.count()
    third = evaluate(*kept, "--retry-failed")

    assert [3, 3, 3] == [one.exit_code for one in (first, second, third)]
    assert asked + 2 == evaluate.models.count()
    [summary] = json.loads(third.stdout)["summaries"]
    assert {"key_refused": 2} == summary["failed"]


def test_an_endpoint_that_fails_again_and_again_is_left_alone(evaluate: Evaluator) -> None:
    """Eight failures in a row are enough; the others can still be asked."""
    kept = ("--endpoint", "refused", "--concurrency", "1", "--resume",
            str(evaluate.folder / "k.db"))  # fmt: skip
    told = evaluate(*kept, "--json", questions=MANY)

    document = json.loads(told.stdout)
    assert (3, "given_up") == (told.exit_code, document["ended"])
    assert 8 == document["summaries"][0]["asked"]
    assert "refused failed again and again and is asked no more in this run." in told.stderr


OTHERS = [
    ((), QUESTIONS + "And boots?,,,\n", "belong to other questions: expected ", "別の質問の結果"),
    (("--top-n", "5"), QUESTIONS, "were asked with another top_n: expected [3, 5], found [3].",
     "top_nが異なる結果です"),
    (("--repeats", "2"), QUESTIONS, "another repeats: expected 2, found 1.", "repeatsが異なる"),
    (("--system", "Be brief."), QUESTIONS, "another system: expected Be brief., found .",
     "systemが異なる"),
    (("--examples", "{folder}/examples.json"), QUESTIONS, "another examples: expected [{",
     "examplesが異なる"),
    (("--temperature", "0"), QUESTIONS, "another temperature: expected 0.0, found 0.7.",
     "temperatureが異なる"),
    (("--region", "westus"), QUESTIONS, "another region: expected westus, found eastus.",
     "regionが異なる"),
    (("--endpoint", "wrong"), QUESTIONS, "belong to another endpoint wrong: expected {",
     "接続先wrongが異なる結果"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "questions", "english", "japanese"), OTHERS)
def test_a_result_file_of_something_else_is_refused_by_name(
    evaluate: Evaluator, arguments: tuple[str, ...], questions: str, english: str, japanese: str
) -> None:
    """Nothing is asked then, and the file is left as it was."""
    kept = ("--endpoint", "right", "--resume", str(evaluate.folder / "k.db"))
    evaluate(*kept)
    example = '[{"user": "Red?", "assistant": "No."}]'
    (evaluate.folder / "examples.json").write_text(example, encoding="utf-8")
    arguments = tuple(one.format(folder=evaluate.folder) for one in arguments)
    asked, content = evaluate.models.count(), (evaluate.folder / "k.db").read_bytes()

    told = refusal(evaluate(*kept, *arguments, questions=questions), 2)
    in_japanese = refusal(evaluate(*kept, *arguments, "--lang", "ja", questions=questions), 2)

    assert told[0].startswith("The results in k.db ")
    assert english in told[0]
    assert japanese in in_japanese[0]
    assert (asked, content) == (
        evaluate.models.count(),
        (evaluate.folder / "k.db").read_bytes(),
    )


def test_a_file_that_holds_no_results_is_refused(evaluate: Evaluator, tmp_path: Path) -> None:
    """Text, the catalog, and a folder; each stays as it is."""
    text = tmp_path / "text.csv"
    text.write_text("question\n" * 500)
    evaluate("--endpoint", "right")
    for path in (text, evaluate.data / "modelcost.db"):
        before = path.read_bytes()
        told = refusal(evaluate("--endpoint", "right", "--resume", str(path)), 2)

        assert f"{path.name} is no result file of this version of modelcost." in told[0]
        assert before == path.read_bytes()
    told = refusal(evaluate("--endpoint", "right", "--resume", str(tmp_path)), 2)
    assert "cannot be opened or made" in told[0]


def test_one_run_has_a_result_file_at_a_time(evaluate: Evaluator) -> None:
    """Two would ask, and pay, the same questions."""
    relay = evaluate.models.relays["right"]
    kept = ("--endpoint", "right", "--concurrency", "1", "--resume", str(evaluate.folder / "k.db"))
    before = relay.count
    first = evaluate.start(*kept, questions=MANY)
    relay.wait_for(before + 1)

    told = refusal(evaluate(*kept, questions=MANY), 2)
    first.send_signal(signal.SIGTERM)

    assert "k.db is in use by another run. Wait until that one has ended." in told[0]
    assert 130 == ended(first)[0]
