"""The right side of the Decide page: what it shows for an answer, and for a question that has
none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dash import no_update

from catalog.problems import problem
from dashboard.pages.decide.address import Address
from dashboard.pages.decide.result import answer_outputs, field_errors
from dashboard.pages.decide.state import PageState
from dashboard.texts import load_texts
from tests.dashboard.answers import drawn_lines
from tests.dashboard.components import of_kind, words
from tests.dashboard.documents import article, with_value, without
from tests.dashboard.page_results import PATHS, First, page_state, show

FIRST_TITLE = "One thing to put right before there is an answer:"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def test_an_answer_fills_every_place_and_leaves_no_error(state: PageState) -> None:
    """The title is the finding, the figure is drawn, no field is marked."""
    shown = show(state.judge(article()))

    assert (
        "Per token is the cheapest at your load; above 9.367M requests a month it is Three hosts, "
        "but only if each host serves whatever load comes: capacity is not considered."
    ) == words(of_kind(shown.summary, "H2"))
    assert ([], "answer", [None] * len(PATHS)) == (shown.problems, shown.class_name, shown.errors)
    assert {"data", "layout"} == set(shown.figure)
    assert "once" == shown.data["verdict"]["break_even"]["state"]


def test_the_articles_number_never_stands_without_its_condition(state: PageState) -> None:
    """12.83M tokens each way, and beside it that capacity is not considered."""
    [_, fact] = [
        one
        for one in of_kind(show(state.judge(article())).summary, "Div")
        if vars(one).get("className") == "fact"
    ]

    assert "12.83M input + 12.83M output tokens an hour" in words(fact)
    assert "capacity not considered" == words(of_kind(fact, "Span"))


def test_the_break_even_beside_the_verdict_is_the_one_that_its_share_counts_from(
    state: PageState,
) -> None:
    """At 16,000 requests an hour tokens win until a fourth host does, at 17,975; the one below
    is told in the table."""
    draft = state.example("article-with-capacity")
    assert draft is not None
    loaded = {**draft, "workload": {**draft["workload"], "requests_per_hour": "16000"}}
    shown = show(state.judge(loaded))
    verdict, fact = of_kind(shown.summary, "Div")[-2:]

    assert "You are at 89 % of the break-even." in words(verdict)
    assert "17.97M input + 17.97M output tokens an hour" in words(fact)


def test_with_problems_the_last_answer_stays_in_sight_but_faded(state: PageState) -> None:
    """Everything that showed the last answer is left as it was, and marked as old."""
    shown = show(state.judge(with_value("workload.requests_per_hour", "-1")))

    assert [no_update] * 3 == [shown.summary, shown.figure, shown.data]
    assert "answer stale" == shown.class_name
    assert "The answer below is of the last question that could be read." in words(shown.problems)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("workload.requests_per_hour", "-1", "Expected a number of 0 or more, found -1."),
        ("workload.peak_to_mean", "0.5", "Expected at least 1, found '0.5'."),
        ("options.1.price.amount", "many", "Expected a number, found 'many'."),
        ("options.1.price.as_of", "soon", "Expected a date such as 2026-01-31, found 'soon'."),
        ("options.0.prices.input.amount", "NaN", "Expected a finite number, found NaN."),
    ],
)
def test_a_problem_stands_at_its_own_field_and_in_the_list(
    state: PageState, path: str, value: str, message: str
) -> None:
    """The field that is wrong is the one that is marked, and no other."""
    shown = show(state.judge(with_value(path, value)))

    assert {path: message} == {
        field: said for field, said in zip(PATHS, shown.errors, strict=True) if said
    }
    assert FIRST_TITLE == words(of_kind(shown.problems, "P")[0])
    assert words(of_kind(shown.problems, "Li")).endswith(message)


def test_several_problems_are_counted_and_each_stands_at_its_field(state: PageState) -> None:
    """All that is wrong is said at once."""
    twice = with_value("options.1.price.amount", "-2", with_value("workload.peak_to_mean", "0"))

    shown = show(state.judge(twice))

    assert "2 things to put right before there is an answer:" == words(
        of_kind(shown.problems, "P")[0]
    )
    assert 2 == len([said for said in shown.errors if said])
    assert "Option 2 · Price of one host: " in words(of_kind(shown.problems, "Li"))


def test_a_problem_of_a_part_goes_to_the_first_field_inside_it() -> None:
    """A missing load is marked where it can be typed; a key inside a field at that field."""
    texts = load_texts("en")
    found = [
        problem("required", ("workload",), key="requests_per_hour"),
        problem("not_text", ("options", 0, "name", "deep"), found="a list"),
        problem("no_options", ("elsewhere",)),
        problem("empty", ("workload", "requests_per_hour")),
    ]

    errors = field_errors(found, PATHS, texts)

    assert [
        "Expected requests_per_hour, found nothing.",
        None,
        "Expected text, found a list.",
        None,
        None,
        None,
    ] == errors


def test_problems_are_said_in_the_language_of_the_page(state: PageState) -> None:
    """Both the sentence and the name of the field."""
    shown = show(state.judge(without("options.1.price.amount")), language="ja")

    text = words(shown.problems)
    assert "1台の価格" in text
    assert "案2" in text
    assert "Expected" not in text


def test_what_a_person_typed_is_repeated_as_text(state: PageState) -> None:
    """Markup in a value that is refused makes no element."""
    shown = show(state.judge(with_value("options.1.price.amount", "<img src=x>")))

    assert "<img src=x>" in words(shown.problems)
    assert [] == of_kind(shown.problems, "Img")


def test_the_look_and_the_axes_of_the_address_reach_the_chart(state: PageState) -> None:
    """One state feeds all parts: the load of the question is the line of the chart."""
    judged = state.judge(with_value("workload.requests_per_hour", "9000"))
    address = Address(load_axis="tokens_per_hour", cost_axis="per_hour")

    wide = First(*answer_outputs(judged, address, {}, PATHS)).figure
    narrow = First(*answer_outputs(judged, address, {"narrow": True, "dark": True}, PATHS)).figure

    assert [18_000_000.0] == drawn_lines(wide, None)
    assert "USD an hour" == wide["layout"]["yaxis"]["title"]["text"]
    assert (False, True) == (wide["layout"]["showlegend"], narrow["layout"]["showlegend"])
    assert wide["layout"]["font"]["color"] != narrow["layout"]["font"]["color"]


def test_a_name_with_markup_stays_text_in_every_place(state: PageState) -> None:
    """The name of an option is a person's own and must never become an element."""
    attack = "<img src=x onerror=alert(1)>"
    shown = show(state.judge(with_value("options.0.name", attack)))

    for place in (shown.summary, shown.basis, shown.tables):
        assert attack in words(place)
        assert [] == of_kind(place, "Img")
    assert [] == [trace for trace in shown.figure["data"] if attack in trace.get("name", "")]
