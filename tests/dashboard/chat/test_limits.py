"""The operator's limits: where they are written, which holds, and what is left of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.errors import SettingInvalid
from catalog.settings import load_settings
from dashboard.chat.endpoint_file import EndpointFileRefused, read_endpoints
from dashboard.chat.errors import ChatRefused
from dashboard.chat.limits import left_document, limits_of, rations_of
from dashboard.chat.rations import LIMITS, Ration, Rations
from dashboard.chat.sessions import SessionId
from dashboard.texts import load_texts

NOW = datetime(2026, 11, 26, 12, 40, tzinfo=UTC)
MINE, OTHER = SessionId("mine"), SessionId("other")
PACE: dict[str, Any] = {"questions_a_minute": 1_000, "answers_at_once": 1_000}
FILE = b"""
limits:
  session: {answers_an_hour: 7, usd_a_day: 2.50}
  service: {usd_a_day: none}
endpoints: []
"""


def test_the_environment_wins_over_the_file_and_the_file_over_ours() -> None:
    settings = load_settings({"MODELCOST_CHAT_SESSION_ANSWERS_AN_HOUR": "9"})

    limits = limits_of(settings, read_endpoints(FILE, {}).limits)

    found = {(one.whose, one.limit): (one.text, one.origin) for one in limits}
    assert ("9", "environment") == found["session", "answers_an_hour"]
    assert ("2.50", "endpoints file") == found["session", "usd_a_day"]
    assert ("none", "endpoints file") == found["service", "usd_a_day"]
    assert ("none", "default") == found["service", "usd_an_hour"]
    assert 9 == rations_of(limits)["session"].answers_an_hour
    assert rations_of(limits)["service"].usd_a_day is None


@pytest.mark.parametrize(
    ("limit", "text"),
    [("ANSWERS_A_DAY", "0"), ("ANSWERS_A_DAY", "1.5"), ("USD_A_DAY", "0.0"), ("USD_AN_HOUR", "x")],
)
def test_a_limit_that_cannot_be_meant_is_refused_with_its_variable(limit: str, text: str) -> None:
    variable = f"MODELCOST_CHAT_SERVICE_{limit}"

    with pytest.raises(SettingInvalid, match=rf"{variable}.*above 0.*none for no limit"):
        load_settings({variable: text})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"{session: {usd_a_day: 0}}", "US dollars above 0"),
        (b"{session: {answers_a_day: many}}", "whole number of answers"),
        (b"{session: {usd_a_week: 1}}", "usd_a_week"),
        (b"{sesion: {}}", "sesion"),
    ],
)
def test_a_wrong_limit_of_the_file_is_refused_by_name(written: bytes, said: str) -> None:
    with pytest.raises(EndpointFileRefused, match=said):
        read_endpoints(b"limits: " + written + b"\nendpoints: []\n", {})


def test_answers_of_an_hour_come_back_with_the_next() -> None:
    """Chat and batch test take of the same; another session has its own."""
    rations = Rations(Ration(**PACE, answers_an_hour=3), Ration(**PACE))
    with rations.question(MINE, 2, NOW):
        pass
    rations.take_answer(MINE, NOW)

    with pytest.raises(ChatRefused, match=r"at most 3 answers an hour.*13:00 UTC"):
        rations.take_answer(MINE, NOW)
    rations.take_answer(OTHER, NOW)
    [left] = rations.left(MINE, NOW)
    rations.take_answer(MINE, NOW + timedelta(minutes=20))

    assert (0, 3, NOW.replace(hour=13, minute=0)) == (left.left, left.most, left.back_at)


def test_an_answer_that_was_not_begun_is_given_back() -> None:
    rations = Rations(Ration(**PACE, answers_a_day=1), Ration(**PACE))
    rations.take_answer(MINE, NOW)
    rations.give_back(MINE, NOW)

    rations.require_left(MINE, NOW)

    assert [1] == [one.left for one in rations.left(MINE, NOW)]


def test_money_of_all_sessions_counts_for_the_service() -> None:
    rations = Rations(Ration(**PACE), Ration(**PACE, usd_an_hour=Decimal("0.5")))
    rations.spend(OTHER, Decimal("0.7"), NOW)

    with pytest.raises(ChatRefused, match=r"0\.5 dollars that this service"):
        rations.require_left(MINE, NOW)

    assert [Decimal(0)] == [one.left for one in rations.left(MINE, NOW)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_left_is_a_sentence_for_each_limit(language: str) -> None:
    many = Ration(
        **PACE, answers_an_hour=1, answers_a_day=2, usd_an_hour=Decimal(3), usd_a_day=Decimal(4)
    )

    left = Rations(many, many).left(MINE, NOW)
    documents = [left_document(one, load_texts(language)) for one in left]

    assert [*LIMITS, *LIMITS] == [one["limit"] for one in documents]
    assert all("UTC" in one["sentence"] for one in documents)
