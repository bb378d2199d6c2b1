"""The tabs under the chart: what each says of known questions, in both languages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from catalog.database import Database
from catalog.problems import Refused
from dashboard.figures.axes import View
from dashboard.figures.study_parts import wrapped
from dashboard.figures.whole_cost import PARTS, part_of
from dashboard.pages.decide.address import TABS
from dashboard.pages.decide.studies.tabs import (
    asked_of,
    refused_study,
    study,
    study_tabs,
    view_of,
)
from dashboard.service import example_document, example_names
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, parts, rows, words
from tests.dashboard.documents import Document, article, with_value, without

ENGLISH = re.compile(r"\b(the|and|with|costs|month|cheapest|tokens)\b", re.IGNORECASE)


def capacity_example(**changes: Any) -> Document:
    """Hosts that serve nine million tokens an hour each, with some fields otherwise."""
    document = plain(example_document("article-with-capacity"))
    for path, value in changes.items():
        document = with_value(path.replace("__", "."), value, document)
    return document


def plain(document: Any) -> Document:
    """As it comes from the browser."""
    loaded: Document = json.loads(json.dumps(document, default=str))
    return loaded


def shown(
    catalog: Database, document: Document, name: str, *, language: str = "en", narrow: bool = False
) -> Any:
    """A tab of a question."""
    texts = load_texts(language)
    try:
        return study(asked_of(catalog, document, View(narrow=narrow), texts), name)
    except Refused as refused:
        return refused_study(refused, texts)


def findings(node: Any) -> list[str]:
    """The sentences above the charts."""
    return [words(one) for one in parts(node) if getattr(one, "className", None) == "finding"]


def figure(node: Any, name: str) -> dict[str, Any]:
    """The chart of a name."""
    [found] = [one for one in of_kind(node, "Graph") if one.id == f"study-{name}"]
    return dict(found.figure)


def test_every_line_item_that_the_engine_knows_has_its_piece_of_the_bar() -> None:
    """The codes are those of `LineItem`; a new one must be placed before it can be drawn."""
    from costing.line_items import LineItem

    said = re.search(r"code: (.*?)\. `formula`", str(LineItem.__doc__), re.DOTALL)
    assert said is not None
    codes = re.findall(r"[a-z_]+", said[1].replace("or of owned hosts", ""))

    assert {part_of(code) for code in codes} == set(PARTS)
    with pytest.raises(KeyError):
        part_of("something new")


def test_the_pieces_of_a_month_add_up_to_it(catalog: Database) -> None:
    """0.00067 and 0.00052 a request of 1,000 tokens each way, the fee, three hosts; 730 hours."""
    drawn = shown(catalog, capacity_example(), "whole_cost")

    assert findings(drawn) == ["Per token costs $6,599 a month; 37 % of it is: Input tokens."]
    assert rows(drawn) == [
        ["Input tokens", "$2,446", "–"],
        ["Output tokens", "$1,898", "–"],
        ["Hosting fee", "$2,256", "–"],
        ["GPU hosts or reserved units", "–", "$13,403"],
        ["A month in all", "$6,599", "$13,403"],
    ]
    bars = {bar["name"]: bar for bar in figure(drawn, "whole-cost")["data"]}
    per_token = [bars[name]["x"][0] for name in ("Input tokens", "Output tokens", "Hosting fee")]
    assert sum(per_token) == pytest.approx((0.00119 * 5000 + 3.09) * 730)
    assert bars["GPU hosts or reserved units"]["x"] == [pytest.approx(3 * 6.12 * 730)]


def test_an_option_without_a_cost_has_no_bar_and_a_reason(catalog: Database) -> None:
    """An output price that nobody knows is no 0."""
    document = without("options.0.prices.output", capacity_example())

    drawn = shown(catalog, document, "whole_cost")

    assert figure(drawn, "whole-cost")["layout"]["yaxis"]["ticktext"] == ["GPU hosts"]
    assert "output" in rows(drawn)[-1][1]


def test_a_plan_draws_cumulative_cash_and_says_what_is_owed(catalog: Database) -> None:
    """Two years with a fiscal year from April; a commitment of one year ends half way."""
    document = capacity_example(
        plan={"start": "2027-01", "months": "24", "fiscal_year_starts_in": "4"},
    )
    document["options"][1]["commitment"] = {
        "months": "12",
        "price": {"amount": "3", "per": "1", "unit": "hour"},
    }

    drawn = shown(catalog, document, "over_time")

    hosts = next(one for one in figure(drawn, "over-time")["data"] if one["name"] == "GPU hosts")
    assert hosts["x"] == list(range(25))
    assert hosts["y"][12] == pytest.approx(3 * 3 * 730 * 12)
    assert hosts["y"][24] == pytest.approx(3 * 3 * 730 * 12 + 3 * 6.12 * 730 * 12)
    [line] = figure(drawn, "over-time")["layout"]["shapes"]
    assert line["x0"] == 12
    heads = [words(one) for one in of_kind(drawn, "Th") if getattr(one, "scope", "") == "col"]
    assert "2027-01 to 2027-03 (3 months)" in heads
    stranded = of_kind(drawn, "Table")[-2]
    owed = 3 * 3 * 730 * 9
    assert f"${owed:,}" in words(stranded)
    assert "Over 24 months Per token costs the least" in findings(drawn)[0]


def test_without_a_commitment_nothing_stays_to_be_paid(catalog: Database) -> None:
    """A sentence instead of a table of zeros; the assumed horizon is named."""
    drawn = shown(catalog, capacity_example(), "over_time")

    assert "if demand stops, nothing stays to be paid" in words(drawn)
    assert "12 months from 2025-01 without growth are assumed" in words(drawn)


def test_a_short_stretch_of_hosts_does_not_fall_between_the_loads_of_the_chart(
    catalog: Database,
) -> None:
    """Hosts win from 9.367M to 9.855M requests a month only: no even grid is sure to meet that."""
    drawn = shown(catalog, capacity_example(), "how_sure")

    hosts = next(one for one in figure(drawn, "probability")["data"] if one["name"] == "GPU hosts")
    at = [load for load, share in zip(hosts["x"], hosts["y"], strict=True) if share > 0.1]
    assert any(9.367e6 < load < 9.855e6 for load in at)
    assert rows(drawn)[0][:2] == ["Per token", "100 %"]


def test_the_tornado_names_what_turns_the_answer(catalog: Database) -> None:
    """At 12,000 requests an hour the prices of either can turn it, and both bars cross zero."""
    document = capacity_example(workload__requests_per_hour="12000")

    drawn = shown(catalog, document, "how_sure")

    assert "Prices (GPU hosts)" in findings(drawn)[1]
    layout = figure(drawn, "tornado")["layout"]
    bars = {name: place for place, name in enumerate(layout["yaxis"]["ticktext"])}
    low, high = figure(drawn, "tornado")["data"]
    place = bars["Prices (GPU hosts)"]
    assert low["base"][place] + low["x"][place] < 0 < high["base"][place] + high["x"][place]


def test_the_map_has_a_strip_a_mix_with_exact_ends(catalog: Database) -> None:
    """At the own mix hosts win from the crossing to where three are full; at others never."""
    drawn = shown(catalog, capacity_example(), "where")

    hosts = next(one for one in figure(drawn, "winner-map")["data"] if one["name"] == "GPU hosts")
    ends = sorted({value for value in hosts["x"] if value is not None})
    assert ends[0] == pytest.approx((3 * 6.12 - 3.09) / 0.00119 * 730)
    assert ends[1] == pytest.approx(3 * 1250 * 3600 / 1000 * 730)
    own = [row for row in rows(drawn) if row[0] == "50 %"]
    assert own == [["50 %", "Per token", "9.367M, 9.855M, 13.12M, 13.14M"]]


def test_the_plane_has_the_line_of_the_article(catalog: Database) -> None:
    """(3 x 6.12 - 3.09) over each token price, and 4 hosts above; three serve a part of it."""
    drawn = shown(catalog, capacity_example(), "where")

    fixed = 3 * 6.12 - 3.09
    line = next(
        one for one in figure(drawn, "plane")["data"] if one["name"] == "equal cost with 3 hosts"
    )
    assert line["x"] == [0.0, pytest.approx(fixed / 0.00000067)]
    assert line["y"] == [pytest.approx(fixed / 0.00000052), 0.0]
    assert findings(drawn)[1].endswith("They serve a part of that line.")
    assert "typed for your mix" in words(drawn)
    full = next(
        one for one in figure(drawn, "plane")["data"] if one["name"] == "3 hosts serve this"
    )
    assert max(full["x"]) == pytest.approx(3 * 1250 * 3600)
    assert max(full["y"]) == pytest.approx(3 * 1250 * 3600)


def test_hosts_without_a_limit_and_hosts_too_slow_are_told_apart(catalog: Database) -> None:
    """The article does not look at capacity; at 8 million an hour three hosts are too few."""
    unlimited = findings(shown(catalog, plain(article()), "where"))[1]
    slow = capacity_example()
    slow["options"][1]["capacity"] = {
        "input_tokens_per_second": "1111", "output_tokens_per_second": "1111",
    }  # fmt: skip

    assert unlimited.endswith("Whether the hosts can serve that is not considered.")
    assert findings(shown(catalog, slow, "where"))[1].endswith(
        "They cannot serve any load on that line."
    )


def test_a_plane_that_would_be_no_line_is_not_drawn(catalog: Database) -> None:
    """Prices that rise with the length of a request bend it."""
    document = capacity_example()
    document["options"][0]["prices"]["steps"] = [
        {
            "above_input_tokens": "1500",
            "input": {"amount": "0.002", "per": "1000", "unit": "token"},
            "output": {"amount": "0.002", "per": "1000", "unit": "token"},
        }
    ]

    drawn = shown(catalog, document, "where")

    assert "There is no plane of input and output tokens" in words(drawn)
    assert len(of_kind(drawn, "Graph")) == 1


def test_requests_without_output_have_no_mix(catalog: Database) -> None:
    """One kind of tokens cannot be traded for the other."""
    drawn = shown(catalog, capacity_example(workload__output_tokens="0"), "where")

    assert findings(drawn) == [
        "A request of yours has only input or only output tokens, so there is no mix to vary."
    ]


@pytest.mark.parametrize("name", [name for name in TABS if name != "capacity"])
@pytest.mark.parametrize("example", example_names())
def test_each_tab_of_each_example_is_drawn_or_says_why_not_in_japanese(
    catalog: Database, name: str, example: str
) -> None:
    """No English word among the sentences of the page itself, also on a telephone."""
    document = plain(example_document(example))
    for option in document["options"]:
        option["name"] = f"選択肢{document['options'].index(option) + 1}"

    drawn = shown(catalog, document, name, language="ja", narrow=True)

    assert findings(drawn)
    assert not ENGLISH.search(" ".join(findings(drawn)))


def test_hostile_names_are_text_in_every_chart(catalog: Database) -> None:
    """Plotly reads markup in names, so it is escaped; the rows of the file are no markup."""
    document = capacity_example(options__0__name="<b>=1+1</b><script>x</script>")

    for name in TABS:
        for one in of_kind(shown(catalog, document, name), "Graph"):
            drawn = {**one.figure, "layout": {**one.figure["layout"], "meta": None}}
            assert "<script>" not in json.dumps(drawn)


def test_a_question_that_cannot_be_resolved_says_so_in_the_tab(catalog: Database) -> None:
    """A currency without a rate is refused, with the reason, as it is above the chart."""
    document = plain(example_document("llama-3.3-70b-japan-east"))
    document["currency"] = "JPY"

    assert words(shown(catalog, document, "where")).startswith(
        "This cannot be shown for your question:"
    )


def test_all_tabs_stand_in_the_row_and_the_chosen_one_is_open() -> None:
    """In the order in which a reviewer asks."""
    built = study_tabs(load_texts("en"), "where")
    [row] = of_kind(built, "Tabs")

    assert row.value == "where"
    assert [one.value for one in of_kind(built, "TabsTab")] == list(TABS)
    assert view_of(None) == View()
    assert view_of({"narrow": True, "dark": True}) == View(narrow=True, dark=True)


def test_long_names_break_at_words_and_japanese_between_letters() -> None:
    """Three lines at most, none wider than asked for."""
    assert wrapped("gpt-oss hosts for 3 years", 14) == "gpt-oss hosts<br>for 3 years"
    assert wrapped("トークンあたりの入力価格", 16) == "トークンあたりの<br>入力価格"
    assert wrapped("a" * 30, 10) == f"{'a' * 9}…"
    assert wrapped("one two three four", 5) == "one<br>two<br>three…"
    assert wrapped("", 5) == ""


PLAN = {"start": "2026-01", "months": 24}


@pytest.mark.parametrize(
    ("plan", "chosen", "language", "said", "first_year"),
    [
        (PLAN, None, "en", "in January, because neither the question nor Settings", "2026-12"),
        (PLAN, 4, "en", "in April, as chosen in Settings", "2026-03"),
        (
            PLAN | {"fiscal_year_starts_in": "7"},
            4,
            "en",
            "in July, as the question says",
            "2026-06",
        ),
        (None, 4, "ja", "会計年度の開始月:4月(このブラウザーの設定)", "-03"),
    ],
)
def test_fiscal_years_start_where_the_question_says_else_where_settings_say(
    catalog: Database,
    plan: dict[str, Any] | None,
    chosen: int | None,
    language: str,
    said: str,
    first_year: str,
) -> None:
    """The page tells which month it uses, and who chose it; the tables are cut there."""
    document = capacity_example() | ({} if plan is None else {"plan": plan})

    asked = asked_of(catalog, document, View(), load_texts(language), chosen)
    drawn = study(asked, "over_time")

    [line] = [words(one) for one in parts(drawn) if "fiscal-start" in str(class_of(one))]
    assert said in line
    heads = [words(one) for one in of_kind(drawn, "Th")]
    assert any(first_year in head for head in heads)


def class_of(node: Any) -> str | None:
    """The class of an element."""
    return getattr(node, "className", None)
