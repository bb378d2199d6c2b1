"""The command `modelcost decisions`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text

from dashboard.terminal import NO, WRONG_INPUT
from tests.dashboard.commands import call, refusal
from tests.dashboard.decisions.questions import CONTRACT


def test_a_decision_is_saved_listed_shown_verified_and_held_against_today(tmp_path: Path) -> None:
    """By one folder, command after command; a touched row ends `verify` with 1."""
    save = ("decisions", "save", "article", "--title", "Article", "--owner", "Aoi", "--json")
    made = call(*save, folder=tmp_path).document()
    listed = call("decisions", "list", "--json", folder=tmp_path).document()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    assert listed["judged"]["complete"] is True
    narrow = ("decisions", "list", "--sort", "margin", "--owner", "Aoi", "--status")
    assert made["id"] in call(*narrow, "check", folder=tmp_path).stdout
    assert made["id"] not in call(*narrow, "flipped", folder=tmp_path).stdout
    shown = call("decisions", "show", made["id"], folder=tmp_path).document()
    assert (shown["sha256"], shown["hidden"]) == (made["sha256"], True)
    assert CONTRACT not in str(shown)
    assert "0.00067" not in str(shown)
    with_prices = call("decisions", "show", made["id"], "--with-own-prices", folder=tmp_path)
    assert "0.00067" in with_prices.stdout
    assert call("decisions", "verify", made["id"], folder=tmp_path).exit_code == 0
    told = call("decisions", "today", made["id"], folder=tmp_path).stdout
    assert "As sealed: $6,599.20" in told
    engine = create_engine(f"sqlite:///{tmp_path / 'modelcost.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE decision_version SET answer = replace(answer, '6', '7')"))
    engine.dispose()
    [line] = refusal(call("decisions", "verify", made["id"], folder=tmp_path), NO)
    assert "Changed since: the answer" in line


def test_bad_input_ends_with_2_and_its_sentence(tmp_path: Path) -> None:
    """An unknown id, an empty title, evidence of another form."""
    [line] = refusal(call("decisions", "show", "nothing", folder=tmp_path), WRONG_INPUT)
    assert "Expected the id of a decision, found 'nothing'" in line
    [line] = refusal(call("decisions", "list", "--sort", "age", folder=tmp_path), WRONG_INPUT)
    assert "sort: expected one of title, owner" in line
    save = ("decisions", "save", "article", "--owner", "Aoi", "--title")
    [line] = refusal(call(*save, " ", folder=tmp_path), WRONG_INPUT)
    assert line.endswith("title: Expected some text, found none.")
    [line] = refusal(call(*save, "T", "--evidence", "x", folder=tmp_path), WRONG_INPUT)
    assert "Expected --evidence FIELD=TEXT, found 'x'" in line
