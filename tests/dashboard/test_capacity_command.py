"""`modelcost capacity --check`: exit codes, the document, and what a person reads."""

from __future__ import annotations

from pathlib import Path

from catalog.capacity_check_file import MOST_BYTES
from tests.catalog.measured_files import RUN, content
from tests.dashboard.commands import call, refusal

GOLDEN = Path(__file__).parents[1] / "golden" / "capacity_check.csv"
ROW = ["row_id", "p10", "p50", "p90", "reason"]
GROUP = ["group", "value", "rows", "median_ape", "p90_ape", "bias", "coverage"]


def test_the_document_is_all_that_json_prints(tmp_path: Path) -> None:
    """Each row of the file in its order; numbers are numbers, what is not known is null."""
    told = call("capacity", "--check", str(GOLDEN), "--json", folder=tmp_path)

    document = told.document()
    assert told.stderr == ""
    assert list(document) == ["rows", "summary"]
    assert all(list(row) == ROW for row in document["rows"])
    assert all(list(group) == GROUP for group in document["summary"])
    for row in document["rows"]:
        kinds = {type(row[name]) for name in ("p10", "p50", "p90")}
        assert kinds == ({float} if row["reason"] is None else {type(None)})
    assert [row["row_id"] for row in document["rows"]][::7] == ["one-h100", "bad-number"]
    assert document["summary"][0]["rows"] == 8


def test_a_person_reads_the_summary_and_the_reasons(tmp_path: Path) -> None:
    told = call("capacity", "--check", str(GOLDEN), folder=tmp_path)

    lines = [line.split() for line in told.stdout.splitlines()]
    assert (told.exit_code, told.stderr) == (0, "")
    assert ["all", "all", "8", "16.3%", "88.1%", "0.95", "67%"] in lines
    assert ["load_mode", "static_batch", "1", "-", "-", "-", "-"] in lines
    assert "4 of 8 rows have no prediction.\n" in told.stdout
    assert "1     The weights do not fit into the memory of these GPUs.\n" in told.stdout
    assert "Rows under latency targets: 1. Targets are not read" in told.stdout


def test_many_reasons_are_shown_in_part(tmp_path: Path) -> None:
    """The most frequent first; nothing is said of targets where no run had any."""
    file = tmp_path / "runs.csv"
    wrong = [RUN | {"row_id": str(n), "gpu": f"X{min(n, 24)}"} for n in range(26)]
    file.write_bytes(content(*wrong))

    told = call("capacity", "--check", str(file), folder=tmp_path / "data")

    assert "26 of 26 rows have no prediction." in told.stdout
    _, _, reasons = told.stdout.partition("because\n")
    assert reasons.startswith("2     Expected a GPU that the catalog knows, found 'X24'.")
    assert reasons.endswith("and 5 more reasons (see --json)\n")
    assert "latency targets" not in told.stdout


def test_a_wrong_file_is_refused_with_its_name_and_line(tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    file.write_bytes(content(RUN, RUN))

    told = call("capacity", "--check", str(file), "--json", folder=tmp_path / "data")

    assert refusal(told, 2) == [
        f"{file}:3: row_id: Line 2 has the name r1 too. Give each row a row_id of its own."
    ]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Not there, a folder, and one that is larger than is read."""
    large = tmp_path / "large.csv"
    with large.open("wb") as opened:
        opened.truncate(MOST_BYTES + 1)

    for path, sentence in (
        (tmp_path / "none.csv", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (large, "Expected at most 20,000,000 bytes, found more."),
    ):
        [line] = refusal(call("capacity", "--check", str(path), folder=tmp_path / "data"), 2)
        assert sentence in line
