"""Low, plan and high: typed as factors of the load, judged side by side."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from dashboard.format import Format
from dashboard.pages.decide.document import get_at
from dashboard.pages.decide.state import PageState
from tests.dashboard.components import of_kind, pairs, words
from tests.dashboard.decide_form import DecideForm
from tests.dashboard.documents import article, with_value
from tests.dashboard.page_results import page_state, vars_of

LOW, HIGH = "volumes.0.factor", "volumes.1.factor"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageState]:
    """The page's view of the bundled catalog; only read here."""
    with page_state(tmp_path_factory.mktemp("page")) as opened:
        yield opened


def with_volumes(state: PageState, language: str = "en") -> DecideForm:
    """The article with the low and the high load that the button adds."""
    page = DecideForm(state, article(), language)
    page.click("add-volumes")
    return page


def cards(page: DecideForm) -> list[tuple[str, dict[str, str]]]:
    """Name and facts of each load, from left to right."""
    found = [
        one
        for one in of_kind(page.shown().tables, "Div")
        if str(vars_of(one).get("className")).split()[0] == "side"
    ]
    return [(words(of_kind(one, "H3")), pairs(one)) for one in found]


def test_a_click_adds_half_and_twice_the_plan(state: PageState) -> None:
    page = with_volumes(state)

    assert {LOW: "0.5", HIGH: "2"} == {path: page.fields()[path]["value"] for path in (LOW, HIGH)}
    page.click("add-volumes")
    assert "load 1" == page.fields()["volumes.2.name"]["value"]
    page.undo()
    page.undo()
    assert get_at(page.draft, "volumes") is None


def test_the_loads_stand_side_by_side_from_low_to_high(state: PageState) -> None:
    """At 5,000 requests of 1,000 + 1,000 tokens: 2.975, 5.95 and 11.9 dollars an hour for tokens,
    3.09 for hosting; three hosts cost 18.36. The break-even is at 12,831.93 requests an hour."""
    money = Format("en", "USD").money

    found = cards(with_volumes(state))

    assert ["low", "plan (your load)", "high"] == [name for name, _ in found]
    for (_, facts), (tokens, load) in zip(
        found, (("2.975", 2500), ("5.95", 5000), ("11.9", 10000)), strict=True
    ):
        cost = (Decimal(tokens) + Decimal("3.09")) * 730
        gap = Decimal("18.36") * 730 - cost
        assert "Per token" == facts["Cheapest"]
        assert money(cost) == facts["A month"]
        assert facts["To the next"].startswith(f"{money(gap)} less than Three hosts (+")
        share = Format("en", "USD").share(load / Decimal("12831.932773109"))
        assert f"at {share} of it" == facts["Break-even"]


def test_where_hosts_win_at_the_high_load_its_card_says_so(state: PageState) -> None:
    page = with_volumes(state)
    page.type(HIGH, "4")

    assert ["Per token", "Per token", "Three hosts"] == [one["Cheapest"] for _, one in cards(page)]


def test_a_load_without_a_price_stands_as_unknown_and_never_as_zero(state: PageState) -> None:
    page = DecideForm(state, with_value("options.0.prices", {"input": None}))
    page.click("add-volumes")

    found = cards(page)

    assert 3 == len(found)
    assert {"not known"} == {facts["A month"] for _, facts in found}


def test_without_further_loads_nothing_stands_side_by_side(state: PageState) -> None:
    """One load beside itself would say nothing."""
    assert [] == cards(DecideForm(state, article()))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "Expected a number above 0, found '0'."),
        ("-2", "Expected a number of 0 or more, found -2."),
        ("double", "Expected a number, found 'double'."),
        ("", "Expected factor, found nothing."),
    ],
)
def test_a_factor_that_means_nothing_is_refused_at_its_field(
    state: PageState, typed: str, message: str
) -> None:
    page = with_volumes(state)

    page.type(HIGH, typed)

    assert {HIGH: message} == page.errors()
    assert typed == page.fields()[HIGH]["value"]
    assert "Load 2 · Times the plan:" in words(page.shown().problems)


def test_two_loads_of_one_name_are_refused_by_name(state: PageState) -> None:
    page = with_volumes(state)

    page.type("volumes.1.name", "low")

    assert ["volumes.1.name"] == list(page.errors())


def test_a_load_can_be_taken_out_again(state: PageState) -> None:
    page = with_volumes(state)
    page.click("remove-volume", 0)

    assert ["plan (your load)", "high"] == [name for name, _ in cards(page)]


def test_the_side_by_side_is_japanese_on_a_japanese_page(state: PageState) -> None:
    found = cards(with_volumes(state, "ja"))

    assert ["少ない場合", "計画(入力した負荷)", "多い場合"] == [name for name, _ in found]
    assert {"最安", "月額", "次点との差", "分岐点との位置"} == set(found[0][1])
