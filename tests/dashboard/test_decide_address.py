"""The address of the Decide page: it carries the whole state, and never a price."""

from typing import Any
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.decide.address import (
    Address,
    read_address,
    with_workload,
    workload_changes,
    write_address,
)

BASE: dict[str, Any] = {
    "model": "m",
    "workload": {
        "requests_per_hour": "5000",
        "input_tokens": "1000",
        "output_tokens": "1000",
        "peak_to_mean": "1",
    },
    "options": [{"name": "A", "price": {"amount": "6.12"}}],
}


@given(
    st.builds(
        Address,
        scenario=st.text("abc-_123", min_size=1, max_size=30),
        workload=st.dictionaries(
            st.sampled_from(["requests_per_hour", "input_tokens", "peak_to_mean"]),
            st.text("0123456789.&=%?あ ", min_size=1, max_size=20),
        ),
        load_axis=st.sampled_from(["requests_per_month", "tokens_per_hour"]),
        cost_axis=st.sampled_from(["per_month", "per_hour"]),
        language=st.sampled_from(["en", "ja"]),
        theme=st.sampled_from(["auto", "light", "dark"]),
    )
)
def test_an_address_that_is_written_reads_back_the_same(address: Address) -> None:
    """Whatever is typed into a number field survives reload, separators of the URL included."""
    assert address == read_address(write_address(address))


def test_what_is_not_understood_is_named_and_the_rest_still_works() -> None:
    """A mistyped link must neither fail nor pretend."""
    address = read_address("?v=2&scenario=article&theme=pink&price=6.12&requests_per_hour=9")
    assert ("v=2", "theme=pink", "price=6.12") == address.refused
    assert {"requests_per_hour": "9"} == address.workload


def test_another_page_starts_a_question_by_public_ids_only() -> None:
    """Model, offer, host and region are taken; a price or key is not one of them."""
    address = read_address(
        "?use_model=a/b&use_offer=azure%2Fx%2Fglobal&use_region=japaneast&use_price=3"
    )
    assert {"model": "a/b", "offer": "azure/x/global", "region": "japaneast"} == address.use
    assert ("use_price=3",) == address.refused


def test_a_changed_workload_is_said_by_the_address_alone() -> None:
    """The link of a changed load needs no saved scenario."""
    draft = {**BASE, "workload": {**BASE["workload"], "requests_per_hour": "9000"}}
    changed = workload_changes(draft, BASE)
    assert {"requests_per_hour": "9000"} == changed
    assert draft == with_workload(BASE, changed or {})


def test_another_way_of_counting_replaces_the_one_of_the_example() -> None:
    """Requests a month in the link must not meet requests an hour of the example."""
    workload = {key: value for key, value in BASE["workload"].items() if key != "requests_per_hour"}
    draft = {**BASE, "workload": {**workload, "requests_per_month": "3650000"}}
    changed = workload_changes(draft, BASE)
    assert {"requests_per_month": "3650000"} == changed
    assert draft == with_workload(BASE, changed or {})


def test_a_typed_price_is_never_put_into_the_address() -> None:
    """More than the workload differs, so the question has to be saved on the server."""
    draft = {**BASE, "options": [{"name": "A", "price": {"amount": "5.55"}}]}
    assert workload_changes(draft, BASE) is None
    written = write_address(Address(scenario="s-1"))
    assert "5.55" not in unquote(written)


def test_a_number_taken_away_cannot_be_said_by_the_address() -> None:
    """An absent parameter means the example's number, so the question has to be saved."""
    workload = {key: value for key, value in BASE["workload"].items() if key != "peak_to_mean"}
    assert workload_changes({**BASE, "workload": workload}, BASE) is None
