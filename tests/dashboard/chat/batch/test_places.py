"""Files that are named wrongly: refused before anything is asked, in both languages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.chat.batch.places import result_path
from tests.dashboard.chat.asking import NOON
from tests.dashboard.chat.batch.steered import Evaluator
from tests.dashboard.commands import refusal

REFUSALS = [
    (("sampel",), "There is no question file sampel (No such file or directory). The bundled "
     "questions are named sample.", "付属の質問の名前はsampleです"),
    (("none.csv",), "Expected a question file or the bundled questions by the name sample, found "
     "none.csv", "質問ファイルか、付属の質問の名前sample"),
    (("sample", "--endpoint", "nobody"), "There is no endpoint nobody. Known here: right, wrong, "
     "uncited, free, refused.", "接続先nobodyはありません"),
    (("sample", "--top-n", "4"), "top_n: expected one of 3, 5, 10, 20, found 4.", "top_n"),
    (("sample", "--out", "/nowhere/at/all.csv"), "--out: the table all.csv could not be written",
     "書き込めません"),
    (("sample", "--cost-cap", "much"), "Cost cap: expected an amount", "費用の上限"),
    (("sample", "--threshold", "90"), "--threshold: expected a share", "--threshold"),
    (("sample", "--max-output-tokens", "0"), "max_output_tokens", "max_output_tokens"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "english", "japanese"), REFUSALS)
def test_what_cannot_be_asked_is_refused_by_name(
    evaluate: Evaluator, arguments: tuple[str, ...], english: str, japanese: str
) -> None:
    asked = evaluate.models.count()
    told = refusal(evaluate(*arguments, "--endpoint", "right"), 2)
    in_japanese = refusal(evaluate(*arguments, "--endpoint", "right", "--lang", "ja"), 2)

    assert english in told[0]
    assert japanese in in_japanese[0]
    assert asked == evaluate.models.count()


def test_a_threshold_needs_an_expectation(evaluate: Evaluator) -> None:
    """Nobody said what is right, so no gate can open or close."""
    told = evaluate("--endpoint", "right", "--threshold", "0.5", questions="question\nWhy?\n")

    assert "questions.csv says of no question what is expected" in refusal(told, 2)[0]


def test_a_table_takes_no_place_of_what_is_read_or_kept(evaluate: Evaluator) -> None:
    """Neither of the questions nor of the results, also by another name of the same file."""
    results = evaluate.folder / "k.db"
    evaluate("--endpoint", "right", "--resume", str(results))
    link = evaluate.folder / "link.csv"
    link.symlink_to(evaluate.folder / "questions.csv")
    for out in (evaluate.folder / "questions.csv", results, link):
        told = evaluate("--endpoint", "right", "--resume", str(results), "--out", str(out))

        assert f"--out: {out.name} is a file that this run reads or keeps" in refusal(told, 2)[0]


def test_a_japanese_file_of_excel_is_asked_and_remarked(evaluate: Evaluator) -> None:
    """What comes in as CP932 goes out as UTF-8 with a mark."""
    file = evaluate.folder / "excel.csv"
    file.write_bytes("question,expected\nシューズの値段は？,$110\n".encode("cp932"))

    told = evaluate(str(file), "--endpoint", "uncited", "--top-n", "3", "--strictness", "5",
                    "--lang", "ja", "--out", str(evaluate.folder / "o.csv"))  # fmt: skip

    assert "excel.csvはUTF-8ではないため、CP932として読みました" in told.stderr
    assert "シューズの値段は？" == evaluate.table("o.csv")[0]["question"]
    assert (evaluate.folder / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "正解率" in told.stdout


def test_two_runs_in_one_second_keep_files_of_their_own(tmp_path: Path) -> None:
    """In the data folder, named after the questions and the time; only the owner may read them."""
    paths = [result_path(None, tmp_path, "a/kettles.csv", NOON) for _ in range(2)]
    later = result_path(None, tmp_path, "sample", NOON + timedelta(seconds=1))

    names = ["kettles-20261126-120000.sqlite", "kettles-20261126-120000-2.sqlite",
             "sample-20261126-120001.sqlite"]  # fmt: skip
    assert names == [path.name for path in [*paths, later]]
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)
    assert tmp_path / "x.db" == result_path(tmp_path / "x.db", tmp_path, "sample", NOON)
