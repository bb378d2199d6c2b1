"""The capacity under the chart: what it says in words and rows, and why where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from costing.capacity import CapacityEstimate
from dashboard.pages.decide.document import Draft
from dashboard.pages.decide.state import Judged, PageState
from dashboard.texts import load_texts
from tests.dashboard.answers import sentences
from tests.dashboard.components import of_kind, pairs, rows, words
from tests.dashboard.documents import article, with_value, without
from tests.dashboard.page_results import capacity_of, page_state, vars_of

HOSTS = "options.1"
LLAMA_70B = "meta-llama/Llama-3.3-70B-Instruct"
ENGLISH = re.compile(r"\b(the|and|with|not|model|host|fit|weights|requests)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def estimated(**changes: Any) -> Draft:
    """The article with its hosts estimated, and some fields of the hosts otherwise."""
    draft = with_value(f"{HOSTS}.capacity", "estimated")
    for key, value in changes.items():
        draft = with_value(f"{HOSTS}.{key}", value, draft)
    return draft


def on_h100(**changes: Any) -> Draft:
    """70B on eight H100 in a house that pays 98.32 an hour, 43 ms a token in the mean at most."""
    draft = estimated(model=LLAMA_70B, instance="Standard_ND96isr_H100_v5", **changes)
    return with_value("workload.tpot_seconds", "0.05", draft)


def answer_of(judged: Judged) -> CapacityEstimate:
    [found] = judged.capacities
    assert isinstance(found.answer, CapacityEstimate)
    return found.answer


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_panel_says_what_a_host_serves_and_how_many_hosts_the_peak_takes(
    state: PageState, language: str
) -> None:
    """The numbers of the estimate, rounded as estimates are."""
    judged = state.judge(on_h100())
    written = answer_of(judged).output_tokens_per_second
    fmt = sentences(language).fmt

    shown = capacity_of(state, judged, language=language)

    said = words(of_kind(shown, "P"))
    for rate in (written.p10, written.p50, written.p90):
        assert fmt.about(Decimal(rate)) in said
    plans = {end: plan.needed for end, plan in judged.capacities[0].plans if plan is not None}
    [table] = [one for one in of_kind(shown, "Table") if len(rows(one)) == 5]
    assert [str(plans[end]) for end in ("p10", "p50", "p90")] == rows(table)[-1][1:]
    assert load_texts(language)("capacity.panel.title") == words(of_kind(shown, "H2"))


def test_the_facts_name_spread_precision_engine_latency_and_evidence(state: PageState) -> None:
    """TTFT carries that it is a screen; the evidence its number of measurements."""
    judged = state.judge(on_h100(serving={"engine": "sglang", "tensor_parallel": "8"}))

    told = pairs(capacity_of(state, judged))

    assert "tensor parallel 8 · 1 copy a host" == told["How the model is spread"]
    assert "Weights 16 bits (bfloat16), cache 16 bits" == told["Precision"]
    assert "SGLang · Default settings" == told["Engine"]
    assert told["Each further token, mean"].endswith(" ms")
    assert "First token: a screen, not a promise" in told
    assert re.fullmatch(r"fitted model · similar measurements: [\d,]+", told["Evidence"])


def test_the_other_ways_to_spread_the_model_are_told_with_what_binds(state: PageState) -> None:
    """One and two GPUs do not hold the weights; eight serve less than two copies on four."""
    shown = capacity_of(state, state.judge(on_h100()))

    losers = [row for row in rows(shown) if len(row) == 4 and row[0].startswith("tensor")]

    assert ["tensor parallel 1", "tensor parallel 2", "tensor parallel 8 · 1 copy a host"] == [
        row[0] for row in losers
    ]
    assert all("do not fit" in row[3] for row in losers[:2])
    assert "Your target of 50 ms for each further token binds" in losers[2][3]


def test_the_table_of_the_memory_holds_what_the_bar_draws(state: PageState) -> None:
    """For a reader who does not see the bar."""
    judged = state.judge(on_h100())
    memory = answer_of(judged).memory

    parts = [row for row in rows(capacity_of(state, judged)) if row[0] in ("Weights", "Cache")]

    assert [f"{size / 2**30:.1f} GiB" for size in (memory.weight_bytes, memory.cache_bytes)] == [
        row[1] for row in parts
    ]


def test_each_chart_of_the_first_host_has_a_name_of_its_own_and_words_for_a_screen_reader(
    state: PageState,
) -> None:
    """Three charts a host; none is there without a sentence that says the same."""
    shown = capacity_of(state, state.judge(on_h100()))

    frames = [
        one
        for one in of_kind(shown, "Div")
        if str(vars_of(one).get("className", "")).startswith("capacity-chart")
    ]
    assert ["capacity-0-memory", "capacity-0-throughput", "capacity-0-hosts"] == [
        one.id for one in of_kind(frames, "Graph")
    ]
    assert all(vars_of(one)["aria-label"] and vars_of(one)["role"] == "group" for one in frames)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_model_that_does_not_fit_has_the_reason_and_what_would_lift_it(
    state: PageState, language: str
) -> None:
    """A sentence in the reader's language, no chart and no number of hosts."""
    judged = state.judge(estimated(model=LLAMA_70B))

    shown = capacity_of(state, judged, language=language)

    texts = load_texts(language)
    reason = words(of_kind(shown, "Li"))
    assert texts("capacity.panel.none") in words(of_kind(shown, "P"))
    assert "65.7 GiB" in reason
    assert texts("lift.more_gpus") in reason
    assert [] == of_kind(shown, "Graph")
    if language == "ja":
        assert [] == ENGLISH.findall(reason)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_missing_host_is_named_in_words(state: PageState, language: str) -> None:
    """A typed price without a host can be judged by nobody: it says what to state."""
    judged = state.judge(without(f"{HOSTS}.instance", estimated()))

    reason = words(of_kind(capacity_of(state, judged, language=language), "Li"))

    assert load_texts(language)("fact.instance") in reason
    assert "instance" not in reason


@pytest.mark.parametrize(
    ("capacity", "note"),
    [("unlimited", "unlimited"), ({"output_tokens_per_second": "900"}, "typed")],
)
def test_an_estimate_that_the_answer_does_not_use_says_so_and_is_folded(
    state: PageState, capacity: Any, note: str
) -> None:
    """The article assumes that three hosts serve everything; the panel sets it right."""
    judged = state.judge(with_value(f"{HOSTS}.capacity", capacity))

    shown = capacity_of(state, judged)

    said = words(of_kind(shown, "P"))
    assert load_texts("en")(f"capacity.unused.{note}") in said
    assert "Your peak of 5,000 requests an hour takes 5 hosts, likely 3 to 11" in said
    folds = [one for one in of_kind(shown, "Details") if of_kind(one, "Graph")]
    assert [None] == [getattr(one, "open", None) for one in folds]


def test_a_host_that_is_neither_estimated_nor_can_be_is_left_out(state: PageState) -> None:
    """Hosts of no known kind whose limit is typed: there is nothing to say."""
    typed = with_value(f"{HOSTS}.capacity", {"output_tokens_per_second": "900"})

    assert [] == capacity_of(state, state.judge(without(f"{HOSTS}.instance", typed)))


def test_only_the_first_estimated_host_is_unfolded(state: PageState) -> None:
    """Findings of all stand together; what is behind the others opens on a click."""
    draft = estimated()
    second = {**draft["options"][1], "name": "Others", "instance": "Standard_NC24ads_A100_v4"}
    shown = capacity_of(state, state.judge({**draft, "options": [*draft["options"], second]}))

    parts = [one for one in of_kind(shown, "Section") if one.className == "capacity-option"]
    folded = [
        [len(of_kind(fold, "Graph")) for fold in of_kind(part, "Details") if of_kind(fold, "Graph")]
        for part in parts
    ]
    assert [[], [3]] == folded


def test_narrower_weights_are_warned_of_under_the_chart_too(state: PageState) -> None:
    shown = capacity_of(state, state.judge(estimated(serving={"weights": "int8"})))

    cautions = [one for one in of_kind(shown, "P") if vars_of(one).get("className") == "caution"]
    assert [load_texts("en")("form.serving.narrower")] == [words(one) for one in cautions]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_where_slow_hosts_miss_the_target_no_number_of_them_is_named(
    state: PageState, language: str
) -> None:
    """P10 is nothing: the finding, the sentence of hosts and the table say so."""
    tight = with_value("workload.tpot_seconds", "0.018", estimated(serving={"tuned": "true"}))
    judged = state.judge(tight)
    assert 0 == answer_of(judged).output_tokens_per_second.p10

    shown = capacity_of(state, judged, language=language)

    texts = load_texts(language)
    assert texts("capacity.row.no_number") in [row[1] for row in rows(shown) if len(row) == 4]
    assert "–" in [row[1] for row in rows(shown) if len(row) == 4]


def test_without_hosts_there_is_no_panel(state: PageState) -> None:
    """A question about tokens alone has no capacity."""
    tokens = {**article(), "options": article()["options"][:1]}

    assert [] == capacity_of(state, state.judge(tokens))
