"""What a statement hangs on: it never says more than the evidence holds."""

from __future__ import annotations

import pytest

from costing import break_even
from tests.costing.questions import hosts, per_token, question, typed
from tests.dashboard.answers import article, article_answer, renamed, sentences

CONDITION = "capacity is not considered"
CONDITIONS = {"en": CONDITION, "ja": "処理能力は未考慮"}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("requests", ["1", "5000", "12832", "90000"])
def test_the_break_even_of_hosts_without_limit_carries_its_condition(
    requests: str, language: str
) -> None:
    """12.8M tokens must never stand alone: title and caption both say what they assume."""
    answer = article_answer(requests=requests)
    said = sentences(language)

    assert CONDITIONS[language] in said.headline(answer)
    assert CONDITIONS[language] in said.break_even(answer)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_hosts_without_limit_that_always_win_carry_the_condition_too(language: str) -> None:
    """A proof about hosts that no one can buy is no proof without it."""
    answer = break_even(question(per_token(fee="9"), hosts(price="4")))
    said = sentences(language)

    texts = [said.headline(answer), said.verdict(answer, answer.at_workload)]
    texts.append(said.break_even(answer))

    assert "never" == answer.state.value
    assert [] == [text for text in texts if CONDITIONS[language] not in text]


def test_hosts_without_limit_that_win_as_far_as_was_searched_carry_the_condition() -> None:
    """The range of the search is one condition, the missing limit another."""
    costly = question(
        per_token(fee="9"),
        hosts(price="4"),
        hosts("Small", "3", typed("1")),
        requests="2",
        search_to="3",
    )
    answer = break_even(costly)
    said = sentences()

    assert "Hosts" == answer.at_workload.cheapest
    assert CONDITION in said.headline(answer)
    assert CONDITION in said.verdict(answer, answer.at_workload)


def test_a_win_over_hosts_without_limit_needs_no_condition() -> None:
    """A limit could only make the hosts dearer, so the finding stands either way."""
    answer = break_even(question(per_token(cost_per_request="0"), hosts(price="4")))
    said = sentences()

    texts = [said.headline(answer), said.break_even(answer)]
    texts.append(said.verdict(answer, answer.at_workload))

    assert [] == [text for text in texts if CONDITION in text]


@pytest.mark.parametrize("capacity", ["8", "9", "12"])
def test_hosts_with_a_limit_are_not_said_to_have_none(capacity: str) -> None:
    """The condition is a fact of the answer, not a phrase of the page."""
    answer = article_answer(capacity, requests="13400")
    said = sentences()

    texts = [said.headline(answer), said.break_even(answer)]
    texts.append(said.verdict(answer, answer.at_workload))

    assert [] == [text for text in texts if "capacity" in text]


@pytest.mark.parametrize(
    ("reachable", "words"),
    [(None, "is not judged"), (False, "cannot serve that load"), (True, "can serve")],
)
def test_a_crossing_on_paper_says_whether_the_hosts_reach_it(
    words: str, *, reachable: bool | None
) -> None:
    """The article's number is one on paper until somebody knows what a host carries."""
    capacity = {None: None, False: "8", True: "9"}[reachable]
    [paper] = article_answer(capacity).paper_crossings

    text = sentences().paper(paper)

    assert reachable is paper.reachable
    assert words in text
    assert "9.367M requests a month" in text


def test_what_flips_the_answer_is_given_with_its_present_value() -> None:
    """Load, host price and output length, each alone."""
    texts = sentences().flips(article_answer())

    assert [
        "Load: at 9.367M requests a month.",
        "Three hosts: at $3.01 for one host and hour instead of $6.12.",
        "Per token: at 4,585 output tokens a request instead of 1,000.",
    ] == texts


@pytest.mark.parametrize(
    ("capacity", "words"),
    [("2", "but 1 host cannot serve that load."), ("9", "which 1 host can serve.")],
)
def test_a_single_host_is_not_said_to_be_several(capacity: str, words: str) -> None:
    """One host has its own sentence."""
    answer = break_even(question(per_token(), hosts(capacity=typed(capacity))))

    [paper] = answer.paper_crossings

    assert sentences().paper(paper).endswith(words)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_markup_and_braces_in_a_name_stay_as_they_were_typed(language: str) -> None:
    """A sentence is text: nothing of a name is read as a tag or as a place to fill."""
    attack = "<b>{option}</b> & {missing}"
    answer = break_even(renamed(article("9", requests="17900"), attack, "Hosts {searched}"))
    said = sentences(language)

    texts = [said.headline(answer), said.verdict(answer, answer.at_workload)]
    texts += [said.break_even(answer), *(said.paper(one) for one in answer.paper_crossings)]

    assert [] == [text for text in texts if attack not in text or "Hosts {searched}" not in text]
