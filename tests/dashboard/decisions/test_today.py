"""A sealed decision beside today: same figures as sealed, and a bridge that adds up to the yen."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.decision_request import read_decision
from catalog.problems import Refused
from catalog.scenario import Scenario
from costing import method
from dashboard.decisions.documents import sealed_document, today_document
from dashboard.decisions.judgement import finding_of
from dashboard.decisions.opened import OpenedDecision, open_decision, save_new
from dashboard.decisions.today import Status, Today, today_of
from dashboard.decisions.words import words_of
from dashboard.pages.decisions.grounds import NOT_ASSUMED, assumption_name
from dashboard.service import example_document
from dashboard.texts import load_texts
from tests.dashboard.decisions.questions import (
    CONTRACT,
    SEALED,
    content,
    decision,
    scale_price,
    set_rate,
    yen_scenario,
)

UNSAID = {"field": "workload.users", "text": "The scenario does not say it."}
LATER = SEALED + timedelta(days=1)


def saved(database: Database, body: bytes) -> OpenedDecision:
    """A decision that was just sealed, opened by its owner's key."""
    made = save_new(database, read_decision(body), None, SEALED)
    return open_decision(database, made.version.decision_id, None, ())


def in_yen(database: Database) -> OpenedDecision:
    """Two options at catalog prices, at 150 yen for a dollar."""
    set_rate(database, SEALED.date(), "150")
    return saved(database, json.dumps(decision(scenario=yen_scenario(), evidence=[])).encode())


def require_sums(today: Today) -> None:
    """Every bridge leads from its first to its last figure, exactly and as rounded."""
    for one in today.bridges:
        assert one.before_per_month is not None
        assert one.after_per_month is not None
        shown = sum((part.cost_per_month or Decimal(0) for part in one.parts), Decimal(0))
        assert one.before_per_month + shown == one.after_per_month
        assert all(
            part.cost_per_month == (part.cost_per_month or Decimal(0)).to_integral_value()
            for part in one.parts
        )


def test_at_the_moment_of_sealing_today_is_as_sealed(catalog: Database) -> None:
    """No price moved, no part, and the decision holds."""
    found = in_yen(catalog)
    today = today_of(catalog, found.version, None, SEALED)
    assert (today.status, today.reasons, today.moved) == (Status.HOLDS, (), ())
    assert all(one.parts == () for one in today.bridges)
    require_sums(today)


def test_after_three_prices_and_the_rate_moved_the_bridge_sums_to_the_yen(
    catalog: Database,
) -> None:
    """The sealed document is the same text as before; what moved stands in the bridge."""
    found = in_yen(catalog)
    before = sealed_document(found.version, held=True)
    for one, factor in zip(before["prices"][:3], ("1.13", "0.917", "1.31"), strict=True):
        scale_price(catalog, one["price"]["id"], factor)
    set_rate(catalog, LATER.date(), "155.37")
    again = open_decision(catalog, found.version.decision_id, None, ())
    assert sealed_document(again.version, held=True) == before
    assert again.touched == ()
    today = today_of(catalog, again.version, None, LATER)
    require_sums(today)
    codes = {one.option: [part.code.value for part in one.parts] for one in today.bridges}
    assert codes["Host"] == ["host_price", "currency"]
    assert "currency" in codes["Tokens"]
    assert len(today.moved) == 3


@pytest.mark.parametrize("at_hand", [True, False])
def test_another_method_is_a_line_of_the_bridge(
    catalog: Database, monkeypatch: pytest.MonkeyPatch, at_hand: bool
) -> None:
    """By its own arithmetic where that is at hand, else as what is not explained."""
    found = in_yen(catalog)
    sealed = found.version.section("answer")["at_workload"]["estimates"]
    known = {"1": method.METHODS["1"]} if at_hand else {}
    monkeypatch.setattr(method, "METHODS", known)
    monkeypatch.setattr(method, "METHOD_VERSION", "2")
    today = today_of(catalog, found.version, None, SEALED)
    require_sums(today)
    last = [one.parts[-1].code.value for one in today.bridges]
    assert last == (["method"] * 2 if at_hand else ["remainder"] * 2)
    assert [one.code for one in today.reasons] == ["method_changed"]
    assert [one["cost_per_month"] for one in sealed] == [
        one["cost_per_month"] for one in today.answer["at_workload"]["estimates"]
    ]


def test_a_price_that_turns_the_winner_flips_the_decision(catalog: Database) -> None:
    """And the reason names both."""
    found = saved(catalog, content())
    first = found.version.section("answer")["at_workload"]["cheapest"]
    [host] = [
        one for one in found.version.section("facts")["prices"] if one["code"] == "host_price"
    ]
    scale_price(catalog, host["price"]["id"], "3" if first == "Host" else "0.1")
    today = today_of(catalog, found.version, None, SEALED)
    assert today.status is Status.FLIPPED
    assert "flipped" in [one.code for one in today.reasons]


def test_others_see_totals_and_no_digit_of_a_contract_price(catalog: Database) -> None:
    """Neither in the sealed document nor beside today; the total stays."""
    found = saved(catalog, content())
    words = words_of("en", found.version)
    today = today_of(catalog, found.version, None, SEALED)
    hidden: dict[str, Any] = sealed_document(found.version, held=False)
    shown = json.dumps([hidden, today_document(today, words, held=False)])
    digits = CONTRACT.lstrip("0.")
    assert digits not in shown
    assert digits in json.dumps(sealed_document(found.version, held=True))
    assert hidden["hidden"] is True
    tokens = hidden["answer"]["at_workload"]["estimates"][1]
    assert tokens["cost_per_month"] is not None
    assert tokens["line_items"][0]["cost_per_month"] is None


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": "  "}, "title", "empty"),
        ({"owner": ["Aoi"]}, "owner", "not_text"),
        ({"colour": "red"}, "colour", "unknown_key"),
        ({"evidence": [UNSAID]}, "evidence.0.field", "unknown_assumption"),
        ({"scenario": {"version": "1"}}, "scenario.workload", "required"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_its_field(
    changes: dict[str, Any], field: str, code: str
) -> None:
    """Every problem at once, each at its path."""
    with pytest.raises(Refused) as refused:
        read_decision(content(**changes))
    assert (field, code) in [(one.field, one.code) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("article", "en", "Per token is the cheapest; Three hosts costs"),
        ("llama-3.3-70b-japan-east", "en", "On prices of dates too far apart to call, Per token"),
        ("llama-3.3-70b-japan-east", "ja", "価格基準日が離れていて判断は保留"),
    ],
)
def test_why_an_answer_cannot_be_called_is_said_as_on_decide(
    catalog: Database, name: str, language: str, said: str
) -> None:
    """A gap of 811 percent is not too close: the dates of the prices are what forbids a call."""
    body = decision(
        scenario=json.loads(json.dumps(example_document(name), default=str)), evidence=[]
    )
    opened = saved(catalog, json.dumps(body).encode())
    today = today_of(catalog, opened.version, opened.previous, LATER)
    words = words_of(language, opened.version)

    assert said in words.verdict(today.answer)
    assert said in words.verdict_now(finding_of(today))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_field_of_a_scenario_has_a_name_for_the_reader(language: str) -> None:
    """No field of the document is shown by the name that programs call it."""
    texts = load_texts(language)
    places = ("form", "decisions.field", "place")
    known = {leaf for leaf in _leaves(Scenario.model_json_schema()) if leaf not in NOT_ASSUMED}

    assert [] == sorted(
        leaf for leaf in known if not any(texts.optional(f"{one}.{leaf}") for one in places)
    )


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Input price (Tokens)"), ("ja", "入力の単価(Tokens)")]
)
def test_a_hidden_price_is_named_in_the_language_of_the_reader(language: str, said: str) -> None:
    """Its path ends at the name that the document gives it."""
    document = {"options": [{"name": "Tokens"}]}

    named = assumption_name("options.0.prices.input", document, load_texts(language))

    assert said == named


def _leaves(schema: Any) -> set[str]:
    """The names of fields that hold a value, not further fields."""
    found: set[str] = set()
    if isinstance(schema, dict):
        for name, field in (schema.get("properties") or {}).items():
            text = json.dumps(field)
            if "$ref" not in text and '"object"' not in text and '"array"' not in text:
                found.add(name)
        for part in schema.values():
            found |= _leaves(part)
    elif isinstance(schema, list):
        for part in schema:
            found |= _leaves(part)
    return found
