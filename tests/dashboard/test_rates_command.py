"""`modelcost rates`: template, import, list, remove."""

from __future__ import annotations

from pathlib import Path

from tests.dashboard.commands import call


def test_the_template_is_imported_listed_and_forgotten(tmp_path: Path) -> None:
    """Each step says what it did; a second import changes nothing."""
    file, data = tmp_path / "own.csv", tmp_path / "data"
    data.mkdir()
    file.write_text(call("rates", "template", folder=data).stdout)

    first = call("rates", "import", str(file), folder=data)
    again = call("rates", "import", str(file), folder=data)
    listed = call("rates", "list", folder=data)
    document = call("rates", "list", "--source", "own", "--json", folder=data).document()
    kept = call("rates", "remove", "Group treasury", folder=data, stdin="n\n")
    removed = call("rates", "remove", "Group treasury", "--yes", folder=data)

    assert "2 rates, 2 new" in first.stdout
    assert "2 rates, 0 new" in again.stdout
    assert "2026-10-01 to 2026-12-31" in listed.stdout
    assert ["0.92", "150"] == [item["rate"] for item in document["items"]]
    assert (2, 0) == (kept.exit_code, removed.exit_code)
    assert "2 rates removed" in removed.stdout
    assert "0 of 0" in call("rates", "list", folder=data).stdout


def test_the_sample_is_listed_where_asked_for_and_marked(tmp_path: Path) -> None:
    """With its date, in words and in the document."""
    text = call("rates", "list", "--source", "sample", folder=tmp_path).stdout
    document = call("rates", "list", "--source", "sample", "--json", folder=tmp_path).document()

    assert "Sample rates of 2026-10-30, not of today." in text
    assert (29, None) == (document["total"], document["next"])
    assert {(True, "Sample rate of 2026-10-30, not of today.")} == {
        (item["sample"], item["notice"]) for item in document["items"]
    }


def test_what_is_wrong_with_a_file_or_an_option_is_told_by_name(tmp_path: Path) -> None:
    """With line and column; exit code 2, and nothing is stored."""
    file, data = tmp_path / "own.csv", tmp_path / "data"
    data.mkdir()
    file.write_text("from,to,rate,date,owner\nUSD,JPY,150,2026-11-01,T\nUSD,EUR,x,2026-11-01,T\n")

    wrong = call("rates", "import", str(file), folder=data)
    source = call("rates", "list", "--source", "bank", folder=data)
    half = call("rates", "remove", "T", "--from", "USD", folder=data)
    nobody = call("rates", "remove", "T", "--yes", folder=data)

    assert [2, 2, 2, 2] == [one.exit_code for one in (wrong, source, half, nobody)]
    assert "own.csv:3: rate: Expected a number, found 'x'." in wrong.stderr
    assert "Expected a source of rates (ecb, own, sample), found 'bank'." in source.stderr
    assert "Expected --from and --to together" in half.stderr
    assert "None is there" in nobody.stderr
