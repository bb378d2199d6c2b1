"""What the command line refuses: exit code 2, file, line and field, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.service import example_bytes
from tests.dashboard.commands import call, refusal

LOAD = "requests_per_hour: 5000"
PEAK = "peak_to_mean: 1"
HOST_PRICE = re.compile(r"^    price: \{.*\n", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the commands of this file share."""
    return tmp_path_factory.mktemp("data")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (LOAD, "requests_per_hour: -1", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: .nan", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: NaN", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: -.inf", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: 1e400", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: true", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: yes", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: many", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: 1,000", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: 0x10", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: 1_000", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: 1:30", "workload.requests_per_hour"),
        (LOAD, "requests_per_hour: [5000]", "workload.requests_per_hour"),
        (PEAK, "peak_to_mean: 0.9", "workload.peak_to_mean"),
        (PEAK, "peek_to_mean: 1", "workload.peek_to_mean"),
        ("model: meta", "model: mata", "model"),
        ("region: eastus", "region: eastus9", "region"),
        ("term: on_demand", "term: on_demnd", "options.1.term"),
        ("name: Three hosts", "name: Per token", "options.1.name"),
        ("kind: dedicated", "kind: hosted", "options.1.kind"),
        ("per: 1000, unit", "per: 0, unit", "options.0.prices.input.per"),
        ("as_of: 2024-03-17", "as_of: 17 March", "options.0.prices.input.as_of"),
        ("capacity: unlimited", "capacity: endless", "options.1.capacity"),
        ("version: 1", "version: 3", "version"),
    ],
)
def test_a_bad_value_is_refused_with_file_line_and_field(
    folder: Path, tmp_path: Path, old: str, new: str, field: str
) -> None:
    """The line is the one that was changed."""
    text = example_bytes("article").decode()
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    file = _written(tmp_path, text.replace(old, new, 1))

    found = refusal(call("break-even", str(file), folder=folder), 2)

    places = [place for place in found if place.startswith(f"{file}:{line}:")]
    assert [field] == [place.split(": ")[1] for place in places]


@pytest.mark.parametrize(
    ("taken", "field"),
    [
        ("  peak_to_mean: 1\n", "workload.peak_to_mean"),
        ("version: 1\n", "version"),
        ("    spare_instances: 0\n", "options.1.spare_instances"),
    ],
)
def test_a_missing_required_key_is_named(
    folder: Path, tmp_path: Path, taken: str, field: str
) -> None:
    """At the line where the part begins that lacks it."""
    file = _written(tmp_path, example_bytes("article").decode().replace(taken, ""))

    [found] = refusal(call("break-even", str(file), folder=folder), 2)

    assert found.startswith(f"{file}:")
    assert f" {field}: " in found


def test_two_problems_are_two_lines(folder: Path, tmp_path: Path) -> None:
    """Everything at once, so that a file is put right in one go."""
    text = example_bytes("article").decode().replace(LOAD, "requests_per_hour: -1")
    file = _written(tmp_path, text.replace("term: on_demand", "term: x"))

    found = refusal(call("estimate", str(file), folder=folder), 2)

    assert 2 == len(found)
    assert [True, True] == [line.startswith(f"{file}:") for line in found]


def test_no_option_and_no_price_are_refused(folder: Path, tmp_path: Path) -> None:
    """Nothing to compare; and a host that the catalog has no such price of."""
    text = example_bytes("article").decode()
    empty = _written(tmp_path, text[: text.index("options:")] + "options: []\n")
    no_price, taken = HOST_PRICE.subn("", text)
    no_price = no_price.replace("on_demand", "reserved_3y")

    assert 1 == taken
    assert " options: " in refusal(call("break-even", str(empty), folder=folder), 2)[0]
    file = _written(tmp_path, no_price)
    assert "reserved_3y" in refusal(call("break-even", str(file), folder=folder), 2)[0]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", ":1:1: "),
        (b"# only a remark\n", ":1:1: "),
        (b"version: 1\nworkload: [\n  1: 2: 3\n", ":3:7: "),
        (b"version: 1\n\tworkload: 1\n", ":2:1: "),
        (b"version: 1\nversion: 1\n", ":2:1: "),
        (b"version: &one 1\n", ":1:10: "),
        (b"[]", ":1:1: "),
        (b"just a sentence", ":1:1: "),
        (b"title: \xff\n", ": "),
        (bytes(range(256)) * 8, ": "),
        (b"a: " + b"[" * 3000, ": "),
        (b"a: " + b"x" * 1_000_001, ": "),
        (b"? [a, b]\n: 1\n", ":1:1: "),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_file_that_is_no_scenario_is_refused_at_its_place(
    folder: Path, tmp_path: Path, content: bytes, place: str
) -> None:
    """Empty, broken, of another kind, binary, too deep, too large."""
    file = tmp_path / "question.yaml"
    file.write_bytes(content)

    found = refusal(call("break-even", str(file), folder=folder), 2)

    assert found[0].startswith(f"{file}{place}")


@pytest.mark.parametrize("content", [b'{"version": 1,', b"[1]", b"\xff", b"[" * 3000, b""])
def test_a_json_file_is_refused_like_a_yaml_file(
    folder: Path, tmp_path: Path, content: bytes
) -> None:
    """The ending .json says how to read it."""
    file = tmp_path / "question.json"
    file.write_bytes(content)

    [found] = refusal(call("break-even", str(file), folder=folder), 2)

    assert found.startswith(f"{file}:")


@pytest.mark.parametrize("stdin", ["", "version: 1", '{"version": 1', "[]", b"\xff\xfe"])
def test_what_comes_by_stdin_is_refused_under_its_name(folder: Path, stdin: str | bytes) -> None:
    """A dash stands for the file."""
    found = refusal(call("break-even", "-", folder=folder, stdin=stdin), 2)

    assert all(line.startswith("-:") for line in found)


def test_an_unknown_example_names_the_nearest_one(folder: Path) -> None:
    """A slip gets a proposal; anything else gets the list."""
    slip = refusal(call("break-even", "articel", folder=folder), 2)
    other = refusal(call("break-even", "no-such-file.yaml", folder=folder), 2)

    assert "Did you mean article?" in slip[0]
    assert "article, article-with-capacity" in other[0]


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000, "DIRECTORY"])
def test_a_name_that_leads_to_no_file_is_refused(folder: Path, name: str) -> None:
    """A directory, nothing, a name that no file can have."""
    told = call("break-even", str(folder) if name == "DIRECTORY" else name, folder=folder)

    assert "Expected a scenario file or an example" in refusal(told, 2)[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("break-even", "article", "--lang", "fr"),
        ("models", "--after", "rubbish"),
        ("prices", "nobody"),
        ("prices", "nobody", "--host"),
        ("prices", "meta-llama-3-8b"),
        ("hosts", "--after", ""),
    ],
)
def test_a_wrong_argument_is_refused_in_a_sentence(
    folder: Path, arguments: tuple[str, ...]
) -> None:
    """Exit code 2, also for a name that may mean two models."""
    [found] = refusal(call(*arguments, folder=folder), 2)

    assert found.startswith(("Expected", "after: expected"))


@pytest.mark.parametrize(
    "arguments",
    [(), ("nothing",), ("break-even",), ("models", "--limit", "0"), ("serve", "--port", "70000")],
)
def test_a_wrong_usage_shows_the_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    """2, and nothing on stdout."""
    told = call(*arguments, folder=folder)

    assert (2, "") == (told.exit_code, told.stdout)
    assert "Usage: " in told.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MODELCOST_PORT", "many"),
        ("MODELCOST_PORT", "70000"),
        ("MODELCOST_DATABASE_URL", "mysql://me:s3cr3t@localhost/x"),
        ("MODELCOST_DATABASE_URL", "s3cr3t"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(folder: Path, variable: str, value: str) -> None:
    """2; what may hold a password is not repeated."""
    [found] = refusal(call("settings", folder=folder, **{variable: value}), 2)

    assert found.startswith(f"{variable}: expected")
    assert "s3cr3t" not in found


def _written(folder: Path, text: str) -> Path:
    file = folder / "question.yaml"
    file.write_text(text, encoding="utf-8")
    return file
