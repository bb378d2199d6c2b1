"""Reading JSON and YAML: numbers as written, places kept, and what is refused at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from catalog.document import MOST_BYTES, Form, NumberText, read_document
from catalog.problems import Path
from tests.catalog.questions import reading_problem


def _read(content: bytes | str, form: Form = "yaml") -> Any:
    return read_document(content, form=form).value


def _places(content: str, form: Form) -> Mapping[Path, tuple[int, int]]:
    return read_document(content, form=form).places


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize(
    "number",
    [
        "0.1",
        "1.0e-7",
        "12831932.77",
        "0.10",
        "5000",
        "-3",
        "12831932.77197278911564625850340136054",
        "123456789012345678901234567890",
    ],
)
def test_a_number_is_kept_as_it_was_written(form: Form, number: str) -> None:
    """Every digit and every zero at the end, which a float would lose."""
    content = f'{{"amount": {number}}}'

    value = _read(content, form)["amount"]

    assert number == value
    assert NumberText is type(value)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_small_number_with_an_exponent_is_kept_as_it_was_written(form: Form) -> None:
    """YAML 1.1 takes 1e-7 for text and JSON for a number; the letters are the same."""
    assert {"amount": "1e-7"} == _read('{"amount": 1e-7}', form)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_quoted_number_is_text(form: Form) -> None:
    """The quotes are kept in mind: one is a NumberText, the other a plain str."""
    value = _read('{"bare": 0.1, "quoted": "0.1"}', form)

    assert {"bare": "0.1", "quoted": "0.1"} == value
    assert NumberText is type(value["bare"])
    assert str is type(value["quoted"])


def test_json_values_of_each_kind_are_read() -> None:
    """Lists, named values, true, false and null come through as they are."""
    value = _read('{"a": [true, false, null, "x", {"b": 1}]}', "json")

    assert {"a": [True, False, None, "x", {"b": "1"}]} == value
    assert value["a"][0] is True


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("true", True),
        ("false", False),
        ('"true"', "true"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("~", None),
        ("", None),
        ("null", None),
        ("2024-03-17", "2024-03-17"),
        ("2024-03-17T06:00:00Z", "2024-03-17T06:00:00Z"),
        ("!!str 5", "5"),
        ("!price 5", "5"),
        ("[]", []),
        ("|\n  two\n  lines", "two\nlines"),
    ],
)
def test_a_yaml_value_means_what_it_says(written: str, expected: object) -> None:
    """A date stays text, and only true and false are booleans: "yes" and "on" are words."""
    value = _read(f"key: {written}")["key"]

    assert expected == value
    assert type(expected) is type(value)


def test_every_yaml_value_knows_its_line_and_column() -> None:
    """Lines and columns count from 1."""
    places = _places("a: 1\nb:\n  - c: 2\n  - 3\n", "yaml")

    assert {
        (): (1, 1),
        ("a",): (1, 4),
        ("b",): (3, 3),
        ("b", 0): (3, 5),
        ("b", 0, "c"): (3, 8),
        ("b", 1): (4, 5),
    } == places


def test_every_json_value_knows_its_line_and_column() -> None:
    """Also where the file is indented by tabs, which YAML would refuse."""
    places = _places('{"a": 1,\n\t"b": [\n\t\t{"c": 2}]}', "json")

    assert {
        (): (1, 1),
        ("a",): (1, 7),
        ("b",): (2, 7),
        ("b", 0): (3, 3),
        ("b", 0, "c"): (3, 9),
    } == places


def test_json_that_yaml_cannot_read_has_no_places() -> None:
    """A key of more than 1,024 characters is good JSON; its value counts, its place is unknown."""
    key = "k" * 2000

    document = read_document(f'{{"{key}": 1}}', form="json")

    assert {key: "1"} == document.value
    assert {} == document.places


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_byte_order_mark_is_ignored(form: Form) -> None:
    """Some editors write one; it is no part of the first key."""
    assert {"a": "1"} == _read(b'\xef\xbb\xbf{"a": 1}', form)


def test_japanese_text_is_read_from_utf8_bytes() -> None:
    """Bytes are UTF-8 in either form."""
    assert {"name": "東京"} == _read("name: 東京".encode())
    assert {"name": "東京"} == _read('{"name": "東京"}'.encode(), "json")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_byte_that_is_no_utf8_is_refused_by_its_position(form: Form) -> None:
    """Shift_JIS, for instance."""
    found = reading_problem(b"a: \x93\x8c", form)

    assert "not_utf8" == found.code
    assert "Expected UTF-8 text, found a byte that is none at position 3." == found.message


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_document_of_over_a_million_bytes_is_refused(form: Form) -> None:
    """Before anything of it is read; one byte less is read."""
    fits = '"' + "x" * (MOST_BYTES - 2) + '"'

    found = reading_problem(fits + " ", form)

    assert MOST_BYTES - 2 == len(_read(fits, form))
    assert "too_large" == found.code
    assert "Expected at most 1,000,000 bytes, found 1,000,001." == found.message


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("levels", [41, 30_000])
def test_nesting_that_is_too_deep_is_refused(form: Form, levels: int) -> None:
    """40 levels are read; 41, and what would exhaust the stack, are not."""
    most: Any = []
    for _ in range(39):
        most = [most]

    found = reading_problem("[" * levels + "]" * levels, form)

    assert most == _read("[" * 40 + "]" * 40, form)
    assert "Expected at most 40 levels of nesting." == found.message
