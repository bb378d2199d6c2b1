"""Documents that cannot be read: the reason, the line and the column."""

from __future__ import annotations

import pytest

from catalog.document import Form, read_document
from tests.catalog.questions import reading_problem


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        ("", "Expecting value", (1, 1)),
        ('{"a": 1,\n "b": }', "Expecting value", (2, 7)),
        ('{"a": 1,\n "b": 2', "Expecting ',' delimiter", (2, 8)),
        ("{'a': 1}", "Expecting property name enclosed in double quotes", (1, 2)),
        ("{} {}", "Extra data", (1, 4)),
        ('{"a": 01}', "Expecting ',' delimiter", (1, 8)),
        ('{"a": "\n"}', "Invalid control character at", (1, 8)),
    ],
)
def test_broken_json_is_refused_by_line_and_column(
    content: str, reason: str, place: tuple[int, int]
) -> None:
    """The reason is the parser's, the place counts from 1."""
    found = reading_problem(content, "json")

    assert "broken_document" == found.code
    assert f"Expected JSON, but it cannot be read: {reason}." == found.message
    assert place == (found.line, found.column)


@pytest.mark.parametrize(
    ("content", "reason", "place"),
    [
        ("", "the document is empty", (1, 1)),
        ("# only a comment\n", "the document is empty", (1, 1)),
        ("a: 1\nb: [1", "expected ',' or ']', but got '<stream end>'", (2, 6)),
        ("a: 1\n\tb: 2", "found character '\\t' that cannot start any token", (2, 1)),
        ("a: 1\nb: c: 2", "mapping values are not allowed here", (2, 5)),
        (
            "a: 1\n---\nb: 2",
            "expected a single document in the stream but found another document",
            (2, 1),
        ),
        ("a: 1\n? [b]\n: 2", "a key must be a word", (1, 1)),
        (
            "a: 1\nb: x\x00",
            "unacceptable character #x0000: special characters are not allowed",
            (2, 5),
        ),
    ],
)
def test_broken_yaml_is_refused_by_line_and_column(
    content: str, reason: str, place: tuple[int, int]
) -> None:
    """The reason is the parser's, the place counts from 1."""
    found = reading_problem(content)

    assert "broken_document" == found.code
    assert f"Expected YAML, but it cannot be read: {reason}." == found.message
    assert place == (found.line, found.column)


@pytest.mark.parametrize("escape", ["\\U00110000", "\\UFFFFFFFF"])
def test_an_escape_that_is_no_character_is_refused(escape: str) -> None:
    """Beyond the last character of Unicode, and beyond what the machine can count."""
    found = reading_problem(f'title: "{escape}"')

    assert "broken_document" == found.code


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("a: &x 1\nb: 2", (1, 4)),
        ("a: 1\nb: &x [1]", (2, 4)),
        ("a: 1\nb: {c: &x {}}", (2, 8)),
        ("a: 1\nb: *x", (2, 4)),
    ],
)
def test_yaml_anchors_and_aliases_are_refused(content: str, place: tuple[int, int]) -> None:
    """Nine lines of them can stand for a billion values."""
    found = reading_problem(content)

    assert (
        "Expected YAML, but it cannot be read: anchors and aliases are not allowed."
    ) == found.message
    assert place == (found.line, found.column)


def test_a_yaml_key_that_stands_twice_is_refused_at_the_second() -> None:
    """The path names the key, the line is that of its repetition."""
    found = reading_problem("a: 1\nb:\n  c: 1\n  c: 2\n")

    assert "duplicate_key" == found.code
    assert "b.c" == found.field
    assert (4, 3) == (found.line, found.column)
    assert "The key c stands here twice. Keep one of them." == found.message


def test_a_json_key_that_stands_twice_is_refused() -> None:
    """Other readers silently take the last one."""
    found = reading_problem('{"a": {"c": 1, "b": 2, "c": 3}}', "json")

    assert "The key c stands here twice. Keep one of them." == found.message


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_same_key_may_stand_in_two_places(form: Form) -> None:
    """Only within one mapping is it a repetition."""
    document = read_document('{"a": {"c": 1}, "b": {"c": 2}}', form=form)

    assert {"a": {"c": "1"}, "b": {"c": "2"}} == document.value


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_the_words_that_json_has_not_are_refused(word: str) -> None:
    """Python's reader would take them."""
    found = reading_problem(f'{{"amount": {word}}}', "json")

    assert "not_finite" == found.code
    assert f"Expected a finite number, found {word}." == found.message


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_control_character_in_a_message_is_made_visible(form: Form) -> None:
    """A key must not be able to paint on the reader's terminal."""
    found = reading_problem('{"\\u001b[31m": 1, "\\u001b[31m": 2}', form)

    assert "The key \\x1b[31m stands here twice. Keep one of them." == found.message


def test_a_long_key_is_cut_in_the_message() -> None:
    """80 characters are shown."""
    key = "k" * 500

    found = reading_problem(f'{{"{key}": 1, "{key}": 2}}', "json")

    assert f"The key {'k' * 79}… stands here twice. Keep one of them." == found.message
