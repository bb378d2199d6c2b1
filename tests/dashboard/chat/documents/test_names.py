"""Names of files are text from another machine: shown without what deceives, never a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.chat.documents.names import ending_of, shown_name, shown_stem


@pytest.mark.parametrize(
    ("name", "shown", "stem", "ending"),
    [
        ("price list.PDF", "price list.PDF", "price list", ".pdf"),
        ("../../etc/passwd", "../../etc/passwd", "passwd", ""),
        ("C:\\a\\b.docx", "C:\\a\\b.docx", "b", ".docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe", "invoicefdp", ".exe"),
        ("a\x00b\r\n\x1b[31m.txt", "ab[31m.txt", "ab[31m", ".txt"),
        ("\u2066a\u2069\u200f.md", "a.md", "a", ".md"),
        ("\ud800.csv", ".csv", ".csv", ""),
        (".txt", ".txt", ".txt", ""),
        ("a.pdf. .", "a.pdf. .", "a", ".pdf"),
        ("\u202e", "?", "?", ""),
        ("か\u3099.txt", "が.txt", "が", ".txt"),
        ("کتاب\u200cها.txt", "کتاب\u200cها.txt", "کتاب\u200cها", ".txt"),
        ("<b>{name}</b>.txt", "<b>{name}</b>.txt", "b>", ".txt"),
    ],
)
def test_a_name_becomes_plain_text(name: str, shown: str, stem: str, ending: str) -> None:
    assert (shown, stem, ending) == (shown_name(name), shown_stem(name), ending_of(name))


def test_a_long_name_keeps_the_end_that_tells_what_it_is() -> None:
    shown = shown_name("a" * 5_000 + ".pdf.exe")

    assert 200 == len(shown)
    assert shown.endswith("aaa.pdf.exe")


@given(st.text())
def test_no_name_can_break_a_line_or_turn_the_writing(name: str) -> None:
    shown = shown_name(name)

    assert 1 <= len(shown) <= 200
    assert not set(shown) & set("\n\r\0\x1b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2028\u2029")
    shown.encode()
