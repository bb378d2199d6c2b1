"""Sessions and the spaces that belong to them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from dashboard.chat.history import AnswerState, Turn
from dashboard.chat.passages import Passage
from dashboard.chat.sessions import KEEP_DAYS, SessionId, Sessions, load_key
from dashboard.chat.spaces import Space, Spaces

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
KEY = b"k" * 32


@pytest.fixture
def space(tmp_path: Path) -> Space:
    session, _ = Sessions(KEY).begin()
    return Spaces(tmp_path).of(session, NOW)


def asked(space: Space, chat: int, question: str, replaces: int | None = None) -> int:
    return space.history.add_turn(
        chat, question, settings={"top_n": 5}, passages=(3, 1), now=NOW, replaces=replaces
    )


def test_a_cookie_opens_the_session_that_it_was_made_for() -> None:
    sessions = Sessions(KEY)
    session, cookie = sessions.begin()

    assert sessions.read(cookie) == session
    assert sessions.read(sessions.renew(session)) == session
    assert sessions.begin()[0] != session


@pytest.mark.parametrize("change", ["", "x", "..", "no.dots.here", "\ud800", "a" * 10_000])
def test_a_cookie_that_we_did_not_sign_opens_nothing(change: str) -> None:
    _, cookie = Sessions(KEY).begin()

    assert Sessions(KEY).read(change) is None
    assert Sessions(KEY).read(cookie[:-2] + change) is None or change == cookie[-2:]
    assert Sessions(b"other").read(cookie) is None


def test_a_cookie_ends_after_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(KEY)
    _, cookie = sessions.begin()
    later = TimestampSigner(KEY).get_timestamp() + (KEEP_DAYS * 24 * 3600) + 1
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: later)

    assert sessions.read(cookie) is None


def test_neither_a_log_nor_a_folder_tells_the_session() -> None:
    session, cookie = Sessions(KEY).begin()
    secret = cookie.split(".")[0]

    assert secret not in f"{session!r} {session} {session.folder}"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: load_key(folder), range(16)))

    [key] = keys
    assert len(key) == 32
    assert [file.name for file in folder.iterdir()] == ["session.key"]
    assert stat.S_IMODE((folder / "session.key").stat().st_mode) == 0o600


def test_one_session_sees_nothing_of_another(tmp_path: Path) -> None:
    spaces, sessions = Spaces(tmp_path), Sessions(KEY)
    mine, other = (spaces.of(sessions.begin()[0], NOW) for _ in range(2))
    document = mine.documents.add("Mine", "txt", (Passage(number=1, text="a secret"),))
    chat = mine.history.begin_chat(NOW)
    asked(mine, chat, "What is secret?")

    assert other.documents.documents() == ()
    assert other.documents.search("secret", 5) == ()
    assert other.documents.passage(1) is None
    assert not other.documents.remove(document)
    assert other.history.chats() == ()
    assert other.history.turns(chat) == ()
    assert not other.history.remove_chat(chat)
    assert [line.title for line in mine.history.chats()] == ["What is secret?"]


def test_a_session_can_take_all_away_that_it_has_here(tmp_path: Path) -> None:
    spaces = Spaces(tmp_path)
    session, _ = Sessions(KEY).begin()
    spaces.of(session, NOW).documents.add("Mine", "txt", ())

    spaces.remove(session)

    assert list((tmp_path / "chat").iterdir()) == []
    assert spaces.of(session, NOW).documents.documents() == ()


def test_spaces_that_nobody_can_open_any_more_are_removed(tmp_path: Path) -> None:
    spaces = Spaces(tmp_path)
    used, unused = SessionId("used"), SessionId("unused")
    for session in (used, unused):
        spaces.of(session, NOW).documents.add("A", "txt", ())
    later = NOW + timedelta(days=KEEP_DAYS, seconds=-1)
    spaces.of(used, later)

    assert spaces.remove_unused(later) == 0
    assert spaces.remove_unused(later + timedelta(seconds=2)) == 1

    assert [one.name for one in (tmp_path / "chat").iterdir()] == [used.folder]


def test_no_space_at_all_is_nothing_to_remove(tmp_path: Path) -> None:
    assert Spaces(tmp_path).remove_unused(NOW) == 0
    assert Spaces(tmp_path).mark_cut_off() == 0


def test_an_answer_keeps_what_came_and_what_a_person_thought(space: Space) -> None:
    chat = space.history.begin_chat(NOW)
    turn = asked(space, chat, "How much?")
    answer = space.history.begin_answer(turn, "local", NOW)
    space.history.keep_answer(answer, "It co", AnswerState.STREAMING, {})
    space.history.keep_answer(answer, "It costs", AnswerState.FINISHED, {"output_tokens": 2})

    assert space.history.judge(answer, True)

    [kept] = space.history.turns(chat)
    assert (kept.question, kept.passages, kept.settings) == ("How much?", (3, 1), {"top_n": 5})
    [one] = kept.answers
    assert (one.text, one.state, one.facts) == ("It costs", "finished", {"output_tokens": 2})
    assert one.accepted is True
    assert space.history.judge(answer, None)
    assert space.history.turns(chat)[0].answers[0].accepted is None
    assert not space.history.judge(answer + 1, True)


def test_an_edited_question_takes_the_place_of_all_that_followed(space: Space) -> None:
    chat = space.history.begin_chat(NOW)
    asked(space, chat, "first")
    second = asked(space, chat, "second")
    asked(space, chat, "third")
    asked(space, chat, "second, edited", replaces=second)

    def questions(turns: tuple[Turn, ...]) -> list[str]:
        return [turn.question for turn in turns]

    assert questions(space.history.turns(chat)) == ["first", "second, edited"]
    assert questions(space.history.turns(chat, replaced=True)) == [
        "first",
        "second",
        "third",
        "second, edited",
    ]
    assert [line.turns for line in space.history.chats()] == [2]


def test_an_answer_that_streamed_when_the_program_ended_says_so(tmp_path: Path) -> None:
    spaces = Spaces(tmp_path)
    space = spaces.of(SessionId("a"), NOW)
    chat = space.history.begin_chat(NOW)
    turn = asked(space, chat, "How much?")
    finished, streaming = (space.history.begin_answer(turn, "local", NOW) for _ in range(2))
    space.history.keep_answer(finished, "done", AnswerState.FINISHED, {})
    space.history.keep_answer(streaming, "half of", AnswerState.STREAMING, {})

    assert spaces.mark_cut_off() == 1

    states = [(one.text, one.state) for one in space.history.turns(chat)[0].answers]
    assert states == [("done", AnswerState.FINISHED), ("half of", AnswerState.CUT_OFF)]


def test_a_chat_that_is_deleted_leaves_no_word_in_the_files(tmp_path: Path) -> None:
    space = Spaces(tmp_path).of(SessionId("a"), NOW)
    chat = space.history.begin_chat(NOW)
    turn = asked(space, chat, "canaryquestion")
    answer = space.history.begin_answer(turn, "local", NOW)
    space.history.keep_answer(answer, "canaryanswer " * 500, AnswerState.FINISHED, {})

    assert space.history.has_chat(chat)
    assert space.history.remove_chat(chat)

    assert not space.history.has_chat(chat)
    assert not space.history.remove_chat(chat)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"canary" in path.read_bytes() for path in files)
