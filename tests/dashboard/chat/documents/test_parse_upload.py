"""An uploaded file through its own process: every kind is read, every refusal has its words."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.parse import parse_upload
from dashboard.chat.documents.parsed import Section, place_parts
from dashboard.chat.documents.refusals import Refusal
from dashboard.chat.errors import ChatRefused
from dashboard.texts import LANGUAGES, load_texts
from tests.dashboard.chat.documents.made_files import (
    PNG,
    docx_file,
    paragraph,
    pdf_drawing,
    pdf_file,
    styles,
    zip_file,
)
from tests.dashboard.chat.documents.reading import LIMITS, refused_upload, stored_file

FEW = Limits(
    upload_bytes=2_000_000,
    pages=2,
    text_characters=50,
    sections=3,
    unpacked_bytes=4_000,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TABLE = "品名,円\n靴,110".encode("cp932")

READ = [
    ("a.txt", "登山靴 $110".encode(), "txt", Section(text="登山靴 $110")),
    ("a.md", b"# Shoe\n110", "md", Section(text="Shoe\n110", place="heading Shoe")),
    (
        "a.csv",
        TABLE,
        "csv",
        Section(text="品名: 靴\n円: 110", place="row 2"),
    ),
    ("a.html", b"<h2>Shoe</h2>110", "html", Section(text="Shoe\n110", place="heading Shoe")),
    ("a.pdf", pdf_file([pdf_drawing("110")]), "pdf", Section(text="110", place="page 1")),
    (
        "a.docx",
        docx_file(paragraph("靴", "1") + paragraph("110"), style_sheet=styles({"1": "heading 1"})),
        "docx",
        Section(text="靴\n110", place="heading 靴"),
    ),
]

REFUSED = [
    (Refusal.EMPTY, "a.pdf", b""),
    (Refusal.TOO_LARGE, "a.txt", b"a" * 2_000_001),
    (Refusal.UNKNOWN_KIND, "a.json", b"{}"),
    (Refusal.MISLABELLED, "a.pdf", zip_file({"a": b"a"})),
    (Refusal.SAVE_AS_DOCX, "a.rtf", b"{\\rtf1 a}"),
    (Refusal.SAVE_AS_CSV, "a.xlsx", zip_file({"xl/workbook.xml": b""})),
    (Refusal.SAVE_AS_PDF, "a.pptx", zip_file({"ppt/presentation.xml": b""})),
    (Refusal.UNPACK_FIRST, "a.zip", zip_file({"a": b"a"})),
    (Refusal.NOT_A_DOCUMENT, "a.png", PNG),
    (Refusal.NOT_TEXT, "a.txt", b"a\0b"),
    (Refusal.ENCRYPTED, "a.docx", OLE + "EncryptedPackage".encode("utf-16-le")),
    (Refusal.IMAGE_ONLY, "a.pdf", pdf_file([b""])),
    (Refusal.NO_TEXT, "a.txt", b" \n"),
    (Refusal.TOO_MANY_PAGES, "a.pdf", pdf_file([b""] * 3)),
    (Refusal.TOO_MANY_SECTIONS, "a.csv", b"a\n1\n2\n3\n4\n"),
    (Refusal.TOO_MUCH_TEXT, "a.txt", b"a" * 51),
    (Refusal.UNPACKS_TOO_LARGE, "a.docx", docx_file(paragraph("a") * 200)),
    (Refusal.BROKEN, "a.docx", docx_file(paragraph("a"))[:-9]),
    (Refusal.BROKEN, "a.docx", docx_file("<w:p>")),
    (Refusal.BROKEN, "a.pdf", b"%PDF-1.7 and no more"),
]


@pytest.mark.parametrize(("name", "content", "kind", "section"), READ)
def test_every_kind_becomes_text_with_places(
    tmp_path: Path, name: str, content: bytes, kind: str, section: Section
) -> None:
    parsed = parse_upload(stored_file(tmp_path, content), name)

    assert (kind, (section,), ()) == (parsed.kind, parsed.sections, parsed.flags)
    assert parsed.title
    assert (section.place == "") == (place_parts(section.place) == ("", ""))


@pytest.mark.parametrize(("refusal", "name", "content"), REFUSED)
def test_every_refusal_names_the_file_and_what_to_do(
    tmp_path: Path, refusal: Refusal, name: str, content: bytes
) -> None:
    code, english, japanese = refused_upload(tmp_path, content, name, FEW)

    assert refusal == code
    for sentence in (english, japanese):
        assert sentence.startswith(f"{name}: ")
        assert "{" not in sentence
    assert english.isascii()


def test_a_refusal_says_what_was_expected_and_what_was_found(tmp_path: Path) -> None:
    _, english, japanese = refused_upload(tmp_path, b"a" * 16_777_216, "a.txt")
    _, both, _ = refused_upload(tmp_path, zip_file({"a": b""}), "report.pdf")

    assert "expected at most 16 MB, found 16.777216 MB" in english
    assert "上限は16 MBですが、16.777216 MBあります" in japanese
    assert "ends in .pdf, but the content is ZIP" in both


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence(language: str) -> None:
    messages = load_texts(language).messages

    assert set() == {one for one in Refusal if f"chat.refused.{one.value}" not in messages}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "../../../etc/passwd"),
        ("C:\\Windows\\system.ini", "C:\\Windows\\system.ini"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b\n.bin", "ab.bin"),
        ("-c 'import os'", "-c 'import os'"),
        ("{limit}{name}", "{limit}{name}"),
        ("a" * 4_000 + ".bin", "a" * 159 + "…" + "a" * 36 + ".bin"),
    ],
)
def test_a_name_is_shown_as_text_and_never_used(tmp_path: Path, name: str, shown: str) -> None:
    code, english, _ = refused_upload(tmp_path, b"words", name)

    assert Refusal.UNKNOWN_KIND == code
    assert english.startswith(f"{shown}: expected a name that ends in ")


def test_a_title_is_the_name_where_the_file_has_none(tmp_path: Path) -> None:
    stored = stored_file(tmp_path, b"words")

    assert "価格表" == parse_upload(stored, "C:\\data\\価格\u202e表.txt").title


def test_what_is_no_file_is_no_upload(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to, nothing at all; the path is not told."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (tmp_path, pipe, tmp_path / "none", Path("a\0b")):
        with pytest.raises(ChatRefused) as refused:
            parse_upload(path, "a.txt")
        assert "a.txt: expected an uploaded file, found none. Upload it again." == str(
            refused.value
        )


def test_time_is_bounded_by_the_clock_and_by_computing(tmp_path: Path) -> None:
    """A page that makes the parser go over it again and again."""
    slow = b"<p>a</p>" * 240_000
    clock, computing = replace(LIMITS, wall_seconds=0.2), replace(LIMITS, cpu_seconds=1)
    slower = pdf_file([pdf_drawing("a") * 40_000])

    assert Refusal.TOOK_TOO_LONG == refused_upload(tmp_path, slow, "a.html", clock)[0]
    code, english, _ = refused_upload(tmp_path, slower, "a.pdf", computing)
    assert (Refusal.TOOK_TOO_LONG, True) == (code, "within 1 seconds" in english)


def test_memory_is_bounded(tmp_path: Path) -> None:
    """The bound is below what the letters of this file take."""
    limits = replace(LIMITS, memory_bytes=60 << 20)

    code, english, _ = refused_upload(tmp_path, "靴,".encode() * 2_000_000, "a.csv", limits)

    assert (Refusal.NEEDS_TOO_MUCH_MEMORY, True) == (code, "within 60 MiB" in english)


def test_a_small_file_takes_no_time(tmp_path: Path) -> None:
    """Well under half a second of computing; the clock depends on who else is at work."""
    stored = stored_file(tmp_path, b"words")
    before = os.times()

    for _ in range(4):
        parse_upload(stored, "a.txt")

    after = os.times()
    computing = after.children_user + after.children_system
    assert (computing - before.children_user - before.children_system) / 4 < 0.5


def test_reading_asks_no_server(tmp_path: Path) -> None:
    """Everything in this page names an address at which a server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        page = (
            f'<meta http-equiv="refresh" content="0;url={address}"><base href="{address}">'
            f'<link rel="stylesheet" href="{address}"><script src="{address}"></script>'
            f'<iframe src="{address}"></iframe><img src="{address}"><p>words'
        )
        parsed = parse_upload(stored_file(tmp_path, page.encode()), "a.html")
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()

    assert (Section(text="words"),) == parsed.sections
