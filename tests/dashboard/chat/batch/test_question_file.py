"""Question files that are read, in every form."""

from __future__ import annotations

import json

import pytest

from dashboard.chat.batch.question_file import Question, read_questions, sample_questions

HEADER = "question,expected,must_cite,language\n"


def read(text: str, name: str = "set.csv") -> tuple[Question, ...]:
    """The questions of a text in UTF-8."""
    return read_questions(text.encode(), name=name).questions


def test_a_csv_file_is_read_with_the_lines_of_its_questions() -> None:
    """A blank line is passed over, and a question may have several lines."""
    found = read(f'{HEADER}How much?,$110,true,en\n\n"Two\nlines?",,no,\nLast?,-4 °C,1,ja\n')

    assert (
        Question(line=2, question="How much?", expected="$110", must_cite=True, language="en"),
        Question(line=4, question="Two\nlines?"),
        Question(line=6, question="Last?", expected="-4 °C", must_cite=True, language="ja"),
    ) == found


def test_only_the_column_of_questions_must_be_there() -> None:
    """In any order; a short row has empty cells."""
    assert [("", False)] == [(one.expected, one.must_cite) for one in read("question\nWhy?\n")]
    assert ["b"] == [one.expected for one in read("expected,question,language\nb,Why?\n")]


def test_the_mark_of_utf_8_is_no_part_of_the_first_column() -> None:
    """As Excel writes it."""
    found = read_questions(("\ufeff" + HEADER + "Why?\n").encode(), name="set.CSV")

    assert ("Why?", ()) == (found.questions[0].question, found.flags)


def test_a_file_of_excel_in_japan_is_read_and_flagged() -> None:
    """CP932, with letters that Shift_JIS does not have."""
    found = read_questions(
        f"{HEADER}①番の靴は髙いですか,16500円,yes,ja\n".encode("cp932"), name="a.csv"
    )

    assert "①番の靴は髙いですか" == found.questions[0].question
    assert ("cp932",) == found.flags


def test_the_same_questions_are_read_from_yaml_and_jsonl() -> None:
    """Numbers may be written as such; the sets agree in their hash, not in their names."""
    rows: list[dict[str, object]] = [
        {"question": "How much?", "expected": "110", "must_cite": True, "language": "en"},
        {"question": "いくら", "expected": "16500"},
    ]
    csv = f"{HEADER}How much?,110,true,en\nいくら,16500,,\n"
    yaml = (
        "- question: How much?\n  expected: 110\n  must_cite: true\n  language: en\n"
        "- {question: いくら, expected: 16500, must_cite: null}\n"
    )
    jsonl = "\n".join([json.dumps(rows[0]), "", json.dumps(rows[1] | {"expected": 16500})])

    sets = [
        read_questions(text.encode(), name=name)
        for text, name in ((csv, "a.csv"), (yaml, "b.yml"), (jsonl, "c.jsonl"))
    ]

    assert 1 == len({one.sha256 for one in sets})
    assert [[2, 3], [1, 5], [1, 3]] == [[one.line for one in found.questions] for found in sets]


def test_a_cell_that_looks_like_a_formula_is_text_like_any_other() -> None:
    """Nothing is computed, and nothing is taken away from what is asked."""
    [found] = read('question,expected\n"=HYPERLINK(""http://x"")",@SUM(1)\n')

    assert ('=HYPERLINK("http://x")', "@SUM(1)") == (found.question, found.expected)


def test_another_expectation_makes_another_set() -> None:
    """Answers are judged as they come, so a changed judge is a changed set."""
    first, second = (
        read_questions(f"question,expected\nWhy?,{expected}\n".encode(), name="a.csv").sha256
        for expected in ("a", "b")
    )

    assert first != second


def test_the_bundled_questions_are_in_both_languages_and_have_to_cite() -> None:
    found = sample_questions()

    assert 40 == len(found.questions)
    assert {"en", "ja"} == {one.language for one in found.questions}
    assert all(one.must_cite and one.expected for one in found.questions)


@pytest.mark.parametrize("word", ["true", "TRUE", "yes", "1"])
def test_a_truth_is_written_in_several_ways(word: str) -> None:
    assert read(f"question,must_cite\nWhy?,{word}\n")[0].must_cite
