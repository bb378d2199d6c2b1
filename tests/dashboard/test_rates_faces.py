"""Rates on every face: REST lists them, answers tell the one they used, refusals name it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest

from costing import Exchange, Provenance, RateKind, RateLeg
from tests.dashboard.commands import call
from tests.dashboard.components import of_kind, pairs
from tests.dashboard.explained import explain
from tests.dashboard.problem_documents import problem_of
from tests.dashboard.test_explained_prices import with_provenance

SAMPLE = {"source": "sample", "at_most_days_old": 0, "day": "2026-10-30"}
OWN = "from,to,rate,period_from,period_to,owner\nUSD,JPY,150.25,2026-10-01,2026-12-31,Treasury\n"


def yen(**other: Any) -> dict[str, Any]:
    """A host of the catalog in yen."""
    host = {
        "name": "Hosts",
        "kind": "dedicated",
        "instance": "Standard_NC24ads_A100_v4",
        "minimum_instances": 1,
        "spare_instances": 0,
        "capacity": "unlimited",
    }
    load = {"requests_per_hour": 10, "input_tokens": 10, "output_tokens": 10, "peak_to_mean": 1}
    return {
        "version": 1, "region": "japaneast", "currency": "JPY", "workload": load,
        "options": [host], **other,
    }  # fmt: skip


def test_rest_lists_the_sample_where_its_source_is_named(api: httpx.Client) -> None:
    """Exact text, the day, and words that it is a sample; of one currency where asked."""
    found = api.get("/rates", params={"source": "sample", "quote": "JPY"}).json()

    assert (1, None) == (found["total"], found["next"])
    [rate] = found["items"]
    assert ("EUR", "JPY", "175.68", "2026-10-30", "sample", True) == tuple(
        rate[key] for key in ("base", "quote", "rate", "as_of", "source", "sample")
    )
    assert "Sample rate of 2026-10-30, not of today." == rate["notice"]
    assert {"items": [], "total": 0, "next": None} == api.get("/rates").json()


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"source": "bank"}, None),
        ({"source": "own"}, None),
        ({"base": "usd"}, "base"),
        ({"quote": "YEN "}, "quote"),
        ({"limit": "0"}, "limit"),
        ({"after": "nowhere"}, None),
    ],
)
def test_rest_refuses_a_wrong_question_for_rates(
    api: httpx.Client, parameters: dict[str, str], field: str | None
) -> None:
    """A problem document, with the parameter where it is one's form that is wrong."""
    problem = problem_of(api.get("/rates", params=parameters), 422)

    if field is not None:
        assert [field] == [error["field"].rpartition(".")[2] for error in problem["errors"]]


def test_an_answer_tells_the_rate_of_each_price_and_says_sample(api: httpx.Client) -> None:
    """With both legs and the day; the cost is exact through them."""
    answer = api.post("/estimates", json=yen(catalog_rates=SAMPLE)).json()

    [estimate] = answer["at_workload"]["estimates"]
    price = estimate["line_items"][0]["price"]
    used = price["exchange"]
    assert [("EUR", "USD", "1.1172"), ("EUR", "JPY", "175.68")] == [
        (leg["base"], leg["quote"], leg["rate"]) for leg in used["legs"]
    ]
    assert ("sample", "2026-10-30", "European Central Bank", "USD", "JPY") == tuple(
        used[key] for key in ("kind", "as_of", "source", "currency", "to")
    )
    exact = Fraction(used["amount"]) / Fraction(used["per"]) * Fraction("175.68")
    assert exact / Fraction("1.1172") == Fraction(price["amount"]) / Fraction(price["per"])
    [warning] = [one for one in answer["warnings"] if one["code"] == "rate_sample"]
    assert (
        "Hosts: converted at a sample rate of 2026-10-30, not of today: 1 USD = 157.2502685… JPY "
        "(1 EUR = 1.1172 USD; 1 EUR = 175.68 JPY; European Central Bank)."
    ) == warning["text"]


def test_rest_refuses_a_rate_that_is_too_old_at_its_field(api: httpx.Client) -> None:
    """In either language, with age and limit."""
    old = {**SAMPLE, "day": "2026-11-02"}

    english = problem_of(api.post("/break-even", json=yen(catalog_rates=old)), 422)
    japanese = problem_of(
        api.post("/break-even", params={"lang": "ja"}, json=yen(catalog_rates=old)), 422
    )

    assert "catalog_rates.at_most_days_old" == english["errors"][0]["field"]
    assert "rate_too_old" == english["errors"][0]["code"]
    assert "at most 0 days old on 2026-11-02" in english["errors"][0]["message"]
    assert "2026-10-30, 3 days old" in english["errors"][0]["message"]
    assert english["errors"][0]["code"] == japanese["errors"][0]["code"]


def test_the_command_uses_an_own_rate_only_where_it_may_be_told(tmp_path: Path) -> None:
    """The rate stands in no answer that was not asked for it; REST's document says the same."""
    file, question, data = tmp_path / "own.csv", tmp_path / "q.json", tmp_path / "data"
    data.mkdir()
    file.write_text(OWN)
    asked = {"source": "own", "at_most_days_old": 0, "day": "2026-11-20"}
    question.write_text(json.dumps(yen(catalog_rates=asked)))
    call("rates", "import", str(file), folder=data)

    unasked = call("estimate", str(question), folder=data)
    told = call("estimate", str(question), "--with-own-prices", folder=data)
    document = call("estimate", str(question), "--json", "--with-own-prices", folder=data)
    recommended = call("recommend", str(question), folder=data)

    assert (2, 2) == (unasked.exit_code, recommended.exit_code)
    assert "at a rate of your own" in unasked.stderr
    assert "150.25" not in unasked.stderr + recommended.stderr
    assert "1 USD = 150.25 JPY; 2026-10-01 - 2026-12-31; owner Treasury" in told.stdout
    [estimate] = document.document()["at_workload"]["estimates"]
    assert ("own", "Treasury", "150.25") == tuple(
        estimate["line_items"][0]["price"]["exchange"][key] for key in ("kind", "owner", "rate")
    )


def test_a_recommendation_in_another_currency_tells_its_rate(tmp_path: Path) -> None:
    """In words, and in the document of REST."""
    question = tmp_path / "q.json"
    model = "meta-llama/Llama-2-7b-chat-hf"
    question.write_text(json.dumps(yen(catalog_rates=SAMPLE, model=model)))

    text = call("recommend", str(question), folder=tmp_path / "data").stdout
    document = call("recommend", str(question), "--json", folder=tmp_path / "data").document()

    assert f"{model}: converted at a sample rate of 2026-10-30, not of today" in text
    assert ("JPY", "sample") == (document["currency"], document["exchange"]["kind"])
    winner = document["regions"][0]["winner"]
    dollars = Fraction(winner["price"]["amount"])
    yen_per_hour = dollars * Fraction("175.68") / Fraction("1.1172")
    assert abs(Fraction(winner["price_per_hour"]) / yen_per_hour - 1) < Fraction(1, 10**27)


def test_behind_a_number_stands_what_was_published_and_the_rate_with_its_day() -> None:
    """Of a period, its first and last day; of a sample, that it is one."""
    exchange = Exchange(
        amount=Decimal("0.4"),
        per=Decimal(1000),
        currency="EUR",
        to="USD",
        legs=(RateLeg(base="EUR", quote="USD", rate=Decimal("1.25")),),
        kind=RateKind.OWN,
        owner="Treasury",
        as_of=date(2026, 10, 1),
        valid_to=date(2026, 12, 31),
    )
    bare = replace(exchange, owner=None, as_of=None, valid_to=None, kind=RateKind.TYPED)

    shown = [
        pairs(of_kind(explain(with_provenance(Provenance(exchange=one)), "estimate|0|0"), "Dl")[1])
        for one in (exchange, bare)
    ]

    assert {
        "Before it was converted": "0.4 EUR / 1000",
        "Exchange rate": "1 EUR = 1.25 USD, 2026-10-01 - 2026-12-31, Treasury",
        "Kind of rate": "your company's own",
    }.items() <= shown[0].items()
    assert {
        "Exchange rate": "1 EUR = 1.25 USD, not stated, typed by a person, no source given",
        "Kind of rate": "typed by a person",
    }.items() <= shown[1].items()
