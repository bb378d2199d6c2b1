"""PDF and DOCX, whose bytes are not the text: pages, headings, tables, and what they refuse."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import pytest
from pypdf import PdfReader, PdfWriter

from dashboard.chat.documents.child import read_document
from dashboard.chat.documents.limits import Limits
from dashboard.chat.documents.refusals import Refusal
from tests.dashboard.chat.documents.made_files import (
    WORD,
    docx_file,
    paragraph,
    pdf_drawing,
    pdf_file,
    pdf_of_objects,
    pdf_stream,
    styles,
    zip_file,
)
from tests.dashboard.chat.documents.reading import LIMITS, reason_of, sections_of

COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def encrypted(password: str) -> bytes:
    """A PDF that opens with this password and forbids to copy."""
    writer, file = PdfWriter(), io.BytesIO()
    writer.append(PdfReader(io.BytesIO(pdf_file([pdf_drawing("secret price 110")]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_pages_of_a_pdf_are_places(packed: bool) -> None:
    drawings = [pdf_drawing("Shoes cost 110"), b"", pdf_drawing("Boots cost 90")]

    found = read_document(pdf_file(drawings, title="Price list", packed=packed), ".pdf", LIMITS)

    assert [["Shoes cost 110", "page 1"], ["Boots cost 90", "page 3"]] == found["sections"]
    assert ("Price list", ["pages_without_text 1"]) == (found["title"], found["flags"])


def test_shapes_in_a_pdf_become_the_letters_that_one_searches_for() -> None:
    """Chromium prints the radical U+2F2D for the letter U+5C71, and one sign for "fi"."""
    to_unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfchar <41> <2F2D> <42> <FB01> endbfchar\nendcmap end end"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        pdf_stream(pdf_drawing("AB")),
        pdf_stream(to_unicode),
    ]

    assert [["山fi", "page 1"]] == sections_of(pdf_of_objects(objects), ".pdf")


def test_a_pdf_is_refused_only_where_opening_it_needs_a_password() -> None:
    assert [["secret price 110", "page 1"]] == sections_of(encrypted(""), ".pdf")
    assert Refusal.ENCRYPTED is reason_of(encrypted("open"), ".pdf")


def test_a_pdf_of_pictures_and_one_of_too_many_pages_are_refused() -> None:
    pages = [pdf_drawing("a")] * 3

    assert Refusal.IMAGE_ONLY is reason_of(pdf_file([b"q 1 0 0 1 0 0 cm Q", b""]), ".pdf")
    assert Refusal.TOO_MANY_PAGES is reason_of(pdf_file(pages), ".pdf", Limits(pages=2))
    lie = pdf_file(pages).replace(b"/Count 3", b"/Count 1")
    assert Refusal.TOO_MANY_PAGES is reason_of(lie, ".pdf", Limits(pages=2))


def test_all_pages_together_may_unpack_to_so_much() -> None:
    limits = Limits(unpacked_bytes=10_000)
    drawing = pdf_drawing("a") + b" " * 6_000

    assert 1 == len(sections_of(pdf_file([drawing], packed=True), ".pdf", limits))
    assert Refusal.UNPACKS_TOO_LARGE is reason_of(
        pdf_file([drawing] * 2, packed=True), ".pdf", limits
    )


def test_a_page_that_cannot_be_read_does_not_hide_the_others() -> None:
    """The fonts of the second page are a number."""
    good = pdf_file([pdf_drawing("good"), pdf_drawing("bad")])
    first, second = "/Contents 5 0 R /Resources << /Font", "/Contents 7 0 R /Resources << /Font"
    bad = good.replace(second.encode(), b"/Contents [1 2 (a)] /Nothing << /Font")

    found = read_document(bad, ".pdf", LIMITS)

    assert first.encode() in bad
    assert [["good", "page 1"]] == found["sections"]
    assert found["flags"]


def test_headings_of_a_docx_are_known_in_any_language_of_word() -> None:
    """Ids differ ("1" in a Japanese Word), names do not; a style may rest on another."""
    sheet = styles({"a3": "Title", "1": "heading 1", "2": "Heading 2"}) + (
        '<w:style w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="2"/></w:style>'
        '<w:style w:styleId="X"><w:basedOn w:val="Y"/></w:style>'
        '<w:style w:styleId="Y"><w:basedOn w:val="X"/></w:style>'
        '<w:style w:styleId="L"><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    )
    body = "".join(
        [
            *(paragraph("登山靴カタログ", "a3"), paragraph("靴", "1"), paragraph("12,000円")),
            *(paragraph("手入れ", "Own"), paragraph("洗う", "X"), paragraph("乾かす", "L")),
        ]
    )

    found = read_document(docx_file(body, style_sheet=sheet), ".docx", LIMITS)

    assert "登山靴カタログ" == found["title"]
    assert [
        ["登山靴カタログ", ""],
        ["靴\n12,000円", "heading 靴"],
        ["手入れ\n洗う", "heading 靴 > 手入れ"],
        ["乾かす", "heading 靴 > 手入れ > 乾かす"],
    ] == found["sections"]


def test_tables_and_text_boxes_of_a_docx_are_read_once() -> None:
    """What is deleted, hidden or written twice for older programs is not."""
    cells = [f"<w:tc>{paragraph(words)}</w:tc>" for words in ("Shoe", "110", "", "90")]
    table = "".join(f"<w:tr>{a}{b}</w:tr>" for a, b in list(pairwise(cells))[::2])
    box = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
    body = (
        f"<w:tbl>{table}</w:tbl>"
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:delText>gone</w:delText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t><w:tab/></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r>'
        f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:p>"
    )

    [[text, place]] = sections_of(docx_file(body), ".docx")

    assert ("Shoe | 110\n | 90\nboxed\na\tb\nshown", "") == (text, place)


def test_a_docx_whose_body_has_a_number_is_read() -> None:
    """Word on the web writes document2.xml."""
    body = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("a")}</w:body></w:document>'

    assert [["a", ""]] == sections_of(zip_file({"word/document2.xml": body.encode()}), ".docx")


def test_a_docx_that_could_harm_or_cannot_be_read_is_refused() -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = b"<a/>"
    locked = bytearray(zip_file({"word/document.xml": body}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1

    assert Refusal.BROKEN is reason_of(docx_file(paragraph("&b;"), before=entities), ".docx")
    assert Refusal.NO_TEXT is reason_of(docx_file(paragraph(" ")), ".docx")
    assert Refusal.ENCRYPTED is reason_of(bytes(locked), ".docx")
    odd = zip_file({"word/document.xml": body}, packing=zipfile.ZIP_LZMA)
    assert Refusal.BROKEN is reason_of(odd, ".docx")
    assert Refusal.UNPACKS_TOO_LARGE is reason_of(
        docx_file(paragraph("a") * 1_000), ".docx", Limits(unpacked_bytes=9_000)
    )


def test_a_pdf_without_a_page_that_can_be_read_is_broken() -> None:
    catalog, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"

    assert Refusal.BROKEN is reason_of(pdf_of_objects([catalog, pages]), ".pdf")
