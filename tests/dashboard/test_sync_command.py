"""`modelcost sync`: what it reads, prints and refuses, without a network."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.database import Database
from catalog.settings import load_settings
from dashboard.pauses import read_pause
from dashboard.service import open_catalog
from tests.catalog.sync.running import sync
from tests.catalog.sync.scripted import Scripted, offer, price
from tests.dashboard.commands import call, environment_in, fill_folder, refusal
from tests.servers import PROGRAM, free_port


def status_of(folder: Path) -> dict[str, str]:
    """State of the last run by source, as `--status --json` tells it."""
    found = call("sync", "--status", "--json", folder=folder).document()
    return {one["source"]: one["last"]["state"] for one in found["items"]}


def hold_a_price(folder: Path) -> str:
    """A price that moved a hundredfold waits in the catalog of this folder; its id."""
    fill_folder(folder)
    catalog: Database = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(folder)}))
    sync(catalog, Scripted([offer(), price("0.003")]))
    sync(catalog, Scripted([offer(), price("0.3")]), 1, full=True)
    catalog.close()
    [held] = call("sync", "--held", "--json", folder=folder).document()["items"]
    return str(held["id"])


def test_sources_without_a_network_are_read_and_listed(tmp_path: Path) -> None:
    """Lines on stderr where nobody looks on, the table on stdout; the status knows both."""
    told = call("sync", "genai_prices", "bundled", folder=tmp_path)

    assert 0 == told.exit_code
    edges = [line for line in told.stderr.splitlines() if "a second" not in line]
    assert ["bundled: reading everything", "genai_prices: reading everything"] == edges[::2]
    assert edges[1].startswith("bundled: complete after 16,")
    assert "\x1b" not in told.stderr
    assert ["bundled", "complete"] == told.stdout.splitlines()[1].split()[:2]
    assert {"bundled": "complete", "genai_prices": "complete"} == status_of(tmp_path)
    assert "fresh" in call("sync", "--status", folder=tmp_path).stdout


def test_json_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    """One run a source, as in REST."""
    document = call("sync", "genai_prices", "--json", folder=tmp_path).document()

    assert (1, None) == (document["total"], document["next"])
    [run] = document["items"]
    assert ("genai_prices", "complete", 0) == (run["source"], run["state"], run["requests"])
    assert run["rows_new"] > 5_000


def test_a_dry_run_compares_and_writes_nothing(tmp_path: Path) -> None:
    """It counts what a sync would bring; afterwards no source was ever synced."""
    told = call("sync", "genai_prices", "--dry-run", "--json", folder=tmp_path)

    assert told.document()["items"][0]["rows_new"] > 5_000
    assert {} == status_of(tmp_path)
    nothing = call("sync", "--status", folder=tmp_path)
    assert "No source was synced yet. Begin with: modelcost sync\n" == nothing.stdout


def test_a_source_that_fails_leaves_the_others_done(tmp_path: Path) -> None:
    """3, with the reason; what could be read is in the catalog."""
    closed = f"http://127.0.0.1:{free_port()}"

    told = call(
        "sync", "router", "genai_prices", "--max-minutes", "0.05", folder=tmp_path,
        MODELCOST_ROUTER_URL=closed,
    )  # fmt: skip

    assert 3 == told.exit_code
    assert "\n\nrouter: " in told.stdout
    assert "router: failed after 0 rows" in told.stderr
    assert {"genai_prices": "complete", "router": "failed"} == status_of(tmp_path)


def test_a_name_that_is_no_source_is_refused_with_the_nearest(tmp_path: Path) -> None:
    """2, before anything is read."""
    [line] = refusal(call("sync", "genai_price", folder=tmp_path), 2)

    assert "found 'genai_price'. Did you mean genai_prices?" in line
    assert {} == status_of(tmp_path)


def test_recording_and_replaying_at_once_is_refused(tmp_path: Path) -> None:
    """2: one or the other."""
    folder = str(tmp_path / "recorded")

    told = call("sync", "--record", folder, "--replay", folder, folder=tmp_path)

    assert ["--record and --replay exclude each other: choose one"] == refusal(told, 2)


@pytest.mark.parametrize(
    "typed", ["6", "h", "0h", "6x", "-6h", "²h", "6 h", "99999999999d", "367d"]
)
@pytest.mark.parametrize(
    "command", [("sync", "--every"), ("serve", "--sync-every")], ids=["sync", "serve"]
)
def test_a_pause_that_is_none_is_refused(
    tmp_path: Path, command: tuple[str, str], typed: str
) -> None:
    """2, by the same parser wherever a pause is typed."""
    told = call(command[0], f"{command[1]}={typed}", folder=tmp_path)

    assert [f"{command[1]}: expected such as 30m, 6h or 1d, found {typed!r}"] == refusal(told, 2)


def test_a_pause_is_read_in_minutes_hours_or_days() -> None:
    """From a minute to a year."""
    assert [timedelta(minutes=1), timedelta(hours=6), timedelta(days=366)] == [
        read_pause(text, "--every") for text in ("1m", "6h", "366d")
    ]


def test_a_held_price_is_listed_and_accepted(tmp_path: Path) -> None:
    """Both amounts for one unit; after the decision it waits no more, and comes with a sync."""
    tmp_path = tmp_path / "data"
    held = hold_a_price(tmp_path)

    listed = call("sync", "--held", folder=tmp_path)
    accepted = call("sync", "--accept", held, folder=tmp_path)

    row = listed.stdout.splitlines()[1].split()
    assert [held, "scripted"] == row[:2]
    assert ["0.000003", "0.0003"] == row[-2:]
    assert "No price waits for a decision.\n" == accepted.stdout
    catalog = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}))
    assert 1 == sync(catalog, Scripted([offer(), price("0.3")]), 2, full=True).rows_changed
    catalog.close()


def test_a_refused_price_waits_no_more_and_stays_out(tmp_path: Path) -> None:
    """The next reading of the same amount is held again, without asking."""
    tmp_path = tmp_path / "data"
    held = hold_a_price(tmp_path)

    refused = call("sync", "--refuse", held, folder=tmp_path)

    assert "No price waits for a decision.\n" == refused.stdout
    catalog = open_catalog(load_settings({"MODELCOST_DATA_DIR": str(tmp_path)}))
    run = sync(catalog, Scripted([offer(), price("0.3")]), 2, full=True)
    catalog.close()
    assert (0, 1) == (run.rows_changed, run.rows_held)
    assert "No price waits" in call("sync", "--held", folder=tmp_path).stdout


@pytest.mark.parametrize("option", ["--accept", "--refuse"])
def test_an_id_that_no_held_price_has_is_refused(tmp_path: Path, option: str) -> None:
    """2, with where the ids are."""
    [line] = refusal(call("sync", option, "h-nothing", folder=tmp_path), 2)

    assert "found 'h-nothing'. List them with: modelcost sync --held" in line


def test_a_terminal_shows_a_bar(tmp_path: Path) -> None:
    """Where stderr is a terminal: the source, its rows and how fast, drawn over and over."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), "sync", "genai_prices"],
        env=environment_in(tmp_path, TERM="xterm-256color", COLUMNS="120"),
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:
        pass  # Linux says so at the end of a terminal
    finally:
        os.close(ours)
    stdout, _ = process.communicate(timeout=60)

    text = shown.decode()
    assert 0 == process.returncode
    assert "\x1b[" in text
    assert "genai_prices" in text
    assert "━" in text
    assert "rows, " in text
    assert b"complete" in stdout
