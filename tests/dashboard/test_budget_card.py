"""The budget card: a workload as money a month, by the answer, and against the break-even."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from costing import BreakEven, Dedicated, Serverless, UnknownCapacity, Volume, break_even
from costing.answers import Acceptance
from costing.prompt_parts import PromptParts
from dashboard.budget_card import Behind, budget_card
from dashboard.budget_words import BudgetWords
from dashboard.pages.decide.address import Address, read_address, write_address
from dashboard.pages.decide.budget_card import card_panel
from dashboard.pages.decide.measured import behind
from dashboard.texts import load_texts
from tests.dashboard.answers import article, article_answer, sentences
from tests.dashboard.components import of_kind, rows, words

GOLDEN = Path(__file__).parent.parent / "golden" / "budget-card.json"
MEASURED = Behind(
    questions=12,
    tokens=(Decimal(1000), Decimal(1000)),
    spreads=(Decimal("0.18"), Decimal("0.09")),
    acceptance=Acceptance(accepted=Fraction(6), judged=Fraction(8)),
    parts=PromptParts(
        rest_tokens=Decimal(160),
        passage_tokens={512: Decimal(80), 1024: Decimal(168)},
    ),
    setting=(5, 1024),
)


def card(
    answer: BreakEven | None = None, told: Behind | None = MEASURED, language: str = "en"
) -> dict[str, Any]:
    """The card of the article, or of another answer."""
    return budget_card(answer or article_answer(), told, BudgetWords(sentences(language)))


def test_the_card_of_the_article_is_the_golden_one() -> None:
    """To be counted again by hand: 3,650,000 answers a month of 1,000 + 1,000 tokens are
    730 x (3.09 + 5,000 x 0.00119) = 6,599.20 dollars."""
    assert json.loads(GOLDEN.read_text("utf-8")) == card()


def test_money_answers_and_break_even_are_those_of_the_prices() -> None:
    """Each of them computed anew from the article's five numbers."""
    found = card()
    monthly = (Fraction("3.09") + 5000 * Fraction("0.00119")) * 730
    turn = (3 * Fraction("6.12") - Fraction("3.09")) / Fraction("0.00119") * 730

    assert monthly == Fraction(found["money"]["levels"][1]["cost_per_month"])
    assert monthly == sum(Fraction(one["cost_per_month"]) for one in found["money"]["items"])
    assert abs(monthly / 3_650_000 - Fraction(found["answer"]["cost"])) < Fraction(1, 10**25)
    assert abs(monthly / 3_650_000 * 8 / 6 - Fraction(found["answer"]["accepted_cost"])) < (
        Fraction(1, 10**25)
    )
    assert abs(turn - Fraction(found["break_even"]["answers_per_month"])) < Fraction(1, 10**18)
    assert "You are at 39 % of the break-even." == found["break_even"]["at"]
    assert "from 12 questions, input ±18 %, output ±9 %" == found["tokens"]["evidence"]


def test_in_japanese_counts_stand_in_man_and_oku() -> None:
    """3,650,000 answers are 365万; a break-even of 105 million is 1.05億."""
    found = card(language="ja")

    assert "365万" == found["money"]["levels"][1]["answers"]
    assert "月936.7万件" == found["break_even"]["text"]
    cheap = article()
    token, host = cheap.options
    assert isinstance(host, Dedicated)
    assert host.price is not None
    many = replace(host, price=replace(host.price, amount=Decimal("58.13")))
    shown = card(break_even(replace(cheap, options=(token, many))), language="ja")
    assert "億" in shown["break_even"]["text"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, "Typed, not measured. The test chat measures them."),
        (replace(MEASURED, questions=1, spreads=(None, None)), "from 1 question, spread unknown"),
        (replace(MEASURED, tokens=(Decimal(900), Decimal(1000))),
         "Changed since: measured were 900 in and 1,000 out (questions: 12)."),
    ],
)  # fmt: skip
def test_what_stands_behind_the_tokens_is_said(told: Behind | None, expected: str) -> None:
    """Typed ones are not passed off as measured, nor changed ones."""
    found = card(told=told)

    assert expected == found["tokens"]["evidence"]
    assert (found["tokens"]["questions"] is None) == (expected[0] in "TC")


@pytest.mark.parametrize(
    ("acceptance", "expected"),
    [
        (None, "unknown, nobody has judged"),
        (Acceptance(accepted=Fraction(0), judged=Fraction(0)), "unknown, nobody has judged"),
        (Acceptance(accepted=Fraction(0), judged=Fraction(3)), "unknown, 0 of 3 judged answers"),
    ],
)
def test_an_acceptance_that_is_not_known_leaves_the_cost_of_an_accepted_answer_unknown(
    acceptance: Acceptance | None, expected: str
) -> None:
    """It is not the cost of any answer, and not 0."""
    found = card(told=replace(MEASURED, acceptance=acceptance))

    assert found["answer"]["accepted_cost"] is None
    assert expected in found["answer"]["accepted"]


def test_where_no_option_has_a_cost_the_card_says_unknown_and_not_zero() -> None:
    """No output price, and hosts of unknown capacity."""
    asked = article()
    token, host = asked.options
    assert isinstance(token, Serverless)
    assert isinstance(host, Dedicated)
    options = (replace(token, output=None), replace(host, capacity=UnknownCapacity()))
    found = card(break_even(replace(asked, options=options)))

    assert ("unknown", "none") == (found["answer"]["text"], found["break_even"]["text"])
    assert "as the cost is" in found["answer"]["accepted"]
    assert {"unknown"} == {row["money"] for row in found["prompt"]["rows"]}
    panel = words(card_panel(found, load_texts("en")))
    assert "No budget can be named" in panel
    assert "$0" not in panel


def test_a_break_even_that_hosts_cannot_serve_is_one_on_paper() -> None:
    """A host of 8 million tokens an hour; three of them serve less than the break-even."""
    found = card(article_answer("8.0"))

    assert "9.367M a month, on paper" == found["break_even"]["text"]
    assert "cannot serve that load" in found["break_even"]["more"]


def test_without_hosts_there_is_no_break_even_and_the_prompts_have_none() -> None:
    """One way by the token alone."""
    asked = article()
    found = card(break_even(replace(asked, options=asked.options[:1])))

    assert (None, "none") == (found["break_even"]["share"], found["break_even"]["text"])
    assert {"none"} == {row["break_even"] for row in found["prompt"]["rows"]}


def test_volumes_out_of_order_give_the_reason_in_place_of_a_card() -> None:
    """A high volume below the plan is refused by the engine; the page stays."""
    volumes = (Volume(name="high", factor=Decimal("0.5")),)
    found = card(break_even(replace(article(), volumes=volumes)))

    assert ["refused"] == list(found)
    assert "expected low, plan and high in rising order" in words(
        card_panel(found, load_texts("en"))
    )


def test_what_the_person_typed_as_volumes_is_not_called_assumed() -> None:
    """Without volumes 0.7 and 1.3 are, and the card says so."""
    stated = break_even(
        replace(article(), volumes=(Volume(name="high", factor=Decimal(3)),)),
    )

    assert card(stated)["money"]["assumed"] is None
    assert "0.7 and 1.3" in card()["money"]["assumed"]


def test_the_panel_shows_every_row_and_marks_the_measured_setting() -> None:
    """Money at three volumes, line items with formulas, and two chunk sizes by four counts."""
    panel = card_panel(card(), load_texts("en"))
    [current] = [
        row
        for row in of_kind(panel, "Tr")
        if getattr(row, "className", "") == "cheapest" and "1,024" in words(row)
    ]

    assert ["5", "1,024", "1,000", "$1.19", "9.367M"] == [words(one) for one in current.children]
    assert 3 + 4 + 8 == len(rows(panel))
    assert "requests_per_hour * input_tokens * amount / per = 3.35" in words(panel)
    assert "requests_per_hour = 5000" in words(panel)
    assert "input tokens = rest + k x passage" in words(panel)


def test_without_parts_of_the_prompt_the_table_says_how_to_get_them() -> None:
    """A workload that was typed has none."""
    panel = card_panel(card(told=None), load_texts("en"))

    assert "the parts of the prompt were not counted" in words(panel)


SAID = (
    "?scenario=article&input_tokens=1599&output_tokens=60&measured=12&measured_input_spread=0.18"
    "&measured_output_spread=0.09&measured_accepted=6.5&measured_judged=8&measured_top_n=5"
    "&measured_chunk=1024&measured_parts=159.7_512-80.1_1024-287.9"
)


def test_what_was_measured_survives_its_address() -> None:
    """Also a reload, after which the tokens in the question may be others."""
    first = read_address(SAID)
    told = behind(first)

    assert () == first.refused
    assert (
        Behind(
            questions=12,
            tokens=(Decimal(1599), Decimal(60)),
            spreads=(Decimal("0.18"), Decimal("0.09")),
            acceptance=Acceptance(accepted=Fraction("6.5"), judged=Fraction(8)),
            parts=PromptParts(
                rest_tokens=Decimal("159.7"),
                passage_tokens={512: Decimal("80.1"), 1024: Decimal("287.9")},
            ),
            setting=(5, 1024),
        )
        == told
    )
    changed = replace(first, workload={"input_tokens": "2000", "output_tokens": "60"})
    assert told == behind(read_address(write_address(changed)))


@pytest.mark.parametrize(
    "wrong",
    ["measured_parts=159.7", "measured_parts=a_1-2", "measured_judged=-1", "measured_chunk=many"],
)
def test_a_part_of_an_address_that_is_no_number_is_refused_by_name(wrong: str) -> None:
    """It is listed for the reader and never guessed."""
    assert (wrong,) == read_address(f"?measured=3&{wrong}").refused


def test_more_accepted_than_judged_in_an_address_is_no_acceptance() -> None:
    """An address can be typed by anybody."""
    told = behind(read_address("?measured=3&measured_accepted=9&measured_judged=8"))

    assert told is not None
    assert told.acceptance is None


def test_an_address_without_a_measurement_has_nothing_behind_it() -> None:
    """Whatever else it says."""
    assert behind(Address()) is None
    assert behind(read_address("?measured_chunk=512")) is None
