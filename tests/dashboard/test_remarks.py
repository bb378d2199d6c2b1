"""The remarks beside an answer: none is left without words, in neither language."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import catalog
import costing
from catalog.offers import SHOWN_FLAGS
from costing import (
    AddOn,
    BreakEven,
    Dedicated,
    Notice,
    Price,
    Provenance,
    Sold,
    TypedCapacity,
    Unit,
    Volume,
    break_even,
)
from dashboard.texts import PLACEHOLDER, load_texts
from tests.costing.questions import hosts, money, per_token, question, token_money, typed
from tests.dashboard.answers import sentences


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_remark_that_costing_or_the_catalog_can_make_has_its_sentence(language: str) -> None:
    """Codes are read out of the source, so that a new one without words fails here."""
    messages = load_texts(language).messages

    codes = {*notice_codes(), *SHOWN_FLAGS, *flags_of_offers()}

    assert {"tie", "capacity_not_considered", "models_differ", "host_retired"} <= codes
    assert [] == sorted(code for code in codes if f"notice.{code}" not in messages)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_remarks_are_whole_sentences_with_their_facts(language: str) -> None:
    """A question with nearly everything wrong that can be remarked upon."""
    said = sentences(language)
    notices = everything_remarkable().notices

    texts = [said.notice(notice) for notice in notices]

    assert {
        "above_maximum",
        "cached_input_at_input_price",
        "capacity_not_considered",
        "capacity_typed_at_other_mix",
        "capacity_without_evidence",
        "cost_unknown",
        "deployments_differ",
        "historical",
        "models_differ",
        "price_bases_differ",
        "price_date_unknown",
        "price_dates_differ",
        "regions_differ",
    } <= {notice.code for notice in notices}
    assert [] == [text for text in texts if PLACEHOLDER.search(text) or not text.strip()]


def test_a_remark_names_the_options_and_what_differs() -> None:
    """Two models are compared, and the reader learns which runs which."""
    texts = [sentences().notice(notice) for notice in everything_remarkable().notices]

    assert (
        "The options run different models: Tokens: Llama and Mixed: Phi. Quality is not compared."
    ) in texts
    assert (
        "Nothing known has no cost: the price of a host and the most one host can serve is missing."
        in texts
    )
    assert "Quota: the workload needs more hosts than the maximum you set." in texts


def test_a_tie_is_remarked_with_both_names() -> None:
    """The first option is shown, the second is not hidden."""
    answer = break_even(question(per_token("A"), per_token("B")))

    texts = [sentences().notice(notice) for notice in answer.notices if notice.code == "tie"]

    assert [
        "A and B cost the same over a whole range of loads; the first of them is shown."
    ] == texts


def test_a_remark_without_words_is_an_error_and_not_an_empty_line() -> None:
    """Nothing that must be said disappears."""
    said = sentences()

    with pytest.raises(KeyError, match=r"notice\.unheard_of"):
        said.notice(Notice(code="unheard_of"))


def test_why_an_option_has_no_cost_is_said_in_its_row() -> None:
    """Not known and not to be had are two reasons."""
    estimates = {one.name: one for one in everything_remarkable().at_workload.estimates}
    said = sentences()

    assert "not to be had: more hosts needed than your maximum" == said.no_cost(estimates["Quota"])
    assert (
        "no cost: the price of a host and the most one host can serve is missing"
    ) == said.no_cost(estimates["Nothing known"])


def everything_remarkable() -> BreakEven:
    """A question whose options differ in model, region, place, basis and date of prices."""
    tokens = replace(
        per_token("Tokens"),
        input=token_money("1", as_of=date(2024, 1, 1)),
        sold=Sold(model="Llama", region="eastus", deployment="global", flags=("historical",)),
    )
    contracted = Price(
        amount=Decimal(3),
        per=Decimal(1),
        unit=Unit.HOUR,
        currency="USD",
        provenance=Provenance(basis="contracted", as_of=date(2025, 1, 1)),
    )
    mixed = Dedicated(
        name="Mixed",
        price=contracted,
        minimum_instances=1,
        spare_instances=0,
        capacity=TypedCapacity(
            input_tokens_per_second=Decimal(1), output_tokens_per_second=Decimal(9)
        ),
        sold=Sold(model="Phi", region="westus", deployment="regional"),
    )
    nothing = Dedicated(name="Nothing known", price=None, minimum_instances=1, spare_instances=0)
    asked = question(
        tokens,
        mixed,
        hosts("Free of limits"),
        hosts("Quota", "4", typed("1"), maximum=1),
        nothing,
        add_ons=[AddOn(name="Search", price=money("1"))],
        volumes=[Volume(name="double", factor=Decimal(2))],
    )
    cached = replace(asked.workload.shape, cached_input_share=Decimal("0.5"))
    return break_even(replace(asked, workload=replace(asked.workload, shape=cached)))


def notice_codes() -> set[str]:
    """Every code that costing gives to a remark, read from its source."""
    found: set[str] = set()
    for path in sorted(Path(str(costing.__file__)).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Notice":
                found |= {
                    str(one.value.value)
                    for one in node.keywords
                    if one.arg == "code" and isinstance(one.value, ast.Constant)
                }
    return found | {"models_differ", "regions_differ", "deployments_differ"}


def flags_of_offers() -> set[str]:
    """Words that the catalog puts on an option, read from the source of its offers."""
    source = (Path(str(catalog.__file__)).parent / "offers.py").read_text(encoding="utf-8")
    return {
        word
        for line in source.splitlines()
        if "flags" in line
        for word in re.findall(r'"([a-z_]+)"', line)
    }
