"""`modelcost aiconfigurator` with a program in the place of its environment's Python."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from catalog.second_opinion.environment import environment_folder
from tests.catalog.test_second_opinion import ANSWER, POINT, stand_in
from tests.dashboard.commands import call

ASKED = ("aiconfigurator", "--model", "Llama-3.1-8B-Instruct", "--gpu", "H100-SXM", "--gpus", "1",
         "--input-tokens", "1000", "--output-tokens", "300")  # fmt: skip


def test_points_are_kept_beside_own_measurements_and_never_calibrate(tmp_path: Path) -> None:
    """Asked twice, they are there once."""
    call("measurements", "list", folder=tmp_path)
    folder = environment_folder(tmp_path)
    points = [{**POINT, "batch": batch, "concurrency": batch} for batch in (1, 8, 32)]
    stand_in(folder, json.dumps({**ANSWER, "points": points}))
    (folder / "made-by-modelcost").touch()

    told = call(*ASKED, folder=tmp_path)
    again = call(*ASKED, "--json", folder=tmp_path).document()
    listed = call("measurements", "list", "--json", folder=tmp_path).document()

    assert 0 == told.exit_code, told.stderr
    assert "aiconfigurator: 3 runs, 0 of them calibrate" in told.stdout
    assert "computed_elsewhere: computed by another model, not measured" in told.stdout
    assert again == listed
    assert ["1", "8", "32"] == [item["concurrency"] for item in listed["items"]]
    assert {False} == {item["calibrates"] for item in listed["items"]}
    assert [1, 8, 32] == json.loads((folder / "asked").read_text())["batches"]


def test_nothing_is_installed_without_a_yes(tmp_path: Path) -> None:
    """The question names the size and the folder; where the tool has no build, none is asked."""
    told = call(*ASKED, folder=tmp_path, stdin="n\n")

    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        assert 2 == told.exit_code
        assert "about 850 MB" in told.stderr
        assert "Nothing was installed. --yes installs without asking." in told.stderr
    else:
        assert 3 == told.exit_code
        assert "Expected Linux on x86-64" in told.stderr
    assert not environment_folder(tmp_path).exists()


def test_a_gpu_without_tables_is_refused_before_anything_is_installed(tmp_path: Path) -> None:
    """No question is asked then."""
    told = call(*ASKED, "--gpu", "T4", "--yes", folder=tmp_path)

    assert 2 == told.exit_code
    assert "Expected a GPU that aiconfigurator has" in told.stderr
    assert not environment_folder(tmp_path).exists()
