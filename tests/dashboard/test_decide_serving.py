"""How a model is served: fields of the form, their way into the document, and their warning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.scenario import DedicatedFields, parse_scenario
from dashboard.pages.decide.address import workload_changes
from dashboard.pages.decide.cards import option_card
from dashboard.pages.decide.changes import with_mode
from dashboard.pages.decide.document import Draft, scenario_of, with_values
from dashboard.pages.decide.serving import serving_notes
from dashboard.pages.decide.state import PageState
from dashboard.texts import load_texts
from tests.dashboard.components import of_kind, words
from tests.dashboard.documents import article, with_value
from tests.dashboard.page_results import page_state, vars_of

HOSTS = "options.1"
TYPED = {"weights": "fp8", "engine": "sglang", "tuned": "true", "tensor_parallel": "2"}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def estimated(serving: dict[str, str] | None = None) -> Draft:
    """The article with the capacity of its hosts estimated."""
    draft = with_value(f"{HOSTS}.capacity", "estimated")
    return draft if serving is None else with_value(f"{HOSTS}.serving", serving, draft)


def card(draft: Draft, language: str = "en") -> Any:
    lists: dict[str, list[dict[str, str]]] = {
        f"{HOSTS}.{key}": [] for key in ("instance", "model", "region")
    }
    return option_card(draft, 1, load_texts(language), lists)


def served(draft: Draft) -> DedicatedFields:
    option = parse_scenario(scenario_of(draft)).options[1]
    assert isinstance(option, DedicatedFields)
    return option


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_estimated_host_has_a_fold_of_how_it_is_served(language: str) -> None:
    """Five fields, each under its own path, closed while nothing is typed."""
    shown = card(estimated(), language)

    fold = next(
        one
        for one in of_kind(shown, "Details")
        if words(one).startswith(load_texts(language)("form.serving"))
    )
    fields = [vars_of(one)["id"] for kind in ("Select", "TextInput") for one in of_kind(fold, kind)]
    assert [
        f"{HOSTS}.serving.{key}"
        for key in ("weights", "cache", "engine", "tuned", "tensor_parallel")
    ] == [one["path"] for one in fields]
    assert not fold.open


@pytest.mark.parametrize("mode", ["unlimited", "typed"])
def test_a_host_whose_capacity_is_told_has_no_fields_of_how_it_is_served(mode: str) -> None:
    """They would change nothing."""
    shown = card(with_mode(estimated(), f"{HOSTS}.capacity", mode))

    assert "How it is served" not in words(shown)


def test_what_is_typed_lands_in_the_document_and_opens_the_fold() -> None:
    """Text of the form becomes the words, the truth and the count of the scenario."""
    draft = with_values(
        estimated(), [(f"{HOSTS}.serving.{key}", value) for key, value in TYPED.items()]
    )

    serving = served(draft).serving
    assert serving is not None
    assert ("fp8", "sglang", True, 2) == (
        serving.weights,
        serving.engine,
        serving.tuned,
        serving.tensor_parallel,
    )
    assert any(one.open for one in of_kind(card(draft), "Details"))


def test_fields_that_are_left_empty_are_not_in_the_document() -> None:
    """The page only just opened must ask the question that the file asks."""
    empty = [
        (f"{HOSTS}.serving.{key}", None)
        for key in ("weights", "cache", "engine", "tuned", "tensor_parallel")
    ]

    assert estimated() == with_values(estimated(), empty)
    assert served(with_values(estimated(), empty)).serving is None


def test_what_is_no_truth_is_refused_by_name(state: PageState) -> None:
    """Only the two words of the form become true and false."""
    judged = state.judge(estimated({"tuned": "yes"}))

    assert ["options.1.serving.tuned"] == [problem.field for problem in judged.problems]


def test_a_served_option_is_a_saved_question_and_a_target_stands_in_the_link() -> None:
    """An option is more than the workload; the targets of latency are public numbers of it."""
    base = estimated()
    targets = with_values(base, [("workload.tpot_seconds", "0.05")])

    assert workload_changes(estimated({"weights": "fp8"}), base) is None
    assert {"tpot_seconds": "0.05"} == workload_changes(targets, base)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("weights", "warned"), [("int8", True), ("fp16", False), (None, False)])
def test_weights_narrower_than_published_are_warned_of_on_their_card(
    state: PageState, weights: str | None, language: str, *, warned: bool
) -> None:
    """Llama-2-7b is published in 16 bits; other cards stay without a word."""
    judged = state.judge(estimated(None if weights is None else {"weights": weights}))
    texts = load_texts(language)

    notes = serving_notes(
        judged.capacities,
        [str(option["name"]) for option in article()["options"]],
        texts,
    )

    told = texts("form.serving.narrower") if warned else ""
    said = {place: words(note) for place, note in notes.items()}
    assert {"serving-note-0": "", "serving-note-1": told} == said


def test_a_host_is_estimated_once_for_its_cost_and_for_what_is_shown(state: PageState) -> None:
    """What is shown is the very capacity that the answer was judged by."""
    judged = state.judge(estimated())

    assert judged.answer is not None
    [shown] = judged.capacities
    assert shown.capacity is judged.answer.question.options[1].capacity  # type: ignore[union-attr]


def test_a_host_is_estimated_only_where_the_page_itself_needs_it(state: PageState) -> None:
    """The article's hosts are judged without limit: their capacity is a matter of its own tab. Told
    weights are looked at for the warning on the card."""
    told = with_values(article(), [("options.1.serving.weights", "int8")])

    assert () == state.judge(article()).capacities
    [shown] = state.judge(told).capacities
    assert "azure/Standard_NC12s_v3" == shown.instance_id
    assert shown.answer is not None
