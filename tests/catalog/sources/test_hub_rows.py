"""Rows of the Hub: what each fact is read from, and rows that are kept out with their reason."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalog.sources.hub_rows import EXPANDED, hub_model
from catalog.sources.raw_rows import RowInvalid, json_of
from tests.catalog.sources.hub_reading import Reading, ids, numbers
from tests.catalog.sources.run_of_sources import unread_of
from tests.emulators.hub import REFUSED_IN_THE_LIST, HubEmulator, hub_row

POISON: dict[str, tuple[Any, str]] = {
    "a text": ("broken", "row: expected an object"),
    "nothing": (None, "row: expected an object"),
    "a list": ([1], "row: expected an object"),
    "no key": (hub_row(50, _id=None), "_id: expected text"),
    "key is a number": (hub_row(51, _id=7), "_id: expected text, found 7"),
    "no id": (hub_row(52, id=None), "id: expected text"),
    "empty id": (hub_row(53, id=" "), "id: expected text"),
    "id of a path": (hub_row(54, id="../../etc/passwd"), "id: expected an id"),
    "id with NUL": (hub_row(55, id="org/a\x00b"), "id: expected an id"),
    "endless id": (hub_row(56, id="org/" + "a" * 600), "id: String should have at most 500"),
    "half a letter": (
        hub_row(57, library_name="\ud800"),
        "library: Input should be a valid string",
    ),
    "downloads in words": (hub_row(58, downloads="many"), "downloads: expected a whole number"),
    "downloads below 0": (hub_row(59, downloads=-1), "downloads: expected a whole number"),
    "downloads of 2.5": (hub_row(60, downloads=2.5), "downloads: expected a whole number"),
    "downloads true": (hub_row(61, downloads=True), "downloads: expected a whole number"),
    "too many downloads": (hub_row(62, downloads=2**63), "downloads: expected a whole number"),
    "5,000 digits": (hub_row(63, likes=10**4000), "likes: expected a whole number"),
    "likes not a number": (hub_row(64, likes=float("nan")), "likes: expected a whole number"),
    "yesterday": (hub_row(65, createdAt="yesterday"), "createdAt: expected a date and time"),
    "no zone": (hub_row(66, createdAt="2026-01-01T00:00:00"), "createdAt: expected a date and"),
    "tags in one text": (hub_row(67, tags="a,b"), "tags: expected a list of texts"),
    "tag is a number": (hub_row(68, tags=["a", 1]), "tags: expected a list of texts"),
    "no total": (hub_row(69, safetensors={"parameters": {"F16": 1}}), "safetensors.total: expect"),
    "count below 0": (
        hub_row(70, safetensors={"parameters": {"F16": -1}, "total": 1}),
        "safetensors.parameters.F16: expected a whole number",
    ),
    "no provider's id": (
        hub_row(71, inferenceProviderMapping=[{"provider": "new", "status": "live"}]),
        "inferenceProviderMapping[0].providerId: expected text",
    ),
    "mapping of numbers": (
        hub_row(72, inferenceProviderMapping={"new": 1}),
        "inferenceProviderMapping: expected objects by provider",
    ),
    "gated sometimes": (hub_row(73, gated="sometimes"), "gated: expected false, auto or manual"),
    "private in words": (hub_row(74, private="no"), "private: expected true or false"),
    "config in a list": (hub_row(75, config=[]), "config: expected an object, found []"),
    "sha with a path": (hub_row(76, sha="../main"), "sha: expected the hash of a commit"),
}


def test_thirty_kinds_of_poison_are_quarantined_and_every_good_row_is_given() -> None:
    """In the Hub's own client the first of them ends the list, and nothing says so."""
    rows: list[Any] = [hub_row(number) for number in range(8)]
    for place, (poison, _) in enumerate(POISON.values()):
        rows.insert(2 * place % 9, poison)
    with HubEmulator(rows, page_rows=7) as hub, Reading(hub) as reading:
        pages = reading.pages()

    assert numbers(*range(8)) == sorted(ids(pages))
    found = unread_of(pages)
    assert len(POISON) == len(found)
    assert {"invalid"} == {row.reason for row in found}
    for _, start in POISON.values():
        assert any(row.detail.startswith(start) for row in found), start
    assert all(len(row.raw) <= 4000 and len(row.key) <= 500 for row in found)


@pytest.mark.parametrize("name", POISON)
def test_a_poison_row_says_which_field_is_wrong(name: str) -> None:
    poison, start = POISON[name]
    raw = json_of(json.dumps(poison).encode(), "row")

    with pytest.raises(RowInvalid) as caught:
        hub_model(raw)

    assert str(caught.value).startswith(start)
    assert len(str(caught.value)) < 300


def test_a_row_with_nothing_but_its_names_is_a_model_of_which_nothing_is_known() -> None:
    found = hub_model({"_id": "a", "id": "gpt2"})

    known = {name for name, value in found if value not in (None, ())}
    assert {"hub_key", "id"} == known


def test_new_fields_of_the_hub_are_harmless() -> None:
    """Drift of the schema: more fields, and evaluations that the library cannot read."""
    row = hub_row(1, evalResults=[{"x": 1}], brandNew={"a": [1]}, trendingScore="high")

    assert hub_model(hub_row(1)) == hub_model(row)


def test_every_fact_is_read_from_its_place() -> None:
    row = hub_row(
        1,
        tags=[
            "license:llama3.1",
            "base_model:org/base",
            "base_model:quantized:org/base",
            "base_model:org/other",
        ],
        gguf={"total": 8, "architecture": "llama", "context_length": 4096, "chat_template": "x"},
        config={
            "architectures": ["A", "B"],
            "model_type": "llama",
            "quantization_config": {"quant_method": "awq", "bits": 4},
        },
        inferenceProviderMapping=[
            {"provider": "z", "status": "error", "providerId": "1"},
            {"provider": "a", "status": "live", "providerId": "x/y"},
        ],
        inference="warm",
        createdAt="2026-10-27T08:00:00.1234567Z",
    )

    found = hub_model(row)

    assert "llama3.1" == found.license
    assert ("org/other", "quantized:org/base") == found.base_models
    assert (8, "llama", 4096) == (
        found.gguf_parameters,
        found.gguf_architecture,
        found.gguf_context_tokens,
    )
    assert (("A", "B"), "llama", "awq") == (
        found.architectures,
        found.model_type,
        found.quant_method,
    )
    assert ("a:live:x/y", "z:error:1") == found.served_by
    assert ("manual", "warm", "text-generation") == (found.gated, found.inference, found.task)
    assert 123456 == found.created_at.microsecond if found.created_at else False
    assert '{"BF16": 8030261248}' == found.parameters_by_type


def test_not_gated_is_a_fact_and_gated_left_out_is_none() -> None:
    assert "no" == hub_model(hub_row(2)).gated
    assert hub_model({"_id": "a", "id": "b/c"}).gated is None


@pytest.mark.parametrize(
    ("types", "changes", "expected"),
    [
        ({"U8": 118_244_966_400, "BF16": 2_167_371_072}, {"config": None}, True),
        ({"U8": 10, "BF16": 90}, {"config": {"quantization_config": {"quant_method": "x"}}}, True),
        ({"U8": 10, "BF16": 90}, {"tags": ["mxfp4"]}, True),
        ({"I32": 10, "F16": 90}, {"tags": ["gptq"]}, True),
        ({"U8": 10, "BF16": 90}, {}, False),
        ({"F8_E4M3": 90, "BF16": 10}, {"config": {"quantization_config": {}}}, False),
    ],
)
def test_counts_of_packed_weights_are_flagged(
    types: dict[str, int], changes: dict[str, Any], expected: bool
) -> None:
    """gpt-oss-120b counts 4-bit weights under U8; one byte for each would be 114 GiB, not 61."""
    counts = {"parameters": types, "total": sum(types.values())}
    row = hub_row(1, safetensors=counts, **changes)

    found = hub_model(row)

    assert (("packed_weights",) if expected else ()) == found.flags
    assert sum(types.values()) == found.parameters


def test_the_list_is_not_asked_for_names_that_it_refuses() -> None:
    assert not REFUSED_IN_THE_LIST.intersection(EXPANDED)
    assert "cardData" not in EXPANDED


def test_the_name_of_an_unread_row_can_be_stored_whatever_it_holds() -> None:
    with HubEmulator([hub_row(1, _id="a\ud800\x00b", likes=-1)]) as hub, Reading(hub) as reading:
        found = unread_of(reading.pages())

    assert ["a\\ud800\\x00b"] == [row.key for row in found]
