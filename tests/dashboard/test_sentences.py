"""The answer in words: each state says what was found, and no more than that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from costing import (
    AddOn,
    BreakEvenState,
    Call,
    Dedicated,
    Question,
    Serverless,
    Sold,
    Volume,
    break_even,
)
from tests.costing.questions import hosts, money, per_token, question, token_money, typed
from tests.dashboard.answers import article, renamed, sentences

UNKNOWN_HOSTS = Dedicated(name="Hosts", price=money("4"), minimum_instances=1, spare_instances=0)

STATES: dict[str, tuple[Question, str, str, str]] = {
    "once": (
        article("12"),
        "Per token is the cheapest at your load; above 9.367M requests a month it is Three hosts.",
        "Three hosts: $6,804 a month more than Per token (+103 %). "
        "You are at 39 % of the break-even.",
        "Break-even at 9.367M requests a month: Per token below, Three hosts above.",
    ),
    "several": (
        article("9"),
        "Per token is the cheapest at your load; "
        "above 9.367M requests a month it is Three hosts, the first of 4 changes.",
        "Three hosts: $6,804 a month more than Per token (+103 %). "
        "You are at 39 % of the break-even.",
        "The cheapest option changes 4 times, first at 9.367M requests a month, "
        "from Per token to Three hosts.",
    ),
    "never": (
        question(per_token("A"), per_token("B", "2")),
        "A is the cheapest at your load; no load turns this.",
        "B: $7,300 a month more than A (+100 %).",
        "A is the cheapest at every load. This is proven, not only searched.",
    ),
    "never_in_range": (
        question(per_token(), hosts(capacity=typed("4")), requests="1", search_to="3"),
        "Per token is the cheapest at your load; nothing turns this up to 2,190 requests a month.",
        "Hosts: $2,190 a month more than Per token (+300 %).",
        "Per token is the cheapest up to 2,190 requests a month, as far as was searched.",
    ),
    "not_reachable": (
        article("8"),
        "Per token is the cheapest at your load; "
        "the hosts cannot serve the load at which they would pay.",
        "Three hosts: $6,804 a month more than Per token (+103 %).",
        "On paper Three hosts and Per token cost the same at 9.367M requests a month, "
        "but 3 hosts cannot serve that load.",
    ),
    "unknown": (
        question(per_token(), UNKNOWN_HOSTS),
        "Cannot judge: the most one host can serve (Hosts) is missing.",
        "No option can be called cheapest while the most one host can serve (Hosts) is missing.",
        "No break-even can be given: the most one host can serve (Hosts) is missing.",
    ),
}


@pytest.mark.parametrize("state", list(BreakEvenState))
def test_each_state_has_its_headline_verdict_and_break_even(state: BreakEvenState) -> None:
    """Never, not searched further, and not reachable are three findings and not one."""
    asked, headline, verdict, turn = STATES[state.value]
    answer = break_even(asked)
    said = sentences()

    assert state is answer.state
    assert headline == said.headline(answer)
    assert verdict == said.verdict(answer, answer.at_workload)
    assert turn == said.break_even(answer)


@pytest.mark.parametrize("state", list(BreakEvenState))
def test_each_state_is_said_in_japanese_without_english_words(state: BreakEvenState) -> None:
    """Only what a person typed stays as it was typed."""
    asked = STATES[state.value][0]
    answer = break_even(renamed(asked, "案1", "案2"))
    said = sentences("ja")

    texts = [said.headline(answer), said.verdict(answer, answer.at_workload)]
    texts += [said.break_even(answer), said.call(answer.at_workload), *said.flips(answer)]

    assert [] == [text for text in texts if re.search("[A-Za-z{}]", text)]
    assert all(re.search("[ぁ-ん]", text) for text in texts)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("state", list(BreakEvenState))
def test_no_sentence_has_a_brace_a_gap_or_a_number_with_an_exponent(
    state: BreakEvenState, language: str
) -> None:
    """Every placeholder of every state is filled."""
    answer = break_even(
        replace(STATES[state.value][0], volumes=(Volume(name="x", factor=Decimal(3)),))
    )
    said = sentences(language)

    texts = [said.headline(answer), said.subline(answer), said.break_even(answer)]
    for verdict in (answer.at_workload, *answer.volumes):
        texts += [said.verdict(answer, verdict), said.call(verdict)]
    texts += [said.paper(one) for one in answer.paper_crossings]
    texts += [said.notice(one) for one in answer.notices] + said.flips(answer)

    assert [] == [text for text in texts if re.search(r"[{}]|  |\dE[+-]?\d", text)]
    assert all(text and text == text.strip() for text in texts)


@pytest.mark.parametrize(
    ("requests", "turn"),
    [
        ("5000", "above 9.367M requests a month it is Three hosts, the first of 4 changes"),
        ("13000", "above 9.855M requests a month it is Per token, one of 4 changes"),
        ("13500", "above 9.855M requests a month it is Per token, one of 4 changes"),
        ("17900", "above 13.12M requests a month it is Three hosts, one of 4 changes"),
        ("30000", "below 13.14M requests a month it is Three hosts, one of 4 changes"),
    ],
)
def test_the_headline_names_the_next_turn_above_the_load_or_the_last_below(
    requests: str, turn: str
) -> None:
    """Only the first change is called the first; at a full host the turn is still ahead."""
    answer = break_even(article("9", requests=requests))

    assert f"{turn}." == sentences().headline(answer).split("; ")[1]


def test_too_close_costs_are_named_as_the_reason() -> None:
    """At 17,900 requests an hour $65 a month lie between the two."""
    answer = break_even(article("9", requests="17900"))
    said = sentences()

    assert "Too close to call" == said.call(answer.at_workload)
    assert said.headline(answer).startswith(
        "Per token and Three hosts are too close to call at your load; "
    )
    assert (
        "Three hosts: $64.97 a month more than Per token (+0.4 %). "
        "A gap under 10 % is too close to call. You are at 100 % of the break-even."
    ) == said.verdict(answer, answer.at_workload)


def test_price_dates_far_apart_are_named_as_the_reason() -> None:
    """A large gap between prices of two years is still no finding."""
    old = Serverless(
        name="Old", input=token_money("1", as_of=date(2023, 1, 1)), output=token_money("1")
    )
    new = Serverless(
        name="New", input=token_money("3", as_of=date(2024, 1, 1)), output=token_money("3")
    )
    answer = break_even(question(old, new))
    said = sentences()

    assert Call.TOO_CLOSE is answer.at_workload.call
    assert said.verdict(answer, answer.at_workload).endswith(
        "(+200 %). The prices are of dates more than 90 days apart."
    )
    assert "The price dates lie 365 days apart." in [said.notice(one) for one in answer.notices]


def test_equal_costs_are_called_the_same() -> None:
    """Nobody is more expensive by $0.00."""
    answer = break_even(question(per_token("A"), per_token("B")))

    text = sentences().verdict(answer, answer.at_workload)

    assert "A and B cost the same. A gap under 10 % is too close to call." == text


def test_what_costs_nothing_has_no_percentage() -> None:
    """A gap over 0 has no share."""
    answer = break_even(question(per_token("Free", "0"), per_token("B", "2")))

    text = sentences().verdict(answer, answer.at_workload)

    assert "B: $14,600 a month more than Free, which costs nothing." == text


def test_the_only_option_left_is_said_to_be_the_only_one() -> None:
    """Above the quota of the hosts there is no gap to state."""
    answer = break_even(question(per_token(), hosts(capacity=typed("5"), maximum=2), requests="12"))

    text = sentences().verdict(answer, answer.at_workload)

    assert "Per token is the only option that can serve this load." in text


def test_a_load_that_no_option_can_serve_is_not_promised_to_anyone() -> None:
    """Every load, but only up to the quota of the hosts."""
    small = question(
        hosts("One", "4", typed("5"), maximum=2), hosts("Two", "5", typed("5"), maximum=2)
    )
    answer = break_even(replace(small, workload=replace(small.workload, requests=Decimal(100))))
    said = sentences()

    assert "Cannot judge: an option that can serve this load is missing" == said.call(
        answer.at_workload
    )
    assert (
        "One is the cheapest at every load up to 7,300 requests a month; "
        "above that no option can serve."
    ) == said.break_even(answer)


def test_a_search_that_stopped_says_how_far_it_went() -> None:
    """At a full host as dear as its tokens the turns never end."""
    endless = question(
        per_token(fee="1"), hosts(price="4", capacity=typed("4")), requests="1", search_to="20"
    )

    text = sentences().break_even(break_even(endless))

    assert (
        "The cheapest option changes 9 times, first at 2,190 requests a month, "
        "from Per token to Hosts. Searched up to 14,600 requests a month."
    ) == text


def test_the_subline_names_models_and_regions_or_that_none_is_named() -> None:
    """What is compared stands under the headline."""
    east = replace(per_token("A"), sold=Sold(model="Llama", region="eastus"))
    west = replace(per_token("B", "2"), sold=Sold(model="Phi", region="westus"))
    said = sentences()

    assert (
        "Llama / Phi · eastus / westus · 3,600 input + 3,600 output tokens a request · "
        "7,300 requests a month on average · busiest hour 1.5 × the mean"
    ) == said.subline(break_even(question(east, west, peak="1.5")))
    assert said.subline(break_even(question(per_token()))).startswith(
        "no model named · no region named · "
    )


def test_what_is_counted_is_not_said_to_be_left_out() -> None:
    """Support and tax go from the list where they are in every cost; add-ons are named."""
    bare = article()
    fee = AddOn(name="Search Basic", price=money("0.101"))
    whole = replace(bare, support_share=Decimal("0.1"), tax_share=Decimal("0.1"), add_ons=(fee,))

    assert sentences("en").not_included(bare) == (
        "Search service, storage, network traffic, support, people, tax, the time to move from one "
        "to the other. Quality of the answers is not compared."
    )
    said = sentences("en").not_included(whole)
    assert said.startswith("Added here: Search Basic. Not counted beyond that: search service")
    assert "support" not in said
    assert "tax" not in said
    assert "サポート" in sentences("ja").not_included(bare)
    assert "税" not in sentences("ja").not_included(whole)
