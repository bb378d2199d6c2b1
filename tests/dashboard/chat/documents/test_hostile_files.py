"""Files made to harm: refused or read, within bounds of memory, and the service stays small."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from dashboard.chat.documents.refusals import Refusal
from tests.dashboard.chat.documents.made_files import (
    docx_file,
    paragraph,
    pdf_drawing,
    pdf_file,
    pdf_of_objects,
    pdf_stream,
    zeros_packed,
    zip_file,
)
from tests.dashboard.chat.documents.reading import MEGABYTE, measured

CHILD_BYTES = (1 << 30) + 64 * MEGABYTE
PARENT_BYTES = 160 * MEGABYTE
"""A Python with the texts of 5,000,000 letters; without them it takes about 30 MB."""


def flat_bomb() -> bytes:
    """300 KB that are 300 MB in one paragraph."""
    return docx_file("<w:p><w:r><w:t>" + "A" * MEGABYTE + "</w:t></w:r></w:p>", times=300)


def deep_bomb() -> bytes:
    """Archives in archives: only the innermost holds something, and that is large."""
    inner = zip_file({"0.zip": bytes(50 * MEGABYTE)})
    for _ in range(20):
        inner = zip_file({"a.zip": inner, "b.zip": inner})
    return inner


def lying_bomb() -> bytes:
    """Its directory says that the part has 10 bytes."""
    content, size = flat_bomb(), io.BytesIO()
    size.write(content)
    with zipfile.ZipFile(size) as package:
        part = package.getinfo("word/document.xml")
        stated = part.file_size.to_bytes(4, "little")
    return content.replace(stated, (10).to_bytes(4, "little"))


def many_parts() -> bytes:
    """50,000 parts beside the body."""
    parts = {str(number): b"" for number in range(50_000)}
    return zip_file({**parts, "word/document.xml": b"<a/>"})


def long_stream() -> bytes:
    """800 MB of a page's drawing in 800 KB."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        pdf_stream(zeros_packed(800 * MEGABYTE), b"/Filter /FlateDecode"),
    ]
    return pdf_of_objects(objects)


def billion_laughs() -> bytes:
    """Ten entities, each ten times the one before."""
    names = "abcdefghij"
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
    )
    return docx_file(paragraph("&j;"), before=f"<!DOCTYPE w [{entities}]>")


HOSTILE: list[tuple[str, Callable[[], bytes], Refusal]] = [
    ("flat.docx", flat_bomb, Refusal.UNPACKS_TOO_LARGE),
    ("deep.docx", deep_bomb, Refusal.BROKEN),
    ("deep.zip", deep_bomb, Refusal.UNPACK_FIRST),
    ("lying.docx", lying_bomb, Refusal.BROKEN),
    ("parts.docx", many_parts, Refusal.NO_TEXT),
    ("laughs.docx", billion_laughs, Refusal.BROKEN),
    ("stream.pdf", long_stream, Refusal.UNPACKS_TOO_LARGE),
    ("pages.pdf", lambda: pdf_file([b""] * 20_000), Refusal.TOO_MANY_PAGES),
    ("columns.csv", lambda: (b"column," * 10_000 + b"\n") * 200, Refusal.TOO_MUCH_TEXT),
    ("line.txt", lambda: b"a" * 5_000_001, Refusal.TOO_MUCH_TEXT),
]


@pytest.mark.parametrize(("name", "make", "refusal"), HOSTILE, ids=[one[0] for one in HOSTILE])
def test_a_hostile_file_is_refused_in_little_memory(
    tmp_path: Path, name: str, make: Callable[[], bytes], refusal: Refusal
) -> None:
    found = measured(tmp_path, make(), name)

    assert refusal == found.outcome
    assert found.child_bytes < CHILD_BYTES
    assert found.parent_bytes < PARENT_BYTES


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("paragraphs.docx", lambda: docx_file(paragraph("A") * 1_000, times=200)),
        (
            "columns.csv",
            lambda: b"column," * 10_000 + b"\n" + b"1," * 10_000,
        ),
        ("line.csv", lambda: b"a" * 4_999_990),
        ("signs.html", lambda: b"<" * 300_000),
        ("line.md", lambda: "靴".encode() * 5_000_000),
        ("rows.csv", lambda: b"a\n" + b"1\n" * 100_000),
        ("script.html", lambda: b"<p>words" + b"<script>" * 100_000),
        ("nested.html", lambda: b"<div>" * 200_000 + b"words"),
    ],
)
def test_a_file_that_is_only_odd_is_read_in_little_memory(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    found = measured(tmp_path, make(), name)

    assert "read" == found.outcome
    assert found.child_bytes < CHILD_BYTES
    assert found.parent_bytes < PARENT_BYTES


def test_a_pdf_whose_pages_share_one_long_drawing_ends(tmp_path: Path) -> None:
    """Each page unpacks it again; together they may not."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R >>"
    pages = 1_000
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        pdf_stream(zeros_packed(40 * MEGABYTE), b"/Filter /FlateDecode"),
        *[page] * pages,
    ]

    found = measured(tmp_path, pdf_of_objects(objects), "shared.pdf", cpu_seconds=8)

    assert found.outcome in (Refusal.UNPACKS_TOO_LARGE, Refusal.TOOK_TOO_LONG)
    assert found.child_bytes < CHILD_BYTES


def test_a_docx_that_takes_memory_within_the_parser_is_told_so(tmp_path: Path) -> None:
    """Elements within elements, and one attribute of 40 MB: the parser keeps both in C."""
    nested = docx_file("<w:r>" * 1_000_000 + "</w:r>" * 1_000_000)
    attribute = docx_file('<w:p w:x="' + "a" * 40 * MEGABYTE + '"/>')

    for content in (nested, attribute):
        found = measured(tmp_path, content, "deep.docx", memory_bytes=64 << 20)
        assert Refusal.NEEDS_TOO_MUCH_MEMORY == found.outcome
        assert found.child_bytes < 80 * MEGABYTE


def test_a_pdf_of_two_million_operators_ends(tmp_path: Path) -> None:
    """Either pypdf has counted enough of them, or the computing time is over."""
    drawing = pdf_drawing("A") + b" q Q" * 1_100_000

    found = measured(tmp_path, pdf_file([drawing], packed=True), "operators.pdf", cpu_seconds=3)

    assert found.outcome in (Refusal.UNPACKS_TOO_LARGE, Refusal.TOOK_TOO_LONG)
    assert found.child_bytes < CHILD_BYTES
    assert found.parent_bytes < PARENT_BYTES


def test_pages_whose_text_is_one_line_of_letters_are_counted(tmp_path: Path) -> None:
    drawing = pdf_drawing("A" * 60_000)

    found = measured(tmp_path, pdf_file([drawing] * 100, packed=True), "long.pdf")

    assert Refusal.TOO_MUCH_TEXT == found.outcome
