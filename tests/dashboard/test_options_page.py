"""The options of a question side by side: numbers of its answer, what is left out, bad links."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from catalog.database import Database
from catalog.scenario import parse_scenario
from dashboard.answer import answer_document
from dashboard.chat.batch.tested import BatchResults, ModelResult
from dashboard.comparison import Comparison, compare_options
from dashboard.format import Format
from dashboard.pages.decide.address import Address
from dashboard.pages.decide.layout import page as decide_page
from dashboard.pages.decide.state import PageState
from dashboard.pages.model.worth import drawn
from dashboard.pages.options.asked import names_question
from dashboard.pages.options.page import draw
from dashboard.pages.visit import read_visit
from dashboard.sentences import Sentences
from dashboard.service import answer, example_document
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, words

MANY = "every-way-to-buy"


def page_of(catalog: Database, search: str, language: str = "en") -> Any:
    return draw(read_visit("/compare", search, language=language), PageState(catalog))


def compared(catalog: Database, example: str, *chosen: int) -> Comparison:
    scenario = parse_scenario(example_document(example))
    return compare_options(catalog, scenario, answer(catalog, scenario), chosen)


def row(page: Any, name: str) -> list[str]:
    """The cells of a fact, as text."""
    [found] = [one for one in of_kind(page, "Tr") if name in str(one.children[0])]
    return [str(cell.children) for cell in found.children[1:]]


def links(page: Any) -> dict[str, str]:
    return {str(one.children): one.href for one in of_kind(page, "A")}


def test_the_costs_are_those_of_the_answer_that_rest_gives(catalog: Database) -> None:
    """To the last digit, and as the Decide page writes them."""
    found = compared(catalog, MANY)
    texts = load_texts("en")
    document = answer_document(found.answer, found.scenario, Sentences(texts, Format("en", "USD")))
    told = {one["name"]: one["cost_per_month"] for one in document["at_workload"]["estimates"]}

    for one in found.options:
        assert Decimal(told[one.name]) == one.estimate.cost_per_month
    cells = row(page_of(catalog, f"?scenario={MANY}"), "Cost a month")
    assert 5 == len(cells)
    assert "$143,898 a month" in cells[0]
    assert "$65,700 a month" in cells[4]


def test_cost_of_a_request_and_of_a_million_tokens_is_the_cost_over_the_load(
    catalog: Database,
) -> None:
    """The article: $6,599.20 a month for 3.65 million requests of 2,000 tokens each."""
    per_token, hosts = compared(catalog, "article").options

    assert Decimal("0.001808") == per_token.cost_per_request
    assert Decimal("0.904") == per_token.cost_per_million_tokens
    assert Decimal("1.836") == hosts.cost_per_million_tokens
    assert per_token.against is not None
    assert Decimal("0.3897") == round(per_token.against.share, 4)


def test_only_a_clear_verdict_marks_an_option_as_the_cheapest(catalog: Database) -> None:
    clear = row(page_of(catalog, "?scenario=article"), "Cost a month")
    close = row(page_of(catalog, f"?scenario={MANY}"), "Cost a month")

    assert ["Clearly cheaper" in cell for cell in clear] == [True, False]
    assert not any("Clearly cheaper" in cell for cell in close)


def test_five_of_more_options_are_shown_and_the_others_can_be_chosen(catalog: Database) -> None:
    """Those that cost least; each that is left out has a link that puts it in."""
    found = compared(catalog, MANY)
    page = page_of(catalog, f"?v=1&scenario={MANY}&lang=en")

    assert [1, 2, 4, 8, 9] == [one.number for one in found.options]
    assert [3, 5, 6, 7] == [number for number, _ in found.left_out]
    assert "5 of 9 options are shown" in str(page)
    put_in = links(page)["Show PTU by the hour in place of gpt-oss hosts for 3 years"]
    assert put_in.startswith(f"/compare?v=1&scenario={MANY}&lang=en&option=1&option=2&option=4")
    assert [1, 2, 4, 5, 8] == [one.number for one in compared(catalog, MANY, 1, 2, 4, 8, 5).options]
    head = of_kind(page_of(catalog, put_in.removeprefix("/compare")), "Thead")[0]
    assert "PTU by the hour" in words(head)
    assert "gpt-oss hosts for 3 years" not in words(head)


def test_what_counts_against_an_option_and_what_is_unknown_stand_by_name(
    catalog: Database,
) -> None:
    """Retired hosts, capacity nobody looked at, old prices, commitments."""
    article = page_of(catalog, "?scenario=article")
    many = page_of(catalog, f"?scenario={MANY}")

    assert "capacity is not considered" in row(article, "Not known")[1]
    assert "can no longer be had from Sep 30, 2025 on" in row(article, "Counts against it")[1]
    assert "297 days older" in row(many, "Counts against it")[0]
    assert "may be processed anywhere" in row(many, "Counts against it")[0]
    assert "Reserved for 3 years: paid to the end" in row(many, "Counts against it")[4]
    assert "published measurement row" in row(many, "Capacity and its evidence")[4]


def test_an_option_without_a_cost_says_what_is_missing_and_no_number(catalog: Database) -> None:
    """Never a 0: the host has a price and nobody knows what it serves."""
    host = {"name": "Host", "kind": "dedicated", "minimum_instances": 1, "spare_instances": 0}
    price = {"amount": "3", "per": 1, "unit": "hour"}
    token = {"amount": "1", "per": 1000000, "unit": "token"}
    options = [
        {"name": "Token", "kind": "serverless", "prices": {"input": token, "output": token}},
        {**host, "price": price, "capacity": "estimated"},
    ]
    load = {"requests_per_hour": 10, "input_tokens": 10, "output_tokens": 10, "peak_to_mean": 1}
    scenario = parse_scenario(
        {"version": 1, "currency": "USD", "workload": load, "options": options}
    )

    _, found = compare_options(catalog, scenario, answer(catalog, scenario)).options

    assert "capacity" in found.unknown
    assert found.cost_per_request is None
    assert found.cost_per_million_tokens is None
    assert not found.is_cheapest


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?scenario=article&option=two", "left out: option=two."),
        ("?scenario=article&option=7", "no option 7; it has 2."),
        ("?scenario=article&colour=red", "left out: colour=red."),
        ("?scenario=gone-for-good", "no example or saved question called gone-for-good"),
        ("?scenario=article&input_tokens=many", "found 'many'"),
    ],
)
def test_a_bad_or_old_address_says_what_could_not_be_read(
    catalog: Database, search: str, said: str
) -> None:
    page = page_of(catalog, search)

    assert said in str(page)
    if "gone" in search or "many" in search:
        assert [] == of_kind(page, "Table")


def test_the_way_there_and_back_keeps_the_question(catalog: Database) -> None:
    search = "?v=1&scenario=article&requests_per_month=9&lang=ja&option=1&metric=speed"
    address = Address(scenario="article", workload={"requests_per_month": "9"}, language="ja")

    page = page_of(catalog, search, "ja")
    [back] = [one for one in of_kind(page, "A") if getattr(one, "id", "") == "to-decide"]
    texts = load_texts("ja")
    draft = PageState(catalog).example("article") or {}
    form = decide_page(address, "", draft, texts=texts, lists=_Lists(), examples=[], remark=None)
    [there] = [one for one in of_kind(form, "A") if getattr(one, "id", "") == "to-options"]

    assert "/?v=1&scenario=article&requests_per_month=9&lang=ja" == back.href
    assert "/compare?v=1&scenario=article&requests_per_month=9&lang=ja" == there.href


def test_an_address_with_models_is_still_a_comparison_of_models() -> None:
    def of(search: str) -> bool:
        return names_question(read_visit("/compare", search, language="en"))

    assert not of("?model=a&requests_per_month=5")
    assert of("?v=1&scenario=article")
    assert of("?use_model=a&use_region=eastus")


def test_modelled_latency_is_drawn_under_its_name_with_its_conditions(catalog: Database) -> None:
    """Only hosts have it; the others stand with the reason, and no number of another kind is
    mixed in."""
    page = page_of(catalog, f"?scenario={MANY}&metric=token_time&latency=modelled")

    said = words(page)
    assert "Modelled, not measured" in said
    assert "nothing is published or modelled for what is bought by the token" in said
    [stored] = [one.data for one in of_kind(page, "Store") if one.id == "pareto-points"]
    assert [False, False, False, True, True] == [bool(one["value"]) for one in stored["points"]]
    assert "modelled at 1,024 requests in flight a copy" in stored["points"][3]["how"]
    figure = drawn(stored, {"dark": False})
    title = figure["layout"]["yaxis"]["title"]["text"]
    assert "Milliseconds a further token ·<br>Modelled" == title
    assert 5 == len(figure["layout"]["meta"]["rows"])


def test_published_latency_of_the_hosts_of_an_option_comes_with_source_and_conditions(
    catalog: Database,
) -> None:
    page = page_of(catalog, f"?scenario={MANY}&metric=first_token&latency=published")

    said = words(page)
    assert "Published mean of aiconfigurator-core" in said
    assert "1,024 input and 1,024 output tokens, requests in flight: 16" in said
    assert "8 × H100-SXM, weights fp4, vllm" in said
    assert [["metric", "latency"], ["first_token", "published"]] == _chosen(page)


def test_latency_that_nobody_knows_is_not_compared_and_says_why(catalog: Database) -> None:
    """The hosts of the article have no published run."""
    said = words(page_of(catalog, "?scenario=article&metric=token_time&latency=published"))

    assert "Time a further token is not compared: no option has both" in said
    assert "No published run of this model was made under the conditions" in said


def test_quality_is_that_of_the_model_in_a_batch_test(catalog: Database) -> None:
    tested = BatchResults(
        questions="faq.csv",
        asked=40,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        models={
            "openai/gpt-oss-120b": ModelResult(
                right=Decimal("0.8"),
                low=Decimal("0.7"),
                high=Decimal("0.9"),
                first_token=None,
                first_token_p95=None,
                speed=None,
            )
        },
    )
    visit = read_visit("/compare", f"?scenario={MANY}", language="en")

    page = draw(visit, PageState(catalog), lambda _: tested)
    without = page_of(catalog, f"?scenario={MANY}")

    assert "what is told is of the model, not of the option" in words(page)
    assert "80 %" in words(page)
    assert "Quality is not compared" in words(without)


def _chosen(page: Any) -> list[list[str]]:
    """The parameters of the marked choices of the panel, and their values."""
    [panel] = [one for one in of_kind(page, "Section") if getattr(one, "id", "") == "worth"]
    marked = [a for a in of_kind(panel, "A") if getattr(a, "aria-current", None)]
    last = [one.href.rpartition("&")[2].split("=") for one in marked]
    return [[name for name, _ in last], [value for _, value in last]]


class _Lists(dict[str, Any]):
    """No field offers anything."""

    def __missing__(self, _path: str) -> list[Any]:
        return []
