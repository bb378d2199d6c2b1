"""A run against a server of raw faults: waiting as told, failures counted, an end when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.database import Database
from dashboard.chat.batch.kept import State, identity
from dashboard.chat.batch.run import Ended
from dashboard.chat.prompt import Example, PromptSettings
from tests.dashboard.chat.asking import endpoint_at
from tests.dashboard.chat.batch.plans import plan_of, ran
from tests.emulators.chat_faults import FAULTS, Answer, Asked, events, last, piece, tokens

RIGHT = Answer(
    body=events(piece("It costs $20 "), piece("[doc1]."), piece(finish="stop"), last(tokens(9)))
)


def after(first: Answer, times: int, then: Answer = RIGHT) -> Callable[[Asked], Answer]:
    """The first answer so many times, then the other."""
    left = iter(range(times))

    def rule(_asked: Asked) -> Answer:
        return then if next(left, None) is None else first

    return rule


def answer(name: str) -> Answer:
    """One fault of the table."""
    found = FAULTS[name]
    assert isinstance(found, Answer)
    return found


def test_429_waits_as_long_as_it_says_and_then_asks_again(
    catalog: Database, tmp_path: Path
) -> None:
    """By the clock that was given: nobody sleeps here. The answer counts, the refusal does not."""
    found = ran(catalog, tmp_path, "busy", busy=after(answer("429"), 2), changed={"concurrency": 1})

    assert [7.0, 7.0] == found.waits
    assert [State.ANSWERED] * 3 == [one.state for one in found.kept]
    assert 5 == found.seen
    assert [7.0, 7.0] == [one.wait_seconds for one in found.steps if one.wait_seconds is not None]


@pytest.mark.parametrize(
    ("fault", "seconds"), [("429ms", 1.5), ("429date", 30.0), ("503page", 3.0), ("429silent", 15.0)]
)
def test_every_way_to_ask_for_patience_is_heard(
    catalog: Database, tmp_path: Path, fault: str, seconds: float
) -> None:
    """Milliseconds, a moment, 503 with a time, and 429 without one, for which we choose."""
    found = ran(catalog, tmp_path, "busy", busy=after(answer(fault), 1), changed={"concurrency": 1})

    assert [seconds] == found.waits
    assert [State.ANSWERED] * 3 == [one.state for one in found.kept]


def test_patience_without_a_time_doubles_and_ends(catalog: Database, tmp_path: Path) -> None:
    """After six waits it is a failure, and counted as one."""
    found = ran(catalog, tmp_path, "429silent", count=1, changed={"concurrency": 1})

    assert [15.0, 30.0, 60.0, 120.0, 240.0, 480.0] == found.waits
    assert [(State.FAILED, "busy")] == [(one.state, one.facts["error"]) for one in found.kept]


def test_a_wait_of_an_hour_is_a_failure_at_once(catalog: Database, tmp_path: Path) -> None:
    found = ran(
        catalog, tmp_path, "far", count=1,
        far=Answer(status="429 Too Many Requests", headers=(("Retry-After", "3600"),)),
    )  # fmt: skip

    assert [] == found.waits
    assert ["busy_for"] == [one.facts["error"] for one in found.kept]


def test_one_endpoint_that_waits_does_not_hold_up_another(
    catalog: Database, tmp_path: Path
) -> None:
    found = ran(catalog, tmp_path, "busy", "whole", busy=after(answer("429"), 1))

    states = Counter((one.job.endpoint, one.state) for one in found.kept)
    assert {("busy", State.ANSWERED): 3, ("whole", State.ANSWERED): 3} == states


@pytest.mark.parametrize("fault", ["cut", "500", "page", "no-end", "error-inside", "401"])
def test_a_failure_is_a_failure_and_never_an_answer(
    catalog: Database, tmp_path: Path, fault: str
) -> None:
    """Whatever came before it is kept, unjudged; nothing is asked a second time."""
    found = ran(catalog, tmp_path, fault)

    assert [State.FAILED] * 3 == [one.state for one in found.kept]
    assert all("score" not in one.facts for one in found.kept)
    assert 3 == found.seen
    assert found.ended is None


def test_an_endpoint_is_given_up_after_eight_failures_in_a_row(
    catalog: Database, tmp_path: Path
) -> None:
    """Its other questions are not asked, and can be later; the other endpoint goes on."""
    found = ran(catalog, tmp_path, "401", "whole", count=40, changed={"concurrency": 1})

    states = Counter((one.job.endpoint, one.state) for one in found.kept)
    assert {("401", State.FAILED): 8, ("whole", State.ANSWERED): 40} == states
    assert Ended.GIVEN_UP is found.ended
    assert ["401"] == [one.endpoint for one in found.steps if one.given_up]


@pytest.mark.parametrize("fault", ["filter", "too-long", "400"])
def test_a_question_that_cannot_be_asked_says_nothing_of_the_next(
    catalog: Database, tmp_path: Path, fault: str
) -> None:
    """A filter or a long passage stops one question, so all the others are asked."""
    found = ran(catalog, tmp_path, fault, count=12)

    assert (12, None) == (len(found.kept), found.ended)


def test_one_answer_in_between_ends_a_row_of_failures(catalog: Database, tmp_path: Path) -> None:
    turns = iter([answer("500")] * 7 + [RIGHT] + [answer("500")] * 7)
    found = ran(
        catalog, tmp_path, "shaky", count=15, changed={"concurrency": 1},
        shaky=lambda _asked: next(turns),
    )  # fmt: skip

    assert (15, None) == (len(found.kept), found.ended)


def test_a_person_who_stops_keeps_what_has_begun(catalog: Database, tmp_path: Path) -> None:
    """Told at the first answer; those in flight are awaited, and the rest is left."""
    found = ran(catalog, tmp_path, "whole", count=40, during=lambda run, _server: run.stop())

    assert Ended.STOPPED is found.ended
    assert 1 <= len(found.kept) <= 5
    assert found.seen == len(found.kept)


def test_a_wait_ends_where_a_person_stops(catalog: Database, tmp_path: Path) -> None:
    """No question is asked after the wait then."""
    found = ran(
        catalog, tmp_path, "429", changed={"concurrency": 1},
        during=lambda run, _server: run.stop(),
    )  # fmt: skip

    assert (Ended.STOPPED, 1, ()) == (found.ended, found.seen, found.kept)


@pytest.mark.parametrize("most", [1, 4])
def test_at_most_so_many_answers_come_at_a_time(
    catalog: Database, tmp_path: Path, most: int
) -> None:
    """Over all endpoints together; counted whenever one has just come."""
    others: list[int] = []

    found = ran(
        catalog, tmp_path, "one", "two", count=9, one=RIGHT, two=RIGHT,
        changed={"concurrency": most},
        during=lambda run, _server: others.append(run.file.cut_off()),
    )  # fmt: skip

    assert 18 == len(found.kept) == found.steps[-1].done == found.steps[-1].of
    assert max(others) <= most - 1
    assert (max(others) > 0) == (most > 1)


def test_examples_stand_in_each_prompt_and_in_what_a_file_belongs_to(
    catalog: Database, tmp_path: Path
) -> None:
    """Results with examples never go on without them; planned tokens count them."""
    shown = PromptSettings(examples=(Example(user="Red?", assistant="No, blue " * 50),))
    made = [
        plan_of(tmp_path, [endpoint_at("http://127.0.0.1:9")], 1, **changed)
        for changed in ({}, {"prompt_settings": shown})
    ]

    prompts = [plan.prompt(plan.questions.questions[0], plan.settings[0]) for plan in made]
    planned = [next(iter(plan.input_tokens.values())) for plan in made]
    parts = [identity(plan) for plan in made]

    assert ["system", "user", "assistant", "user"] == [one.role for one in prompts[1].messages]
    assert planned[0] + 100 < planned[1]
    assert "examples" not in parts[0]
    assert "No, blue" in parts[1]["examples"]


def test_the_prompt_is_that_of_the_pane(catalog: Database, tmp_path: Path) -> None:
    """Rules, then passages as data with the question; no past, and usage in the stream."""
    bodies = []

    def rule(asked: Asked) -> Answer:
        bodies.append(asked.body)
        return RIGHT

    found = ran(catalog, tmp_path, "it", count=1, it=rule)

    [body] = bodies
    assert ["system", "user"] == [one["role"] for one in body["messages"]]
    assert "[doc1] Kettle\nThe kettle costs $20" in body["messages"][1]["content"]
    assert body["messages"][1]["content"].endswith("What does kettle 0 cost?")
    assert {"include_usage": True} == body["stream_options"]
    [kept] = found.kept
    assert ("It costs $20 [doc1].", ["Kettle"]) == (kept.text, kept.facts["passages"])
    assert kept.facts["score"]["expected_match"]
    assert 9 == kept.facts["usage"]["output_tokens"]
