"""How much a session, and all together, may ask."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dashboard.chat.errors import ChatRefused
from dashboard.chat.rations import Ration, Rations
from dashboard.chat.sessions import SessionId
from dashboard.texts import load_texts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINE, OTHER = SessionId("mine"), SessionId("other")
FEW = Ration(questions_a_minute=2, answers_at_once=3, usd_a_day=Decimal("0.5"))
MANY = Ration(questions_a_minute=1_000, answers_at_once=1_000, usd_a_day=None)


def ask(rations: Rations, session: SessionId, seconds: float = 0, answers: int = 1) -> None:
    with rations.question(session, answers, NOW + timedelta(seconds=seconds)):
        pass


def test_a_third_question_within_a_minute_waits() -> None:
    rations = Rations(FEW, MANY)
    ask(rations, MINE)
    ask(rations, MINE, 20)

    with pytest.raises(ChatRefused, match=r"at most 2 questions a minute.*in 30 seconds"):
        ask(rations, MINE, 30)
    ask(rations, OTHER, 30)
    ask(rations, MINE, 61)


def test_answers_at_once_count_until_they_end() -> None:
    rations = Rations(FEW, MANY)
    with ExitStack() as streaming:
        streaming.enter_context(rations.question(MINE, 2, NOW))
        with pytest.raises(ChatRefused, match="at most 3 answers at once"):
            ask(rations, MINE, answers=2)
    ask(rations, MINE, 1, answers=3)


def test_what_is_refused_takes_nothing() -> None:
    rations = Rations(MANY, FEW)
    for _ in range(2):
        with pytest.raises(ChatRefused):
            ask(rations, MINE, answers=9)
    ask(rations, MINE)
    ask(rations, OTHER)

    with pytest.raises(ChatRefused, match="all who use this service"):
        ask(rations, SessionId("third"))


def test_money_of_a_day_ends_with_the_day() -> None:
    rations = Rations(FEW, MANY)
    rations.spend(MINE, Decimal("0.499"), NOW)
    ask(rations, MINE)
    rations.spend(MINE, Decimal("0.001"), NOW)

    with pytest.raises(ChatRefused, match=r"0\.5 dollars a day"):
        ask(rations, MINE, 61)
    ask(rations, OTHER)
    ask(rations, MINE, 12 * 3600)


def test_a_session_that_holds_nothing_is_forgotten() -> None:
    rations = Rations(FEW, MANY)
    for number in range(100):
        ask(rations, SessionId(str(number)))
    assert len(rations._sessions) == 100

    ask(rations, MINE, 61)

    assert list(rations._sessions) == [MINE]


@pytest.mark.parametrize("limit", ["questions_a_minute", "answers_at_once", "usd_a_day"])
@pytest.mark.parametrize("whose", ["session", "service"])
def test_each_limit_has_its_sentence_in_both_languages(limit: str, whose: str) -> None:
    refused = ChatRefused(f"{limit}.{whose}", most="3", seconds="9", left="0", at="12:00 UTC")

    assert "3" in str(refused)
    assert "3" in refused.sentence(load_texts("ja"))
