"""Bytes become letters: proven where that can be, flagged where it is a guess."""

from __future__ import annotations

import pytest

from dashboard.chat.documents.encodings import decoded
from dashboard.chat.documents.refusals import Refusal, Unreadable

JAPANESE = "登山靴の価格は12,000円です。\nサイズは24から28cm、送料は無料。"
TABLE = "品名,価格\n靴,110\n鞄,90\n"
WESTERN = "Die Größe der Schuhe: über 40 £, très élégant, déjà vu, crème brûlée"


@pytest.mark.parametrize("text", [JAPANESE, TABLE, "plain", "emoji 🥾 é"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_and_not_flagged(text: str, encoding: str) -> None:
    found = decoded(text.encode(encoding))

    assert (text, ()) == (found.text, found.flags)


@pytest.mark.parametrize("text", [JAPANESE, TABLE, "価格", "東京A棟", "Aの価格"])
@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "iso2022_jp"])
def test_japanese_encodings_are_told_apart(text: str, encoding: str) -> None:
    found = decoded(text.encode(encoding))

    assert (text, encoding, ()) == (found.text, found.encoding, found.flags)


@pytest.mark.parametrize("text", [WESTERN, "Größe", "café", "élan", "“quoted” – £5", "ÄÖÜ"])
def test_western_text_is_read_and_flagged_as_a_guess(text: str) -> None:
    found = decoded(text.encode("cp1252"))

    assert (text, "cp1252", ("encoding_guessed",)) == (found.text, found.encoding, found.flags)


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    assert "iso8859-1" == decoded(b"caf\xe9 \x81 " + b"words " * 400).encoding


def test_one_damaged_letter_does_not_spoil_a_long_text() -> None:
    """The count of bytes that were not read is told."""
    damaged = (JAPANESE * 20).encode()[:-1] + b" end"

    found = decoded(damaged)

    assert found.text.startswith(JAPANESE)
    assert ("utf-8", ("bytes_not_read 1",)) == (found.encoding, found.flags)
    assert ("bytes_not_read 1",) == decoded("価格".encode("utf-16")[:-1]).flags


@pytest.mark.parametrize(
    "content", [b"a\0b", bytes(range(1, 256)) * 9, b"\x00\x01\x02", "ab".encode("utf-16-le")]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        decoded(content)

    assert Refusal.NOT_TEXT is refused.value.refusal


def test_what_a_file_says_of_itself_is_believed_where_it_is_true() -> None:
    """A name that is no encoding of text, or that the bytes do not agree with, is not."""
    kana = "ｶﾀｶﾅ".encode("cp932")

    assert "ｶﾀｶﾅ" == decoded(kana, "Shift_JIS").text
    assert "é" == decoded("é".encode(), "euc-jp").text
    assert "é" == decoded("é".encode(), "zlib").text
    assert "é" == decoded("é".encode(), "no such").text
