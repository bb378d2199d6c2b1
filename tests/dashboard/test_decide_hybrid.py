"""The tab Base and overflow: its numbers are those of REST, its words say what is missing."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import httpx
import pytest

from catalog.database import Database
from dashboard.answer import Document
from dashboard.figures.axes import View
from dashboard.format import Format
from dashboard.pages.decide.studies.parts import CHOICE, PICKED, SHOWN, picks_of
from dashboard.pages.decide.studies.tabs import asked_of, chosen_hybrid, study
from dashboard.service import example_document
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, pairs, parts, rows, words
from tests.dashboard.documents import with_value, without

EVERY_WAY = "every-way-to-buy"
CHOSEN = {"base": "PTU for a year", "overflow": "Batch", "profile": "flat"}
ENGLISH = re.compile(r"\b(the|and|with|base|month|hours|overflow)\b", re.IGNORECASE)


def example(name: str, **changes: Any) -> Document:
    """A bundled example as it comes from the browser, with some fields otherwise."""
    document: Document = json.loads(json.dumps(example_document(name), default=str))
    for path, value in changes.items():
        document = with_value(path.replace("__", "."), value, document)
    return document


def shown(
    catalog: Database,
    document: Document,
    *,
    chosen: dict[str, str] | None = None,
    language: str = "en",
    narrow: bool = False,
) -> Any:
    """The tab for a question."""
    view, texts = View(narrow=narrow), load_texts(language)
    return study(asked_of(catalog, document, view, texts, chosen=chosen), "hybrid")


def finding(node: Any) -> str:
    """The sentence that stands first."""
    found = [one for one in parts(node) if getattr(one, "className", None) == "finding"]
    return words(found[0])


def figure(node: Any) -> dict[str, Any]:
    """The chart of the tab."""
    [found] = of_kind(node, "Graph")
    return dict(found.figure)


@pytest.mark.parametrize("asked", [{}, CHOSEN, {"base": "gpt-oss hosts for 3 years"}])
def test_the_tab_says_the_numbers_that_rest_answers(
    catalog: Database, server_url: str, asked: dict[str, str]
) -> None:
    """By default and for every choice: sentence, chart, sizes and line items."""
    answer = httpx.post(
        f"{server_url}/api/v1/hybrid", json=example_document(EVERY_WAY), params=asked, timeout=30
    ).json()

    drawn = shown(catalog, example(EVERY_WAY), chosen=asked)

    both, fmt = answer["hybrid"], Format("en", "USD")
    assert fmt.money(Decimal(both["cost_per_month"])) in finding(drawn)
    for side in ("base_alone", "overflow_alone"):
        assert fmt.money(Decimal(answer[side]["cost_per_month"])) in finding(drawn)
    curve, mark, base, overflow = figure(drawn)["data"]
    assert [both["base_instances"]] == mark["x"]
    assert [pytest.approx(float(both["cost_per_month"]))] == mark["y"]
    at = dict(zip(curve["x"], curve["y"], strict=True))
    for size in (both["one_fewer"], both["one_more"]):
        if size is not None:
            assert pytest.approx(float(size["cost_per_hour"]) * 730) == at[size["instances"]]
    assert min(at.values()) == at[both["base_instances"]]
    assert {float(answer["base_alone"]["cost_per_month"])} == set(base["y"])
    assert {float(answer["overflow_alone"]["cost_per_month"])} == set(overflow["y"])
    written = [words(one) for one in of_kind(drawn, "Div") if one.className == "formula"]
    assert written == [
        f"{item['formula']} = {item['cost_per_hour']}" for item in both["line_items"]
    ]


def test_the_first_sentence_names_the_cheapest_of_the_three_ways(catalog: Database) -> None:
    """Tokens at 9.04 an hour against hosts at 18.36; dear tokens; hosts by day and tokens for
    the busiest hours."""
    document = example("article-with-capacity", profile="flat")
    dear = with_value("options.0.prices.output.amount", "0.01", document)
    office = example("article-with-capacity", profile="office_hours")
    both = with_value("options.0.prices.output.amount", "0.003", office)
    both = with_value("workload.requests_per_hour", "20000", both)

    assert finding(shown(catalog, document)) == (
        "Per token alone is the cheapest, $6,599 a month; the best base, 3 × GPU hosts with Per "
        "token for the overflow: $15,658, GPU hosts alone: $13,403."
    )
    assert finding(shown(catalog, dear)).startswith("GPU hosts alone is the cheapest, $13,403")
    assert finding(shown(catalog, both)).startswith(
        "A base of 6 × GPU hosts with Per token for the overflow is the cheapest, $44,321 a month"
    )


def test_of_two_ways_less_than_a_tenth_apart_none_is_called_the_cheapest(
    catalog: Database,
) -> None:
    """$150,854 and $143,898: the first sentence says what the caution under the chart explains."""
    said = finding(shown(catalog, example(EVERY_WAY)))
    assert said.startswith("Too close to call: the best base, 15 × PTU by the hour")
    assert "$150,854" in said
    assert "$143,898" in said
    assert "cheapest" not in said


def test_the_sizes_beside_the_best_stand_in_a_table_with_what_the_base_serves(
    catalog: Database,
) -> None:
    """Of five hosts that carry 9,000 requests each, of which none is a standby one."""
    document = example(
        "article-with-capacity",
        workload__requests_per_hour="40000",
        options__1__minimum_instances="0",
        profile="flat",
    )

    drawn = shown(catalog, document)

    table = [row for row in rows(drawn) if len(row) == 4 and row[3].endswith("%")]
    sizes = [row[0] for row in table if row[0].isdigit()]
    assert sizes == [str(size) for size in sorted(map(int, sizes))]
    [best] = [row for row in table if row[0].isdigit() and row[2] == "–"]
    assert "× GPU hosts" in finding(drawn)
    assert best[1] in finding(drawn)
    shares = [int(row[3].removesuffix(" %")) for row in table if row[0].isdigit()]
    assert shares == sorted(shares)


def test_each_part_of_the_best_hybrid_carries_its_price_source_and_date(
    catalog: Database,
) -> None:
    drawn = shown(catalog, example("article-with-capacity"))

    hosts = next(row for row in rows(drawn) if row[0] == "GPU hosts")
    assert hosts[1:] == ["$13,403", "the article", "Mar 17, 2024"]
    assert "Source" in pairs(drawn)


def test_a_question_without_a_pair_says_which_side_is_not_there(catalog: Database) -> None:
    """No field, no chart, and what it takes."""
    only_tokens = without("options.1", example("article"))
    only_hosts = without("options.0", example("article"))

    assert finding(shown(catalog, only_tokens)).startswith("There is nothing to run as a base")
    assert finding(shown(catalog, only_hosts)).startswith("There is nothing to take the overflow")
    assert not of_kind(shown(catalog, only_tokens), "Select")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("options.0.prices.output", "No hybrid can be priced: "),
        ("options.1.capacity", "the most one host can serve (GPU hosts) is missing"),
    ],
)
def test_a_missing_number_is_named_and_is_no_zero(catalog: Database, path: str, named: str) -> None:
    """The other side keeps its own cost in the table."""
    document = without(path, example("article-with-capacity"))
    if path == "options.1.capacity":
        document = without("options.1.instance", document)

    drawn = shown(catalog, document)

    assert named in finding(drawn)
    assert not of_kind(drawn, "Graph")
    assert "$0" not in words(drawn)
    assert ["Both together", "–unknown", "–", "–"] in rows(drawn)


def test_hosts_without_a_limit_are_said_to_be_judged_without_one(catalog: Database) -> None:
    assert "its capacity is not considered" in words(shown(catalog, example("article")))


def test_an_estimated_capacity_gives_the_answer_at_both_its_ends(catalog: Database) -> None:
    """The middle of a band is never the whole answer."""
    document = example("article-on-real-hosts")

    drawn = shown(catalog, document)

    [said] = [one for one in words_of_cautions(drawn) if "is an estimate" in one]
    assert "At its low end: best base" in said
    assert "At its high end: best base" in said


def words_of_cautions(node: Any) -> list[str]:
    """The warnings above the tables."""
    return [words(one) for one in parts(node) if getattr(one, "className", None) == "caution"]


def test_two_ways_less_than_a_tenth_apart_are_too_close_to_call(catalog: Database) -> None:
    """Hosts at 9.0 an hour against tokens at 9.04."""
    document = example("article-with-capacity", profile="flat")
    close = with_value("options.1.price.amount", "3.0", document)

    assert words_of_cautions(shown(catalog, close)) == ["A gap under 10 % is too close to call."]
    assert words_of_cautions(shown(catalog, document)) == []


def test_hours_of_the_question_are_the_default_and_a_preset_can_replace_them(
    catalog: Database,
) -> None:
    """As the command line has it; what is no longer in the question falls back to the default."""
    weights = ["0"] * 12 + ["2"] * 12
    document = example("article-with-capacity")
    document["profile"] = {"weights": weights, "source": "our log of June"}

    own = shown(catalog, document)
    flat = shown(catalog, document, chosen={"profile": "flat"})
    gone = shown(catalog, document, chosen={"base": "not there any more", "profile": "typed"})

    assert "the hours of the question" in words(own)
    assert "The hours of the load are those of the question: our log of June." in words(own)
    [hours] = of_kind(own, "Select")
    assert ("typed", {"type": CHOICE, "name": "profile"}) == (hours.value, hours.id)
    assert [one["value"] for one in hours.data][:2] == ["typed", "flat"]
    assert "measured nowhere" in words(flat)
    assert words(gone) == words(own)


def test_sides_can_be_chosen_where_there_are_several(catalog: Database) -> None:
    drawn = shown(catalog, example(EVERY_WAY), chosen=CHOSEN)

    chosen = {one.id["name"]: one.value for one in of_kind(drawn, "Select")}
    assert chosen == CHOSEN
    [bases] = [one for one in of_kind(drawn, "Select") if one.id["name"] == "base"]
    assert [one["value"] for one in bases.data] == [
        "PTU by the hour", "PTU for a month", "PTU for a year", "gpt-oss hosts on demand",
        "gpt-oss hosts for 3 years",
    ]  # fmt: skip


def test_a_choice_draws_the_answer_beneath_the_fields(catalog: Database) -> None:
    """Neither the fields nor another tab: the focus stays where it was."""
    drawn = chosen_hybrid(catalog, example(EVERY_WAY), View(), load_texts("en"), CHOSEN)

    assert not of_kind(drawn, "Select")
    whole = shown(catalog, example(EVERY_WAY), chosen=CHOSEN)
    [answer] = [one for one in of_kind(whole, "Div") if isinstance(getattr(one, "id", 0), dict)]
    assert SHOWN == answer.id["type"]
    assert words(drawn) == words(answer)


def test_only_a_field_that_was_changed_is_a_choice() -> None:
    """The others go on following the question; two that were changed at once are both choices."""
    ids = [{"type": CHOICE, "name": name} for name in CHOSEN]
    drawn = {"base": "PTU by the hour", "overflow": "Per token, global", "profile": "flat"}

    def picks(*values: str | None, before: dict[str, str]) -> dict[str, str]:
        return picks_of(ids, values, drawn, before)

    assert {"overflow": "Batch"} == picks("PTU by the hour", "Batch", "flat", before={})
    assert {"base": "PTU for a year", "overflow": "Batch"} == picks(
        "PTU for a year", "Batch", "flat", before={}
    )
    assert {} == picks(None, None, None, before={})


def test_a_choice_that_was_taken_back_stays_a_choice() -> None:
    """What was picked before says now what its field says; a side without one keeps it."""
    ids = [{"type": CHOICE, "name": "base"}]
    drawn, before = {"base": "A"}, {"base": "B", "overflow": "C"}

    assert {"base": "A", "overflow": "C"} == picks_of(ids, ["A"], drawn, before)
    assert {"base": "D", "overflow": "C"} == picks_of(ids, ["D"], drawn, before)


def test_a_choice_over_the_wire_is_kept_for_the_next_answer(server_url: str) -> None:
    """What the browser sends when a field changes, and what it gets."""
    shown_id, picked_id = ({"type": kind, "name": "answer"} for kind in (SHOWN, PICKED))
    every = [
        json.dumps({"name": ["ALL"], "type": kind}, separators=(",", ":"))
        for kind in (SHOWN, PICKED)
    ]
    drawn = {**CHOSEN, "base": "PTU by the hour"}
    before = {"drawn": drawn, "picked": {"profile": "flat"}}
    ids = [{"type": CHOICE, "name": name} for name in CHOSEN]
    fields = [{"id": one, "property": "value", "value": CHOSEN[one["name"]]} for one in ids]
    body = {
        "output": f"..{every[0]}.children...{every[1]}.data..",
        "outputs": [
            [{"id": shown_id, "property": "children"}],
            [{"id": picked_id, "property": "data"}],
        ],
        "inputs": [fields],
        "changedPropIds": [f"{json.dumps(ids[0], sort_keys=True, separators=(',', ':'))}.value"],
        "state": [
            [{"id": one, "property": "id", "value": one} for one in ids],
            [{"id": picked_id, "property": "data", "value": before}],
            {"id": "answer-data", "property": "data", "value": {"scenario": example(EVERY_WAY)}},
            {"id": "scheme", "property": "data", "value": None},
            {"id": "address", "property": "search", "value": "?lang=ja"},
        ],
    }

    sent = httpx.post(f"{server_url}/_dash-update-component", json=body, timeout=30)

    assert sent.status_code == 200
    answer = sent.json()["response"]
    kept = answer[json.dumps(picked_id, sort_keys=True, separators=(",", ":"))]["data"]
    assert {"drawn": drawn, "picked": {"profile": "flat", "base": CHOSEN["base"]}} == kept
    assert "組み合わせ" in json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_tab_is_japanese_throughout(catalog: Database, narrow: bool) -> None:
    document = example("article-with-capacity")
    for place, option in enumerate(document["options"], 1):
        option["name"] = f"案{place}"

    drawn = shown(catalog, document, language="ja", narrow=narrow)

    assert not ENGLISH.search(finding(drawn))
    layout = figure(drawn)["layout"]
    assert layout["xaxis"]["title"]["text"] == "常時稼働の台数(予備を含む)"
    assert not ENGLISH.search(" ".join(one["text"] for one in layout["annotations"]))


def test_prices_of_dates_far_apart_are_told_before_any_way_is_called(catalog: Database) -> None:
    """Tokens cost half of the hosts; their price is of two years before."""
    document = example("article-with-capacity", profile="flat")
    old = with_value("options.0.prices.output.as_of", "2022-03-17", document)

    drawn = shown(catalog, old)

    assert finding(drawn).startswith("Price dates too far apart to call: the best base, 3 ×")
    assert words_of_cautions(drawn) == ["The prices are of dates more than 90 days apart."]
