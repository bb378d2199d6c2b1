"""Citations as models write them, found in a text; and what only looks like one."""

from __future__ import annotations

import time

import pytest

from dashboard.chat.citation_marks import find_marks, is_mark, without_marks


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[doc1]", (1,)),
        ("[doc 1]", (1,)),
        ("[Doc1]", (1,)),
        ("[DOC 12]", (12,)),
        ("[ doc1 ]", (1,)),
        ("[doc_1]", (1,)),
        ("[doc-1]", (1,)),
        ("[doc:1]", (1,)),
        ("[doc#1]", (1,)),
        ("[^doc1]", (1,)),
        ("[document 1]", (1,)),
        ("[docs 1, 2]", (1, 2)),
        ("[doc1, doc2]", (1, 2)),
        ("[doc1,2]", (1, 2)),
        ("[doc1; doc3]", (1, 3)),
        ("[doc1 and doc2]", (1, 2)),
        ("[doc1 & doc2]", (1, 2)),
        ("[doc1、doc2]", (1, 2)),
        ("[doc1と2]", (1, 2)),
        ("[doc1-3]", (1, 2, 3)),
        ("[doc1–doc3, doc7]", (1, 2, 3, 7)),
        ("[doc3-1]", (3, 1)),
        ("[doc1-900]", (1, 900)),
        ("[doc2, doc2]", (2, 2)),
        ("【doc1】", (1,)),
        ("【doc1†source】", (1,)),
        ("［ｄｏｃ１］", (1,)),
        ("［Ｄｏｃ　２，３］", (2, 3)),
        ("（doc1）", (1,)),
        ("(doc1)", (1,)),
        ("[文書1]", (1,)),
        ("【ドキュメント２】", (2,)),
        ("[doc0]", (0,)),
        ("[doc007]", (7,)),
    ],
)
def test_a_citation_is_found_however_it_is_written(text: str, numbers: tuple[int, ...]) -> None:
    marks = list(find_marks(f"It is so {text}."))

    assert [numbers] == [mark.numbers for mark in marks]
    assert (9, 9 + len(text)) == (marks[0].start, marks[0].end)
    assert is_mark(text)


@pytest.mark.parametrize(
    "text",
    ["[1]", "[doc]", "doc1", "[docker1]", "[doc1", "doc1]", "[doc1234567]", "[dog1]", "[doc one]",
     "[doc1 says so]", "(see the documents)", "[adoc1]", "[doc1|2]", ""],
)  # fmt: skip
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert [] == list(find_marks(text))
    assert not is_mark(text)


def test_several_citations_are_found_in_their_order_and_repeated_ones_stay() -> None:
    text = "A [doc2][doc1], B [doc2]. 価格は【doc3】です。"

    assert [(2,), (1,), (2,), (3,)] == [mark.numbers for mark in find_marks(text)]
    assert "A, B. 価格はです。" == without_marks(text)


def test_a_text_without_citations_stays_as_it_is() -> None:
    assert " [1] x \n" == without_marks(" [1] x \n")


@pytest.mark.parametrize(
    "text", ["[doc1," * 5000, "[" * 30_000, "[doc1 " * 5000, "[doc1" + ",1" * 9000]
)
def test_a_text_of_beginnings_takes_no_long_time(text: str) -> None:
    started = time.process_time()

    list(find_marks(text))

    assert time.process_time() - started < 1
