"""Question files that are refused: by line and column, all at once, in both languages."""

from __future__ import annotations

import pytest

from dashboard.chat.batch.question_file import QuestionFileRefused, read_questions
from dashboard.chat.errors import ChatRefused
from dashboard.texts import load_texts


def refused(content: bytes | str, name: str = "set.csv") -> tuple[str, str]:
    """The sentences of a refusal in English and Japanese."""
    with pytest.raises(ChatRefused) as caught:
        read_questions(content if isinstance(content, bytes) else content.encode(), name=name)
    english, japanese = (caught.value.sentence(load_texts(one)) for one in ("en", "ja"))
    assert english != japanese
    return english, japanese


FAULTS = [
    ("question,expectd\nWhy?,a\n", "Line 1, expectd: There is no column expectd here. Did you "
     "mean expected?", "1行目、expectd: ここに列expectdはありません。expectedではありませんか。"),
    ("question,zzz\nWhy?,a\n", "Known are question, expected, must_cite, language.", "使える列"),
    ("question,question\nWhy?,a\n", "Line 1, question: The column question stands here twice.",
     "列questionが2回あります"),
    ("expected\na\n", "Line 1, question: Expected a column question, found none.",
     "列questionが必要ですが、ありません"),
    ("question;expected\nWhy?;a\n", "Line 1, -: Expected columns separated by commas, found "
     "semicolons.", "1行目"),
    ("question\nWhy?,b\n", "Line 2, 2: Expected at most 1 cells as in the header, found one more: "
     "b.", "見出しと同じ1列までです"),
    ("question,expected\n ,a\n", "Line 2, question: Expected a question, found none.",
     "質問が必要ですが、空です"),
    ("question,must_cite\nWhy?,perhaps\n", "Line 2, must_cite: Expected true or false, yes or no, "
     "1 or 0, or nothing, found perhaps.", "trueかfalse"),
    ("question,language\nWhy?,English please\n", "Line 2, language: Expected the code of a "
     "language such as en or ja, or nothing, found English please.", "言語コード"),
    (f"question\n{'x' * 20_001}\n", "Line 2, question: Expected at most 20,000 letters, found "
     "20,001.", "20,000文字までです"),
    ("question\nWhy?\n\nＷＨＹ？\n", "Line 4, question: The same question stands in line 2.",
     "同じ質問が2行目にあります"),
    ('question\nWhy?\n"broken\n', "Line 3, -: Expected CSV, but it cannot be read", "3行目"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "japanese"), FAULTS)
def test_a_wrong_row_is_refused_by_line_and_column(text: str, english: str, japanese: str) -> None:
    told = refused(text)

    assert "The questions in set.csv cannot be used:" == told[0].splitlines()[0]
    assert english in told[0]
    assert japanese in told[1]


WHOLES = [
    ("", "set.csv", "set.csv holds no question.", "質問がありません"),
    ("question\n\n", "set.csv", "set.csv holds no question.", "質問がありません"),
    ("\n", "set.jsonl", "set.jsonl holds no question.", "質問がありません"),
    ("[]", "set.yaml", "set.yaml holds no question.", "質問がありません"),
    ("x", "set.xlsx", "ends in one of .csv, .yaml, .yml, .jsonl, .ndjson, found set.xlsx",
     "いずれかで終わる"),
    (b"question\n\xff\xfe\x81\n", "set.csv", "neither in UTF-8 nor in CP932 (first wrong byte at "
     "9)", "UTF-8でもCP932でもありません"),
    ("question\n" + "".join(f"q{n}\n" for n in range(2_001)), "set.csv",
     "expected at most 2,000 questions, found 2,001", "2,000件まで"),
    (b"x" * 10_000_001, "set.csv", "expected at most 10,000,000 bytes", "10,000,000バイトまで"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "name", "english", "japanese"), WHOLES)
def test_a_file_that_holds_no_set_is_refused_as_a_whole(
    content: bytes | str, name: str, english: str, japanese: str
) -> None:
    told = refused(content, name)

    assert english in told[0]
    assert japanese in told[1]


def test_two_thousand_questions_are_a_set() -> None:
    text = "question\n" + "".join(f"q{number}\n" for number in range(2_000))

    assert 2_000 == len(read_questions(text.encode(), name="set.csv").questions)


STRUCTURES = [
    ("question: Why?\n", "a.yaml", "Line 1, -: Expected a list of questions, found "),
    ("- Why?\n", "a.yaml", "Line 1, -: Expected named values such as question: ..., found "),
    ("- question: Why?\n- quest: a\n", "a.yaml", "Line 2, quest: There is no column quest here."),
    ("- question: Why?\n  expected: [1]\n", "a.yaml", "Line 2, expected: Expected text, found"),
    ("- {question: Why}\n- {question: Why}\n", "a.yaml", "The same question stands in line 1."),
    ("[{question: Why}, {question: Why}]\n", "a.yaml", "The same question stands in line 1."),
    ("- question: &a Why?\n", "a.yaml", "anchors and aliases are not allowed"),
    ("- question: Why?\n  question: No?\n", "a.yaml", "The key question stands here twice."),
    ('{"question": "Why?"}\n{"question": \n', "a.jsonl", "Line 2, -: Expected JSON"),
    ('{"question": "Why?", "must_cite": 2}\n', "a.jsonl", "Line 1, must_cite: Expected true"),
    ('{"question": true}\n', "a.jsonl", "Line 1, question: Expected text, found True"),
    ('["Why?"]\n', "a.jsonl", "Line 1, -: Expected named values"),
    ("{}\n", "a.jsonl", "Line 1, question: Expected a question, found none."),
]


@pytest.mark.parametrize(("text", "name", "english"), STRUCTURES)
def test_yaml_and_jsonl_are_refused_by_line_as_well(text: str, name: str, english: str) -> None:
    assert english in refused(text, name)[0]


def test_everything_wrong_is_told_at_once_in_order_of_line() -> None:
    """A duplicate, which is found last, stands at its line."""
    with pytest.raises(QuestionFileRefused) as caught:
        read_questions(
            b"question,must_cite,languages\nWhy?,true,\nWhy?,true,\n,true,\nHow?,maybe,\n",
            name="set.csv",
        )

    found = [(one.line, one.field) for one in caught.value.faults]
    assert [(1, "languages"), (3, "question"), (4, "question"), (5, "must_cite")] == found


def test_what_was_found_is_shown_short_and_on_one_line() -> None:
    """A cell may hold anything, also what moves the cursor of a terminal."""
    told = refused(f'question,must_cite\nWhy?,"\x1b[2J{"x" * 500}"\n')[0]

    assert 2 == len(told.splitlines())
    assert "\x1b" not in told
    assert len(told) < 300
