"""The comparison of models: cost at a workload, what differs, and which are worth a look."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from catalog.database import Database
from dashboard.chat.batch.tested import BatchResults, ModelResult
from dashboard.pages.decide.address import read_address
from dashboard.pages.decide.state import PageState
from dashboard.pages.model.compare import draw
from dashboard.pages.model.worth import drawn
from dashboard.pages.visit import read_visit
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind

GPT_OSS = "openai/gpt-oss-120b"
LLAMA, PHI = "meta-llama/Llama-3.3-70B-Instruct", "microsoft/phi-4"


def page_of(catalog: Database, query: str, tested: BatchResults | None = None) -> Any:
    search = f"?model={LLAMA}&model={PHI}&region=japaneast{query}"
    return draw(read_visit("/compare", search, language="en"), catalog, lambda _: tested)


def a_test(models: dict[str, str]) -> BatchResults:
    each = {
        name: ModelResult(
            right=Decimal(right),
            low=Decimal(right) - Decimal("0.1"),
            high=Decimal(right) + Decimal("0.1"),
            first_token=Decimal("0.4"),
            first_token_p95=Decimal("1.5"),
            speed=Decimal(60),
        )
        for name, right in models.items()
    }
    when = datetime(2026, 11, 20, tzinfo=UTC)
    return BatchResults(questions="faq.csv", asked=40, created_at=when, models=each)


def test_the_cost_is_that_of_the_workload_in_the_address(catalog: Database) -> None:
    """1,000 requests of 1,000 and 1,000 tokens at $0.71 a million each way: $1.42 a month."""
    query = "&requests_per_month=1000&input_tokens=1000&output_tokens=1000"

    said = str(page_of(catalog, query))

    assert "$1.42 a month" in said
    assert "it is assumed" not in said
    assert "it is assumed" in str(page_of(catalog, ""))


def test_a_workload_that_is_no_number_is_refused_and_costs_stay_unknown(catalog: Database) -> None:
    said = str(page_of(catalog, "&requests_per_month=many"))

    assert "many" in said
    assert "$92.30 a month" not in said
    assert "$92.30 a month" in str(page_of(catalog, ""))


def test_without_a_batch_test_nothing_is_drawn_and_the_way_to_one_is_shown(
    catalog: Database,
) -> None:
    page = page_of(catalog, "")

    assert "Quality is not compared" in str(page)
    assert ["/batch"] == [link.href for link in of_kind(page, "A") if "/batch" in link.href][-1:]
    assert "No batch test of yours asked it." in str(page)


def test_a_batch_test_gives_quality_and_speed_with_their_source(catalog: Database) -> None:
    tested = a_test({LLAMA: "0.8"})

    page = page_of(catalog, "&metric=first_token", tested)

    said = str(page)
    assert "0.40 s (half), 1.50 s (95 %)" in said
    assert "median in your batch test of Nov 20, 2026 (faq.csv, questions: 40)" in said
    assert "The batch test that is shown did not ask it." in said
    [stored] = [one for one in of_kind(page, "Store") if one.id == "pareto-points"]
    figure = drawn(stored.data, {"dark": True})
    assert [0.4] == figure["data"][1]["y"]
    assert 2 == len(figure["layout"]["meta"]["rows"])


def test_all_models_go_to_decide_at_once_an_option_each_at_the_same_cost(
    catalog: Database,
) -> None:
    """The address names offers, no price; the answer there is that of the cells here."""
    load = "&requests_per_month=1000&input_tokens=1000&output_tokens=1000"
    page = page_of(catalog, f"&model={GPT_OSS}{load}")
    [link] = [one for one in of_kind(page, "A") if getattr(one, "id", "") == "take-all"]
    state = PageState(catalog)

    address = read_address(link.href.removeprefix("/"), language="en")
    draft, remark = state.open(address, load_texts("en"))
    judged = state.judge({**draft, "workload": {**draft["workload"], "peak_to_mean": "1"}})

    assert remark is None
    assert "Take 2 models to Decide" in str(link.children)
    assert "1 model has no cost by the token in Japan East and stays here." in str(page)
    assert [LLAMA, GPT_OSS] == [one["model"] for one in draft["options"]]
    assert "amount" not in link.href
    assert judged.answer is not None
    costs = {one.cost_per_month for one in judged.answer.at_workload.estimates}
    assert Decimal("1.42") in costs
    assert "1000" == draft["workload"]["requests_per_month"]
    assert "requests_per_hour" not in draft["workload"]


def test_one_model_alone_is_not_taken_as_several(catalog: Database) -> None:
    search = f"?model={LLAMA}&region=japaneast"

    page = draw(read_visit("/compare", search, language="en"), catalog)

    assert [] == [one for one in of_kind(page, "A") if getattr(one, "id", "") == "take-all"]


def test_published_runs_of_models_are_of_one_machine_and_one_load(catalog: Database) -> None:
    """And they say that they are not those of the offer whose price is shown."""
    page = page_of(catalog, "&model=Qwen/Qwen3-32B&metric=token_time")

    said = str(page)
    assert "the same for all and on the same machine" in said
    assert "measured: meta-llama/Meta-Llama-3.1-70B, built alike" in said
    assert "No published run of this model was made" in said
    [stored] = [one for one in of_kind(page, "Store") if one.id == "pareto-points"]
    known = [one["how"].partition(",")[0] for one in stored.data["points"] if one["value"]]
    assert 2 == len(known)
    assert 1 == len(set(known))
    figure = drawn(stored.data, None)
    assert "Published runs" in figure["layout"]["yaxis"]["title"]["text"]


def test_a_latency_stays_that_of_ones_own_test_until_another_is_asked_for(
    catalog: Database,
) -> None:
    tested = a_test({LLAMA: "0.8"})

    own = str(page_of(catalog, "&metric=first_token", tested))
    published = str(page_of(catalog, "&metric=first_token&latency=published", tested))

    assert "median in your batch test" in own
    assert "Published mean of" not in own
    assert "Published mean of" in published
