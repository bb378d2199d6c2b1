"""A scenario at the prices of two days, on the command line and over REST."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog.scenario import parse_scenario
from costing import Question, RequestShape, Workload
from costing.repriced import gate
from costing.repriced import reprice as reprice_questions
from dashboard.format import Format
from dashboard.reprice_run import RepriceFindings
from dashboard.reprice_words import RepriceWords
from dashboard.texts import load_texts
from tests.costing.questions import hosts
from tests.dashboard.commands import Told, call, refusal

WORDS = RepriceWords(load_texts("en"), Format("en", "USD"))

HOST = "Standard_NC8lds_xl_RTXPRO6000BSE_v6"
THEN, NOW = "2026-06-01", "2026-07-01"
"""A host in eastus went from 0.677 to 0.55 dollars on 18 June 2026."""
SCENARIO: dict[str, Any] = {
    "version": "1",
    "region": "eastus",
    "workload": {
        "requests_per_month": "100000",
        "input_tokens": "1000",
        "output_tokens": "500",
        "peak_to_mean": "1",
    },
    "options": [
        {
            "name": "Host",
            "kind": "dedicated",
            "instance": HOST,
            "capacity": "unlimited",
            "minimum_instances": "1",
            "spare_instances": "0",
        },
        {
            "name": "Tokens",
            "kind": "serverless",
            "prices": {
                "input": {"amount": "0.003", "per": "1000", "unit": "token"},
                "output": {"amount": "0.003", "per": "1000", "unit": "token"},
            },
        },
    ],
}
"""450 dollars a month by the token; the host costs 494.21, then 401.50."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def reprice(folder: Path, *arguments: str, scenario: dict[str, Any] | None = None) -> Told:
    """The command, with the scenario on stdin."""
    told = json.dumps(scenario or SCENARIO)
    return call("reprice", "-", "--then", THEN, *arguments, folder=folder, stdin=told)


def offered(name: str, offer: str) -> dict[str, Any]:
    """The scenario with an offer of the catalog in the place of typed prices."""
    option = {"name": name, "kind": "serverless", "offer": offer}
    return SCENARIO | {"options": [SCENARIO["options"][0], option]}


def test_the_command_line_and_rest_give_the_same_document(api: httpx.Client, folder: Path) -> None:
    document = reprice(folder, "--now", NOW, "--gate", "50", "--json")
    days = {"then": THEN, "now": NOW, "gate": "50"}

    sent = api.post("/reprice", params=days, json=SCENARIO)

    assert 200 == sent.status_code
    assert json.loads(document.stdout) == sent.json()
    assert 1 == document.exit_code


def test_the_document_names_the_row_that_moved_with_both_amounts_dates_and_source(
    folder: Path,
) -> None:
    document = reprice(folder, "--json").document()

    host, tokens = document["options"]
    (change,) = host["price_changes"]
    old, new = change["then"], change["now"]
    assert ("host_price", "0.677", "0.55") == (change["code"], old["amount"], new["amount"])
    assert old["valid_to"] == new["valid_from"]
    assert new["valid_from"].startswith("2026-06-18")
    assert {"Azure/karpenter-provider-azure"} == {one["source"] for one in (old, new)}
    assert old["id"] != new["id"]
    assert None is new["valid_to"]
    (part,) = host["parts"]
    assert ("host_price", "-92.71") == (part["code"], part["cost_per_month"])
    assert ("494.21", "401.5") == (host["then_per_month"], host["now_per_month"])
    assert Decimal(part["exact_per_month"]) == Decimal("401.5") - Decimal("494.21")
    assert ([], []) == (tokens["parts"], tokens["price_changes"])
    assert ("Tokens", "Host", True) == (
        document["then"]["cheapest"],
        document["now"]["cheapest"],
        document["flipped"],
    )
    assert None is document["gate"]


def test_the_text_tells_both_days_the_parts_and_the_prices(folder: Path) -> None:
    told = reprice(folder, "--now", NOW)

    assert 0 == told.exit_code
    assert told.stdout.startswith(
        "Tokens was the cheapest on Jun 1, 2026; Host is on Jul 1, 2026.\n"
    )
    assert "Host    $494.21               $401.50               -$92.71     -18.76 %" in told.stdout
    assert "- Host price: -$92.71 a month" in told.stdout
    assert "$0.677 an hour (Azure/karpenter-provider-azure, since Apr 2, 2026" in told.stdout
    assert "then $0.55 an hour" in told.stdout


def test_a_rate_of_the_earlier_day_has_a_part_and_prices_are_told_as_published(
    folder: Path,
) -> None:
    """0.677 dollars at 150 are 101.55 yen, 0.55 at 160 are 88; by the token nothing moved."""
    yen = SCENARIO | {"currency": "JPY", "rates": {"JPY": {"per_usd": "160"}}}

    document = reprice(folder, "--rate-then", "150", "--json", scenario=yen).document()
    told = reprice(folder, "--rate-then", "150", scenario=yen)

    host, tokens = document["options"]
    assert [("host_price", "-13906.5"), ("currency", "4015")] == [
        (part["code"], part["cost_per_month"]) for part in host["parts"]
    ]
    (change,) = host["price_changes"]
    assert ("101.55", "88") == (change["then"]["amount"], change["now"]["amount"])
    assert {"amount": "0.677", "per": "1", "currency": "USD"} == change["then"]["published"]
    assert [] == tokens["parts"]
    assert "$0.677 an hour" in told.stdout
    assert "- Exchange rate: +¥4,015.00 a month" in told.stdout


def test_a_saved_figure_begins_the_bridge_and_what_it_is_off_by_has_a_part(
    api: httpx.Client, folder: Path
) -> None:
    """500 were said; the prices of then give 494.21 today, and those of now 401.50."""
    document = reprice(folder, "--said", "Host=500", "--json").document()
    told = reprice(folder, "--said", "Host=500")
    sent = api.post("/reprice", params={"then": THEN, "said": "Host=500"}, json=SCENARIO)

    host = document["options"][0]
    assert document == sent.json()
    assert ("500", "401.5", "-0.197") == (
        host["then_per_month"],
        host["now_per_month"],
        host["change"],
    )
    assert [("host_price", "-92.71"), ("remainder", "-5.79")] == [
        (part["code"], part["cost_per_month"]) for part in host["parts"]
    ]
    assert "- Not explained: the saved figure" in told.stdout
    assert "How the saved figure was computed is not known here" in told.stdout
    (line,) = refusal(reprice(folder, "--said", "Host"), 2)
    assert "said.0: Expected NAME=COST, such as Per token=6599.20, found 'Host'." == line


def test_the_text_is_in_japanese_where_that_is_asked(folder: Path) -> None:
    told = reprice(folder, "--lang", "ja")

    assert "最も安かったのはTokens" in told.stdout
    assert "1時間あたり" in told.stdout


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("50", "Tokens was the cheapest on Jun 1, 2026; Host is on Jul 1, 2026."),
        ("18", "The monthly cost of Host moved by -18.76 %; the gate allows 18 %."),
    ],
)
def test_a_gate_that_is_closed_ends_with_1_and_a_sentence(
    folder: Path, percent: str, said: str
) -> None:
    told = reprice(folder, "--now", NOW, "--gate", percent)

    assert 1 == told.exit_code
    assert said in told.stderr
    assert told.stdout


def test_a_gate_that_is_open_ends_with_0(folder: Path) -> None:
    told = reprice(folder, "--now", "2026-06-10", "--gate", "0", "--json")

    gate = told.document()["gate"]
    assert {"percent": "0", "passed": True, "reasons": []} == gate


def test_a_change_is_told_to_a_hundredth_of_a_percent_and_never_as_none() -> None:
    assert ["+12.35 %", "-19 %", "0 %", "+0.000012 %", "?"] == [
        WORDS.share(None if change is None else Decimal(change))
        for change in ("0.12345", "-0.19", "0", "0.000000123", None)
    ]


def test_a_cost_from_zero_closes_the_gate_with_its_own_sentence() -> None:
    """A fee that was free and is not any more has moved by no percent that can be said."""
    free, paid = (
        Question(
            workload=Workload(
                requests=Decimal(1),
                shape=RequestShape(input_tokens=Decimal(1), output_tokens=Decimal(0)),
                peak_to_mean=Decimal(1),
            ),
            options=(hosts(price=amount),),
            currency="USD",
        )
        for amount in ("0", "1")
    )
    found = RepriceFindings(
        scenario=parse_scenario(SCENARIO),
        then=date(2026, 6, 1),
        now=date(2026, 7, 1),
        repriced=reprice_questions(free, paid),
        unknown=(),
        rows={},
        percent=Decimal(5),
        reasons=gate(reprice_questions(free, paid), Decimal(5)),
    )

    (reason,) = found.reasons
    assert "The monthly cost of Hosts was 0 and is not any more." == WORDS.reason(reason, found)


def test_a_price_that_is_not_known_then_is_named_and_closes_the_gate(folder: Path) -> None:
    """The offer has prices from 25 November 2026 on."""
    late = offered("Late", "azure/Llama-3.3-70B-Instruct/global/japaneast")
    days = ("--then", "2025-05-20", "--now", NOW)
    told = call("reprice", "-", *days, "--gate", "99", folder=folder, stdin=json.dumps(late))

    assert 1 == told.exit_code
    assert "not known on one of the two days, so the gate cannot judge it" in told.stderr
    assert "No price is known, so the cost is not known:" in told.stdout
    assert "known to have held on 2025-05-20" in told.stdout
    assert "Late" in told.stdout
    assert "?" in told.stdout
    assert "Input price: cannot be said" in told.stdout


def test_what_is_not_known_is_null_in_the_document(api: httpx.Client) -> None:
    late = offered("Late", "azure/Llama-3.3-70B-Instruct/global/japaneast")

    document = api.post("/reprice", params={"then": "2025-05-20"}, json=late).json()

    option = document["options"][1]
    assert (None, None) == (option["then_per_month"], option["change"])
    assert None is option["price_changes"][0]["then"]
    assert {"before", "between"} == {gap["at"] for gap in option["gaps"]}
    assert {"Late"} <= {one["option"] for one in document["unknown_prices"]}
    assert None is document["flipped"]


@pytest.mark.parametrize(
    ("days", "field", "said"),
    [
        ({"then": "2999-01-01"}, "then", "Expected a day up to "),
        ({"then": "2000-01-01"}, "then", "Expected a day from 2023-10-27 on"),
        ({"then": "spring"}, "then", "Expected a date such as 2026-01-31, found 'spring'"),
        ({"then": THEN, "now": "2999-01-01"}, "now", "Expected a day up to "),
        ({"then": NOW, "now": THEN}, "then", "the later of the two"),
        ({"then": THEN, "gate": "-1"}, "gate", "found -1"),
        ({"then": THEN, "rate-then": "150"}, "rate_then", "no rate of USD"),
    ],
)
def test_impossible_days_and_gates_are_refused_by_name_on_both_faces(
    api: httpx.Client, folder: Path, days: dict[str, str], field: str, said: str
) -> None:
    options = [word for key, value in days.items() for word in (f"--{key}", value)]
    told = call("reprice", "-", *options, folder=folder, stdin=json.dumps(SCENARIO))
    asked = {key.replace("-", "_"): value for key, value in days.items()}
    sent = api.post("/reprice", params=asked, json=SCENARIO)

    (line,) = refusal(told, 2)
    assert line.startswith(f"{field}: ")
    assert said in line
    assert 422 == sent.status_code
    (error,) = sent.json()["errors"]
    assert (field, True) == (error["field"], said in error["message"])


def test_what_is_wrong_with_the_scenario_is_refused_with_its_line(
    api: httpx.Client, folder: Path
) -> None:
    wrong = SCENARIO | {"options": [SCENARIO["options"][0] | {"instance": "Standard_None"}]}

    (line,) = refusal(reprice(folder, scenario=wrong), 2)
    sent = api.post("/reprice", params={"then": THEN}, json=wrong)

    assert line.startswith("-:1:")
    assert "options.0.instance" in line
    assert 422 == sent.status_code
    assert 422 == api.post("/reprice", json=SCENARIO).status_code


def test_fees_are_known_from_the_day_on_which_they_were_read(folder: Path) -> None:
    """Units of throughput have no past; batches and hosts of the same question have one."""
    days = ("--then", "2025-08-24", "--json")
    document = call("reprice", "every-way-to-buy", *days, folder=folder).document()
    later = call("reprice", "every-way-to-buy", "--then", "2025-08-25", "--json", folder=folder)

    costs = {one["name"]: one["then_per_month"] for one in document["options"]}
    assert {"PTU by the hour", "PTU for a month", "PTU for a year"} == {
        name for name, cost in costs.items() if cost is None
    }
    assert {"2025-08-24"} == {one["day"] for one in document["unknown_prices"]}
    assert len(document["unknown_prices"]) == 3
    assert [] == later.document()["unknown_prices"]


def test_prices_of_now_are_those_of_the_estimate(folder: Path) -> None:
    document = call("reprice", "every-way-to-buy", "--then", "2026-06-30", "--json", folder=folder)
    answer = call("estimate", "every-way-to-buy", "--json", folder=folder).document()

    for one, estimate in zip(
        document.document()["options"], answer["at_workload"]["estimates"], strict=True
    ):
        assert Decimal(one["exact_now_per_month"]) == Decimal(estimate["cost_per_month"])
